"""Havens and open places of maps and lists, asked as one."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from geofence.streets.build import build
from geofence.streets.planner import Planner
from geofence.streets.region import Region
from geofence.streets.ways import SHORTEST, Asked, Way
from service.havens import Listed, ListedHavens, NoHavens
from service.maps.havens import MOST_BESIDE, AllHavens, RegionHavens
from service.maps.regions import Maps
from service.memory_store import MemoryStore
from tests.doubles.clock import HandClock
from tests.geofence.drawn import place
from tests.geofence.streets.town import town
from tests.service.maps.medway import built, medway, put, shifted

TEN = datetime(2026, 11, 20, 22, 0, tzinfo=UTC).timestamp()
TWO = TEN + 4 * 3600.0
BELL, SHOP, HOSPITAL = "The Bell", "Late Shop", "Medway Hospital"


def listed(id_: str, x: float, y: float, kind: str, hours: str = "24/7") -> Listed:
    """A line of a list, in metres of the town."""
    return Listed(id_, id_.title(), *place(x, y), kind, hours)


@pytest.fixture
def maps(tmp_path: Path) -> Maps:
    """The town is the only map."""
    return medway(tmp_path)


def every(maps: Maps, *lines: Listed) -> AllHavens:
    """The town's places and those of a list."""
    return AllHavens(ListedHavens(lines, "Europe/London", "GB"), maps)


def walk(maps: Maps, origin: tuple[float, float], destination: tuple[float, float]) -> Way:
    """The shortest way."""
    asked = Asked(origin=place(*origin), destination=place(*destination), at=TEN, weights=(SHORTEST,))
    return Planner(maps.known[0].lights).plan(asked).ways[0]


def test_the_places_of_a_map_are_known_by_their_ids(maps: Maps) -> None:
    """Name, place, kind and hours; a pub is an open place, a hospital a haven, a fuel station behind a gate is none."""
    havens = every(maps)
    around = {one.place.name: one.place for one in havens.nearest(*place(300, 200), TEN).around}

    assert havens.known == 6
    assert around.keys() == {"Police Station", BELL, SHOP, "Café Zoë", "Pharmacy", HOSPITAL}
    bell = havens.named(around[BELL].id, TEN)
    assert bell is not None
    assert bell.id.startswith("osm:n")
    assert (bell.kind, bell.automatic, bell.open, bell.closes_at) == ("pub", False, True, TEN + 3600)
    assert {around[n].open for n in ("Police Station", "Café Zoë", "Pharmacy")} == {None}
    assert havens.named("osm:n99999", TEN) is None


def test_the_nearest_is_the_nearest_to_walk_to(maps: Maps) -> None:
    """Once the streets were searched: as far as a way there, though another place is nearer as the crow flies."""
    across = listed("across", 700.0, 60.0, "shop")
    by_street = listed("by street", 590.0, -100.0, "shop")
    havens = every(maps, across, by_street)
    town_ = RegionHavens(maps.known[0].region, (across, by_street))
    here = place(700.0, -100.0)
    as_the_crow_flies = havens.nearest(*here, TEN).open_place
    assert as_the_crow_flies is not None
    assert (as_the_crow_flies.place.id, as_the_crow_flies.walk_m) == ("by street", None)

    assert town_.walked_to(*here, TEN) == (None, None)
    town_.renew(TEN)
    haven, other = town_.walked_to(*here, TEN)

    assert haven is not None
    assert other is not None
    assert haven.place.name == HOSPITAL
    assert haven.walk_m is not None
    length_m = walk(maps, (700.0, -100.0), (520.0, 405.0)).length_m
    assert haven.walk_m == pytest.approx(length_m, abs=40.0)
    assert other.place.id == "by street"
    assert other.walk_m == pytest.approx(110.0, abs=15.0)


def test_it_is_searched_while_somebody_asks(maps: Maps) -> None:
    """Not before; anew after a quarter of an hour; not for ever."""
    [town_] = maps.havens()
    assert not town_.wants_renewal(TEN)
    town_.walked_to(*place(300, 200), TEN)
    assert town_.wants_renewal(TEN)
    town_.renew(TEN)
    assert not town_.wants_renewal(TEN + 60)
    assert town_.wants_renewal(TEN + 901)
    assert not town_.wants_renewal(TEN + 4000)


async def test_whoever_looks_after_the_maps_searches(tmp_path: Path) -> None:
    """After she asked once her next answer knows the way."""
    maps = medway(tmp_path)
    clock = HandClock(TEN)
    havens = every(maps)
    before, _ = havens.at_hand(*place(300, 200), TEN)
    await maps.look(MemoryStore(clock=clock), TEN)
    after, _ = havens.at_hand(*place(300, 200), TEN)
    await maps.close()

    assert before is not None
    assert after is not None
    assert (before.walk_m, before.place) == (None, after.place)
    assert after.walk_m is not None
    assert after.walk_m > after.away_m


def test_a_search_says_nothing_of_another_hour(maps: Maps) -> None:
    """By two the pub has closed, and at noon it has not opened: what was found for ten is no answer then, nor does anybody
    who plans her evening keep the search from being renewed."""
    havens = every(maps)
    [town_] = maps.havens()
    beside_it = place(310, 210)
    town_.walked_to(*beside_it, TEN)
    town_.renew(TWO)
    _, now = havens.at_hand(*beside_it, TWO)
    planned = havens.nearest(*beside_it, TEN).open_place

    assert now is not None
    assert planned is not None
    assert (now.place.name, now.walk_m is None) == (SHOP, False)
    assert (planned.place.name, planned.walk_m) == (BELL, None)
    assert town_.walked_to(*beside_it, TWO + 1021) == (None, None)
    havens.nearest(*beside_it, TWO + 7 * 86_400)
    assert town_.wants_renewal(TWO + 1021)
    assert not town_.wants_renewal(TWO + 3 * 3600)


def test_beyond_the_edge_it_is_the_one_that_is_likely_nearer(tmp_path: Path) -> None:
    """A map ends where somebody cut it: beside its edge the hospital of the next one is nearer than its own."""
    drawing = shifted(800.0)
    drawing.node(820, 120, amenity="hospital", name="Over There", opening_hours="24/7")
    put(tmp_path, built(drawing, tmp_path), name="next")
    maps = medway(tmp_path)
    havens = every(maps)
    here, there, in_the_middle = place(715, -100), place(800, -100), place(300, 200)
    assert [one.name for one in maps.known] == ["medway", "next"]
    for one in maps.havens():
        one.renew(TEN)

    for spot in (here, there):
        for haven in (havens.at_hand(*spot, TEN)[0], havens.nearest(*spot, TEN).haven):
            assert haven is not None
            assert haven.place.name == "Over There"
    own, _ = havens.at_hand(*in_the_middle, TEN)
    assert own is not None
    assert (own.place.name, own.walk_m is None) == (HOSPITAL, False)


def test_nobody_is_sent_to_a_door_that_shuts_before_she_is_there(maps: Maps) -> None:
    """The pub that closes in ten minutes is no answer; one that has closed since is none either."""
    [town_] = maps.havens()
    beside_it = place(310, 210)
    town_.renew(TEN + 50 * 60)
    _, other = town_.walked_to(*beside_it, TEN + 50 * 60)
    assert other is not None
    assert other.place.name == SHOP

    town_.renew(TEN + 30 * 60)
    _, still = town_.walked_to(*beside_it, TEN + 30 * 60)
    _, gone = town_.walked_to(*beside_it, TEN + 61 * 60)
    assert still is not None
    assert still.place.name == BELL
    assert gone is None
    _, soon = every(maps).at_hand(*beside_it, TEN + 50 * 60)
    assert soon is not None
    assert soon.place.name == SHOP


def test_outside_the_map_it_is_as_the_crow_flies(maps: Maps) -> None:
    """Nor does a map tell of places far from it."""
    havens = every(maps, listed("inn", 0.0, 3000.0, "hotel"))
    [town_] = maps.havens()
    town_.renew(TEN)
    haven, other = havens.at_hand(*place(0, 2900), TEN)

    assert haven is not None
    assert other is not None
    assert (haven.place.name, haven.walk_m) == (HOSPITAL, None)
    assert (other.place.id, other.walk_m) == ("inn", None)
    assert havens.nearest(60.0, 25.0, TEN).around == ()


def test_near_are_those_that_speak_for_themselves(maps: Maps) -> None:
    """Of map and list, open, the nearest first, none twice."""
    church = listed("church", 556.0, 426.0, "scheme")
    havens = every(maps, church)
    own = AllHavens(ListedHavens((church,), "Europe/London"), Maps())

    found = [one.id for one in havens.near(*place(555, 425), TEN)]

    assert found[0] == "church"
    assert len(found) == 2
    assert [one.id for one in own.near(*place(555, 425), TEN)] == ["church"]
    assert every(maps).near(*place(40, 215), TEN) == ()


def test_a_place_that_a_list_tells_of_is_not_told_twice(tmp_path: Path) -> None:
    """Somebody stood at the door of the police station and wrote its hours down; a shop beside it is another place."""
    desk, shop = listed("desk", 45.0, 220.0, "police", "Mo-Su 08:00-23:00"), listed("kiosk", 45.0, 215.0, "shop")
    maps = medway(tmp_path, (desk, shop))
    names = [one.place.name for one in every(maps, desk, shop).nearest(*place(40, 215), TEN).around]

    assert "Police Station" not in names
    assert names[:2] == ["Kiosk", "Desk"]


def test_a_place_without_a_name_is_called_by_what_it_is(tmp_path: Path) -> None:
    """And one with a name as long as a sentence is cut."""
    drawing = town()
    drawing.node(100, 210, amenity="police")
    drawing.node(110, 210, amenity="pub", name="The " + "very " * 30 + "long\nBar\u202e")
    pbf = drawing.write(tmp_path / "t.osm.pbf")
    region = Region.open(build(pbf, tmp_path / "t.streets").path)
    names = {one.name for one in RegionHavens(region).all.places}

    assert "Police station" in names
    assert max(len(name) for name in names) <= 60
    assert all(name.isprintable() for name in names)


def test_beside_a_way_is_what_is_open_when_she_passes(maps: Maps) -> None:
    """Havens first; a pub that closes before she comes by is not on it, a police desk of unknown hours comes last."""
    way = walk(maps, (10, 200), (590, 200))
    [town_] = maps.havens()

    def told(at: float) -> list[tuple[str, bool | None, float]]:
        return [(one.name, one.open, round(along_m, -1)) for along_m, _, one in town_.along(way, at)]

    assert told(TEN) == [(BELL, True, 300), ("Police Station", None, 30)]
    assert told(TEN + 57 * 60) == [("Police Station", None, 30)]


def test_at_most_eight_are_told_and_havens_are_among_them(tmp_path: Path) -> None:
    """However many pubs there are."""
    pubs = [listed(f"pub {n}", 50.0 + 20 * n, 220.0, "pub") for n in range(12)]
    maps = medway(tmp_path, (*pubs, listed("church", 580.0, 220.0, "scheme")))
    found = maps.havens()[0].along(walk(maps, (10, 200), (590, 200)), TEN)

    assert len(found) == MOST_BESIDE
    assert found[0][2].id == "church"
    assert [one.id for _, _, one in found[1:]] == [f"pub {n}" for n in range(7)]


def test_counts_are_of_havens_and_others(maps: Maps) -> None:
    """Two and four in the town; none where nobody knows of any."""
    assert maps.havens()[0].counts == (2, 4)
    assert AllHavens(NoHavens(), Maps()).known == 0
    assert AllHavens(NoHavens(), Maps()).at_hand(51.4, 0.5, TWO) == (None, None)
