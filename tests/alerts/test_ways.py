"""Ways to reach a person."""

from alerts import answers
from alerts.contact import Channel, Recipient
from alerts.ladder import advance, wake
from alerts.rungs import Alarm
from alerts.told import Person
from alerts.ways import calls, primary, rings, watch_handed, way_to

from .people import BETH, CHLOE, begun, rows


def test_the_first_way_is_the_first_channel_that_works() -> None:
    """After STOP it is a call, for everybody, also for who wanted none."""
    assert way_to(Person(who=BETH)) is Channel.SMS
    assert way_to(Person(who=Recipient(id="x", channels=(Channel.CALL, Channel.SMS)))) is Channel.CALL
    assert way_to(Person(who=Recipient(id="x", reachable_by_sms=False))) is Channel.CALL
    deaf = Person(who=Recipient(id="x", channels=(Channel.SMS,), reachable_by_sms=False))
    assert way_to(deaf) is Channel.CALL
    assert rings(deaf)


def test_the_primary_is_called_first_and_only_if_he_knows() -> None:
    """Without one, or with one who has not been told, the first of the best tier."""
    ladder, _ = begun()
    assert primary(ladder) == ladder.person("dad")
    second = Recipient(id="chloe", tier=2, primary=True)
    ladder, _ = begun(people=(BETH, second))
    assert primary(ladder) == ladder.person("beth")


def test_who_cannot_is_not_called() -> None:
    """The others are."""
    ladder, _ = begun()
    ladder, _ = answers.declined(ladder, "beth", 1.0)
    assert rows(calls(ladder, ladder.people, "L3", 1.0)) == [("dad", "overdue", "call"), ("chloe", "overdue", "call")]


def test_with_every_way_used_up_a_contact_is_unreachable_until_something_arrives() -> None:
    """Text, second sender, call, nothing; a receipt that comes after all brings her back."""
    ladder, notices = begun(people=(BETH, CHLOE), second_sender=True)
    first = notices[0]
    for _ in range(3):
        ladder, more = answers.failed(ladder, notices[-1].id, 10.0, for_good=False)
        notices += more
    ways = [(n.channel.value, n.second_sender, n.attempt) for n in notices if n.to == "beth"]
    assert ways == [("sms", False, 1), ("sms", True, 2), ("call", False, 3)]
    beth = ladder.person("beth")
    assert beth is not None
    assert beth.unreachable
    ladder, _ = answers.delivered(ladder, first.id, 20.0)
    beth = ladder.person("beth")
    assert beth is not None
    assert not beth.unreachable


def test_in_an_sos_an_unproven_text_sets_off_no_extra_call() -> None:
    """She is being rung already."""
    ladder, notices = begun(Alarm.SOS, (BETH,))
    text = next(n for n in notices if n.channel is Channel.SMS)
    _, more = answers.failed(ladder, text.id, 5.0, for_good=False)
    assert more == []


def test_only_a_notice_of_this_ladder_lets_its_rungs_go_on() -> None:
    """A hand-over of her own prompt, or of an older alarm, proves nothing about this one (review H28)."""
    ladder, _ = begun()
    for other in ("anna-1/i1/p1.sms/her/sms/1", "anna-1/i0/L2/beth/sms/1", "anna-1/i1/L1/beth/sms/1"):
        assert watch_handed(ladder, other, 30.0) is ladder
    assert wake(ladder) == 720.0  # operators alone
    _, notices = advance(ladder, 600.0)
    assert notices == []
