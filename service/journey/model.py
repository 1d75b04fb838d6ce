"""A journey as data: four small machines side by side, their marks, their deadlines. Frozen, storable."""

import msgspec

from alerts.contact import Channel
from alerts.gateway import Delivery
from alerts.ladder import Ladder
from alerts.lapses import Lapse
from alerts.notice import Kind
from alerts.rings import Ring
from alerts.rungs import Alarm

from .plan import FLAT, Leg, Link, Lit, Plan, Seen
from .profiles import Profile
from .states import WORSE, Cause, CloseReason, JourneyKind, JourneyState, Level, LinkState, Progress, Proof

__all__ = [
    "FLAT",
    "OPERATORS",
    "WORSE",
    "Arrival",
    "Cause",
    "Claim",
    "CloseReason",
    "Closed",
    "Countdown",
    "Due",
    "Incident",
    "Journey",
    "JourneyKind",
    "JourneyState",
    "Leg",
    "Level",
    "Link",
    "LinkState",
    "Lit",
    "Logged",
    "Look",
    "Outage",
    "Plan",
    "Police",
    "Progress",
    "Prompt",
    "Proof",
    "Proposal",
    "Proven",
    "Quiet",
    "Reminder",
    "Resolution",
    "Seen",
    "Stay",
]


class Reminder(msgspec.Struct, frozen=True, array_like=True):
    """One more way to ask her, when it comes due."""

    at: float
    name: str
    channel: Channel


class Prompt(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A question to her. `concern_at` is when her contacts hear if she has not answered (None: never).
    `gone_since` is the first fresh fix that showed the cause gone. `late` marks a prompt we were down over.
    `stands`: no fix takes it back, for it was open when a ride was inferred, or when a tap that is older began
    a leg or another line."""

    id: str
    cause: Cause
    raised_at: float
    reminders: tuple[Reminder, ...] = ()
    concern_at: float | None = None
    gone_since: float | None = None
    late: bool = False
    stands: bool = False


class Due(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The mark `due` and its ladder to her. `overdue_at` is when her contacts are told. `door_at`: asked at her door,
    before the ETA; her phone reached it then."""

    id: str
    since: float
    overdue_at: float
    reminders: tuple[Reminder, ...] = ()
    picked_up: bool = False
    late: bool = False
    door_at: float | None = None


class Countdown(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An SOS that is on disk and fires at `fires_at` unless her PIN cancels it. `reopened` is how the journey had been
    closed, where this SOS has opened it again: cancelled, it is closed once more."""

    pressed_at: float
    fires_at: float
    reopened: "Closed | None" = None


class Resolution(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    at: float
    reason: str
    by: str
    proof: Proof


class Claim(msgspec.Struct, frozen=True, array_like=True):
    """An operator has it until `until`, and renews that while the page is open; then it is nobody's again."""

    by: str
    since: float
    until: float


class Logged(msgspec.Struct, frozen=True, array_like=True):
    """One line of the operators' log of an incident: a note, or a call and what came of it ("nothing heard" too)."""

    at: float
    by: str
    what: str
    words: str = ""


class Proposal(msgspec.Struct, frozen=True, array_like=True):
    """An operator wants to close an SOS or a duress with `code`; a second person has to agree."""

    by: str
    at: float
    code: str


class Police(msgspec.Struct, frozen=True, array_like=True):
    """Somebody (a contact's id, or an operator) says that the police were told; unconfirmed."""

    at: float
    by: str
    number: str = ""


class Incident(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Something is wrong, or we ask whether it is. `prompt` while below concern, `ladder` from concern up.
    `before` are contacts told by an earlier ladder of this incident; they hear the all-clear too. `invited` got the one
    text of an SOS without having said YES: they hear its end, and nothing in between. `alarms` are its ladders so far,
    the last of them is the one that runs."""

    id: str
    level: Level
    cause: Cause
    opened_at: float
    prompt: Prompt | None = None
    ladder: Ladder | None = None
    before: tuple[str, ...] = ()
    invited: tuple[str, ...] = ()
    fired_at: float | None = None
    phone_home_at: float | None = None
    claim: Claim | None = None
    proposal: Proposal | None = None
    log: tuple[Logged, ...] = ()
    police: Police | None = None
    alarms: tuple[Alarm, ...] = ()
    resolved: Resolution | None = None

    @property
    def claimed_by(self) -> str | None:
        return self.claim.by if self.claim is not None else None

    @property
    def is_open(self) -> bool:
        return self.resolved is None


class Arrival(msgspec.Struct, frozen=True, array_like=True):
    """Arrival evidence since `since`; closes on a fresh fix still inside later, never by the clock. `answered`: she has
    proved at her door who she is and asked for more time, so nothing is asked there before the ETA."""

    since: float
    answered: bool = False


class Closed(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    at: float
    reason: CloseReason
    by: str
    proof: Proof
    near_m: float | None = None


class Outage(msgspec.Struct, frozen=True, array_like=True):
    """A time in which we were not listening; never counted as her silence."""

    from_at: float
    to_at: float


class Proven(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How far one message has come (promise 4): what a traveller and an operator are shown, with seconds."""

    id: str
    to: str
    kind: Kind
    rung: str
    channel: Channel
    attempt: int
    made_at: float
    state: Delivery | None = None
    accepted_at: float | None = None
    sent_at: float | None = None
    answered_at: float | None = None
    delivered_at: float | None = None
    failed_at: float | None = None
    read_at: float | None = None
    dropped: str | None = None
    code: int | None = None


class Quiet(msgspec.Struct, frozen=True, array_like=True):
    """A cause that she said is all right: quiet until an instant, or until she has moved on from a place (row 7).
    `oks` is when she said so, in the last half hour; it stays when the quiet is over."""

    cause: Cause
    until: float
    from_lat: float | None = None
    from_lon: float | None = None
    oks: tuple[float, ...] = ()


class Stay(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A haven that she is at (`there`: a fresh fix has shown it), or that she has said she turns aside to (`diverted`).
    `ask_at`: when she is next asked whether she stays."""

    id: str
    name: str
    kind: str
    lat: float
    lon: float
    since: float
    ask_at: float
    closes_at: float | None = None
    diverted: bool = False
    there: bool = False


OPERATORS = "operators"
"""Stands for everybody on shift among those she asked to look on."""


class Look(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """Somebody looked at her place, or asked after her: `by` is a contact's id or an operator's name (`contact` says
    which), `what` is place, street or `safe?`, `why` an operator's reason. Looks within a few minutes are one, from
    `since` to `until`. `incident` is the alarm that allowed it, empty where she had asked for company."""

    by: str
    what: str
    since: float
    until: float
    times: int = 1
    why: str = ""
    incident: str = ""
    contact: bool = False


class Journey(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One journey.

    `shadow` exists after a duress PIN: the same journey as it would be had the true PIN been given. It lives
    through everything this one does; her devices and the contacts who are not on the SOS list see only it.
    `pin_given`: either PIN was taken. From then on her devices are shown no message's fate, whichever PIN it was.
    `resolved_at` is when the last incident that others knew of was closed. `watchers` are those she asked to look on
    (contacts' ids, or OPERATORS). `tail_until`: after a close by PIN her phone streams on until then, whichever PIN it
    was. `warned_pct` is the lowest battery she has been warned about. `paused_from` is where she was first seen in her
    pause (lat, lon). `still_since`: fixes have said since then that she stands still; no silence takes that back. `leg` is the part of her way that she is on, counted from 0, since `leg_since`.
    `been_out`: on a way of several legs she was seen well away from where it ends; `home_since`: and is there since then.
    """

    id: str
    plan: Plan
    state: JourneyState = JourneyState.DRAFT
    updated_at: float = 0.0
    eta_at: float | None = None
    nudged_for: float | None = None
    due: Due | None = None
    overdue_since: float | None = None
    slid: bool = False
    moved_s: float = 0.0
    extensions: int = 0
    route_dropped: bool = False
    leg: int = 0
    leg_since: float = 0.0
    been_out: bool = False
    home_since: float | None = None
    link: Link = Link()
    progress: Progress = Progress.UNKNOWN
    progress_since: float = 0.0
    still_since: float | None = None
    paused_until: float | None = None
    paused_from: tuple[float, float] | None = None
    haven: Stay | None = None
    seen: Seen | None = None
    light: Lit | None = None
    battery_pct: int | None = None
    charging: bool = False
    arrival: Arrival | None = None
    sos: Countdown | None = None
    incident: Incident | None = None
    incidents: int = 0
    asked: int = 0
    quiet: tuple[Quiet, ...] = ()
    wrong_pins: tuple[float, ...] = ()
    proven: tuple[Proven, ...] = ()
    rings: tuple[Ring, ...] = ()
    lapses: tuple[Lapse, ...] = ()
    outage: Outage | None = None
    resolved_at: float | None = None
    pin_given: bool = False
    watchers: tuple[str, ...] = ()
    looks: tuple[Look, ...] = ()
    tail_until: float | None = None
    warned_pct: int | None = None
    shadow: "Journey | None" = None
    closed: Closed | None = None

    @property
    def numbers(self) -> Profile:
        return self.plan.numbers

    @property
    def traveller(self) -> str:
        return self.id.partition("-")[0]

    @property
    def under_way(self) -> bool:
        return self.state in (JourneyState.ACTIVE, JourneyState.ARRIVED_PENDING)

    @property
    def open_incident(self) -> Incident | None:
        """The incident that others know of (`concern` or higher), or the prompt between her and us."""
        return self.incident if self.incident and self.incident.is_open else None

    @property
    def alarm(self) -> Incident | None:
        """The open incident if anybody else has been told."""
        incident = self.open_incident
        return incident if incident and incident.level is not Level.PROMPTING else None
