"""Load, judge, commit, then speak."""

import asyncio
from collections.abc import AsyncIterator, Sequence

import pytest
from msgspec.structs import replace

from service.frames import FixFrame, RawFix
from service.journey.model import Journey, JourneyKind, Plan, Proof
from service.journey.pressed import armed, extended
from service.journey.turn import Answer, Outcome
from service.memory_store import MemoryStore
from service.rows import Kept, encoded
from service.store import Put, StoreUnavailable, Unit
from service.watch import Change, NoSuchJourney, Watch
from tests.doubles.clock import EVENING_AT, HandClock
from tests.doubles.network import FarStore

WALK = "anna-1"


class Desk:
    """A watch over a store that can be told to fail, and Anna on her way for 20 minutes."""

    def __init__(self) -> None:
        self.clock, self.near = HandClock(), MemoryStore()
        self.far = FarStore(self.near)
        self.watch = Watch(self.far, self.clock, pace_s=0.0)

    async def begins(self, key: str = WALK) -> None:
        plan = Plan(
            kind=JourneyKind.DESTINATION,
            profile="standard",
            reference="K742",
            code="42",
            destination="home",
            began_at=EVENING_AT,
            plan_s=1200.0,
            people=(),
        )
        made = armed(key, plan, EVENING_AT + 1380, EVENING_AT)
        await self.watch.transact((key,), lambda _rows, _now: Change({key: Kept(journey=made.journey)}, made.events))

    async def extend(self, minutes: float, command: str | None = None) -> Answer:
        return await self.watch.ask(WALK, lambda j, now, p: extended(j, minutes, now, p), command=command)

    async def eta_min(self) -> float | None:
        eta_at = (await self.watch.look(WALK)).journey.eta_at
        return None if eta_at is None else (eta_at - EVENING_AT) / 60

    def frame(self, seq: int, n: int = 1) -> FixFrame:
        now = self.clock.now()
        return FixFrame("b", seq, now, now, [RawFix(now, 51.4, 0.5, 8.0)] * n)


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    made = Desk()
    await made.begins()
    yield made
    await made.watch.close()


async def test_an_answer_comes_from_disk(desk: Desk) -> None:
    """Whoever asked is told once the new row is in the store, and not before."""
    seen: list[float | None] = []

    async def look(_units: Sequence[Unit]) -> None:
        seen.append(await desk.eta_min())

    desk.far.before_commit = look
    answer = await desk.extend(5)

    assert (answer.code, seen, await desk.eta_min()) == ("eta_moved", [23.0], 28.0)


async def test_a_repeated_command_gets_its_first_answer(desk: Desk) -> None:
    """And is not done again, whichever process hears the repetition."""
    first = await desk.extend(5, "c1")
    other = Watch(desk.far, desk.clock, pace_s=0.0)
    again = await other.ask(WALK, lambda j, now, p: extended(j, 5, now, p), command="c1")
    await other.close()

    assert (again, await desk.eta_min()) == (first, 28.0)


async def test_things_asked_together_happen_in_their_order(desk: Desk) -> None:
    """One mailbox a traveller: three wishes in one batch, one commit, none lost."""
    before = desk.far.commits
    await asyncio.gather(desk.extend(1), desk.extend(2), desk.extend(3))

    assert (await desk.eta_min(), desk.far.commits - before) == (29.0, 1)


async def test_one_who_fails_does_not_harm_the_others(desk: Desk) -> None:
    """An act that raises is answered with its error; what others asked in the same batch is done."""

    def torn(_j: Journey, _now: float, _p: Proof) -> Outcome:
        raise RuntimeError("torn")

    failed, done = await asyncio.gather(desk.watch.ask(WALK, torn), desk.extend(5), return_exceptions=True)

    assert isinstance(failed, RuntimeError)
    assert isinstance(done, Answer)
    assert await desk.eta_min() == 28.0


async def test_what_cannot_be_written_down_harms_nobody_else(desk: Desk) -> None:
    """A number that no row can hold fails whoever sent it; what another traveller asked in that batch is done."""
    await desk.begins("emma-1")

    def beyond(journey: Journey, now: float, _p: Proof) -> Outcome:
        return Outcome(replace(journey, battery_pct=10**30))

    failed, done = await asyncio.gather(desk.watch.ask("emma-1", beyond), desk.extend(5), return_exceptions=True)

    assert isinstance(failed, OverflowError)
    assert isinstance(done, Answer)
    assert await desk.eta_min() == 28.0


async def test_a_loser_looks_again(desk: Desk) -> None:
    """Somebody else has written the row meanwhile: judged anew on what is there, and counted."""

    async def overtaken(_units: Sequence[Unit]) -> None:
        desk.far.before_commit = None
        [row] = await desk.near.load([WALK])
        assert row
        kept = await desk.watch.look(WALK)
        later = replace(kept, journey=replace(kept.journey, eta_at=EVENING_AT + 1500))
        assert await desk.near.commit([Unit("other", (Put(WALK, row.version, encoded(later)),))]) == [True]

    desk.far.before_commit = overtaken
    await desk.extend(5)

    assert (await desk.eta_min(), desk.watch.lost) == (30.0, 1)


async def test_a_lost_reply_is_asked_for_until_it_is_answered(desk: Desk) -> None:
    """Under the same id: applied once."""
    desk.far.lose_replies = 3
    await desk.extend(5)

    assert await desk.eta_min() == 28.0


async def test_while_the_store_is_away_everybody_waits(desk: Desk) -> None:
    """Nothing is answered; afterwards everything is done, in its order."""
    desk.far.away = True
    asked = asyncio.gather(desk.extend(5), desk.watch.fixes(WALK, desk.frame(0)))
    await asyncio.sleep(0.02)
    assert (asked.done(), desk.watch.store_ok) == (False, False)

    desk.far.away = False
    _, taken = await asked

    assert (taken.next, await desk.eta_min(), desk.watch.store_ok) == (1, 28.0, True)


async def test_time_is_applied_before_whatever_came_with_it(desk: Desk) -> None:
    """A fix that comes after her ETA finds her due: no fix overtakes a deadline."""
    desk.clock.forward(1400)
    await desk.watch.fixes(WALK, desk.frame(0))

    assert (await desk.watch.look(WALK)).journey.due


async def test_a_backfill_is_cut_and_holds_nobody_up(desk: Desk) -> None:
    """Two hundred and fifty fixes take three batches; another traveller's question is answered after the first."""
    await desk.begins("emma-1")
    order: list[str] = []

    async def backfill() -> None:
        taken = await desk.watch.fixes(WALK, desk.frame(0, 250))
        order.append(f"fixes {taken.next}")

    async def asks() -> None:
        await desk.watch.ask("emma-1", lambda j, now, p: extended(j, 5, now, p))
        order.append("answer")

    await asyncio.gather(backfill(), asks())

    assert order == ["answer", "fixes 250"]


async def test_the_sweep_changes_what_is_due_and_names_what_it_cannot_judge(desk: Desk) -> None:
    """A row of a newer format is left as it is; the others are judged."""
    await desk.near.commit([Unit("newer", (Put("emma-1", 0, b"\x09?"),))])
    desk.clock.forward(1400)

    assert await desk.watch.sweep(["emma-1", WALK]) == ["emma-1"]
    assert (await desk.watch.look(WALK)).journey.due


async def test_what_nobody_has_is_said_so(desk: Desk) -> None:
    """Neither a journey nor an account."""
    for asked in (
        desk.watch.look("emma-1"),
        desk.watch.account("emma"),
        desk.watch.ask("emma-1", lambda j, *_: Outcome(j)),
    ):
        with pytest.raises(NoSuchJourney):
            await asked


async def test_what_the_store_will_not_write_holds_up_nobody_else(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    """Anna's row is refused: whoever asked for her hears so, and Emma's five minutes are on disk."""
    await desk.begins("emma-1")
    desk.far.refuses = frozenset({WALK})

    anna, emma = await asyncio.gather(
        desk.extend(5),
        desk.watch.ask("emma-1", lambda j, now, p: extended(j, 5, now, p)),
        return_exceptions=True,
    )

    assert isinstance(anna, RuntimeError)
    assert isinstance(emma, Answer)
    assert emma.ok
    assert desk.watch.store_ok


async def test_a_store_that_writes_nothing_at_all_is_waited_for(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    """No fault of what was decided: Anna waits, and is answered when it writes again."""
    desk.far.refuses = frozenset({WALK})
    asked = asyncio.create_task(desk.extend(5))
    async with asyncio.timeout(2.0):
        while desk.watch.store_ok:  # noqa: ASYNC110 (there is nobody to wait for)
            await asyncio.sleep(0.005)
    assert not asked.done()

    desk.far.refuses = frozenset()

    assert (await asked).ok


async def test_what_is_on_disk_is_counted_once_a_batch(desk: Desk) -> None:
    """Frames, fixes that were new, and every commit with its entries; a fix that is sent again counts in its frame only."""
    noted: list[int] = []
    desk.watch.noted = lambda entries, _seconds: noted.append(entries)
    await asyncio.gather(desk.watch.fixes(WALK, desk.frame(0, 3)), desk.extend(1))
    await desk.watch.fixes(WALK, desk.frame(0, 3))
    await desk.watch.fixes(WALK, desk.frame(3, 2))

    assert (desk.watch.frames, desk.watch.fixes_taken) == (3, 5)
    assert noted[0] == 2
    assert len(noted) == desk.far.commits - 1  # but for the journey's own beginning


async def test_a_row_that_made_room_is_loaded_again_and_nothing_of_it_is_lost(desk: Desk) -> None:
    """A process with room for two follows three women: every fix of theirs is on disk, and whose ETA passes while
    her row is not here is due with her next fix."""
    small = Watch(desk.far, desk.clock, pace_s=0.0, cached=2)
    others = ("emma-1", "mia-1")
    for key in others:
        await desk.begins(key)
    for seq in range(3):
        desk.clock.forward(10)
        for key in (WALK, *others):
            assert (await small.fixes(key, desk.frame(seq))).next == seq + 1
    desk.clock.forward(1400)
    await asyncio.gather(*(small.fixes(key, desk.frame(3)) for key in (WALK, *others)))
    await small.close()

    rows = [await desk.watch.look(key) for key in (WALK, *others)]
    assert [(row.phone.next, len(row.fixes), row.journey.due is not None) for row in rows] == [(4, 4, True)] * 3
    assert small.lost == 0


async def test_while_one_batch_is_written_the_next_is_judged(desk: Desk) -> None:
    """Anna's answer is on its way to disk: Emma's question is judged meanwhile and written after it; what Anna asked
    second is judged on what is on disk by then."""
    await desk.begins("emma-1")
    order: list[str] = []
    on_disk = asyncio.Event()

    async def slow(units: Sequence[Unit]) -> None:
        order.append(units[0].puts[0].key)
        await on_disk.wait()

    def emma_asks(journey: Journey, now: float, proof: Proof) -> Outcome:
        order.append("emma judged")
        on_disk.set()
        return extended(journey, 5, now, proof)

    desk.far.before_commit = slow
    first = asyncio.create_task(desk.extend(5))
    while not order:  # noqa: ASYNC110 (there is nobody to wait for)
        await asyncio.sleep(0)
    second = asyncio.create_task(desk.extend(3))
    emma = asyncio.create_task(desk.watch.ask("emma-1", emma_asks))
    await asyncio.gather(first, second, emma)

    assert order == [WALK, "emma judged", "emma-1", WALK]
    assert (await desk.eta_min(), desk.watch.lost) == (31.0, 0)


async def test_the_store_goes_away_under_two_batches(desk: Desk) -> None:
    """One is being written and the next one is judged: neither is lost, neither is done twice."""
    await desk.begins("emma-1")

    async def goes_away(_units: Sequence[Unit]) -> None:
        desk.far.before_commit = None
        emma = asyncio.ensure_future(desk.watch.ask("emma-1", lambda j, now, p: extended(j, 5, now, p)))
        asked.append(emma)
        for _ in range(20):
            await asyncio.sleep(0)
        desk.far.away = True
        raise StoreUnavailable("the store is away")

    asked: list[asyncio.Future[Answer]] = []
    desk.far.before_commit = goes_away
    anna = asyncio.create_task(desk.extend(5))
    while desk.watch.store_ok:  # noqa: ASYNC110 (there is nobody to wait for)
        await asyncio.sleep(0)
    assert not anna.done()

    desk.far.away = False
    answers = [await anna, *(await asyncio.gather(*asked))]

    emma = (await desk.watch.look("emma-1")).journey.eta_at
    assert [answer.ok for answer in answers] == [True, True]
    assert (await desk.eta_min(), emma) == (28.0, EVENING_AT + 1680)


async def test_a_watch_that_closes_leaves_nobody_waiting(desk: Desk) -> None:
    """What was being written, what was judged and what waited: whoever asked hears that there is no answer."""
    await desk.begins("emma-1")
    never = asyncio.Event()

    async def hangs(_units: Sequence[Unit]) -> None:
        await never.wait()

    desk.far.before_commit = hangs
    asked = [asyncio.create_task(desk.extend(5)) for _ in range(2)]
    for _ in range(20):
        await asyncio.sleep(0)
    asked += [asyncio.create_task(desk.watch.ask("emma-1", lambda j, now, p: extended(j, 5, now, p)))]
    asked += [asyncio.create_task(desk.extend(1))]
    for _ in range(20):
        await asyncio.sleep(0)
    await desk.watch.close()

    done, waiting = await asyncio.wait(asked, timeout=1.0)
    assert not waiting
    assert all(task.cancelled() for task in done)
