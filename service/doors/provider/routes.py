"""All of `/twilio`, by POST only."""

from fastapi import APIRouter

from service.house import House

from . import status, texts, voice, way_out


def router(house: House) -> APIRouter:
    """Without auth tokens nothing is ever signed, and everything is refused alike."""
    routes = APIRouter(prefix="/twilio", include_in_schema=False)
    for door in (status, texts, voice, way_out):
        routes.include_router(door.router(house))
    return routes
