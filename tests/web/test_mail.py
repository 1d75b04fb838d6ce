"""The page behind the question whether an e-mail address is a contact's own."""

import pytest

from .reading import Sheet
from .states import everything

EVERY = dict(everything())
HERE = "/m/Zt3mVt7kQ2Xw9"


def _words(state: str) -> str:
    return " ".join(Sheet(EVERY[state]).words.split())


@pytest.mark.parametrize("state", ["mail", "mail-wrong", "mail-stopped"])
def test_it_asks_for_the_end_of_his_number(state: str) -> None:
    """Whoever got the letter by mistake cannot say yes for him."""
    [form] = Sheet(EVERY[state]).forms

    assert (form.method, form.action, "digits" in form.fields) == ("post", f"{HERE}/yes", True)
    assert "The last four digits of your mobile number" in _words(state)


def test_he_reads_what_would_come_and_who_else_may_read_it() -> None:
    """Before he agrees."""
    words = _words("mail")

    for said in (
        "If Anna does not get home",
        "Texts and calls go on as before",
        "Do nothing",
        "could read this mailbox",
    ):
        assert said in words
    assert words.index("If Anna does not get home") < words.index("The last four digits")


def test_he_stops_it_where_he_agreed() -> None:
    """With one tap."""
    [form] = Sheet(EVERY["mail-yes"]).forms

    assert form.action == f"{HERE}/stop"
    assert "A mail takes nobody’s alarm" in _words("mail-yes")


def test_a_page_that_is_worn_out_asks_nothing() -> None:
    """Anna can give the address once more."""
    assert Sheet(EVERY["mail-worn"]).forms == []
    assert "give us the address once more" in _words("mail-worn")
