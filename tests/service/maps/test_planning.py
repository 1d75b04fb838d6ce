"""Ways on request: which map, how often, and what is answered when there is none."""

import asyncio
import threading
from pathlib import Path

import pytest

from geofence.streets.ways import NoWay, Reason
from service.maps.planning import (
    A_MINUTE,
    MOST_WAITING,
    Planning,
    Walk,
    planned,
    refusal,
    setting_off_at,
    told,
)
from service.maps.regions import Maps
from service.people.refusals import Refused, Why
from tests.geofence.drawn import place
from tests.geofence.drawn import street as line_of
from tests.service.maps.medway import medway

TEN = 1_795_212_000.0
ZONE = "Europe/London"
HOME = Walk(origin=place(8, 14), destination=place(590, 95), at=TEN)


async def refused(planning: Planning, walk: Walk = HOME, device: str = "hers", now: float = TEN) -> Refused:
    """Why there is no plan."""
    with pytest.raises(Refused) as error:
        await planning.plan(device, walk, now)
    return error.value


async def test_a_way_is_planned_beside_the_loop(tmp_path: Path) -> None:
    """In a thread, so that nobody's SOS waits for it."""
    maps = medway(tmp_path)
    threads = []
    plan = maps.known[0].planner.plan

    def seen(asked: object) -> object:
        threads.append(threading.current_thread())
        return plan(asked)  # type: ignore[arg-type]

    maps.known[0].planner.plan = seen  # type: ignore[method-assign,assignment]
    answer = await Planning(maps).plan("hers", HOME, TEN)
    await maps.close()

    assert [way.kind for way in answer.ways] == ["better_lit", "shortest"]
    assert threads != [threading.main_thread()]


async def test_without_a_map_there_is_no_way() -> None:
    """Nothing is wrong with what she asked."""
    found = await refused(Planning(Maps()))

    assert (found.why, found.field, found.detail) == (
        Why.NO_MAP,
        "",
        "there is no map here yet",
    )


async def test_no_way_is_a_refusal_with_a_reason(tmp_path: Path) -> None:
    """For programs a word, for people a sentence, and which end it is about."""
    maps = medway(tmp_path)
    found = await refused(Planning(maps), Walk(origin=place(8, 14), destination=place(930, 30), at=TEN))
    await maps.close()

    assert (found.why, found.field, found.more["reason"]) == (Why.NO_ROUTE, "to", "cut_off")
    assert "cut off" in found.detail


def test_outside_the_streets_of_a_map_it_is_named(tmp_path: Path) -> None:
    """A little beyond its edge, where the planner finds no street any more."""
    maps = medway(tmp_path)
    with pytest.raises(NoWay) as none:
        planned(maps.known, Walk(origin=place(8, 14), destination=place(1150, -250), at=TEN))

    assert (none.value.reason, none.value.field, none.value.maps) == (Reason.OUTSIDE_MAP, "destination", ("medway",))
    assert none.value.metres == pytest.approx(90.0, abs=5.0)


async def test_thirty_ways_a_minute_and_device(tmp_path: Path) -> None:
    """The next one is told when to come again; another device is not held up; a minute later she may ask."""
    maps = medway(tmp_path)
    planning = Planning(maps)
    for n in range(A_MINUTE):
        await planning.plan("hers", HOME, TEN + n)
    found = await refused(planning, now=TEN + 40.0)

    assert (found.why, found.wait_s) == (Why.TOO_MANY, 20.0)
    await planning.plan("another", HOME, TEN + 40.0)
    await planning.plan("hers", HOME, TEN + 60.5)
    await maps.close()


async def test_what_cannot_be_planned_soon_is_told_to_come_again(tmp_path: Path) -> None:
    """A crowd waits in a queue that has an end."""
    maps = medway(tmp_path)
    planning = Planning(maps)
    free = threading.Event()
    held = [asyncio.ensure_future(maps.threaded(free.wait)) for _ in range(2)]
    waiting = [asyncio.ensure_future(planning.plan(f"phone {n}", HOME, TEN)) for n in range(MOST_WAITING)]
    await asyncio.sleep(0)

    found = await refused(planning, device="one more")
    free.set()
    answers = await asyncio.gather(*waiting)
    await asyncio.gather(*held)
    await maps.close()

    assert found.why is Why.BUSY
    assert len({answer.ways[0].id for answer in answers}) == 1


def test_the_light_along_a_line_is_told(tmp_path: Path) -> None:
    """By the map in which most of it lies; of one that lies in none, which end is outside."""
    maps = medway(tmp_path)
    answer = told(maps.known, line_of((10, 200), (590, 200)), TEN)
    by_day = told(maps.known, line_of((10, 200), (590, 200)), TEN - 10 * 3600.0)
    with pytest.raises(NoWay) as none:
        told(maps.known, line_of((9000, 0), (9900, 0)), TEN)

    assert (answer.dark, by_day.dark) == (True, False)
    assert answer.ways[0].metres["lit"] == 580
    assert (none.value.reason, none.value.field) == (Reason.OUTSIDE_MAP, "origin")


async def test_a_line_that_cannot_be_read_is_refused_as_everywhere(tmp_path: Path) -> None:
    """By its field; it is read beside the loop."""
    maps = medway(tmp_path)

    def broken() -> None:
        raise Refused(Why.INVALID, "expected GPX", field="route.gpx")

    with pytest.raises(Refused, match=r"route\.gpx"):
        await Planning(maps).tell("hers", broken, TEN, 1.25, TEN)  # type: ignore[arg-type]
    await maps.close()


def test_when_she_sets_off_is_now_or_soon() -> None:
    """A clock time is its next occurrence; absurd times are refused by their field."""
    assert setting_off_at(None, TEN, ZONE) == TEN
    assert setting_off_at("23:30", TEN, ZONE) == TEN + 5400
    assert setting_off_at("21:30", TEN, ZONE) == TEN + 23.5 * 3600
    assert setting_off_at(TEN - 86_400.0, TEN, ZONE) == TEN - 86_400.0
    for absurd in (TEN - 86_401.0, TEN + 7 * 86_400 + 1, 1e308, -2e9, float("nan"), "25:00", "soon", ""):
        with pytest.raises(Refused) as error:
            setting_off_at(absurd, TEN, ZONE)
        assert (error.value.why, error.value.field) == (Why.INVALID, "at")


def test_both_ends_have_the_names_that_she_gave() -> None:
    """`from` and `to`, or none where it is about both."""
    fields = [refusal(NoWay(Reason.CUT_OFF, field, 10.0)).field for field in ("origin", "destination", "")]

    assert fields == ["from", "to", ""]
    assert refusal(NoWay(Reason.CUT_OFF)).more == {"reason": "cut_off", "maps": None}
