"""The operators' list."""

from .reading import Sheet
from .states import everything

EVERY = dict(everything())


def _words(state: str) -> str:
    return " ".join(Sheet(EVERY[state]).words.split())


def test_an_empty_shift_is_said_in_words() -> None:
    """Nobody on the way and nothing open are sentences."""
    assert "Nothing is open." in _words("console-empty")
    assert "Nobody is on their way right now." in _words("console-empty")


def test_incidents_stand_in_the_order_they_were_given_with_their_clocks() -> None:
    """SOS first, then overdue, then the lost link; each says how long it has been open."""
    words = _words("console")
    assert words.index("B118") < words.index("K742") < words.index("D205")
    assert "open for 1 min 8 s" in words.replace("open for1", "open for 1")


def test_a_place_that_may_not_be_seen_is_not_there() -> None:
    """A lost link alone shows no place, and says why; journeys with nothing wrong show neither name nor place."""
    words = _words("console")
    assert "Not shown: nobody may see it at this level." in words
    assert "High St" not in _words("console-quiet")
    assert "geo:" not in EVERY["console-quiet"]


def test_bad_news_about_the_house_comes_first() -> None:
    """Messages that were refused are said above the queue."""
    words = _words("console")
    assert words.index("Twilio has refused") < words.index("B118")


def test_signing_in_sends_name_password_and_code() -> None:
    """The form asks for a code only where one is used, and never writes a password back."""
    (plain,) = Sheet(EVERY["login"]).forms
    (coded,) = Sheet(EVERY["login-wrong"]).forms
    assert plain.action == coded.action == "/console/login"
    assert {"name", "password"} <= set(plain.fields)
    assert "code" not in plain.fields
    assert "code" in coded.fields
    (password,) = [given for given in Sheet(EVERY["login-wrong"]).given("input") if given["name"] == "password"]
    assert "value" not in password


def test_the_list_looks_again_with_and_without_scripts() -> None:
    """A refresh for browsers without scripts, the quiet way for the others."""
    assert '<noscript><meta http-equiv="refresh" content="5"></noscript>' in EVERY["console"]
    assert "live.js" in EVERY["console"]
