"""The bodies of the HTTP API, and what they mean to the use cases. Unknown fields are refused by name."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from geofence.destination import Destination
from geofence.mode import Mode
from geofence.route import Route
from service.journey.model import JourneyKind
from service.people import wishes
from service.people.contact_fields import Fields
from service.people.refusals import Refused
from service.people.setting_off import Phone
from service.people.wished_legs import WishedLeg
from service.people.wishes import Wish

Pin = Annotated[str, StringConstraints(max_length=32)]
CommandId = Annotated[str, StringConstraints(min_length=1, max_length=64)]
Text = Annotated[str, StringConstraints(max_length=200)]
Degrees = Annotated[float, Field(allow_inf_nan=False)]
Waited = Annotated[float, Field(ge=0, le=43_200, allow_inf_nan=False)]
People = Annotated[list[Text], Field(max_length=20)]
LONGEST_ROUTE = 4_000_000


class Body(BaseModel):
    """A JSON object with exactly these fields."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


class SignUpBody(Body):
    number: Text
    name: Text


class VerifyBody(Body):
    number: Text
    code: Text
    device: Text
    pin: Pin | None = None


class PinsBody(Body):
    pin: Pin
    duress_pin: Pin
    current_pin: Pin | None = None


class PinBody(Body):
    """Proof for an account change; not needed before she has a PIN."""

    pin: Pin | None = None


class ContactFieldsBody(PinBody):
    """What she may say of a contact; what is left out stays as it is (for a new one: the default)."""

    tier: int | None = None
    primary: bool | None = None
    on_sos_list: bool | None = None
    channels: Annotated[list[Text], Field(max_length=8)] | None = None
    hours: Text | None = None
    place: bool | None = None
    language: Text | None = None
    email: Text | None = None

    def fields(self) -> Fields:
        """Its fields, as the use cases take them."""
        return Fields(
            tier=self.tier,
            primary=self.primary,
            on_sos_list=self.on_sos_list,
            channels=self.channels,
            hours=self.hours,
            place=self.place,
            language=self.language,
            email=self.email,
        )


class ContactBody(ContactFieldsBody):
    """`number` may be left out of an invitation by link: whoever opens it proves one."""

    name: Text
    number: Text | None = None
    invite: Literal["sms", "link"] = "sms"


class ContactChangeBody(ContactFieldsBody):
    name: Text | None = None


class InviteBody(PinBody):
    """`invite`: by our text or by a link of hers; left out: by text where there is a number."""

    invite: Literal["sms", "link"] | None = None


class DestinationBody(Body):
    """Her word for it and, unless a route says it, where it is."""

    word: Text = "home"
    lat: Degrees | None = None
    lon: Degrees | None = None
    radius_m: Degrees | None = None


class RouteBody(Body):
    format: Literal["geojson", "gpx", "polyline", "polyline6"]
    data: Annotated[str, StringConstraints(max_length=LONGEST_ROUTE)]


class LegEndBody(Body):
    """Where a leg ends, and her word for it."""

    word: Text = ""
    lat: Degrees | None = None
    lon: Degrees | None = None
    radius_m: Degrees | None = None


class LegBody(Body):
    """One leg of her way. It ends at `to`, or where its `route` does; the last one at her destination. `underground` (a
    ride) and `dark` (from, to in metres along the route): where her phone will fall silent."""

    mode: Mode
    to: LegEndBody = LegEndBody()
    route: RouteBody | None = None
    minutes: Annotated[float, Field(gt=0, le=720)] | None = None
    underground: bool = False
    dark: Annotated[list[tuple[Degrees, Degrees]], Field(max_length=20)] = []

    def wished(self, end: Destination | None) -> WishedLeg:
        """`end` is where it ends if it does not say. Raises Refused naming the field within the leg."""
        there = _place(self.to, "to") or (None if self.route is not None else end)
        return WishedLeg(
            mode=self.mode,
            word=wishes.word(self.to.word) if self.to.word else "",
            end=there,
            route=_imported(self.route, there),
            minutes=self.minutes,
            underground=self.underground,
            dark=tuple(self.dark),
        )


class PhoneBody(Body):
    battery_pct: Annotated[float, Field(ge=0, le=100)] | None = None
    notifications: bool | None = None
    runs_locked: bool | None = None
    clock_off_s: Degrees | None = None


class JourneyBody(Body):
    """A journey to set off on. `eta` is an instant in seconds or a clock time like 23:30 (its next occurrence).
    `replace`, with her PIN: it takes the place of the one under way. `tracker`: the linked tracker app, by its id, that
    alone carries it. `legs`, 1 to 6 of them, instead of `route` and `mode`: the last one ends at the destination."""

    kind: Literal["destination", "timer"] = "destination"
    destination: DestinationBody = DestinationBody()
    route: RouteBody | None = None
    minutes: Annotated[float, Field(gt=0, le=720)] | None = None
    eta: Degrees | Text | None = None
    profile: Text = "standard"
    mode: Mode = Mode.FOOT
    legs: Annotated[list[LegBody], Field(max_length=6)] = []
    tell: People = []
    arrived: bool = True
    walk_with: People = []
    battery_text: bool = False
    doorstep: bool = False
    tracker: Text = ""
    show_route: bool = False
    phone: PhoneBody | None = None
    replace: bool = False
    pin: Pin | None = None

    def wish(self) -> Wish:
        """Raises Refused naming the field."""
        there = self.destination
        place = _place(there, "destination")
        route = _imported(self.route, place)
        legs = tuple(self._legs(place))
        if legs and "mode" in self.model_fields_set and self.mode is not legs[0].mode:
            raise wishes.invalid("mode", f"expected none beside legs, or {legs[0].mode}, the first one's")
        if legs and place is None:
            place = legs[-1].way.destination
        return wishes.checked(
            Wish(
                kind=JourneyKind(self.kind),
                destination=wishes.word(there.word),
                place=place,
                route=route,
                minutes=self.minutes,
                eta=self.eta,
                profile=self.profile.replace("-", "_"),
                mode=self.mode,
                tell=tuple(self.tell),
                arrived=self.arrived,
                walk_with=tuple(self.walk_with),
                battery_text=self.battery_text,
                doorstep=self.doorstep,
                tracker=self.tracker,
                legs=legs,
                show_route=self.show_route,
            )
        )

    def _legs(self, place: Destination | None) -> Iterator[WishedLeg]:
        """Raises Refused naming the leg and its field."""
        for n, body in enumerate(self.legs):
            is_last = n == len(self.legs) - 1
            try:
                leg = body.wished(place if is_last else None)
            except Refused as refusal:
                field = refusal.field.replace("destination", "to", 1)
                raise wishes.invalid(f"legs[{n}].{field}", refusal.detail) from refusal
            if leg.end is None and leg.route is None:
                raise wishes.invalid(f"legs[{n}].to", "expected a place (lat and lon) or a route")
            if is_last and place is not None and not place.holds(leg.way.destination.lat, leg.way.destination.lon):
                raise wishes.invalid(f"legs[{n}].to", "expected the last leg to end at the destination")
            yield leg

    def seen_by_phone(self) -> Phone:
        """What her phone says of itself."""
        return Phone() if self.phone is None else Phone(**self.phone.model_dump())


def _place(there: "DestinationBody | LegEndBody", field: str) -> Destination | None:
    """Where it is, if that is said. Raises Refused."""
    if there.lat is None and there.lon is None:
        return None
    if there.lat is None or there.lon is None:
        missing = "lat" if there.lat is None else "lon"
        raise wishes.invalid(f"{field}.{missing}", "expected both lat and lon")
    try:
        return wishes.place(there.lat, there.lon, there.radius_m)
    except Refused as refusal:
        raise wishes.invalid(refusal.field.replace("destination", field, 1), refusal.detail) from refusal


def _imported(route: RouteBody | None, place: Destination | None) -> Route | None:
    if route is None:
        return None
    found = wishes.imported(route.format, route.data, place)
    return found if place is None else wishes.leading_there(found)


class CommandBody(Body):
    """`id` is drawn by the phone; a repeated one gets the first answer. `waited_s`: for how long it waited in her phone,
    by the phone's monotonic clock; it is judged as of then."""

    id: CommandId
    pin: Pin | None = None
    waited_s: Waited | None = None


class AnswerBody(CommandBody):
    prompt: Text = ""
    what: Literal["ok", "stopping", "another_way", "next_leg", "help"]
    minutes: Annotated[float, Field(ge=0, le=720)] = 0.0


class ExtendBody(CommandBody):
    minutes: Annotated[float, Field(gt=0, le=720)]


class PauseBody(CommandBody):
    minutes: Annotated[float, Field(gt=0, le=15)] = 15.0


class LegTapBody(CommandBody):
    """She is on leg `to` now, counted from 0."""

    to: Annotated[int, Field(ge=0, le=5)]


class NewRouteBody(CommandBody, RouteBody):
    """A new line for the leg she is on, to the same end."""


class DivertBody(Body):
    """She turns aside to a haven; no PIN is asked."""

    id: CommandId
    waited_s: Waited | None = None
    haven: Annotated[str, StringConstraints(max_length=64)]


class CompanyEndBody(Body):
    """One tap: nobody is told, no PIN is asked."""

    id: CommandId


class CompanyBody(CompanyEndBody):
    """Who may see where she is, on this journey alone: contacts' ids and `operators`, instead of those before."""

    who: People
