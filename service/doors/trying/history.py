"""Her journeys afterwards, and everything we hold in one file, under `/try`: as her own devices may be shown it."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from service.doors.pages_visit import Visit
from service.doors.pages_words import clock_of, day_of
from service.doors.problems import in_time
from service.house import House
from service.journey.model import CloseReason, Journey
from service.people.model import Traveller
from service.remembered import exporting, history
from service.web.pages import HistoryPage, Past, SeenBy, render_history

from .her_phone import seen_by
from .session import TrySession

MOST = 20
ENDS = {
    CloseReason.ARRIVED: "arrived",
    CloseReason.ENDED: "ended with your PIN",
    CloseReason.OPERATOR: "closed by an operator",
}


async def past(house: House, account: Traveller) -> tuple[Past, ...]:
    """Her last journeys, the newest first."""
    found = await history.journeys(house, account)
    return tuple([await _past(house, account, shown) for shown in found[:MOST]])


async def _past(house: House, account: Traveller, shown: Journey) -> Past:
    zone, plan = house.settings.timezone, shown.plan
    due = f", due {clock_of(shown.eta_at, zone)}" if shown.eta_at is not None else ""
    closed = shown.closed
    end = f", {ENDS[closed.reason]} at {clock_of(closed.at, zone)}" if closed is not None else ", under way"
    story = await history.story(house, account, shown)
    return Past(
        title=f"{day_of(plan.began_at, zone)}, {clock_of(plan.began_at, zone)}",
        about=f"{plan.reference}, {plan.destination or 'no destination'}{due}{end}.",
        looks=tuple(_look(one, zone) for one in history.looks([shown], account)),
        story=tuple((clock_of(line.at, zone, seconds=True), line.words) for line in story if not line.minor),
    )


def _look(one: history.Looked, zone: str) -> SeenBy:
    return seen_by(one.by if one.contact else "an operator", one.what, one.since, one.until, one.why, zone)


async def download(house: House, account: Traveller, pin: str) -> Response:
    """The zip. Raises Refused."""
    made = await in_time(exporting.export(house, account, pin, "try"))
    headers = {"Content-Disposition": f'attachment; filename="{exporting.FILE}"', "Cache-Control": "no-store"}
    return Response(made, media_type=exporting.MEDIA_TYPE, headers=headers)


def routes(session: TrySession) -> list[Route]:
    async def look(request: Request) -> Response:
        visit = Visit(session.house, request)
        _, account = await session.running(visit)
        found = await past(session.house, account)
        return visit.page(render_history(HistoryPage(frame=visit.frame(form=False), name=account.name, journeys=found)))

    return [Route("/try/history", look, methods=["GET"])]
