"""docs/benchmarks.md, from the figures of a run."""

from typing import Any

from benchmarks.page import figure, table

ROW: dict[str, Any] = {
    "id": "J1 town",
    "what": "false `off_route` a km",
    "measured": 0.25,
    "unit": "/km",
    "floor": 0.5,
    "ratio": 0.5,
    "target": 0.0,
    "met": False,
}
REPORT: dict[str, Any] = {"name": "judgement", "machine": "a machine", "rounds": 2, "results": [ROW]}


def test_a_figure_that_misses_its_target_says_so() -> None:
    """In the row, beside the target."""
    assert table(REPORT).splitlines()[-1].endswith("| 0.50 | 0 | no |")


def test_what_its_rounds_are_is_said() -> None:
    """Rounds that alternate with a floor, or walks that add up."""
    assert "2 alternating rounds, medians." in table(REPORT)
    assert "2 rounds of walks." in table(REPORT | {"how": "rounds of walks"})


def test_a_small_figure_is_not_shown_as_nothing() -> None:
    """One false alarm on 84 km beside a target of none."""
    assert [figure(value) for value in (0.0, 0.0119, 0.5, 49.42, 5693.4)] == ["0.0", "0.012", "0.5", "49.4", "5,693.4"]


def test_the_worst_walks_stand_under_their_table() -> None:
    """Each with the words that say what is on it."""
    worst = {"id": "J1", "words": "off the route once: town, seed 3, plain", "picture": "worst-J1.svg"}
    shown = table(REPORT | {"worst": [worst]})

    assert "![J1: off the route once: town, seed 3, plain](pictures/worst-J1.svg)" in shown.splitlines()[-1]


def test_what_was_not_measured_says_so() -> None:
    """It has a target, and is not said to have met or missed it."""
    row = ROW | {"measured": None, "unit": "", "floor": None, "ratio": None, "target": 1.0, "met": None}

    assert table(REPORT | {"results": [row]}).splitlines()[-1].endswith("| not measured |  |  | 1 |  |")
