"""A way of 1 to 6 legs, each on foot, cycle or ride, with one ETA at the end of all.

A journey whose plan names no legs has one, by the plan's mode. She is on one leg at a time and never goes back to one;
the next begins when she says so, or when her fixes show it. That moves no ETA and lowers nothing.
"""

from collections.abc import Mapping

from msgspec.structs import replace

from geofence.destination import RADIUS_M, Destination
from geofence.mode import Mode
from geofence.sighting import Sighting

from .events import LegBegan
from .model import Journey, Leg, LinkState, Plan
from .plan import DARK_STRETCH, UNDERGROUND_LEG
from .turn import Turn, because, elsewhere

MOST = 6
OUT_M = 500.0
"""So far from where she is going she was well away from it: a way may begin at the door it ends at."""
STAYS_S = 120.0
"""So long she is there before it is believed: a bus may halt at her door."""
TAP, ANSWERED, HOME = "tap", "answered", "home"
"""How a leg began, beside what `geofence.boarding` finds: she said so, her OK did, or she was there already."""
_UNWATCHED = {Mode.FOOT: 0, Mode.CYCLE: 1, Mode.RIDE: 2}
"""How fast she may go on such a leg before anybody wonders, in order."""
GOING: Mapping[str, str] = {Mode.FOOT: "on foot", Mode.CYCLE: "on a bicycle", Mode.RIDE: "by bus, train or car"}
"""How she goes, in words for people."""


def legs_of(plan: Plan) -> tuple[Leg, ...]:
    return plan.legs or (Leg(plan.mode, plan.destination, plan.plan_s, plan.route_m),)


def leg(journey: Journey) -> Leg:
    """The one she is on."""
    legs = legs_of(journey.plan)
    return legs[min(journey.leg, len(legs) - 1)]


def mode(journey: Journey) -> str:
    """How she goes now."""
    return leg(journey).mode if journey.plan.legs else journey.plan.mode


def in_words(journey: Journey) -> str:
    """ "on foot"; on a way of several legs which of them it is, too: "by bus, train or car, part 2 of 3"."""
    how, parts = GOING[mode(journey)], len(journey.plan.legs)
    return f"{how}, part {min(journey.leg, parts - 1) + 1} of {parts}" if parts > 1 else how


def moving(journey: Journey, to: str) -> str:
    """As it is said to the police: "walking home", "on her way home, by bus, train or car". `to` may be empty."""
    if mode(journey) == Mode.FOOT and len(journey.plan.legs) < 2:
        return f"walking {to}".strip()
    return f"{f'on her way {to}'.strip()}, {GOING[mode(journey)]}"


def is_last(journey: Journey) -> bool:
    """Whether the end of this leg is where she is going: only there can she arrive."""
    return journey.leg >= len(journey.plan.legs) - 1


def after(journey: Journey) -> tuple[Leg, ...]:
    """The legs that are still to come."""
    return journey.plan.legs[journey.leg + 1 :]


def offered(journey: Journey) -> str | None:
    """The mode of the next leg, where an answer to a question about her way may begin it."""
    then = after(journey)
    return then[0].mode if then else None


def boards_next(journey: Journey) -> bool:
    """Whether a ride comes next, on foot or by cycle as she is."""
    return offered(journey) == Mode.RIDE and mode(journey) != Mode.RIDE


def by_its_ride(journey: Journey, to_go_m: float | None) -> bool:
    """The same where that ride leaves from: `to_go_m` is what is left to there."""
    return boards_next(journey) and to_go_m is not None and to_go_m <= RADIUS_M


def later_s(journey: Journey) -> float:
    """How long the legs after this one are meant to take."""
    return sum(one.plan_s for one in after(journey))


def quietens(journey: Journey, to: int) -> bool:
    """Whether leg `to` lets her go faster than this one before `vehicle` is asked about, or has no line to be held
    against where this one has: that is *another way* by another name."""
    return _is_faster(journey, to) or (_has_corridor(journey) and legs_of(journey.plan)[to].route_m is None)


def _is_faster(journey: Journey, to: int) -> bool:
    return _UNWATCHED[Mode(legs_of(journey.plan)[to].mode)] > _UNWATCHED[Mode(mode(journey))]


def _has_corridor(journey: Journey) -> bool:
    return mode(journey) != Mode.RIDE and leg(journey).route_m is not None and not journey.route_dropped


def explains_silence(journey: Journey, to: int) -> bool:
    """Whether on leg `to` a lost phone is no concern before the ETA, where on this one it may be."""
    return legs_of(journey.plan)[to].underground and not leg(journey).underground


def takes_tap(journey: Journey) -> bool:
    """At high risk nobody boards by being driven off: there only she begins a ride, with her PIN."""
    return bool(after(journey)) and _asks_for_her(journey, journey.leg + 1)


def _asks_for_her(journey: Journey, to: int) -> bool:
    return journey.numbers.answer_needs_pin and _is_faster(journey, to)


def begin(turn: Turn, to: int, how: str, numbers: dict[str, float] | None = None) -> bool:
    """She is on leg `to` now; False where there is no such leg, or she has begun it already. How far she had come on the
    leg before says nothing about this one."""
    journey = turn.journey
    if not journey.leg < to < len(journey.plan.legs):
        return False
    on_leg_s = turn.now - (journey.leg_since or journey.plan.began_at)
    begun = journey.plan.legs[to]
    turn.set(leg=to, leg_since=turn.now, route_dropped=begun.route_m is None, seen=elsewhere(journey.seen))
    _explained_by_it_no_more(turn, begun)
    told = {**because(on_leg_s=on_leg_s), **(numbers or {})}
    turn.happened(LegBegan(at=turn.now, leg=to, mode=begun.mode, how=how, because=told))
    return True


def at_home(turn: Turn, s: Sighting, home: Destination) -> bool:
    """Whether this fresh fix shows that she is where she is going, on a leg that ends elsewhere: somebody gave her a lift, or
    she has walked all the way. Then the last leg begins, on which she can arrive; never before she was well away."""
    journey, n = turn.journey, turn.journey.numbers
    if s.accuracy_m is None or s.accuracy_m > n.arrival_accuracy_m:
        return False
    if not journey.been_out:
        if home.beyond_m(s.lat, s.lon) > OUT_M:
            turn.set(been_out=True)
        return False
    stays = home.holds(s.lat, s.lon) and (s.speed_mps is None or s.speed_mps < n.left_mps)
    since = (journey.home_since or s.at) if stays else None
    if since != journey.home_since:
        turn.set(home_since=since)
    if since is None or s.at - since < STAYS_S or _asks_for_her(journey, last := len(journey.plan.legs) - 1):
        return False
    return begin(turn, last, HOME, because(inside_s=s.at - since, accuracy_m=s.accuracy_m))


def _explained_by_it_no_more(turn: Turn, begun: Leg) -> None:
    """A silence that the leg before explained counts from here on (row 3): a tap alone does not make her phone heard."""
    link = turn.journey.link
    if link.state is LinkState.LOST and link.expected in (UNDERGROUND_LEG, DARK_STRETCH) and not begun.underground:
        until = turn.now if link.expected_until is None else min(turn.now, link.expected_until)
        turn.set(link=replace(link, expected_until=until))
