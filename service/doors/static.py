"""Stylesheets, scripts and the mark, from this house only. Their addresses carry a version, so they may be kept."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from service.web.pages import STATIC_DIR

_HEADERS = {
    "Cache-Control": "public, max-age=31536000, immutable",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class KeptFiles(StaticFiles):
    """Static files that browsers may keep for a year."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        answer = await super().get_response(path, scope)
        answer.headers.update(_HEADERS)
        return answer


async def no_icon(_request: Request) -> Response:
    """`/favicon.ico`, which browsers ask for where a page names no icon: the blank page of the way out has none."""
    return Response(status_code=204, headers=_HEADERS)


def route() -> Mount:
    """`/static`; a missing file is a 404 like any other."""
    return Mount("/static", KeptFiles(directory=STATIC_DIR))
