"""Clauses and what gives way."""

import pytest

from alerts.facts import Facts, Writer, dialable


@pytest.mark.parametrize(
    ("number", "region", "shown"),
    [
        ("+447700900123", "GB", "07700900123"),
        ("+447700900123", "FR", "+447700900123"),
        ("+33612345678", "GB", "+33612345678"),
        ("not a number", "GB", "not a number"),
    ],
)
def test_her_number_is_written_as_her_contact_dials_it(number: str, region: str, shown: str) -> None:
    """Dad taps or keys what he reads, without spaces; what is no number is shown as it is."""
    assert dialable(number, region) == shown


def test_the_place_gives_way_first_and_the_last_sight_last() -> None:
    """A long place goes, then long names, then the battery, then when she was seen; then nothing is left to cut."""
    writer = Writer(
        Facts(
            name="Alexandria-Josephine",
            as_of_at=0,
            near="Old High Street",
            battery_pct=9,
            last_seen_at=0,
            taken_by="Beth",
        )
    )
    lost: list[str] = []
    before = (writer.place, writer.name, writer.battery, writer.seen_at)
    while writer.give_way(400):
        after = (writer.place, writer.name, writer.battery, writer.seen_at)
        lost += [what for what, a, b in zip(("place", "name", "battery", "seen"), before, after, strict=True) if a != b]
        before = after
    assert lost == ["place", "name", "battery", "seen"]
    assert writer.name == "Alexandr"
    assert writer.who == "Beth"


def test_our_own_words_are_never_cut() -> None:
    """Where she gave no name the sentence keeps a whole one."""
    writer = Writer(Facts(name="", as_of_at=0))
    while writer.give_way(400):
        pass
    assert (writer.name, writer.who, writer.destination) == ("A friend", "Another contact", "her destination")
