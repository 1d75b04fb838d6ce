"""Ways to reach a person."""

from alerts import answers
from alerts.contact import Channel, Recipient
from alerts.ladder import Ladder, advance, closed, wake
from alerts.notice import Notice
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


READS = Recipient(id="dad", reachable_by_mail=True)


def ways(notices: list[Notice]) -> list[tuple[str, bool, int]]:
    """Channel, second sender, attempt."""
    return [(n.channel.value, n.second_sender, n.attempt) for n in notices]


def handed_at(ladder: Ladder, notice: Notice, now: float) -> Ladder:
    return answers.handed(ladder, notice.id, now)[0]


def test_a_text_that_nobody_proves_goes_by_mail_and_the_call_comes_in_its_time() -> None:
    """Row 11: the mail at 60 s, the call at 120 s from the hand-over of the text, whatever became of the mail."""
    ladder, [text] = begun(people=(READS,))
    ladder = handed_at(ladder, text, 5.0)
    ladder, nothing = advance(ladder, 64.0)
    ladder, mail = advance(ladder, 65.0)
    assert (nothing, ways(mail)) == ([], [("email", False, 1)])
    assert wake(ladder) == 125.0
    ladder, call = advance(ladder, 125.0)
    assert ways(call) == [("call", False, 2)]


def test_with_a_second_sender_the_mail_goes_beside_the_call() -> None:
    """A text from another number reaches a phone; a mail is for who has none at hand."""
    ladder, [text] = begun(people=(READS,), second_sender=True)
    ladder = handed_at(ladder, text, 0.0)
    ladder, second = advance(ladder, 60.0)
    ladder = handed_at(ladder, second[0], 60.0)
    ladder, rest = advance(ladder, 120.0)
    assert (ways(second), ways(rest)) == ([("sms", True, 2)], [("email", False, 1), ("call", False, 3)])


def test_a_text_that_came_back_is_followed_by_mail_and_call_at_once() -> None:
    """An address never makes a call later than it would have been."""
    ladder, [text] = begun(people=(READS,))
    _, notices = answers.failed(ladder, text.id, 4.0, for_good=False)
    assert ways(notices) == [("email", False, 1), ("call", False, 2)]


def test_nobody_is_mailed_at_an_address_that_is_not_proved() -> None:
    """The order that she chose does not change that."""
    who = Recipient(id="dad", channels=(Channel.EMAIL, Channel.SMS, Channel.CALL))
    ladder, [text] = begun(people=(who,))
    ladder = handed_at(ladder, text, 0.0)
    _, notices = advance(ladder, 60.0)
    assert (ways([text]), ways(notices)) == ([("sms", False, 1)], [("call", False, 2)])


def test_mail_is_the_first_way_only_for_who_has_no_text() -> None:
    """And stands before calls in the order that she chose; who has texts gets a text."""
    order = (Channel.EMAIL, Channel.SMS, Channel.CALL)
    assert way_to(Person(who=Recipient(id="x", channels=order, reachable_by_mail=True))) is Channel.SMS
    stopped = Recipient(id="x", channels=order, reachable_by_mail=True, reachable_by_sms=False)
    assert way_to(Person(who=stopped)) is Channel.EMAIL
    last = Recipient(id="x", channels=(Channel.CALL, Channel.EMAIL), reachable_by_mail=True)
    assert way_to(Person(who=last)) is Channel.CALL


def test_the_call_after_a_first_mail_waits_for_no_mail_server() -> None:
    """It has not been taken for a minute, since the server is down: the call goes all the same."""
    who = Recipient(id="dad", channels=(Channel.EMAIL, Channel.CALL), reachable_by_mail=True)
    ladder, mail = begun(people=(who,))
    assert (ways(mail), wake(ladder)) == ([("email", False, 1)], 60.0)
    ladder, call = advance(ladder, 60.0)
    assert ways(call) == [("call", False, 2)]
    dad = ladder.person("dad")
    assert dad is not None
    assert not dad.heard


def test_an_sos_is_mailed_once_to_who_takes_no_texts() -> None:
    """At once, beside the call; the rounds after it ring and do not write again."""
    who = Recipient(id="dad", reachable_by_sms=False, reachable_by_mail=True)
    ladder, notices = begun(Alarm.SOS, (who,))
    assert sorted(ways(notices)) == [("call", False, 1), ("email", False, 1)]
    ladder = handed_at(ladder, notices[0], 1.0)
    _, again = advance(ladder, 61.0)
    assert "email" not in {n.channel.value for n in again}


def test_who_was_mailed_of_an_alert_is_mailed_its_end() -> None:
    """Beside the text: whoever reads his mail in the morning must not read of the alarm alone."""
    ladder, [text] = begun(people=(READS, CHLOE))
    ladder = handed_at(ladder, text, 0.0)
    ladder, _ = advance(ladder, 60.0)
    _, ends = closed(ladder, 300.0)
    assert rows(ends) == [("dad", "closed", "sms"), ("dad", "closed", "email")]


def test_a_mail_that_is_refused_changes_nothing() -> None:
    """The call follows the text."""
    ladder, [text] = begun(people=(READS,))
    ladder = handed_at(ladder, text, 0.0)
    ladder, [mail] = advance(ladder, 60.0)
    after, notices = answers.failed(ladder, mail.id, 61.0, for_good=True)
    assert (notices, wake(after)) == ([], 120.0)
