"""Another way, over the whole house: a new line is read, checked, kept, and what she is held against from then on."""

import polyline
import pytest

from geofence.destination import Destination
from geofence.judge import NO_EVIDENCE
from geofence.mode import Mode
from service.doors.phones import wire
from service.havens import Listed, ListedHavens, NoHavens
from service.journey.model import JourneyState, Progress
from service.journey.turn import Answer
from service.people.refusals import Refused, Why
from service.people.rerouting import divert, reroute
from service.people.wished_legs import WishedLeg
from service.rows import Kept
from tests.geofence.drawn import Point, street
from tests.geofence.drawn import place as at_metres
from tests.world import Traveller, World
from tests.world_people import DURESS_PIN, HOMEWARD, PIN, WRONG_PIN, Walk

BY_THE_RIVER: tuple[Point, ...] = ((80, 0), (80, 500), (1400, 500))
TO_TOWN: tuple[Point, ...] = ((0, 0), (0, 900))
LEGS = (WishedLeg(route=HOMEWARD), WishedLeg(mode=Mode.RIDE, end=Destination(*at_metres(6400, 500)), minutes=10))


def line(corners: tuple[Point, ...] = BY_THE_RIVER) -> dict[str, str]:
    """As her app sends it."""
    return {"format": "polyline6", "data": polyline.encode([at_metres(*corner) for corner in corners], 6)}


async def out(world: World, **how: str) -> tuple[Traveller, Walk]:
    anna = await world.traveller("Anna", contacts=[world.contact("Beth", primary=True)])
    walk = await anna.sets_off(plan_min=40, **how)  # type: ignore[arg-type]
    await anna.walks(walk, minutes=1)
    return anna, walk


async def walks_by_the_river(world: World, anna: Traveller, walk: Walk, *, metres: int) -> Kept:
    """North from (80, 0), where her first way goes on to the east."""
    for north in range(0, metres, 14):
        await world.pass_time(seconds=10)
        await anna.phone.measures(*at_metres(80, north))
        await world.settle()
    return await walk.kept()


async def test_a_line_she_gives_unasked_is_what_she_is_held_against() -> None:
    """Three hundred metres north of the old way, and on her route; the end is the same, so is the ETA, her last place stays
    and her progress begins anew."""
    async with World() as world:
        anna, walk = await out(world)
        before = await walk.kept()
        answer = await anna.phone.command(wire.NewRoute, **line())
        assert (answer.done, answer.code, answer.at) == (True, "rerouted", before.journey.eta_at)
        kept = await walk.kept()
        assert kept.route is not None
        assert kept.route.destination == HOMEWARD.destination
        assert kept.route.length_m == kept.journey.plan.route_m == pytest.approx(1820, abs=2)
        assert kept.evidence.last == before.evidence.last != NO_EVIDENCE.last

        kept = await walks_by_the_river(world, anna, walk, metres=300)
        assert (kept.journey.progress, kept.journey.open_incident) == (Progress.ON_ROUTE, None)
        assert kept.journey.seen is not None
        assert kept.journey.seen.along_m == pytest.approx(290, abs=25)
        shown = anna.phone.socket.of(wire.JourneyFrame)[-1].journey or {}
        assert shown["total_m"] == kept.journey.plan.route_m


async def test_after_another_way_a_line_brings_the_corridor_back() -> None:
    """Asked, *another way*, a line: off that one she is asked again."""
    async with World() as world:
        anna, walk = await out(world)
        await walks_by_the_river(world, anna, walk, metres=150)
        await anna.answers(anna.phone.expect_prompt("off_route").id, "another_way")
        dropped = await walk.kept()
        assert dropped.journey.route_dropped
        assert dropped.evidence == dropped.evidence.on_another_way()
        await anna.phone.command(wire.NewRoute, **line())
        kept = await walks_by_the_river(world, anna, walk, metres=280)
        assert (kept.journey.route_dropped, kept.journey.progress) == (False, Progress.ON_ROUTE)

        await world.pass_time(minutes=11)
        for east in range(0, 120, 14):
            await world.pass_time(seconds=10)
            await anna.phone.measures(*at_metres(80 + east, 280))
            await world.settle()
        anna.phone.expect_prompt("off_route")
        world.expect_everything()


async def test_a_line_to_somewhere_else_or_none_at_all_is_refused_by_its_field() -> None:
    """Nothing was changed."""
    async with World() as world:
        anna, walk = await out(world)
        house, account = world.front.house, await anna.account()
        for form, data, field in (
            ("polyline6", line(TO_TOWN)["data"], "route"),
            ("polyline6", "???", "route.polyline"),
            ("gpx", "<gpx", "route.gpx"),
        ):
            with pytest.raises(Refused) as refused:
                await reroute(house, account, form, data, command=field, door="her phone")
            assert (refused.value.why, refused.value.field) == (Why.INVALID, field)
        assert (await walk.kept()).route == HOMEWARD


async def test_a_line_has_no_more_points_than_the_legs_to_come_leave_room_for() -> None:
    """All lines lie in the row of her journey: 20,000 points together, also on the way."""
    async with World() as world:
        anna = await world.traveller("Anna", contacts=[world.contact("Beth", primary=True)])
        home = WishedLeg(route=street((1400, 500), *zigzag(15_000)))
        walk = await anna.sets_off(plan_min=600, legs=(WishedLeg(route=HOMEWARD), home))
        house, account = world.front.house, await anna.account()
        before = await walk.kept()
        long = line((*((x - 31_400, y) for x, y in zigzag(10_000)), (1400, 500)))
        with pytest.raises(Refused) as refused:
            await reroute(house, account, *long.values(), command="r1", door="her phone")
        assert refused.value.field == "route"
        assert "expected at most 20000 points" in refused.value.detail
        assert (await walk.kept()).route == before.route
        assert (await reroute(house, account, *line().values(), command="r1", door="her phone")).code == "rerouted"


def zigzag(points: int) -> tuple[Point, ...]:
    """Eastward, and no point of it can be left out."""
    return tuple((1400.0 + n * 3.0, 500.0 + 5.0 * (n % 2)) for n in range(points))


@pytest.mark.parametrize("pin", [PIN, DURESS_PIN])
async def test_at_high_risk_it_takes_a_pin_and_either_gives_her_the_same_line(pin: str) -> None:
    """Tap: pin_needed. With the duress PIN her screen is told the same, goes by the same line, and Beth hears the truth."""
    async with World() as world:
        anna, walk = await out(world, profile="high_risk")
        assert (await anna.phone.command(wire.NewRoute, **line())).code == "pin_needed"
        assert (await walk.kept()).route == HOMEWARD
        assert (await anna.phone.command(wire.NewRoute, **line(), pin=WRONG_PIN)).code == "try_again"
        answer = await anna.phone.command(wire.NewRoute, **line(), pin=pin)
        assert (answer.done, answer.code) == (True, "rerouted")
        kept = await walks_by_the_river(world, anna, walk, metres=150)
        assert kept.route is not None
        assert kept.route.line != HOMEWARD.line
        shown = anna.phone.socket.of(wire.JourneyFrame)[-1].journey or {}
        assert (shown["progress"], shown["prompt"], shown["incident"]) == ("on_route", None, None)
        assert (kept.journey.shadow is not None) is (pin == DURESS_PIN)
        world.expect_everything()


@pytest.mark.parametrize("pin", [PIN, DURESS_PIN])
async def test_a_pin_is_heard_though_the_line_beside_it_is_of_no_use(pin: str) -> None:
    """Either is answered with what is wrong with the line, and she goes on by the old one; behind the duress PIN Beth hears
    the truth. The same line mended goes through under the same name."""
    async with World() as world:
        anna, walk = await out(world)
        house, account = world.front.house, await anna.account()
        with pytest.raises(Refused) as refused:
            await reroute(house, account, "polyline6", "???", command="r1", door="her phone", pin=pin)
        assert (refused.value.why, refused.value.field) == (Why.INVALID, "route.polyline")
        kept = await walk.kept()
        assert (kept.route, kept.journey.shadow is not None) == (HOMEWARD, pin == DURESS_PIN)

        again = await reroute(house, await anna.account(), *line().values(), command="r1", door="her phone", pin=pin)
        assert (again.ok, again.code) == (True, "rerouted")
        world.expect_everything()


async def test_without_a_journey_there_is_an_answer_too() -> None:
    """And the duress PIN is heard, like everywhere."""
    async with World() as world:
        beth = world.contact("Beth", primary=True)
        anna = await world.traveller("Anna", contacts=[beth])
        house, account = world.front.house, await anna.account()
        answer = await reroute(house, account, "gpx", "", command="c1", door="her phone")
        assert (answer.ok, answer.code) == (False, "no_journey")
        forced = await reroute(house, account, "gpx", "", command="c2", door="her phone", pin=DURESS_PIN)
        assert forced.code == "no_journey"
        await world.pass_time(minutes=1)
        beth.phone.expect_text("FORCED")
        world.expect_everything()


async def test_after_the_end_no_line_is_read_any_more() -> None:
    """Whatever it is."""
    async with World() as world:
        anna, walk = await out(world)
        await anna.keys_pin()
        assert (await anna.phone.command(wire.NewRoute, format="gpx", data="")).code == "already_closed"
        assert (await walk.journey()).state is JourneyState.CLOSED


async def test_turning_aside_needs_a_place_that_the_house_knows() -> None:
    """A house that knows none refuses every one."""
    async with World() as world:
        anna, _ = await out(world)
        with pytest.raises(Refused) as refused:
            await divert(world.front.house, await anna.account(), "p1", command="c1", door="her phone")
        assert (refused.value.why, refused.value.field) == (Why.INVALID, "haven")


@pytest.mark.parametrize("pin", [None, PIN, DURESS_PIN])
async def test_a_repeated_line_gets_its_first_answer_on_the_next_leg_too(pin: str | None) -> None:
    """Her phone has not heard the answer and asks again; by then she has boarded, and the line ends where her leg did. It is
    not read again: she goes on by the one of her new leg."""
    async with World() as world:
        anna = await world.traveller("Anna", contacts=[world.contact("Beth", primary=True)])
        walk = await anna.sets_off(plan_min=40, legs=LEGS)
        house, account = world.front.house, await anna.account()

        async def asks() -> Answer:
            return await reroute(house, account, *line().values(), command="r1", door="her phone", pin=pin)

        first = await asks()
        await anna.phone.command(wire.LegTap, to=1, pin=pin)
        boarded = await walk.kept()
        assert await asks() == first
        assert (first.ok, first.code) == (True, "rerouted")
        kept = await walk.kept()
        assert (kept.route, kept.ahead) == (boarded.route, boarded.ahead)
        world.expect_everything()


async def test_turning_aside_is_repeated_in_vain_and_answered_all_the_same() -> None:
    """The place has closed since: the first answer stands. Asked anew it is refused."""
    async with World() as world:
        anna, walk = await out(world)
        house, account = world.front.house, await anna.account()
        house.watch.havens = ListedHavens([Listed("p1", "Medway Street", 51.38, 0.5, "police")], "UTC")
        first = await divert(house, account, "p1", command="c1", door="her phone")
        house.watch.havens = NoHavens()
        assert (first.ok, first.code) == (True, "diverted")
        assert await divert(house, account, "p1", command="c1", door="her phone") == first
        with pytest.raises(Refused):
            await divert(house, account, "p1", command="c2", door="her phone")
        assert (await walk.journey()).haven is not None
