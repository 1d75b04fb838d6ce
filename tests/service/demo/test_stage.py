"""Tests of the stage: its clock, its processes, and that nothing of it is left behind."""

import asyncio
import os
import sys
from pathlib import Path

import pytest

from service.clock import SystemClock
from service.demo.report import clock
from service.demo.stage import DemoHouse, Process, Stage, StageError, evening, free_port

NOON = 1_700_000_000.0
STUBBORN = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(600)"
)


def _process(tmp_path: Path, code: str) -> Process:
    return Process([sys.executable, "-c", code], dict(os.environ), tmp_path, tmp_path / "log", stop_real_s=0.2)


async def _is_up(process: Process) -> None:
    async with asyncio.timeout(20.0):
        while "up" not in process.last_words():
            await SystemClock().sleep(0.02)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_the_demos_clock_shows_half_past_ten_this_evening_and_never_the_past() -> None:
    """Whatever hour it is played at, the walks home are in the evening, and instants only grow."""
    at = SystemClock().now()
    fast = evening(30.0, at)
    assert fast.now() >= at
    assert clock(fast.now()).startswith("22:30")


def test_processes_agree_on_the_time_by_factor_and_origin_alone() -> None:
    """Two clocks made from the same two numbers show the same time."""
    one, other = evening(30.0, NOON), evening(30.0, NOON)
    assert one.origin_at == other.origin_at
    assert abs(one.now() - other.now()) < 5.0


def test_a_free_port_can_be_listened_on() -> None:
    """Two houses get a port each."""
    assert 1024 <= free_port() <= 65535


async def test_a_process_that_does_not_listen_is_ended_all_the_same(tmp_path: Path) -> None:
    """After a request to end comes kill -9."""
    process = _process(tmp_path, STUBBORN)
    await process.start()
    await _is_up(process)
    await process.end()
    assert not process.running


async def test_what_a_process_started_dies_with_it(tmp_path: Path) -> None:
    """A process is ended with its whole group."""
    child = (
        "import subprocess, sys, time; p = subprocess.Popen(['sleep', '600']); print('up', p.pid, flush=True); p.wait()"
    )
    process = _process(tmp_path, child)
    await process.start()
    await _is_up(process)
    pid = int(process.last_words().split()[1])
    await process.kill()
    async with asyncio.timeout(10.0):
        while _alive(pid) and _running(pid):
            await SystemClock().sleep(0.02)


def _running(pid: int) -> bool:
    """A zombie that nobody has collected yet has ended too."""
    stat = Path(f"/proc/{pid}/stat")
    return not (stat.exists() and stat.read_text().rpartition(")")[2].split()[0] == "Z")


async def test_last_words_are_the_last_line_of_the_log(tmp_path: Path) -> None:
    """What is said when a part of the stage falls over."""
    process = _process(tmp_path, "print('first'); print('no store: up')")
    await process.start()
    await _is_up(process)
    await process.end()
    assert process.last_words() == "no store: up"


async def test_the_stages_directory_is_gone_afterwards_also_when_an_act_breaks_off() -> None:
    """Nothing is left on the disk."""
    seen: list[Path] = []

    async def breaks_off() -> None:
        async with Stage(30.0) as stage:
            seen.append(stage.directory)
            assert stage.directory.is_dir()
            raise StageError("fell over")

    with pytest.raises(StageError, match="fell over"):
        await breaks_off()
    assert not seen[0].exists()


async def test_a_house_whose_process_ends_at_its_start_says_so_and_leaves_nothing(tmp_path: Path) -> None:
    """A tiny fake in place of Python: it ends at once, the store and the double are let go."""
    fake = tmp_path / "fake"
    fake.write_text("#!/bin/sh\necho 'cannot listen'\nexit 2\n")
    fake.chmod(0o755)
    house = DemoHouse("town", tmp_path / "town", evening(30.0, NOON), command=[str(fake)])
    with pytest.raises(StageError, match="town: a process ended at its start: cannot listen"):
        async with house:
            raise AssertionError
    assert not _alive(house.embedded.pid) or not _running(house.embedded.pid)


def test_settings_of_this_machine_do_not_reach_the_stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A real Twilio account in the environment is not what the demo sends through."""
    monkeypatch.setenv("LAMPLIT_TWILIO_AUTH_TOKEN_2", "real")
    monkeypatch.setenv("LAMPLIT_TWILIO_BASE_URL", "https://elsewhere.example")
    house = DemoHouse("town", tmp_path / "town", evening(30.0, NOON))
    environment = house.environment()
    assert "LAMPLIT_TWILIO_AUTH_TOKEN_2" not in environment
    assert environment["LAMPLIT_TWILIO_BASE_URL"].startswith("http://127.0.0.1:")
    assert environment["LAMPLIT_PUBLIC_URL"] == house.url
