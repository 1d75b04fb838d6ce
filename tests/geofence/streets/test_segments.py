"""Where on a segment is nearest to a place."""

import numpy as np
import pytest

from geofence.streets.segments import nearest_from, nearest_on


@pytest.mark.parametrize(
    ("begin", "end", "share", "spot"),
    [
        ((-50.0, 10.0), (50.0, 10.0), 0.5, (0.0, 10.0)),
        ((20.0, 0.0), (80.0, 0.0), 0.0, (20.0, 0.0)),
        ((-80.0, 5.0), (-20.0, 5.0), 1.0, (-20.0, 5.0)),
        ((3.0, 4.0), (3.0, 4.0), 0.0, (3.0, 4.0)),
    ],
)
def test_the_nearest_of_a_street_is_beside_her_or_at_its_end(
    begin: tuple[float, float], end: tuple[float, float], share: float, spot: tuple[float, float]
) -> None:
    """Abreast of her, at the end before it or after it, or where a street is but a point."""
    ax, ay, bx, by = (np.array([value]) for value in (*begin, *end))
    found = nearest_on(ax, ay, bx - ax, by - ay)

    assert [float(values[0]) for values in found] == pytest.approx([share, *spot])


def test_places_and_streets_of_a_map_are_told_in_metres() -> None:
    """A segment of 200 m to the east: she stands 30 m north of its first quarter, her friend 10 m beyond its end."""
    points = np.array([1000, 3000], np.int32), np.array([500, 500], np.int32)
    both = np.array([0, 0])
    share, off_x, off_y = nearest_from(points, both, (np.array([1500, 3100]), np.array([800, 500])), (0.1, 0.1))

    assert share.tolist() == pytest.approx([0.25, 1.0])
    assert off_x.tolist() == pytest.approx([0.0, -10.0])
    assert off_y.tolist() == pytest.approx([-30.0, 0.0])
    assert nearest_from(points, both[:1], (1500, 800), (0.1, 0.1))[0].tolist() == pytest.approx([0.25])
