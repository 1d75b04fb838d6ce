"""`/m/{token}`: whether an e-mail address is a contact's own, and how he stops it. No login, no cookie; reading it changes
nothing, whoever follows links in mails. Unknown, old and removed links are one answer.
"""

from email.utils import parseaddr

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from alerts.gateway import MailAddress
from service.doors.pages_visit import Visit
from service.doors.problems import in_time
from service.house import House
from service.people import mailing
from service.people.mailing import Question
from service.people.refusals import Refused, Why
from service.web.pages import LinkGonePage, MailPage, render_link_gone, render_mail

LONGEST_TOKEN, LONGEST_DIGITS = 64, 32


class MailDoor:
    """What whoever was asked about an address can look at and press."""

    def __init__(self, house: House) -> None:
        self._house = house

    async def _opened(self, request: Request) -> tuple[Visit, Question | None]:
        token = request.path_params["token"][:LONGEST_TOKEN]
        return Visit(self._house, request, token), await in_time(mailing.find(self._house, token))

    async def look(self, request: Request) -> Response:
        visit, question = await self._opened(request)
        return _gone(visit) if question is None else self._page(visit, question)

    async def yes(self, request: Request) -> Response:
        visit, question = await self._opened(request)
        if question is None:
            return _gone(visit)
        digits = (await visit.posted()).get("digits", "")[:LONGEST_DIGITS]
        try:
            await in_time(mailing.agree(self._house, question, digits))
        except Refused as refusal:
            if refusal.why is Why.NOT_FOUND:
                return _gone(visit)
            return self._page(
                visit, question, "That is not how your number ends. After five tries this page is worn out."
            )
        return visit.go(_here(question))

    async def stop(self, request: Request) -> Response:
        visit, question = await self._opened(request)
        if question is None:
            return _gone(visit)
        await visit.posted()
        try:
            await in_time(mailing.stop(self._house, question))
        except Refused:
            return _gone(visit)
        return visit.go(_here(question))

    def _page(self, visit: Visit, question: Question, problem: str = "") -> Response:
        mail = question.mail
        page = MailPage(
            frame=visit.frame(clock=False),
            here=_here(question),
            her=question.account.name,
            address=MailAddress(mail.address).masked,
            sender=parseaddr(self._house.settings.smtp_from)[1],
            proved=mail.proved_at is not None,
            stopped=mail.stopped_at is not None,
            worn_out=question.worn_out,
            problem=problem,
        )
        return visit.page(render_mail(page), 403 if problem else 200)


def routes(house: House) -> list[Route]:
    door = MailDoor(house)
    return [
        Route("/m/{token}", door.look),
        Route("/m/{token}/yes", door.yes, methods=["POST"]),
        Route("/m/{token}/stop", door.stop, methods=["POST"]),
    ]


def _here(question: Question) -> str:
    return f"/m/{question.token}"


def _gone(visit: Visit) -> Response:
    """The bytes are the same whatever the link was."""
    return visit.page(render_link_gone(LinkGonePage(frame=visit.frame(form=False, clock=False))), 404)
