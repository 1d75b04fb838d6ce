"""Linked tracker apps over HTTP (that each takes her PIN: `test_account`)."""

from typing import Any

from tests.service.people.household import ANNA, PIN, Her, Household


async def links(home: Household, her: Her, app: str, **more: Any) -> dict[str, Any]:
    home.clock.forward(61)
    asked = await her.post("/trackers", {"app": app, "name": "in my bag", "pin": PIN, **more})
    assert asked.status_code == 202, asked.text
    done = await her.post(f"/trackers/{asked.json()['id']}/code", {"code": await home.code_for(ANNA)})
    assert (done.status_code, done.headers["cache-control"]) == (201, "no-store"), done.text
    found: dict[str, Any] = done.json()
    return found


async def test_what_to_type_in_is_shown_once(home: Household) -> None:
    """Field by field as the app's screen calls them; the list has no secret any more."""
    her = await home.sign_up()
    own, traccar = await links(home, her, "owntracks"), await links(home, her, "traccar", heartbeat_s=60)
    assert sorted(own["type_in"]) == ["device", "password", "url", "user"]
    assert (own["type_in"]["url"], own["type_in"]["user"]) == ("https://lamplit.example/owntracks", own["id"])
    assert traccar["type_in"]["server_url"] == "https://lamplit.example/traccar"

    listed = await her.get("/trackers")
    assert [(t["app"], t["heartbeat_s"], t["last_seen_at"]) for t in listed.json()] == [
        ("owntracks", 300.0, None),
        ("traccar", 60.0, None),
    ]
    assert own["type_in"]["password"] not in listed.text
    assert traccar["type_in"]["device_identifier"] not in listed.text
    assert {c["code"] for c in listed.json()[0]["cannot"]} >= {"no_screen", "not_drawn", "silent_when_still"}


async def test_shut_out_over_http(home: Household) -> None:
    """204, and it is gone from the list; once more there is no such thing."""
    her = await home.sign_up()
    own = await links(home, her, "owntracks")
    answers = [await her.ask("DELETE", f"/trackers/{own['id']}", {"pin": PIN}) for _ in range(2)]
    assert [a.status_code for a in answers] == [204, 404]
    assert (await her.get("/trackers")).json() == []


async def test_somebody_elses_are_not_hers(home: Household) -> None:
    """No id in a path names them."""
    her = await home.sign_up()
    own = await links(home, her, "owntracks")
    beth = await home.sign_up("Beth", "+447700900201")
    answer = await beth.ask("DELETE", f"/trackers/{own['id']}", {"pin": PIN})
    keyed = await beth.post(f"/trackers/{own['id']}/code", {"code": "000000"})
    assert (answer.status_code, keyed.json()["code"]) == (404, "wrong_code")


async def test_a_journey_carried_by_a_tracker_says_so_before(home: Household) -> None:
    """One plain sentence; an app that is not linked carries nothing."""
    her = await home.sign_up()
    await her.has("Beth", "+447700900201")
    own = await links(home, her, "owntracks")
    wish = {"destination": {"lat": 51.388, "lon": 0.504}, "minutes": 20}
    report = (await her.post("/journeys/preflight", {**wish, "tracker": own["id"]})).json()
    [words] = [w["words"] for w in report["warnings"] if w["code"] == "tracker"]
    assert words.startswith("OwnTracks shows you nothing of ours: we ask you everything by text")
    unknown = await her.post("/journeys", {**wish, "tracker": "nobody"})
    made = await her.post("/journeys", {**wish, "tracker": own["id"]})

    assert (unknown.json()["field"], made.status_code) == ("tracker", 201)
    assert (await home.journey(made.json()["id"])).link.cadence_s == 300.0
