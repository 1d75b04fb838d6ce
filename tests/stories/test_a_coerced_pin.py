"""Somebody makes Anna key her PIN, and she keys the other one."""

import re
from dataclasses import dataclass
from itertools import count

import pytest

from alerts.notice import Kind
from service.doors.phones import wire
from service.journey.model import Cause
from service.people import choosing
from tests.world import Traveller, World
from tests.world_people import DURESS_PIN, PIN, Walk
from tests.world_phones import Phone


@dataclass
class Evening:
    """What could be seen of one evening by whoever holds her phone, and by Dad, who is not on her SOS list."""

    screen: list[str]
    her_texts: list[tuple[float, str]]
    dads_texts: list[tuple[float, str]]


def plain(world: World, anna: Traveller, walk: Walk, reference: str, text: str) -> str:
    """`text` without what is drawn at random for every journey."""
    text = text.replace(anna.id, "anna").replace(reference, "K742").replace(anna.phone.token, "token")
    return re.sub(r"/c/[\w-]+", "/c/link", text)


def without_proofs(screen: list[str]) -> list[str]:
    """A screen without how far each message has come."""
    frames = [text for text in screen if '"type":"told"' not in text]
    return [re.sub(r'"told":\[.*?\]', '"told":[]', text) for text in frames]


async def evening(world: World, anna: Traveller, pin: str, *, overdue: bool, goes_on: bool) -> Evening:
    """She sets off, is perhaps overdue, keys `pin` to end it or to say that she is all right, and her phone streams on.
    If her journey goes on she is overdue once more."""
    walk = await anna.sets_off(plan_min=20, tell=[anna.contacts[1]])
    await anna.walks(walk, minutes=3)
    if overdue:
        await world.pass_time(minutes=26)
    journey = await walk.journey()
    reference, code = journey.plan.reference, journey.plan.code
    if goes_on:
        await anna.answers("", pin=pin)
        await world.pass_time(minutes=40)
    else:
        await anna.keys_pin(pin)
    await anna.walks(walk, minutes=5)
    await anna.keys_pin(pin)
    await anna.phone.goes_dark()
    await anna.walks(walk, minutes=2)
    await anna.phone.connects()
    await world.pass_time(minutes=20)

    def shown(phone: Phone) -> list[tuple[float, str]]:
        sent = [s for s in world.gateway.sent if s.message.to == phone.number and s.at >= walk.began_at]
        return [
            (s.at, plain(world, anna, walk, reference, s.message.text).replace(f"Reply {code}", "Reply 42"))
            for s in sent
        ]

    screen = [plain(world, anna, walk, reference, text) for line in anna.phone.lines for text in line.raw]
    return Evening(screen, shown(anna.phone), shown(anna.contacts[1].phone))


@pytest.mark.parametrize(("overdue", "goes_on"), [(False, False), (True, False), (True, True)])
async def test_her_phone_and_those_not_on_the_sos_list_see_the_same_bytes(
    overdue: bool, goes_on: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Frame by frame her screen says what it says after the true PIN, to the end of the journey; so does every text to
    her and to Dad. Only Beth, who is on the SOS list, hears that Anna may be forced to say she is safe. (Of a second alarm
    in the same journey her screen shows the texts to Beth as delivered at once: seconds, not bytes, are alike there.)"""
    seen = {}
    for pin in (PIN, DURESS_PIN):
        ids = map("contact{}".format, count(1))
        monkeypatch.setattr(choosing, "new_id", lambda _length, ids=ids: next(ids))
        async with World() as world:
            beth, dad = world.contact("Beth"), world.contact("Dad", on_sos_list=False)
            anna = await world.traveller("Anna", contacts=[beth, dad])
            seen[pin] = await evening(world, anna, pin, overdue=overdue, goes_on=goes_on)
            told = [s.message.text for s in beth.phone.reached if "FORCED" in s.message.text]
            assert bool(told) is (pin == DURESS_PIN)
            world.expect_everything()

    if goes_on:
        for one in seen.values():
            one.screen = without_proofs(one.screen)
    assert seen[DURESS_PIN].screen == seen[PIN].screen
    assert seen[DURESS_PIN].her_texts == seen[PIN].her_texts
    assert seen[DURESS_PIN].dads_texts == seen[PIN].dads_texts


async def test_behind_it_the_sos_list_is_texted_and_called_until_somebody_closes_it() -> None:
    """Beth is told at once, is told not to ring her, and goes on being called; her phone's next PIN changes nothing."""
    async with World() as world:
        beth, dad = world.contact("Beth"), world.contact("Dad", on_sos_list=False)
        anna = await world.traveller("Anna", contacts=[beth, dad])
        walk = await anna.sets_off(plan_min=20)
        await anna.walks(walk, minutes=3)

        answer = await anna.keys_pin(DURESS_PIN)
        await world.pass_time(minutes=4)

        assert (answer.done, answer.code) == (True, "closed")
        text = beth.phone.expect_text("Anna may be FORCED to say she is safe", "Do NOT ring or text her phone")
        assert walk.minute(text.at) == 3
        assert beth.phone.expect_calls() == 4
        for _ in range(3):
            beth.phone.expect_text("FORCED")
        journey = await walk.journey()
        assert journey.alarm
        assert journey.alarm.cause is Cause.DURESS
        assert anna.phone.socket.of(wire.Told) == []


async def test_a_duress_pin_instead_of_a_cancelled_sos_looks_like_a_cancelled_sos() -> None:
    """The countdown stops on her screen; behind it the alarm is raised as duress, not as the SOS she seemed to stop."""
    async with World() as world:
        beth = world.contact("Beth")
        anna = await world.traveller("Anna", contacts=[beth])
        walk = await anna.sets_off(plan_min=20)
        await anna.presses_sos()
        await world.pass_time(seconds=2)

        answer = await anna.cancels_sos(DURESS_PIN)
        await world.pass_time(seconds=30)

        assert answer.code == "cancelled"
        beth.phone.expect_text("FORCED")
        beth.phone.expect_call()
        assert {p.kind for p in (await walk.journey()).proven} == {Kind.DURESS}
