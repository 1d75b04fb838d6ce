"""`/health`: is the promise being kept right now? `/ready`: may this process be sent traffic? 200 or 503, for machines.

Both fail on an old round. `docs/running.md` says what each name means and what to do about it.
"""

import asyncio
from dataclasses import fields

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from service.house import House
from service.watching.wellness import Wellness, looked_at

FRESH_S = 1.0
"""Anybody may ask, so the store is asked once a second at most."""
READY_NEEDS = ("store", "commits", "watchman")
_NO_STORE = {"Cache-Control": "no-store"}


def router(house: House) -> APIRouter:
    """The health doors."""
    doors, recent = APIRouter(), Recently(house)

    @doors.get("/health", include_in_schema=False)
    async def health() -> JSONResponse:
        well = await recent.look()
        return JSONResponse(report(house, well), status_code=200 if well.ok else 503, headers=_NO_STORE)

    @doors.get("/ready", include_in_schema=False)
    async def ready() -> JSONResponse:
        waits_for = missing(house, await recent.look())
        return JSONResponse(
            {"ready": not waits_for, "waits_for": waits_for},
            status_code=503 if waits_for else 200,
            headers=_NO_STORE,
        )

    return doors


class Recently:
    """One look for all who ask within a second."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._looking = asyncio.Lock()
        self._well: Wellness | None = None
        self._at_s = float("-inf")

    async def look(self) -> Wellness:
        async with self._looking:
            now_s = asyncio.get_running_loop().time()
            if self._well is None or now_s - self._at_s >= FRESH_S:
                self._well = await looked_at(self._house)
                self._at_s = asyncio.get_running_loop().time()
            return self._well


async def checked(house: House) -> dict[str, object]:
    """The same for whoever is inside: what works and what does not, by name, as of now."""
    return report(house, await looked_at(house))


def missing(house: House, well: Wellness) -> list[str]:
    """What this process needs before it is sent traffic and does not have."""
    lacks = [name for name in READY_NEEDS if name in well.failing]
    return lacks if house.feed.is_following else [*lacks, "feed"]


def report(house: House, well: Wellness) -> dict[str, object]:
    """What works and what does not, by name. `failing` lists what must be mended, `why` says each in a sentence; `ok` is
    lost by what breaks a promise right now, not by all of it. Nothing of anybody."""
    audit = well.audit
    return {
        "ok": well.ok,
        "failing": list(well.failing),
        "why": [trouble.sentence for trouble in well.troubles],
        "sandbox": house.sandbox,
        "provider": "; ".join(f"{lane.name.lower()}: {why}" for lane, why in well.refused.items()) or "ok",
        "oldest_unsent_s": _rounded(well.unsent_s),
        "last_round_s_ago": _rounded(well.round_age_s),
        "last_door_s_ago": _rounded(well.door_age_s),
        "waiting": house.watch.backlog,
        "outbox": sum(well.outbox),
        "operators_on_shift": well.on_shift,
        "audit": None
        if audit is None
        else {
            "s_ago": _rounded(well.audit_age_s),
            "clean": audit.clean,
            "deadlines_untaken": audit.wakes,
            "messages_untaken": sum(audit.notices),
            "put_right": audit.mended,
            "cannot_be_judged": audit.stuck + audit.unreadable,
        },
        "counted": counted(house),
    }


def counted(house: House) -> dict[str, int]:
    """What this process has counted since it started."""
    vitals = house.vitals
    return {f.name: value for f in fields(vitals) if isinstance(value := getattr(vitals, f.name), int)}


def _rounded(seconds: float | None) -> float | None:
    return None if seconds is None else round(max(0.0, seconds), 1)
