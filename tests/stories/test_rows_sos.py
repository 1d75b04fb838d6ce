"""The timing table in an emergency: SOS (row 14)."""

from typing import Any

import pytest
from msgspec.structs import replace

from alerts.contact import Channel
from alerts.ladder import Said
from service.journey.model import JourneyKind, JourneyState, Level, Police, Proof
from service.journey.pressed import cried
from tests.builders import BETH, CHLOE, DAD, EMMA, L2, START, Walk, at, minutes, people, plan, timer, walk

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
    """Chloe is not on the list and gets one text, whichever came first. Nothing proves it: a call after 60 s."""
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
    ]


def test_row_14_rounds_of_two_ladders_are_two_rounds() -> None:
    """Overdue for 25 min, then an SOS: its first round rings them although the other had a first round, too."""
    anna = timer().to(41 + 20)
    assert "R1" in [r[3] for r in anna.told("beth")]
    anna.sos(window=False)
    anna.to(61 + 21)
    assert [r[3] for r in anna.told("beth") if r[0] == 81] == ["SOS.R1"]


# ── row 14: who has not said YES ──


def asked(**changes: Any) -> Walk:
    """Anna is on her way; Emma, whom she asked, has not said YES."""
    return timer(invited=(EMMA,), **changes)


def test_row_14_who_has_not_said_yes_gets_one_text_of_an_sos_and_its_end() -> None:
    """During a running journey: at the moment it fires, by text, as urgent as all others; no call, no round, no word of
    who has it; and the end, because she may have dialled 999."""
    anna = asked().to(10)
    anna.sos()
    anna.to(10 + 4 * S)
    assert anna.told("emma") == []
    anna.to(12)
    anna.says("beth", Said.TAKEN)
    anna.to(10 + 2 * 24 * 60)
    assert anna.told("emma") == [(10.08, "emma", "sos", "SOS-INVITED", "sms")]
    assert [n.urgency for n in anna.notices if n.to == "emma"] == [0]
    anna.ends()
    assert anna.kinds("emma") == ["sos", "closed"]


def test_row_14_who_has_not_said_yes_hears_of_nothing_else() -> None:
    """Not that she set off, is late or is home; and not of an SOS that her PIN has stopped."""
    anna = asked().to(38)
    anna.sos()
    anna.cancels_sos()
    anna.to(200)
    anna.ends()
    assert "overdue" in anna.kinds("beth")
    assert anna.told("emma") == []


@pytest.mark.parametrize("changes", [{"on_sos_list": False}, {"reachable_by_sms": False}])
def test_row_14_only_who_is_on_the_list_and_takes_texts_is_sent_the_one(changes: dict[str, bool]) -> None:
    """Unticked by her, or after STOP: nothing, also no end."""
    anna = timer(invited=(replace(EMMA, **changes),)).to(10)
    anna.sos(window=False)
    anna.to(30)
    anna.ends()
    assert anna.told("emma") == []


def test_row_14_a_second_sos_is_a_second_text() -> None:
    """The first was closed; what comes after it is another cry for help."""
    anna = asked(eta_min=300).to(10)
    anna.sos(window=False)
    anna.to(10.5)
    anna.answers(proof=Proof.PIN)
    anna.to(40)
    anna.sos(window=False)
    assert anna.kinds("emma") == ["sos", "sos_pin", "sos"]


def test_row_14_without_a_journey_too() -> None:
    """The journey that the SOS makes, with nobody in it who has said YES."""
    alone = plan(kind=JourneyKind.SOS, plan_s=0.0, people=(), invited=(EMMA,))
    anna = Walk(cried("anna-2", alone, START).journey).to(1)
    assert anna.kinds("emma") == ["sos"]
    assert anna.incident.level is Level.OPERATOR


def test_row_14_under_duress_who_has_not_said_yes_is_sent_nothing() -> None:
    """That text names her phone. An SOS pressed under the cover sends none either; who got one before the duress hears
    no end until a person has closed it."""
    anna = asked().to(10)
    anna.ends(Proof.DURESS)
    anna.sos(window=False)
    anna.to(60)
    assert anna.told("emma") == []

    before = asked().to(10)
    before.sos(window=False)
    before.to(20)
    before.ends(Proof.DURESS)
    before.to(60)
    assert before.kinds("emma") == ["sos"]
    before.operator("resolved", "found", word_spoken=True)
    assert before.kinds("emma") == ["sos", "closed"]


def test_row_14_what_she_answers_is_kept_and_holds_nothing() -> None:
    """Emma writes "42": seen, and nobody stands down for her. That she told the police is kept with its number."""
    anna = asked().to(10)
    assert anna.says("emma", Said.TAKEN).code == "already_closed"
    anna.sos(window=False)
    anna.to(10.5)
    assert anna.says("emma", Said.TAKEN).code == "seen"
    assert anna.says("emma", Said.POLICE, number="3107").code == "seen"
    assert anna.incident.police == Police(at(10.5), "emma", "3107")
    anna.to(12)
    assert minutes([r for r in anna.told("beth", counted_from=10) if r[4] == "call"]) == [0, 1, 2]
    assert "taken" not in anna.kinds("beth")


def test_row_14_whoever_is_removed_meanwhile_hears_no_end() -> None:
    """Emma is taken off while the SOS runs."""
    anna = asked().to(10)
    anna.sos(window=False)
    anna.removes("emma")
    anna.to(30)
    anna.ends()
    assert anna.kinds("emma") == ["sos"]


def test_row_14_an_sos_that_reaches_her_late_is_followed_by_its_end() -> None:
    """Row 24 holds for the one text, too."""
    anna = asked().to(10)
    anna.delivers = False
    anna.sos(window=False)
    text = next(n for n in anna.notices if n.to == "emma")
    anna.ends()
    anna.to(20)
    anna.reported(text.id)
    assert anna.kinds("emma") == ["sos", "sos_pin", "closed"]


def test_row_14_what_came_due_together_rings_once() -> None:
    """We were away from +0.5 to +4: one text and one call each when we are back, and not three."""
    anna = cry().to(10.5).jump(14)
    assert [(r[0], r[4]) for r in anna.told("beth", since=11)] == [(14, "sms"), (14, "call")]
    anna.to(15)
    assert minutes([r for r in anna.told("beth", since=15) if r[4] == "call"]) == [15]
