"""How the demo tells of ways: what she was answered, and where she walked."""

from collections.abc import Iterable
from dataclasses import replace as with_
from io import StringIO
from pathlib import Path

import pytest
from msgspec.structs import replace
from rich.console import RenderableType

from service.demo import report
from service.demo.scene import Scene
from service.demo.ways_told import PAGE, answered, walked
from service.maps.answer import PlanAnswer
from service.maps.known import Known
from service.maps.planning import Walk, planned
from service.walks import Point
from service.walks import Walk as Recorded
from tests.geofence.drawn import place
from tests.service.maps.medway import medway

from .paper import scene_called

EVENING = 1_795_383_000.0
HOME, WORK = place(10.0, 395.0), place(580.0, 5.0)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Known:
    """The town."""
    return medway(tmp_path_factory.mktemp("maps")).known[0]


@pytest.fixture
def plan(town: Known) -> PlanAnswer:
    """What she was answered."""
    return planned([town], Walk(origin=HOME, destination=WORK, at=EVENING))


def printed(parts: Iterable[RenderableType]) -> str:
    """As it is read, without line breaks."""
    stream = StringIO()
    console = report.console_for(stream)
    for part in parts:
        console.print(part)
    return " ".join(stream.getvalue().split())


def scene_in(town: Known, plan: PlanAnswer | None, tmp_path: Path) -> Scene:
    """An act that was played in the town."""
    scene = scene_called("home", tmp_path)
    scene.act = with_(scene.act, ends=(HOME, WORK))
    scene.plan, scene.set_off_at = plan, EVENING
    scene.walk = Recorded("paper", "on paper", (Point(0.0, *HOME), Point(600.0, *WORK)))
    return scene


def test_the_plans_sentence_and_whose_data_it_is(plan: PlanAnswer) -> None:
    """And that what is walked was recorded elsewhere."""
    text = printed(answered(plan, whole=False))

    assert f"takes the first: {plan.ways[0].minutes} min, " in text
    assert "a recorded pace and its noise, laid on a planned way. © OpenStreetMap contributors" in text
    assert "safe" not in text


def test_the_first_act_is_told_with_every_stretch(plan: PlanAnswer) -> None:
    """What is not known to be lit has its reason beside it."""
    text = printed(answered(plan, whole=True))

    assert "Church Road" in text
    assert "(" in text
    assert len(text) > len(printed(answered(plan, whole=False)))


def test_at_the_end_there_is_a_map_of_it_and_a_page(town: Known, plan: PlanAnswer, tmp_path: Path) -> None:
    """The page stands alone, in the data directory."""
    text = printed(walked(scene_in(town, plan, tmp_path), town, tmp_path / "data"))
    page = (tmp_path / "data" / PAGE).read_text("utf-8")

    assert "her walk" in text
    assert text.endswith("© OpenStreetMap contributors")
    assert "A way home in medway" in page
    assert "<script" not in page


def test_without_a_map_nothing_is_shown(town: Known, tmp_path: Path) -> None:
    """She walked where it was recorded."""
    assert list(walked(scene_in(town, None, tmp_path), town, tmp_path)) == []


def test_a_page_that_cannot_be_written_is_said(town: Known, plan: PlanAnswer, tmp_path: Path) -> None:
    """The demo goes on."""
    (tmp_path / "data").write_text("no folder")
    text = printed(walked(scene_in(town, plan, tmp_path), town, tmp_path / "data"))

    assert "There is no page of it" in text


def test_a_plan_of_another_rule_is_told_by_its_name(plan: PlanAnswer) -> None:
    """One that this build has no words for."""
    text = printed(answered(replace(plan, rules={}), whole=True))

    assert "untagged" in text or "tagged_unlit" in text or "beside_lit_road" in text
