"""Havens on her way (row 23): turning aside to one, being at one. Neither ever closes a journey, and neither lowers what
others have been told of: while she is there she is asked every quarter of an hour whether she stays."""

import msgspec
from msgspec.structs import replace

from geofence.plane import distance_m
from geofence.sighting import Sighting

from . import asking, legs
from .eta import move_eta
from .events import Diverted, HavenReached
from .model import Cause, Journey, JourneyKind, Proof, Stay
from .turn import ALREADY_CLOSED, Answer, Outcome, Turn, because

THERE_M = 30.0
"""So near a place she has turned aside to she is there, with half of what the fix may be off."""

KINDS = {
    "police": "a police station",
    "hospital": "a hospital",
    "scheme": "a place of a scheme",
    "fire_station": "a fire station",
    "fuel": "a filling station",
    "pharmacy": "a pharmacy",
    "shop": "a shop",
    "pub": "a pub",
    "bar": "a bar",
    "cafe": "a café",
    "fast_food": "a takeaway",
    "hotel": "a hotel",
    "station": "a station",
    "library": "a library",
}


class OpenHaven(msgspec.Struct, frozen=True, kw_only=True):
    """A haven as it is at one instant. `open` is None where its hours are not known, which is never open; `closes_at` is
    when it closes next. `automatic`: a police station, a hospital, a place of a scheme: being there speaks for itself."""

    id: str
    name: str
    lat: float
    lon: float
    kind: str
    open: bool | None = True
    closes_at: float | None = None
    automatic: bool = True


def diverted(journey: Journey, haven: OpenHaven, now: float, *, given_at: float | None = None) -> Outcome:
    """ "I am going there instead, for a while." No PIN: it closes nothing, lowers nothing, and moves the ETA as a pause
    does. Where a tap would answer a question, it answers the one whether she has left her route, and that is not asked
    again for as long as after an OK."""
    turn = Turn(journey, now)
    if not journey.under_way:
        return turn.outcome(ALREADY_CLOSED)
    before, told = journey.haven, journey.alarm is not None or journey.due is not None
    taps = not told and not journey.numbers.answer_needs_pin
    answered = taps and _says_why(turn, turn.now if given_at is None else given_at)
    if before is not None and before.id == haven.id and before.diverted:
        return turn.outcome(Answer(True, "diverted", at=journey.eta_at))
    there = before is not None and before.id == haven.id and before.there
    turn.set(haven=_stay(turn, haven, diverted=True, there=there))
    seen = journey.seen
    away_m = None if seen is None or seen.tracked else distance_m(seen.lat, seen.lon, haven.lat, haven.lon)
    event = Diverted(at=turn.now, haven=haven.kind, because=because(away_m=away_m, asked_after_s=_asks_s(journey)))
    turn.happened(event)
    if not told:
        _more_time(turn)
        if taps and not answered:
            turn.set(quiet=asking.quieted(turn.journey, Cause.OFF_ROUTE, turn.now))
    return turn.outcome(Answer(True, "diverted", at=turn.journey.eta_at))


def _says_why(turn: Turn, given_at: float) -> bool:
    """She has left her route for this, if she was asked whether she has. One that waited in her phone answers no question that came after it."""
    incident = turn.journey.open_incident
    prompt = incident.prompt if incident is not None else None
    if prompt is None or prompt.cause is not Cause.OFF_ROUTE or given_at < prompt.raised_at:
        return False
    return asking.answered(turn, "diverted", Proof.NONE) is not None


def seen(turn: Turn, sighting: Sighting, places: tuple[OpenHaven, ...]) -> None:
    """What a fresh fix says about it: she is at a haven (one of `places`), or she has gone on from it."""
    journey = turn.journey
    if journey.plan.kind is not JourneyKind.DESTINATION:
        return
    stay, here = journey.haven, sighting.haven
    place = next((p for p in places if p.id == here), None) if here else None
    if place is not None and (stay is None or stay.id != here or not stay.there):
        turn.set(haven=_stay(turn, place, diverted=stay is not None and stay.id == here and stay.diverted, there=True))
        _reached(turn, place.kind, sighting)
    elif stay is not None and not here:
        _at_or_gone(turn, stay, sighting)


def _at_or_gone(turn: Turn, stay: Stay, sighting: Sighting) -> None:
    """No haven that counts by itself is here; she may have turned aside to a place of another kind."""
    away_m = distance_m(stay.lat, stay.lon, sighting.lat, sighting.lon)
    if stay.there:
        if away_m >= turn.journey.numbers.quiet_until_moved_m:
            turn.set(haven=None)
    elif sighting.accuracy_m is not None and away_m <= THERE_M + sighting.accuracy_m / 2:
        turn.set(haven=replace(stay, there=True, since=turn.now, ask_at=_next_ask(turn, stay.closes_at)))
        _reached(turn, stay.kind, sighting, away_m)


def _reached(turn: Turn, kind: str, sighting: Sighting, haven_m: float | None = None) -> None:
    numbers = because(haven_m=haven_m, accuracy_m=sighting.accuracy_m) | (sighting.because or {})
    turn.happened(HavenReached(at=turn.now, haven=kind, because=numbers))


def staying(turn: Turn, at: float) -> None:
    """ "Staying?" every quarter of an hour, and when it closes. Something else that is being asked comes first, and the end
    of a pause asks the same."""
    journey, stay = turn.journey, turn.journey.haven
    if stay is None:
        return
    turn.set(haven=replace(stay, ask_at=_next_ask(turn, stay.closes_at)))
    if journey.open_incident is None and journey.due is None and journey.paused_until is None:
        closed_s = turn.now - stay.closes_at if stay.closes_at is not None and stay.closes_at <= turn.now else None
        asking.raise_prompt(turn, Cause.PAUSE_OVER, because(stayed_s=turn.now - stay.since, closed_s=closed_s))


def stays(turn: Turn) -> None:
    """She has said that all is well: asked again in a quarter of an hour. Who never came to the place she had turned aside
    to is on her way again."""
    stay = turn.journey.haven
    if stay is not None:
        after = replace(stay, ask_at=_next_ask(turn, stay.closes_at)) if stay.there else None
        turn.set(haven=after)


def in_words(kind: str) -> str:
    """ "a police station"; a newer list may know more kinds."""
    return KINDS.get(kind, "an open place")


def going(journey: Journey) -> str:
    """For those who may see a place: on which part of her way she is, where it has several, and where she has turned aside to
    or rests; "" where there is nothing to say."""
    stay = journey.haven if journey.under_way else None
    parts = [legs.in_words(journey)] if journey.plan.legs else []
    if stay is not None:
        parts.append(f"stopped at {stay.name}" if stay.there else f"turning aside to {stay.name}, as she told us")
    return "; ".join(parts)


def holds(journey: Journey, cause: Cause) -> bool:
    """Whether a question about `cause` stands for as long as she is where she is: nothing a fix says there answers it."""
    return cause is Cause.PAUSE_OVER and journey.haven is not None and journey.haven.there


def _stay(turn: Turn, place: OpenHaven, *, diverted: bool, there: bool) -> Stay:
    return Stay(
        id=place.id,
        name=place.name,
        kind=place.kind,
        lat=place.lat,
        lon=place.lon,
        since=turn.now,
        ask_at=_next_ask(turn, place.closes_at),
        closes_at=place.closes_at,
        diverted=diverted,
        there=there,
    )


def _next_ask(turn: Turn, closes_at: float | None) -> float:
    ask_at = turn.now + _asks_s(turn.journey)
    return min(ask_at, closes_at) if closes_at is not None and closes_at > turn.now else ask_at


def _asks_s(journey: Journey) -> float:
    return journey.numbers.haven_asks_s


def _more_time(turn: Turn) -> None:
    journey, n = turn.journey, turn.journey.numbers
    free_s = n.free_extension_s(journey.plan.plan_s) - journey.moved_s
    if journey.eta_at is not None and free_s > 0:
        move_eta(turn, journey.eta_at + min(n.pause_at_most_s, free_s), "diverted", Proof.NONE)
