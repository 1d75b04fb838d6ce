"""When texts do not arrive: mail, and an organisation's own system; and when nothing gets out at all."""

import hmac
from dataclasses import replace

from alerts.contact import Channel
from alerts.gateway import Delivery
from alerts.notice import Kind
from alerts.told import Said
from alerts.turns import Lane
from service.desk import provider_errors
from service.people import choosing
from service.watching.wellness import looked_at
from tests.doubles.gateway import refused, rings_out, unproven
from tests.world_pages import Browser
from tests.world_people import PIN
from tests.world_post import SECRET, PostedWorld, link_in, words_of

AT_HOME = "dad@house.example"


async def test_row_11_dads_texts_never_arrive_and_he_reads_the_mail() -> None:
    """A minute after the text the mail comes, with nothing in its subject; he presses "I'm on it" on its page, and is not
    rung. Until then nobody counts on him; the end comes by mail as well."""
    async with PostedWorld() as world:
        dad = world.contact("Dad")
        anna = await world.traveller("Anna", contacts=[dad])
        await world.has_mail(anna, dad, AT_HOME)
        world.gateway.always(dad.number, unproven())
        walk = await anna.sets_off(plan_min=20)
        await world.pass_time(minutes=28, seconds=59)
        anna.phone.expect_asked(texts=1, calls=2)
        assert world.office.inbox == []

        await world.pass_time(seconds=2)
        [mail] = world.office.to(AT_HOME)
        reference = (await walk.journey()).plan.reference
        assert mail["Subject"] == f"Please open and read this now ({reference})"
        assert "Anna has NOT arrived" in words_of(mail)
        [sent] = [p for p in (await walk.journey()).proven if p.channel is Channel.EMAIL]
        assert (sent.state, sent.delivered_at) == (Delivery.SENT, None)
        ladder = (await walk.journey()).incident.ladder  # type: ignore[union-attr]
        assert ladder is not None
        assert ladder.people[0].said is Said.NOTHING

        page = Browser.at(world, link_in(mail))
        await page.opens()
        await page.presses("/answer", what="taking")
        await world.pass_time(minutes=5)
        ladder = (await walk.journey()).incident.ladder  # type: ignore[union-attr]
        assert ladder is not None
        assert ladder.people[0].said is Said.TAKEN
        dad.phone.expect_nothing()

        await anna.keys_pin()
        await world.pass_time(seconds=2)
        told = [(str(one["Subject"]), Kind.CLOSED) for one in world.office.to(AT_HOME)[1:]]
        assert told == [(f"News of {reference}", Kind.CLOSED)]


async def test_an_hour_without_a_mail_server_costs_nobody_a_call() -> None:
    """The call comes two minutes after the text as if there were no mail; operators read which channel is down; the mail
    goes when it can, as of then, and once."""
    async with PostedWorld() as world:
        dad = world.contact("Dad")
        anna = await world.traveller("Anna", contacts=[dad])
        await world.has_mail(anna, dad, AT_HOME)
        world.gateway.always(dad.number, unproven())
        walk = await anna.sets_off(plan_min=20)
        await world.pass_time(minutes=27)
        await world.office.shut()
        await world.pass_time(minutes=4)
        anna.phone.expect_asked(texts=1, calls=2)

        assert walk.minute(dad.phone.expect_call("Anna has not arrived").at) == 30
        well = await looked_at(world.front.house)
        assert (well.failing, set(well.refused)) == (("mail",), {Lane.MAIL})
        await world.pass_time(minutes=56)
        await world.office.open(world.office.port)
        await world.pass_time(minutes=2)

        [mail] = world.office.to(AT_HOME)
        as_of = words_of(mail)
        assert "as of 23:2" in as_of
        assert await provider_errors(world.store) == {}
        world.expect_everything()


async def test_the_alarm_centre_is_down_and_then_has_everything_once() -> None:
    """Anna's SOS and its end, each under a key of its own, signed; an answer that got lost makes no second one."""
    async with PostedWorld() as world:
        dad = world.contact("Dad")
        anna = await world.traveller("Anna", contacts=[dad])
        walk = await anna.sets_off(plan_min=20)
        world.centre.away = True
        await anna.presses_sos()
        await world.pass_time(minutes=20)
        well = await looked_at(world.front.house)
        assert (well.failing, world.centre.events) == (("webhook",), [])
        await anna.keys_pin()
        await world.pass_time(minutes=40)
        assert world.centre.asked > 20

        world.centre.away, world.centre.forgets = False, 1
        await world.pass_time(minutes=2)

        assert sorted(world.centre.events) == ["SOS incident.closed", "SOS incident.open"]
        assert {told["incident"]["reference"] for told in world.centre.taken.values()} == {
            (await walk.journey()).plan.reference
        }
        signature, body = world.centre.signed[0]
        time, mark = (part.partition("=")[2] for part in signature.split(","))
        assert hmac.compare_digest(mark, hmac.new(SECRET.encode(), f"{time}.".encode() + body, "sha256").hexdigest())
        assert (await provider_errors(world.store), await world.store.outbox()) == ({}, [])
        world.expect_everything()


async def test_an_overdue_journey_reaches_the_alarm_centre_after_twelve_minutes() -> None:
    """Nobody answers: L4. What her contacts can deal with goes nowhere else."""
    async with PostedWorld() as world:
        dad = world.contact("Dad")
        anna = await world.traveller("Anna", contacts=[dad])
        world.gateway.always(dad.number, rings_out(), Channel.CALL)
        await anna.sets_off(plan_min=20)
        await world.pass_time(minutes=39.9)
        assert world.centre.events == []

        await world.pass_time(minutes=1)
        assert world.centre.events == ["L4 incident.open"]
        world.expect_everything()


async def test_nothing_gets_out_for_an_hour_and_nothing_is_dropped() -> None:
    """Texts, calls, mail and the alarm centre are all down in an open incident: operators read that they have to ring by
    hand, everything is tried without end, and what is still needed goes out when it can."""
    async with PostedWorld() as world:
        dad, beth = world.contact("Dad"), world.contact("Beth")
        anna = await world.traveller("Anna", contacts=[dad, beth])
        await world.has_mail(anna, dad, AT_HOME)
        walk = await anna.sets_off(plan_min=20)
        down = replace(refused(20003), everybody=True)
        for number in (str(anna.phone.number), dad.number, beth.number):
            for channel in (Channel.SMS, Channel.CALL):
                world.gateway.always(number, down, channel)
        world.centre.away = True
        await world.office.shut()
        await world.pass_time(minutes=20)
        await anna.presses_sos()
        await world.pass_time(minutes=60)

        well = await looked_at(world.front.house)
        assert {"provider", "webhook"} <= set(well.failing)
        assert any("ring those at the head of the list yourself" in trouble.sentence for trouble in well.troubles)
        incident = (await walk.journey()).incident
        assert incident is not None
        waits = {(name.split("/")[3], name.split("/")[4]) for name, _, _ in await world.store.outbox()}
        assert {("dad", "sms"), ("beth", "sms"), ("hook", "webhook")} <= {
            ({dad.id: "dad", beth.id: "beth"}.get(who, who), channel) for who, channel in waits
        }

        world.gateway.forget()
        world.centre.away = False
        await world.office.open(world.office.port)
        await world.pass_time(minutes=3)

        for contact in (dad, beth):
            contact.phone.expect_text("SOS from Anna")
        assert world.centre.events == ["SOS incident.open"]
        assert await provider_errors(world.store) == {}
        world.expect_everything()


async def test_under_duress_a_mail_says_nothing_but_the_page_comes_first() -> None:
    """Whoever forces her may read her father's mail over his shoulder."""
    async with PostedWorld() as world:
        dad = world.contact("Dad")
        anna = await world.traveller("Anna", contacts=[dad])
        await world.has_mail(anna, dad, AT_HOME)
        world.gateway.always(dad.number, unproven())
        await anna.sets_off(plan_min=20)
        await world.pass_time(minutes=5)
        await anna.keys_pin("4935")
        await world.pass_time(minutes=1.1)

        [mail] = world.office.to(AT_HOME)
        assert "FORCED" not in words_of(mail)
        assert "by yourself" in words_of(mail)
        assert "making her say that all is well" in await Browser.at(world, link_in(mail)).opens()
        assert world.centre.events == ["DURESS incident.open"]
        assert PIN not in words_of(mail)
        world.expect_everything()


async def test_what_the_alarm_centre_refuses_for_good_is_loud() -> None:
    """Nobody follows it up, so somebody has to read of it: in the log, and on the operators' list until the next one is
    taken. The list itself has the alarm all the same."""
    async with PostedWorld() as world:
        dad = world.contact("Dad")
        anna = await world.traveller("Anna", contacts=[dad])
        await anna.sets_off(plan_min=20)
        world.centre.refuses = 422
        await anna.presses_sos()
        await world.pass_time(seconds=10)

        world.expect_error("the operators' own system refuses what it is told")
        [trouble] = (await looked_at(world.front.house)).troubles
        assert "the receiver answered 422, for good" in trouble.sentence
        assert [name for name, _, _ in await world.store.outbox() if "/hook/" in name] == []

        world.centre.refuses = 0
        await anna.keys_pin()
        await world.pass_time(seconds=5)
        assert (world.centre.events, await provider_errors(world.store)) == (["SOS incident.closed"], {})
        world.expect_everything()


async def test_mail_first_is_her_choice_and_the_call_does_not_wait_for_it() -> None:
    """Dad has sent STOP and put mail before calls: he is mailed at once, and rung a minute later."""
    async with PostedWorld() as world:
        dad = world.contact("Dad")
        anna = await world.traveller("Anna", contacts=[dad])
        await world.has_mail(anna, dad, AT_HOME)
        await choosing.change(
            world.front.house, await anna.account(), dad.id, channels=["email", "call"], pin=PIN, door="her phone"
        )
        walk = await anna.sets_off(plan_min=20)
        await world.pass_time(minutes=28.5)
        anna.phone.expect_asked(texts=1, calls=2)
        assert len(world.office.to(AT_HOME)) == 1
        dad.phone.expect_nothing()

        await world.pass_time(minutes=1)
        assert walk.minute(dad.phone.expect_call("Anna has not arrived").at) == 29
