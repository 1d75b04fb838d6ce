"""A provider that loses replies, reports nothing, reports twice, in the wrong order, or about what it never had."""

from collections import Counter

import pytest

from alerts.gateway import Delivery
from alerts.twilio_gateway import TIMEOUT_S
from service.demo.provider.script import Do, Script
from service.demo.twilio_double import SENDER, TOKEN
from service.desk import provider_errors
from tests.provider_world import STEP_S, ProviderWorld, notice_of
from tests.stories.provider.overdue import overdue, shown
from tests.world import Contact
from tests.world_people import Walk

REAL_S = 0.5
"""How long our gateway waits here for an answer, of real time, instead of ten seconds."""


def sent_of(world: ProviderWorld, contact: Contact, walk: Walk) -> Counter[str]:
    """How often the provider took each of our notices to somebody since she set off."""
    entries = world.double.to(contact.number)
    return Counter(notice_of(e)[0] for e in entries if e.at > walk.began_at)


@pytest.mark.parametrize("do", [Do.TWICE, Do.SHUFFLE, Do.REPLAY, Do.GHOST, Do.EARLY])
async def test_however_it_reports_what_we_say_is_what_was(do: Do) -> None:
    """Twice, last first, all of it again a quarter of an hour later, once more for a SID nobody was ever given, before its
    own reply: the text is delivered, the call rang out, each was made once."""
    async with ProviderWorld() as world:
        beth = world.contact("Beth", primary=True)
        _, walk = await overdue(world, beth, minutes=27)
        world.double.exchange.step_s = (
            0.0 if do is Do.EARLY else STEP_S
        )  # a reply that waits for a callback holds our clock
        world.double.script(Script(do=do, number=beth.number, delay_s=900.0))
        await world.pass_time(minutes=4.7)
        journey = await walk.journey()
        states = [(p.channel, p.state) for p in journey.proven if p.to == beth.id]
        assert states == [("sms", Delivery.DELIVERED), ("call", Delivery.UNDELIVERED)]
        await world.pass_time(minutes=20)

        later = [(p.channel, p.state) for p in (await walk.journey()).proven if p.to == beth.id]
        assert later[:2] == states
        assert set(sent_of(world, beth, walk).values()) == {1}
        world.expect_everything()


async def test_one_that_accepts_and_never_reports_is_rung_after() -> None:
    """Not even `queued`: the text is on her phone, we know of its acceptance alone; 60 s later it rings."""
    async with ProviderWorld() as world:
        beth = world.contact("Beth")
        world.double.script(Script(do=Do.MUTE, number=beth.number))
        _, walk = await overdue(world, beth, minutes=32)

        assert [(at, what) for at, what, _ in shown(world, walk, beth)][:2] == [(1, "text"), (62, "no-answer")]
        text = next(p for p in (await walk.journey()).proven if p.to == beth.id)
        assert (text.state, text.sent_at, text.delivered_at) == (Delivery.ACCEPTED, None, None)
        assert set(sent_of(world, beth, walk).values()) == {1}
        world.expect_everything()


@pytest.mark.parametrize("do", [Do.STALL, Do.LOSE_REPLY])
async def test_a_reply_that_comes_after_a_minute_or_never_is_adopted_by_the_first_callback(do: Do) -> None:
    """We wait so long, and do not know; the callback names the notice: taken as accepted, delivered, and not sent again."""
    async with ProviderWorld() as world:
        beth = world.contact("Beth")
        _, walk = await overdue(world, beth, minutes=27.9)
        await world.loses_patience(REAL_S if do is Do.STALL else TIMEOUT_S)
        world.double.script(Script(do=do, delay_s=60.0))
        await world.pass_time(minutes=2.5)

        assert [at for at, what, _ in shown(world, walk, beth) if what == "text"] == [1]
        assert sent_of(world, beth, walk).most_common(1)[0][1] == 1
        text = next(p for p in (await walk.journey()).proven if p.to == beth.id)
        assert text.state is Delivery.DELIVERED
        assert world.gateway.asked_for == []
        world.expect_everything()


@pytest.mark.parametrize("do", [Do.STALL, Do.LOSE_REPLY, Do.GARBLE])
async def test_without_a_callback_the_list_says_that_it_was_taken(do: Do) -> None:
    """Its queue is forty seconds long, so nothing is called back yet: after twenty we ask what it took, find it, and send
    nothing a second time."""
    async with ProviderWorld() as world:
        beth = world.contact("Beth")
        _, walk = await overdue(world, beth, minutes=27.9)
        world.double.exchange.step_s = 40.0
        await world.loses_patience(REAL_S if do is Do.STALL else TIMEOUT_S)
        world.double.script(Script(do=do, delay_s=60.0, http=500))
        await world.pass_time(minutes=0.9)

        assert len(world.gateway.asked_for) == 1
        assert sent_of(world, beth, walk).most_common(1)[0][1] == 1
        text = next(p for p in (await walk.journey()).proven if p.to == beth.id)
        assert text.accepted_at is not None
        world.expect_everything()


@pytest.mark.parametrize("do", [Do.DROP, Do.BREAK])
async def test_a_request_that_never_got_there_goes_again_as_the_next_attempt(do: Do) -> None:
    """The connection is cut, or a page of a server that is out of order comes back: nobody has it, and Beth reads it once,
    twenty seconds late at most."""
    async with ProviderWorld() as world:
        beth = world.contact("Beth")
        _, walk = await overdue(world, beth, minutes=27.9)
        world.double.script(Script(do=do, http=503))
        await world.pass_time(minutes=1)

        [(at, what, _)] = shown(world, walk, beth)
        assert what == "text"
        assert at <= 22
        assert [notice_of(e)[1] for e in world.entries(beth, since=walk.began_at)] == [2]
        assert list(sent_of(world, beth, walk).values()) == [1]
        world.expect_everything()


async def test_the_list_is_lost_too() -> None:
    """A call that was taken, whose reply and callbacks are lost: the list finds it by its number and time, and her phone
    is not rung twice at once."""
    async with ProviderWorld() as world:
        beth = world.contact("Beth", primary=True)
        _, walk = await overdue(world, beth, minutes=30.9)
        world.double.exchange.step_s = 40.0
        world.double.script(Script(do=Do.LOSE_REPLY))
        await world.pass_time(minutes=1.5)

        assert world.taken(walk, beth, "call") == [31.0]
        assert len(world.gateway.asked_for) == 1
        world.expect_everything()


async def test_a_reply_that_is_lost_twice_costs_at_most_one_text_more() -> None:
    """Every reply of this quarter of an hour is lost, for whoever it is."""
    async with ProviderWorld() as world:
        beth, dad = world.contact("Beth"), world.contact("Dad", tier=2)
        _, walk = await overdue(world, beth, dad, minutes=27.9)
        world.double.script(Script(do=Do.LOSE_REPLY, times=1000))
        await world.pass_time(minutes=12)

        for contact in (beth, dad):
            assert max(sent_of(world, contact, walk).values()) == 1
            assert any("nobody has taken this" in words for _, _, words in shown(world, walk, contact))
        assert world.double.counters()["cut"] >= 8
        world.expect_everything()


async def test_a_storm_of_429_loses_nothing_and_an_sos_asks_every_two_seconds() -> None:
    """Nothing is taken for a minute. Meanwhile one text and one call are tried every two seconds and no more; when it is
    over both phones show the text and ring within five seconds, once each."""
    async with ProviderWorld() as world:
        beth, dad = world.contact("Beth"), world.contact("Dad")
        anna = await world.traveller("Anna", contacts=[beth, dad])
        await anna.sets_off(plan_min=60)
        for contact in (beth, dad):
            world.double.script(Script(do=Do.REFUSE, number=contact.number, code=20429, http=429))
        pressed_at = world.clock.now()
        await anna.presses_sos()
        await world.pass_time(seconds=54)
        refused = world.double.counters()["refusals"]["20429"]
        assert 2 * 24 <= refused <= 2 * 26 + 2
        assert world.gateway.asked_for == []  # it has said that it took none of them

        world.double.behave()
        over_at = world.clock.now()
        await world.pass_time(seconds=6)
        for contact in (beth, dad):
            phone = world.phone(contact)
            [text] = [t for t in phone.texts if t.at > pressed_at]
            [call] = phone.calls
            assert text.body.startswith("SOS from Anna")
            assert max(text.at, call.at) - over_at <= 5.0
        world.expect_everything()


@pytest.mark.parametrize(("do", "http", "code"), [(Do.BREAK, 500, 0), (Do.REFUSE, 400, 29_999), (Do.DROP, 0, 0)])
async def test_whoever_the_provider_will_not_take_a_text_for_keeps_nobody_else_waiting(
    do: Do, http: int, code: int
) -> None:
    """Every request for Beth, the only one of tier 1, fails in a way that says nothing about her number. Dad of tier 2
    reads it at +5 at the latest, and is rung at L3, a minute late at most."""
    async with ProviderWorld() as world:
        beth, dad = world.contact("Beth"), world.contact("Dad", tier=2)
        _, walk = await overdue(world, beth, dad, minutes=27)
        world.double.script(Script(do=do, number=beth.number, http=http, code=code))
        await world.pass_time(minutes=11)

        seen = [(at, what) for at, what, _ in shown(world, walk, dad)]
        assert seen[0][1] == "text"
        assert seen[0][0] <= 301
        assert [what for _, what in seen].count("text") == 2
        assert any(what == "no-answer" for _, what in seen)
        world.expect_everything()


async def test_texts_that_nobody_takes_do_not_keep_calls_waiting() -> None:
    """The provider's texts are out of order for a quarter of an hour, its calls are not: Beth is rung a minute after she
    should have read it, and Dad of tier 2 a minute after he should have, which is when her phone has rung twice."""
    async with ProviderWorld() as world:
        beth, dad = world.contact("Beth"), world.contact("Dad", tier=2)
        _, walk = await overdue(world, beth, dad, minutes=27.9)
        world.double.rates.texts_s, world.double.rates.longest_s = 1.0, 0.0
        world.double.rates.line(SENDER).free_at = world.clock.monotonic() + 900.0
        await world.pass_time(minutes=10)

        assert world.double.counters()["refusals"].keys() == {"21611"}
        assert [(at, what) for at, what, _ in shown(world, walk, beth)][:2] == [(62, "no-answer"), (169, "no-answer")]
        assert shown(world, walk, dad)[0][0] <= 312
        world.expect_everything()


async def test_credentials_revoked_in_the_middle_of_an_open_alarm_and_replaced() -> None:
    """From 28:30 nothing is taken from us (20003) and what the provider reports is signed with a token we do not know. The
    operators' list and /health say why; nothing is dropped; with the new token everything that is still due goes out
    within the minute for which nobody is asked, to each person once, and the rungs go on."""
    async with ProviderWorld() as world:
        beth, dad, chloe = world.contact("Beth"), world.contact("Dad", primary=True), world.contact("Chloe", tier=2)
        _, walk = await overdue(world, beth, dad, chloe, minutes=28.5)
        world.double.account.rotate("the new one")
        world.double.account.revoke(TOKEN)
        await world.pass_time(minutes=6)

        assert shown(world, walk, chloe) == []
        assert world.phone(dad).calls == []
        assert set((await provider_errors(world.store)).values()) == {"our credentials were refused"}
        waiting = [value for _, value, _ in await world.store.outbox()]
        assert len(waiting) >= 2

        await world.restarts("the new one")
        back_at = world.clock.now() - walk.began_at - 28 * 60
        await world.pass_time(seconds=62)
        [at] = [at for at, what, _ in shown(world, walk, chloe) if what == "text"]
        [rung] = world.phone(dad).calls
        assert max(at, rung.at - walk.began_at - 28 * 60) - back_at <= 62.0
        assert await provider_errors(world.store) == {}
        for contact in (beth, dad, chloe):
            assert max(sent_of(world, contact, walk).values()) == 1
        await world.pass_time(minutes=5)
        assert any("nobody has taken this" in words for _, _, words in shown(world, walk, beth))
        world.expect_everything()


async def test_a_token_that_is_being_changed_signs_before_and_after() -> None:
    """The provider signs with the second token from one moment to the next; we know both, and nothing is lost."""
    async with ProviderWorld(twilio_auth_token_2="the new one") as world:
        beth = world.contact("Beth")
        _, walk = await overdue(world, beth, minutes=27.9)
        world.double.account.rotate("the new one")
        await world.pass_time(minutes=1)

        text = next(p for p in (await walk.journey()).proven if p.to == beth.id)
        assert text.state is Delivery.DELIVERED
        assert {status for _, _, status in world.double.callbacks} == {200}
        world.expect_everything()
