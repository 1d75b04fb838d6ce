"""Her phone speaks over a bad line: what it says comes seconds late, and the rules go on as they were."""

from collections.abc import Callable

import pytest

from geofence.route import Route
from service.frames import FixFrame, Grids, RawFix, sift, take_fixes
from service.journey import pressed
from service.journey.events import PromptRaised
from service.journey.model import Cause
from service.rows import Kept
from tests.builders import START, at, plan
from tests.geofence.drawn import along, place, street

Point = tuple[float, float]
Delay = Callable[[int], float]

HOMEWARD: Route = street((0, 0), (3000, 0))
OUT = along([(0, 0), (300, 0)])
STANDS = [*OUT, *[OUT[-1]] * 60]
TURNS_OFF = [*OUT, *along([(300, 0), (300, 600)])]
DRIVEN = [*OUT, *along([(300, 0), (3000, 0)], mps=9.0)]
SLOW: dict[str, Delay] = {
    "seven seconds, one in twelve": lambda n: 7.0 if n % 12 == 11 else 0.4,
    "eight seconds, one in three": lambda n: 8.0 if n % 3 == 2 else 0.4,
    "seven seconds, from now on": lambda n: 7.0 if n > 30 else 0.4,
}


def prompt(n: int) -> float:
    """A good line: every frame is there at once."""
    return 0.4


def asked_s(places: list[Point], delay: Delay, cause: Cause, *, counts: bool) -> float | None:
    """How many seconds after she set off she was asked; a fix every ten seconds, each in a frame of its own."""
    anna = Kept(journey=pressed.armed("anna-1", plan(plan_min=60.0), at(70), START).journey, route=HOMEWARD)
    grids, now = Grids(), START
    for n, xy in enumerate(places):
        sent = START + 10.0 * n
        now = max(now, sent + delay(n))
        frame = FixFrame("b", n, sent, now, [RawFix(sent, *place(*xy), 8.0)], up_s=900.0 + 10.0 * n if counts else None)
        [(anna, outcome, _, _)] = take_fixes([sift("anna-1", anna, frame)], now, grids)
        if any(isinstance(e, PromptRaised) and e.cause is cause for e in outcome.events):
            return now - START
    return None


@pytest.mark.parametrize("counts", [True, False], ids=["with up", "an old phone"])
@pytest.mark.parametrize("slow", SLOW)
@pytest.mark.parametrize(
    ("places", "cause"),
    [(STANDS, Cause.STALLED), (TURNS_OFF, Cause.OFF_ROUTE), (DRIVEN, Cause.VEHICLE)],
    ids=["she stands", "she turns off", "she is driven"],
)
def test_frames_that_come_seven_seconds_late_do_not_silence_the_question(
    places: list[Point], cause: Cause, slow: str, counts: bool
) -> None:
    """She is asked as she would be over a good line, at most a fix and its delay later."""
    good = asked_s(places, prompt, cause, counts=counts)
    found = asked_s(places, SLOW[slow], cause, counts=counts)

    assert good is not None
    assert found is not None
    assert found <= good + 20.0
