"""What contacts decide for themselves: YES, LEAVE, NEVER, and what a carrier tells us of STOP and START."""

from msgspec.structs import replace

from alerts.notice import Kind, Notice, of_account
from service.house import House
from service.journey import companions
from service.journey.model import Journey
from service.journey.said import contact_removed
from service.journey.turn import Outcome
from service.watch import NoSuchJourney

from . import mailing
from .directory import Known
from .editing import Edit, edited, learned
from .model import Contact, ContactState, Mail, Traveller
from .plans import as_told, her_channels, still_matters


async def invited_by(house: House, number: str) -> Known | None:
    """The newest question this number has not answered: an invitation, or consent asked for again."""
    waiting = [(_asked_at(contact), known) for known, contact in await contacts_at(house, number) if waits(contact)]
    return max(waiting, key=lambda one: one[0])[1] if waiting else None


def waits(contact: Contact) -> bool:
    """Whether a YES of this person would change anything."""
    return contact.state in _ASKED or (contact.state is ContactState.CONFIRMED and contact.asked_again_at is not None)


def _asked_at(contact: Contact) -> float:
    return max(contact.invited_at, contact.asked_again_at or 0.0)


async def contacts_at(house: House, number: str) -> list[tuple[Known, Contact]]:
    """Everybody's contact at this number, verified against the rows that the directory names."""
    found = []
    for known in await house.directory.contact_of(number):
        try:
            account = await house.watch.account(known.traveller)
        except NoSuchJourney:
            continue
        contact = account.still_told(known.contact)
        if contact is None or not _is_at(contact, number) or contact.state is ContactState.LEFT:
            continue
        if account.erased_at is None or contact.state is ContactState.CONFIRMED:  # an alarm of hers may still be open
            found.append((known, contact))
    return found


def _is_at(contact: Contact, number: str) -> bool:
    """Also where it is only being proved: whoever answers from it proves it."""
    return number == (contact.number or (contact.proving.number if contact.proving is not None else ""))


async def confirm(house: House, known: Known, number: str, sid: str, *, texted: bool = True) -> bool:
    """YES: the number is proved both ways, consent is on record, a journey under way is joined at once. The same for
    somebody who is asked again. False where nothing was asked. `texted`: a text was the proof; else it was a call."""

    def write(account: Traveller, now: float) -> Edit:
        contact = account.contact(known.contact)
        if contact is None or not waits(contact) or not _may_be(account, contact, number):
            return Edit(None, answer=False)
        yes = replace(
            contact,
            number=str(number),
            state=ContactState.CONFIRMED,
            confirmed_at=now,
            asked_again_at=None,
            proving=None,
            reachable_by_sms=texted or contact.reachable_by_sms,
        )
        welcome = (_welcome(account, contact, sid, now),) if texted else ()
        after = learned(account, yes)
        if asks is None:
            return Edit(after, welcome, True)
        question = mailing.question(house, account, contact.id, asks, now)
        return Edit(mailing.asked(after, contact.id, asks, now), (*welcome, question), True)

    account = await house.watch.account(known.traveller)
    contact = account.contact(known.contact)
    if contact is None or not waits(contact):
        return False
    recipient = as_told(contact, calls=house.gateway.rings)
    if texted:
        recipient = replace(recipient, reachable_by_sms=True)
    await _opens(house, account, contact.id, number)
    asks = await _asked_by_mail(house, account, contact)
    done: bool = await edited(
        house, known.traveller, "contact_confirmed", write, lambda j, now: companions.joined(j, recipient, now)
    )
    if done:
        await house.directory.invitations_answered(number)
        await house.directory.take_back_never(number)
        await house.directory.drop_invitation(house.sealer.invite_token(known.traveller, known.contact))
    return done


async def _asked_by_mail(house: House, account: Traveller, contact: Contact) -> Mail | None:
    """The address that whoever says YES is asked about now, as her screen shows it, if it was not asked about before."""
    shown = next((c for c in account.shown_contacts if c.id == contact.id), None)
    asks = mailing.to_ask(replace(shown, state=ContactState.CONFIRMED)) if shown is not None else None
    if asks is None or asks.asked_at is not None or not house.settings.mails:
        return None
    return asks if await mailing.granted_quietly(house, account, contact, asks) else None


_ASKED = (ContactState.INVITED, ContactState.LAPSED)


def _may_be(account: Traveller, contact: Contact, number: str) -> bool:
    """Whether this number may be that contact's: hers and another contact's of hers may not."""
    others = {c.number for c in account.contacts if c.id != contact.id and c.state is not ContactState.LEFT}
    return _is_at(contact, number) and number not in others | {account.number}


def _welcome(account: Traveller, contact: Contact, sid: str, now: float) -> Notice:
    return of_account(account.id, Kind.WELCOME, contact.id, f"welcome@{sid}", now, valid_s=3600.0)


async def _opens(house: House, account: Traveller, contact: str, number: str) -> None:
    """Whoever joins on the way needs what those had who were there at the start: a link, and a code to answer with."""
    for key in account.journeys_open:
        try:
            journey = (await house.watch.look(key)).journey
        except NoSuchJourney:
            continue
        await house.directory.add_link(house.sealer.link_token(key, contact), key, contact)
        if still_matters(journey, house.clock.now()):
            await house.directory.hold_code(number, journey.plan.code, key)


async def leave(house: House, known: Known) -> None:
    """LEAVE: nothing more is ever sent; she sees that this person has left."""

    def write(account: Traveller, now: float) -> Edit:
        contact = account.contact(known.contact)
        if contact is None or contact.state is ContactState.LEFT:
            return Edit(None)
        return Edit(learned(account, replace(contact, state=ContactState.LEFT, proving=None)))

    def follow(journey: Journey, now: float) -> Outcome:
        return contact_removed(journey, known.contact, now)

    await edited(house, known.traveller, "contact_left", write, follow)


async def never_again(house: House, number: str) -> int:
    """NEVER: nobody can ask this number any more; whoever has asked is not told. Returns whose contact it still is:
    LEAVE ends that, and a YES takes back all of this."""
    await house.directory.say_never(number)
    return sum(contact.state is ContactState.CONFIRMED for _, contact in await contacts_at(house, number))


async def stopped(house: House, number: str) -> None:
    """STOP, or the provider's word for it: no text goes to this number, voice takes over, everybody whose contact
    it is sees that. The number's own entry comes first: it alone is asked before a text is sent."""
    if not number:  # nobody's yet
        return
    await house.directory.stop(number)
    await _reachability(house, number, by_sms=False)


async def started(house: House, number: str) -> None:
    """START, and a bare YES, which carriers take for it: texts go again, and it may be asked again."""
    await house.directory.take_back_never(number)
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
        return Edit(learned(account, replace(found, reachable_by_sms=by_sms)))

    def follow(journey: Journey, now: float) -> Outcome:
        return companions.reached(journey, known.contact, by_sms=by_sms)

    what = "contact_reachable" if by_sms else "contact_unreachable"
    await edited(house, known.traveller, what, write, follow)
