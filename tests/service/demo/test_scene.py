"""Tests of an act as it is played."""

from pathlib import Path

import pytest

from service.demo.scene import row_of, scene_of
from service.journey.model import Journey
from service.rows import Kept, encoded
from service.store import Put, Unit
from service.watch import NoSuchJourney

from .paper import KEY, PaperHouse, act_called, no_http, plan, scene_called


async def test_her_row_is_read_from_disk(tmp_path: Path) -> None:
    """What the demo says about her journey is what is stored about it."""
    house = PaperHouse(tmp_path)
    with pytest.raises(NoSuchJourney):
        await row_of(house, KEY)
    value = encoded(Kept(journey=Journey(id=KEY, plan=plan())))
    assert await house.store.commit([Unit("c1", (Put(KEY, 0, value),))]) == [True]
    assert (await row_of(house, KEY)).journey.id == KEY


async def test_a_journey_that_is_waited_for_is_looked_at_again_and_again(tmp_path: Path) -> None:
    """The act goes on once her journey is as it was waited for."""
    scene = scene_called("home", tmp_path)
    scene.key = KEY
    await scene.house.store.commit([Unit("c1", (Put(KEY, 0, encoded(Kept(journey=Journey(id=KEY, plan=plan())))),))])
    looks = iter([False, False, True])
    assert (await scene.state("that it is so", lambda _: next(looks))).id == KEY


def test_patience_follows_the_clock(tmp_path: Path) -> None:
    """A slow clock is not taken for silence."""
    scene = scene_called("home", tmp_path)
    assert scene.patience_real_s(10.0) == 620.0
    scene.house.clock.set_speed(30.0)
    assert scene.patience_real_s(10.0) == 40.0


def test_people_of_two_acts_never_share_a_number(tmp_path: Path) -> None:
    """Numbers are those kept for films, ten to an act."""
    house = PaperHouse(tmp_path)
    scenes = [scene_of(act_called(name), house, no_http(), n) for n, name in enumerate(("home", "phone dies"))]
    numbers = [number for scene in scenes for number in scene.timeline.numbers]
    assert len(set(numbers)) == len(numbers)
    assert all(number.startswith("+447700900") and len(number) == 13 for number in numbers)
