"""Clauses and what gives way."""

from datetime import UTC, datetime

import pytest

from alerts.contact import Channel
from alerts.facts import Facts, Writer, dialable
from alerts.language import ENGLISH
from alerts.message import render
from alerts.notice import Kind

from .known import at, known


@pytest.mark.parametrize(
    ("number", "region", "shown"),
    [
        ("+447700900123", "GB", "07700900123"),
        ("+447700900123", "FR", "+447700900123"),
        ("+33612345678", "GB", "+33612345678"),
        ("not a number", "GB", "not a number"),
    ],
)
def test_her_number_is_written_as_her_contact_dials_it(number: str, region: str, shown: str) -> None:
    """Dad taps or keys what he reads, without spaces; what is no number is shown as it is."""
    assert dialable(number, region) == shown


def test_the_place_gives_way_first_and_the_last_sight_last() -> None:
    """A long place goes, then long names, then the battery, then when she was seen; then nothing is left to cut."""
    writer = Writer(
        Facts(
            name="Alexandria-Josephine",
            as_of_at=0,
            near="Old High Street",
            battery_pct=9,
            last_seen_at=0,
            taken_by="Beth",
        )
    )
    lost: list[str] = []
    before = (writer.place, writer.name, writer.battery, writer.seen_at)
    while writer.give_way(400):
        after = (writer.place, writer.name, writer.battery, writer.seen_at)
        lost += [what for what, a, b in zip(("place", "name", "battery", "seen"), before, after, strict=True) if a != b]
        before = after
    assert lost == ["place", "name", "battery", "seen"]
    assert writer.name == "Alexandr"
    assert writer.who == "Beth"


def test_our_own_words_are_never_cut() -> None:
    """Where she gave no name the sentence keeps a whole one."""
    writer = Writer(Facts(name="", as_of_at=0))
    while writer.give_way(400):
        pass
    assert (writer.name, writer.who, writer.destination) == ("A friend", "Another contact", "her destination")


@pytest.mark.parametrize(
    ("now", "due", "shown"),
    [
        ("2025-07-01T22:30", "2025-07-01T22:15", "Due 23:15, as of 23:30 no answer"),
        ("2025-10-26T03:30", "2025-10-26T03:10", "Due 03:10, as of 03:30 GMT no answer"),
        ("2025-10-26T01:10", "2025-10-26T00:50", "Due 01:50 BST, as of 01:10 GMT no answer"),
        ("2025-03-29T22:10", "2025-03-29T22:00", "Due 22:00, as of 22:10 GMT no answer"),
    ],
    ids=["summer", "morning after", "the hour that comes twice", "evening before spring"],
)
def test_near_a_clock_change_the_zone_is_said(now: str, due: str, shown: str) -> None:
    """Within 24 h of a clock change GMT or BST is shown; at each time where they differ."""
    due_at, now_at = (datetime.fromisoformat(x).replace(tzinfo=UTC).timestamp() for x in (due, now))
    facts = known(due_at=due_at, as_of_at=now_at, last_seen_at=None, cause_at=None)
    assert shown in render(Kind.OVERDUE, facts, Channel.SMS)


def test_yesterday_is_named() -> None:
    """A day later a bare 23:28 would mean the wrong night, so the day stands before it."""
    text = render(Kind.COLD, known(as_of_at=at("23:40", "2025-11-15")), Channel.SMS)
    assert "Last seen Fri 23:28 near High St, Rochester." in text
    assert "as of 23:40" in text


def test_the_hour_that_comes_twice_is_told_apart_in_every_text() -> None:
    """Her phone reached home at 01:50, twenty minutes later it is 01:10: both say by which clock."""
    arrived_at, now_at = at("00:50", "2025-10-26"), at("01:10", "2025-10-26")
    facts = known(arrived_at=arrived_at, as_of_at=now_at, due_at=None, cause_at=None, last_seen_at=None)
    text = render(Kind.PHONE_HOME, facts, Channel.SMS)
    assert "at 01:50 BST but as of 01:10 GMT she has not confirmed" in text


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Zoë", "Zoe"),
        ("Łucja", "Lucja"),
        ("Siân", "Sian"),
        ("Nguyễn", "Nguyen"),
        ("Арина", "Arina"),
        ("李娜", "LiNa"),
        ("Ólafur", "Olafur"),
        ("Señora Ñañez", "Señora Ñañez"),
        ("Þóra", "Thora"),
        ("Đặng", "Dang"),
        ("Ελένη", "Eleni"),
        ("지수", "JiSu"),
        ("שרה", "Srh"),
        ("فاطمة", "Ftmh"),
        ("𝓐𝓷𝓷𝓪", "Anna"),
        ("Ⓐnna", "Anna"),
        ("Anna 🌸", "Anna"),
        ("👩‍🚀 Kim", "Kim"),
        ("🌸", "A friend"),
        ("\u202eAnna", "Anna"),
        ("de la Cruz", "de la Cruz"),
    ],
)
def test_a_name_is_spelled_so_that_it_can_be_read(name: str, shown: str) -> None:
    """In the GSM alphabet, without pictures; a name of nothing else is a friend, and her number tells who."""
    assert Writer(known(name=name)).name == shown


def test_our_words_come_from_the_language() -> None:
    """Where she gave no name, allowed none and typed no destination."""
    writer = Writer(known(name="", taken_by="", destination=""))
    assert (writer.name, writer.who, writer.destination) == ENGLISH.own_words
