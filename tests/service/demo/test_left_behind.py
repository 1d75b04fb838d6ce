"""Tests of reading what an act left behind."""

from pathlib import Path

from service.demo.left_behind import left_behind
from service.journey.events import Heard
from service.journey.model import Journey
from service.rows import Kept, encoded, event_bytes
from service.store import Put, Unit

from .paper import KEY, NOON, plan, scene_called


async def test_only_what_happened_on_her_journey_is_read(tmp_path: Path) -> None:
    """Acts share a store; nothing of this one is in the archive yet."""
    scene = scene_called("home", tmp_path)
    scene.key = KEY
    for key in (KEY, "emma-1"):
        row = Put(key, 0, encoded(Kept(journey=Journey(id=key, plan=plan()))))
        event = event_bytes(key, Heard(at=NOON))
        assert await scene.house.store.commit([Unit(f"c-{key}", (row,), events=(event,))]) == [True]
    left = await left_behind(scene)
    assert (left.feed, left.archived, left.track) == ([Heard(at=NOON)], 0, set())
