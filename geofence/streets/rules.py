"""What counts: on which ways people walk, when, and which places have people in them. Tables, a reason to each line."""

import re
from collections.abc import Callable
from typing import NamedTuple, Protocol

from opening_hours import validate

from geofence.lighting import ALL_NIGHT, LIMITED, NEVER

from .format import (
    PART_AGAINST,
    PART_ALONG,
    PART_BRIDGE,
    PART_DRIVEWAY,
    PART_INDOOR,
    PART_NO_PAVEMENT,
    PART_STEPS,
    PART_TUNNEL,
    Access,
)


class Tags(Protocol):
    """The tags of one thing in OpenStreetMap."""

    def get(self, key: str, /) -> str | None:
        """The value of a key."""
        ...


URBAN = (
    "living_street",
    "residential",
    "road",  # a road of which nobody knows what it is
    "unclassified",
    "tertiary",
    "tertiary_link",
    "secondary",
    "secondary_link",
    "primary",
    "primary_link",
    "trunk",
    "trunk_link",
)
"""Streets for cars that people walk along. In a town they have lamps: `infer.urban_road`."""
PAVED = ("footway", "pedestrian", "cycleway", "steps", "crossing")
"""Ways for people; beside a lit road they share its lamps: `infer.beside_lit_road`."""
DARK = ("path", "track", "bridleway", "service")
"""Ways that mostly have no lamps: only a lamp that is there makes them lit."""
CLASSES = URBAN + PAVED + DARK
"""What is walked on. Not: motorway; trail (nobody's path, often a sport); corridor (inside a house); platform, elevator
(no way through); proposed, construction (not there yet)."""
_NUMBERS = {name: number for number, name in enumerate(CLASSES)}
_PUBLIC = frozenset(URBAN)
_FOOTWAYS = frozenset({"footway", "steps", "crossing"})
"""No cycle road is one of these: they are half of all ways, and need not be asked."""
_TRUNK = {"trunk", "trunk_link"}
_MAIN = _PUBLIC - {"living_street", "residential"}

FOOT_NO = frozenset({"no", "private", "permit", "use_sidepath", "customers", "delivery", "discouraged"})
"""Values of `foot` (and of `access` where `foot` says nothing) that keep her off; discouraged ones are that for a reason."""
ACCESS_NO = FOOT_NO | {
    "agricultural",
    "emergency",
    "employees",
    "forestry",
    "members",
    "military",
    "residents",
    "restricted",
}
WHEELS_ONLY = frozenset(
    {
        "block",
        "bollard",
        "bump_gate",
        "cattle_grid",
        "chain",
        "cycle_barrier",
        "height_restrictor",
        "jersey_barrier",
        "kerb",
        "log",
        "motorcycle_barrier",
        "planter",
        "wedge",
    }
)
"""Barriers that she walks past: what `access` or a lock says there is said of wheels, what `foot` says of her."""
STOPPING = frozenset({"city_wall", "fence", "full-height_turnstile", "guard_rail", "hedge", "retaining_wall", "wall"})
"""Barriers that nobody comes through, or who has a ticket."""
TICKETS = "turnstile"
"""Mostly the row of ticket gates of a station: somebody has to say that she may come through."""
ROUGH = frozenset({"path", "track", "steps"})
TOO_HARD = {
    "sac_scale": frozenset(
        {"demanding_mountain_hiking", "alpine_hiking", "demanding_alpine_hiking", "difficult_alpine_hiking"}
    ),
    "trail_visibility": frozenset({"horrible", "no"}),
}
"""Paths for hands and feet, with a drop beside them, or that cannot be seen by day."""
PAVEMENTS = frozenset({"both", "left", "right", "yes", "separate"})
LOWEST_LEVEL = -1
"""Deeper are station tunnels behind ticket gates."""
TOWN_KMH = 50.0
"""Above it a road leads out of town: no lamps are taken for granted."""

LIT_WORDS = ALL_NIGHT | NEVER | {LIMITED}
"""Values of `lit` that are no opening hours and have a meaning."""
LONGEST_VALUE = 255

VETTED = ("police", "hospital", "scheme")
"""Havens. A scheme's places come from its list, never from OpenStreetMap."""
KINDS = (
    *VETTED,
    "fire_station",
    "fuel",
    "pharmacy",
    "shop",
    "pub",
    "bar",
    "cafe",
    "fast_food",
    "hotel",
    "station",
    "library",
)
"""Kinds of places; the first are havens, the others are open places: nobody has vetted them."""
_KIND_NUMBERS = {name: number for number, name in enumerate(KINDS)}
_PLACES = {
    "amenity": {name: name for name in (*KINDS[:2], *KINDS[3:6], "pub", "bar", "cafe", "fast_food", "library")},
    "shop": dict.fromkeys(("convenience", "supermarket", "kiosk"), "shop"),  # open late, somebody at the till
    "tourism": {"hotel": "hotel"},  # a desk with somebody at night
    "railway": {"station": "station"},
}
KEYS = ("highway", *_PLACES)
"""Things without one of these keys are not looked at."""
GATE_KEYS = ("barrier", "access", "foot")
"""Nor points that have none of these either."""
GROUNDS = {
    "leisure": frozenset({"common", "garden", "nature_reserve", "park", "recreation_ground"}),
    "landuse": frozenset({"allotments", "cemetery", "recreation_ground"}),
    "amenity": frozenset({"grave_yard"}),
}
"""Areas with a fence, or a keeper: their hours are those of the ways in them. The hours of a playground or a pitch say
when it is used, not that it is locked."""
GROUND_KEYS = ("opening_hours", "access:conditional", "foot:conditional")
"""Areas that have none of these are always open."""
_CLOSED_TO_HER = frozenset({"no", "private"})

_CONDITION = re.compile(r"\s*([a-z_]+)\s*@\s*(\(.*\)|[^()]*)\s*")
_MISPLACED = "conditional="
"""What some write into `access` itself: `access=conditional=yes @ (Mo-Fr 08:00-20:00)`."""
_MISPLACED_YES = _MISPLACED + "yes"
_TENANTS = ("amenity", "leisure", "office", "shop", "tourism")
_SPEED = re.compile(r"\s*(\d+(?:\.\d+)?)\s*(mph)?\s*")


class Street(NamedTuple):
    """A way that is walked on: its number in `CLASSES`, `PART_…` flags, and when it is closed, if that is said.

    `fast`: a road out of town. `unread`: a condition of access is there and cannot be read; what holds always then does.
    `apart`: the hours of grounds that it leads through are not its own.
    """

    number: int
    flags: int = 0
    access: Access | None = None
    fast: bool = False
    unread: bool = False
    apart: bool = False


def street(tags: Tags) -> Street | None:
    """What a way with `highway` is to somebody on foot; None: nothing."""
    kind = tags.get("highway") or ""
    number = _NUMBERS.get(kind)
    if (
        number is None
        or tags.get("indoor") == "yes"
        or _too_deep(tags.get("level"))
        or (kind in ROUGH and _is_too_hard(tags))
    ):
        return None
    foot = tags.get("foot")
    may = _may(tags, foot)
    access, unread = _conditional(tags, foot, may)
    if not may and access is None:
        return None
    flags = _flags(tags, kind, foot)
    return Street(number, flags, access, _is_fast(tags), unread, _is_apart(tags, kind, flags))


def shuts(tags: Tags) -> bool:
    """Whether a point on a way keeps her from going on: a gate that is not for her, or locked; a wall.

    Of the points without a barrier these may be doors and lifts. A crossing that is not for her keeps nobody from walking
    on along the street. A gate with hours counts as open, one that opens by a condition only as shut.
    """
    barrier, foot = tags.get("barrier"), tags.get("foot")
    if barrier is None and tags.get("highway") not in (None, "elevator"):
        return False
    if foot is not None:
        return foot in FOOT_NO
    if barrier in WHEELS_ONLY:
        return False
    access = tags.get("access")
    if barrier in STOPPING or (barrier == TICKETS and access is None):
        return True
    return access in ACCESS_NO or tags.get("locked") not in (None, "no")


def gate_hours(tags: Tags) -> Access | None:
    """When a gate opens at which she may go on; None: always, or nobody says."""
    barrier = tags.get("barrier")
    if barrier is None or barrier in WHEELS_ONLY:
        return None
    foot = tags.get("foot")
    return _conditional(tags, foot, _may(tags, foot))[0]


def ground(tags: Tags) -> tuple[Access | None, bool] | None:
    """When grounds are open, and whether they say so in a way that cannot be read; None: these are no grounds."""
    if not any(tags.get(key) in values for key, values in GROUNDS.items()):
        return None
    foot = tags.get("foot")
    return _conditional(tags, foot, _may(tags, foot), _hours)


def kind_of(tags: Tags) -> int | None:
    """The number in `KINDS` of a place that anybody may enter; None: it is none of them."""
    for key, kinds in _PLACES.items():
        value = tags.get(key)
        if value is not None and value in kinds:
            return None if tags.get("access") in _CLOSED_TO_HER else _KIND_NUMBERS[kinds[value]]
    return None


def is_hours(value: str) -> bool:
    """Whether opening hours can be read."""
    return validate(value)


def _may(tags: Tags, foot: str | None) -> bool:
    """What is said of `foot` beats what is said of all."""
    return foot not in FOOT_NO if foot is not None else _open_to_all(tags)


def _open_to_all(tags: Tags) -> bool:
    access = tags.get("access")
    if access is not None and (access in ACCESS_NO or access.startswith(_MISPLACED_YES)):
        return False
    return tags.get("motorroad") != "yes"


def _is_too_hard(tags: Tags) -> bool:
    return any(tags.get(key) in values for key, values in TOO_HARD.items())


def _flags(tags: Tags, kind: str, foot: str | None) -> int:
    tunnel, bridge = tags.get("tunnel"), tags.get("bridge")
    flags = PART_STEPS if kind == "steps" else 0
    if tunnel is not None and tunnel != "no":
        flags |= PART_TUNNEL
    if tags.get("indoor") not in (None, "no"):
        flags |= PART_INDOOR
    if bridge is not None and bridge != "no":
        flags |= PART_BRIDGE
    if foot is None and _is_without_pavement(tags, kind):
        flags |= PART_NO_PAVEMENT
    if kind == "service" and foot is None and tags.get("access") is None and tags.get("service") == "driveway":
        flags |= PART_DRIVEWAY
    return flags | _direction(tags.get("conveying"), tags.get("oneway:foot"))


_PAVEMENT_KEYS = ("sidewalk", "sidewalk:both", "sidewalk:left", "sidewalk:right")


def _is_without_pavement(tags: Tags, kind: str) -> bool:
    """A trunk road must say that it has one, of the others a fast one that it has none."""
    if kind not in _TRUNK and (kind not in _MAIN or not _is_fast(tags)):
        return False
    said = [value for key in _PAVEMENT_KEYS if (value := tags.get(key)) is not None]
    return (bool(said) or kind in _TRUNK) and PAVEMENTS.isdisjoint(said)


def _direction(conveying: str | None, oneway: str | None) -> int:
    """An escalator that runs one way is walked that way; one of which only is known that it runs, both ways."""
    if conveying == "forward" or oneway == "yes":
        return PART_ALONG
    if conveying == "backward" or oneway == "-1":
        return PART_AGAINST
    return 0


def _is_apart(tags: Tags, kind: str, flags: int) -> bool:
    """A public road, what leads over or under, and what says of itself that it is always open."""
    if kind in _PUBLIC or flags & (PART_TUNNEL | PART_BRIDGE) or tags.get("opening_hours") == "24/7":
        return True
    return kind not in _FOOTWAYS and (tags.get("bicycle_road") == "yes" or tags.get("cyclestreet") == "yes")


def _conditional(
    tags: Tags, foot: str | None, may: bool, hours_of: Callable[[Tags], tuple[Access | None, bool]] | None = None
) -> tuple[Access | None, bool]:
    """When a way is open, if that depends; and whether there is a condition that cannot be read.

    One condition is understood, `no @ (22:00-06:00)`: several, or one that is no time, are not. Where there is none, a
    way or a gate that she may use has its opening hours.
    """
    value = tags.get("foot:conditional")
    if value is None and foot is None:  # what is said of `foot` beats what is said of all
        value = tags.get("access:conditional")
        if value is None and not may and (access := tags.get("access") or "").startswith(_MISPLACED):
            value = access.removeprefix(_MISPLACED)
    if value is None:
        return (hours_of or _opening)(tags) if may else (None, False)
    found = _CONDITION.fullmatch(value)
    if found is None:
        return None, True
    hours = found[2].strip().removeprefix("(").removesuffix(")").strip()
    if not is_hours(hours):
        return None, True
    within = found[1] not in ACCESS_NO
    return (None, False) if within == may else (Access(hours, within, may), False)


def _opening(tags: Tags) -> tuple[Access | None, bool]:
    """The hours of a passage. Those of a market or a shop that is drawn as a way are not the way's, and those of a public
    road are the hours of cars."""
    if tags.get("highway") in _PUBLIC or any(tags.get(key) is not None for key in _TENANTS):
        return None, False
    return _hours(tags)


def _hours(tags: Tags) -> tuple[Access | None, bool]:
    hours = tags.get("opening_hours")
    if hours is None or hours == "24/7":
        return None, False
    return (Access(hours, within=True, otherwise=False), False) if is_hours(hours) else (None, True)


def _too_deep(level: str | None) -> bool:
    if level is None:
        return False
    try:
        return max(float(one) for one in level.split(";")) < LOWEST_LEVEL
    except ValueError:
        return False


def _is_fast(tags: Tags) -> bool:
    speed = tags.get("maxspeed")
    if speed is not None and (found := _SPEED.fullmatch(speed)):
        return float(found[1]) * (1.609344 if found[2] else 1.0) > TOWN_KMH
    words = f"{speed} {tags.get('maxspeed:type')} {tags.get('source:maxspeed')}"
    return "rural" in words or "nsl" in words or speed == "national"
