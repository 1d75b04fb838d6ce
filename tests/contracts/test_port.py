"""The port's own arithmetic: where a row and a unit belong. What stores promise is in contracts."""

import pytest

from service.store import FeedGap, Put, Unit, partition_of, partition_of_unit


def test_partition_is_crc32_of_the_travellers_id() -> None:
    """A traveller's partition never changes with the process that computes it: three known answers."""
    assert [partition_of(key) for key in ("anna", "dad", "k3f0q8")] == [7, 1, 2]
    assert partition_of("123456789", 2**32) == 0xCBF43926


def test_a_traveller_and_her_journeys_share_a_partition() -> None:
    """Everything of Anna's lands together, so one commit can hold it."""
    assert {partition_of(key) for key in ("anna", "anna-1", "anna-27")} == {partition_of("anna")}


def test_a_unit_belongs_where_its_first_row_does() -> None:
    """The first row decides, whatever else the unit holds."""
    plain = Unit("c", (Put("dad-3", 4, b""),))
    full = Unit("c", (Put("dad-3", 4, b""), Put("dad", 1, None)), wakes=(("dad-3", 1.0),), track=(("dad-3", b""),))
    assert partition_of_unit(plain) == partition_of_unit(full) == partition_of("dad")


def test_a_unit_without_a_row_belongs_nowhere() -> None:
    """There is nothing that could say whether it was applied."""
    with pytest.raises(ValueError, match="at least one put in unit c:1"):
        partition_of_unit(Unit("c:1", ()))


def test_a_gap_says_where_to_go_on() -> None:
    """A reader without a snapshot finds the cursors in the exception."""
    assert FeedGap(["0-3", "0-9"]).resume == ["0-3", "0-9"]
    assert FeedGap().resume == []
