"""What is kept about her, over HTTP: her journeys afterwards, who looked, everything in one file, and the end of it."""

from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Depends, Query, Response

from service.doors.phones.snapshot import snapshot
from service.doors.problems import in_time
from service.doors.sessions import Session, sessions
from service.house import House
from service.journey.model import Journey
from service.people.model import Traveller
from service.remembered import erasing, exporting, history

from . import bodies

MOST = 200
LITE = (
    "id", "kind", "state", "reference", "destination", "profile", "mode", "began_at", "eta_at", "incident",
    "closed_at", "closed_because",
)  # fmt: skip
"""What a list of journeys shows of each."""


class EraseBody(bodies.PinBody):
    """`confirm` is the word ERASE: nobody does this by a slip of the thumb."""

    confirm: bodies.Text


def router(house: House) -> APIRouter:
    found = APIRouter()
    found.include_router(_journeys(house))
    found.include_router(_everything(house))
    return found


def _journeys(house: House) -> APIRouter:
    routes = APIRouter(tags=["history"])
    who = Depends(sessions(house))

    @routes.get("/journeys")
    async def listed(
        session: Annotated[Session, who],
        before: Annotated[float | None, Query(allow_inf_nan=False)] = None,
        limit: Annotated[int, Query(ge=1, le=MOST)] = 50,
    ) -> list[dict[str, Any]]:
        """Her journeys, newest first; `before` is the `began_at` of the last one that was shown."""
        found = await in_time(history.journeys(house, session.account))
        older = (journey for journey in found if before is None or journey.plan.began_at < before)
        return [_lite(house, journey, session.account) for journey in list(older)[:limit]]

    @routes.get("/journeys/{journey}")
    async def one(journey: str, session: Annotated[Session, who]) -> dict[str, Any]:
        return _shown(house, await _hers(session, journey), session.account)

    @routes.get("/journeys/{journey}/story")
    async def story(journey: str, session: Annotated[Session, who]) -> list[dict[str, Any]]:
        """What happened, each decision with its rule and numbers, each message with every state."""
        shown = await _hers(session, journey)
        lines = await in_time(history.story(house, session.account, shown))
        return [msgspec.to_builtins(line) for line in lines]

    @routes.get("/journeys/{journey}/looks")
    async def looks(journey: str, session: Annotated[Session, who]) -> list[dict[str, Any]]:
        """Who looked at where she was on this journey, newest first."""
        shown = await _hers(session, journey)
        return [msgspec.to_builtins(look) for look in history.looks([shown], session.account)]

    @routes.get("/looks")
    async def all_looks(session: Annotated[Session, who]) -> list[dict[str, Any]]:
        """The same for all her journeys that are kept, and who asked after her between them (`journey` is empty)."""
        account = session.account
        looks = history.looks(await in_time(history.journeys(house, account)), account)
        return [msgspec.to_builtins(look) for look in history.newest_first([*looks, *history.asked(account)])]

    async def _hers(session: Session, journey: str) -> Journey:
        return await in_time(history.journey(house, session.account, journey))

    return routes


def _everything(house: House) -> APIRouter:
    routes = APIRouter(tags=["export and erase"])
    who = Depends(sessions(house))

    @routes.post("/export", response_class=Response, responses={200: {"content": {exporting.MEDIA_TYPE: {}}}})
    async def export(body: bodies.PinBody, session: Annotated[Session, who]) -> Response:
        """Everything we hold about her, readable and for machines, in one zip."""
        made = await in_time(exporting.export(house, session.account, body.pin, session.device.id))
        headers = {
            "Content-Disposition": f'attachment; filename="{exporting.FILE}"',
            "Cache-Control": "no-store",
        }
        return Response(made, media_type=exporting.MEDIA_TYPE, headers=headers)

    @routes.post("/erase", status_code=204)
    async def erase(body: EraseBody, session: Annotated[Session, who]) -> None:
        """Ends her account: this token answers 401 from now on, and what is hers goes."""
        account, door = session.account, session.device.id
        await in_time(erasing.erase(house, account, body.pin, body.confirm, door))

    return routes


def _shown(house: House, journey: Journey, account: Traveller) -> dict[str, Any]:
    return snapshot(journey, account)


def _lite(house: House, journey: Journey, account: Traveller) -> dict[str, Any]:
    whole = _shown(house, journey, account)
    return {name: whole[name] for name in LITE}
