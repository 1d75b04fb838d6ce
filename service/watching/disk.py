"""Room on the disk: a full one ends the store, and nothing more is acknowledged (review H16).

Beside the embedded store lies a ballast file. When room runs out it goes first, which buys the night in which somebody
makes more.
"""

import os
import shutil
from pathlib import Path

from service.embedded import APPENDED
from service.settings import Settings
from service.store import WrongStore
from service.telemetry import logger

log = logger(__name__)

GB, MB = 1024**3, 1024**2
NEEDED = 2 * GB
"""What a new deployment begins with."""
LOW = GB
"""Below this somebody has to do something."""
BALLAST = 256 * MB
BALLAST_FILE = "ballast"
TIGHT = BALLAST
"""Below this the ballast goes."""
WRITTEN_AT_ONCE = MB


def begin(settings: Settings) -> None:
    """Before an embedded store is started. The sandbox, where nobody is at stake, starts anywhere.

    Raises WrongStore."""
    if not settings.real_provider:
        return
    short = demand_room(settings.data_dir, holds_journeys=(settings.data_dir / APPENDED).is_dir())
    if short is not None:
        log.error("little room on the disk", error=short)
    _lay(settings.data_dir)


def watch_room(settings: Settings) -> None:
    """Once a minute: when the disk is nearly full the ballast goes; it comes back when somebody has made room."""
    if settings.store_url or not settings.real_provider:
        return
    free = free_bytes(settings.data_dir)
    if free < TIGHT and drop_ballast(settings.data_dir):
        log.error("the disk is nearly full, the ballast is gone", free_mb=free // MB)
    elif free >= NEEDED + BALLAST:
        _lay(settings.data_dir)


def _lay(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        lay_ballast(folder)
    except OSError as error:
        log.warning("no ballast", error=str(error.strerror or error))


def free_bytes(folder: Path) -> int:
    """What may still be written in `folder`, the ballast not counted; in the nearest folder above that is there."""
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return shutil.disk_usage(folder).free


def demand_room(folder: Path, *, holds_journeys: bool) -> str | None:
    """Refuses a new deployment on a disk that is nearly full. One that holds journeys is never kept from starting: an
    alert that is not sent tonight is worse than a disk that is full next week. What is wrong all the same, in a sentence.

    Raises WrongStore."""
    free = free_bytes(folder) + _size(folder / BALLAST_FILE)
    if free >= NEEDED:
        return None
    sentence = (
        f"expected {gigabytes(NEEDED)} GB free for {folder}, got {gigabytes(free)} GB: "
        f"make room there, or set LAMPLIT_DATA_DIR to a folder on a larger disk"
    )
    if not holds_journeys:
        raise WrongStore(sentence)
    return sentence


def lay_ballast(folder: Path) -> bool:
    """Lays the ballast where there is room for it; whether it lies there. Raises OSError."""
    file = folder / BALLAST_FILE
    if _size(file) == BALLAST:
        return True
    if free_bytes(folder) < NEEDED + BALLAST:
        return False
    fresh = file.with_suffix(".new")
    with fresh.open("wb") as ballast:
        if hasattr(os, "posix_fallocate"):
            os.posix_fallocate(ballast.fileno(), 0, BALLAST)
        else:  # a file with holes would hold nothing back
            for _ in range(BALLAST // WRITTEN_AT_ONCE):
                ballast.write(bytes(WRITTEN_AT_ONCE))
    fresh.replace(file)
    return True


def drop_ballast(folder: Path) -> bool:
    """Gives its room back; whether there was any."""
    file = folder / BALLAST_FILE
    try:
        file.unlink()
    except FileNotFoundError:
        return False
    return True


def gigabytes(size: int) -> str:
    return f"{size / GB:.1f}"


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except OSError:
        return 0
