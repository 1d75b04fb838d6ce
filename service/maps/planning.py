"""Ways on request: which map, which planner, how often, and why there is none."""

from collections import OrderedDict, deque
from collections.abc import Callable, Iterable
from typing import TypeVar

import msgspec

from geofence.mode import USUAL_MPS, Mode
from geofence.route import Place, Route
from geofence.streets.profile import profiled
from geofence.streets.ways import Asked, NoWay, Reason
from service.people.refusals import Refused, Why, invalid
from service.people.wishes import clock_instant

from .answer import PlanAnswer, of_line, of_plan
from .known import Known
from .regions import Maps
from .which import chosen, following
from .words import no_way

T = TypeVar("T")

A_MINUTE = 30
MINUTE_S = 60.0
MOST_DEVICES = 20_000
MOST_WAITING = 64
"""Plans that may wait for a thread: what comes beyond is told to come again."""
PAST_S, AHEAD_S = 86_400.0, 7 * 86_400.0
_FIELDS = {"origin": "from", "destination": "to"}


class Walk(msgspec.Struct, frozen=True, kw_only=True):
    """A way that somebody asks for, setting off `at`."""

    origin: Place
    destination: Place
    at: float
    no_steps: bool = False


def planned(known: Iterable[Known], walk: Walk) -> PlanAnswer:
    """Ways from place to place. Takes milliseconds: never called on the loop. Raises NoWay."""
    every = tuple(known)
    region = chosen(every, walk.origin, walk.destination)
    asked = Asked(origin=walk.origin, destination=walk.destination, at=walk.at, no_steps=walk.no_steps)
    try:
        return of_plan(region, region.planner.plan(asked), walk.at)
    except NoWay as none:
        if none.reason is Reason.OUTSIDE_MAP and not none.maps:
            raise NoWay(none.reason, none.field, none.metres, (region.name,)) from None
        raise


def told(known: Iterable[Known], route: Route, at: float, pace_mps: float = USUAL_MPS[Mode.FOOT]) -> PlanAnswer:
    """The light along a line of hers. Never called on the loop. Raises NoWay."""
    every = tuple(known)
    region = following(every, route)
    if region is None:
        places = route.places()
        region = chosen(every, places[0], places[-1])
    way = profiled(region.lights, route, at, pace_mps)
    return of_line(region, way, route.line, at, dark=region.lights.is_dark(at, at + way.duration_s))


class Planning:
    """Plans beside the loop, each device so many a minute. One a process: what it counts is not shared."""

    def __init__(self, maps: Maps) -> None:
        self.maps = maps
        self._waiting = 0
        self._asked: OrderedDict[str, deque[float]] = OrderedDict()

    async def plan(self, device: str, walk: Walk, now: float) -> PlanAnswer:
        """As `planned`. Raises Refused: NO_MAP, NO_ROUTE with its reason, TOO_MANY, BUSY."""
        return await self._asked_for(device, now, lambda: planned(self.maps.known, walk))

    async def tell(self, device: str, route: Callable[[], Route], at: float, pace_mps: float, now: float) -> PlanAnswer:
        """As `told`, of a line that is read beside the loop as well. Raises Refused likewise."""
        return await self._asked_for(device, now, lambda: told(self.maps.known, route(), at, pace_mps))

    async def _asked_for(self, device: str, now: float, work: Callable[[], T]) -> T:
        self._count(device, now)
        if self._waiting >= MOST_WAITING:
            raise Refused(Why.BUSY, "too many ways are being planned", wait_s=2.0)
        self._waiting += 1
        try:
            return await self.maps.threaded(work)
        except NoWay as none:
            raise refusal(none) from None
        finally:
            self._waiting -= 1

    def _count(self, device: str, now: float) -> None:
        times = self._asked.setdefault(device, deque(maxlen=A_MINUTE))
        self._asked.move_to_end(device)
        if len(self._asked) > MOST_DEVICES:
            self._asked.popitem(last=False)
        if len(times) == A_MINUTE and 0.0 <= now - times[0] < MINUTE_S:
            raise Refused(Why.TOO_MANY, f"expected at most {A_MINUTE} ways a minute", wait_s=times[0] + MINUTE_S - now)
        times.append(now)


def refusal(none: NoWay) -> Refused:
    """Why there is no way, as her phone is told it."""
    if none.reason is Reason.NO_MAP:
        return Refused(Why.NO_MAP, no_way(none))
    more = {"reason": none.reason.value, "maps": list(none.maps) or None}
    return Refused(Why.NO_ROUTE, no_way(none), field=_FIELDS.get(none.field, ""), more=more)


def setting_off_at(at: float | str | None, now: float, zone: str) -> float:
    """When she means to go: an instant, a clock time that means its next occurrence, or now. Raises Refused."""
    if at is None:
        return now
    found = clock_instant("at", at, now, zone)
    if not now - PAST_S <= found <= now + AHEAD_S:
        raise invalid("at", "expected an instant from a day ago to seven days ahead")
    return found
