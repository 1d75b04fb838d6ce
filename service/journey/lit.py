"""The light on her way: how it is where she walks, and a mark for a stretch ahead that is not known to be lit.

The mark is hers alone: no question, no message, and nobody else is told. It is there by fresh fixes of her own phone, in
the dark, on a route whose light is known. By day, and beside her route, nothing is said.
"""

from bisect import bisect_right
from functools import lru_cache
from zlib import crc32

from msgspec.structs import replace

from geofence.lighting import Light
from geofence.lit_line import LitLine, decoded
from geofence.sighting import Sighting

from .events import UnlitAhead
from .model import Journey, Lit
from .turn import Turn, because

AHEAD_M = 200.0
"""Two or three minutes: there is time to turn aside."""
GONE_M = 250.0
"""Who turns back loses the mark here, so that it does not come and go with the noise of her fixes."""
AHEAD_S = 150.0
"""So long she needs for that: lamps that go out meanwhile are out when she comes by."""
STEP_M = 50.0
"""In such steps the mark comes nearer on her screen."""
LEAST_M = 50.0
"""A shorter one is a gap between two lamps."""
NAMES = {light: light.name.lower() for light in Light}
_FOREVER = 2.0**40


def seen(turn: Turn, s: Sighting, lights: bytes) -> None:
    """A fresh fix of her phone; `lights` are those of the route that it was held against, empty where there are none."""
    before = turn.journey.light
    line = crc32(lights) if lights else 0
    told_m = before.told_m if before is not None and before.line == line else 0.0
    if not lights or not _on_it(turn.journey, s) or s.along_m is None:
        if before is not None and (before.state or before.line != line):  # where it had been told up to stays
            turn.set(light=Lit(line=line, told_m=told_m) if lights else None)
        return
    if before is not None and before.line == line and before.holds(s.along_m, turn.now):
        return
    here = _here(lights, line, s.along_m, turn.now, told_m)
    if here is not None and here.ahead is not None and here.ahead[0] >= told_m:
        here = _told(turn, here, here.ahead, s.along_m, lights)
    turn.set(light=here)


def marked(journey: Journey) -> tuple[float, float, str] | None:
    """The stretch ahead of her: metres to its beginning, how long it is, `unknown` or `unlit`; None where no mark is shown."""
    light, place = journey.light, journey.seen
    if light is None or light.ahead is None or not is_known(journey) or place is None or place.along_m is None:
        return None
    begin_m, end_m, state = light.ahead
    return max(0.0, begin_m - place.along_m), end_m - begin_m, state


def face(journey: Journey) -> tuple[object, ...] | None:
    """What her screen shows of the light: while it is the same nobody need tell her phone."""
    light, mark = journey.light, marked(journey)
    if light is None or not is_known(journey):
        return None
    return light.state, light.dark, light.ahead, None if mark is None else round(mark[0] / STEP_M)


def is_known(journey: Journey) -> bool:
    """Whether anything is to be said of the light where she is: what another device measured says nothing on her screens."""
    light, place = journey.light, journey.seen
    on_it = place is not None and place.along_m is not None and not place.tracked
    return journey.under_way and not journey.route_dropped and on_it and light is not None and bool(light.state)


def _on_it(journey: Journey, s: Sighting) -> bool:
    """Beside her route it is another street's light."""
    return s.astray_m is not None and s.astray_m <= max(journey.numbers.back_on_route_m, s.accuracy_m or 0.0)


def _here(lights: bytes, line: int, along_m: float, now: float, told_m: float) -> Lit | None:
    """The light there, and for how far and how long this is all that can be said."""
    found = decoded(lights)
    if found is None:
        return None
    number = max(0, found.index(along_m))
    run = found.runs[number]
    epoch, then = (bisect_right(found.changes, at) for at in (now, now + AHEAD_S))
    until = min(_change(found, epoch), _change(found, then) - AHEAD_S)
    ahead, high_m = None, run.to_m if number + 1 < len(found.runs) else _FOREVER
    low_m = run.from_m if number else -_FOREVER
    looks = {index for at, index in ((now, epoch), (now + AHEAD_S, then)) if found.dark(at)}
    dim = [one for index in looks if (one := _next(lights, index, along_m)) is not None]
    if dim:
        begin_m, end_m, state = min(dim, key=lambda one: (one[0], -one[2], -one[1]))
        if begin_m - along_m <= AHEAD_M:
            ahead, high_m, low_m = (begin_m, end_m, NAMES[state]), min(high_m, begin_m), max(low_m, begin_m - GONE_M)
        else:
            high_m = min(high_m, begin_m - AHEAD_M)
    span = run.at(now)
    return Lit(NAMES[span.state], span.rule, found.dark(now), ahead, told_m, line, low_m, high_m, until)


def _change(found: LitLine, index: int) -> float:
    return found.changes[index] if index < len(found.changes) else _FOREVER


def _next(lights: bytes, epoch: int, along_m: float) -> tuple[float, float, Light] | None:
    """The nearest stretch ahead that is long enough for a word."""
    long = (one for one in _dim(lights, epoch) if one[0] > along_m and one[1] - one[0] >= LEAST_M)
    return next(long, None)


def _told(turn: Turn, here: Lit, ahead: tuple[float, float, str], along_m: float, lights: bytes) -> Lit:
    """Once a stretch, however often she turns back before it."""
    begin_m, end_m, state = ahead
    line = decoded(lights)
    looks = [] if line is None else [line.at(begin_m, at) for at in (turn.now, turn.now + AHEAD_S)]
    rule = max(looks, key=lambda span: span.state).rule if looks else ""
    numbers = because(ahead_m=begin_m - along_m, long_m=end_m - begin_m)
    turn.happened(UnlitAhead(at=turn.now, light=state, rule=rule, because=numbers))
    return replace(here, told_m=end_m)


@lru_cache(maxsize=1024)
def _dim(lights: bytes, epoch: int) -> tuple[tuple[float, float, Light], ...]:
    """The stretches not known to be lit, between one change of its light and the next."""
    line = decoded(lights)
    if line is None:
        return ()
    return tuple(line.dim(line.changes[epoch - 1] if epoch else -1.0))
