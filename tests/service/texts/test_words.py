"""Texts, from words to meaning."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.ladder import Said
from service.texts.words import (
    Hers,
    HerWord,
    Theirs,
    asks_safe,
    carrier,
    hers,
    is_leave,
    is_never,
    is_yes,
    pieces,
    short_numbers,
    theirs,
)

CODES = {"42"}


@pytest.mark.parametrize(
    ("body", "meant"),
    [
        ("42", Theirs(Said.TAKEN, "42")),
        ("Ok 42!! on my way 🏃‍♀️", Theirs(Said.TAKEN, "42")),
        ("４２", Theirs(Said.TAKEN, "42")),
        ("4️⃣2️⃣", Theirs(Said.TAKEN, "42")),
        ("\u200f٤٢\u200f", Theirs(Said.TAKEN, "42")),
        ("4\u200b2", Theirs(Said.TAKEN, "42")),
        ("42 👍", Theirs(Said.TAKEN, "42")),
        ("#42 no problem", Theirs(Said.TAKEN, "42")),
        ("42, don't worry, driving over", Theirs(Said.TAKEN, "42")),
        ("42no", Theirs(Said.CANT, "42")),
        ("42 NO sorry", Theirs(Said.CANT, "42")),
        ("no, 42", Theirs(Said.CANT, "42")),
        ("42 👎", Theirs(Said.CANT, "42")),
        ("42 nie mogę", Theirs(Said.CANT, "42")),
        ("I can’t", Theirs(Said.CANT, None)),
        ("CANT", Theirs(Said.CANT, None)),
        ("sorry cannot, at work", Theirs(Said.CANT, None)),
        ("got it", Theirs(Said.TAKEN, None)),
        ("Im on it", Theirs(Said.TAKEN, None)),
        ("gotit!", Theirs(Said.TAKEN, None)),
        ("no problem, I have got it", Theirs(Said.TAKEN, None)),
        ("42 here", Theirs(Said.WITH_HER, "42")),
        ("42 police 01634 123", Theirs(Said.POLICE, "42", police_number="01634 123")),
        ("42 POLICE 3107", Theirs(Said.POLICE, "42", police_number="3107")),
        ("42 police", Theirs(Said.POLICE, "42")),
        ("42 police " + "9" * 1500, Theirs(Said.POLICE, "42", police_number="9" * 40)),
        ("police 12345", Theirs(Said.POLICE, None, police_number="12345")),
        ("42 spoke to her", Theirs(Said.SPOKEN, "42")),
        ("SPOKEN", Theirs(Said.SPOKEN, None)),
    ],
)
def test_a_contacts_clear_word(body: str, meant: Theirs) -> None:
    """Case, punctuation, emoji, marks of direction and extra words do not matter; a code counts anywhere."""
    assert theirs(body, CODES) == meant


@pytest.mark.parametrize(
    "body",
    [
        "",
        "👍",
        "👌🏽",
        "🆗",
        "❤️",
        "OK",
        "yes",
        "who is this",
        "7",
        "142",
        "HELP",
        "should I ring the police?",
        "42 she is not here",
        "42 no answer, driving there now",
        "42 can't reach her",
        "I cannot believe it",
        "leave her alone",
        "what is it? I am on the train",
        "Im on my way back, is it serious",
        "is anyone on it?",
        "on it?",
        "nobody is on it then",
        "I haven't got it",
        "42 I won't be able to",
        "x" * 1600,
    ],
)
def test_anything_else_is_seen(body: str) -> None:
    """Kept and shown, and answered with what would be clear; nothing is read into a doubt, and nobody who is on his way
    is taken for one who cannot."""
    assert (theirs(body, CODES).said, theirs(body, CODES).clear) == (Said.SEEN, False)


@pytest.mark.parametrize(
    ("body", "meant"),
    [
        ("ok", Hers(HerWord.OK)),
        ("k", Hers(HerWord.OK)),
        ("👍", Hers(HerWord.OK)),
        ("im ok thanks", Hers(HerWord.OK)),
        ("yes all fine", Hers(HerWord.OK)),
        ("OK 2468", Hers(HerWord.OK, "2468")),
        ("OK 2 4 6 8", Hers(HerWord.OK, "2468")),
        ("ok 1234 5678", Hers(HerWord.OK, "12345678")),
        ("ok, 15:30, 2468", Hers(HerWord.OK, "2468")),
        ("2468", Hers(HerWord.OK, "2468")),
        ("24 68", Hers(HerWord.OK, "2468")),
        ("٢٤٦٨", Hers(HerWord.OK, "2468")),
        ("ok call 07700900123", Hers(HerWord.OK)),
        ("ok on the 149 bus, 5 min", Hers(HerWord.OK)),
        ("ok 42 on my way, 20 min", Hers(HerWord.OK)),
        ("ok, back at 15:30", Hers(HerWord.OK)),
        ("ok 24-68", Hers(HerWord.OK, "2468")),
        ("ok 24.68", Hers(HerWord.OK, "2468")),
        ("more 15", Hers(HerWord.MORE, None, 15.0)),
        ("more 15 min pls", Hers(HerWord.MORE, None, 15.0)),
        ("More 30, 2468", Hers(HerWord.MORE, "2468", 30.0)),
        ("MORE 15 24 68", Hers(HerWord.MORE, "2468", 15.0)),
        ("2468 more 30", Hers(HerWord.MORE, "2468", 30.0)),
        ("more 2468", Hers(HerWord.MORE, "2468", 15.0)),
        ("more", Hers(HerWord.MORE, None, 15.0)),
        ("more 1 hour", Hers(HerWord.MORE, None, 60.0)),
        ("MORE 1h30", Hers(HerWord.MORE, None, 90.0)),
        ("more 1h 2468", Hers(HerWord.MORE, "2468", 60.0)),
        ("more 1h 24 68", Hers(HerWord.MORE, "2468", 60.0)),
        ("more 1h 30 24 68", Hers(HerWord.MORE, "2468", 90.0)),
        ("more 1,5 hrs 2468", Hers(HerWord.MORE, "2468", 90.0)),
        ("HOME 2468", Hers(HerWord.HOME, "2468")),
        ("HOME 24 68", Hers(HerWord.HOME, "2468")),
        ("2468 home", Hers(HerWord.HOME, "2468")),
        ("ok home 2468", Hers(HerWord.HOME, "2468")),
        ("ok, not home yet, 2468", Hers(HerWord.OK, "2468")),
        ("home", Hers(HerWord.HOME)),
        ("help me!", Hers(HerWord.HELP)),
        ("please SOS", Hers(HerWord.HELP)),
        ("🆘", Hers(HerWord.HELP)),
        ("no help needed", Hers(HerWord.HELP)),
        ("S.O.S.", Hers(HerWord.HELP)),
        ("s o s", Hers(HerWord.HELP)),
        ("sosss", Hers(HerWord.HELP)),
        ("SOSSOS", Hers(HerWord.HELP)),
        ("helpme", Hers(HerWord.HELP)),
        ("HEELPPP", Hers(HerWord.HELP)),
        ("WALK 30", Hers(HerWord.WALK, None, 30.0)),
        ("walk30", Hers(HerWord.WALK, None, 30.0)),
        ("Walk 30 min to Mum's house please", Hers(HerWord.WALK, None, 30.0, "Mum's house")),
        ("walk 1 hour", Hers(HerWord.WALK, None, 60.0)),
        ("walk 1h30 town", Hers(HerWord.WALK, None, 90.0, "town")),
        ("walk 30 2468", Hers(HerWord.WALK, None, 30.0)),
        ("walk home", Hers(HerWord.WALK, None, None, "home")),
        ("walk 5000", Hers(HerWord.WALK, None, None)),
        ("walk 1.5h", Hers(HerWord.WALK, None, 90.0)),
        ("walk 1 h to town", Hers(HerWord.WALK, None, 60.0, "town")),
        ("walk 1:30", Hers(HerWord.WALK, None, None)),
        ("walk until 23:30", Hers(HerWord.WALK, None, None, "until")),
    ],
)
def test_her_words(body: str, meant: Hers) -> None:
    """What she can do with a phone that has no data; a PIN may stand first, last and in pieces."""
    assert hers(body) == meant


@pytest.mark.parametrize(
    "body",
    [
        "",
        "what?",
        "42",
        "on my way home",
        "not ok",
        "👎",
        "police told, 3107",
        "I told them all is ok and they left me",
        "42 on my way, 10 min",
        "42 she got home at 23:30",
        "so so good",
        "he'll phone, very helpful",
    ],
)
def test_what_is_none_of_her_words(body: str) -> None:
    """It may be a contact's, or nothing."""
    assert hers(body) is None


def test_a_pin_or_a_clear_word_makes_a_text_hers() -> None:
    """From a number that is also a contact's, a bare OK may be either."""
    sure = ["OK 2468", "MORE 15", "HOME", "HELP", "WALK 30"]
    assert [hers(b).surely for b in sure] == [True] * 5  # type: ignore[union-attr]
    assert [hers(b).surely for b in ("OK", "👍", "walk with me")] == [False] * 3  # type: ignore[union-attr]


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


def test_consent_is_the_word() -> None:
    """Taken back by a not; "no problem" is none, and a thumb is no consent."""
    texts = (
        "YES",
        "yes of course 🙂",
        "Yes, no problem",
        "yes I don't mind",
        "no, yes?",
        "yesterday",
        "👍",
        "Yes? No!",
    )
    assert [is_yes(b) for b in texts] == [True] * 4 + [False] * 4


@pytest.mark.parametrize("body", ["SOSSS" * 300 + "X", "S " * 800, "HE L " * 320, "1:" * 800, "9 H " * 400, "ﷺ" * 1600])
def test_no_text_keeps_everybody_waiting(body: str) -> None:
    """As long as texts get, and made so that a careless pattern would never come to an end."""
    assert hers(body) in (None, Hers(HerWord.HELP))
    assert not theirs(body, CODES).clear


@pytest.mark.parametrize(
    ("body", "leaves"),
    [
        ("Leave", True),
        ("LEAVE please", True),
        ("42 leave", True),
        ("leave.", True),
        ("did she leave?", False),
        ("leave her alone!", False),
        ("Leave it to me", False),
        ("leaving now", False),
    ],
)
def test_leave_is_leave_alone(body: str, leaves: bool) -> None:
    """Nobody is taken off an alarm by a sentence."""
    assert is_leave(body) is leaves


def test_never_is_never_alone() -> None:
    """And so is the word after which nobody may ask again."""
    assert [is_never(b) for b in ("NEVER", "never again please", "I never saw her", "LEAVE")] == [
        True,
        True,
        False,
        False,
    ]


@pytest.mark.parametrize(
    ("body", "asks"),
    [
        ("SAFE?", True),
        ("safe", True),
        ("Is she safe？", True),
        ("safe now?!", True),
        ("she is safe", False),
        ("safe and sound", False),
        ("where is she?", False),
        ("unsafe?", False),
    ],
)
def test_who_asks_whether_she_is_safe(body: str, asks: bool) -> None:
    """The bare word, or a question with it; a statement asks nothing."""
    assert asks_safe(body) is asks


def test_pieces_of_a_text() -> None:
    """Words in capitals and numbers, in order; other scripts' digits, accents and what shows nothing are folded away."""
    assert pieces("can't, 42no ٤٢") == ["CANT", "42", "NO", "42"]
    assert pieces("nie mogę, Łukasz") == ["NIE", "MOGE", "LUKASZ"]
    assert pieces("H\u200bOME\u200e 24\u00a068") == ["HOME", "24", "68"]
    assert pieces("ＯＫ\n4️⃣2️⃣") == ["OK", "42"]
    assert short_numbers("42 or 123 or ٧٧") == ["42", "77"]


@given(st.text(max_size=200))
def test_no_text_is_illegal(body: str) -> None:
    """Whatever is typed has a meaning as a contact's, and is hers or is not."""
    assert theirs(body, CODES).said in Said
    assert hers(body) is None or hers(body).word in HerWord  # type: ignore[union-attr]
    assert {is_yes(body), is_leave(body), is_never(body), asks_safe(body)} <= {True, False}
