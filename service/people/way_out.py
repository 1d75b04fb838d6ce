"""A way out by hand: her PIN, keyed wherever she is, ends all that is open of hers. Her phone need not be there.

From outside nothing tells her two PINs apart, or whether anything was open; a number that nobody has is answered like a
wrong PIN, after the same work and in the same time.
"""

import asyncio

from alerts.gateway import PhoneNumber
from service.house import House
from service.journey import pressed
from service.journey.model import Proof
from service.rows import UnreadableRow
from service.tokens import new_id
from service.watch import NoSuchJourney

from .alarms import duress_behind, still_counts
from .model import Traveller
from .patience import Door
from .proving import right, until_on_disk


async def take_pin(house: House, account: Traveller, pin: str, door: Door, *, about: str | None = None) -> None:
    """Her true PIN ends whatever is open, `about` (a journey that was asked about) with it; her duress PIN looks as if.

    Raises Refused(TRY_AGAIN): wrong, or this door must wait (row 16: a strange device waits alone).
    """
    began = asyncio.get_running_loop().time()
    try:
        proof = await right(house, account, pin, door)
        await until_on_disk(lambda: _end(house, account, proof, about))
    finally:
        await house.pins.even(began)


async def account_of(house: House, number: PhoneNumber) -> Traveller:
    """Whose number this is; for one that nobody has an account that no PIN opens, found with as much work."""
    traveller = await house.directory.traveller_of(number) or "nobody"
    try:
        account = await house.watch.account(traveller)
    except (NoSuchJourney, UnreadableRow):
        account = None
    if account is not None and account.number == number and account.erased_at is None:
        return account
    return Traveller(id=f"?{number}", number=str(number), name="", created_at=0.0)


async def _end(house: House, account: Traveller, proof: Proof, about: str | None) -> None:
    account = await house.watch.account(account.id)
    keys = dict.fromkeys((*((about,) if about is not None else ()), *account.journeys_open))
    counting = [key for key in keys if await still_counts(house, key)]  # asked for either PIN: it takes time
    if proof is Proof.DURESS and not counting:
        await duress_behind(house, account.id)
        return
    for key in counting if proof is Proof.DURESS else keys:
        try:
            await house.watch.ask(key, pressed.ended, proof=proof, command=new_id())
        except NoSuchJourney:
            continue
