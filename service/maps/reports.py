"""Lamps reported out, and places where somebody would rather not walk: what people tell of the streets, until it is old.

One account's word makes a lit stretch unknown; two accounts', or a council's own, make it unlit. A concern says nothing of
lamps. Kept without a name: a hash tells whose it is, so that she can take it back and nobody counts twice.
"""

from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum

import msgspec

from geofence.lighting import Light
from geofence.plane import distance_m
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
MOST = 5_000
SAME_M = 25.0
"""Two reports this near are of one lamp."""
LONGEST_ID = 64
FURTHEST_LAT = 85.0


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
    mine = sum(one.by == by and one.at > now - DAY_S for one in there.values())
    if mine >= A_DAY:
        raise Refused(Why.TOO_MANY, f"expected at most {A_DAY} reports a day", wait_s=DAY_S)
    if len(there) >= MOST:
        raise Refused(Why.TOO_MANY, f"expected at most {MOST} reports at once", wait_s=DAY_S)
    made = Reported(lat=lat, lon=lon, what=what, at=now, until=now + KEPT_S, by=by)
    if not await store.book_put(BOOK, name, msgspec.msgpack.encode(made), only_if_absent=True):
        return (await alive(store, now)).get(name, made)
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
    for name, value in (await store.book_all(BOOK)).items():
        one = _read(value)
        if one is None:
            log.warning("a report of a lamp cannot be read", name=name)
        elif one.until > now:
            found[name] = one
        else:
            await store.book_drop(BOOK, name, only_if=value)
    return found


def weighed(reported: Iterable[Reported]) -> tuple[Report, ...]:
    """What reports say together, for `RegionLights`."""
    every = tuple(reported)
    lamps = [one for one in every if one.what is What.LAMP_OUT]
    return tuple(_each(every, lamps))


def _each(every: Sequence[Reported], lamps: Sequence[Reported]) -> Iterator[Report]:
    for one in every:
        if one.what is What.CONCERN:
            yield Report(lat=one.lat, lon=one.lon, least=Light.LIT, concern=True)
        else:
            sure = not one.by or any(other.by != one.by and _same_lamp(one, other) for other in lamps)
            yield Report(lat=one.lat, lon=one.lon, least=Light.UNLIT if sure else Light.UNKNOWN)


def _same_lamp(one: Reported, other: Reported) -> bool:
    return distance_m(one.lat, one.lon, other.lat, other.lon) <= SAME_M


def _checked(id_: str, lat: float, lon: float) -> None:
    if not (0 < len(id_) <= LONGEST_ID and id_.isascii() and id_.isprintable()):
        raise invalid("id", f"expected 1 to {LONGEST_ID} printable ASCII characters")
    if not abs(lat) <= FURTHEST_LAT:
        raise invalid("lat", f"expected -{FURTHEST_LAT:.0f} to {FURTHEST_LAT:.0f}")
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
