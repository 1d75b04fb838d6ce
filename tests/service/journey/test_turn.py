"""One judgement in the making."""

import pytest

from alerts.contact import Channel
from alerts.gateway import Delivery
from alerts.notice import HER, Kind
from service.journey import turn as turns
from service.journey.events import WentStale
from service.journey.model import Proof
from service.journey.said import reported
from service.journey.turn import Answer, Outcome, Turn, because, both
from tests.builders import at, journey, timer


def test_a_message_is_made_once_by_its_key() -> None:
    """Told twice, in one breath or two: one notice, one proof."""
    turn = Turn(journey(), at(1))
    for _ in range(2):
        turn.tell_contacts(["beth", "beth"], "STARTED", Kind.STARTED)
    assert [n.to for n in turn.notices] == ["beth"]
    assert len(turn.journey.proven) == 1


def test_a_push_is_no_message() -> None:
    """The event itself goes over her socket."""
    turn = Turn(journey(), at(1))
    turn.ask_her("x", Kind.PROMPT, Channel.PUSH)
    turn.ask_her("x", Kind.PROMPT, Channel.SMS)
    assert [(n.to, n.valid_s) for n in turn.notices] == [(HER, 120)]


def test_time_in_a_turn_is_never_before_the_journeys_own() -> None:
    """A door whose clock is behind is judged later, not earlier (review H18)."""
    anna = timer().to(36).journey
    assert Turn(anna, at(3)).now == anna.updated_at
    turn = Turn(anna, at(40))
    turn.happened(WentStale(at=turn.now))
    assert turn.outcome().journey.updated_at == at(40)


def test_what_is_proven_is_forgotten_before_what_is_open(monkeypatch: pytest.MonkeyPatch) -> None:
    """A long alarm keeps its undelivered messages in mind."""
    monkeypatch.setattr(turns, "PROVEN_KEPT", 8)
    anna = timer()
    anna.delivers = False
    anna.to(41)
    first = anna.notices[-1].id
    anna.to(200)
    assert len(anna.journey.proven) == 8
    told = timer().to(200)
    assert reported(told.journey, first, Delivery.DELIVERED, at(200)).journey == told.journey


def test_without_a_cover_story_both_is_one() -> None:
    """The act is done once."""
    asked = []

    def act(j: object) -> Outcome:
        asked.append(j)
        return Outcome(journey(), answer=Answer(True, "x"))

    assert both(journey(), act).answer.code == "x"
    assert len(asked) == 1


def test_the_numbers_behind_an_event_are_those_that_are_known() -> None:
    """To a tenth, as a person reads them."""
    assert because(waited_s=299.96, silent_s=None, pace_mps=1.34) == {"waited_s": 300.0, "pace_mps": 1.3}


def test_when_a_cover_ends_what_was_really_sent_is_remembered() -> None:
    """What the cover story told Chloe and her; what Beth was told in truth; nothing that stayed unsent."""
    anna = timer().to(36)
    anna.answers(proof=Proof.DURESS)
    anna.to(58)
    sent = {n.id for n in anna.notices}
    anna.ends()
    assert {p.id for p in anna.journey.proven} == sent | {n.id for n in anna.notices if n.rung == "END"}
    assert [p.made_at for p in anna.journey.proven] == sorted(p.made_at for p in anna.journey.proven)
