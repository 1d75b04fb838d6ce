"""The double's front: in the same loop, and as a process of its own."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator

import aiohttp
import pytest

from service.demo.provider.script import Do, Script
from service.demo.provider.shapes import API
from service.demo.twilio_double import ACCOUNT, SENDER, TOKEN, TwilioDouble
from tests.doubles.receiver import Receiver

from .provider.town import town

BETH = "+447700900201"
DAD = "+447700900202"
MESSAGES = f"{API}/Accounts/{ACCOUNT}/Messages.json"


@pytest.fixture
async def door() -> AsyncIterator[Receiver]:
    async with Receiver() as receiver:
        yield receiver


@pytest.fixture
async def double(door: Receiver) -> AsyncIterator[TwilioDouble]:
    async with TwilioDouble(retry_s=0.0, inbound_url=door.url("/twilio/inbound")) as double:
        yield double


@pytest.fixture
async def http(double: TwilioDouble) -> AsyncIterator[aiohttp.ClientSession]:
    signed_in = {"Authorization": aiohttp.encode_basic_auth(ACCOUNT, TOKEN)}
    async with aiohttp.ClientSession(double.base_url, headers=signed_in) as http:
        yield http


def form(door: Receiver, **more: str) -> dict[str, str]:
    return {"To": BETH, "From": SENDER, "Body": "hello", "StatusCallback": door.url("/s?n=1")} | more


@pytest.mark.parametrize(
    ("do", "states"),
    [
        (Do.TWICE, ["sent", "sent", "delivered", "delivered"]),
        (Do.SHUFFLE, ["delivered", "sent"]),
        (Do.EARLY, ["sent", "delivered"]),
        (Do.SILENT, ["sent"]),
        (Do.UNDELIVERED, ["sent", "undelivered"]),
        (Do.FAIL, ["failed"]),
    ],
)
async def test_callbacks_misbehave_as_scripted(
    double: TwilioDouble, door: Receiver, http: aiohttp.ClientSession, do: Do, states: list[str]
) -> None:
    """With the machine's own clock as well: doubled, shuffled, missing and bad receipts come as a test asked for."""
    double.script(Script(do=do))
    async with http.post(MESSAGES, data=form(door)) as answer:
        assert answer.status == 201
        assert (await answer.json())["status"] == "queued"
    await double.settle()
    assert door.states() == states
    codes = {fields.get("ErrorCode") for _, fields, _ in door.posts} - {None}
    assert codes == ({"30003"} if do in (Do.UNDELIVERED, Do.FAIL) else set())


async def test_a_number_can_misbehave_for_good(
    double: TwilioDouble, door: Receiver, http: aiohttp.ClientSession
) -> None:
    """Beth's texts are lost until told otherwise; Dad's are not."""
    double.script(Script(do=Do.UNDELIVERED, number=BETH))
    for to in (BETH, BETH, DAD):
        await http.post(MESSAGES, data=form(door, To=to))
    double.behave(BETH)
    await http.post(MESSAGES, data=form(door))
    await double.settle()
    assert [entry.state for entry in double.messages] == ["undelivered", "undelivered", "delivered", "delivered"]
    assert [entry.state for entry in double.to(DAD)] == ["delivered"]


async def test_a_callback_that_is_not_taken_comes_again(
    double: TwilioDouble, door: Receiver, http: aiohttp.ClientSession
) -> None:
    """While our server is down the receipt waits; it is posted again until somebody says 200."""
    door.answers = [503, 500]
    await http.post(MESSAGES, data=form(door))
    await double.settle()
    assert door.states() == ["sent", "sent", "sent", "delivered"]
    assert [status for _, _, status in double.callbacks] == [503, 500, 200, 200]


async def test_a_call_rings_and_is_answered_or_not() -> None:
    """Dad picks up; Beth's phone rings in vain."""
    async with town() as here:
        here.double.never_answers(BETH)
        for to in (DAD, BETH):
            await here.call(to, twiml="<Response/>")
        await here.passes(60.0)
        assert [entry.states for entry in here.double.messages] == [
            ["queued", "initiated", "ringing", "in-progress", "completed"],
            ["queued", "initiated", "ringing", "no-answer"],
        ]


async def test_what_a_phone_that_is_off_keeps_is_not_waited_for(
    double: TwilioDouble, door: Receiver, http: aiohttp.ClientSession
) -> None:
    """`settle` returns though Beth's text waits for days; switched on, she has it."""
    double.phone(BETH).off()
    await http.post(MESSAGES, data=form(door))
    await double.settle()
    assert door.states() == ["sent"]
    double.phone(BETH).on()
    await double.settle()
    assert door.states() == ["sent", "delivered"]


async def test_it_runs_as_a_process_of_its_own(door: Receiver) -> None:
    """It says where it listens, takes its token from the environment, and is steered over HTTP."""
    command = [sys.executable, "-m", "service.demo.twilio_double", "--step-s", "0", "--inbound-url", door.url("/in")]
    environment = os.environ | {"TWILIO_DOUBLE_TOKEN": "of-another-process"}
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE, env=environment)
    try:
        assert process.stdout is not None
        said = (await process.stdout.readline()).decode()
        signed_in = {"Authorization": aiohttp.encode_basic_auth(ACCOUNT, "of-another-process")}
        async with aiohttp.ClientSession(said.removeprefix("listening on ").strip(), headers=signed_in) as http:
            async with http.post(MESSAGES, data=form(door)) as answer:
                assert answer.status == 201
            async with http.post("/double/incoming", json={"from": BETH, "body": "42"}) as answer:
                assert await answer.json() == {"status": 200}
            async with http.get("/double/messages") as answer:
                assert [one["body"] for one in await answer.json()] == ["hello"]
    finally:
        process.terminate()
        await process.wait()
    assert any(fields.get("Body") == "42" for _, fields, _ in door.posts)
