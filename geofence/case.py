"""What is judged: one journey's fixes, the leg she is on, and what must be remembered of it between two fixes."""

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from .arrival import OUTSIDE_FIXES
from .destination import Destination
from .fix import Fix
from .grid import Grid
from .haven import Haven
from .limits import STANDARD_FOOT, Limits
from .mode import Mode
from .sighting import Sighting, Standing
from .state import EMPTY, Row, row_of, state_of


class Evidence(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """All that geofence remembers of a journey between two fixes; stored with it.

    `last` is the last plausible fix in order, `doubted` the latest one set aside as a jump, with how many agreed
    with it. `standing` is unknown before the first fresh plausible fix. `state` is the rules' own record of her
    (`geofence.state`); rows of before there was one hold a list there, and six more: see `record`.
    """

    last: Fix | None = None
    state: bytes | list[object] = EMPTY
    was_corridor: object = None
    was_stall: object = None
    was_ride: object = None
    was_away: object = None
    was_pace: object = None
    was_arrival: object = None
    standing: Standing = Standing.UNKNOWN
    doubted: Fix | None = None
    doubts: int = 0

    @property
    def record(self) -> bytes:
        """The rules' record. Of an old row only what she was asked about goes on; the rest begins anew."""
        if isinstance(self.state, bytes):
            return self.state
        off, riding = self.standing is Standing.OFF_ROUTE, self.standing is Standing.VEHICLE
        return state_of(Row(off=float(off), riding=float(riding)))

    def on_another_way(self) -> "Evidence":
        """What stays true when the route is dropped or replaced: last fix, pace, ride, dwell; progress begins anew."""
        row, new = row_of(self.record), Row()
        for name in STAYS:
            setattr(new, name, getattr(row, name))
        return Evidence(
            last=self.last,
            state=state_of(new),
            standing=Standing.VEHICLE if row.riding else Standing.ON_ROUTE if self.last else Standing.UNKNOWN,
            doubted=self.doubted,
            doubts=self.doubts,
        )

    def on_next_leg(self, *, has_a_way: bool = False) -> "Evidence":
        """What stays true when a leg ends and another begins: where she is. All else belongs to the leg.

        She has come from elsewhere: a leg without a way that ends where it begins (a taxi to her door) may be over at
        once; one with a way is over where the way ends, though it begin there too.
        """
        row = row_of(self.record)
        new = Row(at=row.at, lat=row.lat, lon=row.lon, haven=row.haven, haven_run=row.haven_run)
        if self.last is not None and not has_a_way:
            new.outside = float(OUTSIDE_FIXES)
        standing = Standing.UNKNOWN if self.last is None else Standing.ON_ROUTE
        return Evidence(
            last=self.last, state=state_of(new), standing=standing, doubted=self.doubted, doubts=self.doubts
        )


STAYS = (
    *("at", "lat", "lon", "lat0", "lon0", "haven", "haven_run"),
    *("outside", "fine", "fine_since", "rough", "rough_since", "entered", "here"),
    *("riding", "ride_run", "ride_since", "ride_x", "ride_y"),
    *("away", "away_start", "away_least", "away_run", "away_since"),
    *("pace", "pace_since", "pace_x", "pace_y"),
    *("turn_run", "turn_since"),
)
"""What of her record another way leaves as it is."""
NO_EVIDENCE = Evidence()
Report = tuple[Fix, float, bool]
"""A fix, when the server received it, and whether it was fresh then (`docs/protocol.md` says what that is)."""


@dataclass(frozen=True, slots=True)
class Case:
    """One journey's fixes to be judged, in the order of their `seq`; callers pass at most a hundred at once.

    `grid` and `destination` are the leg's way and end, `mode` how she goes there. `ending` is the mode of the leg after
    this one, None where nobody has planned one; its way is `next_grid`. Only the `last` leg's end is where she arrives.
    `havens` are those near her that are open now.
    """

    fixes: Sequence[Report]
    began_at: float
    grid: Grid | None = None
    destination: Destination | None = None
    limits: Limits = STANDARD_FOOT
    mode: Mode = Mode.FOOT
    evidence: Evidence = NO_EVIDENCE
    ending: Mode | None = None
    last: bool = True
    havens: tuple[Haven, ...] = ()
    next_grid: Grid | None = None


Judged = tuple[list[Sighting], Evidence]
