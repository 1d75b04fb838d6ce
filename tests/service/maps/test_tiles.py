"""Tiles of a region, by tippecanoe."""

import json
from pathlib import Path

import pytest

from geofence.streets.format import MapError
from geofence.streets.region import Region
from service.maps import tiles
from service.maps.tiles import TilesError, draw, features

from .medway import medway_streets

BROKEN = "#!/bin/sh\ncat >/dev/null\necho 'the disk is full' >&2\nexit 3\n"
DEAF = "#!/bin/sh\nexit 4\n"
COPIES = '#!/bin/sh\nfor last; do :; done\ncat > "$last"\n'


def _program(folder: Path, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """That is tippecanoe now."""
    program = folder / "tippecanoe"
    program.write_text(text)
    program.chmod(0o755)
    monkeypatch.setattr(tiles, "program", lambda: program)


def test_every_street_is_handed_over_with_its_class_of_light() -> None:
    """As lines of GeoJSON, with what the streets' header knows it by; lamps and places are layers of their own."""
    region = Region.open(medway_streets())
    found = [json.loads(line) for line in features(region)]
    streets = [one for one in found if one["tippecanoe"]["layer"] == "streets"]
    canal = next(one for one in streets if one["properties"].get("name") == "Canal Path")

    assert region.about.lights[canal["properties"]["light"]].tag == "no"
    assert {one["tippecanoe"]["layer"] for one in found} == {"streets", "lamps", "places"}
    assert any(one["properties"].get("steps") for one in streets)
    box = region.about.box
    for lon, lat in canal["geometry"]["coordinates"]:
        assert box.holds(lat, lon)


def test_tiles_are_drawn_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file is there when it is whole, nothing else is left, and progress ends at one."""
    _program(tmp_path, COPIES, monkeypatch)
    (tmp_path / "maps").mkdir()
    told: list[float] = []
    draw(medway_streets(), tmp_path / "maps" / "a.pmtiles", lambda _doing, share: told.append(share))

    assert [path.name for path in (tmp_path / "maps").iterdir()] == ["a.pmtiles"]
    assert told == sorted(told)
    assert told[-1] == 1.0


@pytest.mark.parametrize("text", [BROKEN, DEAF], ids=["gives up", "does not listen"])
def test_a_program_that_gives_up_leaves_nothing(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The error ends with what it said; no file, no folder."""
    _program(tmp_path, text, monkeypatch)
    (tmp_path / "maps").mkdir()
    with pytest.raises(TilesError, match=r"tippecanoe gave up: (the disk is full|exit 4)"):
        draw(medway_streets(), tmp_path / "maps" / "a.pmtiles")

    assert list((tmp_path / "maps").iterdir()) == []


def test_without_the_program_it_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its wheel is not made for every machine."""
    monkeypatch.setattr(tiles, "program", lambda: None)
    with pytest.raises(TilesError, match="expected tippecanoe, got none"):
        draw(medway_streets(), tmp_path / "a.pmtiles")


def test_streets_that_are_none(tmp_path: Path) -> None:
    """A damaged map is refused before anything is drawn."""
    (tmp_path / "a.streets").write_bytes(b"LAMPMAP?")
    with pytest.raises(MapError, match="magic"):
        draw(tmp_path / "a.streets", tmp_path / "a.pmtiles")
