"""The double's records, checked against the library that reads them."""

import pytest
from twilio.request_validator import RequestValidator

from service.demo.provider.script import Do, Entry, Script, as_json, callback_fields, path_of, signature


def test_the_signature_is_the_one_the_library_expects() -> None:
    """Our own HMAC and the provider's library agree on address, query and sorted fields."""
    url, fields = (
        "https://lamplit.example/twilio/status?n=07.a&m=b",
        {"To": "+44", "Body": "Zoë 👍", "AccountSid": "AC1"},
    )
    assert RequestValidator("secret").validate(url, fields, signature("secret", url, fields))
    assert not RequestValidator("secret").validate(url, fields, signature("wrong", url, fields))


@pytest.mark.parametrize("do", list(Do))
def test_every_misbehaviour_that_accepts_ends_somewhere(do: Do) -> None:
    """However it misbehaves, an accepted text goes through known states, and only bad ends carry a number."""
    path = path_of("sms", Script(do=do))
    assert path
    assert all((code is not None) == (state in ("undelivered", "failed")) for state, code in path)


def test_a_queued_text_has_no_date_sent() -> None:
    """As at the provider: what is still queued cannot be found by its date."""
    entry = Entry(sid="SM1", channel="sms", to="+441", sender="+442", body="x", at=0.0)
    assert as_json(entry, "AC1")["date_sent"] is None
    entry.move("sent", 86400.0)
    assert as_json(entry, "AC1")["date_sent"] == "Fri, 02 Jan 1970 00:00:00 -0000"


def test_a_call_and_a_text_name_their_fields_differently() -> None:
    """Texts have MessageSid and MessageStatus, calls CallSid and CallStatus; an error number only where there is one."""
    text = Entry(sid="SM1", channel="sms", to="+441", sender="+442", body="x", at=0.0)
    call = Entry(sid="CA1", channel="call", to="+441", sender="+442", body="x", at=0.0)
    assert callback_fields(text, "AC1", "undelivered", 30003)["ErrorCode"] == "30003"
    assert callback_fields(text, "AC1", "sent", None)["MessageStatus"] == "sent"
    assert callback_fields(call, "AC1", "ringing", None)["CallStatus"] == "ringing"
    assert "ErrorCode" not in callback_fields(call, "AC1", "ringing", None)
