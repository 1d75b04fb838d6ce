"""Numbers, times and objects as apps write them."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.doors.trackers.loose import MOST, Said, Unread, ident, latest, objects

HALF_PAST_TEN = 1_793_658_600.0  # 2026-11-02 22:30 UTC


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (4, 4.0),
        ("4", 4.0),
        (" 4.50 ", 4.5),
        ("4\x1f", 4.0),
        ("-.5", -0.5),
        ("7.", 7.0),
        ("1e2", 100.0),
        (0, 0.0),
        ("+3", 3.0),
    ],
)
def test_a_number_may_be_text(written: object, read: float) -> None:
    """Numbers and numeric text are one."""
    said = Said({"alt": written})

    assert (said.number("alt"), said.unread) == (read, {})


@pytest.mark.parametrize(
    "written",
    [
        "high",
        "1_000",
        "٤٢",
        "4,5",
        "nan",
        "Infinity",
        float("nan"),
        float("-inf"),
        "1e999",
        "9" * 65,
        "4\0",
        True,
        [4],
        {"a": 4},
        "\ud800",
    ],
)
def test_what_is_no_number_is_named_without_its_value(written: object) -> None:
    """It is then as if it had not been said."""
    said = Said({"alt": written})

    assert (said.number("alt"), list(said.unread)) == (None, ["alt: not a number"])


@pytest.mark.parametrize("written", [None, "", "  "])
def test_nothing_is_no_number_and_no_fault(written: object) -> None:
    """Absent, null and blank are the same, and none of them is zero."""
    said = Said({"alt": written})

    assert (said.number("alt"), said.unread) == (None, {})


def test_minus_zero_is_zero() -> None:
    """Two ways to write the meridian would be two fixes."""
    assert str(Said({"lon": "-0.0"}).number("lon")) == "0.0"


def test_the_first_name_with_a_value_counts() -> None:
    """Apps call one thing by several names, and leave some blank."""
    assert Said({"bearing": "", "heading": "88"}).number("bearing", "heading") == 88.0


def test_a_number_out_of_bounds_is_named() -> None:
    """A course of 400 degrees is none."""
    said = Said({"cog": 400})

    assert (said.amount("cog", most=360.0), list(said.unread)) == (None, ["cog: out of range"])


def test_minus_one_is_unknown_and_no_fault() -> None:
    """Phones write it for a speed that they do not know."""
    said = Said({"vel": -1})

    assert (said.amount("vel"), said.unread) == (None, {})


@pytest.mark.parametrize(
    ("level", "full", "percent"),
    [(71, 100.0, 71), ("71.0", 100.0, 71), (0.66, 1.0, 66), (1, 1.0, 100), (0, 100.0, 0), (-1, 1.0, None)],
)
def test_a_battery_is_percent(level: object, full: float, percent: int | None) -> None:
    """Whichever number the app calls full."""
    assert Said({"batt": level}).percent("batt", full=full) == percent


@pytest.mark.parametrize(("level", "full"), [(101, 100.0), (66, 1.0)])
def test_more_than_a_full_battery_is_named(level: object, full: float) -> None:
    """It would be shown to somebody who waits for her."""
    said = Said({"batt": level})

    assert (said.percent("batt", full=full), list(said.unread)) == (None, ["batt: out of range"])


@pytest.mark.parametrize(
    "written",
    [
        1_793_658_600,
        "1793658600",
        1_793_658_600_000,
        "1793658600000",
        "2026-11-02T22:30:00Z",
        "2026-11-02T22:30:00.000Z",
        "2026-11-02t22:30:00z",
        "2026-11-02T23:30:00+01:00",
        "2026-11-02T23:30:00+0100",
        "2026-11-02T23:30:00 01:00",
        "2026-11-02T22:30:00",
        "2026-11-02 22:30:00",
    ],
)
def test_a_time_has_many_dresses(written: object) -> None:
    """Seconds, milliseconds, ISO with or without zone, its plus eaten by a query, and a plain date and time in UTC."""
    assert Said({"timestamp": written}).at("timestamp") == HALF_PAST_TEN


def test_milliseconds_are_kept() -> None:
    """Two fixes of one second stay apart."""
    assert Said({"timestamp": "2026-11-02T22:30:00.862Z"}).at("timestamp") == pytest.approx(HALF_PAST_TEN + 0.862)


def test_seconds_stay_seconds_after_2038() -> None:
    """The limit between seconds and milliseconds lies far from both."""
    assert Said({"timestamp": "2500000000"}).at("timestamp") == 2_500_000_000.0


@pytest.mark.parametrize(
    "written",
    [
        "yesterday",
        -5,
        "1e300",
        1_793_658_600_000_000,
        "0001-01-01T00:00:00+23:59",
        "9999-12-31T23:59:59-23:59",
        "2026-13-40T99:00:00Z",
        "T" * 100,
        True,
        [],
        "\ud800T 01:00",
    ],
)
def test_what_is_no_time_is_named(written: object) -> None:
    """The place itself is kept: when it came is all there is."""
    said = Said({"tst": written})

    assert (said.at("tst"), list(said.unread)) == (None, ["tst: not a time"])


@pytest.mark.parametrize(("written", "read"), [(" b0771f55 ", "b0771f55"), (48_241, "48241"), ("Żółw", "Żółw")])
def test_a_name_is_short_text_or_an_integer(written: object, read: str) -> None:
    """Devices are numbers to some apps."""
    assert Said({"id": written}).text("id") == read


@pytest.mark.parametrize("written", ["a\0b", "\ud800", "x" * 129, True, 4.5, ["a"], "two\nlines"])
def test_what_could_hurt_as_a_name_is_named(written: object) -> None:
    """A name becomes a key and a line of a log."""
    said = Said({"id": written})

    assert (said.text("id"), list(said.unread)) == (None, ["id: not readable"])


@pytest.mark.parametrize(
    ("written", "yes"),
    [
        *((written, True) for written in (True, "true", "TRUE", " 1 ", 1)),
        *((written, False) for written in (False, "false", "0", None, [True], "yes?")),
    ],
)
def test_a_flag(written: object, yes: bool) -> None:
    """Only a clear yes is one."""
    assert Said({"mock": written}).flag("mock") is yes


def test_an_inner_object_tells_its_faults_to_the_outer() -> None:
    """One request has one list of what could not be read."""
    said = Said({"coords": {"speed": "fast"}, "battery": 3})
    said.inner("coords").number("speed")
    said.inner("battery")
    said.inner("extras")

    assert list(said.unread) == ["speed: not a number", "battery: not an object"]


@pytest.mark.parametrize(
    ("fields", "spot", "unread"),
    [
        ({"lat": 51.4, "lon": "-0.15"}, (51.4, -0.15), []),
        ({}, None, []),
        ({"lat": 51.4}, None, ["lon: missing"]),
        ({"lat": None, "lon": 0.1}, None, ["lat: missing"]),
        ({"lat": 90.1, "lon": 0}, None, ["lat: out of range"]),
        ({"lat": 0, "lon": -180.5}, None, ["lon: out of range"]),
        ({"lat": "north", "lon": 0}, None, ["lat: not a number"]),
        ({"lat": -90, "lon": 180}, (-90.0, 180.0), []),
    ],
)
def test_a_spot_is_both_coordinates(
    fields: dict[str, object], spot: tuple[float, float] | None, unread: list[str]
) -> None:
    """Neither is no fault; half a spot is."""
    said = Said(fields)

    assert (said.spot(), list(said.unread)) == (spot, unread)


def test_a_spot_that_is_needed_is_missed() -> None:
    """A location without coordinates says nothing."""
    said = Said({})

    assert (said.spot(needed=True), list(said.unread)) == (None, ["lat: missing", "lon: missing"])


def test_the_same_fix_has_the_same_identity() -> None:
    """The app sends it again when our answer was lost."""
    assert ident(None, 5.0, 51.4, -0.15) == ident(None, 5.0, 51.4, -0.15) != ident(None, 6.0, 51.4, -0.15)


def test_one_name_at_two_times_is_two_fixes() -> None:
    """A home-made client that names all alike must not look silent."""
    assert ident("fix", 5.0, 51.4, -0.15) != ident("fix", 6.0, 51.4, -0.15)


def test_the_apps_name_goes_before_the_spot() -> None:
    """The app knows best which fix it means."""
    assert ident("a1", 5.0, 51.4, -0.15) != ident("a2", 5.0, 51.4, -0.15)


@pytest.mark.parametrize("body", [b"", b"  \r\n", b"\0\0", b"[]", b"\xef\xbb\xbf[]"])
def test_an_empty_body_has_no_objects(body: bytes) -> None:
    """It only says that the phone is there."""
    unread: Unread = {}

    assert (objects(body, unread), unread) == ([], {})


@pytest.mark.parametrize("body", [b'{"a": 1}', b'[{"a": 1}]', b'\xef\xbb\xbf{"a": 1}', b'{"a": 0, "a": 1}'])
def test_one_object_or_a_list(body: bytes) -> None:
    """A byte order mark is no fault, and of a key written twice the last counts."""
    assert objects(body, {}) == [{"a": 1}]


def test_one_bad_letter_does_not_lose_the_rest() -> None:
    """Names of networks and regions come as the phone found them."""
    assert objects(b'{"ssid": "caf\xe9 \x00 \\ud800", "lat": 4}', {})[0]["lat"] == 4


@pytest.mark.parametrize(
    "body", [b"{", b"hello", b"[" * 500_000, b'{"a":' * 100_000, '{"lat": 1}'.encode("utf-16"), b"\xff" * 500_000]
)
def test_what_is_not_json_is_named(body: bytes) -> None:
    """Half a body, a page of text, brackets without end, another encoding."""
    unread: Unread = {}

    assert (objects(body, unread), list(unread)) == ([], ["body: not JSON"])


@pytest.mark.parametrize("body", [b"3", b'"text"', b"null", b"[1, null, []]", b"true"])
def test_what_is_no_object_is_named(body: bytes) -> None:
    """There is nothing in it to read."""
    unread: Unread = {}

    assert (objects(body, unread), list(unread)) == ([], ["body: something that is no object"])


def test_a_number_of_half_a_million_digits_is_no_number() -> None:
    """And is found out at once."""
    said = Said(objects(b'{"lat": %s}' % (b"7" * 500_000), {})[0])

    assert (said.number("lat"), list(said.unread)) == (None, ["lat: not a number"])


def test_of_too_many_the_last_are_read() -> None:
    """Where she is now matters most, and the rest is named."""
    unread: Unread = {}

    kept = latest(list(range(MOST + 5)), unread)

    assert (kept[0], kept[-1], len(unread)) == (5, MOST + 4, 1)


@given(st.binary())
def test_any_bytes_are_some_objects(body: bytes) -> None:
    """Never an exception."""
    assert isinstance(objects(body, {}), list)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)


@given(JSON)
def test_any_value_is_read_or_absent_or_named(value: object) -> None:
    """Whatever stands where a number, a time or a name should be."""
    said = Said(objects(json.dumps({"x": value}).encode(), {})[0])
    absent = said.given("x")[1] is None

    assert (said.number("x") is None) == (absent or "x: not a number" in said.unread)
    assert (said.at("x") is None) == (absent or "x: not a time" in said.unread)
    assert (said.text("x") is None) == (absent or "x: not readable" in said.unread)
