"""The page of one open incident, and the two where something is typed."""

import pytest

from .reading import Sheet
from .states import everything

EVERY = dict(everything())


def _words(state: str) -> str:
    return " ".join(Sheet(EVERY[state]).words.split())


def _actions(state: str) -> set[str]:
    return {form.action.rpartition("/")[2] for form in Sheet(EVERY[state]).forms}


def test_who_has_it_stands_at_the_top() -> None:
    """Nobody, the reader with what is left, or somebody else; only its holder can give it back."""
    assert "Nobody has it." in _words("incident")
    assert "You have it, 52 s left. This page keeps it." in _words("incident-mine")
    assert "Operator omar, since 23:46, 12 s left" in _words("incident-held")
    assert _actions("incident") == {"claim", "log"}
    assert _actions("incident-mine") == {"release", "log"}


def test_a_reader_who_fell_asleep_is_asked() -> None:
    """With what happens otherwise, and one press to say no."""
    words = _words("incident-still")
    assert (
        "Are you still on it? Nothing was pressed for 8 min. Unless you say so, the others are called again." in words
    )
    assert "Yes, I am on it" in words
    assert "Are you still on it?" not in _words("incident-mine")


def test_under_duress_there_is_no_way_to_ring_her() -> None:
    """No number, and the first sentence says not to."""
    words = _words("incident-duress")
    assert "Do not ring or text her phone" in words
    assert "Ring Anna" not in words
    assert "Please do not ring or text her phone." not in _words("incident-sos")
    assert "Ring Anna" in _words("incident-sos")


def test_her_word_is_for_her_to_say() -> None:
    """Shown where her card is open, with what to do with it; without one that is said too."""
    assert "Her call-back word is hazelnut. Let her say it; never say it to her." in _words("incident-sos")
    assert "She has set no call-back word" in _words("incident")
    assert "call-back word" not in _words("incident-concern")


@pytest.mark.parametrize("state", ["incident", "incident-sos", "incident-duress", "incident-concern"])
def test_we_say_that_we_rang_nobody(state: str) -> None:
    """Lamplit never dials 999; people do."""
    assert "We have NOT called the police." in _words(state)


def test_the_second_operator_agrees_with_one_press() -> None:
    """Whoever proposed it reads that another one is needed."""
    agree = [form for form in Sheet(EVERY["incident-sos"]).forms if form.action.endswith("/close")]
    assert len(agree) == 1
    assert "You are the second operator." in _words("incident-sos")
    assert "A second operator has to agree." in _words("incident-sos-waits")
    assert "close" not in _actions("incident-sos-waits")


def test_the_page_keeps_up_and_the_typed_ones_keep_what_is_typed() -> None:
    """A refresh without scripts on the first; on the others by script alone."""
    assert '<noscript><meta http-equiv="refresh" content="10"></noscript>' in EVERY["incident"]
    for state in ("incident-log", "incident-close"):
        assert "http-equiv" not in EVERY[state]
        assert "live.js" in EVERY[state]


def test_three_messages_are_in_sight_and_the_others_at_hand() -> None:
    """Somebody who was texted five times does not hide the next person."""
    assert "2 before that" in _words("incident")


def test_closing_says_what_it_takes() -> None:
    """One operator for an overdue journey; for an SOS two, or one who heard her word, where she has one."""
    assert "Close it: everybody who was told hears it" in _words("incident-close")
    two = _words("incident-close-two")
    assert "Ask a second operator to agree" in two
    assert "She said her call-back word: close it" in two
    assert "has it. Speak to them first." in two
    assert "She said her call-back word: close it" not in _words("incident-close-again")


def test_numbers_are_links_outside_the_sandbox_only() -> None:
    """Nobody is rung by trying something out."""
    assert "tel:" in EVERY["incident"]
    assert "tel:" not in EVERY["incident-sos"]
