"""What is said of ways: why one is offered, what a stretch is, and why there is none. Better lit, never more than that: a
lamp is light, and nobody's promise. What nobody knows is *not known to be lit*."""

from geofence.lighting import Light
from geofence.route import SHORTEST_M
from geofence.streets.compare import WORTH_M, Differences, differences
from geofence.streets.ways import BETTER_LIT, CAREFUL, SHORTEST, NoWay, Reason, Stretch, Way

STATES = {
    Light.LIT: "lit",
    Light.ASSUMED: "assumed to be lit",
    Light.UNKNOWN: "not known to be lit",
    Light.UNLIT: "unlit",
}
BY_NAME = {light.name.lower(): said for light, said in STATES.items()}
"""The same by the names that answers have for them."""
UNREAD = {"access": "rules of who may walk there", "opening_hours": "opening hours", "lit": "hours of lamps"}
"""What a build could not read, by the name that the map has for it; what is not here is in words already."""
ALIKE_M = 10.0
"""Metres are said by tens: what differs by less is as long."""
_STREETS = {
    "footway": "a footway",
    "pedestrian": "a pedestrian street",
    "cycleway": "a cycleway",
    "steps": "steps",
    "crossing": "a crossing",
    "path": "a path",
    "track": "a track",
    "bridleway": "a bridleway",
    "service": "a service road",
    "living_street": "a living street",
    "residential": "a residential street",
    "": "ground without a street on the map",
}
_ENDS = {"origin": "from", "destination": "to"}


def metres(value: float) -> str:
    """A distance as people say it: 60 m, 620 m, 2.1 km."""
    return f"{value / 1000:.1f} km" if value >= 950.0 else f"{round(value, -1) or round(value):.0f} m"


def minutes(seconds: float) -> int:
    """How long a way takes, as it is shown: whole minutes, at least one."""
    return max(1, round(seconds / 60.0))


def minutes_of(way: Way, shortest: Way) -> int:
    """How long it takes, as it is shown beside the shortest: two that are as long to ten metres take as many minutes."""
    return minutes((shortest if abs(way.length_m - shortest.length_m) < ALIKE_M else way).duration_s)


def street(stretch: Stretch) -> str:
    """Its name, else what it is."""
    return stretch.name or _STREETS.get(stretch.kind, "a road")


def why(way: Way, shortest: Way, *, dark: bool) -> str:
    """Why this way is offered, in one sentence without a full stop: "4 min longer, 620 m more of it lit, avoids Canal Path
    (310 m unlit)"."""
    if way is shortest or SHORTEST.name in way.kinds:
        return _of_the_shortest(way, dark=dark)
    found = differences(way, shortest)
    said = [_longer(way, shortest, found)]
    if found.lit_gain_m >= WORTH_M:
        said.append(f"{metres(found.lit_gain_m)} more of it lit")
    elif found.lit_gain_m <= -WORTH_M:
        said.append(f"{metres(-found.lit_gain_m)} less of it lit")
    if found.avoids is not None:
        said.append(
            f"avoids {_avoided(found.avoids, way)} ({metres(found.avoids.metres)} {STATES[found.avoids.state]})"
        )
    else:
        said += _spared(way, shortest, nothing_yet=len(said) == 1)
    return ", ".join(said)


def in_short(minutes: int, length_m: float, said: str) -> str:
    """A way in a line: how long it is, and why it is offered."""
    return f"{minutes} min, {metres(length_m)}. {said[:1].upper()}{said[1:]}."


def of_a_line(way: Way, *, dark: bool) -> str:
    """What there is to say of a way that she has chosen herself."""
    lit_m, all_m = way.metres[Light.LIT], way.length_m
    said = f"{metres(lit_m)} of {metres(all_m)} known to be lit" + ("" if dark else " after dark")
    longest = way.longest_unsure
    if longest is None or longest.metres < WORTH_M:
        return said
    return f"{said}, {metres(longest.metres)} in one piece not known to be, on {street(longest)}"


def _of_the_shortest(way: Way, *, dark: bool) -> str:
    if not dark:
        return "the shortest way; it is day, so light is not weighed"
    if BETTER_LIT.name in way.kinds and CAREFUL.name in way.kinds:
        return "the shortest way, and none is better lit"
    return "the shortest way"


def _avoided(other: Stretch, way: Way) -> str:
    """A street that she takes elsewhere is not avoided, a part of it is."""
    taken_m = sum(one.metres for one in way.stretches if other.name and one.name == other.name)
    return f"a part of {other.name}" if taken_m >= WORTH_M else street(other)


def _spared(way: Way, shortest: Way, *, nothing_yet: bool) -> list[str]:
    """What is gained in many small pieces. Where it is no light at all, it is what the planner shuns besides."""
    for state in (Light.UNLIT, Light.UNKNOWN):
        spared_m = shortest.metres[state] - way.metres[state]
        if spared_m >= WORTH_M:
            return [f"{metres(spared_m)} less of it {STATES[state]}"]
    if nothing_yet and shortest.shunned_m - way.shunned_m >= WORTH_M:
        return ["less of it up driveways, without a pavement, or where a concern was reported"]
    return []


def _longer(way: Way, shortest: Way, found: Differences) -> str:
    """By the minutes that she reads beside it."""
    more = minutes_of(way, shortest) - minutes(shortest.duration_s)
    if more:
        return f"{more} min longer"
    return f"{metres(found.more_m)} longer" if found.more_m >= WORTH_M else "as long as the shortest"


def no_way(none: NoWay) -> str:
    """Why there is none, so that she knows what to ask for instead."""
    end, away = _ENDS.get(none.field, ""), "" if none.metres is None else metres(none.metres)
    match none.reason:
        case Reason.NO_MAP:
            return "there is no map here yet"
        case Reason.OUTSIDE_MAP:
            beyond = f"{away} " if away else ""
            return f"{end} is {beyond}outside the map{f' {none.maps[0]}' if none.maps else ''}"
        case Reason.ACROSS_EDGE:
            return f"from is in the map {none.maps[0]}, to in the map {none.maps[1]}; a way lies in one map"
        case Reason.NO_STREET_NEAR:
            return f"no street within 150 m of {end}"
        case Reason.SAME_PLACE:
            if not none.metres:
                return "from and to are the same place"
            return f"from and to are {int(none.metres)} m apart on foot, and a way has at least {SHORTEST_M:.0f} m"
        case Reason.TOO_FAR:
            return f"from and to are {away} apart, and a way on foot is planned up to 20 km"
        case Reason.CUT_OFF:
            all_ = f", {away} in all," if none.metres is not None else ""
            return (
                f"{end} is on streets{all_} that are cut off from the others" if end else "no way leads there on foot"
            )
        case Reason.CLOSED:
            return f"{end} is on a way that is closed at that time" if end else "the only way is closed at that time"
        case Reason.ONLY_STEPS:
            return f"{end} is on steps" if end else "the only way is by steps"
