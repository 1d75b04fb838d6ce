"""The phone's frames by HTTP."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.service.people.household import BETH, DURESS, HOME, PIN, Her, household


@pytest.fixture
async def her() -> AsyncIterator[Her]:
    """Anna, with Beth, on her way."""
    async with household() as home:
        anna = await home.sign_up()
        await anna.has("Beth", BETH)
        await anna.sets_off()
        yield anna


def frame(her: Her, seq: int, count: int = 3, **more: Any) -> dict[str, Any]:
    """So many fixes on the way, one a second, the last one now."""
    now = her.home.clock.now()
    fixes = [[now - count + n + 1, 51.380 + 0.0001 * n, 0.504, 8.0] for n in range(count)]
    return {"type": "fixes", "buffer": "b1", "seq": seq, "sent": now, "fixes": fixes, **more}


async def test_fixes_are_on_disk_when_they_are_acknowledged(her: Her) -> None:
    """The same frame again is taken once; one with a gap asks for what is missing."""
    for body, following in ((frame(her, 0), 3), (frame(her, 0), 3), (frame(her, 9), 3), (frame(her, 3), 6)):
        answer = await her.post("/fixes", body)
        assert answer.json() == {"type": "ack", "buffer": "b1", "next": following, "errors": []}

    kept = await her.home.house.watch.look(f"{her.id}-1")
    assert [f.seq for f in kept.fixes] == [0, 1, 2, 3, 4, 5]


async def test_both_clocks_of_her_phone_are_heard(her: Her) -> None:
    """How long it is up tells a frame that was late from a clock that was set; behind a cover story, too."""
    await her.post("/fixes", frame(her, 0, up=90.0))
    assert (await her.home.house.watch.look(f"{her.id}-1")).phone.up_s == 90.0

    await her.post("/journeys", {"destination": HOME, "minutes": 20, "replace": True, "pin": DURESS})
    await her.post("/fixes", frame(her, 0, up=95.0))
    assert [(await her.home.house.watch.look(f"{her.id}-{n}")).phone.up_s for n in (1, 2)] == [95.0, 95.0]


async def test_where_she_goes_is_known_behind_a_cover_story_too(her: Her) -> None:
    """Forced to end one journey and to begin another, her phone in the background: the same answer as ever, and those who
    look for her have every fix, once."""
    body = {"destination": HOME, "minutes": 20, "replace": True, "pin": DURESS}
    assert (await her.post("/journeys", body)).status_code == 201
    for _ in range(2):
        answer = await her.post("/fixes", frame(her, 0))
        assert answer.json() == {"type": "ack", "buffer": "b1", "next": 3, "errors": []}

    hidden = await her.home.house.watch.look(f"{her.id}-1")
    assert hidden.journey.alarm is not None
    assert hidden.journey.seen is not None
    assert [f.seq for f in hidden.fixes] == [0, 1, 2]


async def test_a_fix_that_cannot_be_read_is_named(her: Her) -> None:
    """It counts as consumed; its neighbours are kept."""
    body = frame(her, 0)
    body["fixes"][1] = ["when?", 51.0, 0.5]
    answer = (await her.post("/fixes", body)).json()

    assert answer["next"] == 3
    assert [e["field"] for e in answer["errors"]] == ["fixes[1][0]"]
    assert len((await her.home.house.watch.look(f"{her.id}-1")).fixes) == 2


async def test_a_frame_that_cannot_be_read_is_a_problem(her: Her) -> None:
    """Which names the field; a command is no frame of fixes, and the other way round."""
    broken = await her.post("/fixes", {"type": "fixes", "buffer": 7})
    wrong = [await her.post("/fixes", {"type": "sos", "id": "c1"}), await her.post("/commands", frame(her, 0))]
    huge = await her.post("/fixes", {"type": "x" * 600_000})

    assert (broken.status_code, broken.json()["field"]) == (422, "buffer")
    assert [(a.status_code, a.json()["field"]) for a in wrong] == [(422, "type")] * 2
    assert huge.status_code == 413


async def test_without_a_journey_nothing_is_kept(her: Her) -> None:
    """Nobody asked us to watch; the phone need not send them again."""
    eve = await her.home.sign_up("Eve", "+447700900777")

    assert (await eve.post("/fixes", frame(her, 5))).json()["next"] == 8


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        ({"type": "extend", "minutes": 5}, ("done", "eta_moved")),
        ({"type": "answer", "prompt": "p1", "what": "ok"}, ("done", "already_closed")),
        ({"type": "answer", "prompt": "p1", "what": "help"}, ("done", "counting")),
        ({"type": "arrived"}, ("refused", "pin_needed")),
        ({"type": "end", "pin": PIN}, ("done", "closed")),
        ({"type": "end", "pin": DURESS}, ("done", "closed")),
        ({"type": "end", "pin": "1111"}, ("refused", "try_again")),
        ({"type": "sos"}, ("done", "counting")),
        ({"type": "sos_cancel", "pin": PIN}, ("done", "already_closed")),
    ],
)
async def test_a_command_gets_the_answer_of_the_socket(
    her: Her, command: dict[str, Any], answer: tuple[str, str]
) -> None:
    """Twice the same id, twice the same answer."""
    first = await her.post("/commands", {"id": "c1", **command})
    said = first.json()

    assert (said["type"], said.get("result", said.get("code"))) == answer
    if command.get("pin") != "1111":
        assert (await her.post("/commands", {"id": "c1", **command})).content == first.content
