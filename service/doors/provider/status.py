"""How far a message or a call has come, as the provider reports it. Signed, or refused alike.

200 only after the commit, so that a provider that hears nothing calls again; and 200 for whatever is signed but
names nothing we know: calling again would not help.
"""

from fastapi import APIRouter, Request, Response

from alerts.receipts import BadCallback, receipt
from service.calls import parts
from service.doors.problems import in_time, problem
from service.house import House
from service.people.consenting import stopped
from service.receiving import receipt_came
from service.watch import NoSuchJourney

from .signed import notice_of, signed, unknown


def router(house: House) -> APIRouter:
    """`/twilio/status`."""
    routes = APIRouter()

    @routes.post("/status")
    async def status(request: Request) -> Response:
        form = await signed(house, request)
        if form is None:
            return problem(403, "http")
        about = notice_of(house, request)
        if about is None:
            return unknown(house, "status of an unknown message")
        notice, attempt = about
        try:
            taken = receipt(notice, attempt, form)
        except BadCallback as error:
            return unknown(house, str(error))
        if taken is None:
            return Response()
        try:
            if taken.opted_out:
                await in_time(_stopped(house, notice))
            await in_time(receipt_came(house, taken))
        except NoSuchJourney:
            return unknown(house, "status of a message to nobody")
        return Response()

    return routes


async def _stopped(house: House, notice_id: str) -> None:
    """Error 21610 names no number; the message it is about does."""
    key, to = parts(notice_id)
    account = await house.watch.account(key.partition("-")[0])
    contact = account.contact(to)
    await stopped(house, account.number if contact is None else contact.number)
