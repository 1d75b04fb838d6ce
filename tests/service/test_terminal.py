"""What a terminal shows that knows few letters."""

import os
import subprocess
import sys
from io import BytesIO, StringIO, TextIOWrapper

import pytest

from service import walks
from service.terminal import plain

SAID = "0:00–8:10 · 3 × Zoë…"


@pytest.mark.parametrize(
    ("encoding", "shown"),
    [("ascii", b"0:00-8:10 - 3 * Zoe..."), ("latin-1", b"0:00-8:10 \xb7 3 \xd7 Zo\xeb..."), ("utf-8", SAID.encode())],
)
def test_letters_that_it_lacks_become_plain_ones(encoding: str, shown: bytes) -> None:
    """And those it has stay."""
    raw = BytesIO()
    stream = TextIOWrapper(raw, encoding=encoding)
    plain(stream)
    stream.write(SAID)
    stream.flush()

    assert raw.getvalue() == shown


def test_a_stream_that_is_no_terminal_is_left_alone() -> None:
    """Whoever reads along in memory reads every letter."""
    stream = StringIO()
    plain(stream)
    stream.write(SAID)

    assert stream.getvalue() == SAID


@pytest.mark.parametrize(
    "means", [{"PYTHONIOENCODING": "ascii"}, {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}]
)
def test_a_replay_in_the_oldest_of_terminals(means: dict[str, str]) -> None:
    """An operator's serial console shows it too."""
    walks.fetch()
    command = [sys.executable, "-m", "service", "replay", "cerknica-lake", "--route", "own"]
    ran = subprocess.run(command, env={**os.environ, **means}, capture_output=True, timeout=60, check=False)

    assert (ran.returncode, ran.stderr) == (0, b"")
    assert b"nobody else would be told; she arrives." in ran.stdout
    assert ran.stdout.isascii()
