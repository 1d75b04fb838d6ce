"""Degrees and metres."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geofence.plane import distance_m, metres_per_degree, plane_at, turn

lats = st.floats(-80, 80)
lons = st.floats(-180, 180)
near = st.floats(-3000, 3000)


@pytest.mark.parametrize(
    ("lat", "east", "north"),
    [(0, 111_319.5, 110_574.3), (45, 78_846.8, 111_131.8), (51.5, 69_437.0, 111_256.9), (60, 55_800.0, 111_412.3)],
)
def test_a_degree_has_its_length_on_the_ellipsoid(lat: float, east: float, north: float) -> None:
    """Lengths of a degree agree with the WGS-84 ellipsoid to ten metres in a hundred kilometres."""
    assert metres_per_degree(lat) == pytest.approx((east, north), rel=1e-4)


def test_the_series_is_the_one_of_the_ellipsoid() -> None:
    """The polynomials in one cosine equal the series in multiples of the latitude."""
    for lat in range(-85, 86, 5):
        p = math.radians(lat)
        east = 111412.84 * math.cos(p) - 93.5 * math.cos(3 * p) + 0.118 * math.cos(5 * p)
        north = 111132.92 - 559.82 * math.cos(2 * p) + 1.175 * math.cos(4 * p)
        assert metres_per_degree(lat) == pytest.approx((east, north), abs=1e-6)


@given(st.lists(lats, min_size=1, max_size=5))
def test_lengths_of_a_degree_come_by_the_array(several: list[float]) -> None:
    """An array of latitudes gives what each of them gives alone."""
    east, north = metres_per_degree(np.array(several))
    assert list(zip(east.tolist(), north.tolist(), strict=True)) == [
        pytest.approx(metres_per_degree(lat), rel=1e-14) for lat in several
    ]


@given(lats, lons, near, near)
def test_metres_and_degrees_are_inverse(lat: float, lon: float, x: float, y: float) -> None:
    """A point goes to degrees and comes back to the millimetre, across the date line too."""
    plane = plane_at(lat, lon)
    assert plane.to_metres(*plane.to_degrees(x, y)) == pytest.approx((x, y), abs=1e-3)


@given(lats, lons, st.lists(st.tuples(near, near), min_size=1, max_size=5))
def test_arrays_and_single_points_agree(lat: float, lon: float, points: list[tuple[float, float]]) -> None:
    """The array version gives bit for bit what the scalar one gives."""
    plane = plane_at(lat, lon)
    x, y = np.array([x for x, _ in points]), np.array([y for _, y in points])
    lat_array, lon_array = plane.to_degrees(x, y)
    east, north = plane.to_metres(lat_array, lon_array)
    for n, point in enumerate(points):
        assert (lat_array[n], lon_array[n]) == plane.to_degrees(*point)
        assert (east[n], north[n]) == plane.to_metres(float(lat_array[n]), float(lon_array[n]))


def test_the_date_line_is_no_border() -> None:
    """Two places on both sides of 180° are as near as they are on the ground."""
    assert distance_m(-16.8, 179.9995, -16.8, -179.9995) == pytest.approx(106.6, abs=0.1)
    assert plane_at(-16.8, 179.9995).to_metres(-16.8, -179.9995)[0] == pytest.approx(106.6, abs=0.1)
    assert plane_at(-16.8, 179.9995).to_degrees(106.6, 0.0)[1] == pytest.approx(-179.9995, abs=1e-5)
    assert turn(359.0) == -1.0
    assert turn(-359.0) == 1.0


def test_distance_over_a_town() -> None:
    """Two places in Rochester, 447 m north to south and 640 m east to west."""
    assert distance_m(51.38958, 0.50134, 51.38556, 0.51053) == pytest.approx(782.0, abs=2.0)
