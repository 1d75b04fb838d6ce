"""What a text costs on the air, in septets or in 16-bit units, and in parts; and ways to make it cost less.

A text that stays in the GSM alphabet (GSM 03.38) holds 160 septets alone and 153 in each part of a longer one; one
character outside it and the whole text is carried as UCS-2, 70 units alone and 67 in each part (3GPP TS 23.038, 23.040).
"""

import re
import unicodedata
from typing import Final

import gsm0338
from anyascii import anyascii

ALONE: Final = 160
PER_PART: Final = 153
UNITS_ALONE: Final = 70
UNITS_PER_PART: Final = 67

_CODEC: Final = gsm0338.Codec()
_SPACES: Final = re.compile(r"\s+")
_DOT_INSIDE: Final = re.compile(r"\.(?=\S)")
_LINKISH: Final = str.maketrans(dict.fromkeys("/\\:@#<>[]{}|^~", " "))
_PICTURES: Final = frozenset({"So", "Sk", "Cf", "Cs", "Co", "Cn"})
_SELECTORS: Final = frozenset("\ufe0e\ufe0f\u20e3")


def _cost(character: str) -> int:
    """1, 2 for a character of the extension table, 0 where the alphabet does not have it."""
    try:
        return len(_CODEC.encode(character)[0])
    except UnicodeEncodeError:
        return 0


_COSTS: Final[dict[str, int]] = {c: n for c in map(chr, range(0x2100)) if (n := _cost(c)) and c not in "\x0c\x1b"}


def encodable(text: str) -> bool:
    """True when every character is in the GSM alphabet."""
    return all(character in _COSTS for character in text)


def septets(text: str) -> int:
    """How many septets `text` takes. Raises ValueError naming the first character the alphabet lacks."""
    try:
        return sum(_COSTS[character] for character in text)
    except KeyError as missing:
        raise ValueError(f"text has a character outside GSM 03.38: {missing.args[0]!r}") from None


def units(text: str) -> int:
    """How many 16-bit units `text` takes as UCS-2: two for what lies beyond the first 65,536 characters, as emoji do."""
    return sum(1 + (character > "\uffff") for character in text)


def segments(text: str) -> int:
    """In how many parts the network carries `text`. Neither an extension character nor a surrogate pair is ever split
    over two parts."""
    if encodable(text):
        return _parts([_COSTS[character] for character in text], ALONE, PER_PART)
    return _parts([units(character) for character in text], UNITS_ALONE, UNITS_PER_PART)


def _parts(costs: list[int], alone: int, per_part: int) -> int:
    if sum(costs) <= alone:
        return 1
    parts, room = 1, per_part
    for cost in costs:
        if cost > room:
            parts, room = parts + 1, per_part
        room -= cost
    return parts


def gsm7(text: str) -> str:
    """`text` with every character outside the alphabet replaced by its nearest Latin spelling, or left out.

    Spaces of every kind become the plain space: a no-break space alone would more than double the cost.
    """
    if encodable(text):
        return text
    spelled: list[str] = []
    for character in unicodedata.normalize("NFC", text):
        if character in _COSTS:
            spelled.append(character)
        elif character.isspace():
            spelled.append(" ")
        else:
            spelled.append("".join("'" if c == "`" else c for c in anyascii(character) if c in _COSTS or c == "`"))
    return "".join(spelled)


def plain(text: str, at_most: int) -> str:
    """A name or a place as it may stand in a text: one line, GSM alphabet, at most `at_most` septets.

    Somebody else chose it, so it cannot become a link, a second line or most of the message. Pictures are left out; a
    script without capitals gets one.
    """
    spelled = gsm7(without_pictures(text))
    one_line = harmless(spelled)
    if one_line[:1].isascii() and one_line[:1].islower() and not text.strip()[:1].islower():
        one_line = one_line[:1].upper() + one_line[1:]
    return shorten(one_line, at_most)


def without_pictures(text: str) -> str:
    """`text` without emoji and without what steers the writing and shows nothing (joiners, marks of direction). A
    letter in a circle is a letter."""
    return "".join(c if c in _COSTS or not _is_picture(c) else _letter_in(c) for c in text)


def _is_picture(character: str) -> bool:
    return unicodedata.category(character) in _PICTURES or character in _SELECTORS


def _letter_in(character: str) -> str:
    folded = unicodedata.normalize("NFKC", character)
    return folded if folded.isalnum() else ""


def harmless(text: str) -> str:
    """`text` on one line, with nothing in it that a phone makes a link of."""
    one_line = _SPACES.sub(" ", text.translate(_LINKISH))
    return _SPACES.sub(" ", _DOT_INSIDE.sub(". ", one_line)).strip()


def shorten(text: str, at_most: int) -> str:
    """The front of `text` in at most `at_most` septets, cut between words when a fair part of it remains."""
    kept, used = 0, 0
    for character in text:
        used += _COSTS[character]
        if used > at_most:
            break
        kept += 1
    return front(text, kept)


def front(text: str, kept: int) -> str:
    """The first `kept` characters, or fewer where that ends on a whole word and still keeps a fair part."""
    if kept >= len(text):
        return text
    cut = text[:kept]
    whole_words = cut if text[kept : kept + 1] == " " else cut.rpartition(" ")[0]
    return (whole_words if len(whole_words) * 2 > kept else cut).rstrip(" ,.-'(")
