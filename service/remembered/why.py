"""`lamplit why`: the whole story of a journey, each decision with its rule and numbers, each message with every state.

Pure: events and names in, lines out.
"""

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import msgspec

from alerts.contact import Channel
from alerts.gateway import Delivery
from service.journey import events as e
from service.journey.events import Event
from service.journey.printed import label, shown

from .chronicle import MESSAGES, Told
from .why_words import WORDS, Teller

STATES = {Delivery.ACCEPTED.value: "accepted", Delivery.READ.value: "read back"}
STATES_OF_A_CALL = {
    Delivery.SENT.value: "rang",
    Delivery.DELIVERED.value: "a key pressed",
    Delivery.UNDELIVERED.value: "over without a key",
}
WIDTH = 110


class State(msgspec.Struct, frozen=True, kw_only=True):
    """How far a message had come at `at`, `after_s` after it was made."""

    state: str
    at: float
    after_s: float
    code: int | None = None


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """One message and every state of it. `dropped` says why it was never sent."""

    id: str
    to: str
    channel: str
    kind: str
    rung: str
    attempt: int
    states: tuple[State, ...] = ()
    dropped: str | None = None


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that happened: in words, the row of the timing table or the promise behind it, what was measured
    (`because`) and what the profile says (`numbers`). `cover`: on her own screens only, instead of what happened."""

    at: float
    event: str
    words: str
    row: str
    rule: str
    because: dict[str, float] = {}
    numbers: dict[str, float | int | str | None] = {}
    message: Message | None = None
    cover: bool = False
    minor: bool = False


def lines(told: Iterable[Told], teller: Teller) -> list[Line]:
    """The story in order. What became of a message stands with the message; what became of it behind a cover story that
    began later, too."""
    story = list(told)
    made = {(one.event.id, one.cover) for one in story if isinstance(one.event, e.NoticeMade)}
    fates: dict[tuple[str, bool], list[Event]] = {}
    for one in story:
        if isinstance(one.event, MESSAGES) and not isinstance(one.event, e.NoticeMade):
            fates.setdefault((one.event.id, one.cover), []).append(one.event)
    found = []
    for one in story:
        event = one.event
        if isinstance(event, e.NoticeMade):
            found.append(_line(one, teller, _message(event, fates.get((event.id, one.cover), []))))
        elif not (isinstance(event, MESSAGES) and made & {(event.id, one.cover), (event.id, False)}):
            found.append(_line(one, teller, None))
    return found


def plain(events: Iterable[Event], teller: Teller) -> list[Line]:
    """The same for one story, whichever it is."""
    return lines((Told(event) for event in events), teller)


def _line(one: Told, teller: Teller, message: Message | None) -> Line:
    event, words = one.event, WORDS.get(type(one.event))
    if words is None:  # a newer process's
        return Line(at=event.at, event=type(event).__name__, words=type(event).__name__, row="", rule="", minor=True)
    rule = words.rule_of(event)
    return Line(
        at=event.at,
        event=type(event).__name__,
        words=words.say(event, teller),
        row=rule.row,
        rule=rule.words,
        because=event.because,
        numbers={name: _number(getattr(teller.profile, name)) for name in rule.numbers},
        message=message,
        cover=one.cover,
        minor=words.minor,
    )


def _number(value: object) -> float | int | str | None:
    return value if value is None or isinstance(value, int | float) else shown("", value)


def _message(made: e.NoticeMade, fates: Sequence[Event]) -> Message:
    states, dropped = [], None
    for event in fates:
        match event:
            case e.NoticeHanded():
                states.append(_state(made, event, Delivery.ACCEPTED.value, None))
            case e.NoticeReported():
                states.append(_state(made, event, event.state, event.code))
            case e.NoticeDropped():
                dropped = event.why
            case _:
                pass
    return Message(
        id=made.id,
        to=made.to,
        channel=made.channel,
        kind=made.kind.value,
        rung=made.rung,
        attempt=made.attempt,
        states=tuple(states),
        dropped=dropped,
    )


def _state(made: e.NoticeMade, event: Event, state: str, code: int | None) -> State:
    words = STATES | STATES_OF_A_CALL if made.channel == Channel.CALL else STATES
    return State(state=words.get(state, state), at=event.at, after_s=round(event.at - made.at, 3), code=code)


# ── as text ──────────────────────────────────────────────────────────────────────────────────────────────


def as_text(story: Iterable[Line], zone: str, profile: str) -> str:
    """One paragraph a line: UTC, local time, what happened; under it the rule and its numbers."""
    found: list[str] = []
    day = ""
    for line in story:
        today = datetime.fromtimestamp(line.at, UTC).strftime("%A %d %B %Y")
        if today != day:
            found += ["", today]
            day = today
        found += _paragraph(line, zone, profile)
    return "\n".join(found).lstrip("\n") + "\n"


def _paragraph(line: Line, zone: str, profile: str) -> Iterator[str]:
    utc = datetime.fromtimestamp(line.at, UTC)
    times = f"{utc:%H:%M:%S} UTC  {utc.astimezone(ZoneInfo(zone)):%H:%M:%S %Z}"
    words = f"on her screens instead: {line.words}" if line.cover else line.words
    indent = " " * (len(times) + 2)
    yield from textwrap.wrap(words, WIDTH, initial_indent=f"{times}  ", subsequent_indent=indent)
    for more in (_fate(line.message), _why(line, profile)):
        if more:
            yield from textwrap.wrap(more, WIDTH, initial_indent=indent, subsequent_indent=f"{indent}  ")


def _fate(message: Message | None) -> str:
    if message is None:
        return ""
    states = [
        f"{s.state} +{s.after_s:.1f} s{f' (error {s.code})' if s.code is not None else ''}" for s in message.states
    ]
    states += [f"dropped: {message.dropped}"] if message.dropped is not None else []
    return ", ".join(states) or "nothing was heard of it"


def _why(line: Line, profile: str) -> str:
    if line.message is not None or not line.row:
        return ""
    row = f"row {line.row}" if line.row[:1].isdigit() else line.row
    parts = [f"{row}: {line.rule}"]
    if line.because:
        parts.append(", ".join(f"{label(name)} {shown(name, value)}" for name, value in line.because.items()))
    if line.numbers:
        parts.append(f"{profile}: {', '.join(f'{label(name)} {shown(name, v)}' for name, v in line.numbers.items())}")
    return " · ".join(parts)
