"""What her phone is told of where she could go to from here."""

from collections.abc import Sequence
from typing import Any

import pytest
from msgspec.structs import replace
from structlog.testing import capture_logs

from service.doors.phones import wire
from service.doors.phones.near import Near
from service.frames import RawFix
from service.havens import Listed, ListedHavens
from service.journey.model import Closed, CloseReason, JourneyState, Proof
from tests.builders import journey
from tests.geofence.drawn import place
from tests.service.people.household import TEN_AT, Household
from tests.world import World
from tests.world_people import DURESS_PIN, PIN

CHURCH = Listed("s1", "Open church", *place(0, 100), "scheme", "24/7")
PUB = Listed("u1", "The Ship", *place(0, 150), "pub", "Mo-Su 12:00-22:30")
HOTEL = Listed("n1", "Hotel", *place(0, 300), "hotel", "24/7")
JOURNEY = journey()


def fixes(x: float, y: float, at: float, count: int = 1) -> Sequence[RawFix | None]:
    """Some from the same place."""
    return [RawFix(at, *place(x, y), 8.0) for _ in range(count)]


@pytest.fixture
def near(home: Household) -> Near:
    """A phone that nobody has told anything yet; it is ten in the evening."""
    home.house.watch.havens = ListedHavens((CHURCH, PUB, HOTEL), "Europe/London", "GB")
    return Near(home.house)


def told(near: Near, x: float, y: float, at: float = TEN_AT) -> tuple[str, str] | None:
    """The ids of both, as her phone is told; None: nothing."""
    frame = near.came_by(fixes(x, y, at), at, JOURNEY)
    if frame is None:
        return None
    return frame.haven.id if frame.haven else "", frame.open_place.id if frame.open_place else ""


async def test_the_nearest_of_each_that_is_open_is_told(near: Near) -> None:
    """With how far it is, until when it is open, and whether anybody has vetted it."""
    frame = near.came_by(fixes(0, 0, TEN_AT), TEN_AT, JOURNEY)

    assert frame is not None
    assert frame.haven is not None
    assert frame.open_place is not None
    assert (frame.haven.id, frame.haven.vetted, frame.haven.away_m, frame.haven.closes_at) == ("s1", True, 100, None)
    assert (frame.open_place.id, frame.open_place.vetted) == ("u1", False)
    assert frame.open_place.closes_at == TEN_AT + 1800
    assert frame.haven.walk_m is None


async def test_it_is_told_again_when_she_has_come_fifty_metres(near: Near) -> None:
    """Not at every fix: her phone knows how to subtract."""
    assert told(near, 0, 0) == ("s1", "u1")
    assert told(near, 0, 30) is None
    assert told(near, 0, 49) is None
    assert told(near, 0, 51) == ("s1", "u1")


async def test_noise_is_no_walk(near: Near) -> None:
    """A phone indoors that hops about within what it says it may be off tells nothing new; what the law would set aside
    says nothing of where she is."""
    assert told(near, 0, 0) == ("s1", "u1")
    for x, acc in ((60.0, 65.0), (-40.0, 65.0), (300.0, 800.0), (300.0, None), (300.0, -1.0)):
        assert near.came_by([RawFix(TEN_AT, *place(x, 0), acc)], TEN_AT, JOURNEY) is None
    assert near.came_by([RawFix(TEN_AT, 0.0, 0.0, 8.0)], TEN_AT, JOURNEY) is None
    assert told(near, 0, 0) is None


async def test_on_another_journey_her_screen_begins_anew(near: Near) -> None:
    """From the same doorstep, on the same socket."""
    assert told(near, 0, 0) == ("s1", "u1")
    frame = near.came_by(fixes(0, 0, TEN_AT), TEN_AT, replace(JOURNEY, id="another"))

    assert frame is not None
    assert frame.haven is not None
    assert frame.haven.id == "s1"


async def test_a_map_that_fails_holds_up_no_fixes(near: Near, home: Household) -> None:
    """She is told of nothing, and the log says no place."""

    class Damaged(ListedHavens):
        def at_hand(self, lat: float, lon: float, at: float) -> Any:
            raise IndexError(lat, lon, at)

    home.house.watch.havens = Damaged((CHURCH,), "Europe/London")
    with capture_logs() as lines:
        assert told(near, 0, 0) is None
    assert lines == [{"event": "what is near cannot be told", "error": "IndexError", "log_level": "error"}]


async def test_a_place_that_has_closed_is_told_where_she_stands(near: Near, home: Household) -> None:
    """It is looked at every five minutes, and told when it is another one."""
    assert told(near, 0, 0) == ("s1", "u1")
    home.clock.forward(400.0)
    assert told(near, 0, 0, TEN_AT + 400) is None
    home.clock.forward(2000.0)
    assert told(near, 0, 0, TEN_AT + 2400) == ("s1", "n1")


async def test_where_there_is_nothing_nothing_is_told(near: Near) -> None:
    """But when she comes to where there is none any more she is told so, once."""
    assert told(near, 0, 90_000) is None
    assert told(near, 0, 0) == ("s1", "u1")
    assert told(near, 0, 90_000) == ("", "")
    assert told(near, 0, 91_000) is None


async def test_of_a_map_that_was_taken_away_nothing_stays_on_her_screen(near: Near, home: Household) -> None:
    """It is told once that there is none."""
    assert told(near, 0, 0) == ("s1", "u1")
    home.house.watch.havens = ListedHavens((), "Europe/London")
    assert told(near, 0, 60) == ("", "")
    assert told(near, 0, 120) is None


@pytest.mark.parametrize(
    "frame", [[], [None], fixes(0, 0, TEN_AT - 60.0), [RawFix(TEN_AT, 91.0, 0.5)], [RawFix(TEN_AT, 51.0, 1e300)]]
)
async def test_what_says_nothing_of_here_tells_nothing(near: Near, frame: list[RawFix | None]) -> None:
    """Nothing that could be read, a fix of a minute ago, a place that is none."""
    assert near.came_by(frame, TEN_AT, JOURNEY) is None


async def test_only_on_her_way(near: Near) -> None:
    """Without a journey, or after it on her screen, there is no word of it: whichever PIN it was."""
    over = replace(
        JOURNEY,
        state=JourneyState.CLOSED,
        closed=Closed(at=TEN_AT, reason=CloseReason.ENDED, by="her", proof=Proof.PIN),
    )

    assert near.came_by(fixes(0, 0, TEN_AT), TEN_AT, None) is None
    assert near.came_by(fixes(0, 0, TEN_AT), TEN_AT, over) is None


async def _walked(pin: str) -> list[Any]:
    """What her phone hears of places on a walk that she ends with this PIN, and after it."""
    async with World() as world:
        anna = await world.traveller("Anna", contacts=[world.contact("Beth")])
        house = world.front.house
        walk = await anna.sets_off(plan_min=30)
        lat, lon = walk.place
        house.watch.havens = ListedHavens(
            (Listed("s1", "Open church", lat + 0.001, lon, "scheme", "24/7"),), "Europe/London"
        )
        await anna.walks(walk, minutes=2)
        await anna.keys_pin(pin)
        await anna.walks(walk, minutes=2)
        heard = [(one.haven.id if one.haven else "", one.open_place) for one in anna.phone.socket.of(wire.Near)]
        world.expect_everything()
        return heard


async def test_her_socket_tells_her_and_a_duress_pin_changes_nothing() -> None:
    """The same frames, on her way and after it."""
    true, forced = await _walked(PIN), await _walked(DURESS_PIN)

    assert true == forced
    assert ("s1", None) in true
