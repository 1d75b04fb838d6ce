"""What a provider tells us afterwards: receipts that only ever raise a message's rank, and what people texted back."""

from collections.abc import Mapping
from typing import Final

import msgspec

from .gateway import Delivery, PhoneNumber

OPTED_OUT: Final = 21610
PHONE_OFF: Final = 30003

# Numbers from https://www.twilio.com/docs/api/errors. Permanent means that this number cannot be had on this
# channel, whatever we do. Everything else, our own faults included (a wrong sender, a wrong token, an unpaid
# account), is worth trying again: somebody may mend it, and the watchdog goes the second way meanwhile.
_PERMANENT: Final[dict[int, str]] = {
    13224: "not a number that can be rung",
    13225: "calls to this number are blocked",
    13227: "calls to this country are not allowed",
    21211: "not a valid number",
    21214: "this number cannot be reached",
    21215: "calls to this country are not allowed",
    21216: "calls to this number are blocked",
    21217: "not a valid number",
    21219: "number not verified on a trial account",
    21265: "a short code cannot be texted",
    21408: "texts to this country are not allowed",
    21608: "number not verified on a trial account",
    OPTED_OUT: "this number has sent stop",
    21612: "no route from our sender to this number",
    21614: "not a mobile number",
    21635: "a landline cannot be texted",
    30004: "blocked by the carrier or by its owner",
    30005: "unknown or inactive number",
    30006: "a landline or a carrier that cannot be reached",
}
_PASSING: Final[dict[int, str]] = {
    20003: "our credentials were refused",
    20429: "too many requests",
    21606: "our sender cannot send texts",
    21611: "our sender's queue is full",
    30001: "queue overflow",
    30002: "our account is suspended",
    PHONE_OFF: "phone off or out of reach",
    30007: "filtered by the carrier",
    30008: "carrier gave no reason",
    30036: "not delivered before it expired",
    30410: "carrier did not answer in time",
}

_STATUSES: Final[dict[str, Delivery]] = {
    "accepted": Delivery.ACCEPTED,
    "scheduled": Delivery.ACCEPTED,
    "queued": Delivery.ACCEPTED,
    "sending": Delivery.ACCEPTED,
    "sent": Delivery.SENT,
    "delivered": Delivery.DELIVERED,
    "read": Delivery.READ,
    "undelivered": Delivery.UNDELIVERED,
    "failed": Delivery.FAILED,
    "canceled": Delivery.FAILED,
}
# No status of a call means that anybody was told: that takes a key (`Delivery`). One that is over without has told
# nobody, and a key that was pressed before has a higher rank than its end.
_CALL_STATUSES: Final[dict[str, Delivery]] = {
    "queued": Delivery.ACCEPTED,
    "initiated": Delivery.ACCEPTED,
    "ringing": Delivery.SENT,
    "in-progress": Delivery.ANSWERED,
    "answered": Delivery.ANSWERED,
    "completed": Delivery.UNDELIVERED,
    "busy": Delivery.UNDELIVERED,
    "no-answer": Delivery.UNDELIVERED,
    "failed": Delivery.FAILED,
    "canceled": Delivery.FAILED,
}
# On these words alone the provider itself blocks or unblocks a number, before we hear of it.
_STOP_WORDS: Final = frozenset({"STOP", "STOPALL", "UNSUBSCRIBE", "END", "QUIT", "CANCEL", "REVOKE", "OPTOUT"})
_START_WORDS: Final = frozenset({"START", "YES", "UNSTOP"})

_MOST_DIGITS: Final = 9

_RANKS: Final[dict[Delivery, int]] = {
    Delivery.CLAIMED: 0,
    Delivery.ACCEPTED: 1,
    Delivery.SENT: 2,
    Delivery.ANSWERED: 3,
    Delivery.UNDELIVERED: 4,
    Delivery.FAILED: 4,
    Delivery.DELIVERED: 5,
    Delivery.READ: 6,
}


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """How far one attempt has come. `notice_id` and `attempt` come from the callback's address, the rest from its body.

    `code` is the provider's error number. `permanent`: this number is useless on this channel.
    """

    notice_id: str
    attempt: int
    sid: str
    delivery: Delivery
    code: int | None = None
    permanent: bool = False
    opted_out: bool = False


class Inbound(msgspec.Struct, frozen=True, kw_only=True):
    """A text somebody sent us. `media` counts pictures and the like. `sid` makes a repeat recognisable.

    `opt_out` is STOP, START or HELP where the provider itself acted on the word.
    """

    sid: str
    sender: PhoneNumber
    to: PhoneNumber
    body: str
    media: int = 0
    opt_out: str = ""


class BadCallback(ValueError):
    """A callback without a field it must have; names the field."""


def raises(before: Delivery, after: Delivery) -> bool:
    """Whether `after` is news: claimed < accepted < sent < answered < undelivered = failed < delivered < read."""
    return _RANKS[after] > _RANKS[before]


def is_permanent(code: int | None) -> bool:
    """Whether an error number means that this number cannot be had on this channel at all."""
    return code in _PERMANENT


def reason(code: int | None) -> str:
    """A few words for the traveller's screen and the log; no number and no name in them."""
    if code is None:
        return "no reason given"
    return _PERMANENT.get(code) or _PASSING.get(code) or f"provider's error {code}"


def receipt(notice_id: str, attempt: int, form: Mapping[str, str]) -> Receipt | None:
    """A status callback of a text or a call. None for a status that says nothing about delivery.

    Raises BadCallback when the body has neither a text's nor a call's status and SID.
    """
    if "CallSid" in form:
        sid, delivery = form["CallSid"], _CALL_STATUSES.get(_field(form, "CallStatus").lower())
    else:
        sid, delivery = _field(form, "MessageSid"), _STATUSES.get(_field(form, "MessageStatus").lower())
    if delivery is None:
        return None
    code = _code(form)
    return Receipt(
        notice_id=notice_id,
        attempt=attempt,
        sid=sid,
        delivery=delivery,
        code=code,
        permanent=is_permanent(code),
        opted_out=code == OPTED_OUT,
    )


def inbound(form: Mapping[str, str]) -> Inbound:
    """A text that came in. Raises BadCallback naming the field that is missing; an empty body is legal."""
    return Inbound(
        sid=_field(form, "MessageSid"),
        sender=PhoneNumber(_field(form, "From")),
        to=PhoneNumber(_field(form, "To")),
        body=form.get("Body", ""),
        media=_whole(form.get("NumMedia", "")) or 0,
        opt_out=form.get("OptOutType", "").upper(),
    )


def carrier_word(body: str) -> str:
    """STOP or START where the provider acts on this text by itself, else nothing. Only a bare word counts."""
    word = body.strip().upper()
    if word in _STOP_WORDS:
        return "STOP"
    return "START" if word in _START_WORDS else ""


def _code(form: Mapping[str, str]) -> int | None:
    return _whole(form.get("ErrorCode", "")) or None


def _whole(text: str) -> int | None:
    """A number as providers count; None for anything else, however long."""
    return int(text) if len(text) <= _MOST_DIGITS and text.isdecimal() else None


def _field(form: Mapping[str, str], name: str) -> str:
    value = form.get(name)
    if not value:
        raise BadCallback(f"callback lacks a field: {name}")
    return value
