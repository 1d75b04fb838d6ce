"""What is known of Anna at 23:42 on a winter evening in Rochester, as the texts of the law have it."""

from datetime import UTC, datetime
from typing import Any

import msgspec

from alerts.facts import Facts

LINK = "https://lamplit.example/c/7hJq0n3mRkY2vXcB5tWz8A"
LONG_LINK = "https://" + "x" * 52
NUMBER = "07700900123"


def at(clock: str, day: str = "2025-11-14") -> float:
    """A winter evening in Rochester, when the clock there is UTC."""
    return datetime.fromisoformat(f"{day}T{clock}:00").replace(tzinfo=UTC).timestamp()


ANNA = Facts(
    name="Anna",
    number="+447700900123",
    reference="K742",
    code="42",
    link=LINK,
    as_of_at=at("23:42"),
    due_at=at("23:30"),
    last_seen_at=at("23:28"),
    near="High St, Rochester",
    battery_pct=14,
    cause="off_route",
    cause_at=at("23:14"),
    silent_min=5,
)


def known(**more: Any) -> Facts:
    return msgspec.structs.replace(ANNA, **more)


LONGEST: dict[str, Any] = {
    "name": "Wolfeschlegelsteinhausen von Bergerdorff",
    "near": "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch, Anglesey",
    "taken_by": "Hubert Blaine Wolfeschlegelsteinhausen",
    "destination": "the house of my grandmother behind the wood",
    "contact_name": "Hubert Blaine Wolfeschlegelsteinhausen",
    "number": "+4915123456789",
    "link": LONG_LINK,
    "reference": "K742",
    "battery_pct": 100,
    "silent_min": 1440,
    "extended_min": 720,
}
"""As long as names, places, numbers and links get."""
