"""Her contacts, over HTTP."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends

from alerts.gateway import PhoneNumber
from service.house import House
from service.people import choosing
from service.people.model import Contact, ContactState
from service.people.numbers import e164

from . import bodies
from .problems import in_time
from .sessions import Session, sessions


def router(house: House) -> APIRouter:
    routes = APIRouter(prefix="/contacts", tags=["contacts"])
    who = Depends(sessions(house))

    @routes.get("")
    async def listed(session: Annotated[Session, who]) -> list[dict[str, Any]]:
        return [contact_shown(c) for c in session.account.shown_contacts]

    @routes.post("", status_code=201)
    async def add(body: bodies.ContactBody, session: Annotated[Session, who]) -> dict[str, Any]:
        """Adds somebody and sends the one invitation."""
        added = choosing.add(
            house,
            session.account,
            name=body.name,
            number=number(house, body.number),
            tier=body.tier,
            primary=body.primary,
            on_sos_list=body.on_sos_list,
            pin=body.pin,
            door=session.device.id,
        )
        return contact_shown(await in_time(added))

    @routes.patch("/{contact}")
    async def change(contact: str, body: bodies.ContactChangeBody, session: Annotated[Session, who]) -> dict[str, Any]:
        changed = choosing.change(
            house,
            session.account,
            contact,
            tier=body.tier,
            primary=body.primary,
            on_sos_list=body.on_sos_list,
            name=body.name,
            pin=body.pin,
            door=session.device.id,
        )
        return contact_shown(await in_time(changed))

    @routes.post("/{contact}/invite")
    async def invite(contact: str, body: bodies.PinBody, session: Annotated[Session, who]) -> dict[str, Any]:
        return contact_shown(
            await in_time(choosing.invite_again(house, session.account, contact, body.pin, session.device.id))
        )

    @routes.post("/{contact}/remove", status_code=204)
    async def remove(contact: str, body: bodies.PinBody, session: Annotated[Session, who]) -> None:
        """Removes somebody at once; he is not told. (A DELETE could not carry the PIN in its body.)"""
        await in_time(choosing.remove(house, session.account, contact, body.pin, session.device.id))

    return routes


def number(house: House, typed: str) -> PhoneNumber:
    """What she typed as E.164. Raises Refused naming the field."""
    return e164(typed, house.settings.country, drama=not house.settings.real_provider)


def contact_shown(contact: Contact) -> dict[str, Any]:
    """A contact as her own devices are shown one."""
    return {
        "id": contact.id,
        "name": contact.name,
        "number": contact.number,
        "tier": contact.tier,
        "primary": contact.primary,
        "on_sos_list": contact.on_sos_list,
        "state": contact.state.value,
        "confirmed": contact.state is ContactState.CONFIRMED,
        "invited_at": contact.invited_at,
        "confirmed_at": contact.confirmed_at,
        "reachable_by_sms": contact.reachable_by_sms,
    }
