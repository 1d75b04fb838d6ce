"""An alert as a mail."""

import pytest

from alerts.letters import letter
from alerts.notice import Kind

from .known import LINK, known

ALARMS = (Kind.CONCERN, Kind.OVERDUE, Kind.LATE, Kind.PHONE_HOME, Kind.NOBODY, Kind.SOS, Kind.COLD, Kind.ANY_NEWS)
MAILED = (*ALARMS, Kind.DURESS, Kind.TAKEN, Kind.CLOSED, Kind.SOS_PIN, Kind.INVITE)


@pytest.mark.parametrize("kind", MAILED)
@pytest.mark.parametrize("language", ["en", "pl"])
def test_what_a_locked_screen_shows_of_a_mail_tells_nothing(kind: Kind, language: str) -> None:
    """Neither the subject nor the first line has a name, a number, a place, or what has happened."""
    mail = letter(kind, known(language=language))
    shown = f"{mail.subject} {mail.text.splitlines()[0]}"

    for word in ("Anna", "07700", "High St", "home", "SOS", "FORCED", "MISSING", "ZMUSZ", "police", "alert", "alarm"):
        assert word not in shown


@pytest.mark.parametrize("kind", MAILED)
def test_no_mail_says_where_she_was(kind: Kind) -> None:
    """A mailbox is kept for years and read on tablets of the family; the page says it, to whoever taps."""
    assert "High St" not in letter(kind, known()).text


@pytest.mark.parametrize("kind", ALARMS)
def test_an_alert_by_mail_says_what_its_text_says(kind: Kind) -> None:
    """Who she is and what to do, 999 included; its link stands in a line of its own."""
    text = letter(kind, known()).text

    assert "Anna" in text
    assert "dial 999" in text.lower()
    assert LINK in text.splitlines()


@pytest.mark.parametrize("kind", MAILED)
@pytest.mark.parametrize("language", ["en", "pl"])
def test_no_mail_asks_for_a_reply(kind: Kind, language: str) -> None:
    """Nobody would read it: the page takes answers."""
    text = letter(kind, known(language=language)).text

    assert not any(words in text for words in ("Reply", "Odpisz"))


def test_a_mail_about_duress_says_only_that_the_page_comes_first() -> None:
    """Whoever forces her may read her mother's mail on the tablet in the kitchen."""
    text = letter(Kind.DURESS, known()).text

    assert "by yourself" in text
    assert LINK in text
    assert not any(words in text for words in ("FORCED", "999", "Dial", "07700"))


def test_the_mails_of_one_alert_stand_together() -> None:
    """Each alert's subject carries its reference, and alerts have one subject: mailboxes make a thread of them."""
    assert {letter(kind, known()).subject for kind in ALARMS} == {"Please open and read this now (K742)"}
    assert letter(Kind.CLOSED, known()).subject == "News of K742"


def test_a_long_name_is_no_reason_to_leave_anything_out() -> None:
    """A mail has room: nothing gives way as it does in two segments."""
    text = letter(Kind.OVERDUE, known(name="Wilhelmina Charlotte", near="x" * 40)).text

    assert "Wilhelmina Charlotte" in text
    assert "battery 14%" in text


def test_the_question_whether_an_address_is_right_tells_who_asks_and_how_to_stop() -> None:
    """And promises silence to whoever it does not concern."""
    mail = letter(Kind.INVITE, known(link="https://lamplit.example/m/tok"))

    assert "Anna" in mail.text
    assert "https://lamplit.example/m/tok" in mail.text.splitlines()
    assert "do nothing" in mail.text
