"""`/c/{token}`: a contact's page. No login, no cookie; reading it changes nothing, and shows no place before a tap."""

from functools import partial

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from alerts.ladder import Said
from service.doors.maps import Basemap
from service.doors.pages_glance import LONGEST_SEE, glance, sealed, still_counts
from service.doors.pages_visit import Visit
from service.doors.pages_words import clock_of, lasting
from service.doors.problems import in_time
from service.house import House
from service.journey.model import Journey, Proof
from service.journey.said import contact_said
from service.journey.turn import Outcome
from service.people.refusals import Refused, Why
from service.people.way_out import take_pin
from service.tokens import new_id
from service.web.pages import (
    ContactPinDonePage,
    ContactPinPage,
    PolicePage,
    render_contact,
    render_contact_pin,
    render_contact_pin_done,
    render_police,
)

from .link import Link, gone, opened
from .seen import contact_page

LONGEST_POLICE_NUMBER = 40
WORDS = {"taking": Said.TAKEN, "spoken": Said.SPOKEN, "cannot": Said.CANT, "with_me": Said.WITH_HER}
ANSWERS = {
    "taken": "Thank you. The others hear that somebody is on it.",
    "spoken": "Thank you. It is noted that you spoke to her. Only her PIN ends this.",
    "cant": "Thank you for saying so. We go on to the others.",
    "with_her": "Thank you. Ask her to key her PIN: only that ends this.",
    "police": "Thank you. The others see that the police were told.",
    "seen": "Thank you, we have seen it. We go on asking the others.",
    "already_closed": "This was already closed.",
}


class ContactDoor:
    """What a contact can look at and press."""

    def __init__(self, house: House, programs: Basemap) -> None:
        self._house, self._programs = house, programs

    async def _opened(self, request: Request) -> tuple[Visit, Link | None]:
        return await opened(self._house, request)

    async def look(self, request: Request) -> Response:
        visit, link = await self._opened(request)
        if link is None:
            return gone(visit)
        seen = await glance(self._house, link, request)
        if seen.fresh:
            return visit.go(f"/c/{link.token}?see={seen.fresh}")
        page = await contact_page(
            self._house,
            seen.link,
            visit.frame(clock=False),
            visit.now,
            said=ANSWERS.get(request.query_params.get("said", ""), ""),
            see=seen.see,
            shown=seen.shown,
            unwritten=seen.unwritten,
            programs=self._programs,
        )
        return visit.page(render_contact(page))

    async def see(self, request: Request) -> Response:
        """Somebody, and no program, wants to see where she is: on the page, or on the sheet for the police."""
        visit, link = await self._opened(request)
        if link is None:
            return gone(visit)
        fields = await visit.posted()
        where = "/handover" if fields.get("on") == "handover" else ""
        return visit.go(f"/c/{link.token}{where}?see={sealed(self._house, link.token)}{'' if where else '#where'}")

    async def answer(self, request: Request) -> Response:
        visit, link = await self._opened(request)
        if link is None:
            return gone(visit)
        fields = await visit.posted()
        what = fields.get("what", "")
        if what == "police":
            return await self._police_told(visit, link, fields)
        if what not in WORDS:
            raise Refused(Why.INVALID, f"expected police or one of {', '.join(WORDS)}", field="what")
        code = await _say(self._house, link, WORDS[what])
        return visit.go(f"/c/{link.token}/pin" if what == "with_me" else self._said_path(link, code, fields))

    async def _police_told(self, visit: Visit, link: Link, fields: dict[str, str]) -> Response:
        number = " ".join(fields.get("police_number", "").split())
        if len(number) > LONGEST_POLICE_NUMBER or not number.isprintable():
            problem = f"At most {LONGEST_POLICE_NUMBER} characters, please."
            return self._police_form(visit, link, fields.get("see", ""), problem, 400)
        code = await _say(self._house, link, Said.POLICE, number)
        return visit.go(self._said_path(link, code, fields))

    def _said_path(self, link: Link, code: str, fields: dict[str, str]) -> str:
        """The page again; a place that was shown stays shown."""
        see = fields.get("see", "")[:LONGEST_SEE]
        shown = f"&see={see}" if still_counts(self._house, link.token, see) else ""
        return f"/c/{link.token}?said={code if code in ANSWERS else 'seen'}{shown}"

    async def back(self, request: Request) -> Response:
        """Where a browser lands that fetches the address of a form."""
        visit, link = await self._opened(request)
        return gone(visit) if link is None else visit.go(f"/c/{link.token}")

    async def police(self, request: Request) -> Response:
        visit, link = await self._opened(request)
        return gone(visit) if link is None else self._police_form(visit, link, request.query_params.get("see", ""))

    def _police_form(self, visit: Visit, link: Link, see: str, problem: str = "", status: int = 200) -> Response:
        see = see[:LONGEST_SEE]
        page = PolicePage(
            frame=visit.frame(clock=False),
            here=f"/c/{link.token}",
            her=link.account.name,
            see=see if still_counts(self._house, link.token, see) else "",
            problem=problem,
        )
        return visit.page(render_police(page), status)

    async def pin_page(self, request: Request) -> Response:
        visit, link = await self._opened(request)
        return gone(visit) if link is None else _pin(visit, link)

    async def pin(self, request: Request) -> Response:
        visit, link = await self._opened(request)
        if link is None:
            return gone(visit)
        keyed = (await visit.posted()).get("pin", "")
        try:
            door = f"link/{link.contact.id}"
            await in_time(take_pin(self._house, link.account, keyed, door, about=link.kept.journey.id))
        except Refused as refusal:
            if refusal.why is not Why.TRY_AGAIN:
                raise
            return _pin(visit, link, refusal, 403)
        page = ContactPinDonePage(
            frame=visit.frame(form=False, clock=False),
            here=f"/c/{link.token}",
            her=link.account.name,
            clock=clock_of(visit.now, visit.zone),
        )
        return visit.page(render_contact_pin_done(page))


def routes(house: House, programs: Basemap) -> list[Route]:
    door = ContactDoor(house, programs)
    return [
        Route("/c/{token}", door.look),
        Route("/c/{token}/answer", door.answer, methods=["POST"]),
        Route("/c/{token}/see", door.see, methods=["POST"]),
        Route("/c/{token}/answer", door.back, methods=["GET"]),
        Route("/c/{token}/see", door.back, methods=["GET"]),
        Route("/c/{token}/police", door.police),
        Route("/c/{token}/pin", door.pin_page, methods=["GET"]),
        Route("/c/{token}/pin", door.pin, methods=["POST"]),
    ]


async def _say(house: House, link: Link, word: Said, number: str = "") -> str:
    act = partial(_said, who=link.contact.id, word=word, number=number)
    answer = await in_time(house.watch.ask(link.kept.journey.id, act, command=new_id()))
    return answer.code


def _said(journey: Journey, now: float, _proof: Proof, *, who: str, word: Said, number: str) -> Outcome:
    return contact_said(journey, who, word, now, police_number=number)


def _pin(visit: Visit, link: Link, refusal: Refused | None = None, status: int = 200) -> Response:
    problem = ""
    if refusal is not None:
        wait_s = refusal.wait_s or 0.0
        problem = f"That is not it. Try again in {lasting(wait_s)}." if wait_s >= 1 else "That is not it. Try again."
    page = ContactPinPage(
        frame=visit.frame(clock=False), here=f"/c/{link.token}", her=link.account.name, problem=problem
    )
    return visit.page(render_contact_pin(page), status)
