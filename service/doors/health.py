"""`/health`: is the promise being kept right now? 200 when it is, 503 when phones must keep what they have."""

from dataclasses import asdict

import msgspec
from fastapi import APIRouter
from fastapi.responses import JSONResponse

from service import absence
from service.desk import provider_error
from service.house import House
from service.operators import presence
from service.store import StoreUnavailable, WrongStore

ROUND_OLD_S = 30.0
UNSENT_OLD_S = 60.0


def router(house: House) -> APIRouter:
    """The health door."""
    doors = APIRouter()

    @doors.get("/health", include_in_schema=False)
    async def health() -> JSONResponse:
        report = await checked(house)
        return JSONResponse(report, status_code=200 if report["ok"] else 503, headers={"Cache-Control": "no-store"})

    return doors


async def checked(house: House) -> dict[str, object]:
    """What works and what does not, by name. `failing` lists what must be mended for `ok` to come back."""
    failing: list[str] = []
    now = house.clock.now()
    unsent: float | None = None
    refused: str | None = None
    round_age_s: float | None = None
    on_shift: int | None = None
    try:
        await house.store.check()
        rows = await house.store.outbox()
        unsent = max((now - visible_at for _, _, visible_at in rows), default=None)
        round_age_s = await last_round_age_s(house)
        refused = await provider_error(house.store)
        on_shift = len(await presence.alive(house, now))
    except (StoreUnavailable, WrongStore):
        failing.append("store")
    if not house.watch.store_ok:
        failing.append("commits")
    if round_age_s is not None and round_age_s > ROUND_OLD_S:
        failing.append("watchman")
    if unsent is not None and unsent > UNSENT_OLD_S:
        failing.append("dispatch")
    if refused is not None:
        failing.append("provider")
    return {
        "ok": not [f for f in failing if f != "provider"],
        "failing": failing,
        "sandbox": house.sandbox,
        "provider": refused or "ok",
        "oldest_unsent_s": None if unsent is None else round(max(0.0, unsent), 1),
        "last_round_s_ago": None if round_age_s is None else round(round_age_s, 1),
        "waiting": house.watch.backlog,
        "operators_on_shift": on_shift,
        "counted": {k: v for k, v in asdict(house.vitals).items() if isinstance(v, int)},
    }


async def last_round_age_s(house: House) -> float | None:
    """How long ago any watchman finished a round, by what it wrote down; None before the first."""
    (last,) = await house.store.book_get(absence.BOOK, [absence.ROUND])
    return None if last is None else house.clock.now() - msgspec.msgpack.decode(last, type=float)
