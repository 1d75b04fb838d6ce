"""A journey as her own devices may see it."""

from collections.abc import AsyncIterator

import pytest

from alerts.gateway import Delivery
from service.doors.snapshot import snapshot
from service.journey.said import reported
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


async def test_a_removed_contact_is_not_shown(her: Her) -> None:
    """Nor what was said to him."""
    shown = await her.sets_off()
    await her.home.time_passes(1_680)
    [_, dad] = (await her.home.account(her.id)).contacts
    await her.post(f"/contacts/{dad.id}/remove", {"pin": PIN})
    account = await her.home.account(her.id)

    told = snapshot(await her.home.journey(shown["id"]), account)["told"]
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
