"""Which silences were to be expected. The row is told in tests/stories/test_rows_way.py."""

from typing import Any

from msgspec.structs import replace

from service.journey.model import Journey, Leg
from service.journey.silence import expected
from tests.builders import at, walk

DARK = Leg("foot", "home", 1800, 2000, dark=((600.0, 800.0),))


def lost(leg: Leg | None = None, *, expected: str | None = None, battery: int | None = None, **seen: Any) -> Journey:
    """Anna at minute 5, and what was known of her when her phone fell silent."""
    fix = {"along_m": 590.0, "pace_mps": 1.25, "to_go_m": 1400.0, **seen}
    anna = walk(legs=() if leg is None else (leg,)).fix(minute=5, **fix).beat(battery_pct=battery, expected=expected)
    return anna.journey


def test_nothing_is_expected_of_an_ordinary_street() -> None:
    """A phone with half its battery, on a leg of which nothing is known."""
    assert expected(lost(battery=50)) == (None, None)
    assert expected(lost()) == (None, None)


def test_her_phones_own_word_comes_first() -> None:
    """Then the leg, then the stretch, then the battery."""
    under = replace(DARK, underground=True)
    assert expected(lost(under, expected="screen_locked", battery=5)) == ("screen_locked", None)
    assert expected(lost(under, battery=5)) == ("underground leg", None)
    assert expected(lost(DARK, battery=5))[0] == "dark stretch"
    assert expected(lost(battery=10)) == ("battery", None)
    assert expected(lost(battery=11)) == (None, None)


def test_a_dark_stretch_explains_as_long_as_it_takes_and_half_as_long_again() -> None:
    """210 m at 1.25 m/s are 168 s; without a pace of her own the usual one counts."""
    assert expected(lost(DARK)) == ("dark stretch", at(5) + 252)
    assert expected(lost(DARK, pace_mps=None)) == ("dark stretch", at(5) + 1.5 * 210 / 1.3)


def test_a_silence_that_began_before_the_stretch_or_after_it_is_not_explained() -> None:
    """She was to be in it before the silence was noticed: within a minute, here 75 m."""
    assert expected(lost(DARK, along_m=526.0))[0] == "dark stretch"
    assert expected(lost(DARK, along_m=524.0)) == (None, None)
    assert expected(lost(DARK, along_m=800.0))[0] == "dark stretch"
    assert expected(lost(DARK, along_m=801.0)) == (None, None)


def test_without_a_place_along_the_way_no_stretch_is_known() -> None:
    """Off her route, or never seen."""
    assert expected(lost(DARK, along_m=None)) == (None, None)
    assert expected(walk(legs=(DARK,)).journey) == (None, None)


def test_the_stretches_of_another_leg_explain_nothing() -> None:
    """She is on the second leg; the first one's tunnel lies behind her."""
    anna = replace(walk(legs=(DARK, Leg("foot", "home", 600, 700))).fix(minute=5, along_m=590.0).journey, leg=1)
    assert expected(anna) == (None, None)
