"""Consent is asked for again after 90 days, and lapses 30 days later; she is told both times, in neutral words. Never on
a journey of hers, and not at night. Beside it: her word that new PINs may be set now.

YES renews it (`consenting.confirm`), and brings back somebody whose consent had lapsed.
"""

import asyncio
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from alerts.contact import Channel
from alerts.notice import HER, Kind, Notice, of_account
from service.rows import AccountChanged, Kept
from service.store import StoreUnavailable
from service.telemetry import logger
from service.watch import Change, NoSuchJourney, Record, Watch

from .editing import Edit, learned
from .model import Contact, ContactState, Traveller
from .plans import TRIES, Moved, shown_under_way
from .wakes import Deadline, What, deadlines

log = logger(__name__)

LOOK_AGAIN_S = 900.0
MORNING, EVENING = 9, 20
"""Hours of the clock between which anybody is asked."""
VALID_S = 36_000.0
CONSENT, NEWS = "consent", "news"


async def ask(watch: Watch, keys: Iterable[str], zone: str) -> list[str]:
    """Applies time to accounts that the wake index nominated; returns those that could not be judged."""
    asked = list(keys)
    results = await asyncio.gather(*(_judged(watch, key, zone) for key in asked), return_exceptions=True)
    failed = []
    for key, result in zip(asked, results, strict=True):
        if isinstance(result, StoreUnavailable):
            raise result
        if isinstance(result, BaseException):
            log.error("account cannot be judged, put off 60 s", account=key, error=str(result))
            failed.append(key)
    return failed


async def _judged(watch: Watch, key: str, zone: str) -> None:
    for _ in range(TRIES):
        live = (await watch.account(key)).live

        def write(records: Mapping[str, Record | None], now: float, live: str | None = live) -> Change:
            account, kept = records[key], records.get(live) if live is not None else None
            if not isinstance(account, Traveller):
                raise NoSuchJourney(key)
            if account.live != live:
                raise Moved
            free = not (isinstance(kept, Kept) and shown_under_way(kept.journey))
            edit = due(account, now, free=free, zone=zone)
            if edit.account is None:
                return Change()
            events = (AccountChanged(at=now, what="consent"),) if edit.notices else ()
            return Change({key: edit.account}, events, edit.notices)

        try:
            await watch.transact((key,) if live is None else (key, live), write)
        except Moved:
            continue
        return
    raise Moved


def due(account: Traveller, now: float, *, free: bool, zone: str) -> Edit:
    """What time alone does to an account: nothing before `wakes.next_wake`, something at it. `free`: she is on no
    journey, as far as her devices show."""
    come = [deadline for deadline in deadlines(account) if deadline.at <= now]
    notices: list[Notice] = []
    after = account
    if any(deadline.what is What.NEW_PIN for deadline in come) and after.reset is not None:
        after = replace(after, reset=replace(after.reset, told_at=now))
        notices.append(_notice(account.id, HER, Kind.NEW_PIN, f"reset@{now:.3f}", now))
    consents = [deadline for deadline in come if deadline.what is not What.NEW_PIN]
    if consents and (not_before_at := _not_before(now, free=free, zone=zone)) is not None:
        after = replace(after, not_before_at=not_before_at)
    elif consents:
        after, asked = _consents(after, consents, now)
        notices += asked
    return Edit(None if after is account else after, tuple(notices))


def _not_before(now: float, *, free: bool, zone: str) -> float | None:
    """When to look again, if this is no time to ask anybody."""
    if not free:
        return now + LOOK_AGAIN_S
    here = datetime.fromtimestamp(now, UTC).astimezone(ZoneInfo(zone))
    if MORNING <= here.hour < EVENING:
        return None
    day = here.date() + timedelta(days=here.hour >= EVENING)
    return datetime.combine(day, time(MORNING), here.tzinfo).timestamp()


def _consents(account: Traveller, come: Iterable[Deadline], now: float) -> tuple[Traveller, list[Notice]]:
    """Under duress somebody may be off her list as it is shown: she hears nothing of him then."""
    shown = {contact.id for contact in account.shown_contacts}
    after = replace(account, not_before_at=None)
    notices, news = [], False
    for deadline in come:
        contact = account.contact(deadline.contact)
        if contact is None:
            continue
        news = news or contact.id in shown
        if deadline.what is What.LAPSE:
            after = learned(after, replace(contact, state=ContactState.LAPSED))
            continue
        after = learned(after, replace(contact, asked_again_at=now))
        rung = f"{CONSENT}@{now:.3f}"
        notices.append(_notice(account.id, contact.id, Kind.CONSENT_AGAIN, rung, now, _way(contact)))
    if news:
        notices.append(_notice(account.id, HER, Kind.CONTACT_NEWS, f"{NEWS}@{now:.3f}", now))
    return after, notices


def _way(contact: Contact) -> Channel:
    """As texts go, unless only a call gets there."""
    return Channel.CALL if not contact.reachable_by_sms and Channel.CALL in contact.channels else Channel.SMS


def _notice(account: str, to: str, kind: Kind, rung: str, now: float, channel: Channel = Channel.SMS) -> Notice:
    return of_account(account, kind, to, rung, now, channel=channel, valid_s=VALID_S)
