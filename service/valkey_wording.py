"""How units, queues and replies are spelt for the server. The keys are listed in `valkey_store`."""

from collections.abc import Iterator, Sequence

from .store import LANES, URGENCIES, FeedEntry, Unit

QUEUES = range(len(URGENCIES) * len(LANES))
QUEUE_NAMES = tuple(f"queue:{q}" for q in QUEUES)


def key_of(partition: int, name: str) -> str:
    return f"lamplit:{{p{partition}}}:{name}"


def queue_of(urgency: int, lane: int) -> int:
    return urgency * len(LANES) + lane


def number(value: float) -> str:
    # repr is the shortest text that reads back as the same float, here and on the server.
    return repr(float(value))


def records_of(unit: Unit) -> list[str | bytes]:
    """The unit as commit.lua reads it."""
    records: list[str | bytes] = ["C"]
    for put in unit.puts:
        expected, stamp = f"{put.expect}:" if put.expect else "", f"{put.expect + 1}:{unit.commit_id}"
        records += ("D", put.key, expected, stamp) if put.value is None else ("P", put.key, expected, stamp, put.value)
    for name in unit.unsend:
        records += ("U", name)
    for send in unit.sends:
        records += ("S", send.id, number(send.due_at), str(queue_of(send.urgency, send.lane)), send.value)
    for key in unit.untrack:
        records += ("R", key)
    for key, chunk in unit.track:
        records += ("T", key, chunk)
    for key, wake_at in unit.wakes:
        records += ("X", key) if wake_at is None else ("W", key, number(wake_at))
    for event in unit.events:
        records += ("E", event)
    return records


def scored(flat: Sequence[bytes]) -> list[tuple[str, float]]:
    return [(name.decode(), float(score)) for name, score in pairs(flat)]


def pairs(flat: Sequence[bytes]) -> Iterator[tuple[bytes, bytes]]:
    return zip(flat[::2], flat[1::2], strict=True)


def place_of(cursor: str) -> int:
    return int(cursor.partition("-")[2])


def entry_of(partition: int, cursor: str, fields: Sequence[bytes]) -> FeedEntry:
    _, key, _, version, _, n, _, event = fields
    return FeedEntry(partition, cursor, key.decode(), int(version), event, int(n))
