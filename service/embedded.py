"""The embedded store: a real Valkey server as a supervised child, on a data directory of its own.

A data directory holds:

    owner.lock   held by the program that looks after the store, for as long as it lives
    store.lock   held by the server itself, through a descriptor it inherits, for as long as it lives
    valkey.sock  where it listens; of a directory whose path is too long for a socket, `socket` tells where
    valkey.log, appendonlydir/

Two servers would start on one directory without complaint and both append to one file; the locks are
what prevents it. A server outlives a killed program, and the next one takes it over as it is: it holds
the lock, it listens where only its owner can, and it says that this is its directory.
"""

import asyncio
import fcntl
import logging
import os
import resource
import shutil
import signal
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote

from .clock import Clock, SystemClock
from .store import StoreUnavailable, WrongStore
from .store_binary import find_binary
from .valkey_line import Line, Reply

_LOG = logging.getLogger(__name__)
# The kernels' limits are 108 (Linux) and 104 (macOS) bytes, the final zero included.
_SOCKET_BYTES = 100
APPENDED = "appendonlydir"
"""Where a data directory holds what was written."""
_SETTINGS = {
    "port": "0",
    "unixsocketperm": "700",
    "daemonize": "no",
    "logfile": "valkey.log",
    "appendonly": "yes",
    "appendfsync": "always",
    "no-appendfsync-on-rewrite": "no",
    "auto-aof-rewrite-min-size": "256mb",
    "save": "",
    "maxmemory-policy": "noeviction",
}
# What a server needs of our environment; tokens and keys stay here.
_ENVIRONMENT = ("PATH", "TMPDIR", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
_SHORTEST_PAUSE_S, _LONGEST_PAUSE_S = 0.2, 10.0
_CALM_S = 60.0
_POLL_S = 0.02
_TAKE_OVER_S = 2.0
_STOP_S = 10.0
_PRIVATE = "lamplit-"
_LAST_WORDS_BYTES = 4096


class DataDirectoryInUse(WrongStore):
    """Another program, or a server this one cannot take over, holds the data directory."""


class EmbeddedStore:
    """`async with EmbeddedStore(data_dir, clock) as embedded:` and `embedded.url` is a store to connect to.

    Entering raises WrongStore in one sentence (no server found, directory in use, server does not start).
    When the server dies it is started again after pauses of 0.2 s to 10 s of `clock`, for ever; the url
    stays. `note` is told each time. `file_size_limit`, in bytes, makes the server unable to write beyond
    it (Linux), for tests of a full disk; it may be changed between starts.
    """

    def __init__(
        self,
        data_dir: Path,
        clock: Clock,
        *,
        note: Callable[[str], None] = _LOG.warning,
        file_size_limit: int | None = None,
    ) -> None:
        # Resolved, because the server tells its directory without symbolic links.
        self.data_dir = data_dir.resolve()
        self.file_size_limit = file_size_limit
        self.starts_again = 0
        """How often the server was started again."""
        self.adopted = False
        """Whether the server was found running, left by a program that was killed."""
        self._clock = clock
        self._note = note
        self._owner: int | None = None
        self._process: asyncio.subprocess.Process | None = None
        self._adopted_pid = 0
        self._socket = self.data_dir / "valkey.sock"
        self._supervisor: asyncio.Task[None] | None = None

    @property
    def url(self) -> str:
        """Where to connect, for this process and those it starts."""
        return f"unix://{quote(str(self._socket))}"

    @property
    def pid(self) -> int:
        """The process id of the server, or of the last one while it is being started again."""
        return self._process.pid if self._process else self._adopted_pid

    async def __aenter__(self) -> Self:
        self.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.data_dir.chmod(0o700)
        self._owner = _lock(self.data_dir / "owner.lock")
        if self._owner is None:
            raise DataDirectoryInUse(f"data directory in use: {self.data_dir}")
        try:
            await self._start_or_adopt()
        except BaseException:
            await self._let_go()
            raise
        self._supervisor = asyncio.create_task(self._supervise(), name="embedded-store")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._supervisor:
            self._supervisor.cancel()
            with suppress(asyncio.CancelledError):
                await self._supervisor
        await self._let_go()

    async def _start_or_adopt(self) -> None:
        patience = int(_TAKE_OVER_S / _POLL_S)
        for _ in range(patience):
            lock = _lock(self.data_dir / "store.lock")
            if lock is not None:
                self._choose_socket()
                if not await self._start(lock):
                    raise WrongStore(f"the store does not start: {self._last_words()}")
                return
            # A server holds the lock: one that was left behind, or one that is just dying.
            if await self._adopt():
                return
            await SystemClock().sleep(_POLL_S)
        raise DataDirectoryInUse(f"data directory in use by a server that cannot be taken over: {self.data_dir}")

    async def _adopt(self) -> bool:
        self._socket = self._recorded_socket()
        found = await self._server()
        if not found or found.data_dir != str(self.data_dir):
            return False
        while not await self._ready():
            await SystemClock().sleep(_POLL_S)
        self._adopted_pid, self.adopted = found.pid, True
        self._note(f"taking over the store that was left running, process {found.pid}")
        return True

    def _choose_socket(self) -> None:
        # Nobody listens there any more.
        self._remove_socket()
        self._socket = self.data_dir / "valkey.sock"
        if len(os.fsencode(self._socket)) > _SOCKET_BYTES:
            self._socket = Path(tempfile.mkdtemp(prefix=_PRIVATE)) / "valkey.sock"
            # Written before the server runs: whoever comes next must find it even if we die right now.
            (self.data_dir / "socket").write_text(str(self._socket))

    def _recorded_socket(self) -> Path:
        record = self.data_dir / "socket"
        return Path(record.read_text()) if record.exists() else self.data_dir / "valkey.sock"

    def _remove_socket(self) -> None:
        socket = self._recorded_socket()
        socket.unlink(missing_ok=True)
        if socket.parent != self.data_dir and socket.parent.name.startswith(_PRIVATE):
            shutil.rmtree(socket.parent, ignore_errors=True)
        (self.data_dir / "socket").unlink(missing_ok=True)

    async def _start(self, lock: int) -> bool:
        """Start the server; True once it answers, False when it died before. Takes `lock` over."""
        settings = {**_SETTINGS, "dir": str(self.data_dir), "unixsocket": str(self._socket)}
        arguments = [part for name, value in settings.items() for part in (f"--{name}", value)]
        environment = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
        try:
            self._process = await asyncio.create_subprocess_exec(
                str(find_binary()),
                *arguments,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.DEVNULL,
                stderr=asyncio.subprocess.DEVNULL,
                cwd=self.data_dir,
                env={**environment, "LC_ALL": "C"},
                pass_fds=(lock,),
                # Ctrl-C in a terminal is for us; the server goes when we are done with it.
                start_new_session=True,
                # A write beyond a limit then fails like one on a full disk, and does not raise SIGXFSZ.
                restore_signals=False,
            )
        finally:
            os.close(lock)
        self._limit_file_size(self._process.pid)
        while self._process.returncode is None:
            found = await self._server()
            if found and found.pid == self._process.pid and await self._ready():
                return True
            await SystemClock().sleep(_POLL_S)
        return False

    async def _supervise(self) -> None:
        pause_s = _SHORTEST_PAUSE_S
        while True:
            began = self._clock.monotonic()
            ended = await self._end_of_server()
            if self._clock.monotonic() - began > _CALM_S:
                pause_s = _SHORTEST_PAUSE_S
            self._note(f"the store died ({ended}), starting it again in {pause_s:g} s: {self._last_words()}")
            await self._clock.sleep(pause_s)
            pause_s = min(2 * pause_s, _LONGEST_PAUSE_S)
            self.starts_again += 1
            lock = _lock(self.data_dir / "store.lock")
            if lock is None:
                continue
            try:
                if await self._start(lock):
                    self._note(f"the store is back, process {self.pid}")
            except (OSError, WrongStore) as error:
                self._note(f"the store cannot be started: {error}")

    async def _end_of_server(self) -> str:
        if self._process:
            return f"exit {await self._process.wait()}"
        # Not our child, so nobody tells us; but its lock ends with it.
        while (lock := _lock(self.data_dir / "store.lock")) is None:
            await self._clock.sleep(_SHORTEST_PAUSE_S)
        os.close(lock)
        return "a server that was taken over"

    async def _let_go(self) -> None:
        """Stop the server and give the directory free."""
        if self._process or self.adopted:
            await self._stop()
            self._remove_socket()
        if self._owner is not None:
            os.close(self._owner)
            self._owner = None

    async def _stop(self) -> None:
        if self._process:
            with suppress(ProcessLookupError):
                self._process.terminate()
            try:
                await asyncio.wait_for(self._process.wait(), _STOP_S)
            except TimeoutError:
                self._process.kill()
                await self._process.wait()
            return
        lock = _lock(self.data_dir / "store.lock")
        if lock is not None:
            # It has ended already; its process id may be anybody's by now.
            os.close(lock)
            return
        with suppress(ProcessLookupError):
            os.kill(self._adopted_pid, signal.SIGTERM)
        with suppress(TimeoutError):
            await asyncio.wait_for(self._end_of_server(), _STOP_S)

    def _limit_file_size(self, pid: int) -> None:
        if self.file_size_limit is not None:
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (self.file_size_limit, self.file_size_limit))

    async def _server(self) -> "_Server | None":
        """Who answers at the socket; a server tells this even while it still loads."""
        info, config = await self._asked(("INFO", "server"), ("CONFIG", "GET", "dir")) or (b"", [])
        lines = dict(line.split(":", 1) for line in info.decode().split() if ":" in line)
        return _Server(int(lines["process_id"]), os.fsdecode(config[1])) if config and lines else None

    async def _ready(self) -> bool:
        return await self._asked(("PING",)) == [b"PONG"]

    async def _asked(self, *commands: tuple[str, ...]) -> list[Reply] | None:
        line = Line(self.url, timeout_s=2.0)
        try:
            return await line.read(*commands)
        except StoreUnavailable:
            return None
        finally:
            await line.close()

    def _last_words(self) -> str:
        log = self.data_dir / "valkey.log"
        try:
            with log.open("rb") as file:
                file.seek(max(0, log.stat().st_size - _LAST_WORDS_BYTES))
                lines = file.read().decode(errors="replace").splitlines()
        except OSError as error:
            return str(error)
        return lines[-1] if lines else f"nothing in {log}"


@dataclass(frozen=True, slots=True)
class _Server:
    pid: int
    data_dir: str


def _lock(path: Path) -> int | None:
    """The descriptor that holds the lock; None when somebody else does."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    return descriptor
