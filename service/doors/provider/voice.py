"""Our calls while they last: somebody picked up, and keys.

The words are those of this moment. Whoever keys nothing hears them once more, and then goodbye: that call has told
nobody. Where nothing can be read or written in time the voice says so and asks to stay on the line, and whatever goes
wrong, nobody hears an error of the provider's in the middle of the night. 200 only after the commit, as with all of it.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response

from alerts import spoken
from alerts.gateway import PhoneNumber
from alerts.spoken import Asks
from alerts.twilio_voice import Listening, hang_up, speak
from service import calls
from service.calls import Key, Speech
from service.clock import breathe
from service.doors.problems import Unavailable, in_time, problem
from service.house import House
from service.people.refusals import Refused
from service.store import StoreUnavailable
from service.telemetry import logger
from service.watch import NoSuchJourney

from .signed import notice_of, signed, unknown

log = logger(__name__)

ANSWERS_S = 3.0
"""How long somebody who holds a phone to the ear hears nothing."""
SILENCES = 2
"""So often the words are said when nothing is keyed."""
MOST_KEYS = 24
AWAY_TRIES = 4
AWAY_S = 3
_KEYS = frozenset("0123456789*#")


@dataclass(frozen=True, slots=True)
class _Asked:
    """One request about a call. `silences`: how often nothing was keyed; `nth`: pieces keyed so far; `away`: how often
    the store did not answer; `held`: a digit that could not be written down yet."""

    house: House
    notice_id: str
    attempt: int
    sid: str
    number: PhoneNumber
    keys: str = ""
    silences: int = 0
    nth: int = 0
    away: int = 0
    held: str = ""

    @property
    def hers(self) -> bool:
        return calls.is_hers(self.notice_id)

    def url(self, door: str, **more: int | str) -> str:
        seal = self.house.sealer.seal(self.notice_id, str(self.attempt))
        query = {"n": self.notice_id, "a": self.attempt, "m": seal, **{k: v for k, v in more.items() if v}}
        return f"{self.house.public_url}/twilio/{door}?{urlencode(query)}"


def router(house: House) -> APIRouter:
    """`/twilio/voice` and `/twilio/voice/keys`."""
    routes = APIRouter(prefix="/voice")

    @routes.post("")
    async def voice(request: Request) -> Response:
        return await _answered(house, request, _picked_up)

    @routes.post("/keys")
    async def keys(request: Request) -> Response:
        return await _answered(house, request, _keyed)

    return routes


async def _answered(house: House, request: Request, answer: Callable[[_Asked], Awaitable[str]]) -> Response:
    form = await signed(house, request)
    if form is None:
        return problem(403, "http")
    about = notice_of(house, request)
    if about is None:
        unknown(house, "words of an unknown call")
        return twiml(hang_up())
    query = request.query_params
    keys = form.get("Digits", "")
    asked = _Asked(
        house,
        *about,
        sid=form.get("CallSid", ""),
        number=PhoneNumber(form.get("To", "")),
        keys=keys if len(keys) <= MOST_KEYS and set(keys) <= _KEYS else "",
        silences=_count(query.get("t")),
        nth=_count(query.get("k")),
        away=_count(query.get("w")),
        held=query.get("d", "") if query.get("d", "") in _KEYS else "",
    )
    began = asyncio.get_running_loop().time()
    try:
        return twiml(await answer(asked))
    except NoSuchJourney:
        unknown(house, "words of a call to nobody")
        return twiml(hang_up())
    except (Unavailable, StoreUnavailable, Refused):
        # either of her PINs takes as long: behind one of them we go on trying
        await breathe(max(0.0, began + ANSWERS_S - asyncio.get_running_loop().time()))
        return twiml(_away(asked))
    except Exception as error:
        log.exception("call could not be answered", error=type(error).__name__)
        return twiml(_away(asked))


async def _picked_up(asked: _Asked) -> str:
    """The words, twice at first; after two silences goodbye."""
    if asked.silences >= SILENCES:
        return speak(spoken.voice("goodbye") if asked.nth else calls.silent(asked.notice_id))
    speech = await in_time(_words(asked), ANSWERS_S)
    times = 2 if asked.silences == 0 and not speech.settled else 1
    return _said(asked, speech, times=times, then=asked.url("voice", t=asked.silences + 1, k=asked.nth))


async def _words(asked: _Asked) -> Speech:
    await calls.taken_up(asked.house, asked.notice_id)
    return await calls.picked_up(asked.house, asked.notice_id)


async def _keyed(asked: _Asked) -> str:
    keys = asked.keys or asked.held
    if not keys:
        return await _picked_up(asked)
    key = Key(asked.notice_id, asked.sid, asked.number, keys if asked.hers else keys[-1:], asked.nth)
    speech = await in_time(calls.keyed(asked.house, key), ANSWERS_S)
    return _said(asked, speech, times=2 if speech.over else 1, then=asked.url("voice", t=1, k=asked.nth))


def _said(asked: _Asked, speech: Speech, *, times: int, then: str) -> str:
    """Says it, and listens as it asks for."""
    if speech.over or speech.asks is Asks.NOTHING:
        return speak(*[speech.words] * times)
    most = 0 if speech.asks in (Asks.YES, Asks.PIN) else 1
    listening = Listening(asked.url("voice/keys", k=asked.nth + 1), most)
    return speak(
        *[speech.words] * times,
        listening=listening,
        then=then,
        wait_s=speech.wait_s,
        instead=spoken.voice("pin"),
    )


def _away(asked: _Asked) -> str:
    """Nothing can be read or written: the line is held for half a minute, and a contact's digit with it. A PIN is kept
    nowhere: what could be proved by it goes on behind this, and it is asked for again."""
    hers = "_hers" if asked.hers else ""
    if asked.away >= AWAY_TRIES:
        return speak(spoken.voice(f"away_goodbye{hers}"))
    digit = asked.keys[-1:] or asked.held if not asked.hers else ""
    door = "voice/keys" if digit else "voice"
    on = asked.url(door, t=asked.silences, k=asked.nth, w=asked.away + 1, d=digit)
    words = spoken.voice(f"away{hers}") if asked.away == 0 else ""
    return speak(*([words] if words else []), wait_s=AWAY_S, then=on)


def twiml(document: str) -> Response:
    return Response(document, media_type="text/xml", headers={"Cache-Control": "no-store"})


def _count(text: str | None) -> int:
    return int(text) if text is not None and text.isdecimal() and len(text) <= 3 else 0
