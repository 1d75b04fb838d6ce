"""Where a trace and its route come from: a recorded walk by its name, a file, or a journey of this deployment's own."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import msgspec

from geofence.destination import Destination
from geofence.fix import ASIDE, Fix
from geofence.plane import distance_m
from geofence.route import (
    MOST_POINTS,
    Place,
    Route,
    RouteError,
    check_destination,
    read_geojson,
    read_points,
    read_polyline,
)
from geofence.route import read_gpx as read_route_gpx
from service import walks
from service.beside import store_of
from service.journey.events import LegBegan
from service.journey.legs import MOST as MOST_LEGS
from service.journey.legs import mode
from service.journey.model import Plan
from service.remembered.chronicle import Told, read, whole
from service.remembered.retention import DAY_S, Goes, fate
from service.remembered.why_commands import Found, Unknown, look
from service.rows import Kept, chunk_from, journey_row
from service.settings import Settings

from .readers import READERS
from .trace import ZERO_AT, Trace, TraceError, made, text_of

OWN = "own"
JOURNEY = re.compile(r"[a-z0-9]+-b?\d+|[A-Za-z]\d{3,4}")
OWN_STEP_M = 5.0
Legs = tuple[tuple[str, Route], ...]
"""How she goes on each leg, and its way."""
Begun = tuple[tuple[float, int, str], ...]
"""When which leg began, by number, and how that was known."""


@dataclass(frozen=True, slots=True)
class Source:
    """A trace, and what is known of the journey that it was. `plan` None: nobody set off with it. `legs` are those of a way
    of several, `begun` when each began."""

    trace: Trace
    route: Route | None = None
    plan: Plan | None = None
    legs: Legs = ()
    begun: Begun = ()


def named(name: str, accuracy_m: float | None = None) -> Trace:
    """A recorded walk, or a file. Raises TraceError."""
    if name in walks.names():
        try:
            walk = walks.load(name)
        except walks.WalksError as error:
            raise TraceError(str(error)) from None
        fixes = [Fix(n, ZERO_AT + point.t_s, point.lat, point.lon) for n, point in enumerate(walk.points)]
        return made(walk.title, fixes, accuracy_m=accuracy_m)
    path = Path(name)
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        known = f"{', '.join(READERS)}, a journey's key or reference, or a walk ({', '.join(walks.names())})"
        raise TraceError(f"expected a file that ends in {known}, got {name}")
    return reader(path, accuracy_m)


def is_journey_name(name: str) -> bool:
    """Whether it looks like a journey's key or reference, and is neither a walk nor a file."""
    return name not in walks.names() and not Path(name).exists() and bool(JOURNEY.fullmatch(name))


async def journey(settings: Settings, name: str, now: float) -> Source:
    """A journey in the store of this deployment, with its route and its plan. Raises TraceError where there is none, or
    its track is gone, and what the store raises."""
    try:
        found = await look(settings, name)
    except Unknown as error:
        raise TraceError(str(error)) from None
    key = found.key
    if found.journey is None:
        raise TraceError(f"{key}: expected a journey in the store, got only its story: `lamplit why {key}` tells it")
    gone = fate(found.journey, now)
    if gone.goes >= Goes.TRACK:
        raise TraceError(
            f"{key}: her track is gone ({gone.rule.what}: kept for {(gone.rule.kept_s or 0) / DAY_S:g} days)"
        )
    async with store_of(settings, new=False) as store:
        (row,) = await store.load([key])
        chunks = [fix for chunk in await store.track(key) for fix in chunk_from(chunk)]
    kept = None if row is None else journey_row(key, row.value)
    fixes = [fix for fix in (*chunks, *(kept.fixes if kept is not None else ())) if fix.segment != ASIDE]
    if kept is None or not fixes:
        raise TraceError(f"{key}: expected a track, got none: her phone told no place, or it is kept no more")
    trace = made(key, fixes, clock=True, silent=True)
    plan = kept.journey.plan
    if not plan.legs:
        return Source(trace, kept.route, plan)
    begun = tuple(
        (one.event.at, one.event.leg, one.event.how) for one in _really(found) if isinstance(one.event, LegBegan)
    )
    ways = tuple(_ways(kept, trace, begun))
    if len(ways) != len(plan.legs):  # its story is kept no more
        note = f"of {len(plan.legs)} legs only the route of the last one she was on is kept"
        whole_way = msgspec.structs.replace(plan, legs=(), mode=mode(kept.journey))
        return Source(replace(trace, notes=(*trace.notes, note)), kept.route, whole_way)
    lost = sum(not way.line and leg.route_m is not None for way, leg in zip(ways, plan.legs, strict=True))
    if lost:
        note = f"the lines of legs behind her are kept no more, so nobody can say whether she was on them: {lost}"
        trace = replace(trace, notes=(*trace.notes, note))
    known = tuple(
        leg if way.line else msgspec.structs.replace(leg, route_m=None)
        for way, leg in zip(ways, plan.legs, strict=True)
    )
    plan = msgspec.structs.replace(plan, legs=known, has_route=bool(ways[0].line))
    return Source(trace, ways[0], plan, tuple(zip((leg.mode for leg in known), ways, strict=True)), begun)


def _really(found: Found) -> Iterator[Told]:
    """What happened, without what only her own screens showed."""
    return (one for one in whole(read(found.log)) if not one.cover)


def _ways(kept: Kept, trace: Trace, begun: Begun) -> Iterator[Route]:
    """Of each leg: behind her the place where she was when the next one began, then what is kept of it."""
    behind = kept.journey.leg
    ended = {leg - 1: at for at, leg, _ in begun if leg <= behind}
    for n in range(behind):
        at = ended.get(n, min((at for of, at in ended.items() if of > n), default=None))
        if at is None:
            return
        last = max((fix for fix in trace.fixes if fix.at <= at), key=lambda fix: fix.at, default=trace.fixes[0])
        yield Route("", 0.0, Destination(last.lat, last.lon))
    if kept.route is not None:
        yield kept.route
    yield from kept.ahead


def route(name: str, trace: Trace) -> Route:
    """A route file (GPX, GeoJSON, or an encoded polyline), or `own`: the trace's own line. Raises TraceError."""
    if name == OWN:
        return own(trace)
    path = Path(name)
    text = text_of(path)
    try:
        if path.suffix.lower() == ".gpx" or text.lstrip().startswith("<"):
            return read_route_gpx(text)
        if path.suffix.lower() in (".json", ".geojson") or text.lstrip().startswith("{"):
            return read_geojson(text)
        return _polyline(text.strip(), trace)
    except RouteError as error:
        raise TraceError(f"{path}: {error}") from None


class _Leg(msgspec.Struct, forbid_unknown_fields=True):
    mode: Literal["foot", "cycle", "ride"]
    route: str = ""
    to: tuple[float, float] | None = None


def legs(path: Path, trace: Trace) -> Legs:
    """How she goes on each leg and the way there: a list of modes with a route file each, beside this one, or with the
    place where the leg ends. Raises TraceError."""
    try:
        found = msgspec.json.decode(text_of(path), type=list[_Leg])
    except msgspec.DecodeError as error:
        said = str(error)
        raise TraceError(f"{path}: {said if said[1:2].isupper() else said[:1].lower() + said[1:]}") from None
    if not 1 <= len(found) <= MOST_LEGS:
        raise TraceError(f"{path}: expected 1 to {MOST_LEGS} legs, got {len(found)}")
    return tuple((leg.mode, _end(path, n, leg, trace)) for n, leg in enumerate(found, 1))


def _end(path: Path, number: int, leg: _Leg, trace: Trace) -> Route:
    if leg.route:
        return route(str(path.parent / leg.route), trace)
    if leg.to is None:
        raise TraceError(f"{path}: leg {number}: expected a route or a place to go to, got neither")
    end = Destination(*leg.to)
    try:
        check_destination(end)
    except RouteError as error:
        raise TraceError(f"{path}: leg {number}: {error}") from None
    return Route("", 0.0, end)


def _polyline(text: str, trace: Trace) -> Route:
    """Nothing in it says of which precision it is: the one that begins nearer to where she did."""
    found: list[Route] = []
    wrong: RouteError | None = None
    for precision in (5, 6):
        try:
            found.append(read_polyline(text, precision))
        except RouteError as error:
            wrong = wrong or error
    if not found:
        raise wrong or RouteError("polyline", "expected a route, got none")
    first = trace.fixes[0]

    def apart_m(one: Route) -> float:
        lat, lon = one.places()[0]
        return distance_m(lat, lon, first.lat, first.lon)

    return min(found, key=apart_m)


def own(trace: Trace) -> Route:
    """The line of the trace itself, without the points on which it turns on the spot. Raises TraceError."""
    places: list[Place] = []
    for fix in trace.fixes:
        if not places or distance_m(places[-1][0], places[-1][1], fix.lat, fix.lon) >= OWN_STEP_M:
            places.append((fix.lat, fix.lon))
    last = trace.fixes[-1]
    every = -(-len(places) // (MOST_POINTS - 1))
    try:
        return read_points([*places[::every], (last.lat, last.lon)])
    except RouteError as error:
        raise TraceError(f"{trace.name}: no route of its own: {error}") from None
