"""The maps that are in use: swapped without a restart, chosen by place, lit by what is reported."""

import asyncio
import os
import shutil
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from geofence.lighting import Light
from geofence.route import read_points
from geofence.streets.ways import NoWay, Reason
from service.maps.regions import Maps, chosen, following, maps_of
from service.maps.reports import What, tell
from service.memory_store import MemoryStore
from service.settings import Settings
from service.store import Store, StoreUnavailable
from tests.doubles.clock import HandClock
from tests.geofence.drawn import place
from tests.geofence.streets.town import grid
from tests.service.maps.medway import MEDWAY, built, medway, medway_streets, put, shifted

NIGHT = 1_795_212_000.0
"""Ten on a Friday evening in November."""
SCHEMES = "id,name,lat,lon,kind,hours,verified_on\ns1,Open church,{},{},scheme,24/7,2026-11-01\n"


def refused(maps: Maps, origin: tuple[float, float], destination: tuple[float, float]) -> NoWay:
    """Why no map has both."""
    with pytest.raises(NoWay) as none:
        chosen(maps.known, place(*origin), place(*destination))
    return none.value


def test_without_maps_there_are_none(tmp_path: Path) -> None:
    """No folder, an empty one, or one with nothing built in it."""
    for root in (None, tmp_path / "nowhere", tmp_path):
        maps = Maps(root)
        maps.swap()
        assert (maps.known, maps.faults, maps.havens(), maps.of(51.4, 0.5)) == ((), {}, [], None)
    assert refused(maps, (0, 0), (9, 9)).reason is Reason.NO_MAP


def test_a_map_that_is_built_is_used_from_the_next_look_on(tmp_path: Path) -> None:
    """And the one after it takes its place; who holds the first reads on."""
    maps = medway(tmp_path)
    [first] = maps.known
    maps.swap()
    assert maps.known == (first,)

    put(tmp_path, built(grid(8, 8), tmp_path), stamp="b")
    maps.swap()

    [second] = maps.known
    assert (second.name, second.current.streets) == (MEDWAY, "b.streets")
    assert len(second.region.place_x) == 0 < len(first.region.place_x)
    assert float(first.region.part_m.sum()) > 0


def test_a_map_that_is_removed_is_used_no_more(tmp_path: Path) -> None:
    """From the next look on there is none."""
    maps = medway(tmp_path)
    shutil.rmtree(tmp_path / MEDWAY)
    maps.swap()

    assert maps.known == ()


def test_a_map_that_is_damaged_leaves_the_one_before_in_use(tmp_path: Path) -> None:
    """It is said which and why, once; mended, it is used."""
    maps = medway(tmp_path)
    before = maps.known
    current = tmp_path / MEDWAY / "current.json"
    good = current.read_bytes()
    for bad in (b"{", good.replace(b"a.streets", b"z.streets"), b""):
        current.write_bytes(bad)
        with capture_logs() as lines:
            maps.swap()
            maps.swap()
        assert maps.known == before
        assert [line["map"] for line in lines] == [MEDWAY]
        assert maps.faults.keys() == {MEDWAY}

    put(tmp_path, medway_streets(), stamp="c")
    maps.swap()

    assert maps.faults == {}
    assert maps.known[0].current.streets == "c.streets"


def test_a_damaged_map_at_the_start_is_none(tmp_path: Path) -> None:
    """The other ones are used."""
    put(tmp_path, medway_streets())
    (tmp_path / "kent").mkdir()
    (tmp_path / "kent" / "current.json").write_bytes(b"[]")
    maps = Maps(tmp_path)
    maps.swap()

    assert [one.name for one in maps.known] == [MEDWAY]
    assert maps.faults.keys() == {"kent"}


def test_a_scheme_s_list_beside_the_map_is_read_when_it_changes(tmp_path: Path) -> None:
    """Its places are havens; a list with a fault leaves the one before."""
    maps = medway(tmp_path)
    extra = tmp_path / MEDWAY / "extra"
    extra.mkdir()
    (extra / "schemes.csv").write_text(SCHEMES.format(*place(300, 190)), encoding="utf-8")
    maps.swap()
    church = maps.known[0].havens.all.named("s1", NIGHT)
    assert church is not None
    assert (church.name, church.automatic, church.open) == ("Open church", True, True)

    (extra / "schemes.csv").write_text("id,name\n", encoding="utf-8")
    maps.swap()
    assert "missing lat" in maps.faults[MEDWAY]
    assert maps.known[0].havens.all.named("s1", NIGHT) is not None


def test_a_schedule_beside_the_map_puts_its_lamps_out(tmp_path: Path) -> None:
    """A council's table counts for the streets it was built with; one with a fault is said."""
    maps = medway(tmp_path)
    extra = tmp_path / MEDWAY / "extra"
    extra.mkdir()
    head = "authority,area,from,to,clock,since,until,applies\n"
    (extra / "schedules.csv").write_text(head + "Medway,region,21:00,05:30,local,2020-01-01,,yes\n", encoding="utf-8")
    maps.swap()
    assert any(one.authority == "Medway" for one in maps.known[0].lights.schedules)

    (extra / "schedules.csv").write_text(head + "Medway,region,21:00,05:30,,2020-01-01,,yes\n", encoding="utf-8")
    os.utime(extra / "schedules.csv", (1, 1))
    maps.swap()
    assert "clock" in maps.faults[MEDWAY]


def test_a_way_lies_in_one_map(tmp_path: Path) -> None:
    """In the one that has both ends; of two, in the one that goes on farther around."""
    maps = medway(tmp_path)
    put(tmp_path, built(shifted(500.0), tmp_path), "east")
    maps.swap()

    assert [one.name for one in maps.known] == ["east", MEDWAY]
    assert chosen(maps.known, place(0, 100), place(300, 100)).name == MEDWAY
    assert chosen(maps.known, place(560, 250), place(900, 250)).name == MEDWAY
    assert maps.of(*place(750, 450)) is maps.known[0]


def test_across_the_edge_both_maps_are_named(tmp_path: Path) -> None:
    """Each end lies in one, and no map has both."""
    maps = medway(tmp_path)
    put(tmp_path, built(shifted(3000.0), tmp_path), "east")
    maps.swap()
    none = refused(maps, (300, 100), (3200, 200))

    assert (none.reason, none.maps, none.field) == (Reason.ACROSS_EDGE, (MEDWAY, "east"), "")


def test_outside_the_end_that_is_there_is_named(tmp_path: Path) -> None:
    """With how far it is, and which map is nearest."""
    maps = medway(tmp_path)
    there, here = refused(maps, (300, 100), (300, 5000)), refused(maps, (-9000, 0), (300, 5000))

    assert (there.reason, there.field, there.maps) == (Reason.OUTSIDE_MAP, "destination", (MEDWAY,))
    assert there.metres == pytest.approx(4600.0, abs=20.0)
    assert here.field == "origin"


def test_a_line_lies_in_the_map_that_has_most_of_it(tmp_path: Path) -> None:
    """Elsewhere there is no light to tell of."""
    maps = medway(tmp_path)
    line = read_points([place(0, 200), place(600, 200), place(9000, 200)])
    far = read_points([place(9000, 200), place(9900, 200)])

    assert following(maps.known, line) is maps.known[0]
    assert maps.lights_of(line) is maps.known[0].lights
    assert maps.lights_of(far) is None


async def test_what_is_reported_is_laid_on_the_streets(tmp_path: Path) -> None:
    """From the next look on, in every process; and gone when it is taken back or old."""
    clock, maps = HandClock(NIGHT), medway(tmp_path)
    store = MemoryStore(clock=clock)
    region = maps.known[0].region
    lat, lon = place(300, 200)
    await tell(store, "anna", "r1", lat, lon, What.LAMP_OUT, clock.now())
    await tell(store, "anna", "far", 60.0, 25.0, What.LAMP_OUT, clock.now())

    await maps.look(store, clock.now())

    assert {one.state for one in maps.known[0].lights.worse} == {Light.UNKNOWN}
    assert maps.known[0].region is region
    clock.forward(29 * 86_400.0)
    await maps.look(store, clock.now())
    assert maps.known[0].lights.bad == {}
    await maps.close()


async def test_a_map_that_nothing_is_reported_of_goes_on_as_it_was(tmp_path: Path) -> None:
    """Its planner is not made anew because a lamp is out in another town."""
    clock, maps = HandClock(NIGHT), medway(tmp_path)
    store, before = MemoryStore(clock=clock), maps.known
    await tell(store, "anna", "far", 60.0, 25.0, What.LAMP_OUT, clock.now())
    await maps.look(store, clock.now())
    assert maps.known[0] is before[0]
    await maps.close()


class Away(MemoryStore):
    """A store that cannot be reached."""

    async def book_all(self, book: str) -> dict[str, bytes]:
        raise StoreUnavailable("away")


async def test_a_store_that_is_away_changes_nothing(tmp_path: Path) -> None:
    """Maps are looked at all the same."""
    clock = HandClock(NIGHT)
    maps = Maps(tmp_path)
    put(tmp_path, medway_streets())

    await maps.look(Away(clock=clock), clock.now())

    assert [one.name for one in maps.known] == [MEDWAY]
    await maps.close()


class Stumbling(Maps):
    """Every look fails in a way that nobody thought of."""

    async def look(self, store: Store, now: float) -> None:
        raise RuntimeError("nobody thought of it")


async def test_who_looks_goes_on_whatever_happens() -> None:
    """It is logged, and looked at again; the house runs on."""
    clock, maps = HandClock(NIGHT), Stumbling()
    with capture_logs() as lines:
        looking = asyncio.create_task(maps.run(MemoryStore(clock=clock), clock))
        await maps.looked()
        assert not looking.done()
        looking.cancel()
    await maps.close()

    assert [line["event"] for line in lines] == ["maps could not be looked at"]


def test_kilometres_are_those_of_the_hour(tmp_path: Path) -> None:
    """Asked again within it nothing is counted anew; later part-night lamps are out."""
    [known] = medway(tmp_path).known
    evening, later = known.km(NIGHT), known.km(NIGHT + 2 * 3600.0)

    assert known.km(NIGHT + 60.0) is not evening  # the later hour was asked for in between
    assert evening["lit"] > later["lit"]
    assert sum(evening.values()) == pytest.approx(sum(later.values()), abs=0.01)


def test_a_deployment_s_maps_lie_where_it_says(tmp_path: Path) -> None:
    """In its data directory unless a setting names another folder."""
    put(tmp_path / "data" / "maps", medway_streets())
    put(tmp_path / "elsewhere", medway_streets(), "other")
    for settings, name in (
        (Settings(data_dir=tmp_path / "data"), MEDWAY),
        (Settings(data_dir=tmp_path / "data", maps=tmp_path / "elsewhere"), "other"),
    ):
        maps = maps_of(settings)
        maps.swap()
        assert [one.name for one in maps.known] == [name]
