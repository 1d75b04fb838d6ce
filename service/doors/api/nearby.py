"""Where she could go to from here, over HTTP: the places this deployment knows of, the nearest first."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Body, Depends

from service.doors.problems import MEDIA_TYPE
from service.doors.sessions import Session, sessions
from service.havens import Away, Nearest
from service.house import House
from service.maps.answer import in_state
from service.maps.planning import setting_off_at

from .bodies_map import NearbyBody

ASKED: Final[dict[str, Any]] = {
    "here": {"summary": "from here, now", "value": {"lat": 51.3891, "lon": 0.5041}},
    "later": {"summary": "where she will be", "value": {"lat": 51.3891, "lon": 0.5041, "at": "23:30"}},
}
_PLACE: Final[dict[str, Any]] = {
    "id": "s17",
    "name": "Open church, High Street",
    "kind": "scheme",
    "lat": 51.38841,
    "lon": 0.50402,
    "vetted": True,
    "away_m": 180,
    "walk_m": 240,
    "state": "open",
    "closes_at": 1_781_733_600.0,
}
_INN: Final[dict[str, Any]] = {
    "id": "n4",
    "name": "The Railway Inn",
    "kind": "hotel",
    "lat": 51.38902,
    "lon": 0.50117,
    "vetted": False,
    "away_m": 320,
    "walk_m": 410,
    "state": "open",
    "closes_at": 1_781_737_200.0,
}
EXAMPLE: Final[dict[str, Any]] = {"known": 212, "haven": _PLACE, "open_place": _INN, "around": [_PLACE, _INN]}
_WRONG: Final[dict[str, Any]] = {
    "type": "about:blank",
    "title": "something in the request cannot be used",
    "status": 422,
    "code": "invalid",
    "field": "lat",
    "detail": "input should be less than or equal to 85",
}
_RESPONSES: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {"application/json": {"example": EXAMPLE}}},
    422: {"description": "a field cannot be used; `field` names it", "content": {MEDIA_TYPE: {"example": _WRONG}}},
}
ASIDE: Final[dict[str, Any]] = {
    "now": {"summary": "she turns aside to it", "value": {"id": "d1", "haven": "s17"}},
    "waited": {
        "summary": "pressed a minute ago, where there was no network",
        "value": {"id": "d2", "haven": "n4", "waited_s": 60},
    },
    "closed": {"summary": "a place that nobody knows, or that has closed", "value": {"id": "d3", "haven": "osm:n1"}},
}
ASIDE_DONE: Final[dict[str, Any]] = {"id": "d1", "result": "diverted", "at": 1_781_732_700.0}
_NO_PLACE: Final[dict[str, Any]] = {
    "type": "about:blank",
    "title": "something in the request cannot be used",
    "status": 422,
    "code": "invalid",
    "field": "haven",
    "detail": "expected the id of a place that we know",
}
_NO_JOURNEY: Final[dict[str, Any]] = {
    "type": "about:blank",
    "title": "this request cannot be answered",
    "status": 404,
    "code": "no_journey",
    "id": "d1",
}
ASIDE_RESPONSES: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "`at` is when she is expected now",
        "content": {"application/json": {"example": ASIDE_DONE}},
    },
    404: {"description": "she is on no journey", "content": {MEDIA_TYPE: {"example": _NO_JOURNEY}}},
    422: {"description": "no such place, or it is closed now", "content": {MEDIA_TYPE: {"example": _NO_PLACE}}},
}


def router(house: House) -> APIRouter:
    routes = APIRouter(tags=["havens"])
    who = Depends(sessions(house))

    @routes.post("/havens", responses=_RESPONSES)
    async def nearby(
        body: Annotated[NearbyBody, Body(openapi_examples=ASKED)], _session: Annotated[Session, who]
    ) -> dict[str, Any]:
        """The nearest haven that is open, the nearest other open place, and the ten nearest of all, within 10 km as the crow
        flies. `walk_m` is along the streets, where a map knows it. `known` 0: nobody has told this deployment of any.
        Nothing of the question is kept; where she is stands in the body, so that no log on the way has it."""
        now = house.clock.now()
        at = setting_off_at(body.at, now, house.settings.timezone)
        if body.at is None:
            await house.maps.searched(body.lat, body.lon, now)
        return shown(house.havens.nearest(body.lat, body.lon, at), house.havens.known)

    return routes


def shown(found: Nearest, known: int) -> dict[str, Any]:
    """As it is sent."""
    return {
        "known": known,
        "haven": None if found.haven is None else place_shown(found.haven),
        "open_place": None if found.open_place is None else place_shown(found.open_place),
        "around": [place_shown(one) for one in found.around],
    }


def place_shown(one: Away) -> dict[str, Any]:
    """One of them."""
    place = one.place
    return {
        "id": place.id,
        "name": place.name,
        "kind": place.kind,
        "lat": place.lat,
        "lon": place.lon,
        "vetted": place.automatic,
        "away_m": round(one.away_m),
        "walk_m": None if one.walk_m is None else round(one.walk_m),
        "state": in_state(place),
        "closes_at": place.closes_at,
    }
