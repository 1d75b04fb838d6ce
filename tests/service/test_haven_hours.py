"""When a place is open, on the nights on which that is hard to say."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from service.haven_hours import Where, opened, readable

KENT = (51.388, 0.504)
LONDON = Where(ZoneInfo("Europe/London"), "GB")


def utc(month: int, day: int, hour: int, minute: int = 0, year: int = 2026) -> float:
    return datetime(year, month, day, hour, minute, tzinfo=UTC).timestamp()


def at(
    hours: str, when: float, where: Where = LONDON, place: tuple[float, float] = KENT
) -> tuple[bool | None, float | None]:
    return opened(hours, *place, where, when)


@pytest.mark.parametrize(
    ("when", "said"),
    [
        (utc(10, 24, 23, 59), (True, utc(10, 25, 0, 30))),  # 00:59 in summer time
        (utc(10, 25, 0, 10), (True, utc(10, 25, 0, 30))),  # the first ten past one
        (utc(10, 25, 0, 40), (False, None)),
        (utc(10, 25, 1, 10), (None, None)),  # the second
        (utc(10, 25, 1, 40), (False, None)),
        (utc(10, 25, 20, 0), (True, utc(10, 26, 1, 30))),
    ],
)
def test_in_the_night_with_two_one_o_clocks_a_pub_closes_at_the_first_half_past_one(
    when: float, said: tuple[bool | None, float | None]
) -> None:
    """Nobody is sent there for the second: the landlord's clock may have struck once only."""
    assert at("20:00-01:30", when) == said


def test_who_closes_after_that_hour_is_open_right_through_it() -> None:
    """And an hour longer than on other nights."""
    for when in (utc(10, 24, 23), utc(10, 25, 0, 45), utc(10, 25, 1, 45)):
        assert at("20:00-03:00", when) == (True, utc(10, 25, 3))
    assert at("24/7", utc(10, 25, 1, 10)) == (True, None)


def test_in_the_night_that_loses_an_hour_it_closes_when_the_clock_leaps() -> None:
    """29 March: half past one is never shown; what closes at three is open for an hour less."""
    assert at("20:00-01:30", utc(3, 29, 0, 50)) == (True, utc(3, 29, 1))
    assert at("20:00-01:30", utc(3, 29, 1, 1)) == (False, None)
    assert at("20:00-03:00", utc(3, 29, 0, 50)) == (True, utc(3, 29, 2))


def test_it_never_closes_in_the_past() -> None:
    """Every ten minutes of both nights, for every closing time around the change."""
    for day in (utc(3, 28, 22), utc(10, 24, 22)):
        for closes in ("00:30", "01:00", "01:30", "02:00", "02:30", "03:00"):
            for minute in range(0, 420, 10):
                now = day + 60 * minute
                _, closes_at = at(f"20:00-{closes}", now)
                assert closes_at is None or closes_at > now


def test_public_holidays_are_those_of_the_country() -> None:
    """Good Friday in Britain; the day of Slovenian culture in Slovenia, and not here."""
    office = "Mo-Fr 09:00-17:00; PH off"
    assert at(office, utc(4, 3, 10)) == (False, None)
    assert at(office, utc(4, 2, 10))[0] is True
    slovenia = Where(ZoneInfo("Europe/Ljubljana"), "SI")
    assert at("09:00-17:00; PH off", utc(2, 8, 10), slovenia) == (False, None)
    assert at("09:00-17:00; PH off", utc(2, 8, 10))[0] is True


def test_on_a_day_that_is_a_holiday_somewhere_in_the_country_nobody_knows() -> None:
    """New Year's Day, and the bank holiday in August; unless it is open either way, until the earlier of the two."""
    for when in (utc(1, 1, 12, year=2027), utc(8, 31, 12), utc(12, 25, 12, year=2027)):
        assert at("09:00-17:00; PH off", when) == (None, None)
    assert at("Mo-Su,PH 08:00-23:00", utc(1, 1, 12, year=2027)) == (True, utc(1, 1, 23, year=2027))
    assert at("Mo-Fr 09:00-17:00; PH 10:00-13:00", utc(1, 1, 12, year=2027)) == (True, utc(1, 1, 13, year=2027))
    assert at("Mo-Su 09:00-17:00", utc(1, 1, 12, year=2027))[0] is True


def test_without_a_calendar_hours_with_holidays_are_unknown() -> None:
    """Of the country, or of its schools."""
    india = Where(ZoneInfo("Asia/Kolkata"), "IN")
    assert at("09:00-17:00; PH off", utc(6, 24, 6), india) == (None, None)
    assert at("09:00-17:00", utc(6, 24, 6), india)[0] is True
    assert at("09:00-17:00; SH off", utc(6, 24, 12)) == (None, None)


def test_the_sun_is_the_one_over_the_place() -> None:
    """Midsummer: a quarter past nine in Kent; in Lapland it does not set."""
    _, closes_at = at("sunrise-sunset", utc(6, 24, 12))
    assert closes_at == pytest.approx(utc(6, 24, 20, 18), abs=300)
    _, in_december = at("sunrise-sunset", utc(12, 21, 12))
    assert in_december == pytest.approx(utc(12, 21, 15, 50), abs=300)
    assert at("sunset-sunrise", utc(6, 24, 23), place=(69.9, 27.0)) == (False, None)


@pytest.mark.parametrize(
    "hours",
    [
        "",
        "whenever we like",
        "Mo-Fr 9am-5pm",
        "25:00-26:00",
        '"by appointment"',
        '00:00-24:00 open "ring the bell"',
        "00:00-24:00 unknown",
        "00:00-24:00; " + "x" * 255,
        "Mo 10:00-12:00; " * 3000,
    ],
)
def test_what_cannot_be_read_and_what_depends_is_unknown(hours: str) -> None:
    """And unknown is never open."""
    assert at(hours, utc(6, 24, 12)) == (None, None)


def test_when_it_closes_is_told_a_week_ahead() -> None:
    """Nobody asks for more, and looking through all years to come for it would hold up everybody's fixes: a hospital that
    is open day and night, holidays too, is as quickly answered as a pub."""
    but_christmas = "Mo-Su 00:00-24:00; Dec 25 off"

    assert at(but_christmas, utc(12, 1, 12)) == (True, None)
    assert at(but_christmas, utc(12, 20, 12)) == (True, utc(12, 25, 0))
    assert at("Mo-Su,PH 00:00-24:00", utc(12, 1, 12)) == (True, None)
    assert at("Mo-Su 00:00-24:00; Feb 30 off", utc(12, 1, 12))[1] is None


def test_no_instant_and_no_place_breaks_it() -> None:
    """A clock beyond all calendars, the pole, the date line, a country that is none."""
    for when in (float("nan"), float("inf"), 1e30, -1e30):
        assert at("24/7", when) == (None, None)
    for place in ((85.0, 180.0), (-85.0, -180.0)):
        assert at("sunrise-sunset", utc(6, 24, 12), place=place)[0] in (True, False)
    assert at("24/7", utc(6, 24, 12), Where(ZoneInfo("Europe/London"), "")) == (True, None)


def test_hours_that_say_nothing_are_told_from_none_at_all() -> None:
    """Whoever wrote them down hears that they cannot be read."""
    assert readable("", *KENT, LONDON)
    assert readable("Mo-Su 18:00-23:00", *KENT, LONDON)
    assert not readable("Mo-Su 6pm-11pm", *KENT, LONDON)
