"""The phone's frames by HTTP, for a phone in the background: `POST /v1/fixes` and `POST /v1/commands`.

The same JSON as on the socket, idempotent as there: fixes by buffer and number, commands by their id. The answer is
the frame that the socket would have sent.
"""

from contextlib import suppress
from typing import Annotated

import msgspec
from fastapi import APIRouter, Depends, HTTPException, Request, Response
from starlette.background import BackgroundTask

from service.doors.problems import in_time
from service.doors.sessions import Session, sessions
from service.frames import FixesTaken, FixFrame, RawFix
from service.house import House
from service.people.refusals import invalid
from service.store import StoreUnavailable
from service.watch import NoSuchJourney

from . import wire
from .attach import still_covered
from .commands import obeyed
from .fixes import take_behind

LONGEST_BODY = 512 * 1024


def router(house: House) -> APIRouter:
    """Both routes, without a prefix: they belong to the API's."""
    routes = APIRouter(tags=["phone"])
    who = Depends(sessions(house))

    @routes.post("/fixes")
    async def fixes(request: Request, session: Annotated[Session, who]) -> Response:
        """One `fixes` frame; answered with `ack`, and what could not be read, once the rest is on disk."""
        frame, usable, bad = await _frame(request)
        if not isinstance(frame, wire.Fixes):
            raise invalid("type", "expected fixes")
        house.vitals.dead_letters += len(bad)
        taken = await in_time(_taken(house, session, frame, usable))
        ack = wire.Ack(buffer=taken.buffer, next=taken.next)
        errors = [{"field": one.field, "detail": one.detail} for one in bad]
        behind = BackgroundTask(_behind, house, session, frame, usable)  # answered before: her phone must not feel it
        return _json({**msgspec.to_builtins(ack), "errors": errors}, behind)

    @routes.post("/commands")
    async def commands(request: Request, session: Annotated[Session, who]) -> Response:
        """One command; answered with `done` or `refused`, from disk."""
        frame, _, _ = await _frame(request)
        answer = await in_time(obeyed(house, session.account, session.device.id, frame))
        command = getattr(frame, "id", "")
        if answer.ok:
            return _json(msgspec.to_builtins(wire.Done(id=command, result=answer.code, at=answer.at)))
        return _json(msgspec.to_builtins(wire.Refused(id=command, code=answer.code, wait_s=answer.wait_s)))

    return routes


async def _frame(request: Request) -> tuple[wire.FromPhone, list[RawFix | None], list[wire.Unreadable]]:
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > LONGEST_BODY:
            raise HTTPException(413)
    try:
        return wire.read(bytes(body))
    except wire.Unreadable as error:
        raise invalid(error.field or "body", error.detail) from error


async def _taken(house: House, session: Session, frame: wire.Fixes, fixes: list[RawFix | None]) -> FixesTaken:
    """The phone that asks is the one whose socket is newest, or has none: its epoch is the row's own."""
    nobody_asked = FixesTaken(frame.buffer, frame.seq + len(fixes))
    key = session.account.live
    if key is None:
        return nobody_asked
    try:
        epoch = (await house.watch.look(key)).phone.epoch
        taken = FixFrame(frame.buffer, frame.seq, frame.sent, house.clock.now(), fixes, epoch, frame.up)
        return await house.watch.fixes(key, taken)
    except NoSuchJourney:
        return nobody_asked


async def _behind(house: House, session: Session, frame: wire.Fixes, fixes: list[RawFix | None]) -> None:
    """For those who look for her behind the journey she was made to begin. What the store cannot say now, the next frame
    brings."""
    with suppress(StoreUnavailable):
        for key, epoch in await still_covered(house, session.account, session.account.live or ""):
            await take_behind(house, key, epoch, frame, fixes)


def _json(found: object, background: BackgroundTask | None = None) -> Response:
    return Response(msgspec.json.encode(found), media_type="application/json", background=background)
