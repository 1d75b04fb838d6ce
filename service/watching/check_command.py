"""`lamplit check`: a line for each thing that must be right, and what to do about each that is not."""

import asyncio
from collections.abc import Sequence
from typing import Annotated

import msgspec
import typer

from service.settings import Settings, SettingsError

from .inspection import Line, State, inspected

WRONG = 2
_MARK = {State.OK: "ok", State.WARNING: "look", State.FAILED: "WRONG"}


def check(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Is everything right? Settings, disk, store, rounds, doors: a line each, with what to do.

    Works beside a running service, and before the first start. Exit code 2: something is wrong; 0: nothing is, though
    something may be worth a look.
    """
    try:
        lines = asyncio.run(inspected(Settings.load()))
    except SettingsError as error:
        lines = [Line("settings", State.FAILED, str(error))]
    wrong = any(line.state is State.FAILED for line in lines)
    typer.echo(as_object(lines) if as_json else as_text(lines))
    raise typer.Exit(WRONG if wrong else 0)


def as_text(lines: Sequence[Line]) -> str:
    """For a person."""
    widest = max(len(line.name) for line in lines)
    return "\n".join(f"{_MARK[line.state]:<6} {line.name:<{widest}}  {line.sentence}" for line in lines)


def as_object(lines: Sequence[Line]) -> str:
    """For a program."""
    return msgspec.json.encode({"ok": all(line.state is not State.FAILED for line in lines), "lines": lines}).decode()
