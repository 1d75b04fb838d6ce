"""Anna removes somebody: nothing of hers reaches him from that moment on, and nothing tells him so."""

import pytest

from alerts.gateway import PhoneNumber
from alerts.notice import Kind, Notice
from service.doors.contact import link
from service.people import choosing, invited, testing
from service.people.inviting import Invite, link_of
from service.rows import notice_from
from tests.doubles.gateway import QUEUE_FULL, refused
from tests.stories.test_somebody_is_on_it import overdue
from tests.world import World
from tests.world_people import DURESS_PIN, PIN, Contact, Traveller


async def _removes(anna: Traveller, contact_id: str) -> None:
    await choosing.remove(anna.world.front.house, await anna.account(), contact_id, PIN, "test")


async def _link_opens(world: World, journey: str, contact: str) -> bool:
    house = world.front.house
    return await link.find(house, house.sealer.link_token(journey, contact)) is not None


async def test_in_a_running_ladder() -> None:
    """He has had the first text. No call follows, no round, no all-clear; his link and his digits are nobody's. Beth is
    told as if he had never been there."""
    async with World() as world:
        dad, beth = world.contact("Dad"), world.contact("Beth")
        anna = await world.traveller("Anna", contacts=[dad, beth])
        walk = await overdue(world, anna, [dad, beth])
        assert await _link_opens(world, walk.key, dad.id)

        await _removes(anna, dad.id)
        await world.pass_time(minutes=30)
        dad.phone.expect_nothing()
        await dad.phone.texts((await walk.journey()).plan.code)

        alarm = (await walk.journey()).alarm
        assert alarm is not None
        assert alarm.ladder is not None
        assert [p.who.id for p in alarm.ladder.people] == [beth.id]
        assert alarm.ladder.lease is None
        assert not await _link_opens(world, walk.key, dad.id)
        assert await _link_opens(world, walk.key, beth.id)
        await anna.keys_pin()
        await world.pass_time(minutes=1)
        dad.phone.expect_nothing()
        beth.phone.expect_text("is closed: her PIN was given")
        world.expect_everything()


@pytest.mark.parametrize("pin", [PIN, DURESS_PIN])
async def test_whoever_is_not_on_the_sos_list_is_let_go_with_either_pin(pin: str) -> None:
    """Chloe is taken off the list on the way. From then on she can find out no more after the one PIN than after the
    other: no text when Anna does not arrive, no page, no answer."""
    async with World() as world:
        beth, chloe = world.contact("Beth"), world.contact("Chloe", on_sos_list=False)
        anna = await world.traveller("Anna", contacts=[beth, chloe])
        walk = await anna.sets_off(plan_min=20, tell=[chloe])
        await world.pass_time(minutes=2)
        sent = len(chloe.phone.reached)
        await choosing.remove(world.front.house, await anna.account(), chloe.id, pin, "test")

        await chloe.phone.texts("SAFE?")
        await world.pass_time(minutes=60)

        assert not await _link_opens(world, walk.key, chloe.id)
        assert chloe.phone.reached[sent:] == []
        assert await _link_opens(world, walk.key, beth.id)
        assert beth.phone.reached
        world.expect_everything()


async def test_a_text_that_waits_for_the_provider_is_not_sent() -> None:
    """The provider's queue is full just as the alarm begins; when there is room again he is no contact any more."""
    async with World() as world:
        dad, beth = world.contact("Dad"), world.contact("Beth")
        anna = await world.traveller("Anna", contacts=[dad, beth])
        world.gateway.script(dad.number, refused(QUEUE_FULL))
        walk = await anna.sets_off(plan_min=20)
        await world.pass_time(minutes=28.01)
        waiting = [n.to for n in await _outbox(world)]
        assert dad.id in waiting

        await _removes(anna, dad.id)
        await world.pass_time(minutes=2)

        dad.phone.expect_nothing()
        assert [n for n in await _outbox(world) if n.to == dad.id] == []
        assert (await walk.journey()).alarm is not None
        world.expect_everything()


async def test_invitations_codes_and_tests_die_with_him() -> None:
    """What waits in the outbox, and the link that she sent with her own messenger."""
    async with World() as world:
        dad = world.contact("Dad")
        eve, chloe = (Contact(world, name, f"+44770090019{n}") for n, name in enumerate(("Eve", "Chloe")))
        anna = await world.traveller("Anna", contacts=[dad])
        house = world.front.house
        by_link = await _asked(anna, eve, Invite.LINK)
        world.gateway.script(chloe.number, refused(QUEUE_FULL))
        by_text = await _asked(anna, chloe, Invite.SMS)
        world.gateway.script(eve.number, refused(QUEUE_FULL))
        invitation = await invited.find(house, by_link)
        assert invitation is not None
        await invited.send_code(house, invitation, eve.number)
        world.gateway.script(dad.number, refused(QUEUE_FULL))
        await testing.begin(house, await anna.account(), dad.id)
        await world.settle()
        assert {n.kind for n in await _outbox(world)} == {Kind.INVITE, Kind.CODE, Kind.TEST}

        for contact in (await anna.account()).contacts:
            await _removes(anna, contact.id)
        await world.pass_time(minutes=2)

        assert await _outbox(world) == []
        for one in (dad, eve, chloe):
            one.phone.expect_nothing()
        for token in (by_link, by_text):
            assert await invited.find(house, token) is None
        for number in (eve.number, chloe.number, dad.number):
            assert await house.directory.contact_of(number) == []
            assert await house.directory.codes(number) == {}
        await eve.phone.texts("YES")
        assert (await anna.account()).contacts == ()


async def test_whoever_leaves_is_let_go_as_well() -> None:
    """His link answers as unknown; nothing of the alarm reaches him any more."""
    async with World() as world:
        dad, beth = world.contact("Dad"), world.contact("Beth")
        anna = await world.traveller("Anna", contacts=[dad, beth])
        walk = await overdue(world, anna, [dad, beth])
        await dad.phone.texts("LEAVE")
        sent = len(dad.phone.reached)
        await world.pass_time(minutes=20)

        assert not await _link_opens(world, walk.key, dad.id)
        assert [s.message.text for s in dad.phone.reached[sent:] if "Anna has" in s.message.text] == []
        world.expect_everything()


async def _asked(anna: Traveller, contact: Contact, invite: Invite) -> str:
    """The token of an invitation to somebody."""
    house = anna.world.front.house
    number = PhoneNumber(contact.number) if invite is Invite.SMS else None
    added = await choosing.add(
        house, await anna.account(), name=contact.name, number=number, invite=invite, pin=PIN, door="test"
    )
    return link_of(house, await anna.account(), added).rpartition("/")[2]


async def _outbox(world: World) -> list[Notice]:
    return [notice_from(value) for _, value, _ in await world.store.outbox()]
