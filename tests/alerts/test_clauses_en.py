"""What several texts say: the place, the last sight of her, what has happened."""

import pytest

from alerts.clauses_en import happened, here, near, reply, ring, ring_short, seen, seen_without_battery
from alerts.contact import Channel
from alerts.facts import Writer
from alerts.message import render
from alerts.notice import Kind

from .known import at, known


def test_without_a_place_the_clause_is_left_out() -> None:
    """Where no street is known the sentence simply has none: coordinates never go into a text."""
    text = render(Kind.OVERDUE, known(near=None), Channel.SMS)
    assert "Last seen 23:28, battery 14%. Ring her" in text
    never_seen = render(Kind.OVERDUE, known(near=None, last_seen_at=None), Channel.SMS)
    assert "no answer. Ring her" in never_seen


def test_an_old_place_in_an_sos_says_how_old_it_is() -> None:
    """An SOS from a dead zone gives the time she was last seen at that place, not the time of the SOS."""
    assert "SOS from Anna, 23:14, 23:02 near High St, Rochester." in render(
        Kind.SOS, known(last_seen_at=at("23:02")), Channel.SMS
    )


@pytest.mark.parametrize(
    ("cause", "start"),
    [
        ("off_route", "Anna left her route at 23:14 near High St, Rochester and has not answered us for 5 min."),
        ("stalled", "Anna stopped on her way at 23:14 near High St, Rochester and has not answered us for 5 min."),
        ("vehicle", "Anna was on foot, seems to be in a vehicle since 23:14 near High St, Rochester and has not"),
        ("away", "Anna has been moving away from where she was going since 23:14 near High St, Rochester and has"),
        ("signal_lost", "Anna's phone has been silent since 23:14 near High St, Rochester. She has not answered us"),
        ("wrong_pins", "A wrong PIN was keyed 3 times on Anna's phone at 23:14 near High St, Rochester. She has not"),
        (
            "pause_over",
            "Anna said she would stop for a while, at 23:14 near High St, Rochester, and has not answered us",
        ),
        ("", "Anna was asked if all is ok at 23:14 near High St, Rochester and has not answered us for 5 min."),
    ],
)
def test_a_concern_says_what_was_seen(cause: str, start: str) -> None:
    """Dad reads what happened, not a word of ours for it."""
    assert render(Kind.CONCERN, known(cause=cause), Channel.SMS).startswith(start)


def test_wrong_pins_are_told_without_claiming_that_she_was_asked() -> None:
    """Three wrong PINs are told at once; nobody has asked her anything yet."""
    text = render(Kind.CONCERN, known(cause="wrong_pins", silent_min=None), Channel.SMS)
    assert "near High St, Rochester. Often it is nothing." in text


def test_what_is_not_known_leaves_no_gap() -> None:
    """Without a place, a sight of her, a number or a code the clauses are short, and none is half."""
    nothing = Writer(known(near=None, last_seen_at=None, number="", code="", battery_pct=None))
    assert (near(nothing), seen(nothing), seen_without_battery(nothing), here(nothing)) == ("", "", "", "")
    assert (ring(nothing), ring_short(nothing)) == ("Please ring her.", "Ring her.")
    assert reply(nothing) == "Reply GOT IT = you are on it."
    assert happened(nothing) == "Anna left her route at 23:14 and has not answered us for 5 min."


def test_the_battery_may_be_known_where_the_place_may_not() -> None:
    """Whoever is never shown her place reads when her phone was heard of, and how full it was."""
    assert seen(Writer(known(near=None))) == " Last seen 23:28, battery 14%."
    assert seen_without_battery(Writer(known())) == " Last seen 23:28 near High St, Rochester."
