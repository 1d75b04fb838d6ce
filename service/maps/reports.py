"""Lamps reported out, and places where somebody would rather not walk: what people tell of the streets, until it is old.

One account's word makes a lit stretch unknown; two accounts', or a council's own, make it unlit. A concern says nothing of
lamps. Kept without a name: a hash tells whose it is, so that she can take it back and nobody counts twice.
"""

from collections.abc import Collection, Iterable, Iterator
from enum import StrEnum
from math import floor

import msgspec

from geofence.lighting import Light
from geofence.plane import FARTHEST_LAT, distance_m, metres_per_degree
from geofence.route import Place
from geofence.streets.lights import Report
from service.people.refusals import Refused, Why, invalid
from service.store import Store
from service.telemetry import logger
from service.tokens import token_hash

log = logger(__name__)

BOOK = "lamps"
DAY_S = 86_400.0
KEPT_S = 28 * DAY_S
"""By then a lamp is mended, or somebody tells of it again."""
LONGEST_S = 366 * DAY_S
A_DAY = 10
AT_ONCE = 50
"""Of one account: two kilometres of street in doubt. Ten a day for four weeks would be a town's middle."""
MOST = 5_000
SAME_M = 25.0
"""Two reports this near are of one lamp."""
_CELL_M = SAME_M * 1.01
_HIGH_DEG = _CELL_M / 110_500.0
"""Nowhere is a degree of latitude shorter."""
LONGEST_ID = 64
_NO_PATH = (".", "..")
"""No client asks for such an address, so nobody could take it back."""


class What(StrEnum):
    """What is told of a place."""

    LAMP_OUT = "lamp_out"
    CONCERN = "concern"


class Reported(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One report, as it is kept. `by` is empty for a council's own word."""

    lat: float
    lon: float
    what: What
    at: float
    until: float
    by: bytes = b""


_decoder = msgspec.msgpack.Decoder(Reported)


async def tell(store: Store, account: str, id_: str, lat: float, lon: float, what: What, now: float) -> Reported:
    """An account's report, by an id of its own: told twice it is kept once. Raises Refused: INVALID, TOO_MANY."""
    _checked(id_, lat, lon)
    by = _whose(account)
    name = _name(by, id_)
    there = await alive(store, now)
    if (before := there.get(name)) is not None:
        return before
    _counted(there.values(), by, now, more=1)
    made = Reported(lat=lat, lon=lon, what=what, at=now, until=now + KEPT_S, by=by)
    kept = msgspec.msgpack.encode(made)
    if not await store.book_put(BOOK, name, kept, only_if_absent=True):
        return (await alive(store, now)).get(name, made)
    try:
        _counted((await alive(store, now)).values(), by, now)  # a hundred at the same instant saw nothing of each other
    except Refused:
        await store.book_drop(BOOK, name, only_if=kept)
        raise
    return made


async def tell_officially(store: Store, id_: str, lat: float, lon: float, now: float, until: float) -> Reported:
    """A council's own word that a lamp is out, until then. Raises Refused: INVALID."""
    _checked(id_, lat, lon)
    if not now < until <= now + LONGEST_S:
        raise invalid("until", "expected a later instant, within a year")
    made = Reported(lat=lat, lon=lon, what=What.LAMP_OUT, at=now, until=until)
    await store.book_put(BOOK, _name(b"", id_), msgspec.msgpack.encode(made))
    return made


async def take_back(store: Store, account: str, id_: str) -> None:
    """Her own report, and nobody else's. Raises Refused: NOT_FOUND."""
    await _drop(store, _name(_whose(account), id_))


async def take_back_officially(store: Store, id_: str) -> None:
    """The same for a council's own."""
    await _drop(store, _name(b"", id_))


async def forget(store: Store, account: str) -> None:
    """Everything that an account has told."""
    by = _whose(account)
    for name, value in (await store.book_all(BOOK)).items():
        if (found := _read(value)) is not None and found.by == by:
            await store.book_drop(BOOK, name, only_if=value)


async def alive(store: Store, now: float) -> dict[str, Reported]:
    """What holds now, by name; what is over is dropped. A report that a newer process wrote is left alone."""
    found: dict[str, Reported] = {}
    unread = 0
    for name, value in (await store.book_all(BOOK)).items():
        one = _read(value)
        if one is None:
            unread += 1
        elif one.until > now:
            found[name] = one
        else:
            await store.book_drop(BOOK, name, only_if=value)
    if unread:
        log.warning("reports of lamps cannot be read", many=unread)  # their names have what her phone has put there
    return found


def apart(spots: Iterable[Place]) -> Iterator[Place]:
    """Those that are not of one lamp with one before."""
    found: list[Place] = []
    for spot in spots:
        if all(distance_m(*spot, *one) > SAME_M for one in found):
            found.append(spot)
            yield spot


def weighed(reported: Iterable[Reported]) -> tuple[Report, ...]:
    """What reports say together, for `RegionLights`."""
    return tuple(report for _, report in each(reported))


def each(reported: Iterable[Reported]) -> Iterator[tuple[Reported, Report]]:
    """Every report, and what it says of the streets with the others beside it. 5,000 take a tenth of a second: never on
    the loop."""
    every = tuple(reported)
    near = _Near(one for one in every if one.what is What.LAMP_OUT)
    for one in every:
        if one.what is What.CONCERN:
            yield one, Report(lat=one.lat, lon=one.lon, least=Light.LIT, concern=True)
        else:
            sure = not one.by or any(other.by != one.by and _same_lamp(one, other) for other in near.to(one))
            yield one, Report(lat=one.lat, lon=one.lon, least=Light.UNLIT if sure else Light.UNKNOWN)


class _Near:
    """Reports by cells a little higher and wider than `SAME_M`: all that are as near as that lie in the nine about one."""

    def __init__(self, lamps: Iterable[Reported]) -> None:
        self._cells: dict[tuple[int, int], list[Reported]] = {}
        for one in lamps:
            row = floor(one.lat / _HIGH_DEG)
            self._cells.setdefault((row, _column(row, one.lon)), []).append(one)

    def to(self, one: Reported) -> Iterator[Reported]:
        """Those that may be near."""
        middle = floor(one.lat / _HIGH_DEG)
        for row in (middle, middle - 1, middle + 1):
            column = _column(row, one.lon)
            for beside in (column, column - 1, column + 1):
                yield from self._cells.get((row, beside), ())


def _column(row: int, lon: float) -> int:
    """By the side of the row that is farther from the equator, where a degree is shorter."""
    east_m, _ = metres_per_degree((abs(row) + 1) * _HIGH_DEG)
    return floor(lon * east_m / _CELL_M)


def _same_lamp(one: Reported, other: Reported) -> bool:
    return distance_m(one.lat, one.lon, other.lat, other.lon) <= SAME_M


def _counted(there: Collection[Reported], by: bytes, now: float, more: int = 0) -> None:
    """Raises Refused where an account's, or all, would be too many with `more`."""
    mine = [one for one in there if one.by == by]
    if sum(one.at > now - DAY_S for one in mine) + more > A_DAY:
        raise Refused(Why.TOO_MANY, f"expected at most {A_DAY} reports a day", wait_s=DAY_S)
    if len(mine) + more > AT_ONCE:
        first_until = min(one.until for one in mine)
        raise Refused(Why.TOO_MANY, f"expected at most {AT_ONCE} reports at once", wait_s=first_until - now)
    if len(there) + more > MOST:
        raise Refused(Why.TOO_MANY, f"expected at most {MOST} reports at once", wait_s=DAY_S)


def _checked(id_: str, lat: float, lon: float) -> None:
    if not (0 < len(id_) <= LONGEST_ID and id_.isascii() and id_.isprintable()) or id_ in _NO_PATH:
        raise invalid("id", f"expected 1 to {LONGEST_ID} printable ASCII characters")
    if not abs(lat) <= FARTHEST_LAT:
        raise invalid("lat", f"expected -{FARTHEST_LAT:.0f} to {FARTHEST_LAT:.0f}")
    if not abs(lon) <= 180.0:
        raise invalid("lon", "expected -180 to 180")


async def _drop(store: Store, name: str) -> None:
    (value,) = await store.book_get(BOOK, [name])
    if value is None:
        raise Refused(Why.NOT_FOUND, "expected the id of a report of yours")
    await store.book_drop(BOOK, name)


def _whose(account: str) -> bytes:
    return token_hash(f"{BOOK}/{account}")[:16]


def _name(by: bytes, id_: str) -> str:
    return f"{by.hex()}/{id_}"


def _read(value: bytes) -> Reported | None:
    try:
        return _decoder.decode(value)
    except msgspec.DecodeError:
        return None
