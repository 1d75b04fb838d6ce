"""Planning ways home."""

from itertools import pairwise

import pytest
from msgspec import structs

from geofence.lighting import Light, Schedule
from geofence.streets.region import Region
from geofence.streets.ways import BETTER_LIT, SHORTEST, NoWay, Reason

from .town import Drawing, grid, town
from .walks import asked, clock, corners, names, opened, planner, report, way_of


def test_the_shortest_way_is_offered_beside_the_better_lit_one(region: Region) -> None:
    """From the canal to Mill Lane's other end Anna may take the dark path; the lit way is longer and comes first."""
    planned = planner(region).plan(asked((10, 0), (590, 0)))
    better, shortest = way_of(planned, "better_lit"), way_of(planned, "shortest")

    assert planned.dark
    assert planned.ways[0] is better
    assert names(shortest) == ["Canal Path"]
    assert shortest.metres == pytest.approx((0, 0, 0, 580), abs=1.0)
    assert "High Street" in names(better)
    assert "Canal Path" not in names(better)[1:-1]
    assert better.metres[Light.LIT] > 800
    assert better.length_m > shortest.length_m


def test_minutes_are_those_of_her_pace(region: Region) -> None:
    """At 1.3 m/s the way that is 580 m long takes seven minutes and a half; at half of that, fifteen."""
    walk = asked((10, 0), (590, 0), weights=[SHORTEST])
    usual, slow = (planner(region).plan(one).ways[0] for one in (walk, structs.replace(walk, pace_mps=0.65)))

    assert usual.duration_s == pytest.approx(580 / 1.3, abs=1.5)
    assert slow.duration_s == pytest.approx(2 * usual.duration_s)


def test_by_day_there_is_the_shortest_way_alone(region: Region) -> None:
    """At noon nothing is dark; the figures are those of nightfall, and the answer says that it is day."""
    planned = planner(region).plan(asked((10, 0), (590, 0), clock("12:00")))

    assert not planned.dark
    assert [way.kinds for way in planned.ways] == [("shortest",)]
    assert planned.ways[0].metres[Light.UNLIT] == pytest.approx(580, abs=1.0)


def test_who_sets_off_by_day_and_walks_into_the_night_is_planned_for_the_night(region: Region) -> None:
    """The sun sets at six: five minutes before it, the lit way is offered."""
    assert planner(region).plan(asked((10, 0), (590, 0), clock("17:54"))).dark


def test_the_light_is_that_of_the_time_at_which_she_passes(region: Region) -> None:
    """Park Walk is lit until 23:00: who sets off at 22:58 finds its far end dark, and who sets off at ten does not."""
    late = planner(region).plan(asked((300, 20), (300, 390), clock("22:58"), [SHORTEST])).ways[0]
    early = planner(region).plan(asked((300, 20), (300, 390), clock("22:00"), [SHORTEST])).ways[0]

    assert names(late) == names(early) == ["Park Walk"]
    assert early.metres[Light.LIT] == pytest.approx(370, abs=1.0)
    assert late.metres[Light.UNLIT] > 180
    assert late.metres[Light.LIT] > 100
    assert late.stretches[0].state is Light.LIT
    assert late.stretches[-1].state is Light.UNLIT


def test_a_street_that_goes_dark_before_she_is_there_is_left(region: Region) -> None:
    """The lamps of Park Walk count when she comes by: at ten it is on the better lit way, at eleven it is not."""
    walk = [(300.0, 20.0), (300.0, 390.0)]
    early, late = (
        planner(region).plan(asked(walk[0], walk[1], clock(hhmm), [BETTER_LIT])).ways[0] for hhmm in ("22:00", "23:05")
    )

    assert names(early) == ["Park Walk"]
    assert names(late) != ["Park Walk"]


def test_a_schedule_puts_out_what_it_applies_to(region: Region) -> None:
    """Where the authority's lamps are off by midnight, Station Road is unlit then and lit before."""
    schedule = Schedule(area="", authority="Kent", off="00:00-05:30", zone="Etc/GMT", applies=("limited",))
    walks = planner(region, [schedule])

    plain, scheduled = (
        one.plan(asked((200, 10), (200, 390), clock("00:30"), [SHORTEST])).ways[0] for one in (planner(region), walks)
    )

    assert names(plain) == ["Station Road"]
    assert plain.metres[Light.UNKNOWN] > 300
    assert scheduled.metres[Light.LIT] == 0


def test_the_line_begins_and_ends_where_she_meets_the_street(region: Region) -> None:
    """Anna stands 30 m off Church Road: her line begins at the foot of that, and the answer says how far it is."""
    planned = planner(region).plan(asked((250, 430), (550, 398)))
    way = planned.ways[0]

    assert corners(way)[0] == (250, 400)
    assert corners(way)[-1] == (550, 400)
    assert planned.off_m == pytest.approx((30, 2), abs=0.2)
    assert way.length_m == pytest.approx(300, abs=0.5)
    assert way.along_m[-1] == way.length_m


def test_two_places_in_one_street_need_no_corner(region: Region) -> None:
    """Both ends between the same two corners: the way is the piece between them, in either direction."""
    there, back = (planner(region).plan(asked(*ends)).ways[0] for ends in (((10, 0), (90, 0)), ((90, 0), (10, 0))))

    assert corners(there) == [(10, 0), (90, 0)]
    assert corners(back) == [(90, 0), (10, 0)]
    assert there.length_m == pytest.approx(80, abs=0.2)


def test_steps_are_left_out_when_she_asks(region: Region) -> None:
    """With a pram Jacob's Ladder is no way: she goes round by Hill Street."""
    walk = ((400, 110), (400, 290))
    plain = planner(region).plan(asked(*walk, weights=[SHORTEST])).ways[0]
    pram = planner(region).plan(asked(*walk, weights=[SHORTEST], no_steps=True)).ways[0]

    assert "Jacob's Ladder" in names(plain)
    assert plain.steps_m == pytest.approx(90, abs=1.0)
    assert pram.steps_m == 0
    assert pram.length_m > plain.length_m


def test_an_escalator_is_taken_one_way_only(region: Region) -> None:
    """The escalator runs up from the ladder to High Street: down she takes another way."""
    up = planner(region).plan(asked((400, 110), (400, 205), weights=[SHORTEST])).ways[0]
    down = planner(region).plan(asked((400, 205), (400, 110), weights=[SHORTEST])).ways[0]

    assert "Escalator" in names(up)
    assert "Escalator" not in names(down)
    assert down.length_m > up.length_m + 100


def test_a_gate_is_shut_at_night(region: Region) -> None:
    """The gate shuts at ten: from behind it nobody is sent through, nor at a minute to; the other way round is open."""
    walk = ((-80, 340), (0, 210))

    assert names(planner(region).plan(asked(*walk, clock("12:00"), [SHORTEST])).ways[0])[:1] == ["Gate"]
    for hhmm in ("21:59", "22:30"):
        assert not {"Gate"} & set(names(planner(region).plan(asked(*walk, clock(hhmm), [SHORTEST])).ways[0]))


def test_a_lamp_that_is_out_makes_the_lit_way_longer_or_another(region: Region) -> None:
    """One report in High Street: those 40 m are unknown, not unlit, and the rule says why."""
    lamp_out = report(300, 200)
    walk = asked((210, 200), (390, 200), weights=[SHORTEST])
    before, after = (planner(region, reports=reports).plan(walk).ways[0] for reports in ([], [lamp_out]))

    assert before.metres[Light.LIT] == pytest.approx(180, abs=0.5)
    assert after.metres[Light.UNKNOWN] == pytest.approx(40, abs=0.5)
    assert after.length_m == pytest.approx(before.length_m)
    assert "reported" in {stretch.rule for stretch in after.stretches}


def test_reports_in_one_place_count_once(region: Region) -> None:
    """Three people tell of the same lamp: the worst of what they say counts there, not the sum."""
    reports = [report(250, 400), report(251, 400, least=Light.UNLIT), report(252, 400)]
    way = planner(region, reports=reports).plan(asked((210, 400), (290, 400), weights=[BETTER_LIT])).ways[0]

    assert way.metres[Light.UNLIT] == pytest.approx(40, abs=0.5)
    assert sum(way.metres) == pytest.approx(way.length_m)


def test_a_concern_leads_round_where_a_way_is_as_good() -> None:
    """Two lit streets round a square are equally long; a concern in one of them makes the other one the better way."""
    drawing = grid(2, 2, 300.0, lit="yes", name="")
    region = opened(drawing)
    walk = asked((0, 0), (300, 300), weights=[BETTER_LIT])
    below, above = (
        corners(planner(region, reports=[report(*spot, least=Light.LIT, concern=True)]).plan(walk).ways[0])
        for spot in ((150, 0), (150, 300))
    )

    assert (300, 0) not in below
    assert (300, 0) in above


def test_both_offered_ways_differ_by_something_she_gains(region: Region) -> None:
    """No way is offered that is longer than another and spares her nothing."""
    for origin, destination in (((10, 0), (590, 0)), ((0, 390), (590, 10)), ((210, 300), (600, 210))):
        ways = planner(region).plan(asked(origin, destination)).ways
        by_length = sorted(ways, key=lambda way: way.length_m)
        for longer, shorter in zip(by_length[1:], by_length, strict=False):
            assert any(sum(longer.metres[k:]) < sum(shorter.metres[k:]) for k in (Light.ASSUMED, Light.UNLIT))


def test_every_kind_that_was_asked_for_is_there(region: Region) -> None:
    """Ways that are the same share their kinds: none is lost."""
    planned = planner(region).plan(asked((10, 400), (590, 400)))

    assert [way.kinds for way in planned.ways] == [("better_lit", "shortest", "careful")]


@pytest.mark.parametrize(
    ("origin", "destination", "reason", "field"),
    [
        ((5000, 0), (10, 0), Reason.OUTSIDE_MAP, "origin"),
        ((10, 0), (0, -9000), Reason.OUTSIDE_MAP, "destination"),
        ((10, 0), (860, -200), Reason.NO_STREET_NEAR, "destination"),
        ((10, 0), (930, 30), Reason.CUT_OFF, "destination"),
        ((1030, 230), (10, 0), Reason.CUT_OFF, "origin"),
        ((10, 0), (10, 0), Reason.SAME_PLACE, ""),
        ((10, 0), (12, 3), Reason.SAME_PLACE, ""),
    ],
)
def test_why_there_is_no_way(
    region: Region, origin: tuple[float, float], destination: tuple[float, float], reason: Reason, field: str
) -> None:
    """Outside the map, in the middle of nowhere, in a yard that is cut off, or where she is already."""
    with pytest.raises(NoWay) as none:
        planner(region).plan(asked(origin, destination))
    assert (none.value.reason, none.value.field) == (reason, field)


def test_how_far_outside_is_told(region: Region) -> None:
    """4 km to the east of the last street."""
    with pytest.raises(NoWay) as none:
        planner(region).plan(asked((10, 0), (5060, 0)))

    assert none.value.metres == pytest.approx(4000, rel=0.01)


@pytest.mark.parametrize("odd", [float("nan"), float("inf"), 91.0, -1e308])
def test_no_place_at_all_is_outside(region: Region, odd: float) -> None:
    """What is no place on earth is on no map."""
    walk = asked((10, 0), (590, 0))
    for origin in ((odd, 0.5), (51.389, odd * 2)):
        with pytest.raises(NoWay) as none:
            planner(region).plan(structs.replace(walk, origin=origin))
        assert none.value.reason is Reason.OUTSIDE_MAP


def test_twenty_kilometres_are_too_far() -> None:
    """A straight road of 21 km: nobody walks it."""
    drawing = Drawing()
    drawing.way(*[(x, 0) for x in range(0, 21_001, 1000)], lit="yes")
    region = opened(drawing)

    with pytest.raises(NoWay) as none:
        planner(region).plan(asked((0, 0), (21_000, 0)))
    assert none.value.reason is Reason.TOO_FAR
    assert planner(region).plan(asked((0, 0), (19_000, 0))).ways[0].length_m == pytest.approx(19_000, rel=0.002)


def test_a_way_may_lead_far_round() -> None:
    """Across the river it is 100 m, by the bridge 2 km: the shortest way is found all the same."""
    drawing = Drawing()
    drawing.way((0, 0), (1000, 0), (1000, 100), (0, 100))
    drawing.way((0, 0), (-50, 0))
    way = planner(opened(drawing)).plan(asked((0, 0), (0, 100), weights=[SHORTEST])).ways[0]

    assert way.length_m == pytest.approx(2100, rel=0.002)


def test_only_by_steps_is_said() -> None:
    """Two streets joined by steps alone: with a pram there is no way, and that is the reason."""
    drawing = Drawing()
    drawing.way((0, 0), (300, 0), (600, 0))
    drawing.way((0, 300), (300, 300), (600, 300))
    drawing.way((300, 0), (300, 300), highway="steps")
    plans = planner(opened(drawing))

    assert plans.plan(asked((10, 0), (10, 300))).ways
    with pytest.raises(NoWay) as none:
        plans.plan(asked((10, 0), (10, 300), no_steps=True))
    assert none.value.reason is Reason.ONLY_STEPS


def test_only_through_a_shut_gate_is_said() -> None:
    """Behind the park is the other street; the park is shut at night."""
    drawing = Drawing()
    drawing.way((0, 0), (300, 0), (600, 0))
    drawing.way((0, 300), (300, 300), (600, 300))
    drawing.way((300, 0), (300, 300), highway="footway", tags={"access:conditional": "no @ (20:00-07:00)"})
    plans = planner(opened(drawing))

    assert plans.plan(asked((10, 0), (10, 300), clock("12:00"))).ways
    with pytest.raises(NoWay) as none:
        plans.plan(asked((10, 0), (10, 300)))
    assert none.value.reason is Reason.CLOSED


def test_where_everything_near_is_shut_is_said() -> None:
    """Her bench stands in a park that is shut at night: she is told so, and at which end of the way."""
    drawing = Drawing()
    drawing.way((0, 0), (300, 0), (600, 0))
    drawing.way((300, 0), (300, 600), highway="footway", tags={"access:conditional": "no @ (20:00-07:00)"})
    plans = planner(opened(drawing))

    with pytest.raises(NoWay) as none:
        plans.plan(asked((300, 400), (10, 0)))
    assert (none.value.reason, none.value.field) == (Reason.CLOSED, "origin")


def test_who_stands_on_a_path_inside_a_shut_park_goes_by_the_street() -> None:
    """The path before her door is open, and the gates at both its ends are shut: the street 40 m off leads home."""
    drawing = Drawing()
    drawing.way((0, 0), (600, 0), (600, 300))
    shut = {"access:conditional": "no @ (20:00-07:00)"}
    drawing.way((0, 0), (0, 40), highway="footway", tags=shut)
    drawing.way((0, 40), (300, 40), highway="footway")
    drawing.way((300, 40), (600, 40), highway="footway", tags=shut)
    planned = planner(opened(drawing)).plan(asked((150, 38), (600, 250)))

    assert planned.off_m[0] == pytest.approx(38, abs=0.5)
    assert corners(planned.ways[0])[0] == (150, 0)


def test_who_lives_on_a_terrace_with_many_paths_goes_by_the_street_below() -> None:
    """Four paths are nearer to her door than the street, and steps alone lead down from them: with a pram she is sent by the
    street, from here and to here; without one by the steps."""
    drawing = Drawing()
    drawing.way((0, 0), (100, 0), (800, 0), (800, 300))
    for one, other in (((100, 40), (140, 40)), ((140, 40), (140, 80)), ((140, 80), (100, 80)), ((100, 80), (100, 40))):
        drawing.way(one, other, highway="footway")
    drawing.way((100, 40), (100, 0), highway="steps")
    plans = planner(opened(drawing))

    assert plans.plan(asked((125, 65), (795, 250))).off_m[0] == pytest.approx(15, abs=0.5)
    assert plans.plan(asked((125, 65), (795, 250), no_steps=True)).off_m[0] == pytest.approx(65, abs=0.5)
    assert plans.plan(asked((795, 250), (125, 65), no_steps=True)).off_m[1] == pytest.approx(65, abs=0.5)


@pytest.mark.parametrize(("off", "found"), [(149.0, True), (151.0, False)])
def test_a_street_is_near_up_to_a_hundred_and_fifty_metres(off: float, found: bool) -> None:
    """Within that she finds it; beyond, nobody says where she would come out."""
    drawing = Drawing()
    drawing.way((0, 0), (1200, 0))
    drawing.way((0, 1000), (1200, 1000), highway="motorway")
    drawing.way((600, 400), (700, 400))
    plans = planner(opened(drawing))
    walk = asked((100, off), (1000, 0))

    if found:
        assert plans.plan(walk).off_m[0] == pytest.approx(off, abs=0.5)
    else:
        with pytest.raises(NoWay) as none:
            plans.plan(walk)
        assert none.value.reason is Reason.NO_STREET_NEAR


def test_a_bent_line_is_as_long_as_its_metres() -> None:
    """The points of a way, measured, are its length: also when it begins in the middle of a curve drawn against it."""
    drawing = Drawing()
    drawing.way(*[(100 * x, (x % 3) * 40) for x in range(12)], lit="yes")
    drawing.way((1100, 80), (1100, 500))
    way = planner(opened(drawing)).plan(asked((1100, 400), (130, 30))).ways[0]
    line = corners(way)

    drawn_m = sum(((a - c) ** 2 + (b - d) ** 2) ** 0.5 for (a, b), (c, d) in pairwise(line))
    assert drawn_m == pytest.approx(way.length_m, rel=0.005)
    assert list(way.along_m) == sorted(way.along_m)


def test_nobody_is_sent_through_a_gate_that_is_not_for_her() -> None:
    """Jacob's Ladder is the straight way up to High Street. With a private gate on it Anna goes round, by any weights; with
    one that is open she does not."""
    ways = {}
    for access in ("yes", "private"):
        drawing = town()
        drawing.node(400, 150, barrier="gate", access=access)
        streets = opened(drawing)
        ways[access] = planner(streets).plan(asked((400, 110), (400, 198))).ways

    assert "Jacob's Ladder" in {name for way in ways["yes"] for name in names(way)}
    assert min(way.length_m for way in ways["yes"]) == pytest.approx(88, abs=0.5)
    assert all((400, 150) not in corners(way) for way in ways["private"])
    assert min(way.length_m for way in ways["private"]) > 250
