"""Erasing her account: at once nobody gets into it any more, and what nobody needs goes (`service.remembered.housekeeping`).

The answer is the same whichever PIN was given and whatever stands behind. Where people are still acting on an alarm that
her screens know nothing of, or have yet to hear the end of one, what they need stays, and then goes too. Nobody is told;
what waits to be sent about the account itself is not sent any more.
"""

from collections.abc import Mapping

from msgspec.structs import replace

from service.house import House
from service.maps import reports
from service.people import forgotten
from service.people.model import Traveller
from service.people.patience import Door
from service.people.plans import TRIES, Moved, shown_under_way
from service.people.proving import owner
from service.people.refusals import Refused, Why, invalid
from service.rows import AccountChanged, Kept
from service.watch import Change, NoSuchJourney, Record

from .housekeeping import ERASED

WORD = "ERASE"


async def erase(house: House, account: Traveller, pin: str | None, confirm: str, door: Door) -> None:
    """On disk when this returns: no token, no code and no text from her number opens it any more, and the number may be
    signed up anew. Raises Refused: INVALID, JOURNEY_UNDER_WAY as her devices know it."""
    if confirm != WORD:
        raise invalid("confirm", f"expected the word {WORD}")
    await owner(house, account, pin, door)
    for _ in range(TRIES):
        account = await house.watch.account(account.id)
        live = () if account.live is None else (account.live,)
        try:
            await house.watch.transact((account.id, *live), _Shut(account))
        except Moved:
            continue
        await house.directory.drop_number(account.number, account.id)
        await reports.forget(house.store, account.id)
        return
    raise Moved


class _Shut:
    def __init__(self, account: Traveller) -> None:
        self._account = account

    def __call__(self, records: Mapping[str, Record | None], now: float) -> Change:
        account = records[self._account.id]
        if not isinstance(account, Traveller):
            raise NoSuchJourney(self._account.id)
        if account.live != self._account.live:
            raise Moved
        if account.erased_at is not None:
            return Change()
        kept = records.get(account.live) if account.live is not None else None
        if isinstance(kept, Kept) and shown_under_way(kept.journey):
            raise Refused(
                Why.JOURNEY_UNDER_WAY, "expected no journey under way and no open alarm", about=kept.journey.id
            )
        behind = (*account.behind, account.live) if account.live is not None else account.behind
        shut = replace(
            account,
            erased_at=now,
            devices=tuple(replace(d, revoked_at=now) if d.revoked_at is None else d for d in account.devices),
            trackers=tuple(replace(t, revoked_at=now) if t.revoked_at is None else t for t in account.trackers),
            linking=None,
            sign_up=None,
            reset=None,
            begun=(),
            live=None,
            last=None,
            behind=tuple(dict.fromkeys(behind)),
        )
        return Change({account.id: shut}, (AccountChanged(at=now, what=ERASED),), unsend=forgotten.unsent(account))
