"""One-time codes: six digits to a number, which prove for ten minutes that whoever has them has its phone.

Nothing here tells whether a number is known: every answer is the same, and as much work.
"""

from collections.abc import Mapping
from contextlib import suppress

from msgspec.structs import replace

from alerts.gateway import PhoneNumber
from alerts.notice import HER, Kind, of_account
from service.house import House
from service.rows import AccountChanged
from service.tokens import Sealer, new_id, new_passcode, same
from service.watch import Change, NoSuchJourney, Record

from .directory import SIGN_UP
from .model import SignUp, Traveller
from .numbers import called
from .plans import TRIES, Moved
from .refusals import Refused, Why

CODE_S = 600.0
MOST_TRIES = 5
BETWEEN_CODES_S = 60.0
MOST_CODES_A_DAY = 6
DAY_S = 86_400.0


async def send_code(house: House, number: PhoneNumber, name: str) -> None:
    """Sends a one-time code to `number`, known or not. Raises Refused(TOO_MANY) for a number that got too many, and, for
    known and unknown numbers alike, when the house has sent as many as it sends in an hour."""
    name = called(name)
    traveller = await house.directory.claim(number, new_id())
    await granted(house, traveller)
    for _ in range(TRIES):
        traveller = await house.directory.claim(number, new_id())
        try:
            await _code_sent(house, traveller, number, name)
        except Moved:
            continue
        return
    raise Moved


async def granted(house: House, traveller: str) -> None:
    """Takes one of the hour's codes; who is refused for the number's sake takes none."""
    now = house.clock.now()
    with suppress(NoSuchJourney):
        sent_lately(await house.watch.account(traveller), now)
    wait_s = await house.directory.may_send(SIGN_UP, now)
    if wait_s is not None:
        raise Refused(Why.TOO_MANY, "we have sent all the codes we send in an hour", wait_s=wait_s)


def sent_lately(account: Traveller, now: float) -> tuple[float, ...]:
    """When this number was sent codes in the last day. Raises Refused when that is enough."""
    sent_at = tuple(at for at in (account.sign_up.sent_at if account.sign_up else ()) if now - at < DAY_S)
    if sent_at and now - sent_at[-1] < BETWEEN_CODES_S:
        raise Refused(Why.TOO_MANY, "a code is on its way", wait_s=sent_at[-1] + BETWEEN_CODES_S - now)
    if len(sent_at) >= MOST_CODES_A_DAY:
        raise Refused(Why.TOO_MANY, "too many codes for one day", wait_s=sent_at[0] + DAY_S - now)
    return sent_at


async def _code_sent(house: House, traveller: str, number: PhoneNumber, name: str) -> None:
    passcode = new_passcode()

    def write(records: Mapping[str, Record | None], now: float) -> Change:
        account = records[traveller]
        if not isinstance(account, Traveller):
            account = Traveller(id=traveller, number=str(number), name=name, created_at=now)
        elif account.erased_at is not None:
            return Change(answer=False)
        elif not account.devices:
            account = replace(account, name=name)  # not anybody's yet
        sent_at = sent_lately(account, now)
        sign_up = SignUp(
            code_hash=kept_of(house.sealer, traveller, passcode), expires_at=now + CODE_S, sent_at=(*sent_at, now)
        )
        extra, rung = {"passcode": passcode}, f"code@{now:.3f}"
        notice = of_account(traveller, Kind.CODE, HER, rung, now, urgency=1, valid_s=CODE_S, extra=extra)
        changed = AccountChanged(at=now, what="code")
        return Change({traveller: replace(account, sign_up=sign_up)}, (changed,), (notice,), answer=True)

    if not await house.watch.transact((traveller,), write):  # erased a moment ago: the number is free
        await house.directory.drop_number(number, traveller)
        raise Moved


async def fits(house: House, traveller: str, number: PhoneNumber, code: str) -> bool:
    """Whether this is the code on its way to `number`, and still counts. The try is counted before it is judged, in the
    same commit."""
    asked = kept_of(house.sealer, traveller, "".join(code.split()))

    def write(records: Mapping[str, Record | None], now: float) -> Change:
        account = records[traveller]
        if not isinstance(account, Traveller) or account.number != number or account.sign_up is None:
            return Change(answer=same(asked, bytes(len(asked))))
        sign_up = account.sign_up
        right = same(asked, sign_up.code_hash)
        counts = now < sign_up.expires_at and sign_up.tries < MOST_TRIES
        tried = replace(account, sign_up=replace(sign_up, tries=sign_up.tries + 1))
        return Change({traveller: tried}, answer=right and counts)

    found: bool = await house.watch.transact((traveller,), write)
    return found


def wrong() -> Refused:
    """The one answer to an unknown number, a wrong, an old, a used and a worn-out code."""
    return Refused(Why.WRONG_CODE, "expected the code we sent, within ten minutes", field="code")


def used(sign_up: SignUp) -> SignUp:
    """A code counts once."""
    return replace(sign_up, code_hash=b"", expires_at=0.0)


def kept_of(sealer: Sealer, traveller: str, passcode: str, what_for: str = "") -> bytes:
    """What is kept of a code: keyed, since six digits alone could be tried out by whoever reads the store. A code counts
    for one thing only: `what_for`, else signing up."""
    return sealer.blind(
        "code", f"{traveller}/{passcode}/{what_for}" if what_for else f"{traveller}/{passcode}"
    ).encode()
