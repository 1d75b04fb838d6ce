"""Calls from the API to their end, and calls that people make to us."""

import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.request_validator import RequestValidator

from service.demo.provider.numbers import Kind
from service.demo.provider.phones import Person, Press
from service.demo.provider.script import Do, Script
from service.demo.twilio_double import SENDER, TOKEN

from .town import BETH, DAD, town

HELLO = "<Response><Say>Hello.</Say></Response>"
NUMBER = '<Response><Gather action="/in/pin" timeout="9"><Say>Key your number, then hash.</Say></Gather></Response>'
ASK_PIN = '<Response><Gather action="/in/done" timeout="9"><Say>Key your PIN, then hash.</Say></Gather></Response>'
DONE = "<Response><Say>Thank you.</Say></Response>"


async def test_a_call_goes_from_event_to_event() -> None:
    """Every event is called back in order, numbered, signed; the answered one says in-progress."""
    async with town() as here:
        made = await here.call(twiml=HELLO)
        await here.passes()
        assert here.doors.calls() == ["initiated", "ringing", "in-progress", "completed"]
        assert [fields["SequenceNumber"] for fields in here.doors.at("/s")] == ["0", "1", "2", "3"]
        assert {fields["CallSid"] for fields in here.doors.at("/s")} == {made.sid}
        for url, fields, signature in here.doors.posts:
            assert RequestValidator(TOKEN).validate(url, fields, signature)


async def test_without_events_only_the_end_is_called_back() -> None:
    """The provider's default."""
    async with town() as here:
        await here.call(twiml=HELLO, status_callback_event=[])
        await here.passes()
        assert here.doors.calls() == ["completed"]


@pytest.mark.parametrize(
    ("person", "at_the_end"), [(Person(answers_after_s=None), "no-answer"), (Person(answers_after_s=31.0), "no-answer")]
)
async def test_nobody_answers_in_time(person: Person, at_the_end: str) -> None:
    """It rings as long as was asked for, and no document is fetched."""
    async with town() as here:
        here.double.phone(BETH).person = person
        await here.call(timeout=30)
        await here.passes(29.0)
        assert here.doors.calls() == ["initiated", "ringing"]
        await here.passes(2.0)
        assert here.doors.calls()[-1] == at_the_end
        assert here.doors.at("/voice") == []
        (call,) = here.double.phone(BETH).calls
        assert (call.ended, call.answered_at) == (at_the_end, None)
        assert (call.ended_at or 0.0) - call.at == pytest.approx(30.0, abs=1e-3)


async def test_a_person_who_rejects_calls_is_busy() -> None:
    """It rang, and she pressed the red key."""
    async with town() as here:
        here.double.phone(BETH).rejects_calls = True
        await here.call()
        await here.passes()
        assert here.doors.calls() == ["initiated", "ringing", "busy"]
        assert here.double.phone(BETH).calls[0].ended == "busy"


async def test_a_phone_that_is_off_never_rang() -> None:
    """No answer for us, nothing on its record; with a mailbox a machine answers."""
    async with town() as here:
        here.double.phone(BETH).off()
        await here.call(timeout=20)
        await here.passes(21.0)
        assert here.doors.calls()[-1] == "no-answer"
        assert here.double.phone(BETH).calls == []
        here.double.phone(BETH).mailbox = True
        await here.call(twiml=HELLO, machine_detection="Enable")
        await here.passes()
        assert here.doors.at("/s")[-1]["AnsweredBy"] == "machine_start"
        assert here.double.phone(BETH).calls[0].taken_by == "machine"


@pytest.mark.parametrize(
    ("what", "answered_by"),
    [("human", "human"), ("machine", "machine_start"), ("fax", "fax"), ("silent", "unknown")],
)
async def test_machine_detection_says_who_answered(what: str, answered_by: str) -> None:
    """After the time it takes, to the document's door and in the callbacks; without it nothing is said."""
    async with town() as here:
        here.double.exchange.detects_s = 4.0
        here.doors.documents["/voice"] = [HELLO]
        here.double.phone(BETH).person = Person(what=what)
        await here.call(machine_detection="Enable")
        await here.passes(3.0)
        assert here.doors.at("/voice") == []
        await here.passes(2.0)
        assert here.doors.at("/voice")[0]["AnsweredBy"] == answered_by
        assert here.doors.at("/s")[-1]["AnsweredBy"] == answered_by
        await here.call()
        await here.passes(5.0)
        assert "AnsweredBy" not in here.doors.at("/voice")[-1]


async def test_a_machine_is_waited_out_where_that_is_asked_for() -> None:
    """DetectMessageEnd: AnsweredBy says how the greeting ended."""
    async with town() as here:
        here.double.phone(BETH).person = Person(what="machine")
        await here.call(twiml=HELLO, machine_detection="DetectMessageEnd")
        await here.passes()
        assert here.doors.at("/s")[-1]["AnsweredBy"] == "machine_end_beep"


@pytest.mark.parametrize("kind", [Kind.UNKNOWN, Kind.BLOCKED])
async def test_a_number_that_cannot_be_rung_fails(kind: Kind) -> None:
    """Without ringing."""
    async with town() as here:
        here.double.phone(BETH).kind = kind
        await here.call()
        await here.passes()
        assert here.doors.calls() == ["initiated", "failed"]


async def test_a_call_fails_as_scripted() -> None:
    """Once."""
    async with town() as here:
        here.double.script(Script(do=Do.FAIL))
        await here.call(twiml=HELLO)
        await here.call(twiml=HELLO)
        await here.passes()
        assert sorted(here.doors.calls())[:2] == ["completed", "failed"]


@pytest.mark.parametrize(("kind", "code"), [(Kind.FOREIGN, 21215), (Kind.UNVERIFIED, 21219), (Kind.PREMIUM, 13225)])
async def test_numbers_that_may_not_be_rung(kind: Kind, code: int) -> None:
    """The published errors for calls; a landline can be rung."""
    async with town() as here:
        here.double.phone(BETH).kind = kind
        with pytest.raises(TwilioRestException) as refused:
            await here.call()
        assert refused.value.code == code
        here.double.phone(BETH).kind = Kind.LANDLINE
        assert (await here.call()).sid


async def test_a_call_needs_words_and_two_numbers() -> None:
    """The same strictness as the provider's."""
    async with town() as here:
        for form, code in (
            ({"From": SENDER, "Url": "x"}, 21604),
            ({"To": BETH, "Url": "x"}, 21213),
            ({"To": BETH, "From": SENDER}, 21205),
        ):
            calls = f"/2010-04-01/Accounts/{here.double.account.sid}/Calls.json"
            async with here.http.post(calls, data=form) as answer:
                assert (answer.status, (await answer.json())["code"]) == (400, code)


async def test_calls_wait_for_their_turn() -> None:
    """One a second for the whole account: the third is placed after two."""
    async with town() as here:
        here.double.rates.calls_s = 1.0
        for to in (BETH, DAD, BETH):
            await here.call(to, twiml=HELLO)
        await here.passes(0.5)
        assert [entry.state for entry in here.double.messages] == ["completed", "queued", "queued"]
        await here.passes(2.0)
        assert [entry.state for entry in here.double.messages] == ["completed"] * 3


async def test_each_ring_may_be_another_story() -> None:
    """The first time she does not hear it, the second time she keys 1."""
    async with town() as here:
        gather = '<Response><Gather action="/keys" numDigits="1"><Say>Press 1.</Say></Gather></Response>'
        here.doors.documents = {"/voice": [gather], "/keys": [HELLO]}
        here.double.phone(BETH).will(Person(answers_after_s=None), Person(keys=(Press("1"),)))
        for _ in range(2):
            await here.call(timeout=20)
            await here.passes(30.0)
        assert [call.ended for call in here.double.phone(BETH).calls] == ["no-answer", "completed"]
        assert here.doors.at("/keys")[0]["Digits"] == "1"


async def test_the_list_finds_calls_by_number_and_state() -> None:
    """As the client asks; texts are not among them."""
    async with town() as here:
        here.double.phone(DAD).rejects_calls = True
        await here.text()
        for to in (BETH, DAD):
            await here.call(to, twiml=HELLO)
        await here.passes()
        assert [call.to for call in await here.twilio.calls.list_async()] == [DAD, BETH]
        assert [call.status for call in await here.twilio.calls.list_async(to=BETH)] == ["completed"]
        assert [call.to for call in await here.twilio.calls.list_async(status="busy")] == [DAD]


async def test_somebody_rings_us_and_keys_a_number_and_a_pin() -> None:
    """The voice webhook is posted while it still rings; every answer is executed like that of a call of ours."""
    async with town() as here:
        here.doors.documents = {"/voice/in": [NUMBER], "/in/pin": [ASK_PIN], "/in/done": [DONE]}
        call = here.double.rings_us(BETH, "447700900199#", "4821#")
        await here.passes(30.0)
        (first,), (number,), (pin,) = (here.doors.at(path) for path in ("/voice/in", "/in/pin", "/in/done"))
        assert (first["From"], first["To"], first["Direction"]) == (BETH, SENDER, "inbound")
        assert (first["CallStatus"], number["CallStatus"]) == ("ringing", "in-progress")
        assert (number["Digits"], pin["Digits"]) == ("447700900199", "4821")
        assert (call.said[-1][1], call.ended, call.outgoing) == ("Thank you.", "completed", True)
        assert here.double.phone(BETH).calls == [call]
        (entry,) = await here.twilio.calls.list_async(to=SENDER)
        assert (entry.direction, entry.status) == ("inbound", "completed")


async def test_we_may_turn_a_caller_away() -> None:
    """Reject: busy, and it never lasted."""
    async with town() as here:
        here.doors.documents["/voice/in"] = ['<Response><Reject reason="busy"/></Response>']
        call = here.double.rings_us(BETH)
        await here.passes()
        assert (call.ended, call.answered_at) == ("busy", None)


async def test_a_caller_hangs_up_before_anything_is_keyed() -> None:
    """Nothing is posted after the first request."""
    async with town() as here:
        here.doors.documents["/voice/in"] = [NUMBER]
        call = here.double.rings_us(BETH, Press("447#", after_s=5.0), hangs_up_after_s=3.0)
        await here.passes(30.0)
        assert (call.hung_up, call.keys, here.doors.at("/in/pin")) == (True, "", [])
