"""A demo on paper: a house that was never started, an act in which what was sent is written down by the test."""

from pathlib import Path
from urllib.parse import quote

import aiohttp

from service.clock import ScaledClock
from service.demo.acts import ACTS
from service.demo.cast import Friend, Her
from service.demo.expectations import EXPECTED, Line
from service.demo.provider.books import Entry
from service.demo.provider.phones import ShownCall
from service.demo.scene import Act, Scene
from service.demo.stage import DemoHouse
from service.demo.timeline import HER, NoticeId, Sent, Timeline
from service.journey.model import JourneyKind, Plan
from service.memory_store import MemoryStore
from service.store import Store
from service.walks import Point, Walk

NOON = 1_700_000_000.0
OWNER = "anna"
KEY = f"{OWNER}-1"
TEXTS = {
    "overdue": "Anna has NOT arrived. Dial 999. Reply 42 = you are on it. http://127.0.0.1:1/c/abc",
    "late": "Our service was down 23:05-23:25, so this is late. Dial 999. Reply 42 = you are on it.",
}


class PaperHouse(DemoHouse):
    """Books without processes: the double is read as the demo reads it."""

    def __init__(self, directory: Path) -> None:
        super().__init__("town", directory / "town", ScaledClock(1.0))
        self.paper_store = MemoryStore()
        self.paper_logs: list[Path] = []

    @property
    def store(self) -> Store:
        return self.paper_store

    @property
    def logs(self) -> list[Path]:
        return self.paper_logs

    def texted(self, notice: str, to: str, body: str, *states: str, at: float = NOON) -> Entry:
        """A text on the provider's books."""
        entry = Entry(
            sid=f"SM{len(self.double.messages)}",
            channel="sms",
            to=to,
            sender="+447700900000",
            body=body,
            at=at,
            status_callback=f"{self.url}/twilio/status?n={quote(notice, safe='')}&a=1&m=x",
            states=["queued", *states],
        )
        self.double.messages.append(entry)
        return entry

    def rang(self, notice: str, to: str, call: ShownCall) -> Entry:
        """A call on the provider's books and on that phone."""
        entry = self.texted(notice, to, "", at=call.at)
        entry.sid, entry.channel, entry.ended_at = call.sid, "call", call.ended_at
        self.double.phone(to).shown.append(call)
        return entry


def plan() -> Plan:
    """A plain evening's plan."""
    return Plan(
        kind=JourneyKind.DESTINATION,
        profile="standard",
        reference="K742",
        code="42",
        destination="home",
        began_at=NOON,
        plan_s=600.0,
        people=(),
    )


def act_called(name: str) -> Act:
    return next(act for act in ACTS if act.name == name)


def scene_called(name: str, tmp_path: Path) -> Scene:
    """An act before anything happened, with a walk of two points."""
    act, house = act_called(name), PaperHouse(tmp_path)
    friends = {c.name: Friend(c.name, f"+44770090020{n}", house, tier=c.tier) for n, c in enumerate(act.contacts)}
    her = Her(act.who, "+447700900199", house, no_http())
    walk = Walk("paper", "A walk on paper", (Point(0.0, 51.0, 0.0), Point(600.0, 51.01, 0.0)))
    timeline = Timeline(house, {HER: HER} | {name: name for name in friends})
    timeline.owner = OWNER
    return Scene(act, house, her, friends, timeline, walk)


def no_http() -> aiohttp.ClientSession:
    """Nobody asks anything here."""
    return aiohttp.ClientSession.__new__(aiohttp.ClientSession)


def sent_as_written(scene: Scene, *, at: float = NOON, promised_at: float = NOON) -> None:
    """Everything the list asks for, one message every ten seconds, alarms at the promised instant; all delivered."""
    scene.promised_at, scene.promised = promised_at, "Not home by 22:13: we text and ring Beth and Dad."
    for n, line in enumerate(EXPECTED[scene.act.name]):
        alarm = {"L2": promised_at, "L2+3": promised_at + 180, "L2+5": promised_at + 300}.get(line.rung)
        later = promised_at + 400 + n if line.kind in ("taken", "closed", "reply") else None
        add(scene, line, alarm or later or promised_at - 1000 + 10 * n, n)


def a_call(at: float, *, keys: str = "", words: str = "", by: str = "human", sid: str = "CA1") -> ShownCall:
    """A call that was picked up after nine seconds and said one thing; `by` empty: nobody took it."""
    if not by:
        return ShownCall(at=at, sid=sid, other="+447700900000", ended_at=at + 30.0, ended="no-answer")
    return ShownCall(
        at=at,
        sid=sid,
        other="+447700900000",
        taken_by=by,
        answered_at=at + 9.0,
        ended_at=at + 60.0,
        ended="completed",
        said=[(at + 9.0, words)] if words else [],
        pressed=[(at + 20.0 + n, key) for n, key in enumerate(keys)],
    )


def add(scene: Scene, line: Line, at: float, n: int = 0) -> Sent:
    """One message on the act's timeline."""
    notice = NoticeId.read(f"{KEY}/i1/{line.rung}/{line.to}/{line.channel}/{n + 1}")
    text = TEXTS.get(line.kind, f"a text about {line.kind}")
    sent = Sent(notice, line.to, line.kind, at, text, [("accepted", at), ("delivered", at + 2.0)])
    if line.channel == "call":
        sent.fates[-1] = ("delivered", at + 20.0)
        sent.call = a_call(at, keys="1", words=text)
    scene.timeline.sent[f"S{len(scene.timeline.sent)}"] = sent
    return sent
