"""A call while it lasts: our TwiML on one side, a person with a keypad on the other.

Every document is fetched by a signed POST within 15 s (https://www.twilio.com/docs/api/errors/11205); where none comes,
or none that can be executed, the call's FallbackUrl is asked with ErrorCode and ErrorUrl
(https://www.twilio.com/docs/voice/api/call-resource), and where that fails as well Twilio says that an application error
has occurred and hangs up. A call lasts four hours at most, or its TimeLimit. A key interrupts what a
Gather says; its `timeout` counts from the last word or the last key. Keys that are pressed while nobody gathers are
lost. Assumed, since the pages do not say: the finishing key alone is no input.
"""

from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Final
from urllib.parse import urljoin

from service.clock import Clock

from .callbacks import Postman
from .crew import Crew
from .phones import Person, Press, ShownCall
from .twiml import BadTwiml, Gather, Hangup, Pause, Play, Redirect, Reject, Say, Unknown, Verb, read

ERROR_WORDS: Final = "We are sorry. An application error has occurred. Goodbye."
FOUR_HOURS_S: Final = 14_400.0
_MOST_DOCUMENTS: Final = 200
_NOT_FETCHED: Final = "11200"
_NOTHING: Final = " "
"""Instead of a document; cannot be executed."""


class _Over(Exception):
    """The call has ended. `rejected`: it was never taken."""

    def __init__(self, *, hung_up: bool = False, rejected: str = "") -> None:
        super().__init__()
        self.hung_up, self.rejected = hung_up, rejected


class Conversation:
    """Executes the documents of one call. `fields` are what every request about it carries, as of then."""

    def __init__(
        self,
        clock: Clock,
        crew: Crew,
        postman: Postman,
        shown: ShownCall,
        person: Person,
        fields: Callable[[], Mapping[str, str]],
        word_s: float,
        *,
        fallback_url: str = "",
        longest_s: float = FOUR_HOURS_S,
    ) -> None:
        self._clock, self._crew, self._postman = clock, crew, postman
        self._shown, self._fields, self._word_s = shown, fields, word_s
        self._answers = deque(person.keys)
        self._keys: deque[tuple[float, str]] = deque()
        self._fallback_url = fallback_url
        now, hangs_up_s = clock.monotonic(), person.hangs_up_after_s
        self._hangs_up = hangs_up_s is not None and hangs_up_s < longest_s
        self._ends_at = now + (hangs_up_s if hangs_up_s is not None and self._hangs_up else longest_s)

    async def run(self, url: str, document: str = "") -> str:
        """Until somebody hangs up or nothing is left to say. `document`: do not ask `url` for the first one. Returns
        the state the call ends with. Only from the crew's tasks."""
        try:
            for _ in range(_MOST_DOCUMENTS):
                following = await self._execute(url, document)
                if following is None:
                    return "completed"
                url, document = following
        except _Over as over:
            self._shown.hung_up = over.hung_up
            return over.rejected or "completed"
        return "completed"

    async def _execute(self, url: str, document: str) -> tuple[str, str] | None:
        """One document; the address of the next, with its words where they are known."""
        try:
            verbs = read(document or await self._fetched(url, {}) or _NOTHING)
        except BadTwiml:
            verbs = await self._fallen_back(url)
        for verb in verbs:
            following = await self._verb(verb, url)
            if following is not None:
                return following
        return None

    async def _fallen_back(self, url: str) -> tuple[Verb, ...]:
        if self._fallback_url:
            with suppress(BadTwiml):
                more = {"ErrorCode": _NOT_FETCHED, "ErrorUrl": url}
                return read(await self._fetched(self._fallback_url, more) or _NOTHING)
        return Say(ERROR_WORDS), Hangup()

    async def _verb(self, verb: Verb, url: str) -> tuple[str, str] | None:
        match verb:
            case Say() | Play() | Pause():
                await self._sound(verb)
            case Gather():
                return await self._gather(verb, url)
            case Redirect():
                return urljoin(url, verb.url), ""
            case Hangup():
                raise _Over
            case Reject():
                raise _Over(rejected="busy" if verb.busy else "no-answer")
            case Unknown():
                pass
        return None

    async def _fetched(self, url: str, more: Mapping[str, str]) -> str:
        answer = await self._postman.post(url, {**self._fields(), **more})
        if not answer.taken:
            raise BadTwiml(f"no document: http {answer.status}")
        return answer.text

    async def _gather(self, verb: Gather, url: str) -> tuple[str, str] | None:
        digits, ended_by = await self._keyed(verb)
        if not digits and not verb.posts_nothing:
            return None
        action = urljoin(url, verb.action) if verb.action else url
        more = {"Digits": digits, "FinishedOnKey": ended_by, "msg": "Gather End"}
        try:
            return action, await self._fetched(action, more) or _NOTHING
        except BadTwiml:
            return action, _NOTHING

    async def _keyed(self, verb: Gather) -> tuple[str, str]:
        """What was keyed, and the key that ended it."""
        prompts = deque(verb.prompts)
        now = self._clock.monotonic()
        said_at = now + sum(self._length_s(prompt) for prompt in prompts)
        if verb.listens_to_keys:
            self._aim(now, said_at)
        digits, until = "", said_at + verb.timeout_s
        while self._keys and self._keys[0][0] <= until:
            due_at, key = self._keys.popleft()
            await self._listens(prompts, due_at)
            prompts.clear()
            self._shown.pressed.append((self._clock.now(), key))
            if key in verb.ends_on:
                return digits, key
            digits += key
            if len(digits) == verb.most:
                return digits, ""
            until = self._clock.monotonic() + verb.timeout_s
        await self._listens(prompts, until)
        return digits, ""

    def _aim(self, now: float, said_at: float) -> None:
        """The person makes up her or his mind what to key; what was keyed while nobody listened is lost."""
        while self._keys and self._keys[0][0] < now:
            _, key = self._keys.popleft()
            self._shown.unheard += key
        if not self._keys and self._answers:
            press: Press = self._answers.popleft()
            begins_at = said_at if press.after_s is None else now + press.after_s
            self._keys.extend((begins_at + nth * press.gap_s, key) for nth, key in enumerate(press.keys))

    async def _listens(self, prompts: "deque[Say | Play | Pause]", until: float) -> None:
        """Hears what is said until then."""
        while prompts and self._clock.monotonic() <= until:
            prompt, left_s = prompts.popleft(), until - self._clock.monotonic()
            self._note(prompt)
            await self._pass(min(self._length_s(prompt), left_s))
            if self._length_s(prompt) > left_s:
                return
        await self._pass(until - self._clock.monotonic())

    async def _sound(self, sound: Say | Play | Pause) -> None:
        self._note(sound)
        await self._pass(self._length_s(sound))

    def _note(self, sound: Say | Play | Pause) -> None:
        match sound:
            case Say():
                self._shown.said.append((self._clock.now(), sound.words))
            case Play():
                self._shown.played.append(sound.url)

    def _length_s(self, sound: Say | Play | Pause) -> float:
        match sound:
            case Say():
                return self._word_s * len(sound.words.split()) * sound.times
            case Pause():
                return sound.seconds
        return 0.0

    async def _pass(self, seconds: float) -> None:
        """So much time, or less where the person hangs up meanwhile."""
        left_s = self._ends_at - self._clock.monotonic()
        if left_s <= seconds:
            await self._crew.sleep(left_s)
            raise _Over(hung_up=self._hangs_up)
        await self._crew.sleep(seconds)
