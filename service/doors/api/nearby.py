"""Where she could go to from here, over HTTP: the places this deployment knows of, the nearest first."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Query

from service.doors.problems import MEDIA_TYPE
from service.doors.sessions import Session, sessions
from service.havens import Away, Nearest
from service.house import House

_PLACE: Final[dict[str, Any]] = {
    "id": "s17",
    "name": "Open church, High Street",
    "kind": "scheme",
    "vetted": True,
    "away_m": 180,
    "state": "open",
    "closes_at": 1_781_733_600.0,
}
_INN: Final[dict[str, Any]] = {
    "id": "n4",
    "name": "The Railway Inn",
    "kind": "hotel",
    "vetted": False,
    "away_m": 320,
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
    "detail": "Input should be less than or equal to 85",
}
_RESPONSES: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {"application/json": {"example": EXAMPLE}}},
    422: {"description": "a field cannot be used; `field` names it", "content": {MEDIA_TYPE: {"example": _WRONG}}},
}


def router(house: House) -> APIRouter:
    routes = APIRouter(tags=["havens"])
    who = Depends(sessions(house))

    @routes.get("/havens", responses=_RESPONSES)
    async def nearby(
        _session: Annotated[Session, who],
        lat: Annotated[float, Query(ge=-85, le=85, allow_inf_nan=False)],
        lon: Annotated[float, Query(ge=-180, le=180, allow_inf_nan=False)],
    ) -> dict[str, Any]:
        """The nearest haven that is open now, the nearest other open place, and the ten nearest of all, within 10 km as
        the crow flies. `known` 0: nobody has told this deployment of any. Nothing of the question is kept."""
        return shown(house.havens.nearest(lat, lon, house.clock.now()), house.havens.known)

    return routes


def shown(found: Nearest, known: int) -> dict[str, Any]:
    """As it is sent."""
    return {
        "known": known,
        "haven": None if found.haven is None else _place(found.haven),
        "open_place": None if found.open_place is None else _place(found.open_place),
        "around": [_place(one) for one in found.around],
    }


def _place(one: Away) -> dict[str, Any]:
    place = one.place
    return {
        "id": place.id,
        "name": place.name,
        "kind": place.kind,
        "vetted": place.automatic,
        "away_m": round(one.away_m),
        "state": "unknown" if place.open is None else "open" if place.open else "closed",
        "closes_at": place.closes_at,
    }
