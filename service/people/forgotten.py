"""A forgotten PIN: new ones without the old, a day later, while she is on no journey.

Whoever has her phone unlocked could ask for it too. So she is told by text, at once and when the time has come, every
use of either old PIN calls it off, and both old PINs count until then.
"""

import asyncio
from collections.abc import Iterable, Mapping

from msgspec.structs import replace

from alerts.notice import HER, Kind, Notice, of_account
from service.house import House
from service.journey.said import is_over
from service.rows import AccountChanged, Kept
from service.watch import Change, NoSuchJourney, Record

from . import codes
from .model import Reset, Traveller
from .plans import TRIES, Moved, shown_under_way
from .refusals import Refused, Why

DAY_S = 86_400.0
COUNTS_S = 7 * DAY_S
STORE_S = 1.0
ASKED, NOW = "asked", "now"


def pending(account: Traveller, now: float) -> Reset | None:
    """What was asked for and still counts."""
    reset = account.reset
    return reset if reset is not None and now < reset.from_at + COUNTS_S else None


async def ask(house: House, account: Traveller, code: str) -> Reset:
    """New PINs from tomorrow on, for whoever has one of her devices and a fresh code to her number. Asked again, the
    first asking stands. Raises Refused: ALREADY without PINs, JOURNEY_UNDER_WAY as her devices know it, WRONG_CODE."""
    if account.pin_hash is None:
        raise Refused(Why.ALREADY, "expected an account that has PINs")
    await _no_journey(house, account)
    if not await codes.fits(house, account.id, account.phone, code):
        raise codes.wrong()
    for _ in range(TRIES):
        account = await house.watch.account(account.id)
        try:
            reset: Reset = await house.watch.transact(_keys(account), _Asked(account))
        except Moved:
            continue
        return reset
    raise Moved


class _Asked:
    def __init__(self, account: Traveller) -> None:
        self._account = account

    def __call__(self, records: Mapping[str, Record | None], now: float) -> Change:
        account = _unmoved(records, self._account)
        if account.sign_up is None:
            raise codes.wrong()
        _not_under_way(records, account)
        spent = replace(account, sign_up=codes.used(account.sign_up))
        reset = pending(account, now)
        if reset is not None:
            return Change({account.id: spent}, answer=reset)
        reset = Reset(now, now + DAY_S)
        notices = (_notice(account.id, reset, ASKED, now), _notice(account.id, reset, NOW, reset.from_at))
        changed = AccountChanged(at=now, what="new pins asked")
        return Change({account.id: replace(spent, reset=reset)}, (changed,), notices, answer=reset)


async def called_off(house: House, traveller: str) -> None:
    """One of the old PINs was used: it is not forgotten. A store that is away is not waited for."""

    def write(records: Mapping[str, Record | None], now: float) -> Change:
        account = records[traveller]
        if not isinstance(account, Traveller) or account.reset is None:
            return Change()
        changed = AccountChanged(at=now, what="new pins called off")
        return Change({traveller: replace(account, reset=None)}, (changed,), unsend=unsent(account))

    await asyncio.wait({asyncio.ensure_future(house.watch.transact((traveller,), write))}, timeout=STORE_S)


def unsent(account: Traveller) -> tuple[str, ...]:
    """The text that would tell her that the time has come, when it is over before that."""
    return () if account.reset is None else (_notice(account.id, account.reset, NOW, account.reset.from_at).id,)


async def may_set(house: House, account: Traveller) -> bool:
    """Whether PINs may be set now without the old one: asked for, the time has come, and she is on no journey.

    Raises Refused: JOURNEY_UNDER_WAY, or PIN_NEEDED with the wait where it was asked for and is too early."""
    now = house.clock.now()
    reset = pending(account, now)
    if reset is None:
        return False
    if now < reset.from_at:
        raise Refused(Why.PIN_NEEDED, "new PINs may be set later", field="current_pin", wait_s=reset.from_at - now)
    await _no_journey(house, account)
    return True


def check(account: Traveller, records: Mapping[str, Record | None], now: float) -> None:
    """The same on the rows as they are written. Raises Refused."""
    reset = pending(account, now)
    if reset is None or now < reset.from_at:
        raise Refused(Why.PIN_NEEDED, "expected her PIN", field="current_pin")
    _not_under_way(records, account)


def forced(records: Iterable[Record | None]) -> bool:
    """Whether an alarm is open that her devices are not shown: PINs set without the old one are then not hers."""
    journeys = (one.journey for one in records if isinstance(one, Kept))
    return any(journey.shadow is not None and not is_over(journey) for journey in journeys)


async def _no_journey(house: House, account: Traveller) -> None:
    if account.live is None:
        return
    try:
        journey = (await house.watch.look(account.live)).journey
    except NoSuchJourney:
        return
    if shown_under_way(journey):
        raise Refused(Why.JOURNEY_UNDER_WAY, "expected no journey under way", about=journey.id)


def _keys(account: Traveller) -> tuple[str, ...]:
    return (account.id,) if account.live is None else (account.id, account.live)


def _unmoved(records: Mapping[str, Record | None], known: Traveller) -> Traveller:
    account = records[known.id]
    if not isinstance(account, Traveller):
        raise NoSuchJourney(known.id)
    if account.live != known.live:
        raise Moved
    return account


def _not_under_way(records: Mapping[str, Record | None], account: Traveller) -> None:
    kept = records.get(account.live or "")
    if isinstance(kept, Kept) and shown_under_way(kept.journey):
        raise Refused(Why.JOURNEY_UNDER_WAY, "expected no journey under way", about=kept.journey.id)


def _notice(traveller: str, reset: Reset, stage: str, due_at: float) -> Notice:
    rung = f"pins-{stage}@{reset.asked_at:.3f}"
    return of_account(traveller, Kind.NEW_PIN, HER, rung, due_at, valid_s=DAY_S / 2, extra={"words": stage})
