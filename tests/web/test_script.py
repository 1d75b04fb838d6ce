"""What to say to 999, read aloud by Beth."""

from dataclasses import replace

import pytest

from service.web.script import Script

OVERDUE = Script(
    case="overdue",
    her="Anna Kessler",
    now="23:52",
    going="walking home",
    due="23:30",
    late=True,
    seen="23:28",
    street="near High St, Rochester",
    position="51.38912 north, 0.50441 east",
)


def test_an_overdue_walk_in_the_order_of_the_questions() -> None:
    """Who, alone, where to, since when, where last, not like her; then what only Beth can know."""
    assert OVERDUE.opening == "missing person"
    assert OVERDUE.sentences == (
        "Her name is Anna Kessler.",
        "She was alone, walking home.",
        "She was due at 23:30.",
        "It is now 23:52, and she does not answer.",
        "Her phone was last seen at 23:28, near High St, Rochester.",
        "The exact place is 51.38912 north, 0.50441 east.",
        "This is not like her.",
    )
    assert OVERDUE.to_add == "Say who may be a danger to her, if you know of anybody."


def test_who_may_be_forced_is_not_to_be_rung_whatever_else_is_wrong() -> None:
    """Overdue, and the reader knows from another alarm: the police hear both."""
    said = replace(OVERDUE, forced=True).sentences
    assert said[3:6] == (
        "It is now 23:52, and she does not answer.",
        "Somebody may be making her say that she is safe.",
        "Please do not ring or text her phone.",
    )


def test_before_the_tap_nothing_of_a_place_is_said() -> None:
    """The time alone."""
    said = replace(OVERDUE, street="", position="").sentences
    assert "Her phone was last seen at 23:28." in said
    assert not [one for one in said if "place" in one]


def test_at_a_concern_she_is_not_late_yet() -> None:
    """Due at 23:30, and it is 23:20."""
    assert "She is due at 23:30." in replace(OVERDUE, case="concern", late=False).sentences


def test_an_sos_says_what_she_did() -> None:
    """When she was due does not matter any more."""
    said = replace(OVERDUE, case="sos", alarm="23:14").sentences
    assert said[1:3] == (
        "At 23:14 she set off an alarm for help, and did not take it back.",
        "I fear that she is in danger now.",
    )
    assert not [one for one in said if "due" in one or "does not answer" in one]


def test_under_duress_nobody_may_ring_her() -> None:
    """The police neither."""
    said = replace(OVERDUE, case="duress", alarm="23:51").sentences
    assert "At 23:51 she gave a secret sign." in said
    assert "Please do not ring or text her phone." in said


def test_her_card_is_said_where_it_is_open() -> None:
    """In her own words, each with an end to it; nothing is left for Beth to add."""
    said = replace(OVERDUE, looks="green parka", health="asthma.", danger="J. Doe", reference="CR/12").sentences
    assert said[-5:] == (
        "She looks like this: green parka.",
        "About her health: asthma.",
        "This is not like her.",
        "Who may be a danger to her: J. Doe.",
        "You know of her already. The reference is CR/12.",
    )
    assert replace(OVERDUE, danger="J. Doe").to_add == ""


def test_a_phone_that_reached_home_is_said() -> None:
    """She has not said that she is well."""
    said = replace(OVERDUE, phone_there="23:31", there="home").sentences
    at = said.index("Her phone reached home at 23:31.")
    assert said[at + 1] == "She has not said that she is well."


@pytest.mark.parametrize("case", ["concern", "overdue", "sos", "duress"])
def test_every_sentence_can_be_said_in_one_breath(case: str) -> None:
    """At most sixteen words, whatever is known."""
    for one in replace(OVERDUE, case=case, alarm="23:14", phone_there="23:31").sentences:  # type: ignore[arg-type]
        assert len(one.split()) <= 16, one
