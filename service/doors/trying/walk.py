"""`/try`: a journey on one screen. Only in the sandbox; what is pressed takes the same way as on her phone."""

import asyncio
from dataclasses import replace

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from alerts.sandbox_gateway import Entry
from service.demo.tryouts import Tryout, Tryouts
from service.doors.maps import Basemap
from service.doors.pages_visit import Visit
from service.doors.pages_words import clock_of, number_in_words
from service.doors.problems import in_time
from service.house import House
from service.journey.said import is_over
from service.journey.turn import Answer
from service.people.inviting import link_of
from service.people.model import ContactState, Traveller
from service.people.pressing import act_of, cry, press
from service.people.refusals import Refused, Why
from service.tokens import new_id
from service.watch import NoSuchJourney
from service.web.pages import Choice, Frame, HerPinPage, TryPage, Waiting, render_her_pin, render_journey, render_try

from . import aside as try_aside
from . import history as try_history
from . import people as try_people
from .form import SPEEDS, form, read
from .session import TrySession, not_it, pins_of
from .walk_seen import Scene, journey_page

EXTEND_MIN, PAUSE_MIN = 10.0, 15.0
QUESTIONS = {
    "end": "Your PIN ends the walk, or closes the alert.",
    "sos": "Your PIN takes the SOS back.",
    "extend": "Ten minutes more takes your PIN now.",
    "answer": "This answer takes your PIN.",
    **try_people.QUESTIONS,
}
EXTRAS = ("prompt", "what", "who")


class TryIt:
    """The page's actions for one house."""

    def __init__(self, session: TrySession, programs: Basemap) -> None:
        self._session, self._house, self._tryouts = session, session.house, session.tryouts
        self._programs = programs
        self._beginning = asyncio.Lock()

    # ── looking ──

    async def look(self, request: Request) -> Response:
        visit = Visit(self._house, request)
        tryout = await self._session.mine(visit)
        try:
            key = await self._tryouts.journey_of(tryout) if tryout is not None else ""
            if tryout is None or not key or "form" in request.query_params:
                page = await self._form(visit.frame(), tryout)
                return visit.page(render_try(replace(page, opened=request.query_params.get("open", ""))))
            kept = await self._house.watch.look(key)
        except NoSuchJourney:
            return visit.page(render_try(form(visit.frame())))
        account = await self._house.watch.account(tryout.traveller)
        alone = "hers" in request.query_params
        scene = Scene(
            house=self._house,
            programs=self._programs,
            frame=visit.frame(clock=not alone),
            account=account,
            kept=kept,
            threads=await self._threads(account),
            now=visit.now,
            said=self._session.said(tryout),
            has_phone=key == tryout.journey,
            phone_on=self._tryouts.phone_on(tryout),
            speeds=_speeds(self._tryouts.speed),
            pins=f"{tryout.pin}, and {tryout.duress_pin} under duress",
            lent=tryout.lent,
            still="still" in request.query_params,
            alone=alone,
            goes_on=not is_over(kept.journey),
            opened=request.query_params.get("open", ""),
        )
        return visit.page(render_journey(await journey_page(scene)))

    async def _form(self, frame: Frame, tryout: Tryout | None) -> TryPage:
        """The form; as it was typed, where she waits for somebody to say YES, or is to set off by text."""
        if tryout is None:
            return form(frame)
        account = await self._house.watch.account(tryout.traveller)
        page = form(frame, tryout.form or None)
        if tryout.journey:
            return page
        yes = [c.name for c in account.contacts if c.state is ContactState.CONFIRMED]
        if tryout.by_text and yes:
            return replace(page, her_number=account.number)
        waiting = () if yes else tuple(await self._waiting(tryout, account))
        return replace(page, waiting=waiting, said_yes=yes[0] if yes else "")

    async def _waiting(self, tryout: Tryout, account: Traveller) -> list[Waiting]:
        found = []
        for contact in await self._tryouts.waiting_for(tryout):
            lent = tryout.lent.get(contact.id, "")
            link = link_of(self._house, account, contact).removeprefix(self._house.public_url) if lent else ""
            number = number_in_words(lent, self._house.settings.country) if lent else ""
            found.append(Waiting(name=contact.name, phone=lent or contact.number, number=number, link=link))
        return found

    async def _threads(self, account: Traveller) -> dict[str, list[Entry]]:
        numbers = (account.number, *(c.number for c in account.contacts if c.number))
        phones = self._house.phones
        return {number: await phones.thread(number) for number in numbers} if phones is not None else {}

    # ── beginning and leaving ──

    async def start(self, request: Request) -> Response:
        visit = Visit(self._house, request)
        fields = await visit.posted()
        wanted, page = read(fields, visit.frame())
        if wanted is None:
            return visit.page(render_try(page), 400)
        before = await self._session.mine(visit)
        typed = {name: value[:80] for name, value in fields.items() if name != "nonce"}
        async with self._beginning:  # numbers are given out one walk at a time
            try:
                tryout = await self._tryouts.begin(wanted, before, typed)
            except Refused as refusal:
                if refusal.why is Why.BUSY:
                    raise
                problems = {refusal.field or "contacts": refusal.detail}
                return visit.page(render_try(replace(page, problems=problems)), 400)
        if tryout.journey or tryout.by_text:
            answer = visit.go("/try")
        else:
            answer = visit.page(render_try(await self._form(visit.frame(), tryout)), 409)
        self._session.keep(visit, answer, tryout)
        return answer

    async def again(self, request: Request) -> Response:
        visit = Visit(self._house, request)
        await visit.posted()
        return visit.go("/try?form=1")

    # ── what she presses ──

    async def answer(self, request: Request) -> Response:
        visit, fields, tryout, account = await self._session.pressed(request)
        what, prompt = fields.get("what", ""), fields.get("prompt", "")[:80]
        if what == "help":
            return await self._cry(visit, account)
        if what not in ("ok", "stopping", "another_way"):
            raise HTTPException(400, "expected ok, stopping, another_way or help")
        answer = await in_time(
            press(self._house, account, act_of("answer", prompt=prompt, answer=what), command=new_id(), door="try")
        )
        return self._answered(visit, tryout, answer, f"/try/pin?for=answer&prompt={prompt}&what={what}")

    async def extend(self, request: Request) -> Response:
        visit, _, tryout, account = await self._session.pressed(request)
        act = act_of("extend", minutes=EXTEND_MIN)
        answer = await in_time(press(self._house, account, act, command=new_id(), door="try"))
        return self._answered(visit, tryout, answer, "/try/pin?for=extend")

    async def pause(self, request: Request) -> Response:
        visit, _, tryout, account = await self._session.pressed(request)
        act = act_of("pause", minutes=PAUSE_MIN)
        answer = await in_time(press(self._house, account, act, command=new_id(), door="try"))
        return self._answered(visit, tryout, answer, "/try/pin?for=end")

    async def sos(self, request: Request) -> Response:
        visit, _, _, account = await self._session.pressed(request)
        return await self._cry(visit, account)

    async def _cry(self, visit: Visit, account: Traveller) -> Response:
        self._tryouts.slow_down()
        await in_time(cry(self._house, account, command=new_id()))
        return visit.go("/try/pin?for=sos")

    async def phone(self, request: Request) -> Response:
        visit, fields, tryout, _ = await self._session.pressed(request)
        if fields.get("do") == "stop":
            await self._tryouts.stop_phone(tryout)
        else:
            self._tryouts.start_phone(tryout)
        return visit.go("/try")

    async def speed(self, request: Request) -> Response:
        visit, fields, _, _ = await self._session.pressed(request)
        wanted = fields.get("speed", "")
        if wanted not in SPEEDS:
            raise HTTPException(400, f"expected one of {', '.join(SPEEDS)}")
        self._tryouts.run_at(float(wanted))
        return visit.go("/try")

    # ── her PIN ──

    async def pin_page(self, request: Request) -> Response:
        visit = Visit(self._house, request)
        tryout, _ = await self._session.running(visit)
        asked = request.query_params
        extras = {name: asked[name][:80] for name in EXTRAS if name in asked}
        return self._pin(visit, tryout, asked.get("for", "end"), extras)

    async def pin(self, request: Request) -> Response:
        visit, fields, tryout, account = await self._session.pressed(request)
        purpose, pin = fields.get("for", "end"), fields.get("pin", "")
        extras: dict[str, str] = {name: fields[name][:80] for name in EXTRAS if name in fields}
        if purpose in try_people.QUESTIONS:
            try:
                return await try_people.proved(self._session, visit, tryout, account, purpose, extras, pin)
            except Refused as refusal:
                if refusal.why is not Why.TRY_AGAIN:
                    raise
                return self._pin(visit, tryout, purpose, extras, not_it(refusal.wait_s), 403)
        acts = {
            "end": act_of("end"),
            "sos": act_of("sos_cancel"),
            "extend": act_of("extend", minutes=EXTEND_MIN),
            "answer": act_of("answer", prompt=extras.get("prompt", ""), answer=extras.get("what", "ok")),
        }
        if purpose not in acts:
            raise HTTPException(400, f"expected one of {', '.join(QUESTIONS)}")
        answer = await in_time(press(self._house, account, acts[purpose], command=new_id(), door="try", pin=pin))
        if not answer.ok:
            return self._pin(visit, tryout, purpose, extras, not_it(answer.wait_s), 403)
        return self._answered(visit, tryout, answer, "/try")

    def _pin(
        self, visit: Visit, tryout: Tryout, purpose: str, extras: dict[str, str], problem: str = "", status: int = 200
    ) -> Response:
        page = HerPinPage(
            frame=visit.frame(),
            question=QUESTIONS.get(purpose, QUESTIONS["end"]),
            purpose=purpose if purpose in QUESTIONS else "end",
            problem=problem,
            hint=pins_of(tryout),
            extras=extras,
        )
        return visit.page(render_her_pin(page), status)

    def _answered(self, visit: Visit, tryout: Tryout, answer: Answer, with_pin: str) -> Response:
        if answer.code == "pin_needed":
            return visit.go(with_pin)
        self._session.say(tryout, _words(answer, visit.zone))
        return visit.go("/try")


def _words(answer: Answer, zone: str) -> str:
    """What her phone says to what she pressed."""
    at = clock_of(answer.at, zone) if answer.at is not None else ""
    match answer.code:
        case "eta_moved" | "resolved" if at:
            return f"Thank you. You are expected by {at} now."
        case "paused":
            return f"Stopping here until {at}."
        case "closed":
            return "Thank you. This walk has ended."
        case "cancelled":
            return "The SOS was taken back. Nobody hears of it."
        case "resolved":
            return "Thank you. Those who were told hear that your PIN was given."
        case "already_closed":
            return "That was already closed."
        case "no_journey":
            return "There is no journey."
        case _:
            return "Thank you."


def _speeds(chosen: float) -> tuple[Choice, ...]:
    return tuple(Choice(value=v, label=f"{v} ×", chosen=float(v) == chosen) for v in SPEEDS)


def routes(house: House, tryouts: Tryouts, programs: Basemap) -> list[Route]:
    session = TrySession(house, tryouts)
    it = TryIt(session, programs)
    posts = {
        "start": it.start,
        "again": it.again,
        "answer": it.answer,
        "extend": it.extend,
        "pause": it.pause,
        "sos": it.sos,
        "phone": it.phone,
        "speed": it.speed,
        "pin": it.pin,
    }
    found = [Route(f"/try/{name}", act, methods=["POST"]) for name, act in posts.items()]
    mine = [Route("/try", it.look), Route("/try/pin", it.pin_page, methods=["GET"])]
    return [*mine, *found, *try_people.routes(session), *try_aside.routes(session), *try_history.routes(session)]


__all__ = ["TryIt", "routes"]
