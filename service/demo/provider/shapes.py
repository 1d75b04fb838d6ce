"""Texts and calls in the shapes of Twilio's API and webhooks.

https://www.twilio.com/docs/messaging/api/message-resource, https://www.twilio.com/docs/voice/api/call-resource,
https://www.twilio.com/docs/voice/twiml#request-parameters.
"""

from datetime import UTC, datetime
from email.utils import format_datetime, formatdate
from typing import Any, Final

from .books import Entry

API: Final = "/2010-04-01"
_MILLION: Final = 1_000_000
_BY_SERVICE_LATER: Final = frozenset({"accepted", "scheduled"})


def as_json(entry: Entry, account_sid: str) -> dict[str, Any]:
    """The entry as the API shows it."""
    kind = "Calls" if entry.channel == "call" else "Messages"
    shared: dict[str, Any] = {
        "sid": entry.sid,
        "account_sid": account_sid,
        "api_version": API.strip("/"),
        "to": entry.to,
        "from": entry.sender or None,
        "status": entry.state,
        "direction": entry.direction,
        "date_created": formatdate(entry.at),
        "date_updated": formatdate(entry.at if entry.changed_at is None else entry.changed_at),
        "price": None if entry.price is None else f"{-entry.price / _MILLION:.5f}",
        "price_unit": "GBP",
        "subresource_uris": {},
        "uri": f"{API}/Accounts/{account_sid}/{kind}/{entry.sid}.json",
    }
    return shared | (_call(entry) if entry.channel == "call" else _text(entry))


def _text(entry: Entry) -> dict[str, Any]:
    """A text still queued has no date_sent; one whose sender is not chosen yet has no parts either."""
    return {
        "body": entry.body,
        "date_sent": None if entry.sent_at is None else formatdate(entry.sent_at),
        "error_code": entry.error_code,
        "error_message": None,
        "messaging_service_sid": entry.service or None,
        "num_media": "0",
        "num_segments": str(0 if entry.state in _BY_SERVICE_LATER else entry.segments),
    }


def _call(entry: Entry) -> dict[str, Any]:
    start, end = entry.answered_at, entry.ended_at
    return {
        "answered_by": entry.answered_by or None,
        "start_time": None if start is None else formatdate(start),
        "end_time": None if end is None else formatdate(end),
        "duration": None if end is None else str(duration_s(entry)),
        "queue_time": "0",
    }


def duration_s(entry: Entry) -> int:
    """Whole seconds from picking up to the end."""
    if entry.answered_at is None or entry.ended_at is None:
        return 0
    return round(entry.ended_at - entry.answered_at)


def of_text(entry: Entry, account_sid: str) -> dict[str, str]:
    """One status callback of a text, as it stands now."""
    fields = {
        "AccountSid": account_sid,
        "ApiVersion": API.strip("/"),
        "From": entry.sender,
        "To": entry.to,
        "MessageSid": entry.sid,
        "MessageStatus": entry.state,
        "SmsSid": entry.sid,
        "SmsStatus": entry.state,
    }
    if entry.service:
        fields["MessagingServiceSid"] = entry.service
    if entry.error_code is not None:
        fields["ErrorCode"] = str(entry.error_code)
    return fields


def of_call(entry: Entry, account_sid: str) -> dict[str, str]:
    """What every request about a call carries."""
    fields = {
        "AccountSid": account_sid,
        "ApiVersion": API.strip("/"),
        "CallSid": entry.sid,
        "CallStatus": entry.state,
        "Called": entry.to,
        "Caller": entry.sender,
        "Direction": entry.direction,
        "From": entry.sender,
        "To": entry.to,
    }
    if entry.answered_by:
        fields["AnsweredBy"] = entry.answered_by
    return fields


def of_call_progress(entry: Entry, account_sid: str, nth: int, at: float) -> dict[str, str]:
    """One status callback of a call, as it stands now; `nth` counts them from 0."""
    fields = of_call(entry, account_sid) | {
        "CallbackSource": "call-progress-events",
        "SequenceNumber": str(nth),
        "Timestamp": format_datetime(datetime.fromtimestamp(at, UTC)),
    }
    if entry.ended_at is not None:
        fields["CallDuration"] = str(duration_s(entry))
    return fields
