"""A better-lit way home, told over the whole house: planned by the town's map, walked with the light along it, and turned
aside from to a place that the map knows."""

from pathlib import Path
from typing import Any

from geofence.route import Route, read_polyline
from service.doors.phones import wire
from service.havens import ListedHavens
from service.journey.model import JourneyState
from service.maps.along import Mapped
from service.maps.answer import PlanAnswer
from service.maps.havens import AllHavens
from service.maps.planning import Planning, Walk
from service.maps.regions import Maps
from service.people.looking import contact_looks
from tests.geofence.drawn import WALKING_MPS, place
from tests.service.maps.medway import medway
from tests.world import Traveller, World


def with_map(world: World, folder: Path) -> Maps:
    """The house of this evening has the town's map."""
    house, maps = world.front.house, medway(folder)
    house.planning, house.lights = Planning(maps), Mapped(maps.lights_of)
    house.watch.havens = AllHavens(ListedHavens((), "Europe/London"), maps)
    return maps


async def planned(world: World, origin: tuple[float, float], destination: tuple[float, float]) -> PlanAnswer:
    """What her phone is offered."""
    now = world.clock.now()
    walk = Walk(origin=place(*origin), destination=place(*destination), at=now)
    return await world.front.house.planning.plan("her phone", walk, now)


def line(answer: PlanAnswer, kind: str) -> Route:
    """The line of one of the ways, as she sets off with it."""
    return read_polyline(next(way for way in answer.ways if kind in way.kinds).line, 6)


def screens(anna: Traveller) -> list[Any]:
    """What her phone has drawn of her journey since she set off."""
    return [frame.journey for frame in anna.phone.socket.of(wire.JourneyFrame) if frame.journey]


async def test_an_unlit_stretch_ahead_is_on_her_screen_and_nobody_asks_her(tmp_path: Path) -> None:
    """She takes the shortest way all the same, by the path along the canal: marked before it begins, told of in the plan;
    no question, no text."""
    async with World() as world:
        maps = with_map(world, tmp_path)
        anna = await world.traveller("Anna", contacts=[world.contact("Beth")])
        answer = await planned(world, (0, 45), (590, 5))
        lit, short = answer.ways[0], answer.ways[-1]
        assert "unlit" in lit.why
        assert short.metres["unlit"] > 300

        walk = await anna.sets_off(line(answer, "shortest"), plan_min=30)
        await anna.walks(walk, minutes=3)

        marks = [one["light"]["ahead"] for one in screens(anna) if one["light"] and one["light"]["ahead"]]
        assert marks
        assert marks[0]["state"] == "unlit"
        assert marks[0]["in_m"] > 0
        assert anna.phone.socket.of(wire.PromptFrame) == []
        await anna.keys_pin()
        world.expect_everything()
        await maps.close()


async def test_she_is_told_of_the_pub_by_its_door_and_turns_aside_to_it(tmp_path: Path) -> None:
    """By the metres that she would walk; Beth, who walks with her, reads where she goes; an open place counts only because
    she said so, and the journey goes on."""
    async with World() as world:
        maps = with_map(world, tmp_path)
        beth = world.contact("Beth", primary=True)
        anna = await world.traveller("Anna", contacts=[beth])
        walk = await anna.sets_off(line(await planned(world, (8, 200), (600, 390)), "better_lit"), walk_with=[beth])
        await anna.walks(walk, minutes=1)
        beth.phone.expect_text("/c/")
        first = anna.phone.socket.of(wire.Near)[0].open_place
        await maps.look(world.front.house.store, world.clock.now())
        await anna.walks(walk, minutes=1)
        there = anna.phone.socket.of(wire.Near)[-1].open_place
        assert first is not None
        assert there is not None
        assert (first.walk_m, there.name, there.vetted) == (None, "The Bell", False)
        assert there.walk_m is not None
        assert there.walk_m >= there.away_m

        answered = await anna.phone.command(wire.Divert, haven=there.id)
        kept = await contact_looks(world.front.house, walk.key, beth.id)

        assert answered.done
        assert kept is not None
        stay = kept.journey.haven
        assert stay is not None
        assert (stay.id, stay.name, stay.diverted, stay.there) == (there.id, "The Bell", True, False)
        await anna.walks(walk, minutes=(305.0 - walk.along_m) / WALKING_MPS / 60.0)
        await anna.stands(walk, minutes=1)
        journey = await walk.journey()
        assert journey.haven is not None
        assert journey.state is JourneyState.ACTIVE
        await anna.keys_pin()
        world.expect_everything()
        await maps.close()
