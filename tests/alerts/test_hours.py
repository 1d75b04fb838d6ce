"""Who is told first by the clock."""

import pytest

from alerts.contact import Recipient
from alerts.hours import in_hours, off_hours

NEW_YEARS_EVE = 1_767_222_000.0
"""Wednesday 31 December 2025, 23:00 in London."""
JULY = 1_751_353_200.0
"""Tuesday 1 July 2025, 07:00 UTC: 08:00 in London."""


@pytest.mark.parametrize(
    ("hours", "first"),
    [
        ("", True),
        ("24/7", True),
        ("22:00-06:00", True),
        ("We 22:00-24:00", True),
        ("Mo-Fr 09:00-17:00", False),
        ("Sa,Su", False),
        ("off", False),
        ("24/7 unknown", True),
    ],
)
def test_hours_are_read_as_opening_hours(hours: str, first: bool) -> None:
    """On a Wednesday at eleven at night; "unknown" is no reason to wait."""
    assert in_hours(hours, NEW_YEARS_EVE, "Europe/London") is first


@pytest.mark.parametrize("hours", ["Mo-Fr 9-17", "after work", "((((", " 24/7"])
def test_hours_that_cannot_be_read_are_always(hours: str) -> None:
    """Whoever wrote them is told as if there were none."""
    assert in_hours(hours, NEW_YEARS_EVE, "Europe/London")


def test_hours_are_those_of_her_zone_summer_time_included() -> None:
    """Seven UTC in July is eight in London, and nine in Berlin; a zone that nobody knows holds up nobody."""
    assert in_hours("08:00-09:00", JULY, "Europe/London")
    assert not in_hours("08:00-09:00", JULY, "Europe/Berlin")
    assert in_hours("off", JULY, "Europe/Atlantis")
    assert in_hours("off", JULY, "../secrets")


def test_they_never_leave_nobody() -> None:
    """With one in hours the other waits; with none in hours both are as if they had none."""
    beth, dad = Recipient(id="beth", hours="Mo-Fr 09:00-17:00"), Recipient(id="dad")
    assert off_hours((beth, dad), NEW_YEARS_EVE, "Europe/London") == {"beth"}
    assert off_hours((beth,), NEW_YEARS_EVE, "Europe/London") == frozenset()
    assert off_hours((), NEW_YEARS_EVE, "Europe/London") == frozenset()
