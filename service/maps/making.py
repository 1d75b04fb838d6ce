"""A map made: built beside the one that counts, in a process of its own, and put in its place in one step."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from geofence.streets.format import MapError, sync
from service.packages import sha256_of

from .building import LAMPS, OUTLINES, SCHEDULES, Doing, Done, Order, Said, Wrong
from .files import KEPT, STAGING, TILES, Current, Folder, write

Told = Callable[[str, float], None]
"""Called with what is being done, and how much of the whole is done, from 0 to 1."""
Build = Callable[[Order, Told], Done]
"""Builds streets; raises NotMade."""
Draw = Callable[[Path, Path, Told], None]
"""Draws tiles from streets; raises NoTiles."""

_STREETS_SHARE = 0.6
_SPARING = {
    "MALLOC_MMAP_THRESHOLD_": "262144",
    "OSMIUM_POOL_THREADS": "1",
    "OSMIUM_MAX_INPUT_QUEUE_SIZE": "3",
    "OSMIUM_MAX_WORK_QUEUE_SIZE": "3",
    "OSMIUM_MAX_OSMDATA_QUEUE_SIZE": "3",
}
"""Large arrays go back to the system at once, and a reader that is ahead waits: 45 MB less at the peak of a county, in the
same time, and the same on a busy machine."""
_BUILDING = (sys.executable, "-m", "service.maps.building")
_SAID = msgspec.json.Decoder(Said)


class NotMade(Exception):
    """No map could be made, in one sentence; the one before counts on."""


class NoTiles(Exception):
    """The tiles cannot be drawn; the map works without them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A file of OpenStreetMap that is here. What the rest means: `Current`."""

    path: Path
    words: str
    origin: str
    sha256: str = ""
    checked: bool = False
    etag: str = ""
    keep: bool = False
    """It was downloaded, and is kept for the next build."""


@dataclass(frozen=True, slots=True)
class Made:
    """What a build has made. `without`: why there are no tiles; "": there are, or nobody wants any."""

    current: Current
    without: str
    peak_mb: float


def in_a_child(order: Order, told: Told, command: Sequence[str] = _BUILDING) -> Done:
    """The streets, by a process of its own."""
    with subprocess.Popen(  # noqa: S603 (ourselves)
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=os.environ | _SPARING
    ) as child:
        try:
            assert child.stdin is not None
            assert child.stdout is not None
            child.stdin.write(msgspec.json.encode(order))
            child.stdin.close()
            said: Said | None = None
            for line in child.stdout:
                said = _SAID.decode(line)
                if isinstance(said, Doing):
                    told(said.what, said.share)
            child.wait()
        except BaseException:
            child.kill()
            raise
    if isinstance(said, Done) and child.returncode == 0:
        return said
    if isinstance(said, Wrong):
        raise NotMade(f"{said.field}: {said.why}")
    raise NotMade(f"source: expected a whole file of OpenStreetMap, got {_ended(child.returncode)}")


def make(
    folder: Folder,
    source: Source,
    zone: str,
    now: float,
    *,
    told: Told,
    draw: Draw | None = None,
    put: Mapping[str, bytes | None] | None = None,
    by: Build = in_a_child,
) -> Made:
    """Build a region and let it count. `put`: lists that are imported with it (None: taken away), by file name. They lie in
    `extra` once the streets that have them in it are whole, just before these count: killed in between, the next build sees
    by their sums that they are not in the map that counts, and builds it with them. The other way round they would be lost.
    For who holds the lock. Raises NotMade."""
    folder.sweep()
    before = _before(folder)
    target = folder.fresh(now)
    try:
        with tempfile.TemporaryDirectory(dir=folder.path, prefix=STAGING) as staging:
            staged = _staged(folder, Path(staging), put or {})
            share = 1.0 if draw is None else _STREETS_SHARE
            order = Order(str(source.path), str(target), zone, staging)
            done = by(order, lambda what, part: told(what, part * share) if part < 1.0 else None)
            tiles, without = _tiles(target, draw, told)
            sha256 = source.sha256 or sha256_of(source.path)
            if source.keep and source.path != folder.path / KEPT:
                sync(source.path)
                source.path.replace(folder.path / KEPT)
            made = Current(
                streets=target.name,
                sha256=done.sha256,
                size=done.size,
                source=source.words,
                source_sha256=sha256,
                built_at=now,
                data_at=done.data_at,
                checked=source.checked,
                tiles=tiles,
                tiles_before=before.tiles if before else "",
                origin=source.origin,
                etag=source.etag,
                extra=sums_of(Path(staging)),
            )
            _put(folder, Path(staging), staged, put or {})
        folder.commit(made)
    except MapError as error:
        raise NotMade(str(error)) from None
    except OSError as error:
        raise NotMade(f"cannot write to {folder.path}: {error.strerror or error}") from None
    finally:
        _cleared(folder)
    told("done", 1.0)
    return Made(made, without, done.peak_mb)


def sums_of(extra: Path) -> dict[str, str]:
    """The sums of the lists that a build reads, and of the outlines beside them."""
    if not extra.is_dir():
        return {}
    return {path.name: sha256_of(path) for path in sorted(extra.iterdir()) if _is_built_in(path)}


def _is_built_in(path: Path) -> bool:
    return path.is_file() and (path.name in (LAMPS, SCHEDULES) or path.suffix in OUTLINES)


def _before(folder: Folder) -> Current | None:
    try:
        return folder.current()
    except MapError:
        return None


def _staged(folder: Folder, staging: Path, put: Mapping[str, bytes | None]) -> list[str]:
    """What will be imported, beside what is: the names of what is new."""
    if folder.extra.is_dir():
        for path in folder.extra.iterdir():
            if _is_built_in(path) and path.name not in put:
                shutil.copyfile(path, staging / path.name)
    for name, content in put.items():
        if content is not None:
            write(staging / name, content)
    return [name for name, content in put.items() if content is not None]


def _put(folder: Folder, staging: Path, staged: list[str], put: Mapping[str, bytes | None]) -> None:
    folder.extra.mkdir(exist_ok=True)
    for name in staged:
        (staging / name).replace(folder.extra / name)
    for name in put.keys() - set(staged):
        (folder.extra / name).unlink(missing_ok=True)
    sync(folder.extra)


def _cleared(folder: Folder) -> None:
    try:
        folder.sweep()
    except OSError:
        return  # the next build tries again


def _ended(code: int) -> str:
    if code == -signal.SIGKILL:
        return "a reader that was killed: is there memory enough?"
    return f"one that ends its reader ({signal.Signals(-code).name if code < 0 else f'exit {code}'})"


def _tiles(streets: Path, draw: Draw | None, told: Told) -> tuple[str, str]:
    """The name of the tiles, and why there are none."""
    if draw is None:
        return "", ""
    target = streets.with_suffix(TILES)
    try:
        draw(streets, target, lambda what, share: told(what, _STREETS_SHARE + (1.0 - _STREETS_SHARE) * share))
    except NoTiles as error:
        return "", str(error)
    return target.name, ""
