"""Whoever opens an invitation's link. The page itself: tests/service/doors/contact/test_invitation.py."""

import pytest

from alerts.notice import Kind
from service.people import invited
from service.people.consenting import never_again
from service.people.invited import Invitation
from service.people.model import Contact, ContactState
from service.people.refusals import Refused, Why

from .household import BETH, CHLOE, DAD, DURESS, PIN, Her, Household


async def _opened(home: Household, her: Her, **more: str) -> Invitation:
    added = await her.post("/contacts", {"name": "Eve", "invite": "link", "pin": PIN, **more})
    return await _again(home, added.json()["link"])


async def _again(home: Household, link: str) -> Invitation:
    found = await invited.find(home.house, link.rpartition("/")[2])
    assert found is not None
    return found


async def _code(home: Household, invitation: Invitation, number: str) -> str:
    await invited.send_code(home.house, invitation, number)
    codes = [n for n in await home.sends(Kind.CODE) if n.to == invitation.contact.id]
    return codes[-1].extra["passcode"]


async def _contact(home: Household, invitation: Invitation) -> Contact:
    contact = (await home.account(invitation.account.id)).contact(invitation.contact.id)
    assert contact is not None
    return contact


async def test_a_code_is_a_yes_from_that_number(home: Household) -> None:
    """Her name for this person stays; what was waiting for the number is answered."""
    her = await home.sign_up()
    invitation = await _opened(home, her)
    code = await _code(home, invitation, "07700 900201")
    assert await home.house.directory.may_invite(BETH, her.id, home.clock.now()) is not None

    await invited.agree(home.house, invitation, f"{code[:3]} {code[3:]}")

    contact = await _contact(home, invitation)
    assert (contact.name, contact.number, contact.state) == ("Eve", BETH, ContactState.CONFIRMED)
    assert contact.proving is None
    assert [n.to for n in await home.sends(Kind.WELCOME)] == [contact.id]
    assert await home.house.directory.may_invite(BETH, her.id, home.clock.now()) is None
    assert await invited.find(home.house, invitation.token) is None


async def test_no_code_stands_in_the_row(home: Household) -> None:
    """Only what it becomes under our key."""
    her = await home.sign_up()
    invitation = await _opened(home, her)
    code = await _code(home, invitation, BETH)
    [row] = await home.store.load([her.id])

    assert row is not None
    assert code.encode() not in row.value


async def test_a_code_is_one_contacts(home: Household) -> None:
    """What was sent for Eve confirms nobody else, whoever's link it is keyed on."""
    her = await home.sign_up()
    first, second = await _opened(home, her), await _opened(home, her)
    code = await _code(home, first, BETH)
    await _code(home, second, DAD)

    with pytest.raises(Refused) as refused:
        await invited.agree(home.house, second, code)
    assert refused.value.why is Why.WRONG_CODE


async def test_a_yes_by_text_from_the_number_keyed_counts(home: Household) -> None:
    """Also when the code never came; another number's does not."""
    her = await home.sign_up()
    invitation = await _opened(home, her)
    await _code(home, invitation, BETH)
    await home.text(DAD, "YES")
    assert (await _contact(home, invitation)).state is ContactState.INVITED

    await home.text(BETH, "YES")
    assert ((await _contact(home, invitation)).state, (await _contact(home, invitation)).number) == (
        ContactState.CONFIRMED,
        BETH,
    )


async def test_only_the_last_number_keyed_is_proved(home: Household) -> None:
    """A slip of the thumb: the stranger's YES is nobody's, and his code counts no more."""
    her = await home.sign_up()
    invitation = await _opened(home, her)
    slip = await _code(home, invitation, DAD)
    link = (await her.get("/contacts")).json()[0]["link"]
    await _code(home, await _again(home, link), BETH)

    await home.text(DAD, "YES")
    with pytest.raises(Refused):
        await invited.agree(home.house, invitation, slip)
    assert (await _contact(home, invitation)).state is ContactState.INVITED
    assert await home.house.directory.contact_of(DAD) == []


async def test_somebody_without_a_number_is_sent_no_sos(home: Household) -> None:
    """Until it is proved there is nobody to send it to; the others hear."""
    her = await home.sign_up()
    beth = await her.has("Beth", BETH)
    await _opened(home, her)
    await her.sets_off()
    await her.post("/journeys/live/sos", {"id": "c1"})
    await home.time_passes(60)

    assert {n.to for n in await home.sends(Kind.SOS)} == {beth}


async def test_under_duress_whoever_is_added_by_link_hears_of_no_sos(home: Household) -> None:
    """He makes her send himself a link; the answer is like any other."""
    her = await home.sign_up()
    await her.has("Beth", BETH)
    forced = await her.post("/contacts", {"name": "Eve", "invite": "link", "pin": DURESS})
    invitation = await _again(home, forced.json()["link"])
    await invited.agree(home.house, invitation, await _code(home, invitation, CHLOE))

    shown = {c["name"]: c for c in (await her.get("/contacts")).json()}
    assert (shown["Eve"]["state"], shown["Eve"]["on_sos_list"], shown["Eve"]["number"]) == ("confirmed", True, CHLOE)
    assert (await _contact(home, invitation)).on_sos_list is False


async def test_never_is_for_the_number_that_proves_itself(home: Household) -> None:
    """Whose contact it is already it stays; she who asked sees nothing of it."""
    anna, eve = await home.sign_up(), await home.sign_up("Eve", DAD)
    await anna.has("Beth", BETH)
    invitation = await _opened(home, eve)
    await invited.never(home.house, invitation, await _code(home, invitation, BETH))

    assert await home.house.directory.never(BETH)
    assert [c["state"] for c in (await anna.get("/contacts")).json()] == ["confirmed"]
    assert [(c["state"], c["number"]) for c in (await eve.get("/contacts")).json()] == [("invited", None)]


async def test_after_never_no_code_is_sent_and_none_counts(home: Household) -> None:
    """The page goes on as always; only a text of YES takes it back."""
    her = await home.sign_up()
    invitation = await _opened(home, her, number=BETH)
    code = await _code(home, invitation, "")
    await never_again(home.house, BETH)
    with pytest.raises(Refused):
        await invited.agree(home.house, invitation, code)
    home.clock.forward(86_400)
    sent = len(await home.sends(Kind.CODE))
    await invited.send_code(home.house, await _again(home, (await her.get("/contacts")).json()[0]["link"]), BETH)
    assert len(await home.sends(Kind.CODE)) == sent

    await home.text(BETH, "YES")
    assert (await _contact(home, invitation)).state is ContactState.CONFIRMED
    assert not await home.house.directory.never(BETH)
