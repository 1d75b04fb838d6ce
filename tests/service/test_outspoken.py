"""The one act that may precede its commit; the story is in tests/stories/test_store_away.py."""

from pathlib import Path

from service.doors.phones import wire
from service.outspoken import Ledger, Spoken
from tests.doubles.network import FarStore
from tests.world import World


def test_the_ledger_is_read_by_another_process_as_it_grows(tmp_path: Path) -> None:
    """Nothing at first, then each line; without a file there is nothing."""
    path = tmp_path / "beside" / "spoken.jsonl"
    writer, reader = Ledger(path), Ledger(path)
    assert reader.sid_of("n1") is None

    writer.write(Spoken("n1", "SM1", 1.0))
    assert (reader.sid_of("n1"), reader.sid_of("n2")) == ("SM1", None)
    writer.write(Spoken("n2", "SM2", 2.0))

    assert (reader.sid_of("n2"), Ledger(path).sid_of("n1")) == ("SM2", "SM1")


async def test_a_store_that_answers_in_time_is_not_overtaken() -> None:
    """The countdown is waited for in any case: a PIN within it still means that nobody hears."""
    far = FarStore()
    async with World(store=far) as world:
        beth = world.contact("Beth")
        anna = await world.traveller("Anna", contacts=[beth])
        await anna.sets_off(plan_min=60)
        far.away = True
        await anna.phone.socket.say(wire.Sos(id="cry"))
        world.clock.forward(4)
        await world.rest()

        far.away = False
        await world.until(lambda: anna.phone.socket.of(wire.Done) or None, "an answer")
        await anna.cancels_sos()
        await world.pass_time(minutes=2)

        beth.phone.expect_nothing()


async def test_spoken_without_a_journey_it_is_the_one_the_commit_makes() -> None:
    """The same keys: when the store is back nothing is sent twice."""
    far = FarStore()
    async with World(store=far) as world:
        beth = world.contact("Beth")
        anna = await world.traveller("Anna", contacts=[beth])
        await anna.phone.connects()
        far.away = True
        await anna.phone.socket.say(wire.Sos(id="cry"))
        world.clock.forward(6)
        await world.rest()
        spoken = {s.message.id for s in world.gateway.sent if "/SOS/" in s.message.id}
        assert len(spoken) == 2

        far.away = False
        await world.until(lambda: anna.phone.socket.of(wire.Done) or None, "an answer")
        await world.pass_time(seconds=20)

        beth.phone.expect_text("SOS from Anna")
        beth.phone.expect_call()
        account = await anna.account()
        assert account.live
        assert {notice.rpartition("/i1/")[0] for notice in spoken} == {account.live}
        world.expect_error("an SOS is spoken before it is on disk")


async def test_a_walk_that_is_long_over_is_no_reason_to_stay_silent() -> None:
    """She got home two hours ago and her phone is still connected; the store is away, and she presses."""
    far = FarStore()
    async with World(store=far) as world:
        beth = world.contact("Beth")
        anna = await world.traveller("Anna", contacts=[beth])
        walk = await anna.sets_off(plan_min=20)
        await anna.keys_pin()
        await world.pass_time(minutes=120)
        far.away = True
        await anna.phone.socket.say(wire.Sos(id="cry"))
        world.clock.forward(6)
        await world.rest()
        [*spoken] = (s.message.id for s in world.gateway.sent if "/SOS/" in s.message.id)
        assert len(spoken) == 2
        assert not any(notice.startswith(f"{walk.key}/") for notice in spoken)

        far.away = False
        await world.until(lambda: anna.phone.socket.of(wire.Done) or None, "an answer")
        await world.pass_time(seconds=20)

        beth.phone.expect_text("SOS from Anna")
        beth.phone.expect_call()
        world.expect_error("an SOS is spoken before it is on disk")
        world.expect_everything()
