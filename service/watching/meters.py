"""What one process counts and times, for Prometheus.

Each figure is touched once a batch, a round or a message, never once a fix, and its labels exist from the start:
`labels()` is called here and nowhere else, but for a provider's error codes, of which a bounded number is told apart.
Nothing here says who or where.
"""

from collections.abc import Iterable

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector, disable_created_metrics

from alerts.contact import Channel
from alerts.gateway import Delivery

disable_created_metrics()  # type: ignore[no-untyped-call]  # a second series for each, which nobody reads

PREFIX = "lamplit"
ACCEPTED, DELIVERED, UNDELIVERED, FAILED, NEEDLESS = OUTCOMES = (
    "accepted",
    "delivered",
    "undelivered",
    "failed",
    "needless",
)
SENT, NOT_TAKEN, HELD_BACK = PINGS = ("sent", "failed", "held_back")
_REPORTED = {
    Delivery.DELIVERED: DELIVERED,
    Delivery.UNDELIVERED: UNDELIVERED,
    Delivery.FAILED: FAILED,
}
CHANNELS: tuple[Channel, ...] = tuple(channel for channel in Channel if channel is not Channel.PUSH)
"""What goes through the outbox."""
MOST_CODES = 60
"""Error codes that are told apart; a provider has a few hundred, and ours meets a dozen."""
_QUICK_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
_SLOW_S = (0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 30.0, 60.0, 120.0, 300.0, 900.0, 3600.0)
_SIZES = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)


class Meters:
    """One per process, on a registry of its own. Every method is cheap and never raises.

    `segment_price` and `call_price` are what the provider charges for one, in whatever money: `spent` counts in it."""

    def __init__(self, *, segment_price: float = 0.0, call_price: float = 0.0) -> None:
        self._prices = segment_price, call_price
        self.registry = registry = CollectorRegistry(auto_describe=False)
        self._batch = _histogram(registry, "batch_entries", "entries judged together in one batch", _SIZES)
        self._commit = _histogram(registry, "commit_seconds", "from a batch's commit to the store's answer", _QUICK_S)
        self._round = _histogram(registry, "round_seconds", "how long a round of the watchman took", _QUICK_S)
        self._lag = _histogram(
            registry, "round_lag_seconds", "how late the oldest deadline was when a round took it", _SLOW_S
        )
        messages = Counter(
            f"{PREFIX}_messages", "messages by channel and what became of them", ("channel", "outcome"),
            registry=registry,
        )  # fmt: skip
        self._messages = {(c, o): messages.labels(c.value, o) for c in CHANNELS for o in OUTCOMES}
        self._handover = _by_channel(
            registry, "handover_seconds", "from when a message was due to its hand-over to the provider"
        )
        self._delivery = _by_channel(registry, "delivery_seconds", "from a message's hand-over to delivered")
        self._errors = Counter(
            f"{PREFIX}_provider_errors", "refusals by the provider's code", ("code",), registry=registry
        )
        self._codes: dict[str, Counter] = {}
        self._segments = Counter(f"{PREFIX}_segments_sent", "SMS segments handed over", registry=registry)
        self._spent = Counter(
            f"{PREFIX}_spent", "what texts and calls handed over cost, by the prices that were set", registry=registry
        )
        self._audits = Counter(f"{PREFIX}_audits", "looks of the auditor in this process", registry=registry)
        self._mended = Counter(
            f"{PREFIX}_audit_mended", "rows whose place in the wake index was lost, put right", registry=registry
        )
        self._kicked = Counter(
            f"{PREFIX}_audit_kicked", "deadlines nobody took that the auditor had judged", registry=registry
        )
        pings = Counter(f"{PREFIX}_dead_man_pings", "pings to the watcher outside", ("outcome",), registry=registry)
        self._pings = {outcome: pings.labels(outcome) for outcome in PINGS}
        ProcessCollector(namespace=PREFIX, registry=registry)

    def batch(self, entries: int, seconds: float) -> None:
        """A batch of so many entries is on disk; its commit took so long."""
        self._batch.observe(entries)
        self._commit.observe(seconds)

    def round(self, seconds: float, lag_s: float | None) -> None:
        """A round has ended. `lag_s`: how late the oldest deadline was that it found."""
        self._round.observe(seconds)
        if lag_s is not None:
            self._lag.observe(max(0.0, lag_s))

    def handed(self, channel: Channel, seconds: float, segments: int = 0) -> None:
        """The provider took a message, so long after it was due; a text of so many segments."""
        per_segment, per_call = self._prices
        self._spent.inc(per_segment * segments + (per_call if channel is Channel.CALL else 0.0))
        self._messages[channel, ACCEPTED].inc()
        self._handover[channel].observe(max(0.0, seconds))
        self._segments.inc(segments)

    def reported(self, channel: Channel, delivery: Delivery, seconds: float | None) -> None:
        """A receipt that was news. `seconds` since the hand-over, where that is known."""
        outcome = _REPORTED.get(delivery)
        if outcome is None:
            return
        self._messages[channel, outcome].inc()
        if delivery is Delivery.DELIVERED and seconds is not None:
            self._delivery[channel].observe(max(0.0, seconds))

    def refused(self, channel: Channel, code: int | None) -> None:
        """Refused for good at the provider's door."""
        self._messages[channel, FAILED].inc()
        self.provider_error(code)

    def needless(self, channel: Channel) -> None:
        """Nobody needed it any more."""
        self._messages[channel, NEEDLESS].inc()

    def provider_error(self, code: int | None) -> None:
        """The provider refused something, for good or for now; None: it did not say why, or did not answer."""
        name = "none" if code is None else str(code)
        if name not in self._codes and len(self._codes) >= MOST_CODES:
            name = "other"
        counter = self._codes.get(name)
        if counter is None:
            counter = self._codes[name] = self._errors.labels(name)
        counter.inc()

    def audited(self, mended: int, kicked: int) -> None:
        """The auditor has looked."""
        self._audits.inc()
        self._mended.inc(mended)
        self._kicked.inc(kicked)

    def pinged(self, outcome: str) -> None:
        """One of PINGS."""
        self._pings[outcome].inc()


def _histogram(registry: CollectorRegistry, name: str, what: str, buckets: Iterable[float]) -> Histogram:
    return Histogram(f"{PREFIX}_{name}", what, buckets=tuple(buckets), registry=registry)


def _by_channel(registry: CollectorRegistry, name: str, what: str) -> dict[Channel, Histogram]:
    made = Histogram(f"{PREFIX}_{name}", what, ("channel",), buckets=_SLOW_S, registry=registry)
    return {channel: made.labels(channel.value) for channel in CHANNELS}
