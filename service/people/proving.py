"""Is it she? What a PIN proves at a door, and what follows from the duress PIN wherever a PIN is asked."""

from service.house import House
from service.journey import pressed
from service.journey.model import Proof

from .alarms import duress_behind
from .model import Traveller
from .refusals import Refused, Why


async def proved(house: House, account: Traveller, pin: str | None, door: str) -> Proof:
    """What `pin` proves. `door` is where it was keyed (a device, a number, a contact's page): only that door waits.

    Raises Refused(TRY_AGAIN) while it must wait, whatever was keyed.
    """
    if pin is None:
        return Proof.NONE
    patience = house.pins.patience
    async with patience.turn(account.id, door):
        now = house.clock.now()
        wait_s = patience.wait_s(account.id, door, now)
        if wait_s > 0:
            raise Refused(Why.TRY_AGAIN, "try again", wait_s=wait_s)
        proof = await house.pins.prove(account, pin)
        patience.heard(account.id, door, proof, now)
    return proof


async def owner(house: House, account: Traveller, pin: str | None, door: str) -> Proof:
    """Proof for a change to her account: her PIN. Before she has one, none is asked.

    The duress PIN is taken like the true one; people are told before this returns. A wrong one counts on her
    journey (row 16). Raises Refused.
    """
    if account.pin_hash is None:
        return Proof.PIN
    if pin is None:
        raise Refused(Why.PIN_NEEDED, "expected her PIN", field="pin")
    proof = await proved(house, account, pin, door)
    if proof is Proof.WRONG:
        if account.live is not None:
            await house.watch.ask(account.live, pressed.sos_cancelled, proof=proof)
        wait_s = house.pins.patience.wait_s(account.id, door, house.clock.now())
        raise Refused(Why.TRY_AGAIN, "try again", wait_s=wait_s)
    if proof is Proof.DURESS:
        await duress_behind(house, account.id)
    return proof
