"""Operators and an open incident; what a claim does to the rounds is told in tests/stories."""

import pytest

from alerts.gateway import Delivery
from alerts.ladder import Said
from geofence.sighting import Standing
from service.journey import claims
from service.journey.advance import advance, next_wake
from service.journey.cover import shown_to, shown_to_her
from service.journey.events import IncidentClaimed, IncidentReleased, ResolutionProposed
from service.journey.model import CloseReason, JourneyState, Level, Police, Proof
from tests.builders import L2, Walk, at, journey, overdue, timer, walk


def forced() -> Walk:
    """Anna gave the duress PIN at minute 10."""
    anna = timer().to(10)
    anna.ends(Proof.DURESS)
    return anna


def cried() -> Walk:
    """Anna pressed SOS at minute 10."""
    anna = timer().to(10)
    anna.sos(window=False)
    return anna


def worried() -> Walk:
    """Anna's contacts have just been told that she seems to be in a vehicle; she is due at 90."""
    return walk(eta_min=90).streaming(9.5).fix(Standing.VEHICLE, minute=10).to(13)


@pytest.mark.parametrize("act", [claims.claimed, claims.renewed, claims.released])
def test_without_an_alarm_there_is_nothing_to_have(act: object) -> None:
    """Nothing is open, or only a question to her; a log and a close neither."""
    asked = walk(eta_min=90).streaming(9.5).fix(Standing.VEHICLE, minute=10)
    assert callable(act)
    assert act(journey(), "olga", at(1)).answer.code == "already_closed"
    assert act(asked.journey, "olga", at(10)).answer.code == "already_closed"
    for story in (journey(), asked.journey):
        assert claims.logged(story, "olga", "note", "x", at(10)).answer.code == "already_closed"
        assert claims.resolved(story, "olga", "found", at(10)).answer.code == "already_closed"


def test_a_claim_ends_by_itself_to_the_second() -> None:
    """Until then time changes nothing about it; what happened says how long it was held."""
    anna = overdue().to(L2 + 19)
    anna.operator("claimed")
    assert next_wake(anna.journey) == at(L2 + 20)
    assert advance(anna.journey, at(L2 + 20) - 0.001).journey == anna.journey
    lapsed = advance(anna.journey, at(L2 + 20))
    assert [(e.by, e.because) for e in lapsed.events if isinstance(e, IncidentReleased)] == [("olga", {"held_s": 60.0})]


def test_renewing_writes_only_when_the_minute_runs_low() -> None:
    """After ten seconds nothing, after thirty a new minute; claiming one's own is renewing it."""
    anna = overdue().to(L2 + 13)
    anna.operator("claimed")
    before = anna.to(L2 + 13 + 1 / 6).journey
    assert anna.operator("renewed").at == at(L2 + 14)
    assert anna.journey == before
    anna.to(L2 + 13.5)
    assert anna.operator("claimed").at == at(L2 + 14.5)
    assert anna.incident.claim is not None
    assert anna.incident.claim.since == at(L2 + 13)
    assert len([e for e in anna.events if isinstance(e, IncidentClaimed)]) == 1


def test_giving_back_what_nobody_has_is_done_already() -> None:
    """Twice, or after it lapsed."""
    anna = overdue().to(L2 + 13)
    assert anna.operator("released").code == "done"
    anna.operator("claimed")
    assert anna.operator("released").code == "done"
    assert anna.incident.claimed_by is None
    assert anna.operator("released").code == "done"


def test_a_rise_must_be_seen_anew() -> None:
    """Olga had the concern; it becomes overdue, and her page is told that she has it no more. So is a proposal."""
    anna = worried().attended(89)
    assert (anna.incident.level, anna.incident.claimed_by) == (Level.CONCERN, "olga")
    anna.to(97)
    assert (anna.incident.level, anna.incident.claimed_by) == (Level.OVERDUE, None)
    assert anna.operator("renewed").code == "lapsed"

    sos = cried()
    sos.operator("resolved", "found")
    sos.ends(Proof.DURESS)
    assert sos.incident.proposal is None


def test_the_log_keeps_what_was_done_and_what_came_of_it() -> None:
    """Nothing heard, too; and still after the end."""
    anna = overdue().to(L2 + 13)
    anna.operator("logged", "rang_her", "no answer")
    anna.operator("logged", "nothing_heard", "", by="omar")
    anna.operator("resolved", "found")
    anna.operator("logged", "note", "her sister called back")
    assert [(line.by, line.what, line.words) for line in anna.incident.log] == [
        ("olga", "rang_her", "no answer"),
        ("omar", "nothing_heard", ""),
        ("olga", "note", "her sister called back"),
    ]


def test_the_police_number_stands_beside_the_incident_and_pauses_nothing() -> None:
    """Rung by Olga; a later word without a number does not lose it."""
    anna = overdue().to(L2 + 1)
    anna.operator("logged", claims.POLICE_TOLD, "3107")
    assert anna.incident.police == Police(at(L2 + 1), "olga", "3107")
    anna.says("beth", Said.SEEN)
    anna.to(L2 + 3)
    assert [r[1] for r in anna.told() if r[4] == "call"] == ["dad"]
    anna.says("dad", Said.POLICE)
    assert anna.incident.police == Police(at(L2 + 3), "dad", "3107")


def test_one_operator_ends_what_is_no_cry_for_help() -> None:
    """With an outcome code, which is kept."""
    anna = overdue().to(L2 + 13)
    assert anna.operator("resolved", "found").code == "closed"
    assert anna.incident.resolved is not None
    assert (anna.incident.resolved.reason, anna.incident.resolved.by) == ("found", "olga")
    assert anna.journey.closed is not None
    assert anna.journey.closed.reason is CloseReason.OPERATOR


@pytest.mark.parametrize("cry", [cried, forced])
def test_an_sos_and_a_duress_take_two(cry: object) -> None:
    """Twice by Olga is one wish; another code by Omar is another wish; Olga agrees with that, and it is closed."""
    assert callable(cry)
    anna = cry().to(20)
    for _ in range(2):
        assert anna.operator("resolved", "found").code == "proposed"
    assert len([e for e in anna.events if isinstance(e, ResolutionProposed)]) == 1
    assert anna.operator("resolved", "with_police", by="omar").code == "proposed"
    assert anna.incident.is_open
    assert anna.operator("resolved", "with_police").code == "closed"
    assert anna.incident.resolved is not None
    assert anna.incident.resolved.reason == "with_police"


@pytest.mark.parametrize("cry", [cried, forced])
def test_her_call_back_word_makes_one_operator_enough(cry: object) -> None:
    """Whoever heard it has spoken to her."""
    assert callable(cry)
    anna = cry().to(20)
    assert anna.operator("resolved", "spoke_to_her", word_spoken=True).code == "closed"


def test_an_overdue_that_was_an_sos_once_still_takes_two() -> None:
    """What it has been stays with it to its end."""
    anna = timer().to(42)
    anna.sos(window=False)
    assert claims.takes_two(anna.incident)
    assert anna.operator("resolved", "found").code == "proposed"
    assert not claims.takes_two(overdue().incident)


def test_nobody_closes_over_an_sos_that_is_counting_down() -> None:
    """She pressed it a second ago, over an alarm that Olga is about to close: it fires."""
    anna = timer().to(42)
    anna.sos()
    answer = anna.operator("resolved", "found")
    assert (answer.ok, answer.code, answer.at) == (False, "counting", at(42) + 5)
    anna.to(43)
    assert "sos" in anna.kinds("beth")


@pytest.mark.parametrize("code", claims.STILL_ON_HER_WAY)
def test_after_a_concern_she_is_still_on_her_way(code: str) -> None:
    """Olga spoke to her: those told hear that the alert is closed, her ETA is watched as before, and the same cause is
    not asked about in the next minute."""
    anna = worried()
    answer = anna.operator("resolved", code)
    assert (answer.code, answer.at) == ("resolved", at(90))
    assert anna.state() is JourneyState.ACTIVE
    assert anna.kinds("beth") == ["concern", "closed"]
    anna.streaming(15, Standing.VEHICLE)
    assert anna.journey.open_incident is None
    anna.to(130)
    assert anna.kinds("beth")[-1] != "closed"


def test_found_with_the_police_or_due_she_is_on_no_way_any_more() -> None:
    """The other outcomes of a concern close the journey, and so does every outcome once she is due."""
    assert worried().operator("resolved", "with_police").code == "closed"
    due = worried().to(91)
    due.operator("resolved", "false_alarm")
    assert due.state() is JourneyState.CLOSED


def test_the_cover_story_knows_of_no_operator() -> None:
    """Neither claim, note, police nor proposal; Chloe and her own screen see what they saw."""
    anna = forced().to(20)
    before = anna.journey.shadow
    anna.operator("claimed")
    anna.operator("logged", claims.POLICE_TOLD, "3107")
    anna.operator("resolved", "found")
    assert anna.journey.shadow == before
    assert shown_to(anna.journey, "chloe") == before
    assert shown_to(anna.journey, "beth").incident == anna.incident
    assert anna.incident.claimed_by == "olga"


def test_one_operators_wish_ends_nothing_in_the_cover_story() -> None:
    """Under the cover she is overdue and Chloe was told; Olga alone proposes: Chloe hears no end before Omar agrees."""
    anna = timer().to(36)
    anna.answers(proof=Proof.DURESS)
    anna.to(58)
    assert anna.kinds("chloe") == ["overdue"]
    assert anna.operator("resolved", "found").code == "proposed"
    assert shown_to_her(anna.journey).alarm is not None
    assert anna.kinds("chloe") == ["overdue"]
    anna.to(59)
    assert anna.operator("resolved", "found", by="omar").code == "closed"
    assert anna.kinds("chloe") == ["overdue", "closed"]
    assert anna.journey.shadow is None


def test_with_the_cover_ends_the_waiting_of_those_who_wait_for_her() -> None:
    """Chloe asked to hear of her arrival; made to say OK, Anna is on her way as far as Chloe knows, until it is closed."""
    anna = timer(tell=("chloe",)).to(36)
    anna.answers(proof=Proof.DURESS)
    anna.to(40)
    anna.operator("resolved", "found", word_spoken=True)
    assert anna.kinds("chloe") == ["started", "arrived"]


def test_a_line_of_ours_is_no_word_about_her() -> None:
    """That nobody was signed on is written down; it keeps nothing warm."""
    anna = overdue().to(L2 + 13)
    before = anna.incident.ladder
    anna.do(lambda j: claims.logged(j, "nobody", "note", "x", at(L2 + 13), by_a_person=False))
    assert anna.incident.ladder == before
    anna.operator("logged", "note", "x")
    assert anna.incident.ladder is not None
    assert before is not None
    assert anna.incident.ladder.cold_from > before.cold_from


def test_a_claim_does_not_hold_up_receipts() -> None:
    """A text that failed goes the next way while Olga has it."""
    anna = timer()
    anna.delivers = False
    anna.to(L2)
    anna.operator("claimed")
    text = next(n for n in anna.notices if n.to == "beth")
    anna.reported(text.id, Delivery.FAILED)
    assert [r[4] for r in anna.told("beth")] == ["sms", "call"]
