"""What is kept of operators when a journey's story goes."""

from alerts.notice import Kind
from service.journey import events as e
from service.journey.model import Proof
from service.operators.accounts import NOBODY
from service.remembered.audited import audit_of

STORY = (
    e.NoticeMade(at=1.0, id="n", to="beth", kind=Kind.OVERDUE, rung="L2", channel="sms", attempt=1),
    e.Looked(at=2.0, by="beth", what="place", contact=True),
    e.Looked(at=3.0, by="priya", what="place", why="The police ask about her: her mother rang them"),
    e.IncidentClaimed(at=4.0, by="priya", until=64.0),
    e.OperatorLogged(at=5.0, by="priya", what="rang_her", words="Anna does not answer"),
    e.OperatorLogged(at=5.5, by=NOBODY, what="note", words="No operator was signed on."),
    e.ResolutionProposed(at=6.0, by="priya", code="found"),
    e.IncidentReleased(at=7.0, by="priya"),
    e.IncidentResolved(at=8.0, by="her", reason="her PIN was given", proof=Proof.PIN, told=("beth",)),
    e.IncidentResolved(at=9.0, by="omar", reason="found", proof=Proof.NONE, told=("beth",)),
)


def test_who_did_what_and_when() -> None:
    """Operators alone; neither she nor her contacts are in it."""
    lines = audit_of("anna-1", STORY)

    assert [(line.at, line.by, line.what) for line in lines] == [
        (3.0, "priya", "looked at her place: The police ask about her"),
        (4.0, "priya", "claimed"),
        (5.0, "priya", "rang_her"),
        (6.0, "priya", "proposed found"),
        (7.0, "priya", "released"),
        (9.0, "omar", "resolved found"),
    ]


def test_nothing_of_hers_is_kept() -> None:
    """Not the words that were written down, and the journey only as a hash that is the same each time."""
    kept = repr(audit_of("anna-1", STORY))

    assert not any(word in kept for word in ("Anna", "anna-1", "mother", "beth"))
    assert {line.about for line in audit_of("anna-1", STORY)} != {line.about for line in audit_of("anna-2", STORY)}
    assert audit_of("anna-1", STORY) == audit_of("anna-1", STORY)
