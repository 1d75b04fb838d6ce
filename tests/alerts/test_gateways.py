"""One port over several providers."""

from dataclasses import replace

import pytest

from alerts.contact import Channel
from alerts.gateway import GatewayError, Message, PhoneNumber
from alerts.gateways import Gateways
from tests.doubles.gateway import RecordingGateway

TO_DAD = Message("anna-1/i1/L2/dad/sms/1", 1, PhoneNumber("+447700900202"), Channel.SMS, "words", "", 300.0, "words")


def recording() -> RecordingGateway:
    return RecordingGateway(lambda: 0.0)


async def test_each_channel_has_its_provider() -> None:
    """A text, a call, a mail and a webhook each go where they belong, and are looked for there."""
    texts, calls, mail, hooks = (recording() for _ in range(4))
    gateways = Gateways(texts, calls=calls, mail=mail, hooks=hooks)

    for channel in (Channel.SMS, Channel.CALL, Channel.EMAIL, Channel.WEBHOOK):
        await gateways.send(replace(TO_DAD, channel=channel))
        assert await gateways.find(replace(TO_DAD, channel=channel), 0.0) is not None

    assert [one.sent[0].message.channel for one in (texts, calls, mail, hooks)] == [
        Channel.SMS,
        Channel.CALL,
        Channel.EMAIL,
        Channel.WEBHOOK,
    ]
    await gateways.close()


async def test_calls_go_where_texts_go_unless_it_is_said() -> None:
    """One provider carries both, and says whether it rings."""
    texts = recording()
    gateways = Gateways(texts)
    await gateways.send(replace(TO_DAD, channel=Channel.CALL))

    assert (len(texts.sent), gateways.rings, gateways.name) == (1, True, "recording")


async def test_what_nobody_carries_is_refused_for_good() -> None:
    """A mail server that was taken out of the settings: the ladder does not wait for it."""
    with pytest.raises(GatewayError) as refusal:
        await Gateways(recording()).send(replace(TO_DAD, channel=Channel.EMAIL))

    assert (refusal.value.permanent, refusal.value.everybody) == (True, False)
