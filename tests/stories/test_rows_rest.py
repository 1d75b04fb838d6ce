"""The timing table when she stops on her way: an OK that keeps us quiet, and a pause (rows 7 and 23)."""

from alerts.notice import Kind
from geofence.sighting import Standing
from service.journey.model import Cause, JourneyState, Progress
from tests.builders import at, timer, walk


def test_row_07_the_same_cause_is_quiet_for_ten_minutes_and_a_worse_one_is_not() -> None:
    """OK at 5: no question about the route until 15; a car is asked about at once."""
    anna = walk(eta_min=60).fix(Standing.OFF_ROUTE, minute=5)
    anna.answers()
    anna.streaming(14.5, Standing.OFF_ROUTE)
    assert anna.journey.open_incident is None
    anna.fix(Standing.OFF_ROUTE, minute=15)
    assert anna.incident.cause is Cause.OFF_ROUTE

    other = walk(eta_min=60).fix(Standing.OFF_ROUTE, minute=5)
    other.answers()
    other.fix(Standing.VEHICLE, minute=6)
    assert other.incident.cause is Cause.VEHICLE


def test_row_07_after_the_third_ok_in_half_an_hour_it_is_quiet_until_she_has_moved_on() -> None:
    """Three OKs at one bench: nobody asks again there, and 200 m further on somebody does."""
    anna = walk(eta_min=120)
    here = {"lat": 51.38, "lon": 0.5}
    for minute in (5, 16, 27):
        anna.streaming(minute, Standing.STALLED, **here)
        assert anna.journey.open_incident is not None
        anna.answers()
    anna.streaming(50, Standing.STALLED, **here)
    assert anna.journey.open_incident is None
    anna.fix(Standing.STALLED, minute=50.5, lat=51.382, lon=0.5)
    assert anna.journey.open_incident is not None


def test_row_07_the_third_ok_counts_for_its_own_cause() -> None:
    """OK to a car, OK to another street, one OK at a bench: asked about the bench again after ten minutes."""
    anna = walk(eta_min=120)
    here = {"lat": 51.38, "lon": 0.5}
    for minute, standing in ((5, Standing.VEHICLE), (8, Standing.OFF_ROUTE), (11, Standing.STALLED)):
        anna.fix(standing, minute=minute, **here)
        assert anna.journey.open_incident is not None
        anna.answers()
    anna.streaming(20.5, Standing.STALLED, **here)
    assert anna.journey.open_incident is None
    anna.fix(Standing.STALLED, minute=21, **here)
    assert anna.incident.cause is Cause.STALLED


def test_row_07_a_place_she_has_left_is_not_quiet_when_she_is_back_there() -> None:
    """Three OKs at one bench, 300 m on, and brought back to it: asked, like anywhere."""
    anna = walk(eta_min=240)
    here = {"lat": 51.38, "lon": 0.5}
    for minute in (5, 16, 27):
        anna.streaming(minute, Standing.STALLED, **here)
        anna.answers()
    anna.fix(minute=30, lat=51.383, lon=0.5)
    anna.streaming(60, Standing.STALLED, **here)
    assert anna.incident.cause is Cause.STALLED


def test_row_07_the_eta_is_never_quieted() -> None:
    """Whatever she has said OK to, due comes at the ETA."""
    anna = walk().fix(Standing.STALLED, minute=34)
    anna.answers()
    anna.to(35)
    assert anna.journey.due is not None


def test_row_23_a_pause_is_a_quarter_of_an_hour_at_most_and_ends_with_a_question() -> None:
    """ "Stopping here 40": 15 min; standing still is not asked about meanwhile; then she is, and 10 min later they."""
    anna = walk(eta_min=60).streaming(5)
    answer = anna.pauses(40)
    assert (answer.code, answer.at) == ("paused", at(20))
    assert anna.journey.eta_at == at(75)
    anna.streaming(19.5, Standing.STALLED)
    assert anna.journey.progress is Progress.PAUSED
    assert anna.journey.open_incident is None
    anna.streaming(31, Standing.STALLED)
    assert anna.told()[0][:3] == (30, "beth", "concern")


def test_row_23_a_car_is_asked_about_during_a_pause_too() -> None:
    """`vehicle`, `off_route` and the link stay on."""
    anna = walk().streaming(5)
    anna.pauses()
    anna.fix(Standing.VEHICLE, minute=8)
    assert anna.incident.cause is Cause.VEHICLE


def test_row_23_walking_on_ends_a_pause_and_nobody_asks_about_it() -> None:
    """Stopping here at 5, on her way again at 8: no question at 20. The ETA stays where the pause has put it, and standing
    still counts again."""
    anna = walk(eta_min=60).streaming(5)
    anna.pauses()
    anna.streaming(8, Standing.STALLED, lat=51.3805)
    assert anna.journey.progress is Progress.PAUSED
    anna.fix(minute=9, lat=51.3822)
    anna.fix(minute=10, lat=51.3825)
    assert (anna.journey.progress, anna.journey.paused_until) == (Progress.ON_ROUTE, None)
    anna.streaming(21, lat=51.384)
    assert anna.journey.open_incident is None
    assert anna.told("her") == []
    assert anna.journey.eta_at == at(75)
    anna.fix(Standing.STALLED, minute=22, lat=51.384)
    assert anna.incident.cause is Cause.STALLED


def test_row_23_moving_about_where_she_stopped_is_still_the_pause() -> None:
    """To the bar and back: she said fifteen minutes, and has them."""
    anna = walk(eta_min=60).streaming(5)
    anna.pauses()
    for minute in range(6, 20):
        anna.fix(minute=minute, lat=51.38 + 0.001 * (minute % 2))
    assert anna.journey.progress is Progress.PAUSED
    anna.to(20)
    assert anna.incident.cause is Cause.PAUSE_OVER


def test_row_23_a_pause_that_ends_once_she_is_due_asks_nothing_more() -> None:
    """No minute of hers was left, so the ETA came in the middle of the pause: `due` asks, and nobody hears before its
    end."""
    anna = timer(plan_min=240, eta_min=240)
    anna.to(200).extends(60)
    anna.to(295).pauses(15)
    assert anna.journey.eta_at == at(300)
    anna.to(311)
    assert anna.journey.due is not None
    assert anna.journey.open_incident is None
    anna.to(330)
    assert [r[:3] for r in anna.told()] == [(330, "beth", "overdue"), (330, "dad", "overdue")]


def test_row_23_saying_ok_when_the_pause_is_over_keeps_us_quiet_about_standing_there() -> None:
    """She has just said that it is all right."""
    anna = walk(eta_min=90).streaming(5)
    anna.pauses()
    anna.streaming(20.5, Standing.STALLED)
    assert anna.incident.cause is Cause.PAUSE_OVER
    anna.answers()
    anna.streaming(29, Standing.STALLED)
    assert anna.journey.open_incident is None


def test_row_23_a_pause_during_a_question_is_the_answer_to_it() -> None:
    """In high-risk that takes her PIN, like every answer."""
    anna = walk().fix(Standing.STALLED, minute=5)
    assert anna.pauses().code == "paused"
    assert anna.journey.open_incident is None
    careful = walk("high_risk").fix(Standing.STALLED, minute=5)
    assert careful.pauses().code == "pin_needed"


def test_row_23_she_pauses_neither_what_is_due_nor_what_others_know() -> None:
    """Once due it takes her PIN; after the close there is nothing to pause."""
    anna = walk(eta_min=5).to(6)
    assert anna.pauses().code == "pin_needed"
    anna.ends()
    assert anna.pauses().code == "already_closed"
    assert anna.state() is JourneyState.CLOSED
    assert anna.heard_of(Kind.CLOSED) == set()
