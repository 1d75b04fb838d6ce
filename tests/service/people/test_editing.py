"""One commit over her account and her journey under way."""

import asyncio
from functools import partial

import pytest
from msgspec.structs import replace

from service.journey.companions import reached
from service.people.editing import FACTS, Edit, edited, learned
from service.people.model import Contact, ContactState, Traveller
from service.watch import NoSuchJourney

from .household import BETH, Household


def _renamed(account: Traveller, now: float, *, name: str) -> Edit:
    return Edit(replace(account, name=account.name + name), answer=name)


async def test_both_or_neither(home: Household) -> None:
    """The row of the account and the row of the journey carry the same commit; a refusal leaves both as they were."""
    her = await home.sign_up()
    beth = await her.has("Beth", BETH)
    shown = await her.sets_off()

    def refuse(account: Traveller, now: float) -> Edit:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        await edited(home.house, her.id, "x", refuse, lambda j, _: reached(j, beth, by_sms=False))
    assert (await home.journey(shown["id"])).plan.people[0].reachable_by_sms

    await edited(home.house, her.id, "x", partial(_renamed, name="!"), lambda j, _: reached(j, beth, by_sms=False))
    assert not (await home.journey(shown["id"])).plan.people[0].reachable_by_sms
    assert (await home.account(her.id)).name == "Anna!"


async def test_edits_at_once_all_count(home: Household) -> None:
    """Nobody's change is lost to somebody else's."""
    her = await home.sign_up()
    names = await asyncio.gather(
        *(
            edited(home.house, her.id, "x", partial(_renamed, name=c), lambda j, _: reached(j, "x", by_sms=True))
            for c in "abc"
        )
    )

    assert sorted(names) == ["a", "b", "c"]
    assert sorted((await home.account(her.id)).name.removeprefix("Anna")) == ["a", "b", "c"]


async def test_nothing_to_change_writes_nothing(home: Household) -> None:
    """A word that was said before."""
    her = await home.sign_up()
    [before] = await home.store.load([her.id])

    assert await edited(home.house, her.id, "x", lambda *_: Edit(None, answer="as before")) == "as before"
    assert await home.store.load([her.id]) == [before]


async def test_nobodys_account(home: Household) -> None:
    """An id that is no traveller's."""
    with pytest.raises(NoSuchJourney):
        await edited(home.house, "nobody", "x", partial(_renamed, name="!"))


def test_what_was_learned_is_the_same_whatever_her_screen_shows() -> None:
    """Somebody's YES, a test: beside what she has set, which may differ there. Who is off her screen stays off it."""
    beth = Contact(id="beth", name="Beth", number=BETH, tier=1)
    dad = Contact(id="dad", name="Dad", number="")
    anna = Traveller(id="anna", number="x", name="Anna", created_at=0.0, contacts=(beth, dad))
    covered = replace(anna, cover=(replace(beth, tier=2, on_sos_list=False),))

    after = learned(covered, replace(beth, state=ContactState.CONFIRMED, confirmed_at=5.0))
    after = learned(after, replace(dad, state=ContactState.LEFT))

    assert [(c.state, c.tier) for c in after.contacts] == [(ContactState.CONFIRMED, 1), (ContactState.LEFT, 1)]
    assert after.cover is not None
    assert [(c.id, c.state, c.tier, c.on_sos_list) for c in after.cover] == [("beth", ContactState.CONFIRMED, 2, False)]
    assert learned(anna, replace(beth, confirmed_at=5.0)).cover is None


def test_every_field_of_a_contact_is_hers_or_learned() -> None:
    """One that is neither would be lost, or shown, by accident."""
    hers = {"id", "name", "tier", "primary", "on_sos_list", "channels", "hours", "place", "language", "mail"}

    assert set(FACTS) | hers == set(Contact.__struct_fields__)
    assert not set(FACTS) & hers
