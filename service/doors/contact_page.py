"""`/c/{token}`: a contact's page. No login, no cookie; reading it changes nothing.

Unknown, ended and revoked links are one answer: the same rows are asked for, the same bytes come back.
"""

from functools import partial

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from alerts.ladder import Said
from service.house import House
from service.journey import pressed
from service.journey.model import Journey, Proof
from service.journey.said import contact_said
from service.journey.turn import Outcome
from service.people.model import ContactState
from service.people.refusals import Refused, Why
from service.people.way_out import take_pin
from service.rows import UnreadableRow, journey_row, traveller_row
from service.tokens import new_id, same
from service.web.pages import (
    ContactPinDonePage,
    ContactPinPage,
    LinkGonePage,
    PolicePage,
    render_contact,
    render_contact_pin,
    render_contact_pin_done,
    render_link_gone,
    render_police,
)

from .pages_contact import Link, contact_page, note_police
from .pages_visit import Visit
from .pages_words import clock_of, lasting
from .problems import in_time

LONGEST_TOKEN = 64
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

    def __init__(self, house: House) -> None:
        self._house = house

    async def _opened(self, request: Request) -> tuple[Visit, Link | None]:
        token = request.path_params["token"][:LONGEST_TOKEN]
        return Visit(self._house, request, token), await in_time(find(self._house, token))

    async def look(self, request: Request) -> Response:
        visit, link = await self._opened(request)
        if link is None:
            return _gone(visit)
        said = ANSWERS.get(request.query_params.get("said", ""), "")
        page = await contact_page(self._house, link, visit.frame(clock=False), visit.now, said)
        return visit.page(render_contact(page))

    async def answer(self, request: Request) -> Response:
        visit, link = await self._opened(request)
        if link is None:
            return _gone(visit)
        fields = await visit.posted()
        what = fields.get("what", "")
        if what == "police":
            return await self._police_told(visit, link, fields)
        if what not in WORDS:
            raise Refused(Why.INVALID, f"expected police or one of {', '.join(WORDS)}", field="what")
        code = await _say(self._house, link, WORDS[what])
        return visit.go(f"/c/{link.token}/pin" if what == "with_me" else _said_path(link, code))

    async def _police_told(self, visit: Visit, link: Link, fields: dict[str, str]) -> Response:
        number = " ".join(fields.get("police_number", "").split())
        if len(number) > LONGEST_POLICE_NUMBER or not number.isprintable():
            problem = f"At most {LONGEST_POLICE_NUMBER} characters, please."
            return _police(visit, link, problem, 400)
        code = await _say(self._house, link, Said.POLICE)
        if code != "already_closed":
            await note_police(self._house, link, number, visit.now)
        return visit.go(_said_path(link, code))

    async def police(self, request: Request) -> Response:
        visit, link = await self._opened(request)
        return _gone(visit) if link is None else _police(visit, link)

    async def pin_page(self, request: Request) -> Response:
        visit, link = await self._opened(request)
        return _gone(visit) if link is None else _pin(visit, link)

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


def routes(house: House) -> list[Route]:
    door = ContactDoor(house)
    return [
        Route("/c/{token}", door.look),
        Route("/c/{token}/answer", door.answer, methods=["POST"]),
        Route("/c/{token}/police", door.police),
        Route("/c/{token}/pin", door.pin_page, methods=["GET"]),
        Route("/c/{token}/pin", door.pin, methods=["POST"]),
    ]


async def find(house: House, token: str) -> Link | None:
    """What a link opens, verified against the rows it names; None for every reason alike."""
    journey, contact_id = await house.directory.link(token) or ("nobody-0", "nobody")
    owner_row, row = await house.store.load([journey.partition("-")[0], journey])
    right = same(house.sealer.link_token(journey, contact_id), token)
    if owner_row is None or row is None or not right:
        return None
    try:
        account, kept = traveller_row(owner_row.key, owner_row.value), journey_row(row.key, row.value)
    except UnreadableRow:
        return None
    contact = account.contact(contact_id)
    if contact is None or contact.state is ContactState.LEFT:
        return None
    link = Link(token, account, contact, kept)
    return link if link.alive(house.clock.now()) else None


async def _say(house: House, link: Link, word: Said, number: str = "") -> str:
    act = partial(_said, who=link.contact.id, word=word, number=number)
    answer = await in_time(house.watch.ask(link.kept.journey.id, act, command=new_id()))
    return answer.code


def _said(journey: Journey, now: float, _proof: Proof, *, who: str, word: Said) -> Outcome:
    return contact_said(journey, who, word, now)


def _pin(visit: Visit, link: Link, refusal: Refused | None = None, status: int = 200) -> Response:
    problem = ""
    if refusal is not None:
        wait_s = refusal.wait_s or 0.0
        problem = f"That is not it. Try again in {lasting(wait_s)}." if wait_s >= 1 else "That is not it. Try again."
    page = ContactPinPage(
        frame=visit.frame(clock=False), here=f"/c/{link.token}", her=link.account.name, problem=problem
    )
    return visit.page(render_contact_pin(page), status)


def _said_path(link: Link, code: str) -> str:
    return f"/c/{link.token}?said={code if code in ANSWERS else 'seen'}"


def _police(visit: Visit, link: Link, problem: str = "", status: int = 200) -> Response:
    page = PolicePage(frame=visit.frame(clock=False), here=f"/c/{link.token}", her=link.account.name, problem=problem)
    return visit.page(render_police(page), status)


def _gone(visit: Visit) -> Response:
    """The bytes are the same whatever the link was."""
    page = LinkGonePage(frame=visit.frame(form=False, clock=False))
    return visit.page(render_link_gone(page), 404)


__all__ = ["find", "routes"]
