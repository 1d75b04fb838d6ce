"""The timing table once they are told: proof of delivery and the rungs (rows 11 and 12)."""

from itertools import pairwise

import pytest
from msgspec.structs import replace

from alerts.contact import Channel
from alerts.gateway import Delivery
from alerts.ladder import Said
from alerts.notice import Kind
from geofence.sighting import Standing
from service.journey.model import Level, Proof
from tests.builders import BETH, CHLOE, DAD, DAY, L2, at, minutes, overdue, people, timer, undelivered, walk

# ── row 11 ──


def test_row_11_tier_one_hears_in_parallel() -> None:
    """Beth and Dad in the same second, Chloe not yet."""
    assert overdue().told() == [(L2, "beth", "overdue", "L2", "sms"), (L2, "dad", "overdue", "L2", "sms")]


def test_row_11_not_delivered_in_a_minute_goes_the_next_way() -> None:
    """No proof: a call after 60 s. With a second sender: that one first, and the call after 120 s."""
    silent = undelivered(people=(BETH,)).to(L2 + 2.5)
    assert [(r[0], r[4]) for r in silent.told("beth", counted_from=L2)] == [(0, "sms"), (1, "call")]

    second = undelivered(people=(BETH,), second_sender=True).to(L2 + 2.5)
    assert [(r[0], r[4]) for r in second.told("beth", counted_from=L2)] == [(0, "sms"), (1, "sms"), (2, "call")]
    assert [n.second_sender for n in second.notices if n.to == "beth"] == [False, True, False]


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
    anna = undelivered(people=(BETH,))
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
    anna = undelivered(people=caller).to(L2 + 2.5)
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
    anna = undelivered()
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
    """Claimed at +13 and renewed while the page is open: no round at +18; given back at +25: the round that is overdue
    goes out."""
    anna = overdue().to(L2 + 13).attended(L2 + 25)
    assert not [r for r in anna.told("beth") if r[3] == "R1"]
    anna.operator("released")
    anna.to(L2 + 25.1)
    assert minutes([r for r in anna.told("beth", counted_from=L2) if r[3] == "R1"]) == [25]


def test_row_12_an_operator_who_goes_silent_loses_the_claim_after_a_minute() -> None:
    """Claimed at +17.5 and never renewed: the round of +18 goes out at +18.5, and her page is told that it has lapsed."""
    anna = overdue().to(L2 + 17.5)
    assert anna.operator("claimed").at == at(L2 + 18.5)
    anna.to(L2 + 18.4)
    assert not [r for r in anna.told("beth") if r[3] == "R1"]
    anna.to(L2 + 19)
    assert minutes([r for r in anna.told("beth", counted_from=L2) if r[3] == "R1"]) == [18.5]
    assert anna.incident.claimed_by is None
    assert anna.operator("renewed").code == "lapsed"


def test_row_12_a_second_operator_is_told_who_has_it_first() -> None:
    """Olga has it: "held" for Omar, whatever he tries; when she is silent it is his for the asking."""
    anna = overdue().to(L2 + 13)
    anna.operator("claimed")
    for act in ("claimed", "renewed", "released"):
        held = anna.operator(act, by="omar")
        assert (held.ok, held.code, held.at) == (False, "held", at(L2 + 14))
    anna.to(L2 + 14)
    assert anna.operator("claimed", by="omar").code == "claimed"
    assert anna.incident.claimed_by == "omar"


def test_row_12_a_claim_delays_nobodys_first_notice() -> None:
    """Olga has it from the first second: Dad is called at +3, Chloe hears at +5, all are called at +8."""
    claimed, alone = overdue().attended(L2 + 12), overdue().to(L2 + 12)
    assert claimed.told() == alone.told()


def test_row_12_rounds_go_on_with_operators_on_shift_until_one_claims() -> None:
    """At level 4 nobody has it yet: the rounds do not wait for somebody who might."""
    anna = overdue().to(L2 + 12)
    assert anna.incident.level is Level.OPERATOR
    anna.operator("logged", "rang_her", "no answer")
    anna.to(L2 + 39)
    assert [r[3] for r in anna.told("beth") if "R" in r[3]] == ["R1", "R2", "R3"]


# ── row 12: hours ──


def test_row_12_out_of_hours_is_told_after_all_who_are_in_hours() -> None:
    """Five to midnight on a Wednesday: Beth's hours are her office's, so she hears with the second tier."""
    beth = replace(BETH, hours="Mo-Fr 09:00-17:00")
    anna = overdue(people=(beth, DAD, CHLOE)).to(L2 + 5)
    assert anna.told(counted_from=L2) == [
        (0, "dad", "overdue", "L2", "sms"),
        (3, "dad", "overdue", "L2+3", "call"),
        (5, "beth", "overdue", "L2+5", "sms"),
        (5, "chloe", "overdue", "L2+5", "sms"),
    ]


def test_row_12_a_second_tier_in_hours_comes_before_a_first_out_of_hours() -> None:
    """Beth and Dad sleep; Chloe works nights: she is told first, and rung first."""
    asleep = people("beth", "dad", hours="07:00-22:00")
    anna = overdue(people=(*asleep, replace(CHLOE, hours="22:00-06:00"))).to(L2 + 5)
    assert [(r[0], r[1], r[4]) for r in anna.told(counted_from=L2)] == [
        (0, "chloe", "sms"),
        (3, "chloe", "call"),
        (5, "beth", "sms"),
        (5, "dad", "sms"),
    ]


def test_row_12_hours_never_leave_nobody() -> None:
    """With everybody out of hours, and with hours that cannot be read, all goes as if there were none."""
    plain = overdue().to(L2 + 30)
    for hours in ("Mo-Fr 09:00-17:00", "off", "when the shop is open"):
        assert overdue(people=people("beth", "dad", "chloe", hours=hours)).to(L2 + 30).told() == plain.told()


def test_row_12_the_primary_who_is_rung_is_one_in_hours() -> None:
    """Dad, her primary, is out of hours: at +3 Beth is rung. With Beth out of hours as well it is Dad again."""
    dad = replace(DAD, hours="07:00-22:00")
    anna = overdue(people=(BETH, dad)).to(L2 + 4)
    assert [(r[0], r[1]) for r in anna.told(counted_from=L2) if r[4] == "call"] == [(3, "beth")]
    both = overdue(people=(replace(BETH, hours="07:00-22:00"), dad)).to(L2 + 4)
    assert [(r[0], r[1]) for r in both.told(counted_from=L2) if r[4] == "call"] == [(3, "dad")]


def test_row_12_the_hours_are_those_of_the_night_she_is_in() -> None:
    """Read when they are told, on a clock where she is: 23:41 here is 00:41 in Berlin."""
    beth = replace(BETH, hours="00:00-08:00")
    assert minutes(overdue(people=(beth, DAD)).told("beth")) == []
    assert minutes(overdue(people=(beth, DAD), zone="Europe/Berlin").told("beth")) == [L2]


def test_row_12_at_level_three_all_are_called_whatever_their_hours() -> None:
    """And in an SOS from the first second on."""
    listed = (replace(BETH, hours="off"), DAD, CHLOE)
    anna = overdue(people=listed).to(L2 + 8)
    assert {r[1] for r in anna.told(since=L2 + 8) if r[3] == "L3"} == {"beth", "dad", "chloe"}

    cried = timer(people=listed).to(10)
    cried.sos(window=False)
    assert minutes(cried.told("beth")) == [10, 10]


def test_row_12_a_concern_goes_to_those_in_hours_and_wrong_pins_to_the_whole_list() -> None:
    """A concern has one text each, in their order: Dad who is awake at 13, Beth at 18, though Dad is on it by then; Chloe
    of the second tier hears nothing. Three wrong PINs are told to all of the SOS list at once."""
    listed = (replace(BETH, hours="07:00-22:00"), DAD, CHLOE)
    anna = walk(eta_min=90, people=listed).streaming(9.5).fix(Standing.VEHICLE, minute=10).to(14)
    anna.says("dad", Said.TAKEN)
    anna.to(30)
    assert [r[:4] for r in anna.told() if r[2] == "concern"] == [
        (13, "dad", "concern", "L1"),
        (18, "beth", "concern", "L1+5"),
    ]

    guessed = timer(people=listed)
    for _ in range(3):
        guessed.answers(proof=Proof.WRONG)
    assert [(r[1], r[2]) for r in guessed.told()] == [("beth", "concern"), ("dad", "concern")]


def test_row_12_a_second_tier_in_hours_keeps_no_concern_from_the_first() -> None:
    """Only Chloe is awake, and hears first; Beth and Dad hear five minutes later, or at once when she cannot."""
    asleep = people("beth", "dad", hours="07:00-22:00")
    anna = walk(eta_min=90, people=(*asleep, CHLOE)).streaming(9.5).fix(Standing.VEHICLE, minute=10).to(14)
    assert anna.heard_of(Kind.CONCERN) == {"chloe"}
    anna.says("chloe", Said.CANT)
    assert anna.heard_of(Kind.CONCERN) == {"chloe", "beth", "dad"}
    anna.to(30)
    assert anna.kinds("beth") == ["concern"]


def test_row_12_who_is_told_of_the_delay_beside_an_sos_is_told_in_hours_too() -> None:
    """Nobody is on the SOS list: overdue at 41, Dad who is awake hears at once, Beth with the second tier."""
    unlisted = (replace(BETH, on_sos_list=False, hours="07:00-22:00"), replace(DAD, on_sos_list=False))
    anna = timer(people=unlisted).to(10)
    anna.sos(window=False)
    anna.to(50)
    assert [(r[0], r[1]) for r in anna.told() if r[4] == "sms"][:2] == [(41, "dad"), (46, "beth")]


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
    levels = [anna.to(L2 + minute).incident.level for minute in (11.9, 12)]
    assert [(r[0], r[3]) for r in anna.told(counted_from=L2) if r[0] > 0][:2] == [(7, "L2+3"), (9, "L2+5")]
    assert levels == [Level.OVERDUE, Level.OPERATOR]


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
