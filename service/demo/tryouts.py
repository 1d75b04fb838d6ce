"""Walks that are tried out in the sandbox: signing her up like anybody, and a phone of hers in this very process.

Everything goes through the same use cases as the API, over the same store. Only two things are played by us: her
phone (a real client of the websocket) and, unless one prefers to type it, her contacts' YES. What a try needs to be
found again after a restart is in the store's book `tryouts`.
"""

import asyncio
from contextlib import suppress
from dataclasses import dataclass

import msgspec
from msgspec.structs import replace

from geofence.route import read_points
from service.clock import ScaledClock, breathe
from service.house import House
from service.journey.cover import shown_to_her
from service.journey.model import Journey
from service.journey.said import is_over
from service.people.inviting import waits_for_answer
from service.people.model import Contact, ContactState
from service.people.setting_off import Phone as PhoneSays
from service.people.setting_off import preflight, set_off
from service.people.wishes import Wish
from service.store import StoreUnavailable
from service.telemetry import logger
from service.watch import NoSuchJourney

from .introducing import Tell, Wanted, introduce, one_more
from .on_streets import walk_on, way_for
from .phone import Phone
from .pocket import Pocket

log = logger(__name__)

SOS_FACTOR = 0.25
"""How fast time runs while an SOS counts down: its 5 s last 20 of a person's, enough to key a PIN on a page."""
RING_FACTOR = 2.0
"""How fast at most while a phone rings that somebody is looking at: half a minute of ringing lasts 15 s."""
LOOK_REAL_S = 0.2
HELD_REAL_S = 2.0
"""A slowed clock waits this long for the SOS itself."""
IN_HAND_REAL_S = 5.0
"""A phone on the screen is somebody's to take for so long after its page was asked for."""
FORGOTTEN_REAL_S = 900.0
"""Time goes on at real speed when nobody has looked at a try for so long."""
_BOOK = "tryouts"


class Tryout(msgspec.Struct, frozen=True, kw_only=True):
    """One try. `journey` is empty while nobody has said YES yet, or she sets off by text; `asked` is who was named, in
    which tier and whether on the SOS list; `way` the line that her walk is laid on, "" where it was recorded; `lent` the phones of those asked by a link; `form` what was typed; `before` the walk that
    is over since it was typed."""

    traveller: str
    first_name: str
    asked: tuple[tuple[str, int, bool], ...]
    token: str
    pin: str
    duress_pin: str
    walk: str = ""
    way: str = ""
    journey: str = ""
    began_at: float = 0.0
    by_text: bool = False
    before: str = ""
    lent: dict[str, str] = {}
    form: dict[str, str] = {}


@dataclass(frozen=True, slots=True)
class _Carried:
    """The phone that streams a journey, and the pocket it is in."""

    journey: str
    phone: Phone
    pocket: Pocket


class Tryouts:
    """All tries of this process. `url` is where phones find this house's websocket."""

    def __init__(self, house: House, url: str = "") -> None:
        host = "127.0.0.1" if house.settings.host in ("0.0.0.0", "::") else house.settings.host  # noqa: S104
        self._house, self._url = house, url or f"ws://{host}:{house.settings.port}"
        self._carried: dict[str, _Carried] = {}
        self._held_until = float("-inf")
        self._speed = 1.0
        self._looked_at: dict[str, float] = {}
        self._in_hand: dict[str, float] = {}
        self._keeper: asyncio.Task[None] | None = None

    # ── beginning ──

    async def begin(self, wanted: Wanted, before: Tryout | None = None, form: dict[str, str] | None = None) -> Tryout:
        """Signs her up, asks her contacts, and sets off if one of them has said YES; else `journey` stays empty.

        `before` is the browser's last try: the same people are not asked again, unless she is on her way. Raises Refused.
        """
        same = before is not None and await self._can_go_on(before, wanted)
        tryout = before if before is not None and same else await self._introduced(wanted)
        over = await self.journey_of(tryout) or tryout.before
        maps, now = self._house.maps, self._house.clock.now()
        tryout = replace(
            tryout,
            walk=wanted.walk,
            way=await maps.threaded(lambda: way_for(wanted.walk, maps.known, now)),
            by_text=wanted.by_text,
            form=form or {},
            before=over,
            journey="",
            began_at=0.0,
        )
        self._speed = wanted.speed
        if not wanted.by_text:
            tryout = await self._set_off(tryout, wanted)
        await self._remember(tryout)
        return tryout

    async def _can_go_on(self, before: Tryout, wanted: Wanted) -> bool:
        if (before.asked, before.pin, before.duress_pin) != (wanted.asked, wanted.pin, wanted.duress_pin):
            return False
        try:
            key = await self.journey_of(before)
            return not key or not shown_to_her((await self._house.watch.look(key)).journey).under_way
        except NoSuchJourney:
            return False

    async def _introduced(self, wanted: Wanted) -> Tryout:
        her = await introduce(self._house, wanted)
        return Tryout(
            traveller=her.traveller,
            first_name=wanted.first_name,
            asked=wanted.asked,
            token=her.token,
            pin=wanted.pin,
            duress_pin=wanted.duress_pin,
            lent=her.lent,
        )

    async def _set_off(self, tryout: Tryout, wanted: Wanted) -> Tryout:
        account = await self._house.watch.account(tryout.traveller)
        walk = walk_on(tryout.walk, tryout.way)
        confirmed = tuple(c.id for c in account.contacts if c.state is ContactState.CONFIRMED)
        wish = Wish(
            destination=wanted.destination,
            route=read_points([(p.lat, p.lon) for p in walk.points]),
            minutes=walk.duration_s / 60.0,
            profile=wanted.profile,
            tell=() if wanted.tell is Tell.NOTHING else confirmed,
            arrived=wanted.tell is Tell.ARRIVED,
            show_route=wanted.show_route,
        )
        ready = preflight(self._house, account, wish, PhoneSays(battery_pct=80.0, notifications=True, runs_locked=True))
        if ready.blocks:
            return tryout
        kept = await set_off(self._house, account.id, wish)
        await self._put_down(tryout.traveller)
        tryout = replace(tryout, journey=kept.journey.id, began_at=kept.journey.plan.began_at)
        self.run_at(wanted.speed)
        self._carry(tryout)
        return tryout

    async def invite(self, tryout: Tryout, name: str, pin: str) -> str:
        """One more contact, by a link that she sends herself; its id. Raises Refused."""
        contact, number = await one_more(self._house, tryout.traveller, name, pin)
        await self._remember(replace(tryout, lent={**tryout.lent, contact: number}))
        return contact

    # ── what is remembered ──

    async def find(self, traveller: str) -> Tryout | None:
        """A try by whose it is; its phone is carried on if this process has been started anew."""
        tryout = await self._kept(traveller)
        if tryout is None:
            return None
        self._looked_at[traveller] = asyncio.get_running_loop().time()
        if self._keeper is None or self._keeper.done():
            self._keep()  # after a restart her phone is a dead one, until somebody switches it on
        return tryout

    async def _kept(self, traveller: str) -> Tryout | None:
        [kept] = await self._house.store.book_get(_BOOK, [traveller])
        with suppress(msgspec.ValidationError):  # one that an older release wrote is forgotten
            return None if kept is None else msgspec.json.decode(kept, type=Tryout)
        return None

    async def _remember(self, tryout: Tryout) -> None:
        await self._house.store.book_put(_BOOK, tryout.traveller, msgspec.json.encode(tryout))
        self._looked_at[tryout.traveller] = asyncio.get_running_loop().time()
        self._keep()

    async def waiting_for(self, tryout: Tryout) -> list[Contact]:
        """Who has not said YES yet."""
        account, now = await self._house.watch.account(tryout.traveller), self._house.clock.now()
        return [c for c in account.contacts if waits_for_answer(c, now)]

    async def journey_of(self, tryout: Tryout) -> str:
        """The journey that her own phone shows: her last one, however she set off; "" before the first, or once she has
        erased herself."""
        try:
            live = (await self._house.watch.account(tryout.traveller)).live
        except NoSuchJourney:
            return ""
        return "" if live is None or live == tryout.before else live

    # ── her phone ──

    def phone_on(self, tryout: Tryout) -> bool:
        carried = self._carried.get(tryout.traveller)
        return carried is not None and carried.phone.on

    async def stop_phone(self, tryout: Tryout) -> None:
        """Dead: a battery that is flat says nothing. She walks on."""
        carried = self._carried.get(tryout.traveller)
        if carried is not None:
            await carried.phone.stop()

    def start_phone(self, tryout: Tryout) -> None:
        """On again, wherever the walk has got to."""
        carried = self._carried.get(tryout.traveller)
        if carried is not None:
            carried.phone.start()
        else:
            self._carry(tryout)

    def _carry(self, tryout: Tryout) -> None:
        clock = self._house.clock
        phone = Phone(self._url, tryout.token, clock)
        passed_s = max(0.0, clock.now() - tryout.began_at)
        pocket = Pocket(phone, walk_on(tryout.walk, tryout.way), clock, began_at=tryout.began_at, from_s=passed_s - 1.0)
        self._carried[tryout.traveller] = _Carried(tryout.journey, phone, pocket)
        phone.start()
        pocket.start()
        self._keep()

    async def _put_down(self, traveller: str) -> None:
        carried = self._carried.pop(traveller, None)
        if carried is not None:
            await carried.pocket.stop()
            await carried.phone.close()

    # ── time ──

    @property
    def speed(self) -> float:
        """How fast time was asked to run."""
        return self._speed

    def run_at(self, speed: float) -> None:
        """From now on, and again after an SOS has slowed it down."""
        self._speed = speed
        self._set(speed)

    def slow_down(self) -> None:
        """Before an SOS is pressed: it counts down in nearly real time, so that a person can take it back."""
        self._held_until = asyncio.get_running_loop().time() + HELD_REAL_S
        self._set(min(self._speed, SOS_FACTOR))
        self._keep()

    def taken_up(self, number: str) -> None:
        """Somebody looks at this phone: if it rings, time waits for a thumb."""
        self._in_hand[number] = asyncio.get_running_loop().time()

    def _set(self, factor: float) -> None:
        clock = self._house.clock
        if isinstance(clock, ScaledClock) and clock.factor != factor:
            clock.set_speed(factor)

    def _keep(self) -> None:
        if self._keeper is None or self._keeper.done():
            self._keeper = asyncio.create_task(self._keeping(), name="tryouts")

    async def _keeping(self) -> None:
        """Looks after the clock and the phones for as long as any try is under way."""
        while True:
            await breathe(LOOK_REAL_S)
            with suppress(StoreUnavailable):
                if not await self._look():
                    return

    async def _look(self) -> bool:
        """False when there is nothing left to look after."""
        loop, running, watched, waiting = asyncio.get_running_loop(), False, False, False
        counting = loop.time() < self._held_until
        for traveller, looked_at in list(self._looked_at.items()):
            tryout, seen = await self._kept(traveller), loop.time() - looked_at < FORGOTTEN_REAL_S
            live = await self._live(await self.journey_of(tryout)) if tryout is not None else None
            carried = self._carried.get(traveller)
            if carried is not None and await self._live(carried.journey) is None:
                await self._put_down(traveller)
            if live is not None:
                running, watched = True, watched or seen
                counting = counting or live.sos is not None
            elif seen:
                waiting = True  # she may set off again, by text
            else:
                self._looked_at.pop(traveller, None)
        self._set(await self._factor(counting=counting, watched=watched) if running else 1.0)
        return running or waiting

    async def _factor(self, *, counting: bool, watched: bool) -> float:
        if counting:
            return min(self._speed, SOS_FACTOR)
        if not watched:
            return 1.0
        return min(self._speed, RING_FACTOR) if await self._rings() else self._speed

    async def _rings(self) -> bool:
        """Whether a phone rings, or speaks, in somebody's hand."""
        now, phones = asyncio.get_running_loop().time(), self._house.phones
        self._in_hand = {number: at for number, at in self._in_hand.items() if now - at < IN_HAND_REAL_S}
        return phones is not None and any([await phones.call_on(number) is not None for number in self._in_hand])

    async def _live(self, key: str) -> Journey | None:
        """A journey, unless it is over."""
        try:
            journey = (await self._house.watch.look(key)).journey
        except NoSuchJourney:
            return None
        return None if is_over(journey) else journey

    async def close(self) -> None:
        """Puts every phone down and leaves the clock at real speed."""
        if self._keeper is not None:
            self._keeper.cancel()
            await asyncio.gather(self._keeper, return_exceptions=True)
        for traveller in list(self._carried):
            await self._put_down(traveller)
        self._set(1.0)
