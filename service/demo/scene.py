"""An act as it is played: she, her people, her phone, and what is known about them from moment to moment."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import aiohttp
import polyline

from service import walks
from service.clock import breathe
from service.doors.phones import wire
from service.embedded import APPENDED
from service.journey.model import Journey, Level
from service.maps.answer import PlanAnswer
from service.rows import Kept, journey_row
from service.watch import NoSuchJourney

from .cast import Friend, Her, until
from .laid import laid
from .phone import Phone
from .pocket import Pocket
from .stage import DemoHouse
from .timeline import HER, Timeline

MINUTE_S = 60.0
FOLLOW_REAL_S = 0.15


Line = list[tuple[float, float]]
"""Places along a way, (lat, lon)."""
Ends = tuple[tuple[float, float], tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Chosen:
    """Somebody she has chosen. `sos`: on her SOS list. `tell`: hears when she sets off, and when it has ended."""

    name: str
    tier: int = 1
    sos: bool = True
    tell: bool = False


def _as_walked(walk: walks.Walk, _shortest: Line | None) -> Line:
    return [(point.lat, point.lon) for point in walk.points]


@dataclass(frozen=True, slots=True)
class Act:
    """What an act is about, for the reader, and what it needs. `minutes` is what she means to take; `ends` is where in
    Helsinki she asks for a way from and to, `planned` the line she means to follow, of the walk and of the shortest way if
    there is a map; `tells_way`: every stretch of it is told. A question that comes up while she is well is answered by `taps`, else with OK."""

    name: str
    title: str
    about: str
    walk: str
    who: str
    contacts: tuple[Chosen, ...]
    minutes: float
    ends: Ends
    play: "Callable[[Scene], Awaitable[None]]"
    own_house: bool = False
    tells_way: bool = False
    planned: Callable[[walks.Walk, Line | None], Line] = _as_walked
    taps: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class View:
    """What one of them was shown, for a reader who sees both side by side."""

    title: str
    lines: tuple[str, ...]


@dataclass(slots=True)
class Scene:
    """An act as it is played."""

    act: Act
    house: DemoHouse
    her: Her
    friends: dict[str, Friend]
    timeline: Timeline
    walk: walks.Walk
    phone: Phone | None = None
    pocket: Pocket | None = None
    key: str = ""
    promised: str = ""
    promised_at: float = 0.0
    set_off_at: float = 0.0
    armed_on_disk: bool = False
    kept: bool = False
    outcome: str = ""
    journey: Journey | None = None
    row: Kept | None = None
    questions: list[str] = field(default_factory=list)
    views: tuple[View, ...] = ()
    finished: bool = False
    stranger: str = ""
    """The number of a phone that belongs to nobody she chose."""
    plan: PlanAnswer | None = None
    """What she was answered when she asked for ways home; None: there is no map, and she walks where it was recorded."""

    @property
    def now(self) -> float:
        return self.house.clock.now()

    @property
    def minute(self) -> float:
        """Minutes since she set off."""
        return (self.now - self.set_off_at) / MINUTE_S

    async def until_minute(self, minute: float) -> None:
        """Waits for that minute after she set off."""
        await self.house.clock.sleep(max(0.0, self.set_off_at + minute * MINUTE_S - self.now))

    def note(self, who: str, what: str) -> None:
        self.timeline.note(who, what)

    async def follow(self) -> None:
        """Looks at her row and at the provider's books until the act is over."""
        while not self.finished:
            await self.look()
            await breathe(FOLLOW_REAL_S)

    async def look(self) -> None:
        if self.key:
            self.row = await row_of(self.house, self.key)
            self.journey = self.row.journey
        await self.timeline.look(self.journey)

    def patience_real_s(self, minutes: float) -> float:
        """Real seconds to wait for something that happens within `minutes` of the fast clock."""
        return 20.0 + minutes * MINUTE_S / self.house.clock.factor

    async def state(self, what: str, reached: Callable[[Journey], bool], within_min: float = 5.0) -> Journey:
        """Waits until her journey, as it is on disk, is in some state."""

        async def look() -> Journey | None:
            journey = (await row_of(self.house, self.key)).journey
            return journey if reached(journey) else None

        found: Journey = await until(what, look, self.patience_real_s(within_min))
        return found


async def that_it_is_over(scene: Scene) -> Journey:
    """Waits until the journey is closed and its alarm with it, by a person."""
    return await scene.state("that it is closed", _all_over)


def held_by(journey: Journey, who: str) -> bool:
    """Whether this contact has it."""
    incident = journey.incident
    ladder = incident.ladder if incident else None
    return ladder is not None and ladder.lease is not None and ladder.lease.by == who


def _all_over(journey: Journey) -> bool:
    incident = journey.incident
    return journey.closed is not None and incident is not None and incident.level is Level.RESOLVED


async def row_of(house: DemoHouse, key: str) -> Kept:
    """Her journey's row as it is on disk."""
    row = (await house.store.load([key]))[0]
    if row is None:
        raise NoSuchJourney(key)
    return journey_row(key, row.value)


async def played(scene: Scene) -> None:
    """The whole act: sign-up, promise, walk, what happens, and whether the sentence came true."""
    her, act = scene.her, scene.act
    await her.signs_up()
    scene.timeline.owner = her.id
    following = asyncio.create_task(scene.follow(), name=f"follow {act.name}")
    try:
        for friend in scene.friends.values():
            await her.asks(friend)
            scene.timeline.names[friend.id] = friend.name
        await _sets_off(scene)
        await act.play(scene)
        await _settled(scene)
    finally:
        scene.finished = True
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)
        if scene.pocket is not None:
            await scene.pocket.stop()
        if scene.phone is not None:
            await scene.phone.close()


async def _sets_off(scene: Scene) -> None:
    scene.set_off_at = scene.now
    tell = [scene.friends[chosen.name].id for chosen in scene.act.contacts if chosen.tell]
    line = await _way(scene)
    shown = await scene.her.sets_off(line, minutes=scene.act.minutes, tell=tell)
    scene.key = shown["id"]
    scene.armed_on_disk = await asyncio.to_thread(_on_disk, scene.house, scene.key)
    scene.promised, scene.promised_at = shown["sentence"], shown["promised_at"]
    scene.note(
        "she", f"sets off on {_small(scene.walk.title)}, {scene.walk.duration_s / 60:.0f} min as it was recorded"
    )
    scene.phone = scene.her.phone(on_prompt=lambda prompt: _taps(scene, prompt))
    scene.phone.start()
    await asyncio.wait_for(scene.phone.welcomed(), 20.0)
    scene.set_off_at = scene.now
    scene.pocket = Pocket(scene.phone, scene.walk, scene.house.clock, began_at=scene.set_off_at)
    scene.pocket.start()


async def _way(scene: Scene) -> Line:
    """Where she means to go. With a map she asks for ways home, takes the better lit one, and walks there."""
    if scene.house.maps is None:
        return scene.act.planned(scene.walk, None)
    scene.plan = await scene.her.plans(*scene.act.ends)
    lines = {way.kind: polyline.decode(way.line, 6) for way in scene.plan.ways}
    better = lines[scene.plan.ways[0].kind]
    scene.walk = laid(scene.walk, better, f"a planned way of {scene.plan.ways[0].length_m} m")
    if scene.act.planned is _as_walked:
        return better
    return scene.act.planned(scene.walk, lines.get("shortest", better))


def _small(title: str) -> str:
    return title[:1].lower() + title[1:]


def _on_disk(house: DemoHouse, key: str) -> bool:
    """Whether the journey and its deadline are in the store's append-only file, now that she has been answered."""
    parts = sorted((house.embedded.data_dir / APPENDED).glob("*.aof"))
    return any(key.encode() in part.read_bytes() for part in parts)


async def _taps(scene: Scene, prompt: wire.PromptFrame) -> None:
    """A question about the way, while she is well: one tap. The nudge and `due` are not answered."""
    if prompt.kind in ("nudge", "due") or scene.phone is None:
        return
    tapped = dict(scene.act.taps).get(prompt.kind, "ok")
    answer = await scene.phone.answer(prompt.id, tapped)
    done = isinstance(answer, wire.Done)
    scene.questions.append(prompt.kind)
    words = {"stalled": "standing still here", "off_route": "another way than planned"}.get(prompt.kind, prompt.kind)
    label = {"ok": "OK", "another_way": "Another way"}.get(tapped, tapped)
    scene.note("screen", f"All ok? ({words}) She taps {label}: {'done' if done else 'refused'}")


async def _settled(scene: Scene) -> None:
    """Two more minutes, for whatever may still be sent, and for receipts that are on their way."""
    await scene.house.clock.sleep(2 * MINUTE_S)
    await scene.look()


async def cut(scene: Scene, share: float, words: str) -> None:
    """Her phone is off at this share of the walk; what it measured before stays where it was sent."""
    if scene.phone is None or scene.pocket is None:
        return
    await scene.until_minute(share * scene.walk.duration_s / MINUTE_S)
    await scene.phone.stop()
    await scene.pocket.stop()
    scene.note("she", words)


def scene_of(act: Act, house: DemoHouse, http: aiohttp.ClientSession, nth: int) -> Scene:
    """The act with people and numbers of its own (numbers that are kept for films)."""
    first = 100 + 10 * nth
    her = Her(act.who, f"+447700900{first}", house, http)
    friends = {
        chosen.name: Friend(
            chosen.name, f"+447700900{first + n}", house, tier=chosen.tier, primary=n == 1, on_sos_list=chosen.sos
        )
        for n, chosen in enumerate(act.contacts, 1)
    }
    timeline = Timeline(house, {HER: HER})
    stranger = f"+447700900{first + 9}"
    timeline.numbers = [her.number, *(friend.number for friend in friends.values()), stranger]
    return Scene(act, house, her, friends, timeline, walks.load(act.walk), stranger=stranger)
