"""Frames of the phones' door, both ways: text in, structs out, and back. Documented in docs/protocol.md.

Every frame is a JSON object whose `type` names it. An unreadable frame is an error that names the field; the
connection stays. In a `fixes` frame one bad fix is named and counts as consumed; the others are kept.
"""

import re
from typing import Annotated, Union, get_args

import msgspec
from msgspec import Meta

from service.frames import RawFix

from .wire_parts import (
    Answered,
    BufferName,
    CommandId,
    Companions,
    HavenName,
    Instant,
    NearPlace,
    Number,
    Pin,
    PromptName,
    RouteFormat,
    Waited,
)

MOST_FIXES = 1000


class Frame(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", omit_defaults=True):
    """One message over the phones' websocket."""


# ── phone → server ──


class Hello(Frame, frozen=True, kw_only=True, tag="hello"):
    """Authenticates. `buffer` and `next` say what the phone holds; `sent` and `up` are its wall and monotonic clock."""

    token: str
    app: str = ""
    buffer: BufferName = ""
    next: Number = 0
    sent: Instant | None = None
    up: float | None = None


class Fixes(Frame, frozen=True, kw_only=True, tag="fixes"):
    """1 to 1,000 fixes, oldest first; `seq` numbers the first. Each `[t, lat, lon, acc, speed, course, battery, flags]`."""

    buffer: BufferName
    seq: Number
    sent: Instant
    fixes: list[RawFix]
    up: float | None = None
    ack: bool = False


class LooseFixes(Frame, frozen=True, kw_only=True, tag="fixes"):
    """The same frame while it is not yet known whether every fix in it can be read."""

    buffer: BufferName
    seq: Number
    sent: Instant
    fixes: list[msgspec.Raw]
    up: float | None = None
    ack: bool = False


class Beat(Frame, frozen=True, kw_only=True, tag="beat"):
    """A heartbeat while she stands still. `hidden` (screen locked) and `underground` announce an expected silence,
    `for_s` for how long at most; `last_gasp` (once, at 5 % or less) that the battery is about to die."""

    battery: Annotated[float, Meta(ge=0, le=100)] | None = None
    charging: bool | None = None
    hidden: bool = False
    underground: bool = False
    for_s: float | None = None
    still: bool = True
    last_gasp: bool = False


class Keyed(Frame, frozen=True, kw_only=True):
    """A command that may take a PIN, and may have waited in her phone."""

    id: CommandId
    pin: Pin | None = None
    waited_s: Waited | None = None


class AnswerPrompt(Keyed, frozen=True, kw_only=True, tag="answer"):
    """Her answer to a prompt: ok, stopping, another_way, next_leg or help. An empty `prompt` means whatever is open."""

    prompt: PromptName
    what: Answered
    minutes: float = 0.0


class Extend(Keyed, frozen=True, kw_only=True, tag="extend"):
    minutes: float


class LegTap(Keyed, frozen=True, kw_only=True, tag="leg"):
    """She is on leg `to` of her way now, counted from 0: on board, or off again. A tap; `pin` where it says pin_needed."""

    to: Annotated[int, Meta(ge=0, le=5)]


class Divert(Frame, frozen=True, kw_only=True, tag="divert"):
    """She turns aside to the haven of this id; no PIN. It may have waited in her phone."""

    id: CommandId
    haven: HavenName
    waited_s: Waited | None = None


class NewRoute(Keyed, frozen=True, kw_only=True, tag="route"):
    """A new line for the leg she is on, to the same end: `data` in `format` geojson, gpx, polyline or polyline6. A tap; `pin`
    where it says pin_needed."""

    format: RouteFormat
    data: str


class Arrived(Keyed, frozen=True, kw_only=True, tag="arrived"):
    """She is there."""


class End(Keyed, frozen=True, kw_only=True, tag="end"):
    """It ends here."""


class Company(Frame, frozen=True, kw_only=True, tag="company"):
    """*Walk with me*: who may see where she is, on this journey alone. Contacts' ids and `operators`, instead of those
    before; no PIN."""

    id: CommandId
    who: Companions


class CompanyEnd(Frame, frozen=True, kw_only=True, tag="company_end"):
    """One tap, unseen."""

    id: CommandId


class Sos(Frame, frozen=True, kw_only=True, tag="sos"):
    """Repeated every 2 s on every door until `done`."""

    id: CommandId


class SosCancel(Frame, frozen=True, kw_only=True, tag="sos_cancel"):
    id: CommandId
    pin: Pin
    waited_s: Waited | None = None


class Ping(Frame, frozen=True, kw_only=True, tag="ping"):
    """Answered with `pong` carrying the same `n`."""

    n: int = 0


# ── server → phone ──


class Welcome(Frame, frozen=True, kw_only=True, tag="welcome"):
    """`journey` is a snapshot or null; `ack` as in `Ack`; `now` is the server's clock."""

    now: float
    ack: "AckBody"
    policy: "PolicyBody"
    journey: dict[str, object] | None = None


class AckBody(msgspec.Struct, frozen=True):
    buffer: str
    next: int


class PolicyBody(msgspec.Struct, frozen=True):
    """`cadence_s` between fixes, `beat_s` between heartbeats when still, ack after `ack_every` fixes or `ack_s`.
    `until`: the journey is over, and the phone is asked to stream on until then all the same."""

    cadence_s: float
    beat_s: float
    ack_every: int
    ack_s: float
    until: float | None = None


class Ack(Frame, frozen=True, kw_only=True, tag="ack"):
    """Everything before `next` of `buffer` is on disk. A lower `next` than was sent asks the phone to rewind."""

    buffer: str
    next: int


class Policy(Frame, frozen=True, kw_only=True, tag="policy"):
    policy: PolicyBody


class PromptFrame(Frame, frozen=True, kw_only=True, tag="prompt"):
    """A question to her: `kind` is the cause, `nudge` or `due`; contacts hear at `until` (null: never). `next_leg`: its
    mode, where she may answer that it has begun."""

    id: str
    kind: str
    until: float | None = None
    next_leg: str | None = None


class PromptGone(Frame, frozen=True, kw_only=True, tag="prompt_gone"):
    id: str


class Warned(Frame, frozen=True, kw_only=True, tag="warning"):
    """Something she should know, once, and nobody else: `battery` at `pct`."""

    code: str
    pct: int


class JourneyFrame(Frame, frozen=True, kw_only=True, tag="journey"):
    """The journey as her devices may see it, whenever it changed."""

    journey: dict[str, object] | None


class Told(Frame, frozen=True, kw_only=True, tag="told"):
    """Delivery proof: how far a message to one of her contacts has come."""

    contact: str
    kind: str
    channel: str
    state: str
    at: float


class Near(Frame, frozen=True, kw_only=True, tag="near"):
    """The nearest haven that is open and the nearest other open place from where she is now; null: none is known."""

    haven: NearPlace | None
    open_place: NearPlace | None


class Done(Frame, frozen=True, kw_only=True, tag="done"):
    """The command is on disk. A repeated id gets the first answer."""

    id: str
    result: str
    at: float | None = None


class Refused(Frame, frozen=True, kw_only=True, tag="refused"):
    """Not done, and why: pin_needed, try_again (wait `wait_s`), no_journey, invalid (`field`, `detail`), unavailable."""

    id: str
    code: str
    wait_s: float = 0.0
    field: str = ""
    detail: str = ""


class TakenOver(Frame, frozen=True, kw_only=True, tag="taken_over"):
    """A newer socket of hers is open; this one is not listened to any more."""


class Error(Frame, frozen=True, kw_only=True, tag="error"):
    """Something in a frame could not be used; `field` says what. Nothing else was harmed, the connection stays."""

    code: str
    title: str
    detail: str = ""
    field: str = ""
    frame: str = ""


class Pong(Frame, frozen=True, kw_only=True, tag="pong"):
    n: int = 0


Pressed = AnswerPrompt | Extend | LegTap | Divert | NewRoute | Arrived | End | SosCancel | Company | CompanyEnd
Command = Pressed | Sos
FromPhone = Hello | Fixes | Beat | Pressed | Sos | Ping
FROM_PHONE: tuple[type[Frame], ...] = get_args(FromPhone)
TO_PHONE = (
    Welcome,
    Ack,
    Policy,
    PromptFrame,
    PromptGone,
    Warned,
    JourneyFrame,
    Near,
    Told,
    Done,
    Refused,
    TakenOver,
    Error,
    Pong,
)
FRAMES: tuple[type[Frame], ...] = (*FROM_PHONE, *TO_PHONE)

_strict: "msgspec.json.Decoder[FromPhone]" = msgspec.json.Decoder(FromPhone)
_loose = msgspec.json.Decoder(LooseFixes)
_fix = msgspec.json.Decoder(RawFix)
_server: msgspec.json.Decoder[Frame] = msgspec.json.Decoder(Union[TO_PHONE])  # noqa: UP007 (made from the tuple)
_encoder = msgspec.json.Encoder()
_MISSING = re.compile(r"missing required field `(\w+)`")


class Unreadable(Exception):
    """A frame that cannot be used. `field` names what was wrong, `detail` says what was expected and what came."""

    def __init__(self, field: str, detail: str) -> None:
        super().__init__(f"{field}: {detail}")
        self.field, self.detail = field, detail


def read(text: str | bytes) -> tuple[FromPhone, list[RawFix | None], list[Unreadable]]:
    """A frame; for `fixes` also its fixes with None where one could not be read, and why. Raises Unreadable."""
    try:
        frame = _strict.decode(text)
    except msgspec.MsgspecError as error:
        return _read_loosely(text, error)
    except RecursionError:
        raise Unreadable("", "nested too deeply") from None
    except UnicodeDecodeError:
        raise Unreadable("", "expected UTF-8") from None
    if isinstance(frame, Fixes):
        return frame, _checked(frame.fixes), []
    return frame, [], []


def _checked(fixes: list[RawFix]) -> list[RawFix | None]:
    if not 1 <= len(fixes) <= MOST_FIXES:
        raise Unreadable("fixes", f"expected 1 to {MOST_FIXES} fixes, got {len(fixes)}")
    return list(fixes)


def _read_loosely(
    text: str | bytes, error: msgspec.MsgspecError
) -> tuple[FromPhone, list[RawFix | None], list[Unreadable]]:
    try:
        loose = _loose.decode(text)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        raise Unreadable(_field_of(error), _said(error)) from error
    fixes: list[RawFix | None] = []
    bad: list[Unreadable] = []
    for n, raw in enumerate(loose.fixes):
        try:
            fixes.append(_fix.decode(raw))
        except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as why:
            fixes.append(None)
            bad.append(Unreadable(f"fixes[{n}]{_field_of(why)}", f"fix {loose.seq + n}: {_said(why)}"))
    if not 1 <= len(fixes) <= MOST_FIXES:
        raise Unreadable("fixes", f"expected 1 to {MOST_FIXES} fixes, got {len(fixes)}")
    frame = Fixes(buffer=loose.buffer, seq=loose.seq, sent=loose.sent, fixes=[], up=loose.up, ack=loose.ack)
    return frame, fixes, bad


def _field_of(error: Exception) -> str:
    said, found, path = str(error).rpartition("- at `")
    inside = path.rstrip("`").removeprefix("$").lstrip(".") if found else ""
    missing = _MISSING.search(said if found else path)
    return ".".join(filter(None, (inside, missing[1] if missing else "")))


def _said(error: Exception) -> str:
    said = str(error).partition(" - at `")[0]
    return said if said[1:2].isupper() else said[:1].lower() + said[1:]


def write(frame: Frame) -> str:
    return _encoder.encode(frame).decode()


def read_server(text: str | bytes) -> Frame:
    """A server's frame, for phones written in Python."""
    return _server.decode(text)


def write_phone(frame: Frame) -> str:
    """A phone's frame, for phones written in Python."""
    return _encoder.encode(frame).decode()
