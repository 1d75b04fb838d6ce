"""Who carries messages, as the settings have it: one gateway for all of them."""

from alerts.gateway import Gateway
from alerts.gateways import Gateways
from alerts.sandbox_gateway import SandboxGateway

from .clock import Clock
from .sandbox_phones import SandboxPhones
from .settings import Settings, SmtpTls


def gateway_of(settings: Settings, clock: Clock, phones: SandboxPhones | None) -> Gateway:
    """On-screen phones without credentials, the provider with them: for a demo that is a double on this machine. Mail and
    webhooks where they are set up."""
    texts = SandboxGateway(phones, clock.now) if phones is not None else _twilio(settings)
    mail = _mail(settings, clock) if settings.mails else None
    hooks = _webhook(settings, clock) if settings.hooks else None
    return Gateways(texts, mail=mail, hooks=hooks)


def _mail(settings: Settings, clock: Clock) -> Gateway:
    from alerts.mail_gateway import MailGateway  # noqa: PLC0415 (only where there is a mail server)

    return MailGateway(
        host=settings.smtp_host,
        port=settings.smtp_port,
        sender=settings.smtp_from,
        user=settings.smtp_user,
        password=settings.smtp_password.get_secret_value(),
        starttls=settings.smtp_tls is SmtpTls.STARTTLS,
        implicit_tls=settings.smtp_tls is SmtpTls.TLS,
        now=clock.now,
    )


def _webhook(settings: Settings, clock: Clock) -> Gateway:
    from alerts.hook_gateway import HookGateway  # noqa: PLC0415 (only where there is a webhook)

    secrets = (settings.webhook_secret, settings.webhook_secret_2)
    return HookGateway(
        url=settings.webhook_url.get_secret_value(),
        secrets=[secret.get_secret_value() for secret in secrets if secret.get_secret_value()],
        now=clock.now,
    )


def _twilio(settings: Settings) -> Gateway:
    from alerts.twilio_gateway import API, TwilioGateway  # noqa: PLC0415 (40 MB, and only where there are credentials)

    return TwilioGateway(
        account_sid=settings.twilio_account_sid,
        auth_token=settings.twilio_auth_token.get_secret_value(),
        sender=settings.twilio_from,
        second_sender=settings.twilio_from_2,
        messaging_service=settings.twilio_messaging_service,
        voice=settings.twilio_voice,
        base_url=settings.twilio_base_url or API,
    )
