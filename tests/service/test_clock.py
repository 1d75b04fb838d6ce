"""The one place that reads the time."""

import asyncio
import time
from pathlib import Path

import pytest

from service.clock import LOOK_S, MARK_S, ClockMark, ScaledClock, SystemClock, read_mark, resumed, write_mark

HOUR = 3600.0


def test_the_system_clock_tells_the_machines_time() -> None:
    """Instants are seconds since 1970 UTC, between the machine's before and after."""
    before = time.time()
    now = SystemClock().now()

    assert before <= now <= time.time()


def test_the_monotonic_reading_never_runs_backwards() -> None:
    """What measures our own gaps does not notice a stepped wall clock."""
    clock = SystemClock()

    readings = [clock.monotonic() for _ in range(100)]

    assert readings == sorted(readings)


async def test_a_fast_clock_sleeps_for_its_own_seconds() -> None:
    """An hour of the demo is over before a person has noticed."""
    clock = ScaledClock(factor=1_000_000)
    began = clock.monotonic()

    await asyncio.wait_for(clock.sleep(HOUR), timeout=10)

    assert clock.monotonic() - began >= HOUR * 0.99


async def test_the_system_clock_sleeps() -> None:
    """A sleep of nothing comes back."""
    await asyncio.wait_for(SystemClock().sleep(0), timeout=10)


def test_processes_that_share_origin_and_factor_agree() -> None:
    """Server and watchman of the demo are told the same two numbers and mean the same instant."""
    origin_at = time.time() - 60
    server = ScaledClock(factor=60, origin_at=origin_at)
    watchman = ScaledClock(factor=60, origin_at=origin_at)

    first, second, third = server.now(), watchman.now(), server.now()

    assert first <= second <= third
    assert first >= origin_at + 60 * 60


def test_a_clock_may_start_on_another_night() -> None:
    """`virtual_origin_at` is the instant the clock shows at its origin."""
    friday_at = 1_700_000_000.0

    clock = ScaledClock(factor=1, origin_at=time.time(), virtual_origin_at=friday_at)

    assert friday_at <= clock.now() < friday_at + HOUR


@pytest.mark.parametrize("then", [0.5, 1.0, 60.0])
def test_a_new_speed_begins_without_a_jump(then: float) -> None:
    """Slowing a replay down or speeding it up never takes time back, on either hand of the clock."""
    clock = ScaledClock(factor=60, origin_at=time.time() - 60)
    now, monotonic = clock.now(), clock.monotonic()

    clock.set_speed(then)

    assert now <= clock.now() < now + HOUR
    assert monotonic <= clock.monotonic() < monotonic + HOUR


async def test_a_sleeper_notices_a_new_speed() -> None:
    """Somebody who waits for an hour at real speed is woken soon when the clock is made fast."""
    clock = ScaledClock()
    sleeping = asyncio.create_task(clock.sleep(HOUR))
    await asyncio.sleep(0)

    clock.set_speed(1_000_000)

    await asyncio.wait_for(sleeping, timeout=LOOK_S / 2)


def test_a_clock_that_was_fast_never_runs_backwards_over_a_restart(tmp_path: Path) -> None:
    """Whatever the old process can still have shown after its last mark, the new one starts no earlier."""
    before = ScaledClock(factor=60, origin_at=time.time() - 600)
    write_mark(tmp_path / "clock.json", before.mark())
    shown = before.now() + 60 * MARK_S
    mark = read_mark(tmp_path / "clock.json")
    assert mark is not None

    after = resumed(ClockMark(mark.wall_at - 2 * MARK_S, mark.clock_at, mark.factor))

    assert shown <= after.now() < shown + HOUR
    assert after.factor == 1.0


def test_a_mark_that_is_torn_or_missing_is_no_mark(tmp_path: Path) -> None:
    """A sandbox that was never fast starts on the machine's time."""
    torn = tmp_path / "clock.json"
    torn.write_text("{")

    assert read_mark(torn) is None
    assert read_mark(tmp_path / "none.json") is None
