"""Somebody rings our number: the way out by keypad, her number and her PIN from any phone.

What is said is neutral, and the same for either of her PINs, for a wrong one and for a number that nobody has. Between
two requests of one call only what was keyed is known: it lies in a book under the call's name and is thrown away when
the call is over, or after an hour; no number and no PIN ever stands in an address.
"""

from collections.abc import Mapping

import msgspec
from fastapi import APIRouter, Request, Response

from alerts.spoken import voice, way_out
from alerts.twilio_voice import Listening, speak
from service.doors.problems import Unavailable, in_time, problem
from service.house import House
from service.people import keypad
from service.people.keypad import Call, Say, Step, Turn
from service.receiving import number_of, tried
from service.store import StoreUnavailable
from service.telemetry import logger

from .signed import signed, unknown
from .voice import MOST_KEYS, SILENCES, twiml

log = logger(__name__)

BOOK = "calls-in"
KEPT_S = 3600.0
_KEYS = frozenset("0123456789*#")


class _Line(msgspec.Struct, frozen=True, kw_only=True):
    """A call to us between two requests; `silences`: how often nothing was keyed."""

    at: float
    own: str
    number: str
    step: Step
    tried: int
    silences: int = 0

    @property
    def call(self) -> Call:
        return Call(own=self.own, number=self.number, step=self.step, tried=self.tried)


def router(house: House) -> APIRouter:
    """`/twilio/voice/in`."""
    routes = APIRouter(prefix="/voice")

    @routes.post("/in")
    async def rung(request: Request) -> Response:
        form = await signed(house, request)
        if form is None:
            return problem(403, "http")
        sid = form.get("CallSid", "")
        if not sid:
            return unknown(house, "callback lacks a field: CallSid")
        try:
            return twiml(await in_time(_answer(house, sid, form, keyed="k" in request.query_params)))
        except (Unavailable, StoreUnavailable):
            return twiml(speak(voice("away_goodbye_hers")))
        except Exception as error:
            log.exception("call to us could not be answered", error=type(error).__name__)
            return twiml(speak(voice("away_goodbye_hers")))

    return routes


async def _answer(house: House, sid: str, form: Mapping[str, str], *, keyed: bool) -> str:
    line = await _line(house, sid) if keyed else None
    if line is None:
        await _tidied(house)
        turn = keypad.picked_up(_own(house, form.get("From", "")))
        return await _said(house, sid, turn, silences=0)
    digits = form.get("Digits", "")
    if not digits or len(digits) > MOST_KEYS or not set(digits) <= _KEYS:
        return await _silent(house, sid, line)
    turn = _keyed(line.call, digits)
    if turn.tries is not None:
        turn = await tried(house, turn.call, turn.tries, form.get("From", ""))
    return await _said(house, sid, turn, silences=0)


def _keyed(call: Call, digits: str) -> Turn:
    """Everything up to the last star is taken back; what follows is ended by its hash, which the provider keeps, or by
    nothing more being keyed."""
    back, star, rest = digits.rpartition(keypad.STAR)
    turn = keypad.keyed(call, f"{back}{star}") if star else Turn(call)
    rest = rest.strip(keypad.HASH)
    return keypad.keyed(turn.call, f"{rest}{keypad.HASH}") if rest else turn


def _own(house: House, caller: str) -> str:
    """The number that rings; empty where it is withheld, or none that anybody here could have."""
    number = number_of(house, caller) if caller.startswith("+") else ""
    return "" if number == "-" else str(number)


async def _said(house: House, sid: str, turn: Turn, *, silences: int) -> str:
    call = turn.call
    say = turn.say or _asked_for(call)
    if call.step is Step.OVER:
        await house.store.book_drop(BOOK, sid)
        return speak(way_out(say, turn.wait_s))
    line = _Line(
        at=house.clock.now(), own=call.own, number=call.number, step=call.step, tried=call.tried, silences=silences
    )
    await house.store.book_put(BOOK, sid, msgspec.json.encode(line))
    door = f"{house.public_url}/twilio/voice/in?k=1"
    return speak(
        way_out(say, turn.wait_s), listening=Listening(door), then=door, wait_s=turn.wait_s, instead=way_out(Say.PIN)
    )


async def _silent(house: House, sid: str, line: _Line) -> str:
    """Nothing was keyed: it is asked for again, and then goodbye."""
    if line.silences + 1 >= SILENCES:
        await house.store.book_drop(BOOK, sid)
        return speak(way_out(Say.GOODBYE))
    return await _said(house, sid, Turn(line.call, _asked_for(line.call)), silences=line.silences + 1)


def _asked_for(call: Call) -> Say:
    return Say.NUMBER if call.step is Step.NUMBER else Say.PIN


async def _line(house: House, sid: str) -> _Line | None:
    [kept] = await house.store.book_get(BOOK, [sid])
    return None if kept is None else msgspec.json.decode(kept, type=_Line)


async def _tidied(house: House) -> None:
    """Callers who just hang up leave their line behind."""
    for sid, kept in (await house.store.book_all(BOOK)).items():
        if msgspec.json.decode(kept, type=_Line).at < house.clock.now() - KEPT_S:
            await house.store.book_drop(BOOK, sid, only_if=kept)
