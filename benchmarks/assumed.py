"""What is said of light, against what is known: rules of inference on tagged streets, and lines that somebody else drew."""

from collections.abc import Iterable

import numpy as np

from geofence.lighting import Light
from geofence.plane import Floats, plane_at
from geofence.route import read_points
from geofence.streets.build import measure
from geofence.streets.places import Extra
from geofence.streets.profile import profiled
from geofence.streets.ways import SHORTEST, Way

from .extracts import NIGHT, PACE_MPS, Extract, pairs, tried
from .rows import Row, not_measured, row

STEP_M = 9.0
NOISE_M = 3.0
LINES = 40
FEWEST_KM = 5.0
"""Of fewer tagged kilometres a share says little."""


def held_out(one: Extract) -> Iterable[Row]:
    """Each rule asked about the streets that have a tag, without its own."""
    for name, held in measure(one.source, Extra(zone=one.zone)).items():
        said_km = (held.right_m + held.wrong_m) / 1000.0
        words = f"{one.name}, `{name}`: of {said_km:.0f} tagged km that it takes to be lit, those that are; {held.more_m / 1000.0:.0f} km more are assumed so"
        if said_km < FEWEST_KM:
            yield not_measured(
                f"M7 {one.name} {name}", f"{one.name}, `{name}`: {said_km:.1f} tagged km are too few to tell"
            )
        else:
            yield row(
                f"M7 {one.name} {name}",
                words,
                round(100.0 * held.precision, 2),
                "%",
                floor=round(100.0 * _lit_share(one), 2),
            )


def imported(one: Extract) -> Iterable[Row]:
    """Ways that we know, drawn with 3 m of noise and read again: is the light of every 9 m the same?"""
    rng = np.random.default_rng(2)
    right = over = unsure = count = 0
    for ends in pairs(one.region, 800.0, 3000.0, LINES, seed=21):
        ways = tried(one.planner, ends, (SHORTEST,))
        if not ways:
            continue
        at = np.arange(STEP_M / 2, ways[0].length_m, STEP_M)
        truth = np.array(_states(ways[0], at))
        found = np.array(_states(_drawn_again(one, ways[0], rng), at))
        right += int((truth == found).sum())
        unsure += int((truth >= Light.UNKNOWN).sum())
        over += int(((truth >= Light.UNKNOWN) & (found < Light.UNKNOWN)).sum())
        count += len(at)
    if not count:
        yield not_measured("M8", f"{one.name}: the map is too small for it")
        return
    yield row("M8 right", f"{one.name}: cells of 9 m of a line with {NOISE_M:.0f} m of noise that have the light of their street", round(100.0 * right / count, 2), "%")  # fmt: skip
    yield row("M8 over", f"{one.name}: the same, taken to be lit or assumed so and unknown or unlit ({unsure} of {count} cells are)", round(100.0 * over / count, 2), "%")  # fmt: skip


def _drawn_again(one: Extract, way: Way, rng: np.random.Generator) -> Way:
    plane = plane_at(float(way.lat[0]), float(way.lon[0]))
    at = np.append(np.arange(0.0, way.length_m, STEP_M), way.length_m)
    x, y = plane.to_metres(np.interp(at, way.along_m, way.lat), np.interp(at, way.along_m, way.lon))
    lat, lon = plane.to_degrees(x + rng.normal(0.0, NOISE_M, len(x)), y + rng.normal(0.0, NOISE_M, len(y)))
    return profiled(
        one.planner.lights, read_points(list(zip(lat.tolist(), lon.tolist(), strict=True))), NIGHT, PACE_MPS
    )


def _states(way: Way, at: Floats) -> list[int]:
    """The state at places that are so far along; noise has made the line longer, by the same share everywhere."""
    ends = np.cumsum(way.pieces.m)
    number = np.searchsorted(ends, at * (float(ends[-1]) / float(at[-1] + STEP_M / 2)))
    return [way.pieces.state[one] for one in np.minimum(number, len(ends) - 1).tolist()]


def _lit_share(one: Extract) -> float:
    """The share of tagged metres that are lit: a rule that says so of everything is right so often."""
    region = one.region
    lit = np.array(
        [light.tag in ("yes", "24/7", "automatic", "dusk-dawn", "sunset-sunrise") for light in region.about.lights]
    )
    unlit = np.array([light.tag in ("no", "disused") for light in region.about.lights])
    metres = np.bincount(region.part_light, weights=region.part_m, minlength=len(lit))
    return float(metres[lit].sum() / max(1e-9, metres[lit | unlit].sum()))
