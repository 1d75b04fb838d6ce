"""What a contact or she hears when the phone rings."""

import msgspec
import pytest

from alerts.facts import Facts, Writer
from alerts.notice import Kind
from alerts.spoken import spoken

from .known import at

ANNA = Facts(
    name="Anna", number="+447700900123", as_of_at=1763163720.0, passcode="482913", link="https://x.example/c/1"
)


@pytest.mark.parametrize("kind", [Kind.CONCERN, Kind.OVERDUE, Kind.LATE, Kind.NOBODY, Kind.SOS, Kind.DURESS, Kind.COLD])
def test_an_alarm_by_voice_says_who_acts_and_which_key_answers(kind: Kind) -> None:
    """Half asleep, Dad hears whom it is about, 999, that nobody has called the police, and the keys."""
    said = spoken(kind, Writer(ANNA))
    for part in (
        "Anna",
        "9 9 9",
        "We have not called the police.",
        "Press 1 if you are on it.",
        "Press 3 if you cannot.",
    ):
        assert part in said


def test_whoever_takes_calls_hears_that_a_test_was_none() -> None:
    """Where a text says so in place of the test that was asked for."""
    said = spoken(Kind.REPLY, Writer(msgspec.structs.replace(ANNA, reply="no_test")))

    for part in ("was no test", "Do not ring or text her phone", "dial 9 9 9 now", "We have not called the police."):
        assert part in said
    assert spoken(Kind.REPLY, Writer(ANNA)) == "This is Lamplit. There is a text for you about Anna."


def test_a_concern_that_is_late_by_us_says_so_first() -> None:
    """As a text does."""
    late = msgspec.structs.replace(ANNA, down_from_at=at("23:16"), down_to_at=at("23:31"), cause="off_route")
    said = spoken(Kind.CONCERN, Writer(late))

    assert said.startswith("This is Lamplit. Our service was down from 23:16 to 23:31, so this call is late. Anna left")
    assert "Our service" not in spoken(Kind.CONCERN, Writer(ANNA))


@pytest.mark.parametrize(
    ("rung_on", "words"),
    [
        (None, " If that person goes quiet we will ring you."),
        (True, " We go on ringing you with the alert until you press 1 or 3 in it."),
        (False, ""),
    ],
)
def test_who_has_it_and_what_follows(rung_on: bool | None, words: str) -> None:
    """In an SOS an answer stops calls to whoever gave it, and to nobody else (row 14)."""
    said = spoken(Kind.TAKEN, Writer(msgspec.structs.replace(ANNA, rung_on=rung_on)))
    assert f"is on it for Anna.{words} Press 1 if you have heard this." in said


@pytest.mark.parametrize("kind", list(Kind))
def test_no_link_is_read_aloud(kind: Kind) -> None:
    """A voice never spells a web address."""
    assert "http" not in spoken(kind, Writer(ANNA))


def test_her_number_is_read_digit_by_digit() -> None:
    """A number read as one figure of eleven digits cannot be written down."""
    assert "0 7 7 0 0 9 0 0 1 2 3" in spoken(Kind.OVERDUE, Writer(ANNA))
    assert spoken(Kind.CODE, Writer(ANNA)).count("4 8 2 9 1 3") == 2


def test_a_duress_call_does_not_offer_her_number() -> None:
    """Ringing her phone could hurt her, so the voice does not give the number."""
    assert "0 7 7 0 0" not in spoken(Kind.DURESS, Writer(ANNA))


def test_who_has_never_said_yes_hears_who_is_ringing() -> None:
    """An SOS may reach somebody who has not heard of Lamplit."""
    said = spoken(Kind.SOS, Writer(msgspec.structs.replace(ANNA, stranger=True)))
    assert said.startswith("This is Lamplit, a safety service. Anna named you as a contact. Anna pressed SOS")


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (Kind.BATTERY, "Anna's phone may die on her way."),
        (Kind.WALK_WITH, "Anna asks you to walk with her"),
        (Kind.CONSENT_AGAIN, "Press 1, and we go on telling you"),
        (Kind.STARTED, "Anna has set off"),
        (Kind.ARRIVED, "Anna ended her journey"),
        (Kind.EXTENDED, "Anna has put off her arrival for the third time."),
        (Kind.TEST, "This is a test for Anna. Nothing has happened."),
        (Kind.HINT, "There is a text for you about Anna."),
    ],
)
def test_what_is_no_alarm_can_be_rung_too(kind: Kind, words: str) -> None:
    """A contact who takes no texts hears the same, and never a word that there is a text he cannot get."""
    assert spoken(kind, Writer(ANNA)).startswith("This is Lamplit. ")
    assert words in spoken(kind, Writer(ANNA))


@pytest.mark.parametrize("kind", [Kind.CONTACT_NEWS, Kind.NEW_PIN, Kind.NEW_DEVICE])
def test_news_about_her_account_is_neutral(kind: Kind) -> None:
    """Whoever takes her phone hears no name, no product and nothing of a journey."""
    said = spoken(kind, Writer(ANNA))
    assert said.startswith("Hello. ")
    assert not [word for word in ("Anna", "Lamplit", "journey", "999") if word in said]


def test_a_tracker_that_was_linked_is_no_phone() -> None:
    """She is rung because she takes no texts, and has to know what to take off."""
    said = spoken(Kind.NEW_DEVICE, Writer(msgspec.structs.replace(ANNA, words="tracker")))
    assert "A tracker app was linked" in said
    assert "phone" not in said
