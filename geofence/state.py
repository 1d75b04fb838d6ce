"""What geofence remembers of a journey between two fixes, as one record of bytes with two readings.

Plain Python reads a record as a `Row`; numpy reads thousands as `Columns`. Both compute in float64 and round to
float32 when they write, after every fix, so equal operations leave equal bytes, in one call or in ten.

Instants are seconds since the journey began, in steps of 1/64 s (`clock`): ten seconds apart stays ten seconds apart.
Places are metres in the plane whose centre is (`lat0`, `lon0`). What cannot be read (another version, another length,
numbers that are none) is the beginning: one search of the whole route finds her again.
"""

from collections.abc import Sequence
from itertools import chain
from math import floor, isfinite
from struct import Struct

import msgspec
import numpy as np
from numpy.typing import NDArray

from .plane import Floats

VERSION = 1
MISSING = 1e9
"""The cost of a hypothesis that there is not."""
NEVER = -1e9
"""The instant of what has not happened."""
MEANS = 12
"""How many of her last mean places are kept: a limit's time in tenths, and one at each end."""
NO_MEANS = bytes(8 * MEANS)
FURTHEST_M = 1e7
"""A place farther from the plane's centre than this is held to be so far: her numbers must fit their four bytes."""
LONGEST_S = 1e7
LATEST = 1e12


class Row(msgspec.Struct, gc=False):
    """One journey's record, to be changed by the rules. Flags are 0.0 or 1.0, runs are counts of fixes.

    `at`, `lat`, `lon` are of the last plausible fix in order, in degrees and seconds since 1970. `means` of the `ring`
    are filled, newest last (`ring_of` tells what a mean is).
    """

    means: int = 0
    at: float = NEVER
    lat: float = 0.0
    lon: float = 0.0
    # progress: three places along the route, cheapest first, fixes since the last scan, seconds since they last moved,
    # the progress last shown (-1: none)
    along0: float = 0.0
    along1: float = 0.0
    along2: float = 0.0
    cost0: float = MISSING
    cost1: float = MISSING
    cost2: float = MISSING
    count: float = 0.0
    waited: float = 0.0
    shown: float = -1.0
    # the plane's centre in degrees
    lat0: float = 0.0
    lon0: float = 0.0
    # corridor
    off: float = 0.0
    off_run: float = 0.0
    off_since: float = 0.0
    # arrival
    outside: float = 0.0
    fine: float = 0.0
    fine_since: float = 0.0
    rough: float = 0.0
    rough_since: float = 0.0
    entered: float = 0.0
    here: float = 0.0
    # vehicle, and where the run began
    riding: float = 0.0
    ride_run: float = 0.0
    ride_since: float = 0.0
    ride_x: float = 0.0
    ride_y: float = 0.0
    # wrong way: metres to the end at the start (-1: not begun) and at the least
    away: float = 0.0
    away_start: float = -1.0
    away_least: float = -1.0
    away_run: float = 0.0
    away_since: float = 0.0
    # own pace in m/s (-1: unknown), and where its present sample began (`pace_since` NEVER: nowhere)
    pace: float = -1.0
    pace_since: float = NEVER
    pace_x: float = 0.0
    pace_y: float = 0.0
    pace_along: float = -1.0
    # standing still: the mean being made since `stall_from`, as sums over `stall_n` fixes (0: not begun); `stall_t` sums
    # the seconds since `stall_from`; `stall_along` is -1 once one of its fixes had no place along the route
    stall_from: float = 0.0
    stall_n: float = 0.0
    stall_t: float = 0.0
    stall_x: float = 0.0
    stall_y: float = 0.0
    stall_along: float = -1.0
    stalled: float = 0.0
    # boarding, leaving, reaching a leg's end
    turn_run: float = 0.0
    turn_since: float = 0.0
    # resting at a haven: which one (a number of its own, below 2**24) and on how many fixes
    haven: float = 0.0
    haven_run: float = 0.0
    ring: bytes = NO_MEANS


NAMES: tuple[str, ...] = Row.__struct_fields__[4:-1]
"""What is kept as float32, in the record's order."""
INDEX: dict[str, int] = {name: n for n, name in enumerate(NAMES)}

_HEAD = bytes((VERSION, 0))
_ONE = Struct(f"<H3d{len(NAMES)}f{len(NO_MEANS)}s")
"""What follows the head: a `Row`, field by field."""
_MANY = np.dtype(
    [
        ("version", "<u2"),
        ("means", "<u2"),
        ("d", "<f8", 3),
        ("f", "<f4", len(NAMES)),
        ("ring", "<i2", (MEANS, 4)),
    ]
)
_BOUNDS = np.array([[LATEST], [90.0], [180.0]])
SIZE = len(_HEAD) + _ONE.size
_WHOLE = np.dtype(f"V{SIZE}")
_RING = Struct(f"<{4 * MEANS}h")

Singles = NDArray[np.float32]
Records = NDArray[np.void]
Mean = tuple[int, int, int, int]


def row_of(state: bytes) -> Row:
    """A record to be changed; a new one where `state` cannot be read."""
    if len(state) != SIZE or state[0] != VERSION:
        return Row()
    values = _ONE.unpack_from(state, len(_HEAD))
    means, at, lat, lon = values[:4]
    if not (-LATEST <= at <= LATEST and -90.0 <= lat <= 90.0 and -180.0 <= lon <= 180.0):
        return Row()
    if not isfinite(sum(values[4:-1])):  # of single numbers no sum overflows
        return Row()
    row = Row(*values)
    if means > MEANS:
        row.means = MEANS
    return row


def state_of(row: Row) -> bytes:
    """The record's bytes."""
    try:
        return _HEAD + _ONE.pack(*msgspec.structs.astuple(row))
    except OverflowError:  # a number that four bytes cannot hold comes of a damaged record alone
        return EMPTY


EMPTY = state_of(Row())


def rounded(row: Row) -> Row:
    """The row as it would come back from its bytes."""
    return row_of(state_of(row))


def clock(at: float, began_at: float) -> float:
    """Seconds from `began_at` to `at`, to 1/64 s: exact in float32 for three days."""
    return floor(min(max(at - began_at, -LONGEST_S), LONGEST_S) * 64.0 + 0.5) / 64.0


def clocks(at: Floats, began_at: Floats) -> Floats:
    """`clock` of arrays."""
    passed: Floats = np.minimum(np.maximum(at - began_at, -LONGEST_S), LONGEST_S)
    passed *= 64.0
    passed += 0.5
    np.floor(passed, out=passed)
    passed /= 64.0
    return passed


class Columns:
    """Many records, one column each: `f` (NAMES, n), single numbers; `d` (3, n), the last fix's `at`, `lat`, `lon`;
    `ring` (n, MEANS, 4); `means` (n,). All are views of `raw`, the records as they are written.

    `f` rounds what is written into it. Whoever computes with it reads float64 copies first.
    """

    __slots__ = ("_bytes", "f", "raw")

    def __init__(self, raw: Records) -> None:
        self.raw = raw
        self.f: Singles = raw["f"].T
        self._bytes: memoryview | None = None

    @property
    def d(self) -> Floats:
        """When and where the last fix was."""
        places: Floats = self.raw["d"].T
        return places

    @property
    def ring(self) -> NDArray[np.int16]:
        """Means of where she was."""
        means: NDArray[np.int16] = self.raw["ring"]
        return means

    @property
    def means(self) -> NDArray[np.uint16]:
        """How many of the ring are filled."""
        filled: NDArray[np.uint16] = self.raw["means"]
        return filled

    def __len__(self) -> int:
        return len(self.raw)

    def read(self, some: slice) -> Floats:
        """A copy of some of `f` to compute with, each of its rows contiguous."""
        return np.array(self.f[some], dtype=np.float64, order="C")

    def take(self, rows: NDArray[np.int64]) -> "Columns":
        """A copy of some of the records."""
        return Columns(self.raw[rows])

    def put(self, rows: NDArray[np.int64], some: "Columns") -> None:
        """Write records back to where `take` had them from."""
        self.raw[rows] = some.raw

    def row(self, n: int) -> Row:
        """One of the records, as plain Python changes it."""
        return Row(*_ONE.unpack_from(self._memory(), n * SIZE + len(_HEAD)))

    def keep(self, n: int, row: Row) -> None:
        """Write a plain record back, as its bytes say."""
        self._memory()[n * SIZE : (n + 1) * SIZE] = state_of(row)

    def _memory(self) -> memoryview:
        if self._bytes is None:
            self._bytes = self.raw.view(np.uint8).data
        return self._bytes


def columns_of(states: Sequence[bytes]) -> Columns:
    """Many records at once; each that cannot be read is a new one."""
    if [one for one in states if len(one) != SIZE]:
        states = [one if len(one) == SIZE else EMPTY for one in states]
    raw = np.frombuffer(bytearray().join(states), _MANY)
    version, d, f, means = raw["version"], raw["d"].T.copy(), raw["f"], raw["means"]
    np.abs(d, out=d)
    whole = np.count_nonzero(version == VERSION) + np.count_nonzero(means <= MEANS) + np.count_nonzero(d <= _BOUNDS)
    if whole != 5 * len(raw) or np.count_nonzero(np.isfinite(f)) != f.size:
        version &= 255  # a cheap doubt first, which record it is then
        good = np.isfinite(f).all(axis=1) & (d <= _BOUNDS).all(axis=0) & (version == VERSION)
        raw[~good] = np.frombuffer(EMPTY, _MANY)
        np.minimum(means, MEANS, out=means)
    return Columns(raw)


def states_of(columns: Columns) -> list[bytes]:
    """The bytes of every record."""
    states: list[bytes] = columns.raw.view(_WHOLE).tolist()
    return states


# The ring: means of where she was. Seconds and metres east and north wrap around at 65,536, so only differences of two
# of them mean something (`apart`); the place along the route is in steps of two metres, with a mark where unknown.

UNKNOWN = -32768


def mean_of(t: float, x: float, y: float, along: float) -> Mean:
    """One mean for the ring: when, where, and how far along (-1: unknown)."""
    step = UNKNOWN if along < 0.0 else min(round(along / 2.0) - 32767, 32767)
    return wrapped(round(t)), wrapped(round(x)), wrapped(round(y)), step


def wrapped(n: int) -> int:
    """`n` as sixteen bits hold it."""
    return (n + 32768) % 65536 - 32768


def ring_of(row: Row) -> list[Mean]:
    """Her filled means, oldest first."""
    numbers = _RING.unpack(row.ring)
    return [(numbers[n], numbers[n + 1], numbers[n + 2], numbers[n + 3]) for n in range(4 * (MEANS - row.means), 48, 4)]


def push(row: Row, mean: Mean) -> None:
    """Add her newest mean; the oldest falls out."""
    numbers = _RING.unpack(row.ring)
    row.ring = _RING.pack(*chain(numbers[4:], mean))
    row.means = min(row.means + 1, MEANS)
