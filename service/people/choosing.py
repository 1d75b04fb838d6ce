"""Her contacts: asked, listed, changed, removed without a word to them. Every change takes her PIN.

Under duress a change is shown and not made: the people she had are told, whatever her screen says now.
"""

from msgspec.structs import replace

from alerts.contact import Channel
from alerts.gateway import PhoneNumber
from alerts.notice import Kind, Notice
from service.house import House
from service.journey.model import Journey, Proof
from service.journey.said import contact_removed
from service.journey.turn import Outcome
from service.tokens import new_id

from . import companions
from .editing import Edit, edited
from .model import Contact, ContactState, Traveller
from .numbers import called
from .plans import as_told
from .proving import owner
from .refusals import Refused, Why, invalid

MOST_CONTACTS = 12
TIERS = (1, 2)


async def add(
    house: House,
    account: Traveller,
    *,
    name: str,
    number: PhoneNumber,
    tier: int = 1,
    primary: bool = False,
    on_sos_list: bool = True,
    pin: str | None,
    door: str,
) -> Contact:
    """Adds a contact and sends the one invitation. Raises Refused."""
    name, tier = called(name), _tier(tier)
    _fits(account, number)
    proof = await owner(house, account, pin, door)
    by_sms = await house.directory.reachable_by_sms(number)
    await _invitation(house, account.id, number)
    contact = Contact(
        id=new_id(6),
        name=name,
        number=str(number),
        tier=tier,
        primary=primary,
        on_sos_list=on_sos_list,
        invited_at=house.clock.now(),
        reachable_by_sms=by_sms,
    )
    await house.directory.add_contact(number, account.id, contact.id)

    def write(before: Traveller, now: float) -> Edit:
        _fits(before, number)
        if proof is Proof.DURESS:
            shown = _one_primary((*before.shown_contacts, contact), contact)
            quiet = replace(contact, on_sos_list=False, primary=False)
            after = replace(before, contacts=(*before.contacts, quiet), cover=shown)
        else:
            after = replace(before, contacts=_one_primary((*before.contacts, contact), contact), cover=None)
        return Edit(after, (_invite(before, contact, now),) if by_sms else (), contact)

    added: Contact = await edited(house, account.id, "contacts", write)
    return added


async def invite_again(house: House, account: Traveller, contact_id: str, pin: str | None, door: str) -> Contact:
    """One more invitation to somebody who has not answered: one a day, three over all. Raises Refused."""
    contact = _known(account, contact_id)
    if contact.state is not ContactState.INVITED:
        raise Refused(Why.ALREADY, "expected a contact who has not answered yet")
    await owner(house, account, pin, door)
    await _invitation(house, account.id, contact.number)

    def write(before: Traveller, now: float) -> Edit:
        again = replace(_known(before, contact_id), invited_at=now)
        return Edit(replace(before, contacts=_with(before.contacts, again)), (_invite(before, again, now),), again)

    invited: Contact = await edited(house, account.id, "contacts", write)
    return invited


async def change(
    house: House,
    account: Traveller,
    contact_id: str,
    *,
    tier: int | None = None,
    primary: bool | None = None,
    on_sos_list: bool | None = None,
    name: str | None = None,
    pin: str | None,
    door: str,
) -> Contact:
    """Changes what is given and leaves the rest. Raises Refused."""
    contact = _known(account, contact_id)
    changed = replace(
        contact,
        tier=contact.tier if tier is None else _tier(tier),
        primary=contact.primary if primary is None else primary,
        on_sos_list=contact.on_sos_list if on_sos_list is None else on_sos_list,
        name=contact.name if name is None else called(name),
    )
    proof = await owner(house, account, pin, door)

    def write(before: Traveller, now: float) -> Edit:
        now_is = _known(before, contact_id)
        after = replace(
            now_is, tier=changed.tier, primary=changed.primary, on_sos_list=changed.on_sos_list, name=changed.name
        )
        if proof is Proof.DURESS:
            return Edit(replace(before, cover=_one_primary(_with(before.shown_contacts, after), after)), answer=after)
        contacts = _one_primary(_with(before.contacts, after), after)
        return Edit(replace(before, contacts=contacts, cover=None), answer=after)

    def follow(journey: Journey, now: float) -> Outcome:
        return companions.changed(journey, as_told(changed, calls=house.gateway.rings))

    answer: Contact = await edited(house, account.id, "contacts", write, None if proof is Proof.DURESS else follow)
    return answer


async def remove(house: House, account: Traveller, contact_id: str, pin: str | None, door: str) -> None:
    """Removes somebody at once, from a running alarm too; he is not told. Raises Refused."""
    contact = _known(account, contact_id)
    proof = await owner(house, account, pin, door)

    def write(before: Traveller, now: float) -> Edit:
        rest = tuple(c for c in before.shown_contacts if c.id != contact_id)
        if proof is Proof.DURESS:
            return Edit(replace(before, cover=rest))
        contacts = tuple(c for c in before.contacts if c.id != contact_id)
        return Edit(replace(before, contacts=contacts, cover=None))

    def follow(journey: Journey, now: float) -> Outcome:
        return contact_removed(journey, contact_id, now)

    if proof is Proof.DURESS:
        await edited(house, account.id, "contacts", write)
        return
    await edited(house, account.id, "contacts", write, follow)
    await house.directory.drop_contact(contact.number, account.id, contact_id)
    for key in account.journeys_open:
        await house.directory.drop_link(house.sealer.link_token(key, contact_id))


async def _invitation(house: House, traveller: str, number: str) -> None:
    wait_s = await house.directory.invite(number, traveller, house.clock.now())
    if wait_s is None:
        return
    if wait_s == float("inf"):
        raise Refused(Why.TOO_MANY, "this number has had three invitations and answered none", field="number")
    raise Refused(Why.TOO_MANY, "this number had an invitation today", field="number", wait_s=wait_s)


def _invite(account: Traveller, contact: Contact, now: float) -> Notice:
    return Notice(
        journey=account.id,
        incident="-",
        rung=f"invite@{now:.3f}",
        to=contact.id,
        kind=Kind.INVITE,
        channel=Channel.SMS,
        due_at=now,
        valid_s=3600.0,
    )


def _fits(account: Traveller, number: str) -> None:
    if number == account.number:
        raise invalid("number", "expected somebody else's number, got her own")
    for contact in account.shown_contacts:
        if contact.number == number and contact.state is not ContactState.LEFT:
            raise Refused(Why.ALREADY, "expected a number that is not a contact yet", field="number", about=contact.id)
    if len(account.shown_contacts) >= MOST_CONTACTS:
        raise Refused(Why.ALREADY, f"expected at most {MOST_CONTACTS} contacts")


def _known(account: Traveller, contact_id: str) -> Contact:
    found = next((c for c in account.shown_contacts if c.id == contact_id), None)
    if found is None:
        raise Refused(Why.NOT_FOUND, "expected the id of one of her contacts")
    return found


def _tier(tier: int) -> int:
    if tier not in TIERS:
        raise invalid("tier", f"expected 1 or 2, got {tier}")
    return tier


def _with(contacts: tuple[Contact, ...], changed: Contact) -> tuple[Contact, ...]:
    return tuple(changed if c.id == changed.id else c for c in contacts)


def _one_primary(contacts: tuple[Contact, ...], newest: Contact) -> tuple[Contact, ...]:
    """At most one is called first: the one she has just chosen."""
    if not newest.primary:
        return contacts
    return tuple(replace(c, primary=False) if c.primary and c.id != newest.id else c for c in contacts)
