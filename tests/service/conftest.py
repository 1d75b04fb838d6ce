"""People in a house in memory."""

from collections.abc import AsyncIterator

import pytest

from .people.household import Household, household


@pytest.fixture
async def home() -> AsyncIterator[Household]:
    """A living house with nobody in it yet."""
    async with household() as living:
        yield living
