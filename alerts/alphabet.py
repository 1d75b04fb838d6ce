"""The two alphabets a text can travel in: how much fits, and how a name is written in each."""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from . import septets

_ISOLATE, _END = "\u2068", "\u2069"
_RIGHT_TO_LEFT: Final = frozenset({"R", "AL"})
_OTHER_DOTS: Final = str.maketrans({"\u3002": ".", "\uff61": "."})  # some phones make links of these too


@dataclass(frozen=True, slots=True)
class Alphabet:
    """`size` is what a text costs in this alphabet's own units, `most_parts` the most we spend on one text.

    `spelled` is the text as it can be carried. `plain` and `shorten` as in `alerts.septets`. `shown` is a name among
    our words, where the direction of its script has to be kept apart from theirs.
    """

    most_parts: int
    per_part: int
    size: Callable[[str], int]
    spelled: Callable[[str], str]
    plain: Callable[[str, int], str]
    shorten: Callable[[str, int], str]
    shown: Callable[[str], str]

    @property
    def most(self) -> int:
        """The most that fits, when nothing is lost where two parts meet."""
        return self.most_parts * self.per_part


def _kept(text: str) -> str:
    """What UCS-2 can say is everything but half of a pair."""
    composed = unicodedata.normalize("NFC", text)
    return "".join(c for c in composed if unicodedata.category(c) != "Cs")


def _plain(text: str, at_most: int) -> str:
    folded = unicodedata.normalize("NFKC", septets.without_pictures(text)).translate(_OTHER_DOTS)
    return _shorten(septets.harmless(_kept(folded)), at_most)


def _shorten(text: str, at_most: int) -> str:
    kept, used = 0, 0
    for character in text:
        used += septets.units(character)
        if used > at_most:
            break
        kept += 1
    return septets.front(text, kept)


def _apart(text: str) -> str:
    """A name from right to left would take the time that follows it to its other side."""
    turned = any(unicodedata.bidirectional(c) in _RIGHT_TO_LEFT for c in text)
    return f"{_ISOLATE}{text}{_END}" if turned else text


def _as_it_is(text: str) -> str:
    return text


GSM: Final = Alphabet(
    most_parts=2,
    per_part=septets.PER_PART,
    size=septets.septets,
    spelled=septets.gsm7,
    plain=septets.plain,
    shorten=septets.shorten,
    shown=_as_it_is,
)
UCS2: Final = Alphabet(
    most_parts=4,
    per_part=septets.UNITS_PER_PART,
    size=septets.units,
    spelled=_kept,
    plain=_plain,
    shorten=_shorten,
    shown=_apart,
)
