"""The states of the four machines, and the words they are told in."""

from enum import StrEnum


class JourneyState(StrEnum):
    DRAFT = "draft"
    READY = "ready"
    ACTIVE = "active"
    ARRIVED_PENDING = "arrived_pending"
    CLOSED = "closed"


class LinkState(StrEnum):
    NONE = "none"
    LIVE = "live"
    STALE = "stale"
    LOST = "lost"


class Progress(StrEnum):
    ON_ROUTE = "on_route"
    OFF_ROUTE = "off_route"
    AWAY = "away"
    VEHICLE = "vehicle"
    STALLED = "stalled"
    PAUSED = "paused"
    AT_HAVEN = "at_haven"
    UNKNOWN = "unknown"


class Level(StrEnum):
    """An incident's height. `acked` is a lease on top of a level, `cold` a mark; both live in the ladder."""

    NONE = "none"
    PROMPTING = "prompting"
    CONCERN = "concern"
    OVERDUE = "overdue"
    UNACKED = "unacked"
    OPERATOR = "operator"
    RESOLVED = "resolved"


class JourneyKind(StrEnum):
    DESTINATION = "destination"
    TIMER = "timer"
    SOS = "sos"


class Cause(StrEnum):
    """Why she is asked, or why an incident was opened; later is worse."""

    STALLED = "stalled"
    PAUSE_OVER = "pause_over"
    OFF_ROUTE = "off_route"
    AWAY = "away"
    VEHICLE = "vehicle"
    SIGNAL_LOST = "signal_lost"
    WRONG_PINS = "wrong_pins"
    OVERDUE = "overdue"
    SOS = "sos"
    DURESS = "duress"


WORSE = {c: i for i, c in enumerate(Cause)}


class Proof(StrEnum):
    """How the person at the other end proved who she is. A PIN that is asked for and wrong is `WRONG`."""

    NONE = "none"
    PIN = "pin"
    DURESS = "duress"
    WRONG = "wrong"


class CloseReason(StrEnum):
    ARRIVED = "arrived"
    ENDED = "ended"
    OPERATOR = "operator"
