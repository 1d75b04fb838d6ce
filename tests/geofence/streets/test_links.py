"""From drawn ways to a graph."""

from collections import defaultdict
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geofence.plane import distance_m
from geofence.streets.cells import grid_of
from geofence.streets.links import Chains, Graph, Parts, cut, graph, joined, lengths_m

Way = list[int]


def where(node: int) -> tuple[int, int]:
    """x and y of a node: somewhere in a square of 2 km."""
    return (node * 7919 % 997) * 280, 514_000_000 + (node * 104_729 % 991) * 180


def columns(ways: list[Way]) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Ways by their nodes, as they are read: refs, x, y, where each ends, metres to the next point."""
    refs = np.array([node for way in ways for node in way], np.int64)
    x, y = np.array([where(node) for way in ways for node in way], np.int32).T
    end = np.cumsum([0, *map(len, ways)]).astype(np.int32)
    last = np.zeros(len(refs), bool)
    last[end[1:] - 1] = True
    return refs, x, y, end, lengths_m(x, y, last)


def made(ways: list[Way]) -> tuple[Parts, Chains, Graph]:
    """All three steps."""
    refs, x, y, end, metres = columns(ways)
    parts = cut(refs, x, y, end, metres)
    chains = joined(parts)
    return parts, chains, graph(parts, chains, grid_of(x, y)[1])


def nodes_of(found: Graph, *nodes: int) -> list[int]:
    """The numbers that some of our nodes have in the graph."""
    places = list(zip(found.node_x.tolist(), found.node_y.tolist(), strict=True))
    return [places.index(where(node)) for node in nodes]


def shortest(edges: list[tuple[int, int, float]], begin: int) -> dict[int, float]:
    """Metres to every node, by looking at every edge until nothing changes."""
    best: dict[int, float] = defaultdict(lambda: float("inf"), {begin: 0.0})
    for _ in range(len(edges) + 1):
        for one, other, metres in edges:
            best[other] = min(best[other], best[one] + metres)
            best[one] = min(best[one], best[other] + metres)
    return best


ways_drawn = st.lists(
    st.lists(st.integers(1, 14), min_size=2, max_size=7)
    .map(lambda way: [node for n, node in enumerate(way) if n == 0 or node != way[n - 1]])
    .filter(lambda way: len(way) > 1),
    min_size=1,
    max_size=10,
)


def test_a_crossing_cuts_both_ways() -> None:
    """Two ways that meet in the middle are four parts, four links and five nodes."""
    parts, _, found = made([[1, 2, 3, 4, 5], [11, 12, 3, 14, 15]])

    assert (len(parts.m), len(found.link_m), len(found.node_x)) == (4, 4, 5)
    assert parts.way.tolist() == [0, 0, 1, 1]
    assert parts.first.tolist() == [0, 2, 5, 7]
    assert parts.last.tolist() == [2, 4, 7, 9]


def test_ways_in_a_row_are_one_link() -> None:
    """A street that changes its name is one link of two parts; one is drawn the other way round."""
    parts, chains, found = made([[1, 2, 3], [5, 4, 3]])

    assert len(found.link_m) == 1
    assert found.part_ptr.tolist() == [0, 2]
    assert sorted(found.rev.tolist()) == [0, 1]
    assert found.link_m[0] == pytest.approx(float(parts.m.sum()))
    assert len(chains.begin) == 1


def test_a_ring_that_meets_nothing_is_a_link_to_itself() -> None:
    """It has a node, so that somebody who stands on it is somewhere."""
    _, _, found = made([[1, 2, 3, 1]])

    assert (found.link_from.tolist(), found.link_to.tolist()) == ([0], [0])
    assert found.arc_link.tolist() == [0, 0]
    assert found.tree.tolist() == [0]


def test_a_ring_of_several_ways_is_one_link() -> None:
    """Four streets around a yard, none of which leads out."""
    _, _, found = made([[1, 2], [2, 3], [4, 3], [4, 1]])

    assert len(found.link_m) == len(found.node_x) == 1
    assert sorted(found.part.tolist()) == [0, 1, 2, 3]


def test_a_way_that_crosses_itself_is_cut_there() -> None:
    """A lollipop: a stick and a loop."""
    _, _, found = made([[1, 2, 3, 4, 2]])
    stick, loop = nodes_of(found, 1, 2)

    assert sorted(zip(found.link_from.tolist(), found.link_to.tolist(), strict=True)) in (
        sorted([(stick, loop), (loop, loop)]),
        sorted([(loop, stick), (loop, loop)]),
    )


def test_two_ways_between_the_same_places_are_two_links() -> None:
    """Both sides of a canal."""
    _, _, found = made([[9, 1], [1, 2, 3], [1, 4, 3], [3, 8]])

    assert len(found.link_m) == 4
    assert len(found.node_x) == 4


def test_dead_ends_are_trees() -> None:
    """What hangs on a circle by one link has a number for each; the bridge between two circles belongs to none."""
    square, other = [[1, 2], [2, 3], [3, 4], [4, 1]], [[5, 6], [6, 7], [7, 5]]
    _, _, found = made([*square, [1, 5], *other, [2, 8], [8, 9], [8, 10], [3, 11]])
    names = (1, 5, 2, 3, 8, 9, 10, 11)
    tree = dict(zip(names, found.tree[nodes_of(found, *names)].tolist(), strict=True))

    assert {tree[node] for node in (1, 5, 2, 3)} == {0}
    assert tree[8] == tree[9] == tree[10] != 0
    assert tree[11] not in (0, tree[8])


def test_a_star_is_one_tree() -> None:
    """Streets that never come round again are a tree of their own, its middle too."""
    _, _, found = made([[1, 2], [1, 3], [1, 4]])

    assert len(set(found.tree.tolist())) == 1
    assert found.tree[0] > 0


def test_what_hangs_together_has_one_number() -> None:
    """Two towns without a street between them, each with its metres."""
    parts, _, found = made([[1, 2], [1, 3], [1, 4], [11, 12], [11, 13]])
    here, there = (found.component[nodes_of(found, node)[0]] for node in (1, 12))

    assert here != there
    assert len(set(found.component.tolist())) == 2
    assert found.component_m[here] == pytest.approx(float(parts.m[:3].sum()))
    assert found.component_m[there] == pytest.approx(float(parts.m[3:].sum()))


def test_lengths_are_those_of_the_ground() -> None:
    """Metres between points agree with `distance_m`; across the 180° meridian, too; there are none behind a way."""
    x, y = np.array([1_799_990_000, -1_799_990_000, 0, 10_000], np.int32), np.array([-168_000_000] * 4, np.int32)
    metres = lengths_m(x, y, np.array([False, True, False, True]))

    assert metres[0] == pytest.approx(distance_m(-16.8, 179.999, -16.8, -179.999), rel=1e-5)
    assert metres[2] == pytest.approx(distance_m(-16.8, 0.0, -16.8, 0.001), rel=1e-5)
    assert (metres[1], metres[3]) == (0.0, 0.0)


def test_a_part_has_a_length() -> None:
    """Two nodes at one place are no step of nothing: the solver would not see it."""
    x = y = np.zeros(2, np.int32)
    parts = cut(np.array([1, 2]), x, y, np.array([0, 2], np.int32), np.zeros(2, np.float32))

    assert parts.m[0] > 0


@given(ways_drawn)
def test_every_stretch_is_in_one_link_once(ways: list[Way]) -> None:
    """Nothing is lost and nothing is there twice; a link's parts follow each other from node to node."""
    refs, _, _, _, metres = columns(ways)
    parts, _, found = made(ways)

    assert sorted(found.part.tolist()) == [*range(len(parts.m))]
    assert float(found.link_m.sum()) == pytest.approx(float(metres.sum()), rel=1e-4)
    for link, (begin, end) in enumerate(pairwise(found.part_ptr.tolist())):
        at = (found.node_x[found.link_from[link]], found.node_y[found.link_from[link]])
        for part, rev in zip(found.part[begin:end].tolist(), found.rev[begin:end].tolist(), strict=True):
            ends = [where(int(refs[point])) for point in (parts.first[part], parts.last[part])]
            assert ends[rev] == at
            at = ends[1 - rev]
        assert at == (found.node_x[found.link_to[link]], found.node_y[found.link_to[link]])


@given(ways_drawn)
def test_the_shortest_way_is_as_long_as_it_was(ways: list[Way]) -> None:
    """From node to node of the graph: metres over links equal metres over the ways as they were drawn."""
    refs, _, _, end, metres = columns(ways)
    _, _, found = made(ways)
    drawn = [
        (int(refs[n]), int(refs[n + 1]), float(metres[n]))
        for n in range(len(refs) - 1)
        if n + 1 not in set(end.tolist())
    ]
    links = list(zip(found.link_from.tolist(), found.link_to.tolist(), found.link_m.tolist(), strict=True))
    places = {where(node): node for way in ways for node in way}
    names = [places[place] for place in zip(found.node_x.tolist(), found.node_y.tolist(), strict=True)]
    over_links, over_ways = shortest(links, 0), shortest(drawn, names[0])

    for number, name in enumerate(names):
        assert over_links[number] == pytest.approx(over_ways[name], rel=1e-4, abs=0.1)
        assert (found.component[number] == found.component[0]) == (over_ways[name] < float("inf"))


@given(ways_drawn)
def test_a_tree_is_left_by_one_way_at_most(ways: list[Way]) -> None:
    """A search that leaves out the trees of others misses no shortest way: nothing leads through them."""
    _, _, found = made(ways)
    leading_out: dict[int, int] = defaultdict(int)
    inside: dict[int, int] = defaultdict(int)
    for one, other in zip(found.link_from.tolist(), found.link_to.tolist(), strict=True):
        tree, neighbour = int(found.tree[one]), int(found.tree[other])
        assert tree == neighbour or 0 in (tree, neighbour)
        if tree != neighbour:
            leading_out[max(tree, neighbour)] += 1
        elif tree:
            inside[tree] += 1

    for tree in set(found.tree.tolist()) - {0}:
        assert leading_out[tree] <= 1
        assert inside[tree] == int((found.tree == tree).sum()) - 1, "links of a tree: one fewer than nodes"


def test_nodes_are_sorted_by_cell() -> None:
    """What is near lies together, row by row; links follow the nodes where they begin."""
    refs, x, y, end, metres = columns([[n, n + 1] for n in range(1, 60)] + [[n, n + 7] for n in range(1, 50)])
    parts = cut(refs, x, y, end, metres)
    _, cells = grid_of(x, y)
    found = graph(parts, joined(parts), cells)
    numbers = cells.numbers(found.node_x, found.node_y)

    assert (np.diff(numbers) >= 0).all()
    assert (np.diff(found.link_from) >= 0).all()
    for cell, (begin, stop) in enumerate(pairwise(found.cell_start.tolist())):
        assert set(numbers[begin:stop].tolist()) <= {cell}
