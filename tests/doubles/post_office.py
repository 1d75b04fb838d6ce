"""A real SMTP server on the loopback, with a will of its own."""

import asyncio
import ssl
import warnings
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from types import TracebackType
from typing import Any, Self

import trustme
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

USER, PASSWORD = "lamplit", "the mailbox's own secret"
AUTHORITY = trustme.CA()
_SERVER_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
AUTHORITY.issue_cert("localhost").configure_cert(_SERVER_TLS)


def trusting() -> ssl.SSLContext:
    """What a client needs that is to believe this server."""
    context = ssl.create_default_context()
    AUTHORITY.configure_trust(context)
    return context


@dataclass
class PostOffice:
    """Takes mail. `inbox` is what was taken, `on_rcpt` and `on_data` the answers to give in its place, in turn; an empty
    one hangs up without a word. `deaf`: the words are taken and nothing is said of it."""

    starttls: bool = False
    implicit_tls: bool = False
    passwords: bool = False
    inbox: list[EmailMessage] = field(default_factory=list)
    envelopes: list[tuple[str, str]] = field(default_factory=list)
    on_mail: list[str] = field(default_factory=list)
    on_rcpt: list[str] = field(default_factory=list)
    on_data: list[str] = field(default_factory=list)
    deaf: bool = False
    encrypted: list[bool] = field(default_factory=list)
    port: int = 0
    _server: asyncio.Server | None = None
    _open: list[SMTP] = field(default_factory=list)

    def to(self, address: str) -> list[EmailMessage]:
        """What came for one reader."""
        return [mail for mail in self.inbox if mail["To"] == address]

    def _smtp(self) -> SMTP:
        with warnings.catch_warnings():
            # It knows nothing of a line that was encrypted before it, and fears for secrets.
            warnings.simplefilter("ignore", UserWarning)
            smtp = SMTP(
                self,
                hostname="post.example",
                tls_context=_SERVER_TLS if self.starttls else None,
                require_starttls=self.starttls,
                auth_required=self.passwords,
                auth_require_tls=False,
                authenticator=_authenticated,
            )
        self._open.append(smtp)
        return smtp

    async def open(self, port: int = 0) -> None:
        """Opens, at the same place as before if `port` is that."""
        tls = _SERVER_TLS if self.implicit_tls else None
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self._smtp, "127.0.0.1", port, ssl=tls)
        self.port = self._server.sockets[0].getsockname()[1]

    async def shut(self) -> None:
        """Nobody can reach it any more."""
        assert self._server is not None
        self._server.close()
        for smtp in self._open:
            _hung_up(smtp)
        self._open.clear()
        await asyncio.sleep(0)
        await self._server.wait_closed()

    async def __aenter__(self) -> Self:
        await self.open()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.shut()

    # ── the server's hooks, under the names it calls them by ──

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.on_mail:
            return self.on_mail.pop(0)
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.on_rcpt and (answer := self.on_rcpt.pop(0)):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.on_data:
            answer = self.on_data.pop(0)
            if not answer:
                _hung_up(server)
            return answer or "421 gone"
        content: Any = envelope.content
        mail = message_from_bytes(content, EmailMessage, policy=default)
        self.inbox.append(mail)
        self.envelopes.append((str(envelope.mail_from), envelope.rcpt_tos[0]))
        self.encrypted.append(session.ssl is not None or self.implicit_tls)
        if self.deaf:
            await asyncio.Event().wait()
        return "250 taken"


def _hung_up(smtp: SMTP) -> None:
    if isinstance(smtp.transport, asyncio.WriteTransport):
        smtp.transport.abort()


def _authenticated(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
    right = LoginPassword(USER.encode(), PASSWORD.encode())
    return AuthResult(success=isinstance(data, LoginPassword) and data == right, handled=False)
