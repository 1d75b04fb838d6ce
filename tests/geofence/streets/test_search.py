"""The search."""

from collections.abc import Sequence
from math import isinf
from typing import NamedTuple

import numpy as np
import pytest

from geofence.streets.crop import Crop, crop
from geofence.streets.gates import Gates
from geofence.streets.lights import RegionLights, Report
from geofence.streets.prices import Prices, prices
from geofence.streets.region import Region
from geofence.streets.search import Behind, Ends, behind, cheapest, ends_of, lengths, nodes_of, price, shortest, shut
from geofence.streets.snap import end_at, near, pair
from geofence.streets.tonight import Tonight, by_part
from geofence.streets.ways import BETTER_LIT
from tests.geofence.drawn import place

from .town import grid
from .walks import NIGHT, opened


class Laid(NamedTuple):
    """A walk, ready to be searched."""

    crop: Crop
    ends: Ends
    back: Behind
    prices: Prices


def laid(
    region: Region,
    begin: tuple[float, float],
    end: tuple[float, float],
    reports: Sequence[Report] = (),
    at: float = NIGHT,
) -> Laid:
    """A walk over the whole of a small map; nothing is shut."""
    lights = RegionLights(region, (), reports)
    gates = Gates(region, lights.where, None, False)
    origin, destination = (
        end_at(region, one) for one in pair(region, *(near(region, place(*spot), gates, "") for spot in (begin, end)))
    )
    kept = nodes_of(region, origin.link, destination.link)
    cut = crop(region, (origin.x, origin.y), (destination.x, destination.y), 5000.0, kept)
    ends = ends_of(region, cut, gates, origin, destination)
    metres = lengths(region, cut)
    back = behind(cut, metres, ends)
    tonight = Tonight(lights.table(at, at + 3600.0), region.part_light, at, 1.3, by_part(lights.worse))
    return Laid(cut, ends, back, prices(region, cut, ends, back, tonight, metres))


@pytest.fixture(scope="module")
def squares() -> Region:
    """Eight by eight streets, 100 m apart, all of them lit."""
    return opened(grid(8, 8, 100.0, lit="yes"))


def test_what_is_left_is_known_everywhere(squares: Region) -> None:
    """From each corner to the destination it is as far as the blocks between."""
    walk = laid(squares, (100, 50), (500, 650))

    assert walk.back.length_m == pytest.approx(50 + 400 + 550, abs=1.0)
    assert walk.back.left_m.max() < 1700
    for leg in walk.ends.into:
        assert walk.back.left_m[leg.node] <= leg.metres + 1e-6


def test_the_shortest_way_is_as_long_as_the_search_says(squares: Region) -> None:
    """Its arcs hang together, from a leg of the origin to one of the destination."""
    walk = laid(squares, (130, 0), (600, 640))
    found = shortest(walk.crop, lengths(squares, walk.crop), walk.ends, walk.back)
    nodes = [found.first.node, *walk.crop.to[found.arcs].tolist()]

    assert walk.crop.begin[found.arcs].tolist() == nodes[:-1]
    assert found.last is not None
    assert nodes[-1] == found.last.node
    total = found.first.metres + float(squares.link_m[walk.crop.link[found.arcs]].sum()) + found.last.metres
    assert total == pytest.approx(walk.back.length_m, abs=0.01)


def test_a_way_costs_what_its_arcs_and_legs_cost(region: Region) -> None:
    """And the cheapest one no more than the shortest one does."""
    walk = laid(region, (10, 0), (590, 0))
    cost = walk.prices.by(BETTER_LIT)
    plain = shortest(walk.crop, lengths(region, walk.crop), walk.ends, walk.back)
    better = cheapest(walk.crop, walk.ends, walk.back, cost, [plain])

    assert price(walk.ends, cost, plain) == pytest.approx(4 * 580, rel=0.001)
    assert price(walk.ends, cost, better) < price(walk.ends, cost, plain)


def test_what_is_shut_costs_everything(squares: Region) -> None:
    """Its arcs, and no others."""
    metres = lengths(squares, laid(squares, (0, 0), (700, 700)).crop)
    found = shut(metres, np.array([3, 5], np.int32))

    assert [n for n, m in enumerate(found.tolist()) if isinf(m)] == [3, 5]
    assert shut(metres, np.empty(0, np.int32)) is metres


def test_of_two_streets_between_two_corners_the_cheaper_is_taken(region: Region) -> None:
    """The subway leads from corner to corner as Back Lane does, and is longer."""
    walk = laid(region, (305, 300), (395, 300))
    found = shortest(walk.crop, lengths(region, walk.crop), walk.ends, walk.back)

    assert walk.back.length_m == pytest.approx(90, abs=0.5)
    assert found.last is None


def test_round_a_ring_she_goes_the_shorter_way(region: Region) -> None:
    """A path of 240 m that meets nothing but itself: 80 m across its beginning, not 160 m the way it was drawn."""
    walk = laid(region, (1000, 240), (1040, 200))
    metres = lengths(region, walk.crop)
    plain = shortest(walk.crop, metres, walk.ends, walk.back)
    cost = walk.prices.by(BETTER_LIT)
    better = cheapest(walk.crop, walk.ends, walk.back, cost, [plain])

    assert walk.back.length_m == pytest.approx(80, abs=0.3)
    assert plain.last is not None
    assert price(walk.ends, cost, better) == price(walk.ends, cost, plain)
