"""The timing table by the clock: the ETA, due, overdue, arrival, extensions (rows 8 to 10a, 17 to 19)."""

from typing import Any

import pytest

from geofence.sighting import Standing
from service.journey.events import BecameDue, Nudged
from service.journey.model import CloseReason, JourneyState, Proof
from service.journey.profiles import PROFILES
from tests.builders import Walk, at, minutes, timer, walk


@pytest.mark.parametrize(("plan_min", "margin_min"), [(5, 3), (20, 3), (30, 4.5), (120, 18)])
@pytest.mark.parametrize("profile", PROFILES)
def test_row_08_the_eta_is_the_plan_and_a_margin(profile: str, plan_min: float, margin_min: float) -> None:
    """At least 3 min, else 15 % of the plan."""
    assert PROFILES[profile].margin_s(plan_min * 60) == pytest.approx(margin_min * 60)


@pytest.mark.parametrize(("plan_min", "before_min"), [(10, 2), (30, 3), (180, 10)])
def test_row_08_she_is_nudged_before_it(plan_min: float, before_min: float) -> None:
    """2 min before at least, a tenth of the plan, 10 min at most; once for each ETA."""
    anna = timer(plan_min=plan_min, eta_min=60).to(59.9)
    nudges = [e for e in anna.events if isinstance(e, Nudged)]
    assert [(e.at, e.eta_at) for e in nudges] == [(at(60 - before_min), at(60))]
    assert anna.rows == []


@pytest.mark.parametrize(("profile", "grace_min"), [("relaxed", 10), ("standard", 6), ("high_risk", 4)])
def test_row_09_due_asks_her_by_text_and_two_calls(profile: str, grace_min: float) -> None:
    """After the push: a text at a quarter of the grace, calls at half and three quarters, and nobody else hears."""
    anna = timer(profile).to(35 + grace_min - 0.01)
    assert [(m, kind, channel) for m, _, kind, _, channel in anna.told("her", counted_from=35)] == [
        (round(grace_min * 0.25, 2), "due", "sms"),
        (round(grace_min * 0.50, 2), "due", "call"),
        (round(grace_min * 0.75, 2), "due", "call"),
    ]
    assert [(e.at, e.overdue_at) for e in anna.events if isinstance(e, BecameDue)] == [(at(35), at(35 + grace_min))]
    assert anna.told() == []


def test_row_09_a_call_she_takes_holds_them_a_minute_and_only_once() -> None:
    """Picked up at 40:30: they hear at 41:30 instead of 41:00; picked up again it holds nothing."""
    anna = timer().to(40.5)
    anna.picks_up()
    anna.to(41.2)
    anna.picks_up()
    anna.to(43)
    assert minutes(anna.told("beth")) == [41.5]


def test_row_09_a_call_taken_early_holds_nothing() -> None:
    """The minute is over before the grace is."""
    anna = timer().to(38)
    anna.picks_up()
    anna.to(42)
    assert minutes(anna.told("beth")) == [41]


def test_row_09_a_call_taken_early_leaves_the_next_its_minute() -> None:
    """She hangs up on the first and takes the second at 40:45: they hear at 41:45."""
    anna = timer().to(38)
    anna.picks_up()
    anna.to(40.75)
    anna.picks_up()
    anna.to(43)
    assert minutes(anna.told("beth")) == [41.75]


@pytest.mark.parametrize(
    ("profile", "graces"),
    [
        ("relaxed", {10: 10, 60: 18, 240: 45}),
        ("standard", {10: 5, 60: 12, 240: 30}),
        ("high_risk", {10: 4, 60: 4, 240: 4}),
    ],
)
def test_row_10_the_grace_is_a_share_of_the_plan_as_armed(profile: str, graces: dict[int, int]) -> None:
    """A fifth of the plan, 5 to 30 min; relaxed 30 %, 10 to 45; high-risk 4 min whatever the plan."""
    for plan_min, grace_min in graces.items():
        anna = timer(profile, plan_min, plan_min + 5).to(plan_min + 5 + grace_min)
        assert anna.told() == [
            (plan_min + 5 + grace_min, "beth", "overdue", "L2", "sms"),
            (plan_min + 5 + grace_min, "dad", "overdue", "L2", "sms"),
        ]


def test_row_10_an_extension_leaves_the_grace_as_it_was_armed() -> None:
    """Half an hour planned is 6 min of grace, wherever the ETA has gone."""
    anna = timer().to(30)
    anna.extends(15)
    anna.to(60)
    assert minutes(anna.told("beth"))[0] == 56


@pytest.mark.parametrize(
    ("profile", "to_go_m", "slid_to"),
    [
        ("standard", 468, 41),
        ("standard", 1092, 49),
        ("standard", 1248, None),
        ("relaxed", 1092, 49),
        ("high_risk", 78, None),
    ],
)
def test_row_10a_the_eta_slides_once_to_where_her_own_pace_brings_her(
    profile: str, to_go_m: float, slid_to: float | None
) -> None:
    """Live, on the route, moving: to her own-pace estimate, at most half the plan later; in high-risk never."""
    anna = walk(profile).streaming(35, to_go_m=to_go_m)
    anna.to(35.1)
    assert anna.journey.eta_at == at(35 if slid_to is None else slid_to)
    assert (anna.journey.due is None) is (slid_to is not None)
    if slid_to is not None:
        anna.streaming(slid_to + 0.5, to_go_m=to_go_m)
        assert anna.journey.due is not None
        assert anna.journey.moved_s == 0


def test_row_10a_twenty_minutes_is_the_most_and_thirty_in_relaxed() -> None:
    """A plan of an hour: half of it is more than the cap of standard."""
    for profile, slides in (("standard", False), ("relaxed", True)):
        anna = walk(profile, 60, 65).streaming(65, to_go_m=25 * 60 * 1.3).to(65)
        assert (anna.journey.due is None) is slides


@pytest.mark.parametrize(
    "last",
    [
        {"standing": Standing.STALLED},
        {"standing": Standing.OFF_ROUTE},
        {"speed_mps": 0.0},
        {"pace_mps": None},
        {"to_go_m": None},
    ],
)
def test_row_10a_nothing_slides_for_somebody_who_does_not_come_nearer(last: dict[str, Any]) -> None:
    """Stalled, off the route, standing still, no pace, no distance: she is due."""
    anna = walk().streaming(34.5)
    changes = {k: v for k, v in last.items() if k != "standing"}
    standing = last.get("standing", Standing.ON_ROUTE)
    assert isinstance(standing, Standing)
    anna.fix(standing, minute=34.9, **changes).to(35)
    assert anna.journey.due is not None


def test_row_10a_a_fix_of_half_a_minute_ago_is_too_old() -> None:
    """Seen at 34:29, ETA at 35:00: due."""
    anna = walk().streaming(34).fix(minute=34.48).to(35)
    assert anna.journey.due is not None


def home(profile: str = "standard", **changes: Any) -> Walk:
    """Anna reaches home at minute 20."""
    return walk(profile, **changes).streaming(19.5).inside(20)


def test_row_17_the_first_fresh_fix_three_minutes_after_arrival_closes() -> None:
    """Evidence at 20, still inside at 22:59 and 23:00: closed at 23:00, and those who asked hear that she is home."""
    anna = home(tell=("beth",))
    assert anna.state() is JourneyState.ARRIVED_PENDING
    anna.inside(22.98)
    assert anna.state() is JourneyState.ARRIVED_PENDING
    anna.inside(23)
    assert anna.journey.closed is not None
    assert anna.journey.closed.reason is CloseReason.ARRIVED
    assert [r[2] for r in anna.told()] == ["started", "arrived"]


@pytest.mark.parametrize("profile", PROFILES)
def test_row_17_the_clock_never_closes(profile: str) -> None:
    """Her phone dies in the hall: she is due at the ETA, and they are told that her phone reached home."""
    anna = home(profile).beat(21, expected="screen_locked").to(60)
    assert anna.journey.due is not None
    assert anna.journey.closed is None
    assert anna.kinds("beth")[0] == "phone_home"


def test_row_17_going_out_again_is_being_on_the_way() -> None:
    """Inside at 20, outside at 21: active; arriving again begins the three minutes anew."""
    anna = home().fix(minute=21)
    assert anna.state() is JourneyState.ACTIVE
    anna.inside(22).inside(24.9)
    assert anna.journey.closed is None
    anna.inside(25)
    assert anna.journey.closed is not None


@pytest.mark.parametrize("bad", [{"accuracy_m": 150.0}, {"accuracy_m": None}, {"fresh": False}, {"set_aside": "mock"}])
def test_row_17_only_a_good_fresh_fix_closes(bad: dict[str, Any]) -> None:
    """Vague, late or made-up fixes close nothing; the next good one does."""
    anna = home().inside(21).inside(22).inside(23.5, **bad)
    assert anna.journey.closed is None
    anna.inside(24)
    assert anna.journey.closed is not None


def test_row_17_a_fix_closes_what_is_due_but_nothing_that_others_know_of() -> None:
    """Due at 35, home at 36: closed at 39. Home only after L2: they hear so, and the ladder goes on."""
    late = timer().to(35).inside(36).inside(37).inside(39)
    assert late.journey.closed is not None
    assert late.told() == late.told("nobody")

    later = timer().to(42)
    later.inside(43).inside(44).inside(47).to(60)
    assert later.journey.closed is None
    assert later.told("beth")[1][:3] == (43, "beth", "phone_home")
    assert "nobody" in later.kinds("chloe")


def test_row_17_with_doorstep_confirm_she_is_due_three_minutes_after_arrival() -> None:
    """Arrived at 20: due at 23, grace 5: told at 28 that her phone is home. No fix closes; her tap does, before."""
    anna = home(doorstep=True)
    anna.streaming(30, Standing.UNKNOWN, inside=True)
    assert anna.told()[0][:3] == (28, "beth", "phone_home")
    assert anna.journey.closed is None

    tapped = home(doorstep=True).inside(21)
    assert tapped.ends(Proof.NONE).code == "closed"


def is_due(anna: Walk) -> bool:
    """At the ETA, or at her door."""
    return anna.journey.due is not None


def at_her_door(**changes: Any) -> Walk:
    """Doorstep confirm: home at 20, asked at 23, and it is 24."""
    anna = home(doorstep=True, **changes).streaming(24, Standing.UNKNOWN, inside=True)
    assert anna.journey.due is not None
    return anna


def test_row_17_ok_and_her_pin_at_her_door_is_what_was_asked_for() -> None:
    """She is home: closed as arrived, those who asked hear it, and nobody asks again."""
    anna = at_her_door(tell=("beth",))
    assert anna.answers().code == "pin_needed"
    assert anna.answers(proof=Proof.PIN).code == "closed"
    assert anna.journey.closed is not None
    assert anna.journey.closed.reason is CloseReason.ARRIVED
    anna.to(120)
    assert anna.kinds() == ["started", "arrived"]


def test_row_17_ok_and_her_pin_at_her_door_ends_an_alarm_and_the_journey() -> None:
    """They were told at 28 that her phone is home; her word closes both, and no clock wakes her later."""
    anna = at_her_door().streaming(29, Standing.UNKNOWN, inside=True)
    assert anna.kinds("beth") == ["phone_home"]
    assert anna.answers(proof=Proof.PIN).code == "closed"
    anna.to(180)
    assert anna.kinds("beth") == ["phone_home", "closed"]


def test_row_17_more_time_at_her_door_is_not_asked_about_again_before_the_eta() -> None:
    """MORE 10 with her PIN at 24: due at the ETA, with the grace of the plan."""
    anna = at_her_door()
    assert anna.extends(10, Proof.PIN).at == at(45)
    anna.streaming(44.5, Standing.UNKNOWN, inside=True)
    assert not is_due(anna)
    anna.to(45)
    assert anna.journey.due is not None
    assert anna.journey.due.overdue_at == at(51)


def test_row_17_stepping_out_again_is_no_answer_to_the_door() -> None:
    """Asked at 23, out of the house at 24:30 without a word: told at 28, and truly: her phone reached home at 20."""
    anna = at_her_door().streaming(30)
    assert anna.state() is JourneyState.ACTIVE
    assert [r[:3] for r in anna.told()] == [(28, "beth", "phone_home"), (28, "dad", "phone_home")]
    assert anna.journey.due is not None
    assert anna.journey.due.door_at == at(20)


def test_row_17_out_again_with_her_word_she_is_on_her_way() -> None:
    """OK and her PIN from the street: the ETA stands as it was, and her door asks anew when she comes back."""
    anna = at_her_door().fix(minute=24.5)
    answer = anna.answers(proof=Proof.PIN)
    assert (answer.code, answer.at) == ("done", at(35))
    assert not is_due(anna)
    anna.streaming(27).inside(27.5)
    anna.streaming(30.5, Standing.UNKNOWN, inside=True)
    assert anna.journey.due is not None
    assert anna.journey.due.since == at(30.5)
    assert anna.told() == []


def test_row_17_i_am_home_is_a_tap_only_where_the_phone_shows_it_now() -> None:
    """A fresh good fix inside: a tap. Anywhere else, with an old or vague fix, or once due: the PIN."""
    assert home().ends(Proof.NONE).code == "closed"
    assert home().to(22).ends(Proof.NONE).code == "pin_needed"
    assert home().inside(20.5, accuracy_m=180.0).ends(Proof.NONE).code == "pin_needed"
    assert walk().streaming(5).ends(Proof.NONE).code == "pin_needed"
    assert walk(eta_min=19).streaming(18).inside(20).ends(Proof.NONE).code == "pin_needed"


@pytest.mark.parametrize(("plan_min", "free"), [(5, 15), (30, 30), (240, 60)])
def test_row_18_without_a_pin_the_eta_moves_so_far_in_all(plan_min: float, free: float) -> None:
    """min(60, max(15, plan)) min, in any number of steps; one minute more takes the PIN."""
    anna = timer(plan_min=plan_min, eta_min=300)
    assert anna.extends(free - 5).code == "eta_moved"
    assert anna.extends(6).code == "pin_needed"
    assert anna.extends(5).at == at(300 + free)
    assert anna.extends(1).code == "pin_needed"
    assert anna.extends(90, Proof.PIN).at == at(300 + free + 90)


def test_row_18_once_due_every_extension_takes_the_pin() -> None:
    """MORE 15 at 36 for an ETA of 35: refused without, 23:51 with it, and due is over."""
    anna = timer().to(36)
    assert anna.extends(15).code == "pin_needed"
    assert anna.extends(15, Proof.PIN).at == at(51)
    assert anna.journey.due is None
    anna.to(56.9)
    assert anna.told() == []


def test_row_18_ok_after_the_eta_always_sets_a_new_one() -> None:
    """Her own pace says 20 min more: 23:56; without a pace at least ten."""
    anna = timer().to(36)
    assert anna.answers(proof=Proof.PIN).at == at(46)
    paced = walk().streaming(34.5).fix(Standing.STALLED, minute=34.9, to_go_m=1560).to(36)
    assert paced.answers(proof=Proof.PIN).at == at(56)


def test_row_18_the_third_extension_is_texted_to_the_primary() -> None:
    """Dad hears of the third, once; nobody hears of the others."""
    anna = timer()
    for _ in range(4):
        anna.extends(5)
    assert anna.told() == [(0, "dad", "extended", "EXTENDED", "sms")]


@pytest.mark.parametrize(("minutes", "until"), [(0.0, 50), (10.0, 45)])
def test_row_18_stopping_here_once_due_is_a_pause_and_then_her_way(minutes: float, until: float) -> None:
    """Due at 35 with five minutes to go, answered with her PIN: nobody asks why she stands until the pause is over."""
    anna = walk().streaming(34.5).fix(Standing.STALLED, minute=34.9, to_go_m=390).to(35)
    answer = anna.answers("stopping", Proof.PIN, minutes=minutes)
    assert (answer.code, answer.at) == ("eta_moved", at(until + 5))
    assert anna.journey.paused_until == at(until)
    assert anna.journey.extensions == 1


def test_row_18_another_way_once_due_drops_the_route_as_well() -> None:
    """One answer settles it: a new ETA, and nothing asked about the old way."""
    anna = walk().streaming(34.5).fix(Standing.OFF_ROUTE, minute=34.9, to_go_m=390).to(35)
    assert anna.answers("another_way").code == "pin_needed"
    assert anna.answers("another_way", Proof.PIN).at == at(45)
    assert anna.journey.route_dropped
    anna.streaming(44, Standing.OFF_ROUTE)
    assert anna.journey.open_incident is None


def test_row_19_twelve_hours_is_due_and_not_an_end() -> None:
    """An ETA of tomorrow noon is cut to 12 h; reached, she is due, and they hear like at any ETA."""
    anna = timer(eta_min=13 * 60).to(720)
    assert anna.journey.eta_at == at(720)
    assert anna.journey.due is not None
    anna.to(727)
    assert minutes(anna.told("beth")) == [726]


def test_row_19_without_an_eta_she_is_due_after_twelve_hours() -> None:
    """No journey waits for ever."""
    assert timer(eta_min=None).journey.eta_at == at(720)


def test_row_19_an_ok_after_the_cap_still_sets_a_new_eta() -> None:
    """Ten minutes, for as long as she answers with her PIN."""
    anna = timer(eta_min=720).to(721)
    assert anna.answers(proof=Proof.PIN).at == at(731)


@pytest.mark.parametrize("profile", PROFILES)
def test_row_19_links_die_an_hour_after_the_close_and_a_day_after_an_incident(profile: str) -> None:
    """The numbers the doors go by."""
    numbers = PROFILES[profile]
    assert (numbers.link_dies_s, numbers.link_dies_after_incident_s, numbers.reopens_s) == (3600, 86_400, 3600)
