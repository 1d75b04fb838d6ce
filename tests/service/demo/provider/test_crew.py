"""The crew: one alarm for everybody, and two ways to know that nothing more happens."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from service.demo.provider.crew import Crew
from tests.doubles.clock import HandClock


@pytest.fixture
async def clock() -> HandClock:
    return HandClock()


@pytest.fixture
async def crew(clock: HandClock) -> AsyncIterator[Crew]:
    crew = Crew(clock)
    crew.open()
    yield crew
    await crew.close()


async def test_sleepers_wake_in_the_order_of_their_instants(crew: Crew, clock: HandClock) -> None:
    """Whoever came later and sleeps shorter wakes first; nobody wakes early."""
    woken: list[float] = []

    async def sleeps(seconds: float) -> None:
        await crew.sleep(seconds)
        woken.append(seconds)

    for seconds in (30.0, 10.0, 20.0, 0.0):
        crew.start(sleeps(seconds))
    await crew.idle()
    assert woken == [0.0]
    assert crew.next_at == pytest.approx(clock.now() + 10.0)
    clock.forward(25.0)
    await crew.idle()
    assert woken == [0.0, 10.0, 20.0]


async def test_a_bell_rings_when_somebody_rings_it_or_when_its_time_is_up(crew: Crew, clock: HandClock) -> None:
    """True in the one case, False in the other; what was rung is no alarm any more."""
    heard: list[bool] = []
    early, late = crew.bell(10.0), crew.bell(20.0)

    async def waits() -> None:
        heard.append(await crew.rest(early))
        heard.append(await crew.rest(late))

    crew.start(waits())
    await crew.idle()
    crew.ring(early)
    await crew.idle()
    assert crew.next_at == pytest.approx(clock.now() + 20.0)
    clock.forward(20.0)
    await crew.idle()
    assert (heard, crew.next_at) == ([True, False], None)


async def test_settled_waits_for_work_and_not_for_patience(crew: Crew, clock: HandClock) -> None:
    """A phone that stays off for hours is no reason to wait; a text on its way is."""
    done = asyncio.Event()

    async def works() -> None:
        await done.wait()

    async def keeps() -> None:
        await crew.sleep(3600.0, patient=True)

    crew.start(keeps())
    crew.start(works())
    settling = asyncio.create_task(crew.settled())
    await asyncio.sleep(0.01)
    assert not settling.done()
    done.set()
    await settling


async def test_what_goes_wrong_is_not_kept_quiet(crew: Crew) -> None:
    """The next who waits is told."""

    async def breaks() -> None:
        raise KeyError("oh")

    crew.start(breaks())
    with pytest.raises(KeyError, match="oh"):
        await crew.idle()
    with pytest.raises(KeyError, match="oh"):
        await crew.settled()


async def test_ten_thousand_sleepers_cost_one(crew: Crew, clock: HandClock) -> None:
    """The clock is asked for one nap at a time, however many wait."""
    woken = 0

    async def sleeps(nth: int) -> None:
        nonlocal woken
        await crew.sleep(1.0 + nth / 1000.0)
        woken += 1

    for nth in range(10_000):
        crew.start(sleeps(nth))
    await crew.idle()
    assert len([one for *_, one in clock._sleepers if not one.done()]) == 1
    clock.forward(20.0)
    await crew.idle()
    assert woken == 10_000


async def test_closing_ends_what_is_under_way(clock: HandClock) -> None:
    """Nobody sleeps on."""
    crew = Crew(clock)
    crew.open()
    task = crew.start(crew.sleep(60.0))
    await crew.idle()
    await crew.close()
    assert task.cancelled()
