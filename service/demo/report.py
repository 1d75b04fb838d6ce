"""What a reader sees of the demo, and the object `--json` ends with.

Acts run side by side and are told one after the other: the first is told as it happens, the next ones begin with what
has happened to them meanwhile. On a terminal a line at the bottom says how far each of them is.
"""

import sys
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import Any, TextIO
from zoneinfo import ZoneInfo

import msgspec
from rich import box
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.rule import Rule
from rich.table import Table
from rich.terminal_theme import TerminalTheme
from rich.text import Text

from alerts.notice import Kind

from .conversation import turns
from .expectations import EXPECTED, differences, plain_rung
from .invariants import Invariant
from .provider.phones import ShownCall
from .scene import Scene
from .stage import ZONE
from .timeline import HER, Happened, RangUs, Sent, in_words
from .verdicts import ACCOUNT_KINDS
from .ways_told import answered

WIDTH = 100
_ABOUT = {
    Kind.SIGNAL_LOST: "her phone is silent",
    Kind.DUE: "she is due",
    Kind.PROMPT: "a question",
    Kind.OVERDUE: "she has not arrived",
    Kind.NOBODY: "nobody has taken it",
    Kind.SOS: "SOS",
    Kind.DURESS: "she may be forced",
    Kind.STARTED: "she has set off",
    Kind.ARRIVED: "it has ended",
    Kind.LATE: "late by our fault",
    Kind.TAKEN: "somebody is on it",
    Kind.CLOSED: "all-clear",
    Kind.REPLY: "an answer",
    Kind.ANY_NEWS: "any news?",
    Kind.CODE: "her code",
    Kind.INVITE: "invitation",
    Kind.WELCOME: "thanks for YES",
}
_ORIGINS = {HER: "she", "machine": "machine", "Lamplit": "Lamplit"}
_THEME = TerminalTheme(
    (22, 22, 29),
    (214, 211, 200),
    [
        (22, 22, 29),
        (224, 108, 117),
        (138, 190, 120),
        (232, 190, 100),
        (110, 160, 220),
        (198, 132, 200),
        (110, 190, 200),
        (214, 211, 200),
    ],
)
_BESIDE = 4
"""Columns: what turns before the line, and its sign that there is more."""
_SVG = """<svg class="rich-terminal" viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg" role="img">
<title>One act of the demo, as make demo prints it</title>
<style>
.{unique_id}-matrix {{ font-family: ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace;
  font-size: {char_height}px; line-height: {line_height}px; }}
{styles}
</style>
<defs>{lines}</defs>
<rect width="100%" height="100%" rx="10" fill="#16161d"/>
<g transform="translate({terminal_x}, 6)">
{backgrounds}
<g class="{unique_id}-matrix">{matrix}</g>
</g>
</svg>
"""


def console_for(stream: TextIO) -> Console:
    """Colours only on a terminal; lines that fit one, and a page."""
    probe = Console(file=stream)
    width = min(probe.width, 120) if probe.is_terminal else WIDTH
    return Console(file=stream, width=max(72, width), highlight=False)


class Telling:
    """Prints the acts in their order, each as far as it is known."""

    def __init__(self, console: Console, scenes: list[Scene], factor: float, without: str = "") -> None:
        self._console, self._scenes, self._factor, self._without = console, scenes, factor, without
        self._begun: set[str] = set()
        self._nth = 0

    def opening(self) -> None:
        """Before anything happens."""
        walks = "one walk" if len(self._scenes) == 1 else f"{len(self._scenes)} walks"
        words = (
            f"Lamplit, {walks} home. Everything is real but the people and the hour: a server, a watchman and a store "
            f"of their own, {self._walks()} over websockets, Twilio's client against a double of Twilio on this machine that "
            "rings, speaks and takes keys, and one clock for all that runs "
            f"{self._factor:g} times as fast. Nothing leaves this machine.\n"
            "A line of an act: the clock, who or what, to whom and why, the rung of the ladder, how far it came; below it "
            "what was read, or said and keyed."
        )
        self._console.print(Panel(words, box=box.ROUNDED, border_style="dim"))
        if self._without:
            self._console.print(Text(f"There is no map, so nobody plans a way: {self._without}", style="dim"))

    def _walks(self) -> str:
        where = "where they were recorded" if self._without else "laid on lit streets of Helsinki"
        return f"recorded walks ({where})"

    def step(self, *, over: Callable[[Scene], bool]) -> None:
        """Tells what can be told now. `over`: whether an act has ended."""
        while self._nth < len(self._scenes):
            scene = self._scenes[self._nth]
            if not scene.promised and not over(scene):
                return
            if scene.act.name not in self._begun:
                self._begun.add(scene.act.name)
                for part in beginning(scene):
                    self._console.print(part)
            for part in events(scene, all_of_it=over(scene)):
                self._console.print(part)
            if not over(scene):
                return
            self._console.print(verdict(scene))
            self._nth += 1

    def progress(self) -> str:
        """One line for the bottom of a terminal, whole: what would not fit on it is left out."""
        going = [scene for scene in self._scenes if not scene.finished]
        said = f"{len(self._scenes) - len(going)} of {len(self._scenes)} over"
        for scene in going:
            where = f"minute {scene.minute:.0f}" if scene.promised else "signing up"
            more = f"{said}   {scene.act.name}: {where}"
            if len(more) > self._console.width - _BESIDE:
                return f"{said} …"
            said = more
        return said


def beginning(scene: Scene) -> Iterator[RenderableType]:
    """The title, what the act is about, and the promise."""
    yield Text()
    yield Rule(Text(f" {scene.act.title} ", style="bold"), style="yellow", align="left")
    yield Text(scene.act.about, style="dim")
    if scene.plan is not None:
        yield from answered(scene.plan, whole=scene.act.tells_way)
    if scene.promised:
        yield Text.assemble((f"{scene.her.name} is promised:  ", "dim"), (f"“{scene.promised}”", "bold yellow"))
    yield Text()


def events(scene: Scene, *, all_of_it: bool) -> Iterator[RenderableType]:
    """What happened since this was asked last. Sign-up is told in one line."""
    for one in scene.timeline.ready(scene.now, all_of_it=all_of_it):
        if isinstance(one, Happened):
            yield _happened(one)
        elif isinstance(one, RangUs):
            yield _rang_us(one, scene)
        elif one.kind == Kind.WELCOME:
            yield _row(one.at, one.to, Text("has said YES by text and is thanked", style="dim"), "")
        elif one.kind not in ACCOUNT_KINDS:
            yield _message(one, scene)


def _happened(one: Happened) -> RenderableType:
    style = "bold red" if one.who == "machine" else "green"
    return _row(one.at, _ORIGINS.get(one.who, one.who), Text(one.what, style=style), "")


def _message(sent: Sent, scene: Scene) -> RenderableType:
    about = _ABOUT.get(Kind(sent.kind), sent.kind)
    head = Text.assemble((f"→ {sent.to}", "bold cyan" if sent.to == HER else "bold"), f"  {about}")
    good = "green" if sent.delivered else "red" if sent.over else "dim"
    rung = f"{plain_rung(sent.notice.rung)}{' again' if sent.again else ''}"
    line = _row(sent.at, "call" if sent.rings else "text", head, rung, Text(in_words(sent), style=good))
    if sent.rings:
        return Group(line, *_conversation(sent.call, sent.to, scene))
    return Group(line, _below(Text(f"“{sent.text}”", style="italic")))


def _rang_us(one: RangUs, scene: Scene) -> RenderableType:
    head = Text.assemble(("→ us", "bold"), "  from a phone that is not hers")
    return Group(_row(one.at, "call", head, ""), *_conversation(one.call, one.who, scene))


def _conversation(call: ShownCall | None, who: str, scene: Scene) -> Iterator[RenderableType]:
    """What was said and keyed in a call, in turns."""
    for turn in turns(call, {f"{scene.her.pin}": "her PIN", scene.her.keyed_number: "her number"}):
        if turn.keyed:
            yield _below(Text(f"{'she' if who == HER else who} keys {turn.words}", style="bold green"))
        else:
            often = f" ({turn.often})" if turn.often else ""
            yield _below(Text.assemble((f"“{turn.words}”", "italic"), (often, "dim")))


def _below(words: Text) -> RenderableType:
    return Padding(words, (0, 2, 0, 17))


def _row(at: float, who: str, what: Text, rung: str, fate: Text | None = None) -> RenderableType:
    table = Table.grid(padding=(0, 1))
    table.add_column(width=8, style="dim")
    table.add_column(width=7, style="dim")
    table.add_column(ratio=1)
    row: list[RenderableType] = [clock(at), who, what]
    if rung or fate is not None:
        table.expand = True
        table.add_column(width=15, style="yellow")
        table.add_column(width=37)
        row += [rung, fate or Text()]
    table.add_row(*row)
    return table


def verdict(scene: Scene) -> RenderableType:
    """Whether the sentence came true, and what was sent that should not have been, or the other way round."""
    lines: list[RenderableType] = [Text()]
    if scene.views:
        lines += [side_by_side(scene), Text()]
    good, bad = "bold green", "bold red"
    word = ("The sentence came true", good) if scene.kept else ("The sentence did NOT come true", bad)
    lines.append(Text.assemble(word, f": {scene.outcome}."))
    diff = diff_of(scene)
    if diff:
        lines.append(Text("What was sent is not what is written down beside this act:", style=bad))
        lines += [Text(f"  {line}", style="red" if line.startswith("-") else "magenta") for line in diff]
    else:
        lines.append(Text(f"Sent exactly the {len(EXPECTED[scene.act.name])} messages written down for it.", good))
    return Group(*lines)


def side_by_side(scene: Scene) -> RenderableType:
    """What each of them was shown, in columns."""
    table = Table(box=box.ROUNDED, border_style="dim", expand=True)
    for view in scene.views:
        table.add_column(view.title, ratio=1, header_style="bold yellow", overflow="fold")
    table.add_row(*(Text("\n".join(view.lines)) for view in scene.views))
    return table


def diff_of(scene: Scene) -> list[str]:
    """Against the list written by hand."""
    return differences(EXPECTED[scene.act.name], [sent.line for sent in scene.timeline.messages()])


def closing(scenes: Iterable[Scene], invariants: Iterable[Invariant], took_s: float) -> Iterator[RenderableType]:
    """The last page: what held, what did not, what came of it."""
    yield Text()
    yield Rule(Text(" What must hold whatever happens ", style="bold"), style="yellow", align="left")
    for one in invariants:
        mark = Text("held   ", style="green") if not one.violations else Text("BROKEN ", style="bold red")
        yield Text.assemble(mark, one.name, (f"  ({one.checked} checked)", "dim"))
        for violation in one.violations[:5]:
            yield Text(f"       {violation}", style="red")
    yield Text()
    for scene in scenes:
        good = scene.kept and not diff_of(scene)
        mark = Text("came true    ", style="bold green") if good else Text("did not      ", style="bold red")
        yield Text.assemble(mark, f"{scene.act.name}: {scene.outcome}")
    yield Text(f"\nLamplit never dials 999. It took {took_s:.0f} s.", style="dim")


def as_object(scenes: Iterable[Scene], invariants: Iterable[Invariant]) -> dict[str, Any]:
    """What `lamplit demo --json` ends with."""
    told = list(scenes)
    return {
        "journeys": [
            {"act": s.act.name, "walk": s.walk.name, "promised": s.promised, "kept": s.kept, "outcome": s.outcome}
            for s in told
        ],
        "messages": [_as_object(scene, sent) for scene in told for sent in scene.timeline.messages()],
        "invariants": [
            {"name": i.name, "checked": i.checked, "violations": len(i.violations), "broken": i.violations}
            for i in invariants
        ],
    }


def _as_object(scene: Scene, sent: Sent) -> dict[str, Any]:
    return {
        "act": scene.act.name,
        "to": sent.to,
        "kind": sent.kind,
        "rung": plain_rung(sent.notice.rung),
        "channel": sent.notice.channel,
        "attempt": sent.notice.attempt,
        "at": datetime.fromtimestamp(sent.at, UTC).isoformat(timespec="seconds"),
        "delivered": sent.delivered,
        "text": sent.text,
        "call": _call_as_object(sent.call) if sent.call is not None else None,
    }


def _call_as_object(call: ShownCall) -> dict[str, Any]:
    """`taken_by`: human or machine; empty: nobody took it. A call has told somebody only when a key was pressed."""
    return {
        "taken_by": call.taken_by,
        "ended": call.ended,
        "said": [words for _, words in call.said],
        "keys": len(call.keys),
    }


def clock(at: float) -> str:
    """An instant as people here read it."""
    return datetime.fromtimestamp(at, UTC).astimezone(ZoneInfo(ZONE)).strftime("%H:%M:%S")


def picture(scene: Scene, path: Path) -> None:
    """One act as it was told, as an SVG without fonts or anything else from elsewhere."""
    console = Console(record=True, width=WIDTH, file=StringIO(), highlight=False, force_terminal=True)
    scene.timeline.from_the_start()
    for part in (*beginning(scene), *events(scene, all_of_it=True), verdict(scene)):
        console.print(part)
    path.write_text(console.export_svg(title="", theme=_THEME, code_format=_SVG), encoding="utf-8")


def write_json(found: dict[str, Any]) -> None:
    """The last thing on standard output."""
    sys.stdout.write(msgspec.json.encode(found).decode() + "\n")
    sys.stdout.flush()
