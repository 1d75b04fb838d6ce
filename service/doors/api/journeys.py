"""Her journeys, over HTTP: the pre-flight, setting off, and every command her socket knows."""

import asyncio
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Body, Depends, Header, Response

from service.doors.phones.snapshot import snapshot
from service.doors.problems import in_time, problem
from service.doors.sessions import Session, sessions
from service.house import House
from service.journey.turn import Answer
from service.people.alarms import NO_JOURNEY
from service.people.model import Traveller
from service.people.pressing import act_of, ask_company, cry, given, press
from service.people.refusals import Refused, Why, invalid
from service.people.rerouting import divert, reroute
from service.people.setting_off import preflight, replace_with, set_off
from service.people.wishes import Wish
from service.rows import Kept

from . import bodies
from .nearby import ASIDE, ASIDE_RESPONSES

LONGEST_KEY = 128


def router(house: House) -> APIRouter:
    found = APIRouter()
    found.include_router(_journeys(house))
    found.include_router(_commands(house))
    found.include_router(_way(house))
    return found


def _journeys(house: House) -> APIRouter:
    routes = APIRouter(prefix="/journeys", tags=["journeys"])
    who = Depends(sessions(house))

    @routes.post("/preflight")
    async def check(body: bodies.JourneyBody, session: Annotated[Session, who]) -> dict[str, Any]:
        """What would be promised, what stands in the way, what she should know."""
        report = preflight(house, session.account, await _wish(body), body.seen_by_phone())
        return {
            "blocks": [{"code": w.code, "words": w.words} for w in report.blocks],
            "warnings": [{"code": w.code, "words": w.words} for w in report.warnings],
            "sentence": report.sentence,
            "eta_at": report.eta_at,
        }

    @routes.post("", status_code=201)
    async def create(
        body: bodies.JourneyBody,
        session: Annotated[Session, who],
        idempotency_key: Annotated[str, Header(max_length=LONGEST_KEY)] = "",
    ) -> dict[str, Any]:
        """Sets off, with `replace` and her PIN in the place of the journey under way. The journey and its deadline are
        on disk when this is answered."""
        wish, phone, key = await _wish(body), body.seen_by_phone(), idempotency_key
        account, door = session.account, session.device.id
        if body.replace:
            kept = await in_time(replace_with(house, account, wish, key, phone=phone, pin=body.pin, door=door))
        else:
            kept = await in_time(set_off(house, account.id, wish, key, phone=phone))
        return _shown(kept, account)

    @routes.get("/live")
    async def live(session: Annotated[Session, who]) -> dict[str, Any]:
        """Her journey, for as long as a cry for help would still belong to it."""
        if session.account.live is None:
            raise Refused(Why.NOT_FOUND, "expected a journey of hers")
        return _shown(await in_time(house.watch.look(session.account.live)), session.account)

    return routes


def _commands(house: House) -> APIRouter:
    routes = APIRouter(prefix="/journeys/live", tags=["commands"])
    who = Depends(sessions(house))

    @routes.post("/answer")
    async def answer(body: bodies.AnswerBody, session: Annotated[Session, who]) -> Response:
        if body.what == "help":
            return answered(body.id, await in_time(cry(house, session.account, command=body.id)))
        return await _pressed(
            house, session, "answer", body, prompt=body.prompt, answer=body.what, minutes=body.minutes
        )

    @routes.post("/extend")
    async def extend(body: bodies.ExtendBody, session: Annotated[Session, who]) -> Response:
        return await _pressed(house, session, "extend", body, minutes=body.minutes)

    @routes.post("/pause")
    async def pause(body: bodies.PauseBody, session: Annotated[Session, who]) -> Response:
        return await _pressed(house, session, "pause", body, minutes=body.minutes)

    @routes.post("/end")
    async def end(body: bodies.CommandBody, session: Annotated[Session, who]) -> Response:
        return await _pressed(house, session, "end", body)

    @routes.post("/sos")
    async def sos(body: bodies.CommandBody, session: Annotated[Session, who]) -> Response:
        """With or without a journey; no PIN is asked."""
        return answered(body.id, await in_time(cry(house, session.account, command=body.id)))

    @routes.post("/sos_cancel")
    async def sos_cancel(body: bodies.CommandBody, session: Annotated[Session, who]) -> Response:
        if body.pin is None:
            raise invalid("pin", "expected her PIN")
        return await _pressed(house, session, "sos_cancel", body)

    return routes


def _way(house: House) -> APIRouter:
    """What she says of her way itself, and who walks it with her."""
    routes = APIRouter(prefix="/journeys/live", tags=["commands"])
    who = Depends(sessions(house))

    @routes.post("/leg")
    async def leg(body: bodies.LegTapBody, session: Annotated[Session, who]) -> Response:
        """She is on the next leg of her way: on board, or off again."""
        return await _pressed(house, session, "leg", body, to=body.to)

    @routes.post("/route")
    async def route(body: bodies.NewRouteBody, session: Annotated[Session, who]) -> Response:
        """She goes by another line, to the same place."""
        done = reroute(
            house,
            session.account,
            body.format,
            body.data,
            command=body.id,
            door=session.device.id,
            pin=body.pin,
            given_at=given(house, body.waited_s),
        )
        return answered(body.id, await in_time(done))

    @routes.post("/divert", responses=ASIDE_RESPONSES)
    async def aside(
        body: Annotated[bodies.DivertBody, Body(openapi_examples=ASIDE)], session: Annotated[Session, who]
    ) -> Response:
        """She turns aside to a haven; no PIN is asked."""
        given_at = given(house, body.waited_s)
        done = divert(house, session.account, body.haven, command=body.id, door=session.device.id, given_at=given_at)
        return answered(body.id, await in_time(done))

    @routes.post("/company")
    async def company(body: bodies.CompanyBody, session: Annotated[Session, who]) -> Response:
        """*Walk with me*: these may see where she is, on this journey alone; no PIN is asked."""
        done = ask_company(house, session.account, body.who, command=body.id, door=session.device.id)
        return answered(body.id, await in_time(done))

    @routes.post("/company_end")
    async def company_end(body: bodies.CompanyEndBody, session: Annotated[Session, who]) -> Response:
        """One tap, unseen."""
        done = press(house, session.account, act_of("company_end"), command=body.id, door=session.device.id)
        return answered(body.id, await in_time(done))

    return routes


async def _pressed(house: House, session: Session, what: str, body: bodies.CommandBody, **more: Any) -> Response:
    act = act_of(what, given_at=given(house, body.waited_s), **more)
    done = press(house, session.account, act, command=body.id, door=session.device.id, pin=body.pin)
    return answered(body.id, await in_time(done))


def answered(command: str, answer: Answer) -> Response:
    """`done` or `refused`, as on the socket; a refusal is a problem too."""
    if answer.ok:
        return _done(command, answer)
    status = 404 if answer.code == NO_JOURNEY else 403
    wait_s = answer.wait_s if answer.code == Why.TRY_AGAIN else None
    return problem(status, answer.code, wait_s=wait_s, id=command)


def _done(command: str, answer: Answer) -> Response:
    return Response(
        msgspec.json.encode({"id": command, "result": answer.code, "at": answer.at}), media_type="application/json"
    )


async def _wish(body: bodies.JourneyBody) -> Wish:
    """Reading a long route takes most of a second: beside the loop, so that nobody's SOS waits for it."""
    plain = body.route is None and all(leg.route is None for leg in body.legs)
    return body.wish() if plain else await asyncio.to_thread(body.wish)


def _shown(kept: Kept, account: Traveller) -> dict[str, Any]:
    return snapshot(kept.journey, account)
