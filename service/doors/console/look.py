"""`/console/look/{name}`: a journey with nothing wrong. Its place opens with a reason that she reads, or because she
asked operators to walk with her; either way the look is written down before anything is shown."""

from dataclasses import replace

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from service.doors.pages_live import Found
from service.doors.pages_seen_map import seen_map
from service.doors.pages_visit import Visit
from service.doors.pages_words import when
from service.doors.problems import in_time
from service.journey import havens
from service.journey.model import OPERATORS
from service.journey.sight import Sight, operators_sight
from service.operators import reasons
from service.operators.accounts import Operator
from service.people.looking import NotWritten, operator_looks
from service.people.refusals import Refused, Why
from service.rows import Kept
from service.web.console import LookPage, render_look
from service.web.pages import Choice

from .desk import NAME, Desk
from .incident import refresh_s
from .queue import link_badge, seen_of, state_badge

NOTHING = "No position was ever received."
NOT_WRITTEN = "Not shown: it cannot be written down at the moment that you looked."


def routes(desk: Desk) -> list[BaseRoute]:
    """One page, read and pressed."""
    house = desk.house

    async def page(request: Request) -> Response:
        visit, operator, found = await _visited(request)
        if operator is None or found is None:
            return visit.go("/console" if operator is None else "/console?said=gone")
        if found[0].journey.alarm is not None:
            return visit.go(f"/console/i/{request.path_params[NAME]}")
        view = _form(visit, request, found)
        if operators_sight(found[0].journey) < Sight.PLACE:
            return visit.page(render_look(view))
        return await _shown(visit, found, operator, replace(view, refresh_s=refresh_s(house)))

    async def look(request: Request) -> Response:
        visit, operator, found = await _visited(request)
        fields = await visit.posted()
        if operator is None or found is None:
            return visit.go("/console" if operator is None else "/console?said=gone")
        view = _form(visit, request, found, fields)
        try:
            why = reasons.reason_of(fields.get("reason", ""), fields.get("words", ""))
        except Refused as refusal:
            if refusal.why is not Why.INVALID:
                raise
            return visit.page(render_look(replace(view, problem=_PROBLEMS[refusal.field])), 400)
        journey = found[0].journey
        noted = reasons.Reasoned(visit.now, operator.name, journey.id, journey.plan.reference, why)
        await in_time(reasons.noted(house, noted))
        return await _shown(visit, found, operator, replace(view, why=why), why)

    async def _visited(request: Request) -> tuple[Visit, Operator | None, Found | None]:
        return Visit(house, request), await desk.who(request), await desk.journey_of(request)

    async def _shown(visit: Visit, found: Found, operator: Operator, view: LookPage, why: str = "") -> Response:
        try:
            kept = await operator_looks(house, found[0].journey.id, operator.name, why)
        except NotWritten:
            return visit.page(render_look(replace(view, nothing=NOT_WRITTEN)))
        return visit.page(render_look(await _with_place(desk, visit, view, kept)))

    return [Route(f"/console/look/{{{NAME}}}", page), Route(f"/console/look/{{{NAME}}}", look, methods=["POST"])]


_PROBLEMS = {
    "reason": "Choose what comes nearest.",
    "words": f"Say why in {reasons.SHORTEST} letters or more, at most {reasons.LONGEST}: she will read it.",
}


def _form(visit: Visit, request: Request, found: Found, fields: dict[str, str] | None = None) -> LookPage:
    journey, zone, given = found[0].journey, visit.zone, fields or {}
    return LookPage(
        frame=visit.frame(),
        here=f"/console/look/{request.path_params[NAME]}",
        reference=journey.plan.reference,
        since=when(journey.plan.began_at, visit.now, zone),
        due=when(journey.eta_at, visit.now, zone) if journey.eta_at is not None else "–",
        state=state_badge(journey),
        link=link_badge(journey, visit.now),
        asked=OPERATORS in journey.watchers,
        reasons=tuple(Choice(value=c, label=w, chosen=c == given.get("reason")) for c, w in reasons.REASONS.items()),
        words=given.get("words", "")[: reasons.LONGEST],
    )


async def _with_place(desk: Desk, visit: Visit, view: LookPage, kept: Kept | None) -> LookPage:
    seen = kept.journey.seen if kept is not None else None
    if kept is None or seen is None:
        return replace(view, nothing=NOTHING)
    battery = kept.journey.battery_pct
    return replace(
        view,
        last_seen=seen_of(visit.house, seen, visit.now, exact=True),
        drawn=await seen_map(visit.house, desk.programs, kept, kept.journey, Sight.PLACE, ()),
        battery=f"{battery}%" if battery is not None else "",
        going=havens.going(kept.journey),
    )
