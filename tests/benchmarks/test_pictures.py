"""The worst walks, drawn."""

from pathlib import Path
from xml.etree import ElementTree

import pytest

from benchmarks import pictures
from benchmarks.field import GOOD, STEADY, Turn, reports


def test_a_picture_shows_its_walk_and_an_old_one_goes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Named by its figure, with what made it, so that it can be made again."""
    monkeypatch.setattr(pictures, "PICTURES", tmp_path / "pictures")
    (tmp_path / "pictures").mkdir()
    old = tmp_path / "pictures" / "worst-J9.svg"
    old.write_text("of another run")
    truth, sent = reports("plain", GOOD, 5, turn=Turn("wrong_turn", 400.0), metres=900.0)
    worst = pictures.Worst("plain", GOOD, STEADY, 5, truth, sent, words="a wrong turn", by=1.0)
    (told,) = pictures.draw({"J4": worst})
    drawing = ElementTree.fromstring((tmp_path / "pictures" / "worst-J4.svg").read_text())

    assert told == {"id": "J4", "words": "a wrong turn", "seed": 5, "kind": "plain", "picture": "worst-J4.svg"}
    assert "J4: a wrong turn" in "".join(drawing.itertext())
    assert not old.exists()
