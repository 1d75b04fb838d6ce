"""The part of the graph that a walk may lead through."""

import numpy as np
import pytest

from geofence.streets.crop import crop
from geofence.streets.region import Region

from .test_region import e7
from .town import grid
from .walks import opened


@pytest.fixture(scope="module")
def squares() -> Region:
    """Twelve by twelve streets, 100 m apart."""
    return opened(grid(12, 12, 100.0))


def nodes_about(region: Region, begin: tuple[float, float], end: tuple[float, float], span_m: float) -> set[int]:
    """The nodes whose distances to both add up to that, by a loop."""
    found = set()
    for node in range(len(region.node_x)):
        x, y = float(region.node_x[node]), float(region.node_y[node])
        sums = 0.0
        for other in (begin, end):
            at_x, at_y = e7(*other)
            sums += float(np.hypot((x - at_x) * 0.00694, (y - at_y) * 0.01112))
        if sums <= span_m:
            found.add(node)
    return found


@pytest.mark.parametrize(("begin", "end", "span_m"), [((200, 300), (900, 800), 1100), ((500, 500), (500, 500), 620), ((0, 0), (1100, 1100), 1700)])  # fmt: skip
def test_all_nodes_of_the_ellipse_are_in_it(
    squares: Region, begin: tuple[float, float], end: tuple[float, float], span_m: float
) -> None:
    """Whatever way is no longer than that leads through them; hardly any others are there."""
    cut = crop(squares, e7(*begin), e7(*end), span_m, ())
    inside = set(cut.node.tolist())

    assert nodes_about(squares, begin, end, 0.99 * span_m) - dead_ends(squares) <= inside
    assert inside <= nodes_about(squares, begin, end, 1.02 * span_m)
    assert inside


def dead_ends(region: Region) -> set[int]:
    """The nodes of trees."""
    return set(np.flatnonzero(region.tree).tolist())


def test_arcs_lead_between_its_nodes(squares: Region) -> None:
    """Each is one of the region's, in the crop's numbers; none leads outside."""
    cut = crop(squares, e7(200, 300), e7(900, 800), 1100, ())
    for node in range(len(cut.node)):
        for arc in range(cut.ptr[node], cut.ptr[node + 1]):
            link, to = int(cut.link[arc]), int(cut.to[arc])
            ends = (int(cut.node[node]), int(cut.node[to]))
            assert ends in (
                (int(squares.link_from[link]), int(squares.link_to[link])),
                (int(squares.link_to[link]), int(squares.link_from[link])),
            )
            assert cut.forward(squares, np.array([arc]))[0] == (ends[0] == squares.link_from[link])
            assert cut.begin[arc] == node
    assert len(cut.to) > 4 * len(cut.node) * 0.5


def test_dead_ends_are_left_out_but_hers(region: Region) -> None:
    """The farm track is a dead end: it is in the crop for who lives there, and for nobody else."""
    trees = np.flatnonzero(region.tree)
    x, y = e7(300, 200)
    without = crop(region, (x, y), (x, y), 3000, ())
    whose = int(trees[0])
    with_hers = crop(region, (x, y), (x, y), 3000, (whose,))

    assert not set(trees.tolist()) & set(without.node.tolist())
    assert {int(n) for n in trees if region.tree[n] == region.tree[whose]} <= set(with_hers.node.tolist())


def test_what_is_kept_is_in_it_wherever_it_lies(squares: Region) -> None:
    """The far end of a long street she lives in."""
    far = int(np.argmax(squares.node_x + squares.node_y))
    cut = crop(squares, e7(100, 100), e7(100, 100), 150, (far,))

    assert far in cut.node.tolist()
    assert cut.node[cut.of(far)] == far


def test_far_from_every_street_there_is_nothing_but_what_is_kept(squares: Region) -> None:
    """An ellipse beside the map is empty."""
    assert len(crop(squares, e7(9000, 9000), e7(9100, 9000), 200, ()).node) == 0
