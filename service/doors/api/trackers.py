"""Her linked tracker apps, over HTTP: linked with her PIN and a code to her own number, listed, shut out."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response

from service.doors.problems import in_time
from service.doors.sessions import Session, sessions
from service.house import House
from service.people import trackers
from service.people.model import Tracker

from .bodies import PinBody
from .bodies_account import CodeBody, TrackerBody


def router(house: House) -> APIRouter:
    routes = APIRouter(prefix="/trackers", tags=["linked trackers"])
    who = Depends(sessions(house))

    @routes.get("")
    async def listed(session: Annotated[Session, who]) -> list[dict[str, Any]]:
        """Every app that may report where she is, when it last did, to a quarter of an hour, and what it cannot do."""
        seen = await in_time(trackers.last_seen(house, session.account))
        return [{**_shown(t), "last_seen_at": seen.get(t.id)} for t in trackers.counted(session.account)]

    @routes.post("", status_code=202)
    async def link(body: TrackerBody, session: Annotated[Session, who]) -> dict[str, Any]:
        """Sends a code to her own number."""
        account, door = session.account, session.device.id
        asked = await in_time(trackers.link(house, account, body.app, body.name, body.heartbeat_s, body.pin, door))
        return {"id": asked.id, "app": asked.app, "name": asked.name, "expires_at": asked.expires_at}

    @routes.post("/{tracker}/code", status_code=201)
    async def confirm(
        tracker: str, body: CodeBody, session: Annotated[Session, who], response: Response
    ) -> dict[str, Any]:
        """What to type into the app. The secret is shown this once: only its hash is kept."""
        linked = await in_time(trackers.confirm(house, session.account, tracker, body.code))
        response.headers["Cache-Control"] = "no-store"
        return {**_shown(linked.tracker), "type_in": _typed_in(house, linked)}

    @routes.delete("/{tracker}", status_code=204)
    async def unlink(tracker: str, body: PinBody, session: Annotated[Session, who]) -> None:
        """Shuts it out at once."""
        await in_time(trackers.unlink(house, session.account, tracker, body.pin, session.device.id))

    return routes


def _shown(tracker: Tracker) -> dict[str, Any]:
    return {
        "id": tracker.id,
        "app": tracker.app,
        "name": tracker.name,
        "since": tracker.since,
        "heartbeat_s": tracker.heartbeat_s,
        "cannot": [{"code": code, "words": words} for code, words in trackers.cannot(tracker.app, tracker.heartbeat_s)],
    }


def _typed_in(house: House, linked: trackers.Linked) -> dict[str, str]:
    """Field by field, as the app's own screen calls them (docs/api.md)."""
    if linked.tracker.app == trackers.OWNTRACKS:
        return {
            "url": f"{house.public_url}/owntracks",
            "user": linked.tracker.id,
            "password": linked.secret,
            "device": "phone",
        }
    return {"server_url": f"{house.public_url}/traccar", "device_identifier": linked.secret}
