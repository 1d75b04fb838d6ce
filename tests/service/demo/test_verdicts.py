"""Tests of the verdict: when a sentence has come true, and when it has not."""

from pathlib import Path

from service.demo.expectations import Line
from service.demo.verdicts import judged_late, judged_told

from .paper import NOON, TEXTS, add, scene_called, sent_as_written


def test_a_sentence_comes_true_when_those_it_names_are_told_at_its_instant(tmp_path: Path) -> None:
    """Beth and Dad at the promised minute, Chloe five minutes later, nobody else."""
    scene = scene_called("does not arrive", tmp_path)
    sent_as_written(scene)
    judged_told(scene, [scene.friends["Beth"], scene.friends["Dad"]], [scene.friends["Chloe"]])
    assert scene.kept, scene.outcome


def test_a_sentence_does_not_come_true_when_somebody_is_told_too_early_or_too_late(tmp_path: Path) -> None:
    """Ten minutes are not a busy machine's doing."""
    for off_s in (-600.0, 600.0):
        scene = scene_called("phone dies", tmp_path)
        sent_as_written(scene)
        scene.promised_at -= off_s
        judged_told(scene, [scene.friends["Beth"], scene.friends["Dad"]], [])
        assert not scene.kept
        assert f"Beth was told {off_s:+.0f} s from the promised instant" in scene.outcome


def test_a_sentence_does_not_come_true_when_somebody_is_told_whom_it_does_not_name(tmp_path: Path) -> None:
    """ "Nobody else is told" is a promise too."""
    scene = scene_called("phone dies", tmp_path)
    sent_as_written(scene)
    add(scene, Line("Chloe", "overdue", "L2"), NOON)
    judged_told(scene, [scene.friends["Beth"], scene.friends["Dad"]], [])
    assert scene.outcome == "Chloe was told without a promise"


def test_the_clock_time_she_read_is_the_instant_that_counts(tmp_path: Path) -> None:
    """A sentence that names another minute is not the one that was kept."""
    scene = scene_called("phone dies", tmp_path)
    sent_as_written(scene)
    scene.promised = "Not home by 21:00: we text and ring Beth and Dad."
    judged_told(scene, [scene.friends["Beth"], scene.friends["Dad"]], [])
    assert "the sentence does not say 22:13" in scene.outcome


def test_late_by_our_fault_counts_when_it_is_said_and_happens_once(tmp_path: Path) -> None:
    """Once, late, and the text says so."""
    scene = scene_called("kill -9", tmp_path)
    sent_as_written(scene)
    judged_late(scene, [scene.friends["Beth"], scene.friends["Dad"]], TEXTS["late"])
    assert scene.kept, scene.outcome


def test_late_and_twice_does_not_count(tmp_path: Path) -> None:
    """Beth hears of it twice."""
    scene = scene_called("kill -9", tmp_path)
    sent_as_written(scene)
    add(scene, Line("Beth", "late", "L2"), NOON + 60)
    judged_late(scene, [scene.friends["Beth"], scene.friends["Dad"]], TEXTS["late"])
    assert "Beth: expected one alert that says it is late, got 2" in scene.outcome
