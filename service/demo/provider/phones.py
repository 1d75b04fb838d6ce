"""People's phones as they really are: what was on the screen, what was heard, what was keyed.

This is the record to hold the product's own beliefs against: a text that the carrier says is delivered may never have
been here, and one that it denies may have been.
"""

from collections import deque
from collections.abc import Iterator

import msgspec

from .crew import Bell, Crew
from .numbers import Kind


class Press(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What somebody keys the next time she or he is asked to; nothing: not this time.

    `after_s` counts from when the asking began; None: when the voice is done. Keys are `gap_s` apart.
    """

    keys: str = ""
    after_s: float | None = None
    gap_s: float = 0.0


class Person(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What somebody does when it rings. `answers_after_s` None: never picks up.

    `what` is "human", "machine" or "fax", or "silent" for somebody who picks up and says nothing. `hangs_up_after_s`
    counts from picking up; None: listens to the end.
    """

    answers_after_s: float | None = 0.0
    keys: tuple[Press, ...] = ()
    hangs_up_after_s: float | None = None
    what: str = "human"


class ShownText(msgspec.Struct, frozen=True, kw_only=True, tag="text"):
    """A text on the screen, whole, from when it was there. `sid` is empty for an answer of the provider's own."""

    at: float
    sender: str
    body: str
    sid: str = ""


class ShownCall(msgspec.Struct, kw_only=True, tag="call"):
    """A call as the phone had it. `said` is what was said aloud, `keys` every key pressed, each with its instant.

    `ended` is empty while it lasts, then: completed, no-answer, busy or failed. `taken_by` is what picked up.
    `unheard` are keys that were pressed while nobody listened for any.
    """

    at: float
    sid: str
    other: str
    outgoing: bool = False
    taken_by: str = ""
    answered_at: float | None = None
    ended_at: float | None = None
    ended: str = ""
    hung_up: bool = False
    said: list[tuple[float, str]] = []
    played: list[str] = []
    pressed: list[tuple[float, str]] = []
    unheard: str = ""

    @property
    def words(self) -> str:
        """Everything that was said, in one line."""
        return " ".join(words for _, words in self.said)

    @property
    def keys(self) -> str:
        return "".join(key for _, key in self.pressed)


Shown = ShownText | ShownCall


class Phone:
    """One phone. `shown` in the order in which it came; `kind` is what sort of number it has."""

    def __init__(self, number: str, crew: Crew, person: Person) -> None:
        self.number, self.kind, self.person = number, Kind.MOBILE, person
        self.shown: list[Shown] = []
        self.is_on = True
        self.rejects_calls = False
        self.mailbox = False
        """Whether a machine takes the calls that nobody takes."""
        self._crew = crew
        self._next: deque[Person] = deque()
        self._held: list[Bell] = []

    def off(self) -> None:
        """Switched off, or out of reach: carriers hold what is for it."""
        self.is_on = False

    def on(self) -> None:
        """Back: what was held comes now."""
        self.is_on = True
        held, self._held = self._held, []
        for bell in held:
            self._crew.ring(bell)

    def will(self, *people: Person) -> None:
        """What happens at the next calls, one after the other; after them `person` answers again."""
        self._next.extend(people)

    def picks_up(self, *keys: str | Press, after_s: float = 0.0) -> None:
        """Whoever has it picks up from now on and keys these when asked."""
        presses = tuple(key if isinstance(key, Press) else Press(key) for key in keys)
        self.person = Person(answers_after_s=after_s, keys=presses)

    def never_answers(self) -> None:
        self.person = Person(answers_after_s=None)

    def takes(self) -> Person:
        """Who takes the call that comes now."""
        person = self._next.popleft() if self._next else self.person
        if not self.is_on:
            person = Person(answers_after_s=None)
        if person.answers_after_s is None and self.mailbox:
            return Person(what="machine")
        return person

    async def reached(self, patience_s: float) -> bool:
        """Whether the phone is on, now or within `patience_s`. For the crew's tasks."""
        if self.is_on:
            return True
        bell = self._crew.bell(patience_s, patient=True)
        self._held.append(bell)
        return await self._crew.rest(bell)

    @property
    def texts(self) -> list[ShownText]:
        return [one for one in self.shown if isinstance(one, ShownText)]

    @property
    def calls(self) -> list[ShownCall]:
        return [one for one in self.shown if isinstance(one, ShownCall)]


class Phones:
    """Every phone by its number; whoever has none yet gets one that is on, with `person` at it."""

    def __init__(self, crew: Crew, person: Person) -> None:
        self._crew = crew
        self.person = person
        self._phones: dict[str, Phone] = {}

    def __getitem__(self, number: str) -> Phone:
        if number not in self._phones:
            self._phones[number] = Phone(number, self._crew, self.person)
        return self._phones[number]

    def __iter__(self) -> Iterator[Phone]:
        return iter(self._phones.values())
