"""What must hold whatever happens: random lives of a journey. Slow on purpose (about 10 s); the stories are quick."""

import msgspec
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from alerts.notice import HER, Kind
from geofence.sighting import Standing
from service.journey.advance import advance, deadlines, next_wake
from service.journey.claims import takes_two
from service.journey.events import EVENTS, Event, IncidentResolved, JourneyClosed
from service.journey.model import Journey, JourneyState, Level, Proof
from service.journey.sentence import promised_at, sentence
from service.journey.tables import MACHINES, IllegalEvent, moved
from tests.builders import MINUTE, START, Walk, at, sighting, timer

from .heart_acts import (
    OPERATORS_ACTS,
    Act,
    anything,
    claims_alone,
    done,
    from_contacts,
    from_operators,
    from_provider,
    play,
    starts,
    time_alone,
    waited,
    without_closing,
)

lives = settings(
    max_examples=200,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    phases=[Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink],
)
ALARMS = {"concern", "overdue", "late", "phone_home", "sos", "duress"}
GOOD_NEWS = {Kind.CLOSED, Kind.ARRIVED, Kind.SOS_PIN}
_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Journey).decode


def lived(anna: Walk, acts: list[Act]) -> Walk:
    """All of it, one after the other."""
    for act in acts:
        play(anna, act)
    return anna


def stories(anna: Walk) -> list[Journey]:
    """What is true, and its cover story if there is one; each lives by its own clock."""
    return [j for j in (anna.journey, anna.journey.shadow) if j is not None]


@lives
@given(starts(), st.lists(anything, max_size=25))
def test_before_next_wake_time_changes_nothing_and_at_it_something(anna: Walk, acts: list[Act]) -> None:
    """In every state: the same journey, no events, no notices; and then a difference."""
    for act in acts:
        play(anna, act)
        wake, lived_to = next_wake(anna.journey), max(j.updated_at for j in stories(anna))
        early = lived_to + 1e9 if wake is None else wake - 1e-3
        if early >= lived_to:
            before = advance(anna.journey, early)
            assert (before.journey, before.events, before.notices) == (anna.journey, (), ())
        if wake is not None:
            assert advance(anna.journey, wake).journey != anna.journey


@lives
@given(starts(), st.lists(anything, max_size=25))
def test_the_same_time_twice_is_once(anna: Walk, acts: list[Act]) -> None:
    """After a sweep nothing is due any more, and another sweep changes nothing."""
    for act in acts:
        play(anna, act)
        once = advance(anna.journey, at(anna.minute))
        twice = advance(once.journey, at(anna.minute))
        assert (twice.journey, twice.events, twice.notices) == (once.journey, (), ())
        assert all(when > once.journey.updated_at for when, _ in deadlines(once.journey))


@lives
@given(starts(hours=False), st.lists(anything, max_size=12), st.sampled_from((5.0, 60.0, 600.0)))
def test_looking_late_tells_everybody_who_would_have_been_told(anna: Walk, acts: list[Act], minutes: float) -> None:
    """Swept at every deadline or once at the end: half an hour later the same contacts have been told. (Of a concern
    that is who is in hours when it is told.)"""
    lived(anna, acts)
    slow = Walk(anna.journey, anna.minute, hands=True)
    quick = Walk(anna.journey, anna.minute, hands=True)
    quick.to(anna.minute + minutes)
    slow.jump(anna.minute + minutes)
    slow.to(anna.minute + minutes + 45)
    assert {r[1] for r in quick.told()} <= {r[1] for r in slow.told()}


@pytest.mark.parametrize("event", EVENTS)
def test_an_illegal_event_names_both_and_changes_nothing(event: type[Event]) -> None:
    """Whatever a machine's table does not list raises with the machine's state and the event's name."""
    fields = event.__struct_fields__
    for machine, table in MACHINES.items():
        for state, row in table.items():
            if event not in row:
                with pytest.raises(IllegalEvent, match=f"{machine} in state {state.value}: {event.__name__}"):
                    moved(machine, state, event(**dict.fromkeys(fields, 0.0)))  # type: ignore[arg-type]


@lives
@given(starts(), st.lists(anything, max_size=40))
def test_nothing_anybody_does_is_illegal(anna: Walk, acts: list[Act]) -> None:
    """Every act has an answer in every state; notices never repeat an id; the row survives the disk."""
    for act in acts:
        play(anna, act)
        assert anna.answer is not None
        assert _decode(_encode(anna.journey)) == anna.journey
    ids = [n.id for n in anna.notices]
    assert len(ids) == len(set(ids))


@lives
@given(starts(), st.lists(without_closing(anything), max_size=20), st.lists(time_alone, max_size=15))
def test_silence_never_becomes_safe(anna: Walk, acts: list[Act], later: list[Act]) -> None:
    """Time and outages alone close no journey, resolve no incident and send no good news, from any state."""
    lived(anna, acts)
    events, notices = len(anna.events), len(anna.notices)
    lived(anna, [*later, Act("down"), *later])
    assert not [e for e in anna.events[events:] if isinstance(e, JourneyClosed | IncidentResolved)]
    assert not [n for n in anna.notices[notices:] if n.kind in GOOD_NEWS]


@lives
@given(
    starts(),
    st.lists(without_closing(anything), max_size=15),
    st.lists(st.one_of(from_contacts, time_alone), max_size=25),
)
def test_contacts_alone_never_end_anything(anna: Walk, acts: list[Act], words: list[Act]) -> None:
    """No sequence of their words and of time closes, resolves, moves the ETA or drops the route."""
    lived(anna, acts)
    before, events = anna.journey, len(anna.events)
    lived(anna, words)
    assert not [e for e in anna.events[events:] if isinstance(e, JourneyClosed | IncidentResolved)]
    assert anna.journey.route_dropped == before.route_dropped
    assert anna.journey.moved_s == before.moved_s


@lives
@given(starts(), st.lists(without_closing(anything), max_size=15), st.lists(st.one_of(from_contacts, claims_alone)))
def test_contacts_and_claims_together_end_nothing_either(anna: Walk, acts: list[Act], words: list[Act]) -> None:
    """Whoever has it, notes something or gives it back: only an outcome of an operator closes anything."""
    lived(anna, acts)
    events = len(anna.events)
    lived(anna, words)
    assert not [e for e in anna.events[events:] if isinstance(e, JourneyClosed | IncidentResolved)]


@lives
@given(
    starts(),
    st.lists(without_closing(anything), max_size=10),
    st.booleans(),
    st.lists(st.one_of(from_operators, time_alone, from_contacts), max_size=25),
)
def test_one_operator_alone_never_ends_a_cry_for_help(
    anna: Walk, acts: list[Act], forced: bool, later: list[Act]
) -> None:
    """All of it done by Olga, who has not heard the word: an SOS and a duress stay open. With the word, or with Omar's
    agreement, they are closed."""
    lived(anna, [*acts, Act("ended", (Proof.DURESS,)) if forced else Act("sos", (False,))])
    alarm = anna.journey.alarm
    if alarm is None or not takes_two(alarm):
        return
    lived(anna, [alone(act) for act in later])
    assert anna.incident.id == alarm.id
    assert anna.incident.is_open
    play(anna, Act("resolved", ("olga", "found", False)))
    if anna.answer is not None and anna.answer.code == "counting":
        return
    play(anna, Act("resolved", ("omar", "found", False)))
    assert not anna.incident.is_open


def alone(act: Act) -> Act:
    """The same, done by Olga, who has not heard her word."""
    if act.name == "resolved":
        return Act(act.name, ("olga", act.args[1], False))
    return Act(act.name, ("olga", *act.args[1:])) if act.name in OPERATORS_ACTS else act


@lives
@given(starts(), st.lists(without_closing(anything), max_size=25))
def test_her_pin_ends_everything_and_exactly_those_who_were_told_hear_it(anna: Walk, acts: list[Act]) -> None:
    """From any phone, with her own gone: resolved and closed; each told contact who is still one gets one last text, or a
    call when the one that rings just then is over."""
    lived(anna, [*acts, Act("wait", (0.0,))])
    if anna.journey.alarm is None or anna.journey.shadow is not None:
        return
    told = {n.to for n in anna.notices if n.incident == anna.incident.id and n.to != HER}
    start = len(anna.notices)
    assert anna.ends().code == "closed"
    assert anna.journey.state is JourneyState.CLOSED
    assert anna.incident.level is Level.RESOLVED
    anna.to(anna.minute + 4)
    ended = [n.to for n in anna.notices[start:] if n.rung == "END" and n.attempt == 1]
    assert sorted(ended) == sorted(told & {p.id for p in (*anna.journey.plan.people, *anna.journey.plan.invited)})


@lives
@given(
    starts(), st.lists(anything, max_size=12), st.lists(from_contacts.filter(lambda a: a.name == "said"), max_size=8)
)
def test_an_answer_never_delays_anybodys_first_notice(anna: Walk, acts: list[Act], words: list[Act]) -> None:
    """Whoever would have been told by then is told by then, whatever the others answer in between."""
    lived(anna, acts)
    anna.hands = anna.delivers = True
    known, start = set(alarmed(anna)), anna.minute
    quiet = Walk(anna.journey, start).to(start + 60)
    for act in words:
        play(anna, act)
        anna.to(anna.minute + 3)
    anna.to(start + 60)
    late = {who for who, minute in alarmed(quiet).items() if who not in known and alarmed(anna)[who] > minute}
    assert late == set()


@lives
@given(starts(), st.lists(anything, max_size=12), st.lists(claims_alone, max_size=8))
def test_an_operator_never_delays_anybodys_first_notice(anna: Walk, acts: list[Act], claimed: list[Act]) -> None:
    """Whoever would have been told by then is told by then, whatever operators take, note and give back in between."""
    lived(anna, acts)
    anna.hands = anna.delivers = True
    known, start = set(alarmed(anna)), anna.minute
    quiet = Walk(anna.journey, start).to(start + 60)
    for act in claimed:
        play(anna, act)
        anna.to(anna.minute + 0.7)
    anna.to(start + 60)
    late = {who for who, minute in alarmed(quiet).items() if who not in known and alarmed(anna).get(who) != minute}
    assert late == set()


def alarmed(anna: Walk) -> dict[str, float]:
    """The first alarm that each contact got."""
    return {to: minute for minute, to, kind, *_ in reversed(anna.told()) if kind in ALARMS}


@lives
@given(starts(), st.lists(without_closing(anything), max_size=15), st.booleans(), waited)
def test_what_waited_in_her_phone_lowers_only_what_was_open_when_she_pressed(
    anna: Walk, acts: list[Act], cries: bool, late: Act
) -> None:
    """With her true PIN as well: an alarm of which others were told after that, and an SOS pressed after it, stay."""
    lived(anna, [*acts, Act("wait", (0.0,)), *([Act("sos", (True,))] if cries else [])])
    what, _, ago = late.args
    given_at, alarm, countdown = at(anna.minute - ago), anna.journey.alarm, anna.journey.sos
    play(anna, Act("waited", (what, Proof.PIN, ago)))
    if alarm is not None and alarm.ladder is not None and alarm.ladder.began_at > given_at:
        assert anna.journey.alarm is not None
        assert anna.incident.id == alarm.id
    if countdown is not None and countdown.pressed_at > given_at:
        assert anna.journey.sos == countdown


@lives
@given(starts(), st.lists(anything, max_size=15), st.sampled_from(tuple(Standing)), st.booleans())
def test_old_fixes_lower_nothing(anna: Walk, acts: list[Act], standing: Standing, inside: bool) -> None:
    """Late, doubled, out of order or implausible: they keep the link alive and touch nothing else."""
    lived(anna, acts)
    before = anna.journey
    for changes in ({"fresh": False}, {"set_aside": "jump"}):
        minute = anna.minute
        outcome = done(anna, Act("fix", (standing, inside, "fresh" not in changes, changes.get("set_aside"), "")))
        assert outcome is not None
        assert anna.minute == minute
        after = outcome.journey
        still = replace(
            after, link=before.link, battery_pct=before.battery_pct, updated_at=before.updated_at, shadow=before.shadow
        )
        due = advance(before, at(anna.minute))
        if due.journey == before:
            assert still == before
    assert sighting(1).fresh


@lives
@given(starts(streams=False), st.lists(from_provider, max_size=3))
def test_the_sentence_comes_true(anna: Walk, receipts: list[Act]) -> None:
    """Nobody does anything: the people it names hear at the instant it names, and nobody before; the others later."""
    promised, text = promised_at(anna.journey), sentence(anna.journey)
    if promised is None:
        assert anna.to(600).heard_of(Kind.OVERDUE) == set()
        return
    anna.hands = anna.delivers = True
    lived(anna, receipts)
    anna.to((promised - START) / MINUTE - 0.01)
    assert {r[2] for r in anna.told()} <= {"started"}
    anna.to((promised - START) / MINUTE)
    first, _, second = text.partition(".")
    assert {p.id for p in anna.journey.plan.people if f"{{{p.id}}}" in first} == anna.heard_of(Kind.OVERDUE)
    anna.to((promised - START) / MINUTE + 5)
    assert {p.id for p in anna.journey.plan.people if f"{{{p.id}}}" in second} == anna.heard_of(Kind.OVERDUE) - {
        p.id for p in anna.journey.plan.people if f"{{{p.id}}}" in first
    }
    assert ("nobody else" in second) is (
        anna.heard_of(Kind.OVERDUE) == {p.id for p in anna.journey.plan.people if f"{{{p.id}}}" in first}
    )


def test_a_life_can_be_replayed() -> None:
    """The generator of these lives reaches an alarm, a lease and an end."""
    anna = timer()
    for act in (Act("wait", (41.0,)), Act("said", ("beth", "taken", True)), Act("ended", (Proof.PIN,))):
        play(anna, act)
    assert anna.journey.state is JourneyState.CLOSED
