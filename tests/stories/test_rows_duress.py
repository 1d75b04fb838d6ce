"""The timing table when she is forced, or somebody guesses: duress and wrong PINs (rows 15 and 16)."""

from typing import Any

import pytest
from msgspec.structs import replace

from alerts.ladder import Said
from alerts.rungs import Alarm
from geofence.sighting import Standing
from service.journey import companions, said
from service.journey.advance import next_wake
from service.journey.cover import shown_to, shown_to_her, under_duress
from service.journey.events import WentStale
from service.journey.fixes import cadence_s
from service.journey.model import Cause, CloseReason, JourneyKind, JourneyState, Level, Proof
from service.journey.pressed import cried
from tests.builders import BETH, CHLOE, DAD, START, Walk, at, people, plan, timer, walk

S = 1 / 60
"""One second, in minutes."""


# ── row 15 ──


def forced(**changes: Any) -> Walk:
    """Anna was made to end her journey at minute 10, and gave the duress PIN."""
    anna = timer(**changes).to(10)
    assert anna.ends(Proof.DURESS).code == "closed"
    return anna


def test_row_15_her_phone_sees_success_and_the_list_hears_the_truth() -> None:
    """Text and call to Beth and Dad, operators at once; Chloe and her own screens see a journey that was ended."""
    anna = forced()
    assert anna.kinds("beth", "dad") == ["duress"] * 4
    assert anna.told("chloe") == []
    assert shown_to_her(anna.journey).state is JourneyState.CLOSED
    assert shown_to(anna.journey, "chloe").incident is None
    assert shown_to(anna.journey, "beth").alarm is not None
    assert anna.incident.level is Level.OPERATOR


def test_row_15_the_duress_pin_given_again_moves_the_cover_story_only() -> None:
    """She is made to say OK, and later to end it: nothing is resolved, and nobody hears an all-clear."""
    anna = timer().to(36)
    anna.answers(proof=Proof.DURESS)
    assert shown_to_her(anna.journey).eta_at == at(46)
    anna.to(40)
    assert anna.ends(Proof.DURESS).code == "closed"
    assert anna.incident.is_open
    assert anna.state() is JourneyState.ACTIVE
    assert shown_to_her(anna.journey).state is JourneyState.CLOSED
    assert "closed" not in anna.kinds("beth", "dad")


def test_row_15_the_cover_story_goes_on_to_the_end() -> None:
    """After an OK under duress: due at the new ETA, her reminders come, Chloe is told at the end of the grace."""
    anna = timer().to(36)
    anna.answers(proof=Proof.DURESS)
    anna.to(60)
    honest = timer().to(36)
    honest.answers(proof=Proof.PIN)
    honest.to(60)
    assert anna.told("her", "chloe") == honest.told("her", "chloe")
    assert shown_to_her(anna.journey) == honest.journey


def test_row_15_a_contact_on_the_list_is_answered_with_the_truth() -> None:
    """Beth takes it: "taken", not "that was already closed"; Chloe, who knows nothing, hears that it was."""
    anna = forced()
    assert anna.says("beth", Said.TAKEN).code == "taken"
    assert anna.says("chloe", Said.TAKEN).code == "already_closed"


def test_row_15_over_an_open_alarm_the_others_get_what_a_true_pin_sends() -> None:
    """Overdue and told; duress at 47: Chloe hears the end, Beth and Dad hear duress and no end."""
    anna = timer().to(47)
    anna.answers(proof=Proof.DURESS)
    assert anna.kinds("chloe", since=47) == ["closed"]
    assert set(anna.kinds("beth", "dad", since=47)) == {"duress"}


def test_row_15_reaching_home_under_duress_tells_nobody() -> None:
    """Her phone at home proves nothing while somebody else holds it."""
    anna = walk().streaming(10)
    anna.answers(proof=Proof.DURESS)
    anna.ends(Proof.DURESS)
    anna.inside(12).inside(13).inside(16)
    assert anna.incident.is_open
    assert not {"phone_home", "arrived"} & set(anna.kinds())


def test_row_15_an_sos_under_duress_sends_the_words_of_duress_once_more() -> None:
    """Nobody may be told to ring her phone; a second press adds nothing."""
    anna = forced().to(20)
    anna.sos(window=False)
    anna.to(22)
    anna.sos(window=False)
    again = [r for r in anna.told("beth") if r[3] == "DURESS#2"]
    assert [(r[2], r[4]) for r in again] == [("duress", "sms"), ("duress", "call")]
    assert anna.incident.cause is Cause.DURESS
    assert anna.incident.alarms == (Alarm.DURESS, Alarm.DURESS)


def test_row_15_a_true_pin_ends_it_and_the_cover_with_it() -> None:
    """Free again, she gives the true PIN: those told hear, her screens show what is so."""
    anna = forced().to(30.5)
    anna.ends()
    assert anna.journey.shadow is None
    assert anna.state() is JourneyState.CLOSED
    assert anna.kinds("beth", "dad", since=30.5) == ["closed", "closed"]
    assert anna.told("chloe") == []


def test_row_15_cancelling_an_sos_ends_no_duress() -> None:
    """A true PIN that cancels an SOS is an answer to the SOS."""
    anna = forced().to(20)
    anna.sos()
    anna.cancels_sos()
    assert anna.incident.is_open
    assert anna.incident.cause is Cause.DURESS


def test_row_15_operators_close_it_and_are_answered_with_the_truth() -> None:
    """The operator hears "closed", whatever the cover story says."""
    anna = forced().to(20)
    assert anna.operator("claimed").code == "claimed"
    assert anna.operator("resolved", "with_police").code == "proposed"
    assert anna.operator("resolved", "with_police", by="omar").code == "closed"
    assert anna.journey.shadow is None
    assert anna.journey.closed is not None
    assert anna.journey.closed.reason is CloseReason.OPERATOR


def test_row_15_on_a_closed_journey_it_reopens_behind_her_screen() -> None:
    """Ended with the true PIN; forced 20 min later: the list hears, her screen stays "closed"."""
    anna = timer().to(5)
    anna.ends()
    anna.to(25)
    assert anna.ends(Proof.DURESS).code == "already_closed"
    assert anna.state() is JourneyState.ACTIVE
    assert shown_to_her(anna.journey).state is JourneyState.CLOSED
    assert set(anna.kinds("beth", "dad")) == {"duress"}


def test_row_15_a_change_of_the_sos_list_counts_from_the_next_alarm_on() -> None:
    """Free for a moment she takes Dad off the list with her true PIN, and puts Chloe on it. Dad knows of this alarm, is
    rung on and hears its end; Chloe, who does not, is still told that Anna is overdue."""
    anna = timer().to(36)
    anna.answers(proof=Proof.DURESS)
    for who in (replace(DAD, on_sos_list=False), replace(CHLOE, on_sos_list=True)):
        anna.do(lambda j, who=who: companions.changed(j, who))  # type: ignore[misc]
    anna.to(37.5)
    assert anna.kinds("dad", since=36.5) == ["duress", "duress"]
    assert shown_to(anna.journey, "dad").alarm is not None
    anna.to(60)
    assert anna.kinds("chloe")[:1] == ["overdue"]
    anna.operator("resolved", "found", word_spoken=True)
    assert anna.kinds("dad")[-1] == anna.kinds("chloe")[-1] == "closed"


def test_row_15_removing_a_contact_under_duress_keeps_him_on_the_real_ladder() -> None:
    """Forced to take Dad off her list: her screen shows it, Dad goes on being told."""
    anna = forced().to(10.5)
    anna.keep(under_duress(anna.journey, lambda j, _: said.contact_removed(j, "dad", at(10.5)), at(10.5)))
    assert [p.id for p in shown_to_her(anna.journey).plan.people] == ["beth", "chloe"]
    anna.to(11)
    assert "duress" in anna.kinds("dad", since=10.6)


# ── row 15: fifteen minutes more ──


def test_row_15_after_every_close_by_pin_her_app_streams_fifteen_minutes_more() -> None:
    """Ended on the way, in an alarm, or by the PIN that stopped the SOS which had made the journey."""
    plain = timer().to(10)
    plain.ends()
    alarmed = timer().to(45)
    alarmed.ends()
    cried_alone = Walk(cried("anna-2", plan(kind=JourneyKind.SOS, plan_s=0.0), START).journey)
    cried_alone.cancels_sos()
    told = Walk(cried("anna-2", plan(kind=JourneyKind.SOS, plan_s=0.0), START).journey).to(5)
    told.answers(proof=Proof.PIN)
    for anna, minute in ((plain, 10), (alarmed, 45), (cried_alone, 0), (told, 5)):
        assert anna.state() is JourneyState.CLOSED
        assert anna.journey.tail_until == at(minute + 15)


def test_row_15_the_end_of_the_fifteen_minutes_is_nothing() -> None:
    """No deadline stands there, and silence in them says nothing: the journey is the same a day later."""
    anna = timer().to(10)
    anna.ends()
    assert next_wake(anna.journey) is None
    before = anna.journey
    assert anna.to(26).beat(300).to(24 * 60).journey == before
    assert anna.told() == []


def test_row_15_a_close_without_a_pin_asks_for_no_more_and_a_reopening_ends_it() -> None:
    """A tap at her door, an arrival, an operator; an SOS within the hour makes it an ordinary journey again."""
    tapped = walk().streaming(5).inside(6)
    tapped.ends(Proof.NONE)
    arrived = walk().streaming(5).inside(6).inside(9.5)
    closed = timer().to(45)
    closed.operator("resolved", "found")
    for anna in (tapped, arrived, closed):
        assert anna.state() is JourneyState.CLOSED
        assert anna.journey.tail_until is None

    again = timer().to(5)
    again.ends()
    again.to(10)
    again.sos()
    assert again.journey.tail_until is None


def asked_of_her_phone(anna: Walk) -> tuple[object, ...]:
    """What her devices are told to send, and until when."""
    shown = shown_to_her(anna.journey)
    return shown.state, shown.tail_until, shown.link, cadence_s(shown, still=False), cadence_s(shown, still=True)


@pytest.mark.parametrize("given_as", ["ends", "cancels_sos", "answers"])
def test_row_15_after_either_pin_her_devices_are_asked_for_exactly_the_same(given_as: str) -> None:
    """Minute by minute through the fifteen and beyond, while her phone goes on sending; also when the PIN stops an SOS
    that had reopened a closed journey, and when it is given in an alarm without closing anything."""
    seen = []
    for proof in (Proof.PIN, Proof.DURESS):
        anna = walk(eta_min=20).streaming(10)
        if given_as == "ends":
            anna.ends(proof)
        elif given_as == "cancels_sos":
            anna.ends()
            anna.to(12)
            anna.sos()
            anna.cancels_sos(proof)
        else:
            anna.to(30)
            anna.answers(proof=proof)
        rows = [asked_of_her_phone(anna)]
        for minute in range(31, 60):
            anna.fix(minute=minute)
            rows.append(asked_of_her_phone(anna))
        seen.append(rows)
    assert seen[0] == seen[1]
    if given_as != "answers":
        assert seen[0][0][1] is not None


def test_row_15_her_phone_is_judged_by_what_it_was_asked_for() -> None:
    """She stands still: her screen's story asks for a frame a minute, not for the five seconds of an alarm. So a fix as old
    as after the true PIN is fresh, and nobody reads every minute that her phone has gone quiet."""
    seen = []
    for proof in (Proof.PIN, Proof.DURESS):
        anna = walk(eta_min=20).streaming(10).to(21)
        anna.answers(proof=proof, minutes=30)
        for minute in (21, 22, 23, 24):
            anna.fix(minute=minute, speed_mps=0.0)
        seen.append(anna.journey.link)
        assert not [e for e in anna.events if isinstance(e, WentStale) and e.at > at(21)]
    assert seen[0] == seen[1]
    assert seen[1].cadence_s == 60


def test_row_15_a_text_of_the_cover_story_that_arrives_late_is_followed_by_the_end() -> None:
    """Chloe was told that Anna is overdue, by a phone that was off. Operators close it; six minutes later hers is on."""
    anna = timer().to(36)
    anna.answers(proof=Proof.DURESS)
    anna.delivers = False
    anna.to(58)
    late = next(n for n in anna.notices if n.to == "chloe" and n.kind.value == "overdue")
    anna.to(58.5)
    anna.operator("resolved", "found", word_spoken=True)
    anna.minute = 65
    anna.reported(late.id)
    assert anna.kinds("chloe", since=58.5) == ["closed", "closed"]


def test_row_15_who_heard_of_her_arrival_from_the_cover_story_hears_it_once() -> None:
    """Chloe waits for her: she heard it when Anna was made to end her journey, and not again at the true end."""
    anna = timer(tell=("chloe",)).to(10)
    anna.ends(Proof.DURESS)
    anna.to(30)
    anna.ends()
    assert anna.kinds("chloe") == ["started", "arrived"]


# ── row 16 ──


def test_row_16_every_wrong_pin_gets_the_same_answer_and_longer_delays() -> None:
    """ "Try again", after 0, 0, 10, 30, 60 s and never a lock-out; the true PIN works and clears the count."""
    anna = timer(eta_min=300)
    waits = [anna.answers(proof=Proof.WRONG) for _ in range(7)]
    assert [w.wait_s for w in waits] == [0, 0, 10, 30, 60, 60, 60]
    assert {(w.ok, w.code) for w in waits} == {(False, "try_again")}
    assert anna.answers(proof=Proof.PIN).ok
    assert anna.answers(proof=Proof.WRONG).wait_s == 0


@pytest.mark.parametrize("profile", ["relaxed", "standard", "high_risk"])
def test_row_16_the_third_in_ten_minutes_is_a_concern_to_the_sos_list(profile: str) -> None:
    """All of it, whatever the tier, and nobody else."""
    listed = people("beth", "dad", on_sos_list=False) + people("chloe", on_sos_list=True)
    anna = timer(profile, people=listed).to(1)
    anna.ends(Proof.WRONG)
    anna.to(9)
    anna.ends(Proof.WRONG)
    assert anna.told() == []
    anna.to(10.9)
    anna.ends(Proof.WRONG)
    assert anna.told() == [(10.9, "chloe", "concern", "L1", "sms")]
    assert anna.incident.cause is Cause.WRONG_PINS


def test_row_16_three_in_more_than_ten_minutes_are_clumsy_fingers() -> None:
    """1, 6 and 12: never three in ten minutes."""
    anna = timer()
    for minute in (1, 6, 12):
        anna.to(minute)
        anna.ends(Proof.WRONG)
    assert anna.told() == []


def test_row_16_at_her_door_it_is_no_concern_unless_she_is_due() -> None:
    """A fresh fix inside excuses it before the ETA, and not after; an old fix excuses nothing."""
    anna = walk().streaming(5).inside(6)
    for _ in range(4):
        anna.ends(Proof.WRONG)
    assert anna.told() == []
    anna.to(9)
    anna.ends(Proof.WRONG)
    assert anna.kinds("beth") == ["concern"]

    due = timer(eta_min=5).inside(5.5)
    for _ in range(3):
        due.ends(Proof.WRONG)
    assert due.kinds("beth") == ["concern"]


def test_row_16_in_an_open_alarm_it_adds_nothing() -> None:
    """They know already; the answer stays the same."""
    anna = timer().to(42)
    rows = len(anna.rows)
    assert {anna.ends(Proof.WRONG).code for _ in range(4)} == {"try_again"}
    assert len(anna.rows) == rows
    assert anna.fix(Standing.STALLED).incident.cause is Cause.OVERDUE
    assert BETH.on_sos_list
