"""*Walk with me*, and who has looked."""

import pytest
from msgspec.structs import replace

from alerts.ladder import Said
from alerts.notice import Kind
from service.journey.company import LOOKS_KEPT, SAFE, asked_company, ended_company, looked, looks_shown
from service.journey.cover import seen_by, shown_to, shown_to_her
from service.journey.events import CompanyAsked, CompanyEnded, Looked, SafeAsked
from service.journey.model import OPERATORS, Proof
from service.journey.sight import Sight, operators_sight, sight_of
from tests.builders import BETH, CHLOE, Walk, at, overdue, people, timer, walk


def asks(anna: Walk, *who: str) -> str:
    """She ticks these."""
    return anna.do(lambda j: asked_company(j, who, at(anna.minute))).code


def test_each_contact_she_asks_gets_the_link_once() -> None:
    """Asked, let go and asked again: one text; operators get none."""
    anna = walk()
    assert asks(anna, "beth", OPERATORS) == "done"
    anna.do(lambda j: ended_company(j, at(0)))
    asks(anna, "beth", "dad")
    assert anna.told() == [(0, "beth", "walk_with", "COMPANY", "sms"), (0, "dad", "walk_with", "COMPANY", "sms")]
    assert anna.journey.watchers == ("beth", "dad")


def test_ending_it_tells_nobody() -> None:
    """One tap, and nobody can look any more."""
    anna = walk()
    asks(anna, "beth", OPERATORS)
    rows = len(anna.rows)
    anna.do(lambda j: ended_company(j, at(1)))
    assert len(anna.rows) == rows
    assert sight_of(anna.journey, "beth") is Sight.NOTHING
    assert operators_sight(anna.journey) is Sight.STATUS
    assert [type(e) for e in anna.events if isinstance(e, CompanyAsked | CompanyEnded)] == [CompanyAsked, CompanyEnded]


def test_only_people_of_this_journey_who_may_see_her_place_are_asked() -> None:
    """A stranger's id, somebody removed, and *never my place* are passed over."""
    anna = walk(people=(*people("beth"), *people("dad", place=False)))
    asks(anna, "beth", "dad", "eve", "beth")
    assert anna.journey.watchers == ("beth",)
    anna.removes("beth")
    assert sight_of(anna.journey, "beth") is Sight.NOTHING


def test_asking_the_same_people_again_is_nothing_new() -> None:
    """No event, no text."""
    anna = walk()
    asks(anna, "beth")
    events = len(anna.events)
    assert asks(anna, "beth") == "done"
    assert len(anna.events) == events


def test_after_the_end_there_is_no_company() -> None:
    """Neither asked nor shown: closing ends it, and whoever was asked sees that it is over."""
    anna = walk().fix(minute=1)
    asks(anna, "beth")
    anna.ends()
    assert sight_of(anna.journey, "beth") is Sight.STATUS
    assert asks(anna, "dad") == "already_closed"
    assert anna.told("dad") == []


def test_whoever_knows_of_the_alarm_is_not_texted_that_she_goes_for_a_walk() -> None:
    """Beth and Dad were told at 41 and have the link; Chloe, who was not, gets it."""
    anna = timer().to(41)
    asks(anna, "beth", "chloe")
    assert [r[1] for r in anna.told() if r[2] == "walk_with"] == ["chloe"]
    assert anna.journey.watchers == ("beth", "chloe")


@pytest.mark.parametrize("goes_on", [True, False])
def test_under_a_cover_story_nobody_on_the_sos_list_hears_of_company(goes_on: bool) -> None:
    """Forced, she is made to ask Beth and Chloe to look on: Chloe hears what a true PIN would bring, Beth, who knows
    that she may be forced, nothing of it; her screen shows what it would show."""
    stories = {}
    for proof in (Proof.PIN, Proof.DURESS):
        anna = timer().to(36)
        if goes_on:
            anna.answers(proof=proof)
        else:
            anna.ends(proof)
        code = asks(anna, "beth", "chloe")
        stories[proof] = (code, shown_to_her(anna.journey).watchers, [r for r in anna.told("chloe") if r[0] == 36])
        if proof is Proof.DURESS:
            assert "walk_with" not in anna.kinds("beth", "dad")
            assert sight_of(shown_to(anna.journey, "beth"), "beth") is Sight.TRACK
    assert stories[Proof.DURESS] == stories[Proof.PIN]


def test_company_she_ended_under_a_cover_story_stays_ended() -> None:
    """Free again she keys her true PIN, and goes on: what her screen showed is what is so."""
    anna = timer(people=(BETH, CHLOE)).to(36)
    asks(anna, "chloe")
    anna.answers(proof=Proof.DURESS)
    anna.do(lambda j: ended_company(j, at(36)))
    anna.to(37)
    anna.answers(proof=Proof.PIN)
    assert anna.journey.shadow is None
    assert anna.journey.watchers == ()


def test_looks_within_five_minutes_are_one() -> None:
    """A page that stays open is one look from when to when; the first of them is an event."""
    anna = walk()
    asks(anna, "beth")
    for minute in (1, 2, 6):
        anna.to(minute).do(lambda j: looked(j, "beth", "place", at(anna.minute)))
    anna.to(12).do(lambda j: looked(j, "beth", "place", at(12)))
    first, second = looks_shown(anna.journey)
    assert (first.since, first.until, first.times) == (at(1), at(6), 3)
    assert second.since == at(12)
    assert [e.at for e in anna.events if isinstance(e, Looked)] == [at(1), at(12)]


def test_a_question_after_her_is_a_look_of_its_own() -> None:
    """`SAFE?` is shown to her beside the looks at her place."""
    anna = walk()
    anna.do(lambda j: looked(j, "beth", SAFE, at(0)))
    assert [e.by for e in anna.events if isinstance(e, SafeAsked)] == ["beth"]
    assert [look.what for look in looks_shown(anna.journey)] == [SAFE]


def test_looks_that_an_sos_allowed_are_shown_to_her_when_it_is_closed() -> None:
    """Whoever holds her phone meanwhile does not read who watches; a look of before is there all along."""
    anna = timer().to(1)
    asks(anna, "beth")
    anna.do(lambda j: looked(j, "beth", "place", at(1)))
    anna.to(2).sos(window=False)
    anna.do(lambda j: looked(j, "dad", "place", at(2)))
    assert [look.by for look in looks_shown(anna.journey)] == ["beth"]
    anna.cancels_sos()
    assert [look.by for look in looks_shown(anna.journey)] == ["beth", "dad"]


def test_an_overdue_alarm_hides_no_look() -> None:
    """It is only an SOS, and a duress, that somebody beside her must not know of."""
    anna = overdue()
    anna.do(lambda j: looked(j, "dad", "place", at(anna.minute)))
    assert [look.by for look in looks_shown(anna.journey)] == ["dad"]


def test_a_look_at_the_truth_is_not_on_the_screen_of_the_cover_story() -> None:
    """Beth looks at what is so, Chloe at the story; her screen knows of Chloe's."""
    anna = timer(people=(BETH, replace(CHLOE, tier=1))).to(36)
    asks(anna, "chloe")
    anna.answers(proof=Proof.DURESS)
    for who in ("beth", "chloe"):
        anna.keep(seen_by(anna.journey, who, "place", at(36)))
    assert [look.by for look in looks_shown(shown_to_her(anna.journey))] == ["chloe"]
    assert anna.says("beth", Said.TAKEN).code == "taken"
    assert anna.heard_of(Kind.WALK_WITH) == {"chloe"}


def test_the_newest_looks_are_kept() -> None:
    """A page that is looked at all night does not make a row without end."""
    anna = walk().journey
    for n in range(LOOKS_KEPT + 5):
        anna = looked(anna, "beth", "place", at(0) + n * 400).journey
    assert len(anna.looks) == LOOKS_KEPT
    assert anna.looks[-1].since == at(0) + (LOOKS_KEPT + 4) * 400
