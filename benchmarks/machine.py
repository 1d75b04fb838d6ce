"""The machine under the figures: CPU time in nanoseconds, pinning, and its name."""

import os
import platform
from functools import cache
from pathlib import Path


def cpu_ns(pid: int) -> int:
    """Nanoseconds on a CPU of all threads of `pid` so far, from schedstat (ticks of 10 ms would hide the work)."""
    total = 0
    for task in Path(f"/proc/{pid}/task").iterdir():
        try:
            total += int((task / "schedstat").read_text().split()[0])
        except FileNotFoundError:
            continue
    return total


def pin(pid: int, core: int) -> None:
    """Every thread of `pid` to one core."""
    for task in Path(f"/proc/{pid}/task").iterdir():
        os.sched_setaffinity(int(task.name), {core})


@cache
def cores() -> tuple[int, int]:
    """A core for the servers and one for the clients (the same one where there is only one), as they were when first
    asked: whoever has pinned itself to one sees no other any more."""
    available = sorted(os.sched_getaffinity(0))
    return available[0], available[-1]


def name() -> str:
    model = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ),
        platform.machine(),
    )
    return f"{os.cpu_count()} × {model}, Linux {platform.release()}, Python {platform.python_version()}"
