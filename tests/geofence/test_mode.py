"""The three ways of going."""

from geofence.mode import MOVING_MPS, TOP_MPS, USUAL_MPS, Mode


def test_every_mode_has_its_speeds() -> None:
    """Each mode is slowest while moving, faster as usual and fastest at the top."""
    for mode in Mode:
        assert MOVING_MPS[mode] < USUAL_MPS[mode] < TOP_MPS[mode]


def test_a_mode_is_its_word() -> None:
    """The words that stand in plans and stored journeys."""
    assert [str(mode) for mode in Mode] == ["foot", "cycle", "ride"]
