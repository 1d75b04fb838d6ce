"""`lamplit check` at the prompt."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from service.__main__ import cli
from service.watching import check_command
from service.watching.check_command import as_object, as_text
from service.watching.inspection import Line, State

FINE = Line("store", State.OK, "it writes to its disk before it answers")
LOOK = Line("dead man", State.WARNING, "nobody outside would notice")
BAD = Line("watchman", State.FAILED, "the last round was 4 min ago")


@pytest.fixture
def found(monkeypatch: pytest.MonkeyPatch) -> list[Line]:
    """What an inspection finds: put lines in."""
    lines: list[Line] = []

    async def inspected(_: object) -> list[Line]:
        return lines

    monkeypatch.setattr(check_command, "inspected", inspected)
    return lines


def test_what_is_wrong_is_the_exit_code(found: list[Line]) -> None:
    """2 for anything that is wrong; what is worth a look is none."""
    found += [FINE, LOOK]
    assert CliRunner().invoke(cli, ["check"]).exit_code == 0
    found.append(BAD)
    assert CliRunner().invoke(cli, ["check"]).exit_code == 2


def test_it_reads_as_a_table(found: list[Line]) -> None:
    """A line each; what is wrong stands out in capitals."""
    found += [FINE, LOOK, BAD]

    assert as_text(found).splitlines() == [
        "ok     store     it writes to its disk before it answers",
        "look   dead man  nobody outside would notice",
        "WRONG  watchman  the last round was 4 min ago",
    ]


def test_programs_get_an_object(found: list[Line]) -> None:
    """The same lines, and whether all is right."""
    found += [FINE, BAD]
    result = CliRunner().invoke(cli, ["check", "--json"])
    said = json.loads(result.output)

    assert (result.exit_code, said["ok"]) == (2, False)
    assert said["lines"][1] == {"name": "watchman", "state": "failed", "sentence": BAD.sentence}
    assert json.loads(as_object([FINE, LOOK]))["ok"]


def test_settings_that_cannot_be_are_a_line_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """No traceback, and exit code 2."""
    monkeypatch.setenv("LAMPLIT_PORT", "many")
    result = CliRunner().invoke(cli, ["check"])

    assert result.exit_code == 2
    assert result.output.startswith("WRONG  settings  LAMPLIT_PORT")


def test_the_real_thing_before_a_first_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It looks, says what to start, and leaves no trace."""
    monkeypatch.setenv("LAMPLIT_DATA_DIR", str(tmp_path / "data"))
    result = CliRunner().invoke(cli, ["check"])

    assert result.exit_code == 2
    assert "start it with `lamplit run`" in result.output
    assert list(tmp_path.iterdir()) == []
