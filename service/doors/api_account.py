"""Signing up, and what is hers: name, PINs, devices."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends

from service.house import House
from service.people import signing_up
from service.people.model import Traveller

from . import bodies
from .api_contacts import contact_shown, number
from .problems import in_time
from .sessions import Session, sessions


def router(house: House) -> APIRouter:
    found = APIRouter()
    found.include_router(_signing_up(house))
    found.include_router(_account(house))
    return found


def _signing_up(house: House) -> APIRouter:
    routes = APIRouter(prefix="/signup", tags=["sign-up"])

    @routes.post("", status_code=202)
    async def sign_up(body: bodies.SignUpBody) -> dict[str, str]:
        """Sends a one-time code to a number; the answer is the same whether it is known."""
        await in_time(signing_up.send_code(house, number(house, body.number), body.name))
        return {"status": "sent"}

    @routes.post("/verify")
    async def verify(body: bodies.VerifyBody) -> dict[str, Any]:
        """A device token for whoever holds the code (and the PIN, where the account has one)."""
        at = number(house, body.number)
        token, account = await in_time(signing_up.verify(house, at, body.code, body.device, body.pin))
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
        "contacts": [contact_shown(c) for c in account.shown_contacts],
    }
