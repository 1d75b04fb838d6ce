"""One commit over her account and her journey under way: what is changed in the one holds in the other at once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from msgspec.structs import replace

from alerts.notice import Notice
from service.house import House
from service.journey.cover import judged
from service.journey.model import Journey
from service.journey.turn import Outcome
from service.rows import AccountChanged, Kept, in_log
from service.watch import Change, NoSuchJourney, Record

from .model import Contact, Traveller
from .plans import TRIES, Moved


@dataclass(frozen=True, slots=True)
class Edit:
    """The account as it shall be, what is sent with it, and what the asker hears. `account=None`: nothing changes."""

    account: Traveller | None
    notices: tuple[Notice, ...] = ()
    answer: Any = None


def learned(account: Traveller, contact: Contact) -> Traveller:
    """`account` with what was learned of a contact from himself or from the provider; the same in what her screen
    shows, where that differs, and nothing there of what she has set herself."""

    def fit(contacts: tuple[Contact, ...], whole: bool) -> tuple[Contact, ...]:
        return tuple((contact if whole else _with_facts(c, contact)) if c.id == contact.id else c for c in contacts)

    cover = None if account.cover is None else fit(account.cover, whole=False)
    return replace(account, contacts=fit(account.contacts, whole=True), cover=cover)


def _with_facts(shown: Contact, contact: Contact) -> Contact:
    return replace(shown, **{name: getattr(contact, name) for name in FACTS})


FACTS = (
    "number",
    "state",
    "invited_at",
    "confirmed_at",
    "reachable_by_sms",
    "tested_at",
    "asked_again_at",
    "test",
    "proving",
    "keyed",
)
"""What she does not set: it is the same whatever her screen shows."""

OnAccount = Callable[[Traveller, float], Edit]
OnJourney = Callable[[Journey, float], Outcome]


async def edited(
    house: House, traveller: str, what: str, on_account: OnAccount, on_journey: OnJourney | None = None
) -> Any:
    """Changes the account and, in the same commit, her journey under way; then whatever stands behind it.

    Raises NoSuchJourney for an unknown traveller, and what `on_account` raises.
    """
    for _ in range(TRIES):
        account = await house.watch.account(traveller)
        live = account.live if on_journey is not None else None
        keys = (traveller,) if live is None else (live, traveller)
        try:
            done, answer = await house.watch.transact(keys, _Both(traveller, live, what, on_account, on_journey))
        except Moved:
            continue
        if done and on_journey is not None:
            await _behind(house, account, on_journey)
        return answer
    raise Moved


@dataclass(frozen=True, slots=True)
class _Both:
    traveller: str
    live: str | None
    what: str
    on_account: OnAccount
    on_journey: OnJourney | None

    def __call__(self, records: Mapping[str, Record | None], now: float) -> Change:
        account = records[self.traveller]
        if not isinstance(account, Traveller):
            raise NoSuchJourney(self.traveller)
        if self.on_journey is not None and account.live != self.live:
            raise Moved
        edit = self.on_account(account, now)
        if edit.account is None:
            return Change(answer=(False, edit.answer))
        changed = AccountChanged(at=now, what=self.what)
        kept = records.get(self.live) if self.live is not None else None
        if self.on_journey is None or not isinstance(kept, Kept):
            return Change({self.traveller: edit.account}, (changed,), edit.notices, answer=(True, edit.answer))
        act = self.on_journey
        outcome = judged(kept.journey, lambda j: act(j, now), now)
        return Change(
            {kept.journey.id: replace(kept, journey=outcome.journey), self.traveller: edit.account},
            (*in_log(kept.journey, outcome, now), changed),
            (*outcome.notices, *edit.notices),
            answer=(True, edit.answer),
        )


async def _behind(house: House, account: Traveller, on_journey: OnJourney) -> None:
    for key in account.behind:
        try:
            await house.watch.ask(key, lambda j, now, _: on_journey(j, now))
        except NoSuchJourney:
            continue
