"""Anna walks towards an unlit stretch of her route: a mark on her screen, a line of her story, and nothing else."""

from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from geofence.lighting import Light
from geofence.lit_line import Span, encoded, line_of
from geofence.sighting import Standing
from service.journey import fixes
from service.journey.cover import under_duress
from service.journey.events import PromptRaised, UnlitAhead
from service.journey.lit import AHEAD_M, GONE_M, LEAST_M, face, is_known, marked
from service.journey.model import Cause, Journey, Proof
from service.journey.pressed import ended
from service.journey.profiles import PROFILES
from tests.builders import START, Walk, at, journey, sighting

LIT, UNKNOWN, UNLIT, ASSUMED = (
    Span(START, state, rule)
    for state, rule in (
        (Light.LIT, "tagged"),
        (Light.UNKNOWN, "untagged"),
        (Light.UNLIT, "tagged_unlit"),
        (Light.ASSUMED, "urban_road"),
    )
)
MIDNIGHT = START + 3600.0
NIGHT = ((START, True),)
WAY = encoded(
    line_of(NIGHT, [(400.0, (LIT,)), (100.0, (UNKNOWN,)), (60.0, (UNLIT,)), (40.0, (LIT,)), (300.0, (UNLIT,))])
)
"""Lit for 400 m, then 160 m not known to be, 40 m lit, and 300 m unlit to the end."""


def walking(
    metres: list[float], lights: bytes = WAY, first_min: float = 1.0, anna: Walk | None = None, **more: Any
) -> Walk:
    """Anna's fixes at these metres along her route, one a minute."""
    anna = anna or Walk(journey())
    for n, along_m in enumerate(metres):
        minute = first_min + n
        anna.to(minute)
        fields = {"along_m": along_m, "astray_m": 4.0, "to_go_m": 900.0 - along_m, **more}
        seen = [sighting(minute, **fields)]
        anna.do(partial(fixes.sighted, sightings=seen, now=at(minute), lights=lights))
    return anna


def told(anna: Walk) -> list[UnlitAhead]:
    """What her story says of stretches ahead."""
    return [event for event in anna.events if isinstance(event, UnlitAhead)]


def test_a_stretch_ahead_is_marked_from_200_metres_on() -> None:
    """At 190 m it is too far to matter, at 210 m the mark is there, and it counts down as she walks."""
    assert marked(walking([190.0]).journey) is None
    assert marked(walking([190.0, 210.0]).journey) == (190.0, 160.0, "unlit")
    assert marked(walking([190.0, 210.0, 300.0]).journey) == (100.0, 160.0, "unlit")


def test_the_mark_goes_when_she_has_reached_it() -> None:
    """On the stretch itself there is nothing ahead but the next one, which is near enough by then."""
    anna = walking([300.0, 410.0])
    assert marked(anna.journey) == (190.0, 300.0, "unlit")
    assert anna.journey.light is not None
    assert anna.journey.light.state == "unknown"
    assert marked(walking([300.0, 410.0, 620.0]).journey) is None


def test_who_turns_back_loses_the_mark() -> None:
    """Not at the very metre where it came, for fixes jump; and it is not told again when she comes back."""
    anna = walking([210.0])
    walking([180.0], first_min=2.0, anna=anna)
    assert marked(anna.journey) == (220.0, 160.0, "unlit")
    walking([100.0], first_min=3.0, anna=anna)
    assert marked(anna.journey) is None
    walking([210.0], first_min=4.0, anna=anna)
    assert marked(anna.journey) == (190.0, 160.0, "unlit")
    assert len(told(anna)) == 1


def test_a_stretch_is_told_once_with_why() -> None:
    """However often she turns back before it; its numbers and the rule of its beginning stand in her story."""
    anna = walking([190.0, 210.0, 230.0, 150.0, 240.0, 350.0])
    assert told(anna) == [
        UnlitAhead(at=at(2), light="unlit", rule="untagged", because={"ahead_m": 190.0, "long_m": 160.0})
    ]


def test_each_stretch_is_told() -> None:
    """The next one when that is near."""
    anna = walking([190.0, 210.0, 390.0, 405.0, 590.0])
    assert [(event.light, event.because["long_m"]) for event in told(anna)] == [("unlit", 160.0), ("unlit", 300.0)]


def test_a_gap_between_two_lamps_is_no_stretch() -> None:
    """Forty metres are not marked, fifty are; unknown is called unknown."""
    for metres, found in ((LEAST_M - 10.0, None), (LEAST_M, (100.0, LEAST_M, "unknown"))):
        way = encoded(line_of(NIGHT, [(300.0, (LIT,)), (metres, (UNKNOWN,)), (300.0, (ASSUMED,))]))
        assert marked(walking([200.0], way).journey) == found


def test_assumed_light_is_no_mark() -> None:
    """A street in a town that nobody has tagged is assumed to be lit; it is shown as that, and not marked."""
    way = encoded(line_of(NIGHT, [(100.0, (LIT,)), (500.0, (ASSUMED,))]))
    anna = walking([50.0, 150.0], way)
    assert marked(anna.journey) is None
    assert anna.journey.light is not None
    assert (anna.journey.light.state, anna.journey.light.rule) == ("assumed", "urban_road")


def test_her_screen_is_told_anew_in_steps_of_fifty_metres() -> None:
    """And when the mark comes and when it goes, and when the light where she walks is another; not at every fix."""
    anna, faces = Walk(journey()), []
    for minute, along_m in enumerate(range(150, 420, 10), 1):
        walking([float(along_m)], first_min=minute / 6, anna=anna)
        faces.append(face(anna.journey))
    changes = [
        along_m for along_m, then, now in zip(range(160, 420, 10), faces, faces[1:], strict=False) if then != now
    ]
    assert changes == [200, 230, 280, 330, 380, 400]


def test_by_day_nothing_is_marked() -> None:
    """The sun is up: the same way, and no mark; as soon as it will be down when she comes by, it comes."""
    way = encoded(line_of(((START, False), (at(6), True)), [(300.0, (LIT,)), (300.0, (UNLIT,))]))
    assert marked(walking([200.0], way).journey) is None
    anna = walking([200.0, 200.5, 201.0, 201.5], way)
    assert marked(anna.journey) == (98.5, 300.0, "unlit")
    assert [event.at for event in told(anna)] == [at(4)]


def test_lamps_that_go_out_while_she_is_on_her_way_are_marked_then() -> None:
    """She is later than she meant to be: at midnight the street ahead goes out, two minutes before she is there."""
    way = encoded(line_of(NIGHT, [(300.0, (LIT,)), (300.0, (LIT, Span(MIDNIGHT, Light.UNLIT, "schedule")))]))
    anna = Walk(journey(eta_min=120.0, plan_min=110.0))
    walking([190.0, 195.0], way, 56.0, anna)
    assert marked(anna.journey) is None
    walking([210.0], way, 58.0, anna)
    assert marked(anna.journey) == (90.0, 300.0, "unlit")
    assert anna.journey.light is not None
    assert anna.journey.light.state == "lit"
    assert [event.rule for event in told(anna)] == ["schedule"]
    walking([290.0], way, 60.0, anna)
    assert marked(anna.journey) == (10.0, 300.0, "unlit")
    walking([310.0], way, 61.0, anna)
    assert (marked(anna.journey), anna.journey.light.state if anna.journey.light else "") == (None, "unlit")
    assert len(told(anna)) == 1


def test_lamps_that_come_on_again_are_marked_until_they_do() -> None:
    """A minute before they burn the street ahead is as dark as it was."""
    way = encoded(line_of(NIGHT, [(300.0, (LIT,)), (300.0, (UNLIT, Span(MIDNIGHT, Light.LIT, "schedule")))]))
    anna = Walk(journey(eta_min=120.0, plan_min=110.0))
    walking([210.0], way, 59.0, anna)
    assert marked(anna.journey) == (90.0, 300.0, "unlit")
    assert [event.rule for event in told(anna)] == ["tagged_unlit"]
    walking([230.0], way, 60.0, anna)
    assert marked(anna.journey) is None


METRES = st.lists(st.tuples(st.integers(10, 200), st.lists(st.integers(0, 20), max_size=3, unique=True)), max_size=8)


@given(METRES, st.lists(st.tuples(st.floats(0.0, 4.0), st.floats(0.0, 120.0)), min_size=1, max_size=12))
def test_the_mark_that_is_kept_is_the_one_that_would_be_found_anew(
    stretches: list[tuple[int, list[int]]], steps: list[tuple[float, float]]
) -> None:
    """Wherever she goes, to and fro, however long she stands, and whatever goes out or on meanwhile: what her row has kept
    since the last change is what somebody would be told who looked at her for the first time now."""
    order = (LIT, UNLIT, UNKNOWN, ASSUMED)
    runs = []
    for n, (metres, minutes) in enumerate(stretches):
        spans = [Span(at(m), order[(n + k) % 4].state, "schedule") for k, m in enumerate(sorted(minutes), 1)]
        runs.append((float(metres), (order[n % 4], *spans)))
    way = encoded(line_of(NIGHT, [(100.0, (LIT,)), *runs]))
    anna, minute, along_m = Walk(journey(eta_min=120.0, plan_min=110.0)), 1.0, 0.0
    for more_min, more_m in steps:
        minute, along_m = minute + more_min + 0.1, max(0.0, along_m + more_m - 20.0)
        walking([along_m], way, minute, anna)
        fresh = walking([along_m], way, minute, Walk(journey(eta_min=120.0, plan_min=110.0)))
        kept, found = marked(anna.journey), marked(fresh.journey)
        assert kept == found or (found is None and kept is not None and AHEAD_M < kept[0] <= GONE_M)
        assert anna.journey.light is not None
        assert fresh.journey.light is not None
        assert (anna.journey.light.state, anna.journey.light.rule) == (
            fresh.journey.light.state,
            fresh.journey.light.rule,
        )


def test_beside_her_route_nothing_is_said() -> None:
    """Off her route it is another street's light; back on it the mark is there again, and is not told a second time."""
    anna = walking([210.0])
    walking([220.0], first_min=2.0, anna=anna, astray_m=60.0)
    assert (marked(anna.journey), is_known(anna.journey)) == (None, False)
    walking([230.0], first_min=3.0, anna=anna)
    assert marked(anna.journey) == (170.0, 160.0, "unlit")
    assert len(told(anna)) == 1


def test_without_a_known_route_nothing_is_said() -> None:
    """No map, no route, a row that cannot be read: her walk is as it was before there was lighting."""
    for lights in (b"", b"what is this"):
        anna = walking([210.0, 230.0], lights)
        assert (marked(anna.journey), told(anna)) == (None, [])
    nowhere = walking([210.0], along_m=None, astray_m=None)
    assert (nowhere.journey.light is None or not nowhere.journey.light.state, told(nowhere)) == (True, [])


def test_another_line_is_another_light() -> None:
    """After she has gone by another way what she was told of the first one counts no more."""
    anna = walking([210.0])
    other = encoded(line_of(NIGHT, [(250.0, (LIT,)), (200.0, (UNKNOWN,)), (100.0, (LIT,))]))
    walking([210.0], other, 2.0, anna)
    assert marked(anna.journey) == (40.0, 200.0, "unknown")
    assert [event.light for event in told(anna)] == ["unlit", "unknown"]


def test_what_another_device_measured_says_nothing_on_her_screen() -> None:
    """A linked tracker's place is never drawn for her, and neither is the light there."""
    anna = walking([210.0])
    anna.do(lambda j: fixes.tracked(j, [sighting(2, along_m=230.0, astray_m=4.0)], at(anna.minute), every_s=60.0))
    assert (marked(anna.journey), is_known(anna.journey)) == (None, False)


def test_a_late_fix_says_nothing() -> None:
    """Where she was ten minutes ago is no light ahead of her."""
    assert told(walking([210.0], fresh=False)) == []


@pytest.mark.parametrize("profile", sorted(PROFILES))
@pytest.mark.parametrize("standing", [one for one in Standing if one is not Standing.AT_HAVEN])
def test_the_dark_asks_nobody_anything(profile: str, standing: Standing) -> None:
    """In every profile and for every cause of a question she is asked and others are told exactly what they would be on a lit
    way: the mark moves no deadline and makes no question."""
    walks = []
    for lights in (WAY, b""):
        anna = Walk(journey(profile))
        walking([100.0 + 20.0 * n for n in range(12)], lights, anna=anna, standing=standing, speed_mps=1.2)
        anna.to(60)
        walks.append(
            (anna.rows, anna.minute, [e for e in anna.events if isinstance(e, PromptRaised)], _bare(anna.journey))
        )
        assert bool(told(anna)) is bool(lights)
    assert walks[0] == walks[1]


def _bare(one: Journey) -> Journey:
    """But for the mark, and when the row was last touched."""
    return replace(one, light=None, updated_at=0.0)


def test_no_cause_of_a_question_is_about_light() -> None:
    """Nobody is asked because a street is dark."""
    assert not any(word in cause.value for cause in Cause for word in ("lit", "dark", "light"))


def test_under_duress_her_screen_has_the_same_mark() -> None:
    """The cover story walks the same way in the same light; and what is true of her goes on behind it."""
    anna = walking([190.0])
    anna.keep(under_duress(anna.journey, lambda j, proof: ended(j, at(anna.minute), proof), at(anna.minute)))
    assert anna.journey.shadow is not None
    plain = walking([190.0])
    plain.ends(Proof.PIN)
    walking([210.0], first_min=2.0, anna=anna)
    walking([210.0], first_min=2.0, anna=plain)
    assert anna.journey.shadow.light == plain.journey.light
    assert marked(anna.journey.shadow) == marked(plain.journey)


def test_the_mark_is_not_looked_up_at_every_fix() -> None:
    """While she is between one change and the next nothing of her row changes but her place."""
    anna = walking([100.0])
    light = anna.journey.light
    walking([110.0, 120.0, 130.0], first_min=2.0, anna=anna)
    assert anna.journey.light is light
    assert light is not None
    assert light.high_m == 400.0 - AHEAD_M
