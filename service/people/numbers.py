"""Phone numbers: from what people type to E.164, or one sentence that says why not. And names, likewise."""

import unicodedata
from collections.abc import Collection

import phonenumbers

from alerts.gateway import PhoneNumber

from .refusals import invalid

DRAMA = "+447700900"
"""Ofcom keeps 07700 900000 to 900999 for films; in the sandbox they are everybody's."""
LONGEST_NAME = 40
_MOBILE = frozenset({phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE})


def e164(
    typed: str, country: str, *, field: str = "number", drama: bool = False, countries: Collection[str] = ()
) -> PhoneNumber:
    """A mobile number of `country` (two capital letters) in E.164. With `drama` the numbers of films count too.

    With `countries` it may be a number of any of these, and of nobody else who shares their calling code; `country` is
    then only how a number without one is read. Raises Refused naming `field`. What was typed is not repeated: it may be somebody's number.
    """
    try:
        parsed = phonenumbers.parse(typed, country)
    except phonenumbers.NumberParseException:
        raise invalid(field, "expected a phone number") from None
    number = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
    if drama and number.startswith(DRAMA) and len(number) == len(DRAMA) + 3:
        return PhoneNumber(number)
    ours = tuple(countries) or (country,)
    if parsed.country_code not in [phonenumbers.country_code_for_region(one) for one in ours]:
        raise invalid(field, f"expected a number of {', '.join(ours)}")
    if not phonenumbers.is_valid_number(parsed):
        raise invalid(field, "expected a phone number that can exist")
    if countries and phonenumbers.region_code_for_number(parsed) not in ours:
        raise invalid(field, f"expected a number of {', '.join(ours)}")
    if phonenumbers.number_type(parsed) not in _MOBILE:
        raise invalid(field, "expected a mobile number")
    return PhoneNumber(number)


def called(name: str, *, field: str = "name") -> str:
    """What somebody is called, on one line. Raises Refused naming `field`."""
    plain = "".join(c if unicodedata.category(c)[0] not in "CZ" else " " for c in unicodedata.normalize("NFC", name))
    plain = " ".join(plain.split())
    if not 1 <= len(plain) <= LONGEST_NAME:
        raise invalid(field, f"expected 1 to {LONGEST_NAME} characters, got {len(plain)}")
    if "{" in plain or "}" in plain:
        raise invalid(field, "expected a name without braces")
    return plain
