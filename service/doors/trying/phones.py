"""`/sandbox`: every phone of the sandbox as its owner would hold it."""

import re
from collections.abc import Sequence
from contextlib import suppress

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from alerts.contact import Channel
from alerts.gateway import Delivery
from alerts.sandbox_gateway import Behaviour, Direction, Entry
from service.demo.tryouts import Tryouts
from service.doors.pages_visit import Visit
from service.doors.pages_words import clock_of, lasting, number_in_words
from service.house import House
from service.receiving import rang, taken_on_screen
from service.sandbox_phones import NoSuchCall, Phone, SandboxPhones
from service.web.pages import (
    Bubble,
    Call,
    Choice,
    PhoneRow,
    SandboxPage,
    ThreadPage,
    parts_of,
    render_sandbox,
    render_thread,
)

LONGEST_TEXT = 480
MOST_KEYS = 16
BEHAVIOURS = {
    Behaviour.ON: ("On", "Texts arrive, calls ring."),
    Behaviour.OFF: ("Off", "Texts are sent and never delivered; calls go unanswered at once."),
    Behaviour.ASLEEP: ("Asleep", "Texts arrive and calls ring, and nobody looks."),
    Behaviour.DELAYED: ("40 min late", "Texts arrive 40 minutes late; calls ring."),
    Behaviour.UNDELIVERED: ("Undelivered", "The network gives texts back; calls ring."),
    Behaviour.OPTED_OUT: ("Opted out", "Sent STOP: texts are refused, calls ring. START lets them in again."),
}
_WAITING = {
    Behaviour.OFF: "waiting: the phone is off",
    Behaviour.DELAYED: "on its way, slowly",
}


HER_WORDS = ("OK", "MORE 15", "WALK 30", "HELP ME")
THEIR_WORDS = ("SAFE?", "👍", "LEAVE")
_CODE = re.compile(r"\b[Rr]eply (\d\d)\b")
_YES = re.compile(r"\b[Rr]eply YES\b")
_SAID_YES = re.compile(r"\byes\b", re.IGNORECASE)


def quick_replies(entries: Sequence[Entry], *, hers: bool) -> tuple[str, ...]:
    """What can be sent from this phone with one tap: her words, or a contact's with the digits last asked for."""
    if hers:
        return HER_WORDS
    came = [one for one in entries if one.direction is Direction.IN and one.channel is not Channel.CALL]
    code = next((found[1] for one in reversed(came) if (found := _CODE.search(one.text))), "")
    asked_at = max((one.at for one in came if _YES.search(one.text)), default=None)
    said_at = max(
        (one.at for one in entries if one.direction is Direction.OUT and _SAID_YES.search(one.text)), default=None
    )
    yes = asked_at is not None and (said_at is None or said_at < asked_at)
    return (*(("YES",) if yes else ()), *((code, f"{code} NO") if code else ()), *THEIR_WORDS)


class _Phones:
    """The page's own memory: what was there when a thread was last looked at (this process only)."""

    def __init__(self, house: House, phones: SandboxPhones) -> None:
        self._house, self._phones = house, phones
        self._looked: dict[str, int] = {}

    async def list(self, visit: Visit) -> SandboxPage:
        rows = [await self._row(visit, phone) for phone in await self._phones.phones()]
        newest = sorted(rows, key=lambda one: one[0], reverse=True)
        return SandboxPage(frame=visit.frame(form=False), phones=tuple(row for _, row in newest))

    async def _row(self, visit: Visit, phone: Phone) -> tuple[float, PhoneRow]:
        thread = await self._phones.thread(phone.number)
        arrived = [one for one in thread if one.direction is Direction.IN]
        last = thread[-1] if thread else None
        row = PhoneRow(
            number=phone.number,
            whose=phone.whose or "somebody",
            last=f"{clock_of(last.at, visit.zone)} {_short(last)}" if last else "",
            unread=max(0, len(arrived) - self._looked.get(phone.number, 0)),
            behaviour=phone.behaviour.value if phone.behaviour is Behaviour.ON else BEHAVIOURS[phone.behaviour][0],
            ringing=any(one.ringing for one in thread),
        )
        return (last.at if last else 0.0), row

    async def thread(self, visit: Visit, phone: Phone, draft: str = "", problem: str = "") -> ThreadPage:
        entries = await self._phones.thread(phone.number)
        self._looked[phone.number] = sum(one.direction is Direction.IN for one in entries)
        call = await self._phones.call_on(phone.number)
        hers = await self._house.directory.traveller_of(phone.number) is not None
        return ThreadPage(
            frame=visit.frame(),
            here=_path(phone.number),
            number=number_in_words(phone.number, self._house.settings.country),
            whose=phone.whose or "somebody",
            bubbles=tuple(self._bubble(visit, one, phone) for one in entries if not one.ringing),
            behaviours=tuple(
                Choice(value=one.value, label=label, note=note, chosen=one is phone.behaviour)
                for one, (label, note) in BEHAVIOURS.items()
            ),
            call=_call(call) if call is not None else None,
            quick=quick_replies(entries, hers=hers),
            quick_hint="Put her PIN behind OK or HOME: OK 2580." if hers else "",
            draft=draft,
            problems={"text": problem} if problem else {},
        )

    def _bubble(self, visit: Visit, entry: Entry, phone: Phone) -> Bubble:
        out, call = entry.direction is Direction.OUT, entry.channel is Channel.CALL
        return Bubble(
            parts=parts_of(entry.text, self._house.public_url),
            clock=clock_of(entry.at, visit.zone, seconds=True),
            state=("from this phone" if call else "") if out else _state(entry, phone),
            mine=out and not call,
            spoken=call,
        )


class SandboxDoor:
    """What can be done with the phones on the screen."""

    def __init__(self, house: House, phones: SandboxPhones, tryouts: Tryouts) -> None:
        self._house, self._phones, self._shown = house, phones, _Phones(house, phones)
        self._tryouts = tryouts

    async def _known(self, request: Request) -> Phone:
        number = request.path_params["number"]
        found = next((one for one in await self._phones.phones() if one.number == number), None)
        if found is None:
            raise HTTPException(404)
        return found

    async def everybody(self, request: Request) -> Response:
        visit = Visit(self._house, request)
        return visit.page(render_sandbox(await self._shown.list(visit)))

    async def thread(self, request: Request) -> Response:
        visit, phone = Visit(self._house, request), await self._known(request)
        self._tryouts.taken_up(phone.number)
        return visit.page(render_thread(await self._shown.thread(visit, phone)))

    async def reply(self, request: Request) -> Response:
        visit, phone = Visit(self._house, request), await self._known(request)
        text = (await visit.posted()).get("text", "").strip()
        if not 1 <= len(text) <= LONGEST_TEXT:
            problem = f"Between 1 and {LONGEST_TEXT} characters, please."
            page = await self._shown.thread(visit, phone, text[:LONGEST_TEXT], problem)
            return visit.page(render_thread(page), 400)
        await self._phones.reply(phone.number, text, visit.now)
        return visit.go(_path(phone.number))

    async def behaviour(self, request: Request) -> Response:
        visit, phone = Visit(self._house, request), await self._known(request)
        wanted = (await visit.posted()).get("behaviour", "")
        if wanted not in set(Behaviour):
            raise HTTPException(400, f"expected one of {', '.join(Behaviour)}")
        await self._phones.set_behaviour(phone.number, Behaviour(wanted))
        return visit.go(_path(phone.number))

    async def call(self, request: Request) -> Response:
        visit, phone = Visit(self._house, request), await self._known(request)
        do = (await visit.posted()).get("do", "")
        if do not in ("take", "decline", "hang_up"):
            raise HTTPException(400, "expected take, decline or hang_up")
        entry = await self._phones.call_on(phone.number)
        if entry is not None:
            with suppress(NoSuchCall):  # it rang out before the button was pressed: the thread shows that
                if do == "take":
                    await taken_on_screen(
                        self._house, phone.number, await self._phones.take(phone.number, entry.id, visit.now)
                    )
                else:
                    await self._phones.hang_up(phone.number, entry.id, visit.now)
        return visit.go(_path(phone.number))

    async def ring(self, request: Request) -> Response:
        """This phone rings Lamplit."""
        visit, phone = Visit(self._house, request), await self._known(request)
        await visit.posted()
        if await self._phones.call_on(phone.number) is None:  # one call at a time, as on any phone
            await rang(self._house, phone.number)
        return visit.go(_path(phone.number))

    async def keys(self, request: Request) -> Response:
        visit, phone = Visit(self._house, request), await self._known(request)
        digits = (await visit.posted()).get("digits", "")
        if not 1 <= len(digits) <= MOST_KEYS or set(digits) - set("0123456789*#"):
            raise HTTPException(400, "expected keys of 0123456789*#")
        entry = await self._phones.call_on(phone.number)
        if entry is not None and entry.speaking:
            await self._phones.press(phone.number, entry.id, digits)
        return visit.go(_path(phone.number))


def routes(house: House, tryouts: Tryouts) -> list[Route]:
    """None outside the sandbox."""
    if house.phones is None:
        return []
    door = SandboxDoor(house, house.phones, tryouts)
    posts = {"reply": door.reply, "behaviour": door.behaviour, "call": door.call, "keys": door.keys, "ring": door.ring}
    found = [Route(f"/sandbox/{{number}}/{name}", act, methods=["POST"]) for name, act in posts.items()]
    return [Route("/sandbox", door.everybody), Route("/sandbox/{number}", door.thread), *found]


def _path(number: str) -> str:
    return f"/sandbox/{number.replace('+', '%2B')}"


def _call(entry: Entry) -> Call:
    says = tuple(line for line in entry.text.split("\n") if line) if entry.speaking else ()
    return Call(caller="Lamplit", taken=entry.speaking, says=says, keyed=entry.keyed)


def _short(entry: Entry) -> str:
    text = entry.text if len(entry.text) <= 90 else f"{entry.text[:88]}…"
    if entry.channel is Channel.CALL:
        return "call: " + ("rings now" if entry.ringing else text)
    return f"you: {text}" if entry.direction is Direction.OUT else text


def _state(entry: Entry, phone: Phone) -> str:
    if entry.channel is Channel.CALL:
        if entry.answered_at is None:
            return "not taken"
        return "taken" + (f", keyed {entry.keyed}" if entry.keyed else "")
    match entry.delivery:
        case Delivery.DELIVERED | Delivery.READ:
            at = entry.delivered_at if entry.delivered_at is not None else entry.at
            return f"delivered {lasting(at - entry.at)} later"
        case Delivery.UNDELIVERED:
            return "given back by the network"
        case Delivery.FAILED:
            return "refused"
        case _:
            return _WAITING.get(phone.behaviour, "on its way")
