"""Texts through Twilio's own client: queues, validity, services, and what is refused."""

import pytest
from twilio.base.exceptions import TwilioRestException

from service.demo.provider.script import Do, Script

from .town import BETH, DAD, SECOND, Town, town

SENDER = "+447700900000"


async def refusal(here: Town, **more: object) -> tuple[int, int]:
    with pytest.raises(TwilioRestException) as refused:
        await here.text(**({"body": "hello"} | more))  # type: ignore[arg-type]
    return refused.value.status, refused.value.code


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"to": ""}, 21604),
        ({"body": ""}, 21602),
        ({"from_": ""}, 21603),
        ({"to": "0770"}, 21211),
        ({"body": "a" * 1601}, 21617),
        ({"validity_period": 0}, 90007),
        ({"validity_period": 36_001}, 90007),
        ({"messaging_service_sid": "MG9"}, 21701),
    ],
)
async def test_the_double_is_as_strict_as_the_provider(more: dict[str, object], code: int) -> None:
    """The published errors, as the client raises them; a text of 1600 characters is taken."""
    async with town() as here:
        assert (await refusal(here, **more))[1] == code
        assert here.double.messages == []
        assert (await here.text("a" * 1600)).num_segments == "11"


async def test_policy_of_the_account() -> None:
    """A country that is not allowed, a number that a trial account has not verified, a sender it does not have."""
    async with town() as here:
        here.double.account.countries = ("+44",)
        assert await refusal(here, to="+38640123456") == (400, 21408)
        here.double.account.verified = {BETH}
        assert await refusal(here, to=DAD) == (400, 21608)
        here.double.account.senders = {SENDER}
        assert await refusal(here, from_=SECOND) == (400, 21606)
        assert (await here.text()).sid


async def test_a_sender_sends_its_parts_one_after_the_other() -> None:
    """Five texts of two parts at one part a second are with the carrier after 0, 2, 4, 6 and 8 s."""
    async with town() as here:
        here.double.rates.texts_s = 1.0
        began_at = here.clock.now()
        for nth in range(5):
            await here.text(f"{nth}" + "a" * 200)
        await here.text("from the second sender", from_=SECOND)
        await here.passes(0.5)
        assert [entry.state for entry in here.double.messages] == ["delivered", *["queued"] * 4, "delivered"]
        await here.passes(10.0)
        sent = [(entry.sent_at or 0.0) - began_at for entry in here.double.messages[:5]]
        assert sent == pytest.approx([0, 2, 4, 6, 8])


async def test_a_text_that_outlasts_its_validity_in_the_queue_is_not_sent() -> None:
    """30036 when its time is up; the texts behind it move up."""
    async with town() as here:
        here.double.rates.texts_s = 0.1
        await here.text("first")
        await here.text("short-lived", validity_period=5)
        await here.text("third")
        await here.passes(5.0)
        assert [(post["MessageStatus"], post.get("ErrorCode")) for post in here.doors.at("/s")][-1] == (
            "failed",
            "30036",
        )
        await here.passes(5.0)
        assert [shown.body for shown in here.double.phone(BETH).texts] == ["first", "third"]


async def test_a_full_queue_takes_no_more() -> None:
    """21611 for that sender; a service fails it afterwards with 30001."""
    async with town() as here:
        here.double.rates.texts_s, here.double.rates.longest_s = 1.0, 3.0
        here.double.service("MG1", SENDER)
        for _ in range(4):
            await here.text()
        assert await refusal(here) == (400, 21611)
        taken = await here.text(messaging_service_sid="MG1")
        await here.passes()
        assert (await here.twilio.messages(taken.sid).fetch_async()).error_code == 30001


async def test_a_service_says_queued_when_it_has_chosen_a_sender() -> None:
    """Until then it is accepted, from nobody, and no list by sender finds it."""
    async with town() as here:
        here.double.service("MG1", SENDER)
        here.double.rates.texts_s = 0.1
        await here.text()
        await here.text("later", messaging_service_sid="MG1")
        await here.passes(1.0)
        assert here.double.messages[1].sender == ""
        assert len(await here.twilio.messages.list_async(from_=SENDER)) == 1
        await here.passes(10.0)
        assert here.doors.states()[2:] == ["queued", "sent", "delivered"]
        assert here.doors.at("/s")[-1]["From"] == SENDER
        assert len(await here.twilio.messages.list_async(from_=SENDER)) == 2


async def test_a_person_hears_from_the_same_number_again() -> None:
    """A sticky sender stays, though its queue is the longer one; without it the shortest queue is taken."""
    async with town() as here:
        here.double.rates.texts_s = 0.1
        here.double.service("MG1", SENDER, SECOND)
        here.double.service("MG2", SENDER, SECOND, sticky=False)
        for _ in range(2):
            await here.text(messaging_service_sid="MG1")
        await here.text(messaging_service_sid="MG1", to=DAD)
        await here.passes(30.0)
        assert [entry.sender for entry in here.double.messages] == [SENDER, SENDER, SECOND]
        for _ in range(2):
            await here.text(messaging_service_sid="MG2")
        await here.passes(30.0)
        assert {entry.sender for entry in here.double.messages[3:]} == {SENDER, SECOND}


async def test_sending_can_be_seen_and_is_not_called_back() -> None:
    """As published: after queued comes sent or failed, then delivered or undelivered."""
    async with town(step_s=1.0) as here:
        text = await here.text()
        here.double.script(Script(do=Do.FAIL))
        await here.text()
        await here.passes(0.5)
        assert (await here.twilio.messages(text.sid).fetch_async()).status == "sending"
        await here.passes(5.0)
        assert here.double.messages[0].states == ["queued", "sending", "sent", "delivered"]
        assert sorted(here.doors.states()) == ["delivered", "failed", "sent"]
