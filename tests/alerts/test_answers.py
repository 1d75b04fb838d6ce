"""What people and the provider say to a ladder; its timetable is told in tests/stories."""

from collections.abc import Callable

import pytest

from alerts import answers
from alerts.contact import Recipient
from alerts.ladder import advance, closed
from alerts.rungs import Alarm
from alerts.told import Ladder, Said, Step

from .people import BETH, begun, rows

Word = Callable[[Ladder, str, float], Step]
WORDS: list[Word] = [
    answers.taken,
    answers.spoken,
    answers.with_her,
    answers.police_told,
    answers.declined,
    answers.seen,
]


@pytest.mark.parametrize("word", WORDS)
def test_a_stranger_and_a_late_comer_change_nothing(word: Word) -> None:
    """Somebody who is not on the ladder, and anybody once it is done."""
    ladder, _ = begun()
    assert word(ladder, "stranger", 60.0) == (ladder, [])
    over, _ = closed(ladder, 30.0)
    assert word(over, "beth", 60.0) == (over, [])


def test_whoever_agrees_in_the_middle_is_told_and_rung_like_the_others() -> None:
    """Eve's YES is no answer to the alarm: she gets its text now, and is rung with everybody who has not answered; her
    word counts then. On the ladder she stands once, and joins none that is done."""
    eve = Recipient(id="eve")
    ladder, first = begun(Alarm.SOS, (BETH,))
    ladder, _ = answers.handed(ladder, first[0].id, 1.0)
    ladder, told = answers.agreed(ladder, eve, 30.0)
    assert rows(told) == [("eve", "sos", "sms")]
    assert answers.agreed(ladder, eve, 31.0) == (ladder, [])
    ladder, again = advance(ladder, 60.0)
    assert ("eve", "sos", "call") in rows(again)
    _, taken = answers.taken(ladder, "eve", 70.0)
    assert rows(taken) == [("beth", "taken", "sms")]
    over, _ = closed(ladder, 80.0)
    assert answers.agreed(over, Recipient(id="flo"), 81.0) == (over, [])


@pytest.mark.parametrize("word", WORDS)
def test_whoever_answers_is_followed_no_more(word: Word) -> None:
    """No watchdog for that person, and the ladder knows that something got through."""
    ladder, _ = begun()
    ladder, _ = word(ladder, "beth", 60.0)
    assert {w.to for w in ladder.watches} == {"dad"}
    assert ladder.first_handed_at == 60.0


def test_a_lease_is_told_to_all_who_know_also_to_who_cannot() -> None:
    """They may have heard that nobody has it."""
    ladder, _ = begun()
    ladder, _ = answers.declined(ladder, "dad", 30.0)
    _, notices = answers.taken(ladder, "beth", 60.0)
    assert rows(notices) == [("dad", "taken", "sms")]


def test_only_a_clear_word_replaces_another() -> None:
    """Beth has it; "thanks" after that is not a step back."""
    ladder, _ = begun()
    ladder, _ = answers.taken(ladder, "beth", 60.0)
    assert answers.seen(ladder, "beth", 70.0) == (ladder, [])
    beth = ladder.person("beth")
    assert beth is not None
    assert beth.said is Said.TAKEN


@pytest.mark.parametrize("word", [answers.taken, answers.spoken, answers.with_her, answers.police_told])
def test_in_an_sos_a_word_leases_nothing_and_is_passed_on_once(word: Word) -> None:
    """Said twice, the others hear it once."""
    ladder, _ = begun(Alarm.SOS)
    ladder, notices = word(ladder, "beth", 10.0)
    assert ladder.lease is None
    assert rows(notices) == [("dad", "taken", "sms")]
    assert word(ladder, "beth", 20.0)[1] == []


def test_removing_the_holder_of_a_lease_ends_it() -> None:
    """And nobody is told that he is gone."""
    ladder, _ = begun()
    ladder, _ = answers.taken(ladder, "beth", 60.0)
    ladder, notices = answers.removed(ladder, "beth", 90.0)
    assert ladder.lease is None
    assert notices == []
    assert ladder.person("beth") is None


def test_a_receipt_of_another_incident_proves_nothing_here() -> None:
    """The same rung, the same person, the alarm before this one."""
    ladder, _ = begun()
    assert answers.delivered(ladder, "anna-1/i0/L2/beth/sms/1", 10.0) == (ladder, [])


def test_a_claim_can_be_given_back() -> None:
    """By the operator, or for one who went silent."""
    ladder, _ = begun()
    ladder, _ = answers.claimed(ladder, 30.0)
    assert ladder.claimed
    ladder, _ = answers.released(ladder)
    assert not ladder.claimed


def test_an_operators_word_keeps_it_warm_and_a_claim_does_while_it_is_new() -> None:
    """A line in the log, a claim, one given back: the day counts from the last of them."""
    ladder, _ = begun()
    ladder, _ = answers.claimed(ladder, 30.0)
    ladder, _ = answers.released(ladder)
    assert ladder.cold_from == 30.0 + ladder.timings.cold_s
    ladder, _ = answers.attended(ladder, 90.0)
    assert ladder.cold_from == 90.0 + ladder.timings.cold_s
    over, _ = closed(ladder, 100.0)
    assert answers.attended(over, 110.0) == (over, [])


def test_the_same_word_within_its_rest_is_told_once() -> None:
    """Police told, and then its number; asked about it, the same word is news."""
    ladder, _ = begun()
    ladder, first = answers.police_told(ladder, "beth", 10.0)
    ladder, second = answers.police_told(ladder, "beth", 70.0)
    assert (rows(first), second) == ([("dad", "taken", "sms")], [])
    ladder, _ = advance(ladder, 70.0 + ladder.timings.police_told_s)
    _, third = answers.police_told(ladder, "beth", 80.0 + ladder.timings.police_told_s)
    assert rows(third)[0] == ("dad", "taken", "sms")
