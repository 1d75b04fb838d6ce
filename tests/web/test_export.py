"""The readable half of an export, as a page that is opened from a file."""

from dataclasses import replace

from service.web.export import STYLE, ExportPage, Part, Told, render_export

from .reading import Sheet

JOURNEY = Part(
    name="Fri 20 Nov 2026: home",
    facts=(("Reference", "K742"),),
    story=(Told(local="22:00", utc="22:00 UTC", words="Anna <set> off", why="row 8: the plan"),),
    looks=("Beth, at your place",),
    track="tracks/anna-1.geojson",
)
PAGE = ExportPage(
    name="Anna & co",
    made="today",
    zone="Europe/London",
    account=(("Name", "Anna & co"),),
    card=(("Medical", "asthma"),),
    contacts=(Part(name="Beth", facts=(("Number", "+447700900201"),)),),
    devices=(Part(name="her phone", facts=()),),
    trackers=(Part(name="in her bag", facts=(("App", "OwnTracks"),)),),
    asked=("Beth, asked whether you were on a journey, today",),
    changes=(("today", "pins"),),
    journeys=(JOURNEY,),
)


def test_the_page_is_whole() -> None:
    """Tags close in order; what people typed is text."""
    sheet = Sheet(render_export(PAGE))

    assert (sheet.open_tags, sheet.crossed) == ([], [])
    assert "Anna &amp; co" in render_export(PAGE)
    assert "Anna &lt;set&gt; off" in render_export(PAGE)


def test_it_leads_only_to_what_lies_beside_it() -> None:
    """Style, data and tracks of the same zip."""
    sheet = Sheet(render_export(PAGE))

    assert [link["href"] for link in sheet.given("link")] == ["style.css"]
    assert [link["href"] for link in sheet.given("a")] == ["data.json", "tracks/anna-1.geojson"]
    assert "url(" not in STYLE
    assert sheet.given("script") == []


def test_what_is_not_there_is_said() -> None:
    """An account of today."""
    bare = replace(PAGE, contacts=(), asked=(), changes=(), journeys=())
    quiet = replace(PAGE, journeys=(replace(JOURNEY, story=(), looks=(), track=""),))

    assert "Nobody yet." in render_export(bare)
    assert "None that is still kept." in render_export(bare)
    assert "Nobody." in render_export(quiet)
    assert "Nobody." in render_export(bare)
    assert "Beth, asked whether" in render_export(PAGE)
