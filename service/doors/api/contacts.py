"""Her contacts, over HTTP."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends

from alerts.gateway import PhoneNumber
from service.doors.problems import in_time
from service.doors.sessions import Session, sessions
from service.house import House
from service.people import choosing, duties, inviting, testing
from service.people.inviting import Invite
from service.people.model import Contact, ContactState, Mail, Test, Traveller
from service.people.numbers import e164

from . import bodies


def router(house: House) -> APIRouter:
    routes = APIRouter(prefix="/contacts", tags=["contacts"])
    _reading(house, routes)
    _changing(house, routes)
    _asking(house, routes)
    return routes


def _reading(house: House, routes: APIRouter) -> None:
    who = Depends(sessions(house))

    @routes.get("")
    async def listed(session: Annotated[Session, who]) -> list[dict[str, Any]]:
        return [_listed(house, session.account, c) for c in session.account.shown_contacts]

    @routes.get("/words")
    async def words(session: Annotated[Session, who]) -> dict[str, Any]:
        """What she should read before she adds somebody: the question about the SOS list, and who sees what."""
        return {
            "sos_question": duties.SOS_QUESTION,
            "each_other": duties.EACH_OTHER,
            "quietly": duties.QUIETLY,
            "sees": _sees(Contact(id="", name="", number="")),
        }


def _changing(house: House, routes: APIRouter) -> None:
    who = Depends(sessions(house))

    @routes.post("", status_code=201)
    async def add(body: bodies.ContactBody, session: Annotated[Session, who]) -> dict[str, Any]:
        """Adds somebody. By `sms` we send the one invitation; by `link` we send nothing, and `link` is hers to send."""
        added = choosing.add(
            house,
            session.account,
            name=body.name,
            number=None if body.number is None else inviting.number_of(house, body.number),
            invite=Invite(body.invite),
            pin=body.pin,
            door=session.device.id,
            **body.fields(),
        )
        contact = await in_time(added)
        told = {"sees": _sees(contact), "sos_question": duties.SOS_QUESTION if contact.on_sos_list else None}
        return _listed(house, session.account, contact) | told

    @routes.patch("/{contact}")
    async def change(contact: str, body: bodies.ContactChangeBody, session: Annotated[Session, who]) -> dict[str, Any]:
        changed = choosing.change(
            house,
            session.account,
            contact,
            name=body.name,
            pin=body.pin,
            door=session.device.id,
            **body.fields(),
        )
        after = await in_time(changed)
        return _listed(house, session.account, after) | {"sees": _sees(after)}

    @routes.post("/{contact}/remove", status_code=204)
    async def remove(contact: str, body: bodies.PinBody, session: Annotated[Session, who]) -> None:
        """Removes somebody at once; he is not told. (A DELETE could not carry the PIN in its body.)"""
        await in_time(choosing.remove(house, session.account, contact, body.pin, session.device.id))


def _asking(house: House, routes: APIRouter) -> None:
    who = Depends(sessions(house))

    @routes.post("/{contact}/invite")
    async def invite(contact: str, body: bodies.InviteBody, session: Annotated[Session, who]) -> dict[str, Any]:
        account, way = session.account, None if body.invite is None else Invite(body.invite)
        again = choosing.invite_again(house, account, contact, body.pin, session.device.id, way)
        return _listed(house, account, await in_time(again))

    @routes.post("/{contact}/test", status_code=202)
    async def test(contact: str, session: Annotated[Session, who]) -> dict[str, Any]:
        """Sends a test alarm by this contact's first channel; `test` of the contact follows it. Takes no PIN."""
        return _listed(house, session.account, await in_time(testing.begin(house, session.account, contact)))


def number(house: House, typed: str) -> PhoneNumber:
    """Her own number, as she typed it, as E.164. Raises Refused naming the field."""
    return e164(typed, house.settings.country, drama=not house.settings.real_provider)


def _listed(house: House, account: Traveller, contact: Contact) -> dict[str, Any]:
    """With the invitation's link, as long as it counts."""
    return contact_shown(contact) | {"link": inviting.link_of(house, account, contact) or None}


def _sees(contact: Contact) -> list[dict[str, str]]:
    return [{"when": row.when, "what": row.what} for row in duties.sees(contact)]


def contact_shown(contact: Contact) -> dict[str, Any]:
    """A contact as her own devices are shown one."""
    return {
        "id": contact.id,
        "name": contact.name,
        "number": contact.number or None,
        "tier": contact.tier,
        "primary": contact.primary,
        "on_sos_list": contact.on_sos_list,
        "channels": [channel.value for channel in contact.channels],
        "hours": contact.hours,
        "place": contact.place,
        "language": contact.language,
        "state": contact.state.value,
        "confirmed": contact.state is ContactState.CONFIRMED,
        "invited_at": contact.invited_at,
        "confirmed_at": contact.confirmed_at,
        "asked_again_at": contact.asked_again_at,
        "reachable_by_sms": contact.reachable_by_sms,
        "email": None if contact.mail is None else _mail_shown(contact.mail),
        "tested_at": contact.tested_at,
        "test": None if contact.test is None else _test_shown(contact.test),
    }


def _mail_shown(mail: Mail) -> dict[str, Any]:
    """`state`: given, asked, proved or stopped."""
    state = "given" if mail.asked_at is None else "asked"
    if mail.stopped_at is not None:
        state = "stopped"
    return {
        "address": mail.address,
        "state": state if mail.proved_at is None else "proved",
        "asked_at": mail.asked_at,
        "proved_at": mail.proved_at,
    }


def _test_shown(test: Test) -> dict[str, Any]:
    """How far it came, in seconds since she asked for it."""
    steps = {"accepted": test.accepted_at, "delivered": test.delivered_at, "failed": test.failed_at}
    steps["answered"] = test.answered_at
    seconds = {f"{name}_s": None if at is None else round(at - test.sent_at, 1) for name, at in steps.items()}
    return {"state": test.state, "channel": test.channel.value, "sent_at": test.sent_at, **seconds}
