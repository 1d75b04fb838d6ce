"""Everything we hold about her, in one file that she can read and that a machine can: what her devices may see, in full.

Whichever of her PINs was given, the bytes are the same. Of her card `danger` and `word` are not in it, as on every screen:
whoever holds her phone may be the one meant.
"""

import asyncio
import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import msgspec

from geofence.fix import Fix
from geofence.route import Route
from service.house import House
from service.journey.model import Journey
from service.journey.said import is_over
from service.people import devices, trackers
from service.people.herself import HIDDEN
from service.people.model import Contact, Traveller
from service.people.patience import Door
from service.people.proving import owner
from service.rows import AccountChanged, Kept, chunk_from
from service.web.export import STYLE, render_export

from . import history
from .archive import Remembered
from .chronicle import read
from .export_page import page_of
from .retention import Goes, fate

MEDIA_TYPE = "application/zip"
FILE = "lamplit.zip"


@dataclass(frozen=True, slots=True)
class _Walk:
    """A journey as it was read: its row, the story that her devices may see, the log, the sealed track."""

    kept: Kept
    shown: Journey
    log: list[Remembered]
    chunks: list[bytes]


async def export(house: House, account: Traveller, pin: str | None, door: Door) -> bytes:
    """A zip: readme.html, data.json, and her tracks as GeoJSON. Raises Refused."""
    await owner(house, account, pin, door)
    account = await house.watch.account(account.id)
    now = house.clock.now()
    walks = []
    for kept, shown in await history.rows(house, account):
        chunks = await house.store.track(shown.id) if _has_track(shown, now) else []
        walks.append(_Walk(kept, shown, await history.remembered(house, shown.id), chunks))
    changes = await history.remembered(house, account.id)
    seen = await devices.last_seen(house, account) | await trackers.last_seen(house, account)
    # Beside the loop: years of walks take a while, and nobody's SOS waits for them.
    return await asyncio.to_thread(_made, account, walks, changes, seen, now, house.settings.timezone)


def _made(
    account: Traveller,
    walks: Sequence[_Walk],
    changes: Sequence[Remembered],
    seen: Mapping[str, float],
    now: float,
    zone: str,
) -> bytes:
    tracks: dict[str, bytes] = {}
    journeys = []
    for walk in walks:
        shown = walk.shown
        fixes, routes = _fixes(walk, now), _routes(walk, now)
        if fixes or routes:
            tracks[shown.id] = _geojson(fixes, routes)
        journeys.append(
            {
                **_journey(shown),
                "story": msgspec.to_builtins(history.told(account, shown, walk.log, zone)),
                "looks": msgspec.to_builtins(history.looks([shown], account)),
                "track": f"tracks/{shown.id}.geojson" if shown.id in tracks else None,
            }
        )
    data = {
        "made_at": now,
        "account": _account(account, seen),
        "card": _card(account),
        "contacts": [_contact(c) for c in account.shown_contacts],
        "asked_after": msgspec.to_builtins(history.asked(account)),
        "changes": _changes(changes),
        "journeys": journeys,
    }
    return _zipped(data, tracks, now, zone)


# ── what we hold ─────────────────────────────────────────────────────────────────────────────────────────


def _account(account: Traveller, seen: Mapping[str, float]) -> dict[str, Any]:
    return {
        "id": account.id,
        "name": account.name,
        "short_name": account.short_name,
        "number": account.number,
        "created_at": account.created_at,
        "asked_by": [channel.value for channel in account.channels],
        "reachable_by_sms": account.reachable_by_sms,
        "contacts_read_each_others_names": account.names_shown,
        "has_pins": account.pin_hash is not None,
        "new_pins_from": account.reset.from_at if account.reset is not None else None,
        "devices": [
            {"id": d.id, "name": d.name, "since": d.since, "last_seen_at": seen.get(d.id), "removed_at": d.revoked_at}
            for d in account.devices
        ],
        "linked_trackers": [
            {
                "id": t.id,
                "app": t.app,
                "name": t.name,
                "since": t.since,
                "heartbeat_s": t.heartbeat_s,
                "last_seen_at": seen.get(t.id),
                "removed_at": t.revoked_at,
            }
            for t in account.trackers
        ],
    }


def _card(account: Traveller) -> dict[str, Any]:
    card = msgspec.to_builtins(account.shown_card)
    return {name: bool(value) if name in HIDDEN else value for name, value in card.items()}


def _contact(contact: Contact) -> dict[str, Any]:
    test = contact.test
    return {
        "id": contact.id,
        "name": contact.name,
        "number": contact.number,
        "tier": contact.tier,
        "primary": contact.primary,
        "on_sos_list": contact.on_sos_list,
        "sees_her_place": contact.place,
        "hours": contact.hours,
        "language": contact.language,
        "channels": [channel.value for channel in contact.channels],
        "state": contact.state.value,
        "invited_at": contact.invited_at,
        "confirmed_at": contact.confirmed_at,
        "asked_again_at": contact.asked_again_at,
        "reachable_by_sms": contact.reachable_by_sms,
        "email": contact.mail.address if contact.mail is not None else "",
        "email_proved_at": contact.mail.proved_at if contact.mail is not None else None,
        "tested_at": contact.tested_at,
        "last_test": None
        if test is None
        else {
            "sent_at": test.sent_at,
            "channel": test.channel.value,
            "state": test.state,
            "accepted_at": test.accepted_at,
            "delivered_at": test.delivered_at,
            "failed_at": test.failed_at,
            "answered_at": test.answered_at,
        },
    }


def _journey(shown: Journey) -> dict[str, Any]:
    plan = shown.plan
    return {
        "id": shown.id,
        "reference": plan.reference,
        "kind": plan.kind.value,
        "destination": plan.destination,
        "profile": plan.profile,
        "mode": plan.mode,
        "legs": [
            {"mode": one.mode, "ends_at": one.word, "planned_s": one.plan_s, "underground": one.underground}
            for one in plan.legs
        ],
        "began_at": plan.began_at,
        "planned_s": plan.plan_s,
        "eta_at": shown.eta_at,
        "state": shown.state.value,
        "closed_at": shown.closed.at if shown.closed is not None else None,
        "closed_because": shown.closed.reason.value if shown.closed is not None else None,
        "others_were_told": shown.resolved_at is not None or shown.alarm is not None,
        "haven": shown.haven.name if shown.haven is not None else None,
        "battery_pct": shown.battery_pct,
    }


def _changes(log: Sequence[Remembered]) -> list[dict[str, Any]]:
    """That something was changed, and when."""
    changes = (entry.event for entry in read(log))
    return [{"at": event.at, "what": event.what} for event in changes if isinstance(event, AccountChanged)]


def _has_track(shown: Journey, now: float) -> bool:
    return fate(shown, now).goes is Goes.NOTHING


def _routes(walk: _Walk, now: float) -> list[Route]:
    """Of the leg she was last on, and of those after it."""
    kept = walk.kept
    return [r for r in (kept.route, *kept.ahead) if r is not None] if _has_track(walk.shown, now) else []


def _fixes(walk: _Walk, now: float) -> list[Fix]:
    """Her fixes, to the end of the journey as her screens know it. What a linked tracker measured is drawn on no screen of
    hers, and a file on her phone is one."""
    if not _has_track(walk.shown, now):
        return []
    fixes = [fix for chunk in walk.chunks for fix in chunk_from(chunk)]
    closed = walk.shown.closed
    until = closed.at if closed is not None and is_over(walk.shown) else float("inf")
    return [fix for fix in (*fixes, *walk.kept.fixes) if fix.at <= until and not fix.by]


# ── the file ─────────────────────────────────────────────────────────────────────────────────────────────


def _zipped(data: dict[str, Any], tracks: Mapping[str, bytes], now: float, zone: str) -> bytes:
    files = {
        "readme.html": render_export(page_of(data, now, zone)).encode(),
        "style.css": STYLE.encode(),
        "data.json": msgspec.json.format(msgspec.json.encode(data), indent=2),
        **{f"tracks/{key}.geojson": track for key, track in tracks.items()},
    }
    made = io.BytesIO()
    when = datetime.fromtimestamp(now, UTC).timetuple()[:6]
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, when)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            archive.writestr(entry, content)
    return made.getvalue()


def _geojson(fixes: Sequence[Fix], routes: Sequence[Route]) -> bytes:
    """The way she had planned as lines, and every fix as a point with its time."""
    features: list[dict[str, Any]] = []
    for n, route in enumerate(routes, 1):
        if route.line:
            line = [[lon, lat] for lat, lon in route.places()]
            features.append(_feature({"type": "LineString", "coordinates": line}, {"what": "planned way"}))
        there, what = route.destination, "destination" if n == len(routes) else "end of a leg"
        features.append(_feature({"type": "Point", "coordinates": [there.lon, there.lat]}, {"what": what}))
    for fix in fixes:
        measured = {
            "what": "fix",
            "at": datetime.fromtimestamp(fix.at, UTC).isoformat(timespec="seconds"),
            "accuracy_m": fix.accuracy_m,
            "speed_mps": fix.speed_mps,
            "course_deg": fix.course_deg,
            "battery_pct": fix.battery_pct,
        }
        features.append(_feature({"type": "Point", "coordinates": [fix.lon, fix.lat]}, measured))
    collection = {"type": "FeatureCollection", "features": features}
    # Twenty times as fast as the standard library's.
    return msgspec.json.format(msgspec.json.encode(collection), indent=1)


def _feature(geometry: dict[str, Any], properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "Feature", "geometry": geometry, "properties": properties}
