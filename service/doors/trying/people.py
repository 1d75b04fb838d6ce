"""What she arranges on her own phone under `/try`: company on this walk, tests, her SOS list, her card, an invitation."""

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from service.demo.tryouts import Tryout
from service.doors.pages_visit import Visit
from service.doors.problems import in_time
from service.journey.cover import shown_to_her
from service.journey.model import OPERATORS
from service.people import choosing, duties, herself, testing
from service.people.model import Contact, Traveller
from service.people.pressing import act_of, ask_company, press
from service.people.refusals import Refused, Why
from service.tokens import new_id
from service.web.pages import (
    CardField,
    CardPage,
    InviteSomebodyPage,
    render_card,
    render_invite_somebody,
)

from .history import download
from .session import TrySession, not_it, pins_of, refused

QUESTIONS = {"sos_list": "Your PIN changes your SOS list.", "export": "Your PIN makes the file."}
CARD = (
    ("full_name", "Full name", False),
    ("description", "What you look like", True),
    ("address", "Address", True),
    ("medical", "Health", True),
    ("danger", "Who may be a danger to you", True),
    ("police_reference", "Police reference", False),
    ("word", "Your call-back word", False),
)
"""(field, label, whether it has room for lines)."""
HIDDEN_HINTS = {
    "danger": "Never shown on a phone again, only to those the card opens to.",
    "word": "Who says it to an operator is you, and free to speak. Never shown again.",
}


class TryPeople:
    """The actions, and the two pages on which something is typed."""

    def __init__(self, session: TrySession) -> None:
        self._session, self._house = session, session.house

    async def company(self, request: Request) -> Response:
        visit, fields, tryout, account = await self._session.pressed(request)
        who, do = fields.get("who", "")[:80], fields.get("do", "")
        names = {c.id: c.name for c in account.shown_contacts} | {OPERATORS: "The operators"}
        if do not in ("ask", "end") or who not in names:
            raise HTTPException(400, "expected ask or end, and whom")
        now_on = await self._watchers(account)
        after = [*now_on, who] if do == "ask" else [w for w in now_on if w != who]
        if after:
            done = ask_company(self._house, account, after, command=new_id(), door="try")
        else:
            done = press(self._house, account, act_of("company_end"), command=new_id(), door="try")
        answer = await in_time(done)
        if answer.code == "already_closed":
            self._session.say(tryout, "That was already closed.")
        elif do == "ask":
            self._session.say(tryout, f"{names[who]} may see where you are, on this walk, until you end it.")
        else:
            self._session.say(tryout, f"Ended. {names[who]} sees nothing any more, and is not told.")
        return visit.go(opened("company"))

    async def _watchers(self, account: Traveller) -> tuple[str, ...]:
        if account.live is None:
            return ()
        return shown_to_her((await self._house.watch.look(account.live)).journey).watchers

    async def test(self, request: Request) -> Response:
        visit, fields, tryout, account = await self._session.pressed(request)
        try:
            contact = await in_time(testing.begin(self._house, account, fields.get("who", "")[:80]))
            self._session.say(tryout, f"A test is on its way to {contact.name}.")
        except Refused as refusal:
            self._session.say(tryout, refused(refusal))
        return visit.go(opened("tests"))

    # ── her card ──

    async def card(self, request: Request) -> Response:
        visit = Visit(self._house, request)
        tryout, account = await self._session.running(visit)
        return self._card(visit, tryout, account)

    async def write_card(self, request: Request) -> Response:
        visit, fields, tryout, account = await self._session.pressed(request)
        written = {name: fields[name] for name, _, _ in CARD if name in fields}
        written = {name: text for name, text in written.items() if text.strip() or name not in herself.HIDDEN}
        try:
            await in_time(herself.write_card(self._house, account, written, fields.get("pin", ""), "try"))
        except Refused as refusal:
            status = 403 if refusal.why is Why.TRY_AGAIN else 400
            return self._card(visit, tryout, account, fields, _problems(refusal), status)
        self._session.say(tryout, "Your card is kept.")
        return visit.go(opened("lists"))

    def _card(
        self,
        visit: Visit,
        tryout: Tryout,
        account: Traveller,
        typed: dict[str, str] | None = None,
        problems: dict[str, str] | None = None,
        status: int = 200,
    ) -> Response:
        kept = account.shown_card
        fields = []
        for name, label, long in CARD:
            hidden, was = name in herself.HIDDEN, getattr(kept, name)
            value = typed.get(name, "")[:500] if typed is not None else "" if hidden else was
            hint = (f"{HIDDEN_HINTS[name]}{' It is set.' if was else ''}") if hidden else ""
            fields.append(CardField(name=name, label=label, value=value, hint=hint, long=long))
        page = CardPage(frame=visit.frame(), fields=tuple(fields), problems=problems or {}, hint=pins_of(tryout))
        return visit.page(render_card(page), status)

    # ── an invitation ──

    async def invite(self, request: Request) -> Response:
        visit = Visit(self._house, request)
        tryout, _ = await self._session.running(visit)
        return self._invite(visit, tryout)

    async def send_invitation(self, request: Request) -> Response:
        visit, fields, tryout, _ = await self._session.pressed(request)
        name = fields.get("name", "")
        try:
            await in_time(self._session.tryouts.invite(tryout, name, fields.get("pin", "")))
        except Refused as refusal:
            status = 403 if refusal.why is Why.TRY_AGAIN else 400
            return self._invite(visit, tryout, name[:80], _problems(refusal), status)
        self._session.say(tryout, f"Send {' '.join(name.split())} the link.")
        return visit.go(opened("more"))

    def _invite(
        self, visit: Visit, tryout: Tryout, name: str = "", problems: dict[str, str] | None = None, status: int = 200
    ) -> Response:
        sees = tuple((row.when, row.what) for row in duties.sees(Contact(id="", name="", number="")))
        page = InviteSomebodyPage(
            frame=visit.frame(),
            name=name,
            question=f"{duties.SOS_QUESTION} {duties.EACH_OTHER}",
            sees=sees,
            problems=problems or {},
            hint=pins_of(tryout),
        )
        return visit.page(render_invite_somebody(page), status)


def opened(fold: str) -> str:
    """Her page, with what was pressed still unfolded."""
    return f"/try?open={fold}#{fold}"


def _problems(refusal: Refused) -> dict[str, str]:
    if refusal.why is Why.TRY_AGAIN:
        return {"pin": not_it(refusal.wait_s)}
    return {refusal.field or "name": f"{refusal.detail[:1].upper()}{refusal.detail[1:]}."}


async def proved(
    session: TrySession,
    visit: Visit,
    tryout: Tryout,
    account: Traveller,
    purpose: str,
    extras: dict[str, str],
    pin: str,
) -> Response:
    """What a PIN was asked for that is no command of a journey: one of QUESTIONS. Raises Refused."""
    if purpose == "export":
        return await download(session.house, account, pin)
    on = extras.get("what") == "on"
    changed = await in_time(
        choosing.change(session.house, account, extras.get("who", ""), pin=pin, door="try", on_sos_list=on)
    )
    what = "is on your SOS list now" if on else "is off your SOS list now, and is not told"
    session.say(tryout, f"{changed.name} {what}.")
    return visit.go(opened("lists"))


def routes(session: TrySession) -> list[Route]:
    people = TryPeople(session)
    return [
        Route("/try/company", people.company, methods=["POST"]),
        Route("/try/test", people.test, methods=["POST"]),
        Route("/try/card", people.card, methods=["GET"]),
        Route("/try/card", people.write_card, methods=["POST"]),
        Route("/try/invite", people.invite, methods=["GET"]),
        Route("/try/invite", people.send_invitation, methods=["POST"]),
    ]
