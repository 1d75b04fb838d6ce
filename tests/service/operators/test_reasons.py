"""Looks with a reason, as admins read them."""

import pytest

from service.operators.reasons import REASONS, Reasoned, all_noted, forget, forget_traveller, noted, reason_of
from service.people.refusals import Refused
from tests.service.people.household import Household


def _look(home: Household, journey: str = "anna-1", by: str = "omar") -> Reasoned:
    return Reasoned(home.clock.now(), by, journey, "K742", "Something else: her mother rang")


def test_a_reason_is_one_of_a_few_and_ten_letters() -> None:
    """As she reads it, on one line."""
    assert reason_of("police", "  they ask \n about her") == "The police ask about her: they ask about her"


@pytest.mark.parametrize(
    ("code", "words", "field"),
    [
        ("", "a long enough reason", "reason"),
        ("contact", "too short", "words"),
        ("contact", "x" * 301, "words"),
        ("contact", "\u200b" * 20 + "\x00\u202e", "words"),
    ],
)
def test_a_reason_that_will_not_do_names_its_field(code: str, words: str, field: str) -> None:
    """Nothing is looked at then."""
    with pytest.raises(Refused) as refused:
        reason_of(code, words)
    assert refused.value.field == field


async def test_the_newest_comes_first_and_what_is_old_is_forgotten(home: Household) -> None:
    """Ninety days after the look, by the job that looks after all that is kept."""
    await noted(home.house, _look(home, by="olga"))
    home.clock.forward(60)
    await noted(home.house, _look(home, by="omar"))
    assert [look.by for look in await all_noted(home.house)] == ["omar", "olga"]

    await forget(home.store, home.clock.now() - 1)

    assert [look.by for look in await all_noted(home.house)] == ["omar"]


async def test_an_erased_account_is_erased_here_too(home: Household) -> None:
    """Hers alone."""
    await noted(home.house, _look(home, "anna-1"))
    await noted(home.house, _look(home, "annabel-1"))

    await forget_traveller(home.store, "anna")

    assert [look.journey for look in await all_noted(home.house)] == ["annabel-1"]


def test_the_list_is_short() -> None:
    """Somebody in a hurry reads it all."""
    assert len(REASONS) <= 6
