"""Ends, and beginnings again."""

from service.journey.closing import close, reopen, reopens
from service.journey.company import asked_company
from service.journey.model import CloseReason, JourneyState, LinkState, Proof
from service.journey.sight import Sight, sight_of
from service.journey.turn import Turn
from tests.builders import at, journey, walk


def test_a_close_takes_every_deadline_of_hers_with_it() -> None:
    """Due, countdown and pause are over; those who asked hear of it."""
    turn = Turn(journey(tell=("chloe",)), at(5))
    close(turn, CloseReason.ENDED, by="her", proof=Proof.PIN)
    closed = turn.journey
    assert closed.state is JourneyState.CLOSED
    assert (closed.due, closed.sos, closed.paused_until) == (None, None, None)
    assert [(n.to, n.kind.value) for n in turn.notices] == [("chloe", "arrived")]


def test_an_hour_is_the_limit_for_reopening() -> None:
    """To the second."""
    anna = walk()
    anna.ends()
    assert reopens(anna.journey, at(60))
    assert not reopens(anna.journey, at(60) + 1)
    assert not reopens(journey(), at(1))


def test_a_reopened_journey_has_no_eta_and_listens_from_now() -> None:
    """What was promised then is over; its link is live again."""
    anna = walk().to(5)
    anna.ends()
    turn = Turn(anna.journey, at(20))
    reopen(turn, "sos")
    assert (turn.journey.eta_at, turn.journey.closed) == (None, None)
    assert (turn.journey.link.state, turn.journey.link.heard_at) == (LinkState.LIVE, at(20))


def test_company_ends_with_the_journey_and_does_not_begin_again_with_an_sos() -> None:
    """Chloe walked with her and is not on her SOS list: an SOS after the end shows her nothing of where Anna is."""
    anna = walk().fix(minute=5)
    anna.do(lambda j: asked_company(j, ("chloe", "beth"), at(5)))
    assert sight_of(anna.journey, "chloe") is Sight.PLACE
    anna.to(6).ends()
    anna.to(10).sos(window=False)
    assert sight_of(anna.journey, "chloe") < Sight.PLACE
    assert sight_of(anna.journey, "beth") is Sight.TRACK


def test_only_a_pin_is_followed_by_fifteen_minutes() -> None:
    """Her app streams on after it, whichever it was; a reopening takes that back."""
    for proof, tail in ((Proof.PIN, at(20)), (Proof.NONE, None)):
        turn = Turn(journey(), at(5))
        close(turn, CloseReason.ENDED, by="her", proof=proof)
        assert turn.journey.tail_until == tail
    anna = walk().to(5)
    anna.ends()
    turn = Turn(anna.journey, at(6))
    reopen(turn, "sos")
    assert turn.journey.tail_until is None
