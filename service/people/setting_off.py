"""Setting off: the pre-flight, and the commit after which she hears "armed"."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import msgspec
from msgspec.structs import replace

from geofence.route import Route
from service.house import House
from service.journey import pressed
from service.journey.model import JourneyKind, Plan
from service.journey.sentence import sentence
from service.journey.turn import Outcome
from service.rows import Kept
from service.tokens import new_reference, token_hash
from service.watch import Change, NoSuchJourney, Record

from .alarms import KEPT_BEHIND, sos_without_journey
from .model import Begun, ContactState, Traveller
from .plans import TRIES, Moved, deliverable, for_her, next_key, reserved, shown_under_way, still_matters, told_by
from .refusals import Refused, Why, invalid
from .wishes import Wish, checked, times

__all__ = ["Phone", "Preflight", "Warned", "in_words", "preflight", "set_off", "sos_without_journey"]

KEPT_KEYS = 32
TESTED_S = 90 * 86_400.0
LOW_BATTERY_PCT = 15


class Phone(msgspec.Struct, frozen=True, kw_only=True):
    """What her phone says of itself before she sets off; None where it does not know."""

    battery_pct: float | None = None
    notifications: bool | None = None
    runs_locked: bool | None = None
    clock_off_s: float | None = None


class Warned(msgspec.Struct, frozen=True):
    """One warning: a code for screens, and the words."""

    code: str
    words: str


class Preflight(msgspec.Struct, frozen=True, kw_only=True):
    """`blocks` is empty when she may go. `sentence` is the one true sentence she would be promised now."""

    blocks: tuple[Warned, ...]
    warnings: tuple[Warned, ...]
    sentence: str
    eta_at: float


def preflight(house: House, account: Traveller, wish: Wish, phone: Phone | None = None) -> Preflight:
    """What she should know before she sets off. It blocks only on: nobody confirmed and deliverable.

    Speaks of her contacts as her devices are shown them. Raises Refused for a wish that makes no journey.
    """
    now = house.clock.now()
    shown = replace(account, contacts=account.shown_contacts)
    _check_tell(shown, wish)
    made = _armed(house, shown, wish, "-", "-", now)
    blocks = () if told_by(shown.contacts, calls=house.gateway.rings) else (_NOBODY,)
    return Preflight(
        blocks=blocks,
        warnings=tuple(_warnings(shown, phone or Phone(), now, calls=house.gateway.rings)),
        sentence=in_words(sentence(made.journey, house.settings.timezone), shown),
        eta_at=made.journey.eta_at or now,
    )


async def set_off(house: House, traveller: str, wish: Wish, key: str = "") -> Kept:
    """Creates and starts her journey in one commit; it is on disk when this returns.

    With an Idempotency-Key the same request makes one journey however often it comes. Raises Refused:
    JOURNEY_UNDER_WAY names the journey in the way, NOBODY_TO_TELL, IDEMPOTENCY_KEY_REUSED, INVALID.
    """
    checked(wish)
    for _ in range(TRIES):
        account = await house.watch.account(traveller)
        begun = _begun(account, key, wish)
        if begun is not None:
            return await house.watch.look(begun)
        if not told_by(account.shown_contacts, calls=house.gateway.rings):
            raise Refused(Why.NOBODY_TO_TELL, _NOBODY.words)
        _check_tell(account, wish)
        journey = next_key(account)
        code = await reserved(house, journey, account.contacts)
        live = () if account.live is None else (account.live,)
        start = _Start(house, account, wish, key, journey, code)
        try:
            kept: Kept = await house.watch.transact((journey, account.id, *live), start)
        except Moved:
            continue
        return kept
    raise Moved


@dataclass(frozen=True, slots=True)
class _Start:
    """The transaction: everything that was read is looked at again where it counts."""

    house: House
    account: Traveller
    wish: Wish
    key: str
    journey: str
    code: str

    def __call__(self, records: Mapping[str, Record | None], now: float) -> Change:
        account = records[self.account.id]
        if not isinstance(account, Traveller):
            raise NoSuchJourney(self.account.id)
        if (account.journeys, account.live, account.contacts) != (
            self.account.journeys,
            self.account.live,
            self.account.contacts,
        ):
            raise Moved
        behind = account.behind
        before = records.get(account.live) if account.live is not None else None
        if isinstance(before, Kept):
            if shown_under_way(before.journey):
                raise Refused(Why.JOURNEY_UNDER_WAY, "expected no journey under way", about=before.journey.id)
            if still_matters(before.journey, now):
                behind = (*(k for k in behind if k != before.journey.id), before.journey.id)[-KEPT_BEHIND:]
        made = _armed(self.house, account, self.wish, self.journey, self.code, now)
        kept = Kept(journey=made.journey, route=_line(self.wish))
        begun = (*account.begun, Begun(self.key, _hashed(self.wish), self.journey)) if self.key else account.begun
        account = replace(
            account,
            live=self.journey,
            last=account.live,
            journeys=account.journeys + 1,
            behind=behind,
            begun=begun[-KEPT_KEYS:],
        )
        return Change({self.journey: kept, account.id: account}, made.events, made.notices, answer=kept)


def in_words(text: str, account: Traveller) -> str:
    """The one true sentence with her contacts' names in it."""
    for contact in (*account.contacts, *account.shown_contacts):
        text = text.replace(f"{{{contact.id}}}", contact.name)
    return text


def _armed(house: House, account: Traveller, wish: Wish, journey: str, code: str, now: float) -> Outcome:
    when = times(wish, now, house.settings.timezone)
    plan = Plan(
        kind=wish.kind,
        profile=wish.profile,
        reference=new_reference(),
        code=code,
        destination=wish.destination,
        began_at=now,
        plan_s=when.plan_s,
        people=(),
        mode=wish.mode.value,
        streams=wish.kind is JourneyKind.DESTINATION,
        has_route=wish.route is not None,
        route_m=wish.route.length_m if wish.route is not None else None,
        tell=wish.tell,
        doorstep=wish.doorstep,
    )
    plan = for_her(plan, account, house)
    warnings = tuple(w.code for w in _warnings(account, Phone(), now, calls=house.gateway.rings))
    made = pressed.armed(journey, plan, when.eta_at, now, warnings)
    if wish.route is None and wish.place is not None:
        # Kept beside her as a route without a line: the place is all there is to arrive at.
        return _without_corridor(made)
    return made


def _without_corridor(made: Outcome) -> Outcome:
    """The journey without a corridor from its first moment on."""
    return Outcome(replace(made.journey, route_dropped=True), made.events, made.notices, made.answer)


def _line(wish: Wish) -> Route | None:
    if wish.route is not None:
        return wish.route
    return None if wish.place is None else Route("", 0.0, wish.place)


def _begun(account: Traveller, key: str, wish: Wish) -> str | None:
    begun = next((b for b in account.begun if key and b.key == key), None)
    if begun is None:
        return None
    if begun.asked != _hashed(wish):
        raise Refused(Why.KEY_REUSED, "this key was used for another request", field="Idempotency-Key")
    return begun.journey


def _hashed(wish: Wish) -> bytes:
    return token_hash(wish.fingerprint.hex())


def _check_tell(account: Traveller, wish: Wish) -> None:
    known = {c.id for c in account.shown_contacts if c.state is ContactState.CONFIRMED}
    for n, who in enumerate(wish.tell):
        if who not in known:
            raise invalid(f"tell[{n}]", "expected the id of a confirmed contact")


_NOBODY = Warned("nobody", "Nobody has said YES yet, so nobody would be told.")


def _warnings(account: Traveller, phone: Phone, now: float, *, calls: bool) -> Iterator[Warned]:
    """In words; which of them matter tonight is hers to judge."""
    told = [c for c in account.contacts if c.state is ContactState.CONFIRMED and deliverable(c, calls=calls)]
    if told and not any(c.on_sos_list for c in told):
        yield Warned("sos_nobody", "Your SOS would reach nobody: none of your contacts is on your SOS list.")
    if len(told) == 1:
        yield Warned("one_contact", f"Only {told[0].name} would be told. A second person would make it safer.")
    for contact in account.contacts:
        if contact.state is ContactState.INVITED:
            yield Warned("not_confirmed", f"{contact.name} has not said YES yet and hears nothing but an SOS.")
        elif contact.state is ContactState.CONFIRMED and not contact.reachable_by_sms:
            left = "we can only ring" if calls else "nothing would get there"
            yield Warned("no_texts", f"{contact.name} takes no texts from us: {left}.")
    if told and not any(c.tested_at is not None and now - c.tested_at < TESTED_S for c in told):
        yield Warned("never_tested", "You have not tried lately whether an alarm reaches your contacts.")
    if account.pin_hash is None:
        yield Warned("no_pin", "You have no PIN: away from where you are going only an operator could end an alarm.")
    if not account.reachable_by_sms:
        left = "we can only ring you" if calls else "only your app could ask you anything"
        yield Warned("her_texts", f"You take no texts from us: {left}.")
    yield from _phone_warnings(phone)


def _phone_warnings(phone: Phone) -> Iterator[Warned]:
    if phone.battery_pct is not None and phone.battery_pct < LOW_BATTERY_PCT:
        yield Warned("battery", f"Your battery is at {phone.battery_pct:.0f}%: your phone may die on the way.")
    if phone.notifications is False:
        yield Warned("notifications", "Notifications are off: we could ask you by text and call only.")
    if phone.runs_locked is False:
        yield Warned("screen_locked", "With the screen locked, this phone gives us only your timer.")
    if phone.clock_off_s is not None and abs(phone.clock_off_s) > 60.0:
        yield Warned("clock", "Your phone's clock is wrong; times on its screen may be too.")
