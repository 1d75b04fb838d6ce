"""The real Twilio client against a double that speaks its HTTP."""

import logging
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from alerts.contact import Channel
from alerts.gateway import Delivery, GatewayError, Message, OutcomeUnknown, PhoneNumber
from alerts.receipts import receipt
from alerts.twilio_gateway import RINGS_S, TwilioGateway, request_is_signed
from service.clock import ScaledClock
from service.demo.provider.script import Do, Script
from service.demo.twilio_double import ACCOUNT, SENDER, TOKEN, TwilioDouble
from tests.doubles.receiver import Receiver

SECOND = "+447700900009"
BETH = PhoneNumber("+447700900201")
CALLBACK = "/twilio/status?n=07.k3f%2F1&m=a-b_c"


@pytest.fixture
async def door() -> AsyncIterator[Receiver]:
    async with Receiver() as receiver:
        yield receiver


@pytest.fixture
async def double(door: Receiver) -> AsyncIterator[TwilioDouble]:
    async with TwilioDouble(retry_s=0.0, inbound_url=door.url("/twilio/inbound")) as double:
        yield double


def gateway_to(url: str, *, token: str = TOKEN, timeout_s: float = 5.0) -> TwilioGateway:
    return TwilioGateway(
        account_sid=ACCOUNT, auth_token=token, sender=SENDER, second_sender=SECOND, base_url=url, timeout_s=timeout_s
    )


@pytest.fixture
async def gateway(double: TwilioDouble) -> AsyncIterator[TwilioGateway]:
    gateway = gateway_to(double.base_url)
    yield gateway
    await gateway.close()


@pytest.fixture
async def hasty(double: TwilioDouble) -> AsyncIterator[TwilioGateway]:
    gateway = gateway_to(double.base_url, timeout_s=0.2)
    yield gateway
    await gateway.close()


@pytest.fixture
def to_beth(door: Receiver) -> Message:
    return Message(
        id="anna-1/i1/l2/beth/sms/1",
        attempt=1,
        to=BETH,
        channel=Channel.SMS,
        text="Anna has NOT arrived. Reply 42 = you are on it. https://lamplit.example/c/7hJq",
        callback_url=door.url(CALLBACK),
        valid_s=300.0,
        reference="7hJq",
    )


async def test_a_text_is_handed_over_whole(gateway: TwilioGateway, double: TwilioDouble, to_beth: Message) -> None:
    """Beth's number, the words, how long they hold and the callback address reach the provider unchanged."""
    handed = await gateway.send(to_beth)
    (entry,) = double.messages
    assert (entry.sid, entry.to, entry.sender, entry.body) == (handed.sid, BETH, SENDER, to_beth.text)
    assert (entry.validity_s, entry.status_callback) == (300, to_beth.callback_url)


async def test_the_second_sender_is_used_when_asked(
    gateway: TwilioGateway, double: TwilioDouble, to_beth: Message
) -> None:
    """The second way after an undelivered text starts from another number of ours."""
    await gateway.send(replace(to_beth, second_sender=True))
    assert double.messages[0].sender == SECOND


async def test_a_messaging_service_chooses_the_number(double: TwilioDouble, to_beth: Message) -> None:
    """The first text leaves by one of its pool, and is found again though its reply was lost; the second sender is the
    second sender's own number."""
    pool = "MG" + "1" * 32
    double.service(pool, "+447700900010", "+447700900011")
    gateway = TwilioGateway(
        account_sid=ACCOUNT,
        auth_token=TOKEN,
        sender=SENDER,
        second_sender=SECOND,
        messaging_service=pool,
        base_url=double.base_url,
    )
    double.script(Script(do=Do.LOSE_REPLY))
    with pytest.raises(OutcomeUnknown):
        await gateway.send(to_beth)
    found = await gateway.find(to_beth, 0.0)
    await gateway.send(replace(to_beth, attempt=2, second_sender=True))
    await gateway.close()

    first, second = double.to(BETH)
    assert found is not None
    assert (found.sid, first.service) == (first.sid, pool)
    assert first.sender in ("", "+447700900010", "+447700900011")
    assert (second.sender, second.service) == (SECOND, "")


async def test_receipts_are_signed_and_understood(
    gateway: TwilioGateway, double: TwilioDouble, door: Receiver, to_beth: Message
) -> None:
    """Every callback carries a signature the library itself accepts, and becomes a receipt of that attempt."""
    handed = await gateway.send(to_beth)
    await double.settle()
    came = [receipt(to_beth.id, 1, fields) for _, fields, _ in door.posts]
    assert [(r.sid, r.delivery) for r in came if r] == [(handed.sid, Delivery.SENT), (handed.sid, Delivery.DELIVERED)]
    for url, fields, signature in door.posts:
        assert url == to_beth.callback_url
        assert request_is_signed(url, fields, signature, [TOKEN])


async def test_either_of_two_tokens_will_do_and_tampering_will_not(
    gateway: TwilioGateway, double: TwilioDouble, door: Receiver, to_beth: Message
) -> None:
    """While one token replaces the other both are accepted; a changed field, address or secret is not."""
    await gateway.send(to_beth)
    await double.settle()
    url, fields, signature = door.posts[0]
    assert request_is_signed(url, fields, signature, ["the new one", TOKEN])
    assert request_is_signed(url, fields, signature, [TOKEN, "the old one"])
    assert not request_is_signed(url, fields, signature, ["another", ""])
    assert not request_is_signed(url, fields, signature, [])
    assert not request_is_signed(url, fields, "", [TOKEN])
    assert not request_is_signed(url, fields | {"MessageStatus": "delivered"}, signature, [TOKEN])
    assert not request_is_signed(url, fields | {"Extra": "1"}, signature, [TOKEN])
    assert not request_is_signed(url.replace("n=07", "n=08"), fields, signature, [TOKEN])


async def test_a_number_that_sent_stop(gateway: TwilioGateway, double: TwilioDouble, to_beth: Message) -> None:
    """Beth texted STOP once: the refusal says so, and texts to her are over until she starts again."""
    await double.incoming(BETH, "Stop")
    with pytest.raises(GatewayError) as refused:
        await gateway.send(to_beth)
    assert (refused.value.permanent, refused.value.opted_out, refused.value.code) == (True, True, 21610)
    await double.incoming(BETH, "YES")
    assert (await gateway.send(to_beth)).sid


@pytest.mark.parametrize(
    ("script", "permanent", "code"),
    [
        *((Script(do=Do.REFUSE, code=code), True, code) for code in (21211, 21614)),
        (Script(do=Do.REFUSE, code=21606), False, 21606),
        (Script(do=Do.REFUSE, code=20429, http=429), False, 20429),
        (Script(do=Do.BREAK, http=429), False, None),
        *((Script(do=Do.BREAK, http=http), False, None) for http in (500, 503, 400)),
    ],
    ids=["no number", "no mobile", "our sender", "too many", "bare 429", "500", "503", "bare 400"],
)
async def test_a_refusal_says_whether_to_try_again(
    gateway: TwilioGateway, double: TwilioDouble, to_beth: Message, script: Script, permanent: bool, code: int | None
) -> None:
    """Only a fault of the number itself ends the trying; nothing was accepted, and nothing is retried in secret."""
    double.script(script)
    with pytest.raises(GatewayError) as refused:
        await gateway.send(to_beth)
    assert (refused.value.permanent, refused.value.opted_out, refused.value.code) == (permanent, False, code)
    assert double.messages == []
    assert str(BETH) not in str(refused.value)


@pytest.mark.parametrize(
    ("script", "everybody"),
    [
        (Script(do=Do.REFUSE, code=20429, http=429), True),
        (Script(do=Do.REFUSE, code=21611, http=400), True),
        (Script(do=Do.REFUSE, code=21211, http=400), False),
        (Script(do=Do.REFUSE, code=30001, http=400), False),
        (Script(do=Do.BREAK, http=503), True),
    ],
)
async def test_a_refusal_says_whom_it_is_about(
    gateway: TwilioGateway, double: TwilioDouble, to_beth: Message, script: Script, everybody: bool
) -> None:
    """Too many requests, our sender's queue, a server out of order: nobody's message would be taken now."""
    double.script(script)
    with pytest.raises(GatewayError) as refused:
        await gateway.send(to_beth)
    assert (refused.value.everybody, refused.value.retry_after_s) == (everybody, 1.0 if script.code == 20429 else None)


@pytest.mark.parametrize(("every_s", "wait_s"), [(7.0, 7.0), (1000.0, 60.0)])
async def test_a_provider_says_how_long_it_wants_to_rest(
    gateway: TwilioGateway, double: TwilioDouble, to_beth: Message, every_s: float, wait_s: float
) -> None:
    """Retry-After of a 429, to a call and a question; no longer than a lane rests by itself."""
    double.rates.requests_s = 1.0 / every_s
    await gateway.send(to_beth)
    for again in (gateway.send(replace(to_beth, channel=Channel.CALL)), gateway.find(to_beth, 0.0)):
        with pytest.raises(GatewayError) as refused:
            await again
        assert (refused.value.everybody, refused.value.retry_after_s) == (True, wait_s)


async def test_wrong_credentials_are_nobodys_number(double: TwilioDouble, to_beth: Message) -> None:
    """A mistyped token refuses every text, and no contact is called unreachable for it."""
    gateway = gateway_to(double.base_url, token="mistyped")
    with pytest.raises(GatewayError, match="our credentials were refused") as refused:
        await gateway.send(to_beth)
    assert not refused.value.permanent
    await gateway.close()


@pytest.mark.parametrize("do", [Do.STALL, Do.LOSE_REPLY])
async def test_a_lost_reply_is_unknown_and_can_be_looked_up(
    hasty: TwilioGateway, double: TwilioDouble, door: Receiver, to_beth: Message, do: Do
) -> None:
    """The text was taken and the answer never came: outcome unknown, but the provider's list has it, and callbacks come."""
    double.script(Script(do=do))
    before_at = double.clock.now()
    with pytest.raises(OutcomeUnknown):
        await hasty.send(to_beth)
    await double.settle()
    found = await hasty.find(to_beth, before_at)
    assert found is not None
    assert found.sid == double.messages[0].sid
    assert len(double.messages) == 1
    assert door.states() == ["sent", "delivered"]


async def test_a_cut_before_acceptance_is_unknown_and_not_found(
    gateway: TwilioGateway, double: TwilioDouble, to_beth: Message
) -> None:
    """When the connection breaks before the provider took the text, asking shows that it may be sent again."""
    double.script(Script(do=Do.DROP))
    with pytest.raises(OutcomeUnknown):
        await gateway.send(to_beth)
    assert await gateway.find(to_beth, 0.0) is None


async def test_no_answer_behind_the_providers_door_is_unknown(
    gateway: TwilioGateway, double: TwilioDouble, to_beth: Message
) -> None:
    """A 504 says that somebody inside may still have it."""
    double.script(Script(do=Do.BREAK, http=504))
    with pytest.raises(OutcomeUnknown):
        await gateway.send(to_beth)


async def test_a_provider_that_is_not_there_took_nothing(to_beth: Message) -> None:
    """A refused connection is no unknown outcome: the same text may be tried again at once."""
    async with TwilioDouble() as gone:
        url = gone.base_url
    gateway = gateway_to(url)
    with pytest.raises(GatewayError, match="provider not reached") as refused:
        await gateway.send(to_beth)
    assert not refused.value.permanent
    with pytest.raises(GatewayError):
        await gateway.find(to_beth, 0.0)
    await gateway.close()


async def test_finding_looks_only_at_this_text(gateway: TwilioGateway, double: TwilioDouble, to_beth: Message) -> None:
    """Another rung's text of the same incident, an older one, or one to Dad is not taken for Beth's lost one."""
    other_rung = replace(to_beth, text="Any news of Anna? https://lamplit.example/c/7hJq")
    await gateway.send(other_rung)
    mine = await gateway.send(to_beth)
    await gateway.send(replace(other_rung, to=PhoneNumber("+447700900202")))
    since_at = double.clock.now() - 5
    assert await gateway.find(to_beth, since_at) == mine
    assert await gateway.find(to_beth, since_at + 3600) is None
    assert await gateway.find(replace(to_beth, second_sender=True), since_at) is None
    opening = to_beth.text[: next(n for n, c in enumerate(to_beth.text) if c.isdigit())]
    reworded = replace(to_beth, text=f"{opening}23:43 https://lamplit.example/c/7hJq")
    assert await gateway.find(reworded, since_at) == mine
    assert await gateway.find(replace(to_beth, text="Anna left her route at 23:14"), since_at) is None
    assert await gateway.find(replace(reworded, reference="zzzz"), since_at) is None


@pytest.fixture
def call_to_beth(door: Receiver, to_beth: Message) -> Message:
    """The same alert, by call."""
    voice = door.url("/twilio/voice?n=07.k3f%2F1&a=1&m=a-b_c")
    return replace(to_beth, channel=Channel.CALL, voice_url=voice, second_sender=True)


async def test_a_call_asks_us_for_its_words_when_somebody_picks_up(
    gateway: TwilioGateway, double: TwilioDouble, door: Receiver, call_to_beth: Message
) -> None:
    """From the first number, whatever the message says: the second ring of one number gets through. Every state of it is
    reported to the address with its MAC."""
    handed = await gateway.send(call_to_beth)
    await double.settle()

    [entry] = double.to(BETH)
    assert (entry.sid, entry.channel, entry.sender) == (handed.sid, "call", SENDER)
    asked = [fields for url, fields, _ in door.posts if url == call_to_beth.voice_url]
    assert {fields["CallSid"] for fields in asked} == {handed.sid}
    reported = [fields["CallStatus"] for url, fields, _ in door.posts if url == call_to_beth.callback_url]
    assert reported[-1] == "completed"
    assert {"initiated", "ringing"} <= set(reported)


async def test_a_call_whose_words_nobody_could_read_brings_them_along(
    gateway: TwilioGateway, double: TwilioDouble, door: Receiver, call_to_beth: Message
) -> None:
    """An SOS that went out while the store was away: said as it stands, and her key goes where keys go."""
    double.phone(BETH).picks_up("1")
    await gateway.send(replace(call_to_beth, as_it_stands=True, text="SOS from Anna. Dial 9 9 9 now."))
    await double.settle()

    [call] = double.phone(BETH).calls
    assert "SOS from Anna. Dial 9 9 9 now." in call.words
    keys = [(url, fields["Digits"]) for url, fields, _ in door.posts if "Digits" in fields]
    assert keys == [(door.url("/twilio/voice/keys?n=07.k3f%2F1&a=1&m=a-b_c&k=1"), "1")]


async def test_a_call_nobody_takes_ends_within_a_mailboxs_patience(door: Receiver, call_to_beth: Message) -> None:
    """It rings for half a minute (of a fast clock), and that has told nobody."""
    clock = ScaledClock(300.0)
    async with TwilioDouble(clock=clock, retry_s=0.0) as double:
        gateway = gateway_to(double.base_url)
        double.never_answers(BETH)
        began_at = clock.now()
        await gateway.send(call_to_beth)
        await double.settle()
        await gateway.close()

    [last] = [fields for _, fields, _ in door.posts if fields.get("CallStatus") == "no-answer"]
    ended = receipt("n", 1, last)
    assert ended is not None
    assert ended.delivery is Delivery.UNDELIVERED
    assert clock.now() - began_at >= RINGS_S


async def test_a_lost_call_is_looked_up_by_its_number_and_time(
    gateway: TwilioGateway, double: TwilioDouble, call_to_beth: Message
) -> None:
    """A call has no words in the list: one to Beth since then counts as it; a text, an older one and one to Dad do not."""
    since_at = double.clock.now() - 5
    assert await gateway.find(call_to_beth, since_at) is None
    await gateway.send(replace(call_to_beth, channel=Channel.SMS))
    await gateway.send(replace(call_to_beth, to=PhoneNumber("+447700900202")))
    assert await gateway.find(call_to_beth, since_at) is None

    double.script(Script(do=Do.LOSE_REPLY))
    with pytest.raises(OutcomeUnknown):
        await gateway.send(call_to_beth)

    found = await gateway.find(call_to_beth, since_at)
    assert found is not None
    assert found.sid == next(entry.sid for entry in double.to(BETH) if entry.channel == "call")
    assert await gateway.find(call_to_beth, since_at + 3600) is None


async def test_calls_can_be_switched_off(double: TwilioDouble, call_to_beth: Message) -> None:
    """Then nobody is promised one, and one that was promised before goes another way."""
    gateway = TwilioGateway(account_sid=ACCOUNT, auth_token=TOKEN, sender=SENDER, base_url=double.base_url, voice=False)
    assert not gateway.rings
    with pytest.raises(GatewayError, match="switched off") as refused:
        await gateway.send(call_to_beth)
    assert refused.value.permanent
    assert double.messages == []
    await gateway.close()


@pytest.mark.parametrize(("code", "words"), [(20003, "our credentials were refused"), (20429, "too many requests")])
async def test_a_list_that_is_refused_says_why(
    gateway: TwilioGateway, double: TwilioDouble, to_beth: Message, code: int, words: str
) -> None:
    """As a text that is refused would: the operators read what has to be mended, and everybody waits."""
    double.account.revoke(TOKEN if code == 20003 else "")
    double.rates.at_once = 0 if code == 20429 else None
    for message in (to_beth, replace(to_beth, channel=Channel.CALL)):
        with pytest.raises(GatewayError, match=words) as refused:
            await gateway.find(message, 0.0)
        assert (refused.value.code, refused.value.permanent, refused.value.everybody) == (code, False, True)


async def test_a_list_that_is_no_list_at_all_says_what_came(door: Receiver, to_beth: Message) -> None:
    """Somebody else answers at that address."""
    gateway = gateway_to(door.url(""))
    with pytest.raises(GatewayError, match="provider answered http 405") as refused:
        await gateway.find(to_beth, 0.0)
    await gateway.close()
    assert (refused.value.code, refused.value.everybody) == (None, True)


async def test_nothing_of_a_text_reaches_the_log(
    gateway: TwilioGateway, double: TwilioDouble, to_beth: Message, caplog: pytest.LogCaptureFixture
) -> None:
    """The library would log numbers at level info; here neither a number nor a word of the text is logged."""
    with caplog.at_level(logging.DEBUG):
        await gateway.send(to_beth)
        await gateway.find(to_beth, 0.0)
    assert BETH[1:] not in caplog.text
    assert "arrived" not in caplog.text
