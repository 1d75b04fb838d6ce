"""What the provider's double is told to do wrong, what it has on its books, and how it signs."""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from email.utils import formatdate
from enum import StrEnum
from typing import Any

import msgspec

API = "/2010-04-01"


class Do(StrEnum):
    """One way of misbehaving."""

    REFUSE = "refuse"  # an error body with `code`, HTTP status `http`
    BREAK = "break"  # HTTP status `http` and no error body a client could read
    UNDELIVERED = "undelivered"  # accepted, sent, then undelivered with `code`
    FAIL = "fail"  # accepted, then failed with `code`
    STALL = "stall"  # accepted and sent, the reply never comes
    LOSE_REPLY = "lose_reply"  # accepted and sent, the connection is cut
    DROP = "drop"  # the connection is cut and nothing was accepted
    SLOW = "slow"  # answers after `delay_s`
    TWICE = "twice"  # every callback comes twice
    EARLY = "early"  # the first callback comes before the reply
    SHUFFLE = "shuffle"  # callbacks come last first
    SILENT = "silent"  # accepted and sent, never a receipt after that
    DELAY = "delay"  # delivered only after `delay_s`


class Script(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What to do with a request. For `number` always, or without it for the next `times` requests."""

    do: Do
    number: str = ""
    code: int = 30003
    http: int = 400
    delay_s: float = 0.0
    times: int = 1


class Entry(msgspec.Struct, kw_only=True):
    """One message or call on the double's books; `state` in the provider's words, `states` all it went through."""

    sid: str
    channel: str
    to: str
    sender: str
    body: str
    at: float
    state: str = "queued"
    status_callback: str = ""
    validity_s: int | None = None
    error_code: int | None = None
    sent_at: float | None = None
    states: list[str] = []

    def move(self, state: str, at: float) -> None:
        self.state = state
        self.states.append(state)
        if state == "sent":
            self.sent_at = at


def path_of(channel: str, script: Script | None, *, answered: bool = True) -> list[tuple[str, int | None]]:
    """The states an accepted message goes through after `queued`, with the error number of each."""
    if channel == "call":
        end = [("answered", None), ("completed", None)] if answered else [("no-answer", None)]
        return [("initiated", None), ("ringing", None), *end]
    match script.do if script else None:
        case Do.UNDELIVERED:
            return [("sent", None), ("undelivered", script.code if script else None)]
        case Do.FAIL:
            return [("failed", script.code if script else None)]
        case Do.SILENT:
            return [("sent", None)]
        case _:
            return [("sent", None), ("delivered", None)]


def signature(token: str, url: str, params: Mapping[str, str]) -> str:
    """X-Twilio-Signature: base64 of HMAC-SHA1 over the address and the sorted fields
    (https://www.twilio.com/docs/usage/security#validating-requests). Written here, not taken from the client's
    library, so that one mistake cannot agree with itself."""
    signed = url + "".join(name + params[name] for name in sorted(params))
    return base64.b64encode(hmac.new(token.encode(), signed.encode(), hashlib.sha1).digest()).decode()


def callback_fields(entry: Entry, account_sid: str, state: str, code: int | None) -> dict[str, str]:
    """The body of one status callback."""
    fields = {"AccountSid": account_sid, "ApiVersion": API.strip("/"), "From": entry.sender, "To": entry.to}
    if entry.channel == "call":
        fields |= {"CallSid": entry.sid, "CallStatus": state, "Direction": "outbound-api"}
    else:
        fields |= {"MessageSid": entry.sid, "SmsSid": entry.sid, "MessageStatus": state, "SmsStatus": state}
    if code is not None:
        fields["ErrorCode"] = str(code)
    return fields


def as_json(entry: Entry, account_sid: str) -> dict[str, Any]:
    """The entry as the provider's API shows it; a message still queued has no date_sent."""
    kind = "Calls" if entry.channel == "call" else "Messages"
    return {
        "sid": entry.sid,
        "account_sid": account_sid,
        "api_version": API.strip("/"),
        "to": entry.to,
        "from": entry.sender,
        "body": entry.body,
        "status": entry.state,
        "direction": "outbound-api",
        "date_created": formatdate(entry.at),
        "date_updated": formatdate(entry.at),
        "date_sent": None if entry.sent_at is None else formatdate(entry.sent_at),
        "error_code": entry.error_code,
        "error_message": None,
        "messaging_service_sid": None,
        "num_media": "0",
        "num_segments": "1",
        "price": None,
        "price_unit": "GBP",
        "subresource_uris": {},
        "uri": f"{API}/Accounts/{account_sid}/{kind}/{entry.sid}.json",
    }
