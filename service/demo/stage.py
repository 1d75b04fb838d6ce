"""The stage: real processes on the loopback with one fast clock for all, in a directory that is gone afterwards.

async with Stage(factor=30.0) as stage:
    (house,) = await stage.houses("town")  # Valkey, a web process, a watchman, and a double of the provider
    await house.kill()  # kill -9 of web and watchman; the store and the provider live on
    await house.start()
# every process is gone and so is the directory, whatever happened inside
"""

import asyncio
import os
import secrets
import shutil
import signal
import socket
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Self
from zoneinfo import ZoneInfo

import aiohttp
import msgspec

from service.clock import Clock, ScaledClock, SystemClock, breathe
from service.embedded import EmbeddedStore
from service.settings import PREFIX
from service.store import Store
from service.valkey_store import ValkeyStore

from .city import City, city
from .provider.phones import Person
from .twilio_double import ACCOUNT, SENDER, TOKEN, WORD_S, TwilioDouble

ZONE = "Europe/London"
EVENING = (22, 30)
START_REAL_S = 45.0
STOP_REAL_S = 6.0
CALLBACK_STEP_S = 1.0
ROOT = Path(__file__).resolve().parent.parent.parent


class StageError(Exception):
    """The stage could not be set up, or a part of it fell over; one sentence."""


class Process:
    """One process of ours in a group of its own, its words in `log`. Ended for certain by `end`."""

    def __init__(
        self,
        command: Sequence[str],
        environment: Mapping[str, str],
        cwd: Path,
        log: Path,
        *,
        stop_real_s: float = STOP_REAL_S,
    ) -> None:
        self._command, self._environment, self._cwd, self.log = command, environment, cwd, log
        self._stop_real_s = stop_real_s
        self._process: asyncio.subprocess.Process | None = None

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.returncode is None

    async def start(self) -> None:
        with self.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *self._command,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self._cwd,
                env=dict(self._environment),
                start_new_session=True,  # Ctrl-C is for the demo, which then ends them in order
            )

    async def kill(self) -> None:
        """kill -9, at once."""
        self._signal(signal.SIGKILL)
        if self._process is not None:
            await self._process.wait()

    async def end(self) -> None:
        """Ask it to end; after a few seconds insist."""
        if self._process is None:
            return
        self._signal(signal.SIGTERM)
        with suppress(TimeoutError):
            await asyncio.wait_for(self._process.wait(), self._stop_real_s)
        await self.kill()

    def _signal(self, number: signal.Signals) -> None:
        if self._process is not None and self._process.returncode is None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, number)

    def last_words(self) -> str:
        """The last line of its log, for an error."""
        lines = self.log.read_text("utf-8", "replace").splitlines() if self.log.exists() else []
        return lines[-1] if lines else "no word from it"


class DemoHouse:
    """One deployment: a store, a web process and a watchman over it, and the provider's double they send through."""

    def __init__(
        self,
        name: str,
        directory: Path,
        clock: ScaledClock,
        *,
        maps: Path | None = None,
        command: Sequence[str] = (sys.executable, "-m", "service"),
    ) -> None:
        self.name, self.directory, self.clock = name, directory, clock
        self.maps = maps
        """Where its street maps lie; None: it has none."""
        self._command = command
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.embedded = EmbeddedStore(directory / "store", SystemClock(), note=lambda _: None)
        self.double = TwilioDouble(
            clock=clock,
            inbound_url=f"{self.url}/twilio/sms",
            voice_url=f"{self.url}/twilio/voice/in",
            step_s=CALLBACK_STEP_S,
            word_s=WORD_S,
        )
        self.double.exchange.phones.person = Person(answers_after_s=None)  # asleep, unless an act says otherwise
        self.killed = False
        """Whether web and watchman were ever killed: then they were away, and may say so."""
        self._secret = secrets.token_hex(32)
        self._processes: list[Process] = []
        self._store: ValkeyStore | None = None
        self._stack = AsyncExitStack()

    @property
    def store(self) -> Store:
        """A look of our own at what is on disk."""
        assert self._store is not None, "the house is not up"
        return self._store

    @property
    def logs(self) -> list[Path]:
        return [process.log for process in self._processes]

    async def __aenter__(self) -> Self:
        self.directory.mkdir(parents=True)
        try:
            await self._stack.enter_async_context(self.embedded)
            await self._stack.enter_async_context(self.double)
            self._store = ValkeyStore(self.embedded.url)
            self._stack.push_async_callback(self._store.close)
            self._processes = [
                self._process("web", "web", "--port", str(self.port)),
                self._process("watchman", "watchman"),
            ]
            for process in self._processes:
                self._stack.push_async_callback(process.end)
            await self.start()
        except BaseException:
            await self._stack.aclose()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await asyncio.shield(self._stack.aclose())

    async def start(self) -> None:
        """Web and watchman; returns when `/health` says that the promise is being kept. Raises StageError."""
        for process in self._processes:
            await process.start()
        async with aiohttp.ClientSession() as http:
            for _ in range(int(START_REAL_S / 0.05)):
                for process in self._processes:
                    if not process.running:
                        raise StageError(f"{self.name}: a process ended at its start: {process.last_words()}")
                if await self._healthy(http):
                    return
                await breathe(0.05)
        raise StageError(f"{self.name}: not healthy after {START_REAL_S:.0f} s: {self._processes[0].last_words()}")

    async def kill(self) -> None:
        """kill -9 of web and watchman."""
        self.killed = True
        for process in self._processes:
            await process.kill()

    async def _healthy(self, http: aiohttp.ClientSession) -> bool:
        with suppress(aiohttp.ClientError, TimeoutError):
            async with http.get(f"{self.url}/health", timeout=aiohttp.ClientTimeout(total=2)) as answer:
                report = msgspec.json.decode(await answer.read())
                return answer.status == 200 and report.get("last_round_s_ago") is not None
        return False

    def _process(self, name: str, *arguments: str) -> Process:
        return Process(
            [*self._command, *arguments],
            self.environment(),
            self.directory,
            self.directory / f"{name}.log",
        )

    def environment(self) -> dict[str, str]:
        """Nothing of this machine's own settings reaches the stage, and no `.env`: its directory has none."""
        kept = {name: value for name, value in os.environ.items() if not name.upper().startswith(PREFIX)}
        ours = {
            "DATA_DIR": str(self.directory / "data"),
            "STORE_URL": self.embedded.url,
            "PUBLIC_URL": self.url,
            "PORT": str(self.port),
            "SECRET": self._secret,
            "TWILIO_ACCOUNT_SID": ACCOUNT,
            "TWILIO_AUTH_TOKEN": TOKEN,
            "TWILIO_FROM": SENDER,
            "TWILIO_BASE_URL": self.double.base_url,
            "TIMEZONE": ZONE,
            "CLOCK_FACTOR": repr(self.clock.factor),
            "CLOCK_ORIGIN": repr(self.clock.origin_at),
            "LOG_FORMAT": "json",
        } | ({} if self.maps is None else {"MAPS": str(self.maps)})
        return kept | {"PYTHONPATH": str(ROOT)} | {f"{PREFIX}{name}": value for name, value in ours.items()}


class Stage:
    """Houses on the loopback; see the module. `clock` begins this evening at half past ten."""

    def __init__(self, factor: float, machine: Clock | None = None) -> None:
        self.clock = evening(factor, (machine or SystemClock()).now())
        self.directory = Path()
        self.city = City()
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        self.directory = Path(tempfile.mkdtemp(prefix="lamplit-demo-"))
        self._stack.callback(shutil.rmtree, self.directory, ignore_errors=True)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await asyncio.shield(self._stack.aclose())

    async def houses(self, *names: str) -> list[DemoHouse]:
        """Houses of their own, started side by side."""
        self.city = await asyncio.to_thread(city, self.directory / "maps")
        made = [DemoHouse(name, self.directory / name, self.clock, maps=self.city.maps) for name in names]
        starting = [asyncio.create_task(self._stack.enter_async_context(house)) for house in made]
        done = await asyncio.gather(*starting, return_exceptions=True)
        for result in done:
            if isinstance(result, BaseException):
                raise result
        return made


def evening(factor: float, now: float) -> ScaledClock:
    """A clock `factor` times as fast that shows half past ten this evening: fast clocks start from an instant in the
    past at which they were right, so that every process agrees with no more than that instant and the factor."""
    here = datetime.fromtimestamp(now, UTC).astimezone(ZoneInfo(ZONE))
    begins = here.replace(hour=EVENING[0], minute=EVENING[1], second=0, microsecond=0)
    if begins <= here:
        begins += timedelta(days=1)
    ahead_s = begins.timestamp() - now
    return ScaledClock(factor, now - ahead_s / (factor - 1.0) if factor > 1.0 else now)


def minute(at: float) -> str:
    """An instant as people here read it."""
    return datetime.fromtimestamp(at, UTC).astimezone(ZoneInfo(ZONE)).strftime("%H:%M")


def free_port() -> int:
    """A port on the loopback that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
