"""The timing table once they are told: proof of delivery, rungs, leases, the cold, late deliveries (rows 11 to 13, 22, 24)."""

from itertools import pairwise
from typing import Any

import pytest

from alerts.contact import Channel
from alerts.gateway import Delivery
from alerts.ladder import Said
from geofence.sighting import Standing
from service.journey.model import Level, Proof
from tests.builders import BETH, Walk, at, minutes, people, timer

L2 = 41.0
"""Minute of L2 in standard: ETA 35, six minutes of grace."""
DAY = 24 * 60.0


def overdue(profile: str = "standard", **changes: Any) -> Walk:
    """Anna's contacts have just been told; `L2` is now."""
    return timer(
        profile, plan_min=30, eta_min={"relaxed": 31.0, "standard": 35.0, "high_risk": 37.0}[profile], **changes
    ).to(L2)


# ── row 11 ──


def test_row_11_tier_one_hears_in_parallel() -> None:
    """Beth and Dad in the same second, Chloe not yet."""
    assert overdue().told() == [(L2, "beth", "overdue", "L2", "sms"), (L2, "dad", "overdue", "L2", "sms")]


def test_row_11_not_delivered_in_a_minute_goes_the_next_way() -> None:
    """No proof: a call after 60 s. With a second sender: that one first, and the call after 120 s."""
    silent = _undelivered(people=(BETH,)).to(L2 + 2.5)
    assert [(r[0], r[4]) for r in silent.told("beth", counted_from=L2)] == [(0, "sms"), (1, "call")]

    second = _undelivered(people=(BETH,), second_sender=True).to(L2 + 2.5)
    assert [(r[0], r[4]) for r in second.told("beth", counted_from=L2)] == [(0, "sms"), (1, "sms"), (2, "call")]
    assert [n.second_sender for n in second.notices if n.to == "beth"] == [False, True, False]


def _undelivered(**changes: Any) -> Walk:
    anna = timer(**changes)
    anna.delivers = False
    return anna.to(L2)


def test_row_11_the_minute_counts_from_the_hand_over() -> None:
    """Nothing handed over: no second way, however long it takes; handed over at 5 min, the call comes at 6."""
    anna = timer(people=(BETH,))
    anna.hands = False
    anna.to(L2 + 5)
    assert len(anna.told("beth")) == 1
    anna.hands, anna.delivers = True, False
    anna.handed(anna.notices[-1].id)
    anna.to(L2 + 6.5)
    assert [r[0] for r in anna.told("beth", counted_from=L2)] == [0, 6]


@pytest.mark.parametrize("state", [Delivery.UNDELIVERED, Delivery.FAILED])
def test_row_11_undelivered_climbs_at_once(state: Delivery) -> None:
    """The carrier says no after ten seconds: the call goes out in that second."""
    anna = _undelivered(people=(BETH,))
    anna.minute = L2 + 0.17
    anna.reported(anna.notices[-1].id, state)
    assert anna.told("beth", counted_from=L2)[1] == (0.17, "beth", "overdue", "L2", "call")


def test_row_11_concern_is_followed_alike() -> None:
    """A concern that nobody proved delivered is rung, too."""
    anna = timer(people=(BETH,))
    anna.delivers = False
    for _ in range(3):
        anna.answers(proof=Proof.WRONG)
    anna.to(1.5)
    assert anna.told() == [(0, "beth", "concern", "L1", "sms"), (1, "beth", "concern", "L1", "call")]


def test_row_11_whoever_prefers_calls_is_called_first_and_texted_next() -> None:
    """Channels in the order Beth chose."""
    caller = people("beth", channels=(Channel.CALL, Channel.SMS))
    anna = _undelivered(people=caller).to(L2 + 2.5)
    assert [(r[0], r[4]) for r in anna.told("beth", counted_from=L2)] == [(0, "call"), (1, "sms"), (2, "call")]


def test_row_11_after_stop_voice_takes_over() -> None:
    """A number that cannot be texted is called, from the first alert on."""
    anna = overdue(people=people("beth", reachable_by_sms=False))
    assert anna.told() == [(L2, "beth", "overdue", "L2", "call")]


def test_row_11_who_takes_no_calls_is_texted_where_others_are_rung() -> None:
    """A deaf contact hears of every rung by text, and of L3 once."""
    anna = overdue(people=people("dad", channels=(Channel.SMS,))).to(L2 + 19)
    assert [(r[0], r[2], r[4]) for r in anna.told(counted_from=L2)] == [
        (0, "overdue", "sms"),
        (3, "overdue", "sms"),
        (8, "nobody", "sms"),
        (18, "overdue", "sms"),
    ]


# ── row 12 ──


@pytest.mark.parametrize("profile", ["relaxed", "standard", "high_risk"])
def test_row_12_nobody_has_it(profile: str) -> None:
    """+3 call the primary, +5 tier 2, +8 all are told and called, +12 operators; the same in every profile."""
    anna = overdue(profile).to(L2 + 12)
    texts = [
        ("beth", "nobody", "NOBODY", "sms"),
        ("dad", "nobody", "NOBODY", "sms"),
        ("chloe", "nobody", "NOBODY", "sms"),
    ]
    calls = [(who, "overdue", "L3", "call") for who in ("beth", "dad", "chloe")]
    assert [r for r in anna.told(counted_from=L2) if r[0] > 0] == [
        (3, "dad", "overdue", "L2+3", "call"),
        (5, "chloe", "overdue", "L2+5", "sms"),
        *((8, *t) for t in texts),
        *((8, *c) for c in calls),
    ]
    assert anna.incident.level is Level.OPERATOR


def test_row_12_rounds_every_ten_minutes_six_times_and_then_every_thirty_for_a_day() -> None:
    """From L3: +10 … +60, then every 30 min, until a day has passed without a word."""
    anna = overdue().to(L2 + DAY + 1)
    rounds = minutes([r for r in anna.told("beth", counted_from=L2) if "R" in r[3] and r[2] == "overdue"])
    assert rounds[:8] == [18, 28, 38, 48, 58, 68, 98, 128]
    assert rounds[-1] == pytest.approx(DAY - 22)
    assert {b - a for a, b in pairwise(rounds[6:])} == {30.0}


def test_row_12_rounds_go_only_to_those_from_whom_nothing_was_heard() -> None:
    """Dad answered "ok" once: he is not rung in the rounds; at L3 all are, nobody has it."""
    anna = overdue().to(L2 + 1)
    anna.says("dad", Said.SEEN)
    anna.to(L2 + 30)
    assert [r[3] for r in anna.told("dad") if r[4] == "call"] == ["L2+3", "L3"]
    assert [r[3] for r in anna.told("beth") if r[4] == "call"] == ["L3", "R1", "R2"]


def test_row_12_who_cannot_is_left_in_peace() -> None:
    """Beth cannot: no call at L3, no rounds; she hears that nobody has it, and the end."""
    anna = overdue().to(L2 + 1)
    anna.says("beth", Said.CANT)
    anna.to(L2 + 30)
    assert anna.kinds("beth", since=L2 + 0.5) == ["nobody"]


def test_row_12_tier_two_hears_at_once_when_tier_one_cannot() -> None:
    """Beth and Dad both said no after a minute: Chloe hears then and not at five."""
    anna = overdue().to(L2 + 1)
    anna.says("beth", Said.CANT)
    anna.says("dad", Said.CANT)
    anna.to(L2 + 6)
    assert minutes(anna.told("chloe", counted_from=L2)) == [1]


def test_row_12_tier_two_hears_at_once_when_tier_one_is_unreachable() -> None:
    """Both numbers are wrong, for texts and for calls."""
    anna = _undelivered()
    for notice in [n for n in anna.notices if n.to in ("beth", "dad")]:
        anna.reported(notice.id, Delivery.FAILED, for_good=True)
    for notice in [n for n in anna.notices if n.to in ("beth", "dad") and n.attempt == 2]:
        anna.reported(notice.id, Delivery.FAILED, for_good=True)
    anna.to(L2 + 0.1)
    assert minutes(anna.told("chloe", counted_from=L2)) == [0]


def test_row_12_when_all_have_said_that_they_cannot_all_are_told_that_nobody_has_it() -> None:
    """Once, at the moment of the last no."""
    anna = overdue().to(L2 + 6)
    for who in ("beth", "dad", "chloe"):
        anna.says(who, Said.CANT)
    anna.to(L2 + 30)
    assert [(r[0], r[1]) for r in anna.told(counted_from=L2) if r[2] == "nobody"] == [
        (6, "beth"),
        (6, "dad"),
        (6, "chloe"),
    ]


def test_row_12_nobody_is_said_again_when_a_concern_becomes_overdue() -> None:
    """All said no to the concern: told so; the ETA raises a new ladder, and its own L3 says it again."""
    anna = timer()
    for _ in range(3):
        anna.answers(proof=Proof.WRONG)
    for who in ("beth", "dad"):
        anna.says(who, Said.CANT)
    assert anna.kinds("beth") == ["concern", "nobody"]
    anna.to(L2 + 9)
    assert anna.kinds("beth").count("nobody") == 2


def test_row_12_rounds_rest_while_an_operator_has_it_and_go_on_when_not() -> None:
    """Claimed at +13: no round at +18; given back at +25: the round that is overdue goes out."""
    anna = overdue().to(L2 + 13)
    anna.operator("claimed")
    anna.to(L2 + 25)
    assert not [r for r in anna.told("beth") if r[3] == "R1"]
    anna.operator("released")
    anna.to(L2 + 25.1)
    assert minutes([r for r in anna.told("beth", counted_from=L2) if r[3] == "R1"]) == [25]


def test_row_12_a_concern_has_one_text_each_and_then_the_eta() -> None:
    """No second tier, no call, no round."""
    anna = timer(eta_min=600)
    for _ in range(3):
        anna.answers(proof=Proof.WRONG)
    anna.to(599)
    assert anna.told() == [(0, "beth", "concern", "L1", "sms"), (0, "dad", "concern", "L1", "sms")]


def test_row_12_later_rungs_wait_for_the_first_hand_over() -> None:
    """A provider that takes nothing for 4 min: the primary is called at 7, operators are asked at 12 all the same."""
    anna = timer()
    anna.hands = False
    anna.to(L2 + 4)
    anna.hands = True
    for notice in anna.notices:
        anna.handed(notice.id)
        anna.reported(notice.id)
    anna.to(L2 + 16)
    assert [(r[0], r[3]) for r in anna.told(counted_from=L2) if r[0] > 0][:2] == [(7, "L2+3"), (9, "L2+5")]
    assert anna.incident.ladder is not None
    assert anna.incident.ladder.operators


def test_row_12_a_removed_first_tier_does_not_hold_up_the_second() -> None:
    """Beth and Dad are removed before the provider took their texts: Chloe hears at once."""
    anna = timer()
    anna.hands = False
    anna.to(L2)
    anna.hands = True
    anna.removes("beth")
    anna.removes("dad")
    anna.to(L2 + 0.1)
    assert minutes(anna.told("chloe", counted_from=L2)) == [0]


def test_row_12_with_the_last_contact_gone_the_operators_are_still_asked() -> None:
    """Nobody is left to tell; the incident stays open and climbs."""
    anna = overdue(people=(BETH,))
    anna.removes("beth")
    anna.to(L2 + 13)
    assert anna.incident.level is Level.OPERATOR
    assert anna.kinds("beth") == ["overdue"]


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
    """Claimed and then silence: cold a day after the claim."""
    anna = overdue().to(L2 + 13)
    anna.operator("claimed")
    anna.to(L2 + DAY + 14)
    assert minutes([r for r in anna.told("beth", counted_from=L2) if r[2] == "cold"]) == [DAY + 13]


def test_row_22_a_concern_without_an_eta_to_follow_goes_cold_too() -> None:
    """After a reopening there is no ETA; a concern that nobody answers is texted once a day, to those who know."""
    anna = timer().to(1)
    anna.ends()
    anna.to(2)
    anna.sos(window=False)
    anna.operator("resolved", "spoke_to_her")
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
    anna = _undelivered()
    late = next(n for n in anna.notices if n.to == "beth")
    anna.to(L2 + 0.5)
    anna.ends()
    anna.minute = L2 + 6
    anna.reported(late.id)
    anna.reported(late.id)
    assert anna.told("beth", since=L2 + 6) == [(L2 + 6, "beth", "closed", "END again L2", "sms")]


def test_row_24_within_five_minutes_the_first_all_clear_is_enough() -> None:
    """Delivered 5 min after the end, to the second: nothing more."""
    anna = _undelivered()
    late = next(n for n in anna.notices if n.to == "beth")
    anna.ends()
    anna.minute = L2 + 5
    anna.reported(late.id)
    assert anna.told("beth", since=L2 + 1) == []


def test_row_24_no_old_all_clear_while_a_new_alarm_is_open() -> None:
    """The first alarm's text arrives during the second alarm: an all-clear then would be a lie."""
    anna = _undelivered()
    late = next(n for n in anna.notices if n.to == "beth")
    anna.answers(proof=Proof.PIN)
    anna.to(L2 + 10)
    anna.sos(window=False)
    anna.reported(late.id)
    assert "closed" not in anna.kinds("beth", since=L2 + 1)


def test_row_24_a_question_settled_since_does_not_hide_the_end() -> None:
    """Between the end and the late delivery she was asked about her way: the all-clear still goes out again."""
    anna = _undelivered()
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
