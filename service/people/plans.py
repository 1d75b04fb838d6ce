"""What every journey of hers needs before it is on disk: whom it tells, the code they answer with, their links."""

from collections.abc import Collection, Iterable, Sequence

from msgspec.structs import replace

from alerts.contact import Channel, Recipient
from service.house import House
from service.journey.cover import shown_to_her
from service.journey.model import Journey, JourneyState, Plan
from service.journey.said import is_over
from service.rows import UnreadableRow
from service.watch import NoSuchJourney

from .model import Contact, ContactState, Traveller


class Moved(Exception):
    """Somebody else wrote her account meanwhile: look again."""


TRIES = 20


def deliverable(contact: Contact, *, calls: bool) -> bool:
    """Whether a message to this person can get there at all. `calls`: whether the provider carries any."""
    return contact.reachable_by_sms or (calls and Channel.CALL in contact.channels)


def as_told(contact: Contact, *, calls: bool) -> Recipient:
    """This person as a ladder needs her or him; where nobody can be rung, everybody is texted."""
    recipient = contact.recipient()
    if calls:
        return recipient
    others = tuple(c for c in recipient.channels if c is not Channel.CALL)
    return replace(recipient, channels=others if Channel.SMS in others else (*others, Channel.SMS))


def told_by(contacts: Iterable[Contact], *, calls: bool) -> tuple[Recipient, ...]:
    """Those of `contacts` who said YES and can be reached."""
    said_yes = (c for c in contacts if c.state is ContactState.CONFIRMED)
    return tuple(as_told(c, calls=calls) for c in said_yes if deliverable(c, calls=calls))


def first_of(contacts: Sequence[Contact]) -> Contact | None:
    """Her primary contact among these, else the first."""
    return next((c for c in contacts if c.primary), contacts[0] if contacts else None)


def her_channels(account: Traveller, *, calls: bool) -> tuple[Channel, ...]:
    """How she may be asked anything, in her order: her app always, texts unless she has sent STOP, calls where the
    provider carries any; and of these only what she takes."""
    carried = {Channel.PUSH: False, Channel.SMS: account.reachable_by_sms, Channel.CALL: calls}
    return (Channel.PUSH, *(c for c in account.channels if carried[c]))


def for_her(plan: Plan, account: Traveller, house: House) -> Plan:
    """`plan` with what every journey of hers takes from her account and from the deployment: whom it tells, who may
    get one text in an SOS, how she is asked, whose clock counts."""
    calls = house.gateway.rings
    not_yet = (c for c in account.contacts if c.state is ContactState.INVITED and c.number and c.reachable_by_sms)
    return replace(
        plan,
        people=told_by(account.contacts, calls=calls),
        invited=tuple(replace(c.recipient(), channels=(Channel.SMS,)) for c in not_yet if c.on_sos_list),
        hers=her_channels(account, calls=calls),
        second_sender=bool(house.settings.twilio_from_2),
        zone=house.settings.timezone,
    )


def next_key(account: Traveller) -> str:
    return f"{account.id}-{account.journeys + 1}"


def hidden_key(account: Traveller) -> str:
    """The next journey that only a duress PIN makes: her screens never show one, and no number of hers is left out."""
    return f"{account.id}-b{account.hidden + 1}"


def shown_under_way(journey: Journey) -> bool:
    """Whether this journey stands in the way of another one, as far as her devices may know."""
    return not is_over(shown_to_her(journey))


def still_matters(journey: Journey, now: float) -> bool:
    """Whether anybody may still act on it, whatever her devices are shown."""
    if not is_over(journey) or journey.closed is None:
        return journey.state is not JourneyState.DRAFT
    return now - journey.closed.at <= journey.numbers.reopens_s


KEPT_BEHIND = 8


async def over_behind(house: House, account: Traveller) -> frozenset[str]:
    """Which of her earlier journeys are over for everybody. Nobody looks before there are too many of them."""
    if len(account.behind) < KEPT_BEHIND:
        return frozenset()
    return frozenset([key for key in account.behind if not await is_open(house, key)])


async def is_open(house: House, key: str) -> bool:
    """Whether this journey is not over, whatever her devices are shown; one that cannot be read may be open."""
    try:
        return not is_over((await house.watch.look(key)).journey)
    except NoSuchJourney:
        return False
    except UnreadableRow:
        return True


def put_behind(account: Traveller, key: str, over: Collection[str] = ()) -> tuple[str, ...]:
    """Her earlier journeys with `key` as the newest. Where they are too many the oldest of those that are `over` are let
    go of, and never one on which people are still acting: her true PIN has to find it."""
    keys = (*(k for k in account.behind if k != key), key)
    gone = [k for k in keys if k in over][: max(0, len(keys) - KEPT_BEHIND)]
    return tuple(k for k in keys if k not in gone)


async def reserved(house: House, key: str, contacts: Iterable[Contact]) -> str:
    """The reply code of a journey that is about to begin; its contacts' links are in the directory after this.

    An entry whose journey never came to be opens nothing and is freed when it is met.
    """
    people = list(contacts)
    for contact in people:
        await house.directory.add_link(house.sealer.link_token(key, contact.id), key, contact.id)
    numbers = [c.number for c in people]
    code, in_the_way = await house.directory.reserve_code(numbers, key)
    for holder in set(in_the_way):
        await _free_if_over(house, holder, numbers)
    return code


async def _free_if_over(house: House, holder: str, numbers: list[str]) -> None:
    try:
        if still_matters((await house.watch.look(holder)).journey, house.clock.now()):
            return
    except NoSuchJourney:
        if await _about_to_begin(house, holder):
            return
    for number in numbers:
        for code, journey in (await house.directory.codes(number)).items():
            if journey == holder:
                await house.directory.free_code(number, code, holder)


async def _about_to_begin(house: House, key: str) -> bool:
    """A row that is not there yet may be on its way: only a number that was passed over is surely unused."""
    owner, _, number = key.partition("-")
    try:
        account = await house.watch.account(owner)
    except NoSuchJourney:
        return False
    if number.startswith("b"):
        return int(number[1:]) > account.hidden
    return int(number) > account.journeys
