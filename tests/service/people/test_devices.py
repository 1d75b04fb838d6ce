"""Her devices: seen, named, shut out."""

import pytest

from alerts.gateway import PhoneNumber
from service.doors.phones.conversation import CLOSE_UNKNOWN
from service.people.devices import MOST_DEVICES, counted, last_seen, name, revoke, seen
from service.people.refusals import Refused, Why
from service.people.signing_up import send_code, verify
from tests.world import World
from tests.world_people import PIN as WORLDS_PIN

from .household import ANNA, BETH, DURESS, PIN, Her, Household


async def tablet(home: Household) -> str:
    """One more device; its token."""
    home.clock.forward(61)
    await send_code(home.house, PhoneNumber(ANNA), "Anna")
    token, _ = await verify(home.house, PhoneNumber(ANNA), await home.code_for(ANNA), "a tablet", PIN)
    home.clock.forward(86_400)
    return token


async def ids(home: Household, her: Her) -> list[str]:
    return [d.id for d in counted(await home.account(her.id))]


async def test_a_device_that_was_shut_out_is_unknown_at_once(home: Household) -> None:
    """Her tablet was stolen: its token is nobody's, her phone's goes on."""
    her = await home.sign_up()
    token = await tablet(home)
    mine, lost = await ids(home, her)
    await revoke(home.house, await home.account(her.id), lost, PIN, mine)

    assert await home.house.directory.device(token) is None
    assert await home.house.directory.device(her.token) is not None
    assert lost not in await home.store.book_all("device-seen")


async def test_signing_out_is_shutting_oneself_out(home: Household) -> None:
    """The account stays hers: nobody else can name it with a code alone."""
    her = await home.sign_up()
    [mine] = await ids(home, her)
    await revoke(home.house, await home.account(her.id), mine, PIN, mine)
    home.clock.forward(61)
    await send_code(home.house, PhoneNumber(ANNA), "Somebody")

    assert await home.house.directory.device(her.token) is None
    assert (await home.account(her.id)).name == "Anna"


@pytest.mark.parametrize(("pin", "why"), [(None, Why.PIN_NEEDED), ("1111", Why.TRY_AGAIN)])
async def test_shutting_out_takes_her_pin(home: Household, pin: str | None, why: Why) -> None:
    """Whoever finds her phone unlocked shuts out nothing."""
    her = await home.sign_up()
    [mine] = await ids(home, her)
    with pytest.raises(Refused) as refused:
        await revoke(home.house, await home.account(her.id), mine, pin, mine)

    assert refused.value.why is why
    assert await ids(home, her) == [mine]


async def test_under_duress_a_device_is_shut_out_all_the_same(home: Household) -> None:
    """One that still worked would tell; the people behind her are told."""
    her = await home.sign_up()
    await her.has("Beth", BETH)
    token = await tablet(home)
    mine, other = await ids(home, her)
    await revoke(home.house, await home.account(her.id), other, DURESS, mine)

    assert await home.house.directory.device(token) is None
    assert len((await home.account(her.id)).behind) == 1


async def test_a_device_that_is_not_hers_is_nobodys(home: Household) -> None:
    """Nor one that is gone already, nor a name without letters."""
    her = await home.sign_up()
    account = await home.account(her.id)
    for known, words, why in (("x", "tablet", Why.NOT_FOUND), (account.devices[0].id, " ", Why.INVALID)):
        with pytest.raises(Refused) as refused:
            await name(home.house, account, known, words, PIN, "phone")
        assert refused.value.why is why


async def test_a_device_is_called_what_she_calls_it(home: Household) -> None:
    """With her PIN: a stranger's phone that calls itself hers would stay unseen."""
    her = await home.sign_up()
    [mine] = await ids(home, her)
    with pytest.raises(Refused):
        await name(home.house, await home.account(her.id), mine, "old phone", None, mine)
    named = await name(home.house, await home.account(her.id), mine, "old  phone", PIN, mine)

    assert [d.name for d in named.devices] == ["old phone"]


async def test_when_a_device_was_last_there_is_known_to_a_quarter_of_an_hour(home: Household) -> None:
    """Never seen since: when it came. Not every request is a write."""
    her = await home.sign_up(pins=False)
    account = await home.account(her.id)
    [device] = account.devices
    assert await last_seen(home.house, account) == {device.id: device.since}
    home.clock.forward(3_600)
    first = home.clock.now()
    await seen(home.house, device)
    home.clock.forward(60)
    await seen(home.house, device)
    assert await last_seen(home.house, account) == {device.id: first}
    home.clock.forward(900)
    await seen(home.house, device)

    assert await last_seen(home.house, account) == {device.id: first + 960}


async def test_there_is_an_end_to_devices(home: Household) -> None:
    """The oldest makes room; one that was shut out takes none."""
    her = await home.sign_up()
    await tablet(home)
    mine, other = await ids(home, her)
    await revoke(home.house, await home.account(her.id), other, PIN, mine)
    for _ in range(MOST_DEVICES):
        await tablet(home)

    account = await home.account(her.id)
    assert len(account.devices) == len(counted(account)) == MOST_DEVICES
    assert await home.house.directory.device(her.token) is None


async def test_the_open_socket_of_a_device_that_is_shut_out_is_closed() -> None:
    """At once, by the feed; it may not come again."""
    async with World() as world:
        anna = await world.traveller("Anna", contacts=[world.contact("Dad")])
        await anna.sets_off(plan_min=20)
        [device] = (await anna.account()).devices
        line = anna.phone.socket
        await revoke(world.front.house, await anna.account(), device.id, WORLDS_PIN, "elsewhere")
        await world.until(lambda: line.closed_with, "her socket is closed")

        assert line.closed_with == CLOSE_UNKNOWN
