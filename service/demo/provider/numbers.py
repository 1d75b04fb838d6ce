"""What sort of number somebody has, and what becomes of texts and calls to it: in the API's answer, or afterwards.

Numbers of errors: https://www.twilio.com/docs/api/errors. A landline may be refused at once (21614, or 21635 in
countries where Twilio does not try) or be found out by the carrier (30006).
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Kind(StrEnum):
    MOBILE = "mobile"
    INVALID = "invalid"
    LANDLINE = "landline"
    LANDLINE_ABROAD = "landline_abroad"
    LANDLINE_FOUND_OUT = "landline_found_out"
    FOREIGN = "foreign"
    UNVERIFIED = "unverified"
    PREMIUM = "premium"
    BLOCKED = "blocked"
    UNKNOWN = "unknown"
    FILTERED = "filtered"
    GONE = "gone"
    NO_REASON = "no_reason"


@dataclass(frozen=True, slots=True)
class Fate:
    """`refused` and `undelivered` are for texts, `uncallable` refuses a call, `unrung` ends one as failed."""

    refused: int | None = None
    undelivered: int | None = None
    uncallable: int | None = None
    unrung: bool = False


FATES: Final[dict[Kind, Fate]] = {
    Kind.MOBILE: Fate(),
    Kind.INVALID: Fate(refused=21211, uncallable=21211),
    Kind.LANDLINE: Fate(refused=21614),
    Kind.LANDLINE_ABROAD: Fate(refused=21635),
    Kind.LANDLINE_FOUND_OUT: Fate(undelivered=30006),
    Kind.FOREIGN: Fate(refused=21408, uncallable=21215),
    Kind.UNVERIFIED: Fate(refused=21608, uncallable=21219),
    Kind.PREMIUM: Fate(refused=21612, uncallable=13225),
    Kind.BLOCKED: Fate(undelivered=30004, unrung=True),
    Kind.UNKNOWN: Fate(undelivered=30005, unrung=True),
    Kind.FILTERED: Fate(undelivered=30007),
    Kind.GONE: Fate(undelivered=30003),
    Kind.NO_REASON: Fate(undelivered=30008),
}
