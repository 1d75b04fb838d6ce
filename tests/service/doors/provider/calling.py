"""A provider's side of a call, signed by hand: fetches a document, keys what it listens for, goes where it leads."""

from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit

import httpx
from twilio.request_validator import RequestValidator

from alerts.notice import Kind, Notice
from service.demo.provider.twiml import Gather, Hangup, Pause, Redirect, Say, Verb, read
from tests.service.people.household import BETH, TOKEN, Household

PUBLIC = "https://lamplit.example"
SID = f"CA{'7' * 32}"


async def posted(home: Household, path: str, form: dict[str, str], *, token: str = TOKEN) -> httpx.Response:
    """A request as the provider signs it for our public address."""
    signature = RequestValidator(token).compute_signature(f"{PUBLIC}{path}", form)
    return await home.http.post(path, data=form, headers={"X-Twilio-Signature": signature})


async def alert_to_beth(home: Household) -> Notice:
    """Anna is overdue; the first text to Beth waits in the outbox."""
    her = await home.sign_up()
    await her.has("Beth", BETH)
    shown = await her.sets_off()
    await home.time_passes(shown["promised_at"] - home.clock.now())
    return (await home.sends(Kind.OVERDUE))[0]


def status_path(home: Household, notice: Notice, *, mac: str = "") -> str:
    """Where its fate is reported."""
    mac = mac or home.house.sealer.seal(notice.id, "1")
    return f"/twilio/status?{urlencode({'n': notice.id, 'a': 1, 'm': mac})}"


async def reported(home: Household, notice: Notice, status: str, *, token: str = TOKEN, **more: str) -> httpx.Response:
    """The provider reports on a text."""
    return await posted(
        home, status_path(home, notice), {"MessageSid": "SM1", "MessageStatus": status, **more}, token=token
    )


@dataclass
class Line:
    """One call. `said` is everything that was said, oldest first; `waited_s` all pauses of more than a breath."""

    home: Household
    number: str
    sid: str = SID
    said: list[str] = field(default_factory=list)
    documents: list[str] = field(default_factory=list)
    waited_s: float = 0.0
    over: bool = False
    _listening: Gather | None = None
    _then: str = ""
    incoming: bool = False

    async def goes(self, url: str, **more: str) -> "Line":
        """Fetches a document and says it, up to where it listens."""
        parts = urlsplit(url)
        path = f"{parts.path}?{parts.query}" if parts.query else parts.path
        who = {"From": self.number, "To": "+447700900000"} if self.incoming else {"To": self.number}
        answer = await posted(self.home, path, {"CallSid": self.sid, **who, **more})
        assert answer.status_code == 200, answer.text
        assert answer.headers["Content-Type"].startswith("text/xml")
        self.documents.append(answer.text)
        self._listening, self._then = None, ""
        for verb in read(answer.text):
            await self._plays(verb)
        return self

    async def _plays(self, verb: Verb) -> None:
        match verb:
            case Say():
                self.said.append(verb.words)
            case Pause():
                self.waited_s += verb.seconds if verb.seconds > 1 else 0
            case Gather():
                self._listening = verb
                for prompt in verb.prompts:
                    await self._plays(prompt)
            case Redirect():
                self._then = verb.url
            case Hangup():
                self.over = True
            case _:
                raise AssertionError(f"a verb that no call of ours needs: {verb}")

    async def keys(self, digits: str) -> "Line":
        """Presses keys, as many as are listened for; the one that ends them is kept by the provider."""
        assert self._listening is not None, "nobody listens"
        assert self._listening.most is None or len(digits) == self._listening.most
        return await self.goes(self._listening.action, Digits=digits.removesuffix(self._listening.ends_on or "-"))

    async def silence(self) -> "Line":
        """Nothing is keyed."""
        assert self._then, "nothing follows"
        return await self.goes(self._then)

    async def to_the_end(self) -> "Line":
        """Silence until it hangs up."""
        for _ in range(12):
            if self.over:
                return self
            await self.silence()
        raise AssertionError("this call never ends")

    @property
    def words(self) -> str:
        return " ".join(self.said)
