"""Which havens there are, and which of them are open."""

from datetime import UTC, datetime

import pytest

from service.havens import HavenError, Listed, ListedHavens, NoHavens, read_list
from service.journey.havens import KINDS

ZONE = "Europe/London"
HERE = (51.3880, 0.5040)
STATION = Listed("p1", "Police station", 51.3881, 0.5041, "police", "24/7")
CHURCH = Listed("s1", "Open church", 51.3884, 0.5040, "scheme", "Mo-Su 18:00-23:00")
PUB = Listed("u1", "The Ship", 51.3880, 0.5041, "pub", "Mo-Su 12:00-23:30")
CLINIC = Listed("h1", "Clinic", 51.3882, 0.5043, "hospital")
ODD = Listed("s2", "Library", 51.3881, 0.5040, "scheme", "whenever we like")
FAR = Listed("p2", "The other station", 51.40, 0.5040, "police", "24/7")
TOWN = ListedHavens((STATION, CHURCH, PUB, CLINIC, ODD, FAR), ZONE)
PAGE = "id,name,lat,lon,kind,hours\n"


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


def test_a_list_is_read_from_csv_and_more_columns_do_no_harm() -> None:
    """As a scheme hands it over."""
    lines = ["id,name,lat,lon,kind,hours,verified\n", "s1,Open  church,51.3884,0.504,scheme,24/7,2026-05-01\n"]
    [haven] = read_list(lines, ZONE).near(*HERE, july(3))
    assert (haven.id, haven.name, haven.kind) == ("s1", "Open church", "scheme")


@pytest.mark.parametrize(
    ("page", "said"),
    [
        ("id,name\n", "line 1: expected the columns id, name, lat, lon, kind, hours, missing lat, lon, kind, hours"),
        ("", "line 1: expected the columns"),
        (PAGE + "s1,Church,91,0.5,scheme,\n", "line 2: lat: expected -85 to 85, got 91"),
        (PAGE + "s1,Church,nan,0.5,scheme,\n", "line 2: lat: expected -85 to 85, got nan"),
        (PAGE + "s1,Church,51.3\n", f"line 2: kind: expected one of {', '.join(KINDS)}, got nothing"),
        (PAGE + "s1,Church,51.3,east,scheme,\n", "line 2: lon: expected -180 to 180, got east"),
        (PAGE + "s1,,51.3,0.5,scheme,\n", "line 2: name: expected 1 to 60 printable characters, got 0"),
        (
            PAGE + "s1,A,51,0,scheme,\ns1,B,51,0,scheme,\n",
            "line 3: id: expected another one on each line, got s1 again",
        ),
        (PAGE + "s1,A,51,0,castle,\n", "line 2: kind: expected one of"),
    ],
)
def test_a_list_that_cannot_be_read_names_line_and_column(page: str, said: str) -> None:
    """What was expected, and what came."""
    with pytest.raises(HavenError, match=said.replace("(", "\\(")):
        read_list(page.splitlines(keepends=True), ZONE)
