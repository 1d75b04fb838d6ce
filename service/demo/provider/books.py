"""What the provider has on its books: every text and call it took, and what it counted."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Final

import msgspec

_LINK: Final = re.compile(r"https?://\S*/(\w+)")
_FIRST_FIGURE: Final = re.compile(r"\d")


class Entry(msgspec.Struct, kw_only=True):
    """One text or call; `state` in the provider's words, `states` all it went through.

    `at` is when it was taken. `sender` stays empty while a Messaging Service has chosen none. `price` is in millionths.
    `events` are what a call's callbacks were asked for; `url` is where its TwiML comes from.
    """

    sid: str
    channel: str
    to: str
    sender: str
    body: str
    at: float
    state: str = "queued"
    status_callback: str = ""
    validity_s: int | None = None
    error_code: int | None = None
    sent_at: float | None = None
    states: list[str] = []
    direction: str = "outbound-api"
    service: str = ""
    segments: int = 0
    price: int | None = None
    url: str = ""
    events: tuple[str, ...] = ()
    changed_at: float | None = None
    answered_at: float | None = None
    ended_at: float | None = None
    answered_by: str = ""

    def move(self, state: str, at: float) -> None:
        self.state, self.changed_at = state, at
        self.states.append(state)
        if state == "sent":
            self.sent_at = at

    @property
    def reference(self) -> str:
        """What the body says that it is about: the end of its first link, or all of it."""
        found = _LINK.search(self.body)
        return found[1] if found else self.body

    @property
    def key(self) -> tuple[str, str, str, str]:
        """Two entries with one key say the same to the same person: their words up to the first figure, and the
        reference."""
        return self.channel, self.to, self.reference, _FIRST_FIGURE.split(self.body, maxsplit=1)[0]


class Counted(msgspec.Struct, kw_only=True):
    """What went over the API's door and out of it."""

    requests: int = 0
    answers: dict[str, int] = {}
    refusals: dict[str, int] = {}
    cut: int = 0
    callbacks: int = 0
    callbacks_refused: int = 0
    callbacks_given_up: int = 0

    def answered(self, http: int) -> None:
        name = f"{http // 100}xx"
        self.answers[name] = self.answers.get(name, 0) + 1

    def refused(self, code: int) -> None:
        self.refusals[str(code)] = self.refusals.get(str(code), 0) + 1


class Books:
    """`entries` oldest first. Whoever appends to it by hand is found by number as well."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.counted = Counted()
        self._by_number: dict[str, list[Entry]] = {}
        self._by_sid: dict[str, Entry] = {}
        self._known = 0

    def to(self, number: str) -> list[Entry]:
        """Everything for a number, oldest first."""
        self._learn()
        return self._by_number.get(number, [])

    def find(self, sid: str) -> Entry | None:
        self._learn()
        return self._by_sid.get(sid)

    def newest(self, to: str | None) -> Iterator[Entry]:
        """Everything, or everything for a number, newest first."""
        return reversed(self.entries if to is None else self.to(to))

    def sid(self, channel: str) -> str:
        """The next one; no two alike, and the same in every run."""
        return f"{'CA' if channel == 'call' else 'SM'}{len(self.entries) + 1:032x}"

    def duplicates(self) -> dict[tuple[str, str, str, str], int]:
        """How often the same was said to the same person, where more than once."""
        said = Counter(entry.key for entry in self.entries if entry.direction != "inbound")
        return {key: times for key, times in said.items() if times > 1}

    def _learn(self) -> None:
        for entry in self.entries[self._known :]:
            self._by_number.setdefault(entry.to, []).append(entry)
            self._by_sid[entry.sid] = entry
        self._known = len(self.entries)
