"""A replay in a terminal: a line for every stretch, what followed under it, and what it came to."""

import io

from rich.console import Console

from service.replay.table import table
from tests.service.replay.walking import lived, parallel, straight


def printed(width: int = 110) -> list[str]:
    console = Console(file=io.StringIO(), width=width, highlight=False)
    for part in table(lived(parallel()), "walk.csv", ["8 m is assumed."]):
        console.print(part)
    assert isinstance(console.file, io.StringIO)
    return [line.rstrip() for line in console.file.getvalue().splitlines()]


def test_a_stretch_has_every_figure_beside_its_limit() -> None:
    """Where she was on her way, and the fix on which she was off it."""
    lines = printed()

    assert lines[4] == "0:00:00–0:08:00  49     602      28 | 40  1.4 | 6  0:30 | 5:00  on her way"
    assert lines[5].split()[:4] == ["0:08:10–0:08:30", "3", "606", "70"]
    assert any(line.endswith("off her way") and "70 | 40" in line for line in lines[6:])


def test_what_followed_stands_under_the_fix_that_did_it() -> None:
    """Indented, with its number, its time and the rule."""
    lines = printed()
    asked = next(n for n, line in enumerate(lines) if "Asked if all is well" in line)

    assert lines[asked].split()[:2] == ["1", "0:08:40"]
    assert lines[asked + 1].strip().startswith("row 4: off route")
    assert lines[asked - 1].endswith("off her way")


def test_it_ends_with_what_it_came_to() -> None:
    """And with what was taken for granted."""
    assert printed()[-2:] == [
        "She would be asked once, others would be told once; she does not arrive.",
        "8 m is assumed.",
    ]


def test_a_narrow_terminal_wraps_words_and_no_figures() -> None:
    """Eighty columns are enough for every line of figures of an ordinary walk."""
    lines = printed(80)

    assert max(map(len, lines)) <= 80
    assert any(line.endswith("on her way") for line in lines)
    assert lived(straight(130.0)).steps
