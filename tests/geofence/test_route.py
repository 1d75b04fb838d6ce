"""Routes as apps export them."""

import json
import math
import random
from collections.abc import Callable
from itertools import pairwise

import numpy as np
import polyline
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geofence.destination import Destination
from geofence.plane import distance_m, turn
from geofence.route import (
    MOST_POINTS,
    Route,
    RouteError,
    _encoded,
    read_columns,
    read_geojson,
    read_gpx,
    read_points,
    read_polyline,
)

from .drawn import along, place, street

WAY = [place(0, 0), place(300, 0), place(300, 400)]
LINE = {"type": "LineString", "coordinates": [[lon, lat] for lat, lon in WAY]}


def gpx(body: str) -> str:
    return f'<?xml version="1.0"?><gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1">{body}</gpx>'


def points(tag: str) -> str:
    return "".join(f'<{tag} lat="{lat}" lon="{lon}"/>' for lat, lon in WAY)


def feature(geometry: object) -> dict[str, object]:
    return {"type": "Feature", "properties": {}, "geometry": geometry}


def assert_is_way(route: Route) -> None:
    """The seven hundred metres of WAY, ending in 50 m around its last point."""
    assert route.length_m == pytest.approx(700.0, abs=1.0)
    assert route.places()[0] == pytest.approx(WAY[0], abs=1e-5)
    assert (route.destination.lat, route.destination.lon) == pytest.approx(WAY[-1], abs=1e-5)
    assert route.destination.radius_m == 50.0


@pytest.mark.parametrize(
    "document",
    [
        LINE,
        feature(LINE),
        {"type": "FeatureCollection", "features": [feature(LINE)]},
        {"type": "FeatureCollection", "features": [feature({"type": "Point", "coordinates": [0, 1]}), feature(LINE)]},
    ],
)
def test_geojson_in_its_usual_shapes(document: object) -> None:
    """A line, a feature with one, and a collection with exactly one are the same route."""
    assert_is_way(read_geojson(json.dumps(document)))


@pytest.mark.parametrize("body", [f"<trk><trkseg>{points('trkpt')}</trkseg></trk>", f"<rte>{points('rtept')}</rte>"])
def test_gpx_track_or_route(body: str) -> None:
    """A recorded track and a planned route both are."""
    assert_is_way(read_gpx(gpx(body)))
    assert_is_way(read_gpx(("\ufeff" + gpx(body)).encode()))


@pytest.mark.parametrize("precision", [5, 6])
def test_encoded_polyline(precision: int) -> None:
    """Both precisions that planners use."""
    assert_is_way(read_polyline(polyline.encode(WAY, precision), precision))


def test_a_chosen_destination_is_kept() -> None:
    """Home may lie beside the end of the line."""
    home = Destination(*place(320, 420), radius_m=80.0)
    assert read_points(WAY, home).destination == home


def test_the_line_is_simplified_to_a_metre() -> None:
    """A thousand points on a straight street become two; corners stay."""
    straight = read_points([place(0.7 * n, 0.2 * (n % 2)) for n in range(1000)])
    assert len(straight.places()) <= 3
    assert len(street((0, 0), (100, 0), (100, 100), (0, 100)).places()) == 4


def test_a_long_recording_is_simplified_to_the_same_line() -> None:
    """Cut in pieces or not: ten kilometres of corners recorded every two metres are those corners, and no joint more."""
    corners = [(120.0 * ((n + 1) // 2), 90.0 * (n // 2)) for n in range(100)]
    route = read_points([place(x, y) for x, y in along(corners, every_s=1.0, mps=2.0)])
    assert len(route.places()) <= 110
    assert route.length_m == pytest.approx(99 * 105.0, abs=70.0)


def test_a_zigzag_of_the_most_points_is_read() -> None:
    """Twenty thousand points that each turn back: all of them are corners, and all of them stay."""
    route = read_points([place(2.4 * n, 2.0 * (n % 2)) for n in range(MOST_POINTS)])
    assert len(route.places()) == MOST_POINTS
    assert route.length_m == pytest.approx(MOST_POINTS * math.hypot(2.4, 2.0), rel=1e-3)


def test_a_line_is_written_as_the_library_writes_it() -> None:
    """Letter by letter, to the last of its digits: south, west, over the date line, and where a digit is just five."""
    luck = random.Random(5)
    for lat, lon in ((51.0, 0.0), (-16.8, 179.999), (-0.0005, -0.0005), (84.9, -179.99), (0.0000005, 0.0)):
        places = [(lat, lon)]
        for _ in range(60):
            north, east = luck.uniform(-0.01, 0.01), luck.uniform(-0.01, 0.01)
            places.append((max(-85.0, min(85.0, lat + north)), turn(lon + east)))
        lats, lons = np.array(places).T
        assert _encoded(lats, lons) == polyline.encode(places, 6)


def test_how_many_points_are_kept_is_known_without_reading_them() -> None:
    """As many as would be read."""
    for points in (2, 3, 500):
        route = read_points([(51.0 + 1e-3 * n, 0.5 + 1e-3 * (n % 2)) for n in range(points)])
        assert route.points == len(route.places())


def test_a_length_is_the_sum_of_its_steps() -> None:
    """Across a whole degree of latitude too."""
    places = [(51.0 + n / 110, 0.3 * (n % 2) / 100) for n in range(90)]
    steps = sum(distance_m(*a, *b) for a, b in pairwise(places))
    assert read_points(places).length_m == pytest.approx(steps, abs=0.01)


def test_out_and_back_keeps_both_ways() -> None:
    """A way that returns on itself has its whole length."""
    assert street((0, 0), (500, 0), (0, 0)).length_m == pytest.approx(1000.0, abs=1.0)


def test_a_route_may_cross_the_date_line() -> None:
    """On Taveuni 180° runs across the road."""
    route = read_points([(-16.8, 179.999), (-16.8, -179.999)])
    assert route.length_m == pytest.approx(213.2, abs=0.5)


@pytest.mark.parametrize(
    ("given_points", "field"),
    [
        ([], "points"),
        ([place(0, 0)] * 5, "points"),
        ([place(0, 0), place(10, 0)], "length"),
        ([(51.0, 0.0), (52.0, 0.0)], "length"),
        ([(51.0, 0.0), (float("nan"), 0.0)], "points[1].lat"),
        ([(51.0, 0.0), (51.0, float("inf"))], "points[1].lon"),
        ([(51.0, 0.0), (51.0, 181.0)], "points[1].lon"),
        ([(95.0, 0.0), (51.0, 0.0)], "points[0].lat"),
        ([(51.0, 0.0), ("51", 0.0)], "points[1]"),
        ([(51.0, 0.0), (51.0,)], "points[1]"),
        ([(51.0, 0.0), (True, False)], "points[1]"),
        ([(51.0, 0.0), 51.1], "points[1]"),
        ([(51.0, 0.0), (10**400, 0.0)], "points[1].lat"),
        ([(51.0, 0.0), (51.0, -(10**5000))], "points[1].lon"),
    ],
)
def test_points_that_make_no_route(given_points: list[tuple[float, float]], field: str) -> None:
    """What is wrong is named by its field, with what was expected and what came."""
    with pytest.raises(RouteError) as caught:
        read_points(given_points)
    assert caught.value.field == field
    assert "expected" in caught.value.reason
    assert not str(caught.value).endswith(".")


def test_too_many_points() -> None:
    """A recording of a month is not a way home."""
    with pytest.raises(RouteError, match=f"points: expected at most {MOST_POINTS}"):
        read_points(place(n, 0) for n in range(MOST_POINTS + 1))


@pytest.mark.parametrize(
    "read",
    [
        lambda: read_polyline("??" * 100_000),
        lambda: read_geojson(json.dumps({"type": "LineString", "coordinates": [[0, 51]] * 100_000})),
        lambda: read_gpx(gpx("<rte>" + '<rtept lat="51" lon="0"/>' * 100_000 + "</rte>")),
    ],
)
def test_too_many_points_are_refused_before_they_are_read(read: Callable[[], Route]) -> None:
    """In every format, by the same field."""
    with pytest.raises(RouteError) as caught:
        read()
    assert caught.value.field == "points"


@pytest.mark.parametrize(
    ("document", "field"),
    [
        ("not json", "geojson"),
        ("[" * 100_000, "geojson"),
        ("[]", "geojson"),
        ("null", "geojson"),
        ('{"type": "Polygon", "coordinates": []}', "type"),
        ('{"type": "Feature", "geometry": null}', "geojson"),
        ('{"type": "FeatureCollection", "features": []}', "features"),
        (json.dumps({"type": "FeatureCollection", "features": [feature(LINE), feature(LINE)]}), "features"),
        ('{"type": "LineString"}', "coordinates"),
        ('{"type": "LineString", "coordinates": [[0.5, 51.3], 7]}', "coordinates[1]"),
        ('{"type": "LineString", "coordinates": [[0.5, 51.3], [null, 51]]}', "points[1]"),
        ('{"type": "LineString", "coordinates": [[0.5, 51.3], [1e400, 51]]}', "geojson"),
    ],
)
def test_geojson_that_is_no_route(document: str, field: str) -> None:
    """Every way of being wrong is a RouteError, whatever was posted."""
    with pytest.raises(RouteError) as caught:
        read_geojson(document)
    assert caught.value.field == field


BOMB = '<!DOCTYPE gpx [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'


@pytest.mark.parametrize(
    "document",
    [
        "",
        "<gpx",
        "<html></html>",
        gpx(""),
        gpx(f"<trk><trkseg>{points('trkpt')}</trkseg></trk>" * 2),
        gpx('<trk><trkseg><trkpt lat="x" lon="1"/><trkpt lat="1" lon="1"/></trkseg></trk>'),
        BOMB + gpx(f"<rte><name>&b;</name>{points('rtept')}</rte>"),
        b"\xff\xfe\x00",
    ],
)
def test_gpx_that_is_no_route(document: str | bytes) -> None:
    """Broken, empty, doubled and hostile files are refused."""
    with pytest.raises(RouteError):
        read_gpx(document)


@pytest.mark.parametrize("text", ["", "_p~iF~ps|", "hello world", "é", "~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~"])
def test_polyline_that_is_no_route(text: str) -> None:
    """Truncated or foreign text is refused."""
    with pytest.raises(RouteError):
        read_polyline(text)


def test_precision_is_five_or_six() -> None:
    """Another precision would be a place on another continent."""
    with pytest.raises(RouteError, match="precision: expected 5 or 6, got 7"):
        read_polyline(polyline.encode(WAY, 5), 7)


def test_a_size_no_way_home_has() -> None:
    """Five megabytes are refused before they are read."""
    with pytest.raises(RouteError, match="size"):
        read_gpx("x" * 5_000_000)


@pytest.mark.parametrize(
    ("home", "field"),
    [
        (Destination(51.3, 0.5, 5.0), "destination.radius_m"),
        (Destination(51.3, 200.0), "destination.lon"),
        (Destination(51.3, 0.5, polygon=((51.3, 0.5), (51.31, 0.5))), "destination.polygon"),
        (
            Destination(*place(0, 0), polygon=(place(0, 0), place(9, 9), place(9, 0), place(0, 9))),
            "destination.polygon",
        ),
        (Destination(*place(0, 0), polygon=(place(0, 0), (99.0, 0.5), place(9, 0))), "destination.polygon[1].lat"),
    ],
)
def test_destinations_that_cannot_be_reached(home: Destination, field: str) -> None:
    """A destination has a sensible size and an outline that does not cross itself."""
    with pytest.raises(RouteError) as caught:
        read_points(WAY, home)
    assert caught.value.field == field


@given(st.text(max_size=60))
def test_no_text_does_worse_than_a_route_error(text: str) -> None:
    """Whatever is pasted into the import box, the answer is a route or a RouteError."""
    for read in (read_geojson, read_gpx, read_polyline):
        try:
            read(text)
        except RouteError:
            continue


def test_a_route_is_small() -> None:
    """It is kept with the journey: two kilometres of corners in a few hundred bytes."""
    corners = [place(120.0 * ((n + 1) // 2), 90.0 * (n // 2)) for n in range(20)]
    route = read_points(corners)
    assert len(route.line) < 200
    assert distance_m(*route.places()[7], *corners[7]) < 1.5


@given(st.lists(st.tuples(st.floats(-60, 60), st.floats(-180, 180)), min_size=2, max_size=40))
def test_a_line_is_read_at_once_as_point_by_point(places: list[tuple[float, float]]) -> None:
    """The arrays hold the bits that the polyline library reads one after the other."""
    route = Route(polyline.encode(places, 6), 100.0, Destination(0.0, 0.0))
    lat, lon = route.columns()
    assert list(zip(lat.tolist(), lon.tolist(), strict=True)) == route.places()


def test_columns_make_the_route_that_points_do() -> None:
    """To the letter, with the places at both ends as they are."""
    rng = np.random.default_rng(7)
    lat, lon = 51.38 + rng.normal(0.0, 1e-4, 400).cumsum(), 0.5 + rng.normal(0.0, 1e-4, 400).cumsum()

    assert read_columns(lat, lon) == read_points(list(zip(lat.tolist(), lon.tolist(), strict=True)))
    with pytest.raises(RouteError, match="length"):
        read_columns(np.array([51.0, 51.0]), np.array([0.5, 0.5]))
