"""Servers of ours under measurement: started on the servers' core, ended on the way out."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from . import machine

SECRET = "benchmark-secret-of-no-value-0123456789"


def free_port() -> int:
    """A port on the loopback that nobody listens on now."""
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port: int = s.getsockname()[1]
        return port


RUN = [sys.executable, "-m", "service", "run"]
"""The product: doors, watchman and dispatcher in one process."""


def settings(store_url: str, port: int, data_dir: str, log_level: str = "error") -> dict[str, str]:
    """What every server of ours under measurement is told."""
    return {
        "LAMPLIT_STORE_URL": store_url,
        "LAMPLIT_PORT": str(port),
        "LAMPLIT_SECRET": SECRET,
        "LAMPLIT_DATA_DIR": data_dir,
        "LAMPLIT_LOG_LEVEL": log_level,
    }


def p99(figures: Iterable[float]) -> float:
    """The 99th percentile."""
    ordered = sorted(figures)
    return ordered[int(len(ordered) * 0.99)]


@contextmanager
def process(command: list[str], env: dict[str, str], port: int, *, pinned: bool = True) -> Iterator[int]:
    """A server of ours, on the servers' core where `pinned`, ready when its port answers; ended on the way out."""
    server_core, _ = machine.cores()
    server = subprocess.Popen(command, env={**os.environ, **env}, stdout=subprocess.DEVNULL)
    try:
        for _ in range(300):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            if server.poll() is not None:
                raise RuntimeError(f"{command[2]} ended with {server.returncode}")
            time.sleep(0.1)
        if pinned:
            machine.pin(server.pid, server_core)
        yield server.pid
    finally:
        server.send_signal(signal.SIGTERM)
        try:
            server.wait(10)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()
