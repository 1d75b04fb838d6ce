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
    assert "no operator on shift" in read


async def test_it_says_how_many_operators_are_on_shift(street: Neighbourhood) -> None:
    """How many, and no name: anybody may read this page."""
    await street.on_shift("olga")
    assert "1 operator on shift" in await street.browser().reads("/")

    await street.on_shift("omar")

    read = await street.browser().reads("/")
    assert "2 operators on shift" in read
    assert "olga" not in read


async def test_the_sandbox_names_a_ready_operator(street: Neighbourhood) -> None:
    """With a password that opens the list."""
    read = await street.browser().reads("/")
    _, password = await street.operators.ready(street.house.settings.data_dir)

    assert f"Sign in as operator with {password} ; in the sandbox this one needs no code" in read
    signed_in = await street.browser().press("/console", "/console/login", name="operator", password=password)
    assert "Needs a person" in signed_in.text


async def test_a_house_without_its_store_says_so(street: Neighbourhood, monkeypatch: pytest.MonkeyPatch) -> None:
    """The page comes all the same."""

    async def away(*_: object) -> None:
        raise StoreUnavailable("gone")

    await street.browser().reads("/")
    monkeypatch.setattr(street.house.store, "check", away)

    read = await street.browser().reads("/")

    assert "The house needs a look" in read
    assert "the store does not answer" in read
