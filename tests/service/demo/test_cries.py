"""Tests of the acts in which she cries for help, as far as they can be judged on paper."""

from pathlib import Path

from service.demo.expectations import EXPECTED
from service.demo.scene import View
from service.demo.verdicts import judged_cry

from .paper import NOON, act_called, add, scene_called, sent_as_written


def test_everybody_on_the_list_gets_a_text_and_a_call_and_nobody_else_a_word(tmp_path: Path) -> None:
    """What is written down for both acts is what a cry for help promises."""
    for name in ("SOS", "coerced PIN"):
        scene = scene_called(name, tmp_path)
        sent_as_written(scene)
        judged_cry(scene, [scene.friends["Beth"], scene.friends["Dad"]], NOON)
        assert scene.kept, scene.outcome


def test_a_cry_without_the_call_is_not_kept(tmp_path: Path) -> None:
    """A text alone wakes nobody."""
    scene = scene_called("SOS", tmp_path)
    for line in EXPECTED["SOS"]:
        if line.channel == "sms":
            add(scene, line, NOON)
    judged_cry(scene, [scene.friends["Beth"], scene.friends["Dad"]], NOON)
    assert not scene.kept
    assert scene.outcome == "Beth got no call; Dad got no call"


def test_a_cry_that_comes_late_is_not_kept(tmp_path: Path) -> None:
    """At once is what she was promised."""
    scene = scene_called("SOS", tmp_path)
    sent_as_written(scene)
    judged_cry(scene, [scene.friends["Beth"]], NOON - 3600.0)
    assert "s after it fired" in scene.outcome


def test_a_word_of_it_to_somebody_who_is_not_on_the_list_is_told(tmp_path: Path) -> None:
    """Chloe may be the one who made her do it."""
    scene = scene_called("coerced PIN", tmp_path)
    sent_as_written(scene)
    add(scene, EXPECTED["coerced PIN"][-6]._replace(to="Chloe", kind="duress"), NOON)
    judged_cry(scene, [scene.friends["Beth"], scene.friends["Dad"]], NOON)
    assert "Chloe was told of it" in scene.outcome


def test_the_coerced_act_has_somebody_who_is_not_on_the_list() -> None:
    """Without her there would be nothing to compare."""
    chosen = {one.name: one for one in act_called("coerced PIN").contacts}
    assert [name for name, one in chosen.items() if not one.sos] == ["Chloe"]
    assert View("her phone", ("closed",)).lines == ("closed",)
