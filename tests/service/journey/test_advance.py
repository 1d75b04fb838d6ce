"""Time as a caller meets it; what time sets off is told in tests/stories."""

from msgspec.structs import replace

from service.journey.advance import advance, deadlines, next_wake, resumed
from service.journey.events import EtaMoved, SignalLost, WentStale
from service.journey.model import LinkState, Outage
from tests.builders import at, journey, timer, walk


def test_the_next_wake_is_the_earliest_deadline() -> None:
    """A fresh journey: its link goes stale in a minute."""
    anna = journey()
    assert next_wake(anna) == at(1) == min(when for when, _ in deadlines(anna))
    assert next_wake(journey(streams=False)) == at(32)


def test_a_closed_journey_waits_for_nothing() -> None:
    """No deadline is left."""
    anna = timer()
    anna.ends()
    assert next_wake(anna.journey) is None


def test_time_never_runs_backwards() -> None:
    """A clock that was set back an hour judges at the journey's own latest instant."""
    anna = timer().to(36).journey
    assert advance(anna, at(-24)).journey == anna


def test_an_outage_moves_the_links_clock_and_keeps_what_it_was() -> None:
    """Heard half a minute before we went away: as old as that 90 s after we are back, when phones have found us again."""
    anna = resumed(journey(), Outage(at(0.5), at(30.5)), at(30.5)).journey
    assert anna.link.state is LinkState.LIVE
    assert anna.link.heard_at == at(31.5)
    assert resumed(anna, Outage(at(0.5), at(30.5)), at(31)).journey == anna


def test_an_outage_before_she_was_last_heard_takes_nothing_off() -> None:
    """Her phone has spoken since."""
    anna = timer(eta_min=60).journey
    assert resumed(anna, Outage(at(-10), at(-5)), at(1)).journey.link == anna.link


def test_what_time_alone_decides_says_by_which_numbers() -> None:
    """A silent link its silence and its cadence; a slide how far she had to go and how fast she was."""
    anna = walk(eta_min=90).streaming(5).to(9)
    stale, lost = (e for e in anna.events if isinstance(e, WentStale | SignalLost))
    assert stale.because == {"silent_s": 60.0, "cadence_s": 10.0}
    assert lost.because == {"silent_s": 180.0, "cadence_s": 10.0}

    slow = walk().streaming(34.8, every=0.2).to(35.5)
    slid = next(e for e in slow.events if isinstance(e, EtaMoved))
    assert slid.because == {"to_go_m": 900.0, "pace_mps": 1.3, "speed_mps": 1.3}


def test_her_story_does_not_say_how_far_she_had_to_go_by_a_tracker() -> None:
    """It is a screen of hers: her pace is told, and no place on her way."""
    slow = walk().streaming(34.8, every=0.2)
    assert slow.journey.seen is not None
    slow.journey = replace(slow.journey, seen=replace(slow.journey.seen, tracked=True))
    slid = next(e for e in slow.to(35.5).events if isinstance(e, EtaMoved))
    assert slid.because == {"pace_mps": 1.3, "speed_mps": 1.3}
