"""A cry for help without a journey: SOS, and the duress PIN, make one of kind `sos` in the same commit (rows 14, 15)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from msgspec.structs import replace

from service.house import House
from service.journey import pressed
from service.journey.closing import reopens
from service.journey.cover import judged, under_duress
from service.journey.model import Journey, JourneyKind, Plan, Proof, Seen
from service.journey.said import is_over
from service.journey.turn import Answer, Outcome
from service.rows import Kept, UnreadableRow
from service.tokens import new_reference
from service.watch import Change, NoSuchJourney, Record, Transaction

from .model import Traveller
from .plans import TRIES, Moved, for_her, hidden_key, is_open, next_key, over_behind, put_behind, reserved

NO_JOURNEY = "no_journey"


@dataclass(frozen=True, slots=True)
class _Cry:
    """What is about to be written, judged from what was read; Moved when that is not so any more. `covered`: the journey
    before it is over on her screens only; `over` as in `put_behind`."""

    house: House
    account: Traveller
    key: str
    code: str
    streams: bool
    covered: bool = False
    over: frozenset[str] = frozenset()

    def checked(self, records: Mapping[str, Record | None]) -> Traveller:
        account = records[self.account.id]
        if not isinstance(account, Traveller):
            raise NoSuchJourney(self.account.id)
        before = self.account
        if (account.journeys, account.hidden, account.live) != (before.journeys, before.hidden, before.live):
            raise Moved
        return account

    def armed(self, account: Traveller, now: float) -> Outcome:
        plan = Plan(
            kind=JourneyKind.SOS,
            profile="standard",
            reference=new_reference(),
            code=self.code,
            destination="",
            began_at=now,
            plan_s=0.0,
            people=(),
            streams=self.streams,
            has_route=False,
        )
        return pressed.armed(self.key, for_her(plan, account, self.house), None, now)


async def sos_without_journey(
    house: House, traveller: str, command: str, *, window: bool = True, streams: bool = True, place: Seen | None = None
) -> Answer:
    """SOS, whatever there is: her journey's if it still counts, else one that begins with it. On disk when this
    returns, with the `place` that came with it; a repeated `command` gets its first answer. Raises NoSuchJourney for an
    unknown traveller."""
    for _ in range(TRIES):
        account = await house.watch.account(traveller)
        answer = await _on_her_journey(house, account, command, window=window, place=place)
        if answer.code != NO_JOURNEY:
            return answer
        try:
            key = next_key(account)
            return await _new(house, account, key, lambda cry: _sos(cry, command, window, place), streams=streams)
        except Moved:
            continue
    raise Moved


async def _on_her_journey(
    house: House, account: Traveller, command: str, *, window: bool, place: Seen | None
) -> Answer:
    nothing = Answer(False, NO_JOURNEY)
    if account.live is None:
        return nothing
    try:
        return await house.watch.ask(
            account.live, lambda j, now, _: pressed.sos(j, now, window=window, place=place), command=command
        )
    except NoSuchJourney:  # kept no longer, or its row cannot be read: a cry waits for neither
        return nothing


def remembered_cry(house: House, account: Traveller, now: float, *, hidden: bool = False) -> Journey:
    """The journey an SOS would begin, from memory alone: same key, so same idempotency keys, as its commit will make.
    `hidden`: the one that a duress PIN would."""
    key = hidden_key(account) if hidden else next_key(account)
    cry = _Cry(house, account, key, "", streams=True)
    return cry.armed(account, now).journey


async def duress_behind(house: House, traveller: str) -> None:
    """Her duress PIN, given where no act on a journey was asked for: nothing she sees changes, behind it people are
    told. On disk when this returns."""
    for _ in range(TRIES):
        account = await house.watch.account(traveller)
        for key in account.journeys_open:
            if await still_counts(house, key):
                await house.watch.ask(key, _as_if_true, proof=Proof.DURESS)
                return
        try:
            await _new(house, account, hidden_key(account), _duress, streams=False)
        except Moved:
            continue
        return
    raise Moved


async def true_elsewhere(house: House, traveller: str) -> None:
    """Her true PIN, given where no act on a journey was asked for. As after the duress PIN her screens follow the
    messages of her journey no further, and the store is asked first: nothing may tell the two apart."""
    account = await house.watch.account(traveller)
    if account.live is not None and await still_counts(house, account.live):
        await house.watch.ask(account.live, _as_if_true, proof=Proof.PIN)


def _as_if_true(journey: Journey, now: float, proof: Proof) -> Outcome:
    """What a true PIN given elsewhere does to her journey: nothing but that it was given."""
    return Outcome(journey)


async def still_counts(house: House, key: str) -> bool:
    """Whether a cry for help would belong to this journey."""
    try:
        journey = (await house.watch.look(key)).journey
    except (NoSuchJourney, UnreadableRow):
        return False
    return not is_over(journey) or reopens(journey, house.clock.now())


async def _new(
    house: House, account: Traveller, key: str, make: Callable[[_Cry], Transaction], *, streams: bool
) -> Answer:
    code = await reserved(house, key, account.contacts)
    covered = account.live is not None and await is_open(house, account.live)
    cry = _Cry(house, account, key, code, streams, covered, await over_behind(house, account))
    answer: Answer = await house.watch.transact((key, account.id), make(cry))
    return answer


def _sos(cry: _Cry, command: str, window: bool, place: Seen | None) -> Transaction:
    def write(records: Mapping[str, Record | None], now: float) -> Change:
        account = cry.checked(records)
        armed = cry.armed(account, now)
        fired = judged(armed.journey, lambda j: pressed.sos(j, now, window=window, place=place), now)
        behind = put_behind(account, account.live, cry.over) if account.live and cry.covered else account.behind
        account = replace(account, live=cry.key, last=account.live, journeys=account.journeys + 1, behind=behind)
        kept = Kept(journey=fired.journey, answered=((command, fired.answer),))
        return Change(
            {cry.key: kept, account.id: account},
            (*armed.events, *fired.events),
            (*armed.notices, *fired.notices),
            answer=fired.answer,
        )

    return write


def _duress(cry: _Cry) -> Transaction:
    """Her devices are shown nothing of it: it stands behind, and `live` stays what it was."""

    def write(records: Mapping[str, Record | None], now: float) -> Change:
        account = cry.checked(records)
        armed = cry.armed(account, now)
        alarm = under_duress(armed.journey, lambda j, _: Outcome(j), now)
        account = replace(account, behind=put_behind(account, cry.key, cry.over), hidden=account.hidden + 1)
        return Change(
            {cry.key: Kept(journey=alarm.journey), account.id: account},
            (*armed.events, *alarm.events),
            (*armed.notices, *alarm.notices),
            answer=alarm.answer,
        )

    return write
