"""What is kept about her, over HTTP."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from service.journey.company import looked
from service.journey.cover import seen_by
from tests.service.keeping import Keeping, keeping
from tests.service.people.household import DAD, DURESS, PIN, Her


@pytest.fixture
async def kept(tmp_path: Path) -> AsyncIterator[Keeping]:
    async with keeping(tmp_path) as house:
        yield house


async def ids(her: Her, query: str = "") -> list[str]:
    answer = await her.get(f"/journeys{query}")
    assert answer.status_code == 200, answer.text
    return [one["id"] for one in answer.json()]


async def test_her_journeys_are_listed_page_by_page(kept: Keeping) -> None:
    """Newest first; the next page begins before the last one shown."""
    her = await kept.anna()
    keys = [await kept.walked(her) for _ in range(3)]

    first = (await her.get("/journeys?limit=2")).json()

    assert [one["id"] for one in first] == [keys[2], keys[1]]
    assert {"state", "reference", "began_at", "closed_because"} <= first[0].keys()
    assert not {"told", "sentence", "looks"} & first[0].keys()
    assert await ids(her, f"?before={first[-1]['began_at']}") == [keys[0]]
    assert (await her.get("/journeys?limit=0")).json()["field"] == "limit"
    assert (await her.get("/journeys?before=nan")).status_code == 422


async def test_one_of_them_has_its_picture_its_story_and_its_looks(kept: Keeping) -> None:
    """The same picture as while it was under way; the story with rules; every look."""
    her = await kept.anna()
    shown = await her.sets_off()
    beth = (await her.get("/contacts")).json()[0]["id"]
    await kept.home.house.watch.ask(shown["id"], lambda j, now, _: looked(j, beth, "safe?", now))
    await her.post("/journeys/live/end", {"id": "e", "pin": PIN})
    await kept.writes_down()

    one = await her.get(f"/journeys/{shown['id']}")
    story = (await her.get(f"/journeys/{shown['id']}/story")).json()
    looks = (await her.get(f"/journeys/{shown['id']}/looks")).json()

    assert (one.json()["state"], one.json()["sentence"]) == ("closed", shown["sentence"])
    assert [line["words"] for line in story if not line["minor"]] == [
        "Anna set off, due 22:23",
        "Beth asked whether she is on a journey",
        "Ended with her PIN",
    ]
    assert story[1]["row"] == "8"
    assert story[1]["numbers"] == {"margin_at_least_s": 180.0, "margin_share": 0.15}
    assert [(look["by"], look["what"], look["times"]) for look in looks] == [("Beth", "safe?", 1)]
    assert (await her.get("/looks")).json() == looks


async def test_looks_that_an_sos_allowed_are_shown_when_it_is_closed(kept: Keeping) -> None:
    """In the list of all looks as in her story."""
    her = await kept.anna()
    shown = await her.sets_off()
    beth = (await her.get("/contacts")).json()[0]["id"]
    await her.post("/journeys/live/sos", {"id": "s"})
    await kept.home.time_passes(10)
    await kept.home.house.watch.ask(shown["id"], lambda j, now, _: seen_by(j, beth, "place", now))
    await kept.writes_down()

    assert (await her.get("/looks")).json() == []
    assert "Looked" not in {line["event"] for line in (await her.get(f"/journeys/{shown['id']}/story")).json()}

    await her.post("/journeys/live/end", {"id": "e", "pin": PIN})
    await kept.writes_down()
    assert [look["by"] for look in (await her.get("/looks")).json()] == ["Beth"]


async def an_evening(kept: Keeping, pin: str) -> list[str]:
    """Anna is overdue, ends it with this PIN, and is looked at by Beth and by Chloe; every answer about it."""
    her = await kept.anna()
    key = (await her.sets_off(minutes=20))["id"]
    people = [contact["id"] for contact in (await her.get("/contacts")).json()]
    await kept.home.time_passes(45 * 60)
    await her.post("/journeys/live/end", {"id": "e", "pin": pin})
    await kept.home.time_passes(20 * 60)
    for who in people:
        await kept.home.house.watch.ask(key, lambda j, now, _, by=who: seen_by(j, by, "place", now))  # type: ignore[misc]
    await kept.writes_down()
    reference = (await her.get(f"/journeys/{key}")).json()["reference"]
    drawn = (her.id, reference, *people, *(one["id"] for one in (await her.get("/me")).json()["devices"]))
    answers = []
    for path in ("/journeys", f"/journeys/{key}", f"/journeys/{key}/story", f"/journeys/{key}/looks", "/looks", "/me"):
        text = (await her.get(path)).text
        for n, random in enumerate(drawn):
            text = text.replace(random, f"drawn {n}")
        answers.append(text)
    return answers


async def test_after_either_pin_every_answer_is_the_same(tmp_path: Path) -> None:
    """List, picture, story, looks and account, of the same evening: only what is drawn at random differs."""
    evenings = []
    for pin in (PIN, DURESS):
        async with keeping(tmp_path / pin) as house:
            evenings.append(await an_evening(house, pin))

    assert evenings[0] == evenings[1]
    assert "Ended with her PIN" in evenings[1][2]


@pytest.mark.parametrize("path", ["", "/story", "/looks"])
async def test_another_ones_journey_is_not_there(kept: Keeping, path: str) -> None:
    """Nor one that never was; without a token nothing is."""
    her = await kept.anna()
    other = await kept.home.sign_up("Emma", "+447700900124")
    await other.has("Dad", DAD)
    key = (await other.sets_off())["id"]

    for asked in (key, f"{her.id}-7", her.id):
        assert (await her.get(f"/journeys/{asked}{path}")).json()["code"] == "not_found"
    assert (await kept.home.http.get(f"/v1/journeys/{key}{path}")).status_code == 401


async def test_everything_and_the_end_of_it(kept: Keeping) -> None:
    """A zip that no cache keeps; and an answer without a word."""
    her = await kept.anna()

    made = await her.post("/export", {"pin": PIN})
    erased = await her.post("/erase", {"pin": PIN, "confirm": "ERASE"})

    assert made.headers["content-disposition"] == 'attachment; filename="lamplit.zip"'
    assert made.headers["cache-control"] == "no-store"
    assert (erased.status_code, erased.content) == (204, b"")
    assert (await her.post("/export", {"pin": PIN})).status_code == 401
