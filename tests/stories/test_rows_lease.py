"""The timing table once somebody answers, or nobody: leases, the cold, late deliveries (rows 13, 22, 24)."""

import pytest

from alerts.ladder import Said
from geofence.sighting import Standing
from service.journey.events import PoliceTold
from service.journey.model import Level, Police, Proof
from tests.builders import DAY, L2, at, minutes, overdue, timer, undelivered

# ── row 13 ──


@pytest.mark.parametrize(("profile", "lease_min"), [("relaxed", 10), ("standard", 10), ("high_risk", 5)])
def test_row_13_a_lease_stops_calls_and_ends_with_a_question(profile: str, lease_min: float) -> None:
    """Beth takes it at +1: no call to Dad, Chloe gets her text at +5; at its end "any news?", 3 min later everything."""
    anna = overdue(profile).to(L2 + 1)
    answer = anna.says("beth", Said.TAKEN)
    assert answer.at == at(L2 + 1 + lease_min)
    end = 1 + lease_min
    anna.to(L2 + end + 4)
    rows = [r for r in anna.told(counted_from=L2) if r[0] > 0]
    assert rows[:3] == [
        (1, "dad", "taken", f"TAKEN@{at(L2 + 1):.0f}", "sms"),
        (5, "chloe", "overdue", "L2+5", "sms"),
        (end, "beth", "any_news", f"NEWS@{at(L2 + end):.0f}", "sms"),
    ]
    due = [r for r in rows[3:] if r[0] == end + 3]
    calls = ["L3"] * 3 if end + 3 >= 8 else []
    assert [r[3] for r in due if r[4] == "call"] == calls


def test_row_13_without_the_code_it_is_five_minutes_and_the_code_makes_it_whole() -> None:
    """ "GOT IT" at +1 until +6; "42" at +2 until +11, and it still is the first lease."""
    anna = overdue().to(L2 + 1)
    assert anna.says("beth", Said.TAKEN, with_code=False).at == at(L2 + 6)
    anna.to(L2 + 2)
    assert anna.says("beth", Said.TAKEN).at == at(L2 + 11)
    beth = anna.incident.ladder.person("beth") if anna.incident.ladder else None
    assert beth is not None
    assert beth.leases == 1


def test_row_13_pressing_twice_is_one_lease() -> None:
    """A second tap renews nothing and uses nothing up."""
    anna = overdue().to(L2 + 1)
    anna.says("beth", Said.TAKEN)
    anna.to(L2 + 6)
    assert anna.says("beth", Said.TAKEN).at == at(L2 + 11)
    beth = anna.incident.ladder.person("beth") if anna.incident.ladder else None
    assert beth is not None
    assert beth.leases == 1


def test_row_13_the_same_person_gets_two_leases_without_news() -> None:
    """Taken at +1, again when asked at +11, a third time at +21: only seen, and at +24 all are called."""
    anna = overdue().to(L2 + 1)
    anna.says("beth", Said.TAKEN)
    anna.to(L2 + 11.5)
    assert anna.says("beth", Said.TAKEN).code == "taken"
    anna.to(L2 + 22)
    assert anna.says("beth", Said.TAKEN).code == "seen"
    anna.to(L2 + 25)
    assert minutes([r for r in anna.told("dad", counted_from=L2) if r[3] == "L3"]) == [24.5]


def test_row_13_news_gives_a_fresh_lease() -> None:
    """ "I have spoken to her" each time: nobody else is ever called, and nothing closes."""
    anna = overdue().to(L2 + 1)
    for minute in (1, 10, 20, 30, 40):
        anna.to(L2 + minute)
        anna.says("beth", Said.SPOKEN)
    assert not [r for r in anna.told("dad", "chloe") if r[4] == "call"]
    assert anna.incident.is_open


@pytest.mark.parametrize(("said", "rests"), [(Said.WITH_HER, 30), (Said.POLICE, 60)])
def test_row_13_with_her_and_police_told_rest_the_calls_and_are_asked_again(said: Said, rests: float) -> None:
    """30 and 60 min without calls; Chloe's first text is not delayed; then "any news?", then everything."""
    anna = overdue().to(L2 + 1)
    anna.says("beth", said)
    anna.to(L2 + rests + 5)
    assert minutes([r for r in anna.told(counted_from=L2) if r[4] == "call"])[:1] == [rests + 4]
    assert minutes(anna.told("chloe", counted_from=L2))[0] == 5
    assert [r[0] for r in anna.told("beth", counted_from=L2) if r[2] == "any_news"] == [rests + 1]


def test_row_13_a_pause_is_not_cut_short_by_a_lease() -> None:
    """Beth has told the police at +1; Dad takes it at +2: still nobody is called before +61."""
    anna = overdue().to(L2 + 1)
    anna.says("beth", Said.POLICE)
    anna.to(L2 + 2)
    anna.says("dad", Said.TAKEN)
    anna.to(L2 + 60)
    assert not [r for r in anna.told() if r[4] == "call"]


@pytest.mark.parametrize(("said", "waits"), [(Said.WITH_HER, False), (Said.POLICE, False), (Said.TAKEN, True)])
def test_row_13_unconfirmed_words_keep_no_operator_from_it(said: Said, waits: bool) -> None:
    """ "She is with me" rests the calls; operators are asked at +12 all the same, however often it is said: it may be he
    who hurts her. Whoever is on it is waited for."""
    anna = overdue().to(L2 + 1)
    anna.says("beth", said)
    anna.to(L2 + 11)
    anna.says("beth", said)
    anna.to(L2 + 12)
    assert (anna.incident.level is Level.OPERATOR) is not waits
    assert "call" not in [r[4] for r in anna.told(since=L2)]


def test_row_13_giving_it_back_sends_what_is_overdue_at_once() -> None:
    """Beth took it at +1 and cannot after all at +9: L3 goes out in that minute."""
    anna = overdue().to(L2 + 1)
    anna.says("beth", Said.TAKEN)
    anna.to(L2 + 9)
    anna.says("beth", Said.CANT)
    anna.to(L2 + 9.1)
    assert minutes([r for r in anna.told("dad", counted_from=L2) if r[3] == "L3"]) == [9]


def test_row_13_a_rise_goes_through_a_lease() -> None:
    """Beth has the concern; at L2 all tier 1 is told anew, and nobody has it."""
    anna = timer()
    for _ in range(3):
        anna.answers(proof=Proof.WRONG)
    anna.to(L2 - 1)
    anna.says("beth", Said.TAKEN)
    anna.to(L2 + 3)
    assert anna.kinds("dad", since=L2) == ["overdue", "overdue"]


def test_row_13_she_is_asked_when_we_come_late_to_the_end_of_a_lease() -> None:
    """We look 20 min after the lease ended: Beth gets her three minutes from now."""
    anna = overdue().to(L2 + 6)
    anna.says("beth", Said.TAKEN)
    anna.jump(L2 + 36)
    assert anna.kinds("beth", since=L2 + 36) == ["any_news"]
    anna.to(L2 + 39)
    assert "L3" in [r[3] for r in anna.told("dad", since=L2 + 39)]


@pytest.mark.parametrize("profile", ["standard", "high_risk"])
def test_row_13_without_the_code_it_is_five_minutes_in_every_profile(profile: str) -> None:
    """ "GOT IT" by text; the question comes at its end, and three minutes later the calls, to the second."""
    anna = overdue(profile).to(L2 + 4)
    assert anna.says("beth", Said.TAKEN, with_code=False).at == at(L2 + 9)
    anna.to(L2 + 11.99)
    assert [r[0] for r in anna.told("beth", counted_from=L2) if r[2] == "any_news"] == [9]
    assert [r[1] for r in anna.told(since=L2 + 4) if r[4] == "call"] == []
    anna.to(L2 + 12)
    assert {r[1] for r in anna.told(since=L2 + 12) if r[4] == "call"} == {"beth", "dad", "chloe"}


def test_row_13_the_calls_that_are_overdue_ring_each_person_once() -> None:
    """Two leases and silence: at +24 level 3 and the first round are both overdue, and everybody is rung once; the next
    round is ten minutes later."""
    anna = overdue().to(L2 + 1)
    anna.says("beth", Said.TAKEN)
    anna.to(L2 + 11)
    anna.says("beth", Said.TAKEN)
    anna.to(L2 + 35)
    assert minutes([r for r in anna.told("chloe", counted_from=L2) if r[4] == "call"]) == [24, 34]


@pytest.mark.parametrize(("said", "rests"), [(Said.WITH_HER, 30), (Said.POLICE, 60)])
def test_row_13_asked_again_the_same_word_rests_the_calls_again(said: Said, rests: float) -> None:
    """As often as there is news; the others hear it each time we had to ask, and nothing ever closes."""
    anna = overdue().to(L2 + 6)
    for nth in range(3):
        anna.says("beth", said)
        anna.to(L2 + 6 + (nth + 1) * (rests + 1))
    assert [r for r in anna.told(since=L2 + 6) if r[4] == "call"] == []
    assert anna.kinds("dad").count("taken") == 3
    assert anna.incident.is_open


def test_row_13_police_told_is_told_to_all_and_once() -> None:
    """Beth is on it, then has told the police, then sends the number after it: Dad hears the first two, which say
    different things; the number is kept where everybody can read it."""
    anna = overdue().to(L2 + 1)
    anna.says("beth", Said.TAKEN)
    anna.to(L2 + 2)
    anna.says("beth", Said.POLICE)
    anna.to(L2 + 3)
    anna.says("beth", Said.POLICE, number="3107")
    assert minutes([r for r in anna.told("dad", counted_from=L2) if r[2] == "taken"]) == [1, 2]
    assert anna.incident.police == Police(at(L2 + 3), "beth", "3107")
    assert [(e.by, e.number) for e in anna.events if isinstance(e, PoliceTold)] == [("beth", ""), ("beth", "3107")]


@pytest.mark.parametrize("said", [Said.WITH_HER, Said.POLICE])
def test_row_13_in_an_sos_and_a_duress_no_word_pauses_anything(said: Said) -> None:
    """Beth says it after half a minute: Dad is rung at 1, 2, 3, 5 and 10, and hears what she said."""
    for forced in (False, True):
        anna = timer().to(10)
        if forced:
            anna.ends(Proof.DURESS)
        else:
            anna.sos(window=False)
        anna.to(10.5)
        anna.says("beth", said)
        anna.to(20.5)
        assert minutes([r for r in anna.told("dad", counted_from=10) if r[4] == "call"]) == [0, 1, 2, 3, 5, 10]
        assert minutes([r for r in anna.told("beth", counted_from=10) if r[4] == "call"]) == [0]
        assert anna.kinds("dad").count("taken") == 1


# ── rows 22 and 24 ──


def test_row_22_a_day_without_a_word_is_cold_and_texts_once_a_day() -> None:
    """At +24 h, +48 h and +72 h one text each; the incident stays open, and no all-clear is ever sent."""
    anna = overdue().to(L2 + 3 * DAY + 1)
    cold = [r for r in anna.told("chloe", counted_from=L2) if r[2] == "cold"]
    assert [(r[0], r[4]) for r in cold] == [(DAY, "sms"), (2 * DAY, "sms"), (3 * DAY, "sms")]
    assert anna.incident.is_open
    assert not {"closed", "arrived"} & set(anna.kinds("beth", "dad", "chloe"))


def test_row_22_the_day_counts_from_the_last_word() -> None:
    """Beth said something after ten hours: cold a day after that; Dad, who has not answered, is rung until then."""
    anna = overdue().to(L2 + 600)
    anna.says("beth", Said.SEEN)
    anna.to(L2 + DAY + 601)
    assert minutes([r for r in anna.told("beth", counted_from=L2) if r[2] == "cold"]) == [DAY + 600]
    assert minutes([r for r in anna.told("dad", counted_from=L2) if r[4] == "call"])[-1] > DAY + 500


def test_row_22_an_operator_who_forgets_it_does_not_keep_it_warm() -> None:
    """Claimed, and then a page that stays open with nobody before it: cold a day after the claim. A line in the log is a
    word, and so is a claim that lapsed."""
    anna = overdue().to(L2 + 13).attended(L2 + DAY + 14)
    assert minutes([r for r in anna.told("beth", counted_from=L2) if r[2] == "cold"]) == [DAY + 13]

    noted = overdue().to(L2 + 13)
    noted.operator("claimed")
    noted.to(L2 + 600)
    noted.operator("logged", "nothing_heard", "")
    noted.to(L2 + DAY + 601)
    assert minutes([r for r in noted.told("beth", counted_from=L2) if r[2] == "cold"]) == [DAY + 600]


def test_row_22_a_concern_without_an_eta_to_follow_goes_cold_too() -> None:
    """After a reopening there is no ETA; a concern that nobody answers is texted once a day, to those who know."""
    anna = timer().to(1)
    anna.ends()
    anna.to(2)
    anna.sos(window=False)
    anna.operator("resolved", "spoke_to_her", word_spoken=True)
    anna.to(3)
    anna.sos()
    for _ in range(3):
        anna.answers(proof=Proof.WRONG)
    assert anna.incident.level is Level.CONCERN
    anna.minute = 3.05
    anna.cancels_sos()
    anna.to(3 + DAY + 1)
    assert [r[1] for r in anna.told(since=100) if r[2] == "cold"] == ["beth", "dad"]


def test_row_24_an_alarm_that_arrives_after_the_end_is_followed_by_the_end() -> None:
    """Beth's phone was off: L2 reaches her 6 min after her PIN closed it, and the all-clear goes out again, once."""
    anna = undelivered()
    late = next(n for n in anna.notices if n.to == "beth")
    anna.to(L2 + 0.5)
    anna.ends()
    anna.minute = L2 + 6
    anna.reported(late.id)
    anna.reported(late.id)
    assert anna.told("beth", since=L2 + 6) == [(L2 + 6, "beth", "closed", "END again L2", "sms")]


def test_row_24_within_five_minutes_the_first_all_clear_is_enough() -> None:
    """Delivered 5 min after the end, to the second: nothing more."""
    anna = undelivered()
    late = next(n for n in anna.notices if n.to == "beth")
    anna.ends()
    anna.minute = L2 + 5
    anna.reported(late.id)
    assert anna.told("beth", since=L2 + 1) == []


def test_row_24_no_old_all_clear_while_a_new_alarm_is_open() -> None:
    """The first alarm's text arrives during the second alarm: an all-clear then would be a lie."""
    anna = undelivered()
    late = next(n for n in anna.notices if n.to == "beth")
    anna.answers(proof=Proof.PIN)
    anna.to(L2 + 10)
    anna.sos(window=False)
    anna.reported(late.id)
    assert "closed" not in anna.kinds("beth", since=L2 + 1)


def test_row_24_a_question_settled_since_does_not_hide_the_end() -> None:
    """Between the end and the late delivery she was asked about her way: the all-clear still goes out again."""
    anna = undelivered()
    late = next(n for n in anna.notices if n.to == "beth")
    anna.answers(proof=Proof.PIN)
    anna.fix(Standing.STALLED, minute=L2 + 2)
    anna.answers()
    anna.to(L2 + 6)
    anna.reported(late.id)
    assert [r[3] for r in anna.told("beth", since=L2 + 6)] == ["END again L2"]


def test_row_24_questions_live_two_minutes_and_alerts_five() -> None:
    """What the dispatcher may still send."""
    anna = overdue()
    valid = {n.kind.value: n.valid_s for n in anna.notices}
    assert valid == {"due": 120, "overdue": 300}
