"""The door itself: who is let in, how much is read, what a broken moment is answered. (The rest: tests/stories.)"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from service.doors import problems
from service.doors.trackers import door, owntracks, traccar
from service.journey.model import Cause
from service.store import Unit
from tests.doubles.network import FarStore
from tests.world import World
from tests.world_people import DURESS_PIN, PIN
from tests.world_trackers import TrackerApp, linked, sets_off, track


@pytest.fixture
def far() -> FarStore:
    return FarStore()


@pytest.fixture
async def world(far: FarStore) -> AsyncIterator[World]:
    async with World(store=far) as living:
        yield living
        living.expect_everything()


async def apps(world: World) -> tuple[TrackerApp, TrackerApp]:
    anna = await world.traveller("Anna", contacts=[world.contact("Beth")])
    return await linked(world, anna), await linked(world, anna, "traccar")


async def test_each_app_has_its_own_door(world: World) -> None:
    """OwnTracks' password is no identifier, Traccar's identifier no password."""
    own, traccar = await apps(world)
    device = traccar.typed_in["device_identifier"]
    assert (await own.http.post("/owntracks", auth=(traccar.id, device), json={})).status_code == 401
    assert (await own.http.get("/traccar", params={"id": own.typed_in["password"]})).status_code == 401


async def test_traccars_address_is_found_as_the_app_makes_it(world: World) -> None:
    """With the stroke at its end or without, GET or POST, the identifier in the query, the form or the JSON of any age."""
    _, app = await apps(world)
    device, http = app.typed_in["device_identifier"], app.http
    answers = [
        await http.get(f"/traccar?id={device}&lat=51.4&lon=0.5&timestamp=1&alarm="),
        await http.post(f"/traccar/?id={device}&lat=51.4&lon=0.5&timestamp=1"),
        await http.post("/traccar", data={"deviceid": device, "lat": "51.4", "lon": "0.5"}),
        await http.post("/traccar", json={"device_id": device, "location": {"coords": {}}}),
        await http.post("/traccar", json=[{"id": device}]),
    ]
    assert [(a.status_code, a.content) for a in answers] == [(200, b"")] * 5


async def test_owntracks_address_may_end_in_a_stroke(world: World) -> None:
    """As people type it."""
    own, _ = await apps(world)
    auth = (own.typed_in["user"], own.typed_in["password"])
    assert (await own.http.post("/owntracks/", auth=auth, json={})).status_code == 200


async def test_too_much_is_read_to_its_end_and_thrown_away(world: World) -> None:
    """An app that is interrupted while it sends would send it again for ever."""
    own, _ = await apps(world)
    sent = 0

    async def pieces() -> AsyncIterator[bytes]:
        nonlocal sent
        for _ in range(20):
            sent += 1
            yield b" " * 400_000

    auth = (own.typed_in["user"], own.typed_in["password"])
    answer = await own.http.post("/owntracks", auth=auth, content=pieces())
    assert (answer.status_code, sent, world.front.house.vitals.dead_letters) == (200, 20, 1)


async def test_what_breaks_us_is_a_dead_letter_and_not_its_fate(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A report that cannot be judged, for whatever reason, is not sent for ever."""

    async def breaks(*_: object) -> None:
        raise ValueError("nobody has thought of this")

    own, _ = await apps(world)
    monkeypatch.setattr(door, "take", breaks)
    assert (await own.posts({})).status_code == 200
    assert world.front.house.vitals.dead_letters >= 1
    world.expect_error("a report of a tracker app could not be used")


async def test_what_our_reading_breaks_on_is_a_dead_letter_too(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of either app; the identifier is found all the same, in the address or in the body."""

    def breaks(*_: object) -> None:
        raise ValueError("nobody has thought of this")

    own, app = await apps(world)
    device = app.typed_in["device_identifier"]
    monkeypatch.setattr(owntracks, "read", breaks)
    monkeypatch.setattr(traccar, "read", breaks)
    answers = [await own.posts({}), await app.asks(), await app.http.post("/traccar", json={"device_id": device})]
    assert ([a.status_code for a in answers], world.front.house.vitals.dead_letters) == ([200] * 3, 3)
    world.expect_error("a report of a tracker app could not be read")


async def test_a_flood_of_one_app_waits_for_itself(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """So many at once; the others keep theirs and come again."""
    own, _ = await apps(world)
    go = asyncio.Event()

    async def slow(*_: object) -> None:
        await go.wait()

    monkeypatch.setattr(door, "take", slow)
    auth = (own.typed_in["user"], own.typed_in["password"])
    many = [asyncio.create_task(own.http.post("/owntracks", auth=auth, json={})) for _ in range(door.MOST_AT_ONCE + 2)]
    async with asyncio.timeout(5):
        while sum(task.done() for task in many) < 2:  # noqa: ASYNC110 (there is nobody to wait for)
            await asyncio.sleep(0)
    go.set()
    statuses = sorted([(await task).status_code for task in many])
    assert statuses == [200] * door.MOST_AT_ONCE + [503] * 2


async def test_an_alarm_while_the_store_is_away_is_not_lost(
    world: World, far: FarStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The app says it once. It is answered that it is not on disk, and when somebody can say whose it is, it fires."""
    anna = await world.traveller("Anna", contacts=[world.contact("Beth")])
    app = await linked(world, anna, "traccar")
    walk = await sets_off(world, anna)
    monkeypatch.setattr(problems, "ANSWER_S", 0.01)
    far.away = True
    answer = await app.http.get("/traccar", params={"id": app.typed_in["device_identifier"], "alarm": "sos"})
    far.away = False
    assert answer.status_code == 503

    async with asyncio.timeout(5):
        while (await walk.journey()).alarm is None:  # noqa: ASYNC110 (a task that nobody waits for)
            await asyncio.sleep(0.01)
    alarm = (await walk.journey()).alarm
    assert alarm is not None
    assert alarm.cause is Cause.SOS
    await world.settle()


async def test_an_alarm_of_an_app_that_was_heard_lately_is_spoken_before_it_is_on_disk(
    world: World, far: FarStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The store is away, and it says so once: Beth hears after three seconds, on the journey under way, and not twice when
    the store is back."""
    beth = world.contact("Beth")
    anna = await world.traveller("Anna", contacts=[beth])
    app = await linked(world, anna, "traccar")
    walk = await sets_off(world, anna)
    await app.asks()
    monkeypatch.setattr(problems, "ANSWER_S", 0.01)
    far.away = True
    answer = await app.http.get("/traccar", params={"id": app.typed_in["device_identifier"], "alarm": "sos"})
    world.clock.forward(3.5)
    await world.rest()
    spoken = {s.message.id for s in world.gateway.sent if "/SOS/" in s.message.id}
    assert (answer.status_code, {one.rpartition("/i1/")[0] for one in spoken}) == (503, {walk.key})

    far.away = False
    async with asyncio.timeout(5):
        while (await walk.journey()).alarm is None:  # noqa: ASYNC110 (a task that nobody waits for)
            await asyncio.sleep(0.01)
    await world.pass_time(seconds=20)
    beth.phone.expect_text("SOS from Anna")
    beth.phone.expect_call()
    beth.phone.expect_nothing()
    world.expect_error("an SOS is spoken before it is on disk")


async def test_a_crowd_of_alarms_keeps_none_from_being_heard(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Strangers cry as many at once as we would let wait; hers is taken all the same."""
    monkeypatch.setattr(door, "MOST_CRYING", 0)
    anna = await world.traveller("Anna", contacts=[world.contact("Beth")])
    app = await linked(world, anna, "traccar")
    walk = await sets_off(world, anna)
    assert (await app.asks(alarm="sos")).status_code == 200
    alarm = (await walk.journey()).alarm
    assert alarm is not None
    assert alarm.cause is Cause.SOS


async def test_what_is_over_on_her_screens_is_answered_before_anything_is_written(world: World, far: FarStore) -> None:
    """With the one PIN nothing is kept of it, with the other everything: whoever holds the phone and a stopwatch sees an
    answer for which nothing was committed, either time."""
    for pin in (PIN, DURESS_PIN):
        anna = await world.traveller("Anna", contacts=[world.contact("Beth")])
        app = await linked(world, anna)
        walk = await sets_off(world, anna, app)
        await app.walks(walk, minutes=1)
        await anna.phone.connects()
        await anna.keys_pin(pin)
        await world.pass_time(seconds=20)
        written: list[int] = []
        kept = len(await track(world, walk))
        answered = asyncio.Event()

        async def held(units: Sequence[Unit], written: list[int] = written, answered: asyncio.Event = answered) -> None:
            await answered.wait()
            written.append(len(units))

        far.before_commit = held
        auth = (app.typed_in["user"], app.typed_in["password"])
        answer = await app.http.post("/owntracks", auth=auth, json=app.located(*walk.place))
        assert (answer.status_code, answer.json(), written) == (200, [], [])
        answered.set()
        await world.rest()
        far.before_commit = None
        assert len(await track(world, walk)) - kept == (pin == DURESS_PIN)


async def test_a_line_that_breaks_while_an_app_sends_is_no_error_of_ours(world: World) -> None:
    """It is what phones do in a lift. Nothing is taken of half a report, and the alarm in an address is heard."""
    anna = await world.traveller("Anna", contacts=[world.contact("Beth")])
    own, traccar = await linked(world, anna), await linked(world, anna, "traccar")
    walk = await sets_off(world, anna)
    device = traccar.typed_in["device_identifier"]
    basic = httpx.BasicAuth(own.typed_in["user"], own.typed_in["password"])
    auth = next(basic.auth_flow(httpx.Request("POST", "https://lamplit.example/"))).headers["Authorization"]
    rest = {"path": "/owntracks", "query_string": b"", "headers": [(b"authorization", auth.encode())]}
    assert (await _broken_off(world, **rest), world.front.house.vitals.dead_letters) == (503, 0)
    calm = {"path": "/traccar", "query_string": f"id={device}".encode(), "headers": []}
    assert await _broken_off(world, **calm) == 503
    assert (await walk.kept()).trackers == ()
    assert await _broken_off(world, **{**calm, "query_string": f"id={device}&alarm=sos".encode()}) == 200
    assert (await walk.journey()).alarm is not None


async def _broken_off(world: World, **more: Any) -> int:
    """The status of a request of which the half comes."""
    app = FastAPI()
    problems.install(app)
    app.include_router(door.router(world.front.house, world.front.cries))
    pieces = iter([{"type": "http.request", "body": b"{", "more_body": True}, {"type": "http.disconnect"}])
    sent: list[Any] = []

    async def receive() -> Any:
        return next(pieces)

    async def send(message: Any) -> None:
        sent.append(message)

    http = {
        "type": "http",
        "method": "POST",
        "http_version": "1.1",
        "scheme": "https",
        "raw_path": b"",
        "root_path": "",
    }
    await app({**http, **more}, receive, send)
    status: int = sent[0]["status"]
    return status
