"""Maps on pages: what a template makes of a drawing."""

import re

from service.web.contact import ContactPage, Where, render_contact
from service.web.drawn import Drawn, Rule, ShownMap, render_shown_map
from service.web.render import STATIC_DIR, Frame, LastSeen

from .drawings import drawn, picture


def _page(found: Drawn | None) -> str:
    seen = LastSeen(place="", clock="23:28", age="24 min ago", latitude=51.38, longitude=0.5)
    page = ContactPage(
        frame=Frame(),
        here="/c/x",
        her="Anna",
        state="overdue",
        headline="Anna has not arrived.",
        as_of="23:42",
        where=Where(seen=seen, drawn=found),
    )
    return render_contact(page)


def test_a_drawing_needs_no_script() -> None:
    """An SVG with words for who cannot see it, the sentence, the legend and whose the streets are; no inline style."""
    html = _page(drawn("Hill & <Street>"))

    assert 'aria-label="Hill &amp; &lt;Street&gt;"' in html
    assert ">Hill &amp; &lt;Street&gt;</text>" in html
    assert "Your way: all of it lit." in html
    assert "© OpenStreetMap contributors" in html
    assert "style=" not in html
    assert "data-drawing" not in html
    assert "map.js" not in html


def test_where_the_programs_are_there_is_an_island_for_them() -> None:
    """The module, the plain script it needs before it, and what it is told as an attribute that no quote can leave."""
    html = _page(drawn("Hill Street", live='{"a":"\'"}'))

    assert html.index("pmtiles.js") < html.index('src="/static/basemap/v/map.js" type="module"')
    assert 'data-drawing="{&#34;a&#34;:&#34;&#39;&#34;}"' in html


def test_without_a_map_the_page_is_as_it_was() -> None:
    """No figure at all."""
    assert "map-figure" not in _page(None)


def test_every_state_is_drawn_in_a_shape_of_its_own() -> None:
    """Who tells no red from green reads the light by whole lines, dashes, thin lines and dots."""
    css = (STATIC_DIR / "map.css").read_text()

    def shape(state: str) -> tuple[str, ...]:
        block = re.search(rf"(?m)^(?:path)?\.{state} \{{([^}}]+)\}}", css)
        assert block is not None, state
        return tuple(re.findall(r"stroke-(?:width|dasharray|linecap): ([^;]+);", block[1]))

    assert len({shape(state) for state in ("lit", "assumed", "unknown", "unlit")}) == 4


def test_a_page_that_stands_alone_brings_its_colours_with_it() -> None:
    """Those of the day, and of the night where the reader's screen wishes it; no script may run in it."""
    html = render_shown_map(
        ShownMap(
            title="Streets",
            as_of="As of 23:00",
            picture=picture("Hill Street"),
            keys=(),
            rules=(Rule(drawn="lit", words="tagged as lit", km="1.0 km"),),
            facts=(("Streets", "1.0 km"),),
        )
    )

    assert "default-src 'none'; style-src 'unsafe-inline'" in html
    assert "prefers-color-scheme: dark" in html
    assert html.count("--map-lit:") == 2
    assert "<script" not in html
