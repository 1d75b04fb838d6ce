"""Steering from another process: everything that a story in the same loop can do."""

from typing import Any

import pytest

from service.demo.twilio_double import ACCOUNT, SENDER

from .town import BETH, DAD, Town, town

MESSAGES = f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json"


async def tells(here: Town, door: str, told: dict[str, Any]) -> dict[str, Any]:
    async with here.http.post(f"/double/{door}", json=told) as answer:
        assert answer.status == 200, await answer.text()
        said: dict[str, Any] = await answer.json()
        return said


async def asks(here: Town, door: str) -> Any:
    async with here.http.get(f"/double/{door}") as answer:
        assert answer.status == 200
        return await answer.json()


async def test_the_books_and_the_callbacks_can_be_read_from_where_one_left_off() -> None:
    """Everything, or what is new."""
    async with town() as here:
        await here.text("one")
        await here.text("two")
        await here.passes()
        assert [one["body"] for one in await asks(here, "messages")] == ["one", "two"]
        assert [one["body"] for one in await asks(here, "messages?since=1")] == ["two"]
        assert [fields["MessageStatus"] for _, fields, _ in await asks(here, "callbacks?since=2")] != []
        assert len(await asks(here, "callbacks?since=x")) == 4


async def test_a_phone_can_be_looked_at_and_switched_off_and_on() -> None:
    """What is held comes when it is on again; what it showed is told as it was."""
    async with town() as here:
        await tells(here, f"phones/{BETH}", {"on": False})
        await here.text("hello")
        await here.passes()
        assert (await asks(here, f"phones/{BETH}"))["shown"] == []
        await tells(here, f"phones/{BETH}", {"on": True})
        await here.passes()
        phone = await asks(here, f"phones/{BETH}")
        assert (phone["on"], phone["kind"]) == (True, "mobile")
        assert [(one["type"], one["body"], one["sender"]) for one in phone["shown"]] == [("text", "hello", SENDER)]


async def test_a_person_can_be_put_on_a_phone() -> None:
    """Who picks up, after how long, keying what; at the next call somebody else."""
    async with town() as here:
        gather = '<Response><Gather action="/keys" numDigits="1"><Say>Press 1.</Say></Gather></Response>'
        here.doors.documents["/voice"] = [gather]
        await tells(here, f"phones/{BETH}", {"person": {"keys": [{"keys": "1"}]}, "next": [{"answers_after_s": None}]})
        for _ in range(2):
            await here.call(timeout=10)
            await here.passes(20.0)
        calls = (await asks(here, f"phones/{BETH}"))["shown"]
        assert [call["ended"] for call in calls] == ["no-answer", "completed"]
        assert here.doors.at("/keys")[0]["Digits"] == "1"
        await tells(here, f"phones/{DAD}", {"rejects_calls": True, "mailbox": True, "kind": "landline"})
        phone = here.double.phone(DAD)
        assert (phone.rejects_calls, phone.mailbox, phone.kind) == (True, True, "landline")


async def test_people_text_and_ring_us() -> None:
    """The webhook's answer comes back; the call goes on by itself and is found on the caller's phone."""
    async with town() as here:
        here.doors.documents["/voice/in"] = ['<Response><Gather action="/pin"><Say>Key.</Say></Gather></Response>']
        assert await tells(here, "incoming", {"from": BETH, "body": "42"}) == {"status": 200}
        sid = (await tells(here, "ring", {"from": BETH, "keys": [{"keys": "4821#", "after_s": 2.0}]}))["sid"]
        await here.passes(10.0)
        assert here.doors.at("/pin")[0]["Digits"] == "4821"
        (call,) = (await asks(here, f"phones/{BETH}"))["shown"]
        assert (call["type"], call["sid"], call["outgoing"]) == ("call", sid, True)


async def test_misbehaviour_comes_and_goes() -> None:
    """One refusal for the next request; another for a number until it is forgotten."""
    async with town() as here:
        await tells(here, "script", {"do": "refuse", "code": 21614})
        await tells(here, "script", {"do": "refuse", "number": BETH})
        statuses = []
        for to in (DAD, DAD, BETH):
            async with here.http.post(MESSAGES, data={"To": to, "From": SENDER, "Body": "x"}) as answer:
                statuses.append(answer.status)
        await tells(here, "behave", {"number": BETH})
        assert statuses == [400, 201, 400]
        assert (await here.text()).sid


async def test_every_setting_reaches_its_part() -> None:
    """What is left out stays as it was; null lifts a limit."""
    async with town() as here:
        told = {
            "texts_s": 1.5, "calls_s": 1.0, "requests_s": 100.0, "at_once": 9, "longest_s": 60.0, "latency_s": 0.0,
            "step_s": 0.5, "delay_s": 2.0, "jitter_s": 1.0, "hold_s": 3600.0, "word_s": 0.4, "detects_s": 4.0,
            "countries": ["+44"], "verified": [BETH], "senders": [SENDER], "price": 50_000,
        }  # fmt: skip
        await tells(here, "settings", told)
        double = here.double
        assert (double.rates.texts_s, double.rates.at_once, double.rates.longest_s) == (1.5, 9, 60.0)
        assert (double.rates.calls_s, double.rates.requests_s) == (1.0, 100.0)
        assert (double.carrier.delay_s, double.carrier.jitter_s, double.carrier.hold_s) == (2.0, 1.0, 3600.0)
        assert (double.exchange.step_s, double.exchange.word_s, double.exchange.price) == (0.5, 0.4, 50_000)
        assert double.exchange.detects_s == 4.0
        assert (double.account.countries, double.account.verified, double.account.senders) == (
            ("+44",),
            {BETH},
            {SENDER},
        )
        await tells(here, "settings", {"texts_s": None, "countries": None})
        assert (double.rates.texts_s, double.account.countries, double.rates.at_once) == (None, None, 9)


async def test_services_and_tokens() -> None:
    """A pool, a second token, and the first one revoked."""
    async with town() as here:
        await tells(here, "services", {"sid": "MG1", "senders": [SENDER], "sticky": False})
        assert here.double.account.service("MG1").sticky is False
        assert await tells(here, "tokens", {"add": "new"}) == {"tokens": 2}
        assert await tells(here, "tokens", {"revoke": "new"}) == {"tokens": 1}


async def test_what_was_counted() -> None:
    """Requests, answers, parts, and who was told the same twice."""
    async with town() as here:
        for body in ("No answer at 23:41 https://x.example/c/7hJq", "No answer at 23:42 https://x.example/c/7hJq"):
            await here.text(body)
        await here.call(twiml="<Response/>")
        await here.passes()
        counted = await asks(here, "counters")
        assert (counted["requests"], counted["answers"], counted["texts"], counted["calls"]) == (3, {"2xx": 3}, 2, 1)
        assert (counted["segments"], counted["price"], counted["callbacks"]) == (2, 80_000, 8)
        assert counted["duplicates"] == [{"channel": "sms", "to": BETH, "reference": "7hJq", "times": 2}]


@pytest.mark.parametrize(
    ("door", "told", "field"),
    [
        ("script", {"do": "dance"}, "do"),
        ("incoming", {"from": BETH}, "body"),
        ("ring", {"keys": []}, "from"),
        ("settings", {"texts_s": "fast"}, "texts_s"),
        ("settings", {"speed": 1}, "speed"),
        (f"phones/{BETH}", {"kind": "pigeon"}, "kind"),
        ("tokens", {"ad": "x"}, "ad"),
        ("services", {"sid": "MG1"}, "senders"),
        ("behave", [], "object"),
    ],
)
async def test_nonsense_names_its_field(door: str, told: Any, field: str) -> None:
    """422, and nothing is changed."""
    async with town() as here, here.http.post(f"/double/{door}", json=told) as answer:
        assert answer.status == 422
        assert field in (await answer.json())["error"]


async def test_what_is_no_json_is_refused() -> None:
    """At every door."""
    async with town() as here:
        for door in ("script", "incoming", f"phones/{BETH}"):
            async with here.http.post(f"/double/{door}", data=b"no json") as answer:
                assert answer.status == 422
