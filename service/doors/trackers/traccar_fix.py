"""One location as Traccar Client and its like write it, in either of its two dresses.

In queries, forms and flat JSON the speed is in knots and the battery in percent; in the JSON of Traccar Client 9
(`coords`) it is metres a second, and the battery is 0 to 1.
"""

from .loose import Said, ident
from .reported import Place

_KNOT_MPS = 1852.0 / 3600.0
# A dilution of 1 is about 5 m with a phone. OsmAnd writes its accuracy in metres there: then it counts as too rough,
# never as too fine.
_HDOP_M = 5.0
_LAT, _LON = ("lat", "latitude"), ("lon", "longitude")


def fix(said: Said, *, speed_in_mps: bool = False) -> tuple[Place | None, int | None]:
    """The place, where it has one, and the battery. `speed_in_mps`: see `traccar.read`."""
    # Heartbeats of version 9 have no `coords`, but a battery of several parts.
    if any(isinstance(said.fields.get(name), dict) for name in ("coords", "battery")):
        return _coords(said)
    return _flat(said, speed_in_mps)


def _flat(said: Said, speed_in_mps: bool) -> tuple[Place | None, int | None]:
    """The place and the battery of a query, a form or a flat JSON object."""
    battery_pct = said.percent("batt")
    spot = _pair(said) if said.given(*_LAT)[1] is None and said.given(*_LON)[1] is None else said.spot(_LAT, _LON)
    if spot is None:
        return None, battery_pct
    at, own = said.at("timestamp"), said.text("uuid")
    speed = said.amount("speed")
    unit_mps = 1.0 if speed_in_mps else _KNOT_MPS
    place = Place(
        ident=ident(own, at, *spot),
        named=own is not None,
        at=at,
        lat=spot[0],
        lon=spot[1],
        accuracy_m=_accuracy_m(said),
        speed_mps=None if speed is None else speed * unit_mps,
        course_deg=said.amount("bearing", "heading", "course", most=360.0),
        altitude_m=said.number("altitude"),
        battery_pct=battery_pct,
        mock=said.flag("mock"),
        pinged=said.undated("timestamp"),
    )
    return place, battery_pct


def _pair(said: Said) -> tuple[float, float] | None:
    """`location=lat,lon`."""
    _, value = said.given("location")
    if value is None:
        return None
    parts = value.split(",", 2) if isinstance(value, str) else []
    if len(parts) != 2:
        said.doubt("location", "not a pair")
        return None
    return Said(dict(zip(("lat", "lon"), parts, strict=True)), said.unread).spot(needed=True)


def _accuracy_m(said: Said) -> float | None:
    """None where the app itself says that the fix is not valid: whatever it claims is not of this moment."""
    if said.given("valid")[1] is not None and not said.flag("valid"):
        return None
    accuracy_m = said.amount("accuracy")
    if accuracy_m is not None:
        return accuracy_m
    return (said.amount("hdop", most=1e6) or 0.0) * _HDOP_M or None


def _coords(said: Said) -> tuple[Place | None, int | None]:
    """The place and the battery of a location as Traccar Client 9 writes it."""
    coords, battery_pct = said.inner("coords"), said.inner("battery").percent("level", full=1.0)
    spot = coords.spot(("latitude",), ("longitude",))
    if spot is None:
        return None, battery_pct
    at, own = said.at("timestamp"), said.text("uuid")
    place = Place(
        ident=ident(own, at, *spot),
        named=own is not None,
        at=at,
        lat=spot[0],
        lon=spot[1],
        accuracy_m=coords.amount("accuracy"),
        speed_mps=coords.amount("speed"),
        course_deg=coords.amount("heading", most=360.0),
        altitude_m=coords.number("altitude"),
        battery_pct=battery_pct,
        mock=said.flag("mock"),
        pinged=said.undated("timestamp"),
    )
    return place, battery_pct
