"""`lamplit demo`: sets the stage, plays the acts, tells them, checks them, and leaves nothing behind."""

import asyncio
import signal
import sys
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

import aiohttp
from rich.console import Console
from rich.status import Status
from rich.text import Text

from service import walks
from service.clock import SystemClock, breathe
from service.settings import Settings
from service.store import StoreUnavailable, WrongStore

from . import report
from .acts import ACTS
from .cast import Unexpected
from .city import opened
from .invariants import checked
from .left_behind import left_behind
from .scene import Act, Scene, played, scene_of
from .stage import DemoHouse, Stage, StageError
from .ways_told import walked

FACTOR = 30.0
SLOWEST, FASTEST = 2.0, 60.0
"""A clock faster than this takes a busy machine's pauses for an outage; that would be told as one."""
TOLD_REAL_S = 0.2
HICCUP_S = 1.0
LOOK_S = 0.05
TOWN, ALONE = "town", "alone"


class DemoError(Exception):
    """The demo cannot be played; one sentence."""


def chosen(name: str | None) -> list[Act]:
    """All acts, or the one called `name`. Raises DemoError."""
    found = [act for act in ACTS if name in (None, act.name)]
    if not found:
        raise DemoError(f"expected an act named {', '.join(act.name for act in ACTS)}, got {name}")
    return found


def run(name: str | None, factor: float, *, as_json: bool, picture: Path | None) -> int:
    """Plays, prints, and returns the exit code: 0 when everything was sent as written and every sentence came true.

    Raises DemoError in one sentence when there is nothing to play or the stage does not stand.
    """
    acts = chosen(name)
    if not SLOWEST <= factor <= FASTEST:
        raise DemoError(f"expected a factor from {SLOWEST:g} to {FASTEST:g}, got {factor:g}")
    console = report.console_for(sys.stderr if as_json else sys.stdout)
    try:
        return asyncio.run(_until_told(acts, factor, console, as_json=as_json, picture=picture))
    except (StageError, WrongStore, StoreUnavailable, walks.WalksError, Unexpected) as error:
        raise DemoError(str(error)) from error
    except (KeyboardInterrupt, asyncio.CancelledError):
        console.print("stopped; nothing is left behind")
        return 130


async def _until_told(
    acts: Sequence[Act], factor: float, console: Console, *, as_json: bool, picture: Path | None
) -> int:
    """A request to end is like Ctrl-C: everything that was started is ended."""
    this = asyncio.current_task()
    if this is not None:
        for number in (signal.SIGTERM, signal.SIGHUP):
            asyncio.get_running_loop().add_signal_handler(number, this.cancel)
    return await _play(acts, factor, console, as_json=as_json, picture=picture)


async def _play(acts: Sequence[Act], factor: float, console: Console, *, as_json: bool, picture: Path | None) -> int:
    machine = SystemClock()
    began = machine.monotonic()
    async with Stage(factor) as stage, aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=20)) as http:
        with _status(console, "setting the stage: stores, servers, watchmen, a double of Twilio"):
            houses = await _houses(stage, acts)
        scenes = [scene_of(act, houses[_house_of(act)], http, n) for n, act in enumerate(acts)]
        lag = Lag(machine)
        failures = await _acts(scenes, console, factor, lag, stage.city.why)
        kept = [await left_behind(scene) for scene in scenes]
        invariants = checked(kept, houses.values())
        if stage.city.maps is not None:
            for part in walked(scenes[0], opened(stage.city.maps), Settings().data_dir):
                console.print(part)
        for part in report.closing(scenes, invariants, machine.monotonic() - began):
            console.print(part)
        good = all(s.kept and not report.diff_of(s) for s in scenes) and not any(i.violations for i in invariants)
        for failure in failures:
            console.print(Text(failure, style="bold red"))
        if not good and lag.worst_s > HICCUP_S:
            fast_s = lag.worst_s * factor
            console.print(f"This machine paused for {lag.worst_s:.1f} s, which is {fast_s:.0f} s by the fast clock.")
        if picture is not None:
            report.picture(scenes[0], picture)
    if as_json:
        report.write_json(report.as_object(scenes, invariants))
    return 0 if good and not failures else 1


def _house_of(act: Act) -> str:
    return ALONE if act.own_house else TOWN


async def _houses(stage: Stage, acts: Sequence[Act]) -> dict[str, DemoHouse]:
    """One deployment for all, and one for the act that kills its own."""
    names = list(dict.fromkeys(_house_of(act) for act in acts))
    return {house.name: house for house in await stage.houses(*names)}


async def _acts(scenes: list[Scene], console: Console, factor: float, lag: "Lag", without: str) -> list[str]:
    """All acts at the same time, told as they go. Returns what went wrong, in words."""
    telling = report.Telling(console, scenes, factor, without)
    telling.opening()
    playing = {scene.act.name: asyncio.create_task(played(scene), name=scene.act.name) for scene in scenes}
    watching = asyncio.create_task(lag.watch())

    def over(scene: Scene) -> bool:
        return playing[scene.act.name].done()

    try:
        with _status(console, "") as status:
            while not all(map(over, scenes)):
                telling.step(over=over)
                if status is not None:
                    status.update(telling.progress())
                await breathe(TOLD_REAL_S)
        telling.step(over=over)
        said = [_said(scene, playing[scene.act.name]) for scene in scenes]
        return [words for words in said if words]
    finally:
        for task in (*playing.values(), watching):
            task.cancel()
        await asyncio.gather(*playing.values(), watching, return_exceptions=True)


def _status(console: Console, words: str) -> AbstractContextManager[Status | None]:
    """A line at the bottom of a terminal; nothing anywhere else."""
    return console.status(words) if console.is_terminal else nullcontext()


def _said(scene: Scene, task: "asyncio.Task[None]") -> str:
    error = task.exception()
    return "" if error is None else f"{scene.act.name} broke off: {str(error) or repr(error)}"


class Lag:
    """How long this process, and so probably the machine, has stood still at worst."""

    def __init__(self, machine: SystemClock) -> None:
        self._machine, self.worst_s = machine, 0.0

    async def watch(self) -> None:
        """Looks until cancelled."""
        while True:
            before = self._machine.monotonic()
            await breathe(LOOK_S)
            self.took(LOOK_S, self._machine.monotonic() - before)

    def took(self, meant_s: float, took_s: float) -> None:
        """A pause that was meant to be so long took so long."""
        self.worst_s = max(self.worst_s, took_s - meant_s)
