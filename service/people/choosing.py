"""Her contacts: asked, listed, changed, removed without a word to them. Every change takes her PIN.

Under duress a change is shown and not made: the people she had are told, whatever her screen says now. Until a person has
closed that alarm, what she changes with her true PIN is made beside what is shown: nothing may tell the two PINs apart.
"""

import asyncio
from collections.abc import Callable
from typing import Unpack

from msgspec.structs import replace

from alerts.gateway import PhoneNumber
from alerts.notice import Notice
from service.house import House
from service.journey import companions
from service.journey.model import Journey, Proof
from service.journey.said import contact_removed
from service.journey.turn import Outcome
from service.tokens import new_id
from service.watch import NoSuchJourney

from . import mailing
from .contact_fields import Fields, Given, applied, checked
from .editing import Edit, edited, learned
from .inviting import Invite, granted, invitation, may_be_texted
from .model import Contact, ContactState, Traveller
from .pins import AFTERWARDS
from .plans import as_told
from .proving import owner
from .refusals import Refused, Why, invalid

MOST_CONTACTS = 12
Contacts = tuple[Contact, ...]


async def add(
    house: House,
    account: Traveller,
    *,
    name: str,
    number: PhoneNumber | None,
    invite: Invite = Invite.SMS,
    pin: str | None,
    door: str,
    **given: Unpack[Fields],
) -> Contact:
    """Adds a contact and sends the one invitation; by link nothing is sent, and the number may be left to be proved.
    Raises Refused."""
    sound = checked(Given(name=name, **given))
    mailing.check(house, sound.get("email"))
    if number is None and invite is not Invite.LINK:
        raise invalid("number", "expected a number, or an invitation by link")
    _fits(account, number)
    proof, proved_at = await owner(house, account, pin, door), asyncio.get_running_loop().time()
    texted = number is not None and invite is Invite.SMS
    if number is not None and texted:
        await granted(house, account.id, number, "invitation")
    fresh = Contact(id=new_id(6), name="", number=str(number or ""), invited_at=house.clock.now())
    contact = applied(fresh, sound, new_id(8))
    if number is not None:
        contact = replace(contact, reachable_by_sms=await house.directory.reachable_by_sms(number))
        texted = texted and await may_be_texted(house, number)
        await house.directory.add_contact(number, account.id, contact.id)
    token = house.sealer.invite_token(account.id, contact.id)
    await house.directory.add_invitation(token, account.id, contact.id)

    def write(before: Traveller, now: float) -> Edit:
        _fits(before, number)

        def added(contacts: Contacts) -> Contacts:
            return _one_primary((*_without_left(contacts, number), contact), contact)

        if proof is Proof.DURESS:
            quiet = replace(contact, on_sos_list=False, primary=False)
            after = replace(before, contacts=(*before.contacts, quiet), cover=added(before.shown_contacts))
        else:
            after = _with_both(before, added)
        return Edit(after, (invitation(house, before, contact, now),) if texted else (), contact)

    def follow(journey: Journey, now: float) -> Outcome:
        return companions.asked(journey, contact.recipient())

    waits = number is not None and proof is not Proof.DURESS
    made: Contact = await edited(house, account.id, "contacts", write, follow if waits else None)
    await house.pins.even(proved_at, AFTERWARDS)
    return made


async def invite_again(
    house: House, account: Traveller, contact_id: str, pin: str | None, door: str, invite: Invite | None = None
) -> Contact:
    """One more invitation to somebody who has not answered, or whose consent has lapsed: one a day, three over all by
    text; by link as often as she likes. Raises Refused."""
    contact = _known(account, contact_id)
    if contact.state not in (ContactState.INVITED, ContactState.LAPSED):
        raise Refused(Why.ALREADY, "expected a contact who has not answered yet")
    invite = invite or (Invite.SMS if contact.number else Invite.LINK)
    if invite is Invite.SMS and not contact.number:
        raise invalid("invite", "expected link where there is no number yet, got sms")
    await owner(house, account, pin, door)
    texted = invite is Invite.SMS
    if texted:
        await granted(house, account.id, contact.number, "invitation")
        texted = await may_be_texted(house, contact.number)
    token = house.sealer.invite_token(account.id, contact_id)
    await house.directory.add_invitation(token, account.id, contact_id)

    def write(before: Traveller, now: float) -> Edit:
        real = before.contact(contact_id)
        if real is None:
            raise Refused(Why.NOT_FOUND, "expected the id of one of her contacts")
        after = learned(before, replace(real, invited_at=now, keyed=0, proving=None))
        return Edit(after, (invitation(house, before, real, now),) if texted else (), _known(after, contact_id))

    invited: Contact = await edited(house, account.id, "contacts", write)
    return invited


async def change(
    house: House,
    account: Traveller,
    contact_id: str,
    *,
    pin: str | None,
    door: str,
    **given: Unpack[Given],
) -> Contact:
    """Changes what is given and leaves the rest. Raises Refused."""
    shown, sound, mail_id = _known(account, contact_id), checked(given), new_id(8)
    mailing.check(house, sound.get("email"))
    proof, proved_at = await owner(house, account, pin, door), asyncio.get_running_loop().time()
    real = account.contact(contact_id) or shown
    asks = mailing.to_ask(applied(shown, sound, mail_id)) if sound.get("email") else None
    if asks is not None:
        await mailing.granted(house, account, shown, asks)

    def write(before: Traveller, now: float) -> Edit:
        def with_change(contacts: Contacts) -> Contacts:
            known = next((c for c in contacts if c.id == contact_id), None)
            if known is None:
                return contacts
            after = applied(known, sound, mail_id)
            return _one_primary(tuple(after if c.id == contact_id else c for c in contacts), after)

        _known(before, contact_id)
        if proof is Proof.DURESS:
            after = replace(before, cover=with_change(before.shown_contacts))
        else:
            after = _with_both(before, with_change)
        notices: tuple[Notice, ...] = ()
        if asks is not None:
            after = mailing.asked(after, contact_id, asks, now)
            notices = (mailing.question(house, before, contact_id, asks, now),)
        return Edit(after, notices, _known(after, contact_id))

    def follow(journey: Journey, now: float) -> Outcome:
        return companions.changed(journey, as_told(applied(real, sound, mail_id), calls=house.gateway.rings))

    answer: Contact = await edited(house, account.id, "contacts", write, None if proof is Proof.DURESS else follow)
    if asks is not None and shown.mail is not None and shown.mail.id != asks.id:
        await mailing.forgotten(house, account, shown)
    await house.pins.even(proved_at, AFTERWARDS)
    return answer


async def remove(house: House, account: Traveller, contact_id: str, pin: str | None, door: str) -> None:
    """Removes somebody at once, from a running alarm too; he is not told. Raises Refused."""
    contact = _known(account, contact_id)
    proof, proved_at = await owner(house, account, pin, door), asyncio.get_running_loop().time()

    def write(before: Traveller, now: float) -> Edit:
        def without(contacts: Contacts) -> Contacts:
            return tuple(c for c in contacts if c.id != contact_id)

        if proof is Proof.DURESS:
            return Edit(replace(before, cover=without(before.shown_contacts)))
        return Edit(_with_both(before, without))

    def follow(journey: Journey, now: float) -> Outcome:
        return contact_removed(journey, contact_id, now)

    await edited(house, account.id, "contacts", write, None if proof is Proof.DURESS else follow)
    if proof is not Proof.DURESS:
        await _forgotten(house, account, contact)
    await house.pins.even(proved_at, AFTERWARDS)


async def _forgotten(house: House, account: Traveller, contact: Contact) -> None:
    """What led from outside to somebody who is no contact any more. His row went first: none of it opens anything."""
    directory, sealer = house.directory, house.sealer
    await directory.drop_invitation(sealer.invite_token(account.id, contact.id))
    await mailing.forgotten(house, account, contact)
    for number in {contact.number, contact.proving.number if contact.proving is not None else ""} - {""}:
        await directory.drop_contact(number, account.id, contact.id)
    if contact.test is not None:
        await directory.free_test_code(contact.number, contact.test.code, account.id, contact.id)
    for key in account.journeys_open:
        await directory.drop_link(sealer.link_token(key, contact.id))
        try:
            code = (await house.watch.look(key)).journey.plan.code
        except NoSuchJourney:
            continue
        await directory.free_code(contact.number, code, key)


def _fits(account: Traveller, number: str | None) -> None:
    if number == account.number:
        raise invalid("number", "expected somebody else's number, got her own")
    here = [c for c in account.shown_contacts if c.state is not ContactState.LEFT]
    for contact in here:
        if number is not None and contact.number == number:
            raise Refused(Why.ALREADY, "expected a number that is not a contact yet", field="number", about=contact.id)
    if len(here) >= MOST_CONTACTS:
        raise Refused(Why.ALREADY, f"expected at most {MOST_CONTACTS} contacts: remove one first")


def _known(account: Traveller, contact_id: str) -> Contact:
    found = next((c for c in account.shown_contacts if c.id == contact_id), None)
    if found is None:
        raise Refused(Why.NOT_FOUND, "expected the id of one of her contacts")
    return found


def _without_left(contacts: Contacts, number: str | None) -> Contacts:
    """Somebody who left and is asked again stands in the list once."""
    return tuple(c for c in contacts if c.state is not ContactState.LEFT or c.number != number)


def _with_both(account: Traveller, change: Callable[[Contacts], Contacts]) -> Traveller:
    """`change` to her contacts, and to those that her screen shows where they differ."""
    cover = None if account.cover is None else change(account.cover)
    return replace(account, contacts=change(account.contacts), cover=cover)


def _one_primary(contacts: Contacts, newest: Contact) -> Contacts:
    """At most one is called first: the one she has just chosen."""
    if not newest.primary:
        return contacts
    return tuple(replace(c, primary=False) if c.primary and c.id != newest.id else c for c in contacts)
