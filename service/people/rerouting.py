"""Another way, on the way: a new line to the end of the leg she is on, and turning aside to a haven."""

import asyncio

from geofence.route import MOST_POINTS, Route
from service.house import House
from service.journey import havens, rerouting
from service.journey.cover import shown_to_her
from service.journey.model import Journey, Proof
from service.journey.turn import Answer, Outcome
from service.rows import Kept
from service.watch import NoSuchJourney

from .model import Traveller
from .pressing import Meanwhile, press
from .refusals import Refused, invalid
from .wishes import imported

APART_M = 100.0
"""How far from where she is going the new line may end."""


async def divert(
    house: House, account: Traveller, haven: str, *, command: str, door: str, given_at: float | None = None
) -> Answer:
    """She turns aside to the haven of this id. No PIN is asked; `given_at` is when she pressed. Raises Refused where it is
    not known, or known to be closed; a repeated `command` gets its first answer all the same."""
    place = house.havens.named(haven, house.clock.now())
    if place is None or place.open is False:
        kept = await _kept(house, account)
        before = kept.answer_to(command) if kept is not None else None
        if before is not None:
            return before
    if place is None:
        raise invalid("haven", "expected the id of a place that we know")
    if place.open is False:
        raise invalid("haven", "expected a place that is open, got one that is closed now")

    def act(journey: Journey, now: float, _proof: Proof) -> Outcome:
        return havens.diverted(journey, place, now, given_at=given_at)

    return await press(house, account, act, command=command, door=door)


async def reroute(
    house: House,
    account: Traveller,
    form: str,
    data: str,
    *,
    command: str,
    door: str,
    pin: str | None = None,
    given_at: float | None = None,
    meanwhile: Meanwhile | None = None,
) -> Answer:
    """A new line (geojson, gpx, polyline or polyline6) for the leg she is on, to the same end. The rest as in `press`; raises
    Refused naming the field of a line that cannot be used, whatever the PIN was; the PIN is heard all the same. The line of
    a repeated `command` is not read again: by then she may be on another leg."""
    kept = await _kept(house, account)
    route: Route | None = None
    unusable: Refused | None = None
    leg, length_m = -1, 0.0  # of no leg: without a line nothing is rerouted
    if kept is not None and shown_to_her(kept.journey).under_way and kept.answer_to(command) is None:
        try:
            route = await house.lights.lit(await _read(kept, form, data), house.clock.now())
            leg, length_m = kept.journey.leg, route.length_m
        except Refused as refusal:
            if pin is None:
                raise
            unusable = refusal

    def act(journey: Journey, now: float, proof: Proof) -> Outcome:
        return rerouting.rerouted(journey, leg, length_m, now, proof, given_at=given_at)

    if unusable is not None:
        # A cry is not lost because a line was. Under another name, so that she may repeat this one.
        await press(house, account, act, command=f"{command}/pin", door=door, pin=pin, meanwhile=meanwhile)
        raise unusable
    return await press(house, account, act, command=command, door=door, pin=pin, meanwhile=meanwhile, route=route)


async def _kept(house: House, account: Traveller) -> Kept | None:
    if account.live is None:
        return None
    try:
        return await house.watch.look(account.live)
    except NoSuchJourney:
        return None


async def _read(kept: Kept, form: str, data: str) -> Route:
    """Beside the loop, so that nobody's SOS waits for a long one."""
    if kept.route is None:
        raise invalid("route", "expected a journey with a destination")
    there = kept.route.destination
    route = await asyncio.to_thread(imported, form, data, there)
    points = route.points + sum(later.points for later in kept.ahead)
    if points > MOST_POINTS:
        raise invalid("route", f"expected at most {MOST_POINTS} points with those of the legs to come, got {points}")
    away_m = there.beyond_m(*route.places()[-1])
    if away_m > APART_M:
        raise invalid("route", f"expected a line that ends within {APART_M:.0f} m of the end, got {away_m:.0f} m")
    return route
