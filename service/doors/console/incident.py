"""`/console/i/{name}`: one open incident. Whoever has it keeps it as long as the page is open and something is pressed
now and then; every place on it was written down as a look before it is shown."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from dataclasses import replace as answering
from functools import partial

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from service.clock import ScaledClock
from service.doors.pages_visit import Visit
from service.doors.pages_words import lasting
from service.doors.problems import in_time
from service.house import House
from service.journey import claims
from service.journey.model import OPERATORS, Incident, Journey, Proof
from service.journey.turn import OPERATOR, Answer, Outcome
from service.people.looking import NotWritten, operator_looks
from service.people.opened_card import card_for
from service.people.refusals import Refused, invalid
from service.rows import Kept
from service.tokens import new_id
from service.web.incident import ClosePage, LogPage, render_incident, render_incident_close, render_incident_log
from service.web.pages import Choice

from .desk import NAME, AtHand, Desk
from .incident_seen import LOG_WORDS, STILL_S, about, idle_s, incident_page
from .queue import claim_of, holder_of, proposal_of

LONGEST_WORDS, LONGEST_NUMBER, LONGEST_N = 500, 40, 30
STILL = "still on it"
REFRESH_S, FAST_S = 10, 20.0
HEARD_WORD = "she said her call-back word"
SAID = {
    "claimed": "You have it. It stays yours while this page is open.",
    "held": "Somebody else has it. You can write in the log all the same.",
    "lapsed": "Your minute was over. Take it again if you are still on it.",
    "released": "Given back. The others are called again.",
    "logged": "Written down.",
    "proposed": "Written down. A second operator has to agree before it is closed.",
    "counting": "An SOS is counting down: nothing can be closed until it has gone out or her PIN has stopped it.",
    "still": "Good. It stays yours.",
    "changed": "Nothing was closed: it is more now than when you opened that form. Look at it first.",
}
"""What is answered to a press, by the code the heart gave."""
OVER = ("closed", "resolved", "already_closed")


def routes(desk: Desk) -> list[BaseRoute]:
    """The pages below an incident, and what is pressed there."""
    door = _Door(desk)
    here = f"/console/i/{{{NAME}}}"
    return [
        Route(here, door.page),
        Route(f"{here}/claim", door.claim, methods=["POST"]),
        Route(f"{here}/release", door.release, methods=["POST"]),
        Route(f"{here}/log", door.log_page),
        Route(f"{here}/log", door.log, methods=["POST"]),
        Route(f"{here}/close", door.close_page),
        Route(f"{here}/close", door.close, methods=["POST"]),
        Route(f"{here}/claim", door.back),
        Route(f"{here}/release", door.back),
    ]


@dataclass(frozen=True, slots=True)
class Typed:
    """What came with a form that will not do, and why."""

    fields: dict[str, str]
    problem: str


Shown = Callable[[Visit, AtHand], Awaitable[Response]]


class _Door:
    def __init__(self, desk: Desk) -> None:
        self._desk, self._house = desk, desk.house

    # ── what is read ──

    async def page(self, request: Request) -> Response:
        return await self._show(request, self._page)

    async def log_page(self, request: Request) -> Response:
        return await self._show(request, self._log_page)

    async def close_page(self, request: Request) -> Response:
        return await self._show(request, self._close_page)

    async def back(self, request: Request) -> Response:
        """Where a browser lands that fetches the address of a form."""
        return Visit(self._house, request).go(f"/console/i/{request.path_params[NAME]}")

    async def _show(self, request: Request, shown: Shown) -> Response:
        """Looking at any page of an incident keeps it with whoever has it."""
        visit, at_hand = Visit(self._house, request), await self._desk.incident_of(request)
        if at_hand is None:
            return await self._elsewhere(visit)
        kept = await self._renewed(at_hand, visit.now)
        if kept.journey.alarm is None:
            return await self._elsewhere(visit)
        return await shown(visit, answering(at_hand, kept=kept))

    async def _page(self, visit: Visit, at_hand: AtHand) -> Response:
        kept, seen = await looked_at(self._house, at_hand)
        if kept.journey.alarm is None:
            return await self._elsewhere(visit)
        page = await incident_page(
            self._house,
            kept,
            at_hand.account,
            operator=at_hand.operator.name,
            here=at_hand.here,
            frame=visit.frame(),
            now=visit.now,
            seen=seen,
            programs=self._desk.programs,
        )
        said = _still_so(visit.request.query_params.get("said", ""), mine=page.mine)
        return visit.page(render_incident(answering(page, said=said, refresh_s=refresh_s(self._house))))

    async def _log_page(self, visit: Visit, at_hand: AtHand, typed: Typed | None = None) -> Response:
        fields = typed.fields if typed is not None else {}
        chosen = fields.get("what", "") or visit.request.query_params.get("what", "") or "note"
        claim = claim_of(_alarm(at_hand.kept), visit.now)
        mine = claim is not None and claim.by == at_hand.operator.name
        page = LogPage(
            frame=visit.frame(),
            here=at_hand.here,
            reference=at_hand.kept.journey.plan.reference,
            her=at_hand.account.name,
            n=fields.get("n", "")[:LONGEST_N] or new_id(),
            kinds=tuple(Choice(value=k, label=_kind(k), note=_NOTES.get(k, ""), chosen=k == chosen) for k in LOG_WORDS),
            words=fields.get("words", "")[:LONGEST_WORDS],
            holding=f"You have it for {lasting(claim.until - visit.now)} more while you write."
            if mine and claim
            else "",
            problem=typed.problem if typed is not None else "",
        )
        return visit.page(render_incident_log(page), 200 if typed is None else 400)

    async def _close_page(self, visit: Visit, at_hand: AtHand, typed: Typed | None = None) -> Response:
        alarm, zone = _alarm(at_hand.kept), visit.zone
        claim = claim_of(alarm, visit.now)
        other = claim is None or claim.by != at_hand.operator.name
        wish = alarm.proposal
        page = ClosePage(
            frame=visit.frame(),
            here=at_hand.here,
            reference=at_hand.kept.journey.plan.reference,
            her=at_hand.account.name,
            outcomes=tuple(
                Choice(value=code, label=words, chosen=wish is not None and wish.code == code)
                for code, words in claims.OUTCOMES.items()
            ),
            takes_two=claims.takes_two(alarm),
            word=_word(at_hand),
            proposal=proposal_of(alarm),
            holder=holder_of(alarm, at_hand.account, visit.now, zone) if other else "",
            about=typed.fields.get("about", "")[:LONGEST_N] if typed is not None else about(alarm),
            problem=typed.problem if typed is not None else "",
        )
        return visit.page(render_incident_close(page), 200 if typed is None else 400)

    async def _renewed(self, at_hand: AtHand, now: float) -> Kept:
        """The incident as it is, kept with this operator if she has it and has pressed something of late."""
        kept, by = at_hand.kept, at_hand.operator.name
        key, alarm = kept.journey.id, _alarm(kept)
        claim = claim_of(alarm, now)
        if (
            claim is None
            or claim.by != by
            or claim.until - now > claims.RENEW_S
            or idle_s(alarm, claim, now) >= STILL_S
        ):
            return kept
        await in_time(self._house.watch.ask(key, lambda j, at, _: claims.renewed(j, by, at)))
        self._desk.live.changed(key)
        return await self._house.watch.look(key)

    # ── what is pressed ──

    async def claim(self, request: Request) -> Response:
        return await self._press(request, lambda j, now, by, _: claims.claimed(j, by, now))

    async def release(self, request: Request) -> Response:
        return await self._press(request, _given_back)

    async def log(self, request: Request) -> Response:
        return await self._press(request, _logged, check=_line, again=self._log_page)

    async def close(self, request: Request) -> Response:
        return await self._press(request, _closed, check=_outcome, again=self._close_page)

    async def _press(
        self,
        request: Request,
        act: "Pressed",
        *,
        check: Callable[[dict[str, str]], None] = lambda _: None,
        again: Callable[[Visit, AtHand, Typed], Awaitable[Response]] | None = None,
    ) -> Response:
        visit, at_hand = Visit(self._house, request), await self._desk.incident_of(request)
        fields = await visit.posted()
        if at_hand is None:
            return await self._elsewhere(visit)
        try:
            check(fields)
        except Refused as refusal:
            if again is None:
                raise
            return await again(visit, at_hand, Typed(fields, f"{refusal.detail[:1].upper()}{refusal.detail[1:]}."))
        if not _word(at_hand):
            fields.pop("word", None)  # there is none that she could have said
        key, by = at_hand.kept.journey.id, at_hand.operator.name
        n, what = fields.get("n", "")[:LONGEST_N], request.url.path.rpartition("/")[2]
        pressed = partial(_pressed, act=act, by=by, fields=fields)
        command = f"operator/{by}/{what}/{fields.get('what', '')[:LONGEST_N]}/{n}" if n else None
        answer: Answer = await in_time(self._house.watch.ask(key, pressed, command=command))
        self._desk.live.changed(key)
        if answer.code in OVER:
            return visit.go(f"/console?said={answer.code}&about={at_hand.kept.journey.plan.reference}")
        return visit.go(f"{at_hand.here}?said={answer.code}")

    async def _elsewhere(self, visit: Visit) -> Response:
        """Nobody is signed in, or there is nothing open of that name any more."""
        if await self._desk.who(visit.request) is None:
            return visit.go("/console")
        found = await self._desk.journey_of(visit.request)
        if found is not None and found[0].journey.under_way:
            return visit.go(f"/console/look/{visit.request.path_params[NAME]}")
        return visit.go("/console?said=gone")


async def looked_at(house: House, at_hand: AtHand, why: str = "") -> tuple[Kept, bool]:
    """The incident as this operator's look found it, and whether what was looked at may be shown: where the look is not
    on disk, or there was nothing to look at any more, only what has no place."""
    key = at_hand.kept.journey.id
    try:
        kept = await operator_looks(house, key, at_hand.operator.name, why)
    except NotWritten:
        return at_hand.kept, False
    if kept is not None:
        return kept, True
    kept = await house.watch.look(key)
    return kept, kept.journey.seen is None


Pressed = Callable[[Journey, float, str, dict[str, str]], Outcome]


def _pressed(journey: Journey, now: float, _proof: Proof, *, act: Pressed, by: str, fields: dict[str, str]) -> Outcome:
    return act(journey, now, by, fields)


def _given_back(journey: Journey, now: float, by: str, _fields: dict[str, str]) -> Outcome:
    outcome = claims.released(journey, by, now)
    code = "released" if outcome.answer.code == "done" else outcome.answer.code
    return answering(outcome, answer=answering(outcome.answer, code=code))


def _logged(journey: Journey, now: float, by: str, fields: dict[str, str]) -> Outcome:
    what, words = fields["what"], _words(fields)
    outcome = claims.logged(journey, by, what, words, now)
    if outcome.answer.code != "done":
        return outcome
    code = "still" if (what, words) == ("note", STILL) else "logged"
    return answering(outcome, answer=answering(outcome.answer, code=code))


def _closed(journey: Journey, now: float, by: str, fields: dict[str, str]) -> Outcome:
    """Whoever heard her word writes that down in the same commit. What an alarm became while the form was open, or the
    next one, was not seen by whoever closes it: it is looked at first."""
    word = fields.get("word") == "yes"
    alarm = journey.alarm
    if alarm is not None and fields.get("about", about(alarm)) != about(alarm):
        return Outcome(journey, answer=Answer(False, "changed", to=OPERATOR))
    if not word or alarm is None or not claims.takes_two(alarm):
        return claims.resolved(journey, by, fields["code"], now)
    heard = claims.logged(journey, by, "spoke_to_her", HEARD_WORD, now)
    then = claims.resolved(heard.journey, by, fields["code"], now, word_spoken=True)
    return Outcome(then.journey, (*heard.events, *then.events), (*heard.notices, *then.notices), then.answer)


def _still_so(code: str, *, mine: bool) -> str:
    """The page looks again at its own address: what was answered to a press is left out once it is not so any more."""
    gone = code in (("held", "lapsed", "released") if mine else ("claimed", "still"))
    return "" if gone else SAID.get(code, "")


def refresh_s(house: House) -> int:
    """In a sandbox whose clock is fast a minute is short: the page keeps up as well as whole seconds let it."""
    factor = house.clock.factor if isinstance(house.clock, ScaledClock) else 1.0
    return max(1, min(REFRESH_S, round(FAST_S / max(1.0, factor))))


# ── what is typed ──


def _line(fields: dict[str, str]) -> None:
    """Raises Refused naming what will not do."""
    what, words = fields.get("what", ""), _words(fields)
    if what not in claims.LOGGED:
        raise invalid("what", "choose what it was")
    if what == "note" and not words:
        raise invalid("words", "a note needs words")
    most = LONGEST_NUMBER if what == claims.POLICE_TOLD else LONGEST_WORDS
    if len(words) > most:
        raise invalid("words", f"expected at most {most} letters, got {len(words)}")


def _outcome(fields: dict[str, str]) -> None:
    if fields.get("code", "") not in claims.OUTCOMES:
        raise invalid("code", "choose how it ended")


def _words(fields: dict[str, str]) -> str:
    """On one line, without what no keyboard types."""
    return " ".join("".join(c for c in fields.get("words", "") if c.isprintable() or c.isspace()).split())


def _kind(what: str) -> str:
    words = LOG_WORDS[what] or "a note"
    return f"{words[:1].upper()}{words[1:]}"


_NOTES = {
    claims.POLICE_TOLD: "the words are their incident number: her contacts and the next operator read it",
    "nothing_heard": "a line like any other: that you tried counts",
}


def _word(at_hand: AtHand) -> str:
    """Her call-back word, where her card is open and she has set one."""
    card = card_for(at_hand.account, at_hand.kept.journey, OPERATORS)
    return card.word if card is not None else ""


def _alarm(kept: Kept) -> Incident:
    alarm = kept.journey.alarm
    if alarm is None:
        raise ValueError(f"expected an open alarm in journey {kept.journey.id}, got none")
    return alarm
