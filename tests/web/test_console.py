"""The operators' list, its door, and a look outside an alarm."""

import re

import pytest

from service.web.render import STATIC_DIR

from .reading import Sheet
from .states import everything

EVERY = dict(everything())


def _words(state: str) -> str:
    return " ".join(Sheet(EVERY[state]).words.split())


def test_an_empty_shift_is_said_in_words() -> None:
    """Nobody on the way and nothing open are sentences."""
    assert "Nothing is open." in _words("console-empty")
    assert "Nobody is on their way right now." in _words("console-empty")
    assert "Nobody is signed on" in _words("console-empty")


def test_incidents_stand_in_the_order_they_were_given_with_their_clocks() -> None:
    """SOS first, then overdue, then the lost link; each says how long it has been open and who has it until when."""
    words = _words("console")
    assert words.index("B118") < words.index("K742") < words.index("D205")
    assert "open for 1 min 8 s" in words.replace("open for1", "open for 1")
    assert "Operator olga, since 23:46, 41 s left" in words
    assert "On shift now: olga, Beth. You are Beth." in words


def test_the_list_shows_no_place_at_all() -> None:
    """That is on the page of one incident, where the look is kept."""
    for state in ("console", "console-quiet", "console-empty"):
        assert "High St" not in _words(state)
        assert "geo:" not in EVERY[state]
    assert "A lost link alone opens no place." in _words("console")


def test_what_waits_for_a_second_operator_is_said_on_the_list() -> None:
    """Whoever is on shift may be that one."""
    assert "omar would close it: She was found. A second operator has to agree." in _words("console")


def test_every_row_leads_somewhere() -> None:
    """An alarm to its page, a calm journey to the form that asks for a reason."""
    links = [given["href"] for given in Sheet(EVERY["console"]).given("a")]
    assert {"/console/i/B118", "/console/i/K742", "/console/look/D205", "/console/look/M310"} <= set(links)
    assert "She asked you to walk with her" in _words("console")
    assert "Look with a reason" in _words("console")


def test_bad_news_about_the_house_comes_first() -> None:
    """Messages that were refused are said above the queue."""
    words = _words("console")
    assert words.index("Twilio has refused") < words.index("B118")


@pytest.mark.parametrize(("state", "needed"), [("login", False), ("login-wrong", True)])
def test_signing_in_sends_name_password_and_code(state: str, needed: bool) -> None:
    """The code is demanded everywhere but in the sandbox, and a password is never written back."""
    (form,) = Sheet(EVERY[state]).forms
    assert form.action == "/console/login"
    assert {"name", "password", "code"} <= set(form.fields)
    given = {one["name"]: one for one in Sheet(EVERY[state]).given("input")}
    assert "value" not in given["password"]
    assert ("required" in given["code"]) is needed


def test_the_list_looks_again_with_and_without_scripts() -> None:
    """A refresh for browsers without scripts, the quiet way for the others, from behind another tab too."""
    assert '<noscript><meta http-equiv="refresh" content="5"></noscript>' in EVERY["console"]
    assert re.search(r"live\.js[^>]+data-always", EVERY["console"])


def test_a_look_asks_for_its_reason_first() -> None:
    """With what was typed when it is asked again, and with the reason when it is shown."""
    (form,) = Sheet(EVERY["look"]).forms
    assert form.action == "/console/look/M310"
    assert {"reason", "words"} <= set(form.fields)
    assert "geo:" not in EVERY["look"]
    assert "Written down, and shown to her" in _words("look-shown")
    assert Sheet(EVERY["look-shown"]).forms == []


def test_a_walk_with_her_looks_again_and_asks_nothing() -> None:
    """She asked for it; it says so, and that the look is kept."""
    assert "She asked operators to walk with her. Your look is written down" in _words("look-asked")
    assert Sheet(EVERY["look-asked"]).forms == []
    assert 'content="10"' in EVERY["look-asked"]


def test_the_shift_is_a_table_of_names_and_reasons() -> None:
    """Nothing to press: accounts are made at a prompt."""
    assert Sheet(EVERY["shift"]).forms == []
    assert "Nobody has looked at a journey that had nothing wrong." in _words("shift-empty")


def test_operators_read_by_night() -> None:
    """Their pages are dark whatever the screen wishes: the night's colours, and none of their own."""
    assert not re.search(r"#[0-9a-f]{3}", (STATIC_DIR / "desk.css").read_text())
    for state, html in EVERY.items():
        if state.startswith(("console", "incident", "login", "look", "shift", "signed-out")):
            assert re.search(r'<link rel="stylesheet" href="[^"]*night[^"]*">', html), state
            assert "desk.css" in html, state
