"""A region as large as a county: how long it takes to build, to open, and what a second process needs of it."""

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from statistics import median

from geofence.streets.build import build
from geofence.streets.places import Extra
from geofence.streets.planner import Planner
from geofence.streets.region import Region

from .copies import COPIES, county
from .extracts import Extract, opened, pairs, tried
from .rows import Row, row

BUILT_S, BUILT_MB, OPENED_S = 120.0, 300.0, 1.0
OPENINGS, PLANS = 21, 20
_NAME = "county"
_MB = 1e6
_KB = 1024
"""What the kernel counts by."""


def county_rows(town: Extract, timed: Callable[[str, Planner], Iterable[Row]], is_target: bool) -> Iterable[Row]:
    """Of 24 copies of a town: M2 to M4."""
    print(f"M4: building {COPIES} copies of {town.name}", file=sys.stderr)
    source = county(town.source)
    name = f"{COPIES} × {town.name}"
    built = _child("build", str(source), str(town.folder), town.zone)
    target = next(town.folder.glob(f"{_NAME}/*.streets"))
    yield row(
        "M4 built",
        f"{name}: `lamplit map build`, tiles and all ({built['cpu_s']:.1f} s of a core; {target.stat().st_size / _MB:.0f} MB of streets)",
        round(built["wall_s"], 1),
        "s",
        target=BUILT_S if is_target else None,
        met=built["wall_s"] <= BUILT_S if is_target else None,
    )
    yield row(
        "M4 resident",
        f"{name}: the most memory that one of its programs took",
        round(built["resident_mb"], 1),
        "MB",
        target=BUILT_MB if is_target else None,
        met=built["resident_mb"] <= BUILT_MB if is_target else None,
    )
    streets = _child("streets", str(source), str(town.folder / "county.streets"), town.zone)
    yield row("M4 streets", f"{name}: its streets alone ({streets['cpu_s']:.1f} s of a core)", round(streets["wall_s"], 1), "s")  # fmt: skip
    seconds = [_opened_s(target) for _ in range(OPENINGS)]
    yield row("M3 open", f"{name}: opened", round(1000.0 * median(seconds), 3), "ms", target=1000.0 * OPENED_S, met=median(seconds) <= OPENED_S)  # fmt: skip
    plans = opened(target)
    yield from timed(name, plans)
    second = _child("second", str(target))
    yield row(
        "M3 shared",
        f"{name}: of the mapped file, what a second process has for itself after {PLANS} plans (it has {second['touched_mb']:.1f} MB of it in sight)",
        round(second["own_mb"], 2),
        "MB",
    )


def _opened_s(path: Path) -> float:
    began = time.perf_counter()
    Region.open(path)
    return time.perf_counter() - began


def _child(*words: str) -> dict[str, float]:
    said = subprocess.run([sys.executable, "-m", "benchmarks.county", *words], check=True, capture_output=True)
    found: dict[str, float] = json.loads(said.stdout.splitlines()[-1])
    return found


def _build(source: str, maps: str, zone: str) -> dict[str, float]:
    """The command, as somebody types it. What is said of memory is of the largest of its programs; not below what this one
    takes, about 110 MB, for the kernel counts what a program had before it was another one."""
    began = time.perf_counter()
    here = {name: value for name, value in os.environ.items() if not name.startswith("LAMPLIT_")}
    words = ("map", "build", source, "--name", _NAME, "--zone", zone)
    subprocess.run(
        [sys.executable, "-m", "service", *words],
        check=True,
        stdout=subprocess.DEVNULL,
        env=here | {"LAMPLIT_MAPS": maps, "LAMPLIT_DATA_DIR": maps},
    )
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu_s = used.ru_utime + used.ru_stime
    wall_s = time.perf_counter() - began
    return {"wall_s": wall_s, "cpu_s": cpu_s, "resident_mb": used.ru_maxrss * _KB / _MB}


def _streets(source: str, target: str, zone: str) -> dict[str, float]:
    began = time.perf_counter()
    build(Path(source), Path(target), Extra(zone=zone))
    used = resource.getrusage(resource.RUSAGE_SELF)
    return {"wall_s": time.perf_counter() - began, "cpu_s": used.ru_utime + used.ru_stime}


def _second(path: str) -> dict[str, float]:
    """Another process that plans while the first one has the file, too. By now that one has touched what it plans on."""
    plans = opened(Path(path))
    for ends in pairs(plans.lights.region, 500.0, 3000.0, PLANS, seed=3):
        tried(plans, ends)
    touched = own = 0.0
    mine = False
    for line in Path("/proc/self/smaps").read_text(encoding="utf-8").splitlines():
        name, _, rest = line.partition(":")
        if "-" in name.split(" ")[0]:
            mine = line.endswith(os.path.realpath(path))
        elif mine and name == "Rss":
            touched += int(rest.split()[0]) * _KB / _MB
        elif mine and name in ("Private_Clean", "Private_Dirty"):
            own += int(rest.split()[0]) * _KB / _MB
    return {"touched_mb": touched, "own_mb": own}


if __name__ == "__main__":
    _PARTS: dict[str, Callable[..., dict[str, float]]] = {"build": _build, "streets": _streets, "second": _second}
    print(json.dumps(_PARTS[sys.argv[1]](*sys.argv[2:])))
