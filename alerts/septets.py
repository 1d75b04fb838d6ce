"""What a text costs on the air: GSM 03.38 septets and segments, and ways to make it cost less.

A text that stays in the GSM alphabet holds 160 septets alone and 153 in each part of a longer one
(3GPP TS 23.038 and 23.040); one character outside it and the whole text drops to 70 and 67 per part.
"""

import re
import unicodedata
from typing import Final

import gsm0338
from anyascii import anyascii

ALONE: Final = 160
PER_PART: Final = 153

_CODEC: Final = gsm0338.Codec()
_SPACES: Final = re.compile(r"\s+")
_DOT_INSIDE: Final = re.compile(r"\.(?=\S)")
_LINKISH: Final = str.maketrans(dict.fromkeys("/\\:@#<>[]{}|^~", " "))


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


def segments(text: str) -> int:
    """In how many parts the network carries `text`. An extension character is never split over two parts."""
    if septets(text) <= ALONE:
        return 1
    parts, room = 1, PER_PART
    for character in text:
        cost = _COSTS[character]
        if cost > room:
            parts, room = parts + 1, PER_PART
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

    Somebody else chose it, so it cannot become a link, a second line or most of the message.
    """
    one_line = _SPACES.sub(" ", gsm7(text).translate(_LINKISH))
    unlinked = _SPACES.sub(" ", _DOT_INSIDE.sub(". ", one_line))
    return shorten(unlinked.strip(), at_most)


def shorten(text: str, at_most: int) -> str:
    """The front of `text` in at most `at_most` septets, cut between words when a fair part of it remains."""
    kept, used = 0, 0
    for character in text:
        used += _COSTS[character]
        if used > at_most:
            break
        kept += 1
    if kept == len(text):
        return text
    front = text[:kept]
    whole_words = front if text[kept : kept + 1] == " " else front.rpartition(" ")[0]
    return (whole_words if len(whole_words) * 2 > kept else front).rstrip(" ,.-'(")
