"""The second ring of a call in which no key was pressed, in a journey."""

from typing import Any

import pytest

from alerts.contact import Channel
from alerts.gateway import Delivery
from alerts.ladder import Said
from alerts.notice import HER
from service.journey import said
from service.journey.model import Proof
from tests.builders import BETH, CHLOE, DAD, L2, Walk, at, overdue, people, timer, undelivered

CALLS = people("beth", channels=(Channel.CALL,))


def rings(anna: Walk, who: str, since: float = 0.0) -> list[tuple[float, str]]:
    return [(round(m - L2, 2), rung) for m, to, _, rung, way in anna.rows if to == who and way == "call" and m >= since]


def silent(**changes: Any) -> Walk:
    """Nobody ever presses a key; every call rings out after half a minute."""
    anna = timer(**changes)
    anna.delivers = False
    return anna


def rings_out(anna: Walk, who: str, minute: float) -> None:
    """The newest call to `who` ends at `minute`."""
    anna.to(minute)
    anna.reported([n for n in anna.notices if n.to == who and n.channel == "call"][-1].id, Delivery.UNDELIVERED)


def test_a_call_that_rang_out_is_rung_once_more_and_no_third_time() -> None:
    """Beth takes calls only: at L2, and 75 s after that one ended. Then nobody counts on her, and Chloe hears."""
    anna = silent(people=(*CALLS, CHLOE)).to(L2)
    rings_out(anna, "beth", L2 + 0.5)
    assert anna.told("chloe") == []
    anna.to(L2 + 1.8)
    assert rings(anna, "beth") == [(0, "L2"), (1.75, "L2")]
    assert [n.attempt for n in anna.notices if n.to == "beth"] == [1, 2]

    rings_out(anna, "beth", L2 + 2.25)
    anna.to(L2 + 2.5)

    assert anna.told("chloe", counted_from=L2)[0][:3] == (2.25, "chloe", "overdue")
    assert rings(anna, "beth") == [(0, "L2"), (1.75, "L2")]


@pytest.mark.parametrize("state", [Delivery.DELIVERED, Delivery.READ])
def test_a_key_withdraws_the_second_ring(state: Delivery) -> None:
    """Even one that is heard of after the end of the call."""
    anna = silent(people=(*CALLS, CHLOE)).to(L2)
    rings_out(anna, "beth", L2 + 0.5)
    anna.reported(anna.notices[-1].id, state)
    anna.to(L2 + 2.9)
    assert rings(anna, "beth") == [(0, "L2")]


def test_an_answer_by_another_way_withdraws_it_too() -> None:
    """Beth opens her link and says that she cannot."""
    anna = silent(people=(*CALLS, CHLOE)).to(L2)
    rings_out(anna, "beth", L2 + 0.5)
    anna.says("beth", Said.CANT)
    assert [r for r in rings(anna, "beth") if r[0] < 5] == [(0, "L2")]
    anna.to(L2 + 2.9)
    assert rings(anna, "beth") == [(0, "L2")]


def test_a_lease_holds_the_second_ring_of_a_rung_and_not_that_of_a_first_notice() -> None:
    """Dad's call at +3 rests when Chloe has it; Beth, whom nothing has told yet, is rung again."""
    anna = silent(people=(*people("beth", channels=(Channel.CALL,)), DAD, CHLOE)).to(L2)
    rings_out(anna, "beth", L2 + 0.5)
    anna.says("dad", Said.TAKEN)
    anna.to(L2 + 2.5)
    assert rings(anna, "beth") == [(0, "L2"), (1.75, "L2")]

    anna = overdue(people=(BETH, DAD, CHLOE)).to(L2 + 2.9)
    anna.delivers = False
    anna.to(L2 + 3)
    rings_out(anna, "dad", L2 + 3.5)
    anna.says("beth", Said.TAKEN)
    anna.to(L2 + 8)
    assert rings(anna, "dad") == [(3, "L2+3")]


def test_calls_to_her_ring_twice_until_she_has_answered() -> None:
    """An hour's walk, twelve minutes of grace: asked by call at six and nine; the one she slept through rings again."""
    anna = silent(plan_min=60, eta_min=69).to(69 + 6)
    rings_out(anna, HER, 75.5)
    anna.to(77)
    assert [row[0] for row in anna.rows if row[1] == HER and row[4] == "call"] == [75, 76.75]
    assert [n.extra["prompt"] for n in anna.notices if n.to == HER and n.channel == "call"] == ["d1", "d1"]

    anna.to(78)
    rings_out(anna, HER, 78.5)
    anna.answers(proof=Proof.PIN)
    anna.to(82)
    assert [row[0] for row in anna.rows if row[1] == HER and row[4] == "call"] == [75, 76.75, 78]


def test_a_call_that_meets_our_own_engaged_line_comes_right_after_it() -> None:
    """Dad listens to the call of +3 without a key when the SOS fires: his phone rings for that when he has hung up."""
    anna = silent(people=(BETH, DAD, CHLOE)).to(L2 + 3)
    newest = [n for n in anna.notices if n.to == "dad" and n.channel == "call"][-1]
    anna.reported(newest.id, Delivery.ANSWERED)
    anna.sos(window=False)
    assert [r[1] for r in rings(anna, "dad", since=L2 + 3)] == ["L2+3"]
    assert [r[1] for r in rings(anna, "beth", since=L2 + 3)] == ["SOS"]

    anna.to(L2 + 3.5)
    anna.reported(newest.id, Delivery.UNDELIVERED)
    anna.to(L2 + 3.6)

    assert [r[1] for r in rings(anna, "dad", since=L2 + 3)] == ["L2+3", "SOS"]


def test_a_number_that_cannot_be_rung_is_not_tried_again() -> None:
    """Refused for good: the next tier hears in that second."""
    anna = undelivered(people=(*CALLS, CHLOE))
    anna.reported(anna.notices[-1].id, Delivery.FAILED, for_good=True)
    anna.to(L2 + 2.9)
    assert rings(anna, "beth") == [(0, "L2")]
    assert anna.told("chloe", counted_from=L2)[0][0] == 0


def test_a_removed_contact_is_not_rung_again() -> None:
    """In the very minute between two rings."""
    anna = silent(people=(*CALLS, DAD)).to(L2)
    rings_out(anna, "beth", L2 + 0.5)
    anna.removes("beth")
    anna.to(L2 + 3)
    assert rings(anna, "beth") == [(0, "L2")]


def test_after_a_duress_pin_the_second_ring_is_that_of_the_true_one() -> None:
    """Her phone rang out, she keyed a PIN elsewhere: whichever it was, it stays quiet."""
    for proof in (Proof.PIN, Proof.DURESS):
        anna = silent(plan_min=60, eta_min=69).to(69 + 6)
        rings_out(anna, HER, 75.5)
        anna.ends(proof)
        anna.to(80)
        assert [row[0] for row in anna.rows if row[1] == HER and row[4] == "call"] == [75]


def test_the_end_is_told_to_whom_it_found_on_the_phone() -> None:
    """Beth takes calls only and is being rung when Anna keys her PIN: the all-clear comes when that call is over."""
    anna = silent(people=(*CALLS, DAD)).to(L2)
    anna.ends()
    assert [n.rung for n in anna.notices if n.to == "beth"] == ["L2"]
    rings_out(anna, "beth", L2 + 0.5)
    anna.to(L2 + 0.6)
    assert [(n.rung, n.kind.value) for n in anna.notices if n.to == "beth"] == [("L2", "overdue"), ("END", "closed")]


def test_what_was_dropped_is_not_rung_again() -> None:
    """The dispatcher found that nobody needs it."""
    anna = silent(people=(*CALLS, DAD)).to(L2)
    newest = [n for n in anna.notices if n.to == "beth"][-1]
    anna.do(lambda j: said.dropped(j, newest.id, "answered", at(anna.minute)))
    assert [r.to for r in anna.journey.rings if r.to == "beth"] == []
