"""The timing table in an emergency: SOS (row 14)."""

from typing import Any

import pytest
from msgspec.structs import replace

from alerts.contact import Channel
from alerts.ladder import Said
from geofence.sighting import Standing
from service.journey.events import Acknowledged
from service.journey.model import JourneyKind, JourneyState, Level, Proof
from service.journey.pressed import cried
from tests.builders import BETH, CHLOE, DAD, L2, START, Walk, at, minutes, people, plan, timer, walk

S = 1 / 60
"""One second, in minutes."""


def cry(**changes: Any) -> Walk:
    """Anna pressed SOS without a window at minute 10."""
    anna = timer(**changes).to(10)
    anna.sos(window=False)
    return anna


# ── row 14 ──


@pytest.mark.parametrize("profile", ["relaxed", "standard", "high_risk"])
def test_row_14_it_is_on_disk_at_once_and_fires_after_five_seconds(profile: str) -> None:
    """Text and call to the whole SOS list in parallel, operators at once; Chloe is not on the list."""
    anna = timer(profile).to(10)
    answer = anna.sos()
    assert (answer.code, answer.at) == ("counting", at(10) + 5)
    assert anna.told() == []
    anna.to(10 + 5 * S)
    assert sorted(r[1:] for r in anna.told()) == [
        ("beth", "sos", "SOS", "call"),
        ("beth", "sos", "SOS", "sms"),
        ("dad", "sos", "SOS", "call"),
        ("dad", "sos", "SOS", "sms"),
    ]
    assert anna.incident.level is Level.OPERATOR
    assert anna.incident.ladder is not None
    assert anna.incident.ladder.operators


def test_row_14_her_pin_cancels_it_and_nothing_else_does() -> None:
    """A tap does not; a wrong PIN does not; with the PIN nobody ever hears."""
    anna = timer().to(10)
    anna.sos()
    assert anna.cancels_sos(Proof.NONE).code == "pin_needed"
    assert anna.cancels_sos(Proof.WRONG).code == "try_again"
    assert anna.cancels_sos().code == "cancelled"
    anna.to(20)
    assert anna.told() == []


@pytest.mark.parametrize("act", ["answers", "ends", "extends"])
def test_row_14_her_pin_stops_the_countdown_wherever_she_gives_it(act: str) -> None:
    """OK, END and MORE with her PIN within the five seconds."""
    anna = timer().to(36)
    anna.sos()
    if act == "answers":
        anna.answers(proof=Proof.PIN)
    elif act == "ends":
        anna.ends()
    else:
        anna.extends(15, Proof.PIN)
    anna.to(37)
    assert anna.journey.sos is None
    assert anna.told() == []


def test_row_14_a_pin_that_waited_in_her_phone_stops_no_sos_pressed_after_it() -> None:
    """Keyed at 9 where there was no signal, heard in the five seconds after she pressed SOS at 10: it fires."""
    anna = walk().to(10)
    anna.sos()
    assert anna.ends(given=9).code == "pin_needed"
    anna.to(10.1)
    assert anna.kinds("beth") == ["sos", "sos"]
    assert anna.journey.under_way


def test_row_14_a_dead_phone_fires_it() -> None:
    """Her phone is never heard again after the press."""
    anna = walk().streaming(5)
    anna.sos()
    anna.to(6)
    assert anna.kinds("beth") == ["sos", "sos"]


def test_row_14_pressed_again_it_changes_nothing() -> None:
    """Every door repeats it until it is answered: one countdown, one alarm."""
    anna = timer().to(10)
    first = anna.sos()
    anna.minute += 2 * S
    assert anna.sos() == first
    anna.to(11)
    before = anna.journey
    assert anna.sos().code == "fired"
    assert anna.sos(window=False).code == "fired"
    assert anna.journey == before


def test_row_14_by_sms_there_is_no_window() -> None:
    """HELP from her number fires at once, also during a countdown."""
    anna = timer().to(10)
    anna.sos()
    assert anna.sos(window=False).code == "fired"
    assert minutes(anna.told("beth")) == [10, 10]


def test_row_14_everyone_unheard_again_at_one_two_three_five_and_ten_minutes() -> None:
    """Beth is silent; Dad is on it after a minute and a half and is left in peace; then the rounds of row 12."""
    anna = cry().to(11.5)
    anna.says("dad", Said.TAKEN)
    anna.to(31)
    texts = [r for r in anna.told("beth", counted_from=10) if r[2] == "sos" and r[4] == "sms"]
    assert minutes(texts) == [0, 1, 2, 3, 5, 10]
    calls = [r for r in anna.told("beth", counted_from=10) if r[4] == "call"]
    assert minutes(calls) == [0, 1, 2, 3, 5, 10, 20]
    assert minutes([r for r in anna.told("dad", counted_from=10) if r[2] == "sos" and r[4] == "sms"]) == [0, 1]
    assert anna.kinds("beth").count("taken") == 1


@pytest.mark.parametrize("said", [Said.WITH_HER, Said.POLICE, Said.SPOKEN])
def test_row_14_a_contacts_word_pauses_nobody_else(said: Said) -> None:
    """Unconfirmed words stop calls to that person only."""
    anna = cry().to(10.5)
    anna.says("dad", said)
    anna.to(13)
    assert minutes([r for r in anna.told("beth", counted_from=10) if r[4] == "call"]) == [0, 1, 2, 3]


def test_row_14_text_and_call_whatever_they_prefer() -> None:
    """Who likes calls best is texted too; who takes none is texted; after STOP it is calls alone."""
    for channels, reachable, ways in (
        ((Channel.CALL, Channel.SMS), True, {"sms", "call"}),
        ((Channel.SMS,), True, {"sms"}),
        ((Channel.SMS, Channel.CALL), False, {"call"}),
    ):
        anna = cry(people=people("beth", channels=channels, reachable_by_sms=reachable))
        assert {r[4] for r in anna.told()} == ways


def test_row_14_a_pin_within_a_minute_of_firing_is_told_as_such() -> None:
    """Those told hear "do speak to her"; a PIN later than that is an ordinary end."""
    soon = cry().to(11)
    soon.ends()
    assert soon.kinds("beth")[-1] == "sos_pin"
    later = cry().to(11.1)
    later.ends()
    assert later.kinds("beth")[-1] == "closed"
    assert later.kinds("chloe") == []


def test_row_14_without_a_journey_it_makes_one() -> None:
    """One commit: a journey of kind `sos`, no ETA, 5 s cadence, and the alarm; her PIN ends both."""
    anna = Walk(cried("anna-2", plan(kind=JourneyKind.SOS, plan_s=0.0), START).journey)
    assert (anna.journey.eta_at, anna.journey.link.cadence_s) == (None, 5)
    anna.to(1.5)
    assert anna.kinds("beth").count("sos") == 4
    assert anna.answers(proof=Proof.PIN).code == "closed"
    assert anna.state() is JourneyState.CLOSED


def test_row_14_cancelled_without_a_journey_nothing_stays_open() -> None:
    """The journey that the SOS made is closed by the PIN that cancelled it; the same for one that it reopened."""
    alone = Walk(cried("anna-2", plan(kind=JourneyKind.SOS, plan_s=0.0), START).journey)
    alone.cancels_sos()
    assert alone.state() is JourneyState.CLOSED

    anna = timer(tell=("beth",)).to(5)
    anna.ends()
    anna.to(20)
    anna.sos()
    assert anna.state() is JourneyState.ACTIVE
    anna.cancels_sos()
    assert anna.state() is JourneyState.CLOSED
    assert anna.kinds("beth") == ["started", "arrived"]


def test_row_14_within_an_hour_of_a_close_it_reopens_the_same_reference() -> None:
    """59 min after: the same journey; 61 min after: the shell must make a new one."""
    anna = timer().to(5)
    anna.ends()
    anna.to(64)
    anna.sos(window=False)
    assert anna.state() is JourneyState.ACTIVE
    assert anna.journey.plan.reference == "K742"
    assert anna.incident.id == "i1"

    late = timer().to(5)
    late.ends()
    late.to(66)
    assert late.sos().code == "no_journey"
    assert late.state() is JourneyState.CLOSED


def test_row_14_over_an_overdue_it_takes_the_sos_list_and_leaves_nobody_out() -> None:
    """SOS at L2+2: the list hears it; Chloe, who is not on it, still gets word of her being overdue at L2+5; the end
    reaches all who were told."""
    anna = timer().to(43)
    anna.sos(window=False)
    anna.to(47)
    assert anna.told("chloe") == [(46, "chloe", "overdue", "L2+5", "sms")]
    anna.says("chloe", Said.TAKEN)
    anna.to(62)
    anna.ends()
    assert anna.kinds("chloe") == ["overdue", "closed"]
    assert "taken" in anna.kinds("beth")


def test_row_14_an_sos_keeps_the_promise_to_those_who_are_not_on_its_list() -> None:
    """SOS at 10, she is overdue at 41: Chloe hears that at 46; with an empty SOS list Beth and Dad hear it at 41."""
    anna = cry().to(50)
    assert anna.told("chloe")[0] == (46, "chloe", "overdue", "L2+5", "sms")

    nobody = cry(people=people("beth", "dad", "chloe", on_sos_list=False)).to(46)
    assert [r[:3] for r in nobody.told()][:3] == [
        (41, "beth", "overdue"),
        (41, "dad", "overdue"),
        (46, "chloe", "overdue"),
    ]
    nobody.to(70)
    assert nobody.incident.level is Level.OPERATOR


@pytest.mark.parametrize("overdue_first", [True, False])
def test_row_14_an_overdue_told_beside_an_sos_is_followed_by_a_call_too(
    overdue_first: bool,
) -> None:
    """Chloe is not on the list and gets one text, whichever came first. Nothing proves it: a call after 60 s, which rings
    twice."""
    chloe = replace(CHLOE, tier=1)
    anna = timer(people=(BETH, DAD, chloe))
    anna.delivers = False
    if overdue_first:
        anna.to(L2).to(L2 + 0.5).sos(window=False)
    else:
        anna.to(10).sos(window=False)
    anna.to(L2 + 4)
    assert [r[:3] + r[4:] for r in anna.told("chloe")] == [
        (L2, "chloe", "overdue", "sms"),
        (L2 + 1, "chloe", "overdue", "call"),
        (L2 + 3.83, "chloe", "overdue", "call"),
    ]


@pytest.mark.parametrize("overdue_first", [True, False])
def test_row_14_an_sos_takes_no_call_from_those_who_are_not_on_its_list(overdue_first: bool) -> None:
    """Chloe has her text at L2+5 and her call at L2+8, whether the SOS came before or after; Beth and Dad, who are rung
    for the SOS, are not rung for that as well."""
    anna = timer().to(L2 + 1 if overdue_first else 25)
    anna.sos(window=False)
    anna.to(L2 + 8.5)
    assert [(r[0] - L2, r[2], r[4]) for r in anna.told("chloe")] == [(5, "overdue", "sms"), (8, "overdue", "call")]
    assert "L3" not in [r[3] for r in anna.told("beth", "dad")]


def test_row_14_rounds_of_two_ladders_are_two_rounds() -> None:
    """Overdue for 25 min, then an SOS: its first round rings them although the other had a first round, too."""
    anna = timer().to(41 + 20)
    assert "R1" in [r[3] for r in anna.told("beth")]
    anna.sos(window=False)
    anna.to(61 + 21)
    assert [r[3] for r in anna.told("beth") if r[0] == 81] == ["SOS.R1"]


def test_row_14_what_came_due_together_rings_once() -> None:
    """We were away from +0.5 to +4: one text and one call each when we are back, and not three."""
    anna = cry().to(10.5).jump(14)
    assert [(r[0], r[4]) for r in anna.told("beth", since=11)] == [(14, "sms"), (14, "call")]
    anna.to(15)
    assert minutes([r for r in anna.told("beth", since=15) if r[4] == "call"]) == [15]


def test_row_14_a_word_from_outside_the_sos_list_is_kept() -> None:
    """Chloe was told of a concern, and not of the SOS that came of it; "she is with me": in the log, and nobody stands
    down for it."""
    anna = walk(eta_min=90, people=(BETH, DAD, replace(CHLOE, tier=1))).streaming(9.5)
    anna.fix(Standing.VEHICLE, minute=10).to(14).sos(window=False)
    anna.to(14.2)
    assert anna.says("chloe", Said.WITH_HER).code == "seen"
    assert [(e.by, e.said) for e in anna.events if isinstance(e, Acknowledged)] == [("chloe", "with_her")]
    anna.to(15)
    assert anna.kinds("beth", since=14.9) == ["sos", "sos"]
