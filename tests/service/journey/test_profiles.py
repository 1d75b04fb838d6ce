"""Profiles against each other; their numbers are told row by row in tests/stories and printed in docs/timings.md."""

import pytest

from service.journey.profiles import HIGH_RISK, PROFILES, RELAXED, STANDARD

GRACE_S = [60.0 * m for m in (0, 5, 30, 90, 600)]


def test_there_are_three() -> None:
    """By the names a journey stores."""
    assert set(PROFILES) == {"relaxed", "standard", "high_risk"}


@pytest.mark.parametrize("plan_s", GRACE_S)
def test_a_careful_profile_never_waits_longer(plan_s: float) -> None:
    """High-risk ≤ standard ≤ relaxed, for every plan and every cause."""
    graces = [p.grace_s(plan_s) for p in (HIGH_RISK, STANDARD, RELAXED)]
    assert graces == sorted(graces)
    for name in ("lost_concern_s", "vehicle_concern_s", "off_route_concern_s", "stalled_concern_s", "stalled_s"):
        waits = [getattr(p, name) for p in (HIGH_RISK, STANDARD, RELAXED)]
        told = [w for w in waits if w is not None]
        assert told == sorted(told)
        assert None not in waits[:2]


def test_a_fix_is_fresh_for_one_and_a_half_cadences_and_at_least_half_a_minute() -> None:
    """As docs/protocol.md defines it; and at most a minute and a half, however seldom a tracker app speaks."""
    assert [STANDARD.fresh_s(c) for c in (5.0, 10.0, 60.0, 900.0)] == [30, 30, 90, 90]
