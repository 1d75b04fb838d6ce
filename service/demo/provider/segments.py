"""How many parts a text is sent in, counted as Twilio counts (https://www.twilio.com/docs/glossary/what-sms-character-limit
and .../what-is-ucs-2-character-encoding): one character outside GSM-7 and the whole text travels as UCS-2.

Written from the tables of 3GPP TS 23.038 and not with the product's own counter, so that one mistake cannot agree with
itself.
"""

from typing import Final

LONGEST: Final = 1600
"""Characters in one text, https://www.twilio.com/docs/api/errors/21617."""
_BASIC: Final = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED: Final = frozenset("^{}\\[~]|€")


def count(body: str) -> int:
    """The parts of `body`. A character that takes two places is never cut in two."""
    if all(character in _BASIC or character in _EXTENDED for character in body):
        places, alone, part = [2 if character in _EXTENDED else 1 for character in body], 160, 153
    else:
        places, alone, part = [len(character.encode("utf-16-le")) // 2 for character in body], 70, 67
    if sum(places) <= alone:
        return 1
    parts, filled = 1, 0
    for place in places:
        if filled + place > part:
            parts, filled = parts + 1, 0
        filled += place
    return parts
