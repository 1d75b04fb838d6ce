"""All pages of this house behind one mount, beside the API.

    /            what Lamplit is                       /try…       the sandbox's walk
    /sandbox…    the sandbox's phones                  /c/{token}  a contact's page
    /console…    the operators' list                   /exit       leaves at once, and forgets
    /safe        her number and PIN, from any phone     /i/{token}  an invitation's page
    /m/{token}   whether an e-mail address is right     /map/…      what maps are drawn from

What is not a page (`/v1`, `/twilio`, `/health`, `/ready`, `/metrics`) never comes here, errors included. `/try` and
`/sandbox` exist only in the sandbox.
"""

import math

from starlette.exceptions import HTTPException
from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Match, Mount, Route, Router
from starlette.types import Scope

from service.demo.tryouts import Tryouts
from service.house import House
from service.operators.accounts import Operators
from service.people.refusals import Refused, Why
from service.store import StoreUnavailable
from service.telemetry import logger
from service.watch import NoSuchJourney
from service.web.pages import EXIT_HEADERS, PAGE_HEADERS, ErrorPage, ExitPage, Frame, render_error, render_exit

from . import first_page, maps, static, way_out_page
from .console import lists as console
from .console.desk import Desk
from .contact import handover as handover_page
from .contact import invitation as invite_page
from .contact import mail as mail_page
from .contact import page as contact_page
from .pages_live import LiveJourneys
from .pages_visit import Visit
from .pages_words import lasting
from .problems import RETRY_S, Unavailable, left, problem
from .trying import phones as sandbox
from .trying import walk as try_it

log = logger(__name__)

NOT_PAGES = ("/v1", "/twilio", "/health", "/ready", "/metrics")
_STATUS = {Why.TOO_MANY: 429, Why.TRY_AGAIN: 429, Why.NOT_FOUND: 404, Why.BUSY: 503}


class Pages(Mount):
    """Everything but what is for programs."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        if scope["type"] != "http" or scope["path"].startswith(NOT_PAGES):
            return Match.NONE, {}
        return super().matches(scope)


def route(house: House, *, tryouts: Tryouts | None = None, operators: Operators | None = None) -> Pages:
    """The pages over a living house, to be added after every other route."""
    operators = operators or Operators(house.store, house.clock, sandbox=house.sandbox)
    live, programs = LiveJourneys(house), maps.Basemap()
    routes: list[BaseRoute] = [
        *first_page.routes(house, live, operators),
        *contact_page.routes(house, programs),
        *invite_page.routes(house),
        *mail_page.routes(house),
        *handover_page.routes(house, Desk(house, live, operators)),
        *way_out_page.routes(house),
        *console.routes(house, live, operators, programs),
        Route("/exit", _exit(house)),
        *maps.routes(house, programs),
        Route("/favicon.ico", static.no_icon),
        static.route(),
    ]
    if house.sandbox:
        tried = tryouts or Tryouts(house)
        routes += [*try_it.routes(house, tried, programs), *sandbox.routes(house, tried)]
    return Pages("", ExceptionMiddleware(Router(routes), handlers=_Errors(house).handlers), name="pages")


def _exit(house: House):  # type: ignore[no-untyped-def]  # starlette's endpoint
    async def leave(request: Request) -> Response:
        visit = Visit(house, request)
        return visit.page(render_exit(ExitPage(frame=visit.frame(form=False, clock=False))), headers=EXIT_HEADERS)

    return leave


class _Errors:
    """Errors as a page for browsers, as problem+json for programs."""

    def __init__(self, house: House) -> None:
        self._house = house
        self.handlers = {
            HTTPException: self._http,
            Refused: self._refused,
            StoreUnavailable: self._unavailable,
            Unavailable: self._unavailable,
            NoSuchJourney: self._gone,
            ClientDisconnect: left,
            Exception: self._failed,
        }

    async def _http(self, request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        detail = error.detail if isinstance(error, HTTPException) and status == 400 else ""
        return self._answer(request, status, detail=detail)

    async def _refused(self, request: Request, error: Exception) -> Response:
        if not isinstance(error, Refused):
            return self._answer(request, 500)
        status = _STATUS.get(error.why, 400)
        return self._answer(request, status, field=error.field, detail=error.detail, wait_s=error.wait_s)

    async def _unavailable(self, request: Request, _error: Exception) -> Response:
        return self._answer(request, 503, wait_s=RETRY_S)

    async def _gone(self, request: Request, _error: Exception) -> Response:
        return self._answer(request, 404)

    async def _failed(self, request: Request, error: Exception) -> Response:
        log.error("page failed", error=type(error).__name__, exc_info=error)
        return self._answer(request, 500)

    def _answer(
        self, request: Request, status: int, *, field: str = "", detail: str = "", wait_s: float | None = None
    ) -> Response:
        wait_s = wait_s if wait_s is not None and math.isfinite(wait_s) and wait_s > 0 else None
        if "text/html" not in request.headers.get("accept", ""):
            return problem(status, "not_found" if status == 404 else "http", detail=detail, field=field, wait_s=wait_s)
        page = ErrorPage(
            frame=Frame(sandbox=self._house.sandbox),
            status=status,
            field=field,
            detail=detail,
            retry="" if wait_s is None else lasting(max(1.0, wait_s)),
            back=_back(request.url.path),
        )
        answer = Response(render_error(page), status, dict(PAGE_HEADERS), "text/html")
        if wait_s is not None:
            answer.headers["Retry-After"] = str(math.ceil(wait_s))
        return answer


def _back(path: str) -> str:
    """The page to go on from: whoever holds a link goes back to it, everybody else to that part of the house."""
    parts = path.strip("/").split("/")
    if parts[0] in ("c", "i", "m") and len(parts) > 1 and parts[1].replace("-", "").replace("_", "").isalnum():
        return f"/{parts[0]}/{parts[1]}"
    return f"/{parts[0]}" if parts[0] in ("try", "sandbox", "console") else "/"
