"""The webhook against a real HTTP server."""

import hmac
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace

import pytest
from aiohttp import web

from alerts.contact import Channel
from alerts.gateway import GatewayError, Message, OutcomeUnknown, PhoneNumber
from alerts.hook_gateway import KEY, SIGNATURE, HookGateway, signature

NOW_AT = 1_795_000_000.0
OLD, NEW = "the receiver's old secret", "the receiver's new secret"
OPENED = Message(
    id="anna-1/i1/HOOK/-/webhook/1",
    attempt=1,
    to=PhoneNumber(""),
    channel=Channel.WEBHOOK,
    text=json.dumps({"event": "incident.open", "reference": "K742"}),
    callback_url="",
    valid_s=300.0,
    reference="K742",
)


@dataclass
class AlarmCentre:
    """An organisation's receiver: what was posted, and what it answers first (200 after that)."""

    came: list[tuple[bytes, dict[str, str]]] = field(default_factory=list)
    answers: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    hangs_up: bool = False
    url: str = ""

    async def take(self, request: web.Request) -> web.Response:
        self.came.append((await request.read(), dict(request.headers)))
        if self.hangs_up and request.transport is not None:
            request.transport.abort()
        status, headers = self.answers.pop(0) if self.answers else (200, {})
        return web.Response(status=status, headers=headers)


@pytest.fixture
async def centre() -> AsyncIterator[AlarmCentre]:
    centre = AlarmCentre()
    app = web.Application()
    app.router.add_post("/lamplit", centre.take)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    centre.url = f"http://127.0.0.1:{runner.addresses[0][1]}/lamplit"
    yield centre
    await runner.cleanup()


@pytest.fixture
async def hook(centre: AlarmCentre) -> AsyncIterator[HookGateway]:
    hook = HookGateway(url=centre.url, secrets=[OLD, NEW], now=lambda: NOW_AT, timeout_s=5.0)
    yield hook
    await hook.close()


async def test_what_is_posted_is_signed_by_either_secret(hook: HookGateway, centre: AlarmCentre) -> None:
    """While one secret replaces the other the receiver may know only one of them; the time is part of what is signed."""
    await hook.send(OPENED)

    [(body, headers)] = centre.came
    assert json.loads(body) == {"event": "incident.open", "reference": "K742"}
    assert headers["Content-Type"] == "application/json"
    time, *marks = headers[SIGNATURE].split(",")
    assert time == f"t={NOW_AT:.0f}"
    expected = [hmac.new(s.encode(), f"{NOW_AT:.0f}.".encode() + body, "sha256").hexdigest() for s in (OLD, NEW)]
    assert marks == [f"v1={mark}" for mark in expected]
    assert signature([OLD], body, int(NOW_AT) + 1) != signature([OLD], body, int(NOW_AT))


async def test_what_is_posted_again_has_the_same_key(hook: HookGateway, centre: AlarmCentre) -> None:
    """The receiver knows a copy by it, and learns nothing from it."""
    for message in (OPENED, replace(OPENED, attempt=2, text="{}"), replace(OPENED, id=f"{OPENED.id}1")):
        await hook.send(message)

    first, copy, other = (headers[KEY] for _, headers in centre.came)
    assert first == copy != other
    assert "anna" not in first
    assert await hook.find(OPENED, 0.0) is None


@pytest.mark.parametrize(
    ("status", "permanent", "everybody"),
    [
        (400, True, False),
        (413, True, False),
        (422, True, False),
        (301, False, True),
        (401, False, True),
        (404, False, True),
        (408, False, True),
        (429, False, True),
        (500, False, True),
        (503, False, True),
    ],
)
async def test_what_the_receiver_refuses(
    hook: HookGateway, centre: AlarmCentre, status: int, permanent: bool, everybody: bool
) -> None:
    """What is wrong with this message is final; a secret, an address or a server that is wrong is mended by a person, and
    what waits is not lost."""
    centre.answers.append((status, {"Location": "http://127.0.0.1:1/"}))

    with pytest.raises(GatewayError) as refusal:
        await hook.send(OPENED)

    assert (refusal.value.permanent, refusal.value.everybody) == (permanent, everybody)
    assert len(centre.came) == 1, "a redirection is not followed: nobody else is told"


@pytest.mark.parametrize(("asked", "wait_s"), [("7", 7.0), ("86400", 300.0), ("tomorrow", None), ("9" * 40, None)])
async def test_a_receiver_may_ask_us_to_wait(
    hook: HookGateway, centre: AlarmCentre, asked: str, wait_s: float | None
) -> None:
    """Five minutes at most: an SOS does not wait for a day."""
    centre.answers.append((503, {"Retry-After": asked}))

    with pytest.raises(GatewayError) as refusal:
        await hook.send(OPENED)

    assert refusal.value.retry_after_s == wait_s


async def test_a_receiver_that_is_away_is_everybodys() -> None:
    """Nothing was sent, so nothing is unknown."""
    hook = HookGateway(url="http://127.0.0.1:1/lamplit", secrets=[OLD], now=lambda: NOW_AT)

    with pytest.raises(GatewayError) as refusal:
        await hook.send(OPENED)

    assert (refusal.value.permanent, refusal.value.everybody) == (False, True)
    await hook.close()


async def test_an_answer_that_is_lost_leaves_it_open(hook: HookGateway, centre: AlarmCentre) -> None:
    """It goes again, under the same key."""
    centre.hangs_up = True

    with pytest.raises(OutcomeUnknown):
        await hook.send(OPENED)

    assert len(centre.came) == 1
