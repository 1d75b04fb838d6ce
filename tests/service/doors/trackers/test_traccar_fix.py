"""One location of Anna's phone, in each dress."""

import pytest

from service.doors.trackers.loose import Said
from service.doors.trackers.reported import Place
from service.doors.trackers.traccar_fix import fix

AT = 1_793_658_600


def written(**fields: object) -> Said:
    """A fix as a query or a form carries it; None leaves a field out."""
    known = {"lat": "51.4571", "lon": "-0.1489", "timestamp": str(AT), **fields}
    return Said({name: str(value) for name, value in known.items() if value is not None})


def v9(coords: dict[str, object] | None = None, **fields: object) -> Said:
    """The same as Traccar Client 9 writes it."""
    spot = {"latitude": 51.4571, "longitude": -0.1489, **(coords or {})}
    return Said({"timestamp": "2026-11-02T22:30:00.000Z", "coords": spot, "battery": {"level": 0.58}, **fields})


def place(said: Said) -> Place:
    """The place that was written."""
    found, _ = fix(said)
    assert found
    return found


@pytest.mark.parametrize("field", ["accuracy_m", "speed_mps", "course_deg", "altitude_m", "battery_pct"])
def test_what_is_absent_is_not_zero(field: str) -> None:
    """It is unknown."""
    assert getattr(place(written()), field) is None


@pytest.mark.parametrize("name", ["speed", "bearing", "accuracy", "batt"])
def test_minus_one_is_unknown(name: str) -> None:
    """Without fault."""
    said = written(**{name: -1})

    assert (place(said), said.unread) == (place(written()), {})


@pytest.mark.parametrize("name", ["bearing", "heading", "course"])
def test_the_course_has_several_names(name: str) -> None:
    """Each client has its own."""
    assert place(written(**{name: 88})).course_deg == 88.0


@pytest.mark.parametrize(
    "time", [AT, AT * 1000, "2026-11-02T22:30:00Z", "2026-11-02 22:30:00", "2026-11-02T23:30:00+01:00"]
)
def test_a_time_may_be_written_in_each_way(time: object) -> None:
    """Seconds, milliseconds, ISO, and a plain date and time."""
    assert place(written(timestamp=time)).at == float(AT)


def test_a_place_without_a_time_has_none() -> None:
    """Some loggers send none."""
    assert place(written(timestamp=None)).at is None


def test_a_location_may_be_a_pair() -> None:
    """One field with a comma."""
    assert place(written(lat=None, lon=None, location="51.4571,-0.1489")) == place(written())


@pytest.mark.parametrize(
    ("pair", "sentence"),
    [
        ("51.4", "location: not a pair"),
        ("51.4,0.1,7", "location: not a pair"),
        (",", "lat: missing"),
        ("51.4,", "lon: missing"),
        ("north,0.1", "lat: not a number"),
        ("51.4,999", "lon: out of range"),
        ("," * 100_000, "location: not a pair"),
    ],
)
def test_what_is_no_pair_is_named(pair: str, sentence: str) -> None:
    """And is no place."""
    said = written(lat=None, lon=None, location=pair)

    assert (fix(said), next(iter(said.unread))) == ((None, None), sentence)


def test_osmand_itself_writes_metres_a_second() -> None:
    """Dad's phone is set so."""
    found, _ = fix(written(speed=1.4), speed_in_mps=True)

    assert found
    assert found.speed_mps == 1.4


def test_a_dilution_stands_in_for_an_accuracy() -> None:
    """OsmAnd sends no other: without one none of her fixes would be judged."""
    assert place(written(hdop=4.2)).accuracy_m == pytest.approx(21.0)


def test_an_accuracy_goes_before_a_dilution() -> None:
    """It is the better of the two."""
    assert place(written(hdop=4.2, accuracy=7)).accuracy_m == 7.0


@pytest.mark.parametrize("hdop", [0, -1])
def test_no_dilution_is_no_accuracy(hdop: int) -> None:
    """OsmAnd writes zero when it knows none; nobody is known to the millimetre."""
    assert place(written(hdop=hdop)).accuracy_m is None


@pytest.mark.parametrize("valid", ["0", "false"])
def test_a_fix_that_calls_itself_invalid_has_no_accuracy(valid: str) -> None:
    """It is kept, and judges nothing."""
    assert place(written(valid=valid, accuracy=5)).accuracy_m is None


@pytest.mark.parametrize("valid", ["1", "true"])
def test_a_valid_fix_keeps_its_accuracy(valid: str) -> None:
    """That is the usual case."""
    assert place(written(valid=valid, accuracy=5)).accuracy_m == 5.0


@pytest.mark.parametrize(("mock", "marked"), [("true", True), ("1", True), ("false", False), ("", False)])
def test_a_made_up_place_is_marked(mock: str, marked: bool) -> None:
    """Somebody may play where she is."""
    assert place(written(mock=mock)).mock is marked


def test_a_fix_sent_again_is_the_same() -> None:
    """Our answer was lost."""
    assert place(written()).ident == place(written(batt=12)).ident


def test_a_later_fix_at_the_same_spot_is_another() -> None:
    """She stands still, and is alive."""
    assert place(written()).ident != place(written(timestamp=AT + 300)).ident


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"speed": "fast"}, "speed: not a number"),
        ({"bearing": 999}, "bearing: out of range"),
        ({"batt": 250}, "batt: out of range"),
        ({"timestamp": "noon"}, "timestamp: not a time"),
        ({"accuracy": "nan"}, "accuracy: not a number"),
    ],
)
def test_one_bad_field_does_not_lose_the_place(fields: dict[str, object], sentence: str) -> None:
    """The rest is kept, and the field is named."""
    said = written(**fields)

    assert (place(said).lat, list(said.unread)) == (51.4571, [sentence])


@pytest.mark.parametrize(
    ("name", "field"), [("accuracy", "accuracy_m"), ("speed", "speed_mps"), ("heading", "course_deg")]
)
def test_minus_one_is_unknown_in_version_nine(name: str, field: str) -> None:
    """As the phone gives it."""
    said = v9(coords={name: -1})

    assert (getattr(place(said), field), said.unread) == (None, {})


def test_an_unknown_battery_is_none() -> None:
    """A simulator has none."""
    assert place(v9(battery={"level": -1})).battery_pct is None


def test_a_made_up_place_is_marked_in_version_nine() -> None:
    """The phone itself says so."""
    assert place(v9(mock=True)).mock is True


def test_version_nine_names_its_fixes() -> None:
    """Two of one second and spot are two."""
    assert place(v9(uuid="a")).ident != place(v9(uuid="b")).ident


def test_a_heartbeat_has_a_battery_and_no_place() -> None:
    """In either dress."""
    assert fix(Said({"timestamp": str(AT), "batt": "37"})) == (None, 37)
    assert fix(Said({"event": "heartbeat", "battery": {"level": 0.37}})) == (None, 37)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"battery": 4}, "battery: not an object"),
        ({"battery": {"level": 58}}, "level: out of range"),
        ({"timestamp": {"at": 1}}, "timestamp: not a time"),
        ({"uuid": "\0"}, "uuid: not readable"),
        ({"coords": {"latitude": "x", "longitude": 0}}, "latitude: not a number"),
        ({"coords": {"latitude": 51.4}}, "longitude: missing"),
    ],
)
def test_what_cannot_be_read_in_version_nine_is_named(fields: dict[str, object], sentence: str) -> None:
    """And the rest is kept."""
    said = v9()
    bad = Said({**said.fields, **fields})
    fix(bad)

    assert list(bad.unread) == [sentence]


def test_a_time_that_is_none_makes_no_place_of_now() -> None:
    """Without any it is of the moment it came; with one that nobody can read it is of no moment."""
    assert [place(said).pinged for said in (written(), written(timestamp=None), written(timestamp="yesterday"))] == [
        False,
        False,
        True,
    ]
    assert place(v9(timestamp="-1")).pinged


def test_only_its_own_name_tells_one_fix_from_all_others() -> None:
    """The last place the app knew is the same until it knows another one."""
    assert (place(written()).named, place(v9(uuid="5ca1ab1e")).named) == (False, True)
