"""A sandbox with open doors."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from .neighbourhood import Neighbourhood, neighbourhood


@pytest.fixture
async def street(tmp_path: Path) -> AsyncIterator[Neighbourhood]:
    """A sandbox in memory with nobody in it yet."""
    async with neighbourhood(tmp_path) as living:
        yield living
