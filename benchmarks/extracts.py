"""The maps that ways are planned on: extracts of OpenStreetMap, and pairs of places drawn on them.

`LAMPLIT_EXTRACTS` names a folder of `NAME.osm.pbf`; without it there are the newcomer's maps, which the set-up has fetched.
"""

import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from geofence.plane import distance_m
from geofence.route import Place
from geofence.streets.build import build
from geofence.streets.lights import RegionLights
from geofence.streets.places import Extra
from geofence.streets.planner import Planner
from geofence.streets.region import Region
from geofence.streets.ways import OFFERED, Asked, NoWay, Way, Weights

ROOT = Path(__file__).parents[1]
CACHE = ROOT / ".cache" / "benchmarks"
NEWCOMER = ROOT / ".cache" / "maps"
ZONES = {
    "helsinki": "Europe/Helsinki",
    "kouvola": "Europe/Helsinki",
    "test": "Europe/Helsinki",
    "berlin": "Europe/Berlin",
}
"""By how a name begins; elsewhere clocks are London's."""
NIGHT = 1_795_473_000.0
"""An hour and a half before midnight by GMT, in November: dark wherever an extract is from, and no lamp is off yet."""
PACE_MPS = 1.3
_TRIES = 40_000


@dataclass(frozen=True)
class Extract:
    """A map: its PBF file, built once for all benchmarks of a run."""

    source: Path
    folder: Path

    @property
    def name(self) -> str:
        """What it is called."""
        return self.source.name.removesuffix(".osm.pbf").lower()

    @property
    def zone(self) -> str:
        """The time zone of its hours."""
        return next((zone for begin, zone in ZONES.items() if self.name.startswith(begin)), "Europe/London")

    @cached_property
    def region(self) -> Region:
        """Its streets, open."""
        target = self.folder / f"{self.name}.streets"
        return Region.open(build(self.source, target, Extra(zone=self.zone)).path)

    @cached_property
    def planner(self) -> Planner:
        """Whoever plans there, without schedules or reports."""
        return Planner(RegionLights(self.region))


def extracts(folder: Path) -> list[Extract]:
    """All there are, the largest first; what is built goes to `folder`."""
    chosen = os.environ.get("LAMPLIT_EXTRACTS")
    found = Path(chosen).glob("*.osm.pbf") if chosen else NEWCOMER.rglob("*.osm.pbf")
    return [Extract(path, folder) for path in sorted(found, key=lambda path: (-path.stat().st_size, path.name))]


def pairs(region: Region, low_m: float, high_m: float, count: int, seed: int) -> list[tuple[Place, Place]]:
    """Pairs of places on streets that are connected with most of the others, so far apart as the crow flies.

    Fewer, or none, where the map is too small for them.
    """
    rng = np.random.default_rng(seed)
    metres = np.bincount(region.component[region.link_from], weights=region.link_m)
    nodes = np.flatnonzero(region.component == int(metres.argmax()))
    found: list[tuple[Place, Place]] = []
    for _ in range(_TRIES):
        one, other = (_place(region, int(node)) for node in rng.choice(nodes, 2))
        if low_m <= distance_m(*one, *other) <= high_m:
            found.append((one, other))
            if len(found) == count:
                break
    return found


def opened(path: Path) -> Planner:
    """Whoever plans in a file that is built."""
    return Planner(RegionLights(Region.open(path)))


def tried(plans: Planner, ends: tuple[Place, Place], weights: tuple[Weights, ...] = OFFERED) -> tuple[Way, ...]:
    """The ways from one to the other at night; none where there is none."""
    try:
        return plans.plan(Asked(origin=ends[0], destination=ends[1], at=NIGHT, pace_mps=PACE_MPS, weights=weights)).ways
    except NoWay:
        return ()


def _place(region: Region, node: int) -> Place:
    return float(region.node_y[node]) * 1e-7, float(region.node_x[node]) * 1e-7
