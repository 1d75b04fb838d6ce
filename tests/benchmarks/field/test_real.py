"""Real walks as truths."""

from pathlib import Path

import numpy as np
import pytest

from benchmarks.field.real import TREMBLES_M, reals, recorded, replay
from service import walks


@pytest.fixture(scope="module", autouse=True)
def _fetched() -> None:
    walks.fetch()


def test_every_recording_is_a_truth() -> None:
    """All four of them, whoever's folder there is beside them."""
    assert {real.name for real in reals()} >= set(walks.names())


@pytest.mark.parametrize("name", walks.names())
def test_a_recording_stays_on_the_way_made_of_it(name: str) -> None:
    """Within what was smoothed; along it she never goes back, and she arrives."""
    real = recorded(walks.load(name))

    assert real.truth.off_m.max() <= TREMBLES_M + 0.1
    assert np.diff(real.truth.along_m).min() >= -1e-9
    assert real.truth.along_m[-1] == pytest.approx(real.truth.way.length_m)


def test_what_was_recorded_is_not_altered() -> None:
    """A fix for every recorded point, where it was recorded and when."""
    walk = walks.load("cerknica-town")
    rows = [frame.rows[0] for frame in recorded(walk).frames][: len(walk.points)]

    assert [(row.t - rows[0].t) for row in rows] == pytest.approx([p.t_s for p in walk.points])
    assert [row.lat for row in rows] == pytest.approx([p.lat for p in walk.points], abs=1e-6)
    assert [row.lon for row in rows] == pytest.approx([p.lon for p in walk.points], abs=1e-6)


def test_a_replay_knows_the_truth_along_its_route(tmp_path: Path) -> None:
    """A table of fixes beside a route, as somebody may have one."""
    path = tmp_path / "d_one.csv"
    path.write_text("t_s,lat,lon,true_along_m\n0,51.5,-0.1,0\n60,51.5005,-0.0999,55\n120,51.501,-0.1,111\n")
    line = (
        '{"type":"Feature","properties":{},"geometry":{"type":"LineString","coordinates":[[-0.1,51.5],[-0.1,51.501]]}}'
    )
    path.with_suffix(".route.geojson").write_text(line)
    real = replay(path)

    assert real.truth.along_m[60] == pytest.approx(55.0)
    assert real.truth.off_m.max() < 0.1
    assert (real.frames[1].rows[0].lat, real.frames[1].rows[0].lon) == pytest.approx((51.5005, -0.0999), abs=1e-6)


def test_between_two_points_far_apart_in_time_she_stood(tmp_path: Path) -> None:
    """Ten metres in two minutes are a rest and eight seconds of walking."""
    path = tmp_path / "d_two.csv"
    path.write_text("t_s,lat,lon,true_along_m\n0,51.5,-0.1,0\n120,51.50009,-0.1,10\n200,51.501,-0.1,111\n")
    line = '{"type":"LineString","coordinates":[[-0.1,51.5],[-0.1,51.501]]}'
    path.with_suffix(".route.geojson").write_text(line)
    along = replay(path).truth.along_m

    assert along[110] == 0.0
    assert along[120] == pytest.approx(10.0)
    assert along[160] == pytest.approx(60.5, abs=1.0)
