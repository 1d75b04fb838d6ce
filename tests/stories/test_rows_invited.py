"""The timing table for who has not said YES: one text in an SOS, and its end (row 14)."""

from typing import Any

import pytest
from msgspec.structs import replace

from alerts.ladder import Said
from service.journey import companions
from service.journey.model import JourneyKind, Level, Police, Proof
from service.journey.pressed import cried
from tests.builders import EMMA, START, Walk, at, minutes, plan, timer


def asked(**changes: Any) -> Walk:
    """Anna is on her way; Emma, whom she asked, has not said YES."""
    return timer(invited=(EMMA,), **changes)


def test_row_14_who_has_not_said_yes_gets_one_text_of_an_sos_and_its_end() -> None:
    """During a running journey: at the moment it fires, by text, as urgent as all others; no call, no round, no word of
    who has it; and the end, because she may have dialled 999."""
    anna = asked().to(10)
    anna.sos()
    anna.to(10 + 4 / 60)
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


def test_row_14_who_says_stop_to_the_one_text_is_never_rung() -> None:
    """Emma has not said YES and takes no texts any more: its end does not go out to her as a call."""
    anna = asked().to(10)
    anna.sos(window=False)
    anna.do(lambda j: companions.reached(j, "emma", by_sms=False))
    anna.to(12).ends()
    assert anna.told("emma") == [(10, "emma", "sos", "SOS-INVITED", "sms")]


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
