"""A journey as her own devices may see it."""

from collections.abc import AsyncIterator
from functools import partial

import pytest
from msgspec.structs import replace

from alerts.gateway import Delivery
from geofence.sighting import Standing
from service.doors.phones.snapshot import snapshot
from service.journey.company import looked
from service.journey.fixes import sighted, tracked
from service.journey.havens import OpenHaven
from service.journey.model import Journey, Proof
from service.journey.said import reported
from service.journey.turn import Outcome
from service.watch import Act
from tests.builders import sighting
from tests.service.people.household import BETH, DAD, DURESS, PIN, Her, household


@pytest.fixture
async def her() -> AsyncIterator[Her]:
    """Anna, with Beth and Dad."""
    async with household() as home:
        anna = await home.sign_up()
        await anna.has("Beth", BETH)
        await anna.has("Dad", DAD)
        yield anna


async def test_what_stands_on_her_screen(her: Her) -> None:
    """The sentence with names, the ETA, the instant it promises, the question that is open."""
    shown = await her.sets_off()
    assert (shown["state"], shown["prompt"], shown["told"]) == ("active", None, [])
    assert shown["promised_at"] - shown["eta_at"] == 300

    await her.home.time_passes(1_400)
    later = (await her.get("/journeys/live")).json()
    assert later["prompt"]["kind"] == "due"
    assert later["prompt"]["until"] == shown["promised_at"]


async def test_delivery_is_proven_in_seconds(her: Her) -> None:
    """Promise 4: who was told, how far it has come, what was answered; by name, nothing of a number."""
    shown = await her.sets_off()
    await her.home.time_passes(1_680)
    journey = await her.home.journey(shown["id"])
    first = next(p for p in journey.proven if p.kind == "overdue")
    her.home.clock.forward(2.5)
    await her.home.house.watch.ask(shown["id"], lambda j, now, _: reported(j, first.id, Delivery.DELIVERED, now))
    her.home.clock.forward(10)
    await her.home.text(BETH, journey.plan.code)

    told = (await her.get("/journeys/live")).json()["told"]
    beth = next(t for t in told if t["name"] == "Beth" and t["kind"] == "overdue")
    assert (beth["state"], beth["delivered_s"], beth["said"], beth["said_s"]) == ("delivered", 2.5, "taken", 12.5)
    assert next(t for t in told if t["name"] == "Dad" and t["kind"] == "overdue")["said"] is None
    assert "+44" not in str(told)


async def test_what_has_come_back_says_why(her: Her) -> None:
    """In words, and when; a call also when somebody picked up."""
    shown = await her.sets_off()
    await her.home.time_passes(1_680)
    journey = await her.home.journey(shown["id"])
    first = next(p for p in journey.proven if p.kind == "overdue")
    house = her.home.house
    her.home.clock.forward(1.5)
    await house.watch.ask(shown["id"], lambda j, now, _: reported(j, first.id, Delivery.ANSWERED, now))
    her.home.clock.forward(1.5)
    await house.watch.ask(shown["id"], lambda j, now, _: reported(j, first.id, Delivery.UNDELIVERED, now, code=30003))

    told = (await her.get("/journeys/live")).json()["told"]
    back = next(t for t in told if t["contact"] == first.to and t["kind"] == "overdue")
    assert (back["answered_s"], back["failed_s"], back["reason"]) == (1.5, 3.0, "phone off or out of reach")


def _report(notice: str, state: Delivery) -> Act:
    return lambda j, now, _: reported(j, notice, state, now)


async def test_what_was_read_says_when(her: Her) -> None:
    """Where a carrier reports it: after it was delivered, and that stays."""
    shown = await her.sets_off()
    await her.home.time_passes(1_680)
    first = next(p for p in (await her.home.journey(shown["id"])).proven if p.kind == "overdue")
    for state in (Delivery.DELIVERED, Delivery.READ, Delivery.READ):
        her.home.clock.forward(1.5)
        await her.home.house.watch.ask(shown["id"], _report(first.id, state))

    told = (await her.get("/journeys/live")).json()["told"]
    read = next(t for t in told if t["contact"] == first.to and t["kind"] == "overdue")
    assert (read["state"], read["delivered_s"], read["read_s"]) == ("read", 1.5, 3.0)


async def test_who_may_look_and_who_has(her: Her) -> None:
    """By name; an operator is one of them, with the reason."""
    beth = (await her.get("/contacts")).json()[0]["id"]
    shown = await her.sets_off(walk_with=[beth, "operators"])
    assert (shown["company"], shown["looks"]) == ([beth, "operators"], [])

    watch, now = her.home.house.watch, her.home.clock.now()
    for who, why in ((beth, ""), ("olga", "a friend rang us")):
        await watch.ask(shown["id"], partial(_looks, who=who, why=why))
    looks = (await her.get("/journeys/live")).json()["looks"]
    assert [(k["by"], k["name"], k["why"]) for k in looks] == [
        (beth, "Beth", ""),
        ("operators", "an operator", "a friend rang us"),
    ]
    assert {k["since"] for k in looks} == {now}


async def test_a_look_of_somebody_she_removed_is_gone_with_him(her: Her) -> None:
    """Whichever PIN removed him: what he still sees after the duress PIN is not on her screen."""
    [_, dad] = (await her.get("/contacts")).json()
    shown = await her.sets_off(walk_with=[dad["id"]])
    await her.home.house.watch.ask(shown["id"], partial(_looks, who=dad["id"], why=""))
    await her.post(f"/contacts/{dad['id']}/remove", {"pin": PIN})

    after = (await her.get("/journeys/live")).json()
    assert (after["company"], after["looks"]) == ([], [])


async def test_a_timer_shows_no_way_and_every_journey_its_battery(her: Her) -> None:
    """There is nothing to be on or off."""
    shown = await her.sets_off(kind="timer", destination={"word": "dinner"}, phone={"battery_pct": 64})
    await her.home.house.watch.ask(shown["id"], lambda j, now, _: sighted(j, [sighting(0, received_at=now)], now))
    after = (await her.get("/journeys/live")).json()

    assert (after["progress"], after["battery_pct"], after["warned_pct"]) == ("unknown", 64, None)


async def test_at_her_own_pace_and_where_she_has_turned_aside_to(her: Her) -> None:
    """What is shown beside the ETA; nothing of either from where a linked tracker alone has seen her."""
    shown = await her.sets_off()
    at_church = partial(_seen, haven="s1")
    await her.home.house.watch.ask(shown["id"], partial(_seen, haven=""))
    on_her_way = (await her.get("/journeys/live")).json()
    assert on_her_way["own_eta_at"] == her.home.clock.now() + 500
    await her.home.house.watch.ask(shown["id"], at_church)
    there = (await her.get("/journeys/live")).json()
    assert (there["progress"], there["haven"]["name"], there["own_eta_at"]) == ("at_haven", "Open church", None)
    assert (there["haven"]["there"], there["haven"]["diverted"]) == (True, False)

    await her.home.house.watch.ask(shown["id"], _by_a_tracker)
    tracked = (await her.get("/journeys/live")).json()
    assert (tracked["haven"], tracked["own_eta_at"], tracked["done_m"]) == (None, None, None)


def _seen(journey: Journey, now: float, _proof: Proof, *, haven: str) -> Outcome:
    standing = Standing.AT_HAVEN if haven else Standing.ON_ROUTE
    seen = sighting(0, standing, received_at=now, haven=haven, to_go_m=650.0, pace_mps=1.3)
    church = OpenHaven(id="s1", name="Open church", lat=seen.lat, lon=seen.lon, kind="scheme")
    return sighted(journey, [seen], now, (church,))


def _by_a_tracker(journey: Journey, now: float, _proof: Proof) -> Outcome:
    seen = sighting(0, at=now, received_at=now, to_go_m=640.0, pace_mps=1.3)
    return tracked(journey, [seen], now, every_s=60.0)


def _looks(journey: Journey, now: float, _proof: Proof, *, who: str, why: str) -> Outcome:
    return looked(journey, who, "place", now, why)


async def test_nothing_shows_behind_a_cover_story(her: Her) -> None:
    """Overdue, then a PIN: the picture after the duress PIN is that after the true one, messages and all."""
    pictures = []
    for pin in (PIN, DURESS):
        shown = await her.sets_off()
        await her.home.time_passes(1_800)
        await her.post("/journeys/live/answer", {"id": f"c{pin}", "what": "ok", "pin": pin})
        picture = (await her.get("/journeys/live")).json()
        pictures.append({k: v for k, v in picture.items() if k not in ("id", "reference")} | _since(picture))
        await her.post("/journeys/live/end", {"id": f"e{pin}", "pin": pin})
        assert shown["id"] == picture["id"]

    assert pictures[0] == pictures[1]
    assert pictures[1]["told"] == []


async def test_somebody_who_is_no_contact_any_more_is_not_shown(her: Her) -> None:
    """Nor what was said to him."""
    shown = await her.sets_off()
    await her.home.time_passes(1_680)
    account = await her.home.account(her.id)
    [beth, _] = account.contacts

    told = snapshot(await her.home.journey(shown["id"]), replace(account, contacts=(beth,)))["told"]
    assert {t["name"] for t in told} == {"Beth"}


def _since(picture: dict[str, float]) -> dict[str, float | None]:
    """Instants as seconds since the journey began, and no sentence with a clock in it."""
    began = picture["began_at"]
    instants = {k: v - began for k, v in picture.items() if k.endswith("_at") and isinstance(v, float)}
    return {**instants, "sentence": None}


async def test_somebody_removed_under_duress_is_gone_from_her_screen(her: Her) -> None:
    """Whoever made her remove Beth reads neither in the sentence of her next walk nor among its messages that Beth is
    still told."""
    beth = (await her.get("/contacts")).json()[0]["id"]
    assert (await her.post(f"/contacts/{beth}/remove", {"pin": DURESS})).status_code == 204
    shown = await her.sets_off()
    await her.home.time_passes(1_700)

    assert "Dad" in shown["sentence"]
    assert "Beth" not in shown["sentence"]
    assert {p.to for p in (await her.home.journey(shown["id"])).proven} >= {beth}
    assert {t["name"] for t in (await her.get("/journeys/live")).json()["told"]} == {"Dad"}
