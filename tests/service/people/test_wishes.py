"""What she asks for when she sets off."""

from datetime import UTC, datetime

import msgspec
import pytest

from geofence.mode import Mode
from geofence.route import read_points
from service.journey.model import JourneyKind
from service.people.refusals import Refused
from service.people.wishes import Wish, checked, imported, leading_there, place, times, word

NOW = datetime(2026, 11, 20, 22, 0, tzinfo=UTC).timestamp()
HOME = place(51.388, 0.504, None)
WAY = read_points([(51.380, 0.504), (51.388, 0.504)])
LONDON = "Europe/London"


def test_minutes_get_a_margin() -> None:
    """The plan, and three minutes or 15 % more, whichever is longer."""
    short, long = (times(Wish(place=HOME, minutes=m), NOW, LONDON) for m in (10.0, 60.0))

    assert (short.plan_s, short.eta_at - NOW) == (600.0, 780.0)
    assert (long.plan_s, long.eta_at - NOW) == (3600.0, 4140.0)


def test_a_route_knows_how_long_it_takes() -> None:
    """At the usual pace of her mode."""
    foot, cycle = (times(Wish(route=WAY, mode=m), NOW, LONDON).plan_s for m in (Mode.FOOT, Mode.CYCLE))

    assert foot == pytest.approx(WAY.length_m / 1.3)
    assert cycle == pytest.approx(WAY.length_m / 4.2)


def test_a_clock_time_means_its_next_occurrence() -> None:
    """23:30 is tonight, 06:15 tomorrow."""
    tonight, morning = (times(Wish(place=HOME, eta=e), NOW, LONDON).eta_at for e in ("23:30", "6.15"))

    assert (tonight - NOW, morning - NOW) == (5_400.0, 29_700.0)


def test_a_clock_time_survives_a_clock_change() -> None:
    """Clocks go forward in the night: 02:30 a.m. summer time is an hour sooner than it looks."""
    night = datetime(2026, 3, 28, 23, 30, tzinfo=UTC).timestamp()

    assert times(Wish(place=HOME, eta="02:30"), night, LONDON).eta_at - night == 7_200.0


@pytest.mark.parametrize(
    ("wish", "field"),
    [
        (Wish(place=HOME, eta=NOW + 13 * 3600), "eta"),
        (Wish(place=HOME, minutes=700.0), "minutes"),
        (Wish(place=HOME, eta=NOW - 60), "eta"),
        (Wish(place=HOME, eta="25:00"), "eta"),
        (Wish(place=HOME, eta="soon"), "eta"),
        (Wish(place=HOME, minutes=0.1), "minutes"),
    ],
)
def test_an_eta_that_cannot_be_is_named(wish: Wish, field: str) -> None:
    """Past, unreadable, sooner than a minute, or beyond twelve hours."""
    with pytest.raises(Refused) as refused:
        times(wish, NOW, LONDON)

    assert refused.value.field == field


@pytest.mark.parametrize(
    ("wish", "field"),
    [
        (Wish(place=HOME, minutes=5.0, profile="heroic"), "profile"),
        (Wish(minutes=5.0), "destination"),
        (Wish(place=HOME), "minutes"),
        (Wish(place=HOME, minutes=5.0, eta=NOW), "eta"),
        (Wish(kind=JourneyKind.TIMER, place=HOME, minutes=5.0), "kind"),
        (Wish(kind=JourneyKind.SOS, minutes=5.0), "kind"),
    ],
)
def test_a_wish_that_makes_no_journey_is_named(wish: Wish, field: str) -> None:
    """Somewhere to go, and some time to be there."""
    with pytest.raises(Refused) as refused:
        checked(wish)

    assert refused.value.field == field


def test_a_route_that_cannot_be_read_is_named() -> None:
    """With the field inside it."""
    fields = []
    for form, data in (("geojson", "{}"), ("gpx", "no"), ("polyline", "~"), ("kml", "")):
        with pytest.raises(Refused) as refused:
            imported(form, data, None)
        fields.append(refused.value.field)

    assert fields == ["route.type", "route.gpx", "route.polyline", "route.format"]


def test_a_line_leads_to_where_she_is_going() -> None:
    """Or to within 500 m of it; one that was given back to front is asked about, one that ends elsewhere is refused."""
    home = place(51.388, 0.504, None)
    near = read_points([(51.380, 0.504), (51.3845, 0.504)], home)
    loop = read_points([(51.388, 0.504), (51.380, 0.504), (51.388, 0.504)], home)
    assert [leading_there(one) for one in (near, loop)] == [near, loop]
    for line, said in (
        ([(51.388, 0.504), (51.380, 0.504)], "got 840 m: is it the other way round?"),
        ([(51.380, 0.504), (51.383, 0.504)], "got 506 m"),
    ):
        with pytest.raises(Refused) as refused:
            leading_there(read_points(line, home))
        assert refused.value.field == "route"
        assert refused.value.detail == f"expected a line that ends within 500 m of the destination, {said}"


def test_places_and_words_are_checked() -> None:
    """A latitude beyond the map, a circle as large as a town, a word with braces."""
    for bad, field in (((99.0, 0.0, None), "destination.lat"), ((51.0, 0.0, 5000.0), "destination.radius_m")):
        with pytest.raises(Refused) as refused:
            place(*bad)
        assert refused.value.field == field
    with pytest.raises(Refused):
        word("{beth}")
    assert word("  Mum's  flat ") == "Mum's flat"


def test_the_same_wish_has_the_same_fingerprint() -> None:
    """An Idempotency-Key stands for one wish."""
    assert Wish(place=HOME, minutes=5.0).fingerprint == Wish(place=HOME, minutes=5.0).fingerprint
    assert Wish(place=HOME, minutes=5.0).fingerprint != Wish(place=HOME, minutes=6.0).fingerprint


def test_a_key_that_is_sent_again_over_an_update_stands_for_the_same_wish() -> None:
    """As it was hashed before a journey could name a tracker, have legs, or show its route."""
    wish = Wish(place=HOME, minutes=5.0)
    later = ("tracker", "legs", "show_route")
    before = {name: value for name, value in msgspec.structs.asdict(wish).items() if name not in later}
    assert wish.fingerprint == msgspec.msgpack.encode(before)
    assert Wish(place=HOME, minutes=5.0, tracker="bag").fingerprint != wish.fingerprint
