"""The command line: what an operator reads, and one sentence when something cannot be."""

import asyncio
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from service.__main__ import cli
from service.clock import SystemClock
from service.embedded import EmbeddedStore

COMMANDS = ("run", "web", "watchman", "demo", "check", "why", "retention", "operator")


def said(*arguments: str) -> tuple[int, str]:
    """The exit code and all that was printed, without colours or line breaks."""
    result = CliRunner().invoke(cli, list(arguments))
    return result.exit_code, re.sub(r"\s+", " ", result.output)


def test_help_says_what_it_is_and_what_it_never_does() -> None:
    """A newcomer reads every command in one screen, and that nobody dials 999 for her."""
    code, words = said("--help")

    assert code == 0
    assert "It never dials 999." in words
    assert all(f" {command} " in words for command in COMMANDS)
    assert words.count("...") == 1, "a sentence is cut off"


@pytest.mark.parametrize("command", ["run", "web", "watchman", "demo"])
def test_every_command_explains_itself(command: str) -> None:
    """`--help` of each command is a sentence, not only its name."""
    code, words = said(command, "--help")

    assert code == 0
    assert "Usage:" in words
    assert len(words) > 120


def test_who_stops_it_while_libraries_load_reads_no_traceback() -> None:
    """Half a second after Enter, Ctrl-C is as quiet as later on."""
    stopped = (
        "import runpy, sys\n"
        "class Stopped:\n"
        "    def find_spec(self, name, *_):\n"
        "        if name == 'uvicorn': raise KeyboardInterrupt\n"
        "sys.meta_path.insert(0, Stopped())\n"
        "runpy.run_module('service', run_name='__main__')\n"
    )
    ran = subprocess.run([sys.executable, "-c", stopped], capture_output=True, timeout=60, check=False)

    assert (ran.returncode, ran.stdout, ran.stderr) == (130, b"", b"")


def test_a_setting_that_cannot_be_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    """No traceback: the variable, and what was expected."""
    monkeypatch.setenv("LAMPLIT_PORT", "many")

    code, words = said("run")

    assert code == 2
    assert words.startswith("lamplit: LAMPLIT_PORT")
    assert "Traceback" not in words


def test_a_secret_that_anybody_could_guess_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The links of contacts hang on it."""
    monkeypatch.setenv("LAMPLIT_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("LAMPLIT_SECRET", "lamp")

    code, words = said("watchman")

    assert (code, words.strip()) == (2, "lamplit: secret is too short: expected 16 bytes or more, got 4")


def test_a_place_that_cannot_be_written_to_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever reads the sentence knows which one."""
    (tmp_path / "file").touch()
    monkeypatch.setenv("LAMPLIT_DATA_DIR", str(tmp_path / "file"))

    code, words = said("watchman")

    assert (code, words.strip()) == (2, f"lamplit: cannot listen or write: File exists: {tmp_path / 'file'}")


async def test_a_data_directory_in_use_is_refused_in_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two Lamplits on one directory would be two masters."""
    monkeypatch.setenv("LAMPLIT_DATA_DIR", str(tmp_path))
    resolved = os.path.realpath(tmp_path)  # noqa: ASYNC240 (a test's own directory)
    async with EmbeddedStore(tmp_path, SystemClock()):
        code, words = await asyncio.to_thread(said, "run")

    assert code == 2
    assert words.strip().endswith(f"lamplit: data directory in use: {resolved}")


def test_no_store_at_all_is_refused_in_one_sentence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The address of a store that is not there."""
    monkeypatch.setenv("LAMPLIT_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("LAMPLIT_STORE_URL", f"unix://{tmp_path}/nobody.sock")
    monkeypatch.setattr("service.app.START_S", 0.4)

    code, words = said("run")

    assert code == 2
    assert "lamplit: " in words
    assert "Traceback" not in words
