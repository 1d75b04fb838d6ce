"""Anna's own screen: her way with its light, where she is, and nothing of it from anywhere else."""

import json
import re

from playwright.sync_api import expect

from .conftest import House, Open, Seen, picture_of
from .steps import DRAWN, set_off, shown_on
from .town import lamp_out


def test_her_way_is_drawn_on_our_own_tiles(opened: Open, seen: Seen) -> None:
    """While she walks the map shows the streets, her way and where she is; the tiles come in ranges of one file."""
    page = opened()
    set_off(page)
    with picture_of(page, "her-way"):
        page.wait_for_function("() => document.querySelector('.plot .fix')")
        drawn = shown_on(page)
    assert drawn["tiles"] > 5
    assert drawn["way"] > 0
    assert drawn["spots"] > 0
    asked = [span for url, span in seen.asked if url.endswith(".pmtiles")]
    assert asked
    assert all(re.fullmatch(r"bytes=\d+-\d+", span) for span in asked)


def test_a_lamp_that_is_out_is_a_cross_on_her_way(opened: Open, house: House) -> None:
    """The council has said so: the street is drawn as lit, and crossed; in the script's map, in the drawing, in the legend."""
    page = opened(width=390)
    set_off(page, speed="5")
    shown_on(page)
    expect(page.locator(".legend")).not_to_contain_text("lamp reported out")
    lat, lon = lamp_out()
    house.command("map", "reports", "--add", f"{lat},{lon}")
    with picture_of(page, "her-way-lamp-out"):
        expect(page.locator(".legend")).to_contain_text("lamp reported out", timeout=45_000)  # looked for every 30 s
        assert shown_on(page)["spots"] > 0
        told = json.loads(page.locator("#map").get_attribute("data-drawing") or "")
        assert [[round(degrees, 4) for degrees in place] for place in told["reported"]] == [
            [round(lon, 4), round(lat, 4)]
        ]
        assert page.locator(".plot path.reported").count() == 2


def test_the_map_lives_on_while_the_page_looks_again(opened: Open) -> None:
    """Her place moves on the map that is there: it is not made anew every three seconds, and keeps how close it was drawn."""
    page = opened()
    set_off(page, speed="60")
    shown_on(page)
    page.evaluate("() => { document.querySelector('[data-drawn]').dataset.mine = 'yes'; }")
    page.get_by_role("button", name="Closer").click()
    before = page.locator("#map").get_attribute("data-drawing")
    page.wait_for_function("(before) => document.querySelector('#map').dataset.drawing !== before", arg=before)
    assert page.locator("[data-drawn][data-mine=yes] canvas").count() == 1
    assert shown_on(page)["tiles"] > 0


def test_where_tiles_do_not_come_the_drawing_stays(opened: Open, seen: Seen) -> None:
    """The streets are asked for in vain: the drawing that has them is not covered by an empty sheet, and as soon as they come
    the map is there."""
    page = opened(width=390)
    page.route("**/*.pmtiles", lambda asked: asked.fulfill(status=404))
    set_off(page, speed="60")
    page.wait_for_selector(DRAWN)
    expect(page.locator(".plot")).to_have_css("opacity", "1")
    assert page.locator("[data-drawn]").count() == 0
    page.unroute("**/*.pmtiles")
    page.wait_for_selector("[data-drawn]")
    assert shown_on(page)["tiles"] > 0
    assert seen.said
    assert all("404" in words for words in seen.said)
    seen.said.clear()


def test_without_javascript_there_is_a_sentence_and_a_drawing(opened: Open) -> None:
    """A phone without scripts reads how much of the way is lit, and sees it drawn with its legend."""
    page = opened(java_script_enabled=False, width=390)
    set_off(page)
    page.goto("/try?still=1")
    with picture_of(page, "her-way-without-script"):
        expect(page.locator(".map-figure figcaption")).to_contain_text(re.compile(r"Your way: .* lit"))
        assert page.locator(".plot .way path").count() > 2
        assert page.locator(".plot").get_attribute("aria-label")
        expect(page.locator(".credit")).to_have_text("© OpenStreetMap contributors")


def test_the_map_fits_a_narrow_screen_by_night(opened: Open) -> None:
    """On 360 pixels in the dark nothing sticks out, and the buttons on the map can be hit with a thumb."""
    page = opened(width=360, height=740, color_scheme="dark")
    set_off(page)
    with picture_of(page, "her-way-narrow-dark"):
        shown_on(page)
        assert page.evaluate("() => document.documentElement.scrollWidth") <= 360
        for button in page.locator(".map-buttons button").all():
            box = button.bounding_box()
            assert box is not None
            assert min(box["width"], box["height"]) >= 44


def test_a_page_of_the_region_stands_alone(opened: Open, house: House, seen: Seen, tmp_path: object) -> None:
    """`lamplit map show` writes one file that asks for nothing when it is opened, and says whose streets they are."""
    file = f"{tmp_path}/town.html"
    house.command("map", "show", "town", "-o", file)
    page = opened(width=360, color_scheme="dark")
    page.goto(f"file://{file}")
    with picture_of(page, "shown-alone"):
        expect(page.locator("footer")).to_contain_text("© OpenStreetMap contributors")
        assert page.locator(".plot path.unlit").count() >= 1
        assert page.locator("script").count() == 0
    assert [url for url, _ in seen.asked] == [f"file://{file}"]
    seen.asked.clear()
