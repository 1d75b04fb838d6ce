"""What a ladder knows about its people."""

from msgspec.structs import replace

from alerts.rungs import Alarm
from alerts.told import Person, Said

from .people import BETH, begun


def test_only_who_cannot_or_cannot_be_reached_is_out() -> None:
    """Silence is not being out, nor is having seen it."""
    silent = Person(who=BETH)
    assert not silent.out
    assert not replace(silent, said=Said.SEEN).out
    assert replace(silent, said=Said.CANT).out
    assert replace(silent, unreachable=True).out


def test_the_cold_counts_from_the_last_word_of_anybody() -> None:
    """A contact's or an operator's."""
    ladder, _ = begun()
    day = ladder.timings.cold_s
    assert ladder.cold_from == day
    people = (replace(ladder.people[0], said=Said.SEEN, said_at=100.0), *ladder.people[1:])
    assert replace(ladder, people=people).cold_from == 100.0 + day
    assert replace(ladder, people=people, operator_at=900.0).cold_from == 900.0 + day


def test_told_names_whom_a_notice_was_made_for() -> None:
    """In the order of the list; whoever was told by an earlier ladder does not begin this one."""
    ladder, _ = begun()
    assert ladder.told == ("beth", "dad")
    assert ladder.first_told_at == 0.0
    assert replace(ladder, began_at=50.0).first_told_at is None


def test_sos_and_duress_are_urgent() -> None:
    """And nothing else is."""
    assert [alarm for alarm in Alarm if begun(alarm)[0].urgent] == [Alarm.SOS, Alarm.DURESS]
