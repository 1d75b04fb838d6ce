"""What holds for every page in every state."""

import pytest

from service.web import pages

from . import states, states_console, states_contact, states_hers, states_invite
from .reading import Sheet
from .states import everything

EVERY = dict(everything())
HOSTILE = "\"><script>alert(1)</script><img src=x onerror=y>'{{ 7*7 }}"
HARMLESS_SCHEMES = ("tel:", "sms:", "geo:")
ADDRESSES = ("href", "src", "action", "formaction", "srcset", "poster", "data", "xlink:href")


@pytest.fixture(params=sorted(EVERY))
def state(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def sheet(state: str) -> Sheet:
    return Sheet(EVERY[state])


def test_every_renderer_is_looked_at_and_offered() -> None:
    """A page that can be rendered is exported from `pages`, and the states render it."""
    renderers = {name for name in pages.__all__ if name.startswith("render_")}
    rendered = {
        name for module in (states, states_console, states_contact, states_hers, states_invite) for name in vars(module)
    }
    assert renderers <= rendered


def test_the_page_is_whole(state: str, sheet: Sheet) -> None:
    """Tags close in order, ids are unique, there is one first-level heading, a title and a language."""
    assert sheet.open_tags == []
    assert sheet.crossed == []
    assert len(sheet.ids) == len(set(sheet.ids))
    assert sheet.given("html")[0]["lang"] == "en-GB"
    assert len(sheet.given("title")) == 1
    if state != "exit":
        assert len(sheet.given("h1")) == 1
        assert {"main"} <= set(sheet.ids)


def test_the_strict_policy_would_refuse_nothing(sheet: Sheet) -> None:
    """No inline script, style or handler, no frame: the page works under its own Content-Security-Policy."""
    names = [tag for tag, _ in sheet.tags]
    assert not {"style", "iframe", "object", "embed", "base"} & set(names)
    for _, given in sheet.tags:
        assert "style" not in given
        assert not [name for name in given if name.startswith("on")]
    for script in sheet.given("script"):
        assert script["src"].startswith("/static/")
    for style in sheet.given("link"):
        assert style["href"].startswith("/static/")


def test_nothing_on_the_page_leads_out_of_the_house(sheet: Sheet) -> None:
    """Every address is a path of this server, a place on the page, a number to ring or a position."""
    for tag, given in sheet.tags:
        for name in ADDRESSES:
            if name in given:
                value = given[name]
                inside = value.startswith(("/", "#")) and not value.startswith("//")
                assert inside or (tag == "a" and value.startswith(HARMLESS_SCHEMES)), (tag, name, value)


def test_every_form_says_where_it_goes_and_names_what_it_sends(state: str, sheet: Sheet) -> None:
    """Forms change things, so they are POST, with action, nonce and button; what is typed has a label."""
    for form in sheet.forms:
        assert form.method == "post", state
        assert form.action.startswith("/"), state
        assert "nonce" in form.fields, state
        assert form.buttons >= 1, state
    assert sheet.unlabelled == [], state


def test_what_people_typed_stays_text() -> None:
    """A name or a message that is markup, or a template, is shown as its letters on every page."""
    for name, html in everything(her=HOSTILE, contact=HOSTILE, words=HOSTILE):
        sheet = Sheet(html)
        assert "<script>alert" not in html, name
        assert sheet.open_tags == [], name
        assert sheet.crossed == [], name
        assert not [given for given in sheet.given("img") if given["src"] == "x"], name
        assert not [given for _, given in sheet.tags if "onerror" in given], name
        assert "{{ 7*7 }}" in html or HOSTILE not in sheet.words, name


@pytest.mark.parametrize("word", ["safe route", "safe way home", "safest", "welfare check", "have called the police"])
def test_words_that_promise_what_nobody_can_keep_are_nowhere(word: str) -> None:
    """No page speaks of a safe route or a welfare check, or says that we called the police."""
    for name, html in EVERY.items():
        assert word not in " ".join(Sheet(html).words.lower().split()), name


def test_pages_are_not_for_search_engines_and_tell_nobody_where_they_were(sheet: Sheet) -> None:
    """Each page asks for no index and no referrer, beside the headers that say the same."""
    metas = {given.get("name"): given.get("content") for given in sheet.given("meta")}
    assert metas["robots"] == "noindex, nofollow"
    assert metas["referrer"] == "no-referrer"


def test_only_pages_without_something_to_type_refresh_themselves(state: str, sheet: Sheet) -> None:
    """A refresh would eat what is being typed: no page has both a refresh and a field to type in."""
    refreshes = [given for given in sheet.given("meta") if given.get("http-equiv") == "refresh"]
    typed = [given for given in sheet.given("input") if given.get("type") not in ("hidden", "radio")]
    assert not (refreshes and typed), state


def test_parts_that_look_again_are_named(sheet: Sheet) -> None:
    """The script swaps parts by id, so every such part has one, and holds no field that is typed in."""
    for _, given in sheet.tags:
        if "data-live" in given:
            assert given["id"]
