"""Texts that come in, from words to meaning. Pure; case, spaces, punctuation, extra words and emoji do not matter.

A number may belong to her and to a contact alike, so a text is read both ways and the use case chooses.
"""

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from alerts.ladder import Said
from alerts.receipts import carrier_word

_PIECES = re.compile(r"[A-Z]+|\d+")
_TAKEN = ({"GOT", "IT"}, {"GOTIT"}, {"ON", "IT"})
_CANNOT = frozenset({"CANT", "CANNOT"})
_OK = frozenset({"OK", "OKAY", "K", "YES", "FINE"})
_CRY = frozenset({"HELP", "SOS"})
_NOT = frozenset({"NOT", "NO", "DONT", "ISNT", "NEVER"})


class HerWord(StrEnum):
    """What she can text."""

    OK = "ok"
    MORE = "more"
    HOME = "home"
    HELP = "help"


@dataclass(frozen=True, slots=True)
class Hers:
    """A text as hers. `minutes` of MORE; `pin` as she typed it."""

    word: HerWord
    pin: str | None = None
    minutes: float = 0.0

    @property
    def surely(self) -> bool:
        """Hers even from a number that is also a contact's."""
        return self.pin is not None or self.word is not HerWord.OK


@dataclass(frozen=True, slots=True)
class Theirs:
    """A text as a contact's, about an alert. `code` are the two digits if one of those in question was there.
    `clear`: it said something we act on; anything else is only *seen*."""

    said: Said
    code: str | None = None
    clear: bool = True
    police_number: str = ""


def pieces(body: str) -> list[str]:
    """Words in capitals and numbers, in order: "can't, 42!" is CANT, 42. Other digits and styled letters are folded."""
    folded = unicodedata.normalize("NFKC", body).upper()
    folded = "".join(c for c in folded if c not in "'’`´")
    folded = "".join(str(unicodedata.digit(c)) if c.isdigit() and not c.isascii() else c for c in folded)
    return _PIECES.findall(folded)


def carrier(body: str, opt_out: str = "") -> str:
    """STOP or START: what the carrier has done by itself, or would do with this text. Never a command."""
    return opt_out if opt_out in ("STOP", "START") else carrier_word(body)


def is_yes(body: str) -> bool:
    """Consent: the word, whatever stands around it, unless something takes it back."""
    said = pieces(body)
    return "YES" in said and not _NOT & set(said)


def is_leave(body: str) -> bool:
    """LEAVE at the start: inside a sentence it may be about her."""
    return pieces(body)[:1] == ["LEAVE"]


def hers(body: str) -> Hers | None:
    """What this text means if it is hers; None if it is not one of her words."""
    said = pieces(body)
    if _CRY & set(said):
        return Hers(HerWord.HELP)
    if not said:
        return None
    first, numbers = said[0], [p for p in said if p.isdecimal()]
    pin = next((n for n in numbers if 4 <= len(n) <= 8), None)
    if first == "MORE":
        minutes = next((float(n) for n in numbers if len(n) <= 3), 15.0)
        return Hers(HerWord.MORE, pin, minutes)
    if first == "HOME":
        return Hers(HerWord.HOME, pin)
    if first in _OK or (pin is not None and first == pin):
        return Hers(HerWord.OK, pin)
    return None


def theirs(body: str, codes: Collection[str]) -> Theirs:
    """What this text means from a contact with open alerts under `codes`. Never None: at least it was seen."""
    said = pieces(body)
    words = set(said)
    code = next((p for p in said if p in codes), None)
    if _CANNOT & words or (code is not None and "NO" in words):
        return Theirs(Said.CANT, code)
    if _NOT & words:
        return Theirs(Said.SEEN, code, clear=False)
    number = "".join(p for p in said if p.isdecimal() and p != code)
    if "POLICE" in words and (code is not None or said[0] == "POLICE") and (number or code is not None):
        return Theirs(Said.POLICE, code, police_number=number)
    if code is not None and "HERE" in words:
        return Theirs(Said.WITH_HER, code)
    if words & {"SPOKEN", "SPOKE"} and (code is not None or said[0] in ("SPOKEN", "SPOKE")):
        return Theirs(Said.SPOKEN, code)
    if code is not None or any(phrase <= words for phrase in _TAKEN):
        return Theirs(Said.TAKEN, code)
    return Theirs(Said.SEEN, clear=False)
