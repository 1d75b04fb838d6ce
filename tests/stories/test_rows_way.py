"""The timing table on her way: her phone, what it sees, what we ask her (rows 1 to 6, 20)."""

import pytest

from geofence.sighting import Standing
from service.journey.fixes import cadence_s
from service.journey.model import Cause, Level, LinkState, Progress, Proof
from tests.builders import at, walk

PROFILES = ("relaxed", "standard", "high_risk")
CAUSES = {
    Standing.OFF_ROUTE: Cause.OFF_ROUTE,
    Standing.AWAY: Cause.AWAY,
    Standing.VEHICLE: Cause.VEHICLE,
    Standing.STALLED: Cause.STALLED,
}


@pytest.mark.parametrize("profile", PROFILES)
def test_row_01_her_phone_is_asked_for_what_the_moment_needs(profile: str) -> None:
    """10 s moving, 60 s still, 60 s on the last tenth of the battery unless it charges, 5 s in an SOS whatever else."""
    anna = walk(profile)
    assert (cadence_s(anna.journey, still=False), cadence_s(anna.journey, still=True)) == (10, 60)

    anna.beat(1, battery_pct=10, still=False)
    assert cadence_s(anna.journey, still=False) == 60
    anna.beat(2, battery_pct=10, charging=True)
    assert cadence_s(anna.journey, still=False) == 10

    anna.beat(3, battery_pct=5, charging=False)
    anna.sos()
    assert cadence_s(anna.journey, still=True) == 5
    anna.to(4)
    assert anna.incident.cause is Cause.SOS
    assert cadence_s(anna.journey, still=True) == 5


def test_row_01_duress_asks_for_every_five_seconds_and_her_screen_does_not_know() -> None:
    """After a duress PIN the real journey wants 5 s."""
    anna = walk()
    anna.answers(proof=Proof.DURESS)
    anna.ends(Proof.DURESS)
    assert cadence_s(anna.journey, still=True) == 5


@pytest.mark.parametrize(("speed_mps", "stale_min", "lost_min"), [(1.3, 1, 3), (0.0, 3, 5)])
def test_row_02_silence_is_measured_in_the_cadence_she_was_asked_for(
    speed_mps: float, stale_min: float, lost_min: float
) -> None:
    """Walking (10 s): stale after 60 s, lost after 180 s. Standing (60 s heartbeats): 180 s and 300 s."""
    anna = walk().fix(speed_mps=speed_mps)
    states = []
    for minute in (stale_min - 0.01, stale_min, lost_min - 0.01, lost_min):
        anna.to(minute)
        states.append(anna.journey.link.state)
    assert states == [LinkState.LIVE, LinkState.STALE, LinkState.STALE, LinkState.LOST]

    anna.beat(lost_min + 1)
    assert anna.journey.link.state is LinkState.LIVE


def test_row_02_a_timer_has_no_link_to_lose() -> None:
    """Where no stream was promised, silence says nothing until the ETA."""
    anna = walk(streams=False).to(34)
    assert anna.journey.link.state is LinkState.NONE
    assert anna.rows == []


@pytest.mark.parametrize(("profile", "told_min"), [("relaxed", None), ("standard", 18), ("high_risk", 8)])
def test_row_03_a_phone_that_stays_lost_is_a_concern(profile: str, told_min: float | None) -> None:
    """Lost at 3 min: one neutral text to her at once; 15 min later (5 in high-risk, never in relaxed) tier 1 hears."""
    anna = walk(profile, eta_min=60).to(57)
    assert anna.told("her")[0] == (3, "her", "signal_lost", f"lost@{at(3):.0f}", "sms")
    assert anna.kinds("her").count("signal_lost") == 1
    expected = [] if told_min is None else [(told_min, w, "concern", "L1", "sms") for w in ("beth", "dad")]
    assert anna.told() == expected


@pytest.mark.parametrize("mode", ["ride", "cycle"])
@pytest.mark.parametrize(("profile", "told_min"), [("relaxed", None), ("standard", None), ("high_risk", 8)])
def test_row_03_only_on_foot_except_in_high_risk(profile: str, told_min: float | None, mode: str) -> None:
    """In a taxi or on a bicycle a lost phone is not a concern of its own; for somebody at high risk it is."""
    anna = walk(profile, mode=mode, eta_min=60).to(57)
    assert [r[0] for r in anna.told()] == ([] if told_min is None else [told_min] * 2)


def test_row_03_an_expected_silence_never_outlasts_the_eta() -> None:
    """ "Screen locked" keeps a lost phone from being a concern, and moves the ETA ladder by nothing."""
    locked = walk().beat(1, expected="screen_locked").to(80)
    assert locked.told()[0][:3] == (41, "beth", "overdue")


def test_row_03_a_silence_expected_until_a_time_counts_from_then() -> None:
    """Underground until minute 20: the 15 min begin there."""
    anna = walk(eta_min=60).beat(1, expected="underground", expected_until=at(20)).to(50)
    assert anna.told()[0][:3] == (35, "beth", "concern")


@pytest.mark.parametrize(("battery", "told"), [(10, False), (11, True), (None, True)])
def test_row_20_an_empty_battery_explains_a_silence_and_an_unknown_one_does_not(
    battery: int | None, told: bool
) -> None:
    """At 10 % or less a lost phone was to be expected; above, or where the phone does not tell, it is a concern."""
    anna = walk(eta_min=60).beat(1, battery_pct=battery).to(50)
    assert (anna.told() != []) is told


def test_row_20_a_charged_phone_is_not_excused_by_an_old_battery() -> None:
    """Flat, lost, charged and streaming again: the next silence counts."""
    anna = walk(eta_min=60).beat(1, battery_pct=5).to(10)
    assert anna.journey.link.expected == "battery"
    anna.fix(minute=12, battery_pct=60).to(50)
    assert anna.told()[0][:3] == (30, "beth", "concern")


@pytest.mark.parametrize("standing", CAUSES)
@pytest.mark.parametrize("profile", PROFILES)
def test_row_04_what_her_phone_sees_becomes_a_question_to_her(profile: str, standing: Standing) -> None:
    """Off the route, away, in a vehicle, stalled: one prompt to her at once, nobody else hears."""
    anna = walk(profile).fix(standing, minute=5)
    assert anna.incident.level is Level.PROMPTING
    assert anna.incident.cause is CAUSES[standing]
    assert anna.journey.progress is Progress(standing.value)
    assert anna.told() == []


def test_row_04_off_route_means_nothing_once_she_has_dropped_the_route() -> None:
    """ "Another way": the corridor is gone; a car is still a car."""
    anna = walk().fix(Standing.OFF_ROUTE, minute=5)
    anna.answers("another_way")
    anna.streaming(20, Standing.OFF_ROUTE)
    assert anna.journey.open_incident is None
    anna.fix(Standing.VEHICLE, minute=21)
    assert anna.incident.cause is Cause.VEHICLE


def test_row_04a_away_and_off_route_are_equally_bad() -> None:
    """Neither replaces the other's prompt: the first question stands."""
    anna = walk().fix(Standing.OFF_ROUTE, minute=5).fix(Standing.AWAY, minute=6)
    assert anna.incident.cause is Cause.OFF_ROUTE


def test_row_04b_a_vehicle_replaces_a_lesser_question_and_keeps_its_deadline() -> None:
    """Stalled at 5 (contacts at 15), a car at 14: one prompt, contacts at 15 and not at 17."""
    anna = walk().streaming(4.5).streaming(14, Standing.STALLED).streaming(16, Standing.VEHICLE)
    assert anna.incident.cause is Cause.VEHICLE
    assert anna.told()[0][:3] == (15, "beth", "concern")


def test_row_05_a_stall_is_not_asked_about_once_she_is_due() -> None:
    """`due` asks the same question already."""
    anna = walk(eta_min=5).fix(Standing.STALLED, minute=7)
    assert anna.journey.due is not None
    assert anna.journey.open_incident is None


def test_row_05_a_stall_inside_her_destination_is_being_home() -> None:
    """Nobody is asked why she stands in her own hall."""
    anna = walk().fix(Standing.STALLED, minute=5, inside=True)
    assert anna.journey.open_incident is None


@pytest.mark.parametrize(
    ("profile", "after_s"), [("relaxed", (60, 180, 270)), ("standard", (60, 120, 210)), ("high_risk", (30, 60, 150))]
)
def test_row_06_a_question_is_pushed_texted_and_rung_twice_within_three_minutes(
    profile: str, after_s: tuple[int, ...]
) -> None:
    """The push is the event itself; then a text, a call, and the call again within 3 min of the first."""
    anna = walk(profile, eta_min=60).streaming(10).fix(Standing.OFF_ROUTE, minute=10.1).to(12.9)
    anna.to(15)
    asked = [r for r in anna.told("her", counted_from=10.1) if r[2] == "prompt"]
    assert [(round(m * 60), channel) for m, *_, channel in asked] == list(
        zip(after_s, ("sms", "call", "call"), strict=True)
    )


def test_row_06_a_question_whose_cause_is_gone_for_a_minute_is_withdrawn_and_not_before() -> None:
    """Back on the route at 6: withdrawn by the first fix 60 s later, never by the clock."""
    anna = walk().fix(Standing.OFF_ROUTE, minute=5).fix(minute=6).fix(minute=6.9)
    assert anna.journey.open_incident is not None
    anna.to(7.5)
    assert anna.journey.open_incident is not None
    anna.fix(minute=7.6)
    assert anna.journey.open_incident is None


def test_row_06_a_cause_that_comes_back_begins_its_minute_anew() -> None:
    """Off, on, off, on: the 60 s count from the last time it was seen."""
    anna = walk().fix(Standing.OFF_ROUTE, minute=5).fix(minute=6).fix(Standing.OFF_ROUTE, minute=6.5).fix(minute=7)
    anna.fix(minute=7.9)
    assert anna.journey.open_incident is not None
    anna.fix(minute=8)
    assert anna.journey.open_incident is None


@pytest.mark.parametrize(
    ("profile", "vehicle", "off_route", "stalled"),
    [("relaxed", 5, 8, None), ("standard", 3, 5, 10), ("high_risk", 2, 3, 3)],
)
def test_row_06a_unanswered_it_is_a_concern(
    profile: str, vehicle: float, off_route: float, stalled: float | None
) -> None:
    """Tier 1 gets one text each: after 3, 5 or 10 min in standard; relaxed never for standing still."""
    after = {
        Standing.VEHICLE: vehicle,
        Standing.OFF_ROUTE: off_route,
        Standing.AWAY: off_route,
        Standing.STALLED: stalled,
    }
    for standing, minutes in after.items():
        anna = walk(profile, eta_min=60).fix(standing, minute=2)
        anna.streaming(20, standing)
        told = anna.told(counted_from=2)
        assert told == ([] if minutes is None else [(minutes, w, "concern", "L1", "sms") for w in ("beth", "dad")])


@pytest.mark.parametrize("profile", PROFILES)
def test_row_06b_her_tap_is_enough_except_in_high_risk(profile: str) -> None:
    """OK settles the question; in high-risk it takes her PIN."""
    anna = walk(profile).fix(Standing.OFF_ROUTE, minute=5)
    needs_pin = profile == "high_risk"
    assert anna.answers("ok").code == ("pin_needed" if needs_pin else "done")
    assert (anna.journey.open_incident is not None) is needs_pin
    anna.answers("ok", Proof.PIN)
    assert anna.journey.open_incident is None


def test_row_06b_an_answer_settles_only_the_question_it_was_given_to() -> None:
    """An OK to the first prompt, kept in her phone, does not settle the second."""
    anna = walk().fix(Standing.STALLED, minute=5)
    first = anna.incident.prompt
    anna.fix(Standing.VEHICLE, minute=6)
    assert first is not None
    assert anna.answers("ok", prompt=first.id).code == "already_closed"
    assert anna.answers("ok", given=5.5).code == "already_closed"
    assert anna.journey.open_incident is not None


def test_row_06b_a_pin_that_waited_in_her_phone_does_not_lower_what_came_later() -> None:
    """Given at 4, heard at 12: the concern of 8 was raised in between and stays open."""
    anna = walk(eta_min=60).fix(Standing.VEHICLE, minute=5).to(12)
    assert anna.incident.level is Level.CONCERN
    assert anna.answers("ok", Proof.PIN, given=4).code == "pin_needed"
    assert anna.answers("ok", Proof.PIN, given=11).code == "resolved"


def test_row_06b_help_is_an_sos_in_every_profile() -> None:
    """The fourth answer needs no proof."""
    anna = walk("high_risk").fix(Standing.OFF_ROUTE, minute=5)
    assert anna.answers("help").code == "counting"
    anna.to(5.2)
    assert anna.incident.cause is Cause.SOS
