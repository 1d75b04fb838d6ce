"""People of the sandbox: she signs up like anybody, and those she names get phones on the screen and are asked there."""

import re
from dataclasses import dataclass
from enum import StrEnum

from alerts.gateway import PhoneNumber
from alerts.sandbox_gateway import Direction
from service.clock import breathe
from service.house import House
from service.people import choosing, signing_up
from service.people.inviting import Invite
from service.people.refusals import Refused, Why
from service.sandbox_phones import SandboxPhones
from service.web.pages import NamedContact

DOOR = "try"
TEXT_REAL_S = 10.0
FIRST_NUMBER, LAST_NUMBER = 101, 999
_CODE = re.compile(r"\b(\d{6})\b")


class Asks(StrEnum):
    """How her contacts are asked, and who answers for them."""

    AT_ONCE = "at_once"
    BY_TEXT = "by_text"
    BY_LINK = "by_link"


class Tell(StrEnum):
    """What her contacts hear while nothing is wrong."""

    NOTHING = "nothing"
    STARTED = "started"
    ARRIVED = "arrived"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What the form asked for, checked. `by_text`: she has no data, and sets off by texting WALK."""

    first_name: str
    destination: str
    contacts: tuple[NamedContact, ...]
    walk: str
    profile: str
    speed: float
    pin: str
    duress_pin: str
    asks: Asks = Asks.AT_ONCE
    tell: Tell = Tell.NOTHING
    by_text: bool = False
    show_route: bool = False

    @property
    def asked(self) -> tuple[tuple[str, int, bool], ...]:
        return tuple((c.name, c.tier, c.on_sos_list) for c in self.contacts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Introduced:
    """Her account and her phone's token; `lent` is the phone on the screen of each who is asked by a link, by id."""

    traveller: str
    token: str
    lent: dict[str, str]


async def introduce(house: House, wanted: Wanted) -> Introduced:
    """Signs her up and asks whom she named. Raises Refused."""
    phones = phones_of(house)
    numbers = await _unused(phones, 1 + len(wanted.contacts))
    await phones.name(numbers[0], wanted.first_name)
    await signing_up.send_code(house, PhoneNumber(numbers[0]), wanted.first_name)
    code = _CODE.search(await _text_on(phones, numbers[0]))
    token, account = await signing_up.verify(house, PhoneNumber(numbers[0]), code[1] if code else "", "her phone")
    await signing_up.set_pins(house, account, wanted.pin, wanted.duress_pin, None, DOOR)
    by_link = wanted.asks is Asks.BY_LINK
    first = next((c for c in wanted.contacts if c.tier == 1), wanted.contacts[0])
    lent: dict[str, str] = {}
    for contact, number in zip(wanted.contacts, numbers[1:], strict=True):
        await phones.name(number, contact.name)
        added = await choosing.add(
            house,
            await house.watch.account(account.id),
            name=contact.name,
            number=None if by_link else PhoneNumber(number),
            invite=Invite.LINK if by_link else Invite.SMS,
            tier=contact.tier,
            on_sos_list=contact.on_sos_list,
            primary=contact is first,
            pin=wanted.pin,
            door=DOOR,
        )
        lent |= {added.id: number} if by_link else {}
    for number in numbers[1:] if wanted.asks is Asks.AT_ONCE else ():
        await _text_on(phones, number)
        await phones.reply(number, "YES", house.clock.now())
    return Introduced(traveller=account.id, token=token, lent=lent)


async def one_more(house: House, traveller: str, name: str, pin: str) -> tuple[str, str]:
    """Somebody else, by a link that she sends herself: the contact's id, and the phone that is lent. Raises Refused."""
    phones = phones_of(house)
    account = await house.watch.account(traveller)
    [number] = await _unused(phones, 1)
    added = await choosing.add(house, account, name=name, number=None, invite=Invite.LINK, pin=pin, door=DOOR)
    await phones.name(number, added.name)
    return added.id, number


def phones_of(house: House) -> SandboxPhones:
    """The phones on the screen. Raises Refused where there are none."""
    if house.phones is None:
        raise Refused(Why.NOT_FOUND, "expected the sandbox")
    return house.phones


async def _unused(phones: SandboxPhones, wanted: int) -> list[str]:
    """Numbers kept for films that no phone of this sandbox has."""
    taken = {phone.number for phone in await phones.phones()}
    every = (f"+447700900{n:03d}" for n in range(FIRST_NUMBER, LAST_NUMBER + 1))
    free = [number for number in every if number not in taken][:wanted]
    if len(free) < wanted:
        raise Refused(Why.BUSY, "every number of the sandbox is in use: start it with an empty data directory")
    return free


async def _text_on(phones: SandboxPhones, number: str) -> str:
    """The first text that has reached this phone, waiting for it. Raises Refused(BUSY)."""
    for _ in range(round(TEXT_REAL_S / 0.05)):
        arrived = [one for one in await phones.thread(number) if one.direction is Direction.IN]
        if arrived:
            return arrived[0].text
        await breathe(0.05)
    raise Refused(Why.BUSY, "no message has left the house for ten seconds: is a watchman running?", wait_s=10.0)
