"""Four measurements over one time axis, each with its limit."""

import re
from dataclasses import replace
from xml.etree import ElementTree

import pytest

from service.replay.run import Setup, replayed
from service.replay.strips import STRIPS, clock, strips
from service.replay.trace import ZERO_AT
from tests.service.replay.walking import STREET, fixes, lived, parallel, rested, straight, trace


def drawn(inside: str) -> ElementTree.Element:
    return ElementTree.fromstring(f"<svg>{inside}</svg>")


def words(inside: str) -> list[str]:
    return [one.text or "" for one in drawn(inside).iter("text")]


def test_every_measurement_names_its_unit_and_its_limit() -> None:
    """Forty metres, six metres a second, five minutes; what is left is held against nothing."""
    inside, height = strips(lived(straight()).steps, 960)

    assert [f"{one.title}, {one.unit}" for one in STRIPS] == [w for w in words(inside) if ", " in w]
    assert [w for w in words(inside) if w.startswith("limit")] == ["limit 40", "limit 6", "limit 5"]
    assert height > 400


def test_what_is_beyond_a_limit_is_filled() -> None:
    """On the next street, and on a bench for eight minutes."""

    def past(inside: str) -> list[str]:
        return [one.get("d") or "" for one in drawn(inside).iter("path") if one.get("class") == "past"]

    assert [bool(d) for d in past(strips(lived(parallel()).steps, 960)[0])] == [True, False, False]
    assert [bool(d) for d in past(strips(lived(rested()).steps, 960)[0])] == [False, False, True]


def test_where_nothing_came_no_line_is_drawn() -> None:
    """Shaded where her phone was heard without a place, hatched too where it was not heard."""
    spots = [*straight(130.0), *straight(260.0, from_m=130.0, from_s=700.0)]
    heard, _ = strips(lived(spots).steps, 960)
    silent, _ = strips(replayed(trace(spots), STREET, Setup(heard=False)).steps, 960)

    assert ('class="gap"' in heard, "url(#hatch960)" in heard) == (True, False)
    assert ('class="gap"' in silent, "url(#hatch960)" in silent) == (True, True)


def test_fifty_thousand_fixes_make_no_larger_a_picture() -> None:
    """What stands in one column of pixels is drawn once."""
    few = lived(straight()).steps
    inside, _ = strips([replace(few[n % len(few)], at=ZERO_AT + n) for n in range(50_000)], 960)

    assert len(inside) < 400_000


def test_nothing_is_nothing() -> None:
    """No steps, no drawing; and one fix is a drawing of one fix."""
    assert strips((), 960) == ("", 0.0)
    assert drawn(strips(lived([(0.0, 0.0, 0.0)]).steps, 358)[0]) is not None


@pytest.mark.parametrize(("seconds", "shown"), [(0, "0:00:00"), (3725.4, "1:02:05"), (-5, "-0:00:05")])
def test_times_are_since_she_set_off(seconds: float, shown: str) -> None:
    """Hours, minutes, seconds."""
    assert clock(seconds) == shown


def test_a_jump_off_the_paper_stays_on_it() -> None:
    """One fix three kilometres off leaves the axis where the limit can still be read."""
    far = [*straight(260.0), (400.0, 260.0, 3000.0), *straight(520.0, from_m=260.0, from_s=500.0)]
    inside, _ = strips(replayed(trace(far), STREET).steps, 960)

    assert fixes(far)[0].at == ZERO_AT
    assert all(float(y) >= 0.0 for y in re.findall(r"[ML]\d+\.\d (-?\d+\.\d)", inside))
