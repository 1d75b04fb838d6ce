"""An invitation's page: Beth has never heard of Lamplit."""

import pytest

from .reading import Sheet
from .states import everything

EVERY = dict(everything())


def _words(state: str) -> str:
    return " ".join(Sheet(EVERY[state]).words.split())


@pytest.mark.parametrize("state", ["invite", "invite-known", "invite-sandbox"])
def test_whoever_is_asked_reads_what_for_before_she_answers(state: str) -> None:
    """Who asks, what she would do, who sees what and when, what is kept, how to leave, and that she may do nothing."""
    words = _words(state)

    for said in (
        "Anna asks: may we tell you if she does not get home?",
        "you dial 999. Lamplit never does.",
        "No place, ever.",
        "Where she is, for that one walk.",
        "Your number, and what Anna calls you, for as long as you are her contact.",
        "text LEAVE to us",
        "Never STOP",
        "Rather not? Do nothing.",
    ):
        assert said in words
    assert words.index("What you would see") < words.index("Your answer")


def test_a_number_is_asked_for_only_where_anna_gave_none() -> None:
    """And of the one she gave no more than its end is shown to whoever holds the link."""
    [asked], [known] = (Sheet(EVERY[state]).forms for state in ("invite", "invite-known"))

    assert (asked.method, asked.action, "number" in asked.fields) == ("post", "/i/Kq81mVt7kQ2Xw9/number", True)
    assert (known.action, "number" in known.fields) == ("/i/Kq81mVt7kQ2Xw9/number", False)
    assert "the one that ends in 03" in _words("invite-known")


@pytest.mark.parametrize("state", ["invite-known", "invite-enough", "invite-code"])
def test_yes_can_be_texted_wherever_the_number_is_known(state: str) -> None:
    """With one tap on a phone that has an app for texts."""
    texts = [given["href"] for given in Sheet(EVERY[state]).given("a") if given["href"].startswith("sms:")]

    assert texts == ["sms:07700900000?body=YES"]


def test_the_sandbox_texts_nobody() -> None:
    """Whoever tries it out cannot text a real number with one tap."""
    assert not [g for g in Sheet(EVERY["invite-sandbox"]).given("a") if g["href"].startswith(("sms:", "tel:"))]
    assert "Text YES to 07700 900000" in _words("invite-sandbox")


def test_the_code_answers_yes_or_never() -> None:
    """Either with the same code; the phone may fill it in by itself."""
    sheet = Sheet(EVERY["invite-code"])
    [code] = [given for given in sheet.given("input") if given.get("name") == "code"]

    assert {given["value"] for given in sheet.given("button")} == {"yes", "never"}
    assert (code["autocomplete"], code["inputmode"]) == ("one-time-code", "numeric")


def test_what_was_wrong_is_said_at_its_field() -> None:
    """The number is kept as it was typed, the code is not."""
    [number] = [g for g in Sheet(EVERY["invite-wrong"]).given("input") if g.get("name") == "number"]
    [code] = [g for g in Sheet(EVERY["invite-code-wrong"]).given("input") if g.get("name") == "code"]

    assert (number["value"], number["aria-describedby"]) == ("07700 90012", "number-problem")
    assert ("value" in code, code["aria-describedby"]) == (False, "code-problem")
    assert "That is not my number" not in _words("invite-code-wrong")


def test_afterwards_there_is_nothing_left_to_press() -> None:
    """Save the number, or: nobody asks again; LEAVE ends what was agreed elsewhere."""
    assert Sheet(EVERY["invite-yes"]).forms == Sheet(EVERY["invite-never"]).forms == []
    assert "Save 07700 900000" in _words("invite-yes")
    assert "Nobody asks this number again." in _words("invite-never")
    assert "LEAVE" in _words("invite-never")


def test_whoever_is_asked_reads_that_an_address_was_given_too() -> None:
    """Enough of it to know it by, and that it is not used before he says so."""
    words = _words("invite-mail")

    assert "She gave us d…@h….example as well." in words
    assert "use it only if you want that" in words
    assert "as well" not in _words("invite-known")
