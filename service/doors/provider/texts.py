"""Texts that came in. What they are answered travels through the outbox."""

from fastapi import APIRouter, Request, Response

from alerts.receipts import BadCallback, inbound
from service.doors.problems import in_time, problem
from service.house import House
from service.texts.inbound import hear

from .signed import signed, unknown

_EMPTY = "<?xml version='1.0' encoding='UTF-8'?><Response/>"


def router(house: House) -> APIRouter:
    """`/twilio/sms`."""
    routes = APIRouter()

    @routes.post("/sms")
    async def sms(request: Request) -> Response:
        form = await signed(house, request)
        if form is None:
            return problem(403, "http")
        try:
            await in_time(hear(house, inbound(form)))
        except BadCallback as error:
            return unknown(house, str(error))
        return Response(_EMPTY, media_type="text/xml")

    return routes
