"""Tests of the lists written by hand, and of how they are compared."""

from alerts.notice import Kind
from service.demo.acts import ACTS
from service.demo.expectations import EXPECTED, Line, differences, plain_rung
from service.demo.verdicts import ALARMS


def test_every_act_has_a_list_and_every_list_an_act() -> None:
    """Nothing is played that nobody wrote a list for."""
    assert {act.name for act in ACTS} == set(EXPECTED)


def test_the_lists_name_only_people_of_their_act_and_kinds_that_exist() -> None:
    """A slip of the pen in a list would look like a fault of the product."""
    for act in ACTS:
        people = {"her", *(chosen.name for chosen in act.contacts)}
        for line in EXPECTED[act.name]:
            assert line.to in people
            assert Kind(line.kind)
            assert line.channel in ("sms", "call")


def test_whoever_is_told_of_an_alarm_gets_one_all_clear_and_nobody_else_does() -> None:
    """Beth, Dad and Chloe were told and are told again; in the act where she gets home nobody hears either."""
    for lines in EXPECTED.values():
        told = {line.to for line in lines if line.kind in ALARMS}
        assert sorted(line.to for line in lines if line.kind == Kind.CLOSED) == sorted(told)


def test_on_a_plain_evening_contacts_hear_nothing_but_the_invitation_and_thanks() -> None:
    """Home is the act in which nobody else hears."""
    assert {line.kind for line in EXPECTED["home"]} == {Kind.CODE, Kind.INVITE, Kind.WELCOME}


def test_equal_lists_differ_in_nothing_whatever_their_order() -> None:
    """The order of rungs is an invariant of its own."""
    one, other = Line("Beth", "overdue", "L2"), Line("Dad", "overdue", "L2")
    assert differences([one, other], [other, one]) == []


def test_a_message_sent_twice_is_a_difference() -> None:
    """A second text about the same thing is not the same as one."""
    line = Line("Beth", "overdue", "L2")
    assert differences([line], [line, line]) == ["+ Beth  overdue  L2  sms"]


def test_a_difference_says_what_is_missing_and_what_was_not_expected() -> None:
    """Chloe was told, though Dad should have been."""
    got = differences([Line("Dad", "overdue", "L2")], [Line("Chloe", "overdue", "L2+5", "call")])
    assert got == ["- Dad  overdue  L2  sms", "+ Chloe  overdue  L2+5  call"]


def test_a_rung_is_compared_without_instants_and_question_numbers() -> None:
    """What differs from run to run says nothing about the ladder."""
    assert plain_rung("TAKEN@1700000000") == "TAKEN"
    assert plain_rung("d2.call 1") == "call 1"
    assert plain_rung("p11.sms") == "sms"
    assert plain_rung("L2+3") == "L2+3"
