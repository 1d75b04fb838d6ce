"""What Traccar Client says on Anna's phone, in each of its forms, and OsmAnd on Dad's."""

import json
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.doors.trackers.loose import MOST
from service.doors.trackers.reported import Place, Report
from service.doors.trackers.traccar import read

AT = 1_793_658_600
ANNAS = "73519024"
FORM = "application/x-www-form-urlencoded"
JSON = "application/json"


def said(**fields: object) -> dict[str, str]:
    """A fix as a query or a form carries it; None leaves a field out."""
    known = {"id": ANNAS, "lat": "51.4571", "lon": "-0.1489", "timestamp": str(AT), **fields}
    return {name: str(value) for name, value in known.items() if value is not None}


def queried(**fields: object) -> Report:
    """The report of one GET."""
    return read(said(**fields), b"")


def posted(document: object, query: dict[str, str] | None = None, content_type: str = JSON) -> Report:
    """The report of one POST of JSON."""
    return read(query or {}, json.dumps(document).encode(), content_type)


def v9(device: str | None = ANNAS, coords: dict[str, object] | None = None, **fields: object) -> dict[str, object]:
    """A location as Traccar Client 9 writes it."""
    spot = {"latitude": 51.4571, "longitude": -0.1489, "accuracy": 6, "speed": 1.5, "heading": 204, "altitude": 31.5}
    location = {
        "uuid": "7d1f0c5e-6f0b-4f0e-8a51-2f9f4c1f7a10",
        "timestamp": "2026-11-02T22:30:00.000Z",
        "event": "motionchange",
        "is_moving": True,
        "coords": {**spot, **(coords or {})},
        "battery": {"level": 0.58, "is_charging": False},
        "extras": {},
        **fields,
    }
    return {"location": location} if device is None else {"location": location, "device_id": device}


def only(report: Report) -> Place:
    """Its only place."""
    (place,) = report.places
    return place


# --- queries and forms ------------------------------------------------------------------------------------------------


def test_a_query_is_a_place() -> None:
    """The smallest that the app sends."""
    told = queried()

    assert (told.device, only(told).lat, only(told).lon, only(told).at) == (ANNAS, 51.4571, -0.1489, float(AT))


def test_the_query_may_be_pairs() -> None:
    """As a server has them in its hands."""
    assert read(list(said().items()), b"") == queried()


def test_a_form_is_read_like_a_query() -> None:
    """Traccar Client 10 sends one place in each."""
    assert read({}, urlencode(said(batt=58)).encode(), FORM) == queried(batt=58)


@pytest.mark.parametrize("content_type", ["", "text/plain", JSON])
def test_a_form_is_a_form_by_its_looks(content_type: str) -> None:
    """Her alarm may be in it."""
    assert read([], urlencode(said(alarm="sos")).encode(), content_type) == queried(alarm="sos")


def test_query_and_form_complete_each_other() -> None:
    """Her link carries the id, the form the place; of what both say the query counts."""
    told = read({"id": ANNAS, "lat": ""}, urlencode(said(id="made-up")).encode(), FORM)

    assert told == queried()


@pytest.mark.parametrize("name", ["id", "deviceid", "device_id"])
def test_the_device_has_several_names(name: str) -> None:
    """Old trackers say deviceid."""
    assert read({name: ANNAS}, b"").device == ANNAS


def test_without_a_device_there_is_none() -> None:
    """The door answers that it knows nobody."""
    told = queried(id=None)

    assert (told.device, told.unread) == ("", ("id: missing",))


@pytest.mark.parametrize("device", ["\0", "x" * 200, "\ud800"])
def test_a_device_that_could_hurt_is_none(device: str) -> None:
    """It becomes a key."""
    assert queried(id=device).device == ""


def test_a_full_fix_is_read_whole() -> None:
    """Speed from knots; battery, course, altitude and accuracy as they are."""
    fix = only(queried(speed="10", bearing="91.5", altitude="24.1", accuracy="8.0", batt="71.0", charge="true"))

    assert fix.speed_mps == pytest.approx(5.14444, abs=1e-4)
    assert (fix.course_deg, fix.altitude_m, fix.accuracy_m, fix.battery_pct) == (91.5, 24.1, 8.0, 71)


@pytest.mark.parametrize("alarm", ["sos", "SOS", " sos ", "vibration,sos"])
def test_her_alarm_is_told(alarm: str) -> None:
    """The app says it once."""
    assert queried(alarm=alarm).sos is True


@pytest.mark.parametrize("alarm", [None, "", "lowBattery", "sosnowiec"])
def test_other_alarms_are_not_hers(alarm: str | None) -> None:
    """A low battery is no call for help."""
    assert queried(alarm=alarm).sos is False


def test_her_alarm_needs_no_place() -> None:
    """Indoors there may be none."""
    told = read({"id": ANNAS, "alarm": "sos"}, b"")

    assert (told.sos, told.places, told.unread) == (True, (), ())


@pytest.mark.parametrize("other", [[("alarm", "lowBattery")], [("lat", "north"), ("speed", "?"), ("timestamp", "now")]])
def test_her_alarm_is_heard_beside_anything(other: list[tuple[str, str]]) -> None:
    """A second alarm after it does not undo it, nor does a field that nobody can read."""
    assert read([("id", ANNAS), ("alarm", "sos"), *other], b"").sos is True


def test_a_heartbeat_has_no_place() -> None:
    """It says that the phone is there, and its battery."""
    told = read({"id": ANNAS, "timestamp": str(AT), "batt": "37"}, b"")

    assert told == Report(device=ANNAS, battery_pct=37)


def test_a_fix_sent_again_is_the_same() -> None:
    """Our answer was lost."""
    assert only(queried()).ident == only(queried(batt=12)).ident


@pytest.mark.parametrize("content_type", ["multipart/form-data; boundary=x", "text/plain"])
def test_a_body_that_is_no_form_is_named(content_type: str) -> None:
    """The query beside it still counts."""
    told = read(said(), b"hello", content_type)

    assert (len(told.places), told.unread) == (1, ("body: not a form",))


# --- JSON -------------------------------------------------------------------------------------------------------------


def test_version_nine_is_a_place() -> None:
    """Metres a second and a battery of one."""
    told = posted(v9())
    fix = only(told)

    assert (told.device, fix.lat, fix.lon, fix.at) == (ANNAS, 51.4571, -0.1489, float(AT))
    assert (fix.accuracy_m, fix.speed_mps, fix.course_deg, fix.altitude_m, fix.battery_pct) == (6, 1.5, 204, 31.5, 58)


@pytest.mark.parametrize("battery", [{"level": 0.42, "is_charging": True}, {"level": 0.42}])
def test_a_heartbeat_of_version_nine_has_no_coordinates(battery: dict[str, object]) -> None:
    """Only its battery."""
    beat = {"timestamp": "2026-11-02T22:35:00.000Z", "event": "heartbeat", "battery": battery, "extras": {}}

    assert posted({"location": beat, "device_id": ANNAS}) == Report(device=ANNAS, battery_pct=42)


def test_a_heartbeat_of_nearly_nothing() -> None:
    """Not even a battery."""
    assert posted({"location": {"event": "heartbeat"}, "device_id": ANNAS}) == Report(device=ANNAS)


@pytest.mark.parametrize(
    "document",
    [v9(extras={"alarm": "sos"}), v9(alarm="sos"), {**v9(), "alarm": "sos"}, [v9(), v9(extras={"alarm": "sos"})]],
)
def test_her_alarm_is_told_in_version_nine(document: object) -> None:
    """The app puts it among its extras."""
    assert posted(document).sos is True


def test_several_locations_of_version_nine() -> None:
    """What waited in the phone comes in one list."""
    waited = [v9(None, uuid=str(n))["location"] for n in range(3)]

    assert len(posted({"location": waited, "device_id": ANNAS}).places) == 3


def test_several_objects_of_version_nine() -> None:
    """Or in several objects."""
    assert len(posted([v9(uuid="a"), v9(uuid="b")]).places) == 2


@pytest.mark.parametrize("content_type", [JSON, "application/json; charset=utf-8", "text/plain", FORM, ""])
def test_json_is_json_by_its_looks(content_type: str) -> None:
    """Clients made with curl call it a form."""
    assert posted(v9(), content_type=content_type) == posted(v9())


def test_a_flat_list_is_read_like_queries() -> None:
    """Knots and percent."""
    flat = [{"id": ANNAS, "lat": 51.4571, "lon": -0.1489, "timestamp": AT + n, "speed": 10, "batt": 58} for n in (0, 5)]
    told = posted(flat)

    assert [fix.at for fix in told.places] == [AT, AT + 5]
    assert told.places[0] == only(queried(speed=10, batt=58))


def test_a_flat_object_may_write_its_names_out() -> None:
    """Latitude and longitude."""
    told = posted({"id": int(ANNAS), "latitude": "51.4571", "longitude": "-0.1489", "timestamp": AT})

    assert told == queried()


def test_a_flat_pair_in_json() -> None:
    """`location` is then text."""
    assert posted([{"id": ANNAS, "location": "51.4571,-0.1489", "timestamp": AT}]) == queried()


def test_coordinates_may_stand_without_their_location() -> None:
    """A list of the inner objects alone, the device in the query."""
    assert posted([v9(None)["location"]], {"id": ANNAS}) == posted(v9())


def test_the_device_of_the_query_is_the_one_she_was_given() -> None:
    """What the app made up for itself does not undo her link."""
    told = posted(v9("made-up", extras={"alarm": "sos"}), {"id": ANNAS})

    assert (told.device, len(told.places), told.sos, told.unread) == (ANNAS, 1, True, ())


def test_places_of_another_device_are_left_out() -> None:
    """Nobody speaks for her phone by speaking for his own; his alarm is not hers either."""
    told = posted([v9("dads"), v9(ANNAS, extras={"alarm": "sos"})])

    assert (told.device, len(told.places), told.sos, told.unread) == ("dads", 1, False, ("id: more than one device",))


def test_of_too_many_places_the_last_are_kept() -> None:
    """And that is said."""
    flat = [{"id": ANNAS, "lat": 51.4, "lon": -0.1, "timestamp": AT + n} for n in range(MOST + 2)]
    told = posted(flat)

    assert (len(told.places), told.places[-1].at, len(told.unread)) == (MOST, AT + MOST + 1, 1)


def test_an_alarm_among_too_many_places_is_heard() -> None:
    """It was said once, long ago, and waited."""
    flat: list[dict[str, object]] = [{"id": ANNAS, "lat": 51.4, "lon": -0.1, "timestamp": AT + n} for n in range(1100)]

    assert posted([{**flat[0], "alarm": "sos"}, *flat]).sos is True


@pytest.mark.parametrize(
    ("document", "sentence"),
    [
        ({"location": [1, None]}, "location: something that is no object"),
        ({"location": 7}, "location: not a pair"),
        ([3, {}], "body: something that is no object"),
        (v9(coords={"latitude": "x"}), "latitude: not a number"),
    ],
)
def test_what_cannot_be_read_is_named(document: object, sentence: str) -> None:
    """And the rest is kept."""
    assert posted(document, {"id": ANNAS}).unread == (sentence,)


def test_a_great_gap_before_json_is_no_fault() -> None:
    """Some libraries indent."""
    assert read({}, b" " * 1000 + json.dumps(v9()).encode()) == posted(v9())


def test_osmand_itself_writes_metres_a_second() -> None:
    """Dad's phone is set so, and all that it sends is read so."""
    assert only(read(said(speed=1.4), b"", speed_in_mps=True)).speed_mps == 1.4


@pytest.mark.parametrize("body", [b"{", b"[" * 500_000, b'{"location":' * 50_000, b"[1,2", b'{"a" "b"}', b"none"])
def test_broken_json_is_named_and_the_query_kept(body: bytes) -> None:
    """It is counted and answered like all else."""
    told = read(said(alarm="sos"), body, JSON)

    assert (told.sos, len(told.places), told.unread) == (True, 1, ("body: not JSON",))


def test_nothing_at_all_is_nobody() -> None:
    """Somebody opened the address in a browser."""
    assert read({}, b"") == Report(device="", unread=("id: missing",))


def test_a_sentence_never_repeats_what_was_sent() -> None:
    """What could not be read goes into logs."""
    told = queried(id="secret\0", speed="secret", timestamp="secret", batt="secret", bearing="secret")

    assert told.unread
    assert "secret" not in " ".join(told.unread)


# --- anything ---------------------------------------------------------------------------------------------------------


NAMES = ["id", "lat", "lon", "location", "timestamp", "speed", "hdop", "accuracy", "batt", "alarm", "valid", "mock"]
VALUES = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.just("51.4,-0.1")
FIELDS = st.dictionaries(st.sampled_from([*NAMES, "coords", "battery", "uuid", "extras"]), VALUES)
DEEPER = st.recursive(
    FIELDS,
    lambda inner: st.dictionaries(
        st.sampled_from(["location", "coords", "battery", "extras", "id"]), inner | st.lists(inner)
    ),
    max_leaves=4,
)


@given(
    st.lists(st.tuples(st.sampled_from(NAMES), st.text())),
    st.binary(),
    st.sampled_from([FORM, JSON, "", "multipart/x"]),
)
def test_anything_sent_is_a_report(query: list[tuple[str, str]], body: bytes, content_type: str) -> None:
    """Never an exception: the app would send it for ever, and nothing behind it."""
    assert isinstance(read(query, body, content_type), Report)


@given(st.lists(DEEPER | VALUES, max_size=4) | DEEPER)
def test_any_json_is_a_report(document: object) -> None:
    """Every field may hold anything; what is kept is on Earth."""
    told = posted(document)

    assert all(-90 <= fix.lat <= 90 and -180 <= fix.lon <= 180 for fix in told.places)
    assert all(fix.course_deg is None or 0 <= fix.course_deg <= 360 for fix in told.places)


@given(
    lat=st.floats(-90, 90),
    lon=st.floats(-180, 180),
    at=st.integers(0, 2**33),
    knots=st.floats(0, 100),
    batt=st.integers(0, 100),
    alarmed=st.booleans(),
    as_form=st.booleans(),
)
def test_a_well_formed_fix_comes_back_in_its_numbers(
    lat: float, lon: float, at: int, knots: float, batt: int, alarmed: bool, as_form: bool
) -> None:
    """In a query or in a form."""
    sent = said(lat=lat, lon=lon, timestamp=at, speed=knots, batt=batt, alarm="sos" if alarmed else None)
    told = read({}, urlencode(sent).encode(), FORM) if as_form else read(sent, b"")
    fix = only(told)

    assert (fix.lat, fix.lon, fix.at, fix.battery_pct, told.sos) == (lat, lon, at, batt, alarmed)
    assert fix.speed_mps == pytest.approx(knots * 1852 / 3600)


@given(lat=st.floats(-90, 90), lon=st.floats(-180, 180), speed=st.floats(0, 90), percent=st.integers(0, 100))
def test_a_well_formed_location_of_version_nine_comes_back(lat: float, lon: float, speed: float, percent: int) -> None:
    """To the last digit."""
    told = posted(v9(coords={"latitude": lat, "longitude": lon, "speed": speed}, battery={"level": percent / 100}))

    assert (only(told).lat, only(told).lon, only(told).speed_mps, told.battery_pct) == (lat, lon, speed, percent)
