"""The paper: headers, static files, and colours that can be read."""

import re
from dataclasses import dataclass

import pytest
from jinja2 import UndefinedError

from service.web.render import EXIT_HEADERS, PAGE_HEADERS, STATIC_DIR, Frame, LastSeen, render

from .states import everything

CSS = (STATIC_DIR / "lamplit.css").read_text()
NIGHT = (STATIC_DIR / "night.css").read_text()
EVERY = dict(everything())

TEXT_ON = [
    ("ink", "ground"),
    ("ink", "sheet"),
    ("ink", "well"),
    ("soft", "ground"),
    ("soft", "sheet"),
    ("soft", "well"),
    ("link", "ground"),
    ("link", "sheet"),
    ("link", "well"),
    ("link", "calm-ground"),
    ("danger", "ground"),
    ("danger", "sheet"),
    ("on-act", "act"),
    ("on-lamp", "lamp"),
    ("ground", "ink"),
    ("calm-ink", "calm-ground"),
    ("watch-ink", "watch-ground"),
    ("alarm-ink", "alarm-ground"),
    ("sos-ink", "sos-ground"),
    ("done-ink", "done-ground"),
]
"""Every text and the ground it stands on."""

EDGE_ON = [
    ("edge", "ground"),
    ("edge", "sheet"),
    ("unlit", "ground"),
    ("unlit", "sheet"),
    ("act", "ground"),
    ("act", "watch-ground"),
]
"""Edges by which a button, a field or an unlit lamp is seen."""


def _palette(block: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6})\b", block))


LIGHT = _palette(CSS[: CSS.index("*, *::before")])
DARK = LIGHT | _palette(NIGHT)


def _luminance(colour: str) -> float:
    """WCAG 2.2 relative luminance."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """WCAG 2.2 contrast ratio, 1 to 21."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_contrast_agrees_with_the_known_ends() -> None:
    """Black on white is 21 to 1, a colour on itself 1 to 1."""
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#b0161f", "#b0161f") == pytest.approx(1)


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), TEXT_ON)
def test_every_text_can_be_read(palette: dict[str, str], text: str, ground: str) -> None:
    """Text has at least 4.5 to 1 against its ground by day and by night (WCAG 2.2, 1.4.3)."""
    assert contrast(palette[text], palette[ground]) >= 4.5


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("edge", "ground"), EDGE_ON)
def test_every_edge_can_be_seen(palette: dict[str, str], edge: str, ground: str) -> None:
    """What tells a control or a lamp from its ground has at least 3 to 1 (WCAG 2.2, 1.4.11)."""
    assert contrast(palette[edge], palette[ground]) >= 3


def test_colours_are_named_once() -> None:
    """Outside the two palettes no colour is written, so no pair escapes the tests above."""
    rules = CSS[CSS.index("*, *::before") :]
    assert re.findall(r"#[0-9a-fA-F]{3,8}\b(?![^{]*\{)|rgba?\(|hsla?\(", rules) == []


def test_the_stylesheet_asks_nobody_for_anything() -> None:
    """No import, no font and no address in the stylesheet: everything comes from this house."""
    assert not re.search(r"@import|@font-face|url\(|https?:", CSS + NIGHT)


def test_night_and_calm_are_respected() -> None:
    """The page follows the reader's wish for dark, for more contrast and for less motion."""
    for wish in ("prefers-contrast: more", "prefers-reduced-motion: reduce"):
        assert wish in CSS
    night = re.compile(r'<link rel="stylesheet" href="[^"]*night[^"]*" media="\(prefers-color-scheme: dark\)">')
    assert all(night.search(EVERY[state]) for state in ("front", "contact-overdue"))
    assert "prefers-contrast: more" in NIGHT  # it comes after lamplit.css, and would take the contrast back


def test_scripts_ask_only_this_house() -> None:
    """The two small scripts name no address."""
    for name in ("live.js", "exit.js"):
        assert not re.search(r"https?:|//[a-z]+\.", (STATIC_DIR / name).read_text())


def test_headers_forbid_what_no_page_needs() -> None:
    """Nothing inline, no third party, no frame, no referrer, no index, no cache."""
    policy = PAGE_HEADERS["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert PAGE_HEADERS["Referrer-Policy"] == "no-referrer"
    assert PAGE_HEADERS["X-Robots-Tag"] == "noindex, nofollow"
    assert PAGE_HEADERS["Cache-Control"] == "no-store"


def test_leaving_clears_the_session() -> None:
    """The exit's headers are a page's, and the browser is asked to forget this house."""
    assert EXIT_HEADERS.items() >= PAGE_HEADERS.items()
    assert '"cookies"' in EXIT_HEADERS["Clear-Site-Data"]


@dataclass(frozen=True)
class _Bare:
    frame: Frame


def test_a_gap_in_a_view_is_a_fault() -> None:
    """A template that asks for something the view does not hold raises instead of leaving a hole on the page."""
    with pytest.raises(UndefinedError):
        render("contact.html", _Bare(Frame()))


def test_coordinates_are_shown_to_about_a_metre_or_not_at_all() -> None:
    """Five places of a degree; with one of the two missing there is nothing to show."""
    seen = LastSeen(place="", clock="23:28", age="now", latitude=51.389123456, longitude=0.5)
    assert seen.coordinates == "51.38912, 0.50000"
    assert LastSeen(place="", clock="23:28", age="now", latitude=51.4).coordinates == ""
