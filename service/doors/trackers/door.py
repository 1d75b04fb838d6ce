"""The door for tracker apps that exist: `POST /owntracks` and `GET|POST /traccar`, each with its own credentials.

Such an app keeps what was not answered with 200 at the head of its queue and sends it for ever. So a linked app is
answered 200 whatever it sends: what cannot be read is counted (`dead_letters`) and gone. Only where the disk does not take
it is the answer 503: then the app's own queue is the best place for it. Who it is not, is answered 401, always alike.
"""

import asyncio
import re
from base64 import b64decode
from binascii import Error as NotBase64
from collections import Counter
from collections.abc import Callable

from fastapi import APIRouter, Request, Response
from starlette.requests import ClientDisconnect

from service.clock import breathe
from service.doors.problems import RETRY_S, Unavailable, in_time, problem
from service.house import House
from service.journey.model import Journey
from service.outspoken import Cries
from service.people import trackers
from service.people.model import Tracker, Traveller
from service.people.plans import Moved
from service.people.trackers import OWNTRACKS, SECRET_LETTERS, TRACCAR
from service.store import StoreUnavailable
from service.telemetry import logger
from service.tokens import ID_ALPHABET, same, token_hash
from service.watch import NoSuchJourney

from . import owntracks, traccar
from .reported import Report
from .taking import Wanted, cried, cried_from_memory, take, take_behind, wanted

log = logger(__name__)

LONGEST_BODY = 256 * 1024
MOST_DRAINED = 64 * 1024 * 1024
LONGEST_SECRET = 128
MOST_AT_ONCE = 8
"""Requests of one app that are worked on; they send one after the other, so more is a flood."""
MOST_CRYING = 200
"""Alarms of apps that nobody remembers, which wait for the store to say whose they are."""
AGAIN_S = 0.25
MOST_REMEMBERED = 50_000
MOST_KNOWN = 2_000
"""Apps with an alarm button that are remembered with their account, in case the store is away when it is pressed."""
_IDENTIFIER = re.compile(rb"(?<![0-9A-Za-z])[%s]{%d}(?![0-9A-Za-z])" % (ID_ALPHABET.encode(), SECRET_LETTERS))
Found = tuple[Traveller, Tracker]


def router(house: House, cries: Cries) -> APIRouter:
    """All of them. The app has to `problems.install` too."""
    door = _Door(house, cries)
    routes = APIRouter(include_in_schema=False)
    for stroke in ("", "/"):  # she may type it with one: a redirect would lose the body
        routes.add_api_route(f"/owntracks{stroke}", door.owntracks, methods=["POST"])
        routes.add_api_route(f"/traccar{stroke}", door.traccar, methods=["GET", "POST"])
    return routes


class _Door:
    def __init__(self, house: House, cries: Cries) -> None:
        self._house, self._cries = house, cries
        self._working: Counter[str] = Counter()
        self._crying = 0
        self._seen: dict[str, float] = {}
        self._known: dict[bytes, tuple[Traveller, Tracker, Journey | None]] = {}
        self._behind: set[asyncio.Task[None]] = set()

    async def owntracks(self, request: Request) -> Response:
        """Basic credentials; what `X-Limit-U` and `X-Limit-D` say is the app's own idea and opens nothing."""
        user, secret = _basic(request.headers.get("Authorization", ""))
        found = await in_time(self._recognised(OWNTRACKS, secret))
        if found is None or not same(user, found[1].id):
            return _unknown()
        try:
            body = await _body(request)
        except ClientDisconnect:
            return _unheard()
        report = self._dead(found[1]) if body is None else _read(lambda: owntracks.read(body, found[1].id), found[1].id)
        return await self._answered(found, report)

    async def traccar(self, request: Request) -> Response:
        """The identifier is in the query, or in the body's form or JSON: it has to be read before anybody knows whose."""
        head, body, broken_off = bytearray(), None, False
        try:
            body = await _body(request, head)
        except ClientDisconnect:  # what stood in its address was heard: an alarm is not sent again
            broken_off = True
        query, kind = request.query_params.multi_items(), request.headers.get("Content-Type", "")
        report = _read(lambda: traccar.read(query, body or b"", kind))
        if broken_off and not report.sos:
            return _unheard()
        device = report.device or _named(request.url.query.encode() + b" " + head)
        found = await self._of_device(device, report)
        if found is None:
            return _unknown()
        if body is None:
            report = _with_sos(self._dead(found[1]), report)
        return await self._answered(found, report)

    # ── who ──

    async def _recognised(self, app: str, secret: str) -> Found | None:
        usable = 0 < len(secret) <= LONGEST_SECRET
        found = await self._house.directory.tracker(secret if usable else "")
        return found if usable and found is not None and found[1].app == app else None

    async def _of_device(self, device: str, report: Report) -> Found | None:
        work = self._cried_first(device, report) if report.sos else self._recognised(TRACCAR, device)
        found = await in_time(work)
        if found is None:
            self._known.pop(token_hash(device), None)
        return found

    async def _cried_first(self, device: str, report: Report) -> Found | None:
        """Its alarm comes once and is never sent again. While the store is away it is spoken for an app that was heard
        lately; whose any other is, is asked until the store can say, also when the app has long been answered that it
        cannot."""
        waits = False
        try:
            while True:
                try:
                    found = await self._recognised(TRACCAR, device)
                    if found is not None:
                        await cried(self._house, self._cries, *found, report)
                    return found
                except Moved:  # her account changed faster than we could write
                    await breathe(AGAIN_S)
                except StoreUnavailable:
                    known = self._known.get(token_hash(device))
                    if known is not None:
                        await cried_from_memory(self._house, self._cries, *known, report)
                        return known[0], known[1]
                    if not waits and self._crying >= MOST_CRYING:
                        raise
                    self._crying += not waits
                    waits = True
                    await breathe(AGAIN_S)
        finally:
            self._crying -= waits

    def _remember(self, secret: str, account: Traveller, tracker: Tracker, journey: Journey | None) -> None:
        """Those that spoke longest ago make room."""
        known = token_hash(secret)
        self._known.pop(known, None)
        if len(self._known) >= MOST_KNOWN:
            del self._known[next(iter(self._known))]
        self._known[known] = account, tracker, journey

    # ── what ──

    async def _answered(self, found: Found, report: Report) -> Response:
        account, tracker = found
        if self._working[tracker.id] >= MOST_AT_ONCE and not report.sos:
            return problem(503, "busy", wait_s=RETRY_S)
        self._working[tracker.id] += 1
        try:
            return await self._worked(account, tracker, report)
        finally:
            self._working[tracker.id] -= 1
            if self._working[tracker.id] <= 0:
                del self._working[tracker.id]

    async def _worked(self, account: Traveller, tracker: Tracker, report: Report) -> Response:
        self._house.vitals.dead_letters += len(report.unread) + report.encrypted
        told = Wanted()
        try:
            if report.sos:  # it is on disk; perhaps with a journey that began with it
                account = await in_time(self._house.watch.account(account.id))
            await self._there(tracker)
            journey = await in_time(take(self._house, account, tracker, report))
            if tracker.app == TRACCAR:
                self._remember(report.device, account, tracker, journey)
            if tracker.app == OWNTRACKS:
                told = await in_time(wanted(self._house, account, tracker, report))
        except (Unavailable, StoreUnavailable, Moved, RuntimeError):  # not on disk: it has to send it again
            return problem(503, "unavailable", wait_s=RETRY_S)
        except NoSuchJourney:  # she has erased her account this moment
            return _unknown()
        except Exception:  # whatever it is about this report, sending it again would not help
            log.exception("a report of a tracker app could not be used")
            self._house.vitals.dead_letters += 1
        # A task of its own: as part of the answer it would hold up the next request on the same line.
        behind = asyncio.create_task(take_behind(self._house, account, tracker, report))
        self._behind.add(behind)
        behind.add_done_callback(self._behind.discard)
        if tracker.app == TRACCAR:
            return Response()
        return Response(owntracks.answer(locate=told.locate, region=told.region), media_type="application/json")

    async def _there(self, tracker: Tracker) -> None:
        """That it is there is written down now and then."""
        now = self._house.clock.now()
        if now - self._seen.get(tracker.id, float("-inf")) < trackers.SEEN_EVERY_S:
            return
        if len(self._seen) >= MOST_REMEMBERED:
            self._seen.clear()
        await in_time(trackers.seen(self._house, tracker))
        self._seen[tracker.id] = now

    def _dead(self, tracker: Tracker) -> Report:
        """In place of a body that is too long for any report."""
        return Report(device=tracker.id, unread=("body: too long",))


def _read(reads: Callable[[], Report], device: str = "") -> Report:
    """What we cannot read is our fault, and a dead letter: refused, the app would send it for ever."""
    try:
        return reads()
    except Exception:
        log.exception("a report of a tracker app could not be read")
        return Report(device=device, unread=("body: not readable",))


def _with_sos(report: Report, read: Report) -> Report:
    """A query says SOS whatever is in the body beside it, and may say where."""
    return Report(device=report.device, places=read.places, sos=read.sos, unread=report.unread)


def _unknown() -> Response:
    """The one answer to a wrong, an old and a removed credential, and to none."""
    answer = problem(401, "unauthorized")
    answer.headers["WWW-Authenticate"] = 'Basic realm="lamplit", charset="UTF-8"'
    return answer


def _unheard() -> Response:
    """To an app whose line broke while it sent: nobody hears it, and what was cut off is not taken; it comes again."""
    return problem(503, "unavailable", wait_s=RETRY_S)


def _basic(header: str) -> tuple[str, str]:
    """User and password; two empty ones for whatever is not Basic."""
    scheme, _, packed = header.partition(" ")
    if scheme.lower() != "basic":
        return "", ""
    try:
        user, colon, password = b64decode(packed.strip(), validate=True).decode().partition(":")
    except (NotBase64, ValueError):
        return "", ""
    return (user, password) if colon else ("", "")


def _named(head: bytes | bytearray) -> str:
    """What has the shape of an identifier of ours, in a body that cannot be read otherwise: an app that we know must not
    be turned away for what it sends."""
    found = _IDENTIFIER.search(bytes(head))
    return found.group().decode() if found is not None else ""


async def _body(request: Request, head: bytearray | None = None) -> bytes | None:
    """All of it, or None for more than any report has; that is read to its end all the same, or the app would take our
    answer for a broken connection and send it again. `head` is filled with its beginning."""
    body, length = bytearray(), 0
    async for piece in request.stream():
        length += len(piece)
        if length <= LONGEST_BODY:
            body += piece
        elif head is not None and not head:
            head += body + piece[: LONGEST_BODY - len(body)]
        if length > MOST_DRAINED:
            return None
    if length > LONGEST_BODY:
        return None
    if head is not None:
        head += body
    return bytes(body)
