"""A piece of the world on paper."""

import re

import pytest

from geofence.lighting import Light
from geofence.plane import distance_m
from geofence.streets.lights import RegionLights
from geofence.streets.region import Region
from service.maps.sheet import UNITS, Sheet, bar, crosses, dots, fitted, foot, labels, line, streets, stroke

from .medway import medway_streets, place

NIGHT = 1_795_045_000.0


@pytest.fixture(scope="module")
def region() -> Region:
    """The town."""
    return Region.open(medway_streets())


def _sheet(*corners: tuple[float, float], width: int = 400) -> Sheet:
    places = [place(*corner) for corner in corners]
    return fitted(places, width, tallest=1.0, flattest=0.5, least_m=100.0, room=0.1)


def _drawn(path: str) -> list[tuple[int, int]]:
    """The places that a path goes through."""
    found: list[tuple[int, int]] = []
    for command, numbers in re.findall(r"([Ml])([-\d ]+)", path):
        values = [int(number) for number in re.findall(r"-?\d+", numbers)]
        for dx, dy in zip(values[::2], values[1::2], strict=True):
            before = found[-1] if found else (0, 0)
            found.append((dx, dy) if command == "M" else (before[0] + dx, before[1] + dy))
    return found


def test_everything_fits_and_metres_are_alike_both_ways() -> None:
    """A street to the north is as long on paper as one to the east, and nothing touches the edge."""
    sheet = _sheet((0, 0), (600, 300))
    (ax, ay), (bx, by), (cx, cy) = (sheet.spot(*place(*corner)) for corner in ((0, 0), (300, 0), (0, 300)))

    assert bx - ax == pytest.approx(ay - cy, rel=0.01)
    assert by == pytest.approx(ay, abs=2)
    assert cx == pytest.approx(ax, abs=2)
    assert all(sheet.shows(sheet.spot(*place(*corner)), 10.0) for corner in ((0, 0), (600, 300)))
    assert sheet.metres * (bx - ax) / UNITS == pytest.approx(distance_m(*place(0, 0), *place(300, 0)), rel=0.01)


@pytest.mark.parametrize("corners", [((0, 0), (0, 900)), ((0, 0), (900, 0)), ((0, 0), (0, 0))])
def test_a_sheet_is_neither_too_tall_nor_too_flat(corners: tuple[tuple[float, float], ...]) -> None:
    """A way straight north, one straight east, and a single place."""
    sheet = _sheet(*corners)

    assert 0.5 * sheet.width - 1 <= sheet.height <= sheet.width + 1


def test_streets_are_drawn_by_their_light(region: Region) -> None:
    """Canal Path is dots, the High Street a whole line."""
    sheet = _sheet((0, 0), (600, 400))
    found = streets(region, RegionLights(region).states(NIGHT), sheet)
    west, east = sheet.spot(*place(0, 0)), sheet.spot(*place(600, 0))
    canal = _drawn(found.paths[Light.UNLIT])

    assert set(found.paths) == set(Light)
    for end in (west, east):
        assert min(abs(x - end[0]) + abs(y - end[1]) for x, y in canal) <= 3
    assert "High Street" in {name for _, _, name in found.names}


def test_a_large_drawing_does_without_footways(region: Region) -> None:
    """Streets stay, whatever is walked on behind them goes first."""
    sheet = _sheet((0, 0), (600, 400))
    states = RegionLights(region).states(NIGHT)
    small, whole = streets(region, states, sheet, 60), streets(region, states, sheet)

    assert sum(map(len, small.paths.values())) < sum(map(len, whole.paths.values()))
    names = {name for _, _, name in small.names}
    assert "High Street" in names
    assert not {"Park Walk", "Canal Path", "Jacob's Ladder"} & names


def test_a_line_goes_on_where_the_pen_stands() -> None:
    """No new beginning, so that dashes run through; what nobody would see is left out, the end never."""
    first, pen = stroke([(0, 0), (10, 0), (11, 0), (12, 0)])
    then, _ = stroke([(12, 0), (12, 30)], pen)

    assert first == "M0 0l10 0l2 0"
    assert "M" not in then
    assert _drawn(first + then)[-1] == (12, 30)


def test_a_line_of_no_places_and_dots_on_each_other() -> None:
    """Nothing, and one dot."""
    assert line(_sheet((0, 0), (9, 9)), []) == ""
    assert dots([(1, 2), (1, 2), (3, 4)]) == "M1 2h0M3 4h0"


def test_names_keep_off_each_other_and_the_edge() -> None:
    """The first one has its room; one across it, one at the edge and one on a marker are left out."""
    sheet = _sheet((0, 0), (600, 400))
    names = [(800, 400, "High Street"), (820, 410, "Back Lane"), (5, 400, "West Street"), (400, 700, "Mill Lane")]

    assert [name for _, _, name in labels(names, sheet, 9, [(400, 700)])] == ["High Street"]
    assert list(labels(names, sheet, 0)) == []


def test_names_leave_the_foot_free_and_larger_ones_more_of_it() -> None:
    """There the scale stands, and whose the streets are."""
    sheet = _sheet((0, 0), (400, 400))
    low = [(800, foot(sheet) + 4, "Low Street")]

    assert list(labels(low, sheet, 9)) == []
    assert list(labels([(800, foot(sheet), "High Street")], sheet, 9))
    assert list(labels([(800, foot(sheet), "High Street")], sheet, 9, larger=2.0)) == []


def test_crosses_are_one_path() -> None:
    """Two strokes each, and two on each other are one."""
    assert crosses([(100, 100), (300, 100), (100, 100)]).count("M") == 2


def test_the_bar_has_a_round_length() -> None:
    """Less than a fifth of the sheet, as long on paper as it says."""
    sheet = _sheet((0, 0), (600, 400))
    path, (_, _, words) = bar(sheet)
    long = re.search(r"h(\d+)", path)

    assert long is not None
    assert words == "100 m"
    assert int(long[1]) / UNITS * sheet.metres == pytest.approx(100.0, rel=0.01)
