"""How she is going: each leg is on foot, on a cycle, or a ride in something with a driver."""

from enum import StrEnum


class Mode(StrEnum):
    """The mode of a leg. `FOOT` is walking, running and wheeling; `RIDE` is bus, train, underground, car and taxi."""

    FOOT = "foot"
    CYCLE = "cycle"
    RIDE = "ride"


TOP_MPS: dict[Mode, float] = {Mode.FOOT: 2.2, Mode.CYCLE: 9.0, Mode.RIDE: 42.0}
"""How fast progress may run along a route without being doubted, m/s."""

USUAL_MPS: dict[Mode, float] = {Mode.FOOT: 1.3, Mode.CYCLE: 4.2, Mode.RIDE: 8.0}
"""The pace assumed until she has shown her own, m/s."""

MOVING_MPS: dict[Mode, float] = {Mode.FOOT: 0.4, Mode.CYCLE: 1.2, Mode.RIDE: 2.0}
"""Slower than this over some sixty metres is a stop on the way, and no sample of her pace, m/s."""
