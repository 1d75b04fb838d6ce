"""One position as the phone measured it, and the named reasons for setting one aside."""

import msgspec


class Fix(msgspec.Struct, frozen=True, array_like=True):
    """A position as the phone measured it.

    `at` is the phone's time corrected by its measured offset, in seconds since 1970 UTC; it orders
    fixes and measures the time between them, and never decides a deadline.
    """

    seq: int
    at: float
    lat: float
    lon: float
    accuracy_m: float | None = None
    speed_mps: float | None = None
    course_deg: float | None = None
    battery_pct: int | None = None
    mock: bool = False
