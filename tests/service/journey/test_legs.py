"""A way of several legs, as data."""

from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from geofence.destination import Destination
from geofence.sighting import Standing
from service.journey import legs
from service.journey.events import LegBegan
from service.journey.fixes import sighted, tracked
from service.journey.model import Journey, Leg
from service.journey.turn import Turn
from tests.builders import HOME, at, at_home, journey, sighting, walk

TO_THE_BUS = Leg("foot", "the stop", plan_s=600.0, route_m=700.0)
BUS = Leg("ride", "Strood", plan_s=900.0)
HOMEWARD = Leg("foot", "home", plan_s=300.0, route_m=400.0)
BY_BUS = (TO_THE_BUS, BUS, HOMEWARD)


def on_leg(n: int) -> Journey:
    """Anna, by bus, on her leg `n`."""
    return replace(journey(legs=BY_BUS), leg=n)


def test_a_journey_without_legs_has_one() -> None:
    """By the plan's mode, to where she is going: old rows stay true."""
    anna = journey(mode="cycle", route_m=900.0)
    assert legs.legs_of(anna.plan) == (Leg("cycle", "home", 1800.0, 900.0),)
    assert (legs.mode(anna), legs.is_last(anna), legs.after(anna), legs.later_s(anna)) == ("cycle", True, (), 0.0)
    assert legs.leg(anna).route_m == 900.0
    assert legs.in_words(anna) == "on a bicycle"


@pytest.mark.parametrize(
    ("n", "mode", "last", "later_s", "words"),
    [
        (0, "foot", False, 1200.0, "on foot, part 1 of 3"),
        (1, "ride", False, 300.0, "by bus, train or car, part 2 of 3"),
        (2, "foot", True, 0.0, "on foot, part 3 of 3"),
    ],
)
def test_she_is_on_one_leg_at_a_time(n: int, mode: str, last: bool, later_s: float, words: str) -> None:
    """Its mode counts; what is still to come is the legs after it; only the last one's end is where she is going."""
    anna = on_leg(n)
    assert (legs.mode(anna), legs.is_last(anna), legs.later_s(anna)) == (mode, last, later_s)
    assert legs.leg(anna) is BY_BUS[n]
    assert legs.in_words(anna) == words


def test_a_leg_begins_once_and_never_again() -> None:
    """How far she had come on the one before says nothing about it; without a line of its own it has no corridor."""
    turn = Turn(replace(on_leg(0), seen=walk().fix(minute=1).journey.seen), at(9))
    assert legs.begin(turn, 1, "boarded", {"ride_m": 12.0})
    assert not legs.begin(turn, 1, "tap")
    assert not legs.begin(turn, 0, "tap")
    assert not legs.begin(turn, 3, "tap")
    assert turn.events == [
        LegBegan(at=at(9), leg=1, mode="ride", how="boarded", because={"on_leg_s": 540.0, "ride_m": 12.0})
    ]
    seen = turn.journey.seen
    assert seen is not None
    assert (seen.to_go_m, seen.pace_mps, seen.inside) == (None, None, False)
    assert (turn.journey.leg, turn.journey.leg_since, turn.journey.route_dropped) == (1, at(9), True)
    assert legs.begin(turn, 2, "left")
    assert not turn.journey.route_dropped


def test_a_leg_may_be_passed_over() -> None:
    """A taxi from the door: she is on her ride at once, and walks the rest."""
    turn = Turn(on_leg(0), at(1))
    assert legs.begin(turn, 2, "tap")
    assert turn.journey.leg == 2


@pytest.mark.parametrize(
    ("profile", "n", "takes"), [("standard", 0, False), ("high_risk", 0, True), ("high_risk", 1, False)]
)
def test_at_high_risk_nobody_boards_by_being_driven_off(profile: str, n: int, takes: bool) -> None:
    """There she says herself that she is on her ride; getting off is seen."""
    anna = replace(journey(profile, legs=BY_BUS), leg=n)
    assert legs.takes_tap(anna) is takes


@pytest.mark.parametrize(
    ("before", "then", "dropped", "quiet"),
    [
        ("foot", Leg("ride"), False, True),
        ("foot", Leg("cycle", route_m=500.0), False, True),
        ("foot", Leg("foot", route_m=500.0), False, False),
        ("foot", Leg("foot"), False, True),
        ("cycle", Leg("foot"), False, True),
        ("foot", Leg("foot"), True, False),
        ("ride", Leg("foot"), False, False),
    ],
)
def test_where_less_is_asked_on_the_leg_that_comes(before: str, then: Leg, dropped: bool, quiet: bool) -> None:
    """Faster, or without a line to be held against where this leg has one still. A ride has none whatever was drawn."""
    anna = journey("high_risk", legs=(Leg(before, route_m=700.0), then))
    assert legs.quietens(replace(anna, route_dropped=dropped), 1) is quiet


def test_at_high_risk_the_end_of_a_walk_is_seen_though_the_next_has_no_line() -> None:
    """Her fixes have shown that she came to where it ends: she is asked for no PIN in the street."""
    anna = walk("high_risk", legs=(TO_THE_BUS, Leg("foot", "home", 300.0)), eta_min=60).streaming(8)
    anna.fix(minute=9, turning="reached")
    assert (anna.journey.leg, anna.journey.route_dropped) == (1, True)


def test_as_it_is_said_to_the_police() -> None:
    """With where she is going, or without."""
    assert legs.moving(journey(), "home") == "walking home"
    assert legs.moving(journey(), "") == "walking"
    assert legs.moving(on_leg(1), "home") == "on her way home, by bus, train or car"
    assert legs.moving(on_leg(0), "") == "on her way, on foot"


def test_a_leg_is_stored_and_read() -> None:
    """Equal after the disk, dark stretches too."""
    anna = journey(legs=(*BY_BUS, Leg("ride", underground=True, dark=((100.0, 900.0),))))
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(anna), type=Journey) == anna


def test_what_her_fixes_show_begins_the_next_leg() -> None:
    """Boarded, and off again; how long the legs took stands beside it."""
    anna = walk(legs=BY_BUS, eta_min=60).streaming(8)
    anna.fix(minute=9, turning="boarded", because={"ride_m": 20.0})
    assert anna.journey.leg == 1
    anna.fix(minute=20, turning="left")
    assert [(e.leg, e.how, e.because["on_leg_s"]) for e in anna.events if isinstance(e, LegBegan)] == [
        (1, "boarded", 540.0),
        (2, "left", 660.0),
    ]


def test_what_a_tracker_app_shows_begins_it_too() -> None:
    """Without a screen of ours there is no tap; what the app measured is drawn on no screen of hers."""
    anna = walk(legs=BY_BUS, eta_min=60, tracker="bag", tracker_s=60.0).to(9)
    anna.do(lambda j: tracked(j, [sighting(9, turning="boarded")], at(9), every_s=60.0))
    assert anna.journey.leg == 1
    seen = anna.journey.seen
    assert seen is not None
    assert seen.tracked


def test_the_rest_of_a_frame_says_where_she_is_and_no_more() -> None:
    """It was held against the leg before, on which she would be in a vehicle."""
    anna = walk(legs=BY_BUS, eta_min=60).to(9)
    later = sighting(9.1, Standing.VEHICLE, lat=51.4, to_go_m=50.0)
    anna.sends(sighting(9, turning="boarded"), later)
    assert anna.journey.leg == 1
    assert anna.journey.open_incident is None
    seen = anna.journey.seen
    assert seen is not None
    assert (seen.lat, seen.to_go_m) == (51.4, None)


def test_at_a_legs_end_she_is_not_at_home() -> None:
    """Neither arrived, nor is a tap enough to end it there; wrong PINs count."""
    anna = walk(legs=BY_BUS, eta_min=60).to(8)
    anna.sends(at_home(8, lat=HOME[0] - 0.01))
    assert anna.journey.arrival is None
    seen = anna.journey.seen
    assert seen is not None
    assert not seen.inside


@pytest.mark.parametrize(("profile", "asked_min"), [("relaxed", 15), ("standard", 10), ("high_risk", 10)])
def test_waiting_for_her_ride_may_take_as_long_as_standing_still_on_it(profile: str, asked_min: float) -> None:
    """At the stop she is asked after ten minutes (relaxed fifteen), not after five, ten or three."""
    n = journey(profile).numbers
    anna = walk(profile, legs=BY_BUS, eta_min=90)
    stalled_min = n.stalled_s / 60
    while anna.journey.open_incident is None:
        anna.fix(
            Standing.STALLED if anna.minute + 0.5 >= stalled_min else Standing.ON_ROUTE, anna.minute + 0.5, to_go_m=40.0
        )
    assert anna.minute == asked_min
    elsewhere = walk(profile, legs=BY_BUS, eta_min=90).fix(Standing.STALLED, minute=stalled_min)
    assert elsewhere.journey.open_incident is not None


DOOR = Destination(*HOME)


def by_her_door(profile: str = "standard", **changes: Any) -> Journey:
    """Anna, on her way to the stop, was well away from home."""
    anna = journey(profile, legs=(*BY_BUS[:2], Leg("ride", "home") if changes.pop("taxi", False) else HOMEWARD))
    return replace(anna, been_out=True, **changes)


def seen_at_home(anna: Journey, *minutes: float, **changes: Any) -> Journey:
    """Her phone is seen at her door at these minutes."""
    for minute in minutes:
        here = sighting(minute, lat=HOME[0], lon=HOME[1], **{"speed_mps": 0.2, **changes})
        anna = sighted(anna, [here], at(minute), home=DOOR).journey
    return anna


def test_at_home_on_an_earlier_leg_the_last_one_begins() -> None:
    """Two minutes there: somebody has given her a lift. On the last leg she can arrive."""
    anna = seen_at_home(by_her_door(), 5, 5.5, 6, 6.5)
    assert (anna.leg, anna.home_since) == (0, at(5))
    assert seen_at_home(anna, 7).leg == 2


def test_a_bus_that_halts_before_her_house_brings_nobody_home() -> None:
    """A minute there and on again: what counts begins anew."""
    anna = seen_at_home(by_her_door(), 5, 6)
    anna = sighted(anna, [sighting(6.5)], at(6.5), home=DOOR).journey
    assert anna.home_since is None
    assert seen_at_home(anna, 7, 8).leg == 0
    driven = seen_at_home(by_her_door(), 5, 6, 7, 8, speed_mps=6.0)
    assert (driven.leg, driven.home_since) == (0, None)


@pytest.mark.parametrize("changes", [{"accuracy_m": 150.0}, {"accuracy_m": None}, {"fresh": False}])
def test_what_cannot_say_that_she_is_there_does_not_say_it(changes: dict[str, Any]) -> None:
    """A vague place, one without its accuracy, one that waited in her phone."""
    assert seen_at_home(by_her_door(), 5, 6, 7, 8, **changes).leg == 0


def test_who_was_never_well_away_is_not_home_yet() -> None:
    """Half a kilometre: a way may begin at the door it ends at."""
    anna = replace(by_her_door(), been_out=False)
    assert seen_at_home(anna, 5, 6, 7, 8).leg == 0
    near = sighted(anna, [sighting(9, lat=HOME[0] + 0.004, lon=HOME[1])], at(9), home=DOOR).journey
    assert not near.been_out
    far = sighted(anna, [sighting(9, lat=HOME[0] + 0.01, lon=HOME[1])], at(9), home=DOOR).journey
    assert far.been_out


def test_at_high_risk_no_fix_begins_a_ride_for_her_at_home_either() -> None:
    """The last of her legs is a taxi: on it nobody would ask about a vehicle."""
    assert seen_at_home(by_her_door("high_risk", taxi=True), 5, 6, 7, 8).leg == 0
    assert seen_at_home(by_her_door("high_risk"), 5, 6, 7, 8).leg == 2
