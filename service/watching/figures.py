"""Everything `/metrics` says: what this process has counted and timed, and how the whole deployment stands.

The deployment's figures come from the store, so every process says the same of them: take the largest, never the sum.
"""

from collections.abc import Iterable, Iterator

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from service.house import House
from service.journey.model import Level
from service.store import StoreUnavailable

from .meters import PREFIX
from .wellness import SERIOUS, Wellness, looked_at

CONTENT_TYPE = CONTENT_TYPE_LATEST
URGENCIES = ("sos", "first", "rest")
NAMES = (*sorted(SERIOUS), "auditor", "rows", "provider", "mail", "webhook", "disk")
"""What may be in trouble: a series each, so that an alert needs no label that comes and goes."""


async def exposed(house: House) -> bytes:
    """One scrape. A store that is away leaves out what only it knows."""
    well = await looked_at(house)
    untaken = await _untaken(house)
    asked = CollectorRegistry()
    asked.register(_Told([*_of_process(house), *_of_deployment(well), *untaken]))
    return generate_latest(house.vitals.meters.registry) + generate_latest(asked)


class _Told(Collector):
    """Families that were made beforehand, because asking for them has to wait for the store."""

    def __init__(self, families: Iterable[Metric]) -> None:
        self._families = list(families)

    def collect(self) -> Iterable[Metric]:
        return self._families


def _counter(name: str, what: str, value: float) -> Metric:
    return CounterMetricFamily(f"{PREFIX}_{name}", what, value=value)


def _gauge(name: str, what: str, value: float) -> Metric:
    return GaugeMetricFamily(f"{PREFIX}_{name}", what, value=value)


def _of_process(house: House) -> Iterator[Metric]:
    vitals, watch = house.vitals, house.watch
    yield _counter("fixes_taken", "fixes on disk and acknowledged", watch.fixes_taken)
    yield _counter("fix_frames", "frames of fixes answered", watch.frames)
    yield _counter("dead_letters", "fixes that could not be read", vitals.dead_letters)
    yield _counter("batches", "batches judged", watch.batches)
    yield _counter("commits_lost", "decisions judged anew because another process was first", watch.lost)
    yield _counter("rounds", "rounds of the watchman", vitals.rounds)
    yield _counter("rounds_late", "rounds that the guard had to ask for", vitals.late_rounds)
    yield _counter("callbacks_unknown", "callbacks that named nothing we know", vitals.unknown_callbacks)
    yield _gauge("mailbox_entries", "what waits to be judged", watch.backlog)
    yield _gauge("sockets_open", "phones connected to this process", vitals.sockets)
    yield _gauge("up_seconds", "since this process started", house.clock.monotonic() - vitals.started_at)


def _of_deployment(well: Wellness) -> Iterator[Metric]:
    yield _gauge("healthy", "1 while every promise is being kept", well.ok)
    troubles = GaugeMetricFamily(f"{PREFIX}_trouble", "1 while this is wrong", labels=["what"])
    for name in NAMES:
        troubles.add_metric([name], name in well.failing)
    yield troubles
    for name, what, value in (
        ("round_age_seconds", "since the last round", well.round_age_s),
        ("door_age_seconds", "since a process with doors last said that it is there", well.door_age_s),
        ("audit_age_seconds", "since the auditor last looked", well.audit_age_s),
        ("operators_on_shift", "operators signed on and alive", well.on_shift),
        ("disk_free_bytes", "room left where the data directory is", well.free_bytes),
    ):
        if value is not None:
            yield _gauge(name, what, value)
    audit = well.audit
    if audit is not None:
        incidents = GaugeMetricFamily(f"{PREFIX}_open_incidents", "open incidents at the last audit", labels=["level"])
        for level in Level:
            incidents.add_metric([level.value], audit.open.get(level.value, 0))
        yield incidents
        yield _gauge("rows_stuck", "journeys that cannot be judged or read", audit.stuck + audit.unreadable)


async def _untaken(house: House) -> list[Metric]:
    """How much waits, and for how long the oldest has."""
    now = house.clock.now()
    try:
        waiting = await house.store.overlooked(now)
    except StoreUnavailable:
        return []
    rows = GaugeMetricFamily(f"{PREFIX}_outbox_messages", "messages in the outbox", labels=["urgency"])
    due = GaugeMetricFamily(f"{PREFIX}_outbox_due_messages", "messages that are due and not taken", labels=["urgency"])
    oldest = GaugeMetricFamily(
        f"{PREFIX}_outbox_oldest_seconds", "for how long the oldest due message has waited", labels=["urgency"]
    )
    for n, urgency in enumerate(URGENCIES):
        at = waiting.oldest_notice_at[n]
        rows.add_metric([urgency], waiting.outbox[n])
        due.add_metric([urgency], waiting.notices[n])
        oldest.add_metric([urgency], 0.0 if at is None else now - at)
    wake_at = waiting.oldest_wake_at
    return [
        rows,
        due,
        oldest,
        _gauge("deadlines_due", "deadlines that are due and not taken", waiting.wakes),
        _gauge("deadlines_oldest_seconds", "how late the oldest of them is", 0.0 if wake_at is None else now - wake_at),
    ]
