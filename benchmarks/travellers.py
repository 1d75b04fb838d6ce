"""Women on their way, written through the same commits as in service; and one who presses SOS."""

from functools import partial

import aiohttp
import msgspec

from alerts.contact import Recipient
from geofence.route import Route
from service.journey.model import JourneyKind, Plan
from service.journey.pressed import armed
from service.journey.turn import Outcome
from service.people.model import Contact, ContactState, Device, Traveller
from service.tokens import token_hash
from service.watch import Change, Watch

PEOPLE = (Recipient(id="c1", primary=True), Recipient(id="c2", tier=2))


def walking(key: str, token: str, route: Route, number: str, now: float, plan_s: float) -> tuple[Traveller, Outcome]:
    """Her account, and her journey `key` along `route` as it is armed now; her phone shows `token`."""
    plan = Plan(
        kind=JourneyKind.DESTINATION,
        profile="standard",
        reference="B100",
        code="42",
        destination="home",
        began_at=now,
        plan_s=plan_s,
        people=PEOPLE,
        route_m=route.length_m,
    )
    who = key.partition("-")[0]
    account = Traveller(
        id=who,
        number=number,
        name="Anna",
        created_at=now,
        devices=(Device(id=device_of(who), token_hash=token_hash(token), name="bench", since=now),),
        contacts=tuple(
            Contact(id=p.id, name=p.id, number="+447700900001", state=ContactState.CONFIRMED) for p in PEOPLE
        ),
        live=key,
        journeys=1,
    )
    return account, armed(key, plan, now + plan_s, now)


def device_of(account: str) -> str:
    """The id of her phone: nobody else's has it."""
    return f"{account}phone"


async def put(watch: Watch, change: Change) -> None:
    """Commits `change`, whatever is there; its first row carries the events."""
    await watch.transact(tuple(change.records), partial(_written, change=change))


async def presses_sos(http: aiohttp.ClientSession, token: str) -> float:
    """She presses it on the phone that shows `token`; returns when it fires."""
    headers = {"Authorization": f"Bearer {token}"}
    pressed = msgspec.json.encode({"type": "sos", "id": "sos-1"})
    async with http.post("/v1/commands", data=pressed, headers=headers) as answer:
        body = await answer.json()
    if body.get("type") != "done" or not body.get("at"):
        raise RuntimeError(f"expected done for an SOS, got {body}")
    return float(body["at"])


def _written(_records: object, _now: float, *, change: Change) -> Change:
    return change
