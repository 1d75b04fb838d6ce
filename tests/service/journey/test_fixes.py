"""Frames and sightings."""

from typing import Any

import pytest

from geofence.fix import Fix
from geofence.sighting import Standing
from service.journey.fixes import heard, sighted, tracked
from service.journey.model import JourneyState, LinkState, Progress
from tests.builders import HOME, at, at_home, journey, sighting, timer


@pytest.mark.parametrize("changes", [{"fresh": False}, {"set_aside": "jump"}])
def test_history_keeps_the_link_alive_and_judges_nothing(changes: dict[str, Any]) -> None:
    """A buffered batch proves that the phone is there; where she was an hour ago is no news."""
    anna = sighted(journey(), [sighting(0.5, Standing.VEHICLE, **changes)], at(0.5)).journey
    assert anna.link.heard_at == at(0.5)
    assert (anna.seen, anna.incident, anna.progress) == (None, None, Progress.UNKNOWN)


def test_of_a_buffered_batch_only_the_fresh_one_counts() -> None:
    """An hour in a car that is over, and the fix of now."""
    old = [sighting(m, Standing.VEHICLE, fresh=False) for m in (0.1, 0.2, 0.3)]
    anna = sighted(journey(), [*old, sighting(0.5)], at(0.5)).journey
    assert anna.progress is Progress.ON_ROUTE
    assert anna.open_incident is None


def test_the_phones_word_that_it_may_fall_silent_holds_until_the_next_beat() -> None:
    """Fixes do not take it back, a beat without it does."""
    anna = heard(journey(), at(0.1), expected="screen_locked").journey
    anna = sighted(anna, [sighting(0.2)], at(0.2)).journey
    assert anna.link.expected == "screen_locked"
    assert heard(anna, at(0.3)).journey.link.expected is None


def test_a_closed_journey_hears_nothing() -> None:
    """What the app streams after the end is not even looked at."""
    anna = timer()
    anna.ends()
    after = sighted(heard(anna.journey, at(1), expected="x").journey, [at_home(1)], at(1)).journey
    assert after == anna.journey


def test_a_battery_counts_from_the_frame_that_told_it() -> None:
    """Charged again: the cadence of this very answer is the ordinary one."""
    flat = heard(journey(), at(0.1), battery_pct=5, still=False).journey
    assert flat.link.cadence_s == 60
    assert heard(flat, at(0.2), battery_pct=50, still=False).journey.link.cadence_s == 10


def test_no_phone_with_a_full_battery_explains_its_silence_by_dying() -> None:
    """One that says goodbye in every frame would never be missed before its ETA."""
    assert heard(journey(), at(0.1), battery_pct=11, last_gasp=True).journey.link.expected is None
    assert heard(journey(), at(0.1), battery_pct=10, last_gasp=True).journey.link.expected is not None


def test_an_empty_frame_is_a_sign_of_life() -> None:
    """The link is live again, and one event says so."""
    outcome = sighted(timer(eta_min=60).journey, [], at(1))
    assert outcome.journey.link.state is LinkState.NONE
    lost = journey(eta_min=60)
    assert [type(e).__name__ for e in sighted(lost, [], at(1)).events] == []


def test_a_trackers_silence_is_judged_by_what_is_set_there() -> None:
    """It is asked for no cadence, moving or still or in an alarm (row 2: the one configured on that phone)."""
    anna = tracked(journey(), [sighting(0.5)], at(0.5), every_s=300.0, battery_pct=70).journey
    assert (anna.link.cadence_s, anna.link.heard_at, anna.battery_pct) == (300.0, at(0.5), 70)
    assert sighted(anna, [sighting(1)], at(1)).journey.link.cadence_s == 10


def test_what_only_a_tracker_has_seen_is_marked() -> None:
    """Until her own app tells a place again; a report without a place marks nothing."""
    app = sighted(journey(), [sighting(0.5)], at(0.5)).journey
    silent = tracked(app, [], at(0.6), every_s=300.0).journey
    bag = tracked(app, [sighting(1)], at(1), every_s=300.0).journey
    seen = [anna.seen.tracked if anna.seen else None for anna in (app, silent, bag)]
    again = sighted(bag, [sighting(1.5)], at(1.5)).journey.seen

    assert (seen, again is not None and again.tracked) == ([False, False, True], False)


def test_what_a_tracker_has_seen_is_as_old_as_it_says() -> None:
    """It came a minute late: whoever reads of it reads when it was, and no slide is made of it (row 10a)."""
    seen = tracked(journey(), [sighting(1, received_at=at(2))], at(2), every_s=300.0).journey.seen
    assert seen is not None
    assert (seen.at, seen.received_at) == (at(1), at(1))


def test_the_place_of_her_alarm_is_where_she_was_last_seen() -> None:
    """Unless something newer is known; it judges nothing, not even that she is there."""
    cried = Fix(seq=0, at=at(-10), lat=HOME[0], lon=HOME[1], accuracy_m=20.0, by="bag")
    anna = tracked(journey(), [], at(1), every_s=300.0, cried=cried).journey
    assert anna.seen is not None
    assert (anna.seen.received_at, anna.seen.inside, anna.seen.tracked) == (at(-10), False, True)
    assert anna.state is JourneyState.ACTIVE

    known = tracked(journey(), [sighting(0.5)], at(0.5), every_s=300.0).journey
    assert tracked(known, [], at(1), every_s=300.0, cried=cried).journey.seen == known.seen


def test_what_her_phone_said_of_its_screen_explains_no_trackers_silence() -> None:
    """Its locked screen stops the browser, and OwnTracks goes on; when that falls silent too nobody has said why."""
    locked = heard(journey(), at(1), expected="screen_locked").journey
    assert locked.link.expected == "screen_locked"
    assert tracked(locked, [sighting(2)], at(2), every_s=60.0).journey.link.expected is None
