"""What is known when a message is written, and the clauses that several texts share."""

from datetime import datetime
from functools import cached_property
from typing import Final
from zoneinfo import ZoneInfo

import msgspec
import phonenumbers

from .septets import gsm7, plain, septets, shorten

_LONGEST_NAME: Final = 24
_LONGEST_PLACE: Final = 48
_SHORTEST_NAME: Final = 8
_SHORTEST_PLACE: Final = 6
_OTHER_DAY_S: Final = 18 * 3600.0
_CLOCK_CHANGE_S: Final = 24 * 3600.0
_STALE_PLACE_S: Final = 120.0
_DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_OURS: Final = ("Another contact", "her destination", "A friend")  # our own words are never cut


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """Everything words may need; what is None or empty is left out of the sentence.

    Instants are seconds since 1970 UTC, shown in `timezone`. `as_of_at` is the moment of writing.
    `number` is hers in E.164, shown as somebody in `region` would dial it. `near` is the place without
    the word near ("High St, Rochester"). `code` is the two digits a contact replies with. `cause` is a
    value of the journey's causes; one the texts do not know gets a plain sentence. `closed_by` is pin, ended,
    operator or arrived, or empty where nobody knows any more. `taken_how` is what the contact who took it said (taken,
    spoken, with_her, police). `taken_by` is set only when she allowed names. `words` are the finished words of a
    reply, `passcode` the one-time code. `pin_needed` is True where her OK must carry her PIN.
    """

    name: str
    as_of_at: float
    number: str = ""
    reference: str = ""
    code: str = ""
    link: str = ""
    timezone: str = "Europe/London"
    region: str = "GB"
    due_at: float | None = None
    cause: str = ""
    cause_at: float | None = None
    silent_min: int | None = None
    last_seen_at: float | None = None
    near: str | None = None
    battery_pct: int | None = None
    destination: str = ""
    arrived_at: float | None = None
    down_from_at: float | None = None
    down_to_at: float | None = None
    taken_by: str = ""
    taken_how: str = ""
    taken_since_at: float | None = None
    closed_by: str = "pin"
    closed_at: float | None = None
    pin_given_at: float | None = None
    extended_min: int | None = None
    contact_name: str = ""
    pin_needed: bool = False
    passcode: str = ""
    words: str = ""


def dialable(number: str, region: str) -> str:
    """`number` (E.164) as somebody in `region` keys it: without the country code at home, with it abroad."""
    try:
        parsed = phonenumbers.parse(number, region)
    except phonenumbers.NumberParseException:
        return gsm7(number)
    at_home = parsed.country_code == phonenumbers.country_code_for_region(region)
    style = phonenumbers.PhoneNumberFormat.NATIONAL if at_home else phonenumbers.PhoneNumberFormat.E164
    return "".join(c for c in phonenumbers.format_number(parsed, style) if c.isdigit() or c == "+")


class Writer:
    """Facts with the clauses that several texts share. `name`, `place` and the rest may be cut to fit."""

    def __init__(self, facts: Facts):
        self.facts = facts
        self.name = plain(facts.name, _LONGEST_NAME) or "A friend"
        self.who = plain(facts.taken_by, _LONGEST_NAME) or "Another contact"
        self.place = plain((facts.near or "").removeprefix("near "), _LONGEST_PLACE)
        self.destination = plain(facts.destination, _LONGEST_NAME) or "her destination"
        self.battery = facts.battery_pct
        self.seen_at = facts.last_seen_at

    @cached_property
    def number(self) -> str:
        return dialable(self.facts.number, self.facts.region) if self.facts.number else ""

    @cached_property
    def _zones(self) -> set[str]:
        """The names of the clock at the instants of this text; empty when no clock change is near."""
        facts = self.facts
        before, after = (self._local(facts.as_of_at + s).utcoffset() for s in (-_CLOCK_CHANGE_S, _CLOCK_CHANGE_S))
        if before == after:
            return set()
        told = (facts.as_of_at, facts.due_at, facts.cause_at, facts.last_seen_at, facts.down_from_at, facts.down_to_at)
        return {str(self._local(at).tzname()) for at in told if at is not None}

    def _local(self, at: float) -> datetime:
        return datetime.fromtimestamp(at, ZoneInfo(self.facts.timezone))

    def clock(self, at: float | None, *, main: bool = False) -> str:
        """A time of day; with its weekday when it is far off, with its zone when the clocks change.

        Where all instants of the text share one zone it stands only at the `main` one.
        """
        at = self.facts.as_of_at if at is None else at
        local = self._local(at)
        day = f"{_DAYS[local.weekday()]} " if abs(self.facts.as_of_at - at) > _OTHER_DAY_S else ""
        zone = f" {local.tzname()}" if len(self._zones) > 1 or (main and self._zones) else ""
        return f"{day}{local:%H:%M}{zone}"

    @property
    def near(self) -> str:
        return f" near {self.place}" if self.place else ""

    @property
    def seen(self) -> str:
        """The sentence "Last seen …", with a leading space, or nothing where nobody saw her."""
        if self.seen_at is None:
            return ""
        battery = f", battery {self.battery}%" if self.battery is not None else ""
        return f" Last seen {self.clock(self.seen_at)}{self.near}{battery}."

    @property
    def seen_without_battery(self) -> str:
        return "" if self.seen_at is None else f" Last seen {self.clock(self.seen_at)}{self.near}."

    @property
    def here(self) -> str:
        """The place of an SOS, led by a comma; with its own time when the place is older than the cry for help."""
        if not self.place:
            return ""
        at = self.facts.cause_at if self.facts.cause_at is not None else self.facts.as_of_at
        if self.seen_at is not None and at - self.seen_at > _STALE_PLACE_S:
            return f", {self.clock(self.seen_at)}{self.near}"
        return f",{self.near}"

    @property
    def reply(self) -> str:
        return f"Reply {self.facts.code or 'GOT IT'} = you are on it."

    @property
    def ring(self) -> str:
        return f"Please ring her: {self.number}." if self.number else "Please ring her."

    @property
    def ring_short(self) -> str:
        return f"Ring her {self.number}." if self.number else "Ring her."

    @property
    def happened(self) -> str:
        """The first half of a concern: what was seen, when, where, and that she has not answered."""
        where = f"{self.clock(self.facts.cause_at, main=True)}{self.near}"
        minutes = "" if self.facts.silent_min is None else f" for {self.facts.silent_min} min"
        silent = f"has not answered us{minutes}"
        match self.facts.cause:
            case "off_route":
                return f"{self.name} left her route at {where} and {silent}."
            case "away":
                return f"{self.name} has been moving away from where she was going since {where} and {silent}."
            case "vehicle":
                return f"{self.name} was on foot, seems to be in a vehicle since {where} and {silent}."
            case "stalled":
                return f"{self.name} stopped on her way at {where} and {silent}."
            case "pause_over":
                return f"{self.name} said she would stop for a while, at {where}, and {silent}."
            case "signal_lost":
                return f"{self.name}'s phone has been silent since {where}. She {silent}."
            case "wrong_pins":
                asked = f" She {silent}." if self.facts.silent_min is not None else ""
                return f"A wrong PIN was keyed 3 times on {self.name}'s phone at {where}.{asked}"
            case _:
                return f"{self.name} was asked if all is ok at {where} and {silent}."

    def give_way(self, over: int) -> bool:
        """Save about `over` septets: the place first, then names, battery, last sight. False: nothing is left to cut."""
        if self.place:
            cut = shorten(self.place, max(0, septets(self.place) - over))
            self.place = cut if septets(cut) >= _SHORTEST_PLACE else ""
            return True
        for part in ("who", "destination", "name"):
            word = getattr(self, part)
            if septets(word) > _SHORTEST_NAME and word not in _OURS:
                setattr(self, part, shorten(word, max(_SHORTEST_NAME, septets(word) - over)))
                return True
        if self.battery is not None:
            self.battery = None
            return True
        if self.seen_at is not None:
            self.seen_at = None
            return True
        return False
