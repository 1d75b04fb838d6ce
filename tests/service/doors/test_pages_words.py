"""Times and distances as people read them."""

from datetime import UTC, datetime

import pytest

from service.doors.pages_words import ago, clock_of, day_of, distance, lasting, number_in_words, when, zone_name

LONDON = "Europe/London"
FRIDAY = datetime(2026, 11, 20, 23, 14, 5, tzinfo=UTC).timestamp()
SUMMER = datetime(2026, 7, 3, 22, 14, tzinfo=UTC).timestamp()


def test_a_clock_time_is_the_readers_own() -> None:
    """In summer Kent's clocks are an hour ahead of UTC."""
    assert clock_of(FRIDAY, LONDON) == "23:14"
    assert clock_of(FRIDAY, LONDON, seconds=True) == "23:14:05"
    assert (clock_of(SUMMER, LONDON), zone_name(SUMMER, LONDON)) == ("23:14", "BST")


def test_a_day_is_written_out() -> None:
    """By the reader's calendar: late on Friday in summer it is Saturday in Rochester."""
    assert day_of(FRIDAY, LONDON) == "Friday 20 November 2026"
    assert day_of(SUMMER + 3600, LONDON) == "Saturday 4 July 2026"


def test_another_days_time_names_the_day() -> None:
    """Due after midnight is read before it."""
    assert when(FRIDAY + 3600, FRIDAY, LONDON) == "Sat 00:14"
    assert when(FRIDAY + 60, FRIDAY, LONDON) == "23:15"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (2.14, "2.1 s"),
        (48, "48 s"),
        (252, "4 min 12 s"),
        (1500, "25 min"),
        (7500, "2 h 5 min"),
        (7200, "2 h"),
        (-3, "0.0 s"),
    ],
)
def test_a_duration_is_as_fine_as_it_matters(seconds: float, words: str) -> None:
    """Tenths while it is fresh, minutes when it is long."""
    assert lasting(seconds) == words


@pytest.mark.parametrize(("passed_s", "words"), [(1, "just now"), (40, "40 s ago"), (1440, "24 min ago")])
def test_an_age_is_in_words(passed_s: float, words: str) -> None:
    """How old a place is decides what it is worth."""
    assert ago(FRIDAY - passed_s, FRIDAY) == words


def test_metres_become_kilometres() -> None:
    """Near is in metres, far in kilometres."""
    assert (distance(343), distance(1914)) == ("340 m", "1.9 km")


def test_a_number_is_written_as_at_home() -> None:
    """British numbers without the country code, others with it, and what is no number as it is."""
    assert number_in_words("+447700900123", "GB") == "07700 900123"
    assert number_in_words("+33612345678", "GB") == "+33 6 12 34 56 78"
    assert number_in_words("KP", "GB") == "KP"
