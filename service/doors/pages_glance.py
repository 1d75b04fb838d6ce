"""One tap before a place is shown, and every look on disk before it is.

Programs fetch the links in texts: previews, scanners, read-aloud. So a link alone shows everything but the place. The
tap (a POST) answers with an address that carries a seal good for ten minutes; a page left open renews it as it looks
again. Each of its answers is one more look that is kept for her.
"""

from dataclasses import dataclass, replace

from starlette.requests import Request

from service.clock import ScaledClock
from service.house import House
from service.people.looking import NotWritten, contact_looks, open_to
from service.telemetry import logger

from .contact.link import Link

log = logger(__name__)

SEE_S = 600.0
LONGEST_SEE = 40
_MINUTE_S = 60.0
_NOT_READERS = ("purpose", "sec-purpose", "x-purpose", "x-moz")
_FETCHED_AHEAD = ("prefetch", "prerender", "preview")


@dataclass(frozen=True, slots=True)
class Glance:
    """What came of a request to see: the link over the journey as it was looked at.

    see: a seal that still counts, or "". fresh: a newer one, to ask again with; nothing was looked at yet. shown: the
    look is on disk, the place may be shown. unwritten: it could not be written down.
    """

    link: Link
    see: str = ""
    fresh: str = ""
    shown: bool = False
    unwritten: bool = False


async def glance(house: House, link: Link, request: Request) -> Glance:
    """Keeps a look if this request is somebody's who has tapped; else changes nothing."""
    see = request.query_params.get("see", "")[:LONGEST_SEE]
    age_s = _age_s(house, link.token, see)
    if age_s is None or fetched_ahead(request) or not open_to(link.view, link.sight):
        return Glance(link)
    if age_s > _lasts_s(house) / 2:
        return Glance(link, see, fresh=sealed(house, link.token))
    try:
        kept = await contact_looks(house, link.kept.journey.id, link.contact.id)
    except NotWritten as error:
        log.warning("a look could not be kept, no place is shown", error=type(error.__cause__).__name__)
        return Glance(link, see, unwritten=True)
    if kept is None:
        return Glance(link)
    return Glance(replace(link, kept=kept), see, shown=True)


def sealed(house: House, token: str) -> str:
    """The seal that a tap is answered with."""
    minute = str(int(house.clock.now() // _MINUTE_S))
    return f"{minute}.{house.sealer.seal('see', token, minute)}"


def still_counts(house: House, token: str, see: str) -> bool:
    return _age_s(house, token, see) is not None


def fetched_ahead(request: Request) -> bool:
    """Nobody reads this answer: a browser fetches it in case, or only its headers were asked for."""
    asked_by = " ".join(request.headers.get(name, "") for name in _NOT_READERS).lower()
    return request.method == "HEAD" or any(word in asked_by for word in _FETCHED_AHEAD)


def _age_s(house: House, token: str, see: str) -> float | None:
    """How old a seal is, by whole minutes; None when it is not ours, or too old."""
    minute, _, mac = see.partition(".")
    if not (minute.isascii() and minute.isdigit()) or not house.sealer.sealed(mac, "see", token, minute):
        return None
    age_s = house.clock.now() - int(minute) * _MINUTE_S
    return age_s if 0.0 <= age_s <= _lasts_s(house) + _MINUTE_S else None


def _lasts_s(house: House) -> float:
    """A reader's ten minutes, however fast the sandbox's clock runs."""
    clock = house.clock
    return SEE_S * (max(1.0, clock.factor) if isinstance(clock, ScaledClock) else 1.0)
