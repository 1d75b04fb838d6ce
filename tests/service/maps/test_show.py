"""A region as one page that stands alone."""

import re
from html.parser import HTMLParser

import pytest

from geofence.streets.lights import RegionLights
from geofence.streets.planner import Planner
from geofence.streets.region import Region
from geofence.streets.ways import Asked
from service.maps.havens import RegionHavens
from service.maps.show import page

from .medway import medway_streets, place

NIGHT, NOON = 1_795_045_000.0, 1_795_002_800.0


@pytest.fixture(scope="module")
def lights() -> RegionLights:
    """The town."""
    return RegionLights(Region.open(medway_streets()))


@pytest.fixture(scope="module")
def whole(lights: RegionLights) -> str:
    """The whole town at night."""
    return page("medway", lights, NIGHT, places=RegionHavens(lights.region).all.places)


class _Tags(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.names: dict[str, str | None] = {}
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.names |= dict(attrs)


def test_it_asks_for_nothing(whole: str) -> None:
    """No script, no address, no handler: it can be opened anywhere, and by anybody, unseen."""
    found = _Tags(whole)

    assert not {"script", "link", "img", "iframe", "a", "image", "use"} & set(found.tags)
    assert not {"href", "src", "xlink:href"} & set(found.names)
    assert not [name for name in found.names if name.startswith("on")]
    assert not re.search(r"https?://|url\(|@import", whole)


def test_it_says_whose_the_streets_are_and_calls_no_way_safe(whole: str) -> None:
    """The attribution, and better lit at most."""
    assert "© OpenStreetMap contributors" in whole
    assert not re.search(r"\bsafe(r|st|ly)?\b", whole, re.IGNORECASE)


def test_light_is_told_by_shape_and_by_rule(whole: str) -> None:
    """Each state has its class, with dashes of its own, its kilometres, and why it is taken to be so."""
    for state in ("lit", "assumed", "unknown", "unlit"):
        assert f'<path class="{state}" d="M' in whole
    assert whole.count("stroke-dasharray") >= 2
    assert "tagged as unlit" in whole
    assert "nobody has said whether it is lit" in whole
    assert re.search(r"unlit <b>\d+\.\d km</b>", whole)


def test_havens_are_named_apart_from_open_places(whole: str) -> None:
    """Nobody has vetted an inn."""
    assert "havens: police, hospitals, places of a scheme" in whole
    assert "open places, which nobody has vetted" in whole


def test_it_says_by_whose_clock(whole: str) -> None:
    """Whoever opens it may be in another country, or have read of that evening by another clock."""
    assert "As of 23:36 GMT (London) on Wednesday, 18 November 2026" in whole


def test_by_day_it_says_that_it_shows_the_night(lights: RegionLights, whole: str) -> None:
    """Streets are drawn as they will be lit at nightfall."""
    assert "The sun is up at that time" in page("medway", lights, NOON)
    assert "The sun is up" not in whole


def test_a_way_is_drawn_with_its_figures(lights: RegionLights) -> None:
    """Its length, its minutes, its light, and the sentence why."""
    asked = Asked(origin=place(10, 0), destination=place(590, 0), at=NIGHT)
    way = Planner(lights).plan(asked).ways[0]
    html = page("medway", lights, NIGHT, way=way, why="4 min longer, avoids <Canal> Path")

    assert '<g class="way">' in html
    assert "4 min longer, avoids &lt;Canal&gt; Path." in html
    assert re.search(r"Length</th><td>[\d.]+ (m|km), \d+ min", html)
    assert "where it ends" in html


def test_beside_a_way_stand_no_kilometres_of_streets_elsewhere(lights: RegionLights) -> None:
    """A legend that says 12 km lit under a way of 600 m is read as if it were the way's."""
    asked = Asked(origin=place(10, 0), destination=place(590, 0), at=NIGHT)
    html = page("medway", lights, NIGHT, way=Planner(lights).plan(asked).ways[0])

    assert not re.search(r"<b>[\d.]+ km</b>", html)
    assert "How the light in all of medway is known" in html


def test_lamps_reported_out_are_crosses_with_their_number(lights: RegionLights, whole: str) -> None:
    """Those on the sheet; where nothing is reported nothing is said."""
    html = page("medway", lights, NIGHT, reported=[place(100, 100), place(300, 100), (0.0, 0.0)])

    assert '<path class="reported" d="M' in html
    assert "lamps reported out <b>2</b>" in html
    assert "reported out" not in whole


def test_where_it_is_shown_small_it_has_fewer_and_larger_names(whole: str) -> None:
    """On a phone, or a region that is higher than wide, the others would be too small to be read."""
    near, far = (len(re.findall("<text", part)) for part in whole.split('<g class="names far">'))
    assert 0 < far < near


def test_a_name_is_never_markup(lights: RegionLights) -> None:
    """Whoever named the map."""
    assert "<b>x</b>" not in page("<b>x</b>", lights, NIGHT)
