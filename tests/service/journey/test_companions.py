"""Whom a journey under way tells, when that changes meanwhile."""

from msgspec.structs import replace

from alerts.contact import Channel, Recipient
from alerts.ladder import Said
from alerts.notice import Kind
from service.journey.companions import asked, asked_by, changed, joined, mailed, reached
from service.journey.model import Journey, JourneyKind, Plan, Proof
from service.journey.pressed import armed, ended, sos
from service.journey.said import contact_said

NOW = 1_700_000_000.0
BETH, DAD = Recipient(id="beth"), Recipient(id="dad", tier=2)


def walking() -> Journey:
    plan = Plan(
        kind=JourneyKind.DESTINATION,
        profile="standard",
        reference="K742",
        code="42",
        destination="home",
        began_at=NOW,
        plan_s=1200.0,
        people=(BETH,),
    )
    return armed("anna-1", plan, NOW + 1380, NOW).journey


def test_dad_joins_once_and_only_on_the_way() -> None:
    """A second YES changes nothing; a closed journey is joined by nobody."""
    journey = joined(walking(), DAD, NOW).journey
    closed = ended(walking(), NOW, Proof.PIN).journey

    assert [p.id for p in journey.plan.people] == ["beth", "dad"]
    assert joined(journey, DAD, NOW).journey is journey
    assert joined(closed, DAD, NOW).journey is closed


def test_whoever_joins_is_not_waited_for_any_more() -> None:
    """Dad was invited when she set off; his YES makes him one of those who are told."""
    journey = walking()
    asked = replace(journey, plan=replace(journey.plan, invited=(DAD,)))
    plan = joined(asked, DAD, NOW).journey.plan

    assert ([p.id for p in plan.people], plan.invited) == (["beth", "dad"], ())


def test_a_yes_in_the_middle_of_an_sos_makes_him_one_of_those_who_were_told() -> None:
    """Dad had its one text. Now he gets the alert itself, once; his word counts, he hears what others say, and the end."""
    asked = replace(walking(), plan=replace(walking().plan, invited=(DAD,)))
    cried = sos(asked, NOW, window=False).journey
    yes = joined(cried, DAD, NOW + 60)
    said = contact_said(yes.journey, "beth", Said.TAKEN, NOW + 70)
    over = ended(contact_said(said.journey, "dad", Said.TAKEN, NOW + 80).journey, NOW + 90, Proof.PIN)

    assert [(n.to, n.kind, n.rung) for n in yes.notices] == [("dad", Kind.SOS, "SOS+YES")]
    assert yes.journey.incident is not None
    assert yes.journey.incident.invited == ()
    assert [(n.to, n.kind) for n in said.notices] == [("dad", Kind.TAKEN)]
    assert sorted((n.to, n.kind) for n in over.notices) == [("beth", Kind.CLOSED), ("dad", Kind.CLOSED)]
    assert joined(yes.journey, DAD, NOW + 61).journey is yes.journey


def test_a_yes_in_an_alarm_he_knows_nothing_of_waits_for_the_next() -> None:
    """Asked after the SOS had fired, Dad was told nothing of it: a list that is changed later changes no running ladder."""
    cried = asked(sos(walking(), NOW, window=False).journey, DAD).journey
    yes = joined(cried, DAD, NOW + 60)

    assert yes.notices == ()
    assert yes.journey.incident is not None
    assert yes.journey.incident.ladder is not None
    assert [p.who.id for p in yes.journey.incident.ladder.people] == ["beth"]
    assert [p.id for p in yes.journey.plan.people] == ["beth", "dad"]


def test_a_change_counts_for_those_who_are_in_it() -> None:
    """Beth's new tier; a stranger's changes nothing."""
    journey = walking()

    assert changed(journey, Recipient(id="beth", tier=2)).journey.plan.people[0].tier == 2
    assert changed(journey, DAD).journey is journey


def test_her_own_stop_counts_for_what_she_is_still_asked() -> None:
    """Calls are what is left; nothing new is nothing changed."""
    journey = asked_by(walking(), (Channel.PUSH, Channel.CALL)).journey

    assert journey.plan.way_to_her(Channel.SMS) is Channel.CALL
    assert asked_by(journey, (Channel.PUSH, Channel.CALL)).journey is journey


def test_stop_counts_in_a_running_alarm() -> None:
    """Both in the plan and on the ladder."""
    journey = reached(sos(walking(), NOW, window=False).journey, "beth", by_sms=False).journey

    assert not journey.plan.people[0].reachable_by_sms
    assert journey.incident is not None
    assert journey.incident.ladder is not None
    assert not journey.incident.ladder.people[0].who.reachable_by_sms


def test_who_is_invited_on_the_way_waits_for_an_sos_only() -> None:
    """Once, and never beside a place among those who are told; taken off the SOS list, or after STOP, that is known."""
    chloe = Recipient(id="chloe")
    journey = asked(walking(), chloe).journey
    closed = ended(walking(), NOW, Proof.PIN).journey

    assert journey.plan.invited == (chloe,)
    assert asked(journey, chloe).journey is journey
    assert asked(walking(), BETH).journey.plan.invited == ()
    assert asked(closed, chloe).journey is closed
    assert [p.on_sos_list for p in changed(journey, Recipient(id="chloe", on_sos_list=False)).journey.plan.invited] == [
        False
    ]
    assert [p.reachable_by_sms for p in reached(journey, "chloe", by_sms=False).journey.plan.invited] == [False]


def test_an_address_that_is_proved_counts_in_a_running_alarm() -> None:
    """Both in the plan and on the ladder; and so does one that takes no mail any more."""
    crying = sos(walking(), NOW, window=False).journey
    proved = mailed(crying, "beth", by_mail=True).journey
    stopped = mailed(proved, "beth", by_mail=False).journey

    for journey, by_mail in ((proved, True), (stopped, False)):
        assert [p.reachable_by_mail for p in journey.plan.people] == [by_mail]
        assert journey.incident is not None
        assert journey.incident.ladder is not None
        assert [p.who.reachable_by_mail for p in journey.incident.ladder.people] == [by_mail]
    assert [p.reachable_by_mail for p in mailed(walking(), "beth", by_mail=True).journey.plan.people] == [True]
