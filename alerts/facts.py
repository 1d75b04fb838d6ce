"""What is known when a message is written, and the writer: names, times and numbers as a text may show them."""

from datetime import datetime
from functools import cached_property
from typing import Final
from zoneinfo import ZoneInfo

import msgspec
import phonenumbers

from .language import ENGLISH, Language
from .septets import gsm7

LONGEST_NAME: Final = 24
_LONGEST_PLACE: Final = 48
_SHORTEST_NAME: Final = 8
_SHORTEST_PLACE: Final = 6
_OTHER_DAY_S: Final = 18 * 3600.0
_CLOCK_CHANGE_S: Final = 24 * 3600.0
_STALE_PLACE_S: Final = 120.0


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """Everything words may need; what is None or empty is left out of the sentence.

    Instants are seconds since 1970 UTC, shown in `timezone`. `as_of_at` is the moment of writing.
    `number` is hers in E.164, shown as somebody in `region` would dial it. `near` is the place without
    the word near ("High St, Rochester"). `code` is the two digits a contact replies with. `cause` is a
    value of the journey's causes; one the texts do not know gets a plain sentence. `closed_by` is pin, ended,
    operator or arrived, or empty where nobody knows any more. `taken_how` is what the contact who took it said (taken,
    spoken, with_her, police). `taken_by` is set only when she allowed names. `rung_on`: in an SOS an answer stops calls to
    whoever gave it alone; True for a reader who has given none yet, False for one who has, None in every other alarm. `pin_needed` is True where her OK must
    carry her PIN. `passcode` is the one-time code. `language` is the reader's (BCP 47). `stranger`: the reader has not
    said YES and may never have heard of us. `forced`: the reader has been told that she may be forced, and that alert is
    open: no word may lead to her phone, or say that all is well. `by_mail`: it is read as a mail, where replying does nothing.

    Of a reply, `reply` names the sentence (alerts.words_en.REPLIES), `answer_at` the instant in it, `wait_s` a wait,
    `on` and `off` the people in it by name; `words` are finished words instead.
    """

    name: str
    as_of_at: float
    number: str = ""
    reference: str = ""
    code: str = ""
    link: str = ""
    timezone: str = "Europe/London"
    region: str = "GB"
    language: str = "en"
    stranger: bool = False
    forced: bool = False
    by_mail: bool = False
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
    rung_on: bool | None = None
    closed_by: str = "pin"
    closed_at: float | None = None
    pin_given_at: float | None = None
    extended_min: int | None = None
    contact_name: str = ""
    pin_needed: bool = False
    passcode: str = ""
    reply: str = ""
    answer_at: float | None = None
    wait_s: float = 0.0
    on: tuple[str, ...] = ()
    off: tuple[str, ...] = ()
    words: str = ""


_INSTANTS: Final = tuple(name for name in Facts.__struct_fields__ if name.endswith("_at"))


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
    """Facts as a text in `language` may show them. Names, the place and the rest may be cut to fit, by `give_way`."""

    def __init__(self, facts: Facts, language: Language = ENGLISH):
        self.facts, self.language = facts, language
        self._words = {
            "place": self.called((facts.near or "").removeprefix("near "), _LONGEST_PLACE),
            "who": self.called(facts.taken_by) or language.another_contact,
            "destination": self.called(facts.destination) or language.her_destination,
            "name": self.called(facts.name) or language.a_friend,
        }
        self.battery = facts.battery_pct
        self.seen_at = facts.last_seen_at
        self.down_at = (facts.down_from_at, facts.down_to_at) if facts.down_from_at is not None else None

    @property
    def name(self) -> str:
        return self._shown("name")

    @property
    def who(self) -> str:
        """The contact who said something, or "another contact"."""
        return self._shown("who")

    @property
    def place(self) -> str:
        return self._shown("place")

    @property
    def destination(self) -> str:
        return self._shown("destination")

    def called(self, name: str, at_most: int = LONGEST_NAME) -> str:
        """What somebody chose to call a person or a place, fit for a text of ours."""
        return self.language.alphabet.plain(name, at_most)

    def _shown(self, part: str) -> str:
        return self.language.alphabet.shown(self._words[part])

    @cached_property
    def number(self) -> str:
        return dialable(self.facts.number, self.facts.region) if self.facts.number else ""

    @cached_property
    def _zones(self) -> set[str]:
        """The names of the clock at the instants of this text; empty when no clock change is near."""
        now = self.facts.as_of_at
        before, after = (self._local(now + s).utcoffset() for s in (-_CLOCK_CHANGE_S, _CLOCK_CHANGE_S))
        if before == after:
            return set()
        told = (getattr(self.facts, name) for name in _INSTANTS)
        return {str(self._local(at).tzname()) for at in told if at is not None}

    def _local(self, at: float) -> datetime:
        return datetime.fromtimestamp(at, ZoneInfo(self.facts.timezone))

    def clock(self, at: float | None, *, main: bool = False) -> str:
        """A time of day; with its weekday when it is far off, with its zone when the clocks change.

        Where all instants of the text share one zone it stands only at the `main` one.
        """
        at = self.facts.as_of_at if at is None else at
        local = self._local(at)
        day = f"{self.language.days[local.weekday()]} " if abs(self.facts.as_of_at - at) > _OTHER_DAY_S else ""
        zone = f" {local.tzname()}" if len(self._zones) > 1 or (main and self._zones) else ""
        return f"{day}{local:%H:%M}{zone}"

    @property
    def seen_before(self) -> float | None:
        """When she was seen at the place, where that is older than the cry for help that names it."""
        at = self.facts.cause_at if self.facts.cause_at is not None else self.facts.as_of_at
        return self.seen_at if self.seen_at is not None and at - self.seen_at > _STALE_PLACE_S else None

    def give_way(self, over: int) -> bool:
        """Save about `over` units of the alphabet: the place first, then names, battery, last sight, why it is late.
        False: nothing is left to cut."""
        alphabet, words = self.language.alphabet, self._words
        if words["place"]:
            cut = alphabet.shorten(words["place"], max(0, alphabet.size(words["place"]) - over))
            words["place"] = cut if alphabet.size(cut) >= _SHORTEST_PLACE else ""
            return True
        for part in ("who", "destination", "name"):
            word = words[part]
            ours = part != "name" and word in self.language.own_words  # somebody may be called what we say of others
            if alphabet.size(word) > _SHORTEST_NAME and not ours:
                words[part] = alphabet.shorten(word, max(_SHORTEST_NAME, alphabet.size(word) - over))
                return True
        if self.battery is not None:
            self.battery = None
            return True
        if self.seen_at is not None:
            self.seen_at = None
            return True
        if self.down_at is not None:
            self.down_at = None
            return True
        return False
