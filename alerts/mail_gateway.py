"""E-mail by SMTP behind the gateway port: one message, one connection, one answer.

What the server takes is `sent` and never more: no mail server says what became of it in a way that proves anything, and
pictures that would tell are not put into anybody's mail. A bounce comes back later to the sender's own mailbox, where a
person reads it: return addresses of their own (VERP), by which we could read them ourselves, are not built.
"""

import asyncio
import html
import re
import ssl
from collections.abc import Callable
from contextlib import suppress
from email.message import EmailMessage
from email.policy import SMTP as WIRE
from email.utils import formatdate, parseaddr
from typing import Final

import aiosmtplib

from .gateway import GatewayError, Handed, Message, OutcomeUnknown

TIMEOUT_S: Final = 15.0
"""For everything up to the words, and once more for the words: well within a claim's lease."""
_LATER: Final = range(400, 500)
_REFUSES: Final = range(400, 600)  # whatever else is said here is no answer of a mail server
_GOING_AWAY: Final = 421
_ABOUT_US: Final = frozenset({503, 530, 534, 535, 538})
"""Said to whoever may not send here at all, wherever in the conversation."""
_LINK: Final = re.compile(r"https?://[^\s<>\"]+")


class MailGateway:
    """Mail through one server. Never retries.

    `sender` is an address, with a name if you like: `Lamplit <alerts@lamplit.example>`. With `starttls` nothing is said
    before the line is encrypted, and a server that cannot is refused; `implicit_tls` encrypts from the first byte.
    `tls` may bring certificates of one's own.
    """

    name = "smtp"
    rings = False

    def __init__(
        self,
        *,
        host: str,
        port: int,
        sender: str,
        now: Callable[[], float],
        user: str = "",
        password: str = "",
        starttls: bool = True,
        implicit_tls: bool = False,
        tls: ssl.SSLContext | None = None,
        timeout_s: float = TIMEOUT_S,
    ) -> None:
        self._host, self._port, self._now, self._timeout_s = host, port, now, timeout_s
        self._sender, self._envelope = sender, parseaddr(sender)[1]
        self._user, self._password = user, password
        self._starttls, self._implicit_tls, self._tls = starttls and not implicit_tls, implicit_tls, tls

    async def send(self, message: Message) -> Handed:
        mail = self._written(message)
        client = aiosmtplib.SMTP(
            hostname=self._host,
            port=self._port,
            timeout=self._timeout_s,
            use_tls=self._implicit_tls,
            start_tls=self._starttls,
            username=self._user or None,
            password=self._password or None,
            tls_context=self._tls,
        )
        try:
            await self._introduced(client)
            await self._addressed(client, str(message.to))
            await self._told(client, mail.as_bytes(policy=WIRE))
        finally:
            with suppress(Exception):
                client.close()
        return Handed(str(mail["Message-ID"]).strip("<>"))

    async def find(self, message: Message, since_at: float) -> Handed | None:  # noqa: ARG002 - as the port says
        """Nobody can be asked. Sent again, it has the same Message-ID, by which mailboxes know a copy."""
        return None

    async def close(self) -> None:
        """Nothing to let go of: a connection lasts one message."""

    # ── the conversation ──

    async def _introduced(self, client: aiosmtplib.SMTP) -> None:
        """Everything before the reader's address: whatever goes wrong here goes wrong for everybody."""
        try:
            async with asyncio.timeout(self._timeout_s):
                await client.connect()
                await client.mail(self._envelope)
        except aiosmtplib.SMTPResponseException as error:
            raise _everybodys(f"the mail server refuses us: {error.code}", error.code) from error
        except (aiosmtplib.SMTPException, OSError) as error:  # time-outs and TLS errors are OSErrors
            raise _everybodys(f"the mail server is out of reach: {type(error).__name__}") from error

    async def _addressed(self, client: aiosmtplib.SMTP, address: str) -> None:
        try:
            async with asyncio.timeout(self._timeout_s):
                await client.rcpt(address)
        except aiosmtplib.SMTPResponseException as error:
            raise _refused("this address", error.code) from error
        except ValueError as error:  # cannot be said in SMTP's letters
            raise GatewayError("the mail server cannot carry this address", permanent=True) from error
        except (aiosmtplib.SMTPException, OSError) as error:
            raise _everybodys(f"the mail server is out of reach: {type(error).__name__}") from error

    async def _told(self, client: aiosmtplib.SMTP, words: bytes) -> None:
        """From here on a lost answer leaves it open whether the mail is under way."""
        try:
            async with asyncio.timeout(self._timeout_s):
                await client.data(words)
        except aiosmtplib.SMTPResponseException as error:
            if error.code not in _REFUSES:
                raise OutcomeUnknown(f"no answer to a mail: {error.code}") from error
            raise _refused("this mail", error.code) from error
        except (aiosmtplib.SMTPException, OSError) as error:
            raise OutcomeUnknown(f"no answer to a mail: {type(error).__name__}") from error
        with suppress(Exception):  # it has been taken, however the goodbye goes
            await client.quit(timeout=1.0)

    # ── the mail ──

    def _written(self, message: Message) -> EmailMessage:
        mail = EmailMessage()
        mail["From"] = self._sender
        mail["To"] = str(message.to)
        mail["Subject"] = message.subject
        mail["Date"] = formatdate(self._now(), usegmt=True)
        mail["Message-ID"] = f"<{message.key}@{self._envelope.rpartition('@')[2]}>"
        mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's holiday answers us
        mail.set_content(f"{message.text}\n")
        mail.add_alternative(_page(message.text), subtype="html")
        return mail


def _page(text: str) -> str:
    """The same words for readers of HTML: nothing that is fetched, nothing that tells that it was opened."""
    paragraphs = (f"<p>{_linked(one)}</p>" for one in text.split("\n\n"))
    style = "font: 18px/1.5 sans-serif; max-width: 34em; margin: 1em"
    return f'<!doctype html><html><body style="{style}">{"".join(paragraphs)}</body></html>\n'


def _linked(paragraph: str) -> str:
    pieces, done = [], 0
    for found in _LINK.finditer(paragraph):
        address = html.escape(found[0])
        pieces += [html.escape(paragraph[done : found.start()]), f'<a href="{address}">{address}</a>']
        done = found.end()
    return "".join([*pieces, html.escape(paragraph[done:])]).replace("\n", "<br>")


# ── what went wrong ──


def _everybodys(why: str, code: int | None = None) -> GatewayError:
    return GatewayError(why, permanent=False, everybody=True, code=code)


def _refused(what: str, code: int) -> GatewayError:
    """4xx: later. 5xx: never, to this address. What is said of ourselves is nobody's fault."""
    everybody = code == _GOING_AWAY or code in _ABOUT_US or code not in _REFUSES
    why = f"the mail server refuses {'us' if everybody else what}: {code}"
    return GatewayError(why, permanent=not everybody and code not in _LATER, everybody=everybody, code=code)
