"""`lamplit replay TRACE --route R`: what the judge saw, fix by fix, with the thresholds. It explains an alarm."""

import asyncio
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, NoReturn

import msgspec
import typer
from rich.console import Console, RenderableType

from geofence.mode import Mode
from service.clock import SystemClock
from service.journey.model import Plan
from service.journey.profiles import PROFILES
from service.rows import UnreadableRow
from service.settings import Settings, SettingsError
from service.store import StoreUnavailable, WrongStore

from . import sources
from .drawing import walk
from .page import page_of
from .run import Replay, Setup, places_along, replayed
from .table import table
from .told import doubt, notes, sentence, short
from .trace import Trace, TraceError, thinned

CANNOT_READ, CANNOT = 1, 2
MINUTE_S = 60.0

Source = Annotated[
    str,
    typer.Argument(
        metavar="TRACE",
        help="A recorded walk (cerknica-town), a file (.csv, .gpx with times, .jsonl), or a journey (abc-3, K742).",
    ),
]
RouteFile = Annotated[
    str | None,
    typer.Option("--route", metavar="FILE", help="GPX, GeoJSON or a polyline; `own`: the trace's own line."),
]


def replay(
    source: Source,
    route: RouteFile = None,
    legs: Annotated[
        Path | None,
        typer.Option(help='Several legs: [{"mode": "foot", "route": FILE}, {"mode": "ride", "to": [LAT, LON]}].'),
    ] = None,
    profile: Annotated[str, typer.Option(help=f"{', '.join(PROFILES)}.")] = "standard",
    mode: Annotated[str, typer.Option(help=f"{', '.join(Mode)}.")] = "foot",
    cadence: Annotated[float, typer.Option(help="Take a fix every so many seconds at most.", min=0)] = 0.0,
    accuracy: Annotated[
        float | None, typer.Option(help="Metres, where the trace gives no accuracy (8).", min=1, max=200)
    ] = None,
    eta: Annotated[float | None, typer.Option(help="Due so many minutes after the first fix.", min=1, max=720)] = None,
    answer: Annotated[
        float | None, typer.Option(help="She answers each question so many seconds later.", min=1)
    ] = None,
    wait: Annotated[float, typer.Option(help="Listen on for so many minutes after the last fix.", min=0)] = 0.0,
    silent: Annotated[
        bool | None,
        typer.Option("--silent/--heard", help="Whether her phone is silent too where the trace is."),
    ] = None,
    page: Annotated[Path | None, typer.Option(help="Write it as one standalone page.")] = None,
    picture: Annotated[Path | None, typer.Option(help="Draw it into this SVG file.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
    everything: Annotated[bool, typer.Option("--all", help="A line for every fix.")] = False,
) -> None:
    """What the judge saw on a walk, fix by fix, with the thresholds: it explains an alarm, or that there was none.

    Nothing is stored and nobody is told. Exit code 1: the trace or the route cannot be read; 2: the store cannot.
    """
    _one_of("profile", profile, PROFILES)
    _one_of("mode", mode, tuple(Mode))
    try:
        found = _found(source, accuracy)
        trace = thinned(found.trace, cadence)
        parts = sources.legs(legs, trace) if legs is not None else () if route is not None else found.legs
        way = parts[0][1] if parts else found.route if route is None else sources.route(route, trace)
        truth = places_along(way, trace.truth) if way is not None and way.line and trace.truth else None
    except TraceError as error:
        _stop(str(error), CANNOT_READ)
    setup = Setup(
        profile=profile,
        mode=parts[0][0] if parts else mode,
        legs=parts,
        begun=found.begun if parts is found.legs else (),
        eta_s=None if eta is None else eta * MINUTE_S,
        heard=not (trace.silent if silent is None else silent),
        answer_s=answer,
        wait_s=wait * MINUTE_S,
    )
    run = replayed(trace, way, setup, _plan(found, parts))
    said = notes(
        run, (*trace.notes, *_taken(setup, way is not None and bool(way.line or parts))), answers=answer is not None
    )
    title = Path(trace.name).name
    _write(picture, lambda: walk(run.steps, truth, title=title))
    _write(page, lambda: page_of(run, title, said, truth))
    if as_json:
        typer.echo(msgspec.json.encode(as_object(run, trace, said)))  # as bytes, whatever the terminal's letters are
        return
    try:
        _print(*table(run, title, said, folded=not everything), *(f"Written: {p}" for p in (page, picture) if p))
    except OSError as error:
        _stop(f"cannot write: {error.strerror or error}", CANNOT)


def _plan(found: sources.Source, parts: sources.Legs) -> Plan | None:
    """As she set off, unless the way is another one than she had."""
    if found.plan is None or parts is found.legs:
        return found.plan
    return None if parts else msgspec.structs.replace(found.plan, legs=())


def _print(*parts: RenderableType) -> None:
    console = Console(highlight=False)
    for part in parts:
        console.print(part)


def _found(name: str, accuracy_m: float | None) -> sources.Source:
    if not sources.is_journey_name(name):
        return sources.Source(sources.named(name, accuracy_m))
    try:
        return asyncio.run(sources.journey(Settings.load(), name, SystemClock().now()))
    except (SettingsError, WrongStore, StoreUnavailable, UnreadableRow, sqlite3.Error) as error:
        _stop(str(error), CANNOT)
    except OSError as error:
        _stop(f"cannot read: {error.strerror or error}", CANNOT)


def _taken(setup: Setup, way: bool) -> Iterator[str]:
    if not way:
        yield "no route: nobody can say whether she is on it; --route own takes the trace's own line"
    if setup.heard:
        yield "where the trace is silent her phone is taken to be heard, without a place; --silent for the contrary"


def _write(path: Path | None, made: Any) -> None:
    if path is None:
        return
    try:
        path.write_text(made(), encoding="utf-8")
    except OSError as error:
        _stop(f"cannot write {path}: {error.strerror or error}", CANNOT)


def _one_of(name: str, value: str, known: Any) -> None:
    if value not in known:
        _stop(f"--{name}: expected {', '.join(known)}, got {value}", CANNOT)


def _stop(sentence_: str, code: int) -> NoReturn:
    # a file may hold anything, and a terminal obeys some of it
    typer.echo(f"lamplit: {''.join(c if c.isprintable() else '?' for c in sentence_)}", err=True)
    raise typer.Exit(code)


# ── for programs ─────────────────────────────────────────────────────────────────────────────────────────


def as_object(run: Replay, trace: Trace, said: tuple[str, ...]) -> dict[str, Any]:
    """Everything, for programs; times in seconds after the first fix."""
    began_at, found = run.plan.began_at, short(run)
    return {
        "trace": trace.name,
        "profile": run.plan.profile,
        "mode": run.plan.mode,
        "route_m": run.plan.route_m,
        "began_at": began_at if trace.clock else None,
        "sentence": sentence(found),
        "fixes": found.fixes,
        "set_aside": found.aside,
        "unread": found.unread,
        "asked": found.asked,
        "told": found.told,
        "doubt": doubt(run),
        "notes": said,
        "steps": [
            {
                "at_s": round(step.at - began_at, 3),
                "sighting": msgspec.to_builtins(step.sighting),
                "link": step.link.value,
                "mode": step.mode.value,
                "off_limit_m": step.off_m,
                "speed_mps": step.speed_mps,
                "still_s": step.still_s,
                "events": [msgspec.to_builtins(event) for event in step.events],
            }
            for step in run.steps
        ],
    }
