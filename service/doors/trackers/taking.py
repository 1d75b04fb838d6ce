"""What a linked tracker app reported, into her journey: an SOS first and on disk, then the places, and what is said back.

Without a journey nothing is kept: nobody asked us to watch. Load, judge, compare-and-set (review H11): such an app has no
socket and no epoch, and nothing here touches what we remember of her phone with our app.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from msgspec.structs import replace

from geofence.fix import Fix
from service.doors.phones.attach import still_covered
from service.house import House
from service.journey.cover import shown_to_her
from service.journey.model import Journey, JourneyState, Seen
from service.journey.said import is_over
from service.outspoken import Cries
from service.people.model import Tracker, Traveller
from service.people.plans import TRIES, Moved
from service.people.trackers import LONGEST_S, SHORTEST_S
from service.rows import Kept, TrackerEnd, UnreadableRow, chunk_from
from service.store import StoreUnavailable
from service.tracked import CRIED_S, TrackerFrame, end_of, is_a_place, short
from service.watch import FIXES_A_BATCH, Change, NoSuchJourney, Record

from .owntracks import Region
from .reported import Place, Report

ASK_EVERY_S, ASK_EVERY_ALARM_S = 30.0, 10.0
"""How often an app is asked where it is, at most: it answers with a report, and that with our next reply."""
NARROWEST_M = 100.0
PRESSED_ANEW_S = 120.0
"""The same place once more after so long is her thumb and not a repeated request, unless the app gave it a name: what it
sends with an alarm is the last place it knew, and that may be the same for hours."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What we want of an app that can be told something: where she goes, as a region on her phone, and a place now."""

    region: Region | None = None
    locate: bool = False


async def cried(house: House, cries: Cries, account: Traveller, tracker: Tracker, report: Report) -> None:
    """Its alarm button, as SOS on her own phone but without the seconds to cancel it in (row 14). On disk when this
    returns, with the place that came with it; the same request once more makes no second one."""
    now = house.clock.now()
    command = _command(tracker, report, now)
    if not await _heard_before(house, account, command):
        last = await _look(house, account.live)
        known, place = last.journey if last is not None else None, _cried_at(report, now)
        await cries.cry(account, command, known, window=False, streams=False, place=place)


async def cried_from_memory(
    house: House, cries: Cries, account: Traveller, tracker: Tracker, last: Journey | None, report: Report
) -> None:
    """The same while the store is away, for an app that was heard lately: `account` and `last`, her journey, are as they
    were then. What the disk does not take in time is spoken before it is there (review H16)."""
    now = house.clock.now()
    command = _command(tracker, report, now)
    await cries.cry(account, command, last, window=False, streams=False, place=_cried_at(report, now))


def _cried_at(report: Report, now: float) -> Seen | None:
    """The newest place that came with her alarm, as `tracked.held` will judge it when it takes the places: it is told in
    the first text, and drawn on no screen of hers."""
    fixes = (_fix(place, now) for place in report.places)
    places = [f for f in fixes if now - CRIED_S <= f.at and is_a_place(f, now)]
    if not places:
        return None
    newest = max(places, key=lambda f: f.at)
    return Seen(
        lat=newest.lat,
        lon=newest.lon,
        at=newest.at,
        received_at=min(now, newest.at),
        accuracy_m=newest.accuracy_m,
        tracked=True,
    )


def _command(tracker: Tracker, report: Report, now: float) -> str:
    first = report.places[0] if report.places else None
    ident = first.ident if first is not None else ""
    if first is None or not first.named:
        ident = f"{ident}/{now // PRESSED_ANEW_S:.0f}"
    return f"trk-{short(f'{tracker.id}/{ident}'):016x}"


async def take(house: House, account: Traveller, tracker: Tracker, report: Report) -> Journey | None:
    """Its places, onto the journey that her screens show; that is returned, as it was before. On disk when this returns.
    What is over on her screens gets them behind the answer. Raises StoreUnavailable."""
    kept = await _look(house, account.live)
    if kept is not None and not is_over(shown_to_her(kept.journey)):
        await _onto(house, kept.journey.id, tracker, report, house.clock.now())
    return kept.journey if kept is not None else None


async def take_behind(house: House, account: Traveller, tracker: Tracker, report: Report) -> None:
    """The same for those who look for her behind what her screens show: a journey that she was made to begin, or to end.
    After the answer, so that nothing of it can be felt; what the store cannot take now, the next report brings."""
    with suppress(StoreUnavailable, Moved):
        kept = await _look(house, account.live)
        if kept is not None and is_over(shown_to_her(kept.journey)):
            await _onto(house, kept.journey.id, tracker, report, house.clock.now())
        for key, _ in await still_covered(house, account, account.live or ""):
            await _onto(house, key, tracker, report, house.clock.now())


async def wanted(house: House, account: Traveller, tracker: Tracker, report: Report) -> Wanted:
    """What to say back, by what her screens may show: an app on her phone is one of them. Written down, so that a region is
    set once and an app that answers each time does not answer for ever."""
    with suppress(StoreUnavailable):
        kept = await _look(house, account.live)
        if kept is None or account.live is None:
            return Wanted()
        shown, end, now = shown_to_her(kept.journey), end_of(kept, tracker.id), house.clock.now()
        if not shown.under_way:
            return Wanted()
        spot, region = _region(kept)
        locate = _lost_sight(shown, report, now) and now - end.asked_at >= _every_s(shown)
        region = region if spot != end.region else None
        if region is not None or locate:
            after = replace(end, region=spot, asked_at=now if locate else end.asked_at)
            await house.watch.transact((account.live,), _Noted(account.live, after))
        return Wanted(region, locate)
    return Wanted()


# ── places ───────────────────────────────────────────────────────────────────────────────────────────────


async def _onto(house: House, key: str, tracker: Tracker, report: Report, received_at: float) -> None:
    fixes = sorted(((short(p.ident), _fix(p, received_at)) for p in report.places), key=lambda one: one[1].at)
    with suppress(NoSuchJourney, UnreadableRow):
        for start in range(0, max(1, len(fixes)), FIXES_A_BATCH):
            await _part(house, key, tracker, report, fixes[start : start + FIXES_A_BATCH], received_at)


async def _part(
    house: House, key: str, tracker: Tracker, report: Report, fixes: Sequence[tuple[int, Fix]], received_at: float
) -> None:
    for _ in range(TRIES):
        kept = await house.watch.look(key)
        end = end_of(kept, tracker.id)
        frame = TrackerFrame(
            tracker=tracker.id,
            received_at=received_at,
            every_s=tracker.heartbeat_s,
            fixes=await _unknown(house, kept, end, fixes),
            said_s=_said_s(report),
            battery_pct=report.battery_pct,
            pressed=report.sos,
            checked_at=end.newest_at,
            repeated=frozenset(short(p.ident) for p in report.places if p.pinged),
        )
        if not (await house.watch.tracked(key, frame)).taken_over:
            return
    raise Moved


async def _unknown(
    house: House, kept: Kept, end: TrackerEnd, fixes: Sequence[tuple[int, Fix]]
) -> Sequence[tuple[int, Fix]]:
    """Without those that are in the track already. It is only read for what is late: an app that is on time brings nothing
    older than what it brought."""
    if not any(fix.at <= end.newest_at and ident not in end.idents for ident, fix in fixes):
        return fixes
    track = [fix for chunk in await house.store.track(kept.journey.id) for fix in chunk_from(chunk)]
    known = {(f.at, f.lat, f.lon) for f in (*track, *kept.fixes) if f.by == end.id}
    return [(ident, f) for ident, f in fixes if (f.at, f.lat, f.lon) not in known]


def _fix(place: Place, received_at: float) -> Fix:
    return Fix(
        seq=0,
        at=received_at if place.at is None else place.at,
        lat=place.lat,
        lon=place.lon,
        accuracy_m=place.accuracy_m,
        speed_mps=place.speed_mps,
        course_deg=place.course_deg,
        battery_pct=place.battery_pct,
        mock=place.mock,
        entered=place.entered,
    )


def _said_s(report: Report) -> float | None:
    """Its own word on how often it speaks, within what may be set: nothing it says makes us wait longer than that."""
    return None if report.heartbeat_s is None else min(LONGEST_S, max(SHORTEST_S, report.heartbeat_s))


async def _heard_before(house: House, account: Traveller, command: str) -> bool:
    """On an earlier journey of hers; the one under way knows its commands itself."""
    for key in (account.last, *account.behind):
        kept = await _look(house, key)
        if kept is not None and kept.answer_to(command) is not None:
            return True
    return False


async def _look(house: House, key: str | None) -> Kept | None:
    if key is None:
        return None
    try:
        return await house.watch.look(key)
    except (NoSuchJourney, UnreadableRow):
        return None


# ── what is said back ────────────────────────────────────────────────────────────────────────────────────


def _region(kept: Kept) -> tuple[str, Region | None]:
    if kept.route is None:
        return "", None
    there = kept.route.destination
    region = Region(lat=there.lat, lon=there.lon, radius_m=max(NARROWEST_M, there.radius_m))
    return f"{there.lat:.6f},{there.lon:.6f}", region


def _every_s(shown: Journey) -> float:
    return ASK_EVERY_ALARM_S if shown.sos is not None or shown.alarm is not None else ASK_EVERY_S


def _lost_sight(shown: Journey, report: Report, now: float) -> bool:
    """A question stands open, her phone says it is there, or nothing fresh is known."""
    incident = shown.open_incident
    asked = shown.due is not None or shown.sos is not None or incident is not None
    arriving = shown.state is JourneyState.ARRIVED_PENDING or any(p.entered for p in report.places)
    seen = shown.seen
    return asked or arriving or seen is None or now - seen.received_at >= shown.numbers.stale_at_least_s


@dataclass(frozen=True, slots=True)
class _Noted:
    """What this app was told, in her journey's row."""

    key: str
    end: TrackerEnd

    def __call__(self, records: Mapping[str, Record | None], _now: float) -> Change:
        kept = records[self.key]
        if not isinstance(kept, Kept):
            raise NoSuchJourney(self.key)
        end = replace(end_of(kept, self.end.id), region=self.end.region, asked_at=self.end.asked_at)
        return Change({self.key: replace(kept, trackers=(*(e for e in kept.trackers if e.id != end.id), end))})
