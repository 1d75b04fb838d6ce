"""Who is asking: a device token in `Authorization: Bearer …`, and the account it opens."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from fastapi import HTTPException, Request

from service.house import House
from service.people import devices
from service.people.model import Device, Traveller

from .problems import in_time

LONGEST_TOKEN = 128


@dataclass(frozen=True, slots=True)
class Session:
    """One of her devices, and her account as it was when the request came."""

    account: Traveller
    device: Device


def sessions(house: House) -> Callable[[Request], Awaitable[Session]]:
    """The dependency of every route that belongs to somebody. 401 is the same for every reason. That a device was there
    is written down now and then."""

    async def session(request: Request) -> Session:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        usable = scheme.lower() == "bearer" and 0 < len(token) <= LONGEST_TOKEN
        found = await in_time(house.directory.device(token.strip() if usable else ""))
        if found is None or not usable:
            raise HTTPException(401)
        account, device = found
        await in_time(devices.seen(house, device))
        return Session(account, device)

    return session
