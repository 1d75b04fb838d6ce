"""`/metrics` for Prometheus: with a bearer token, or from this machine where nothing of the house is public.

A proxy on this machine makes every stranger look local, so a public address alone closes the door to whoever has no
token.
"""

import hmac

from fastapi import APIRouter, Request
from fastapi.responses import PlainTextResponse, Response

from service.house import House
from service.settings import LOOPBACK
from service.watching.figures import CONTENT_TYPE, exposed


def router(house: House) -> APIRouter:
    """The one door."""
    doors = APIRouter()

    @doors.get("/metrics", include_in_schema=False)
    async def metrics(request: Request) -> Response:
        refused = _refused(house, request)
        if refused is not None:
            return refused
        return Response(await exposed(house), media_type=CONTENT_TYPE, headers={"Cache-Control": "no-store"})

    return doors


def _refused(house: House, request: Request) -> Response | None:
    token = house.settings.metrics_token.get_secret_value()
    if token:
        given = request.headers.get("Authorization", "")
        if hmac.compare_digest(given.encode(), f"Bearer {token}".encode()):
            return None
        return PlainTextResponse("expected a token\n", 401, headers={"WWW-Authenticate": "Bearer"})
    host = request.client.host if request.client is not None else ""
    if host in LOOPBACK and not house.settings.public_url:
        return None
    return PlainTextResponse("not found\n", 404)
