"""Tests of what must hold of calls: each rule notices what it is there for."""

from pathlib import Path

from service.demo.calls_held import CALL_CHECKS
from service.demo.expectations import Line
from service.demo.left_behind import LeftBehind
from service.demo.provider.phones import ShownCall
from service.demo.scene import Scene
from service.journey.events import Acknowledged, Event

from .paper import NOON, a_call, add, scene_called

RUNG = Line("Dad", "overdue", "L2", "call")
AT_NOON, LATER = "as of 22:13", "as of 22:40"


def _rung(scene: Scene, call: ShownCall, *, told: bool | None = None) -> None:
    """A call to Dad, believed to have told him if a key was pressed, or as is said."""
    sent = add(scene, RUNG, call.at)
    sent.call = call
    if not (bool(call.keys) if told is None else told):
        sent.fates[-1] = ("undelivered", call.at + 60.0)
    scene.house.double.phone(scene.friends["Dad"].number).shown.append(call)


def _wrong(scene: Scene, begins: str, *feed: Event) -> list[str]:
    check = next(check for name, check in CALL_CHECKS.items() if name.startswith(begins))
    scene.timeline.numbers = [scene.friends["Dad"].number]
    return [otherwise for good, otherwise in check(LeftBehind(scene, list(feed), 0, set())) if not good]


def _scene(tmp_path: Path, *calls: ShownCall) -> Scene:
    scene = scene_called("the phone rings", tmp_path)
    for call in calls:
        _rung(scene, call)
    return scene


def test_an_evening_as_it_should_be_violates_nothing(tmp_path: Path) -> None:
    """A mailbox, then Dad and his key, within three minutes."""
    scene = _scene(tmp_path, a_call(NOON, by="machine", words=AT_NOON), a_call(NOON + 140, keys="1"))
    assert [_wrong(scene, name) for name in CALL_CHECKS] == [[]] * len(CALL_CHECKS)


def test_a_mailbox_that_counts_as_told_is_noticed(tmp_path: Path) -> None:
    """And a key that does not."""
    scene = _scene(tmp_path)
    _rung(scene, a_call(NOON, by="machine"), told=True)
    _rung(scene, a_call(NOON + 140, keys="1"), told=False)
    assert _wrong(scene, "a call has told") == [
        "machine took Dad's call, keys: 0, told: True",
        "human took Dad's call, keys: 1, told: False",
    ]


def test_a_call_that_is_not_rung_again_is_noticed(tmp_path: Path) -> None:
    """Unless somebody had it within those three minutes; four minutes later is too late."""
    scene = _scene(tmp_path, a_call(NOON, by=""), a_call(NOON + 240, keys="1"))
    assert _wrong(scene, "a call without") == ["Dad was rung once at 22:13, keyed nothing, and was not rung again"]
    taken = Acknowledged(at=NOON + 100, by="c1", said="taken")
    assert _wrong(scene, "a call without", taken) == []


def test_two_calls_at_a_time_are_noticed(tmp_path: Path) -> None:
    """The second one knocks while the first one speaks."""
    scene = _scene(tmp_path, a_call(NOON, by="machine"), a_call(NOON + 50, keys="1"))
    assert len(_wrong(scene, "nobody is rung")) == 1


def test_words_of_another_minute_are_noticed(tmp_path: Path) -> None:
    """What was so when the call was made is not what is so when it is taken."""
    scene = _scene(tmp_path, a_call(NOON, keys="1", words=LATER))
    assert _wrong(scene, "a call says") == ["Dad's call was taken at 22:13 and spoke as of 22:40"]
