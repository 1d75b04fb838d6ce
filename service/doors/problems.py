"""Errors of the HTTP doors: problem+json (RFC 9457) for every one of them, each with a code that programs can read."""

import asyncio
import math
from collections.abc import Awaitable, Mapping
from http import HTTPStatus
from typing import Any, Final, TypeVar

import msgspec
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from service.people.plans import Moved
from service.people.refusals import Refused, Why
from service.store import StoreUnavailable
from service.telemetry import logger
from service.watch import NoSuchJourney

log = logger(__name__)
T = TypeVar("T")

ANSWER_S = 8.0
"""How long a request waits for the store before it is told to come again."""
RETRY_S = 2
MEDIA_TYPE: Final = "application/problem+json"
_NO_JSON: Final = "expected a JSON object in UTF-8"
_STATUS: Final[Mapping[Why, HTTPStatus]] = {
    Why.INVALID: HTTPStatus(422),
    Why.PIN_NEEDED: HTTPStatus.FORBIDDEN,
    Why.TRY_AGAIN: HTTPStatus.FORBIDDEN,
    Why.WRONG_CODE: HTTPStatus.FORBIDDEN,
    Why.TOO_MANY: HTTPStatus.TOO_MANY_REQUESTS,
    Why.NOT_FOUND: HTTPStatus.NOT_FOUND,
    Why.ALREADY: HTTPStatus.CONFLICT,
    Why.JOURNEY_UNDER_WAY: HTTPStatus.CONFLICT,
    Why.NOBODY_TO_TELL: HTTPStatus.CONFLICT,
    Why.KEY_REUSED: HTTPStatus(422),
    Why.BUSY: HTTPStatus.SERVICE_UNAVAILABLE,
    Why.NO_ROUTE: HTTPStatus(422),
    Why.NO_MAP: HTTPStatus.CONFLICT,
}
TITLES: Final[Mapping[str, str]] = {
    Why.INVALID: "something in the request cannot be used",
    Why.PIN_NEEDED: "this takes her PIN",
    Why.TRY_AGAIN: "try again",
    Why.WRONG_CODE: "this code does not count",
    Why.TOO_MANY: "too many requests",
    Why.NOT_FOUND: "there is no such thing",
    Why.ALREADY: "this is so already",
    Why.JOURNEY_UNDER_WAY: "a journey is under way",
    Why.NOBODY_TO_TELL: "nobody could be told",
    Why.KEY_REUSED: "this key stands for another request",
    Why.BUSY: "too much to do at the moment",
    Why.NO_ROUTE: "there is no way",
    Why.NO_MAP: "there is no map",
    "unauthorized": "this needs a device token",
    "unavailable": "not on disk yet, please repeat",
    "failed": "something went wrong here",
    "http": "this request cannot be answered",
}
_waiting: set["asyncio.Future[Any]"] = set()


class Unavailable(Exception):
    """The store did not answer in time. What was asked may still come to be on disk."""


async def in_time(work: Awaitable[T], within_s: float | None = None) -> T:
    """Waits for `work` as long as a request may, and lets it go on after that: nothing that was asked is lost.

    Raises Unavailable.
    """
    task = asyncio.ensure_future(work)
    _waiting.add(task)
    task.add_done_callback(_waiting.discard)
    try:
        async with asyncio.timeout(ANSWER_S if within_s is None else within_s):
            return await asyncio.shield(task)
    except (TimeoutError, StoreUnavailable) as error:
        task.add_done_callback(_seen)
        raise Unavailable from error


def _seen(task: "asyncio.Future[Any]") -> None:
    """What became of work that nobody waits for any more."""
    if not task.cancelled() and (error := task.exception()) is not None and not isinstance(error, Refused):
        log.warning("late answer failed", error=type(error).__name__)


def problem(
    status: int, code: str, *, detail: str = "", field: str = "", wait_s: float | None = None, **more: Any
) -> Response:
    """One error. `wait_s` becomes Retry-After in whole seconds."""
    body = {"type": "about:blank", "title": TITLES.get(code, TITLES["http"]), "status": status, "code": code}
    headers = {"Cache-Control": "no-store"}
    if detail:
        body["detail"] = detail
    if field:
        body["field"] = field
    if wait_s is not None and math.isfinite(wait_s):
        body["wait_s"] = round(wait_s, 1)
        if wait_s > 0:
            headers["Retry-After"] = str(math.ceil(wait_s))
    body |= {name: value for name, value in more.items() if value is not None}
    return Response(msgspec.json.encode(body), status, headers, MEDIA_TYPE)


def install(app: FastAPI) -> None:
    """Makes every error of `app` one of these, unknown paths and malformed bodies included."""
    for error, answer in _ANSWERS.items():
        app.add_exception_handler(error, answer)


async def _refused(_: Request, error: Exception) -> Response:
    refused = error if isinstance(error, Refused) else Refused(Why.BUSY, "")
    status = _STATUS[refused.why]
    return problem(
        status,
        refused.why,
        detail=refused.detail,
        field=refused.field,
        wait_s=refused.wait_s,
        about=refused.about,
        **refused.more,
    )


async def _malformed(_: Request, error: Exception) -> Response:
    """The first thing that is wrong with a body; what was sent is not repeated, it may be a PIN."""
    first = error.errors()[0] if isinstance(error, RequestValidationError) else {"loc": (), "msg": ""}
    if first.get("type") == "json_invalid":  # its place is a character's number
        return problem(422, Why.INVALID, detail=_NO_JSON, field="body")
    where = [part for part in first["loc"] if part not in ("body", "query", "path", "header")]
    field = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in where).lstrip(".")
    said = str(first["msg"])
    detail = f"{said[:1].lower()}{said[1:]}"
    return problem(422, Why.INVALID, detail=detail, field=field or "body")


async def _http(_: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        return problem(500, "failed")
    if error.status_code == HTTPStatus.UNAUTHORIZED:
        answer = problem(401, "unauthorized")
        answer.headers["WWW-Authenticate"] = "Bearer"
        return answer
    if error.status_code == HTTPStatus.BAD_REQUEST:  # the framework's word for a body that is not JSON at all
        return problem(422, Why.INVALID, detail=_NO_JSON, field="body")
    code = Why.NOT_FOUND if error.status_code == HTTPStatus.NOT_FOUND else "http"
    answer = problem(error.status_code, code)
    answer.headers.update(error.headers or {})
    return answer


async def _unavailable(_: Request, _error: Exception) -> Response:
    return problem(503, "unavailable", wait_s=RETRY_S)


async def _gone(_: Request, _error: Exception) -> Response:
    return problem(404, Why.NOT_FOUND)


async def left(_: Request, _error: Exception) -> Response:
    """To somebody who went away in the middle of a request: nobody hears it, and it is no error of ours."""
    return problem(400, "http")


async def _failed(_: Request, error: Exception) -> Response:
    log.error("request failed", error=type(error).__name__, exc_info=error)
    return problem(500, "failed")


_ANSWERS: Final = {
    Refused: _refused,
    RequestValidationError: _malformed,
    HTTPException: _http,
    Unavailable: _unavailable,
    StoreUnavailable: _unavailable,
    Moved: _unavailable,
    NoSuchJourney: _gone,
    ClientDisconnect: left,
    Exception: _failed,
}
