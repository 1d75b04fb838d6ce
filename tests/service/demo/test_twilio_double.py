"""The provider's double keeps its promises, the bad ones too."""

from collections.abc import AsyncIterator

import aiohttp
import pytest

from service.demo.provider.script import Do, Script
from service.demo.provider.shapes import API
from service.demo.twilio_double import ACCOUNT, SENDER, TOKEN, TwilioDouble
from tests.doubles.receiver import Receiver

BETH = "+447700900201"
MESSAGES = f"{API}/Accounts/{ACCOUNT}/Messages.json"
CALLS = f"{API}/Accounts/{ACCOUNT}/Calls.json"


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
    """Doubled, shuffled, missing and bad receipts come exactly as a test asked for them."""
    double.script(Script(do=do))
    async with http.post(MESSAGES, data=form(door)) as answer:
        assert answer.status == 201
        assert (await answer.json())["status"] == "queued"
        if do is Do.EARLY:
            assert door.states() == ["sent"]
    await double.settle()
    assert door.states() == states
    codes = {fields.get("ErrorCode") for _, fields, _ in door.posts} - {None}
    assert codes == ({"30003"} if do in (Do.UNDELIVERED, Do.FAIL) else set())


async def test_a_number_can_misbehave_for_good(
    double: TwilioDouble, door: Receiver, http: aiohttp.ClientSession
) -> None:
    """Beth's phone stays off until told otherwise; Dad's is untouched."""
    double.script(Script(do=Do.UNDELIVERED, number=BETH))
    for to in (BETH, BETH, "+447700900202"):
        await http.post(MESSAGES, data=form(door, To=to))
    double.behave(BETH)
    await http.post(MESSAGES, data=form(door))
    await double.settle()
    assert [entry.state for entry in double.messages] == ["undelivered", "undelivered", "delivered", "delivered"]
    assert [entry.state for entry in double.to("+447700900202")] == ["delivered"]


async def test_a_callback_that_is_not_taken_comes_again(
    double: TwilioDouble, door: Receiver, http: aiohttp.ClientSession
) -> None:
    """While our server is down the receipt waits; it is posted again until somebody says 200."""
    door.answers = [503, 500]
    await http.post(MESSAGES, data=form(door))
    await double.settle()
    assert door.states() == ["sent", "sent", "sent", "delivered"]
    assert [status for _, _, status in double.callbacks] == [503, 500, 200, 200]


@pytest.mark.parametrize(("field", "code"), [("To", 21604), ("From", 21603), ("Body", 21602)])
async def test_a_request_without_a_field_is_refused(
    door: Receiver, double: TwilioDouble, http: aiohttp.ClientSession, field: str, code: int
) -> None:
    """The double is as strict as the provider about what a text must have."""
    async with http.post(MESSAGES, data=form(door) | {field: ""}) as answer:
        assert answer.status == 400
        assert (await answer.json())["code"] == code
    assert double.messages == []


async def test_strangers_are_refused(double: TwilioDouble, door: Receiver) -> None:
    """Without the account's token nothing is taken and nothing is shown."""
    async with aiohttp.ClientSession(double.base_url) as stranger:
        for request in (stranger.post(MESSAGES, data=form(door)), stranger.get(MESSAGES)):
            async with request as answer:
                assert answer.status == 401
                assert (await answer.json())["code"] == 20003


async def test_the_list_pages_newest_first_and_hides_the_queued_from_dates(
    double: TwilioDouble, door: Receiver, http: aiohttp.ClientSession
) -> None:
    """Three texts on pages of two; a text not yet sent has no date and is left out when a date is asked for."""
    for body in ("one", "two", "three"):
        await http.post(MESSAGES, data=form(door, Body=body))
    await double.settle()
    double.messages[2].sent_at = None
    async with http.get(MESSAGES, params={"To": BETH, "PageSize": "2"}) as answer:
        first = await answer.json()
    async with http.get(first["next_page_uri"]) as answer:
        second = await answer.json()
    assert [one["body"] for one in first["messages"] + second["messages"]] == ["three", "two", "one"]
    assert second["next_page_uri"] is None
    async with http.get(MESSAGES, params={"DateSent>": "2020-01-01"}) as answer:
        assert [one["body"] for one in (await answer.json())["messages"]] == ["two", "one"]


async def test_a_call_rings_and_is_answered_or_not(
    double: TwilioDouble, door: Receiver, http: aiohttp.ClientSession
) -> None:
    """Dad picks up; Beth's phone rings in vain."""
    double.never_answers(BETH)
    for to in ("+447700900202", BETH):
        await http.post(CALLS, data=form(door, To=to, Body="", Twiml="<Response/>"))
    await double.settle()
    assert [entry.states for entry in double.messages] == [
        ["queued", "initiated", "ringing", "in-progress", "completed"],
        ["queued", "initiated", "ringing", "no-answer"],
    ]


async def test_it_can_be_steered_from_another_process(
    double: TwilioDouble, door: Receiver, http: aiohttp.ClientSession
) -> None:
    """The demo scripts a refusal, lets Beth text, and reads what was sent, all over HTTP; nonsense names its field."""
    async with http.post("/double/script", json={"do": "refuse", "code": 21614}) as answer:
        assert answer.status == 200
    async with http.post(MESSAGES, data=form(door)) as answer:
        assert answer.status == 400
    await http.post(MESSAGES, data=form(door))
    async with http.post("/double/incoming", json={"from": BETH, "body": "42"}) as answer:
        assert await answer.json() == {"status": 200}
    async with http.get("/double/messages") as answer:
        shown = await answer.json()
    assert [(one["to"], one["body"]) for one in shown] == [(BETH, "hello")]
    assert any(fields.get("Body") == "42" for _, fields, _ in door.posts)
    async with http.post("/double/script", json={"do": "dance"}) as answer:
        assert answer.status == 422
        assert "do" in (await answer.json())["error"]
    async with http.post("/double/incoming", json={"from": BETH}) as answer:
        assert "body" in (await answer.json())["error"]
    for path in ("/double/script", "/double/incoming"):
        async with http.post(path, data=b"no json") as answer:
            assert answer.status == 422
