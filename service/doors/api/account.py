"""Signing up, and what is hers: names and ways, PINs, devices, her card."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends

from alerts.contact import Channel
from service.doors.problems import in_time
from service.doors.sessions import Session, sessions
from service.house import House
from service.people import devices, forgotten, herself, proving, signing_up
from service.people.model import Traveller

from . import bodies, bodies_account
from .contacts import contact_shown, number


def router(house: House) -> APIRouter:
    found = APIRouter()
    for part in (_signing_up, _account, _pins, _devices):
        found.include_router(part(house))
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
        return {"token": token, "me": _me(house, account)}

    return routes


def _account(house: House) -> APIRouter:
    routes = APIRouter(prefix="/me", tags=["account"])
    who = Depends(sessions(house))

    @routes.get("")
    async def me(session: Annotated[Session, who]) -> dict[str, Any]:
        return _me(house, session.account)

    @routes.patch("")
    async def change(body: bodies_account.MeBody, session: Annotated[Session, who]) -> dict[str, Any]:
        changed = herself.change(
            house,
            session.account,
            name=body.name,
            short_name=body.short_name,
            channels=None if body.channels is None else [Channel(way) for way in body.channels],
            names_shown=body.names_shown,
            pin=body.pin,
            door=session.device.id,
        )
        return _me(house, await in_time(changed))

    @routes.get("/card")
    async def card(session: Annotated[Session, who]) -> dict[str, Any]:
        """Her card as her devices may see it: of `danger` and `word` only whether they are written."""
        return _card(session.account)

    @routes.put("/card")
    async def write_card(body: bodies_account.CardBody, session: Annotated[Session, who]) -> dict[str, Any]:
        account, door = session.account, session.device.id
        return _card(await in_time(herself.write_card(house, account, body.fields(), body.pin, door)))

    return routes


def _pins(house: House) -> APIRouter:
    routes = APIRouter(prefix="/pins", tags=["PINs"])
    who = Depends(sessions(house))

    @routes.put("", status_code=204)
    async def pins(body: bodies.PinsBody, session: Annotated[Session, who]) -> None:
        """Both PINs. `current_pin` may be left out before she has one, and once new ones may be set (`/pins/forgotten`)."""
        account, door = session.account, session.device.id
        await in_time(signing_up.set_pins(house, account, body.pin, body.duress_pin, body.current_pin, door))

    @routes.post("/forgotten", status_code=202)
    async def forget(body: bodies_account.ForgottenBody, session: Annotated[Session, who]) -> dict[str, float]:
        """New PINs may be set from `from_at` on, a day from now, until `until`. Any use of an old one calls it off."""
        reset = await in_time(forgotten.ask(house, session.account, body.code))
        return {"from_at": reset.from_at, "until": reset.from_at + forgotten.COUNTS_S}

    @routes.post("/forgotten/cancel", status_code=204)
    async def remember(body: bodies_account.OldPinBody, session: Annotated[Session, who]) -> None:
        """She remembers it after all, or did not ask."""
        await in_time(proving.owner(house, session.account, body.pin, session.device.id))

    return routes


def _devices(house: House) -> APIRouter:
    routes = APIRouter(prefix="/devices", tags=["devices"])
    who = Depends(sessions(house))

    @routes.get("")
    async def listed(session: Annotated[Session, who]) -> list[dict[str, Any]]:
        """Every device that may speak for her, and when it was last there, to a quarter of an hour."""
        return await _shown(session.account, session)

    @routes.patch("/{device}")
    async def name(
        device: str, body: bodies_account.DeviceBody, session: Annotated[Session, who]
    ) -> list[dict[str, Any]]:
        account, door = session.account, session.device.id
        return await _shown(await in_time(devices.name(house, account, device, body.name, body.pin, door)), session)

    @routes.post("/{device}/revoke", status_code=204)
    async def revoke(device: str, body: bodies.PinBody, session: Annotated[Session, who]) -> None:
        """Shuts a device out at once; the one that asks: signs it out."""
        await in_time(devices.revoke(house, session.account, device, body.pin, session.device.id))

    async def _shown(account: Traveller, session: Session) -> list[dict[str, Any]]:
        seen = await in_time(devices.last_seen(house, account))
        return [
            {
                "id": d.id,
                "name": d.name,
                "since": d.since,
                "last_seen_at": seen[d.id],
                "this": d.id == session.device.id,
            }
            for d in devices.counted(account)
        ]

    return routes


def _me(house: House, account: Traveller) -> dict[str, Any]:
    """What her own devices may know of her account: no hash, no token, nothing that stands behind."""
    reset = forgotten.pending(account, house.clock.now())
    return {
        "id": account.id,
        "name": account.name,
        "short_name": account.short_name,
        "number": account.number,
        "has_pins": account.pin_hash is not None,
        "new_pins_from": None if reset is None else reset.from_at,
        "live": account.live,
        "reachable_by_sms": account.reachable_by_sms,
        "channels": [way.value for way in account.channels],
        "names_shown": account.names_shown,
        "devices": [{"id": d.id, "name": d.name, "since": d.since} for d in devices.counted(account)],
        "contacts": [contact_shown(c) for c in account.shown_contacts],
    }


def _card(account: Traveller) -> dict[str, Any]:
    shown = account.shown_card
    fields = {name: getattr(shown, name) for name in shown.__struct_fields__}
    return {name: {"set": bool(text)} if name in herself.HIDDEN else text for name, text in fields.items()}
