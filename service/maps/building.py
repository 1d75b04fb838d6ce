"""The build itself, in a process of its own: `python -m service.maps.building`, an order on stdin, lines of JSON out.

A broken file may end the process that reads it, and reading takes memory that a command's libraries should not add to.
"""

import os
import resource
import sys
from contextlib import suppress
from pathlib import Path

import msgspec

from geofence.streets.format import MapError
from geofence.streets.lamps import read_lamps
from geofence.streets.listed import ListError
from geofence.streets.places import Extra
from service import told_text

from .schedules import areas_of, read_schedules, shipped

LAMPS, SCHEDULES = "lamps.csv", "schedules.csv"
OUTLINES = (".geojson", ".json")
MOST_BYTES = 50_000_000


class Order(msgspec.Struct, frozen=True):
    """What is to be built from what. `extra`: the folder with what was imported."""

    source: str
    target: str
    zone: str
    extra: str


class Doing(msgspec.Struct, frozen=True, tag=True):
    """What is being done, and how much of the whole is done, from 0 to 1."""

    what: str
    share: float


class Done(msgspec.Struct, frozen=True, tag=True):
    """It is there. `peak_mb`: the most memory that it took."""

    sha256: str
    size: int
    data_at: float | None
    peak_mb: float


class Wrong(msgspec.Struct, frozen=True, tag=True):
    """It cannot be built: `field` and the sentence that goes with it."""

    field: str
    why: str


Said = Doing | Done | Wrong


def extra_of(folder: Path, zone: str) -> Extra:
    """What was imported for a region, and the areas of all schedules. Raises ListError."""
    lamps, schedules = text_of(folder / LAMPS), text_of(folder / SCHEDULES)
    own = () if schedules is None else read_schedules(schedules, folder)
    return Extra(
        zone=zone,
        lamps=() if lamps is None else read_lamps(lamps),
        areas=areas_of((*shipped(), *own)),
    )


def text_of(path: Path) -> str | None:
    """A list as text; None: it is not there. Raises ListError."""
    try:
        return told_text.text_of(path, MOST_BYTES)
    except told_text.NotThere:
        return None
    except told_text.NotUtf8 as error:
        raise ListError(f"{error}: save the list as “CSV UTF-8”") from None
    except told_text.TextError as error:
        raise ListError(str(error)) from None


def main() -> int:
    """One build."""
    from geofence.streets.build import build  # noqa: PLC0415 (its libraries are large: who only gives orders needs none)

    order = msgspec.json.decode(sys.stdin.buffer.read(), type=Order)
    try:
        extra = extra_of(Path(order.extra), order.zone)
        built = build(Path(order.source), Path(order.target), extra, lambda what, share: _say(Doing(what, share)))
        _say(Done(built.sha256, built.size, built.about.data_at, _peak_mb()))
    except MapError as error:
        _say(Wrong(error.field, error.reason))
        return 1
    except ListError as error:
        _say(Wrong("extra", str(error)))
        return 1
    except MemoryError:
        _say(Wrong("memory", "expected more of it, got none"))
        return 1
    except KeyboardInterrupt:
        return 1
    return 0


def _peak_mb() -> float:
    """The most memory that this program took. Linux's `ru_maxrss` counts what started it too, from before it was itself."""
    with suppress(OSError):
        for line in Path("/proc/self/status").read_text("ascii").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024 / 1e6
    scale = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * scale / 1e6


def _say(said: Said) -> None:
    try:
        sys.stdout.buffer.write(msgspec.json.encode(said) + b"\n")
        sys.stdout.buffer.flush()
    except BrokenPipeError:  # whoever asked was killed: nobody would let it count
        with suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or the interpreter complains as it ends
        sys.exit(1)


if __name__ == "__main__":
    sys.exit(main())
