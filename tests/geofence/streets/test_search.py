"""The search."""

from collections.abc import Sequence
from math import isinf
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geofence.streets.crop import Crop, crop
from geofence.streets.gates import Gates
from geofence.streets.lights import RegionLights, Report
from geofence.streets.prices import Prices, prices
from geofence.streets.region import Region
from geofence.streets.search import Behind, Ends, behind, cheapest, ends_of, lengths, nodes_of, price, shortest, shut
from geofence.streets.snap import end_at, near, pairs
from geofence.streets.tonight import Tonight, by_part
from geofence.streets.ways import BETTER_LIT, OFFERED, NoWay, Reason
from tests.geofence.drawn import place

from .town import Drawing, grid
from .walks import NIGHT, asked, cost_of, least_cost, opened, planner, tried


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
        end_at(region, one)
        for one in pairs(region, *(near(region, place(*spot), gates, "") for spot in (begin, end)))[0]
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


# ── against one that tries everything ────────────────────────────────────────────────────────────────────

SIZE, STEP_M = 6, 28.0
TAGS = st.sampled_from(
    [
        {"lit": "yes"},
        {"lit": "yes"},
        {"lit": "no"},
        {},
        {"highway": "path"},
        {"highway": "steps"},
        {"highway": "trunk"},
        {"highway": "steps", "conveying": "forward"},
        {"highway": "footway", "oneway:foot": "-1"},
        {"access:conditional": "no @ (20:00-07:00)"},
        {"access": "private"},
        None,
        None,
    ]
)
EDGES = [((x, y), (x + 1, y)) for y in range(SIZE) for x in range(SIZE - 1)] + [
    ((x, y), (x, y + 1)) for y in range(SIZE - 1) for x in range(SIZE)
]
CORNERS = st.tuples(st.floats(0, (SIZE - 1) * STEP_M), st.floats(0, (SIZE - 1) * STEP_M))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(TAGS, min_size=len(EDGES), max_size=len(EDGES)),
    st.lists(st.tuples(CORNERS, CORNERS), min_size=4, max_size=4),
    st.booleans(),
)
def test_no_way_is_better_than_the_one_that_is_found(
    tags: list[dict[str, str] | None],
    walks: list[tuple[tuple[float, float], tuple[float, float]]],
    no_steps: bool,
) -> None:
    """On any little town, whatever is lit, shut or one-way there, each way costs what the best one costs; where none is
    found there is none. Its metres are its length, and no step of it leads through what is shut."""
    drawing = Drawing()
    for (one, other), tag in zip(EDGES, tags, strict=True):
        if tag is not None:
            drawing.way(*[(x * STEP_M, y * STEP_M) for x, y in (one, other)], **{"highway": "residential"} | tag)  # type: ignore[arg-type]
    drawing.way((3000, 0), (4200, 0))
    region = opened(drawing)
    plans = planner(region)
    states = plans.lights.states(NIGHT)
    for begin, end in walks:
        gates = plans._gates(asked(begin, end, no_steps=no_steps))
        try:
            snapped = [near(region, place(*one), gates, "") for one in (begin, end)]
            origin, destination = (end_at(region, one) for one in pairs(region, *snapped)[0])
        except NoWay:
            continue
        for weights in OFFERED:
            best = least_cost(region, gates, origin, destination, states, weights)
            if best == float("inf"):  # from another street, perhaps
                continue
            way = tried(plans, asked(begin, end, weights=[weights], no_steps=no_steps))
            if isinstance(way, Reason):
                assert way is Reason.SAME_PLACE
                continue
            assert cost_of(region, way, weights) == pytest.approx(best, abs=0.02)
            assert sum(way.metres) == pytest.approx(way.length_m, abs=0.02)
            assert all(gates.admits(part) for part in way.pieces.part)
