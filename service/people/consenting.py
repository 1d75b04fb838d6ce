"""What contacts decide for themselves: YES, LEAVE, and what a carrier tells us of STOP and START."""

from msgspec.structs import replace

from alerts.contact import Channel
from alerts.notice import Kind, Notice
from service.house import House
from service.journey.model import Journey
from service.journey.said import contact_removed
from service.journey.turn import Outcome
from service.watch import NoSuchJourney

from . import companions
from .directory import Known
from .editing import Edit, edited
from .model import Contact, ContactState, Traveller
from .plans import as_told, her_channels


async def invited_by(house: House, number: str) -> Known | None:
    """The newest invitation this number has not answered."""
    waiting: list[tuple[float, Known]] = []
    for known, contact in await contacts_at(house, number):
        if contact.state is ContactState.INVITED:
            waiting.append((contact.invited_at, known))
    return max(waiting, key=lambda one: one[0])[1] if waiting else None


async def contacts_at(house: House, number: str) -> list[tuple[Known, Contact]]:
    """Everybody's contact at this number, verified against the rows that the directory names."""
    found = []
    for known in await house.directory.contact_of(number):
        try:
            account = await house.watch.account(known.traveller)
        except NoSuchJourney:
            continue
        contact = account.contact(known.contact)
        if contact is not None and contact.number == number and contact.state is not ContactState.LEFT:
            found.append((known, contact))
    return found


async def confirm(house: House, known: Known, number: str, sid: str) -> bool:
    """YES: the number is proved both ways, consent is on record, a journey under way is joined at once."""

    def write(account: Traveller, now: float) -> Edit:
        contact = account.contact(known.contact)
        if contact is None or contact.state is not ContactState.INVITED:
            return Edit(None, answer=False)
        yes = replace(contact, state=ContactState.CONFIRMED, confirmed_at=now, reachable_by_sms=True)
        welcome = Notice(
            journey=account.id,
            incident="-",
            rung=f"welcome@{sid}",
            to=contact.id,
            kind=Kind.WELCOME,
            channel=Channel.SMS,
            due_at=now,
            valid_s=3600.0,
        )
        return Edit(_with(account, yes), (welcome,), True)

    account = await house.watch.account(known.traveller)
    contact = account.contact(known.contact)
    if contact is None:
        return False
    recipient = replace(as_told(contact, calls=house.gateway.rings), reachable_by_sms=True)
    done: bool = await edited(
        house, known.traveller, "contact_confirmed", write, lambda j, _: companions.joined(j, recipient)
    )
    if done:
        await house.directory.invitations_answered(number)
    return done


async def leave(house: House, known: Known) -> None:
    """LEAVE: nothing more is ever sent; she sees that this person has left."""

    def write(account: Traveller, now: float) -> Edit:
        contact = account.contact(known.contact)
        if contact is None or contact.state is ContactState.LEFT:
            return Edit(None)
        return Edit(_with(account, replace(contact, state=ContactState.LEFT)))

    def follow(journey: Journey, now: float) -> Outcome:
        return contact_removed(journey, known.contact, now)

    await edited(house, known.traveller, "contact_left", write, follow)


async def stopped(house: House, number: str) -> None:
    """STOP, or the provider's word for it: no text goes to this number, voice takes over, everybody whose contact
    it is sees that. The number's own entry comes first: it alone is asked before a text is sent."""
    await house.directory.stop(number)
    await _reachability(house, number, by_sms=False)


async def started(house: House, number: str) -> None:
    """START: texts go again."""
    if await house.directory.reachable_by_sms(number):
        return
    await house.directory.start(number)
    await _reachability(house, number, by_sms=True)


async def _reachability(house: House, number: str, *, by_sms: bool) -> None:
    for known, contact in await contacts_at(house, number):
        await _reach(house, known, contact, by_sms=by_sms)
    traveller = await house.directory.traveller_of(number)
    if traveller is None:
        return

    def write(account: Traveller, now: float) -> Edit:
        if account.number != number or account.reachable_by_sms is by_sms:
            return Edit(None)
        return Edit(replace(account, reachable_by_sms=by_sms))

    try:
        account = await house.watch.account(traveller)
        hers = her_channels(replace(account, reachable_by_sms=by_sms), calls=house.gateway.rings)
        what = "reachable" if by_sms else "unreachable"
        await edited(house, traveller, what, write, lambda j, _: companions.asked_by(j, hers))
    except NoSuchJourney:
        return


async def _reach(house: House, known: Known, contact: Contact, *, by_sms: bool) -> None:
    def write(account: Traveller, now: float) -> Edit:
        found = account.contact(known.contact)
        if found is None or found.reachable_by_sms is by_sms:
            return Edit(None)
        return Edit(_with(account, replace(found, reachable_by_sms=by_sms)))

    def follow(journey: Journey, now: float) -> Outcome:
        return companions.reached(journey, known.contact, by_sms=by_sms)

    what = "contact_reachable" if by_sms else "contact_unreachable"
    await edited(house, known.traveller, what, write, follow)


def _with(account: Traveller, changed: Contact) -> Traveller:
    """The same change in what her screen shows, where that differs."""

    def fit(contacts: tuple[Contact, ...]) -> tuple[Contact, ...]:
        return tuple(_as_changed(c, changed) if c.id == changed.id else c for c in contacts)

    cover = None if account.cover is None else fit(account.cover)
    return replace(account, contacts=fit(account.contacts), cover=cover)


def _as_changed(contact: Contact, changed: Contact) -> Contact:
    return replace(
        contact,
        state=changed.state,
        confirmed_at=changed.confirmed_at,
        reachable_by_sms=changed.reachable_by_sms,
    )
