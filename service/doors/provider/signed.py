"""Is it the provider, and which of our messages does it speak of?"""

from collections.abc import Mapping

from fastapi import Request, Response
from starlette.exceptions import HTTPException
from starlette.types import Message, Receive

from alerts.twilio_gateway import request_is_signed
from service.house import House
from service.telemetry import logger

log = logger(__name__)

MOST_FIELDS = 200
MOST_BYTES = 64 * 1024
"""The longest text that comes in has 1,600 characters; the rest of a request is a few dozen short fields."""

MOST_DIGITS = 9


async def signed(house: House, request: Request) -> Mapping[str, str] | None:
    """The form, if the provider signed it for the address we gave it; the Host header plays no part."""
    declared = request.headers.get("Content-Length", "0")
    if not declared.isdecimal() or int(declared) > MOST_BYTES:
        raise HTTPException(413)
    form = await Request(request.scope, _counted(request.receive)).form(max_files=0, max_fields=MOST_FIELDS)
    fields = {name: value for name, value in form.items() if isinstance(value, str)}
    settings = house.settings
    tokens = [t for s in (settings.twilio_auth_token, settings.twilio_auth_token_2) if (t := s.get_secret_value())]
    query = f"?{request.url.query}" if request.url.query else ""
    url = f"{house.public_url}{request.url.path}{query}"
    signature = request.headers.get("X-Twilio-Signature", "")
    if not tokens or not request_is_signed(url, fields, signature, tokens):
        return None
    if fields.get("AccountSid", settings.twilio_account_sid) != settings.twilio_account_sid:
        return None
    return fields


def _counted(receive: Receive) -> Receive:
    """What comes in pieces need not say how long it is."""
    taken = 0

    async def counted() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > MOST_BYTES:
            raise HTTPException(413)
        return message

    return counted


def notice_of(house: House, request: Request) -> tuple[str, int] | None:
    """The notice and attempt in the address, if the address is ours."""
    query = request.query_params
    notice, attempt, mac = query.get("n", ""), query.get("a", ""), query.get("m", "")
    if not (house.sealer.sealed(mac, notice, attempt) and attempt.isdecimal() and len(attempt) <= MOST_DIGITS):
        return None
    return notice, int(attempt)


def unknown(house: House, why: str) -> Response:
    """Signed, and about nothing we know: calling again would not help."""
    house.vitals.unknown_callbacks += 1
    log.warning("callback changes nothing", why=why)
    return Response()
