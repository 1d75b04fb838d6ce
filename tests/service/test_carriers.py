"""Who carries messages."""

from typing import Any, cast

import pytest

from alerts.contact import Channel
from alerts.gateway import GatewayError, Message, PhoneNumber
from service.carriers import gateway_of
from service.sandbox_phones import SandboxPhones
from service.settings import Settings, SmtpTls
from tests.doubles.clock import HandClock

HOOK: dict[str, Any] = {"webhook_url": "http://127.0.0.1:1/lamplit", "webhook_secret": "what they and we both know"}
MAIL: dict[str, Any] = {
    "smtp_host": "127.0.0.1", "smtp_port": 1, "smtp_from": "Lamplit <alerts@lamplit.example>", "smtp_tls": SmtpTls.NONE,
}  # fmt: skip


@pytest.mark.parametrize(("given", "carried"), [({}, False), ({**HOOK, **MAIL}, True)])
async def test_mail_and_webhooks_go_where_the_settings_say(given: dict[str, Any], carried: bool) -> None:
    """Nowhere, unless they are set up; here nobody listens there, which is everybody's trouble."""
    gateway = gateway_of(Settings(**given), HandClock(), cast("SandboxPhones", None))
    for channel in (Channel.EMAIL, Channel.WEBHOOK):
        message = Message("n", 1, PhoneNumber("dad@house.example"), channel, "words", "", 300.0, "words")
        with pytest.raises(GatewayError) as refusal:
            await gateway.send(message)
        assert ("out of reach" in str(refusal.value)) is carried
    await gateway.close()


@pytest.mark.parametrize("voice", [True, False])
async def test_with_credentials_texts_go_to_the_provider(voice: bool) -> None:
    """It rings people unless a setting says that it only texts."""
    credentials: dict[str, Any] = {
        "twilio_account_sid": f"AC{'0' * 32}",
        "twilio_from": "+447700900999",
        "twilio_base_url": "http://127.0.0.1:1",
    }
    gateway = gateway_of(Settings(**credentials, twilio_voice=voice), HandClock(), None)
    text = Message("n", 1, PhoneNumber("+447700900201"), Channel.SMS, "words", "", 300.0, "words")

    assert gateway.rings is voice
    with pytest.raises(GatewayError):
        await gateway.send(text)
    await gateway.close()
