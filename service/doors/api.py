"""The HTTP API of her phone, `/v1`: sign-up, PINs, contacts, journeys, and every command her socket knows.

Who asks is what the token says; every row that is read or written is reached from there, so no id in a path or body
can name somebody else's.
"""

import asyncio
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Depends, Header, Response

from alerts.gateway import PhoneNumber
from service.house import House
from service.journey.turn import Answer
from service.people import choosing, signing_up
from service.people.alarms import NO_JOURNEY
from service.people.model import Contact, ContactState, Traveller
from service.people.numbers import e164
from service.people.pressing import act_of, cry, press
from service.people.refusals import Refused, Why, invalid
from service.people.setting_off import preflight, set_off
from service.people.wishes import Wish
from service.rows import Kept

from . import bodies, ingest
from .problems import MEDIA_TYPE, in_time, problem
from .sessions import Session, sessions
from .snapshot import snapshot

LONGEST_KEY = 128
_PROBLEM: dict[str, Any] = {"content": {MEDIA_TYPE: {}}}
_RESPONSES: dict[int | str, dict[str, Any]] = {
    401: {"description": "no, an unknown or a revoked device token", **_PROBLEM},
    403: {"description": "a PIN is needed, or was wrong", **_PROBLEM},
    404: {"description": "there is no such thing of hers", **_PROBLEM},
    409: {"description": "something of hers is in the way", **_PROBLEM},
    422: {"description": "a field cannot be used; `field` names it", **_PROBLEM},
    429: {"description": "too many; Retry-After says when", **_PROBLEM},
    503: {"description": "not on disk yet: repeat it", **_PROBLEM},
}


def router(house: House) -> APIRouter:
    """Every route of the API. The app has to `problems.install` too."""
    found = APIRouter(prefix="/v1", responses=_RESPONSES)
    for part in (_signing_up(house), _account(house), _contacts(house), _journeys(house), _commands(house)):
        found.include_router(part)
    found.include_router(ingest.router(house))
    return found


def _signing_up(house: House) -> APIRouter:
    routes = APIRouter(prefix="/signup", tags=["sign-up"])

    @routes.post("", status_code=202)
    async def sign_up(body: bodies.SignUpBody) -> dict[str, str]:
        """Sends a one-time code to a number; the answer is the same whether it is known."""
        await in_time(signing_up.send_code(house, _number(house, body.number), body.name))
        return {"status": "sent"}

    @routes.post("/verify")
    async def verify(body: bodies.VerifyBody) -> dict[str, Any]:
        """A device token for whoever holds the code (and the PIN, where the account has one)."""
        number = _number(house, body.number)
        token, account = await in_time(signing_up.verify(house, number, body.code, body.device, body.pin))
        return {"token": token, "me": _me(account)}

    return routes


def _account(house: House) -> APIRouter:
    routes = APIRouter(tags=["account"])
    who = Depends(sessions(house))

    @routes.get("/me")
    async def me(session: Annotated[Session, who]) -> dict[str, Any]:
        return _me(session.account)

    @routes.patch("/me")
    async def rename(body: bodies.NameBody, session: Annotated[Session, who]) -> dict[str, Any]:
        return _me(await in_time(signing_up.rename(house, session.account, body.name)))

    @routes.put("/pins", status_code=204)
    async def pins(body: bodies.PinsBody, session: Annotated[Session, who]) -> None:
        account, door = session.account, session.device.id
        await in_time(signing_up.set_pins(house, account, body.pin, body.duress_pin, body.current_pin, door))

    return routes


def _contacts(house: House) -> APIRouter:
    routes = APIRouter(prefix="/contacts", tags=["contacts"])
    who = Depends(sessions(house))

    @routes.get("")
    async def listed(session: Annotated[Session, who]) -> list[dict[str, Any]]:
        return [_contact(c) for c in session.account.shown_contacts]

    @routes.post("", status_code=201)
    async def add(body: bodies.ContactBody, session: Annotated[Session, who]) -> dict[str, Any]:
        """Adds somebody and sends the one invitation."""
        added = choosing.add(
            house,
            session.account,
            name=body.name,
            number=_number(house, body.number),
            tier=body.tier,
            primary=body.primary,
            on_sos_list=body.on_sos_list,
            pin=body.pin,
            door=session.device.id,
        )
        return _contact(await in_time(added))

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
        return _contact(await in_time(changed))

    @routes.post("/{contact}/invite")
    async def invite(contact: str, body: bodies.PinBody, session: Annotated[Session, who]) -> dict[str, Any]:
        return _contact(
            await in_time(choosing.invite_again(house, session.account, contact, body.pin, session.device.id))
        )

    @routes.post("/{contact}/remove", status_code=204)
    async def remove(contact: str, body: bodies.PinBody, session: Annotated[Session, who]) -> None:
        """Removes somebody at once; he is not told. (A DELETE could not carry the PIN in its body.)"""
        await in_time(choosing.remove(house, session.account, contact, body.pin, session.device.id))

    return routes


def _journeys(house: House) -> APIRouter:
    routes = APIRouter(prefix="/journeys", tags=["journeys"])
    who = Depends(sessions(house))

    @routes.post("/preflight")
    async def check(body: bodies.JourneyBody, session: Annotated[Session, who]) -> dict[str, Any]:
        """What would be promised, what stands in the way, what she should know."""
        report = preflight(house, session.account, await _wish(body), body.seen_by_phone())
        return {
            "blocks": [{"code": w.code, "words": w.words} for w in report.blocks],
            "warnings": [{"code": w.code, "words": w.words} for w in report.warnings],
            "sentence": report.sentence,
            "eta_at": report.eta_at,
        }

    @routes.post("", status_code=201)
    async def create(
        body: bodies.JourneyBody,
        session: Annotated[Session, who],
        idempotency_key: Annotated[str, Header(max_length=LONGEST_KEY)] = "",
    ) -> dict[str, Any]:
        """Sets off. The journey and its deadline are on disk when this is answered."""
        kept = await in_time(set_off(house, session.account.id, await _wish(body), idempotency_key))
        return _shown(house, kept, session.account)

    @routes.get("/live")
    async def live(session: Annotated[Session, who]) -> dict[str, Any]:
        """Her journey, for as long as a cry for help would still belong to it."""
        if session.account.live is None:
            raise Refused(Why.NOT_FOUND, "expected a journey of hers")
        return _shown(house, await in_time(house.watch.look(session.account.live)), session.account)

    return routes


def _commands(house: House) -> APIRouter:
    routes = APIRouter(prefix="/journeys/live", tags=["commands"])
    who = Depends(sessions(house))

    async def pressed(session: Session, what: str, body: bodies.CommandBody, **more: Any) -> Response:
        act = act_of(what, **more)
        done = press(house, session.account, act, command=body.id, door=session.device.id, pin=body.pin)
        return answered(body.id, await in_time(done))

    @routes.post("/answer")
    async def answer(body: bodies.AnswerBody, session: Annotated[Session, who]) -> Response:
        if body.what == "help":
            return answered(body.id, await in_time(cry(house, session.account, command=body.id)))
        return await pressed(session, "answer", body, prompt=body.prompt, answer=body.what, minutes=body.minutes)

    @routes.post("/extend")
    async def extend(body: bodies.ExtendBody, session: Annotated[Session, who]) -> Response:
        return await pressed(session, "extend", body, minutes=body.minutes)

    @routes.post("/pause")
    async def pause(body: bodies.PauseBody, session: Annotated[Session, who]) -> Response:
        return await pressed(session, "pause", body, minutes=body.minutes)

    @routes.post("/end")
    async def end(body: bodies.CommandBody, session: Annotated[Session, who]) -> Response:
        return await pressed(session, "end", body)

    @routes.post("/sos")
    async def sos(body: bodies.CommandBody, session: Annotated[Session, who]) -> Response:
        """With or without a journey; no PIN is asked."""
        return answered(body.id, await in_time(cry(house, session.account, command=body.id)))

    @routes.post("/sos_cancel")
    async def sos_cancel(body: bodies.CommandBody, session: Annotated[Session, who]) -> Response:
        if body.pin is None:
            raise invalid("pin", "expected her PIN")
        return await pressed(session, "sos_cancel", body)

    return routes


def answered(command: str, answer: Answer) -> Response:
    """`done` or `refused`, as on the socket; a refusal is a problem too."""
    if answer.ok:
        return _done(command, answer)
    status = 404 if answer.code == NO_JOURNEY else 403
    wait_s = answer.wait_s if answer.code == Why.TRY_AGAIN else None
    return problem(status, answer.code, wait_s=wait_s, id=command)


def _done(command: str, answer: Answer) -> Response:
    return Response(
        msgspec.json.encode({"id": command, "result": answer.code, "at": answer.at}), media_type="application/json"
    )


def _number(house: House, typed: str) -> PhoneNumber:
    return e164(typed, house.settings.country, drama=not house.settings.real_provider)


async def _wish(body: bodies.JourneyBody) -> Wish:
    """Reading a long route takes most of a second: beside the loop, so that nobody's SOS waits for it."""
    return body.wish() if body.route is None else await asyncio.to_thread(body.wish)


def _shown(house: House, kept: Kept, account: Traveller) -> dict[str, Any]:
    return snapshot(kept.journey, account, house.settings.timezone)


def _me(account: Traveller) -> dict[str, Any]:
    """What her own devices may know of her account: no hash, no token, nothing that stands behind."""
    return {
        "id": account.id,
        "name": account.name,
        "number": account.number,
        "has_pins": account.pin_hash is not None,
        "live": account.live,
        "reachable_by_sms": account.reachable_by_sms,
        "devices": [{"id": d.id, "name": d.name, "since": d.since} for d in account.devices if d.revoked_at is None],
        "contacts": [_contact(c) for c in account.shown_contacts],
    }


def _contact(contact: Contact) -> dict[str, Any]:
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
