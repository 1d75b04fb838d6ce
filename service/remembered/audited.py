"""What operators did on a journey, for the time after the journey's story is gone: who, when, what, and nothing of hers."""

from collections.abc import Iterable, Iterator

from alerts.notice import HER
from service.journey import events as e
from service.journey.events import Event
from service.operators.accounts import NOBODY
from service.tokens import token_hash

from .archive import Audited


def audit_of(key: str, story: Iterable[Event]) -> list[Audited]:
    """The lines that are kept. Nobody but operators is named in them, and a journey only by a hash of its random key."""
    told = list(story)
    others = {HER, NOBODY, *(v.to for v in told if isinstance(v, e.NoticeMade))}
    others |= {who for v in told if isinstance(v, e.CompanyAsked) for who in v.who}
    about = token_hash(key).hex()[:12]
    return [Audited(v.at, by, what, about) for v in told for by, what in _acts(v) if by not in others]


def _acts(event: Event) -> Iterator[tuple[str, str]]:
    match event:
        case e.IncidentClaimed():
            yield event.by, "claimed"
        case e.IncidentReleased():
            yield event.by, "released"
        case e.OperatorLogged():
            yield event.by, event.what
        case e.ResolutionProposed():
            yield event.by, f"proposed {event.code}"
        case e.IncidentResolved():
            yield event.by, f"resolved {event.reason}"
        case e.Looked() if not event.contact:
            kind = event.why.partition(":")[0]  # their own words behind it may name her
            yield event.by, f"looked at her {event.what}{f': {kind}' if kind else ''}"
        case _:
            return
