"""Signing up: a code to a number, a token for the phone that has it, a PIN and its double.

Nothing here tells whether a number is known: every answer is the same, and as much work.
"""

from collections.abc import Mapping

from msgspec.structs import replace

from alerts.contact import Channel
from alerts.gateway import PhoneNumber
from alerts.notice import HER, Kind, Notice
from service.house import House
from service.journey.model import Proof
from service.rows import AccountChanged
from service.tokens import Sealer, new_id, new_passcode, new_token, same, token_hash
from service.watch import Change, NoSuchJourney, Record

from .alarms import duress_behind
from .model import Device, SignUp, Traveller
from .numbers import called
from .pins import policy
from .plans import TRIES, Moved
from .proving import owner, proved
from .refusals import Refused, Why

CODE_S = 600.0
MOST_TRIES = 5
BETWEEN_CODES_S = 60.0
MOST_CODES_A_DAY = 6
DAY_S = 86_400.0
MOST_DEVICES = 8
_WRONG_CODE = "expected the code we sent, within ten minutes"


async def send_code(house: House, number: PhoneNumber, name: str) -> None:
    """Sends a one-time code to `number`, known or not. Raises Refused(TOO_MANY) for a number that got too many."""
    name = called(name)
    for _ in range(TRIES):
        traveller = await house.directory.claim(number, new_id())
        try:
            await _code_sent(house, traveller, number, name)
        except Moved:
            continue
        return
    raise Moved


async def _code_sent(house: House, traveller: str, number: PhoneNumber, name: str) -> None:
    passcode = new_passcode()

    def write(records: Mapping[str, Record | None], now: float) -> Change:
        account = records[traveller]
        if not isinstance(account, Traveller):
            account = Traveller(id=traveller, number=str(number), name=name, created_at=now)
        elif not account.devices:
            account = replace(account, name=name)  # not anybody's yet
        sent_at = tuple(at for at in (account.sign_up.sent_at if account.sign_up else ()) if now - at < DAY_S)
        if sent_at and now - sent_at[-1] < BETWEEN_CODES_S:
            raise Refused(Why.TOO_MANY, "a code is on its way", wait_s=sent_at[-1] + BETWEEN_CODES_S - now)
        if len(sent_at) >= MOST_CODES_A_DAY:
            raise Refused(Why.TOO_MANY, "too many codes for one day", wait_s=sent_at[0] + DAY_S - now)
        sign_up = SignUp(
            code_hash=_kept(house.sealer, traveller, passcode), expires_at=now + CODE_S, sent_at=(*sent_at, now)
        )
        notice = Notice(
            journey=traveller,
            incident="-",
            rung=f"code@{now:.3f}",
            to=HER,
            kind=Kind.CODE,
            channel=Channel.SMS,
            due_at=now,
            urgency=1,
            valid_s=CODE_S,
            extra={"passcode": passcode},
        )
        return Change({traveller: replace(account, sign_up=sign_up)}, (_changed(now, "code"),), (notice,))

    await house.watch.transact((traveller,), write)


async def verify(
    house: House, number: PhoneNumber, code: str, device_name: str, pin: str | None = None
) -> tuple[str, Traveller]:
    """A device token for whoever holds the code; where the account has a PIN already, that too (a new device).

    Raises Refused(WRONG_CODE) alike for an unknown number, a wrong, an old and a worn-out code.
    """
    device_name = called(device_name, field="device")
    traveller = await house.directory.traveller_of(number) or "nobody"
    if not await _code_fits(house, traveller, number, code):
        raise Refused(Why.WRONG_CODE, _WRONG_CODE, field="code")
    account = await house.watch.account(traveller)
    proof = await _new_device_proof(house, account, pin)
    token = new_token()
    device = Device(id=new_id(8), token_hash=token_hash(token), name=device_name, since=house.clock.now())
    await house.directory.add_device(device.token_hash, traveller, device.id)

    def write(records: Mapping[str, Record | None], now: float) -> Change:
        account = records[traveller]
        if not isinstance(account, Traveller) or account.sign_up is None:
            raise Refused(Why.WRONG_CODE, _WRONG_CODE, field="code")
        used = replace(account.sign_up, code_hash=b"", expires_at=0.0)
        account = replace(account, sign_up=used, devices=(*account.devices, device)[-MOST_DEVICES:])
        return Change({traveller: account}, (_changed(now, "device"),), answer=account)

    account = await house.watch.transact((traveller,), write)
    if proof is Proof.DURESS:
        await duress_behind(house, traveller)
    return token, account


async def _code_fits(house: House, traveller: str, number: PhoneNumber, code: str) -> bool:
    """Counts the try before it is judged, in the same commit."""
    asked = _kept(house.sealer, traveller, "".join(code.split()))

    def write(records: Mapping[str, Record | None], now: float) -> Change:
        account = records[traveller]
        if not isinstance(account, Traveller) or account.number != number or account.sign_up is None:
            return Change(answer=same(asked, bytes(len(asked))))
        sign_up = account.sign_up
        fits = same(asked, sign_up.code_hash)
        counts = now < sign_up.expires_at and sign_up.tries < MOST_TRIES
        tried = replace(account, sign_up=replace(sign_up, tries=sign_up.tries + 1))
        return Change({traveller: tried}, answer=fits and counts)

    fits: bool = await house.watch.transact((traveller,), write)
    return fits


async def _new_device_proof(house: House, account: Traveller, pin: str | None) -> Proof:
    if account.pin_hash is None:
        return Proof.NONE
    if pin is None:
        raise Refused(Why.PIN_NEEDED, "expected her PIN", field="pin")
    proof = await proved(house, account, pin, "sign-up")
    if proof is Proof.WRONG:
        wait_s = house.pins.patience.wait_s(account.id, "sign-up", house.clock.now())
        raise Refused(Why.TRY_AGAIN, "try again", field="pin", wait_s=wait_s)
    return proof


async def set_pins(
    house: House, account: Traveller, pin: str, duress_pin: str, current_pin: str | None, door: str
) -> None:
    """Sets both PINs; who has one proves it first.

    After a duress PIN the new one is taken as a duress PIN too: whoever made her change it has got nothing.
    """
    pin, duress_pin = policy(pin, duress_pin)
    proof = await owner(house, account, current_pin, door)
    pin_hash, duress_hash = await house.pins.hashed(account.id, pin), await house.pins.hashed(account.id, duress_pin)
    known = (account.pin_hash, account.duress_hash)

    def write(records: Mapping[str, Record | None], now: float) -> Change:
        account_now = records[account.id]
        if not isinstance(account_now, Traveller):
            raise NoSuchJourney(account.id)
        if (account_now.pin_hash, account_now.duress_hash) != known:
            raise Refused(Why.TRY_AGAIN, "the PINs were changed meanwhile", wait_s=0.0)
        if proof is Proof.DURESS:
            after = replace(account_now, duress_hash=pin_hash)
        else:
            after = replace(account_now, pin_hash=pin_hash, duress_hash=duress_hash)
        return Change({account.id: after}, (_changed(now, "pins"),))

    await house.watch.transact((account.id,), write)


async def rename(house: House, account: Traveller, name: str) -> Traveller:
    """What her contacts are told she is called. Raises Refused."""
    name = called(name)

    def write(records: Mapping[str, Record | None], now: float) -> Change:
        before = records[account.id]
        if not isinstance(before, Traveller):
            raise NoSuchJourney(account.id)
        after = replace(before, name=name)
        return Change({account.id: after}, (_changed(now, "name"),), answer=after)

    renamed: Traveller = await house.watch.transact((account.id,), write)
    return renamed


def _kept(sealer: Sealer, traveller: str, passcode: str) -> bytes:
    """What is kept of a code: keyed, since six digits alone could be tried out by whoever reads the store."""
    return sealer.blind("code", f"{traveller}/{passcode}").encode()


def _changed(now: float, what: str) -> AccountChanged:
    return AccountChanged(at=now, what=what)
