"""The maps that are in use: swapped without a restart, lit by what is reported."""

import asyncio
import os
import shutil
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from geofence.lighting import Light
from geofence.streets.lights import RegionLights
from geofence.streets.region import Region
from service.maps import regions
from service.maps.havens import RegionHavens
from service.maps.known import Known
from service.maps.regions import Maps, maps_of
from service.maps.reports import What, tell
from service.memory_store import MemoryStore
from service.settings import Settings
from service.store import Store, StoreUnavailable
from tests.doubles.clock import HandClock
from tests.geofence.drawn import place
from tests.geofence.streets.town import grid
from tests.service.maps.medway import MEDWAY, built, medway, medway_streets, put

NIGHT = 1_795_212_000.0
"""Ten on a Friday evening in November."""
HOURS = "authority,area,from,to,clock,since,until,applies\nMedway,region,21:00,05:30,{},2020-01-01,,yes\n"
SCHEMES = "id,name,lat,lon,kind,hours,verified_on\ns1,Open church,{},{},scheme,24/7,2026-11-01\n"


def listed(root: Path, name: str, text: str) -> Path:
    """A list beside the map."""
    path = root / MEDWAY / "extra" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_without_maps_there_are_none(tmp_path: Path) -> None:
    """No folder, an empty one, or one with nothing built in it."""
    for root in (None, tmp_path / "nowhere", tmp_path):
        maps = Maps(root)
        maps.swap()
        assert (maps.known, maps.faults, maps.havens(), maps.of(51.4, 0.5)) == ((), {}, [], None)


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


def test_a_map_that_is_damaged_inside_takes_no_other_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is wrong shows only when its places are read; those before it and after it in the alphabet are used all the same."""
    for name in ("kent", MEDWAY, "surrey"):
        put(tmp_path, medway_streets(), name=name)

    def places(region: Region, *rest: object) -> RegionHavens:
        if region.path.parent.name == MEDWAY:
            raise IndexError("index 60000 is out of bounds")
        return RegionHavens(region, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(regions, "RegionHavens", places)
    maps = Maps(tmp_path)
    maps.swap()

    assert [one.name for one in maps.known] == ["kent", "surrey"]
    assert maps.faults == {MEDWAY: "it is damaged (IndexError)"}


async def test_a_damaged_map_keeps_neither_reports_nor_havens_from_the_others(tmp_path: Path) -> None:
    """The first of two cannot be lit anew, nor searched: the second is both."""
    for name in (MEDWAY, "surrey"):
        put(tmp_path, medway_streets(), name=name)
    clock = HandClock(NIGHT)
    maps, store = Maps(tmp_path), MemoryStore(clock=clock)
    maps.swap()
    bad, good = maps.known
    region = bad.region
    cut = type(region)(
        **{n: getattr(region, n) for n in region.__slots__}
        | {"part_link": region.part_link[:0], "part_m": region.part_m[:0], "part_access": region.part_access[:0]}
    )
    havens = RegionHavens(cut, ())
    maps.known = (Known(MEDWAY, bad.current, cut, RegionLights(cut), havens), good)
    lat, lon = place(200, 200)
    for one in maps.havens():
        one.walked_to(lat, lon, NIGHT)
    await tell(store, "anna", "r1", lat, lon, What.LAMP_OUT, NIGHT)
    with capture_logs() as lines:
        await maps.look(store, clock.now())

    assert {line["event"] for line in lines} == {
        "what is reported cannot be laid on a map",
        "a map cannot be searched for havens",
    }
    assert maps.known[1].lights.reports
    assert not maps.known[1].havens.wants_search(lat, lon, NIGHT)


def test_a_scheme_s_list_beside_the_map_is_read_when_it_changes(tmp_path: Path) -> None:
    """Its places are havens; a list with a fault leaves the one before, and is said."""
    maps = medway(tmp_path)
    listed(tmp_path, "schemes.csv", SCHEMES.format(*place(300, 190)))
    maps.swap()
    church = maps.known[0].havens.all.named("s1", NIGHT)
    assert church is not None
    assert (church.name, church.automatic, church.open) == ("Open church", True, True)

    listed(tmp_path, "schemes.csv", "id,name\n")
    maps.swap()
    assert "missing lat" in maps.faults[MEDWAY]
    assert maps.faults[MEDWAY].endswith("the list before counts on")
    assert maps.known[0].havens.all.named("s1", NIGHT) is not None

    listed(tmp_path, "schemes.csv", SCHEMES.format(*place(300, 190)))
    maps.swap()
    assert maps.faults == {}


def test_a_schedule_beside_the_map_puts_its_lamps_out(tmp_path: Path) -> None:
    """A council's table counts for the streets it was built with; one with a fault leaves the one before, and is said."""
    maps = medway(tmp_path)
    listed(tmp_path, "schedules.csv", HOURS.format("local"))
    maps.swap()
    assert any(one.authority == "Medway" for one in maps.known[0].lights.schedules)

    listed(tmp_path, "schedules.csv", HOURS.format(""))
    os.utime(tmp_path / MEDWAY / "extra" / "schedules.csv", (1, 1))
    maps.swap()
    assert "clock" in maps.faults[MEDWAY]
    assert any(one.authority == "Medway" for one in maps.known[0].lights.schedules)


@pytest.mark.parametrize("content", [b"", b"\0" * 400, b"id,name\n", "Bäder".encode("latin-1")])
def test_a_list_that_a_power_cut_has_emptied_takes_no_map_away(tmp_path: Path, content: bytes) -> None:
    """At a start, too: there are streets, ways and names of streets; it is said which list is missing and what mends it."""
    put(tmp_path, medway_streets())
    for name in ("schemes.csv", "schedules.csv"):
        listed(tmp_path, name, "").write_bytes(content)
    maps = Maps(tmp_path)
    with capture_logs() as lines:
        maps.swap()

    assert [one.name for one in maps.known] == [MEDWAY]
    assert [line["map"] for line in lines] == [MEDWAY]
    for what in ("schemes", "schedules"):
        assert f"extra/{what}.csv: line " in maps.faults[MEDWAY]
        assert f"(lamplit map {what} {MEDWAY} CSV)" in maps.faults[MEDWAY]


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
