"""Her journeys over HTTP, as her phone meets them."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from service.havens import Listed, ListedHavens
from tests.service.people.household import BETH, DAD, DURESS, HOME, PIN, Her, Household, household

STOP = {"word": "the stop", "lat": 51.384, "lon": 0.504}
BY_BUS = [{"mode": "foot", "to": STOP, "minutes": 10}, {"mode": "ride"}]
WAY = {
    "format": "geojson",
    "data": '{"type": "LineString", "coordinates": [[0.504, 51.374], [0.504, 51.388]]}',
}
"""Begins more than a kilometre before the stop."""


CHURCH = Listed("s1", "Open church", 51.381, 0.5, "scheme", "24/7")


@pytest.fixture
async def home() -> AsyncIterator[Household]:
    """A living house with nobody in it yet."""
    async with household() as living:
        yield living


@pytest.fixture
async def her(home: Household) -> Her:
    """Anna, with Beth."""
    anna = await home.sign_up()
    await anna.has("Beth", BETH)
    return anna


async def test_an_evening_over_http(her: Her) -> None:
    """She sets off, takes longer, sits down, and ends it with her PIN."""
    shown = await her.sets_off()
    more = await her.post("/journeys/live/extend", {"id": "c1", "minutes": 5})
    paused = await her.post("/journeys/live/pause", {"id": "c2", "minutes": 5})
    no_pin = await her.post("/journeys/live/end", {"id": "c3"})
    ended = await her.post("/journeys/live/end", {"id": "c4", "pin": PIN})

    assert more.json() == {"id": "c1", "result": "eta_moved", "at": shown["eta_at"] + 300}
    assert paused.json()["result"] == "paused"
    assert (no_pin.status_code, no_pin.json()["code"], no_pin.json()["id"]) == (403, "pin_needed", "c3")
    assert ended.json()["result"] == "closed"
    assert (await her.get("/journeys/live")).json()["closed_because"] == "ended"


async def test_a_way_of_two_legs_over_http(her: Her, home: Household) -> None:
    """To the stop, and by bus: the snapshot says which she is on; said twice it has begun already."""
    shown = await her.sets_off(minutes=30, legs=BY_BUS)
    assert (shown["leg"], shown["mode"]) == (0, "foot")
    assert [(leg["mode"], leg["word"], leg["minutes"]) for leg in shown["legs"]] == [
        ("foot", "the stop", 10), ("ride", "", 1),
    ]  # fmt: skip
    second = await her.post("/journeys", {"destination": HOME, "minutes": 20})
    assert (second.status_code, "the next leg of it" in second.json()["detail"]) == (409, True)

    boards = await her.post("/journeys/live/leg", {"id": "c1", "to": 1})
    assert boards.json()["result"] == "done"
    on_board = (await her.get("/journeys/live")).json()
    assert (on_board["leg"], on_board["mode"], on_board["eta_at"]) == (1, "ride", shown["eta_at"])
    kept = await home.house.watch.look(on_board["id"])
    assert kept.route is not None
    assert (kept.route.destination.lat, kept.ahead) == (HOME["lat"], ())

    assert (await her.post("/journeys/live/leg", {"id": "c2", "to": 1})).json()["result"] == "already"
    assert (await her.post("/journeys/live/leg", {"id": "c3", "to": 6})).json()["field"] == "to"


async def test_a_new_line_on_the_way_over_http(her: Her, home: Household) -> None:
    """Set off to a place, no line: now there is one, to the same place; one that ends elsewhere is refused by its field."""
    shown = await her.sets_off()
    answer = await her.post("/journeys/live/route", {"id": "c1", **WAY})
    assert answer.json() == {"id": "c1", "result": "rerouted", "at": shown["eta_at"]}
    after = (await her.get("/journeys/live")).json()
    assert (after["eta_at"], round(after["total_m"])) == (shown["eta_at"], 1558)
    kept = await home.house.watch.look(shown["id"])
    assert (kept.journey.route_dropped, kept.route is not None and kept.route.line != "") == (False, True)

    elsewhere = WAY["data"].replace("51.388", "51.380")
    refused = await her.post("/journeys/live/route", {"id": "c2", "format": "geojson", "data": elsewhere})
    assert (refused.status_code, refused.json()["field"]) == (422, "route")
    nothing = await her.post("/journeys/live/route", {"id": "c3", "format": "gpx", "data": "<gpx"})
    assert (nothing.status_code, nothing.json()["field"]) == (422, "route.gpx")


async def test_turning_aside_over_http(her: Her, home: Household) -> None:
    """One tap; on her screen until she is there and gone again. No PIN is asked, and none is taken."""
    home.house.watch.havens = ListedHavens((CHURCH,), "Europe/London")
    shown = await her.sets_off()
    assert shown["haven"] is None
    aside = await her.post("/journeys/live/divert", {"id": "c1", "haven": "s1"})
    assert aside.json() == {"id": "c1", "result": "diverted", "at": shown["eta_at"] + 900}
    after = (await her.get("/journeys/live")).json()
    assert (after["haven"]["name"], after["haven"]["there"]) == ("Open church", False)

    assert (await her.post("/journeys/live/divert", {"id": "c2", "haven": "s2"})).json()["field"] == "haven"
    assert (await her.post("/journeys/live/divert", {"id": "c3", "haven": "s1", "pin": PIN})).status_code == 422


async def test_walk_with_me_over_http(her: Her) -> None:
    """Two taps, each under its id; no PIN is asked, and none is taken."""
    [beth] = (await her.get("/contacts")).json()
    await her.sets_off()
    asked = await her.post("/journeys/live/company", {"id": "c1", "who": [beth["id"]]})
    assert asked.json() == {"id": "c1", "result": "done", "at": None}
    assert (await her.get("/journeys/live")).json()["company"] == [beth["id"]]

    ended = await her.post("/journeys/live/company_end", {"id": "c2"})
    assert ended.json()["result"] == "done"
    assert (await her.get("/journeys/live")).json()["company"] == []
    assert (await her.post("/journeys/live/company_end", {"id": "c3", "pin": PIN})).status_code == 422


async def test_a_command_that_waited_is_judged_as_of_then(her: Her, home: Household) -> None:
    """Keyed before Beth was told, sent after: asked again."""
    await her.sets_off()
    await home.time_passes(1_800)
    waited = await her.post("/journeys/live/end", {"id": "c1", "pin": PIN, "waited_s": 600})
    assert (waited.status_code, waited.json()["code"]) == (403, "pin_needed")

    assert (await her.post("/journeys/live/end", {"id": "c2", "pin": PIN})).json()["result"] == "closed"


async def test_a_command_that_comes_twice_gets_its_first_answer(her: Her) -> None:
    """Byte for byte."""
    await her.sets_off()
    first = await her.post("/journeys/live/extend", {"id": "c1", "minutes": 5})

    assert (await her.post("/journeys/live/extend", {"id": "c1", "minutes": 5})).content == first.content


async def test_sos_with_and_without_a_journey(her: Her, home: Household) -> None:
    """`help` in an answer is the same cry; her PIN stops the countdown."""
    fires_at = home.clock.now() + 5
    pressed = await her.post("/journeys/live/sos", {"id": "c1"})
    helped = await her.post("/journeys/live/answer", {"id": "c2", "what": "help"})
    nameless = await her.post("/journeys/live/sos_cancel", {"id": "c3"})
    stopped = await her.post("/journeys/live/sos_cancel", {"id": "c4", "pin": PIN})

    assert pressed.json() == {"id": "c1", "result": "counting", "at": fires_at}
    assert helped.json()["at"] == fires_at
    assert (nameless.status_code, nameless.json()["field"]) == (422, "pin")
    assert stopped.json()["result"] == "cancelled"


async def test_without_a_journey_a_command_has_an_answer(her: Her) -> None:
    """404, and it says why."""
    answer = await her.post("/journeys/live/extend", {"id": "c1", "minutes": 5})

    assert (answer.status_code, answer.json()["code"]) == (404, "no_journey")
    assert (await her.get("/journeys/live")).status_code == 404


@pytest.mark.parametrize("command", ["end", "sos_cancel", "answer", "extend", "leg", "route"])
async def test_duress_answers_byte_for_byte(command: str) -> None:
    """Two evenings alike but for the PIN: every answer of the rest of the night is the same."""
    nights = [await _night(command, pin) for pin in (PIN, DURESS)]

    assert nights[0] == nights[1]


async def test_replacing_a_journey_under_duress_answers_byte_for_byte() -> None:
    """Made to end one and to begin another, on her way or once overdue: every answer is that of the true PIN."""
    for late_s in (60.0, 1_800.0):
        nights = [await _replaced(pin, late_s) for pin in (PIN, DURESS)]
        assert nights[0] == nights[1]


async def test_wrong_pins_wait_and_say_so(her: Her) -> None:
    """The same "try again" each time; Retry-After from the third on."""
    await her.sets_off()
    answers = [await her.post("/journeys/live/end", {"id": f"c{n}", "pin": "1111"}) for n in range(4)]

    assert {(a.status_code, a.json()["code"]) for a in answers} == {(403, "try_again")}
    assert [a.headers.get("Retry-After") for a in answers] == [None, None, "10", "10"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"destination": HOME, "minutes": -1}, "minutes"),
        ({"destination": HOME, "minutes": 20, "surprise": 1}, "surprise"),
        ({"destination": {"word": "home", "lat": 51.0}, "minutes": 20}, "destination.lon"),
        ({"destination": {"word": "home", "lat": 99.0, "lon": 0.0}, "minutes": 20}, "destination.lat"),
        ({"destination": HOME, "minutes": 20, "mode": "broom"}, "mode"),
        ({"destination": HOME, "minutes": 20, "profile": "heroic"}, "profile"),
        ({"route": {"format": "geojson", "data": "{"}}, "route.geojson"),
        ({"kind": "timer"}, "minutes"),
        ({"destination": HOME, "minutes": 20, "legs": [{"mode": "broom"}]}, "legs[0].mode"),
        ({"destination": HOME, "minutes": 20, "legs": [{"mode": "foot"}] * 7}, "legs"),
        ({"minutes": 20, "mode": "ride", "legs": [{"mode": "foot", "to": STOP}]}, "mode"),
        ({"destination": HOME, "minutes": 20, "legs": [{"mode": "foot"}, {"mode": "ride"}]}, "legs[0].to"),
        ({"destination": HOME, "minutes": 20, "legs": [{"mode": "foot", "to": {"lat": 1.0}}]}, "legs[0].to.lon"),
        ({"destination": HOME, "minutes": 20, "legs": [{"mode": "foot", "to": STOP}]}, "legs[0].to"),
        ({"destination": HOME, "minutes": 20, "legs": [{"mode": "foot", "underground": True}]}, "legs[0].underground"),
        ({"destination": HOME, "legs": [{"mode": "foot", "to": STOP}, {"mode": "ride"}]}, "legs[0].minutes"),
        ({"kind": "timer", "minutes": 20, "legs": [{"mode": "foot", "to": STOP}]}, "legs"),
        ({"minutes": 20, "route": WAY, "legs": [{"mode": "foot", "to": STOP}]}, "route"),
        (
            {
                "destination": HOME,
                "minutes": 20,
                "legs": [{"mode": "foot", "to": STOP}, {"mode": "ride", "route": WAY}],
            },
            "legs[1].route",
        ),
    ],
)
async def test_a_bad_field_is_named(her: Her, body: dict[str, object], field: str) -> None:
    """And nothing is begun."""
    answer = await her.post("/journeys", body)

    assert (answer.status_code, answer.json()["field"]) == (422, field)
    assert (await her.get("/me")).json()["live"] is None


async def _night(command: str, pin: str) -> list[tuple[int, bytes]]:
    """One evening under one PIN: what her phone is answered, with ids and references that differ by chance struck."""
    async with household() as home:
        her = await home.sign_up()
        await her.has("Beth", BETH)
        await her.has("Dad", DAD, on_sos_list=False)
        way: dict[str, Any] = {"legs": BY_BUS, "profile": "high_risk"} if command == "leg" else {}
        way = {"profile": "high_risk"} if command == "route" else way
        shown = await her.sets_off(**way)
        more: dict[str, dict[str, Any]] = {
            "answer": {"what": "ok"},
            "extend": {"minutes": 10},
            "leg": {"to": 1},
            "route": WAY,
        }
        answers = [await her.post(f"/journeys/live/{command}", {"id": "c1", "pin": pin, **more.get(command, {})})]
        answers.append(await her.get("/journeys/live"))
        await home.time_passes(900)
        answers.append(await her.get("/me"))
        answers.append(await her.post("/contacts", {"name": "Chloe", "number": "+447700900203", "pin": pin}))
        answers.append(await her.get("/journeys/live"))
        await home.time_passes(3_000)
        answers.append(await her.post("/journeys/live/end", {"id": "c2", "pin": pin}))
        answers.append(await her.post("/journeys", {"destination": HOME, "minutes": 20}))
        answers.append(await her.get("/journeys/live"))
        contacts = (await her.get("/contacts")).json()
        links = [c["link"].rpartition("/")[2] for c in contacts if c["link"]]
        chance = [*links, her.id, shown["reference"], *(c["id"] for c in contacts)]
        chance += [d["id"] for d in (await her.get("/me")).json()["devices"]]
        chance.append((await her.get("/journeys/live")).json()["reference"])
        return [(a.status_code, _struck(a.content, chance)) for a in answers]


async def _replaced(pin: str, late_s: float) -> list[tuple[int, bytes]]:
    """The same for a night in which one journey takes the place of another."""
    async with household() as home:
        her = await home.sign_up()
        beth = await her.has("Beth", BETH)
        dad = await her.has("Dad", DAD, on_sos_list=False)
        first = await her.sets_off(tell=[beth, dad])
        await home.time_passes(late_s)
        body = {"destination": HOME, "minutes": 30, "walk_with": [beth, dad], "replace": True, "pin": pin}
        answers = [await her.post("/journeys", body)]
        second = answers[0].json()
        answers.append(await her.post("/journeys/live/company", {"id": "c1", "who": [dad]}))
        answers.append(await her.get("/me"))
        await home.time_passes(1_200)
        answers.append(await her.get("/journeys/live"))
        answers.append(await her.post("/journeys/live/end", {"id": "c2", "pin": pin}))
        answers.append(await her.get("/journeys/live"))
        chance = [her.id, beth, dad, first["reference"], second["reference"]]
        chance += [d["id"] for d in (await her.get("/me")).json()["devices"]]
        return [(a.status_code, _struck(a.content, chance)) for a in answers]


def _struck(content: bytes, chance: list[str]) -> bytes:
    for word in chance:
        content = content.replace(word.encode(), b"*")
    return content


def _drawn(*places: tuple[float, float]) -> str:
    return json.dumps({"type": "LineString", "coordinates": [[lon, lat] for lat, lon in places]})


@pytest.mark.parametrize(
    ("data", "field"),
    [
        (_drawn((51.38, 0.504)), "route.points"),
        (_drawn((51.388, 0.504), (51.388, 0.504)), "route.points"),
        (_drawn(*((51.38 + n * 1e-7, 0.504) for n in range(100_000))), "route.points"),
        (_drawn((float("nan"), 0.504), (51.388, 0.504)), "route.geojson"),
        (_drawn((0.0, 0.0), (51.388, 0.504)), "route.length"),
        (_drawn((51.388, 0.504), (51.38, 0.504)), "route"),
    ],
)
async def test_what_is_no_way_home_is_refused_at_the_door(her: Her, data: str, field: str) -> None:
    """One point, the same twice, a hundred thousand, no number, null island, back to front: before she sets off and when
    she does; there is no journey then."""
    for path in ("/journeys/preflight", "/journeys"):
        wish = {"destination": HOME, "minutes": 20, "route": {"format": "geojson", "data": data}}
        answer = await her.post(path, wish)
        assert (answer.status_code, answer.json()["field"]) == (422, field)
    assert (await her.get("/journeys/live")).status_code == 404


async def test_a_way_that_crosses_itself_or_the_date_line_is_one(her: Her) -> None:
    """She walks an eight, and over Taveuni."""
    eight = [(51.38, 0.5), (51.384, 0.506), (51.384, 0.5), (51.38, 0.506), (51.388, 0.504)]
    ways = {_drawn(*eight): HOME, _drawn((-16.8, 179.99), (-16.8, -179.99)): {"lat": -16.8, "lon": -179.99}}
    for data, home in ways.items():
        report = await her.post(
            "/journeys/preflight", {"destination": home, "route": {"format": "geojson", "data": data}}
        )
        assert (report.status_code, report.json()["blocks"]) == (200, [])
