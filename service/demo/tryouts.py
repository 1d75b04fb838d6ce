"""Walks that are tried out in the sandbox: signing her up like anybody, and a phone of hers in this very process.

Everything goes through the same use cases as the API, over the same store. Only two things are played by us: her
phone (a real client of the websocket) and, unless one prefers to type it, her contacts' YES. What a try needs to be
found again after a restart is in the store's book `tryouts`.
"""

import asyncio
import re
from contextlib import suppress
from dataclasses import dataclass

import msgspec
from msgspec.structs import replace

from alerts.gateway import PhoneNumber
from alerts.sandbox_gateway import Direction
from geofence.route import read_points
from service import walks
from service.clock import ScaledClock, breathe
from service.house import House
from service.journey.said import is_over
from service.people import choosing, signing_up
from service.people.model import ContactState, Traveller
from service.people.refusals import Refused, Why
from service.people.setting_off import Phone as PhoneSays
from service.people.setting_off import preflight, set_off
from service.people.wishes import Wish
from service.sandbox_phones import SandboxPhones
from service.store import StoreUnavailable
from service.telemetry import logger
from service.watch import NoSuchJourney
from service.web.pages import NamedContact

from .phone import Phone
from .pocket import Pocket

log = logger(__name__)

DOOR = "try"
SOS_FACTOR = 0.25
"""How fast time runs while an SOS counts down: its 5 s last 20 of a person's, enough to key a PIN on a page."""
LOOK_REAL_S = 0.2
HELD_REAL_S = 2.0
"""A slowed clock waits this long for the SOS itself."""
FORGOTTEN_REAL_S = 900.0
"""Time goes on at real speed when nobody has looked at a try for so long."""
TEXT_REAL_S = 10.0
FIRST_NUMBER, LAST_NUMBER = 101, 999
_BOOK = "tryouts"
_CODE = re.compile(r"\b(\d{6})\b")


class Tryout(msgspec.Struct, frozen=True, kw_only=True):
    """One try. `journey` is empty while nobody has said YES yet; `asked` is who was named, in which tier."""

    traveller: str
    first_name: str
    asked: tuple[tuple[str, int], ...]
    token: str
    pin: str
    duress_pin: str
    walk: str = ""
    journey: str = ""
    began_at: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What the form asked for, checked."""

    first_name: str
    destination: str
    contacts: tuple[NamedContact, ...]
    says_yes: bool
    walk: str
    profile: str
    speed: float
    pin: str
    duress_pin: str

    @property
    def asked(self) -> tuple[tuple[str, int], ...]:
        return tuple((c.name, c.tier) for c in self.contacts)


class Tryouts:
    """All tries of this process. `url` is where phones find this house's websocket."""

    def __init__(self, house: House, url: str = "") -> None:
        host = "127.0.0.1" if house.settings.host in ("0.0.0.0", "::") else house.settings.host  # noqa: S104
        self._house, self._url = house, url or f"ws://{host}:{house.settings.port}"
        self._carried: dict[str, tuple[Phone, Pocket]] = {}
        self._held_until = float("-inf")
        self._speed = 1.0
        self._looked_at: dict[str, float] = {}
        self._keeper: asyncio.Task[None] | None = None

    # ── beginning ──

    async def begin(self, wanted: Wanted, before: Tryout | None = None) -> Tryout:
        """Signs her up, asks her contacts, and sets off if one of them has said YES; else `journey` stays empty.

        `before` is a try of the same people that was left waiting for a YES. Raises Refused.
        """
        same = before is not None and not before.journey and before.asked == wanted.asked
        tryout = before if before is not None and same else await self._introduced(wanted)
        tryout = replace(tryout, walk=wanted.walk)
        account = await self._house.watch.account(tryout.traveller)
        walk = walks.load(wanted.walk)
        wish = Wish(
            destination=wanted.destination,
            route=read_points([(p.lat, p.lon) for p in walk.points]),
            minutes=walk.duration_s / 60.0,
            profile=wanted.profile,
        )
        ready = preflight(self._house, account, wish, PhoneSays(battery_pct=80.0, notifications=True, runs_locked=True))
        if not ready.blocks:
            kept = await set_off(self._house, account.id, wish)
            tryout = replace(tryout, journey=kept.journey.id, began_at=kept.journey.plan.began_at)
            self.run_at(wanted.speed)
            self._carry(tryout)
        await self._remember(tryout)
        return tryout

    async def _introduced(self, wanted: Wanted) -> Tryout:
        house, phones = self._house, self._phones
        numbers = await self._unused(1 + len(wanted.contacts))
        await phones.name(numbers[0], wanted.first_name)
        await signing_up.send_code(house, PhoneNumber(numbers[0]), wanted.first_name)
        code = _CODE.search(await self._text_on(numbers[0]))
        token, account = await signing_up.verify(house, PhoneNumber(numbers[0]), code[1] if code else "", "her phone")
        await signing_up.set_pins(house, account, wanted.pin, wanted.duress_pin, None, DOOR)
        await self._ask(account.id, wanted, numbers[1:])
        return Tryout(
            traveller=account.id,
            first_name=wanted.first_name,
            asked=wanted.asked,
            token=token,
            pin=wanted.pin,
            duress_pin=wanted.duress_pin,
        )

    async def _ask(self, traveller: str, wanted: Wanted, numbers: list[str]) -> None:
        house = self._house
        first = next((c for c in wanted.contacts if c.tier == 1), wanted.contacts[0])
        for contact, number in zip(wanted.contacts, numbers, strict=True):
            await self._phones.name(number, contact.name)
            await choosing.add(
                house,
                await house.watch.account(traveller),
                name=contact.name,
                number=PhoneNumber(number),
                tier=contact.tier,
                primary=contact is first,
                pin=wanted.pin,
                door=DOOR,
            )
        for number in numbers if wanted.says_yes else ():
            await self._text_on(number)
            await self._phones.reply(number, "YES", house.clock.now())

    @property
    def _phones(self) -> SandboxPhones:
        if self._house.phones is None:
            raise Refused(Why.NOT_FOUND, "expected the sandbox")
        return self._house.phones

    async def _unused(self, wanted: int) -> list[str]:
        """Numbers kept for films that no phone of this sandbox has."""
        taken = {phone.number for phone in await self._phones.phones()}
        every = (f"+447700900{n:03d}" for n in range(FIRST_NUMBER, LAST_NUMBER + 1))
        free = [number for number in every if number not in taken][:wanted]
        if len(free) < wanted:
            raise Refused(Why.BUSY, "every number of the sandbox is in use: start it with an empty data directory")
        return free

    async def _text_on(self, number: str) -> str:
        """The first text that has reached this phone, waiting for it. Raises Refused(BUSY)."""
        for _ in range(round(TEXT_REAL_S / 0.05)):
            arrived = [one for one in await self._phones.thread(number) if one.direction is Direction.IN]
            if arrived:
                return arrived[0].text
            await breathe(0.05)
        raise Refused(Why.BUSY, "no message has left the house for ten seconds: is a watchman running?", wait_s=10.0)

    # ── what is remembered ──

    async def find(self, traveller: str) -> Tryout | None:
        """A try by whose it is; its phone is carried on if this process has been started anew."""
        [kept] = await self._house.store.book_get(_BOOK, [traveller])
        if kept is None:
            return None
        tryout = msgspec.json.decode(kept, type=Tryout)
        self._looked_at[traveller] = asyncio.get_running_loop().time()
        if self._keeper is None and tryout.journey and not await self._over(tryout):
            self._keep()  # after a restart her phone is a dead one, until somebody switches it on
        return tryout

    async def _remember(self, tryout: Tryout) -> None:
        await self._house.store.book_put(_BOOK, tryout.traveller, msgspec.json.encode(tryout))
        self._looked_at[tryout.traveller] = asyncio.get_running_loop().time()

    async def waiting_for(self, tryout: Tryout) -> list[str]:
        """Who has not said YES yet, by name."""
        account: Traveller = await self._house.watch.account(tryout.traveller)
        return [c.name for c in account.contacts if c.state is ContactState.INVITED]

    # ── her phone ──

    def phone_on(self, tryout: Tryout) -> bool:
        carried = self._carried.get(tryout.traveller)
        return carried is not None and carried[0].on

    async def stop_phone(self, tryout: Tryout) -> None:
        """Dead: a battery that is flat says nothing. She walks on."""
        carried = self._carried.get(tryout.traveller)
        if carried is not None:
            await carried[0].stop()

    def start_phone(self, tryout: Tryout) -> None:
        """On again, wherever the walk has got to."""
        carried = self._carried.get(tryout.traveller)
        if carried is not None:
            carried[0].start()
        else:
            self._carry(tryout)

    def _carry(self, tryout: Tryout) -> None:
        clock = self._house.clock
        phone = Phone(self._url, tryout.token, clock)
        passed_s = max(0.0, clock.now() - tryout.began_at)
        pocket = Pocket(phone, walks.load(tryout.walk), clock, began_at=tryout.began_at, from_s=passed_s - 1.0)
        self._carried[tryout.traveller] = (phone, pocket)
        phone.start()
        pocket.start()
        self._keep()

    async def _put_down(self, traveller: str) -> None:
        carried = self._carried.pop(traveller, None)
        if carried is not None:
            await carried[1].stop()
            await carried[0].close()

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
                    self._set(1.0)
                    self._speed = 1.0
                    return

    async def _look(self) -> bool:
        """False when there is nothing left to look after."""
        loop, running, watched = asyncio.get_running_loop(), False, False
        counting = loop.time() < self._held_until
        for traveller in list(self._looked_at):
            [kept] = await self._house.store.book_get(_BOOK, [traveller])
            if kept is None:
                continue
            tryout = msgspec.json.decode(kept, type=Tryout)
            if await self._over(tryout):
                await self._put_down(traveller)
                self._looked_at.pop(traveller, None)
                continue
            running = True
            watched = watched or loop.time() - self._looked_at[traveller] < FORGOTTEN_REAL_S
            journey = (await self._house.watch.look(tryout.journey)).journey
            counting = counting or journey.sos is not None
        if running:
            self._set(min(self._speed, SOS_FACTOR) if counting else self._speed if watched else 1.0)
        return running

    async def _over(self, tryout: Tryout) -> bool:
        if not tryout.journey:
            return True
        try:
            return is_over((await self._house.watch.look(tryout.journey)).journey)
        except NoSuchJourney:
            return True

    async def close(self) -> None:
        """Puts every phone down and leaves the clock at real speed."""
        if self._keeper is not None:
            self._keeper.cancel()
            await asyncio.gather(self._keeper, return_exceptions=True)
        for traveller in list(self._carried):
            await self._put_down(traveller)
        self._set(1.0)
