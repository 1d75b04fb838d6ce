"""Texts, from words to meaning."""

import pytest

from alerts.ladder import Said
from service.people.words import Hers, HerWord, Theirs, carrier, hers, is_leave, is_yes, pieces, theirs

CODES = {"42"}


@pytest.mark.parametrize(
    ("body", "meant"),
    [
        ("42", Theirs(Said.TAKEN, "42")),
        ("Ok 42!! on my way 🏃‍♀️", Theirs(Said.TAKEN, "42")),
        ("４２", Theirs(Said.TAKEN, "42")),
        ("42no", Theirs(Said.CANT, "42")),
        ("42 NO sorry", Theirs(Said.CANT, "42")),
        ("I can’t", Theirs(Said.CANT, None)),
        ("got it", Theirs(Said.TAKEN, None)),
        ("42 here", Theirs(Said.WITH_HER, "42")),
        ("42 police 01634 123", Theirs(Said.POLICE, "42", police_number="01634123")),
        ("police 12345", Theirs(Said.POLICE, None, police_number="12345")),
        ("42 spoke to her", Theirs(Said.SPOKEN, "42")),
        ("SPOKEN", Theirs(Said.SPOKEN, None)),
    ],
)
def test_a_contacts_clear_word(body: str, meant: Theirs) -> None:
    """Case, punctuation, emoji and extra words do not matter; a code counts anywhere."""
    assert theirs(body, CODES) == meant


@pytest.mark.parametrize(
    "body", ["", "👍", "OK", "yes", "who is this", "7", "142", "should I ring the police?", "42 she is not here"]
)
def test_anything_else_is_seen(body: str) -> None:
    """Kept and shown, and answered with what would be clear; nothing is read into a doubt."""
    assert (theirs(body, CODES).said, theirs(body, CODES).clear) == (Said.SEEN, False)


@pytest.mark.parametrize(
    ("body", "meant"),
    [
        ("ok", Hers(HerWord.OK)),
        ("OK 2468", Hers(HerWord.OK, "2468")),
        ("2468", Hers(HerWord.OK, "2468")),
        ("more 15", Hers(HerWord.MORE, None, 15.0)),
        ("More 30, 2468", Hers(HerWord.MORE, "2468", 30.0)),
        ("more", Hers(HerWord.MORE, None, 15.0)),
        ("HOME 2468", Hers(HerWord.HOME, "2468")),
        ("help me!", Hers(HerWord.HELP)),
        ("please SOS", Hers(HerWord.HELP)),
    ],
)
def test_her_words(body: str, meant: Hers) -> None:
    """What she can do with a phone that has no data."""
    assert hers(body) == meant


@pytest.mark.parametrize("body", ["", "what?", "42", "on my way home"])
def test_what_is_none_of_her_words(body: str) -> None:
    """It may be a contact's, or nothing."""
    assert hers(body) is None


def test_a_pin_or_a_clear_word_makes_a_text_hers() -> None:
    """From a number that is also a contact's, a bare OK may be either."""
    assert [hers(b).surely for b in ("OK 2468", "MORE 15", "HOME", "HELP")] == [True] * 4  # type: ignore[union-attr]
    assert hers("OK").surely is False  # type: ignore[union-attr]


@pytest.mark.parametrize("body", ["STOP", "stop ", "Unsubscribe", "END", "quit", "CANCEL", "revoke", "OPTOUT"])
def test_a_carriers_word_is_never_a_command(body: str) -> None:
    """It blocks; it ends nothing."""
    assert carrier(body) == "STOP"


def test_what_the_provider_says_of_a_word_counts() -> None:
    """It may know words of other languages; HELP is nobody's opt-out."""
    assert carrier("arret", "STOP") == "STOP"
    assert carrier("stop it, I am fine") == ""
    assert carrier("HELP", "HELP") == ""
    assert carrier("start") == "START"


def test_yes_and_leave() -> None:
    """Consent is taken back by a not; LEAVE counts at the start only."""
    assert [is_yes(b) for b in ("YES", "yes of course 🙂", "no, yes?", "yesterday")] == [True, True, False, False]
    assert [is_leave(b) for b in ("Leave", "LEAVE please", "did she leave?")] == [True, True, False]


def test_pieces_of_a_text() -> None:
    """Words in capitals and numbers, in order; other scripts' digits too."""
    assert pieces("can't, 42no ٤٢") == ["CANT", "42", "NO", "42"]
