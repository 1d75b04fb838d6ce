"""Which streets are taken to be lit, and by which rule."""

from pathlib import Path

import numpy as np
import pytest

from geofence.lighting import IN_WORDS
from geofence.streets.build import build, measure
from geofence.streets.infer import NEAR_M, RULES
from geofence.streets.places import Extra, ExtraLamp
from geofence.streets.region import Region
from tests.geofence.drawn import place

from .town import LIT, Drawing, grid

Corner = tuple[float, float]


def rules_by_name(region: Region) -> dict[str, set[str]]:
    """For every street that has a name the rules of its parts; "tagged" where somebody has said what it is."""
    found: dict[str, set[str]] = {}
    for part in range(len(region.part_m)):
        light = region.about.lights[region.part_light[part]]
        name = region.name(int(region.part_name[part]))
        found.setdefault(name, set()).add("tagged" if light.tag else light.rule)
    return found


def rules_of(drawing: Drawing, folder: Path, lamps: tuple[ExtraLamp, ...] = ()) -> dict[str, set[str]]:
    """What is inferred of a drawing."""
    source = drawing.write(folder / "x.osm.pbf")
    return rules_by_name(Region.open(build(source, folder / "x.streets", Extra(lamps=lamps)).path))


def lit_town() -> Drawing:
    """Ten streets by ten, all tagged as lit: a place where the rules may speak. It has room at x 50, 150, ..."""
    return grid(10, 10, lit=LIT)


def test_each_street_of_the_town_has_its_rule(region: Region) -> None:
    """The first rule that finds a street names it; what none finds is unknown; what is tagged is not asked about."""
    rules = rules_by_name(region)

    assert rules["Mill Lane"] == {"lamps", "urban_road"}
    assert rules["Ferry Street"] == {"tagged", "same_name"}
    assert rules["Old Road"] == {""}, "it leads out of town"
    assert rules[""] == {"beside_lit_road", "", "tagged"}
    assert rules["Canal Path"] == rules["Station Road"] == rules["Park Walk"] == {"tagged"}
    assert rules["Back Lane"] == rules["Farm Track"] == rules["Bypass"] == rules["Subway"] == rules["Yard"] == {""}


def test_rules_have_an_order() -> None:
    """A lamp that stands there says more than the kind of the street."""
    assert list(RULES) == ["lamps", "urban_road", "beside_lit_road", "same_name"]
    assert all(IN_WORDS[name].startswith("assumed: ") for name in RULES), "each has words that say what it is"


@pytest.mark.parametrize(
    ("more", "rule"),
    [
        ({}, "urban_road"),
        ({"maxspeed": "30 mph"}, "urban_road"),
        ({"maxspeed": "60 mph"}, ""),
        ({"tunnel": "yes"}, ""),
        ({"highway": "service"}, ""),
        ({"highway": "path"}, ""),
    ],
)
def test_a_street_in_a_town_is_taken_to_be_lit(tmp_path: Path, more: dict[str, str], rule: str) -> None:
    """Streets for cars that are no way out of town; no alley, no path, no tunnel."""
    drawing = lit_town()
    drawing.way((400, 450), (500, 450), tags={"name": "Asked"} | more)

    assert rules_of(drawing, tmp_path)["Asked"] == {rule}


def test_a_road_between_fields_is_unknown(tmp_path: Path) -> None:
    """The same kind of road, two kilometres from the town."""
    drawing = lit_town()
    drawing.way((900, 900), (1500, 1500), (2500, 2500), (3500, 3500), highway="tertiary", name="Country Road")

    assert rules_of(drawing, tmp_path)["Country Road"] == {""}


@pytest.mark.parametrize(("lit", "rule"), [("yes", "urban_road"), ("", ""), ("no", ""), ("limited", "")])
def test_the_kind_of_a_street_says_something_where_streets_are_lit(tmp_path: Path, lit: str, rule: str) -> None:
    """Where nobody has said which streets are lit, or they are not, nothing is assumed."""
    drawing = grid(10, 10, **({"lit": lit} if lit else {}))  # type: ignore[arg-type]
    drawing.way((400, 450), (500, 450), name="Asked")

    assert rules_of(drawing, tmp_path)["Asked"] == ({rule} if lit else {""})


def test_one_unlit_street_of_five_is_too_many(tmp_path: Path) -> None:
    """Nine tagged metres of ten must be lit for the kind of a street to mean anything."""
    drawing = lit_town()
    for y in (50, 150, 250, 350):
        drawing.way(*[(float(x), float(y)) for x in range(0, 901, 100)], lit="no")
    drawing.way((400, 450), (500, 450), name="Asked")

    assert rules_of(drawing, tmp_path)["Asked"] == {""}


@pytest.mark.parametrize(
    ("corners", "kind", "rule"),
    [
        ([(100, 420), (150, 430), (200, 420)], "footway", ""),
        ([(100, 408), (150, 412), (200, 408)], "footway", "beside_lit_road"),
        ([(100, 408), (150, 412), (200, 408)], "path", ""),
        ([(100, 408), (150, 440), (200, 408)], "footway", ""),
        ([(100, 400), (150, 450)], "steps", ""),
    ],
)
def test_a_pavement_shares_the_lamps_of_its_road(tmp_path: Path, corners: list[Corner], kind: str, rule: str) -> None:
    """Begin, middle and end within 15 m of a lit road; a path is none that anybody lit with it."""
    drawing = lit_town()
    drawing.way(*corners, highway=kind, name="Asked")

    assert rules_of(drawing, tmp_path)["Asked"] == {rule}


@pytest.mark.parametrize(("away_m", "rule"), [(5.0, "lamps"), (NEAR_M - 1, "lamps"), (NEAR_M + 10, "")])
def test_a_lamp_lights_what_is_near(tmp_path: Path, away_m: float, rule: str) -> None:
    """The one rule for paths: a lamp within 15 m along half of it."""
    drawing = grid(3, 3, size=300)
    drawing.way((100, 100), (200, 100), highway="path", name="Asked")
    for x in range(100, 201, 15):
        drawing.node(x, 100 + away_m, highway="street_lamp")

    assert rules_of(drawing, tmp_path)["Asked"] == {rule}


def test_one_lamp_lights_no_hundred_metres(tmp_path: Path) -> None:
    """Less than half of it."""
    drawing = grid(3, 3, size=300)
    drawing.way((100, 100), (200, 100), highway="path", name="Asked")
    drawing.node(150, 103, highway="street_lamp")

    assert rules_of(drawing, tmp_path)["Asked"] == {""}


def test_a_name_counts_where_three_others_are_tagged(tmp_path: Path) -> None:
    """Most of its tagged ways are lit; two are too few, and the next town's street of that name is another one."""
    drawing = grid(3, 3, size=300)
    for name, tagged in (("Long Street", 3), ("Short Street", 2)):
        for n in range(tagged):
            drawing.way((100.0 * n, 40), (100.0 * n + 50, 45), highway="footway", name=name, lit=LIT)
        drawing.way((100, 100), (200, 120), highway="footway", name=name)
    drawing.way((20_000, 0), (21_000, 0), highway="footway", name="Long Street")
    rules = rules_of(drawing, tmp_path)

    assert rules["Long Street"] == {"tagged", "same_name", ""}
    assert rules["Short Street"] == {"tagged", ""}


def test_lamps_of_an_inventory_count_like_those_of_the_map(tmp_path: Path) -> None:
    """A council's list, without hours: the street has lamps."""
    drawing = grid(3, 3, size=300)
    drawing.way((100, 100), (200, 100), highway="path", name="Asked")
    lamps = tuple(ExtraLamp(*place(x, 104)) for x in range(100, 201, 20))

    assert rules_of(drawing, tmp_path)["Asked"] == {""}
    assert rules_of(drawing, tmp_path, lamps=lamps)["Asked"] == {"lamps"}


def test_hours_of_an_inventory_stand_beside_the_tag(tmp_path: Path) -> None:
    """The commonest hours of the lamps along a part, whatever its tag says: which one holds, lighting decides."""
    drawing = grid(3, 3, size=300)
    drawing.way((100, 100), (200, 100), highway="path", name="Asked", lit=LIT)
    drawing.way((100, 200), (200, 200), highway="path", name="Other")
    hours = ["sunset-00:00", "sunset-00:00", "sunset-sunrise", "sunset-00:00", "nonsense", "sunset-00:00"]
    lamps = tuple(ExtraLamp(*place(100 + 20 * n, 104), one) for n, one in enumerate(hours))
    source = drawing.write(tmp_path / "x.osm.pbf")
    built = build(source, tmp_path / "x.streets", Extra(lamps=lamps))
    region = Region.open(built.path)
    lights = {
        region.name(int(name)): region.about.lights[light]
        for name, light in zip(region.part_name, region.part_light, strict=True)
    }

    assert (lights["Asked"].tag, lights["Asked"].hours) == (LIT, "sunset-00:00")
    assert (lights["Other"].rule, lights["Other"].hours) == ("", "")
    assert built.about.refused == {"opening_hours": 1}


def test_a_rule_is_asked_about_streets_that_are_tagged(tmp_path: Path) -> None:
    """Right and wrong metres, without a look at the tag itself."""
    drawing = lit_town()
    drawing.way((0, 450), (900, 450), name="Dark Street", lit="no")
    drawing.way((400, 550), (500, 550), name="Asked")
    held = measure(drawing.write(tmp_path / "x.osm.pbf"))["urban_road"]

    assert held.wrong_m == pytest.approx(900, rel=0.01)
    assert held.right_m == pytest.approx(20 * 900, rel=0.01)
    assert held.more_m == pytest.approx(100, rel=0.01)
    assert held.precision == pytest.approx(20 / 21, rel=0.01)


def test_a_street_is_no_evidence_for_itself(tmp_path: Path) -> None:
    """Held out, the only lit street of a town says nothing about itself; nor do its own lamps' tags."""
    drawing = grid(10, 10)
    drawing.way(*[(float(x), 450.0) for x in range(0, 901, 100)], name="Lit Street", lit=LIT)
    drawing.way((0, 550), (900, 550), name="Lit Street")
    held = measure(drawing.write(tmp_path / "x.osm.pbf"))

    assert {name: one.right_m for name, one in held.items()} == dict.fromkeys(RULES, 0.0)
    assert held["lamps"].precision == 0.0


def test_a_map_without_tags_infers_nothing(tmp_path: Path) -> None:
    """No tag, no lamp: all of it is unknown."""
    drawing = grid(10, 10)
    region = Region.open(build(drawing.write(tmp_path / "x.osm.pbf"), tmp_path / "x.streets").path)

    assert [(light.tag, light.rule) for light in region.about.lights] == [("", "")]
    assert set(np.unique(region.part_light).tolist()) == {0}
