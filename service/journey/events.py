"""What happened to a journey, in the past tense. `at` is when it became true; nothing here is ever changed."""

import msgspec

from alerts.notice import Kind

from .model import Cause, CloseReason, Progress, Proof


class Event(msgspec.Struct, frozen=True, kw_only=True, tag_field="event", tag=True, omit_defaults=True):
    """`because` are the numbers behind it, by name and in the unit that the name ends in (`off_route_m`, `waited_s`):
    what `lamplit why` prints beside the rule."""

    at: float
    because: dict[str, float] = {}


# ── the journey ──
class PreflightPassed(Event, frozen=True, kw_only=True):
    warnings: tuple[str, ...] = ()


class SetOff(Event, frozen=True, kw_only=True):
    eta_at: float | None
    sentence: str


class ArrivalSeen(Event, frozen=True, kw_only=True):
    pass


class ArrivalUndone(Event, frozen=True, kw_only=True):
    pass


class JourneyClosed(Event, frozen=True, kw_only=True):
    reason: CloseReason
    by: str
    proof: Proof


class JourneyReopened(Event, frozen=True, kw_only=True):
    by: str


class EtaMoved(Event, frozen=True, kw_only=True):
    """`why`: slide, extended, answered, paused, diverted."""

    from_at: float
    to_at: float
    why: str
    proof: Proof = Proof.NONE


class Nudged(Event, frozen=True, kw_only=True):
    eta_at: float


class BecameDue(Event, frozen=True, kw_only=True):
    id: str
    eta_at: float
    overdue_at: float


class CallPickedUp(Event, frozen=True, kw_only=True):
    overdue_at: float


class RouteDropped(Event, frozen=True, kw_only=True):
    """`forced`, here and below: under a cover story her duress PIN said so. Only what is true knows it."""

    forced: bool = False


class Rerouted(Event, frozen=True, kw_only=True):
    """She goes by another line, to the same place."""

    forced: bool = False


class LegBegan(Event, frozen=True, kw_only=True):
    """`leg` counts from 0. `how`: tap (she said so), answered (all is well in a vehicle, where a ride was next), or what her
    fixes showed: boarded, left (her ride), reached (the end of the leg before), home (she is where she is going)."""

    leg: int
    mode: str
    how: str
    forced: bool = False


# ── the link ──
class Heard(Event, frozen=True, kw_only=True):
    """The first frame of a phone that was not live."""


class WentStale(Event, frozen=True, kw_only=True):
    pass


class SignalLost(Event, frozen=True, kw_only=True):
    expected: str | None


# ── progress ──
class ProgressChanged(Event, frozen=True, kw_only=True):
    to: Progress


class Diverted(Event, frozen=True, kw_only=True):
    """She has said that she turns aside to a haven. Only its kind is told: the story outlives the track."""

    haven: str


class HavenReached(Event, frozen=True, kw_only=True):
    """`haven` is its kind."""

    haven: str


class UnlitAhead(Event, frozen=True, kw_only=True):
    """A stretch of her route begins ahead of her of which nobody knows that it is lit (`light`: unknown), or that is unlit.
    `rule` is why, at its beginning (`geofence.lighting.RULES`). A mark on her screen: nobody is asked anything, nobody else is
    told."""

    light: str
    rule: str = ""


class PauseBegan(Event, frozen=True, kw_only=True):
    until: float


# ── the incident ──
class PromptRaised(Event, frozen=True, kw_only=True):
    prompt: str
    cause: Cause
    concern_at: float | None


class PromptRepeated(Event, frozen=True, kw_only=True):
    prompt: str
    name: str


class PromptWithdrawn(Event, frozen=True, kw_only=True):
    prompt: str
    why: str


class PromptAnswered(Event, frozen=True, kw_only=True):
    prompt: str
    what: str
    proof: Proof


class ConcernRaised(Event, frozen=True, kw_only=True):
    cause: Cause


class BecameOverdue(Event, frozen=True, kw_only=True):
    kind: Kind


class NobodyAnswered(Event, frozen=True, kw_only=True):
    """L3."""


class OperatorsCalled(Event, frozen=True, kw_only=True):
    """L4."""


class WentCold(Event, frozen=True, kw_only=True):
    pass


class SosPressed(Event, frozen=True, kw_only=True):
    fires_at: float


class SosCancelled(Event, frozen=True, kw_only=True):
    pass


class SosFired(Event, frozen=True, kw_only=True):
    pass


class DuressEntered(Event, frozen=True, kw_only=True):
    pass


class PinRefused(Event, frozen=True, kw_only=True):
    wait_s: float


class Acknowledged(Event, frozen=True, kw_only=True):
    """A lease, or a clear word of a contact: `said` as in alerts.ladder."""

    by: str
    said: str


class LeaseLapsed(Event, frozen=True, kw_only=True):
    by: str


class IncidentClaimed(Event, frozen=True, kw_only=True):
    by: str
    until: float


class IncidentReleased(Event, frozen=True, kw_only=True):
    by: str


class OperatorLogged(Event, frozen=True, kw_only=True):
    """A note, or a call that an operator made: `what` as in `claims.LOGGED`."""

    by: str
    what: str
    words: str = ""


class ResolutionProposed(Event, frozen=True, kw_only=True):
    """An SOS or a duress waits for a second person to close it."""

    by: str
    code: str


class PoliceTold(Event, frozen=True, kw_only=True):
    by: str
    number: str = ""


class PhoneReachedHome(Event, frozen=True, kw_only=True):
    pass


class IncidentResolved(Event, frozen=True, kw_only=True):
    reason: str
    by: str
    proof: Proof
    told: tuple[str, ...]


# ── messages ──
class NoticeMade(Event, frozen=True, kw_only=True):
    id: str
    to: str
    kind: Kind
    rung: str
    channel: str
    attempt: int


class NoticeHanded(Event, frozen=True, kw_only=True):
    id: str
    sid: str


class NoticeReported(Event, frozen=True, kw_only=True):
    id: str
    state: str
    code: int | None = None


class NoticeDropped(Event, frozen=True, kw_only=True):
    id: str
    why: str


# ── who may look, and who has ──
class CompanyAsked(Event, frozen=True, kw_only=True):
    """She asked these to look on (contacts' ids, or `operators`)."""

    who: tuple[str, ...]


class CompanyEnded(Event, frozen=True, kw_only=True):
    pass


class Looked(Event, frozen=True, kw_only=True):
    """The first of several looks within a few minutes; fields as in `model.Look`."""

    by: str
    what: str
    why: str = ""
    contact: bool = False


class SafeAsked(Event, frozen=True, kw_only=True):
    by: str


# ── her battery ──
class BatteryLow(Event, frozen=True, kw_only=True):
    pct: int


class LastGasp(Event, frozen=True, kw_only=True):
    """Her phone said that it is about to die: the silence that follows is explained."""

    pct: int | None = None


# ── us ──
class ServiceWasDown(Event, frozen=True, kw_only=True):
    from_at: float
    to_at: float


class ContactRemoved(Event, frozen=True, kw_only=True):
    who: str


OF_HER_WAY = (RouteDropped, Rerouted, LegBegan)
"""What she says, or her fixes show, of the way itself."""
EVENTS: tuple[type[Event], ...] = tuple(Event.__subclasses__())
"""Every event there is; `service.rows` builds its decoder from them."""
