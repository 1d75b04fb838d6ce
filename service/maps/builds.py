"""What `lamplit map build` does: finds what was asked for, fetches it if need be, and makes a map of it."""

import asyncio
import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from geofence.streets.format import MapError
from service.packages import sha256_of
from service.settings import Settings

from . import fetch, index, newcomer, tiles
from .files import KEPT, Current, Folder, folder
from .making import Build, Draw, Made, NoTiles, NotMade, Source, Told, in_a_child, make, sums_of

FILES = (".pbf", ".osm", ".osm.bz2", ".osm.gz")
_SUMS = {"md5": 32, "sha256": 64}
"""What may lie beside a file, by how its name ends, and how many digits it has."""
_SUM_BYTES = 4096
_ENDS = (*(f".osm{end}" for end in (".pbf", ".bz2", ".gz")), ".pbf", ".osm", "-latest")


class Shown(Protocol):
    """Whoever watches: a bar on a terminal, lines in a log."""

    def coming(self, here: int, all_: int | None) -> None:
        """So many bytes of so many are here."""
        ...

    def doing(self, what: str, share: float) -> None:
        """How far the build is, from 0 to 1."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """`what`: a name or a file. None: as it was, or as is usual."""

    what: str
    name: str | None = None
    zone: str | None = None
    tiles: bool = True
    again: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What counts now. `made` is None where it was there already."""

    folder: Folder
    current: Current
    made: Made | None


@dataclass(frozen=True, slots=True)
class Builder:
    """Builds the maps of a deployment. What it raises is one sentence: NotMade, MapError, MapInUse, FetchError,
    NewcomerError."""

    settings: Settings
    now: float
    shown: Shown
    by: Build = in_a_child

    def build(self, asked: Asked) -> Outcome:
        """What was asked for, or nothing if that is there already."""
        if Path(asked.what).is_dir() and (not asked.what or asked.what[0] in "./" or asked.what[-1] == "/"):
            raise NotMade(
                f"expected a region's name or a file, got {f'the folder {asked.what}' if asked.what else 'nothing'}"
            )
        if Path(asked.what).is_file() or asked.what.lower().endswith(FILES):
            path = Path(asked.what)
            return self._built(asked, region_of(path), lambda _there, _before: _of_file(path))
        known = newcomer.EXTRACTS.get(name := asked.what.lower())
        if known is not None:
            return self._built(asked, name, lambda _there, _before: self._newcomers(name), known.zone)
        before = self._of_a_file(asked)
        if before is not None:
            return self._built(asked, name, lambda there, _before: self._once_more(there, before))
        entry = asyncio.run(index.look_up(self.settings.map_index, asked.what))
        return self._built(asked, index.plain(entry.id), lambda there, before: self._fetched(there, before, entry))

    def rebuild(self, there: Folder, put: Mapping[str, bytes | None]) -> Made:
        """The same region from the same source, with other lists. For who holds the lock."""
        before = there.current()
        if before is None:
            raise NotMade(f"there is no map {there.name}: lamplit map build {there.name}")
        draw = _draw if before.tiles else None
        source, zone = self._once_more(there, before), zone_of(there) or self.settings.timezone
        return make(there, source, zone, self.now, told=self.shown.doing, draw=draw, put=put, by=self.by)

    def _built(
        self,
        asked: Asked,
        usual_name: str,
        source_of: Callable[[Folder, Current | None], Source],
        usual_zone: str = "",
    ) -> Outcome:
        there = folder(self.settings.maps_dir, asked.name or usual_name)
        with there.locked(self.now):
            before = _before(there)
            source = source_of(there, before)
            zone = asked.zone or zone_of(there) or usual_zone or self.settings.timezone
            if before is not None and not asked.again and _is_of(there, before, source, zone, wants_tiles=asked.tiles):
                return Outcome(there, before, None)
            draw: Draw | None = _draw if asked.tiles else None
            try:
                made = make(there, source, zone, self.now, told=self.shown.doing, draw=draw, by=self.by)
            finally:
                (there.part / KEPT).unlink(
                    missing_ok=True
                )  # whole, and no map: going on with it would never come right
        return Outcome(there, made.current, made)

    def _of_a_file(self, asked: Asked) -> Current | None:
        """What counts in the region of that name, if it was made of somebody's own file: that is what is meant."""
        try:
            found = folder(self.settings.maps_dir, asked.what.lower()).current()
        except MapError:
            return None
        return None if found is None or "://" in found.origin or found.origin in newcomer.EXTRACTS else found

    def _newcomers(self, name: str) -> Source:
        return newcomer.source(name, newcomer.fetch(newcomer.cache_of(self.settings)))

    def _fetched(self, there: Folder, before: Current | None, entry: index.Entry) -> Source:
        """What the index names, as it is there now: fetched, or the one that is here if there is none newer."""
        kept = there.path / KEPT
        ours = before is not None and before.origin == entry.pbf and kept.is_file()
        got = asyncio.run(
            fetch.fetch(
                entry.pbf,
                there.part / KEPT,
                self.shown.coming,
                sha256=entry.sha256,
                known=before.etag if before is not None and ours else "",
                begins=lambda head: b"OSMHeader" in head,
            )
        )
        if got is None:
            assert before is not None  # only what is known is not fetched
            return _kept(kept, before)
        return Source(
            path=got.path,
            words=f"{entry.pbf.rpartition('/')[2]} from {fetch.host(entry.pbf)}",
            origin=entry.pbf,
            sha256=got.sha256,
            checked=got.checked,
            etag=got.etag,
            keep=True,
        )

    def _once_more(self, there: Folder, before: Current) -> Source:
        """What a map was built from."""
        if before.origin in newcomer.EXTRACTS:
            return self._newcomers(before.origin)
        if (there.path / KEPT).is_file():
            return _kept(there.path / KEPT, before)
        if Path(before.origin).is_file():
            return _of_file(Path(before.origin))
        raise NotMade(f"{before.source} is not where it was: lamplit map build FILE --name {there.name}")


def region_of(path: Path) -> str:
    """What the region of a file is called unless somebody says otherwise."""
    stem = path.name
    for end in _ENDS:
        stem = stem.removesuffix(end)
    return index.plain(stem)


def zone_of(there: Folder) -> str:
    """The zone of a map that counts; "": there is none that can be opened."""
    try:
        opened = there.opened()
    except MapError:
        return ""
    return opened[1].about.zone if opened else ""


def _before(there: Folder) -> Current | None:
    """What counts; whatever cannot be opened is built anew."""
    try:
        opened = there.opened()
    except MapError:
        return None
    return opened[0] if opened else None


def _is_of(there: Folder, before: Current, source: Source, zone: str, *, wants_tiles: bool) -> bool:
    """Whether another build would make the same."""
    lacks_tiles = wants_tiles and not before.tiles and tiles.program() is not None
    same = (before.source_sha256, before.extra) == (source.sha256 or sha256_of(source.path), sums_of(there.extra))
    if source.checked and not before.checked:
        return False  # it says so when it is built
    return same and zone_of(there) == zone and not lacks_tiles and there.is_whole(before)


def _of_file(path: Path) -> Source:
    try:
        sums = [_held(path, kind, digits) for kind, digits in _SUMS.items()]
        origin = str(path.resolve())
        return Source(path=path, words=path.name, origin=origin, sha256=sha256_of(path), checked=any(sums))
    except OSError as error:
        raise NotMade(f"{path}: cannot be read: {error.strerror or error}") from None


def _held(path: Path, kind: str, digits: int) -> bool:
    """Whether a sum of that kind lies beside a file, which then is what it says: a file that was cut off between two of its
    blocks reads like a whole one."""
    beside = path.with_name(f"{path.name}.{kind}")
    if not beside.is_file():
        return False
    with beside.open("rb") as opened:
        said = re.search(rf"\b[0-9a-f]{{{digits}}}\b", opened.read(_SUM_BYTES).decode("ascii", "replace").lower())
    if said is None:
        raise NotMade(f"{beside}: expected a checksum of {digits} hexadecimal digits, got none")
    with path.open("rb") as opened:
        got = hashlib.file_digest(opened, lambda: hashlib.new(kind, usedforsecurity=False)).hexdigest()
    if got != said[0]:
        raise NotMade(f"{path}: expected a file with {kind.upper()} {said[0]}, as {beside.name} says, got {got}")
    return True


def _kept(path: Path, before: Current) -> Source:
    return Source(
        path=path,
        words=before.source,
        origin=before.origin,
        sha256=before.source_sha256,
        checked=before.checked,
        etag=before.etag,
        keep=True,
    )


def _draw(streets: Path, target: Path, told: Told) -> None:
    try:
        tiles.draw(streets, target, told)
    except (tiles.TilesError, OSError) as error:
        raise NoTiles(str(error)) from None
