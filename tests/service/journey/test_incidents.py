"""Opening, raising and closing."""

from alerts.rungs import Alarm
from service.journey.events import BecameOverdue, ConcernRaised, IncidentResolved, PromptRaised
from service.journey.incidents import level_of, resolve, rise
from service.journey.model import Cause, Level, Proof
from service.journey.turn import Turn
from tests.builders import at, journey, timer


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
