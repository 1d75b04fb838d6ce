"""On which ways people walk, when, and which places count."""

import pytest

from geofence.streets.format import (
    PART_AGAINST,
    PART_ALONG,
    PART_BRIDGE,
    PART_DRIVEWAY,
    PART_INDOOR,
    PART_NO_PAVEMENT,
    PART_STEPS,
    PART_TUNNEL,
    Access,
)
from geofence.streets.rules import CLASSES, KINDS, LIT_WORDS, VETTED, gate_hours, is_hours, kind_of, shuts, street

Tags = dict[str, str]


@pytest.mark.parametrize("kind", CLASSES)
def test_every_class_is_walked_on(kind: str) -> None:
    """A way with nothing but its kind is open."""
    found = street({"highway": kind})

    assert found is not None
    assert CLASSES[found.number] == kind
    assert found.access is None


@pytest.mark.parametrize(
    "kind", ["motorway", "motorway_link", "trail", "corridor", "proposed", "construction", "platform"]
)
def test_nobody_is_sent_along_these(kind: str) -> None:
    """Motorways, what is inside houses, and what is not there yet."""
    assert street({"highway": kind}) is None
    assert street({"highway": kind, "foot": "yes"}) is None


@pytest.mark.parametrize(
    "tags",
    [
        {"access": "private"},
        {"access": "no"},
        {"access": "military"},
        {"access": "forestry"},
        {"foot": "no"},
        {"foot": "use_sidepath"},
        {"access": "yes", "foot": "private"},
        {"motorroad": "yes"},
        {"indoor": "yes"},
        {"level": "-2"},
        {"level": "-3;-2"},
        {"access": "residents"},
        {"access": "emergency"},
        {"highway": "path", "sac_scale": "alpine_hiking", "foot": "yes"},
        {"highway": "track", "trail_visibility": "no"},
    ],
)
def test_what_is_closed_is_closed(tags: Tags) -> None:
    """Private ground, roads for cars alone, tunnels under stations, and paths for hands and feet."""
    assert street({"highway": "service"} | tags) is None


@pytest.mark.parametrize(
    "tags",
    [
        {"access": "private", "foot": "yes"},
        {"access": "no", "foot": "designated"},
        {"access": "destination"},
        {"motorroad": "yes", "foot": "yes"},
        {"level": "-1"},
        {"level": "-2;0"},
        {"level": "mezzanine"},
        {"indoor": "no"},
    ],
)
def test_what_is_said_of_walkers_beats_what_is_said_of_all(tags: Tags) -> None:
    """`foot` decides before `access`; a subway one floor down is a way."""
    assert street({"highway": "service"} | tags) is not None


@pytest.mark.parametrize(
    ("tags", "flags"),
    [
        ({"highway": "steps"}, PART_STEPS),
        ({"highway": "footway", "tunnel": "building_passage"}, PART_TUNNEL),
        ({"highway": "footway", "tunnel": "no", "bridge": "no"}, 0),
        ({"highway": "footway", "bridge": "viaduct"}, PART_BRIDGE),
        ({"highway": "footway", "indoor": "room"}, PART_INDOOR),
        ({"highway": "steps", "conveying": "forward"}, PART_STEPS | PART_ALONG),
        ({"highway": "steps", "conveying": "backward"}, PART_STEPS | PART_AGAINST),
        ({"highway": "steps", "conveying": "yes"}, PART_STEPS),
        ({"highway": "footway", "oneway:foot": "yes"}, PART_ALONG),
        ({"highway": "footway", "oneway:foot": "-1"}, PART_AGAINST),
        ({"highway": "footway", "oneway": "yes"}, 0),
        ({"highway": "trunk"}, PART_NO_PAVEMENT),
        ({"highway": "trunk_link", "sidewalk": "no"}, PART_NO_PAVEMENT),
        ({"highway": "trunk", "sidewalk": "left"}, 0),
        ({"highway": "trunk", "sidewalk:both": "separate"}, 0),
        ({"highway": "trunk", "foot": "yes"}, 0),
        ({"highway": "primary"}, 0),
        ({"highway": "primary", "sidewalk": "no"}, 0),
        ({"highway": "primary", "sidewalk": "no", "maxspeed": "60 mph"}, PART_NO_PAVEMENT),
        ({"highway": "tertiary", "sidewalk:both": "no", "maxspeed": "national"}, PART_NO_PAVEMENT),
        ({"highway": "primary", "maxspeed": "60 mph"}, 0),
        ({"highway": "secondary", "sidewalk": "none", "maxspeed": "100", "foot": "yes"}, 0),
        ({"highway": "residential", "sidewalk": "no", "maxspeed": "national"}, 0),
        ({"highway": "service", "service": "driveway"}, PART_DRIVEWAY),
        ({"highway": "service", "service": "driveway", "access": "yes"}, 0),
        ({"highway": "service", "service": "driveway", "foot": "yes"}, 0),
        ({"highway": "service", "service": "alley"}, 0),
    ],
)
def test_a_way_says_what_it_is(tags: Tags, flags: int) -> None:
    """Steps, tunnels, bridges, escalators, driveways, fast roads without a pavement."""
    found = street(tags)

    assert found is not None
    assert found.flags == flags


@pytest.mark.parametrize(
    ("tags", "access"),
    [
        ({"access:conditional": "no @ (22:00-06:00)"}, Access("22:00-06:00", within=False, otherwise=True)),
        ({"access:conditional": "no @ Sa-Su"}, Access("Sa-Su", within=False, otherwise=True)),
        ({"foot:conditional": "private @ (sunset-sunrise)"}, Access("sunset-sunrise", within=False, otherwise=True)),
        ({"access": "no", "foot:conditional": "yes @ (Mo-Fr)"}, Access("Mo-Fr", within=True, otherwise=False)),
        ({"access:conditional": "yes @ (Mo-Fr)"}, None),
        ({"opening_hours": "07:00-23:59"}, Access("07:00-23:59", within=True, otherwise=False)),
        ({"opening_hours": "24/7"}, None),
        ({"opening_hours": "08:00-20:00", "access:conditional": "no @ Su"}, Access("Su", within=False, otherwise=True)),
        ({"foot": "yes", "access:conditional": "no @ (Mo-Fr)"}, None),
        ({"access": "conditional=yes @ (Mo-Fr)"}, Access("Mo-Fr", within=True, otherwise=False)),
        ({"foot": "yes", "opening_hours": "07:00-23:59"}, Access("07:00-23:59", within=True, otherwise=False)),
        ({"opening_hours": "Sa 08:00-14:00", "amenity": "marketplace"}, None),
        ({"highway": "residential", "opening_hours": "07:00-19:00"}, None),
        ({"highway": "residential", "access:conditional": "no @ Su"}, Access("Su", within=False, otherwise=True)),
        (
            {"highway": "pedestrian", "opening_hours": "07:00-23:00"},
            Access("07:00-23:00", within=True, otherwise=False),
        ),
    ],
)
def test_a_gate_has_hours(tags: Tags, access: Access | None) -> None:
    """What is open at times says when; a condition that changes nothing, or is not about walkers, is none."""
    found = street({"highway": "footway", **tags})

    assert found is not None
    assert found.access == access
    assert not found.unread


@pytest.mark.parametrize(
    ("key", "value"),
    [
        *(
            ("access:conditional", value)
            for value in ("yes", "no @ wet", "access=conditional=yes @ (Mo)", "no @ (8-9); yes @ (9-10)", "", "@")
        ),
        ("opening_hours", "by day"),
    ],
)
def test_a_condition_that_cannot_be_read_changes_nothing(key: str, value: str) -> None:
    """What holds without it holds, and it is counted."""
    found = street({"highway": "footway", key: value})

    assert found is not None
    assert (found.access, found.unread) == (None, True)
    assert street({"highway": "footway", "access": "no", "access:conditional": value}) is None


@pytest.mark.parametrize(
    ("tags", "fast"),
    [
        ({"maxspeed": "30 mph"}, False),
        ({"maxspeed": "50"}, False),
        ({"maxspeed": "40 mph"}, True),
        ({"maxspeed": "60"}, True),
        ({"maxspeed": "national"}, True),
        ({"maxspeed": "GB:nsl_single"}, True),
        ({"maxspeed:type": "FI:rural"}, True),
        ({"maxspeed": "walk"}, False),
        ({}, False),
    ],
)
def test_a_fast_road_leads_out_of_town(tags: Tags, fast: bool) -> None:
    """More than 50 km/h, in whatever words."""
    found = street({"highway": "tertiary"} | tags)

    assert found is not None
    assert found.fast == fast


@pytest.mark.parametrize(
    ("tags", "kind"),
    [
        ({"amenity": "police"}, "police"),
        ({"amenity": "hospital"}, "hospital"),
        ({"amenity": "pub"}, "pub"),
        ({"amenity": "fast_food"}, "fast_food"),
        ({"shop": "kiosk"}, "shop"),
        ({"shop": "supermarket"}, "shop"),
        ({"tourism": "hotel"}, "hotel"),
        ({"railway": "station"}, "station"),
        ({"amenity": "parking", "shop": "convenience"}, "shop"),
        ({"amenity": "bench"}, None),
        ({"shop": "vacant"}, None),
        ({"amenity": "scheme"}, None),
        ({"amenity": "fuel", "access": "private"}, None),
        ({}, None),
    ],
)
def test_a_place_has_a_kind(tags: Tags, kind: str | None) -> None:
    """What anybody may enter; a scheme's places come from its own list, never from a tag."""
    found = kind_of(tags)

    assert (None if found is None else KINDS[found]) == kind


def test_havens_come_first() -> None:
    """What is vetted is told from what is open by its number."""
    assert KINDS[: len(VETTED)] == VETTED == ("police", "hospital", "scheme")


def test_words_of_lighting_are_no_hours() -> None:
    """What the parser of hours would refuse or misread is looked up before; `24/7` and `sunset-sunrise` are both."""
    assert {word for word in LIT_WORDS if is_hours(word)} == {"24/7", "sunset-sunrise", "dusk-dawn"}
    assert is_hours("Mo-Su 17:00-23:00")


@pytest.mark.parametrize(
    "tags",
    [
        {"barrier": "gate", "access": "private"},
        {"barrier": "gate", "access": "permit"},
        {"barrier": "gate", "access": "customers"},
        {"barrier": "gate", "access": "yes", "foot": "no"},
        {"barrier": "gate", "locked": "yes"},
        {"barrier": "gate", "access": "permissive", "locked": "nighttime"},
        {"barrier": "gate", "access": "no", "access:conditional": "yes @ (07:00-19:00)"},
        {"barrier": "lift_gate", "access": "private"},
        {"barrier": "bollard", "foot": "no"},
        {"barrier": "wall"},
        {"barrier": "full-height_turnstile"},
        {"barrier": "turnstile"},
        {"entrance": "yes", "access": "private"},
        {"highway": "elevator", "access": "customers"},
    ],
)
def test_a_point_that_is_not_for_her_keeps_her_from_going_on(tags: Tags) -> None:
    """Gates, doors and lifts that are private, locked or for somebody else; and what nobody comes through."""
    assert shuts(tags)


@pytest.mark.parametrize(
    "tags",
    [
        {},
        {"barrier": "gate"},
        {"barrier": "gate", "access": "permissive", "locked": "no"},
        {"barrier": "gate", "access": "private", "foot": "yes"},
        {"barrier": "swing_gate", "locked": "yes", "foot": "designated"},
        {"barrier": "gate", "opening_hours": "Mo-Fr 10:00-18:00"},
        {"barrier": "turnstile", "access": "permissive"},
        {"barrier": "turnstile", "foot": "yes"},
        {"barrier": "bollard", "access": "no"},
        {"barrier": "bollard", "locked": "yes"},
        {"barrier": "kerb", "access": "no"},
        {"barrier": "wall", "foot": "yes"},
        {"highway": "crossing", "foot": "no"},
        {"highway": "street_lamp", "access": "private"},
    ],
)
def test_a_point_that_is_open_to_her_is_passed(tags: Tags) -> None:
    """What is said of her beats what is said of all; a bollard is for wheels; a crossing for bicycles does not end the street."""
    assert not shuts(tags)


@pytest.mark.parametrize(
    ("tags", "hours"),
    [
        ({"barrier": "gate", "opening_hours": "Mo-Fr 10:00-18:00"}, "Mo-Fr 10:00-18:00"),
        ({"barrier": "gate", "foot": "yes", "opening_hours": "sunrise-sunset"}, "sunrise-sunset"),
        ({"barrier": "gate", "access": "conditional=yes @ (Mo-Fr 08:00-20:00)"}, "Mo-Fr 08:00-20:00"),
        ({"barrier": "gate"}, ""),
        ({"barrier": "gate", "opening_hours": "when the keeper comes"}, ""),
        ({"barrier": "bollard", "opening_hours": "08:00-20:00"}, ""),
        ({"opening_hours": "08:00-20:00"}, ""),
    ],
)
def test_a_gate_on_a_street_says_when_it_opens(tags: Tags, hours: str) -> None:
    """A bollard is passed at any time, and the hours of a kiosk are not those of the street."""
    assert gate_hours(tags) == (Access(hours, within=True, otherwise=False) if hours else None)
