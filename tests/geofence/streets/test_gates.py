"""What she may walk through."""

import numpy as np
import pytest

from geofence.lighting import Where
from geofence.streets.format import Access
from geofence.streets.gates import Gates, is_open
from geofence.streets.region import Region

from .test_region import parts_of
from .walks import clock

HERE = Where(51.389, 0.504, "Europe/London")
NIGHTLY = Access("22:00-06:00", within=False, otherwise=True)


def gates(region: Region, at: float, no_steps: bool = False) -> Gates:
    """What is shut at one instant."""
    return Gates(region, HERE, lambda _x, _y: (at, at), no_steps)


@pytest.mark.parametrize(
    ("first", "last", "is_it"),
    [("12:00", "12:00", True), ("21:00", "21:59", True), ("21:50", "22:05", False), ("23:00", "23:30", False), ("05:50", "06:10", False)],
)  # fmt: skip
def test_a_gate_counts_as_open_only_as_long_as_she_may_come_by(first: str, last: str, is_it: bool) -> None:
    """One that shuts while she is on her way to it is shut, and so is one that opens then."""
    assert is_open(NIGHTLY, (clock(first), clock(last)), HERE) is is_it


def test_the_night_the_clocks_go_back_has_an_hour_more() -> None:
    """Shut until two: at half past one by summer time and, an hour later, at half past one by Greenwich time."""
    access = Access("00:00-02:00", within=False, otherwise=True)
    summer = clock("01:30", "2026-10-25")

    assert not is_open(access, (summer, summer), HERE)
    assert not is_open(access, (summer + 3600, summer + 3600), HERE)
    assert is_open(access, (summer + 2 * 3600, summer + 2 * 3600), HERE)


def test_what_is_open_round_the_clock_is_open_while_clocks_go_back() -> None:
    """In the minute before two o'clock becomes one o'clock as well."""
    always = Access("00:00-24:00", within=True, otherwise=False)
    changes = clock("00:00", "2026-10-25") + 2 * 3600.0  # by Greenwich time one o'clock

    assert all(is_open(always, (changes + s, changes + s), HERE) for s in (-90.0, -30.0, -1.0, 0.0, 30.0, 3600.0))


def test_a_long_walk_is_not_asked_about_for_ever() -> None:
    """A window of a year is looked at in two hundred places."""
    assert not is_open(NIGHTLY, (clock("12:00"), clock("12:00") + 365 * 86_400.0), HERE)


def test_an_escalator_is_barred_one_way(region: Region) -> None:
    """Its link can be walked in the direction in which it runs, and not against it."""
    (part,) = parts_of(region, "Escalator")
    link = np.array([region.part_link[part]])
    up = bool(region.part_rev[part]) is False
    both = gates(region, clock("12:00"))

    assert both.passes(part, up)
    assert not both.passes(part, not up)
    assert both.barred(link, np.array([up])).tolist() == []
    assert both.barred(link, np.array([not up])).tolist() == [0]


def test_steps_are_barred_for_who_avoids_them(region: Region) -> None:
    """Both ways, and only then."""
    (part,) = parts_of(region, "Jacob's Ladder")

    assert gates(region, clock("12:00")).admits(part)
    assert not gates(region, clock("12:00"), no_steps=True).admits(part)


def test_hours_shut_a_link_and_opening_hours_open_it(region: Region) -> None:
    """The gate by night; without a time nothing is shut."""
    (part,) = parts_of(region, "Gate")
    link, forward = np.array([region.part_link[part]]), np.array([True])

    assert gates(region, clock("12:00")).barred(link, forward).tolist() == []
    assert gates(region, clock("23:00")).barred(link, forward).tolist() == [0]
    assert Gates(region, HERE, None, False).barred(link, forward).tolist() == []


def test_what_nothing_is_said_of_is_open(region: Region) -> None:
    """High Street, all of it, at any hour."""
    links = region.part_link[parts_of(region, "High Street")]

    assert gates(region, clock("03:00"), no_steps=True).barred(links, np.ones(len(links), bool)).tolist() == []
