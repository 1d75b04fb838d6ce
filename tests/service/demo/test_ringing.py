"""Tests of the acts in which it rings, as far as they can be judged on paper."""

from pathlib import Path

from msgspec.structs import replace

from service.demo.expectations import EXPECTED, Line
from service.demo.ringing import BACK_MIN, GONE_MIN, judged_keyed
from service.demo.verdicts import judged_told
from service.journey.model import Closed, CloseReason, Due, Journey, JourneyState, Proof

from .paper import KEY, NOON, a_call, act_called, add, plan, scene_called, sent_as_written

DUE = replace(Journey(id=KEY, plan=plan()), due=Due(id="d1", since=NOON - 60, overdue_at=NOON + 240, reminders=()))
HOME = replace(
    DUE, state=JourneyState.CLOSED, closed=Closed(at=NOON + 500, reason=CloseReason.ARRIVED, by="fix", proof=Proof.NONE)
)


def test_whoever_is_told_by_key_is_told_as_promised(tmp_path: Path) -> None:
    """What is written down for the act is what the sentence says."""
    scene = scene_called("the phone rings", tmp_path)
    sent_as_written(scene)
    judged_told(scene, [scene.friends["Beth"], scene.friends["Dad"]], [])
    assert scene.kept, scene.outcome


def test_a_pin_in_the_call_and_a_fix_at_home_are_what_was_promised(tmp_path: Path) -> None:
    """Nobody else hears."""
    scene = scene_called("no data", tmp_path)
    scene.her.handset.shown.append(a_call(NOON, keys="4821#"))
    judged_keyed(scene, HOME, DUE)
    assert scene.kept, scene.outcome


def test_a_pin_too_late_a_close_by_hand_and_a_contact_who_was_told_are_not(tmp_path: Path) -> None:
    """Each is said."""
    scene = scene_called("no data", tmp_path)
    scene.her.handset.shown.append(a_call(NOON + 300, keys="4821#"))
    add(scene, Line("Beth", "overdue", "L2"), NOON)
    judged_keyed(scene, DUE, DUE)
    assert scene.outcome == "her PIN was not keyed in time; closed by nobody; her contacts were told"


def test_she_is_asked_by_call_and_her_contacts_are_not(tmp_path: Path) -> None:
    """She has no data when she is due, and is home before the time she then sets."""
    assert [line.channel for line in EXPECTED["no data"] if line.kind == "due"] == ["sms", "call"]
    assert GONE_MIN < act_called("no data").minutes < BACK_MIN
