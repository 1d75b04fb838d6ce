"""How far a message has come, as the provider reports it."""

from collections.abc import AsyncIterator
from urllib.parse import urlencode

import pytest
from msgspec.structs import replace

from alerts.gateway import Delivery
from alerts.notice import HER, Kind, Notice
from tests.service.doors.provider.calling import alert_to_beth, posted, reported, status_path
from tests.service.people.household import ANNA, BETH, Household, household


@pytest.fixture
async def home() -> AsyncIterator[Household]:
    async with household() as living:
        yield living


@pytest.fixture
async def alert(home: Household) -> Notice:
    """Anna is overdue; the first text to Beth waits in the outbox."""
    return await alert_to_beth(home)


async def test_a_receipt_is_on_disk_before_it_is_answered(home: Household, alert: Notice) -> None:
    """Accepted, sent, delivered; an older one changes nothing."""
    for status in ("queued", "sent", "delivered", "sent"):
        assert (await reported(home, alert, status)).status_code == 200

    [proof] = [p for p in (await home.journey(alert.journey)).proven if p.id == alert.id]
    assert (proof.state, proof.delivered_at) == (Delivery.DELIVERED, home.clock.now())


async def test_an_undelivered_text_goes_another_way_at_once(home: Household, alert: Notice) -> None:
    """Rule 4: the ladder climbs."""
    await reported(home, alert, "undelivered", ErrorCode="30003")

    assert [(n.to, n.attempt) for n in await home.sends(Kind.OVERDUE) if n.channel == "call"] == [(alert.to, 2)]


async def test_stop_by_error_number(home: Household, alert: Notice) -> None:
    """21610: the number is unreachable by text for everybody, at once."""
    await reported(home, alert, "failed", ErrorCode="21610")

    assert not await home.house.directory.reachable_by_sms(BETH)


async def test_what_is_signed_and_unknown_is_counted(home: Household, alert: Notice) -> None:
    """A MAC of another notice, a journey that is not, a status without its fields: 200, counted, nothing changed."""
    before = await home.journey(alert.journey)
    nobodys = replace(alert, journey="nobody-1")
    await posted(home, status_path(home, alert, mac="0" * 16), {"MessageSid": "SM1", "MessageStatus": "delivered"})
    await reported(home, nobodys, "delivered")
    await posted(home, status_path(home, alert), {"MessageStatus": "delivered"})
    await posted(home, "/twilio/sms", {"From": BETH})

    assert home.house.vitals.unknown_callbacks == 4
    assert await home.journey(alert.journey) == before


async def test_an_attempt_that_no_message_ever_has_is_unknown(home: Household, alert: Notice) -> None:
    """However long the number in the address is."""
    for attempt in ("9" * 10, "9" * 5000, "-1", ""):
        seal = home.house.sealer.seal(alert.id, attempt)
        path = f"/twilio/status?{urlencode({'n': alert.id, 'a': attempt, 'm': seal})}"
        assert (await posted(home, path, {"MessageSid": "SM1", "MessageStatus": "sent"})).status_code == 200
    assert home.house.vitals.unknown_callbacks == 4


async def test_a_message_to_an_account_is_followed_no_further(home: Household) -> None:
    """The code's own receipt is taken and changes nothing."""
    await home.http.post("/v1/signup", json={"number": ANNA, "name": "Anna"})
    [code] = await home.sends(Kind.CODE)

    assert code.to == HER
    assert (await reported(home, code, "delivered")).status_code == 200
