"""Texts that come in."""

from collections.abc import AsyncIterator

import pytest

from alerts.notice import Notice
from tests.service.doors.provider.calling import alert_to_beth, posted
from tests.service.people.household import BETH, Household, household


@pytest.fixture
async def home() -> AsyncIterator[Household]:
    async with household() as living:
        yield living


@pytest.fixture
async def alert(home: Household) -> Notice:
    """Anna is overdue; the first text to Beth waits in the outbox."""
    return await alert_to_beth(home)


async def test_a_text_comes_in(home: Household, alert: Notice) -> None:
    """Beth answers by her own phone; the provider is told nothing to say, replies travel through the outbox."""
    code = (await home.journey(alert.journey)).plan.code
    form = {"MessageSid": "SM7", "From": BETH, "To": "+447700900000", "Body": f"{code} yes"}
    answer = await posted(home, "/twilio/sms", form)

    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/xml; charset=utf-8")
    assert "<Response/>" in answer.text
    incident = (await home.journey(alert.journey)).incident
    assert incident is not None
    assert incident.ladder is not None
    assert incident.ladder.lease is not None
