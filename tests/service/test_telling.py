"""From a notice to words: whether anybody still needs it, and what is known at the moment of sending."""

from msgspec.structs import replace

from alerts.contact import Channel
from alerts.facts import Facts
from alerts.notice import HER, Kind, Notice
from geofence.sighting import Standing
from service import telling
from service.journey.model import Level, Proof
from service.people import model as people
from service.people.model import ContactState
from service.tokens import Sealer
from tests.builders import Walk as Journeying
from tests.builders import at, timer, walk
from tests.stories.test_somebody_is_on_it import overdue
from tests.world import Contact, Traveller, World
from tests.world_people import Walk
from tests.world_process import PLACE, voice_of


def notice(walk: Walk, to: str, kind: Kind, at: float, **extra: str) -> Notice:
    return Notice(
        journey=walk.key, incident="i1", rung="L9", to=to, kind=kind, channel=Channel.SMS, due_at=at, extra=extra
    )


async def alarmed(world: World) -> tuple[Traveller, Contact, Walk]:
    """Dad has just been told that Anna has not arrived."""
    dad = world.contact("Dad")
    anna = await world.traveller("Anna", contacts=[dad])
    return anna, dad, await overdue(world, anna, [dad])


async def test_the_number_is_read_when_a_text_goes() -> None:
    """A removed contact has none any more, nor one who has left; hers is her account's."""
    async with World() as world:
        anna, dad, walk = await alarmed(world)
        account = await anna.account()
        text = notice(walk, dad.id, Kind.OVERDUE, world.clock.now())
        left = replace(account, contacts=(replace(account.contacts[0], state=ContactState.LEFT),))

        assert telling.number_of(text, account) == dad.phone.number
        assert telling.number_of(text, left) is None
        last = notice(walk, dad.id, Kind.REPLY, 0.0, reply="left")
        assert telling.number_of(last, left) == dad.phone.number
        assert telling.number_of(text, replace(account, contacts=())) is None
        assert telling.number_of(notice(walk, "her", Kind.DUE, 0.0), account) == anna.phone.number


async def test_whoever_has_it_never_reads_that_another_contact_has() -> None:
    """Dad took it: a call that was made before has his answer, also the one that says that nobody has it; for Beth it is
    another contact's."""
    async with World() as world:
        beth, dad = world.contact("Beth"), world.contact("Dad")
        anna = await world.traveller("Anna", contacts=[beth, dad])
        walk = await overdue(world, anna, [beth, dad])
        made_at = world.clock.now()
        await dad.phone.texts((await walk.journey()).plan.code)
        account, journey = await anna.account(), await walk.journey()
        for kind in (Kind.OVERDUE, Kind.NOBODY):
            calls = [replace(notice(walk, c.id, kind, made_at), channel=Channel.CALL) for c in (dad, beth)]
            assert [telling.needless(c, journey, account, taken_up=True) for c in calls] == ["answered", "taken"]
        world.expect_everything()


async def test_an_alarm_is_needless_once_its_reader_has_answered_or_it_is_over() -> None:
    """What was made after his answer is needed again: the ladder knew of it."""
    async with World() as world:
        anna, dad, walk = await alarmed(world)
        account, made_at = await anna.account(), world.clock.now()
        text = notice(walk, dad.id, Kind.OVERDUE, made_at)
        assert telling.needless(text, await walk.journey(), account) is None

        await world.pass_time(seconds=10)
        await dad.phone.texts("42 no")
        await world.pass_time(seconds=5)
        later = notice(walk, dad.id, Kind.OVERDUE, world.clock.now())
        assert telling.needless(text, await walk.journey(), account) == "answered"
        assert telling.needless(later, await walk.journey(), account) is None
        assert telling.needless(notice(walk, dad.id, Kind.NOBODY, made_at), await walk.journey(), account) is None

        await anna.keys_pin()
        assert telling.needless(later, await walk.journey(), account) == "resolved"
        world.expect_everything()


async def test_a_call_in_place_of_a_text_that_never_arrived_is_held_by_nobody() -> None:
    """Beth has it; Dad's first text is unproven. The call that stands in for it rings all the same; a later rung's
    does not."""
    async with World() as world:
        beth, dad = world.contact("Beth"), world.contact("Dad")
        anna = await world.traveller("Anna", contacts=[beth, dad])
        walk = await anna.sets_off(plan_min=20, timer=True)
        await world.pass_time(minutes=28.5)
        alert = beth.phone.expect_text("NOT arrived")
        await alert.then_reply(f"{(await walk.journey()).plan.code}")
        journey, account = await walk.journey(), await anna.account()
        stands_in = notice(walk, dad.id, Kind.OVERDUE, world.clock.now() + 1)
        stands_in = replace(stands_in, channel=Channel.CALL, attempt=2)

        assert telling.needless(stands_in, journey, account) is None
        assert telling.needless(replace(stands_in, attempt=1), journey, account) == "taken"
        world.expect_everything()


async def test_a_question_to_her_is_needless_once_it_is_answered() -> None:
    """`due` and prompts alike; the neutral text about a lost phone once it is back."""
    async with World() as world:
        anna, _, walk = await alarmed(world)
        journey, account = await walk.journey(), await anna.account()
        assert journey.due

        asked = notice(walk, "her", Kind.DUE, 0.0, prompt=journey.due.id)
        old = notice(walk, "her", Kind.DUE, 0.0, prompt="d0")
        assert telling.needless(asked, journey, account) is None
        assert telling.needless(old, journey, account) == "answered"
        assert telling.needless(notice(walk, "her", Kind.PROMPT, 0.0, prompt="p1"), journey, account) == "answered"
        assert telling.needless(notice(walk, "her", Kind.SIGNAL_LOST, 0.0), journey, account) == "phone is back"


async def test_the_facts_are_those_of_the_moment() -> None:
    """Names, the code, the link of this reader, when she was due, where she was last seen."""
    async with World() as world:
        anna, dad, walk = await alarmed(world)
        house = world.front.house
        text = notice(walk, dad.id, Kind.OVERDUE, world.clock.now())
        facts = telling.facts(text, await walk.journey(), await anna.account(), voice_of(house), world.clock.now())
        plan = (await walk.journey()).plan

        assert (facts.name, facts.code, facts.reference) == ("Anna", plan.code, plan.reference)
        assert facts.link.endswith(house.sealer.link_token(walk.key, dad.id))
        assert (facts.due_at, facts.as_of_at) == (walk.began_at + 23 * 60, world.clock.now())
        assert facts.near is None  # she never sent a place
        assert facts.contact_name == "Dad"


async def test_who_waits_for_her_arrival_is_not_told_of_one_that_was_not() -> None:
    """Anna does not arrive; she keys her PIN on the way. Chloe, who asked for word of her arrival and was never alarmed,
    reads that the journey was ended."""
    async with World() as world:
        beth, chloe = world.contact("Beth"), world.contact("Chloe", tier=2)
        anna = await world.traveller("Anna", contacts=[beth, chloe])
        await anna.sets_off(plan_min=20, tell=[chloe])
        await world.pass_time(minutes=29)
        beth.phone.expect_text("NOT arrived")

        await anna.keys_pin()
        await world.pass_time(seconds=5)

        chloe.phone.expect_text("Anna has set off")
        chloe.phone.expect_text("Anna ended her journey at 22:29")
        beth.phone.expect_text("is closed: her PIN was given")
        anna.phone.expect_asked(texts=1, calls=2)


async def test_an_old_all_clear_is_not_sent_into_a_new_alarm() -> None:
    """The provider takes nothing for a while: Dad's all-clear waits, and meanwhile she presses SOS. Under the same
    reference it would read as the end of that."""
    async with World() as world:
        anna, dad, walk = await alarmed(world)
        old = notice(walk, dad.id, Kind.CLOSED, world.clock.now())
        await anna.keys_pin()
        closed, account = await walk.journey(), await anna.account()
        assert telling.needless(old, closed, account) is None
        facts = telling.facts(old, closed, account, voice_of(world.front.house), world.clock.now())
        assert (facts.closed_by, facts.pin_given_at) == ("pin", world.clock.now())

        await world.pass_time(minutes=2)
        await anna.presses_sos()
        await world.pass_time(seconds=10)

        assert telling.needless(old, await walk.journey(), account) == "open again"
        assert telling.needless(notice(walk, dad.id, Kind.ARRIVED, 0.0), await walk.journey(), account) == "open again"
        world.expect_everything()


async def test_an_all_clear_keeps_its_own_time_when_another_alarm_stands_open() -> None:
    """Dad is not on the SOS list: he was told that she was overdue, and hears of the end of that and nothing else."""
    async with World() as world:
        dad, beth = world.contact("Dad", on_sos_list=False), world.contact("Beth")
        anna = await world.traveller("Anna", contacts=[dad, beth])
        walk = await overdue(world, anna, [dad, beth])
        old = notice(walk, dad.id, Kind.CLOSED, world.clock.now())
        await anna.keys_pin()
        ended_at = world.clock.now()
        await world.pass_time(minutes=2)
        await anna.presses_sos()
        await world.pass_time(seconds=10)
        journey, account = await walk.journey(), await anna.account()

        assert telling.needless(old, journey, account) is None
        facts = telling.facts(old, journey, account, voice_of(world.front.house), world.clock.now())
        assert (facts.closed_by, facts.closed_at) == ("", ended_at)
        world.expect_everything()


async def test_an_sos_is_told_with_its_own_time() -> None:
    """She had been asked about something else ten minutes earlier; Dad reads when she pressed."""
    async with World() as world:
        dad = world.contact("Dad")
        anna = await world.traveller("Anna", contacts=[dad])
        walk = await anna.sets_off(plan_min=60)
        await anna.walks(walk, minutes=1)
        await anna.stands(walk, minutes=8)
        await anna.presses_sos()
        await world.pass_time(seconds=8)

        assert (await walk.journey()).incident.opened_at < walk.began_at + 8 * 60  # type: ignore[union-attr]
        dad.phone.expect_text("SOS from Anna, 22:09")
        world.expect_everything()


async def test_others_hear_what_a_contact_said_and_not_more() -> None:
    """Dad is with her, he says; nobody has confirmed it."""
    async with World() as world:
        beth, dad = world.contact("Beth"), world.contact("Dad")
        anna = await world.traveller("Anna", contacts=[beth, dad])
        walk = await overdue(world, anna, [beth, dad])

        await dad.phone.texts(f"{(await walk.journey()).plan.code} here")
        await world.pass_time(seconds=5)

        beth.phone.expect_text("Another contact says at 22:28 that Anna is with them", "not confirmed")
        dad.phone.expect_text("Thank you. Ask her to reply with her PIN")


async def test_the_place_of_a_contact_is_what_he_may_see() -> None:
    """Where she was last seen has the name of its street."""
    async with World() as world:
        dad = world.contact("Dad")
        anna = await world.traveller("Anna", contacts=[dad])
        walk = await anna.sets_off(plan_min=20)
        await anna.walks(walk, minutes=1)
        text = notice(walk, dad.id, Kind.SOS, world.clock.now())

        facts = telling.facts(
            text, await walk.journey(), await anna.account(), voice_of(world.front.house), world.clock.now()
        )

        assert facts.near == PLACE
        assert facts.last_seen_at == walk.began_at + 60


async def test_who_is_never_shown_her_place_reads_none() -> None:
    """When she was last heard of, and how full her phone was, he may know; neither the street nor that there is one."""
    async with World() as world:
        dad = world.contact("Dad")
        anna = await world.traveller("Anna", contacts=[dad])
        walk = await anna.sets_off(plan_min=20)
        await anna.walks(walk, minutes=1)
        journey, account = await walk.journey(), await anna.account()
        voice, now = voice_of(world.front.house), world.clock.now()
        text = notice(walk, dad.id, Kind.OVERDUE, now)
        [contact], [person] = account.contacts, journey.plan.people
        hidden = replace(account, contacts=(replace(contact, place=False),))
        planned = replace(journey, plan=replace(journey.plan, people=(replace(person, place=False),)))

        assert telling.facts(text, journey, account, voice, now).near == PLACE
        for facts in (
            telling.facts(text, journey, hidden, voice, now),
            telling.facts(text, planned, account, voice, now),
        ):
            assert (facts.near, facts.last_seen_at) == (None, walk.began_at + 60)


async def test_names_of_contacts_are_told_only_where_she_allows_it() -> None:
    """Beth reads that another contact is on it, or that Dad is."""
    async with World() as world:
        beth, dad = world.contact("Beth"), world.contact("Dad")
        anna = await world.traveller("Anna", contacts=[beth, dad])
        walk = await overdue(world, anna, [beth, dad])
        await dad.phone.texts((await walk.journey()).plan.code)
        journey, account, now = await walk.journey(), await anna.account(), world.clock.now()
        text, voice = notice(walk, beth.id, Kind.TAKEN, now), voice_of(world.front.house)

        assert telling.facts(text, journey, account, voice, now).taken_by == ""
        allowed = replace(account, names_shown=True)
        assert telling.facts(text, journey, allowed, voice, now).taken_by == "Dad"
        gone = replace(allowed, contacts=tuple(c for c in account.contacts if c.id == beth.id))
        assert telling.facts(text, journey, gone, voice, now).taken_by == ""
        world.expect_everything()


async def test_she_is_called_what_reads_best_in_the_readers_language() -> None:
    """By her short name where it can be spelled; strangers are told who we are."""
    async with World() as world:
        dad = world.contact("Dad")
        anna = await world.traveller("李娜", contacts=[dad])
        account, voice, now = await anna.account(), voice_of(world.front.house), world.clock.now()
        [contact] = account.contacts
        welcome = Notice(
            journey=account.id, incident="-", rung="w", to=dad.id, kind=Kind.WELCOME, channel=Channel.SMS, due_at=now
        )
        assert telling.account_facts(welcome, account, voice, now).name == "李娜"
        for short, name in (("Nana", "Nana"), ("🌸", "李娜"), ("", "李娜")):
            assert telling.called(replace(account, short_name=short)) == name

        other = replace(account, contacts=(replace(contact, language="pl", state=ContactState.INVITED),))
        facts = telling.account_facts(welcome, other, voice, now)
        assert (facts.language, facts.stranger) == ("pl", True)
        known = telling.account_facts(welcome, account, voice, now)
        assert (known.language, known.stranger) == ("en", False)
        world.expect_everything()


async def test_an_answer_carries_its_facts_with_it() -> None:
    """The name of the sentence, an instant, a wait, the people in it."""
    async with World() as world:
        anna = await world.traveller("Anna", contacts=[])
        extra = {"reply": "safe", "on": "Anna\nZoe", "at": "12.5", "wait_s": "30.0", "code": "42", "reference": "K742"}
        answer = Notice(
            journey=anna.id,
            incident="-",
            rung="r",
            to="her",
            kind=Kind.REPLY,
            channel=Channel.SMS,
            due_at=0,
            extra=extra,
        )
        facts = telling.account_facts(answer, await anna.account(), voice_of(world.front.house), world.clock.now())
        assert (facts.reply, facts.on, facts.off) == ("safe", ("Anna", "Zoe"), ())
        assert (facts.answer_at, facts.wait_s, facts.code, facts.reference) == (12.5, 30.0, "42", "K742")


async def test_what_is_said_of_her_company_and_her_battery_is_needless_when_it_is_over() -> None:
    """She has ended it, or has asked somebody else."""
    async with World() as world:
        dad = world.contact("Dad")
        anna = await world.traveller("Anna", contacts=[dad])
        walk = await anna.sets_off(plan_min=20)
        journey, account, now = await walk.journey(), await anna.account(), world.clock.now()
        watched = replace(journey, watchers=(dad.id,))
        company, battery = (notice(walk, dad.id, kind, now) for kind in (Kind.WALK_WITH, Kind.BATTERY))
        hint = notice(walk, dad.id, Kind.HINT, now)

        assert telling.needless(company, watched, account) is None
        assert telling.needless(company, journey, account) == "not asked any more"
        assert telling.needless(battery, journey, account) is None
        assert telling.needless(hint, journey, account) == "closed"
        await anna.keys_pin()
        closed = replace(await walk.journey(), watchers=(dad.id,))
        assert telling.needless(company, closed, account) == "not asked any more"
        assert telling.needless(battery, closed, account) == "closed"
        world.expect_everything()


def test_a_callback_address_is_ours() -> None:
    """It names the notice and the attempt, and carries a seal on both."""
    sealer = Sealer(b"sixteen bytes and some")
    url = telling.callback_url("https://lamplit.example", sealer, "anna-1/i1/L2/dad/sms/1", 2)

    assert url.startswith("https://lamplit.example/twilio/status?n=anna-1%2Fi1%2FL2%2Fdad%2Fsms%2F1&a=2&m=")
    assert sealer.sealed(url.rpartition("=")[2], "anna-1/i1/L2/dad/sms/1", "2")


def test_who_knows_that_she_may_be_forced_is_who_no_cover_story_is_for() -> None:
    """Beth is on the SOS list and Chloe is not; she herself reads what her screen shows; after the end nobody is."""
    anna = timer().to(10)
    assert not telling.knows_better("beth", anna.journey)
    anna.ends(Proof.DURESS)
    assert [telling.knows_better(who, anna.journey) for who in ("beth", "chloe", HER)] == [True, False, False]
    anna.operator("resolved", "found", word_spoken=True)
    assert not telling.knows_better("beth", anna.journey)


def _concern(anna: Journeying) -> Facts:
    """What Beth's text is made from when something may be wrong."""
    assert anna.journey.incident is not None
    assert anna.journey.incident.level is Level.CONCERN
    told = Notice(
        journey="anna-1", incident="i1", rung="L1", to="beth", kind=Kind.CONCERN, channel=Channel.SMS, due_at=0.0
    )
    beth = people.Contact(id="beth", name="Beth", number="+447700900201")
    account = people.Traveller(id="anna", number="+447700900123", name="Anna", created_at=0.0, contacts=(beth,))
    voice = telling.Voice(timezone="UTC", region="GB", link=lambda *_: "", place=lambda *_: None)
    return telling.facts(told, anna.journey, account, voice, at(anna.minute))


def test_a_concern_that_is_late_by_us_names_the_outage() -> None:
    """Off her route at 10, contacts due at 15, and we were down from 12 to 30; or her phone fell silent at 5 and we were
    down from 10 to 40: it is silent since it was seen, whatever the clock says that was moved on."""
    asked = _concern(walk(eta_min=90).streaming(9.5).fix(Standing.OFF_ROUTE, minute=10).down(12, 30).to(33.5))
    silent = _concern(walk(eta_min=120).streaming(5).down(10, 40).to(54.5))

    assert (asked.down_from_at, asked.down_to_at) == (at(12), at(30))
    assert (silent.down_from_at, silent.down_to_at, silent.cause_at) == (at(10), at(40), at(5))


def test_a_concern_that_came_in_time_names_none() -> None:
    """We were back before her contacts were due; or down before anything was wrong; or not down at all."""
    back = walk(eta_min=90).streaming(9.5).fix(Standing.OFF_ROUTE, minute=10).down(11, 14).to(15)
    before = walk(eta_min=90).streaming(4).down(5, 8).streaming(9.5).fix(Standing.OFF_ROUTE, minute=10).to(15)
    never = walk(eta_min=120).streaming(5).to(23)

    assert [(one.down_from_at, one.down_to_at) for one in map(_concern, (back, before, never))] == [(None, None)] * 3
