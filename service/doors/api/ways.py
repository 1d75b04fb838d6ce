"""Ways and maps over HTTP: plans, the light along a line of hers, and what the maps hold. No place is written down."""

from functools import partial
from typing import Annotated, Any, Final

import msgspec
from fastapi import APIRouter, Body, Depends, Response

from geofence.mode import USUAL_MPS, Mode
from service.doors.problems import MEDIA_TYPE, in_time
from service.doors.sessions import Session, sessions
from service.house import House
from service.maps.answer import PlanAnswer
from service.maps.known import Known
from service.maps.planning import Walk, setting_off_at
from service.people.refusals import invalid
from service.people.wishes import imported

from .bodies_map import PlanBody, ProfileBody

_HERE: Final = {"lat": 51.3891, "lon": 0.50414}
_THERE: Final = {"lat": 51.38985, "lon": 0.51247}
PLANS: Final[dict[str, Any]] = {
    "tonight": {"summary": "home, tonight", "value": {"from": _HERE, "to": _THERE, "at": "23:30"}},
    "without_steps": {"summary": "without steps", "value": {"from": _HERE, "to": _THERE, "no_steps": True}},
    "outside_map": {
        "summary": "to a place outside the map",
        "value": {"from": _HERE, "to": {"lat": 51.43394, "lon": 0.504}},
    },
    "no_street_near": {
        "summary": "no street there",
        "value": {"from": {"lat": 51.3872, "lon": 0.50831}, "to": _THERE},
    },
    "cut_off": {
        "summary": "a yard that is cut off",
        "value": {"from": _HERE, "to": {"lat": 51.38927, "lon": 0.51736}},
    },
    "same_place": {"summary": "nowhere to go", "value": {"from": _HERE, "to": _HERE}},
}
LINES: Final[dict[str, Any]] = {
    "planned": {
        "summary": "the line of a plan",
        "value": {"route": {"format": "polyline6", "data": "cip_aB_kw]wiB??wyOdw@??vG"}, "at": "23:30"},
    },
    "elsewhere": {
        "summary": "a line outside the map",
        "value": {"route": {"format": "polyline6", "data": "_c`|aB_kw]_qO??_qO"}},
    },
}
PLAN: Final[dict[str, Any]] = {
    "map": "medway",
    "data_at": 1_773_142_200.0,
    "at": 1_795_217_400.0,
    "dark": True,
    "attribution": "© OpenStreetMap contributors",
    "snapped_m": [10, 5],
    "rules": {"tagged": "tagged as lit", "urban_road": "assumed: a street in a town where streets are lit"},
    "ways": [
        {
            "id": "1429f30a46b1",
            "kind": "better_lit",
            "kinds": ["better_lit", "careful"],
            "line": "cip_aB_kw]wiB??wyOdw@??vG",
            "length_m": 900,
            "minutes": 12,
            "metres": {"lit": 890, "assumed": 10, "unknown": 0, "unlit": 0},
            "longest_not_known": {"from_m": 890, "metres": 10, "state": "assumed", "near": "Mill Lane"},
            "stretches": [[0, 890, "lit", "tagged", "High Street"], [890, 900, "assumed", "urban_road", "Mill Lane"]],
            "steps_m": 0,
            "havens": [
                {
                    "id": "osm:n85",
                    "name": "The Bell",
                    "kind": "pub",
                    "vetted": False,
                    "along_m": 500,
                    "off_m": 20,
                    "state": "open",
                    "closes_at": 1_795_219_200.0,
                }
            ],
            "why": "3 min longer, 800 m more of it lit",
        }
    ],
}
MAP: Final[dict[str, Any]] = {
    "maps": [
        {
            "name": "medway",
            "box": [0.5028, 51.3863, 0.5192, 51.3932],
            "zone": "Europe/London",
            "built_at": 1_795_000_000.0,
            "data_at": 1_773_142_200.0,
            "km": {"lit": 3.2, "assumed": 1.8, "unknown": 1.1, "unlit": 0.6},
            "havens": 2,
            "open_places": 4,
            "attribution": "© OpenStreetMap contributors",
        }
    ]
}


def _none(reason: str, detail: str, field: str = "", maps: list[str] | None = None) -> dict[str, Any]:
    plain = {"type": "about:blank", "title": "there is no way", "status": 422, "code": "no_route", "detail": detail}
    named = plain | ({"field": field} if field else {})
    return {"value": named | {"reason": reason} | ({"maps": maps} if maps else {})}


NO_WAYS: Final[dict[str, Any]] = {
    "outside_map": _none("outside_map", "to is 4.6 km outside the map medway", "to", ["medway"]),
    "no_street_near": _none("no_street_near", "no street within 150 m of from", "from"),
    "cut_off": _none("cut_off", "to is on streets, 240 m in all, that are cut off from the others", "to"),
    "same_place": _none("same_place", "from and to are the same place"),
    "across_edge": _none(
        "across_edge", "from is in the map kent, to in the map london; a way lies in one map", "", ["kent", "london"]
    ),
    "too_far": _none("too_far", "from and to are 31.2 km apart, and a way on foot is planned up to 20 km"),
    "closed": _none("closed", "the only way is closed at that time"),
    "only_steps": _none("only_steps", "the only way is by steps"),
}
NO_MAP: Final[dict[str, Any]] = {
    "type": "about:blank",
    "title": "there is no map",
    "status": 409,
    "code": "no_map",
    "detail": "there is no map here yet",
}
_ANSWERS: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {"application/json": {"example": PLAN}}},
    409: {"description": "there is no map here at all", "content": {MEDIA_TYPE: {"example": NO_MAP}}},
    422: {
        "description": "there is no way: `reason` says why, `field` at which end; or a field cannot be used",
        "content": {MEDIA_TYPE: {"examples": NO_WAYS}},
    },
}
_MAPS: Final[dict[int | str, dict[str, Any]]] = {200: {"content": {"application/json": {"example": MAP}}}}


def router(house: House) -> APIRouter:
    routes = APIRouter(tags=["ways"])
    who = Depends(sessions(house))
    zone = house.settings.timezone

    @routes.post("/routes/plan", responses=_ANSWERS)
    async def plan(
        body: Annotated[PlanBody, Body(openapi_examples=PLANS)], session: Annotated[Session, who]
    ) -> Response:
        """Up to three ways on foot, the better lit one first, each with minutes, metres by state, what is open on the way
        and one sentence why. A way's `line` goes into setting off as `{"format": "polyline6", "data": line}`."""
        if body.mode is not Mode.FOOT:
            raise invalid("mode", f"expected foot: only walks are planned, got {body.mode.value}")
        now = house.clock.now()
        at = setting_off_at(body.at, now, zone)
        walk = Walk(origin=body.origin.place, destination=body.destination.place, at=at, no_steps=body.no_steps)
        return _sent(await in_time(house.planning.plan(session.device.id, walk, now)))

    @routes.post("/routes/profile", responses=_ANSWERS)
    async def profile(
        body: Annotated[ProfileBody, Body(openapi_examples=LINES)], session: Annotated[Session, who]
    ) -> Response:
        """The light along a line of hers, as a plan tells of its ways. Off the map's streets it is not known to be lit."""
        if body.mode is Mode.RIDE:
            raise invalid("mode", "expected foot or cycle, got ride")
        now = house.clock.now()
        at = setting_off_at(body.at, now, zone)
        line = partial(imported, body.route.format, body.route.data, None)
        return _sent(await in_time(house.planning.tell(session.device.id, line, at, USUAL_MPS[body.mode], now)))

    @routes.get("/map", responses=_MAPS)
    async def maps() -> dict[str, Any]:
        """Which maps there are, how old, and how much of each is lit now (by day: after dark). No token is asked for."""
        now = house.clock.now()
        known = house.maps.known
        return {"maps": await in_time(house.maps.threaded(lambda: [_shown(one, now) for one in known]))}

    return routes


def _sent(answer: PlanAnswer) -> Response:
    headers = {"Cache-Control": "no-store"}
    return Response(msgspec.json.encode(answer), headers=headers, media_type="application/json")


def _shown(one: Known, now: float) -> dict[str, Any]:
    about = one.region.about
    havens, open_places = one.havens.counts
    return {
        "name": one.name,
        "box": [about.box.west, about.box.south, about.box.east, about.box.north],
        "zone": about.zone,
        "built_at": one.current.built_at,
        "data_at": one.current.data_at,
        "km": one.km(now),
        "havens": havens,
        "open_places": open_places,
        "attribution": about.attribution,
    }
