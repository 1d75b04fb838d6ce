"""Setting off: the pre-flight, and the commit after which she hears "armed"."""

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import msgspec
from msgspec.structs import replace

from geofence.mode import Mode
from geofence.route import Route
from service.house import House
from service.journey import cover, pressed
from service.journey.company import asked_company
from service.journey.legs import after
from service.journey.model import OPERATORS, Journey, JourneyKind, Plan, Proof
from service.journey.sentence import sentence
from service.journey.turn import Outcome
from service.rows import Kept, PinTaken, in_log
from service.tokens import new_reference, token_hash
from service.watch import Change, NoSuchJourney, Record

from .alarms import sos_without_journey
from .forewarned import NOBODY, Phone, Warned, warnings
from .model import Begun, ContactState, Tracker, Traveller
from .pins import AFTERWARDS
from .plans import (
    TRIES,
    Moved,
    for_her,
    next_key,
    over_behind,
    put_behind,
    reserved,
    shown_under_way,
    still_matters,
    told_by,
)
from .pressing import end_behind
from .proving import RIGHT, owner
from .refusals import Refused, Why, invalid
from .wished_legs import planned
from .wishes import Wish, checked, times

__all__ = ["Phone", "Preflight", "Warned", "in_words", "preflight", "replace_with", "set_off", "sos_without_journey"]

KEPT_KEYS = 32


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
    _check_people(shown, wish)
    phone = phone or Phone()
    made = _armed(house, shown, wish, phone, "-", "-", now)
    blocks = () if told_by(shown.contacts, calls=house.gateway.rings) else (NOBODY,)
    return Preflight(
        blocks=blocks,
        warnings=tuple(_warnings(house, shown, phone, now, shown.tracker(wish.tracker))),
        sentence=in_words(sentence(made.journey), shown),
        eta_at=made.journey.eta_at or now,
    )


@dataclass(frozen=True, slots=True)
class Replacing:
    """The journey that a new one takes the place of, and what she proved."""

    journey: str | None
    proof: Proof


async def replace_with(
    house: House,
    account: Traveller,
    wish: Wish,
    key: str = "",
    *,
    phone: Phone | None = None,
    pin: str | None,
    door: str,
) -> Kept:
    """Sets off in the place of the journey under way, which her PIN ends in the same commit. After the duress PIN her
    phone is answered alike and in the same time, and what is true of the first one goes on behind. Raises Refused like
    `set_off`, and PIN_NEEDED, TRY_AGAIN."""
    if account.pin_hash is None or pin is None:
        raise Refused(Why.PIN_NEEDED, "expected her PIN", field="pin")
    proof = await owner(house, account, pin, door)
    proved_at = asyncio.get_running_loop().time()
    kept = await set_off(house, account.id, wish, key, phone=phone, replacing=Replacing(account.live, proof))
    if proof is Proof.PIN:
        await end_behind(house, account)
    await house.pins.even(proved_at, AFTERWARDS)
    return kept


async def set_off(
    house: House,
    traveller: str,
    wish: Wish,
    key: str = "",
    *,
    phone: Phone | None = None,
    replacing: Replacing | None = None,
) -> Kept:
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
            raise Refused(Why.NOBODY_TO_TELL, NOBODY.words)
        _check_people(account, wish)
        journey = next_key(account)
        code = await reserved(house, journey, account.contacts)
        live = () if account.live is None else (account.live,)
        over = await over_behind(house, account)
        ways = await _lit(house, wish)
        start = _Start(house, account, wish, phone or Phone(), replacing, key, journey, code, over=over, ways=ways)
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
    phone: Phone
    replacing: Replacing | None
    key: str
    journey: str
    code: str
    over: frozenset[str]
    ways: tuple[Route | None, tuple[Route, ...]]

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
        before = records.get(account.live) if account.live is not None else None
        ended = self._ended(before.journey, now) if isinstance(before, Kept) else None
        made = _armed(self.house, account, self.wish, self.phone, self.journey, self.code, now)
        route, ahead = self.ways
        kept = Kept(journey=made.journey, route=route, ahead=ahead)
        begun = (*account.begun, Begun(self.key, _hashed(self.wish), self.journey)) if self.key else account.begun
        after = replace(
            account,
            live=self.journey,
            last=account.live,
            journeys=account.journeys + 1,
            behind=self._behind(account, ended.journey, now) if ended is not None else account.behind,
            begun=begun[-KEPT_KEYS:],
        )
        written: dict[str, Record] = {self.journey: kept, account.id: after}
        if ended is None or not isinstance(before, Kept) or ended.journey is before.journey:
            return Change(written, made.events, made.notices, answer=kept)
        first = before.journey.id
        return Change(
            {**written, first: replace(before, journey=ended.journey)},
            made.events,
            (*ended.notices, *made.notices),
            others=tuple((first, e) for e in (PinTaken(at=now), *in_log(before.journey, ended, now))),
            answer=kept,
        )

    def _ended(self, before: Journey, now: float) -> Outcome:
        """The journey there was, as it is to be: over already, or ended now by her PIN, whichever it is. Raises Refused."""
        if not shown_under_way(before):
            return Outcome(before)
        replacing = self.replacing
        if replacing is None or replacing.journey != before.id or replacing.proof not in RIGHT:
            raise Refused(
                Why.JOURNEY_UNDER_WAY,
                f"expected no journey under way, or {_instead(before)}replace and her PIN",
                about=before.id,
            )
        return cover.proved(before, lambda j, proof: pressed.ended(j, now, proof), replacing.proof, now)

    def _behind(self, account: Traveller, before: Journey, now: float) -> tuple[str, ...]:
        return put_behind(account, before.id, self.over) if still_matters(before, now) else account.behind


def _instead(before: Journey) -> str:
    """What she may mean by a second start: that the next leg of the first has begun."""
    return "the next leg of it, or " if after(cover.shown_to_her(before)) else ""


def in_words(text: str, account: Traveller) -> str:
    """The one true sentence with her contacts' names in it."""
    for contact in (*account.contacts, *account.shown_contacts):
        text = text.replace(f"{{{contact.id}}}", contact.name)
    return text


def _armed(
    house: House,
    account: Traveller,
    wish: Wish,
    phone: Phone,
    journey: str,
    code: str,
    now: float,
) -> Outcome:
    when = times(wish, now, house.settings.timezone)
    tracker = account.tracker(wish.tracker)
    legs = planned(wish.legs, when.plan_s) if wish.legs else ()
    first_m = legs[0].route_m if legs else wish.route.length_m if wish.route is not None else None
    plan = Plan(
        kind=wish.kind,
        profile=wish.profile,
        reference=new_reference(),
        code=code,
        destination=wish.destination,
        began_at=now,
        plan_s=when.plan_s,
        people=(),
        mode=legs[0].mode if legs else wish.mode.value,
        streams=wish.kind is JourneyKind.DESTINATION,
        has_route=first_m is not None,
        route_m=first_m,
        tell=wish.tell,
        arrived=wish.arrived,
        doorstep=wish.doorstep,
        tracker=tracker.id if tracker is not None else "",
        tracker_s=tracker.heartbeat_s if tracker is not None else 0.0,
        legs=legs,
        route_shown=wish.show_route,
    )
    plan = for_her(plan, account, house)
    codes = tuple(w.code for w in _warnings(house, account, phone, now, tracker))
    battery_pct = None if phone.battery_pct is None else round(phone.battery_pct)
    made = pressed.armed(
        journey, plan, when.eta_at, now, codes, battery_pct=battery_pct, tell_battery=wish.battery_text
    )
    if wish.walk_with:
        made = _then(made, asked_company(made.journey, wish.walk_with, now))
    if first_m is None and wish.kind is JourneyKind.DESTINATION:
        # Kept beside her as a route without a line: the place is all there is to arrive at.
        return _without_corridor(made)
    return made


def _warnings(house: House, account: Traveller, phone: Phone, now: float, tracker: Tracker | None) -> Iterator[Warned]:
    settings = house.settings
    second = bool(settings.twilio_from_2) or not settings.real_provider
    return warnings(account, phone, now, calls=house.gateway.rings, second_sender=second, tracker=tracker)


def _then(first: Outcome, second: Outcome) -> Outcome:
    return Outcome(second.journey, (*first.events, *second.events), (*first.notices, *second.notices), first.answer)


def _without_corridor(made: Outcome) -> Outcome:
    """The journey without a corridor from its first moment on."""
    return Outcome(replace(made.journey, route_dropped=True), made.events, made.notices, made.answer)


def _ways(wish: Wish) -> tuple[Route | None, tuple[Route, ...]]:
    """The route of the first leg and those of the legs after it; one without a line where there is only a place."""
    if wish.legs:
        first, *ahead = (leg.way for leg in wish.legs)
        return first, tuple(ahead)
    if wish.route is not None:
        return wish.route, ()
    return (None if wish.place is None else Route("", 0.0, wish.place)), ()


async def _lit(house: House, wish: Wish) -> tuple[Route | None, tuple[Route, ...]]:
    """Her ways with what is known of their light from now on; in a bus it is of no use to her."""
    now = house.clock.now()
    first, ahead = _ways(wish)
    walked = [leg.mode is not Mode.RIDE for leg in wish.legs] or [wish.mode is not Mode.RIDE]

    async def lit(way: Route | None, on_foot: bool) -> Route | None:
        return await house.lights.lit(way, now) if way is not None and on_foot else way

    first, *others = await asyncio.gather(*map(lit, (first, *ahead), walked))
    return first, tuple(one for one in others if one is not None)


def _begun(account: Traveller, key: str, wish: Wish) -> str | None:
    begun = next((b for b in account.begun if key and b.key == key), None)
    if begun is None:
        return None
    if begun.asked != _hashed(wish):
        raise Refused(Why.KEY_REUSED, "this key was used for another request", field="Idempotency-Key")
    return begun.journey


def _hashed(wish: Wish) -> bytes:
    return token_hash(wish.fingerprint.hex())


def _check_people(account: Traveller, wish: Wish) -> None:
    known = {c.id: c for c in account.shown_contacts if c.state is ContactState.CONFIRMED}
    for n, who in enumerate(wish.tell):
        if who not in known:
            raise invalid(f"tell[{n}]", "expected the id of a confirmed contact")
    for n, who in enumerate(wish.walk_with):
        if who != OPERATORS and (who not in known or not known[who].place):
            raise invalid(
                f"walk_with[{n}]", f"expected {OPERATORS}, or the id of a confirmed contact who may see where you are"
            )
    if wish.tracker and account.tracker(wish.tracker) is None:
        raise invalid("tracker", "expected the id of a linked tracker")
