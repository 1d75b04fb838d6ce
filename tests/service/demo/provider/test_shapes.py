"""What the API shows, read by the client that reads it."""

from service.demo.provider.books import Entry
from service.demo.provider.shapes import as_json, of_call, of_call_progress, of_text

from .town import BETH, SECOND, town


def text() -> Entry:
    return Entry(sid="SM1", channel="sms", to="+441", sender="+442", body="x", at=0.0)


def call() -> Entry:
    return Entry(sid="CA1", channel="call", to="+441", sender="+442", body="x", at=0.0)


def test_a_queued_text_has_no_date_sent() -> None:
    """As at the provider: what is still queued cannot be found by its date."""
    entry = text()
    assert as_json(entry, "AC1")["date_sent"] is None
    entry.move("sent", 86400.0)
    assert as_json(entry, "AC1")["date_sent"] == "Fri, 02 Jan 1970 00:00:00 -0000"


def test_a_call_and_a_text_name_their_fields_differently() -> None:
    """Texts have MessageSid and MessageStatus, calls CallSid and CallStatus; an error number only where there is one."""
    entry = text()
    entry.move("undelivered", 1.0)
    assert "ErrorCode" not in of_text(entry, "AC1")
    entry.error_code = 30003
    assert (of_text(entry, "AC1")["MessageStatus"], of_text(entry, "AC1")["ErrorCode"]) == ("undelivered", "30003")
    ringing = call()
    ringing.move("ringing", 1.0)
    assert of_call(ringing, "AC1")["CallStatus"] == "ringing"
    assert {"MessageSid", "ErrorCode", "AnsweredBy", "CallDuration"}.isdisjoint(
        of_call_progress(ringing, "AC1", 0, 1.0)
    )


def test_a_call_that_is_over_says_how_long_it_was() -> None:
    """From picking up to hanging up; the callbacks are numbered."""
    entry = call()
    entry.answered_at, entry.ended_at, entry.answered_by = 10.0, 33.4, "human"
    fields = of_call_progress(entry, "AC1", 3, 34.0)
    assert (fields["CallDuration"], fields["SequenceNumber"], fields["AnsweredBy"]) == ("23", "3", "human")
    assert as_json(entry, "AC1")["duration"] == "23"
    entry.answered_at = None
    assert as_json(entry, "AC1")["duration"] == "0"


async def test_the_client_reads_a_text() -> None:
    """Every field that the product or a person might look at."""
    async with town() as here:
        made = await here.text("€" * 81)
        assert (made.status, made.num_segments, made.price, made.date_sent) == ("queued", "2", None, None)
        await here.passes()
        text = await here.twilio.messages(made.sid).fetch_async()
        assert (text.status, text.to, text.body, text.direction) == ("delivered", BETH, "€" * 81, "outbound-api")
        assert (text.num_segments, text.price, text.price_unit) == ("2", "-0.08000", "GBP")
        assert text.date_sent.timestamp() == here.clock.now() // 1


async def test_the_client_reads_a_text_of_a_service() -> None:
    """Before a sender is chosen there is neither one nor parts; afterwards there are both."""
    async with town() as here:
        here.double.service("MG1", SECOND)
        made = await here.text(messaging_service_sid="MG1")
        assert (made.status, made.from_, made.num_segments, made.messaging_service_sid) == (
            "accepted",
            None,
            "0",
            "MG1",
        )
        await here.passes()
        text = await here.twilio.messages(made.sid).fetch_async()
        assert (text.from_, text.num_segments) == (SECOND, "1")


async def test_the_client_reads_a_call() -> None:
    """Start, end, duration, who answered."""
    async with town(word_s=1.0) as here:
        made = await here.call(twiml="<Response><Say>one two three</Say></Response>", machine_detection="Enable")
        assert made.status == "queued"
        await here.passes(10)
        call = await here.twilio.calls(made.sid).fetch_async()
        assert (call.status, call.duration, call.answered_by, call.direction) == (
            "completed",
            "3",
            "human",
            "outbound-api",
        )
        assert (call.end_time - call.start_time).total_seconds() == 3
