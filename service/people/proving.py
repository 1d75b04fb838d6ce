"""Is it she? What a PIN proves at a door, and what follows from the duress PIN wherever a PIN is asked."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from service.clock import breathe
from service.house import House
from service.journey import pressed
from service.journey.model import Proof
from service.store import StoreUnavailable

from .alarms import duress_behind, true_elsewhere
from .forgotten import called_off
from .model import Traveller
from .patience import Door, counters
from .refusals import Refused, Why

RIGHT = (Proof.PIN, Proof.DURESS)
RETRY_S = 0.25


@dataclass(frozen=True, slots=True)
class Proved:
    """What a PIN proved; `wait_s` is how long this door waits after a wrong one."""

    proof: Proof
    wait_s: float = 0.0


async def proved(house: House, account: Traveller, pin: str | None, door: Door) -> Proof:
    """What `pin` proves. `door` is where it was keyed (a device, a number, a contact's page): only that door waits.

    Raises Refused(TRY_AGAIN) while it must wait, whatever was keyed.
    """
    return (await judged(house, account, pin, door)).proof


async def right(house: House, account: Traveller, pin: str, door: Door) -> Proof:
    """Which of her PINs this is. Raises Refused(TRY_AGAIN) in the same words for a wrong one and for one too soon."""
    found = await judged(house, account, pin, door)
    if found.proof not in RIGHT:
        raise Refused(Why.TRY_AGAIN, "try again", field="pin", wait_s=found.wait_s)
    return found.proof


async def owner(house: House, account: Traveller, pin: str | None, door: Door) -> Proof:
    """Proof for a change to her account: her PIN. Before she has one, none is asked.

    The duress PIN is taken like the true one, and in the same time; people are told before this returns. After either
    her screens follow the messages of a journey under way no further. A wrong one counts on it (row 16). Raises Refused.
    """
    if account.pin_hash is None:
        return Proof.PIN
    if pin is None:
        raise Refused(Why.PIN_NEEDED, "expected her PIN", field="pin")
    began = asyncio.get_running_loop().time()
    found = await judged(house, account, pin, door)
    if found.proof is Proof.WRONG:
        if account.live is not None:
            await house.watch.ask(account.live, pressed.sos_cancelled, proof=Proof.WRONG)
        raise Refused(Why.TRY_AGAIN, "try again", field="pin", wait_s=found.wait_s)
    await elsewhere(house, account, found.proof, began)
    return found.proof


async def elsewhere(house: House, account: Traveller, proof: Proof, began: float) -> None:
    """One of her PINs was given where no act on a journey was asked for: what follows from it, in the same time for
    both. `began` (the loop's time) is when it came."""
    follows = duress_behind if proof is Proof.DURESS else true_elsewhere
    await until_on_disk(lambda: follows(house, account.id))
    await house.pins.even(began)


async def until_on_disk(work: Callable[[], Awaitable[None]]) -> None:
    """Begins anew while the store is away: a duress PIN that was taken is not lost, she may not get to key it again; and
    the true one takes as long."""
    while True:
        try:
            await work()
        except StoreUnavailable:
            await breathe(RETRY_S)
        else:
            return


async def judged(house: House, account: Traveller, pin: str | None, door: Door) -> Proved:
    """The same as `proved`, with the wait that follows a wrong one."""
    if pin is None:
        return Proved(Proof.NONE)
    patience, store = house.pins.patience, house.store
    turn = await patience.turn(store, counters(house.sealer, account.id, door), house.clock.now())
    if turn.wait_s > 0:
        raise Refused(Why.TRY_AGAIN, "try again", field="pin", wait_s=turn.wait_s)
    try:
        proof = await house.pins.prove(account, pin)
    except Refused:
        await patience.unheard(store, turn)
        raise
    if proof not in RIGHT:
        return Proved(proof, turn.next_s)
    await patience.right(store, turn)
    if account.reset is not None:
        await called_off(house, account.id)
    return Proved(proof)
