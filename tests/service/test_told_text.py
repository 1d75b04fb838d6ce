"""Text in a file that somebody names."""

from pathlib import Path

import pytest

from service.told_text import NotThere, NotUtf8, TextError, text_of


def test_text_without_its_mark(tmp_path: Path) -> None:
    """Spreadsheets put a mark before it."""
    file = tmp_path / "list.csv"
    file.write_bytes("Königstraße\n".encode("utf-8-sig"))
    assert text_of(file, 100) == "Königstraße\n"


def test_a_file_without_an_end_is_read_no_further() -> None:
    """It is refused with the size that may be."""
    with pytest.raises(TextError, match="expected at most 2 MB, got more"):
        text_of(Path("/dev/zero"), 2_000_000)


def test_what_is_no_text_is_named_by_its_line(tmp_path: Path) -> None:
    """As an old spreadsheet writes it."""
    file = tmp_path / "list.csv"
    file.write_bytes(b"name\nCaf\xe9\n")
    with pytest.raises(NotUtf8, match=r"^line 2: expected text in UTF-8$"):
        text_of(file, 100)


def test_what_is_not_there_is_said(tmp_path: Path) -> None:
    """In the system's words."""
    with pytest.raises(NotThere, match=r"^cannot be read: No such file or directory$"):
        text_of(tmp_path / "none.csv", 100)
