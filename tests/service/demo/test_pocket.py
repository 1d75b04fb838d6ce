"""A recorded walk in somebody's pocket."""

import asyncio

from service.clock import ScaledClock, breathe
from service.demo.phone import Phone
from service.demo.pocket import ACCURACIES_M, Pocket
from service.walks import Point, Walk

WALK = Walk("lane", "A lane", tuple(Point(t_s, 51.0 + t_s / 1e5, 0.5) for t_s in (0.0, 10.0, 20.0, 110.0, 120.0)))


class _Phone(Phone):
    """Writes down what it measures, and when."""

    def __init__(self, clock: ScaledClock) -> None:
        super().__init__("ws://127.0.0.1:9", "token", clock)
        self.clock = clock
        self.places: list[tuple[float, float, float]] = []

    def measured(self, lat: float, lon: float, *, accuracy_m: float, at: float | None = None, flags: int = 0) -> None:
        self.places.append((self.clock.now(), lat, accuracy_m))


async def test_every_point_comes_in_its_own_time_and_none_besides() -> None:
    """Where the recorder was silent nothing is measured; the places are the recorder's own."""
    clock = ScaledClock(factor=500.0)
    phone, began_at = _Phone(clock), clock.now()
    pocket = Pocket(phone, WALK, clock, began_at=began_at)

    await asyncio.wait_for(pocket.walk(until_s=120.0), 5.0)

    assert [lat for _, lat, _ in phone.places] == [p.lat for p in WALK.points]
    assert all(at - began_at >= p.t_s for (at, _, _), p in zip(phone.places, WALK.points, strict=True))
    assert {accuracy for _, _, accuracy in phone.places} <= set(ACCURACIES_M)
    assert all(8.0 <= accuracy <= 10.0 for accuracy in ACCURACIES_M)


async def test_a_walk_can_be_cut() -> None:
    """Up to a moment of it, and not beyond."""
    clock = ScaledClock(factor=500.0)
    phone = _Phone(clock)

    await asyncio.wait_for(Pocket(phone, WALK, clock, began_at=clock.now()).walk(until_s=20.0), 5.0)

    assert len(phone.places) == 3


async def test_after_the_end_she_is_there() -> None:
    """The phone on the table measures the same place now and then."""
    clock = ScaledClock(factor=2000.0)
    phone = _Phone(clock)
    pocket = Pocket(phone, WALK, clock, began_at=clock.now())
    pocket.start()

    async with asyncio.timeout(5.0):
        while len(phone.places) < len(WALK.points) + 2:
            await breathe(0.005)
    await pocket.stop()

    assert pocket.there
    assert pocket.walked_s == WALK.duration_s
    assert {lat for _, lat, _ in phone.places[len(WALK.points) :]} == {WALK.points[-1].lat}


async def test_a_walk_that_is_taken_up_again_leaves_out_what_was_walked() -> None:
    """A new phone measures from where she is."""
    clock = ScaledClock(factor=500.0)
    phone = _Phone(clock)

    await asyncio.wait_for(
        Pocket(phone, WALK, clock, began_at=clock.now() - 100.0, from_s=100.0).walk(until_s=120.0), 5.0
    )

    assert [lat for _, lat, _ in phone.places] == [p.lat for p in WALK.points[3:]]
