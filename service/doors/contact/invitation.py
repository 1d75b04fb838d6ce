"""`/i/{token}`: an invitation's page. No login, no cookie; reading it changes nothing.

Unknown, used, removed and old links are one answer: the same rows are asked for, the same bytes come back.
"""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from alerts.gateway import MailAddress
from service.doors.pages_visit import Visit
from service.doors.pages_words import number_in_words
from service.doors.problems import in_time
from service.house import House
from service.people import invited
from service.people.invited import Invitation
from service.people.inviting import our_number
from service.people.refusals import Refused, Why
from service.web.pages import (
    InviteCodePage,
    InviteDonePage,
    InvitePage,
    LinkGonePage,
    render_invite,
    render_invite_code,
    render_invite_done,
    render_link_gone,
)

LONGEST_TOKEN, LONGEST_NUMBER, LONGEST_CODE = 64, 30, 32
ANSWERS = {"yes": invited.agree, "never": invited.never}


class InviteDoor:
    """What somebody who was invited can look at and press."""

    def __init__(self, house: House) -> None:
        self._house = house

    async def _opened(self, request: Request) -> tuple[Visit, Invitation | None]:
        token = request.path_params["token"][:LONGEST_TOKEN]
        return Visit(self._house, request, token), await in_time(invited.find(self._house, token))

    async def look(self, request: Request) -> Response:
        visit, invitation = await self._opened(request)
        if invitation is None:
            return _gone(visit)
        if invitation.proving(visit.now) is not None and "again" not in request.query_params:
            return self._code_page(visit, invitation)
        return self._page(visit, invitation)

    async def number(self, request: Request) -> Response:
        visit, invitation = await self._opened(request)
        if invitation is None:
            return _gone(visit)
        typed = (await visit.posted()).get("number", "").strip()[:LONGEST_NUMBER]
        try:
            await in_time(invited.send_code(self._house, invitation, typed))
        except Refused as refusal:
            if refusal.why is Why.NOT_FOUND:
                return _gone(visit)
            words = _words(refusal, invitation.account.name, self._ours)
            yes_counts = refusal.why is Why.TOO_MANY and refusal.about is None
            status = 429 if refusal.why is Why.TOO_MANY else 400
            return self._page(visit, invitation, typed, words, status, yes_counts=yes_counts)
        return visit.go(_here(invitation))

    async def code(self, request: Request) -> Response:
        visit, invitation = await self._opened(request)
        if invitation is None:
            return _gone(visit)
        fields = await visit.posted()
        what = fields.get("what", "yes")
        if what not in ANSWERS:
            raise Refused(Why.INVALID, f"expected one of {', '.join(ANSWERS)}", field="what")
        try:
            await in_time(ANSWERS[what](self._house, invitation, fields.get("code", "")[:LONGEST_CODE]))
        except Refused as refusal:
            if refusal.why is Why.NOT_FOUND:
                return _gone(visit)
            problem = "That is not it, or it is too old. After five tries a code is worn out."
            return self._code_page(visit, invitation, problem, 403)
        page = InviteDonePage(
            frame=visit.frame(form=False, clock=False),
            her=invitation.account.name,
            ours=self._ours,
            agreed=what == "yes",
        )
        return visit.page(render_invite_done(page))

    @property
    def _ours(self) -> str:
        return number_in_words(our_number(self._house), self._house.settings.country)

    def _page(
        self,
        visit: Visit,
        invitation: Invitation,
        typed: str = "",
        problem: str = "",
        status: int = 200,
        *,
        yes_counts: bool = False,
    ) -> Response:
        page = InvitePage(
            frame=visit.frame(clock=False),
            here=_here(invitation),
            her=invitation.account.name,
            ours=self._ours,
            number=typed,
            ending=invitation.contact.number[-2:],
            problem=problem,
            yes_counts=yes_counts,
            mail=_address(invitation),
        )
        return visit.page(render_invite(page), status)

    def _code_page(self, visit: Visit, invitation: Invitation, problem: str = "", status: int = 200) -> Response:
        proving = invitation.contact.proving
        page = InviteCodePage(
            frame=visit.frame(clock=False),
            here=_here(invitation),
            her=invitation.account.name,
            ours=self._ours,
            ending=proving.number[-2:] if proving is not None else invitation.contact.number[-2:],
            another=not invitation.contact.number,
            problem=problem,
        )
        return visit.page(render_invite_code(page), status)


def routes(house: House) -> list[Route]:
    door = InviteDoor(house)
    return [
        Route("/i/{token}", door.look),
        Route("/i/{token}/number", door.number, methods=["POST"]),
        Route("/i/{token}/code", door.code, methods=["POST"]),
    ]


def _address(invitation: Invitation) -> str:
    """The e-mail address that she gave, as she is shown it."""
    shown = next(c for c in invitation.account.shown_contacts if c.id == invitation.contact.id)
    return MailAddress(shown.mail.address).masked if shown.mail is not None else ""


def _here(invitation: Invitation) -> str:
    return f"/i/{invitation.token}"


def _words(refusal: Refused, her: str, ours: str) -> str:
    """What was wrong with a number, for whoever keyed it."""
    match refusal.why, refusal.about:
        case Why.TOO_MANY, "page":
            return f"Too many numbers were keyed here. Ask {her} for a new invitation."
        case Why.TOO_MANY, _:
            return (
                f"We have texted this number enough for today. You can text YES to {ours} from it, or come back later."
            )
        case Why.ALREADY, _:
            return f"{her} has this number already, for somebody else she named."
        case _, "hers":
            return f"That is {her}’s own number. We need yours."
        case _, "other":
            return f"{her} gave us another number for you. Key that one, or ask her to mend it."
        case _:
            return "A mobile number, please, as you write it; with its country code if it is from abroad."


def _gone(visit: Visit) -> Response:
    """The bytes are the same whatever the link was."""
    page = LinkGonePage(frame=visit.frame(form=False, clock=False))
    return visit.page(render_link_gone(page), 404)
