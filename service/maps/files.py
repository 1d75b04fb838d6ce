"""Where maps lie: a folder for each region, and one small file that says which of its files count.

    <maps>/<region>/current.json           what counts; replaced in one step, the only moment at which a map changes
                    <stamp>.streets         the streets, mapped by every process
                    <stamp>.pmtiles         what pages draw; not always there
                    extra/                  what was imported beside OpenStreetMap, applied again at each build
                    source.osm.pbf          what it was built from, if that was downloaded
                    part/                   downloads that are not whole yet
                    .lock                   held by whoever builds

Reading needs no lock: `current()` is whole or it is the one before. A file goes when another has taken its place; who has
it mapped reads on. A build that was killed leaves files that nothing names: the next one clears them away.
"""

import fcntl
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_hex

import msgspec

from geofence.streets.format import FORMAT, MapError, sync
from geofence.streets.region import Region
from service import packages

NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")
CURRENT = "current.json"
STREETS, TILES = ".streets", ".pmtiles"
STAGING, DRAWING = ".extra-", ".tiles-"
"""What folders of a build under way begin with."""
LOCK = ".lock"
KEPT = "source.osm.pbf"
"""A source that was downloaded, as it was last built from: to build again needs no network."""
_PLAIN = re.compile(r"[0-9A-Za-z][0-9A-Za-z.-]*")


class MapInUse(Exception):
    """Somebody else builds this region at the moment."""


class Current(msgspec.Struct, frozen=True, kw_only=True):
    """The files of a region that count, and where they come from. `tiles` and `tiles_before` are "" where there are none.

    `tiles_before` are those of the build before: pages that were opened meanwhile still ask for them. `source` is the file
    in words, `origin` where it can be had again (a name, an address, a path), `etag` the mark it had there. `checked`: it
    was held against the checksum of whoever publishes it. `data_at`: how old the data is, None: nobody knows. `extra`:
    the sums of what was imported for this build, by file name.
    """

    streets: str
    sha256: str
    size: int
    source: str
    source_sha256: str
    built_at: float
    data_at: float | None = None
    checked: bool = False
    tiles: str = ""
    tiles_before: str = ""
    origin: str = ""
    etag: str = ""
    extra: dict[str, str] = {}
    format: int = FORMAT

    @property
    def stamp(self) -> str:
        """What tells this build from every other."""
        return self.streets.removesuffix(STREETS)


Seen = tuple[int, int, int]
"""What `Folder.seen` tells of `current.json`: another value, another map."""


@dataclass(frozen=True, slots=True)
class Folder:
    """The folder of one region, which need not be there yet."""

    path: Path

    @property
    def name(self) -> str:
        """The region's name."""
        return self.path.name

    @property
    def extra(self) -> Path:
        """What was imported for it."""
        return self.path / "extra"

    @property
    def part(self) -> Path:
        """Downloads that are not whole yet."""
        return self.path / "part"

    def seen(self) -> Seen | None:
        """Changes whenever the map does: cheap enough to be asked every few seconds. None: there is no map."""
        try:
            there = (self.path / CURRENT).stat()
        except OSError:
            return None
        return there.st_ino, there.st_mtime_ns, there.st_size

    def current(self) -> Current | None:
        """What counts now; None: nothing has been built. Raises MapError where that cannot be read."""
        try:
            text = (self.path / CURRENT).read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise MapError(CURRENT, "a file that can be read", error.strerror or error) from None
        try:
            found = msgspec.json.decode(text, type=Current)
        except (msgspec.DecodeError, UnicodeError) as error:
            raise MapError(CURRENT, "what a build writes", error) from None
        for name in (found.streets, found.tiles, found.tiles_before):
            if name and not _PLAIN.fullmatch(name):
                raise MapError(CURRENT, "names of files beside it", repr(name))
        if found.format != FORMAT:
            raise MapError(CURRENT, f"format {FORMAT}, so build it again", found.format)
        return found

    def opened(self) -> tuple[Current, Region] | None:
        """What counts, and its streets; None: nothing has been built. Raises MapError."""
        while (found := self.current()) is not None:
            try:
                return found, Region.open(self.path / found.streets)
            except MapError:
                if self.current() == found:  # else a build has just put another one in its place
                    raise
        return None

    def is_whole(self, current: Current) -> bool:
        """Whether its streets are, byte for byte, what was built: a disk that forgets is found out. Reads all of them, at half
        a gigabyte a second."""
        return packages.is_whole(self.path / current.streets, current.sha256)

    def damage(self, current: Current) -> str:
        """What is to be said of streets that are not what was built; "": they are."""
        if self.is_whole(current):
            return ""
        return f"{current.streets} is damaged; build it again: lamplit map build {self.name}"

    def fresh(self, now: float) -> Path:
        """A new name for the streets of a build; nothing counts under it before `commit`. For who holds the lock."""
        return self.path / f"{datetime.fromtimestamp(now, UTC):%Y%m%dT%H%M%S}-{token_hex(2)}{STREETS}"

    def commit(self, made: Current) -> None:
        """From now on these files count, together. They lie in the folder, whole; for who holds the lock."""
        for name in (made.streets, made.tiles):
            if name and not (self.path / name).is_file():
                raise MapError(CURRENT, "files that are there", name)
        beside = self.path / f"{CURRENT}.tmp"
        write(beside, msgspec.json.format(msgspec.json.encode(made), indent=1) + b"\n")
        beside.replace(self.path / CURRENT)
        sync(self.path)
        self.sweep()

    def sweep(self) -> None:
        """Remove what nothing names: older builds, and leftovers of one that was killed. For who holds the lock."""
        try:
            found = self.current()
        except MapError:
            return  # a person has to look at it; until then nothing that it may mean is removed
        kept = {found.streets, found.tiles, found.tiles_before} if found else set()
        for path in self.path.iterdir():
            ours = path.suffix in (STREETS, TILES, ".tmp") or path.name.endswith("-journal")
            if path.name.startswith((STAGING, DRAWING)):
                shutil.rmtree(path, ignore_errors=True)
            elif ours and path.name not in kept and path.is_file():
                path.unlink(missing_ok=True)

    def forget(self) -> None:
        """Remove the region with everything in it. For who holds the lock; who has it mapped reads on."""
        (self.path / CURRENT).unlink(missing_ok=True)
        shutil.rmtree(self.path)

    @contextmanager
    def locked(self, now: float) -> Iterator[None]:
        """Build alone; makes the folder, which is gone afterwards if nothing came of it. Raises MapInUse, which says who is
        at it, and MapError where none can be made."""
        is_new = not self.path.exists()
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            number = os.open(self.path / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise MapError("maps", f"a folder to write to at {self.path}", error.strerror or error) from None
        try:
            try:
                fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if os.fstat(number).st_ino != (self.path / LOCK).stat().st_ino:  # removed with its folder meanwhile
                    raise FileNotFoundError
            except OSError:
                who = os.read(number, 200).decode("utf-8", "replace").strip()
                raise MapInUse(f"{self.name} is being built already{f' ({who})' if who else ''}") from None
            os.ftruncate(number, 0)
            os.pwrite(
                number, f"process {os.getpid()} since {datetime.fromtimestamp(now, UTC):%H:%M:%S} UTC".encode(), 0
            )
            try:
                yield
            finally:
                if is_new:
                    self._leave_nothing()
        finally:
            os.close(number)  # the lock goes with it, even when the process is killed

    def _leave_nothing(self) -> None:
        """A folder that was made for a build of which nothing came: a region that nobody has."""
        with suppress(OSError):  # what is in them is worth keeping
            there = {path.name for path in self.path.iterdir()}
            if there <= {LOCK, self.part.name, self.extra.name}:
                for name in there - {LOCK}:
                    (self.path / name).rmdir()
                (self.path / LOCK).unlink()
                self.path.rmdir()


def folder(maps: Path, name: str) -> Folder:
    """The folder of a region. Raises MapError for a name that is none."""
    if not NAME.fullmatch(name):
        raise MapError("name", "1 to 40 small letters, digits and dashes", name[:80] or "nothing")
    return Folder(maps / name)


def regions(maps: Path) -> list[Folder]:
    """The folders in which something was built, by name."""
    found: list[Folder] = []
    with suppress(OSError):
        found = [Folder(path) for path in maps.iterdir() if NAME.fullmatch(path.name) and (path / CURRENT).is_file()]
    return sorted(found, key=lambda one: one.name)


def write(path: Path, content: bytes) -> None:
    """Write a file that is on disk before it gets its name: or a power cut leaves the name on an empty one."""
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
