"""A replay in a terminal: a line for every stretch, what followed under it, and what it came to."""

from collections.abc import Iterator, Sequence

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from .palette import TERMINAL
from .run import Replay
from .strips import clock
from .told import Decision, Row, against, doubt, going, minutes, rows, sentence, short

HEAD = ("time", "fixes", "to go m", "off m", "m/s", "still", "she is")
MARKS = {
    "told": "bold white on red",
    "asked": "bold black on yellow",
    "good": "bold white on green",
    "plain": "reverse",
}


def table(run: Replay, title: str, said: Sequence[str], *, folded: bool = True) -> Iterator[RenderableType]:
    """The head, a line for every stretch, what follows under it, and what it came to."""
    found, plan = short(run), run.plan
    way = f", route {plan.route_m / 1000:.1f} km" if plan.route_m else ""
    yield Text(title, style="bold")
    fixes = "1 fix" if found.fixes == 1 else f"{found.fixes} fixes"
    yield Text(f"{fixes} in {clock(found.lasted_s)}, {going(run)}{way}", style="dim")
    yield Text()
    lines = rows(run, folded=folded)
    cells = [HEAD[:-1], *(_cells(row) for row in lines if row.fixes)]
    widths = [max(map(len, column)) + 2 for column in zip(*cells, strict=True)]
    yield Text(f"{_padded(HEAD[:-1], widths)}{HEAD[-1]}", style="bold")
    for row in lines:
        if row.fixes:
            line = Text(_padded(_cells(row), widths))
            yield line.append(row.words, style="dim" if row.standing == "aside" else TERMINAL.get(row.standing, ""))
        yield from (_decision(one) for one in row.decisions)
    yield Text()
    yield Text(sentence(found), style="bold")
    if doubted := doubt(run):
        yield Text(doubted, style="bold")
    for note in said:
        yield Text(note, style="dim")


def _cells(row: Row) -> tuple[str, ...]:
    return (
        clock(row.from_s) if row.fixes == 1 else f"{clock(row.from_s)}–{clock(row.to_s)}",
        f"{row.fixes}",
        "" if row.to_go_m is None else f"{row.to_go_m:,.0f}",
        against(row.astray_m, row.off_m, ".0f"),
        against(row.speed_mps, row.vehicle_mps, ".1f"),
        _still(row),
    )


def _padded(cells: Sequence[str], widths: Sequence[int]) -> str:
    return "".join(f"{cell:<{width}}" for cell, width in zip(cells, widths, strict=True))


def _still(row: Row) -> str:
    if row.still_s is None:
        return ""
    limit = "" if row.stall_s is None else f" | {minutes(row.stall_s)}"
    return f"{minutes(row.still_s)}{limit}"


def _decision(one: Decision) -> RenderableType:
    number = Text(f" {one.number} ", style=MARKS[one.kind]) if one.number else Text(" · ", style="dim")
    found = Table.grid(padding=(0, 1))
    found.add_column(width=4, justify="right")
    found.add_column(width=8)
    found.add_column()
    found.add_row(number, clock(one.at_s), Text(one.words, style="bold" if one.number else ""))
    if one.why:
        found.add_row("", "", Text(one.why, style="dim"))
    return found
