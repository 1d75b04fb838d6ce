"""What the auditor asks of a server: counts and heads of ordered sets, and a walk over the rows in small pieces."""

from collections.abc import Sequence

from .store import LANES, URGENCIES, Overlooked, partition_of
from .valkey_line import Command, Line
from .valkey_wording import key_of, number, queue_of, scored

FIRST_PARTITION = "0:0"


class Audited:
    """The half of `ValkeyStore` that only looks. Nothing here costs more with more journeys."""

    line: Line
    partitions: int

    async def overlooked(self, by: float) -> Overlooked:
        every = range(self.partitions)
        wakes: list[Command] = []
        for p in every:
            wakes += (
                ("ZCOUNT", key_of(p, "wake"), "-inf", number(by)),
                ("ZRANGE", key_of(p, "wake"), 0, 0, "WITHSCORES"),
            )
        queues = [(urgency, key_of(p, f"queue:{queue_of(urgency, lane)}")) for urgency in URGENCIES for lane in LANES
                  for p in every]  # fmt: skip
        rows: list[Command] = []
        for _, queue in queues:
            rows += (
                ("ZCOUNT", queue, "-inf", number(by)),
                ("ZRANGE", queue, 0, 0, "WITHSCORES"),
                ("ZCARD", queue),
            )
        replies = await self.line.read(*wakes, *rows)
        of_wakes, of_rows = replies[: len(wakes)], replies[len(wakes) :]
        counts, oldest, all_of = [0] * len(URGENCIES), [list[float]() for _ in URGENCIES], [0] * len(URGENCIES)
        for (urgency, _), count, head, card in zip(queues, of_rows[::3], of_rows[1::3], of_rows[2::3], strict=True):
            counts[urgency] += count
            all_of[urgency] += card
            oldest[urgency] += [at for _, at in scored(head) if at <= by]
        return Overlooked(
            wakes=sum(of_wakes[::2]),
            oldest_wake_at=min((at for head in of_wakes[1::2] for _, at in scored(head) if at <= by), default=None),
            notices=tuple(counts),
            oldest_notice_at=tuple(min(ats, default=None) for ats in oldest),
            outbox=tuple(all_of),
        )

    async def wakes(self, keys: Sequence[str]) -> list[float | None]:
        if not keys:
            return []
        replies = await self.line.read(
            *(("ZSCORE", key_of(partition_of(name, self.partitions), "wake"), name) for name in keys)
        )
        return [None if score is None else float(score) for score in replies]

    async def walk(self, cursor: str, limit: int) -> tuple[list[str], str]:
        partition, _, place = (cursor or FIRST_PARTITION).partition(":")
        p = int(partition)
        [[after, flat]] = await self.line.read(("HSCAN", key_of(p, "versions"), place, "COUNT", limit))
        keys = [name.decode() for name in flat[::2]]
        if after != b"0":
            return keys, f"{p}:{after.decode()}"
        return keys, f"{p + 1}:0" if p + 1 < self.partitions else ""
