"""Parks that are shut at night: nobody is led through them then."""

from collections.abc import Callable

import numpy as np
import pytest

from geofence.streets.grounds import Ground, Line, Lines, laid
from geofence.streets.region import Region
from geofence.streets.ways import SHORTEST, NoWay, Reason

from .town import Corner, Drawing
from .walks import asked, clock, opened, planner

AFTERNOON, LATE = clock("16:00"), clock("23:30")
HOURS = "Mo-Su 07:00-22:00"
THROUGH_M, ROUND_M = 800.0, 1400.0
PARK: tuple[Corner, ...] = ((0, -50), (400, -50), (400, 50), (0, 50), (0, -50))
HOME, WORK = (600.0, 0.0), (-200.0, 0.0)


def town_with_a_park(path: str = "footway", tags: dict[str, str] | None = None) -> Drawing:
    """The way home leads through a park, from gate to gate; round it leads a street that is 600 m longer."""
    it = Drawing()
    it.way((-300, 0), (0, 0), name="West Street")
    it.way((400, 0), (700, 0), name="East Street")
    it.way((0, 0), (0, 300), (400, 300), (400, 0), name="Park Road")
    it.way((0, 0), (100, 0), (300, 0), (400, 0), highway=path, name="Park Walk", tags=tags)
    return it


def fence(it: Drawing, *corners: Corner, **tags: str) -> int:
    """An area without a street along it."""
    return it.way(*(corners or PARK), highway="", tags=tags)


def park(path: str = "footway", own: dict[str, str] | None = None, tags: dict[str, str] | None = None) -> Region:
    """The town, with a park of these tags."""
    it = town_with_a_park(path, own)
    it.way(*PARK, highway="", tags={"leisure": "park", "opening_hours": HOURS} | (tags or {}))
    return opened(it)


def metres(region: Region, at: float) -> float:
    """How long Anna's shortest way home is when she sets off then."""
    return planner(region).plan(asked(WORK, HOME, at, [SHORTEST])).ways[0].length_m


def shuts(region: Region) -> bool:
    """Whether she is led through by day and round it at night."""
    by_day, at_night = metres(region, AFTERNOON), metres(region, LATE)
    assert by_day == pytest.approx(THROUGH_M, abs=2.0)
    assert at_night == pytest.approx(THROUGH_M, abs=2.0) or at_night == pytest.approx(ROUND_M, abs=2.0)
    return at_night > by_day + 1.0


@pytest.mark.parametrize("hours", [HOURS, "dawn-dusk", "07:00-sunset", "Mo-Su 07:00-22:00; PH off"])
def test_anna_is_led_round_a_park_that_is_shut(hours: str) -> None:
    """At four she walks through it, at half past eleven around it, however its hours are written."""
    assert shuts(park(tags={"opening_hours": hours}))


@pytest.mark.parametrize(
    "tags",
    [
        {"leisure": "garden"},
        {"leisure": "nature_reserve"},
        {"leisure": "", "landuse": "cemetery"},
        {"leisure": "", "landuse": "allotments"},
        {"leisure": "", "amenity": "grave_yard"},
    ],
)
def test_gardens_and_graveyards_are_shut_like_parks(tags: dict[str, str]) -> None:
    """Whatever has a fence and hours."""
    assert shuts(park(tags=tags))


@pytest.mark.parametrize(
    "tags",
    [
        {"opening_hours": "24/7"},
        {"opening_hours": ""},
        {"leisure": "playground"},
        {"leisure": "pitch"},
        {"leisure": "", "landuse": "retail"},
    ],
)
def test_what_is_no_locked_park_shuts_nothing(tags: dict[str, str]) -> None:
    """A park that is always open; hours that say when children play, or when shops sell."""
    assert not shuts(park(tags=tags))


def test_a_park_may_say_it_as_a_condition() -> None:
    """No access at night is the same as hours by day."""
    it = town_with_a_park()
    it.way(*PARK, highway="", leisure="park", tags={"access:conditional": "no @ (22:00-06:00)"})

    assert shuts(opened(it))


@pytest.mark.parametrize("path", ["residential", "living_street", "unclassified", "secondary"])
def test_a_public_road_through_a_park_is_not_shut_with_it(path: str) -> None:
    """Its gates are beside the road, not across it."""
    assert not shuts(park(path))


@pytest.mark.parametrize(
    "tags", [{"bicycle_road": "yes"}, {"cyclestreet": "yes"}, {"tunnel": "yes"}, {"bridge": "yes"}]
)
def test_a_cycle_road_and_what_leads_over_or_under_stay_open(tags: dict[str, str]) -> None:
    """A cycle road is a public road; a footbridge and a subway have no gate to the park."""
    assert not shuts(park("cycleway", tags))


@pytest.mark.parametrize("path", ["footway", "path", "cycleway", "track", "service", "pedestrian", "steps"])
def test_paths_and_cycle_tracks_are_shut_with_the_park(path: str) -> None:
    """They end at its gates."""
    assert shuts(park(path))


@pytest.mark.parametrize(
    "own", [{"opening_hours": "24/7"}, {"opening_hours": "05:00-24:00"}, {"access:conditional": "no @ (03:00-05:00)"}]
)
def test_what_a_path_says_of_itself_beats_the_park(own: dict[str, str]) -> None:
    """A right of way that stays open between two locked lawns."""
    assert not shuts(park(own=own))


def test_hours_that_nobody_can_read_shut_nothing_and_are_counted() -> None:
    """ "When the keeper goes home": she is told the way through, and whoever runs the map that one could not be read."""
    region = park(tags={"opening_hours": "when the keeper goes home"})

    assert not shuts(region)
    assert region.about.refused == {"hours of parks and gardens": 1}
    assert (region.about.grounds, region.about.grounds_m) == (0, 0.0)


def test_a_map_says_how_many_grounds_have_hours_and_what_lies_in_them() -> None:
    """One park, 400 m of path."""
    about = park().about

    assert about.grounds == 1
    assert about.grounds_m == pytest.approx(400.0, abs=1.0)


def test_a_destination_inside_a_shut_park_says_so() -> None:
    """Her bench is 200 m from any street: by day a way leads there, at night the answer is that it is shut."""
    it = town_with_a_park()
    it.way((200, -400), (100, 0), highway="footway", name="Lawn")
    fence(it, (-100, -500), (500, -500), (500, 50), (-100, 50), (-100, -500), leisure="park", opening_hours=HOURS)
    plans = planner(opened(it))

    assert plans.plan(asked(WORK, (200, -350), AFTERNOON)).ways
    with pytest.raises(NoWay) as none:
        plans.plan(asked(WORK, (200, -350), LATE))
    assert (none.value.reason, none.value.field) == (Reason.CLOSED, "destination")


def test_a_house_that_is_reached_through_the_park_alone_is_shut_off_with_it() -> None:
    """The keeper's lane is a public road; what leads to it is shut."""
    it = Drawing()
    it.way((-300, 0), (0, 0), (0, -300))
    it.way((0, 0), (400, 0), highway="footway")
    it.way((400, 0), (400, 100))
    fence(it, leisure="park", opening_hours=HOURS)
    plans = planner(opened(it))

    assert plans.plan(asked(WORK, (400, 90), AFTERNOON)).ways
    with pytest.raises(NoWay) as none:
        plans.plan(asked(WORK, (400, 90), LATE))
    assert none.value.reason is Reason.CLOSED


def test_who_lives_beside_a_shut_park_goes_by_her_street() -> None:
    """The path behind her house is nearer than her street: at night the street counts."""
    region = park()
    door = (200.0, 145.0)
    by_night = planner(region).plan(asked(WORK, (200, 155), LATE, [SHORTEST])).ways[0]
    by_day = planner(region).plan(asked(WORK, door, AFTERNOON, [SHORTEST])).ways[0]

    assert {one.name for one in by_night.stretches} == {"West Street", "Park Road"}
    assert {one.name for one in by_day.stretches} == {"West Street", "Park Walk"}


@pytest.mark.parametrize(
    ("outline", "is_it"),
    [
        (((0, 0), (100, 0), (300, 0), (400, 0), (400, 90), (0, 90), (0, 0)), False),  # the path is its outline
        (((0, 2), (400, 2), (400, 90), (0, 90), (0, 2)), False),  # along the fence, outside
        (((150, -50), (250, -50), (250, 50), (150, 50), (150, -50)), False),  # a quarter of it
        (((10, -5), (390, -5), (390, 5), (10, 5), (10, -5)), True),  # but for the gates
        (((0, 50), (400, 50), (400, -3), (0, -3), (0, 50)), True),  # along the fence, inside
    ],
)
def test_only_what_lies_inside_is_shut(outline: tuple[Corner, ...], is_it: bool) -> None:
    """Eight tenths of a stretch, or none of it: what touches a park, leads past it or just across its corner stays open."""
    it = town_with_a_park()
    fence(it, *outline, leisure="park", opening_hours=HOURS)

    assert shuts(opened(it)) is is_it


def test_a_stretch_is_judged_from_junction_to_junction() -> None:
    """The path begins far outside: its stretch as far as the fork stays open, those beyond it are shut, and nothing leads
    through."""
    it = town_with_a_park()
    it.way((100, 0), (100, 30), highway="footway")
    it.way((300, 0), (300, 30), highway="footway")
    fence(it, (90, -50), (310, -50), (310, 50), (90, 50), (90, -50), leisure="park", opening_hours=HOURS)
    region = opened(it)

    assert shuts(region)
    assert region.about.grounds_m == pytest.approx(260.0, abs=1.0)


def in_two_pieces(it: Drawing) -> None:
    """Its outline is two ways that meet."""
    one = fence(it, (0, 50), (0, -50), (400, -50))
    other = fence(it, (0, 50), (400, 50), (400, -50))
    it.relation(one, other, leisure="park", opening_hours=HOURS)


def in_two_places(it: Drawing) -> None:
    """Two lawns with a lane between them that is no part of the park; the path meets it."""
    west = fence(it, (0, -50), (195, -50), (195, 50), (0, 50), (0, -50))
    east = fence(it, (205, -50), (400, -50), (400, 50), (205, 50), (205, -50))
    it.relation(west, east, leisure="park", opening_hours=HOURS)


def with_a_hole_elsewhere(it: Drawing) -> None:
    """A pond is no part of the park; the path leads past it."""
    hole = fence(it, (150, 20), (250, 20), (250, 40), (150, 40), (150, 20))
    it.relation(fence(it), inner=(hole,), leisure="park", opening_hours=HOURS)


def as_a_boundary(it: Drawing) -> None:
    """Nature reserves are drawn as boundaries."""
    it.relation(fence(it), type="boundary", leisure="nature_reserve", opening_hours=HOURS)


def in_a_figure_of_eight(it: Drawing) -> None:
    """An outline that crosses itself is two areas."""
    fence(
        it,
        (0, -50),
        (200, 50),
        (400, -50),
        (400, 50),
        (200, -50),
        (0, 50),
        (0, -50),
        leisure="park",
        opening_hours=HOURS,
    )


@pytest.mark.parametrize(
    "drawn", [in_two_pieces, in_two_places, with_a_hole_elsewhere, as_a_boundary, in_a_figure_of_eight]
)
def test_parks_are_drawn_in_many_ways(drawn: Callable[[Drawing], None]) -> None:
    """As relations, of pieces, of several areas, with holes."""
    it = town_with_a_park()
    drawn(it)
    region = opened(it)

    assert shuts(region)
    assert region.about.refused == {}


def test_a_hole_in_a_park_is_no_park() -> None:
    """The strip between two fences, on which the path runs, belongs to the town."""
    it = town_with_a_park()
    hole = fence(it, (0, -10), (400, -10), (400, 10), (0, 10), (0, -10))
    it.relation(
        fence(it, (-1, -50), (401, -50), (401, 50), (-1, 50), (-1, -50)),
        inner=(hole,),
        leisure="park",
        opening_hours=HOURS,
    )

    assert not shuts(opened(it))


def test_an_outline_with_a_gap_shuts_nothing_and_is_counted() -> None:
    """Half of the park is outside the extract: nobody knows what is inside."""
    it = town_with_a_park()
    it.relation(fence(it, (0, 50), (0, -50), (400, -50)), leisure="park", opening_hours=HOURS)
    it.relation(fence(it), 999, leisure="park", opening_hours=HOURS)
    fence(it, (0, -60), (400, -60), (400, 60), (0, 60), (0, -60), leisure="park", opening_hours=HOURS)
    it.lose(400, -60)
    region = opened(it)

    assert not shuts(region)
    assert region.about.refused == {"outlines of parks and gardens": 3}


def test_of_a_garden_in_a_park_its_own_hours_count() -> None:
    """The garden is locked at six, the park at ten: at seven she walks round the one, through the other."""
    it = town_with_a_park()
    it.way((0, 0), (0, 40), (400, 40), (400, 0), highway="footway", name="Long Walk")
    fence(it, (0, -30), (400, -30), (400, 30), (0, 30), (0, -30), leisure="garden", opening_hours="08:00-18:00")
    fence(it, (-10, -60), (410, -60), (410, 60), (-10, 60), (-10, -60), leisure="park", opening_hours=HOURS)
    region = opened(it)

    assert metres(region, AFTERNOON) == pytest.approx(THROUGH_M, abs=2.0)
    assert metres(region, clock("19:00")) == pytest.approx(THROUGH_M + 80.0, abs=2.0)
    assert metres(region, LATE) == pytest.approx(ROUND_M, abs=2.0)


@pytest.mark.parametrize(
    "lines",
    [
        [[]],
        [[(0, 0)]],
        [[(0, 0), (0, 0)]],
        [[(0, 0), (0, 0), (0, 0), (0, 0)]],
        [[(0, 0), (100, 0), (50, 0), (0, 0)]],
        [[(0, 0), (100, 0)], [(0, 0), (100, 0)]],
        [[(0, 0), (100, 0), (0, 0)], [(5, 5)]],
    ],
)
def test_outlines_that_enclose_nothing_shut_nothing(lines: list[Line]) -> None:
    """A point, a line there and back, twice the same: the map is built without."""
    x = np.array([40, 60], np.int32)
    path = Lines(x, x, np.array([30.0, 0.0], np.float32), np.zeros(1, np.int32), np.ones(1, np.int32))
    asked_ = np.zeros(1, np.int32)

    assert laid([Ground(1, tuple(lines))], path, asked_).access.tolist() == [0]
    assert laid([], path, asked_).access.tolist() == [0]
    assert laid([Ground(1, ())], path, asked_).broken == 1
