"""Which havens there are, and which of them are open."""

from datetime import UTC, datetime

import pytest

from service.havens import Listed, ListedHavens, NoHavens

ZONE = "Europe/London"
HERE = (51.3880, 0.5040)
STATION = Listed("p1", "Police station", 51.3881, 0.5041, "police", "24/7")
CHURCH = Listed("s1", "Open church", 51.3884, 0.5040, "scheme", "Mo-Su 18:00-23:00")
PUB = Listed("u1", "The Ship", 51.3880, 0.5041, "pub", "Mo-Su 12:00-23:30")
CLINIC = Listed("h1", "Clinic", 51.3882, 0.5043, "hospital")
ODD = Listed("s2", "Library", 51.3881, 0.5040, "scheme", "whenever we like")
FAR = Listed("p2", "The other station", 51.40, 0.5040, "police", "24/7")
TOWN = ListedHavens((STATION, CHURCH, PUB, CLINIC, ODD, FAR), ZONE)


def july(hour: int, minute: int = 0) -> float:
    """An instant in summer, by UTC: in Kent it is an hour later."""
    return datetime(2026, 7, 10, hour, minute, tzinfo=UTC).timestamp()


def test_near_are_those_that_are_open_and_speak_for_themselves() -> None:
    """The station and the church before eleven, the nearest first; no pub, nothing a kilometre away, and nothing whose
    hours nobody knows."""
    assert [h.id for h in TOWN.near(*HERE, july(21))] == ["p1", "s1"]
    assert [h.id for h in TOWN.near(*HERE, july(22, 30))] == ["p1"]
    assert [h.id for h in TOWN.near(51.40, 0.5040, july(21))] == ["p2"]


def test_hours_are_read_by_the_clock_of_the_place() -> None:
    """Eleven in the evening in Kent is ten by UTC in July; a station never closes."""
    church = TOWN.named("s1", july(21))
    assert church is not None
    assert (church.open, church.closes_at, church.automatic) == (True, july(22), True)
    station = TOWN.named("p1", july(21))
    assert station is not None
    assert (station.open, station.closes_at) == (True, None)


def test_a_place_is_known_by_its_name_whether_it_is_open_or_not() -> None:
    """Closed is closed; hours that are missing or cannot be read are unknown, and never open."""
    late = july(23)
    known = {id_: TOWN.named(id_, late) for id_ in ("s1", "u1", "h1", "s2")}
    assert {id_: h.open for id_, h in known.items() if h is not None} == {
        "s1": False,
        "u1": False,
        "h1": None,
        "s2": None,
    }
    pub = TOWN.named("u1", july(20))
    assert pub is not None
    assert (pub.open, pub.automatic) == (True, False)
    assert TOWN.named("nobody", late) is None


def test_where_nobody_has_said_anything_there_are_none() -> None:
    """The house as it comes."""
    assert NoHavens().near(*HERE, july(21)) == ()
    assert NoHavens().named("p1", july(21)) is None


def test_a_cell_away_is_still_near() -> None:
    """Whichever cell of the list she and the place are in."""
    for step in range(40):
        lat, lon = 51.3860 + step * 1.3e-4, 0.5040 - step * 1.7e-4
        place = Listed("x", "Place", lat + 0.0012, lon - 0.0012, "hospital", "24/7")
        assert [h.id for h in ListedHavens((place,), ZONE).near(lat, lon, july(21))] == ["x"]


def test_over_the_date_line_is_near() -> None:
    """Taveuni lies on both sides of it."""
    place = Listed("x", "Clinic", -16.8, 179.9995, "hospital", "24/7")
    assert [h.id for h in ListedHavens((place,), "Pacific/Fiji").near(-16.8, -179.9995, july(21))] == ["x"]
    [one] = ListedHavens((place,), "Pacific/Fiji").nearest(-16.8, -179.9995, july(21)).around
    assert one.away_m == pytest.approx(106.6, abs=1)


def test_the_nearest_of_each_sort_that_is_open_and_those_around() -> None:
    """At two in the night the church and the pub are closed: the station is the nearest haven, and around her is everything."""
    found = TOWN.nearest(*HERE, july(21))
    assert found.haven is not None
    assert (found.haven.place.id, round(found.haven.away_m)) == ("p1", 13)
    assert found.open_place is not None
    assert found.open_place.place.id == "u1"
    assert [one.place.id for one in found.around] == ["u1", "s2", "p1", "h1", "s1", "p2"]
    at_two = TOWN.nearest(*HERE, july(1))
    assert at_two.open_place is None
    assert at_two.haven == found.haven
    assert {one.place.id: one.place.open for one in at_two.around}["h1"] is None


def test_nobody_is_sent_ten_kilometres() -> None:
    """And at most ten are listed, though the one that is open lies behind them."""
    closed = [Listed(f"c{n}", "Shop", 51.3880 + n * 1e-4, 0.504, "shop", "Mo 09:00-10:00") for n in range(30)]
    open_ = Listed("o", "Hotel", 51.40, 0.504, "hotel", "24/7")
    far = Listed("f", "Hospital", 51.50, 0.504, "hospital", "24/7")
    found = ListedHavens((*closed, open_, far), ZONE).nearest(*HERE, july(21))
    assert found.haven is None
    assert found.open_place is not None
    assert found.open_place.place.id == "o"
    assert [one.place.id for one in found.around] == [f"c{n}" for n in range(10)]
    assert NoHavens().nearest(*HERE, july(21)).around == ()


def test_those_whose_hours_cannot_be_read_are_known_by_name() -> None:
    """For whoever keeps the list; no hours at all is another thing."""
    assert (TOWN.known, TOWN.unreadable, TOWN.timeless) == (6, ("s2",), 1)
