"""The dispatcher's desk: the outbox, words, and what became of each message."""

from typing import Any

import pytest

from alerts.contact import Channel
from alerts.facts import Facts
from alerts.gateway import Delivery, PhoneNumber
from alerts.notice import Kind, Notice
from alerts.turns import Lane
from service import telling
from service.desk import provider_errors
from service.people import choosing, testing
from service.people.consenting import never_again
from service.remembered import erasing
from service.rows import notice_bytes
from service.store import Put, Send, Unit
from tests.doubles.gateway import QUEUE_FULL, refused, reply_lost
from tests.stories.test_somebody_is_on_it import overdue
from tests.world import World
from tests.world_people import DURESS_PIN, PIN, Contact


def orphan(journey: str, to: str = "dad") -> Notice:
    return Notice(journey=journey, incident="i1", rung="L2", to=to, kind=Kind.OVERDUE, channel=Channel.SMS, due_at=0.0)


async def test_every_step_of_a_message_is_on_disk() -> None:
    """Accepted, sent, delivered, each with its instant: what Anna and an operator are shown."""
    async with World() as world:
        dad = world.contact("Dad")
        anna = await world.traveller("Anna", contacts=[dad])
        walk = await overdue(world, anna, [dad])

        [proof] = [p for p in (await walk.journey()).proven if p.kind is Kind.OVERDUE]

        assert proof.state is Delivery.DELIVERED
        assert proof.accepted_at is not None
        assert proof.sent_at is not None
        assert proof.delivered_at is not None
        assert [at - walk.began_at for at in (proof.accepted_at, proof.sent_at, proof.delivered_at)] == [
            1680.0,
            1681.0,
            1682.0,
        ]
        assert await world.store.outbox() == []


async def test_a_message_of_nobody_leaves_the_outbox() -> None:
    """No account, no journey, no such contact: nothing is sent, and nothing stands in the way of the others."""
    async with World() as world:
        anna = await world.traveller("Anna", contacts=[world.contact("Dad")])
        walk = await anna.sets_off(plan_min=20)
        for n, notice in enumerate(
            (orphan("nobody-1"), orphan("nobody"), orphan(f"{anna.id}-9"), orphan(walk.key, "x"))
        ):
            send = Send(notice.id, world.clock.now(), 1, notice_bytes(notice))
            put = Put(f"{notice.journey.partition('-')[0]}-7{n}", 0, b"some row")
            assert await world.store.commit([Unit(notice.id, (put,), sends=(send,))]) == [True]
        sent = len(world.gateway.requests)

        await world.pass_time(seconds=5)

        assert (await world.store.outbox(), len(world.gateway.requests)) == ([], sent)


async def test_of_an_erased_account_only_answers_about_an_alarm_go_out() -> None:
    """Erased under duress it stays for the alarm behind it. The invitation that waited for the provider is not sent, nor
    is any code to a number that may be somebody else's; Dad's text about the alarm is answered."""
    async with World() as world:
        dad, eve = world.contact("Dad"), Contact(world, "Eve", "+447700900191")
        anna = await world.traveller("Anna", contacts=[dad])
        house = world.front.house
        world.gateway.script(eve.number, refused(QUEUE_FULL))
        number = PhoneNumber(eve.number)
        await choosing.add(house, await anna.account(), name="Eve", number=number, pin=PIN, door="test")
        await world.settle()
        await erasing.erase(house, await anna.account(), DURESS_PIN, "ERASE", "test")
        await world.pass_time(minutes=5)
        dad.phone.expect_text("FORCED")
        await dad.phone.texts("what is this?")
        await world.pass_time(minutes=1)

        eve.phone.expect_nothing()
        dad.phone.expect_text("if you cannot")
        assert [n for n in await world.store.outbox() if eve.id in n[0]] == []
        world.expect_everything()


async def test_the_address_for_receipts_carries_our_seal() -> None:
    """Notice, attempt and a MAC on both; the words carry this reader's link."""
    async with World() as world:
        dad = world.contact("Dad")
        anna = await world.traveller("Anna", contacts=[dad])
        await overdue(world, anna, [dad])
        message = next(m for m in world.gateway.requests if m.to == dad.number and "NOT arrived" in m.text)

        assert message.callback_url.startswith("https://lamplit.example/twilio/status?n=")
        assert message.reference in message.text


async def test_what_the_provider_turned_out_to_have_is_not_called_dropped() -> None:
    """Its answer was lost, its receipt came: the row goes, and the proof says delivered."""
    async with World() as world:
        dad = world.contact("Dad")
        anna = await world.traveller("Anna", contacts=[dad])
        world.gateway.script(dad.number, reply_lost())
        walk = await overdue(world, anna, [dad])
        assert set(await provider_errors(world.store)) == {Lane.TEXTS}

        await world.pass_time(seconds=30)

        [proof] = [p for p in (await walk.journey()).proven if p.kind is Kind.OVERDUE]
        assert (proof.state, proof.dropped) == (Delivery.DELIVERED, None)
        assert await world.store.outbox() == []


async def test_a_message_that_cannot_be_read_holds_up_no_other() -> None:
    """A newer process may have written it: Dad's text, claimed with it, goes."""
    async with World() as world:
        dad = world.contact("Dad")
        anna = await world.traveller("Anna", contacts=[dad])
        walk = await anna.sets_off(plan_min=20)
        send = Send("newer", walk.began_at, 0, b"\x09?")
        assert await world.store.commit([Unit("newer", (Put("emma-1", 0, b"some row"),), sends=(send,))]) == [True]

        await world.pass_time(minutes=28.5)

        dad.phone.expect_text("NOT arrived")
        anna.phone.expect_asked(texts=1, calls=2)
        assert [name for name, _, _ in await world.store.outbox()] == ["newer"]
        world.expect_error("message cannot be read, put off")


async def test_a_message_that_cannot_be_written_holds_up_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """Words for one of two contacts fail in a way that nobody thought of: the other has his text at once, and that one's
    is tried again and goes."""
    async with World() as world:
        beth, dad = world.contact("Beth"), world.contact("Dad")
        anna = await world.traveller("Anna", contacts=[beth, dad])
        await anna.sets_off(plan_min=20)
        real = telling.facts
        broken = [True]

        def facts(notice: Notice, *more: Any, **named: Any) -> Facts:
            if broken[0] and notice.kind is Kind.OVERDUE:
                broken[0] = False
                raise KeyError("nobody thought of this")
            return real(notice, *more, **named)

        monkeypatch.setattr(telling, "facts", facts)
        await world.pass_time(minutes=28.5)

        anna.phone.expect_asked(texts=1, calls=2)
        dad.phone.expect_text("NOT arrived")
        beth.phone.expect_text("NOT arrived")
        world.expect_error("message cannot be written")


async def test_what_the_provider_refuses_is_known_to_other_processes_until_it_takes_something() -> None:
    """Pages are served by a process that sends nothing; one that was restarted knows it too."""
    async with World() as world:
        dad = world.contact("Dad")
        anna = await world.traveller("Anna", contacts=[dad])
        world.gateway.always(dad.number, refused(20003))
        await overdue(world, anna, [])
        assert await provider_errors(world.store) == {Lane.TEXTS: "our credentials were refused"}

        await world.goes_down()
        world.gateway.forget()
        await world.comes_up()
        await world.pass_time(minutes=1)

        assert await provider_errors(world.store) == {}
        world.expect_everything()


async def test_a_test_alarm_is_followed_over_the_real_way() -> None:
    """Taken, sent, delivered, each in seconds since she asked; a refusal is seen to have failed."""
    async with World() as world:
        dad, beth = world.contact("Dad"), world.contact("Beth")
        anna = await world.traveller("Anna", contacts=[dad, beth])
        world.gateway.script(beth.number, refused())
        for one in (dad, beth):
            await testing.begin(world.front.house, await anna.account(), one.id)
        await world.pass_time(seconds=5)

        dads, beths = (c.test for c in (await anna.account()).contacts)
        assert dads is not None
        assert (dads.state, dads.accepted_at, dads.delivered_at) == ("delivered", dads.sent_at, dads.sent_at + 2)
        assert beths is not None
        assert (beths.state, beths.accepted_at, beths.failed_at) == ("failed", None, beths.sent_at)
        text = dad.phone.expect_text("TEST for Anna: nothing has happened.")
        assert f"Please reply {dads.code}," in text.text
        assert await world.store.outbox() == []


async def test_a_test_that_comes_too_late_is_not_sent() -> None:
    """The provider took nothing for six minutes: it is said to have failed."""
    async with World() as world:
        dad = world.contact("Dad")
        anna = await world.traveller("Anna", contacts=[dad])
        world.gateway.script(dad.number, *(refused(QUEUE_FULL) for _ in range(6)))
        await testing.begin(world.front.house, await anna.account(), dad.id)
        await world.pass_time(minutes=12)

        [contact] = (await anna.account()).contacts
        assert contact.test is not None
        assert contact.test.state == "failed"
        dad.phone.expect_nothing()


async def test_to_a_number_that_is_never_to_be_asked_not_even_an_sos_goes() -> None:
    """Somebody invited before he said never: the one text that an SOS may send is not sent either."""
    async with World() as world:
        dad, eve = world.contact("Dad"), world.contact("Eve")
        anna = await world.traveller("Anna", contacts=[dad])
        house = world.front.house
        added = await choosing.add(
            house, await anna.account(), name="Eve", number=eve.phone.number, pin=PIN, door="test"
        )
        await world.settle()
        await world.pass_time(seconds=3)
        eve.phone.expect_text("asks: may Lamplit tell you")
        await never_again(house, eve.number)
        await anna.phone.connects()
        await anna.presses_sos()
        await world.pass_time(seconds=30)

        dad.phone.expect_text("SOS from Anna")
        eve.phone.expect_nothing()
        contact = (await anna.account()).contact(added.id)
        assert contact is not None
        assert contact.reachable_by_sms is True
        world.expect_everything()


async def test_whoever_says_never_is_answered() -> None:
    """It is the last thing he hears."""
    async with World() as world:
        eve = world.contact("Eve")
        anna = await world.traveller("Anna", contacts=[])
        house = world.front.house
        await choosing.add(house, await anna.account(), name="Eve", number=eve.phone.number, pin=PIN, door="test")
        await world.pass_time(seconds=3)
        eve.phone.expect_text("asks: may Lamplit tell you")
        await eve.phone.texts("never")
        await world.pass_time(seconds=3)

        assert await house.directory.never(eve.number)
        assert [s.is_call for s in eve.phone.unexpected] == [False]
        world.expect_everything()
