"""Numbers that cannot be had, by their kind or by their owner's wish: the next way at once, and she is told so."""

import pytest

from alerts.contact import Channel
from alerts.gateway import Delivery
from service.demo.provider.numbers import Kind as Number
from service.demo.provider.phones import Person
from service.demo.twilio_double import SENDER
from tests.provider_world import ProviderWorld
from tests.stories.provider.overdue import overdue, shown

POOL = "MG" + "1" * 32


@pytest.mark.parametrize(
    ("number", "text_code", "rung"),
    [
        (Number.LANDLINE, 21614, True),
        (Number.LANDLINE_ABROAD, 21635, True),
        (Number.LANDLINE_FOUND_OUT, 30006, True),
        (Number.FILTERED, 30007, True),
        (Number.GONE, 30003, True),
        (Number.NO_REASON, 30008, True),
        (Number.INVALID, 21211, False),
        (Number.PREMIUM, 21612, False),
        (Number.FOREIGN, 21408, False),
        (Number.UNVERIFIED, 21608, False),
        (Number.BLOCKED, 30004, False),
        (Number.UNKNOWN, 30005, False),
    ],
)
async def test_a_number_that_cannot_be_texted_is_rung_at_once_and_otherwise_the_next_tier_hears(
    number: Number, text_code: int, rung: bool
) -> None:
    """Refused, or given back by the carrier two seconds later: Beth's phone rings in that second; where it cannot be rung
    either, Dad of tier 2 reads it as soon as that is known."""
    async with ProviderWorld() as world:
        beth, dad = world.contact("Beth"), world.contact("Dad", tier=2)
        _, walk = await overdue(world, beth, dad, minutes=27)
        world.phone(beth).kind = number
        await world.pass_time(minutes=4.9)

        text = next(p for p in (await walk.journey()).proven if p.to == beth.id and p.channel is Channel.SMS)
        assert (text.state in (Delivery.FAILED, Delivery.UNDELIVERED), text.code) == (True, text_code)
        showed = shown(world, walk, beth)
        assert [what for _, what, _ in showed[:2]] == (["no-answer"] * 2 if rung else [])
        first_at = showed[0][0] if showed else 4
        assert first_at <= 4
        told_at = shown(world, walk, dad)[0][0]
        assert told_at <= (142 if rung else 80)  # after the second ring, or when that has failed too
        world.expect_everything()


@pytest.mark.parametrize("service", [False, True])
async def test_stop_that_only_the_provider_heard(service: bool) -> None:
    """Dad has sent STOP and we never heard of it: the refusal (21610), or with a messaging service the failure that comes
    afterwards, is what tells us. His phone rings at once; he is not texted again, by nobody, until he sends START."""
    async with ProviderWorld(twilio_messaging_service=POOL if service else "") as world:
        world.double.service(POOL, SENDER)
        dad, beth = world.contact("Dad"), world.contact("Beth", tier=2)
        anna, walk = await overdue(world, dad, beth, minutes=27)
        world.double.exchange.optouts.heard(dad.number, SENDER, "STOP")
        world.phone(dad).picks_up("2")
        await world.pass_time(minutes=7.5)

        text = next(p for p in (await walk.journey()).proven if p.to == dad.id)
        assert (text.state, text.code) == (Delivery.FAILED, 21610)
        seen = shown(world, walk, dad)
        assert {what for _, what, _ in seen} == {"completed"}
        assert seen[0][0] <= 4
        row = (await anna.account()).contact(dad.id)
        assert row is not None
        assert not row.reachable_by_sms
        refused = world.double.counters()["refusals"]
        assert refused.get("21610", 0) == (0 if service else 1)
        assert len(world.entries(dad, since=walk.began_at)) == (1 if service else 0)

        await dad.phone.texts("START")
        row = (await anna.account()).contact(dad.id)
        assert row is not None
        assert row.reachable_by_sms
        world.expect_everything()


async def test_stop_that_both_heard_and_start_after_it() -> None:
    """Dad texts STOP in the middle of the alarm: the provider answers by itself, we send nothing more by text, his phone
    rings with the next rung; with START texts come again."""
    async with ProviderWorld() as world:
        dad, beth = world.contact("Dad"), world.contact("Beth")
        _, walk = await overdue(world, dad, beth, minutes=28.1)
        await dad.phone.texts("Stop")
        await world.pass_time(minutes=8.9)
        assert [what for _, what, _ in shown(world, walk, dad)] == [
            "text",
            "text",
            "no-answer",
            "no-answer",
            "no-answer",
        ]
        assert "unsubscribed" in world.phone(dad).texts[-1].body
        assert world.double.counters()["refusals"] == {}

        await dad.phone.texts("START")
        await dad.phone.texts("on it")
        await world.pass_time(seconds=10)
        assert "Thank you, the others know that you are on it" in world.phone(dad).texts[-1].body
        world.expect_everything()


@pytest.mark.parametrize(
    ("person", "rejects", "off", "ended"),
    [
        (Person(answers_after_s=None), False, False, "no-answer"),
        (Person(), True, False, "busy"),
        (Person(), False, True, "no-answer"),
    ],
)
async def test_however_a_call_ends_without_a_key_it_is_rung_twice_and_then_the_next_tier_hears(
    person: Person, rejects: bool, off: bool, ended: str
) -> None:
    """Nobody takes it, she rejects it, her phone is off: twice, 75 s after the first was over, and then Dad reads it."""
    async with ProviderWorld() as world:
        beth, dad = world.contact("Beth"), world.contact("Dad", tier=2)
        _, walk = await overdue(world, beth, dad, minutes=27)
        phone = world.phone(beth)
        phone.kind, phone.person, phone.rejects_calls = Number.LANDLINE, person, rejects
        if off:
            phone.off()
        await world.pass_time(minutes=4.5)

        first, second = world.entries(beth, "call", since=walk.began_at)[:2]
        assert (first.state, second.state) == (ended, ended)
        assert first.ended_at is not None
        assert second.ended_at is not None
        assert second.at - first.ended_at == 75.0
        [text] = [t for t in world.phone(dad).texts if t.at > walk.began_at]
        assert text.at == second.ended_at + 1.0
        world.expect_everything()
