"""Which doors are open to the provider."""

from collections.abc import AsyncIterator

import pytest

from tests.service.people.household import Household, household


@pytest.fixture
async def home() -> AsyncIterator[Household]:
    async with household() as living:
        yield living


@pytest.mark.parametrize("path", ["status", "sms", "voice", "voice/keys", "voice/in"])
async def test_nothing_is_asked_for_by_get(home: Household, path: str) -> None:
    """Reading an address changes nothing, and shows nothing."""
    assert (await home.http.get(f"/twilio/{path}")).status_code == 405
    assert (await home.http.post(f"/twilio/{path}")).status_code == 403
