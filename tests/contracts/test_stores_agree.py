"""Whatever is asked of them in whatever order, the store in memory and a real server answer alike."""

import asyncio
from collections.abc import Awaitable, Callable
from itertools import count
from typing import TypeVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from service.memory_store import MemoryStore
from service.store import Put, Send, Store, Unit
from service.valkey_line import Line
from service.valkey_store import ValkeyStore

_T = TypeVar("_T")

PEOPLE = ("anna", "dad")
ROWS = tuple(f"{who}{part}" for who in PEOPLE for part in ("", "-1", "-2"))
INSTANTS = st.sampled_from([1.0, 2.5, 1_795_300_000.1234567])
NAMES = st.sampled_from(["n1", "n2", "n3"])
BYTES = st.binary(max_size=3)


@st.composite
def units(draw: st.DrawFn) -> Callable[[dict[str, int], str], Unit]:
    """A unit of one traveller's rows, mostly of the right versions, sometimes of wrong ones."""
    who = draw(st.sampled_from(PEOPLE))
    rows = [row for row in ROWS if row.startswith(who)]
    mine = st.sampled_from(rows)
    changes = draw(
        st.lists(st.tuples(mine, st.sampled_from([0, 0, 0, 0, 1]), st.none() | BYTES), min_size=1, max_size=2)
    )
    rest = {
        "events": draw(st.lists(BYTES, max_size=2)),
        "wakes": draw(st.lists(st.tuples(mine, st.none() | INSTANTS), max_size=2)),
        "sends": draw(st.lists(st.builds(Send, NAMES, INSTANTS, st.sampled_from([0, 1, 2]), BYTES), max_size=2)),
        "unsend": draw(st.lists(NAMES, max_size=1)),
        "track": draw(st.lists(st.tuples(mine, BYTES), max_size=1)),
        "untrack": draw(st.lists(mine, max_size=1)),
    }

    def build(versions: dict[str, int], commit_id: str) -> Unit:
        puts = []
        for key, off, value in {change[0]: change for change in changes}.values():
            expect = versions.get(key, 0) + off
            puts.append(Put(key, expect, value if expect else value or b""))
        return Unit(commit_id, tuple(puts), **{name: tuple(part) for name, part in rest.items()})  # type: ignore[arg-type]

    return build


class BothStores(RuleBasedStateMachine):
    """Does everything to both and compares every answer."""

    url = ""

    @initialize()
    def empty(self) -> None:
        self.runner = asyncio.Runner()
        self.memory, self.valkey = MemoryStore(), ValkeyStore(self.url)
        self.runner.run(self._flush())
        self.begin = [self.run(store.feed_end()) for store in (self.memory, self.valkey)]
        self.last: list[Unit] = []
        self.numbers = count(1)

    def teardown(self) -> None:
        self.run(self.valkey.close())
        self.runner.close()

    async def _flush(self) -> None:
        line = Line(self.url)
        await line.read(("FLUSHALL",))
        await line.close()

    def run(self, answer: Awaitable[_T]) -> _T:
        async def awaited() -> _T:
            return await answer

        return self.runner.run(awaited())

    def both(self, ask: Callable[[Store], Awaitable[_T]]) -> _T:
        first, second = self.run(ask(self.memory)), self.run(ask(self.valkey))
        assert first == second
        return first

    @rule(building=st.lists(units(), min_size=1, max_size=4))
    def commit(self, building: list[Callable[[dict[str, int], str], Unit]]) -> None:
        rows = self.both(lambda store: store.load(ROWS))
        versions = {row.key: row.version for row in rows if row}
        self.last = [build(versions, f"c:{next(self.numbers)}") for build in building]
        self.both(lambda store: store.commit(self.last))

    @rule()
    def repeat(self) -> None:
        self.both(lambda store: store.commit(self.last))

    @rule(now=INSTANTS, limit=st.integers(1, 4))
    def claim(self, now: float, limit: int) -> None:
        rows = self.both(lambda store: store.waiting(now, limit))
        self.both(lambda store: store.claim(rows[:limit], now, 1.5))

    @rule(now=INSTANTS, limit=st.integers(1, 4))
    def wake(self, now: float, limit: int) -> None:
        self.both(lambda store: store.due(now, limit))

    @rule(name=NAMES, value=BYTES, only_if_absent=st.booleans())
    def write_down(self, name: str, value: bytes, only_if_absent: bool) -> None:
        self.both(lambda store: store.book_put("book", name, value, only_if_absent=only_if_absent))

    @rule(name=NAMES, only_if=st.none() | BYTES)
    def cross_out(self, name: str, only_if: bytes | None) -> None:
        self.both(lambda store: store.book_drop("book", name, only_if=only_if))

    @invariant()
    def alike(self) -> None:
        self.both(lambda store: store.load(ROWS))
        self.both(lambda store: _sorted(store.outbox()))
        self.both(lambda store: _sorted(store.keys()))
        self.both(lambda store: store.book_all("book"))
        for row in ROWS:
            self.both(lambda store, row=row: store.track(row))  # type: ignore[misc]
        self.both(self._told)

    async def _told(self, store: Store) -> list[tuple[int, str, int, int, bytes]]:
        entries = await store.feed(self.begin[store is self.valkey], 0)
        return [(e.partition, e.key, e.version, e.n, e.event) for e in entries]


async def _sorted(answer: Awaitable[list[_T]]) -> list[_T]:
    return sorted(await answer, key=repr)


def test_memory_and_valkey_answer_alike(valkey_url: str) -> None:
    """No sequence of commits, repeats, claims and look-ups tells the two stores apart."""
    machine = type("Stores", (BothStores,), {"url": valkey_url})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=25, stateful_step_count=15, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
