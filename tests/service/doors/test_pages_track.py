"""Where she was, as pages show it."""

import pytest
from msgspec.structs import replace

from geofence.fix import ASIDE, Fix
from service.doors.pages_track import HEADING_S, TRACK_S, heading, plausible, thinned, track_of
from service.store import StoreUnavailable

from .neighbourhood import Neighbourhood

BEGAN = 1_000_000.0


def fix(at_s: float, lat: float = 51.38, lon: float = 0.5, accuracy_m: float | None = 8.0) -> Fix:
    """So many seconds after she set off."""
    return Fix(seq=round(at_s), at=BEGAN + at_s, lat=lat, lon=lon, accuracy_m=accuracy_m)


def test_what_no_phone_can_have_measured_is_left_out() -> None:
    """0, 0, a jump, a fix of yesterday; and those that came late stand where they belong."""
    good = [fix(0), fix(10, 51.3801), fix(20, 51.3802)]
    odd = [fix(15, 0.0, 0.0), fix(16, 55.0), fix(-86_400), fix(17, accuracy_m=900.0)]
    assert plausible([good[2], *odd, good[0], good[1]], BEGAN, BEGAN + 30) == tuple(good)
    assert plausible([], BEGAN, BEGAN) == ()


def test_half_an_hour_counts_from_the_last_fix() -> None:
    """Her phone has been dead since: what it told last is what matters."""
    fixes = [fix(minute * 60.0, 51.38 + minute * 1e-4) for minute in range(60)]
    shown = plausible(fixes, BEGAN, BEGAN + 86_400)
    assert (shown[0].at, shown[-1].at) == (fixes[-1].at - TRACK_S, fixes[-1].at)


def test_a_list_for_people_has_the_newest_first_and_a_place_every_three_minutes() -> None:
    """The newest is always in it."""
    fixes = [fix(s, 51.38 + s * 1e-6) for s in range(0, 601, 10)]
    assert [f.at - BEGAN for f in thinned(fixes)] == [600.0, 420.0, 240.0, 60.0]
    assert thinned([]) == ()


@pytest.mark.parametrize(
    ("north", "east", "wind"),
    [
        (1, 0, "north"),
        (1, 1.6, "north-east"),
        (0, 1, "east"),
        (-1, 1.6, "south-east"),
        (-1, 0, "south"),
        (0, -1, "west"),
        (1, -1.6, "north-west"),
    ],
)
def test_which_way_she_went(north: float, east: float, wind: str) -> None:
    """From the last fix that is far enough away to tell."""
    path = [
        fix(0),
        fix(60, 51.38 + north * 6e-4, 0.5 + east * 6e-4),
        fix(70, 51.38 + north * 6.1e-4, 0.5 + east * 6.1e-4),
    ]
    assert heading(path) == wind


def test_who_stands_has_no_direction() -> None:
    """Nor has one whose phone told a single place, or none for long."""
    assert heading([fix(0), fix(60), fix(120)]) == ""
    assert heading([fix(0)]) == heading([]) == ""
    assert heading([fix(0), fix(HEADING_S + 1, 51.39)]) == ""


async def test_the_track_is_on_disk_and_in_the_row(street: Neighbourhood, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sealed pieces and the newest fixes, in one line; when the store does not answer, the newest alone."""
    journey = await street.sets_off(minutes=60)
    for minute in range(1, 25):
        await street.time_passes(60.0)
        await street.seen(journey.id, 51.380 + minute * 0.0001, 0.500, seq=minute)
    kept = await street.house.watch.look(journey.id)
    assert len(kept.fixes) < 24

    assert len(await track_of(street.house, kept)) == 25

    async def is_away(key: str) -> list[bytes]:
        raise StoreUnavailable("gone")

    monkeypatch.setattr(street.house.store, "track", is_away)
    assert await track_of(street.house, kept) == kept.fixes


def test_what_another_device_of_hers_measured_beside_it_is_no_part_of_her_way() -> None:
    """Her tablet at home was kept, and never judged; her tracker that spoke for her is shown as any phone."""
    bag, tablet = replace(fix(10, 51.3801), by="bag", segment=ASIDE - 1), replace(fix(15, 51.39), segment=ASIDE)
    assert plausible([fix(0), bag, tablet], BEGAN, BEGAN + 30) == (fix(0), bag)
