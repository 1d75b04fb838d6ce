"""People in a world: a traveller with her phone and her way home, and the contacts she chose."""

from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

from geofence.plane import distance_m
from geofence.route import Route
from service.doors.phones import wire
from service.journey.model import Journey, JourneyKind
from service.journey.pressed import extended
from service.journey.turn import Answer
from service.people import choosing, setting_off, signing_up
from service.people.model import Contact as ContactRow
from service.people.model import Traveller as Account
from service.people.wished_legs import WishedLeg
from service.people.wishes import Wish
from service.rows import Kept
from tests.geofence.drawn import WALKING_MPS, Point, street
from tests.world_phones import Answered, Handset, Phone

if TYPE_CHECKING:
    from tests.world import World
    from tests.world_process import Process

PIN, DURESS_PIN, WRONG_PIN = "4071", "4935", "1111"
FIX_EVERY_S = 10.0
HOMEWARD = street((0, 0), (600, 0), (600, 500), (1400, 500))
"""Anna's way home: 1,900 metres, about 23 minutes."""


class Contact:
    """Somebody she chose. `id` is set once she has."""

    def __init__(
        self, world: "World", name: str, number: str, *, tier: int = 1, primary: bool = False, on_sos_list: bool = True
    ) -> None:
        self.world, self.name = world, name
        self.tier, self.primary, self.on_sos_list = tier, primary, on_sos_list
        self.phone = Phone(world, number)
        self.id = ""

    @property
    def number(self) -> str:
        return str(self.phone.number)


@dataclass
class Walk:
    """A journey of hers, and how far along the route she is."""

    world: "World"
    key: str
    route: Route
    began_at: float
    along_m: float = 0.0
    _corners: list[Point] = field(default_factory=list)

    @property
    def place(self) -> Point:
        """Where she is (lat, lon): so far along the route, at its end when she has come that far."""
        corners = self._corners = self._corners or self.route.places()
        left_m = self.along_m
        for a, b in pairwise(corners):
            length_m = distance_m(*a, *b)
            if left_m <= length_m:
                share = left_m / length_m
                return a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1])
            left_m -= length_m
        return corners[-1]

    async def kept(self) -> Kept:
        """Her journey as it is on disk."""
        return await self.world.front.house.watch.look(self.key)

    async def journey(self) -> Journey:
        return (await self.kept()).journey

    def minute(self, at: float) -> float:
        """`at` in minutes after she set off."""
        return round((at - self.began_at) / 60.0, 2)


class Traveller:
    """Anna, or somebody like her: an account made as people make one, and a phone with the app."""

    def __init__(self, world: "World", name: str, id_: str, phone: Handset, contacts: list[Contact]) -> None:
        self.world, self.name, self.id, self.phone, self.contacts = world, name, id_, phone, contacts

    async def account(self) -> Account:
        """Her row."""
        return await self.world.front.house.watch.account(self.id)

    async def sets_off(
        self,
        route: Route = HOMEWARD,
        *,
        plan_min: float = 20.0,
        profile: str = "standard",
        tell: list[Contact] | None = None,
        walk_with: list[Contact] | None = None,
        battery_text: bool = False,
        timer: bool = False,
        legs: tuple[WishedLeg, ...] = (),
    ) -> Walk:
        """Sets off with the phone connected, which tells its battery. With `legs` the plan is theirs, and `route` where she
        really goes."""
        wish = Wish(
            kind=JourneyKind.TIMER if timer else JourneyKind.DESTINATION,
            route=None if timer or legs else route,
            legs=legs,
            minutes=plan_min,
            profile=profile,
            tell=tuple(c.id for c in tell or ()),
            walk_with=tuple(c.id for c in walk_with or ()),
            battery_text=battery_text,
        )
        says = setting_off.Phone(battery_pct=self.phone.battery)
        kept = await setting_off.set_off(self.world.front.house, self.id, wish, phone=says)
        walk = Walk(self.world, kept.journey.id, route, self.world.clock.now())
        if self.phone.line is None and self.phone.alive and not timer:
            await self.phone.connects()
        await self.world.settle()
        return walk

    async def walks(self, walk: Walk, *, minutes: float, mps: float = WALKING_MPS) -> None:
        """Goes on along the route, a fix every 10 s."""
        for _ in range(round(minutes * 60.0 / FIX_EVERY_S)):
            await self.world.pass_time(seconds=FIX_EVERY_S)
            walk.along_m += mps * FIX_EVERY_S
            await self.phone.measures(*walk.place, speed_mps=mps)
            await self.world.settle()

    async def walks_home(self, walk: Walk) -> None:
        """All the way to her door, and a minute of standing there."""
        await self.walks(walk, minutes=(walk.route.length_m - walk.along_m) / WALKING_MPS / 60.0)
        await self.stands(walk, minutes=1)

    async def stands(self, walk: Walk, *, minutes: float) -> None:
        """Stays where she is, the phone measuring on."""
        await self.walks(walk, minutes=minutes, mps=0.0)

    # ── what she presses ──

    async def presses_sos(self) -> Answered:
        """Holds the red button."""
        return await self.phone.command(wire.Sos)

    async def keys_pin(self, pin: str = PIN) -> Answered:
        """Ends it on her phone, with a PIN."""
        return await self.phone.command(wire.End, pin=pin)

    async def cancels_sos(self, pin: str = PIN) -> Answered:
        return await self.phone.command(wire.SosCancel, pin=pin)

    async def extends(self, walk: Walk, minutes: float, *, at: "Process") -> Answer:
        """Asks one process for more time, without her phone."""
        return await at.house.watch.ask(walk.key, lambda j, now, proof: extended(j, minutes, now, proof))

    async def answers(self, prompt: str, what: str = "ok", pin: str | None = None) -> Answered:
        return await self.phone.command(wire.AnswerPrompt, prompt=prompt, what=what, pin=pin)


async def sign_up(world: "World", name: str, number: str, contacts: list[Contact]) -> Traveller:
    """An account as people make one: a code by text, both PINs, contacts who answer YES."""
    house = world.front.house
    phone = Handset(world, number, "")
    world.phones.append(phone)
    await signing_up.send_code(house, phone.number, name)
    await world.pass_time(seconds=5)
    code = phone.expect_text("is your Lamplit code").text[:6]
    phone.token, account = await signing_up.verify(house, phone.number, code, f"{name}'s phone")
    await signing_up.set_pins(house, account, PIN, DURESS_PIN, None, "her phone")
    for contact in contacts:
        await _asks(world, account.id, contact)
    return Traveller(world, name, account.id, phone, contacts)


async def _asks(world: "World", traveller: str, contact: Contact) -> ContactRow:
    house = world.front.house
    account = await house.watch.account(traveller)
    row = await choosing.add(
        house,
        account,
        name=contact.name,
        number=contact.phone.number,
        tier=contact.tier,
        primary=contact.primary,
        on_sos_list=contact.on_sos_list,
        pin=PIN,
        door="her phone",
    )
    contact.id = row.id
    await world.pass_time(seconds=5)
    await contact.phone.expect_text("may Lamplit tell you").then_reply("YES")
    await world.pass_time(seconds=5)
    contact.phone.expect_text("Thank you")
    return row
