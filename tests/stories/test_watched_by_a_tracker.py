"""A woman with an off-the-shelf tracker app is watched today: OwnTracks, or Traccar Client, and no screen of ours."""

from itertools import pairwise
from typing import Any

from msgspec.structs import replace

from geofence.fix import ASIDE
from service.journey.model import JourneyState, LinkState
from service.people import setting_off
from service.people.wishes import Wish
from service.watch import Change
from tests.world import World
from tests.world_pages import Browser
from tests.world_people import DURESS_PIN, HOMEWARD, Walk
from tests.world_trackers import linked, sets_off, snapshot_of, track


async def test_anna_walks_home_with_owntracks_only_and_is_late() -> None:
    """She is asked by text, there being no screen of ours; Beth is told, with the last place and how old it is."""
    async with World() as world:
        beth = world.contact("Beth")
        anna = await world.traveller("Anna", contacts=[beth])
        app = await linked(world, anna)
        walk = await sets_off(world, anna, app)
        await app.walks(walk, minutes=10)
        seen = (await walk.journey()).seen
        assert seen is not None
        assert (seen.tracked, (await walk.journey()).link.state) == (True, LinkState.LIVE)

        await world.pass_time(minutes=17)  # her phone has died; a nudge before the ETA, a text at it
        anna.phone.expect_text("All ok for time?")
        await world.pass_time(minutes=2)
        assert walk.minute(anna.phone.expect_text("All ok? Reply OK and your PIN").at) == 28.75
        await world.pass_time(minutes=5)

        told = beth.phone.expect_text("Anna has NOT arrived", "Last seen")
        assert f"{seen.lat:.5f}" in await Browser(told).presses("/see")
        world.expect_everything()


async def test_she_arrives_with_owntracks_only() -> None:
    """Fixes at her door end the journey as those of our own app do: two inside, and one three minutes later."""
    async with World() as world:
        anna = await world.traveller("Anna", contacts=[world.contact("Beth")])
        app = await linked(world, anna)
        walk = await sets_off(world, anna, app)
        await app.walks(walk, minutes=24)
        assert (await walk.journey()).state is JourneyState.ARRIVED_PENDING
        await app.walks(walk, minutes=4, mps=0.0)

        assert (await walk.journey()).closed is not None
        world.expect_everything()


async def test_her_phone_learns_the_region_once_and_is_asked_where_she_is_while_a_question_stands() -> None:
    """`setWaypoints` with her destination in the first reply and in no other; `reportLocation` every half minute while she
    is asked something, and never twice in one."""
    async with World() as world:
        anna = await world.traveller("Anna", contacts=[world.contact("Beth")])
        app = await linked(world, anna)
        walk = await sets_off(world, anna, app)
        await app.walks(walk, minutes=5)
        regions = [c for c in app.heard if c["action"] == "setWaypoints"]
        assert [round(w["lat"], 4) for c in regions for w in c["waypoints"]["waypoints"]] == [
            round(HOMEWARD.destination.lat, 4)
        ]
        before = [c["action"] for c in app.heard].count("reportLocation")

        await app.walks(walk, minutes=7, mps=0.0)
        assert (await walk.journey()).open_incident is not None
        asked = [c["action"] for c in app.heard].count("reportLocation") - before
        assert 1 <= asked <= 5
        await app.reports(walk)
        once = len(app.heard)
        await app.reports(walk)
        assert len(app.heard) == once
        world.expect_everything()


async def test_her_app_and_her_tracker_at_once() -> None:
    """Her app speaks for her while it is heard, and its numbers are its own; the tracker is kept beside it. When her app
    falls silent the tracker, which was beside it, takes over; when it comes back it speaks again."""
    async with World() as world:
        anna = await world.traveller("Anna", contacts=[world.contact("Beth")])
        app = await linked(world, anna)
        walk = await anna.sets_off(plan_min=40)
        for _ in range(6):
            await anna.walks(walk, minutes=0.5)
            await app.reports(walk)
        kept = await walk.kept()
        assert (kept.phone.buffer, kept.phone.next, anna.phone.wanted > 0) == ("store-1", 18, True)
        assert kept.journey.seen is not None
        assert (kept.journey.seen.tracked, kept.journey.link.cadence_s) == (False, 10.0)
        assert {f.segment for f in await track(world, walk) if f.by} == {ASIDE}

        await anna.phone.goes_dark()  # the screen is locked
        await app.walks(walk, minutes=5)
        journey = await walk.journey()
        assert journey.seen is not None
        assert (journey.seen.tracked, journey.link.state, journey.link.cadence_s) == (True, LinkState.LIVE, 300.0)

        await anna.phone.connects()
        await anna.walks(walk, minutes=1)
        kept = await walk.kept()
        assert kept.journey.seen is not None
        assert (kept.journey.seen.tracked, kept.phone.next) == (False, 24)
        world.expect_everything()


async def test_a_tracker_that_was_left_at_home_never_says_that_she_has_arrived() -> None:
    """Her tablet reports from home all evening while she walks with her app. Her phone dies on the way: she is missed."""
    async with World() as world:
        beth = world.contact("Beth")
        anna = await world.traveller("Anna", contacts=[beth])
        tablet = await linked(world, anna)
        walk = await anna.sets_off(plan_min=25)
        home = HOMEWARD.places()[-1]
        for _ in range(4):
            await anna.walks(walk, minutes=1)
            await tablet.posts(tablet.located(*home, vel=0))
        await anna.phone.goes_dark()
        for _ in range(30):
            await world.pass_time(minutes=1)
            await tablet.posts(tablet.located(*home, vel=0))

        journey = await walk.journey()
        assert (journey.state, journey.link.state) == (JourneyState.ACTIVE, LinkState.LOST)
        assert journey.seen is not None
        assert not journey.seen.tracked
        assert beth.phone.expect_text("Anna")
        world.expect_everything()


async def test_its_silence_is_judged_by_its_own_heartbeat() -> None:
    """At 300 s a quarter of an hour is nothing and 25 minutes are lost (row 2); at 60 s five minutes are."""
    for heartbeat_s, lost_min in ((300.0, 25), (60.0, 5)):
        async with World() as world:
            anna = await world.traveller("Anna", contacts=[world.contact("Beth")])
            app = await linked(world, anna, heartbeat_s=heartbeat_s)
            walk = await sets_off(world, anna, app, plan_min=120)
            await app.walks(walk, minutes=1)
            await world.pass_time(minutes=lost_min - 0.5)
            assert (await walk.journey()).link.state is LinkState.STALE
            await world.pass_time(minutes=1)
            assert (await walk.journey()).link.state is LinkState.LOST
            anna.phone.expect_text("Your phone has gone quiet")
            world.expect_everything()


async def test_no_screen_of_hers_draws_what_the_tracker_measured() -> None:
    """Her snapshot says how far she has come by her own app alone; Beth, whom she asked along, sees the place."""
    async with World() as world:
        beth = world.contact("Beth")
        anna = await world.traveller("Anna", contacts=[beth])
        app = await linked(world, anna)
        wish = Wish(route=HOMEWARD, minutes=40, tracker=app.id, walk_with=(beth.id,))
        kept = await setting_off.set_off(world.front.house, anna.id, wish)
        await world.settle()
        walk = Walk(world, kept.journey.id, HOMEWARD, world.clock.now())
        await app.walks(walk, minutes=5)
        shown = await snapshot_of(anna, walk)
        seen = (await walk.journey()).seen
        assert seen is not None
        assert seen.along_m is not None
        assert (shown["done_m"], shown["link"], shown["progress"]) == (None, "live", "on_route")
        assert f"{seen.lat:.5f}" not in str(shown)
        line = await anna.phone.connects()
        assert all(f"{seen.lat:.5f}" not in str(frame) for frame in line.frames)
        assert f"{seen.lat:.5f}" in await Browser(beth.phone.expect_text("walk with her")).presses("/see")
        world.expect_everything()


async def test_behind_a_journey_she_was_made_to_begin_those_who_look_for_her_see_the_tracker() -> None:
    """She gave the duress PIN, and somebody sets off anew with her phone: the tracker in her bag goes on telling both."""
    async with World() as world:
        beth = world.contact("Beth")
        anna = await world.traveller("Anna", contacts=[beth])
        app = await linked(world, anna)
        walk = await sets_off(world, anna, app)
        await app.walks(walk, minutes=3)
        await anna.phone.connects()
        await anna.keys_pin(DURESS_PIN)
        await world.pass_time(seconds=5)
        beth.phone.expect_text("FORCED")
        made = await sets_off(world, anna, app)
        before = (await walk.journey()).seen
        await world.pass_time(minutes=2)
        walk.along_m += 150
        heard = len(app.heard)
        await app.reports(walk)

        first, second = (await walk.journey()).seen, (await made.journey()).seen
        ats = [seen.at if seen is not None else 0.0 for seen in (before, first, second)]
        assert (ats[0] < ats[1], ats[1] == ats[2]) == (True, True)
        assert [c["action"] for c in app.heard[heard:]].count("setWaypoints") == 1
        world.expect_everything()


async def test_a_new_destination_is_a_new_region() -> None:
    """The reply says so once more."""
    async with World() as world:
        anna = await world.traveller("Anna", contacts=[world.contact("Beth")])
        app = await linked(world, anna)
        walk = await sets_off(world, anna, app)
        await app.walks(walk, minutes=1)

        def elsewhere(records: Any, _now: float) -> Change:
            kept = records[walk.key]
            there = replace(kept.route.destination, lat=kept.route.destination.lat + 0.01)
            return Change({walk.key: replace(kept, route=replace(kept.route, destination=there))})

        await world.front.house.watch.transact((walk.key,), elsewhere)
        await app.walks(walk, minutes=1)
        lats = [w["lat"] for c in app.heard if c["action"] == "setWaypoints" for w in c["waypoints"]["waypoints"]]

        assert [round(b - a, 3) for a, b in pairwise(lats)] == [0.01]
        world.expect_everything()
