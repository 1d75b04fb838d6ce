"""Maps for pages: a drawing for everybody, and what a script is told where tiles and programs are."""

import asyncio
import json
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from msgspec.structs import replace as changed
from structlog.testing import capture_logs

from geofence.lighting import Light
from geofence.streets.lights import RegionLights, Report
from service.doors import pages_map
from service.doors.maps import Basemap
from service.doors.pages_map import Scene, drawn, light_in_words
from service.maps import basemap
from service.maps.known import Known
from service.maps.picture import Pin, Run
from service.maps.planning import Planning
from service.maps.regions import THREADS, Maps
from service.web.pages import Drawn
from tests.service.maps.medway import medway_streets, place, put

from .neighbourhood import Neighbourhood

WAY = Run(Light.LIT, (place(0, 200), place(300, 200)))
DARK = Run(Light.UNLIT, (place(300, 200), place(300, 0)))
SCENE = Scene(
    said="Her way",
    runs=(WAY, DARK),
    pins=(Pin(*place(100, 150), True, "Police"), Pin(*place(200, 150), False, "Inn")),
    track=(place(0, 200), place(50, 200)),
    last=place(100, 200),
    within_m=12.0,
)


@pytest.fixture
def mapped(street: Neighbourhood, tmp_path: Path) -> Neighbourhood:
    """A sandbox with the town's map, for which tiles were drawn."""
    root = tmp_path / "maps"
    folder = put(root, medway_streets())
    current = folder.current()
    assert current is not None
    (folder.path / "a.pmtiles").write_bytes(b"tiles")
    folder.commit(changed(current, tiles="a.pmtiles"))
    maps = Maps(root)
    maps.swap()
    street.house.planning = Planning(maps)
    return street


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Basemap:
    """Programs as a fetch leaves them."""
    monkeypatch.setattr(basemap, "SHA256", {})
    return Basemap(tmp_path)


async def _drawn(street: Neighbourhood, scene: Scene, programs: Basemap | None = None) -> Drawn:
    found = await drawn(street.house, programs, scene)
    assert found is not None
    return found


async def test_a_drawing_has_the_streets_the_way_and_who_is_there(mapped: Neighbourhood) -> None:
    """Streets by their light, her way over them, havens apart from open places, her place with its ring; nothing is told to
    a script that was not fetched."""
    found = await _drawn(mapped, SCENE)

    assert {state for state, _ in found.picture.streets} == {"lit", "assumed", "unknown", "unlit"}
    assert [state for state, _ in found.picture.way_lit] == ["unlit", "lit"]
    assert found.picture.havens
    assert found.picture.open_places
    assert found.picture.last is not None
    assert found.picture.ring > 0
    assert (found.script, found.live) == ("", "")
    assert found.attribution == "© OpenStreetMap contributors"


async def test_the_legend_names_only_what_is_there(mapped: Neighbourhood) -> None:
    """Without a way, havens and a track nothing is said of them."""
    found = await _drawn(mapped, Scene(said="Her place", last=place(100, 200)))

    drawn = {key.drawn for key in found.keys}
    assert {"end", "haven", "open-place", "track"} & drawn == set()
    assert not [one for one in drawn if one.startswith("way")]
    assert "fix" in drawn


async def test_the_sample_of_a_way_is_no_brighter_than_the_way(mapped: Neighbourhood) -> None:
    """Most of it is unlit, and so is the piece of it in the legend; which end of it is home is told too."""
    dark = Run(Light.UNLIT, (place(100, 200), place(500, 200)))
    found = await _drawn(mapped, Scene(said="Her way", runs=(Run(Light.LIT, (place(0, 200), place(100, 200))), dark)))

    assert [key.drawn for key in found.keys[:2]] == ["way unlit", "end"]


def _told(street: Neighbourhood, *reports: Report) -> None:
    """What was reported is laid on the streets, as every look does."""
    maps = street.house.planning.maps
    maps.known = tuple(one.relit(reports) for one in maps.known)


def _out(x: float, y: float, least: Light = Light.UNLIT) -> Report:
    lat, lon = place(x, y)
    return Report(lat=lat, lon=lon, least=least)


async def test_lamps_reported_out_are_crosses_on_a_street_that_is_drawn_as_lit(
    mapped: Neighbourhood, programs: Basemap
) -> None:
    """On the drawing, in its legend and in what the script is told; as soon as the report is over there is nothing of it."""
    _told(mapped, _out(120, 200))
    found = await _drawn(mapped, SCENE, programs)
    lat, lon = place(120, 200)

    assert found.picture.reported.count("M") == 1
    assert [key.words for key in found.keys if key.drawn == "reported"] == ["lamp reported out"]
    assert json.loads(found.live)["reported"] == [[round(lon, 6), round(lat, 6)]]
    _told(mapped)
    after = await _drawn(mapped, SCENE, programs)
    assert after.picture.reported == ""
    assert "reported" not in {key.drawn for key in after.keys}
    assert json.loads(after.live)["reported"] == []


async def test_one_accounts_word_is_on_her_own_screen_alone(mapped: Neighbourhood) -> None:
    """What nobody has borne out is a doubt: she plans by it and sees it, and nobody else learns that somebody walks there."""
    _told(mapped, _out(120, 200, Light.UNKNOWN))

    assert (await _drawn(mapped, SCENE)).picture.reported == ""
    assert (await _drawn(mapped, replace(SCENE, doubts=True))).picture.reported


async def test_a_worry_is_no_lamp(mapped: Neighbourhood) -> None:
    """Somebody would rather not walk there: no cross, on no screen."""
    lat, lon = place(120, 200)
    _told(mapped, Report(lat=lat, lon=lon, least=Light.LIT, concern=True))

    assert (await _drawn(mapped, replace(SCENE, doubts=True))).picture.reported == ""


async def test_nothing_is_told_of_lamps_beyond_the_sheet(mapped: Neighbourhood, programs: Basemap) -> None:
    """The script cannot show more of the town than the drawing does, however far it is moved."""
    _told(mapped, _out(3000, 200))

    assert json.loads((await _drawn(mapped, SCENE, programs)).live)["reported"] == []


async def test_two_people_who_tell_of_one_lamp_make_one_cross(mapped: Neighbourhood, programs: Basemap) -> None:
    """Their phones were a few metres apart; the next lamp is another one."""
    _told(mapped, _out(120, 200), _out(128, 203), _out(160, 200))

    assert len(json.loads((await _drawn(mapped, SCENE, programs)).live)["reported"]) == 2


async def test_of_very_many_the_nearest_are_drawn(
    mapped: Neighbourhood, programs: Basemap, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A quarter whose lamps are all out does not make the page heavy."""
    monkeypatch.setattr(pages_map, "MOST_REPORTED", 2)
    _told(mapped, *(_out(x, 200) for x in (110, 150, 190, 230)))
    (_, west), (_, east) = place(100, 200), place(160, 200)
    told = json.loads((await _drawn(mapped, SCENE, programs)).live)["reported"]

    assert len(told) == 2
    assert all(west < lon < east for lon, _ in told)


async def test_a_script_is_told_the_same_and_no_more(mapped: Neighbourhood, programs: Basemap) -> None:
    """The tiles of this build, how each class of light is lit now, and the places in GeoJSON's order."""
    found = await _drawn(mapped, SCENE, programs)
    told = json.loads(found.live)

    assert found.script.endswith("/map.js")
    assert told["tiles"] == "/map/medway-a.pmtiles"
    assert set(told["states"]) <= set("0123")
    assert [state for state, _ in told["way"]] == ["lit", "unlit"]
    lat, lon = place(100, 200)
    assert told["last"] == [round(lon, 6), round(lat, 6), 12.0]
    assert [pin[2:] for pin in told["pins"]] == [[1, "Police"], [0, "Inn"]]


async def test_outside_every_map_the_way_is_drawn_without_streets(mapped: Neighbourhood, programs: Basemap) -> None:
    """And nobody else's streets are claimed."""
    found = await _drawn(
        mapped, Scene(said="Far away", runs=(Run(Light.UNKNOWN, ((45.0, 14.0), (45.01, 14.0))),)), programs
    )

    assert found.picture.way
    assert found.picture.streets == ()
    assert (found.live, found.attribution) == ("", "")


async def test_a_damaged_map_takes_no_page_away(mapped: Neighbourhood) -> None:
    """Whoever was alarmed sees where she was last, without streets; what is logged is no place."""
    [good] = mapped.house.maps.known
    region = good.region
    cut = type(region)(**{n: getattr(region, n) for n in region.__slots__} | {"part_light": region.part_light + 9_999})
    mapped.house.maps.known = (Known("bad", good.current, cut, RegionLights(cut), good.havens),)

    with capture_logs() as lines:
        found = await _drawn(mapped, SCENE)

    assert found.picture.last is not None
    assert found.picture.streets == ()
    assert [line["event"] for line in lines] == ["a map cannot be drawn"]


async def test_a_page_does_not_wait_for_ways_that_are_planned(
    mapped: Neighbourhood, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All threads are busy: the page comes without a map."""
    go_on = threading.Event()
    monkeypatch.setattr(pages_map, "WAITS_S", 0.01)
    busy = [asyncio.ensure_future(mapped.house.maps.threaded(go_on.wait)) for _ in range(THREADS)]
    await asyncio.sleep(0)
    try:
        assert await drawn(mapped.house, None, SCENE) is None
    finally:
        go_on.set()
        await asyncio.gather(*busy)


async def test_where_there_is_nothing_to_draw_there_is_no_map(mapped: Neighbourhood) -> None:
    """No place, no map."""
    assert await drawn(mapped.house, None, Scene(said="Nothing")) is None


def test_light_in_words_names_the_states_there_are() -> None:
    """Metres by state, the lit ones first."""
    assert light_in_words((WAY, DARK)) == "300 m of it lit, 200 m unlit"
    assert light_in_words(()) == ""
