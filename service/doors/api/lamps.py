"""Lamps reported out, and places where she would rather not walk: they count when ways are planned, until they are old."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Body, Depends, Response

from service.doors.problems import MEDIA_TYPE, in_time
from service.doors.sessions import Session, sessions
from service.house import House
from service.maps import reports

from .bodies_map import LampBody

LAMPS: Final[dict[str, Any]] = {
    "lamp_out": {
        "summary": "a lamp is out",
        "value": {"id": "r1", "lat": 51.3908, "lon": 0.5072, "what": "lamp_out"},
    },
    "concern": {
        "summary": "she would rather not walk there",
        "value": {"id": "r2", "lat": 51.3890, "lon": 0.5072, "what": "concern"},
    },
}
TOLD: Final[dict[str, Any]] = {"id": "r1", "what": "lamp_out", "until": 1_797_631_200.0}
_MANY: Final[dict[str, Any]] = {
    "type": "about:blank",
    "title": "too many requests",
    "status": 429,
    "code": "too_many",
    "detail": "expected at most 10 reports a day",
    "wait_s": 86_400.0,
}
_WRONG: Final[dict[str, Any]] = {
    "type": "about:blank",
    "title": "something in the request cannot be used",
    "status": 422,
    "code": "invalid",
    "field": "what",
    "detail": "input should be 'lamp_out' or 'concern'",
}
_RESPONSES: Final[dict[int | str, dict[str, Any]]] = {
    201: {"content": {"application/json": {"example": TOLD}}},
    422: {"description": "a field cannot be used; `field` names it", "content": {MEDIA_TYPE: {"example": _WRONG}}},
    429: {"description": "too many; Retry-After says when", "content": {MEDIA_TYPE: {"example": _MANY}}},
}


def router(house: House) -> APIRouter:
    routes = APIRouter(prefix="/lamps", tags=["ways"])
    who = Depends(sessions(house))

    @routes.post("", status_code=201, responses=_RESPONSES)
    async def tell(
        body: Annotated[LampBody, Body(openapi_examples=LAMPS)], session: Annotated[Session, who]
    ) -> dict[str, Any]:
        """Counts for 28 days. One account's word makes a lit stretch *not known to be lit*, that of two makes it unlit. The
        same `id` tells it once. Kept without her name."""
        now, account = house.clock.now(), session.account.id
        told = await in_time(reports.tell(house.store, account, body.id, body.lat, body.lon, body.what, now))
        return {"id": body.id, "what": told.what.value, "until": told.until}

    @routes.delete("/{id_:path}", status_code=204)
    async def take_back(id_: str, session: Annotated[Session, who]) -> Response:
        """A report of her own."""
        await in_time(reports.take_back(house.store, session.account.id, id_))
        return Response(status_code=204)

    return routes
