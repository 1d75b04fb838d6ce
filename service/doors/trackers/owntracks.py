"""What the OwnTracks app says over HTTP, and what may be said back to it (owntracks.org/booklet, "JSON").

Zero is not written by the app: what is absent is unknown. Speed comes in km/h, the battery in percent.
"""

import msgspec

from .loose import Said, Unread, ident, latest, objects
from .reported import Place, Report

_KMH = 3.6
_PING = "p"  # what made it report (`t`): a timer in the background, with the last place it knew
# Known and of no use to us. `lwt` is what a broker says when the app went away: its time is that of connecting.
_IDLE = frozenset(
    {"waypoint", "waypoints", "lwt", "steps", "cmd", "card", "beacon", "status", "request", "configuration", "dump"}
)

# The one region that is ours on her phone. Android knows a region by its `tst`, iOS by its `rid`: both stay the same,
# so that a new destination takes the place of the last one. In 2001 no region of her own can have been made.
REGION_NAME = "Arrival"
_REGION_ID = "lamplit"
_REGION_TST = 1_000_000_007
_NEVER = -1.0  # what cannot be a `wtst`


class Region(msgspec.Struct, frozen=True, kw_only=True):
    """Where she goes, for her phone to notice by itself that she is there. Below 100 m phones notice late or never."""

    lat: float
    lon: float
    radius_m: float = 100.0


def read(body: bytes, device: str) -> Report:
    """Everything that can be read of one POST of the app; never an exception.

    `entered` is set where the phone says that it entered our region. It may be one that it still had from an earlier
    journey, or said hours late: hold the place and its time against the journey. A transition of a beacon is no place.
    """
    unread: Unread = {}
    places: list[Place] = []
    battery_pct: int | None = None
    heartbeat_s: float | None = None
    encrypted = False
    for item in latest(objects(body, unread), unread):
        said = Said(item, unread)
        kind = _kind(said)
        encrypted = encrypted or kind == "encrypted"
        if kind in ("location", "transition"):
            place = _place(said, kind)
            places += [place] if place else []
        elif kind in ("configuration", "dump"):
            heartbeat_s = _heartbeat_s(said) or heartbeat_s
        level = said.percent("batt")
        battery_pct = battery_pct if level is None else level
    return Report(
        device=device,
        places=tuple(places),
        battery_pct=battery_pct,
        heartbeat_s=heartbeat_s,
        unread=tuple(unread),
        encrypted=encrypted,
    )


def answer(*, locate: bool = False, region: Region | None = None) -> bytes:
    """The body of our reply: a JSON array of commands, in the order in which the app carries them out.

    `locate` asks it to say at once where she is; `region` puts our region there, in place of the one before, and
    touches none of her own. The app obeys only where she allowed remote commands, and never says that it did not.
    """
    commands: list[dict[str, object]] = []
    if region is not None:
        ours = {
            "_type": "waypoint",
            "rid": _REGION_ID,
            "desc": REGION_NAME,  # on iOS a colon in it would make it a beacon
            "tst": _REGION_TST,
            "lat": region.lat,
            "lon": region.lon,
            "rad": max(1, round(region.radius_m)),  # Android refuses the whole reply for a fraction
        }
        waypoints = {"_type": "waypoints", "waypoints": [ours]}
        commands.append({"_type": "cmd", "action": "setWaypoints", "waypoints": waypoints})
    if locate:
        commands.append({"_type": "cmd", "action": "reportLocation"})
    return msgspec.json.encode(commands)


def _kind(said: Said) -> str:
    """The `_type`. Without one, what has coordinates is a location: she may be the one who wrote the client."""
    kind = said.fields.get("_type")
    if kind is None:
        said.doubt("_type", "missing")
        return "location" if {"lat", "lon"} <= said.fields.keys() else ""
    if not isinstance(kind, str) or (kind not in _IDLE and kind not in ("location", "transition", "encrypted")):
        said.doubt("_type", "not known")
        return ""
    return kind


def _place(said: Said, kind: str) -> Place | None:
    spot = said.spot(needed=True)
    if spot is None or (kind == "transition" and spot == (0.0, 0.0)):  # a beacon is said to be at zero
        return None
    at = said.at("tst")
    speed_kmh = said.amount("vel")
    entered = kind == "transition" and said.fields.get("event") == "enter" and _is_ours(said)
    own = said.text("_id")
    name = ident(own, at, *spot)
    return Place(
        # iOS gives no `_id`, and sends a location of the same second and spot beside the transition.
        ident=f"transition {name}" if kind == "transition" else name,
        named=own is not None,
        at=at,
        lat=spot[0],
        lon=spot[1],
        accuracy_m=said.amount("acc"),
        speed_mps=None if speed_kmh is None else speed_kmh / _KMH,
        course_deg=said.amount("cog", most=360.0),
        altitude_m=said.number("alt"),
        battery_pct=said.percent("batt"),
        entered=entered,
        pinged=said.fields.get("t") == _PING or said.undated("tst"),
    )


def _is_ours(said: Said) -> bool:
    return said.fields.get("rid") == _REGION_ID or (said.number("wtst") or _NEVER) == _REGION_TST


def _heartbeat_s(said: Said) -> float | None:
    """How often the app speaks when still: `ping`, in minutes, where it shows us its settings."""
    settings = said.inner("configuration") if said.fields.get("_type") == "dump" else said
    minutes = settings.amount("ping", most=1e6)
    return minutes * 60.0 if minutes else None
