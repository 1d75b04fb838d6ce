"""The four acts. Each is a traveller with contacts of her own, a recorded walk, and what happens to her on it.

An act promises first: the sentence she is shown is read from the product before she sets off, and `kept` is judged
at the end from what people were sent, and when. Times here are minutes of the fast clock after she set off.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import aiohttp

from alerts.notice import Kind
from service import walks
from service.clock import breathe
from service.doors import wire
from service.journey.model import Journey, Level
from service.rows import Kept, journey_row
from service.watch import NoSuchJourney

from .cast import Friend, Her, Unexpected, until
from .phone import Phone
from .pocket import Pocket
from .stage import ZONE, DemoHouse
from .timeline import HER, Sent, Timeline
from .twilio_script import Do, Script

MINUTE_S = 60.0
CUT = 0.6
LATE_ENOUGH_S = 150.0
"""Within this of the promised instant counts as then: five seconds of a busy machine."""
FOLLOW_REAL_S = 0.15
ALARMS = frozenset({Kind.CONCERN, Kind.OVERDUE, Kind.LATE, Kind.PHONE_HOME, Kind.NOBODY})
ACCOUNT_KINDS = frozenset({Kind.CODE, Kind.INVITE, Kind.WELCOME})


@dataclass(frozen=True, slots=True)
class Act:
    """What an act is about, for the reader, and what it needs. `minutes` is what she means to take."""

    name: str
    title: str
    about: str
    walk: str
    who: str
    contacts: tuple[tuple[str, int], ...]
    minutes: float
    play: "Callable[[Scene], Awaitable[None]]"
    own_house: bool = False


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
    finished: bool = False

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

    async def state(self, what: str, reached: Callable[[Journey], bool], patience_real_s: float = 90.0) -> Journey:
        """Waits until her journey, as it is on disk, is in some state."""

        async def look() -> Journey | None:
            journey = (await row_of(self.house, self.key)).journey
            return journey if reached(journey) else None

        found: Journey = await until(what, look, patience_real_s)
        return found


async def row_of(house: DemoHouse, key: str) -> Kept:
    """Her journey's row as it is on disk."""
    row = (await house.store.load([key]))[0]
    if row is None:
        raise NoSuchJourney(key)
    return journey_row(key, row.value)


# ── before she sets off ──────────────────────────────────────────────────────────────────────────────────


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
    shown = await scene.her.sets_off(scene.walk, minutes=scene.act.minutes)
    scene.key = shown["id"]
    scene.armed_on_disk = await asyncio.to_thread(_on_disk, scene.house, scene.key)
    scene.promised, scene.promised_at = shown["sentence"], shown["promised_at"]
    scene.note("she", f"sets off on {_small(scene.walk.title)}, {scene.walk.duration_s / 60:.0f} min as it was recorded")
    scene.phone = scene.her.phone(on_prompt=lambda prompt: _taps(scene, prompt))
    scene.phone.start()
    await asyncio.wait_for(scene.phone.welcomed(), 20.0)
    scene.set_off_at = scene.now
    scene.pocket = Pocket(scene.phone, scene.walk, scene.house.clock, began_at=scene.set_off_at)
    scene.pocket.start()


def _small(title: str) -> str:
    return title[:1].lower() + title[1:]


def _on_disk(house: DemoHouse, key: str) -> bool:
    """Whether the journey and its deadline are in the store's append-only file, now that she has been answered."""
    parts = sorted((house.embedded.data_dir / "appendonlydir").glob("*.aof"))
    return any(key.encode() in part.read_bytes() for part in parts)


async def _taps(scene: Scene, prompt: wire.PromptFrame) -> None:
    """A question about the way, while she is well: one tap. The nudge and `due` are not answered."""
    if prompt.kind in ("nudge", "due") or scene.phone is None:
        return
    answer = await scene.phone.answer(prompt.id, "ok")
    done = isinstance(answer, wire.Done)
    scene.questions.append(prompt.kind)
    words = {"stalled": "standing still here", "off_route": "another way than planned"}.get(prompt.kind, prompt.kind)
    scene.note("screen", f"All ok? ({words}) She taps OK: {'done' if done else 'refused'}")


async def _settled(scene: Scene) -> None:
    """Two more minutes, for whatever may still be sent, and for receipts that are on their way."""
    await scene.house.clock.sleep(2 * MINUTE_S)
    await scene.look()


async def _cut(scene: Scene, share: float, words: str) -> None:
    """Her phone is off at this share of the walk; what it measured before stays where it was sent."""
    if scene.phone is None or scene.pocket is None:
        return
    await scene.until_minute(share * scene.walk.duration_s / MINUTE_S)
    await scene.phone.stop()
    await scene.pocket.stop()
    scene.note("she", words)


# ── the acts ─────────────────────────────────────────────────────────────────────────────────────────────


async def _home(scene: Scene) -> None:
    await scene.state("that she is home", lambda j: j.closed is not None)
    journey = (await row_of(scene.house, scene.key)).journey
    closed = journey.closed
    by_fix = closed is not None and closed.by == "fix" and closed.at < scene.promised_at
    scene.note("Lamplit", "her phone was inside for three minutes: arrived, and closed by that fix")
    nobody = not _to_contacts(scene)
    scene.kept = by_fix and nobody and scene.questions == ["stalled"]
    scene.outcome = "home before the time, asked once, nobody else heard" if scene.kept else "not as promised"


async def _does_not_arrive(scene: Scene) -> None:
    beth, dad, chloe = (scene.friends[name] for name in ("Beth", "Dad", "Chloe"))
    scene.house.double.script(_off(dad))
    await _cut(scene, CUT, "her phone goes dark at 60 % of the way")
    await scene.state("that her contacts are told", lambda j: j.overdue_since is not None)
    await dad.takes_call()
    scene.note("Dad", "picks up: the call reads him the alert")
    scene.house.double.behave(dad.number)
    text = await chloe.has_text("has NOT arrived", 60.0)
    await scene.house.clock.sleep(MINUTE_S)
    code = Friend.reply_code(text)
    scene.note("Chloe", f"texts: {code}")
    await chloe.says(code)
    await scene.state("that Chloe has it", lambda j: _held_by(j, chloe.id))
    await scene.house.clock.sleep(2 * MINUTE_S)
    scene.note("she", "is found: her phone was flat. She texts HOME and her PIN")
    await scene.her.texts(f"HOME {scene.her.pin}")
    await scene.state("that it is closed", _all_over)
    await scene.look()
    _judged_told(scene, [beth, dad], [chloe])


async def _phone_dies(scene: Scene) -> None:
    beth, dad = scene.friends["Beth"], scene.friends["Dad"]
    await _cut(scene, CUT, "her phone falls into the water and is gone")
    text = await beth.has_text("has NOT arrived", 90.0)
    await scene.house.clock.sleep(MINUTE_S)
    scene.note("she", "knocks at Beth's door, and keys her PIN on the page behind the link in Beth's text")
    await scene.her.keys_pin_on(Friend.link(text))
    await scene.state("that it is closed", _all_over)
    await scene.look()
    _judged_told(scene, [beth, dad], [])


async def _kill_9(scene: Scene) -> None:
    beth, dad = scene.friends["Beth"], scene.friends["Dad"]
    await _cut(scene, 0.7, "her phone goes dark")
    eta_at = (await row_of(scene.house, scene.key)).journey.eta_at or scene.promised_at
    await scene.house.clock.sleep(max(0.0, eta_at - 0.5 * MINUTE_S - scene.now))
    await scene.house.kill()
    scene.note("machine", "kill -9 of server and watchman, half a minute before she is due")
    await scene.house.clock.sleep(max(0.0, scene.promised_at + 1.5 * MINUTE_S - scene.now))
    scene.note("machine", "server and watchman are started again, after her contacts should have known")
    await scene.house.start()
    text = await beth.has_text("Our service was down", 60.0)
    await dad.has_text("Our service was down")
    await scene.house.clock.sleep(MINUTE_S)
    scene.note("she", "is home at last, and ends it in her app with her PIN")
    await scene.her.ends()
    await scene.state("that it is closed", _all_over)
    await scene.look()
    _judged_late(scene, [beth, dad], text)


def _off(friend: Friend) -> Script:
    return Script(do=Do.UNDELIVERED, number=friend.number)


def _held_by(journey: Journey, who: str) -> bool:
    incident = journey.incident
    ladder = incident.ladder if incident else None
    return ladder is not None and ladder.lease is not None and ladder.lease.by == who


def _all_over(journey: Journey) -> bool:
    incident = journey.incident
    return journey.closed is not None and incident is not None and incident.level is Level.RESOLVED


# ── did the sentence come true? ──────────────────────────────────────────────────────────────────────────


def _to_contacts(scene: Scene) -> list[Sent]:
    """What contacts were sent about this journey."""
    return [sent for sent in scene.timeline.messages() if sent.to != HER and sent.kind not in ACCOUNT_KINDS]


def _first_alarm(scene: Scene, friend: Friend) -> Sent | None:
    return next((s for s in _to_contacts(scene) if s.to == friend.name and s.kind in ALARMS), None)


def _judged_told(scene: Scene, first: list[Friend], later: list[Friend]) -> None:
    """ "Not home by 22:57: we text and ring Beth and Dad. If neither answers in 5 min, we text and ring Chloe." """
    problems = [*_on_time(scene, first, scene.promised_at)]
    if later:
        problems += _on_time(scene, later, scene.promised_at + 5 * MINUTE_S)
    problems += _nobody_else(scene, [*first, *later])
    problems += _clock_in_sentence(scene)
    scene.kept = not problems
    names = ", ".join(friend.name for friend in (*first, *later))
    scene.outcome = f"told on time: {names}; closed by her PIN" if scene.kept else "; ".join(problems)


def _judged_late(scene: Scene, first: list[Friend], text: str) -> None:
    """Late by us: once, and the text says so."""
    problems = [*_nobody_else(scene, first), *_clock_in_sentence(scene)]
    late_s = 0.0
    for friend in first:
        alarms = [s for s in _to_contacts(scene) if s.to == friend.name and s.kind in ALARMS]
        if len(alarms) != 1 or "so this is late" not in alarms[0].text or alarms[0].at < scene.promised_at:
            problems.append(f"{friend.name}: expected one alert that says it is late, got {len(alarms)}")
        else:
            late_s = alarms[0].at - scene.promised_at
    scene.kept = not problems and "Our service was down" in text
    late = f"told once, {late_s / MINUTE_S:.0f} min late by our fault, and the text says so; closed by her PIN"
    scene.outcome = late if scene.kept else "; ".join(problems)


def _on_time(scene: Scene, friends: list[Friend], at: float) -> list[str]:
    problems = []
    for friend in friends:
        alarm = _first_alarm(scene, friend)
        if alarm is None:
            problems.append(f"{friend.name} was never told")
        elif not at - 1.0 <= alarm.at <= at + LATE_ENOUGH_S:
            problems.append(f"{friend.name} was told {alarm.at - at:+.0f} s from the promised instant")
    return problems


def _nobody_else(scene: Scene, friends: list[Friend]) -> list[str]:
    strangers = {s.to for s in _to_contacts(scene)} - {friend.name for friend in friends}
    return [f"{name} was told without a promise" for name in sorted(strangers)]


def _clock_in_sentence(scene: Scene) -> list[str]:
    """The clock time she read is the instant we hold ourselves to."""
    clock = datetime.fromtimestamp(scene.promised_at, UTC).astimezone(ZoneInfo(ZONE)).strftime("%H:%M")
    return [] if clock in scene.promised else [f"the sentence does not say {clock}"]


ACTS = (
    Act(
        name="does not arrive",
        title="She does not arrive",
        about="Her phone goes dark on the way. She is asked first, then her people are told, one after the other, "
        "until somebody has it; only her PIN ends it.",
        walk="cerknica-lake",
        who="Anna",
        contacts=(("Beth", 1), ("Dad", 1), ("Chloe", 2)),
        minutes=18.0,
        play=_does_not_arrive,
    ),
    Act(
        name="phone dies",
        title="Her phone is destroyed",
        about="She reaches a friend without a phone. Her PIN counts on her friend's page too.",
        walk="cerknica-town",
        who="Ella",
        contacts=(("Beth", 1), ("Dad", 1)),
        minutes=25.0,
        play=_phone_dies,
    ),
    Act(
        name="kill -9",
        title="We go down over the deadline",
        about="Server and watchman are killed before she is due and come back after her contacts should have known. "
        "A deadline is data: late, never lost, once, and the text says so.",
        walk="cerknica-lake",
        who="Grace",
        contacts=(("Beth", 1), ("Dad", 1)),
        minutes=18.0,
        play=_kill_9,
        own_house=True,
    ),
    Act(
        name="home",
        title="She gets home",
        about="Most evenings. She rests on the way, is asked once and taps OK; nobody else hears anything.",
        walk="cerknica-lake",
        who="Ivy",
        contacts=(("Beth", 1), ("Dad", 1)),
        minutes=22.0,
        play=_home,
    ),
)
"""In the order in which they are told."""


def scene_of(act: Act, house: DemoHouse, http: aiohttp.ClientSession, nth: int) -> Scene:
    """The act with people and numbers of its own (numbers that are kept for films)."""
    first = 100 + 10 * nth
    her = Her(act.who, f"+447700900{first}", house, http)
    friends = {
        name: Friend(name, f"+447700900{first + n}", house, tier=tier, primary=n == 1)
        for n, (name, tier) in enumerate(act.contacts, 1)
    }
    timeline = Timeline(house, {HER: HER})
    timeline.numbers = [her.number, *(friend.number for friend in friends.values())]
    return Scene(act, house, her, friends, timeline, walks.load(act.walk))


__all__ = ["ACTS", "Act", "Scene", "Unexpected", "played", "scene_of"]
