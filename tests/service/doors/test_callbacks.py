"""What the provider tells us, signed, and what anybody else tries."""

from collections.abc import AsyncIterator
from urllib.parse import urlencode

import httpx
import pytest
from msgspec.structs import replace
from twilio.request_validator import RequestValidator

from alerts.gateway import Delivery
from alerts.notice import HER, Kind, Notice
from tests.service.people.household import ANNA, BETH, TOKEN, Her, Household, household

OLD_TOKEN = "the one before"


@pytest.fixture
async def home() -> AsyncIterator[Household]:
    """A living house whose provider's token is being changed."""
    async with household(twilio_auth_token_2=OLD_TOKEN) as living:
        yield living


@pytest.fixture
async def alert(home: Household) -> Notice:
    """Anna is overdue; the first text to Beth waits in the outbox."""
    her = await home.sign_up()
    await her.has("Beth", BETH)
    await _overdue(her)
    return (await home.sends(Kind.OVERDUE))[0]


async def test_a_receipt_is_on_disk_before_it_is_answered(home: Household, alert: Notice) -> None:
    """Accepted, sent, delivered; an older one changes nothing."""
    for status in ("queued", "sent", "delivered", "sent"):
        assert (await _status(home, alert, status)).status_code == 200

    [proof] = [p for p in (await home.journey(alert.journey)).proven if p.id == alert.id]
    assert (proof.state, proof.delivered_at) == (Delivery.DELIVERED, home.clock.now())


async def test_an_undelivered_text_goes_another_way_at_once(home: Household, alert: Notice) -> None:
    """Rule 4: the ladder climbs."""
    await _status(home, alert, "undelivered", ErrorCode="30003")

    assert [(n.to, n.attempt) for n in await home.sends(Kind.OVERDUE) if n.channel == "call"] == [(alert.to, 2)]


async def test_stop_by_error_number(home: Household, alert: Notice) -> None:
    """21610: the number is unreachable by text for everybody, at once."""
    await _status(home, alert, "failed", ErrorCode="21610")

    assert not await home.house.directory.reachable_by_sms(BETH)


@pytest.mark.parametrize("token", [TOKEN, OLD_TOKEN])
async def test_either_token_signs(home: Household, alert: Notice, token: str) -> None:
    """While one replaces the other."""
    assert (await _status(home, alert, "sent", token=token)).status_code == 200


async def test_a_bad_signature_is_refused_alike(home: Household, alert: Notice) -> None:
    """None, somebody's, for another address, for another body: the same 403, and nothing changed."""
    before = await home.journey(alert.journey)
    path = _path(home, alert)
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
    path, form = _path(home, alert), {"MessageSid": "SM1", "MessageStatus": "sent"}
    signature = RequestValidator(TOKEN).compute_signature(f"https://lamplit.example{path}", form)
    answer = await home.http.post(path, data=form, headers={"X-Twilio-Signature": signature, "Host": "inside:8470"})

    assert answer.status_code == 200


async def test_what_is_signed_and_unknown_is_counted(home: Household, alert: Notice) -> None:
    """A MAC of another notice, a journey that is not, a status without its fields: 200, counted, nothing changed."""
    before = await home.journey(alert.journey)
    nobodys = replace(alert, journey="nobody-1")
    await _signed(home, _path(home, alert, mac="0" * 16), {"MessageSid": "SM1", "MessageStatus": "delivered"})
    await _status(home, nobodys, "delivered")
    await _signed(home, _path(home, alert), {"MessageStatus": "delivered"})
    await _signed(home, "/twilio/sms", {"From": BETH})

    assert home.house.vitals.unknown_callbacks == 4
    assert await home.journey(alert.journey) == before


async def test_a_text_comes_in(home: Household, alert: Notice) -> None:
    """Beth answers by her own phone; the provider is told nothing to say, replies travel through the outbox."""
    code = (await home.journey(alert.journey)).plan.code
    form = {"MessageSid": "SM7", "From": BETH, "To": "+447700900000", "Body": f"{code} yes"}
    answer = await _signed(home, "/twilio/sms", form)

    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/xml; charset=utf-8")
    assert "<Response/>" in answer.text
    incident = (await home.journey(alert.journey)).incident
    assert incident is not None
    assert incident.ladder is not None
    assert incident.ladder.lease is not None


async def test_nothing_is_asked_for_by_get(home: Household) -> None:
    """Reading an address changes nothing, and shows nothing."""
    assert (await home.http.get("/twilio/sms")).status_code == 405


async def test_a_message_to_an_account_is_followed_no_further(home: Household) -> None:
    """The code's own receipt is taken and changes nothing."""
    await home.http.post("/v1/signup", json={"number": ANNA, "name": "Anna"})
    [code] = await home.sends(Kind.CODE)

    assert code.to == HER
    assert (await _status(home, code, "delivered")).status_code == 200


async def _overdue(her: Her) -> None:
    shown = await her.sets_off()
    await her.home.time_passes(shown["promised_at"] - her.home.clock.now())


def _path(home: Household, notice: Notice, *, mac: str = "") -> str:
    mac = mac or home.house.sealer.seal(notice.id, "1")
    return f"/twilio/status?{urlencode({'n': notice.id, 'a': 1, 'm': mac})}"


async def _status(home: Household, notice: Notice, status: str, *, token: str = TOKEN, **more: str) -> httpx.Response:
    form = {"MessageSid": "SM1", "MessageStatus": status, **more}
    return await _signed(home, _path(home, notice), form, token=token)


async def _signed(home: Household, path: str, form: dict[str, str], *, token: str = TOKEN) -> httpx.Response:
    signature = RequestValidator(token).compute_signature(f"https://lamplit.example{path}", form)
    return await home.http.post(path, data=form, headers={"X-Twilio-Signature": signature})
