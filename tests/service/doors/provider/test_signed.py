"""Is it the provider who asks?"""

from collections.abc import AsyncIterator

import pytest
from twilio.request_validator import RequestValidator

from alerts.notice import Notice
from service.doors.provider.signed import MOST_BYTES
from tests.service.doors.provider.calling import alert_to_beth, posted, reported, status_path
from tests.service.people.household import SID, TOKEN, Household, household

OLD_TOKEN = "the one before"


@pytest.fixture
async def home() -> AsyncIterator[Household]:
    """A living house whose provider's token is being changed."""
    async with household(twilio_auth_token_2=OLD_TOKEN) as living:
        yield living


@pytest.fixture
async def alert(home: Household) -> Notice:
    """Anna is overdue; the first text to Beth waits in the outbox."""
    return await alert_to_beth(home)


@pytest.mark.parametrize("token", [TOKEN, OLD_TOKEN])
async def test_either_token_signs(home: Household, alert: Notice, token: str) -> None:
    """While one replaces the other."""
    assert (await reported(home, alert, "sent", token=token)).status_code == 200


async def test_a_bad_signature_is_refused_alike(home: Household, alert: Notice) -> None:
    """None, somebody's, for another address, for another body: the same 403, and nothing changed."""
    before = await home.journey(alert.journey)
    path = status_path(home, alert)
    form = {"MessageSid": "SM1", "MessageStatus": "delivered"}
    good = RequestValidator(TOKEN).compute_signature(f"https://lamplit.example{path}", form)
    tries = [
        (path, form, ""),
        (path, form, RequestValidator("another").compute_signature(f"https://lamplit.example{path}", form)),
        (path, form, RequestValidator(TOKEN).compute_signature(f"https://evil.example{path}", form)),
        (path.replace("a=1", "a=2"), form, good),
        (path, {**form, "MessageStatus": "failed"}, good),
    ]
    answers = [
        await home.http.post(p, data=f, headers={"X-Twilio-Signature": s, "Host": "evil.example"}) for p, f, s in tries
    ]

    assert {(a.status_code, a.content) for a in answers} == {(403, answers[0].content)}
    assert await home.journey(alert.journey) == before


async def test_the_address_is_ours_whatever_the_host_header_says(home: Household, alert: Notice) -> None:
    """A proxy may call us by another name: the pinned public address was signed."""
    path, form = status_path(home, alert), {"MessageSid": "SM1", "MessageStatus": "sent"}
    signature = RequestValidator(TOKEN).compute_signature(f"https://lamplit.example{path}", form)
    answer = await home.http.post(path, data=form, headers={"X-Twilio-Signature": signature, "Host": "inside:8470"})

    assert answer.status_code == 200


@pytest.mark.parametrize(
    "path", ["/twilio/status", "/twilio/sms", "/twilio/voice", "/twilio/voice/keys", "/twilio/voice/in"]
)
async def test_an_enormous_request_is_not_read(home: Household, path: str) -> None:
    """By whomever it is signed: no request of theirs is longer than a long text."""
    assert (await posted(home, path, {"Body": "x" * MOST_BYTES})).status_code == 413


@pytest.mark.parametrize(
    "path", ["/twilio/status", "/twilio/sms", "/twilio/voice", "/twilio/voice/keys", "/twilio/voice/in"]
)
async def test_nor_is_one_that_does_not_say_how_long_it_is(home: Household, path: str) -> None:
    """In pieces, without a length: read as far as the longest there is, and no further."""

    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(100):
            yield b"Body=" + b"x" * 4091

    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = await home.http.post(path, content=pieces(), headers=kind)
    assert "Content-Length" not in answer.request.headers
    assert answer.status_code == 413


async def test_what_is_said_of_another_account_is_not_for_us(home: Household, alert: Notice) -> None:
    """Whatever it is signed with."""
    assert (await reported(home, alert, "sent", AccountSid=SID)).status_code == 200
    assert (await reported(home, alert, "delivered", AccountSid=f"AC{'9' * 32}")).status_code == 403
