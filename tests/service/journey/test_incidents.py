"""Opening, raising and closing."""

from alerts.ladder import Said
from alerts.rungs import Alarm
from geofence.sighting import Standing
from service.journey.events import (
    Acknowledged,
    BecameOverdue,
    ConcernRaised,
    Event,
    IncidentResolved,
    LeaseLapsed,
    NobodyAnswered,
    OperatorsCalled,
    PromptRaised,
    WentCold,
)
from service.journey.incidents import level_of, police_told, resolve, rise
from service.journey.model import Cause, Level, Police, Proof
from service.journey.turn import Turn
from tests.builders import DAY, L2, Walk, at, journey, overdue, timer, walk


def test_an_incident_climbs_under_one_id_and_keeps_who_knew() -> None:
    """Concern, overdue, SOS: one incident; those told before are remembered for the end."""
    turn = Turn(journey(), at(1))
    rise(turn, Alarm.CONCERN, Cause.VEHICLE)
    rise(turn, Alarm.OVERDUE, Cause.OVERDUE)
    rise(turn, Alarm.SOS, Cause.SOS)
    incident = turn.journey.incident
    assert incident is not None
    assert incident.id == "i1"
    assert incident.before == ("beth", "dad")
    assert incident.alarms == (Alarm.CONCERN, Alarm.OVERDUE, Alarm.SOS)
    assert [type(e) for e in turn.events if isinstance(e, PromptRaised | ConcernRaised | BecameOverdue)] == [
        ConcernRaised,
        BecameOverdue,
    ]


def test_a_claim_does_not_outlive_a_rise() -> None:
    """What the operator had was the lesser thing."""
    anna = timer().to(42)
    anna.operator("claimed")
    anna.sos(window=False)
    assert anna.incident.claimed_by is None


def test_resolving_nothing_is_nothing() -> None:
    """No incident, or only a question to her."""
    turn = Turn(journey(), at(1))
    resolve(turn, "x", by="her", proof=Proof.PIN)
    assert (turn.events, turn.notices, level_of(turn.journey)) == ([], [], Level.NONE)


def test_the_event_of_the_end_names_all_who_hear_it() -> None:
    """Also those whom only the first ladder told."""
    anna = timer().to(46.5)
    anna.sos(window=False)
    anna.to(48)
    anna.ends()
    ended = next(e for e in anna.events if isinstance(e, IncidentResolved))
    assert set(ended.told) == {"beth", "dad", "chloe"}


def behind(anna: Walk, event: type[Event]) -> list[dict[str, float]]:
    """The numbers behind every event of this type."""
    return [e.because for e in anna.events if isinstance(e, event)]


def test_a_concern_says_how_long_she_was_asked_or_her_phone_was_silent() -> None:
    """Three minutes after the question about a vehicle; fifteen after the phone was lost, at three; the wrong PINs
    within the time they took."""
    asked = walk(eta_min=90).streaming(9.5).fix(Standing.VEHICLE, minute=10).to(14)
    assert behind(asked, ConcernRaised) == [{"waited_s": 180.0}]
    lost = walk(eta_min=90).streaming(5).to(30)
    assert behind(lost, ConcernRaised) == [{"silent_s": 1080.0}]
    guessed = timer()
    for minute in (1, 2, 4):
        guessed.to(minute).ends(Proof.WRONG)
    assert behind(guessed, ConcernRaised) == [{"within_s": 180.0}]


def test_overdue_says_how_long_she_was_waited_for_and_how_late_we_are() -> None:
    """Six minutes of grace; half a minute late with the sweep; our call, which she took, held them for half a minute."""
    assert behind(overdue(), BecameOverdue) == [{"waited_s": 360.0}]
    assert behind(timer().to(40).jump(41.5), BecameOverdue) == [{"waited_s": 390.0, "late_s": 30.0}]
    rung = timer().to(40.5)
    rung.picks_up()
    assert behind(rung.to(42), BecameOverdue) == [{"waited_s": 390.0}]


def test_the_ladder_says_how_long_nobody_had_it() -> None:
    """Level 3 after eight minutes, 4 after twelve, cold after a day; the end how long it stood open."""
    anna = overdue().to(L2 + DAY + 1)
    assert behind(anna, NobodyAnswered) == [{"since_overdue_s": 480.0}]
    assert behind(anna, OperatorsCalled) == [{"since_overdue_s": 720.0}]
    assert behind(anna, WentCold) == [{"silent_s": 86_400.0}]
    anna.ends()
    assert behind(anna, IncidentResolved) == [{"open_s": 86_460.0}]


def test_a_word_says_for_how_long_it_holds_and_a_lapsed_lease_how_long_it_was_held() -> None:
    """Ten minutes with the code, and three for news; five without it, given back after one; "seen" holds nothing."""
    anna = overdue().to(L2 + 1)
    anna.says("beth", Said.TAKEN)
    anna.to(L2 + 15)
    anna.says("dad", Said.TAKEN, with_code=False)
    anna.to(L2 + 16)
    anna.says("dad", Said.CANT)
    anna.says("chloe", Said.SEEN)
    assert behind(anna, Acknowledged) == [{"holds_s": 600.0}, {"holds_s": 300.0}, {}, {}]
    assert behind(anna, LeaseLapsed) == [{"held_s": 780.0}, {"held_s": 60.0}]


def test_a_police_number_is_not_lost_to_a_word_without_one() -> None:
    """And nothing is written where there is no incident."""
    turn = Turn(journey(), at(1))
    police_told(turn, "beth", "1")
    assert (turn.events, turn.journey) == ([], journey())
    rise(turn, Alarm.CONCERN, Cause.VEHICLE)
    police_told(turn, "beth", "3107")
    police_told(turn, "olga", "")
    assert turn.journey.incident is not None
    assert turn.journey.incident.police == Police(at(1), "olga", "3107")
