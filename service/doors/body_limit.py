"""No request is longer than the longest that anybody needs: a body is read whole before its route sees it, and before
anybody knows who sent it."""

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .api.bodies import LONGEST_ROUTE
from .problems import problem

LONGEST_BODY = LONGEST_ROUTE + 1024 * 1024
"""A route as text, what JSON puts around its lines, and the rest of a journey."""
LIMITED_BY_ITSELF = ("/owntracks", "/traccar")
"""Doors that read no more than they need, and whose apps must not be refused for what they send."""


class BodyLimit:
    """ASGI middleware: 413 for more than `most` bytes, by what is declared or by what comes."""

    def __init__(self, app: ASGIApp, most: int = LONGEST_BODY) -> None:
        self._app, self._most = app, most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].rstrip("/") in LIMITED_BY_ITSELF:
            await self._app(scope, receive, send)
            return
        declared = dict(scope["headers"]).get(b"content-length", b"")
        if declared.isdigit() and int(declared) > self._most:
            await problem(413, "http")(scope, receive, send)
            return
        taken = 0

        async def counted() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > self._most:
                raise HTTPException(413)
            return message

        await self._app(scope, counted, send)
