"""A trace lived through once more: what the judge saw and what followed, at the instant it would have."""

from math import inf, nan
from typing import TypeVar

import pytest

from geofence.destination import Destination
from geofence.fix import Fix
from geofence.mode import Mode
from geofence.route import Route, read_points
from geofence.sighting import Standing
from service import walks
from service.journey import events as e
from service.journey.model import Cause, LinkState
from service.replay.drawing import walk
from service.replay.run import Replay, Setup, places_along, plan_of, replayed
from service.replay.sources import named, own
from service.replay.trace import ZERO_AT, made
from tests.service.replay.walking import (
    LONG_M,
    STREET,
    happened,
    home,
    lived,
    parallel,
    place,
    rested,
    standing,
    straight,
    trace,
)

E = TypeVar("E", bound=e.Event)


def only(replay: Replay, kind: type[E]) -> E:
    [found] = [event for step in replay.steps for event in step.events if isinstance(event, kind)]
    return found


def test_an_ordinary_walk_asks_nothing_and_arrives() -> None:
    """She is at her door for five minutes, and the journey is closed on a fix of hers."""
    replay = lived(home())

    assert happened(replay) == ["ProgressChanged", "ArrivalSeen", "JourneyClosed"]
    assert {step.sighting.standing for step in replay.steps if step.sighting} == {Standing.ON_ROUTE}
    assert replay.unread > 0
    assert replay.unread + len(replay.steps) == len(home())


def test_the_next_street_is_off_her_way_and_is_asked_about() -> None:
    """Seventy metres from her route for half a minute; five minutes without an answer and her contact is told."""
    replay = lived(parallel(), Setup(wait_s=200.0))
    asked, told = only(replay, e.PromptRaised), only(replay, e.ConcernRaised)

    assert isinstance(asked, e.PromptRaised)
    assert asked.cause is Cause.OFF_ROUTE
    assert asked.because["off_route_m"] == pytest.approx(70.0, abs=1.0)
    assert asked.because["limit_m"] == 40.0
    assert told.at - asked.at == 300.0


def test_what_was_held_against_what() -> None:
    """Every fix has the limit that its distance was judged by: another one for who is off already."""
    steps = [step for step in lived(parallel()).steps if step.judged]
    off = next(n for n, step in enumerate(steps) if step.sighting and step.sighting.standing is Standing.OFF_ROUTE)

    assert steps[off].off_m == 40.0
    assert steps[off + 1].off_m == 25.0
    assert steps[5].speed_mps == pytest.approx(1.3, abs=0.01)
    assert steps[5].still_s is not None
    assert steps[5].still_s <= 30.0


def test_how_long_she_stayed_grows_until_the_rule_speaks() -> None:
    """A rest of eight minutes: the five of the rule are over when she is asked, and it falls when she goes on."""
    replay = lived(rested())
    asked = only(replay, e.PromptRaised)
    [step] = [step for step in replay.steps if asked in step.events]

    assert step.still_s == pytest.approx(300.0, abs=60.0)
    assert replay.steps[-1].still_s is not None
    assert replay.steps[-1].still_s < 60.0


def test_she_walks_the_other_way() -> None:
    """On her route, but from its end to its beginning: what is left grows, and she is not off it."""
    replay = lived(straight(0.0, from_m=LONG_M))
    left = [step.sighting.to_go_m for step in replay.steps if step.sighting and step.sighting.to_go_m is not None]

    assert left[-1] > left[1] + 1000
    assert Standing.OFF_ROUTE not in {step.sighting.standing for step in replay.steps if step.sighting}


def test_an_answer_settles_the_question() -> None:
    """She says that all is well, twenty seconds after she was asked; nobody else hears."""
    replay = lived(rested(), Setup(answer_s=20.0))
    asked, said = only(replay, e.PromptRaised), only(replay, e.PromptAnswered)

    assert said.at - asked.at == 20.0
    assert "ConcernRaised" not in happened(replay)


def test_a_silent_phone_is_lost_at_the_instant_it_would_be() -> None:
    """Where the trace says that silence is silence: quiet after a minute, lost after three."""
    spots = [*straight(260.0), *straight(600.0, from_m=260.0, from_s=800.0)]
    silent = replayed(trace(spots, silent=True), STREET, Setup(heard=False))

    stale, lost = only(silent, e.WentStale), only(silent, e.SignalLost)
    assert (stale.at - ZERO_AT, lost.at - ZERO_AT) == (260.0, 380.0)
    assert LinkState.LOST in {step.link for step in silent.steps}
    assert {step.link for step in replayed(trace(spots), STREET).steps} == {LinkState.LIVE}


def test_nobody_hears_of_her_after_the_last_fix() -> None:
    """Time goes on for as long as it was asked to: her phone is lost, and in the end her contact hears."""
    replay = replayed(trace(straight(260.0)), STREET, Setup(heard=False, wait_s=1200.0))

    assert happened(replay)[-2:] == ["SignalLost", "ConcernRaised"]
    assert [step.sighting for step in replay.steps[-2:]] == [None, None]


def test_she_is_due() -> None:
    """With an ETA she is asked at it, and others hear when the grace is over."""
    replay = lived(straight(260.0), Setup(eta_s=120.0, wait_s=420.0))

    assert only(replay, e.BecameDue).at - ZERO_AT == 120.0
    assert only(replay, e.BecameOverdue).at - ZERO_AT == 420.0


def test_what_came_late_is_seen_late() -> None:
    """Fixes that waited in the phone come together, judge nothing, and are as old as they are."""
    spots = straight(260.0)
    came = [t if t < 50 else 600.0 for t, _, _ in spots]
    replay = replayed(trace(spots, came), STREET, Setup(heard=False))
    late = [step.sighting for step in replay.steps if step.sighting and step.at == ZERO_AT + 600.0]

    assert len(late) == len([t for t in came if t == 600.0])
    assert not any(one.fresh for one in late)


def test_no_way_at_all() -> None:
    """Then nobody can say that she is off it; that she stands still can be seen all the same."""
    replay = lived(rested(), way=None)

    assert only(replay, e.PromptRaised).because["limit_m"] == 25.0
    assert all(step.off_m is None for step in replay.steps)


def test_a_walk_to_the_bus_and_a_ride() -> None:
    """She gets on where the first leg ends, is driven to the second one's, and nobody asks why she is so fast."""
    stop = read_points([place(0.0), place(600.0)])
    town = Route("", 0.0, Destination(*place(5000.0)))
    on_foot = straight(600.0)
    ride = [(on_foot[-1][0] + 10.0 * n, 598.0 + 110.0 * n, 0.0) for n in range(1, 38)]
    replay = lived([*on_foot, *ride], Setup(legs=(("foot", stop), ("ride", town))), stop)

    assert only(replay, e.LegBegan).at - ZERO_AT > on_foot[-1][0] - 60.0
    assert "PromptRaised" not in happened(replay)
    assert replay.steps[0].mode is Mode.FOOT
    assert (replay.steps[-1].mode, replay.steps[-1].way) == (Mode.RIDE, town)


def test_a_leg_that_is_known_to_have_begun() -> None:
    """She said so, and it counts from then on, whatever her fixes show; said twice it has begun once."""
    stop = read_points([place(0.0), place(600.0)])
    town = Route("", 0.0, Destination(*place(5000.0)))
    began = ((ZERO_AT + 205.0, 1, "tap"), (ZERO_AT + 300.0, 1, "tap"))
    replay = lived(straight(600.0), Setup(legs=(("foot", stop), ("ride", town)), begun=began), stop)

    assert (only(replay, e.LegBegan).at - ZERO_AT, only(replay, e.LegBegan).how) == (205.0, "tap")
    assert {step.mode for step in replay.steps if step.at < ZERO_AT + 205.0} == {Mode.FOOT}
    assert (replay.steps[-1].mode, replay.steps[-1].way) == (Mode.RIDE, town)


def test_a_plan_of_her_own_is_taken_as_it_is() -> None:
    """A journey that was walked is judged by the profile it was walked with."""
    walked = trace(rested())
    plan = plan_of(walked, STREET, Setup(profile="relaxed"))

    assert replayed(walked, STREET, plan=plan).plan.profile == "relaxed"
    assert "PromptRaised" not in happened(replayed(walked, STREET, plan=plan))


@pytest.mark.parametrize("name", walks.names())
def test_the_recorded_walks_are_asked_about_at_their_rests_only(name: str) -> None:
    """On her own line a walker is never off it; the questions stand where the recorder says that she stood."""
    walks.fetch()
    recorded = named(name)
    replay = replayed(recorded, own(recorded), Setup(wait_s=60.0))
    asked = [v for step in replay.steps for v in step.events if isinstance(v, e.PromptRaised)]

    assert {v.cause for v in asked} <= {Cause.STALLED}
    assert "ArrivalSeen" in happened(replay)
    assert "ConcernRaised" not in happened(replay)


def test_where_she_truly_was() -> None:
    """Metres along a route as places on it; what nobody knows is left out."""
    _, halfway = places_along(STREET, [0.0, None, 600.0])

    assert list(halfway) == pytest.approx(list(place(600.0)), abs=1e-5)


def test_a_clock_that_leaps_by_a_year() -> None:
    """Somebody's phone thought it was another year: it is lived through, silence and all, and drawn."""
    replay = lived([*straight(260.0), (31_536_000.0, 260.0, 0.0)])

    assert {"SignalLost", "BecameOverdue"} <= set(happened(replay))
    assert "<svg" in walk(replay.steps)


def test_figures_that_are_none() -> None:
    """Whatever a phone writes: said why, judged no further, and drawn without it."""
    odd = [
        Fix(n, ZERO_AT + 10.0 * n, lat, lon, accuracy_m=accuracy, speed_mps=speed)
        for n, (lat, lon, accuracy, speed) in enumerate(
            [
                (51.5, -0.1, 8.0, None),
                (nan, -0.1, 8.0, None),
                (51.5, inf, 8.0, None),
                (1e300, -1e300, 8.0, None),
                (51.5, -0.1, nan, None),
                (51.5, -0.1, -1.0, -1.0),
                (0.0, 0.0, 8.0, None),
                (51.50001, -0.1, 1e-300, nan),
            ]
        )
    ]
    replay = replayed(made("odd", odd), STREET)

    assert [step.sighting.set_aside is None for step in replay.steps if step.sighting] == [True, *[False] * 6, True]
    assert "<svg" in walk(replay.steps)


def test_fifty_fixes_that_make_no_sense() -> None:
    """Every one is set aside and says why; nothing follows."""
    replay = lived((10.0 * n, 1e7, 1e6) for n in range(50))
    reasons = {step.sighting.set_aside for step in replay.steps if step.sighting}

    assert reasons <= {None, "nowhere", "jump", "duplicate"}
    assert lived(standing(0.0, -30.0, 30.0)).steps[0].judged
