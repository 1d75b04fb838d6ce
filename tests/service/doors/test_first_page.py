"""The first page says how the house is."""

import pytest

from service.store import StoreUnavailable

from .neighbourhood import Neighbourhood


async def test_a_house_that_is_well_says_so(street: Neighbourhood) -> None:
    """The store, the watchman's last round, and how many are on their way."""
    await street.sets_off()

    read = await street.browser().reads("/")

    assert "The house is well" in read
    assert "watchman’s last round" in read
    assert "1 journey live" in read


async def test_the_sandbox_names_a_ready_operator(street: Neighbourhood) -> None:
    """With a password that opens the list."""
    read = await street.browser().reads("/")
    _, password = await street.operators.ready(street.house.settings.data_dir)

    assert f"Sign in as operator with {password}" in read


async def test_a_house_without_its_store_says_so(street: Neighbourhood, monkeypatch: pytest.MonkeyPatch) -> None:
    """The page comes all the same."""

    async def away(*_: object) -> None:
        raise StoreUnavailable("gone")

    await street.browser().reads("/")
    monkeypatch.setattr(street.house.store, "check", away)

    read = await street.browser().reads("/")

    assert "The house needs a look" in read
    assert "the store does not answer" in read
