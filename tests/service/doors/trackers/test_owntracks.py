"""What OwnTracks says on Anna's phone, and what it is answered."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.doors.trackers.loose import MOST
from service.doors.trackers.owntracks import REGION_NAME, Region, answer, read
from service.doors.trackers.reported import Place, Report

AT = 1_793_658_600
ANNAS = "annas-phone"
HOME = Region(lat=51.4412, lon=-0.1523, radius_m=120.4)


def location(**fields: object) -> dict[str, object]:
    """A location as her phone writes it, with these fields changed or added."""
    return {"_type": "location", "_id": "5ca1ab1e", "tid": "an", "lat": 51.4571, "lon": -0.1489, "tst": AT, **fields}


def transition(**fields: object) -> dict[str, object]:
    """Her phone noticed a region."""
    said = {"_type": "transition", "event": "enter", "desc": "Gym", "t": "c", "wtst": 1_700_000_000, "acc": 12}
    return {**said, "lat": 51.4412, "lon": -0.1524, "tst": AT, **fields}


def report(*said: object) -> Report:
    """The report of one POST."""
    return read(json.dumps(said[0] if len(said) == 1 else said).encode(), ANNAS)


def place(*said: object) -> Place:
    """Its only place."""
    (only,) = report(*said).places
    return only


def ours() -> dict[str, object]:
    """The region that we put on her phone, as the phone got it."""
    (command,) = json.loads(answer(region=HOME))
    waypoint: dict[str, object]
    (waypoint,) = command["waypoints"]["waypoints"]
    return waypoint


def test_a_location_is_a_place() -> None:
    """Where and when, in the app's own clock."""
    fix = place(location())

    assert (fix.lat, fix.lon, fix.at) == (51.4571, -0.1489, float(AT))


def test_the_report_is_of_the_device_that_sent_it() -> None:
    """The topic inside is what the app made up."""
    assert report(location(topic="owntracks/dad/tablet")).device == ANNAS


def test_a_full_location_is_read_whole() -> None:
    """Speed from km/h, course, altitude, accuracy and battery."""
    fix = place(location(acc=9, vel=18, cog=271, alt=33, batt=64))

    assert (fix.accuracy_m, fix.speed_mps, fix.course_deg, fix.altitude_m, fix.battery_pct) == (9, 5, 271, 33, 64)


def test_numbers_may_be_text() -> None:
    """Some builds write them so."""
    said = location(lat="51.4571", lon="-0.1489", tst=str(AT), vel="18", batt="64.0")

    assert place(said) == place(location(vel=18, batt=64))


@pytest.mark.parametrize("field", ["accuracy_m", "speed_mps", "course_deg", "altitude_m", "battery_pct"])
def test_what_is_absent_is_not_zero(field: str) -> None:
    """The app writes no zeros: she may stand still, or nobody knows."""
    assert getattr(place(location()), field) is None


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("acc", "accuracy_m"),
        ("vel", "speed_mps"),
        ("cog", "course_deg"),
        ("alt", "altitude_m"),
        ("batt", "battery_pct"),
    ],
)
def test_a_zero_that_is_written_is_one(name: str, field: str) -> None:
    """Other clients write them."""
    assert getattr(place(location(**{name: 0})), field) == 0


@pytest.mark.parametrize("name", ["acc", "vel", "cog", "batt"])
def test_minus_one_is_unknown(name: str) -> None:
    """As an iPhone writes it, without fault."""
    told = report(location(**{name: -1}))

    assert (told, told.unread) == (report(location()), ())


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"cog": 361}, "cog: out of range"),
        ({"batt": 130}, "batt: out of range"),
        ({"vel": "brisk"}, "vel: not a number"),
        ({"alt": [1]}, "alt: not a number"),
        ({"_id": "\0"}, "_id: not readable"),
        ({"tst": "late"}, "tst: not a time"),
    ],
)
def test_one_bad_field_does_not_lose_the_place(fields: dict[str, object], sentence: str) -> None:
    """The rest is kept, and the field is named."""
    told = report(location(**fields))

    assert (len(told.places), told.unread) == (1, (sentence,))


@pytest.mark.parametrize(
    ("fields", "sentences"),
    [
        ({"lat": 95}, ("lat: out of range",)),
        ({"lon": "west"}, ("lon: not a number",)),
        ({"lat": None, "lon": None}, ("lat: missing", "lon: missing")),
    ],
)
def test_a_location_without_coordinates_is_no_place(fields: dict[str, object], sentences: tuple[str, ...]) -> None:
    """Its battery still counts."""
    told = report(location(batt=41, **fields))

    assert (told.places, told.unread, told.battery_pct) == ((), sentences, 41)


def test_without_a_time_there_is_none() -> None:
    """When it came is all there is, and that is not known here."""
    assert place({"_type": "location", "lat": 51.4, "lon": -0.1}).at is None


def test_a_location_sent_again_is_the_same() -> None:
    """Our answer was lost on the way."""
    assert place(location()).ident == place(location(created_at=AT + 900)).ident


def test_two_locations_are_two() -> None:
    """Each has its own name from the app."""
    assert place(location()).ident != place(location(_id="0ddba115")).ident


def test_without_a_name_time_and_spot_tell_them_apart() -> None:
    """An iPhone gives none."""
    first, again, later = (place(location(_id=None, tst=tst)).ident for tst in (AT, AT, AT + 1))

    assert first == again != later


def test_a_location_beside_a_transition_is_another_fix() -> None:
    """An iPhone sends both with one time and spot; the transition must not be taken for a repetition."""
    beside = location(_id=None, lat=51.4412, lon=-0.1524)

    assert place(beside).ident != place(transition()).ident


@pytest.mark.parametrize("mark", [{"wtst": ours()["tst"]}, {"wtst": str(ours()["tst"])}, {"rid": ours()["rid"]}])
def test_entering_our_region_is_told(mark: dict[str, object]) -> None:
    """Android gives back its time, an iPhone its name as well."""
    assert place(transition(desc=REGION_NAME, **mark)).entered is True


def test_leaving_our_region_is_not_entering_it() -> None:
    """She went on."""
    assert place(transition(event="leave", rid=ours()["rid"])).entered is False


def test_a_region_of_her_own_is_no_arrival() -> None:
    """Even one that she called like ours."""
    assert place(transition(desc=REGION_NAME)).entered is False


def test_a_location_never_enters() -> None:
    """Only what the phone itself noticed does."""
    assert place(location(event="enter", rid=ours()["rid"])).entered is False


def test_a_transition_is_a_place_too() -> None:
    """The phone was there."""
    fix = place(transition())

    assert (fix.lat, fix.lon, fix.at, fix.accuracy_m) == (51.4412, -0.1524, float(AT), 12.0)


def test_a_beacon_is_no_place() -> None:
    """It has no coordinates, and the app writes zeros for them."""
    told = report(transition(t="b", acc=0.0, lat=0.0, lon=0.0))

    assert (told.places, told.unread) == ((), ())


@pytest.mark.parametrize(
    "said",
    [
        {"_type": "lwt", "tst": AT},
        {"_type": "steps", "tst": AT, "steps": 900},
        {"_type": "cmd", "action": "dump"},
        {"_type": "card", "name": "Anna", "face": "aGVsbG8="},
        {"_type": "waypoint", "desc": "Gym", "lat": 51.44, "lon": -0.15, "rad": 90, "tst": 1_700_000_000},
        {"_type": "waypoints", "waypoints": [{"_type": "waypoint", "desc": "Gym", "lat": 51.44, "lon": -0.15}]},
        {"_type": "beacon", "desc": "keys", "tst": AT},
        {"_type": "status", "android": {"wifi": 1}},
    ],
)
def test_what_is_of_no_use_is_known(said: dict[str, object]) -> None:
    """It says that the phone is there, and nothing is wrong with it."""
    assert report(said) == Report(device=ANNAS)


@pytest.mark.parametrize("body", [b"", b" ", b"[]"])
def test_an_empty_post_says_that_the_phone_is_there(body: bytes) -> None:
    """The app sends them."""
    assert read(body, ANNAS) == Report(device=ANNAS)


def test_an_encrypted_message_is_named() -> None:
    """It is locked with a secret of hers; nothing in it is a fault."""
    told = report({"_type": "encrypted", "_id": "0b", "data": "bm90IG91cnM="})

    assert told == Report(device=ANNAS, encrypted=True)


def test_several_messages_come_in_one_list() -> None:
    """In the order they were written."""
    told = report(location(tst=AT), {"_type": "lwt", "tst": AT}, location(tst=AT + 9))

    assert [fix.at for fix in told.places] == [AT, AT + 9]


def test_one_bad_message_does_not_lose_its_neighbours() -> None:
    """Each is read by itself."""
    told = report(location(lat="?"), 4, location())

    assert (len(told.places), set(told.unread)) == (1, {"lat: not a number", "body: something that is no object"})


def test_the_last_battery_is_the_phones() -> None:
    """A queue brings the old ones first."""
    assert report(location(batt=60), location(batt=52), location()).battery_pct == 52


@pytest.mark.parametrize("kind", ["parcel", 7, ["location"]])
def test_a_type_that_nobody_knows_is_named(kind: object) -> None:
    """Without repeating it."""
    told = report(location(_type=kind))

    assert (told.places, told.unread) == ((), ("_type: not known",))


def test_coordinates_without_a_type_are_a_location() -> None:
    """A client that somebody wrote for her."""
    told = report({"lat": 51.4571, "lon": -0.1489, "tst": AT})

    assert (len(told.places), told.unread) == (1, ("_type: missing",))


def test_an_object_of_nothing_is_named() -> None:
    """And is no place."""
    assert report({}) == Report(device=ANNAS, unread=("_type: missing",))


@pytest.mark.parametrize(
    "said",
    [
        {"_type": "configuration", "ping": 15},
        {"_type": "dump", "configuration": {"_type": "configuration", "ping": 15}},
    ],
)
def test_the_app_may_show_how_often_it_speaks(said: dict[str, object]) -> None:
    """Its settings write that in minutes."""
    assert report(said).heartbeat_s == 900.0


@pytest.mark.parametrize("ping", [None, 0, -1, "often"])
def test_without_that_there_is_no_heartbeat(ping: object) -> None:
    """Never one of no seconds."""
    assert report({"_type": "configuration", "ping": ping}).heartbeat_s is None


def test_of_too_many_places_the_last_are_kept() -> None:
    """And that is said."""
    told = report(*(location(tst=AT + n) for n in range(MOST + 3)))

    assert (len(told.places), told.places[-1].at, len(told.unread)) == (MOST, AT + MOST + 2, 1)


@pytest.mark.parametrize("body", [b"\xff\xfe\0", b"[" * 500_000, b"lat=1&lon=2", b'{"_type":"location","lat":'])
def test_garbage_is_named(body: bytes) -> None:
    """It is counted and answered like all else."""
    assert read(body, ANNAS) == Report(device=ANNAS, unread=("body: not JSON",))


def test_a_sentence_never_repeats_what_was_sent() -> None:
    """What could not be read goes into logs."""
    told = report(location(vel="secret", cog="secret", tst="secret", _id="secret\0"), {"_type": "secret"}, "secret")

    assert "secret" not in " ".join(told.unread)


def test_nothing_to_say_is_an_empty_list() -> None:
    """Anything that is no JSON array would make the app send again."""
    assert answer() == b"[]"


def test_the_app_can_be_asked_where_she_is() -> None:
    """In its own words."""
    assert json.loads(answer(locate=True)) == [{"_type": "cmd", "action": "reportLocation"}]


def test_her_destination_becomes_a_region_on_her_phone() -> None:
    """Nested twice, as both apps read it."""
    (command,) = json.loads(answer(region=HOME))

    assert (command["_type"], command["action"]) == ("cmd", "setWaypoints")
    assert command["waypoints"]["_type"] == "waypoints"
    assert ours()["_type"] == "waypoint"
    assert (ours()["lat"], ours()["lon"]) == (HOME.lat, HOME.lon)


def test_the_region_is_set_before_she_is_located() -> None:
    """The app obeys in order, and may notice at once that she is there."""
    commands = json.loads(answer(locate=True, region=HOME))

    assert [command["action"] for command in commands] == ["setWaypoints", "reportLocation"]


def test_a_new_destination_replaces_the_last() -> None:
    """Android knows a region by its time, an iPhone by its name: both stay."""
    (command,) = json.loads(answer(region=Region(lat=51.5, lon=0.1)))
    (later,) = command["waypoints"]["waypoints"]

    assert (later["tst"], later["rid"], later["desc"]) == (ours()["tst"], ours()["rid"], ours()["desc"])


@pytest.mark.parametrize(("radius_m", "written"), [(120.4, 120), (0.2, 1)])
def test_the_radius_is_whole_metres(radius_m: float, written: int) -> None:
    """Android refuses the whole answer for a fraction."""
    (command,) = json.loads(answer(region=Region(lat=51.5, lon=0.1, radius_m=radius_m)))

    assert str(command["waypoints"]["waypoints"][0]["rad"]) == str(written)


def test_the_name_of_the_region_has_no_colon() -> None:
    """An iPhone would take the rest for a beacon."""
    assert ":" not in REGION_NAME
    assert ours()["desc"] == REGION_NAME


@given(st.binary())
def test_any_bytes_are_a_report(body: bytes) -> None:
    """Never an exception: the app would send it for ever."""
    assert read(body, ANNAS).device == ANNAS


VALUES = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.lists(st.integers(), max_size=2)
NAMES = ["_type", "_id", "lat", "lon", "tst", "acc", "vel", "cog", "alt", "batt", "event", "wtst", "rid", "ping"]
OBJECTS = st.dictionaries(st.sampled_from(NAMES), VALUES | st.sampled_from(["location", "transition", "enter", "dump"]))


@given(st.lists(OBJECTS | VALUES, max_size=4))
def test_any_messages_are_a_report(said: list[object]) -> None:
    """Every field may hold anything; what is kept is on Earth."""
    told = read(json.dumps(said).encode(), ANNAS)

    assert all(-90 <= fix.lat <= 90 and -180 <= fix.lon <= 180 for fix in told.places)
    assert all(fix.accuracy_m is None or fix.accuracy_m >= 0 for fix in told.places)


@given(
    lat=st.floats(-90, 90),
    lon=st.floats(-180, 180),
    tst=st.integers(0, 2**33),
    vel=st.floats(0, 500),
    batt=st.integers(0, 100),
    as_text=st.booleans(),
)
def test_a_well_formed_location_comes_back_in_its_numbers(
    lat: float, lon: float, tst: int, vel: float, batt: int, as_text: bool
) -> None:
    """As numbers or as text."""
    said: dict[str, object] = {"lat": lat, "lon": lon, "tst": tst, "vel": vel, "batt": batt}
    fix = place(location(**({name: repr(value) for name, value in said.items()} if as_text else said)))

    assert (fix.lat, fix.lon, fix.at, fix.battery_pct) == (lat, lon, tst, batt)
    assert fix.speed_mps == pytest.approx(vel / 3.6)


def test_a_ping_repeats_a_place() -> None:
    """The app is alive; nobody has measured anew where she is. So is a place of a time that nobody can read."""
    said = [location(t="p"), location(t="u"), location(), location(tst="soon"), location(tst=None)]
    assert [report(one).places[0].pinged for one in said] == [True, False, False, True, False]
