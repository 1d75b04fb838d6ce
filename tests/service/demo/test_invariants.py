"""Tests of the invariants: each notices what it is there for."""

from dataclasses import replace
from pathlib import Path

from service.demo.expectations import Line
from service.demo.invariants import Invariant, checked
from service.demo.left_behind import LeftBehind
from service.demo.scene import Scene
from service.journey.events import Event, IncidentResolved, JourneyClosed
from service.journey.model import CloseReason, Proof

from .paper import NOON, PaperHouse, add, scene_called, sent_as_written

BY_PIN = (
    IncidentResolved(at=NOON, reason="her PIN was given", by="her", proof=Proof.PIN, told=("Beth",)),
    JourneyClosed(at=NOON, reason=CloseReason.ENDED, by="her", proof=Proof.PIN),
)


def _scene(tmp_path: Path) -> Scene:
    scene = scene_called("phone dies", tmp_path)
    sent_as_written(scene)
    scene.kept, scene.armed_on_disk = True, True
    return scene


def _left(scene: Scene, *events: Event) -> LeftBehind:
    feed = list(events or BY_PIN)
    return LeftBehind(scene, feed, len(feed), set())


def _broken(left: LeftBehind) -> list[str]:
    return [i.name.partition(":")[0] for i in checked([left], []) if i.violations]


def _one(left: LeftBehind, begins: str) -> Invariant:
    return next(i for i in checked([left], []) if i.name.startswith(begins))


def test_an_act_as_it_should_be_violates_nothing(tmp_path: Path) -> None:
    """Everything holds, and something was checked."""
    left = _left(_scene(tmp_path))
    assert _broken(left) == []
    assert _one(left, "the all-clear").checked == 2


def test_a_close_without_a_fix_or_a_pin_is_noticed(tmp_path: Path) -> None:
    """Silence never becomes safe."""
    left = _left(_scene(tmp_path), JourneyClosed(at=NOON, reason=CloseReason.ENDED, by="clock", proof=Proof.NONE))
    assert _broken(left) == ["only a fix or a person with her PIN closes; never the clock"]


def test_an_alert_without_its_all_clear_is_noticed(tmp_path: Path) -> None:
    """Dad was told and never heard that it is over."""
    scene = _scene(tmp_path)
    scene.timeline.sent = {
        sid: sent for sid, sent in scene.timeline.sent.items() if (sent.to, sent.kind) != ("Dad", "closed")
    }
    assert _one(_left(scene), "the all-clear").violations == ["phone dies: Dad told: True, all-clears: 0"]


def test_the_third_copy_of_a_message_is_noticed(tmp_path: Path) -> None:
    """One duplicate per key is allowed in a crash, not two."""
    scene = _scene(tmp_path)
    sent = add(scene, Line("Beth", "overdue", "L2"), NOON, 90)
    scene.timeline.sent |= {"again": sent, "and again": sent}
    assert "at most one duplicate per idempotency key" in _broken(_left(scene))


def test_a_lost_fix_is_noticed(tmp_path: Path) -> None:
    """Acknowledged means on disk."""
    scene = _scene(tmp_path)
    scene.phone = scene.her.phone()
    scene.phone.fixes.acknowledged = 3
    left = _left(scene)
    assert not _one(replace(left, track={0, 1, 2}), "every acknowledged").violations
    assert _one(replace(left, track={0, 2}), "every acknowledged").violations == [
        "phone dies: fix 1 was acknowledged and is not on disk"
    ]


def test_rungs_out_of_order_are_noticed(tmp_path: Path) -> None:
    """Tier 2 before tier 1."""
    scene = scene_called("does not arrive", tmp_path)
    sent_as_written(scene)
    assert not _one(_left(scene), "no two rungs").violations
    add(scene, Line("Chloe", "overdue", "L2+5"), NOON - 60)
    assert _one(_left(scene), "no two rungs").violations == ["does not arrive: L2+5 was sent before L2+3"]


def test_a_text_of_three_segments_is_noticed(tmp_path: Path) -> None:
    """And one with a character that is not in the alphabet."""
    scene = _scene(tmp_path)
    add(scene, Line("Beth", "taken", "TAKEN"), NOON).text = "x" * 400
    add(scene, Line("Beth", "taken", "TAKEN"), NOON).text = "☂"
    assert len(_one(_left(scene), "texts are").violations) == 2


def test_a_logged_error_is_noticed_and_being_away_only_where_we_were(tmp_path: Path) -> None:
    """An error in a log is a fault, also one that is no record of ours; "service was away" is the point of one act."""
    house = PaperHouse(tmp_path)
    log = tmp_path / "web.log"
    log.write_text(
        '{"event":"service was away","level":"error"}\n{"event":"all is well","level":"info"}\nTraceback (most recent\n'
    )
    house.paper_logs = [log]
    (before,) = [i for i in checked([], [house]) if i.name.startswith("no error")]
    house.killed = True
    (after,) = [i for i in checked([], [house]) if i.name.startswith("no error")]
    assert (len(before.violations), len(after.violations)) == (2, 1)


def test_a_message_that_no_act_knows_of_is_noticed(tmp_path: Path) -> None:
    """Somebody was texted whom nobody chose."""
    house = PaperHouse(tmp_path)
    house.texted("anna-1/i1/L2/c9/sms/1", "+447700900999", "Anna has NOT arrived.")
    (found,) = [i for i in checked([], [house]) if i.name.startswith("the provider")]
    assert found.violations == ["town: a message to a number ending in 999"]
