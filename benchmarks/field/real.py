"""Real walks as truths: the recordings of `service.walks`, and replays from a folder of one's own.

The way of a recording is its own line with what the recorder trembled left out, as a planned route would be. Such a walk
is shown as it was recorded, or seen through a receiver of `receiver.py`, whose error is then laid upon the recorder's.
These recorders write a point when something changes. Between two points at less than a stroll's pace nobody crept along
for minutes: she stood, and then walked.
`LAMPLIT_FIELD` names a folder of more: `NAME.csv` (`t_s,lat,lon,true_along_m`) beside `NAME.route.geojson`.
"""

import csv
import os
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec
import numpy as np
import numpy.typing as npt
from shapely import LineString

from service import walks

from .phone import SENT_S, STARTED_AT, Frame, Row
from .walker import Doing, Truth
from .ways import Metres, Way, way_of, way_through

TREMBLES_M = 8.0
HOME_S = 420.0
THERE_S = 20.0
STROLL_MPS, WALK_MPS = 0.4, 1.2
RECORDER_M = 5.0
"""The accuracy that a recording's fixes are shown with: they have none of their own."""


@dataclass(frozen=True, slots=True)
class Real:
    """A real walk: the truth as far as anybody knows it, and the frames of what was recorded, one fix each. Where she
    was along it is known to `known_m`: a recorder trembles while she stands, too."""

    name: str
    truth: Truth
    frames: list[Frame]
    known_m: float = 0.0


def reals() -> list[Real]:
    """Every recording that is here. Raises walks.WalksError when the recordings were not fetched."""
    found = [recorded(walks.load(name)) for name in walks.names()]
    chosen = os.environ.get("LAMPLIT_FIELD")
    return found + ([replay(path) for path in sorted(Path(chosen).glob("d_*.csv"))] if chosen else [])


def recorded(walk: walks.Walk) -> Real:
    """One of `service.walks`."""
    t = np.array([p.t_s for p in walk.points])
    raw = way_through(walk.name, [(p.lat, p.lon) for p in walk.points])
    east_north = raw.metres([(p.lat, p.lon) for p in walk.points])
    way, along = _planned(walk.name, east_north, raw.centre)
    return replace(_real(walk.name, way, t, east_north, along, east_north), known_m=2 * RECORDER_M)


def replay(path: Path) -> Real:
    """A recording laid on a route, whose true place along it is known."""
    with path.open(newline="") as opened:
        rows = [{k: float(v) for k, v in row.items()} for row in csv.DictReader(opened)]
    line = msgspec.json.decode(path.with_suffix(".route.geojson").read_bytes())
    way = way_through(path.stem, [(lat, lon) for lon, lat in _line(line)])
    t, along = np.array([r["t_s"] for r in rows]), np.array([r["true_along_m"] for r in rows])
    shown = way.metres([(r["lat"], r["lon"]) for r in rows])
    return _real(path.stem, way, t, way.at(along), along, shown)


def _line(found: dict[str, object]) -> list[list[float]]:
    """The coordinates of the first line of a GeoJSON object."""
    while "coordinates" not in found:
        inner = found.get("geometry") or found["features"]
        found = inner[0] if isinstance(inner, list) else inner  # type: ignore[assignment]
    return found["coordinates"]  # type: ignore[return-value]


def _planned(name: str, places: Metres, centre: tuple[float, float]) -> tuple[Way, Metres]:
    """The line without its trembling, and how far along it each recorded place is: in proportion between two that stay."""
    gone = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(places, axis=0).T))])
    kept = np.asarray(LineString(places).simplify(TREMBLES_M).coords)
    way = way_of(name, kept, centre)
    stays, first = [], 0
    for place in way.xy:
        first += int(np.flatnonzero(np.abs(places[first:] - place).max(axis=1) < 1e-6)[0])
        stays.append(first)
    stays[-1] = len(places) - 1
    return way, np.interp(gone, gone[stays], way.along_m)


def _real(name: str, way: Way, t: Metres, places: Metres, along: Metres, shown: Metres) -> Real:
    """The truth between the recorded points is a straight line; after the last she is at home."""
    t = np.maximum.accumulate(t)
    every = np.arange(int(t[-1]) + 1 + int(HOME_S), dtype=np.float64)
    stood = _stood(t, along)
    set_out, from_there = np.insert(t, stood[0] + 1, stood[1]), np.insert(np.arange(len(t)), stood[0] + 1, stood[0])
    xy = np.column_stack([np.interp(every, set_out, places[from_there, k]) for k in (0, 1)])
    doing = np.where(every > t[-1], Doing.HOME, Doing.WALKS).astype(np.int8)
    truth = Truth(way, xy, np.interp(every, set_out, along[from_there]), doing, None, float(t[-1]), way.off_m(xy))
    at = np.concatenate([t, np.arange(t[-1] + THERE_S, t[-1] + HOME_S, THERE_S)])
    shown = np.concatenate([shown, np.repeat(shown[-1:], len(at) - len(t), axis=0)])
    frames = [
        Frame(k, STARTED_AT + s, STARTED_AT + s + SENT_S, (_fix(s, place),), (s,))
        for k, (s, place) in enumerate(zip(at.tolist(), way.degrees(shown), strict=True))
    ]
    return Real(name, truth, frames)


def _stood(t: Metres, along: Metres) -> tuple[npt.NDArray[np.int64], Metres]:
    """After which points she stood, and when she went on."""
    took, made = np.diff(t), np.abs(np.diff(along))
    slow = np.flatnonzero((took > 2.0) & (made < STROLL_MPS * took))
    return slow, t[slow + 1] - np.minimum(made[slow] / WALK_MPS, took[slow])


def _fix(t: float, place: tuple[float, float]) -> Row:
    return Row(STARTED_AT + t, place[0], place[1], RECORDER_M, None, 80.0)
