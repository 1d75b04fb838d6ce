"""What holds for calls, whatever their reports and keys and in whatever order they come."""

from dataclasses import dataclass
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.contact import Channel
from alerts.gateway import Delivery
from alerts.ladder import Said
from alerts.notice import HER, Notice
from alerts.rings import PAIR_S, RINGS_S
from service.journey.turn import Turn
from tests.builders import BETH, CHLOE, DAD, L2, Walk, at, people, timer

REPORTS = (Delivery.ACCEPTED, Delivery.SENT, Delivery.ANSWERED, Delivery.UNDELIVERED, Delivery.FAILED)
lives = settings(max_examples=60, deadline=None)


@dataclass(frozen=True)
class Report:
    """The provider says something about one of the calls so far (`which` counts from the newest), `after` minutes."""

    after: float
    which: int
    state: Delivery


reports = st.lists(
    st.builds(
        Report,
        after=st.sampled_from([0.0, 0.1, 0.3, 0.6, 1.3, 3.1, 7.0]),
        which=st.integers(0, 5),
        state=st.sampled_from(REPORTS),
    ),
    max_size=25,
)


def begun(sos: bool, hands: bool) -> Walk:
    """Beth takes calls only, Dad texts and calls; nobody proves anything."""
    anna = timer(people=(*people("beth", channels=(Channel.CALL,)), DAD, CHLOE))
    anna.delivers, anna.hands = False, hands
    anna.to(L2)
    if sos:
        anna.sos(window=False)
    return anna


def calls(anna: Walk, who: str | None = None) -> list[Notice]:
    return [n for n in anna.notices if n.channel is Channel.CALL and who in (None, n.to)]


def told(anna: Walk, report: Report) -> None:
    anna.to(anna.minute + report.after)
    made = calls(anna)
    if made:
        anna.reported(made[-1 - report.which % len(made)].id, report.state)


@lives
@given(st.booleans(), st.booleans(), reports)
def test_without_a_key_nobody_is_told(sos: bool, hands: bool, said: list[Report]) -> None:
    """Whatever is reported of calls: none counts as delivered, and nobody as heard."""
    anna = begun(sos, hands)
    for report in said:
        told(anna, report)
    proofs = [p for p in anna.journey.proven if p.channel is Channel.CALL]
    assert not [p for p in proofs if p.state in (Delivery.DELIVERED, Delivery.READ) or p.delivered_at is not None]
    assert anna.incident.ladder is not None
    assert all(p.said is Said.NOTHING for p in anna.incident.ladder.people)


@lives
@given(st.booleans(), reports)
def test_no_phone_is_rung_while_it_rings(sos: bool, said: list[Report]) -> None:
    """A call is made only when the one before it is over, or has rung for longer than any call rings."""
    anna = begun(sos, hands=True)
    for report in said:
        told(anna, report)
    ended: dict[str, float] = {p.id: p.failed_at for p in anna.journey.proven if p.failed_at is not None}
    handed = {p.id: p.accepted_at for p in anna.journey.proven if p.accepted_at is not None}
    for who in ("beth", "dad", "chloe", HER):
        made = [n for n in calls(anna, who) if n.id in handed]
        for before, after in pairwise(made):
            over_at = min(ended.get(before.id, handed[before.id] + RINGS_S), handed[before.id] + RINGS_S)
            assert after.due_at >= over_at, (before.id, after.id)


@lives
@given(st.booleans(), reports)
def test_a_second_ring_follows_within_three_minutes_and_no_third(sos: bool, said: list[Report]) -> None:
    """The same call under the next attempt: at most once, and not after a key."""
    anna = begun(sos, hands=True)
    for report in said:
        told(anna, report)
    ids = [n.id for n in anna.notices]
    assert len(ids) == len(set(ids))
    attempts: dict[tuple[str, str, str], list[Notice]] = {}
    for n in calls(anna):
        attempts.setdefault((n.incident, n.rung, n.to), []).append(n)
    for rung in attempts.values():
        again = [(a, b) for a, b in pairwise(rung) if b.attempt == a.attempt + 1]
        assert len(again) <= 1
        for first, second in again:
            assert second.due_at - first.due_at <= PAIR_S


@lives
@given(reports, st.integers(0, 24))
def test_a_key_ends_the_ringing_for_that_call(said: list[Report], when: int) -> None:
    """Somebody keys something in the newest call to Beth: that call is not rung again."""
    anna = begun(sos=False, hands=True)
    keyed: Notice | None = None
    for nth, report in enumerate([*said, Report(0.0, 0, Delivery.SENT)]):
        told(anna, report)
        if nth == min(when, len(said)):
            keyed = calls(anna, "beth")[-1]
            anna.reported(keyed.id, Delivery.DELIVERED)
    assert keyed is not None
    later = [n for n in calls(anna, "beth") if (n.rung, n.attempt) == (keyed.rung, keyed.attempt + 1)]
    assert later == []


@lives
@given(reports)
def test_a_report_said_twice_changes_nothing(said: list[Report]) -> None:
    """Callbacks are replayed: the very same one, of the same call."""
    anna = begun(sos=False, hands=True)
    for report in said:
        anna.to(anna.minute + report.after)
        made = calls(anna)
        if not made:
            continue
        same = made[-1 - report.which % len(made)].id
        anna.reported(same, report.state)
        anna.to(anna.minute)  # what it brought forward to this very moment
        before, rung = anna.journey, len(calls(anna))
        anna.reported(same, report.state)
        assert anna.journey == before
        assert len(calls(anna)) == rung


def test_the_second_ring_is_written_down_with_its_question() -> None:
    """A prompt's id goes with it, or nobody could say whether it is still asked."""
    anna = timer(plan_min=60, eta_min=69, people=(BETH,))
    anna.delivers = False
    anna.to(69 + 6.1)
    first = calls(anna, HER)[-1]
    anna.reported(first.id, Delivery.UNDELIVERED)
    anna.to(69 + 8)
    second = calls(anna, HER)[-1]
    assert (second.attempt, second.extra["prompt"]) == (first.attempt + 1, first.extra["prompt"])
    assert Turn(anna.journey, at(anna.minute)).journey.rings[-1].notice.id == second.id
