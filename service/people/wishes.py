"""What she asks for when she sets off, read and checked before anything is written."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec

from geofence.destination import RADIUS_M, Destination
from geofence.mode import USUAL_MPS, Mode
from geofence.route import Route, RouteError, check_destination, read_geojson, read_gpx, read_polyline
from service.journey.model import JourneyKind
from service.journey.profiles import PROFILES, STANDARD, Profile

from . import wished_legs
from .refusals import invalid
from .wished_legs import APART_M, WishedLeg

MINUTE_S = 60.0
SHORTEST_S = MINUTE_S
LONGEST_WORD = 40
_CLOCK = re.compile(r"(?P<hour>[01]?\d|2[0-3])[:.](?P<minute>[0-5]\d)")


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """A journey as she wants it. `minutes` is how long she means to take, `eta` when she wants to be there: an
    instant, or a clock time like 23:30 that means its next occurrence. Neither: by the route at the usual pace. `tell`
    hear that she sets off, and with `arrived` that she is home; `walk_with` may look on (contacts' ids, or `operators`);
    `battery_text`: her primary contact hears now that her phone may die, where it is low. `tracker`: the linked tracker
    app (its id) that alone carries it. `legs`: the parts of a way with more than one mode; the last one's end is where she
    is going (`place`), `route` and `mode` are theirs. `show_route`: those who see her track in an alarm see her route, too."""

    kind: JourneyKind = JourneyKind.DESTINATION
    destination: str = "home"
    place: Destination | None = None
    route: Route | None = None
    minutes: float | None = None
    eta: float | str | None = None
    profile: str = "standard"
    mode: Mode = Mode.FOOT
    tell: tuple[str, ...] = ()
    arrived: bool = True
    walk_with: tuple[str, ...] = ()
    battery_text: bool = False
    doorstep: bool = False
    tracker: str = ""
    legs: tuple[WishedLeg, ...] = ()
    show_route: bool = False

    @property
    def numbers(self) -> Profile:
        return PROFILES[self.profile]

    @property
    def fingerprint(self) -> bytes:
        """The same for the same wish: an Idempotency-Key stands for one of them. And the same as before there were linked
        trackers, legs, or shown routes, for a key that is sent again over an update."""
        fields = msgspec.structs.asdict(self)
        if not self.tracker:
            del fields["tracker"]
        if not self.legs:
            del fields["legs"]
        if not self.show_route:
            del fields["show_route"]
        return msgspec.msgpack.encode(fields)


class Times(msgspec.Struct, frozen=True):
    """`plan_s` as armed (grace and nudge are shares of it) and the ETA."""

    plan_s: float
    eta_at: float


def checked(wish: Wish) -> Wish:
    """Raises Refused naming the field."""
    if wish.profile not in PROFILES:
        raise invalid("profile", f"expected one of {', '.join(PROFILES)}, got {wish.profile[:40]}")
    if wish.kind is JourneyKind.SOS:
        raise invalid("kind", "expected destination or timer, got sos")
    if wish.legs and wish.kind is not JourneyKind.DESTINATION:
        raise invalid("legs", f"expected none on a {wish.kind.value}")
    if wish.legs and wish.route is not None:
        raise invalid("route", "expected a route for each of the legs, not one for all")
    if wish.kind is JourneyKind.DESTINATION and wish.place is None and wish.route is None and not wish.legs:
        raise invalid("destination", "expected a place (lat and lon) or a route")
    if wish.kind is JourneyKind.TIMER and (wish.place is not None or wish.route is not None):
        raise invalid("kind", "expected destination where there is a place or a route, got timer")
    if wish.minutes is not None and wish.eta is not None:
        raise invalid("eta", "expected minutes or an eta, got both")
    if wish.legs:
        wished_legs.checked(wish.legs, timed=wish.minutes is not None or wish.eta is not None)
    elif wish.minutes is None and wish.eta is None and wish.route is None:
        raise invalid("minutes", "expected minutes or an eta")
    return wish


def word(text: str) -> str:
    """The word she uses for where she is going. Raises Refused."""
    plain = " ".join(text.split())
    if not 1 <= len(plain) <= LONGEST_WORD or not plain.isprintable() or set(plain) & set("{}"):
        raise invalid("destination.word", f"expected 1 to {LONGEST_WORD} printable characters without braces")
    return plain


def place(lat: float, lon: float, radius_m: float | None) -> Destination:
    """Raises Refused naming the field."""
    destination = Destination(lat, lon, RADIUS_M if radius_m is None else radius_m)
    try:
        check_destination(destination)
    except RouteError as error:
        raise invalid(error.field, error.reason) from error
    return destination


def imported(form: str, data: str, destination: Destination | None) -> Route:
    """A route from what another app exported: geojson, gpx, polyline or polyline6. Raises Refused naming the field."""
    try:
        match form:
            case "geojson":
                return read_geojson(data, destination)
            case "gpx":
                return read_gpx(data, destination)
            case "polyline" | "polyline6":
                return read_polyline(data, 6 if form == "polyline6" else 5, destination)
    except RouteError as error:
        field = error.field if error.field.startswith("destination") else f"route.{error.field}"
        raise invalid(field, error.reason) from error
    raise invalid("route.format", f"expected geojson, gpx, polyline or polyline6, got {form[:40]}")


def leading_there(route: Route) -> Route:
    """A line with a destination of its own must lead to it: by one that ends elsewhere she would be asked about at her own
    door, and on one that is the other way round nobody could tell how far she has come. Raises Refused."""
    there, places = route.destination, route.places()
    away_m = there.beyond_m(*places[-1])
    if away_m > APART_M:
        turned = ": is it the other way round?" if there.beyond_m(*places[0]) <= APART_M else ""
        raise invalid(
            "route", f"expected a line that ends within {APART_M:.0f} m of the destination, got {away_m:.0f} m{turned}"
        )
    return route


def times(wish: Wish, now: float, zone: str) -> Times:
    """When she is expected, if she sets off at `now`. Raises Refused naming the field."""
    if wish.eta is not None:
        eta_at = clock_instant("eta", wish.eta, now, zone)
        plan_s, field = eta_at - now, "eta"
    else:
        pace_s = wish.route.length_m / USUAL_MPS[wish.mode] if wish.route is not None else 0.0
        pace_s = wished_legs.total_s(wish.legs) or pace_s
        plan_s = wish.minutes * MINUTE_S if wish.minutes is not None else max(SHORTEST_S, pace_s)
        eta_at, field = now + plan_s + wish.numbers.margin_s(plan_s), "minutes"
    if plan_s < SHORTEST_S:
        raise invalid(field, "expected at least a minute from now")
    if eta_at - now > STANDARD.longest_s:
        raise invalid(field, f"expected an ETA within {STANDARD.longest_s / 3600:.0f} hours")
    return Times(plan_s, eta_at)


def clock_instant(field: str, given: float | str, now: float, zone: str) -> float:
    """An instant as it is; a clock time as its next occurrence. Raises Refused naming the field."""
    if not isinstance(given, str):
        return given
    found = _CLOCK.fullmatch(given.strip())
    if found is None:
        raise invalid(field, "expected an instant in seconds or a clock time like 23:30")
    here = datetime.fromtimestamp(now, UTC).astimezone(ZoneInfo(zone))
    meant = here.replace(hour=int(found["hour"]), minute=int(found["minute"]), second=0, microsecond=0)
    if meant.timestamp() <= now:
        meant = (meant + timedelta(days=1)).replace(fold=0)
    return meant.timestamp()


__all__ = [
    "Times",
    "Wish",
    "checked",
    "clock_instant",
    "imported",
    "invalid",
    "leading_there",
    "place",
    "times",
    "word",
]
