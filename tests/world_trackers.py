"""Off-the-shelf tracker apps in a world: OwnTracks and Traccar Client as they speak, with a queue of their own."""

from dataclasses import dataclass, field
from typing import Any

import httpx
from fastapi import FastAPI

from geofence.fix import Fix
from service.doors import problems
from service.doors.api import routes
from service.doors.body_limit import BodyLimit
from service.doors.phones.snapshot import snapshot
from service.doors.trackers import door
from service.people import setting_off
from service.people.wishes import Wish
from service.rows import chunk_from
from tests.world import World
from tests.world_people import HOMEWARD, PIN, Traveller, Walk

EVERY_S = 30.0


def opened(world: World) -> httpx.AsyncClient:
    """The doors that such an app, and the phone that links it, find open."""
    app = FastAPI()
    problems.install(app)
    app.add_middleware(BodyLimit)
    app.include_router(routes.router(world.front.house))
    app.include_router(door.router(world.front.house, world.front.cries))
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="https://lamplit.example")


@dataclass
class TrackerApp:
    """An app on a phone, as she has typed in what she was shown."""

    world: World
    id: str
    typed_in: dict[str, str]
    http: httpx.AsyncClient
    heard: list[Any] = field(default_factory=list)
    """What OwnTracks was told, command by command."""
    made: int = 0

    # ── OwnTracks ──

    def located(self, lat: float, lon: float, at: float | None = None, **more: Any) -> dict[str, Any]:
        """A location as the app writes it down when it measures; `at`: not now."""
        self.made += 1
        at = self.world.clock.now() if at is None else at
        return {
            "_type": "location",
            "_id": f"{self.made:08x}",
            "lat": lat,
            "lon": lon,
            "acc": 8,
            "vel": 5,
            "batt": 80,
            "tst": round(at),
            **more,
        }

    async def posts(self, body: Any, **headers: str) -> httpx.Response:
        """One POST of OwnTracks, with what she typed in."""
        auth = (self.typed_in["user"], self.typed_in["password"])
        how: dict[str, Any] = {"content": body} if isinstance(body, bytes) else {"json": body}
        answer = await self.http.post("/owntracks", auth=auth, headers={"X-Limit-U": "amira", **headers}, **how)
        if answer.status_code == 200:
            self.heard += answer.json()
        await self.world.settle()
        return answer

    # ── Traccar Client ──

    async def asks(self, **fields: Any) -> httpx.Response:
        """One request of Traccar Client, as its address is made."""
        query = {"id": self.typed_in["device_identifier"], **fields}
        answer = await self.http.post("/traccar", params=query)
        await self.world.settle()
        return answer

    # ── either ──

    async def reports(self, walk: Walk, **more: Any) -> httpx.Response:
        """Where she is now."""
        lat, lon = walk.place
        if "user" in self.typed_in:
            return await self.posts(self.located(lat, lon, **more))
        now = self.world.clock.now()
        return await self.asks(lat=lat, lon=lon, timestamp=round(now), speed=2.6, accuracy=8, batt=80, **more)

    async def walks(self, walk: Walk, *, minutes: float, mps: float = 1.35) -> None:
        """She goes on along her way with this phone, which reports every half minute."""
        for _ in range(round(minutes * 60.0 / EVERY_S)):
            await self.world.pass_time(seconds=EVERY_S)
            walk.along_m += mps * EVERY_S
            await self.reports(walk, **({"vel": round(mps * 3.6)} if "user" in self.typed_in else {}))


def bearer(anna: Traveller) -> dict[str, str]:
    return {"Authorization": f"Bearer {anna.phone.token}"}


async def linked(
    world: World, anna: Traveller, app: str = "owntracks", *, heartbeat_s: float | None = None, pin: str = PIN
) -> TrackerApp:
    """She links an app of hers: her PIN, the code that comes by text, and what she is shown once."""
    http = opened(world)
    await world.pass_time(seconds=61)
    body = {"app": app, "name": f"my {app}", "heartbeat_s": heartbeat_s, "pin": pin}
    asked = await http.post("/v1/trackers", json=body, headers=bearer(anna))
    assert asked.status_code == 202, asked.text
    await world.pass_time(seconds=5)
    code = anna.phone.expect_text("is your Lamplit code").text[:6]
    done = await http.post(f"/v1/trackers/{asked.json()['id']}/code", json={"code": code}, headers=bearer(anna))
    assert done.status_code == 201, done.text
    await world.pass_time(seconds=5)
    anna.phone.expect_text("A tracker app was linked to your account")
    return TrackerApp(world, done.json()["id"], done.json()["type_in"], http)


async def sets_off(
    world: World, anna: Traveller, app: TrackerApp | None = None, *, plan_min: float = 25.0, profile: str = "standard"
) -> Walk:
    """Home, with nothing but the tracker app (`app`: said so in the pre-flight)."""
    wish = Wish(route=HOMEWARD, minutes=plan_min, profile=profile, tracker=app.id if app is not None else "")
    kept = await setting_off.set_off(world.front.house, anna.id, wish)
    await world.settle()
    return Walk(world, kept.journey.id, HOMEWARD, world.clock.now())


async def track(world: World, walk: Walk) -> list[Fix]:
    """Every fix of it on disk."""
    chunks = await world.store.track(walk.key)
    return [fix for chunk in chunks for fix in chunk_from(chunk)] + list((await walk.kept()).fixes)


async def snapshot_of(anna: Traveller, walk: Walk) -> dict[str, Any]:
    return snapshot(await walk.journey(), await anna.account())
