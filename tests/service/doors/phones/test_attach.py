"""Which journey of hers a phone speaks for."""

from msgspec.structs import replace

from service.doors.phones import wire
from service.doors.phones.attach import Attachment
from service.journey.cover import shown_to_her
from service.journey.model import JourneyState
from service.people.model import Traveller
from service.rows import ScreenChanged, encoded, event_from
from service.store import Put, Unit
from tests.service.people.household import BETH, DURESS, HOME, PIN, Her, Household, household
from tests.stories.test_her_phone_comes_back import LONG_WAY
from tests.world import World


async def at_the_door(home: Household) -> tuple[Her, Attachment]:
    """Anna's phone has said who it is."""
    her = await home.sign_up()
    await her.has("Beth", BETH)
    mine = Attachment(home.house)
    assert await mine.recognise(her.token)
    return her, mine


async def test_a_token_of_nobody_opens_nothing() -> None:
    """And there is no journey to speak for."""
    async with household() as home:
        mine = Attachment(home.house)
        assert not await mine.recognise("somebody")
        assert (mine.who, await mine.attach(), await mine.refreshed()) == (None, None, None)


async def test_the_newest_socket_is_the_one_that_counts() -> None:
    """Each takes the next epoch; attached again to the same journey it takes none."""
    async with household() as home:
        her, first = await at_the_door(home)
        assert await first.attach() is None
        shown = await her.sets_off()
        await first.attach()
        second = Attachment(home.house)
        await second.recognise(her.token)
        await second.attach()
        await second.attach()

        assert (first.key, first.epoch, second.epoch) == (shown["id"], 1, 2)
        first.lost()
        assert first.key is None


async def test_a_socket_knows_its_own_coming_from_what_else_happens() -> None:
    """Nothing is new to it in that; the one it has taken over from learns by the same event that it is the older one."""
    async with household() as home:
        her, first = await at_the_door(home)
        await her.sets_off()
        second = Attachment(home.house)
        await second.recognise(her.token)
        cursors = await home.store.feed_end()
        for mine in (first, second):
            await mine.attach()
        heard = [event_from(entry.event)[1] for entry in await home.store.feed(cursors, 0.0)]

        assert [first.is_its_own(event) for event in heard] == [True, False]
        assert [second.is_its_own(event) for event in heard] == [False, True]
        assert not first.is_its_own(ScreenChanged(at=home.clock.now()))


async def test_what_has_changed_since_her_token_was_read_is_seen() -> None:
    """She has set off anew meanwhile, on whatever device; and then removes this one."""
    async with household() as home:
        her, mine = await at_the_door(home)
        await her.sets_off()
        await mine.recognise(her.token)
        await her.post("/journeys/live/end", {"id": "c1", "pin": PIN})
        second = await her.sets_off()
        assert await mine.attach()
        assert (mine.key, mine.shut_out) == (second["id"], False)

        late = Attachment(home.house)
        await late.recognise(her.token)
        assert late.device
        await her.post(f"/devices/{late.device.id}/revoke", {"pin": PIN})
        await late.attach()
        assert late.shut_out


async def test_another_journey_is_found_when_the_screen_looks() -> None:
    """She has set off anew, on whatever device."""
    async with household() as home:
        her, mine = await at_the_door(home)
        await her.sets_off()
        await mine.attach()
        await her.post("/journeys/live/end", {"id": "c1", "pin": PIN})
        second = await her.sets_off()
        kept = await mine.refreshed()

        assert kept is not None
        assert (mine.key, kept.journey.id, mine.behind) == (second["id"], second["id"], ())


async def test_what_is_kept_no_longer_is_let_go() -> None:
    """Her journey has become too old; then her account is erased, and this phone is shut out."""
    async with household() as home:
        her, mine = await at_the_door(home)
        key = (await her.sets_off())["id"]
        await mine.attach()
        await _takes_away(home, key, account=replace(await home.account(her.id), live=None))

        assert await mine.refreshed() is None
        assert (mine.key, mine.shut_out) == (None, False)

        await _takes_away(home, her.id)
        assert await mine.refreshed() is None
        assert mine.shut_out


async def _takes_away(home: Household, key: str, account: Traveller | None = None) -> None:
    """As retention does: the row, and in the same commit what her account says of it."""
    owner = key.partition("-")[0]
    row, hers = await home.store.load([key, owner])
    assert row is not None
    assert hers is not None
    rest = () if account is None else (Put(owner, hers.version, encoded(account)),)
    assert await home.store.commit([Unit(f"gone {key}", (Put(key, row.version, None), *rest))]) == [True]


async def test_a_journey_that_goes_on_behind_is_known() -> None:
    """Forced to end one and to begin another: the first is where others look for her."""
    async with household() as home:
        her, mine = await at_the_door(home)
        first = await her.sets_off()
        await mine.attach()
        body = {"destination": HOME, "minutes": 20, "replace": True, "pin": DURESS}
        assert (await her.post("/journeys", body)).status_code == 201
        await mine.refreshed()

        assert [key for key, _ in mine.behind] == [first["id"]]
        assert shown_to_her(await home.journey(first["id"])).state is JourneyState.CLOSED


async def test_frames_that_come_together_do_not_take_over_from_one_another() -> None:
    """Her phone is connected before she sets off, and sends a beat and fixes the moment she has: one socket, one epoch."""
    async with World() as world:
        anna = await world.traveller("Anna", contacts=[world.contact("Dad")])
        line = await anna.phone.connects()
        walk = await anna.sets_off(LONG_WAY, plan_min=90, timer=True)
        beat = wire.Beat(battery=80)
        await line.say(beat)
        await line.say(beat)
        await line.say(anna.phone.frame(0, (world.clock.now(), *walk.place, 8.0)))
        await world.settle()

        assert (await walk.kept()).phone.epoch == 1
        assert line.of(wire.TakenOver) == []
