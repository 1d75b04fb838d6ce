"""Invitations as she sends them: by our text, or by a link in her own messenger. What is sent to numbers that have not
said YES is counted: for the number, and for the whole house."""

from enum import StrEnum

from alerts.gateway import PhoneNumber
from alerts.notice import Kind, Notice, of_account
from alerts.sandbox_gateway import OUR_NUMBER
from service.house import House

from .model import Contact, ContactState, Traveller
from .numbers import e164
from .refusals import Refused, Why

INVITED_S = 7 * 86_400.0
"""How long an invitation's page counts, from the last time she invited."""


class Invite(StrEnum):
    """How somebody is asked: we text, or she sends the link herself and we send nothing."""

    SMS = "sms"
    LINK = "link"


def number_of(house: House, typed: str) -> PhoneNumber:
    """A contact's number as E.164. Raises Refused naming the field."""
    settings = house.settings
    drama = not settings.real_provider
    return e164(typed, settings.country, drama=drama, countries=settings.contact_regions)


async def granted(house: House, traveller: str, number: str, kind: str) -> None:
    """Takes one text to a number that has not said YES. Raises Refused: today's has gone, three have, or the house has
    sent what it sends in an hour."""
    now = house.clock.now()
    _enough(await house.directory.may_invite(number, traveller, now))
    wait_s = await house.directory.may_send(kind, now)
    if wait_s is not None:
        raise Refused(Why.TOO_MANY, "we have sent all the invitations we send in an hour", wait_s=wait_s)
    _enough(await house.directory.invited(number, traveller, now))


def _enough(wait_s: float | None) -> None:
    """Raises Refused for a number that has had enough."""
    if wait_s == float("inf"):
        raise Refused(Why.TOO_MANY, "this number has had three invitations and answered none", field="number")
    if wait_s is not None:
        raise Refused(Why.TOO_MANY, "this number had an invitation today", field="number", wait_s=wait_s)


def waits_for_answer(contact: Contact, now: float) -> bool:
    """Whether the page behind this contact's invitation still counts."""
    return contact.state in (ContactState.INVITED, ContactState.LAPSED) and now < contact.invited_at + INVITED_S


def link_of(house: House, account: Traveller, contact: Contact) -> str:
    """The invitation's address, the same every time; "" where it does not count any more."""
    if not waits_for_answer(contact, house.clock.now()):
        return ""
    return f"{house.public_url}/i/{house.sealer.invite_token(account.id, contact.id)}"


def invitation(house: House, account: Traveller, contact: Contact, now: float) -> Notice:
    """The one text that asks."""
    link = f"{house.public_url}/i/{house.sealer.invite_token(account.id, contact.id)}"
    rung = f"invite@{now:.3f}"
    return of_account(account.id, Kind.INVITE, contact.id, rung, now, valid_s=3600.0, extra={"link": link})


async def may_be_texted(house: House, number: str) -> bool:
    """Whether an invitation to this number is sent at all. Who asks is answered as if it were."""
    by_sms, never = await house.directory.reachable_by_sms(number), await house.directory.never(number)
    return by_sms and not never


def our_number(house: House) -> str:
    """The number that YES is texted to."""
    return house.settings.twilio_from or OUR_NUMBER
