"""Answers that no provider should give: from a proxy in front of it, or from somebody else at its address."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from aiohttp import web

from alerts.contact import Channel
from alerts.gateway import GatewayError, Message, OutcomeUnknown, PhoneNumber
from alerts.twilio_gateway import TwilioGateway

TO_BETH = Message(
    id="anna-1/i1/L3/beth/sms/1",
    attempt=1,
    to=PhoneNumber("+447700900102"),
    channel=Channel.SMS,
    text="Lamplit: Anna has NOT arrived.",
    callback_url="https://lamplit.example/twilio/status?n=1",
    valid_s=300.0,
    reference="k742",
)
JSON, HTML = "application/json", "text/html"


@dataclass
class Somebody:
    """Answers everything alike."""

    status: int = 201
    body: bytes = b""
    media_type: str = JSON
    location: str = ""
    asked: int = 0
    url: str = ""

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.asked += 1
        await request.read()
        headers = {"Content-Type": self.media_type} | ({"Location": self.location} if self.location else {})
        return web.Response(status=self.status, body=self.body, headers=headers)


@pytest.fixture
async def somebody() -> AsyncIterator[Somebody]:
    somebody = Somebody()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", somebody.answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    somebody.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield somebody
    await runner.cleanup()


@pytest.fixture
async def gateway(somebody: Somebody) -> AsyncIterator[TwilioGateway]:
    gateway = TwilioGateway(
        account_sid="AC1", auth_token="secret", sender="+447700900000", base_url=somebody.url, timeout_s=5.0
    )
    yield gateway
    await gateway.close()


@pytest.mark.parametrize(
    ("status", "body", "code"),
    [
        (400, b'{"code": ["x"]}', None),
        (400, b'{"code": "many"}', None),
        (400, b'{"code": 1e999}', None),
        (400, b'{"code": 1000000000000000000000}', None),
        (400, b'{"code": 0}', None),
        (400, b"[" * 200_000, None),
        (400, b"null", None),
        (400, b"", None),
        (400, b'{"code": 21211}', 21211),
        (503, "<html>désolé</html>".encode("latin-1"), None),
        (500, b"x" * 5_000_000, None),
        (600, b"", None),
    ],
    ids=["list", "word", "infinity", "enormous", "nought", "deep", "null", "empty", "known", "latin-1", "long", "600"],
)
async def test_a_refusal_is_read_whatever_it_says(
    somebody: Somebody, gateway: TwilioGateway, status: int, body: bytes, code: int | None
) -> None:
    """Only a number that providers use for errors is taken for one; nothing but the port's own words comes out."""
    somebody.status, somebody.body, somebody.media_type = status, body, JSON if code else HTML
    with pytest.raises(GatewayError) as refused:
        await gateway.send(TO_BETH)
    assert (refused.value.code, refused.value.everybody) == (code, status >= 500)
    with pytest.raises(GatewayError):
        await gateway.find(TO_BETH, 0.0)


@pytest.mark.parametrize("status", [301, 302, 307, 308])
async def test_a_redirection_is_not_followed(somebody: Somebody, gateway: TwilioGateway, status: int) -> None:
    """Credentials and numbers go nowhere else. Nothing was taken, and the next message would fare the same: everybody's
    waits, and an SOS is tried again within seconds."""
    somebody.status, somebody.location = status, f"{somebody.url}/elsewhere"
    for again in (gateway.send(TO_BETH), gateway.find(TO_BETH, 0.0)):
        with pytest.raises(GatewayError, match=f"provider answered http {status}") as refused:
            await again
        assert (refused.value.everybody, refused.value.permanent) == (True, False)
    assert somebody.asked == 2


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, b"<html>welcome</html>"),
        (200, b'{"code": 20500, "status": 500}'),
        (200, b"null"),
        (200, b"[1]"),
        (201, b'{"sid": "SM1'),
        (201, b"\xe9" + b'{"sid": "SM1"}'),
        (201, b"[" * 200_000),
        (201, b'{"sid": "' + b"x" * 5_000_000 + b'"}'),
        (201, b""),
        (204, b""),
    ],
    ids=["html", "error", "null", "list", "cut", "bytes", "deep", "long", "empty", "204"],
)
async def test_a_success_that_names_nothing_is_unknown(
    somebody: Somebody, gateway: TwilioGateway, status: int, body: bytes
) -> None:
    """It may have been sent: the provider is asked before it is sent again."""
    somebody.status, somebody.body = status, body
    with pytest.raises(OutcomeUnknown):
        await gateway.send(TO_BETH)
