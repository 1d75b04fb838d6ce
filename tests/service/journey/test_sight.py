"""Who sees what, level by level."""

import pytest
from msgspec.structs import replace

from alerts.contact import Recipient
from service.journey.company import asked_company, ended_company
from service.journey.cover import shown_to
from service.journey.model import OPERATORS, Cause, Incident, Level, Proof
from service.journey.sight import Sight, operators_sight, sight_of, told_of_less, was_told
from tests.builders import BETH, CHLOE, Walk, at, overdue, people, walk


def concern() -> Walk:
    """Her phone was lost for a quarter of an hour: everybody has been told."""
    return walk().to(20)


def test_while_nothing_is_wrong_nobody_sees_a_place() -> None:
    """Since when, due, state for operators and for those she chose to tell; the others see nothing at all."""
    anna = walk(tell=("beth",)).journey
    assert sight_of(anna, "beth") is Sight.STATUS
    assert operators_sight(anna) is Sight.STATUS
    assert sight_of(anna, "dad") is Sight.NOTHING
    assert sight_of(anna, "somebody else") is Sight.NOTHING


def test_company_opens_the_place_to_those_she_asked() -> None:
    """And only as long as she wants it."""
    anna = walk()
    anna.do(lambda j: asked_company(j, ["beth", OPERATORS], at(1)))
    assert sight_of(anna.journey, "beth") is Sight.PLACE
    assert sight_of(anna.journey, "dad") is Sight.NOTHING
    assert operators_sight(anna.journey) is Sight.PLACE
    anna.do(lambda j: ended_company(j, at(2)))
    assert sight_of(anna.journey, "beth") is Sight.NOTHING


def test_a_concern_opens_the_street_to_those_who_were_told() -> None:
    """Beth was, and operators need no telling."""
    anna = concern()
    assert anna.incident.level is Level.CONCERN
    assert sight_of(anna.journey, "beth") is Sight.STREET
    assert operators_sight(anna.journey) is Sight.STREET


def test_the_track_opens_when_she_is_overdue_and_to_the_second_tier_when_it_is_told() -> None:
    """Chloe is told five minutes later, and sees nothing before."""
    anna = overdue()
    assert sight_of(anna.journey, "beth") is Sight.TRACK
    assert sight_of(anna.journey, "chloe") is Sight.NOTHING
    anna.to(anna.minute + 5)
    assert sight_of(anna.journey, "chloe") is Sight.TRACK
    anna.ends()
    assert sight_of(anna.journey, "beth") is Sight.STATUS


@pytest.mark.parametrize("alarm", ["concern", "overdue", "sos", "duress"])
def test_whom_she_never_shows_her_place_sees_a_status_whatever_happens(alarm: str) -> None:
    """Dad is told of everything, and is on the SOS list."""
    dad = Recipient(id="dad", primary=True, place=False)
    told = (BETH, dad, CHLOE)
    anna = walk(people=told).to(20) if alarm == "concern" else overdue(people=told)
    if alarm == "sos":
        anna.sos(window=False)
    if alarm == "duress":
        anna.ends(Proof.DURESS)
    view = shown_to(anna.journey, "dad")
    assert view.alarm is not None
    assert was_told(view.alarm, "dad")
    assert sight_of(view, "dad") is Sight.STATUS


def test_an_sos_opens_the_track_to_the_sos_list_alone() -> None:
    """Chloe was told of a concern, and goes on seeing that much."""
    anna = walk(people=(BETH, replace(CHLOE, tier=1))).to(20)
    assert sight_of(anna.journey, "chloe") is Sight.STREET
    anna.sos(window=False)
    assert sight_of(anna.journey, "beth") is Sight.TRACK
    assert sight_of(anna.journey, "chloe") is Sight.STREET


def test_who_was_told_that_she_is_overdue_keeps_what_that_opened() -> None:
    """An SOS on top takes nothing away from Chloe."""
    anna = overdue(people=(BETH, replace(CHLOE, tier=1)))
    anna.sos(window=False)
    assert sight_of(anna.journey, "chloe") is Sight.TRACK


def test_under_duress_who_is_not_on_the_list_sees_the_cover_story() -> None:
    """For Chloe it has ended."""
    anna = overdue(people=(*people("beth", "dad"), replace(CHLOE, tier=1)))
    anna.ends(Proof.DURESS)
    assert sight_of(shown_to(anna.journey, "beth"), "beth") is Sight.TRACK
    assert sight_of(shown_to(anna.journey, "chloe"), "chloe") is Sight.STATUS


def test_less_was_told_only_to_those_off_the_list_and_only_in_a_cry_for_help() -> None:
    """A ladder that knows the person has told her or him of it."""
    incident = Incident(id="i1", level=Level.CONCERN, cause=Cause.SIGNAL_LOST, opened_at=0.0)
    cry = replace(incident, level=Level.OPERATOR, cause=Cause.SOS)
    assert not told_of_less(incident, "chloe", on_sos_list=False)
    assert not told_of_less(cry, "beth", on_sos_list=True)
    assert told_of_less(cry, "chloe", on_sos_list=False)
