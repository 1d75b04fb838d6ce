"""What one fix says, once it has been held against the way home."""

from enum import StrEnum

import msgspec


class Standing(StrEnum):
    """Her progress, as far as fixes tell (the states that need no fix belong to the journey)."""

    ON_ROUTE = "on_route"
    OFF_ROUTE = "off_route"
    AWAY = "away"
    VEHICLE = "vehicle"
    STALLED = "stalled"
    AT_HAVEN = "at_haven"
    UNKNOWN = "unknown"


class Sighting(msgspec.Struct, frozen=True, gc=False):
    """A fix and the judgement of it. Distances in metres, speeds in m/s, `at` as in `Fix`.

    `set_aside` names the predicate that found the fix implausible; then nothing below it was judged.
    `along_m` and `astray_m` are None without a route; `to_go_m` is along the route, else straight.
    `inside` is the destination's 50 m (or its polygon), `arriving` says that the dwell of row 17 is met.
    `moved_m` is the distance from the previous plausible fix. `because` are the numbers behind `standing`, by name and
    in the unit that the name ends in; None while she simply goes on along her way.
    `there` are those behind `arriving`, or behind its end when she is outside again.
    `turning` says that the leg is over and the next one begun, and how: `boarded`, `left` or `reached`. `haven` is the
    id of the haven she is at. Of a fix that was set aside `because` is what its predicate compared.
    """

    seq: int
    at: float
    received_at: float
    lat: float
    lon: float
    fresh: bool
    accuracy_m: float | None = None
    speed_mps: float | None = None
    battery_pct: int | None = None
    set_aside: str | None = None
    along_m: float | None = None
    astray_m: float | None = None
    to_go_m: float | None = None
    moved_m: float = 0.0
    standing: Standing = Standing.UNKNOWN
    inside: bool = False
    arriving: bool = False
    pace_mps: float | None = None
    because: dict[str, float] | None = None
    there: dict[str, float] | None = None
    turning: str = ""
    haven: str = ""
