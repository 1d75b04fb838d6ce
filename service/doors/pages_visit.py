"""One visit to a page: who sits at the browser, what they posted, and the answer with the headers pages travel with.

A form belongs to the browser that fetched it: its hidden `nonce` is a MAC over a random cookie, so a form on
somebody else's site cannot press anything here. Contact pages set no cookie; their nonce is made from their link.
"""

import re
import secrets
from collections.abc import Mapping
from functools import cached_property
from urllib.parse import parse_qsl

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from service.clock import ScaledClock
from service.house import House
from service.web.pages import PAGE_HEADERS, Frame

from .pages_words import clock_of, zone_name

BROWSER = "lamplit_browser"
LONGEST_FORM = 64 * 1024
MOST_FIELDS = 64
_SOUND = re.compile(r"[\w-]{20,64}")


class Visit:
    """`link` is the token of a contact's page; without it the browser's cookie makes the nonce."""

    def __init__(self, house: House, request: Request, link: str = "") -> None:
        self.house, self.request, self._link = house, request, link
        self.now = house.clock.now()

    @property
    def zone(self) -> str:
        return self.house.settings.timezone

    @property
    def secure(self) -> bool:
        """Whether cookies may demand https: everywhere but at a plain http address of this machine."""
        return self.house.public_url.startswith("https:")

    @cached_property
    def browser(self) -> str:
        kept = self.request.cookies.get(BROWSER, "")
        return kept if _SOUND.fullmatch(kept) else secrets.token_urlsafe(18)

    @property
    def nonce(self) -> str:
        if self._link:
            return self.house.sealer.seal("form", "link", self._link)
        return self.house.sealer.seal("form", "browser", self.browser)

    def frame(self, *, form: bool = True, clock: bool = True) -> Frame:
        """`form`: the page has something to press. `clock`: it tells the house's time."""
        return Frame(sandbox=self.house.sandbox, nonce=self.nonce if form else "", clock=self.clock if clock else "")

    @property
    def clock(self) -> str:
        words = f"{clock_of(self.now, self.zone, seconds=True)} {zone_name(self.now, self.zone)}"
        clock = self.house.clock
        factor = clock.factor if isinstance(clock, ScaledClock) else 1.0
        return f"House clock {words}" + (f", {factor:g} × as fast as yours" if factor != 1.0 else "")

    # ── in ──

    async def posted(self) -> dict[str, str]:
        """The fields of a form that came from a page of ours. Raises HTTPException 400, 403, 413."""
        fields = await self._fields()
        if not secrets.compare_digest(fields.get("nonce", "").encode(), self.nonce.encode()):
            raise HTTPException(403)
        return fields

    async def _fields(self) -> dict[str, str]:
        if self.request.headers.get("content-type", "").partition(";")[0] != "application/x-www-form-urlencoded":
            raise HTTPException(400, "expected a form")
        body = bytearray()
        async for piece in self.request.stream():
            body += piece
            if len(body) > LONGEST_FORM:
                raise HTTPException(413)
        try:
            return dict(parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS))
        except ValueError:
            raise HTTPException(400, "expected a form") from None

    # ── out ──

    def page(self, html: str, status: int = 200, headers: Mapping[str, str] = PAGE_HEADERS) -> Response:
        answer = HTMLResponse(html, status, dict(headers))
        asked = "browser" in self.__dict__  # nobody without a form gets a cookie
        if asked and self.request.cookies.get(BROWSER) != self.browser and "Clear-Site-Data" not in headers:
            self.cookie(answer, BROWSER, self.browser)
        return answer

    def cookie(self, answer: Response, name: str, value: str, lasts_s: int | None = None) -> None:
        """Sets a cookie that scripts cannot read and other sites cannot send."""
        answer.set_cookie(name, value, max_age=lasts_s, httponly=True, secure=self.secure, samesite="strict", path="/")

    def go(self, path: str) -> Response:
        """After something was pressed: look at what came of it."""
        headers = {name: value for name, value in PAGE_HEADERS.items() if name != "Content-Security-Policy"}
        return RedirectResponse(path, 303, headers)
