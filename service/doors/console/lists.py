"""`/console`: the operators' list, and who is on shift. The list shows no place; the pages of one journey do, with an
incident, a reason, or because she asked."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from service.doors.maps import Basemap
from service.doors.pages_live import LiveJourneys
from service.doors.pages_visit import Visit
from service.doors.pages_words import clock_of, lasting, when
from service.doors.way_out_page import place_of
from service.house import House
from service.operators import presence, reasons
from service.operators.accounts import READY_NAME, SESSION_S, NoAuthenticator, Operator, Operators, Role
from service.people.refusals import Refused, Why
from service.web.console import Account, ReasonedLook, ShiftPage, render_shift
from service.web.pages import (
    EXIT_HEADERS,
    Badge,
    ConsolePage,
    LoginPage,
    SignedOutPage,
    render_console,
    render_login,
    render_signed_out,
)

from . import incident as console_incident
from . import look as console_look
from .desk import LONGEST_TOKEN, REFERENCE, SESSION, Desk
from .queue import incidents, journeys, trouble

MOST_LOOKS = 200
SAID = {
    "closed": "{about} is closed. Everybody who was told hears it.",
    "resolved": "{about} is closed, and she is still on her way: her ETA is watched as before.",
    "already_closed": "{about} was closed already.",
    "gone": "That one is not open any more.",
}


def routes(house: House, live: LiveJourneys, operators: Operators, programs: Basemap | None = None) -> list[BaseRoute]:
    """The list, the door to it, and all that hangs below."""
    desk = Desk(house, live, operators, programs)

    async def queue(request: Request) -> Response:
        visit = Visit(house, request)
        operator = await desk.who(request)
        if operator is None:
            return visit.page(render_login(_login(visit)))
        found = await live.all()
        page = ConsolePage(
            frame=visit.frame(),
            operator=operator.name,
            clock=clock_of(visit.now, visit.zone, seconds=True),
            incidents=incidents(house, found, visit.now),
            journeys=journeys(found, visit.now, visit.zone),
            on_shift=await presence.alive(house, visit.now),
            trouble=await trouble(house),
            said=_said(request),
            admin=operator.role is Role.ADMIN,
            refresh_s=min(5, console_incident.refresh_s(house)),
        )
        return visit.page(render_console(page))

    async def login(request: Request) -> Response:
        visit = Visit(house, request)
        fields = await visit.posted()
        name = fields.get("name", "")[:40]
        try:
            password, code = fields.get("password", ""), fields.get("code", "")
            token = await operators.sign_in(name, password, code, place_of(request))
        except Refused as refusal:
            if refusal.why is not Why.TRY_AGAIN:
                raise
            return visit.page(render_login(_login(visit, name, _problem(refusal))), 403)
        answer = visit.go("/console")
        visit.cookie(answer, SESSION, token, round(SESSION_S))
        return answer

    async def logout(request: Request) -> Response:
        visit = Visit(house, request)
        await visit.posted()
        operator = await desk.who(request)
        await operators.sign_out(request.cookies.get(SESSION, "")[:LONGEST_TOKEN])
        if operator is not None:
            await presence.gone(house, operator.name)
        answer = visit.page(render_signed_out(SignedOutPage(frame=visit.frame(form=False))), headers=EXIT_HEADERS)
        answer.delete_cookie(SESSION, path="/", secure=visit.secure, httponly=True, samesite="strict")
        return answer

    async def shift(request: Request) -> Response:
        visit = Visit(house, request)
        operator = await desk.who(request)
        if operator is None or operator.role is not Role.ADMIN:
            return visit.go("/console")
        return visit.page(render_shift(await _shift(house, operators, visit)))

    async def back(request: Request) -> Response:
        """Where a browser lands that fetches the address of a form."""
        return Visit(house, request).go("/console")

    return [
        Route("/console", queue),
        Route("/console/login", login, methods=["POST"]),
        Route("/console/logout", logout, methods=["POST"]),
        Route("/console/login", back),
        Route("/console/logout", back),
        Route("/console/shift", shift),
        *console_incident.routes(desk),
        *console_look.routes(desk),
    ]


async def _shift(house: House, operators: Operators, visit: Visit) -> ShiftPage:
    there = await presence.alive(house, visit.now)
    looks = (await reasons.all_noted(house))[:MOST_LOOKS]
    return ShiftPage(
        frame=visit.frame(form=False),
        clock=clock_of(visit.now, visit.zone, seconds=True),
        accounts=tuple(_account(house, account, there) for account in await operators.all()),
        looks=tuple(
            ReasonedLook(clock=when(one.at, visit.now, visit.zone), by=one.by, reference=one.reference, why=one.why)
            for one in looks
        ),
    )


def _account(house: House, account: Operator, there: tuple[str, ...]) -> Account:
    if account.name in there:
        state = Badge(text="on shift", tone="done")
    elif not account.secret and not (house.sandbox and account.name == READY_NAME):
        state = Badge(text="no authenticator yet", tone="watch")
    else:
        state = Badge(text="signed off")
    return Account(name=account.name, role=account.role.value, state=state)


def _login(visit: Visit, name: str = "", problem: str = "") -> LoginPage:
    sandbox = visit.house.sandbox
    hint = "In the sandbox the first page names a ready operator, who needs no code." if sandbox else ""
    return LoginPage(frame=visit.frame(), name=name, problem=problem, hint=hint, needs_code=not sandbox)


def _problem(refusal: Refused) -> str:
    if isinstance(refusal, NoAuthenticator):
        return f"{refusal.detail[:1].upper()}{refusal.detail[1:]}, on the machine where Lamplit runs."
    wait = f" Try again in {lasting(refusal.wait_s)}." if refusal.wait_s and refusal.wait_s >= 1 else " Try again."
    return "That name, password and code do not go together." + wait


def _said(request: Request) -> str:
    about = request.query_params.get("about", "")
    about = about if REFERENCE.fullmatch(about) else "It"
    return SAID.get(request.query_params.get("said", ""), "").format(about=about)
