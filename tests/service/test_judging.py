"""One batch's judgements, before anything is written."""

from collections import deque

import pytest
from msgspec.structs import replace

from alerts.contact import Channel
from alerts.notice import Kind, Notice
from alerts.turns import Lane
from geofence.judge import NO_EVIDENCE
from geofence.sighting import Standing
from service.frames import Grids
from service.journey.events import Nudged
from service.journey.fixes import sighted
from service.journey.model import Journey, JourneyKind, Plan, Proof
from service.journey.pressed import answered, armed, ended, extended, sos
from service.journey.rerouting import rerouted
from service.journey.turn import Outcome
from service.judging import Bench, Change, Entry, Held, NoSuchJourney, Work, nothing, owner_of, unit_of, waiting
from service.people.model import Contact, ContactState, Traveller
from service.people.wakes import CONSENT_S
from service.rows import Covered, Kept, ScreenChanged, event_from, journey_row, traveller_row
from service.store import Unit
from tests.builders import sighting
from tests.geofence.drawn import street

NOW = 1_795_000_000.0
PLAN = Plan(
    kind=JourneyKind.TIMER,
    profile="standard",
    reference="K742",
    code="42",
    destination="home",
    began_at=NOW,
    plan_s=1200.0,
    people=(),
    streams=False,
)


THERE, BACK = street((0, 0), (500, 0)), street((0, 0), (0, 300), (500, 300), (500, 0))


def on_her_way() -> Kept:
    return Kept(journey=armed("anna-1", PLAN, NOW + 1380, NOW).journey, wake_at=NOW + 1200)


def on_foot() -> Kept:
    """Along a way."""
    plan = replace(PLAN, kind=JourneyKind.DESTINATION, streams=True)
    return Kept(journey=armed("anna-1", plan, NOW + 1380, NOW).journey, wake_at=NOW + 1200)


def judged(kept: Kept, *entries: Entry, now: float = NOW) -> tuple[Work, Unit | None]:
    work = Work({"anna-1": Held(7, kept)})
    bench, mailboxes = Bench(now, None, Grids(), {"anna": work}), {"anna": deque(entries)}
    while mailboxes:
        bench.round(mailboxes)
    return work, unit_of(work, "c1", now)


def entry(**more: object) -> Entry:
    return Entry("anna", ("anna-1",), waiting(), **more)  # type: ignore[arg-type]


def more(minutes: float, command: str | None = None) -> Entry:
    return entry(act=lambda j, now, p: extended(j, minutes, now, p), command=command)


async def test_all_of_a_batch_is_one_unit() -> None:
    """Two wishes of hers: one put on the version that was read, both their events, both answers."""
    work, unit = judged(on_her_way(), more(5), more(2))

    assert unit
    assert [(put.key, put.expect) for put in unit.puts] == [("anna-1", 7)]
    assert [type(event_from(e)[1]).__name__ for e in unit.events] == ["EtaMoved", "EtaMoved"]
    assert [answer.code for _, answer in work.answers] == ["eta_moved", "eta_moved"]


async def test_a_command_is_answered_once_within_a_batch_too() -> None:
    """The repetition changes nothing."""
    work, unit = judged(on_her_way(), more(5, "c1"), more(5, "c1"))

    assert unit
    assert unit.puts[0].value is not None
    assert journey_row("anna-1", unit.puts[0].value).journey.eta_at == NOW + 1380 + 300
    assert work.answers[0][1] == work.answers[1][1]


async def test_nothing_that_changes_nothing_is_written() -> None:
    """A sweep before the wake: no unit."""
    _, unit = judged(on_her_way(), entry(act=nothing))

    assert unit is None


async def test_the_wake_index_is_written_when_it_was_found_early() -> None:
    """It is a lower bound: the sweep found nothing to do and puts in the exact instant."""
    early = Kept(journey=on_her_way().journey, wake_at=NOW)
    _, unit = judged(early, entry(act=nothing), now=NOW + 1)

    assert unit
    assert unit.wakes[0][0] == "anna-1"
    assert unit.wakes[0][1] is not None
    assert unit.wakes[0][1] > NOW + 1


async def test_an_account_wakes_too() -> None:
    """Consent to ask for again: the index has its day, in the row and beside it; nobody left to ask takes it out."""
    beth = Contact(id="beth", name="Beth", number="", state=ContactState.CONFIRMED, confirmed_at=NOW)
    anna = Traveller(id="anna", number="+447700900123", name="Anna", created_at=NOW, contacts=(beth,))
    day = NOW + CONSENT_S

    def unit_for(before: Traveller, after: Traveller) -> Unit | None:
        work = Work({"anna": Held(7, before)})
        change = Entry("anna", ("anna",), waiting(), transaction=lambda _rows, _now: Change({"anna": after}))
        Bench(NOW, None, Grids(), {"anna": work}).round({"anna": deque([change])})
        return unit_of(work, "c1", NOW)

    first = unit_for(replace(anna, contacts=()), anna)
    assert first is not None
    assert first.puts[0].value is not None
    assert (first.wakes, traveller_row("anna", first.puts[0].value).wake_at) == ((("anna", day),), day)
    again = unit_for(replace(anna, wake_at=day), replace(anna, wake_at=day, name="Ann"))
    assert again is not None
    assert again.wakes == ()
    gone = unit_for(replace(anna, wake_at=day), replace(anna, wake_at=day, contacts=()))
    assert gone is not None
    assert gone.wakes == (("anna", None),)


async def test_what_leaves_the_outbox_needs_a_row_to_travel_with() -> None:
    """Whichever she has, unchanged."""
    _, unit = judged(on_her_way(), entry(transaction=lambda _rows, _now: Change(unsend=("n1",))))

    assert unit
    assert unit.unsend == ("n1",)
    assert len(unit.puts) == 1


async def test_what_is_told_needs_a_row_to_travel_with_too() -> None:
    """A message or an event without a change is written with any row of hers; without one it is an error, and never
    dropped in silence."""
    note = Notice(journey="anna", incident="-", rung="x", to="beth", kind=Kind.REPLY, channel=Channel.SMS, due_at=NOW)
    _, told = judged(on_her_way(), entry(transaction=lambda _rows, _now: Change(notices=(note,))))
    _, happened = judged(on_her_way(), entry(transaction=lambda _rows, _now: Change({}, (Nudged(at=NOW, eta_at=NOW),))))

    assert told
    assert ([send.id for send in told.sends], len(told.puts)) == ([note.id], 1)
    assert happened
    assert ([event_from(e)[1] for e in happened.events], len(happened.puts)) == ([Nudged(at=NOW, eta_at=NOW)], 1)
    nowhere = Work({"anna-1": Held(0, None)}, notices=[note])
    with pytest.raises(NoSuchJourney, match="expected a row"):
        unit_of(nowhere, "c1", NOW)
    assert unit_of(Work({"anna-1": Held(0, None)}, unsend=["n1"]), "c1", NOW) is None


async def test_what_changes_in_the_cover_story_alone_is_on_the_feed_without_being_told() -> None:
    """Her devices look again; the story itself stands in the log, for nobody else."""
    covered, _ = judged(on_her_way(), entry(act=ended, proof=Proof.DURESS))
    kept = covered.changed["anna-1"]
    assert isinstance(kept, Kept)
    assert kept.journey.shadow

    def cover_only(journey: Journey, now: float, _proof: Proof) -> Outcome:
        return Outcome(journey, cover=(ScreenChanged(at=now),))

    work = Work({"anna-1": Held(8, kept)})
    Bench(NOW, None, Grids(), {"anna": work})._keep(work, "anna-1", kept, cover_only(kept.journey, NOW, Proof.NONE))

    assert [type(event) for _, event in work.events] == [Covered, ScreenChanged]


def told(work: Work) -> list[str]:
    return [type(event).__name__ for _, event in work.events]


async def test_under_a_duress_pin_the_log_has_both_stories() -> None:
    """First that a PIN was taken, then what her devices are told and how much of what follows is not for them."""
    work, _ = judged(on_her_way(), entry(act=ended, proof=Proof.DURESS))

    covered = work.events[1][1]
    assert told(work) == ["PinTaken", "Covered", "DuressEntered"]
    assert isinstance(covered, Covered)
    assert (covered.hides, covered.lifts) == (1, False)
    assert [type(event_from(e)[1]).__name__ for e in covered.events] == ["JourneyClosed"]


async def test_whoever_closes_what_was_covered_lifts_the_cover() -> None:
    """From here back everything may be told as it was."""
    forced, _ = judged(on_her_way(), entry(act=ended, proof=Proof.DURESS))
    kept = forced.changed["anna-1"]
    assert isinstance(kept, Kept)

    work, _ = judged(kept, entry(act=ended, proof=Proof.PIN), now=NOW + 60)

    assert told(work) == ["PinTaken", "Covered", "IncidentResolved", "JourneyClosed"]
    assert isinstance(work.events[1][1], Covered)
    assert work.events[1][1].lifts


async def test_without_a_cover_story_the_log_is_what_happened() -> None:
    """A true PIN leaves a trace of its own, a wrong one does not."""
    assert told(judged(on_her_way(), entry(act=ended, proof=Proof.PIN))[0]) == ["PinTaken", "JourneyClosed"]
    assert told(judged(on_her_way(), entry(act=ended, proof=Proof.WRONG))[0]) == ["PinRefused"]


async def test_a_transaction_that_says_nothing_of_the_cover_story_tells_her_nothing() -> None:
    """Rather than the truth."""
    forced, _ = judged(on_her_way(), entry(act=ended, proof=Proof.DURESS))
    kept = forced.changed["anna-1"]
    assert isinstance(kept, Kept)
    event = Nudged(at=NOW, eta_at=NOW)

    covered, _ = judged(kept, entry(transaction=lambda rows, _now: Change(dict(rows), (event,))))
    plain, _ = judged(on_her_way(), entry(transaction=lambda rows, _now: Change(dict(rows), (event,))))

    assert [e for _, e in covered.events] == [Covered(at=NOW, hides=1), event]
    assert [e for _, e in plain.events] == [event]


def test_a_row_belongs_to_its_traveller() -> None:
    """Whatever stands before the dash."""
    assert [owner_of(key) for key in ("anna", "anna-1")] == ["anna", "anna"]


async def test_what_reaches_the_operators_goes_to_their_own_system_in_the_same_commit() -> None:
    """Where there is one: an SOS without a window, in a lane of its own; where there is none, nothing more is sent."""
    work, unit = judged(on_her_way(), entry(act=lambda j, now, _: sos(j, now, window=False)))
    hooked = unit_of(work, "c1", NOW, hooked=True)

    assert unit
    assert hooked
    assert [send.lane for send in unit.sends] == []
    assert [(send.lane, send.urgency) for send in hooked.sends] == [(Lane.HOOKS, 0)]


async def test_another_way_begins_what_is_found_of_her_anew() -> None:
    """Dropped: the row keeps its line. A new line stands in the row with it, and only where the act says so."""
    kept = replace(on_foot(), route=THERE, evidence=replace(NO_EVIDENCE, doubts=1))
    asked = replace(kept, journey=sighted(kept.journey, [sighting(0, Standing.OFF_ROUTE)], NOW).journey)
    dropped, _ = judged(asked, entry(act=lambda j, now, p: answered(j, "", "another_way", now, p)))
    after = dropped.changed["anna-1"]
    assert isinstance(after, Kept)
    assert (after.route, after.evidence) == (THERE, asked.evidence.on_another_way())

    line = entry(act=lambda j, now, p: rerouted(j, 0, 900.0, now, p), route=BACK)
    taken, _ = judged(after, line)
    again = taken.changed["anna-1"]
    assert isinstance(again, Kept)
    assert (again.route, again.journey.route_dropped) == (BACK, False)

    ignored, _ = judged(after, entry(act=lambda j, now, p: extended(j, 5, now, p), route=BACK))
    same = ignored.changed["anna-1"]
    assert isinstance(same, Kept)
    assert same.route == THERE
