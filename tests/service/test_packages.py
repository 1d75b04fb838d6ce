"""Files held against their sums, and packages through pip."""

import hashlib
from pathlib import Path

import pytest

from service.packages import demand, downloaded, is_whole, sha256_of

SUM = hashlib.sha256(b"a walk").hexdigest()


class NotThereError(Exception):
    """Of whoever asks."""


def test_a_file_is_whole_or_it_is_not(tmp_path: Path) -> None:
    """Missing, damaged, whole."""
    file = tmp_path / "walk.gpx"
    assert not is_whole(file, SUM)
    file.write_bytes(b"a wa")
    assert not is_whole(file, SUM)
    file.write_bytes(b"a walk")
    assert is_whole(file, SUM)
    assert sha256_of(file) == SUM


def test_what_is_wrong_is_said_in_the_asker_s_error(tmp_path: Path) -> None:
    """With what was expected, what came, and what to do."""
    file = tmp_path / "walk.gpx"
    with pytest.raises(NotThereError, match=r"expected walk\.gpx in .*, got no such file; run it again$"):
        demand(file, SUM, NotThereError, "; run it again")
    file.write_bytes(b"another")
    with pytest.raises(NotThereError, match=rf"expected walk\.gpx with SHA-256 {SUM}, got [0-9a-f]{{64}}$"):
        demand(file, SUM, NotThereError)


def test_a_package_that_nobody_has_is_named(tmp_path: Path) -> None:
    """In pip's own last word."""
    options = ("--no-index", "--find-links", str(tmp_path))
    with pytest.raises(NotThereError, match=r"^pip could not download nobody-has-this==1\.0: ERROR: "):
        downloaded("nobody-has-this==1.0", SUM, tmp_path, options, NotThereError)
