"""Signing up: a token for the phone that has the code, a PIN and its double.

Nothing here tells whether a number is known: every answer is the same, and as much work.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from msgspec.structs import replace

from alerts.gateway import PhoneNumber
from service.house import House
from service.journey.model import Proof
from service.rows import AccountChanged
from service.tokens import new_id, new_token, token_hash
from service.watch import Change, NoSuchJourney, Record

from . import codes, devices, forgotten
from .codes import send_code
from .model import Device, Traveller
from .numbers import called
from .patience import Door
from .pins import policy
from .proving import elsewhere, owner, right
from .refusals import Refused, Why

__all__ = ["send_code", "set_pins", "verify"]

_DOOR = "sign-up"


async def verify(
    house: House, number: PhoneNumber, code: str, device_name: str, pin: str | None = None
) -> tuple[str, Traveller]:
    """A device token for whoever holds the code; where the account has a PIN already, that too (a new device).

    Raises Refused(WRONG_CODE) alike for an unknown number, a wrong, an old and a worn-out code; only who has the right
    code hears that a PIN is asked, or was wrong.
    """
    device_name = called(device_name, field="device")
    traveller = await house.directory.traveller_of(number) or "nobody"
    if not await codes.fits(house, traveller, number, code):
        raise codes.wrong()
    await _new_device_proved(house, await house.watch.account(traveller), pin)
    token = new_token()
    device = Device(id=new_id(8), token_hash=token_hash(token), name=device_name, since=house.clock.now())
    await house.directory.add_device(device.token_hash, traveller, device.id)
    account = await house.watch.transact((traveller,), _NewDevice(traveller, device))
    return token, account


@dataclass(frozen=True, slots=True)
class _NewDevice:
    traveller: str
    device: Device

    def __call__(self, records: Mapping[str, Record | None], now: float) -> Change:
        before = records[self.traveller]
        if not isinstance(before, Traveller) or before.sign_up is None or not before.sign_up.code_hash:
            raise codes.wrong()
        after = replace(devices.with_one_more(before, self.device), sign_up=codes.used(before.sign_up))
        changed = AccountChanged(at=now, what="device")
        return Change({self.traveller: after}, (changed,), devices.news(before, now), answer=after)


async def _new_device_proved(house: House, account: Traveller, pin: str | None) -> None:
    """Under duress people are told before the device counts. A wrong PIN is a stranger's, and counts on no journey."""
    if account.pin_hash is None:
        return
    if pin is None:
        raise Refused(Why.PIN_NEEDED, "expected her PIN", field="pin")
    began = asyncio.get_running_loop().time()
    proof = await right(house, account, pin, _DOOR)
    await elsewhere(house, account, proof, began)


async def set_pins(
    house: House, account: Traveller, pin: str, duress_pin: str, current_pin: str | None, door: Door
) -> None:
    """Sets both PINs; who has one proves it first, or has asked for new ones a day ago (`forgotten`).

    After a duress PIN both new ones are taken as duress PINs: whoever made her change them has got nothing. So are those
    set without the old one while an alarm is open that her devices are not shown. Raises Refused.
    """
    pin, duress_pin = policy(pin, duress_pin)
    if account.pin_hash is not None and current_pin is None and await forgotten.may_set(house, account):
        proof = Proof.NONE
    else:
        try:
            proof = await owner(house, account, current_pin, door)
        except Refused as refusal:
            refusal.field = refusal.field and "current_pin"  # `pin` is the new one here
            raise
        account = await house.watch.account(account.id)  # a reset that was pending is called off by now
    pin_hash, duress_hash = await house.pins.hashed(account.id, pin), await house.pins.hashed(account.id, duress_pin)
    new = _NewPins(account, proof, pin_hash, duress_hash)
    await house.watch.transact((account.id, *account.journeys_open), new)


@dataclass(frozen=True, slots=True)
class _NewPins:
    """`proof` NONE: without the old one."""

    account: Traveller
    proof: Proof
    pin_hash: str
    duress_hash: str

    def __call__(self, records: Mapping[str, Record | None], now: float) -> Change:
        before = records[self.account.id]
        if not isinstance(before, Traveller):
            raise NoSuchJourney(self.account.id)
        if _known(before) != _known(self.account):
            raise Refused(Why.TRY_AGAIN, "something was changed meanwhile", wait_s=0.0)
        not_hers = self.proof is Proof.DURESS
        if self.proof is Proof.NONE:
            forgotten.check(before, records, now)
            not_hers = forgotten.forced(records.values())
        if not_hers:
            after = replace(before, duress_hash=self.pin_hash, decoy_hash=self.duress_hash)
        else:
            after = replace(before, pin_hash=self.pin_hash, duress_hash=self.duress_hash, decoy_hash=None)
        changed = AccountChanged(at=now, what="pins")
        return Change({before.id: replace(after, reset=None)}, (changed,), unsend=forgotten.unsent(before))


def _known(account: Traveller) -> tuple[object, ...]:
    return (account.pin_hash, account.duress_hash, account.decoy_hash, account.reset, account.live, account.behind)
