"""The timing table at a haven, and on the way to one (row 23), told over the whole house: her phone streams, the shell asks
which havens are open, geofence sees her there, the heart asks her."""

import pytest

from service.doors.phones import wire
from service.havens import Listed, ListedHavens
from service.journey.model import Cause, JourneyState, Level, Progress
from tests.geofence.drawn import place as at_metres
from tests.world import Contact, Traveller, World
from tests.world_people import Walk

BESIDE = at_metres(300, 12)
"""A few steps from her way, 300 m from where it begins."""
STATION = Listed("p1", "Police station", *BESIDE, "police", "24/7")
PUB = Listed("u1", "The Ship", *BESIDE, "pub", "24/7")
SHUT = Listed("s1", "Open church", *BESIDE, "scheme", "off")


async def evening(world: World, *places: Listed, minutes: float = 3.7) -> tuple[Traveller, Contact, Walk]:
    """Anna has walked 300 m of her way home; the house knows these places."""
    world.front.house.watch.havens = ListedHavens(places, "Europe/London")
    beth = world.contact("Beth", primary=True)
    anna = await world.traveller("Anna", contacts=[beth])
    walk = await anna.sets_off(plan_min=60)
    await anna.walks(walk, minutes=minutes)
    return anna, beth, walk


async def test_row_23_at_an_open_police_station_nobody_asks_why_she_stands_still() -> None:
    """Fourteen minutes on its steps: no question. Asked in the fifteenth whether she stays, again a quarter of an hour after
    her OK, and ten minutes after a question that she does not answer Beth hears. The journey goes on."""
    async with World() as world:
        anna, beth, walk = await evening(world, STATION)
        await anna.stands(walk, minutes=14)
        journey = await walk.journey()
        assert (journey.progress, journey.open_incident) == (Progress.AT_HAVEN, None)
        await anna.stands(walk, minutes=2)
        [prompt] = anna.phone.socket.of(wire.PromptFrame)
        assert prompt.kind == "pause_over"
        await anna.answers(prompt.id)

        await anna.stands(walk, minutes=16)
        assert [p.kind for p in anna.phone.socket.of(wire.PromptFrame)] == ["pause_over", "pause_over"]
        anna.phone.expect_text("All ok?")
        await anna.stands(walk, minutes=10)
        beth.phone.expect_text("has not answered")
        journey = await walk.journey()
        assert (journey.state, journey.incident.level if journey.incident else None) == (
            JourneyState.ACTIVE,
            Level.CONCERN,
        )
        anna.phone.expect_calls()
        world.expect_everything()


@pytest.mark.parametrize("place", [PUB, SHUT])
async def test_row_23_a_pub_and_a_church_that_is_closed_quieten_nothing(place: Listed) -> None:
    """Standing still there is asked about after five minutes, like anywhere."""
    async with World() as world:
        anna, _, walk = await evening(world, place)
        await anna.stands(walk, minutes=6.5)
        assert [p.kind for p in anna.phone.socket.of(wire.PromptFrame)] == ["stalled"]
        anna.phone.expect_text("All ok?")
        assert (await walk.journey()).haven is None


async def test_row_23_walking_on_from_a_haven_ends_it_and_nobody_asks() -> None:
    """Six minutes inside, then home: no question on the whole way, and the walk closes at her door."""
    async with World() as world:
        anna, _, walk = await evening(world, STATION)
        await anna.stands(walk, minutes=6)
        await anna.walks(walk, minutes=4)
        journey = await walk.journey()
        assert (journey.progress, journey.haven) == (Progress.ON_ROUTE, None)
        await anna.walks_home(walk)
        await anna.stands(walk, minutes=4)
        assert (await walk.journey()).state is JourneyState.CLOSED
        assert anna.phone.socket.of(wire.PromptFrame) == []


async def test_row_23_turning_aside_takes_one_tap_and_her_screen_shows_where_to() -> None:
    """`divert`: done, the ETA a quarter of an hour later, the place on her screen; asked after a quarter of an hour."""
    async with World() as world:
        anna, _, walk = await evening(world, PUB, minutes=1)
        before = (await walk.journey()).eta_at or 0.0
        answer = await anna.phone.command(wire.Divert, haven="u1")
        assert (answer.done, answer.code, answer.at) == (True, "diverted", before + 900)
        shown = anna.phone.socket.of(wire.JourneyFrame)[-1].journey or {}
        assert shown["haven"] == {
            "id": "u1",
            "name": "The Ship",
            "since": world.clock.now(),
            "ask_at": world.clock.now() + 900,
            "there": False,
            "diverted": True,
        }
        await anna.walks(walk, minutes=2.7)
        await anna.stands(walk, minutes=1)
        journey = await walk.journey()
        assert journey.haven is not None
        assert journey.haven.there


async def test_row_23_a_place_that_nobody_knows_and_one_that_is_closed_are_refused() -> None:
    """In words that name the field; nothing was changed."""
    async with World() as world:
        anna, _, walk = await evening(world, SHUT, minutes=1)
        assert await anna.phone.command(wire.Divert, haven="nowhere") == await anna.phone.command(
            wire.Divert, haven="s1"
        )
        assert (await walk.journey()).haven is None


async def test_row_23_turning_aside_lowers_nothing_that_others_have_heard_of() -> None:
    """Overdue, and then a tap: it is kept, the alarm and the ladder are as they were, the ETA too."""
    async with World() as world:
        anna, beth, walk = await evening(world, STATION, minutes=1)
        await anna.phone.goes_dark()
        await world.pass_time(minutes=85)
        beth.phone.expect_text("silent since")
        beth.phone.expect_text("NOT arrived")
        before = await walk.journey()
        await anna.phone.connects()
        assert (await anna.phone.command(wire.Divert, haven="p1")).code == "diverted"
        after = await walk.journey()
        assert after.haven is not None
        assert (after.incident, after.eta_at) == (before.incident, before.eta_at)
        assert after.incident is not None
        assert after.incident.cause is Cause.OVERDUE
        world.expect_everything()
