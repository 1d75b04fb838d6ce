"""Anna walks home by a way with dark stretches, over the whole house: what her screen says of them, and who hears of it."""

from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from geofence.route import Route, read_points
from service.doors.phones import wire
from service.maps.along import Mapped
from service.maps.planning import Planning
from tests.doubles.clock import HandClock
from tests.geofence.drawn import place
from tests.service.maps.medway import medway
from tests.world import Contact, Traveller, World
from tests.world_pages import Browser, link_to
from tests.world_people import Walk

CANAL_M = 500.0
DARK_WORDS = ("unlit", "not known to be lit", "lamps")


def evening(hhmm: str) -> World:
    """The town at that time of a December night."""
    at = datetime.fromisoformat(f"2026-12-01T{hhmm}").replace(tzinfo=ZoneInfo("Europe/London")).timestamp()
    return World(clock=HandClock(at))


def line(*corners: tuple[float, float]) -> Route:
    """A route by corners in metres."""
    return read_points([place(*corner) for corner in corners])


HIGH_STREET_THEN_CANAL = line((0, 200), (300, 200), (300, 5), (300, 0), (590, 0))
"""Lit for 300 m; then Park Walk, whose lamps go out at eleven; at 500 m the canal, unlit to its end."""


async def her_evening(world: World, folder: Path, beth: Contact, *, mapped: bool = True) -> tuple[Traveller, Walk]:
    """She sets off with Beth walking with her."""
    anna = await world.traveller("Anna", contacts=[beth, world.contact("Dad")])
    if mapped:
        maps = medway(folder)
        house = world.front.house
        house.planning, house.lights = Planning(maps), Mapped(maps.lights_of)
    return anna, await anna.sets_off(HIGH_STREET_THEN_CANAL, plan_min=30, walk_with=[beth])


def screens(anna: Traveller) -> list[Any]:
    """What her phone has drawn of her journey since she set off."""
    return [frame.journey for frame in anna.phone.socket.of(wire.JourneyFrame) if frame.journey]


def light(anna: Traveller) -> Any:
    """What her screen shows now."""
    return screens(anna)[-1]["light"]


async def read_by(world: World, walk: Walk, beth: Contact) -> str:
    """What Beth's page says now."""
    return (await Browser.at(world, link_to(walk, beth)).opens()).lower()


async def test_the_mark_comes_in_time_and_goes_where_the_dark_begins(tmp_path: Path) -> None:
    """At half past nine Park Walk is lit. The canal, 500 m on, is marked from 200 m before it, nearer in steps of 50 m, until
    she is there. Nobody is asked, and all that anybody is sent is Beth's link at the start; her page has no word of it."""
    async with evening("21:30") as world:
        beth = world.contact("Beth", primary=True)
        anna, walk = await her_evening(world, tmp_path, beth)
        while walk.along_m < 720.0:
            await anna.walks(walk, minutes=1 / 6)
            ahead, left_m = light(anna)["ahead"], CANAL_M - walk.along_m
            if left_m > 230.0 or left_m < -20.0:
                assert ahead is None
            elif 10.0 < left_m < 190.0:
                assert ahead["in_m"] == pytest.approx(left_m, abs=50.0)
                assert (ahead["state"], ahead["for_m"]) == ("unlit", pytest.approx(290, abs=12))
                page = await read_by(world, walk, beth)
                assert not any(word in page for word in DARK_WORDS)
        assert light(anna)["now"] == "unlit"
        assert len(screens(anna)) < 15
        assert anna.phone.socket.of(wire.PromptFrame) == []
        beth.phone.expect_text("/c/")
        assert all(sending.expected for sending in world.gateway.sent)
        await anna.keys_pin()
        world.expect_everything()


async def test_lamps_that_go_out_before_she_is_there_are_marked_while_they_burn(tmp_path: Path) -> None:
    """She sets off so that Park Walk goes out as she comes to it: two minutes and a half before eleven it is marked, lit as it still is."""
    async with evening("22:56:30") as world:
        anna, walk = await her_evening(world, tmp_path, world.contact("Beth", primary=True))
        marks = []
        while walk.along_m < 280.0:
            await anna.walks(walk, minutes=1 / 6)
            marks.append((world.clock.now() < walk.began_at + 60.0, light(anna)["ahead"], light(anna)["now"]))
        assert all(ahead is None for early, ahead, _ in marks if early)
        assert next(ahead["state"] for early, ahead, _ in marks if not early and ahead) == "unlit"
        assert marks[-1][1]["in_m"] < 60
        assert {now for *_, now in marks} == {"lit"}
        assert anna.phone.socket.of(wire.PromptFrame) == []
        await anna.keys_pin()
        world.expect_everything()


async def test_others_are_sent_what_they_would_be_without_a_map(tmp_path: Path) -> None:
    """She stands still in the dark and does not answer: every text and call, and every second of them, is as it would be had
    nobody known of any light."""
    sent = []
    for mapped in (True, False):
        async with evening("21:30") as world:
            beth = world.contact("Beth", primary=True)
            anna, walk = await her_evening(world, tmp_path, beth, mapped=mapped)
            begun = world.clock.now()
            await anna.walks(walk, minutes=8)
            await anna.stands(walk, minutes=25)
            sent.append(sorted((round(one.at - begun), one.message.to, one.is_call) for one in world.gateway.sent))
            texts = " ".join(one.message.text.lower() for one in world.gateway.sent)
            assert not any(word in texts for word in DARK_WORDS)
            await anna.keys_pin()
            world.expect_everything()
    assert sent[0] == sent[1]
    assert len(sent[0]) > 3
