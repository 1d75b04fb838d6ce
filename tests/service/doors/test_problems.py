"""Errors of the HTTP doors."""

import asyncio
import json
import logging

import pytest
from fastapi import FastAPI, HTTPException
from fastapi.exceptions import RequestValidationError
from httpx import ASGITransport, AsyncClient, Response
from starlette.requests import ClientDisconnect

from service.doors import problems
from service.doors.problems import MEDIA_TYPE, Unavailable, in_time, problem
from service.people.refusals import Refused, Why, invalid
from service.store import StoreUnavailable


async def asked(error: Exception) -> Response:
    """What a route that raises `error` answers."""
    app = FastAPI()
    problems.install(app)

    @app.get("/raises")
    async def raises() -> None:
        raise error

    transport = ASGITransport(app, raise_app_exceptions=False)
    async with AsyncClient(transport=transport, base_url="http://here") as http:
        return await http.get("/raises")


@pytest.mark.parametrize("why", list(Why))
async def test_every_refusal_is_a_problem(why: Why) -> None:
    """With its own code, a title and the media type of RFC 9457."""
    answer = await asked(Refused(why, "expected something else"))
    body = answer.json()

    assert 400 <= answer.status_code <= 503
    assert answer.headers["Content-Type"] == MEDIA_TYPE
    assert (body["status"], body["code"], body["detail"]) == (answer.status_code, why.value, "expected something else")
    assert body["title"]


async def test_the_field_and_the_wait_are_said() -> None:
    """`field` in the body; Retry-After in whole seconds, rounded up, and none where waiting does not help."""
    assert (await asked(invalid("tier", "expected 1 or 2, got 3"))).json()["field"] == "tier"
    waiting = await asked(Refused(Why.TOO_MANY, "later", wait_s=1.2))
    assert (waiting.status_code, waiting.headers["Retry-After"]) == (429, "2")
    assert "Retry-After" not in (await asked(Refused(Why.TOO_MANY, "no", wait_s=float("inf")))).headers


async def test_a_store_that_is_away_asks_to_come_again() -> None:
    """503, and when."""
    answers = [await asked(StoreUnavailable("gone")), await asked(Unavailable())]

    assert {(a.status_code, a.headers["Retry-After"], a.json()["code"]) for a in answers} == {(503, "2", "unavailable")}


async def test_what_was_not_expected_says_nothing_of_itself() -> None:
    """500 without a word of what happened inside."""
    answer = await asked(RuntimeError("her number is +447700900123"))

    assert answer.status_code == 500
    assert "7700" not in answer.text


async def test_who_goes_away_in_the_middle_is_no_error_of_ours(caplog: pytest.LogCaptureFixture) -> None:
    """A phone in a tunnel: nothing is logged, least of all where in our code it happened."""
    with caplog.at_level(logging.DEBUG, "service"):
        assert (await asked(ClientDisconnect())).status_code == 400
    assert caplog.records == []


async def test_a_body_that_is_no_json_is_named() -> None:
    """The framework says that it could not be parsed, or at which character."""
    broken = RequestValidationError([{"type": "json_invalid", "loc": ("body", 7), "msg": "JSON decode error"}])
    for error in (HTTPException(400), broken):
        body = (await asked(error)).json()
        assert (body["status"], body["code"], body["field"]) == (422, "invalid", "body")
        assert body["detail"] == "expected a JSON object in UTF-8"


async def test_unknown_paths_are_problems_too() -> None:
    """And what was typed is not repeated."""
    app = FastAPI()
    problems.install(app)
    async with AsyncClient(transport=ASGITransport(app), base_url="http://here") as http:
        answer = await http.get("/nowhere")

    assert (answer.status_code, answer.headers["Content-Type"]) == (404, MEDIA_TYPE)
    assert answer.json()["code"] == "not_found"


async def test_work_that_takes_too_long_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """She is told to come again; what she asked is still done when the store is back."""
    monkeypatch.setattr(problems, "ANSWER_S", 0.01)
    back, done = asyncio.Event(), asyncio.Event()

    async def slow() -> None:
        await back.wait()
        done.set()

    with pytest.raises(Unavailable):
        await in_time(slow())
    back.set()
    await asyncio.wait_for(done.wait(), 1.0)


def test_a_problem_is_plain_json() -> None:
    """Members beside the standard ones, and no empty ones."""
    assert json.loads(bytes(problem(409, Why.ALREADY, about=None, id="c1").body)) == {
        "type": "about:blank",
        "title": "this is so already",
        "status": 409,
        "code": "already",
        "id": "c1",
    }
