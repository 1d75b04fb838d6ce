"""What a row on disk means. A value begins with a format byte; a newer byte than ours is left to a newer process."""

from typing import TypeVar, Union

import msgspec

from alerts.notice import Notice
from geofence.fix import Fix
from geofence.judge import NO_EVIDENCE, Evidence
from geofence.route import Route

from .journey.events import EVENTS, Event
from .journey.model import Journey
from .journey.turn import Answer, Outcome
from .people.model import Traveller

T = TypeVar("T")

FORMAT = 1
FORMAT_WITH_LEGS = 2
"""Of a journey of several legs. A process that knows none would take the end of her first leg for her arrival, and write the
row back without the others."""
FORMATS = (FORMAT, FORMAT_WITH_LEGS)
KEPT_FIXES = 16
KEPT_ANSWERS = 32


class UnreadableRow(Exception):
    """A row that this process cannot read. Names the key and the format byte; the row stays as it is."""


class PhoneEnd(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """What we remember of the phone at the other end: which fix of which buffer we want next, how far its clock is
    from ours (the last few offsets, in seconds), which socket is the newest. `wall_s` is how far its wall clock was ahead
    of its monotonic one when the segment began, `up_s` what that one said last; None: it does not say."""

    buffer: str = ""
    next: int = 0
    offsets_s: tuple[float, ...] = ()
    segment: int = 0
    epoch: int = 0
    wall_s: float | None = None
    up_s: float | None = None


class TrackerEnd(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """What we remember, on one journey, of a linked tracker app. It has no numbers: `newest_at` is the newest time that a
    fix of it bore, `idents` are short hashes of its last fixes, `every_s` is how often it says it speaks when still.

    `beside`: whether it was last measured where her other device was, away from the destination; None: nobody knows.
    `region` is the destination that it was last given, `asked_at` when it was last asked where it is. `first` is where it
    was first measured (latitude, longitude, accuracy); `pressed`: she has pressed her alarm on it.
    """

    id: str
    newest_at: float = 0.0
    idents: tuple[int, ...] = ()
    every_s: float | None = None
    beside: bool | None = None
    region: str = ""
    asked_at: float = 0.0
    first: tuple[float, float, float] | None = None
    pressed: bool = False


class Kept(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A journey's row: the journey, and what the shell must remember with it, in one value and one commit.

    `route` is that of the leg she is on, `ahead` those of the legs after it. `wake_at` is what the wake index holds: a
    lower bound of `next_wake(journey)`.
    """

    journey: Journey
    route: Route | None = None
    ahead: tuple[Route, ...] = ()
    evidence: Evidence = NO_EVIDENCE
    fixes: tuple[Fix, ...] = ()
    phone: PhoneEnd = PhoneEnd()
    answered: tuple[tuple[str, Answer], ...] = ()
    wake_at: float | None = None
    trackers: tuple[TrackerEnd, ...] = ()

    def answer_to(self, command_id: str) -> Answer | None:
        """The first answer this command got, if it is one of the last 32."""
        return next((answer for id_, answer in self.answered if id_ == command_id), None)


class AccountChanged(Event, frozen=True, kw_only=True):
    """Something about an account that readers of the feed may want to look at again."""

    what: str


class ScreenChanged(Event, frozen=True, kw_only=True):
    """Something changed in the cover story alone: her devices look at the journey again, and nothing really happened.
    `by` is the mark of a socket that has come: that one has just looked."""

    by: int = 0


class Covered(Event, frozen=True, kw_only=True):
    """Of the log alone: what her devices are told happened (`events`, as in the feed) instead of the next `hides` events
    of the same commit. `lifts`: a person has closed what it covered; up to here everything is told as it was."""

    hides: int = 0
    events: tuple[bytes, ...] = ()
    lifts: bool = False


class PinTaken(Event, frozen=True, kw_only=True):
    """Of the log alone: one of her PINs was taken, whichever. From here on her devices follow no message any more."""


class Forgotten(Event, frozen=True, kw_only=True):
    """This row is gone for good, and its story goes too: erased, or as old as it may become."""


LOG_ONLY = (Covered, PinTaken)
"""For readers of the log; the feed's other readers are not told."""


_journey = msgspec.msgpack.Decoder(Kept)
_account = msgspec.msgpack.Decoder(Traveller)
_event: msgspec.msgpack.Decoder[tuple[str, Event]] = msgspec.msgpack.Decoder(
    tuple[str, Union[(*EVENTS, AccountChanged, ScreenChanged, Covered, PinTaken, Forgotten)]]  # type: ignore[valid-type]
)
_notice = msgspec.msgpack.Decoder(Notice)
_key_alone = msgspec.msgpack.Decoder(tuple[str, msgspec.Raw])
_encoder = msgspec.msgpack.Encoder()


def is_journey(key: str) -> bool:
    """Journeys are keyed `<traveller>-<n>`, travellers by their id alone."""
    return "-" in key


def encoded(row: Kept | Traveller) -> bytes:
    of_legs = isinstance(row, Kept) and bool(row.journey.plan.legs)
    return bytes((FORMAT_WITH_LEGS if of_legs else FORMAT,)) + _encoder.encode(row)


def journey_row(key: str, value: bytes) -> Kept:
    """Raises UnreadableRow."""
    return _read(key, value, _journey)


def traveller_row(key: str, value: bytes) -> Traveller:
    """Raises UnreadableRow."""
    return _read(key, value, _account)


def _read(key: str, value: bytes, decoder: "msgspec.msgpack.Decoder[T]") -> T:
    if not value or value[0] not in FORMATS:
        raise UnreadableRow(f"row {key} has format {value[:1].hex() or 'nothing'}, expected 01 to {FORMATS[-1]:02x}")
    try:
        return decoder.decode(memoryview(value)[1:])
    except msgspec.DecodeError as error:
        raise UnreadableRow(f"row {key} cannot be decoded: {error}") from error


def event_bytes(key: str, event: Event) -> bytes:
    """An event as the feed carries it: with the key of the row it happened to."""
    return _encoder.encode((key, event))


def event_from(value: bytes) -> tuple[str, Event]:
    """Raises msgspec.DecodeError for an event this process does not know."""
    return _event.decode(value)


def subject(value: bytes, fallback: str) -> str:
    """Whose story an event of the feed belongs to: the row it happened to, which need not be the first one of its commit.
    What happened to her account is her account's, whatever else was in that commit; `fallback` where nothing can be read.
    """
    try:
        key, event = event_from(value)
    except msgspec.DecodeError:
        try:
            return _key_alone.decode(value)[0]
        except msgspec.DecodeError:
            return fallback
    return key.partition("-")[0] if isinstance(event, AccountChanged) else key


def in_log(before: Journey, outcome: Outcome, now: float) -> tuple[Event, ...]:
    """The events of a judgement as the log has them. Under a cover story what her devices are told comes first, so that
    whoever reads the log while it is being written never takes the truth for hers."""
    if outcome.cover is None:
        return outcome.events
    lifts = before.shadow is not None and outcome.journey.shadow is None
    if not (outcome.events or outcome.cover or lifts):
        return ()
    told = tuple(event_bytes(before.id, e) for e in outcome.cover)
    return (Covered(at=now, hides=len(outcome.events), events=told, lifts=lifts), *outcome.events)


def unsaid(after: Kept | Traveller | None, events: tuple[Event, ...], now: float) -> tuple[Event, ...]:
    """`events` of a transaction that may say nothing of the cover story: then her devices are told nothing of it,
    rather than the truth."""
    covers = isinstance(after, Kept) and after.journey.shadow is not None
    if not covers or any(isinstance(e, Covered) for e in events):
        return events
    hidden = [e for e in events if not isinstance(e, AccountChanged | ScreenChanged)]
    others = [e for e in events if isinstance(e, AccountChanged | ScreenChanged)]
    return (Covered(at=now, hides=len(hidden)), *hidden, *others) if hidden else events


def notice_bytes(notice: Notice) -> bytes:
    return _encoder.encode(notice)


def notice_from(value: bytes) -> Notice:
    return _notice.decode(value)


def chunk_bytes(fixes: tuple[Fix, ...]) -> bytes:
    """A sealed piece of track."""
    return bytes((FORMAT,)) + _encoder.encode(fixes)


def chunk_from(value: bytes) -> tuple[Fix, ...]:
    return msgspec.msgpack.decode(memoryview(value)[1:], type=tuple[Fix, ...])
