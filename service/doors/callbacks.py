"""What the provider tells us: status callbacks and texts that came in. Signed, or refused alike.

200 only after the commit, so that a provider that hears nothing calls again; and 200 for whatever is signed but
names nothing we know: calling again would not help.
"""

from collections.abc import Mapping

from fastapi import APIRouter, Request, Response

from alerts.receipts import BadCallback, inbound, receipt
from alerts.twilio_gateway import request_is_signed
from service.calls import parts
from service.house import House
from service.people.consenting import stopped
from service.receiving import receipt_came
from service.telemetry import logger
from service.texts.inbound import hear
from service.watch import NoSuchJourney

from .problems import in_time, problem

log = logger(__name__)

_EMPTY = "<?xml version='1.0' encoding='UTF-8'?><Response/>"
MOST_FIELDS = 200


def router(house: House) -> APIRouter:
    """`/twilio/status` and `/twilio/sms`, by POST only. Without auth tokens nothing is ever signed."""
    routes = APIRouter(prefix="/twilio", include_in_schema=False)

    @routes.post("/status")
    async def status(request: Request) -> Response:
        form = await _signed(house, request)
        if form is None:
            return problem(403, "http")
        notice, attempt = request.query_params.get("n", ""), request.query_params.get("a", "")
        mac = request.query_params.get("m", "")
        if not (house.sealer.sealed(mac, notice, attempt) and attempt.isdecimal()):
            return _unknown(house, "status of an unknown message")
        try:
            taken = receipt(notice, int(attempt), form)
        except BadCallback as error:
            return _unknown(house, str(error))
        if taken is None:
            return Response()
        try:
            if taken.opted_out:
                await in_time(_stopped(house, notice))
            await in_time(receipt_came(house, taken))
        except NoSuchJourney:
            return _unknown(house, "status of a message to nobody")
        return Response()

    @routes.post("/sms")
    async def sms(request: Request) -> Response:
        form = await _signed(house, request)
        if form is None:
            return problem(403, "http")
        try:
            await in_time(hear(house, inbound(form)))
        except BadCallback as error:
            return _unknown(house, str(error))
        return Response(_EMPTY, media_type="text/xml")

    return routes


async def _signed(house: House, request: Request) -> Mapping[str, str] | None:
    """The form, if the provider signed it for the address we gave it; the Host header plays no part."""
    form = await request.form(max_files=0, max_fields=MOST_FIELDS)
    fields = {name: value for name, value in form.items() if isinstance(value, str)}
    settings = house.settings
    tokens = [t for s in (settings.twilio_auth_token, settings.twilio_auth_token_2) if (t := s.get_secret_value())]
    query = f"?{request.url.query}" if request.url.query else ""
    url = f"{house.public_url}{request.url.path}{query}"
    signature = request.headers.get("X-Twilio-Signature", "")
    if not tokens or not request_is_signed(url, fields, signature, tokens):
        return None
    return fields


async def _stopped(house: House, notice_id: str) -> None:
    """Error 21610 names no number; the message it is about does."""
    key, to = parts(notice_id)
    account = await house.watch.account(key.partition("-")[0])
    contact = account.contact(to)
    await stopped(house, account.number if contact is None else contact.number)


def _unknown(house: House, why: str) -> Response:
    house.vitals.unknown_callbacks += 1
    log.warning("callback changes nothing", why=why)
    return Response()
