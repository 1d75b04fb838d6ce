"""The field: seeded ways, walkers, receivers and phones, and real walks, to hold a judge against.

Written without a look at the judge's own idea of noise, and to be kept so: where a judge does badly here, the judge is
what changes. `reports(kind, receiver, seed)` is a whole walk in one call.
"""

from .phone import STEADY, TROUBLED, TYPICAL, Frame, Phone, Row, frames
from .receiver import BAD, CANYON, GOOD, PLAIN_10, PLAIN_20, RECEIVERS, TOWN, Receiver
from .walker import Truth, Turn, Walker, somebody
from .ways import KINDS, Way, drawn

__all__ = [
    "BAD",
    "CANYON",
    "GOOD",
    "KINDS",
    "PLAIN_10",
    "PLAIN_20",
    "RECEIVERS",
    "STEADY",
    "TOWN",
    "TROUBLED",
    "TYPICAL",
    "Frame",
    "Phone",
    "Receiver",
    "Row",
    "Truth",
    "Turn",
    "Walker",
    "Way",
    "drawn",
    "frames",
    "reports",
    "somebody",
]


def reports(
    kind: str,
    receiver: Receiver,
    seed: int,
    *,
    phone: Phone = STEADY,
    turn: Turn | None = None,
    metres: float | None = None,
    rests_h: float = 0.0,
) -> tuple[Truth, list[Frame]]:
    """Somebody walks a way of this kind with this receiver: where she really was, and what reached us of it."""
    truth = somebody(seed, rests_h=rests_h).walks(drawn(kind, seed, metres), seed, turn)
    return truth, frames(truth, receiver, phone, seed)
