"""Texts that come in, from words to meaning. Pure; case, spaces, punctuation, extra words and emoji do not matter.

A number may belong to her and to a contact alike, so a text is read both ways and the use case chooses. What would take
somebody off (CANT, 42 NO, LEAVE, NEVER) is read narrowly, and a doubt is only *seen*: "42, no answer, I am driving
there" is not "42 NO".
"""

import re
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby, pairwise

from alerts.ladder import Said
from alerts.receipts import carrier_word

LONGEST = 1600
LONGEST_POLICE_NUMBER = 40
MORE_MINUTES = 15.0
_PIECES = re.compile(r"[A-Z]+|\d+")
_NAMES = re.compile(r"[^\W\d_]+(?:['’\-][^\W\d_]+)*")
_SIGNS = str.maketrans({"🆘": " SOS ", "🆗": " OK ", "👍": " OK ", "👌": " OK ", "✅": " OK ", "👎": " NO "})
_UNSEEN = frozenset({"Cf", "Mn", "Me"})
_CRY = re.compile(r"(?<![A-Z])(?:H+\W*E+\W*L+\W*P+(?:M+E+)?|S+\W*O+\W*S+(?:O+S+)*)(?![A-Z])")
"""HELP and SOS, also as S.O.S., HELPME, or with a thumb that stays on a key."""
_CLOCK = re.compile(r"\b\d{1,2}:\d\d\b")
_HALF_HOURS = re.compile(r"\b(\d{1,2})[.,](\d)(?=\s*H)")
_TAKEN = (("GOT", "IT"), ("ON", "IT"))
_SOMEBODY_ELSE = frozenset(
    {"NOBODY", "NOBODYS", "ANYONE", "ANYBODY", "SOMEONE", "SOMEBODY", "WHO", "WHOS", "HAVENT", "HASNT"}
)
_CANNOT = frozenset({"CANT", "CANNOT"})
_OK = frozenset({"OK", "OKAY", "YES", "FINE"})
_OK_FIRST = _OK | {"K"}
_NO = frozenset({"NO", "NOPE", "NIE"})
_NOT = _NO | {"NOT", "DONT", "ISNT", "NEVER", "ARENT", "WASNT", "WONT"}
_NO_MATTER = (
    ("NO", "PROBLEM"), ("NO", "PROBLEMS"), ("NO", "WORRIES"), ("NO", "PROB"), ("NO", "PROBS"), ("DONT", "WORRY"),
    ("DONT", "MIND"),
)  # fmt: skip
_NO_TO_SOMETHING = frozenset({"ANSWER", "ANSWERS", "REPLY", "RESPONSE", "NEWS", "SIGN", "ONE", "IDEA", "LUCK", "CAR"})
_NOT_ABOUT_ME = frozenset(
    {"REACH", "GET", "FIND", "HEAR", "SEE", "CONTACT", "BELIEVE", "THINK", "TELL", "WAIT", "SAY", "REMEMBER", "STOP"}
)
_POLITE = frozenset({"PLEASE", "PLS", "THANKS", "THANK", "YOU", "LAMPLIT", "ALL", "AGAIN"})
_HOURS = frozenset({"H", "HR", "HRS", "HOUR", "HOURS"})
_MINUTES = frozenset({"M", "MIN", "MINS", "MINUTE", "MINUTES"})
_NO_PLACE = _POLITE | _HOURS | _MINUTES | {"TO", "FOR", "WALK", "THE", "AT", "IN"}
_LONGEST_OK = 8


class HerWord(StrEnum):
    """What she can text."""

    OK = "ok"
    MORE = "more"
    HOME = "home"
    HELP = "help"
    WALK = "walk"


@dataclass(frozen=True, slots=True)
class Hers:
    """A text as hers. `minutes` of MORE or WALK (None: she said none); `pin` as she typed it; `place` her word for where
    she is going."""

    word: HerWord
    pin: str | None = None
    minutes: float | None = None
    place: str = ""

    @property
    def surely(self) -> bool:
        """Hers even from a number that is also a contact's."""
        if self.word is HerWord.WALK:
            return self.minutes is not None
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
    """Words in capitals and numbers, in order: "can't, 42!" is CANT, 42. Other digits, styled letters, accents and what
    shows nothing are folded away; a thumb is OK."""
    return _PIECES.findall(_folded(body))


def _folded(body: str) -> str:
    text = unicodedata.normalize("NFKD", body[:LONGEST].translate(_SIGNS))
    kept = "".join(c for c in text if unicodedata.category(c) not in _UNSEEN and c not in "'’`´").upper()
    digits = (str(unicodedata.digit(c)) if c.isdigit() and not c.isascii() else c for c in kept)
    return "".join(digits).replace("Ł", "L")


def carrier(body: str, opt_out: str = "") -> str:
    """STOP or START: what the carrier has done by itself, or would do with this text. Never a command."""
    return opt_out if opt_out in ("STOP", "START") else carrier_word(body)


def is_yes(body: str) -> bool:
    """Consent: the word, whatever stands around it, unless something takes it back."""
    said = _without(pieces(body), _NO_MATTER)
    return "YES" in said and not _NOT & set(said)


def is_leave(body: str) -> bool:
    """LEAVE alone, but for politeness and a code: "leave her alone" and "leave it to me" are about something else."""
    return _alone(body, "LEAVE")


def is_never(body: str) -> bool:
    """NEVER alone: nobody shall ask this number again."""
    return _alone(body, "NEVER")


def _alone(body: str, word: str) -> bool:
    said = pieces(body)
    return word in said and not {p for p in said if not p.isdecimal()} - _POLITE - {word}


def asks_safe(body: str) -> bool:
    """SAFE, SAFE?, or a question with the word in it; "she is safe" asks nothing."""
    said = pieces(body)
    return said == ["SAFE"] or ("SAFE" in said and bool({"?", "؟"} & set(_folded(body))))


def short_numbers(body: str) -> list[str]:
    """Two digits alone: what may be the code of an alert or of a test."""
    return [p for p in pieces(body) if p.isdecimal() and len(p) == 2]


# ── hers ─────────────────────────────────────────────────────────────────────────────────────────────────


def hers(body: str) -> Hers | None:
    """What this text means if it is hers; None if it is not one of her words. A PIN may stand before or after the word,
    with spaces in it; 23:30 is none, and no number of minutes. HELP and SOS count anywhere, whatever stands around
    them."""
    text = _CLOCK.sub(" ", _folded(body))
    if _CRY.search(text):
        return Hers(HerWord.HELP)
    said = _PIECES.findall(_HALF_HOURS.sub(_in_minutes, text))
    if "POLICE" in said:
        return None
    start = next((n for n, piece in enumerate(said) if not piece.isdecimal()), len(said))
    first, rest = said[start] if start < len(said) else "", said[start + 1 :]
    pin = _pin(said[:start])
    match first:
        case "MORE":
            minutes, others = _minutes(rest)
            return Hers(HerWord.MORE, pin or _pin(others), MORE_MINUTES if minutes is None else minutes)
        case "WALK":
            number = next((piece for piece in rest if piece.isdecimal()), "")
            return Hers(HerWord.WALK, None, _minutes(rest)[0] if len(number) <= 3 else None, _place(body))
        case "HOME":
            return Hers(HerWord.HOME, pin or _pin(rest))
    pin = pin or _pin(said)
    denied = bool(_NOT & set(said))
    if pin is not None and "HOME" in rest and not denied:
        return Hers(HerWord.HOME, pin)
    if first in _OK_FIRST or (pin is not None and start > 0):
        return Hers(HerWord.OK, pin)
    if _OK & set(said) and not denied and len(said) <= _LONGEST_OK:
        return Hers(HerWord.OK, pin)
    return None


def _minutes(said: Sequence[str]) -> tuple[float | None, Sequence[str]]:
    """15, 15 min, 1 h, 1 h 30: by the first number of at most three digits, and the words without it. What follows the
    hours is a PIN where all of it is needed for one."""
    n = next((n for n, piece in enumerate(said) if piece.isdecimal() and len(piece) <= 3), None)
    if n is None:
        return None, said
    before, number, rest = said[:n], float(said[n]), said[n + 1 :]
    if not rest or rest[0] not in _HOURS:
        return number, (*before, *rest)
    follows = rest[1:]
    if follows and follows[0].isdecimal() and len(follows[0]) <= 2:
        others = follows[1:]
        if not others or not others[0].isdecimal() or _pin(others) is not None:
            return number * 60.0 + float(follows[0]), (*before, *others)
    return number * 60.0, (*before, *follows)


def _in_minutes(found: re.Match[str]) -> str:
    """1.5 h: one h thirty."""
    return f"{found[1]} H {int(found[2]) * 6} "


def _place(body: str) -> str:
    """The words that are left: where she is going, as she wrote it, without numbers."""
    found = _NAMES.findall(unicodedata.normalize("NFC", body[:LONGEST]))
    return " ".join(word for word in found if not set(pieces(word)) & _NO_PLACE)


def _pin(said: Sequence[str]) -> str | None:
    """Four to eight digits, however she spaced them: 24 68, 2 4 6 8, 1234 5678. What words stand between is no PIN."""
    for is_number, run in groupby(said, str.isdecimal):
        numbers = list(run) if is_number else []
        whole = [number for number in numbers if 4 <= len(number) <= 8]
        joined = "".join(numbers)
        if len(whole) in (0, len(numbers)) and 4 <= len(joined) <= 8:
            return joined
        if whole:
            return whole[0]
    return None


# ── a contact's ──────────────────────────────────────────────────────────────────────────────────────────


def theirs(body: str, codes: Collection[str]) -> Theirs:
    """What this text means from a contact with alerts under `codes`. Never None: at least it was seen."""
    said = _without(pieces(body), _NO_MATTER)
    words = set(said)
    code = next((p for p in said if p in codes), None)
    if _declines(said, code):
        return Theirs(Said.CANT, code)
    if _NOT & words or _CANNOT & words:
        return Theirs(Said.SEEN, code, clear=False)
    number = " ".join(p for p in said if p.isdecimal() and p != code)[:LONGEST_POLICE_NUMBER]
    if "POLICE" in words and (code is not None or said[0] == "POLICE") and (number or code is not None):
        return Theirs(Said.POLICE, code, police_number=number)
    if code is not None and "HERE" in words:
        return Theirs(Said.WITH_HER, code)
    if words & {"SPOKEN", "SPOKE"} and (code is not None or said[0] in ("SPOKEN", "SPOKE")):
        return Theirs(Said.SPOKEN, code)
    if code is not None or _takes(body, said):
        return Theirs(Said.TAKEN, code)
    return Theirs(Said.SEEN, clear=False)


def _declines(said: Sequence[str], code: str | None) -> bool:
    """CANT about oneself, or a NO right beside the code that is a no to us."""
    if any(word in _CANNOT and follows not in _NOT_ABOUT_ME for word, follows in pairwise([*said, ""])):
        return True
    if code is None:
        return False
    at = said.index(code)
    if at > 0 and said[at - 1] in _NO:
        return True
    beside, follows = [*said[at + 1 :], "", ""][:2]
    return beside in _NO and follows not in _NO_TO_SOMETHING


def _takes(body: str, said: Sequence[str]) -> bool:
    """GOT IT, ON IT: said of oneself, and no question."""
    phrase = "GOTIT" in said or any(pair in _TAKEN for pair in pairwise(said))
    return phrase and not _SOMEBODY_ELSE & set(said) and "?" not in _folded(body)


def _without(said: Sequence[str], phrases: Sequence[tuple[str, str]]) -> list[str]:
    kept: list[str] = []
    for piece in said:
        if kept and (kept[-1], piece) in phrases:
            kept.pop()
        else:
            kept.append(piece)
    return kept
