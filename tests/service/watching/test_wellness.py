"""Is every promise being kept right now? By name, and in a sentence for whoever is woken by it."""

import msgspec
import pytest

from alerts.turns import Lane
from service import absence
from service.store import Put, Send, Unit
from service.watching import disk
from service.watching.auditor import AUDIT, BOOK, Audit
from service.watching.wellness import Trouble, Wellness, lasting, looked_at
from tests.doubles.gateway import refused
from tests.doubles.network import FarStore
from tests.world import World


async def failing(world: World) -> tuple[str, ...]:
    """What is wrong, by name."""
    return (await looked_at(world.front.house)).failing


async def says(world: World, name: str) -> str:
    """The sentence about one of them."""
    return next(one.sentence for one in (await looked_at(world.front.house)).troubles if one.name == name)


async def audited(world: World, **found: object) -> None:
    """An auditor has looked just now."""
    audit = Audit(at=world.clock.now(), **found)  # type: ignore[arg-type]  # as the test says
    await world.store.book_put(BOOK, AUDIT, msgspec.msgpack.encode(audit))


async def test_a_house_that_is_well_has_no_trouble() -> None:
    """Rounds are young, nothing waits."""
    async with World() as world:
        await world.front.watchman.one_round()
        well = await looked_at(world.front.house)

        assert (well.ok, well.failing, well.round_age_s, well.unsent_s) == (True, (), 0.0, None)


async def test_an_old_round_is_told_by_the_processs_own_clock() -> None:
    """Somebody may set the wall clock: a round that is not made grows old all the same."""
    async with World() as world:
        await world.front.watchman.one_round()
        world.clock.step_wall(-3600)
        world.clock.forward(31)

        assert await failing(world) == ("watchman",)
        assert "31 s ago" in await says(world, "watchman")


async def test_a_process_without_rounds_goes_by_what_is_written_down() -> None:
    """A web process sees the watchman die, and comes back to health with it."""
    async with World() as world:
        await world.front.watchman.one_round()
        web = await world.comes_up()
        assert (await looked_at(web.house)).ok
        world.clock.forward(31)
        assert (await looked_at(web.house)).failing == ("watchman",)
        await world.front.watchman.one_round()
        assert (await looked_at(web.house)).ok


async def test_a_mark_of_the_future_grows_old_too() -> None:
    """A clock that is set back by an hour must not make the last round look young for an hour."""
    async with World() as world:
        await world.store.book_put(absence.BOOK, absence.ROUND, msgspec.msgpack.encode(world.clock.now() + 3600))
        web = await world.comes_up()
        assert (await looked_at(web.house)).ok
        world.clock.forward(31)
        assert (await looked_at(web.house)).failing == ("watchman",)


async def test_a_watchman_that_never_came_is_missed() -> None:
    """Doors alone arm journeys that nobody would ever look at again."""
    async with World() as world:
        assert await failing(world) == ()
        world.clock.forward(31)

        assert await failing(world) == ("watchman",)
        assert await says(world, "watchman") == (
            "No round has ever been made, so no deadline is noticed. Start `lamplit watchman`."
        )


async def test_doors_that_have_closed_are_missed() -> None:
    """Whoever goes round sees that no phone can reach us."""
    async with World() as world:
        await world.store.book_put(absence.BOOK, absence.DOOR, msgspec.msgpack.encode(world.clock.now()))
        world.clock.forward(61)
        await world.front.watchman.one_round()

        assert await failing(world) == ("doors",)
        world.expect_error("service was away")


async def test_a_message_that_waits_for_a_minute_is_a_broken_promise() -> None:
    """A claimed one, and one for later, wait for nobody."""
    async with World() as world:
        at = world.clock.now()
        sends = (Send("due", at, 1, b"?"), Send("later", at + 9e6, 2, b"?"))
        await world.store.commit([Unit("u", (Put("a-1", 0, b""),), sends=sends)])
        world.clock.forward(61)
        await world.store.book_put(absence.BOOK, absence.ROUND, msgspec.msgpack.encode(world.clock.now()))

        well = await looked_at(world.front.house)
        assert (well.failing, well.unsent_s, well.outbox) == (("dispatch",), 61.0, (0, 1, 1))
        await world.store.claim(await world.store.waiting(world.clock.now(), 9), world.clock.now(), 60.0)
        assert await failing(world) == ()
        await world.store.commit([Unit("v", (Put("a-1", 1, None),), unsend=("due", "later"))])


async def test_a_store_that_is_away_says_why() -> None:
    """Nothing else can be known then."""
    far = FarStore()
    async with World(store=far) as world:
        far.away = True
        assert await failing(world) == ("store",)
        assert "the store is away" in await says(world, "store")
        far.away = False


async def test_a_store_that_takes_nothing_is_named() -> None:
    """As this process has found when it tried."""
    async with World() as world:
        world.front.house.watch.store_ok = False

        assert await failing(world) == ("commits",)


@pytest.mark.parametrize(
    ("found", "name", "serious", "words"),
    [
        ({"wakes": 2, "kicked": 2}, "deadlines", True, "2 deadlines came due more than a minute ago"),
        ({"notices": (0, 1, 0)}, "auditor", False, "1 message had waited"),
        ({"mended": 1}, "rows", False, "1 journey had lost its place"),
        ({"stuck": 1, "unreadable": 1}, "rows", False, "2 journeys cannot be judged"),
    ],
)
async def test_what_the_auditor_found_is_said(found: dict[str, object], name: str, serious: bool, words: str) -> None:
    """In whichever process it looked. A journey that cannot be judged is grave, and no reason to close the doors."""
    async with World() as world:
        await audited(world, **found)
        well = await looked_at(world.front.house)

        assert (well.failing, well.ok) == ((name,), not serious)
        assert words in await says(world, name)


async def test_an_auditor_that_is_late_is_named() -> None:
    """What it found then says nothing of now."""
    async with World() as world:
        await audited(world, wakes=7)
        await world.front.watchman.one_round()
        world.clock.forward(201)
        await world.front.watchman.one_round()

        assert await failing(world) == ("auditor",)
        assert "has not looked for 3 min" in await says(world, "auditor")
        world.expect_error("service was away")


async def test_a_provider_that_refuses_is_no_reason_to_close_the_doors() -> None:
    """It is known how long it has refused."""
    async with World() as world:
        anna = await world.traveller("Anna", contacts=[world.contact("Dad")])
        await anna.sets_off(plan_min=20, timer=True)
        world.gateway.always(anna.phone.number, refused(20003))
        await anna.phone.texts("MORE 5")
        await looked_at(world.front.house)
        await world.pass_time(seconds=20)
        well = await looked_at(world.front.house)

        assert (well.ok, well.failing) == (True, ("provider",))
        assert well.refused == {Lane.TEXTS: "our credentials were refused"}
        assert well.refused_s == {Lane.TEXTS: 20.0}


async def test_what_does_not_get_out_is_named_by_its_channel() -> None:
    """A mail server that is down is no provider that refuses texts; where neither texts nor calls get out, somebody has to
    ring by hand."""
    async with World() as world:
        said = [("provider mail", b"out of reach"), ("provider hooks", b"the receiver answered 503")]
        for name, words in said:
            await world.store.book_put("service", name, words)
        assert await failing(world) == ("mail", "webhook")
        assert "E-mail does not get out: out of reach" in await says(world, "mail")
        assert "texts and calls go on" in await says(world, "mail")

        await world.store.book_put("service", "provider texts", b"our account is suspended")
        assert await failing(world) == ("provider", "mail", "webhook")
        assert "refused texts: our account is suspended" in await says(world, "provider")

        await world.store.book_put("service", "provider calls", b"our account is suspended")
        assert "ring those at the head of the list yourself" in await says(world, "provider")


async def test_a_disk_that_is_nearly_full_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """While there is still time."""
    monkeypatch.setattr(disk, "free_bytes", lambda _: disk.GB // 2)
    async with World() as world:
        assert await failing(world) == ("disk",)
        assert "0.5 GB of disk are left" in await says(world, "disk")


def test_a_time_is_told_as_people_tell_it() -> None:
    """Seconds, then minutes, then hours."""
    assert [lasting(s) for s in (31.2, 119.0, 200.0, 8000.0)] == ["31 s", "119 s", "3 min", "2 h"]
    assert Wellness((Trouble("disk", ""),)).ok
