"""`/try`: a journey on one screen. Only in the sandbox; what is pressed takes the same way as on her phone."""

import asyncio
from dataclasses import replace

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from alerts.sandbox_gateway import Entry
from service.demo.tryouts import Tryout, Tryouts
from service.house import House
from service.journey.turn import Answer
from service.people.model import Traveller
from service.people.pressing import act_of, cry, press
from service.people.refusals import Refused, Why
from service.tokens import new_id
from service.watch import NoSuchJourney
from service.web.pages import Choice, HerPinPage, render_her_pin, render_journey, render_try

from .pages_journey import Scene, journey_page
from .pages_try import SPEEDS, form, read
from .pages_visit import Visit
from .pages_words import clock_of, lasting
from .problems import in_time

TRAVELLER = "lamplit_try"
SAID_REAL_S = 12.0
EXTEND_MIN = 10.0
QUESTIONS = {
    "end": "Her PIN ends the walk, or closes the alert.",
    "sos": "Her PIN takes the SOS back.",
    "extend": "Ten minutes more takes her PIN now.",
    "answer": "This answer takes her PIN.",
}


class TryIt:
    """The page's actions for one house. What was just answered is remembered for a few seconds."""

    def __init__(self, house: House, tryouts: Tryouts) -> None:
        self._house, self._tryouts = house, tryouts
        self._said: dict[str, tuple[str, float]] = {}
        self._beginning = asyncio.Lock()

    # ── whose ──

    async def _mine(self, visit: Visit) -> Tryout | None:
        """This browser's try, by a cookie that only this house can make."""
        traveller, _, seal = visit.request.cookies.get(TRAVELLER, "").partition(".")
        if not traveller or not self._house.sealer.sealed(seal, "try", traveller):
            return None
        return await self._tryouts.find(traveller)

    async def _running(self, visit: Visit) -> tuple[Tryout, Traveller]:
        tryout = await self._mine(visit)
        if tryout is None or not tryout.journey:
            raise HTTPException(404)
        return tryout, await self._house.watch.account(tryout.traveller)

    def _say(self, tryout: Tryout, words: str) -> None:
        until = asyncio.get_running_loop().time() + SAID_REAL_S
        self._said = {who: one for who, one in self._said.items() if one[1] > until - SAID_REAL_S}
        self._said[tryout.traveller] = (words, until)

    # ── looking ──

    async def look(self, request: Request) -> Response:
        visit = Visit(self._house, request)
        tryout = await self._mine(visit)
        if tryout is None or not tryout.journey:
            return visit.page(render_try(form(visit.frame())))
        try:
            kept = await self._house.watch.look(tryout.journey)
        except NoSuchJourney:
            return visit.page(render_try(form(visit.frame())))
        account = await self._house.watch.account(tryout.traveller)
        words, until = self._said.get(tryout.traveller, ("", 0.0))
        scene = Scene(
            house=self._house,
            frame=visit.frame(),
            account=account,
            kept=kept,
            threads=await self._threads(account),
            now=visit.now,
            said=words if until > asyncio.get_running_loop().time() else "",
            phone_on=self._tryouts.phone_on(tryout),
            speeds=_speeds(self._tryouts.speed),
            still="still" in request.query_params,
        )
        return visit.page(render_journey(await journey_page(scene)))

    async def _threads(self, account: Traveller) -> dict[str, list[Entry]]:
        numbers = (account.number, *(c.number for c in account.contacts))
        phones = self._house.phones
        return {number: await phones.thread(number) for number in numbers} if phones is not None else {}

    # ── beginning and leaving ──

    async def start(self, request: Request) -> Response:
        visit = Visit(self._house, request)
        fields = await visit.posted()
        wanted, page = read(fields, visit.frame())
        if wanted is None:
            return visit.page(render_try(page), 400)
        before = await self._mine(visit)
        async with self._beginning:  # numbers are given out one walk at a time
            try:
                tryout = await self._tryouts.begin(wanted, before)
            except Refused as refusal:
                if refusal.why is Why.BUSY:
                    raise
                problems = {refusal.field or "contacts": refusal.detail}
                return visit.page(render_try(replace(page, problems=problems)), 400)
        if tryout.journey:
            answer = visit.go("/try")
        else:
            waiting = " and ".join(await self._tryouts.waiting_for(tryout))
            problem = f"Nobody has said YES yet. Open Phones, answer as {waiting}, then start the walk once more."
            answer = visit.page(render_try(replace(page, problems={"contacts": problem})), 409)
        seal = self._house.sealer.seal("try", tryout.traveller)
        visit.cookie(answer, TRAVELLER, f"{tryout.traveller}.{seal}")
        return answer

    async def again(self, request: Request) -> Response:
        visit = Visit(self._house, request)
        await visit.posted()
        answer = visit.go("/try")
        answer.delete_cookie(TRAVELLER, path="/", secure=visit.secure, httponly=True, samesite="strict")
        return answer

    # ── what she presses ──

    async def answer(self, request: Request) -> Response:
        visit, fields, tryout, account = await self._pressed(request)
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
        visit, _, tryout, account = await self._pressed(request)
        act = act_of("extend", minutes=EXTEND_MIN)
        answer = await in_time(press(self._house, account, act, command=new_id(), door="try"))
        return self._answered(visit, tryout, answer, "/try/pin?for=extend")

    async def sos(self, request: Request) -> Response:
        visit, _, _, account = await self._pressed(request)
        return await self._cry(visit, account)

    async def _cry(self, visit: Visit, account: Traveller) -> Response:
        self._tryouts.slow_down()
        await in_time(cry(self._house, account, command=new_id()))
        return visit.go("/try/pin?for=sos")

    async def phone(self, request: Request) -> Response:
        visit, fields, tryout, _ = await self._pressed(request)
        if fields.get("do") == "stop":
            await self._tryouts.stop_phone(tryout)
            self._say(tryout, "Her phone is off. She walks on; nobody hears her.")
        else:
            self._tryouts.start_phone(tryout)
            self._say(tryout, "Her phone is on again.")
        return visit.go("/try")

    async def speed(self, request: Request) -> Response:
        visit, fields, _, _ = await self._pressed(request)
        wanted = fields.get("speed", "")
        if wanted not in SPEEDS:
            raise HTTPException(400, f"expected one of {', '.join(SPEEDS)}")
        self._tryouts.run_at(float(wanted))
        return visit.go("/try")

    async def _pressed(self, request: Request) -> tuple[Visit, dict[str, str], Tryout, Traveller]:
        visit = Visit(self._house, request)
        fields = await visit.posted()
        return visit, fields, *(await self._running(visit))

    # ── her PIN ──

    async def pin_page(self, request: Request) -> Response:
        visit = Visit(self._house, request)
        tryout, _ = await self._running(visit)
        asked = request.query_params
        extras = {name: asked[name][:80] for name in ("prompt", "what") if name in asked}
        return self._pin(visit, tryout, asked.get("for", "end"), extras)

    async def pin(self, request: Request) -> Response:
        visit, fields, tryout, account = await self._pressed(request)
        purpose = fields.get("for", "end")
        extras: dict[str, str] = {name: fields[name][:80] for name in ("prompt", "what") if name in fields}
        acts = {
            "end": act_of("end"),
            "sos": act_of("sos_cancel"),
            "extend": act_of("extend", minutes=EXTEND_MIN),
            "answer": act_of("answer", prompt=extras.get("prompt", ""), answer=extras.get("what", "ok")),
        }
        if purpose not in acts:
            raise HTTPException(400, f"expected one of {', '.join(acts)}")
        answer = await in_time(
            press(self._house, account, acts[purpose], command=new_id(), door="try", pin=fields.get("pin", ""))
        )
        if not answer.ok:
            wait = f" The next one is heard in {lasting(answer.wait_s)}." if answer.wait_s >= 1 else ""
            return self._pin(visit, tryout, purpose, extras, f"That is not it. Try again.{wait}", 403)
        return self._answered(visit, tryout, answer, "/try")

    def _pin(
        self, visit: Visit, tryout: Tryout, purpose: str, extras: dict[str, str], problem: str = "", status: int = 200
    ) -> Response:
        page = HerPinPage(
            frame=visit.frame(),
            question=QUESTIONS.get(purpose, QUESTIONS["end"]),
            purpose=purpose if purpose in QUESTIONS else "end",
            problem=problem,
            hint=f"In this sandbox her PIN is {tryout.pin}, her duress PIN {tryout.duress_pin}.",
            extras=extras,
        )
        return visit.page(render_her_pin(page), status)

    def _answered(self, visit: Visit, tryout: Tryout, answer: Answer, with_pin: str) -> Response:
        if answer.code == "pin_needed":
            return visit.go(with_pin)
        self._say(tryout, _words(answer, visit.zone))
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


def routes(house: House, tryouts: Tryouts) -> list[Route]:
    it = TryIt(house, tryouts)
    posts = {
        "start": it.start,
        "again": it.again,
        "answer": it.answer,
        "extend": it.extend,
        "sos": it.sos,
        "phone": it.phone,
        "speed": it.speed,
        "pin": it.pin,
    }
    found = [Route(f"/try/{name}", act, methods=["POST"]) for name, act in posts.items()]
    return [Route("/try", it.look), Route("/try/pin", it.pin_page, methods=["GET"]), *found]


__all__ = ["TryIt", "routes"]
