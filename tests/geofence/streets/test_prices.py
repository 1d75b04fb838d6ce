"""What it costs to walk a street."""

import numpy as np
import pytest

from geofence.lighting import Light
from geofence.streets.region import Region
from geofence.streets.search import cheapest, lengths, price, shortest
from geofence.streets.ways import BETTER_LIT, CAREFUL, SHORTEST

from .test_search import laid, squares
from .walks import asked, clock, planner, report

__all__ = ["squares"]


def test_no_price_is_below_its_length(region: Region) -> None:
    """What the search rests on, for every set of weights, with reports and without."""
    for reports in ([], [report(300, 200, concern=True), report(450, 0)]):
        walk = laid(region, (10, 0), (590, 400), reports)
        for weights in (BETTER_LIT, CAREFUL):
            cost = walk.prices.by(weights)
            assert (cost.arcs >= lengths(region, walk.crop) - 1e-6).all()
            for legs, costs in ((walk.ends.out, cost.out), (walk.ends.into, cost.into)):
                assert all(own >= leg.metres for leg, own in zip(legs, costs, strict=True))


def test_a_report_makes_its_link_dearer_by_its_metres(squares: Region) -> None:
    """A concern of 40 m: half of them more. A lamp out: those 40 m are unknown."""
    plain = laid(squares, (0, 0), (700, 700)).prices.by(BETTER_LIT).arcs
    concern = (
        laid(squares, (0, 0), (700, 700), [report(350, 300, least=Light.LIT, concern=True)]).prices.by(BETTER_LIT).arcs
    )
    lamp_out = laid(squares, (0, 0), (700, 700), [report(350, 300)]).prices.by(BETTER_LIT).arcs

    assert sorted((concern - plain)[concern - plain > 1e-6]) == pytest.approx([20, 20], abs=0.1)
    assert sorted((lamp_out - plain)[lamp_out - plain > 1e-6]) == pytest.approx([60, 60], abs=0.1)


def test_a_street_costs_what_it_costs_when_she_comes_by(region: Region) -> None:
    """Park Walk goes dark at eleven: at ten minutes to, its near end costs less than its far end does."""
    early, late = (
        laid(region, (300, 5), (300, 395), at=clock(hhmm)).prices.by(BETTER_LIT) for hhmm in ("22:00", "23:30")
    )
    between = laid(region, (300, 5), (300, 395), at=clock("22:57")).prices.by(BETTER_LIT)

    assert float(early.arcs.sum()) < float(between.arcs.sum()) < float(late.arcs.sum())


def test_a_metre_of_light_costs_a_metre(squares: Region) -> None:
    """Where all is lit no way is dearer than its length, by any weights."""
    walk = laid(squares, (0, 0), (700, 700))

    for weights in (SHORTEST, BETTER_LIT, CAREFUL):
        assert walk.prices.by(weights).arcs == pytest.approx(lengths(squares, walk.crop))


@pytest.mark.parametrize("seed", range(6))
def test_what_a_way_costs_is_what_its_pieces_say(squares: Region, seed: int) -> None:
    """Forty reports all over the town, near her door and on her way: the search has weighed what she is shown."""
    rng = np.random.default_rng(seed)
    reports = [
        report(x, y, least=Light(int(rng.integers(0, 4))), concern=bool(rng.integers(0, 2)))
        for x, y in rng.uniform(0, 700, (40, 2)).tolist()
    ]
    begin, end = rng.uniform(0, 700, (2, 2)).tolist()
    walk = laid(squares, begin, end, reports)
    cost = walk.prices.by(CAREFUL)
    plain = shortest(walk.crop, walk.prices.metres, walk.ends, walk.back)
    weighed = price(walk.ends, cost, cheapest(walk.crop, walk.ends, walk.back, cost, [plain]))
    pieces = planner(squares, reports=reports).plan(asked(begin, end, weights=[CAREFUL])).ways[0].pieces
    shown = sum(
        m * CAREFUL.factors[state] * (1.5 if shunned else 1.0)
        for m, state, shunned in zip(pieces.m, pieces.state, pieces.shunned, strict=True)
    )

    assert weighed == pytest.approx(shown, abs=0.1)
