"""The first page."""

from service.web.front import FrontPage, ReadyLogin, render_front
from service.web.render import Frame

from .reading import Sheet

LOGIN = ReadyLogin(name="maya", password="lamp-post-river-42")


def test_the_sandbox_shows_its_ready_login_and_says_that_nothing_leaves() -> None:
    """In the sandbox somebody new finds the operators' login and an evening in order, from setting off to the day after."""
    html = render_front(FrontPage(frame=Frame(sandbox=True), house=("store on disk",), operator=LOGIN))
    assert "Nothing leaves this machine" in html
    assert "lamp-post-river-42" in html
    doors = {given["href"] for given in Sheet(html).given("a")}
    assert {"/try", "/sandbox", "/safe", "/console"} <= doors
    steps = ("Start a walk", "Be late", "SOS", "An operator takes it", "No data")
    assert [html.index(f">{step}</a>") for step in steps] == sorted(html.index(f">{step}</a>") for step in steps)


def test_outside_the_sandbox_no_login_is_ever_shown() -> None:
    """Even when a login is handed over by mistake, the real first page keeps it to itself and offers no sandbox."""
    html = render_front(FrontPage(frame=Frame(), house=("store on disk",), operator=LOGIN))
    assert "maya" not in html
    assert "lamp-post-river-42" not in html
    assert "Sandbox" not in html
    assert 'href="/try' not in html


def test_bad_news_about_the_house_is_said_in_words() -> None:
    """A house in trouble does not call itself well."""
    html = render_front(FrontPage(frame=Frame(), house=("store has not answered for 40 s",), house_well=False))
    assert "The house needs a look" in html
    assert "store has not answered for 40 s" in html
    assert "The house is well" not in html


def test_it_says_what_it_does_not_do() -> None:
    """The first page says that Lamplit never dials 999."""
    assert "It never dials 999." in render_front(FrontPage(frame=Frame(), house=()))
