"""From a report to her journey, and what is said back."""

import asyncio
from typing import Any

import pytest
from msgspec.structs import replace

from service.doors.trackers.reported import Place, Report
from service.doors.trackers.taking import ASK_EVERY_S, cried, cried_from_memory, take, take_behind, wanted
from service.house import House
from service.journey.model import Seen
from service.people.model import Tracker, Traveller
from service.tracked import end_of
from tests.doubles.network import FarStore
from tests.world import World
from tests.world_people import HOMEWARD
from tests.world_process import PLACE, voice_of
from tests.world_trackers import TrackerApp, linked, sets_off, track


async def hers(world: World, app: TrackerApp) -> tuple[Traveller, Tracker]:
    """Account and tracker as the door finds them."""
    secret = app.typed_in.get("password") or app.typed_in["device_identifier"]
    found = await world.front.house.directory.tracker(secret)
    assert found is not None
    return found


def place(world: World, metres: float = 0.0, ident: str = "a", **more: object) -> Place:
    lat, lon = HOMEWARD.places()[0]
    at = world.clock.now()
    return Place(ident=ident, at=at, lat=lat + metres / 111_000, lon=lon, accuracy_m=8.0, **more)  # type: ignore[arg-type]


async def test_a_report_without_time_is_of_the_moment_it_came() -> None:
    """There is nothing else to go by."""
    async with World() as world:
        anna = await world.traveller("Anna", contacts=[world.contact("Beth")])
        app = await linked(world, anna)
        walk = await sets_off(world, anna)
        where = Place(ident="a", at=None, lat=51.38, lon=0.5, accuracy_m=8.0)
        await take(world.front.house, *await hers(world, app), Report(device=app.id, places=(where,)))
        assert [f.at for f in await track(world, walk)] == [world.clock.now()]


async def test_more_than_a_batch_is_kept_in_order() -> None:
    """A queue in one request, the newest first, as some write it."""
    async with World() as world:
        anna = await world.traveller("Anna", contacts=[world.contact("Beth")])
        app = await linked(world, anna)
        walk = await sets_off(world, anna)
        places = []
        for n in range(250):
            world.clock.forward(1)
            places.append(place(world, metres=n, ident=f"p{n}"))
        report = Report(device=app.id, places=tuple(reversed(places)))
        await take(world.front.house, *await hers(world, app), report)
        ats = [f.at for f in await track(world, walk)]
        assert (len(ats), ats == sorted(ats)) == (250, True)
        world.expect_everything()


async def test_its_own_word_on_its_heartbeat_stays_within_bounds() -> None:
    """A second is no heartbeat, and a day is not what she was told before she set off."""
    async with World() as world:
        anna = await world.traveller("Anna", contacts=[world.contact("Beth")])
        app = await linked(world, anna)
        walk = await sets_off(world, anna, app)
        for said_s, every_s in ((86_400.0, 300.0), (1.0, 30.0)):
            world.clock.forward(5)
            report = Report(device=app.id, places=(place(world, ident=f"{said_s}"),), heartbeat_s=said_s)
            await take(world.front.house, *await hers(world, app), report)
            assert (await walk.journey()).link.cadence_s == every_s


async def test_her_thumb_on_the_button_once_more_is_a_cry_once_more() -> None:
    """The last place the app knew may be the same as an hour ago, and without a name of its own it is no sign of a
    repeated request. One with a name is."""
    async with World() as world:
        beth = world.contact("Beth")
        anna = await world.traveller("Anna", contacts=[beth])
        app = await linked(world, anna, "traccar")
        house, cries = world.front.house, world.front.cries
        report = Report(device=app.id, sos=True, places=(place(world),))
        named = Report(device=app.id, sos=True, places=(place(world, ident="uuid", named=True),))
        journeys = []
        for cry, heard in ((report, True), (report, True), (named, True), (named, False)):
            await cried(house, cries, *await hers(world, app), cry)
            await anna.phone.connects()
            await anna.keys_pin()
            await world.pass_time(minutes=70)
            if heard:
                beth.phone.expect_text("her PIN was given")
            journeys.append((await anna.account()).journeys)
        assert journeys == [1, 2, 3, 3]


async def test_the_place_that_comes_with_her_alarm_is_told_though_it_is_old() -> None:
    """Ten minutes ago, before there was a journey: where she was, with its age, and nothing that is judged."""
    async with World() as world:
        beth = world.contact("Beth")
        anna = await world.traveller("Anna", contacts=[beth])
        app = await linked(world, anna, "traccar")
        at = round(world.clock.now()) - 600
        assert (await app.asks(lat=51.4, lon=0.5, timestamp=at, accuracy=8, alarm="sos")).status_code == 200
        kept = await world.front.house.watch.look((await anna.account()).live or "")
        seen = kept.journey.seen
        assert seen is not None
        assert (seen.lat, seen.at, seen.received_at, seen.tracked) == (51.4, at, at, True)
        assert kept.evidence.last is None
        await world.pass_time(seconds=5)
        beth.phone.expect_text("SOS from Anna")
        beth.phone.expect_call()


async def test_the_first_text_of_her_alarm_says_where() -> None:
    """The place is in the same commit as the alarm, on a journey of its own and on one under way: whoever sends the text
    right after that has it. Older than what is known it changes nothing, and nor does one of hours ago or nonsense."""
    async with World() as world:
        beth = world.contact("Beth")
        anna = await world.traveller("Anna", contacts=[beth])
        app, house, cries = await linked(world, anna, "traccar"), world.front.house, world.front.cries
        now = world.clock.now()
        other: dict[str, Any] = {"ident": "b", "lat": 51.0, "lon": 0.1, "accuracy_m": 8.0}
        old = (Place(at=now - 600, **other), Place(at=now - 7200, **other), Place(at=now + 86_400 * 9, **other))
        report = Report(device=app.id, sos=True, places=(*old, place(world)))
        await cried(house, cries, *await hers(world, app), report)
        own = await house.watch.look((await anna.account()).live or "")
        assert own.journey.alarm is not None
        assert own.journey.seen == Seen(
            lat=report.places[-1].lat, lon=report.places[-1].lon, at=now, received_at=now, accuracy_m=8.0, tracked=True
        )
        assert (own.evidence.last, own.trackers) == (None, ())  # nothing is judged by it, and nothing is taken yet
        await take(house, *await hers(world, app), report)
        assert (await house.watch.look(own.journey.id)).trackers[0].pressed

        await anna.phone.connects()
        await anna.keys_pin()
        await world.pass_time(minutes=61)
        beth.phone.expect_text("her PIN was given")
        walk = await sets_off(world, anna, app)
        for ident, where in (("c", place(world, metres=300)), ("d", Place(at=now, **other))):
            named = Report(device=app.id, sos=True, places=(replace(where, ident=ident, named=True),))
            await cried(house, cries, *await hers(world, app), named)
            seen = (await walk.journey()).seen
            assert seen is not None
            assert (seen.lat, seen.tracked) == (place(world, metres=300).lat, True)


async def test_the_place_is_said_though_the_store_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    """Her alarm is spoken before it is on disk, from memory, and says where the app was when she pressed."""
    far = FarStore()
    async with World(store=far) as world:
        beth = world.contact("Beth")
        anna = await world.traveller("Anna", contacts=[beth])
        app, house = await linked(world, anna, "traccar"), world.front.house
        account, tracker = await hers(world, app)
        voice = voice_of(house)
        monkeypatch.setattr(House, "voice", property(lambda _: voice))
        far.away = True
        report = Report(device=app.id, sos=True, places=(place(world),))
        crying = asyncio.create_task(cried_from_memory(house, world.front.cries, account, tracker, None, report))
        await world.rest()
        world.clock.forward(3.5)
        await world.rest()
        said = {one.message.text for one in world.gateway.sent if "/SOS/" in one.message.id}
        assert len(said) == 2
        assert [words for words in said if f"near {PLACE}" not in words] == []
        far.away = False
        await crying
        world.expect_error("an SOS is spoken before it is on disk")
        await world.pass_time(seconds=5)
        beth.phone.expect_text("SOS from Anna")
        beth.phone.expect_call()
        world.expect_everything()


async def test_a_cry_is_known_by_the_place_that_came_with_it() -> None:
    """The same request from the same app; another one is pressed anew, and the heart knows that she has cried."""
    async with World() as world:
        anna = await world.traveller("Anna", contacts=[world.contact("Beth")])
        app = await linked(world, anna, "traccar")
        report = Report(device=app.id, sos=True, places=(place(world),))
        house, cries = world.front.house, world.front.cries
        for _ in range(2):
            await cried(house, cries, *await hers(world, app), report)
        await cried(house, cries, *await hers(world, app), Report(device=app.id, sos=True))
        account = await anna.account()
        assert (account.journeys, account.live is not None) == (1, True)
        kept = await house.watch.look(account.live or "")
        assert len([id_ for id_, _ in kept.answered if id_.startswith("trk-")]) == 2
        world.expect_everything()


async def test_what_the_store_cannot_take_behind_is_left_to_the_next_report() -> None:
    """Nobody waits for it, and nothing is raised after the answer."""
    far = FarStore()
    async with World(store=far) as world:
        anna = await world.traveller("Anna", contacts=[world.contact("Beth")])
        app = await linked(world, anna)
        account, tracker = await hers(world, app)
        far.away = True
        await take_behind(world.front.house, account, tracker, Report(device=app.id))
        assert (await wanted(world.front.house, account, tracker, Report(device=app.id))).locate is False
        far.away = False


async def test_without_a_journey_nothing_is_said_back() -> None:
    """Nobody watches; an app is not asked where it is for nothing."""
    async with World() as world:
        anna = await world.traveller("Anna", contacts=[world.contact("Beth")])
        app = await linked(world, anna)
        said = await wanted(world.front.house, *await hers(world, app), Report(device=app.id))
        assert (said.region, said.locate) == (None, False)


async def test_an_app_is_asked_where_it_is_so_often_and_no_more() -> None:
    """It answers with a report, and that with our next reply: without a pause that would be a storm."""
    async with World() as world:
        anna = await world.traveller("Anna", contacts=[world.contact("Beth")])
        app = await linked(world, anna)
        walk = await sets_off(world, anna)
        house, report = world.front.house, Report(device=app.id)
        first = await wanted(house, *await hers(world, app), report)
        again = await wanted(house, *await hers(world, app), report)
        world.clock.forward(ASK_EVERY_S)
        later = await wanted(house, *await hers(world, app), report)

        assert first.region is not None
        assert (first.region.radius_m, again.region, later.region) == (100.0, None, None)
        assert (first.locate, again.locate, later.locate) == (True, False, True)
        assert end_of(await walk.kept(), app.id).asked_at == world.clock.now()


async def test_who_is_seen_and_not_asked_anything_is_left_alone() -> None:
    """But when her phone says that it has come into the region: then one more fix makes it an arrival."""
    async with World() as world:
        anna = await world.traveller("Anna", contacts=[world.contact("Beth")])
        app = await linked(world, anna)
        await sets_off(world, anna, app)
        house, report = world.front.house, Report(device=app.id, places=(place(world),))
        await wanted(house, *await hers(world, app), report)
        world.clock.forward(ASK_EVERY_S)
        await take(house, *await hers(world, app), Report(device=app.id, places=(place(world, ident="b"),)))
        calm = await wanted(house, *await hers(world, app), report)
        there = Report(device=app.id, places=(place(world, entered=True),))
        assert (calm.locate, (await wanted(house, *await hers(world, app), there)).locate) == (False, True)
