"""A tracker app's door: what is kept, what is answered, whom it opens to, and its alarm button."""

from io import BytesIO
from typing import Any
from zipfile import ZipFile

import httpx

from service.journey.model import Cause, JourneyKind, JourneyState
from tests.doubles.network import FarStore
from tests.geofence.drawn import place
from tests.world import World
from tests.world_people import DURESS_PIN, HOMEWARD, PIN
from tests.world_trackers import bearer, linked, sets_off, track


async def test_traccars_alarm_on_her_way_is_an_sos_at_once() -> None:
    """No seconds to cancel it in; on disk before the answer; the same request again makes no second one."""
    async with World() as world:
        beth = world.contact("Beth")
        anna = await world.traveller("Anna", contacts=[beth])
        app = await linked(world, anna, "traccar")
        walk = await sets_off(world, anna, app)
        await app.walks(walk, minutes=3)
        at = round(world.clock.now())
        lat, lon = walk.place
        cry: dict[str, Any] = {"lat": lat, "lon": lon, "timestamp": at, "accuracy": 8, "alarm": "sos"}
        answer = await app.http.get("/traccar", params={"id": app.typed_in["device_identifier"], **cry})
        fired = (await walk.journey()).alarm
        assert (answer.status_code, fired is not None and fired.cause) == (200, Cause.SOS)
        await world.pass_time(seconds=5)
        beth.phone.expect_text("SOS from Anna")

        assert (await app.asks(**cry)).status_code == 200
        after = (await walk.journey()).alarm
        assert after is not None
        assert fired is not None
        assert (after.id, after.opened_at) == (fired.id, fired.opened_at)
        world.expect_everything()


async def test_traccars_alarm_without_a_journey_makes_one_and_a_repeat_makes_no_second() -> None:
    """And the place that came with it is on it. Once that is over and she is on her next way, the old request says nothing
    new."""
    async with World() as world:
        beth = world.contact("Beth")
        anna = await world.traveller("Anna", contacts=[beth])
        app = await linked(world, anna, "traccar")
        cry = {"lat": 51.4, "lon": 0.5, "timestamp": round(world.clock.now()), "accuracy": 8, "alarm": "sos"}
        assert (await app.asks(**cry)).status_code == 200
        await world.pass_time(seconds=5)
        beth.phone.expect_text("SOS from Anna")
        live = (await anna.account()).live
        assert live is not None
        kept = await world.front.house.watch.look(live)
        assert (kept.journey.plan.kind, kept.journey.seen is not None) == (JourneyKind.SOS, True)

        await anna.phone.connects()
        await anna.keys_pin()
        world.expect_everything()
        walk = await sets_off(world, anna)
        assert (await app.asks(**cry)).status_code == 200
        assert (await anna.account()).live == walk.key
        assert (await walk.journey()).alarm is None
        world.expect_everything()


async def test_her_queue_comes_forty_minutes_late() -> None:
    """She was underground. What waited is kept, in order, and moves nothing: not the link, not the last place, no arrival;
    the newest of it, measured just now, does."""
    async with World() as world:
        anna = await world.traveller("Anna", contacts=[world.contact("Beth")])
        app = await linked(world, anna)
        walk = await sets_off(world, anna, app, plan_min=90)
        await app.walks(walk, minutes=2)
        before = (await walk.journey()).seen
        queue = []
        for _ in range(40):
            await world.pass_time(minutes=1)
            walk.along_m += 20
            queue.append(app.located(*walk.place))
        there = [app.located(*HOMEWARD.places()[-1], at=world.clock.now() - 60 * n) for n in (20, 19, 15)]
        for waited in (*queue[:-2], *there):
            assert (await app.posts(waited)).status_code == 200
        assert (await walk.journey()).seen == before
        assert (await walk.journey()).state is JourneyState.ACTIVE
        await app.posts(queue[-1])

        journey, fixes = await walk.journey(), await track(world, walk)
        assert journey.seen is not None
        assert before is not None
        assert (journey.seen.at > before.at, len({f.at for f in fixes}) >= 40) == (True, True)
        world.expect_everything()


async def test_the_same_batch_twice_is_kept_once() -> None:
    """Its reply was lost, so the app sends it again; also long after, when nobody remembers the single fixes."""
    async with World() as world:
        anna = await world.traveller("Anna", contacts=[world.contact("Beth")])
        app = await linked(world, anna, "traccar")
        walk = await sets_off(world, anna, app, plan_min=90)
        batch = []
        for _ in range(100):
            await world.pass_time(seconds=15)
            walk.along_m += 10
            lat, lon = walk.place
            batch.append({"id": app.typed_in["device_identifier"], "lat": lat, "lon": lon, "accuracy": 8,
                          "timestamp": round(world.clock.now())})  # fmt: skip
        for _ in range(2):
            assert (await app.http.post("/traccar", json=batch)).status_code == 200
            assert len(await track(world, walk)) == 100
        assert (await app.http.post("/traccar", json=batch[:30])).status_code == 200

        assert len(await track(world, walk)) == 100
        world.expect_everything()


async def test_while_the_store_is_away_the_app_keeps_what_it_has() -> None:
    """503, and its own queue is the best place; when the store is back the same report is taken."""
    far = FarStore()
    async with World(store=far) as world:
        anna = await world.traveller("Anna", contacts=[world.contact("Beth")])
        app = await linked(world, anna)
        walk = await sets_off(world, anna, app)
        await app.walks(walk, minutes=1)
        waiting = app.located(*walk.place, at=world.clock.now() - 1)
        far.away = True
        auth = (app.typed_in["user"], app.typed_in["password"])
        refused = await app.http.post("/owntracks", auth=auth, json=waiting)
        far.away = False
        await world.until(lambda: world.front.house.watch.store_ok or None, "the store is back")

        assert (refused.status_code, refused.json()["code"]) == (503, "unavailable")
        assert (await app.posts(waiting)).status_code == 200
        assert len(await track(world, walk)) == 3
        world.expect_everything()


async def test_a_strangers_credentials_are_one_answer() -> None:
    """Wrong, none, half of them, another app's, removed ones: the same bytes, and nothing is counted or kept."""
    async with World() as world:
        anna = await world.traveller("Anna", contacts=[world.contact("Beth")])
        own, traccar = await linked(world, anna), await linked(world, anna, "traccar")
        user, secret, device = own.typed_in["user"], own.typed_in["password"], traccar.typed_in["device_identifier"]
        removed = await own.http.request("DELETE", f"/v1/trackers/{own.id}", json={"pin": PIN}, headers=bearer(anna))
        assert removed.status_code == 204
        body = own.located(51.4, 0.5)
        tries = [
            await own.http.post("/owntracks", auth=auth, json=body)
            for auth in ((user, secret), (user, "wrong"), ("", ""), ("nobody", secret), (traccar.id, device))
        ]
        tries += [await own.http.post("/owntracks", json=body)]
        tries += [await own.http.post("/owntracks", json=body, headers={"Authorization": "Basic =="})]
        tries += [
            await own.http.get("/traccar", params={"id": name, "alarm": "sos"}) for name in ("", "48241179", secret)
        ]
        tries += [await own.http.post("/traccar", content=b"\x00\x01")]

        assert {(t.status_code, t.content, t.headers["WWW-Authenticate"]) for t in tries} == {
            (401, tries[0].content, 'Basic realm="lamplit", charset="UTF-8"')
        }
        assert ((await anna.account()).live, world.front.house.vitals.dead_letters) == (None, 0)
        world.expect_everything()


async def test_whatever_a_linked_phone_sends_is_answered_200() -> None:
    """Or its queue would stand still for ever. What could not be read is counted."""
    async with World() as world:
        anna = await world.traveller("Anna", contacts=[world.contact("Beth")])
        own, traccar = await linked(world, anna), await linked(world, anna, "traccar")
        walk = await sets_off(world, anna)
        device = traccar.typed_in["device_identifier"]
        bad = [b"", b"{", b"[[[", b"\xff\xfe", b"null", b'{"_type":"encrypted","data":"x"}', b"[" * 100_000]
        bad += [
            b'{"_type":"location","lat":"no","lon":1e999}',
            b"{" + b" " * 300_000,
            b'{"_type":"cmd","action":"dump"}',
        ]
        for body in bad:
            answer = await own.posts(body)
            assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
        for query in ({}, {"lat": "x"}, {"lat": 51, "lon": 0, "timestamp": "yesterday"}, {"location": "1,2,3"}):
            assert (await traccar.asks(**query)).status_code == 200
        for body in (f'{{"device_id": "{device}", '.encode(), f"id={device}&lat=99".encode()):
            assert (await traccar.http.post("/traccar/", content=body)).status_code == 200
        too_long = f'{{"device_id":"{device}","location":"'.encode() + b"x" * 6_000_000 + b'"}'
        assert (await traccar.http.post("/traccar", content=too_long)).status_code == 200

        assert world.front.house.vitals.dead_letters >= 8
        assert (await walk.journey()).seen is None
        world.expect_everything()


async def test_both_pins_link_and_unlink_with_the_same_bytes() -> None:
    """And what her devices, and the app, are shown afterwards is the same. Behind the duress PIN Beth is told."""
    shown = {}
    for pin in (PIN, DURESS_PIN):
        async with World() as world:
            beth = world.contact("Beth")
            anna = await world.traveller("Anna", contacts=[beth])
            app = await linked(world, anna, pin=pin)
            chance = {anna.id: "anna", app.id: "app", anna.phone.token: "token"}
            seen: list[httpx.Response] = [await app.posts(app.located(51.4, 0.5))]
            seen += [
                await app.http.get(f"/v1{path}", headers=bearer(anna)) for path in ("/trackers", "/me", "/journeys")
            ]
            gone = await app.http.request("DELETE", f"/v1/trackers/{app.id}", json={"pin": pin}, headers=bearer(anna))
            seen += [gone, await app.http.get("/v1/trackers", headers=bearer(anna)), await app.posts({})]
            await world.pass_time(seconds=5)
            device = (await anna.account()).devices[0].id
            chance |= {device: "device", beth.id: "beth"}
            shown[pin] = [(a.status_code, _struck(a.text, chance)) for a in seen]
            if pin == DURESS_PIN:
                beth.phone.expect_text("Anna may be FORCED")
            world.expect_everything()

    assert shown[PIN] == shown[DURESS_PIN]
    assert [status for status, _ in shown[PIN]] == [200, 200, 200, 200, 204, 200, 401]


def _struck(text: str, chance: dict[str, str]) -> str:
    for drawn, name in chance.items():
        text = text.replace(drawn, name)
    return text


async def test_without_a_journey_nothing_is_kept() -> None:
    """Where she is then is nobody's business; and what waited from before she set off is not either."""
    async with World() as world:
        anna = await world.traveller("Anna", contacts=[world.contact("Beth")])
        app = await linked(world, anna)
        keys = await world.store.keys()
        assert (await app.posts(app.located(51.4, 0.5))).json() == []
        assert await world.store.keys() == keys
        waited = [app.located(*place(-500, 0), at=world.clock.now() - 600)]
        walk = await sets_off(world, anna, app)
        await app.posts(waited[0])

        assert (await walk.kept()).fixes == ()
        world.expect_everything()


async def test_where_she_goes_after_she_has_ended_it_is_not_kept() -> None:
    """The app goes on reporting; it is answered, and discarded."""
    async with World() as world:
        anna = await world.traveller("Anna", contacts=[world.contact("Beth")])
        app = await linked(world, anna)
        walk = await sets_off(world, anna, app)
        await app.walks(walk, minutes=2)
        await anna.phone.connects()
        await anna.keys_pin()
        before = len(await track(world, walk))
        await app.walks(walk, minutes=3)

        assert len(await track(world, walk)) == before
        world.expect_everything()


async def test_whichever_pin_ends_it_her_screens_and_the_app_are_told_the_same() -> None:
    """Of the journey, its story, its messages and its export, and in every reply, while the app goes on to report. Behind
    the duress PIN those who look for her see where the tracker is."""
    shown, kept = {}, {}
    for pin in (PIN, DURESS_PIN):
        async with World() as world:
            beth = world.contact("Beth")
            anna = await world.traveller("Anna", contacts=[beth])
            app = await linked(world, anna)
            walk = await sets_off(world, anna, app)
            await app.walks(walk, minutes=3)
            await anna.phone.connects()
            await anna.keys_pin(pin)
            before = len(await track(world, walk))
            seen = []
            for _ in range(4):
                await world.pass_time(seconds=45)
                walk.along_m += 40
                seen.append(await app.reports(walk))
                seen.append(await app.posts(app.located(*HOMEWARD.places()[-1], at=world.clock.now() - 900)))
            paths = ["trackers", "me", "journeys", "looks", "journeys/live"]
            paths += [f"journeys/{walk.key}{more}" for more in ("", "/story", "/looks")]
            seen += [await app.http.get(f"/v1/{path}", headers=bearer(anna)) for path in paths]
            exported = await app.http.post("/v1/export", json={"pin": pin}, headers=bearer(anna))
            files = _files(exported.content)
            account = await anna.account()
            reference = (await walk.journey()).plan.reference
            chance = {
                anna.id: "anna",
                app.id: "app",
                beth.id: "beth",
                reference: "reference",
                account.devices[0].id: "device",
            }
            shown[pin] = [(a.status_code, _struck(a.text, chance)) for a in seen]
            shown[pin] += [(200, _struck(f"{name} {text}", chance)) for name, text in files.items()]
            kept[pin] = len(await track(world, walk)) - before
            await world.pass_time(seconds=5)
            if pin == DURESS_PIN:
                beth.phone.expect_text("Anna may be FORCED")
                beth.phone.expect_call()
            world.expect_everything()

    assert shown[PIN] == shown[DURESS_PIN]
    assert {status for status, _ in shown[PIN]} == {200}
    assert not [text for _, text in shown[PIN] if '"what":"fix"' in text.replace(" ", "")]
    assert (kept[PIN], kept[DURESS_PIN] >= 4) == (0, True)


def _files(packed: bytes) -> dict[str, str]:
    with ZipFile(BytesIO(packed)) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}
