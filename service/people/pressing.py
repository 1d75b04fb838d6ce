"""Whatever she presses, keys or texts: one way from a command to its answer, for every door."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable

from geofence.route import Route
from service.clock import breathe
from service.house import House
from service.journey import company, pressed, way
from service.journey.model import Journey, Proof, Seen
from service.journey.turn import Answer, Outcome
from service.store import StoreUnavailable
from service.watch import Act, NoSuchJourney

from .alarms import NO_JOURNEY, duress_behind, sos_without_journey, still_counts
from .model import Traveller
from .pins import AFTERWARDS
from .proving import RIGHT, judged
from .refusals import Refused, Why

RETRY_S = 0.25
PATIENCE_S = 3.0
"""How long a commit may take before an SOS or a duress PIN is spoken without it (review H16)."""


Meanwhile = Callable[[Act], Awaitable[None]]
"""What is done about a duress PIN that the disk does not take in time."""


async def press(
    house: House,
    account: Traveller,
    act: Act,
    *,
    command: str,
    door: str,
    pin: str | None = None,
    meanwhile: Meanwhile | None = None,
    route: Route | None = None,
) -> Answer:
    """Does `act` to her journey, with what `pin` proves. Answered from disk; a repeated `command` gets its first
    answer. `route` is the line she goes by, where `act` says that she goes by a new one. Without a journey there is an answer too, and to a wrong PIN the same as on one. Her true PIN ends what stands
    behind as well; either is answered in the same time."""
    try:
        found = await house.pins.once((account.id, door, command, pin), lambda: judged(house, account, pin, door))
    except Refused as refusal:
        if refusal.why is not Why.TRY_AGAIN:
            raise
        return Answer(False, "try_again", wait_s=refusal.wait_s or 0.0)
    proof, proved_at = found.proof, asyncio.get_running_loop().time()
    if proof is Proof.DURESS:
        answer = await _under_duress(house, account, act, command, meanwhile, route)
    else:
        answer = await _asked(house, account, act, proof, command, route)
    if proof is Proof.PIN:
        await end_behind(house, account)
    if proof in RIGHT:
        await house.pins.even(proved_at, AFTERWARDS)
    if proof is Proof.WRONG and answer.code == NO_JOURNEY and account.pin_hash is not None:
        return Answer(False, "try_again", wait_s=found.wait_s)
    return answer


async def _under_duress(
    house: House, account: Traveller, act: Act, command: str, meanwhile: Meanwhile | None, route: Route | None
) -> Answer:
    """Until it is on disk: she may not get to key it again. Told before that if it takes more than 3 s."""

    async def until_on_disk() -> Answer:
        while True:
            try:
                return await _asked(house, account, act, Proof.DURESS, command, route)
            except StoreUnavailable:
                await breathe(RETRY_S)

    committing = asyncio.ensure_future(until_on_disk())
    patience = asyncio.ensure_future(house.clock.sleep(PATIENCE_S))
    await asyncio.wait({committing, patience}, return_when=asyncio.FIRST_COMPLETED)
    patience.cancel()
    if not committing.done() and meanwhile is not None:
        await meanwhile(act)
    return await committing


async def ask_company(house: House, account: Traveller, who: Iterable[str], *, command: str, door: str) -> Answer:
    """*Walk with me*: these may look on, instead of those before. No PIN is asked."""
    asked = tuple(who)

    def act(journey: Journey, now: float, _proof: Proof) -> Outcome:
        return company.asked_company(journey, asked, now)

    return await press(house, account, act, command=command, door=door)


async def cry(
    house: House,
    account: Traveller,
    *,
    command: str,
    window: bool = True,
    streams: bool = True,
    place: Seen | None = None,
) -> Answer:
    """SOS: needs no journey and no PIN. `place` is where it came from, if it said so."""
    return await sos_without_journey(house, account.id, command, window=window, streams=streams, place=place)


async def _asked(house: House, account: Traveller, act: Act, proof: Proof, command: str, route: Route | None) -> Answer:
    """A duress PIN on a journey that is long over is a cry for help of its own; the answer stays what a true PIN
    would have got."""
    if account.live is None:
        if proof is Proof.DURESS:
            await duress_behind(house, account.id)
        return Answer(False, NO_JOURNEY)
    counts = proof is not Proof.DURESS or await still_counts(house, account.live)
    if not counts:
        await duress_behind(house, account.id)
        proof = Proof.PIN
    try:
        return await house.watch.ask(account.live, act, proof=proof, command=command, route=route)
    except NoSuchJourney:
        return Answer(False, NO_JOURNEY)


async def end_behind(house: House, account: Traveller) -> None:
    """Her true PIN ends whatever stands behind her journey."""
    for key in account.behind:
        try:
            await house.watch.ask(key, pressed.ended, proof=Proof.PIN)
        except NoSuchJourney:
            continue


def act_of(
    what: str,
    *,
    prompt: str = "",
    answer: str = "ok",
    minutes: float = 0.0,
    to: int = 0,
    given_at: float | None = None,
) -> Act:
    """The act behind a command's name: answer, extend, pause, leg, end, arrived, sos_cancel or company_end.
    `given_at` is when she pressed, where that was not just now. Raises KeyError."""

    def ended(journey: Journey, now: float, proof: Proof) -> Outcome:
        return pressed.ended(journey, now, proof, given_at=given_at)

    acts: dict[str, Act] = {
        "answer": lambda j, now, proof: pressed.answered(j, prompt, answer, now, proof, minutes, given_at=given_at),
        "extend": lambda j, now, proof: pressed.extended(j, minutes, now, proof, given_at=given_at),
        "pause": lambda j, now, _: pressed.paused(j, minutes, now),
        "leg": lambda j, now, proof: way.on_leg(j, to, now, proof, given_at=given_at),
        "end": ended,
        "arrived": ended,
        "sos_cancel": lambda j, now, proof: pressed.sos_cancelled(j, now, proof, given_at=given_at),
        "company_end": lambda j, now, _: company.ended_company(j, now),
    }
    return acts[what]


def given(house: House, waited_s: float | None) -> float | None:
    """When she pressed what waited `waited_s` in her phone; None: just now."""
    return None if waited_s is None else house.clock.now() - waited_s
