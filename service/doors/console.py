"""`/console`: the operators' list. Looking at it counts as looking at nobody: places appear only with an incident."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from service.house import House
from service.people.operators import SESSION_S, Operators
from service.people.refusals import Refused, Why
from service.web.pages import (
    EXIT_HEADERS,
    ConsolePage,
    LoginPage,
    SignedOutPage,
    render_console,
    render_login,
    render_signed_out,
)

from .pages_live import LiveJourneys
from .pages_queue import incidents, journeys, trouble
from .pages_visit import Visit
from .pages_words import clock_of, lasting

SESSION = "lamplit_operator"
LONGEST_TOKEN = 64


def routes(house: House, live: LiveJourneys, operators: Operators) -> list[Route]:
    async def who(request: Request) -> str | None:
        token = request.cookies.get(SESSION, "")
        return await operators.who(token[:LONGEST_TOKEN]) if token else None

    async def queue(request: Request) -> Response:
        visit = Visit(house, request)
        operator = await who(request)
        if operator is None:
            return visit.page(render_login(LoginPage(frame=visit.frame(), hint=_hint(house))))
        found = await live.all()
        page = ConsolePage(
            frame=visit.frame(),
            operator=operator,
            clock=clock_of(visit.now, visit.zone, seconds=True),
            incidents=incidents(house, found, visit.now),
            journeys=journeys(found, visit.now, visit.zone),
            trouble=await trouble(house),
        )
        return visit.page(render_console(page))

    async def login(request: Request) -> Response:
        visit = Visit(house, request)
        fields = await visit.posted()
        name = fields.get("name", "")[:40]
        try:
            token = await operators.sign_in(name, fields.get("password", ""))
        except Refused as refusal:
            if refusal.why is not Why.TRY_AGAIN:
                raise
            page = LoginPage(frame=visit.frame(), name=name, problem=_problem(refusal), hint=_hint(house))
            return visit.page(render_login(page), 403)
        answer = visit.go("/console")
        visit.cookie(answer, SESSION, token, round(SESSION_S))
        return answer

    async def logout(request: Request) -> Response:
        visit = Visit(house, request)
        await visit.posted()
        await operators.sign_out(request.cookies.get(SESSION, "")[:LONGEST_TOKEN])
        answer = visit.page(render_signed_out(SignedOutPage(frame=visit.frame(form=False))), headers=EXIT_HEADERS)
        answer.delete_cookie(SESSION, path="/", secure=visit.secure, httponly=True, samesite="strict")
        return answer

    async def back(request: Request) -> Response:
        """Where a browser lands that fetches the address of a form."""
        return Visit(house, request).go("/console")

    return [
        Route("/console", queue),
        Route("/console/login", login, methods=["POST"]),
        Route("/console/logout", logout, methods=["POST"]),
        Route("/console/login", back),
        Route("/console/logout", back),
    ]


def _problem(refusal: Refused) -> str:
    wait = f" Try again in {lasting(refusal.wait_s)}." if refusal.wait_s and refusal.wait_s >= 1 else " Try again."
    return "That name and password do not go together." + wait


def _hint(house: House) -> str:
    return "In the sandbox the first page names a ready operator." if house.sandbox else ""
