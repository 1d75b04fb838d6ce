"""An evening on which everything at the provider goes wrong at once, drawn by lot: what holds all the same."""

import random
from collections import Counter
from itertools import pairwise

import pytest

from alerts.contact import Channel
from alerts.gateway import Delivery
from service.demo.provider.numbers import Kind as Number
from service.demo.provider.phones import Person, Press
from service.demo.provider.script import Do, Script
from service.journey.model import Journey
from tests.provider_world import ProviderWorld, notice_of
from tests.stories.provider.overdue import shown
from tests.world import Contact
from tests.world_people import Walk

REFUSED = (Do.BREAK, Do.DROP)
UNREACHED = (*REFUSED, Do.FAIL, Do.UNDELIVERED)
"""Neither a text nor a call of whoever has one of these ever arrives."""
ODD = (
    Do.LOSE_REPLY,
    Do.GARBLE,
    Do.DROP,
    Do.BREAK,
    Do.SILENT,
    Do.DENY,
    Do.MUTE,
    Do.TWICE,
    Do.SHUFFLE,
    Do.REPLAY,
    Do.GHOST,
    Do.DELAY,
    Do.LIE,
    Do.UNDELIVERED,
    Do.FAIL,
)
NUMBERS = (Number.MOBILE,) * 6 + (Number.LANDLINE, Number.LANDLINE_FOUND_OUT, Number.FILTERED)
TAKES = (
    Person(answers_after_s=None),
    Person(answers_after_s=9.0, hangs_up_after_s=4.0),
    Person(answers_after_s=2.0, what="silent"),
    Person(answers_after_s=12.0, keys=(Press("2", after_s=30.0),)),
    Person(answers_after_s=6.0, keys=(Press("1", after_s=15.0),)),
    Person(answers_after_s=6.0, keys=(Press("3"),)),
)


def drawn(world: ProviderWorld, contact: Contact, dice: random.Random) -> str:
    """What is wrong with somebody's phone tonight."""
    phone = world.phone(contact)
    phone.kind, phone.person = dice.choice(NUMBERS), dice.choice(TAKES)
    phone.mailbox, phone.rejects_calls = dice.random() < 0.2, dice.random() < 0.1
    do = dice.choice(ODD)
    if dice.random() < 0.7:
        world.double.script(
            Script(do=do, number=contact.number, delay_s=dice.choice((5.0, 90.0, 400.0)), http=500, code=30008)
        )
        return do.value
    return "well"


def checked(world: ProviderWorld, walk: Walk, contact: Contact, journey: Journey, wrong: str) -> None:
    """What holds for one of them."""
    entries = [e for e in world.double.to(contact.number) if e.at > walk.began_at]
    assert set(Counter(notice_of(e)[0] for e in entries).values()) <= {1}, "handed over twice"
    for before, after in pairwise(world.phone(contact).calls):
        assert before.ended_at is not None
        assert after.at >= before.ended_at, "rung while on the phone with us"
    if wrong not in UNREACHED:
        assert shown(world, walk, contact), "left out"
    taken = {notice_of(e)[0]: e for e in entries}
    for proof in [p for p in journey.proven if p.to == contact.id]:
        entry = taken.get(proof.id)
        if entry is None:
            waits = proof.made_at > world.clock.now() - 130.0 or wrong in REFUSED
            assert proof.dropped is not None or proof.state is Delivery.FAILED or waits, f"lost: {proof}"
            assert proof.accepted_at is None
        elif proof.channel is Channel.SMS and proof.state is Delivery.DELIVERED:
            assert entry.state == "delivered"


@pytest.mark.parametrize(("seed", "sos"), [(0, False), (0, True), (10, False)])
async def test_whatever_goes_wrong_nobody_is_left_out(seed: int, sos: bool) -> None:
    """Five people in two tiers: each whom the provider takes anything for has been shown something within fourteen minutes,
    nothing was handed over twice or lost, nobody was rung while a call of ours was in his hand, and nothing is called
    delivered that the provider does not call so."""
    dice = random.Random(seed)
    async with ProviderWorld(second_sender=dice.random() < 0.5) as world:
        people = [world.contact(f"C{n}", tier=1 + n // 3, primary=n == 1) for n in range(5)]
        anna = await world.traveller("Anna", contacts=people)
        walk = await anna.sets_off(plan_min=20)
        await world.pass_time(minutes=27)
        wrong = {c.name: drawn(world, c, dice) for c in people}
        world.double.rates.requests_s = dice.choice((None, None, 5.0))
        world.double.carrier.jitter_s = dice.choice((0.0, 20.0))
        if sos:
            await anna.presses_sos()
        await world.pass_time(minutes=15)
        journey = await walk.journey()
        for contact in people:
            checked(world, walk, contact, journey, wrong[contact.name])
        world.expect_everything()
