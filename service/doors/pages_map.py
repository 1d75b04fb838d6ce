"""Maps for pages: of her own way, and of where she was last seen. Whoever calls says what its reader may see."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from geofence.lighting import Light
from geofence.plane import distance_m
from geofence.route import Place
from geofence.streets.lights import Report
from geofence.streets.region import Region
from service.house import House
from service.maps.known import Known
from service.maps.picture import Pin, Run, metres_of, picture
from service.maps.regions import Maps
from service.maps.reports import apart
from service.maps.sheet import STATES as CLASSES
from service.maps.sheet import Sheet, fitted
from service.maps.words import STATES, metres
from service.telemetry import logger
from service.web.drawn import Drawn, Key

from .maps import Basemap, tiles_address

log = logger(__name__)

WAITS_S = 4.0
"""A page is late by no more than that where many ways are being planned; the next part of it that is swapped has the map."""
WIDE = 400
TALLEST, FLATTEST = 0.95, 0.6
AROUND, LEAST_M = 0.12, 320.0
MOST_POINTS = 3_500
"""What a drawing costs is mostly its streets: about 20 kB with so many."""
NAMES = 7
PRECISION = 6
MOST_REPORTED = 200
"""Crosses: so many lamps are out where a quarter is dark."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What is to be drawn. `track` is older than `last`, the oldest first. words: the same as a sentence; said: for who
    cannot see the drawing. way_words: whose route it is. doubts: a lamp is shown as reported out on one account's word, too;
    on a screen of hers alone, for where few report a cross would tell others who walks there."""

    said: str
    words: str = ""
    runs: tuple[Run, ...] = ()
    pins: tuple[Pin, ...] = ()
    track: tuple[Place, ...] = ()
    last: Place | None = None
    within_m: float = 0.0
    way_words: str = "your way"
    doubts: bool = False

    @property
    def places(self) -> list[Place]:
        """All that shall be seen."""
        found = [place for run in self.runs for place in run.places]
        found += [(pin.lat, pin.lon) for pin in self.pins]
        return [*found, *self.track, *([self.last] if self.last is not None else [])]


async def drawn(house: House, programs: Basemap | None, scene: Scene) -> Drawn | None:
    """The map of a scene; None where there is nothing to draw, or those who draw are too busy. Where no region holds it, and
    where the map is damaged, it is drawn without streets. Never raises: whoever opens the page of an alarm reads its words."""
    places = scene.places
    if not places:
        return None
    work = partial(_on_some_map, house.maps, programs, scene, house.clock.now())
    try:
        async with asyncio.timeout(WAITS_S):
            return await house.maps.threaded(work)
    except Exception as error:  # noqa: BLE001
        log.error("a page has no map", error=type(error).__name__)
        return None


def light_in_words(runs: Sequence[Run]) -> str:
    """ "1.4 km of it lit, 310 m assumed to be lit, 120 m unlit"."""
    found = metres_of(runs)
    told = [(STATES[light], metres(m)) for light, m in found.items() if m >= 5.0]
    return ", ".join(f"{m}{' of it' if not n else ''} {state}" for n, (state, m) in enumerate(told))


def _on_some_map(maps: Maps, programs: Basemap | None, scene: Scene, now: float) -> Drawn:
    try:
        return _drawn(maps.of(*(scene.last or scene.places[0])), programs, scene, now)
    except Exception as error:  # noqa: BLE001 (a damaged map)
        log.error("a map cannot be drawn", error=type(error).__name__)
        return _drawn(None, programs, scene, now)


def _drawn(known: Known | None, programs: Basemap | None, scene: Scene, now: float) -> Drawn:
    sheet = fitted(scene.places, WIDE, tallest=TALLEST, flattest=FLATTEST, least_m=LEAST_M, room=AROUND)
    region: Region | None = None
    states: NDArray[np.uint8] | None = None
    digits = ""
    if known is not None:
        region, states = known.region, known.lights.states(now)
        table = known.lights.table(now, now)
        digits = "".join(map(str, table.states[table.slot(now)].tolist()))
    out = _reported_out(known.lights.reports, sheet, scene) if known is not None else ()
    drawing = picture(
        sheet,
        scene.said,
        region=region,
        states=states,
        most_points=MOST_POINTS,
        names=NAMES,
        reported=out,
        runs=scene.runs,
        pins=scene.pins,
        track=scene.track,
        last=scene.last,
        within_m=scene.within_m,
    )
    tiles = tiles_address(known) if known is not None else ""
    live = _live(sheet, scene, out, tiles, digits) if tiles and programs else ""
    address = programs.address if programs and live else _nowhere
    shown = {state for state, _ in (*drawing.streets, *drawing.way_lit)}
    return Drawn(
        picture=drawing,
        words=scene.words,
        keys=tuple(_keys(scene, shown, reported=bool(out))),
        script=address("map.js"),
        tools=address("pmtiles.js"),
        live=live,
        attribution=region.about.attribution if region is not None else "",
    )


def _reported_out(told: Iterable[Report], sheet: Sheet, scene: Scene) -> tuple[Place, ...]:
    """Where lamps are said to be out on this sheet, each once, the nearest to her first. Who said so is not known here."""
    least = Light.UNKNOWN if scene.doubts else Light.UNLIT
    spots = [(one.lat, one.lon) for one in told if one.least >= least]
    middle = scene.last or ((sheet.north + sheet.south) / 2, (sheet.east + sheet.west) / 2)
    there = [spot for spot in spots if sheet.north >= spot[0] >= sheet.south and sheet.west <= spot[1] <= sheet.east]
    nearest_first = sorted(there, key=lambda one: (distance_m(*middle, *one), one))
    return tuple(islice(apart(nearest_first), MOST_REPORTED))


def _keys(scene: Scene, shown: set[str], *, reported: bool) -> list[Key]:
    """Only of what is on it."""
    found = [
        Key(drawn=state, words=STATES[light]) for light, state in zip(Light, CLASSES, strict=True) if state in shown
    ]
    if scene.runs:
        lengths = metres_of(scene.runs)
        most = CLASSES[max(lengths, key=lengths.__getitem__)]
        found = [Key(drawn=f"way {most}", words=scene.way_words), Key(drawn="end", words="where it ends"), *found]
    if reported:
        found.append(Key(drawn="reported", words="lamp reported out"))
    if any(pin.vetted for pin in scene.pins):
        found.append(Key(drawn="haven", words="haven"))
    if any(not pin.vetted for pin in scene.pins):
        found.append(Key(drawn="open-place", words="open place, not vetted"))
    if scene.last is not None:
        found.append(Key(drawn="fix", words="last seen"))
    if scene.track:
        found.append(Key(drawn="track", words="before that"))
    return found


def _nowhere(_name: str) -> str:
    return ""


def _live(sheet: Sheet, scene: Scene, reported: Sequence[Place], tiles: str, states: str) -> str:
    """What `map.js` draws; places as [longitude, latitude]."""
    told: dict[str, Any] = {
        "tiles": tiles,
        "states": states,
        "box": [round(degrees, PRECISION) for degrees in (sheet.west, sheet.south, sheet.east, sheet.north)],
        "said": scene.said,
        "way": [[CLASSES[run.state], _line(run.places)] for run in scene.runs],
        "reported": _line(reported),
        "track": _line(scene.track),
        "last": [*_line([scene.last])[0], round(scene.within_m, 1)] if scene.last is not None else None,
        "pins": [[*_line([(pin.lat, pin.lon)])[0], int(pin.vetted), pin.name] for pin in scene.pins],
    }
    return msgspec.json.encode(told).decode()


def _line(places: Sequence[Place]) -> list[list[float]]:
    return [[round(lon, PRECISION), round(lat, PRECISION)] for lat, lon in places]
