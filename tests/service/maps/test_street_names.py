"""What the street is called where she was seen."""

from math import inf, nan
from pathlib import Path

import pytest
from msgspec.structs import replace
from structlog.testing import capture_logs

from alerts.contact import Channel
from alerts.facts import Facts
from alerts.message import MOST_SEGMENTS, render
from alerts.notice import Kind
from alerts.septets import encodable, segments
from service.maps.known import Known
from service.maps.regions import Maps
from service.maps.street_names import NEAR_M, VAGUE_M, street_name
from tests.geofence.drawn import place
from tests.geofence.streets.town import Drawing
from tests.service.maps.medway import built, medway, put, shifted

LATE = Facts(
    name="Anna",
    as_of_at=1_795_212_720.0,
    number="+447700900123",
    reference="K742",
    code="42",
    link=f"https://lamplit.example/c/{'x' * 34}",
    due_at=1_795_212_000.0,
    cause="off_route",
    cause_at=1_795_211_900.0,
    silent_min=5,
    last_seen_at=1_795_211_880.0,
    battery_pct=14,
)


def called(name: str, folder: Path) -> Maps:
    """Maps of a single street."""
    drawing = Drawing()
    drawing.way((-600, 0), (600, 0), name=name)
    put(folder / "maps", built(drawing, folder))
    maps = Maps(folder / "maps")
    maps.swap()
    return maps


def test_it_is_the_street_she_is_near(tmp_path: Path) -> None:
    """As the map has it, with no town behind it; farther than a hundred metres from every street nothing."""
    known = medway(tmp_path).known

    assert street_name(known, *place(350, 205), 8.0) == "High Street"
    assert street_name(known, *place(720 + NEAR_M - 25, -100), 8.0) == "Old Road"
    assert street_name(known, *place(720 + NEAR_M, -100), 8.0) is None


@pytest.mark.parametrize("vague_m", [None, VAGUE_M + 0.5, 2000.0, inf, nan, -1.0])
def test_a_street_is_named_only_by_a_fix_that_is_good_enough(vague_m: float | None, tmp_path: Path) -> None:
    """She may be streets away from a fix that is worse, and who reads a name goes there first."""
    known = medway(tmp_path).known

    assert street_name(known, *place(350, 205), VAGUE_M) == "High Street"
    assert street_name(known, *place(350, 205), vague_m) is None


def test_without_a_map_or_a_place_there_is_no_name(tmp_path: Path) -> None:
    """Nothing is logged of it: that is no fault."""
    known = medway(tmp_path).known
    with capture_logs() as lines:
        assert street_name((), *place(350, 205), 8.0) is None
        assert street_name(known, 51.0, -3.0, 8.0) is None
        for broken in (nan, inf, -inf):
            assert street_name(known, broken, 0.5, 8.0) is None
            assert street_name(known, 51.4, broken, 8.0) is None
        assert street_name(known, 1e300, -1e300, 8.0) is None
    assert lines == []


def test_of_two_maps_the_nearer_street_counts(tmp_path: Path) -> None:
    """Where they overlap, and beside the edge of one: the other may have no name there."""
    put(tmp_path / "maps", built(shifted(0.0), tmp_path), name="aaa")
    maps = medway(tmp_path / "maps")

    assert [one.name for one in maps.known] == ["aaa", "medway"]
    for known in (maps.known, maps.known[::-1]):
        assert street_name(known, *place(350, 205), 8.0) == "High Street"


def test_a_new_map_names_its_streets_from_the_next_look_on(tmp_path: Path) -> None:
    """Without a restart, and so do words that were made before."""
    maps = called("Old Name", tmp_path)
    assert street_name(maps.known, *place(0, 5), 8.0) == "Old Name"

    drawing = Drawing()
    drawing.way((-600, 0), (600, 0), name="New Name")
    put(tmp_path / "maps", built(drawing, tmp_path), stamp="b")
    maps.swap()

    assert street_name(maps.known, *place(0, 5), 8.0) == "New Name"


def test_a_map_that_fails_holds_up_no_alert(tmp_path: Path) -> None:
    """The others are asked all the same; what is logged is which map, and neither the place nor the street."""
    [good] = medway(tmp_path).known
    region = good.region
    cut = type(region)(**{n: getattr(region, n) for n in region.__slots__} | {"part_name": region.part_name[:1]})
    bad = Known("bad", good.current, cut, good.lights, good.havens)

    with capture_logs() as lines:
        assert street_name((bad,), *place(350, 205), 8.0) is None
        assert street_name((bad, good), *place(350, 205), 8.0) == "High Street"

    said = {"event": "a map cannot name its streets", "map": "bad", "error": "IndexError", "log_level": "error"}
    assert lines == [said, said]


@pytest.mark.parametrize(
    ("name", "read"),
    [
        ("Königstraße", "Königstraße"),
        ("Ulica Łódzka", "Ulica Lodzka"),
        ("Улица Ленина", "Ulitsa Lenina"),
        ("Rua do Ó\tVelho", "Rua do O Velho"),
        ("Old \u202eyaW\u202c\u200b Road\x07\n", "Old yaW Road"),
        ("\u2067שדרות\u2069", "Sdrvt"),
        ("Hämeentie", "Hämeentie"),
        ("Go to evil.example/x <b>", "Go to evil"),
        ("A" + " very long name of a street" * 8, "A very long name"),
    ],
)
def test_whatever_a_street_is_called_a_text_stays_what_it_costs(name: str, read: str, tmp_path: Path) -> None:
    """Letters that the network's alphabet lacks are spelled, links are none, and what is too long gives way."""
    near = street_name(called(name, tmp_path).known, *place(0, 5), 8.0)
    assert near
    assert near.isprintable()

    for kind in (Kind.CONCERN, Kind.OVERDUE, Kind.SOS, Kind.DURESS, Kind.NOBODY):
        text = render(kind, replace(LATE, near=near), Channel.SMS)
        assert f"near {read}" in text
        assert "evil.example" not in text
        assert encodable(text)
        assert segments(text) <= MOST_SEGMENTS


def test_a_name_of_which_nothing_can_be_written_is_left_out(tmp_path: Path) -> None:
    """The sentence is the one without a street."""
    near = street_name(called("🌉", tmp_path).known, *place(0, 5), 8.0)

    assert render(Kind.SOS, replace(LATE, near=near), Channel.SMS) == render(Kind.SOS, LATE, Channel.SMS)
