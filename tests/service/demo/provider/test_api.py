"""The API's door: credentials, limits, lists, and every way of answering badly."""

import asyncio
import logging
from urllib.parse import urlencode, urlsplit

import aiohttp
import pytest
from twilio.base.exceptions import TwilioRestException

from service.demo.provider.script import Do, Script
from service.demo.twilio_double import ACCOUNT, SENDER, TOKEN

from .town import BETH, DAD, Town, town

MESSAGES = f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
FORM = {"To": BETH, "From": SENDER, "Body": "hello"}
RAW_FORM = urlencode(FORM).encode()
RAW = (
    f"POST {MESSAGES} HTTP/1.1\r\nHost: here\r\nAuthorization: {aiohttp.encode_basic_auth(ACCOUNT, TOKEN)}\r\n"
    f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(RAW_FORM)}\r\n\r\n"
).encode()


async def test_credentials_are_revoked_in_the_middle_and_replaced() -> None:
    """401 with 20003 from then on; with the new token it goes on, and what was taken stays on the books."""
    async with town() as here:
        text = await here.text()
        here.double.account.rotate("new")
        assert (await here.twilio.messages(text.sid).fetch_async()).sid == text.sid
        here.double.account.revoke(TOKEN)
        with pytest.raises(TwilioRestException) as refused:
            await here.text()
        assert (refused.value.status, refused.value.code) == (401, 20003)
        new = {"Authorization": aiohttp.encode_basic_auth(ACCOUNT, "new")}
        async with here.http.get(MESSAGES, headers=new) as answer:
            assert len((await answer.json())["messages"]) == 1


async def test_nobody_comes_in_without_a_token() -> None:
    """Neither to send nor to read, and not to another account either."""
    async with town() as here, aiohttp.ClientSession(here.double.base_url) as stranger:
        for request in (stranger.post(MESSAGES, data=FORM), stranger.get(MESSAGES)):
            async with request as answer:
                assert (answer.status, (await answer.json())["code"]) == (401, 20003)
        async with here.http.get(MESSAGES.replace(ACCOUNT, "AC1")) as answer:
            assert answer.status == 401


async def test_too_many_requests_in_a_second() -> None:
    """429 with 20429 and Retry-After; nothing of them is on the books; a second later it goes on."""
    async with town() as here:
        here.double.rates.requests_s = 3.0
        statuses = []
        for _ in range(5):
            async with here.http.post(MESSAGES, data=FORM) as answer:
                statuses.append((answer.status, answer.headers.get("Retry-After")))
        assert statuses == [(201, None)] * 3 + [(429, "1")] * 2
        assert len(here.double.messages) == 3
        here.clock.forward(1.0)
        assert (await here.text()).sid


async def test_too_many_requests_at_once() -> None:
    """While one is being answered the second is turned away."""
    async with town(latency_s=0.15) as here:
        here.double.rates.at_once = 1
        first = asyncio.create_task(here.text())
        await here.until(lambda: here.double.rates.under_way)
        with pytest.raises(TwilioRestException) as refused:
            await here.text()
        assert refused.value.code == 20429
        await here.passes(0.2)
        assert (await first).sid


async def test_every_answer_takes_the_time_it_was_told_to() -> None:
    """150 ms of the clock, for a list as well."""
    async with town(latency_s=0.15) as here:
        text = asyncio.create_task(here.text())
        listed = asyncio.create_task(here.twilio.messages.list_async())
        await here.until(lambda: here.double.rates.under_way == 2)
        await here.passes(0.1)
        assert (text.done(), listed.done(), here.double.messages) == (False, False, [])
        await here.passes(0.1)
        assert (await text).sid
        assert len(await listed) <= 1


@pytest.mark.parametrize("do", [Do.SLOW, Do.STALL])
async def test_a_request_hangs_for_more_than_a_minute(do: Do) -> None:
    """It is accepted at once, and Beth has it long before the answer is there."""
    async with town() as here:
        here.double.script(Script(do=do, delay_s=61.0))
        answer = asyncio.create_task(here.text())
        await here.until(lambda: here.double.messages)
        await here.passes(60.0)
        assert (answer.done(), len(here.double.phone(BETH).texts)) == (False, 1)
        await here.passes(2.0)
        assert (await answer).sid == here.double.messages[0].sid


@pytest.mark.parametrize(("do", "taken"), [(Do.LOSE_REPLY, 1), (Do.DROP, 0)])
async def test_a_connection_is_cut_after_or_before_the_text_was_taken(do: Do, taken: int) -> None:
    """The client cannot tell which; the phone can."""
    async with town() as here:
        here.double.script(Script(do=do))
        with pytest.raises(aiohttp.ClientError):
            await here.text()
        await here.passes()
        assert len(here.double.phone(BETH).texts) == taken
        assert here.double.counters()["cut"] == 1


@pytest.mark.parametrize(("do", "taken"), [(Do.BREAK, 0), (Do.GARBLE, 1)])
@pytest.mark.parametrize("http", [500, 503, 504])
async def test_an_answer_that_says_nothing(do: Do, taken: int, http: int) -> None:
    """5xx without an error body, whether the text was taken or not."""
    async with town() as here:
        here.double.script(Script(do=do, http=http))
        with pytest.raises(TwilioRestException) as broken:
            await here.text()
        await here.passes()
        assert (broken.value.status, len(here.double.phone(BETH).texts)) == (http, taken)
        assert here.double.counters()["answers"] == {"5xx": 1}


async def test_the_first_callback_overtakes_the_answer() -> None:
    """It is here before the client knows the SID."""
    async with town() as here:
        here.double.script(Script(do=Do.EARLY))
        text = await here.text()
        assert here.doors.at("/s")[0]["MessageSid"] == text.sid


async def test_a_script_is_for_so_many_requests_or_for_a_number() -> None:
    """Two refusals and then none; Dad's go on until it is forgotten."""
    async with town() as here:
        here.double.script(Script(do=Do.REFUSE, code=30007, times=2), Script(do=Do.REFUSE, number=DAD))
        codes = []
        for to in (BETH, BETH, BETH, DAD, DAD):
            try:
                codes.append((await here.text(to=to)).error_code)
            except TwilioRestException as refused:
                codes.append(refused.code)
        assert codes == [30007, 30007, None, 30003, 30003]
        here.double.behave(DAD)
        assert (await here.text(to=DAD)).sid
        here.double.script(Script(do=Do.REFUSE))
        here.double.behave()
        assert (await here.text()).sid


async def test_the_list_pages_newest_first_and_hides_the_queued_from_dates() -> None:
    """Three texts on pages of two, through the client; one still queued matches no date."""
    async with town() as here:
        for body in ("one", "two", "three"):
            await here.text(body)
        await here.passes()
        assert [one.body for one in await here.twilio.messages.list_async(page_size=2)] == ["three", "two", "one"]
        assert [one.body for one in await here.twilio.messages.list_async(limit=2)] == ["three", "two"]
        assert await here.twilio.messages.list_async(to=DAD) == []
        here.double.messages[2].sent_at = None
        for query, found in (
            ("DateSent>", ["two", "one"]),
            ("DateSent", ["two", "one"]),
            ("DateSent<", ["two", "one"]),
        ):
            async with here.http.get(MESSAGES, params={query: "2026-11-20"}) as answer:
                assert [one["body"] for one in (await answer.json())["messages"]] == found
        async with here.http.get(MESSAGES, params={"DateSent<": "2026-11-19", "PageSize": "x"}) as answer:
            assert (await answer.json())["messages"] == []


async def test_a_sid_that_was_never_given_is_not_found() -> None:
    """404 with 20404."""
    async with town() as here:
        with pytest.raises(TwilioRestException) as missing:
            await here.twilio.messages("SM" + "f" * 32).fetch_async()
        assert (missing.value.status, missing.value.code) == (404, 20404)


async def sends(here: Town, times: int) -> None:
    for _ in range(times):
        async with here.http.post(MESSAGES, data=FORM | {"StatusCallback": here.doors.url("/s")}) as answer:
            assert answer.status == 201


async def test_a_storm_is_taken_and_called_back_to_the_last() -> None:
    """A thousand texts from twenty connections at once: each delivered, each reported, none twice."""
    async with town() as here:
        await asyncio.gather(*(sends(here, 50) for _ in range(20)))
        await here.double.settle()
        states = here.doors.states()
        assert (len(here.double.messages), states.count("sent"), states.count("delivered")) == (1000, 1000, 1000)
        assert len({fields["MessageSid"] for fields in here.doors.at("/s")}) == 1000
        assert len(here.double.phone(BETH).texts) == 1000


@pytest.mark.parametrize("do", [Do.STALL, Do.SLOW])
async def test_closing_lets_nobody_hang(do: Do) -> None:
    """A request that would not have been answered for long, or never, ends with the double."""
    async with town() as here:
        here.double.script(Script(do=do, delay_s=3600.0 if do is Do.SLOW else 0.0))
        hanging = asyncio.create_task(here.text())
        await here.until(lambda: here.double.messages)
    outcome: list[object] = await asyncio.gather(hanging, return_exceptions=True)
    assert len(outcome) == 1


@pytest.mark.parametrize("kept", [len(RAW_FORM), 5], ids=["after all of it", "in the middle"])
async def test_who_goes_away_is_no_error(kept: int, caplog: pytest.LogCaptureFixture) -> None:
    """A request that came whole is taken, heard or not; of half a one nothing is. Neither is worth a line."""
    async with town(latency_s=1.0) as here:
        with caplog.at_level(logging.WARNING):
            _, writer = await asyncio.open_connection("127.0.0.1", urlsplit(here.double.base_url).port)
            writer.write(RAW + RAW_FORM[:kept])
            await here.until(lambda: here.double.exchange.books.counted.requests)
            writer.close()
            await writer.wait_closed()
            await here.passes(2.0)
            await here.until(lambda: here.double.exchange.books.counted.cut)
        assert (len(here.double.messages), caplog.text) == (int(kept == len(RAW_FORM)), "")
