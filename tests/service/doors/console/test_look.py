"""A look at a journey with nothing wrong."""

import pytest

from service.journey import pressed
from service.journey.company import asked_company, ended_company
from service.journey.havens import OpenHaven, diverted
from service.journey.model import OPERATORS, Proof
from service.operators.reasons import all_noted
from service.people.setting_off import set_off
from service.people.wishes import Wish
from tests.service.doors.neighbourhood import HOME, Neighbourhood, words

MINUTES = 60.0
CHURCH = OpenHaven(id="s1", name="Open church", lat=51.381, lon=0.5, kind="scheme")
WHY = {"reason": "contact", "words": "Beth rang and is worried"}


async def test_without_a_reason_there_is_no_place(street: Neighbourhood) -> None:
    """The row opens a form, and nothing is kept as a look."""
    journey = await street.sets_off()
    olga = await street.on_shift("olga")

    read = await olga.reads(f"/console/look/{journey.plan.reference}")

    assert "Nobody watches by default." in read
    assert "51.38" not in read
    assert "Anna" not in read
    assert (await street.journey(journey.id)).looks == ()


async def test_a_reason_opens_it_once_and_she_reads_the_reason(street: Neighbourhood) -> None:
    """The look is on disk with its words, for her and for an admin; the next page asks again."""
    journey = await street.sets_off()
    olga, here = await street.on_shift("olga"), f"/console/look/{journey.plan.reference}"

    read = words((await olga.press(here, here, **WHY)).text)

    assert "51.38000, 0.50000" in read
    assert "“A contact of hers rang us: Beth rang and is worried”" in read
    [look] = (await street.journey(journey.id)).looks
    assert (look.by, look.what, look.why) == ("olga", "place", "A contact of hers rang us: Beth rang and is worried")
    [noted] = await all_noted(street.house)
    assert (noted.by, noted.reference, noted.why) == ("olga", journey.plan.reference, look.why)
    assert "51.38" not in await olga.reads(here)


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"reason": "contact", "words": "because"}, "Say why in 10 letters or more"),
        ({"reason": "contact", "words": "x" * 301}, "Say why in 10 letters or more"),
        ({"reason": "curious", "words": "I would like to know"}, "Choose what comes nearest."),
        ({}, "Choose what comes nearest."),
    ],
)
async def test_a_reason_that_is_none_shows_nothing(street: Neighbourhood, fields: dict[str, str], problem: str) -> None:
    """And is asked again with what was typed."""
    journey = await street.sets_off()
    olga, here = await street.on_shift("olga"), f"/console/look/{journey.plan.reference}"

    answer = await olga.press(here, here, **fields)

    assert answer.status_code == 400
    assert problem in words(answer.text)
    assert "51.38" not in answer.text
    assert (await street.journey(journey.id)).looks == ()
    assert await all_noted(street.house) == []


async def test_she_asked_operators_to_walk_with_her(street: Neighbourhood) -> None:
    """Then the place is open without a reason, as long as she wants, and every look is kept all the same."""
    journey = await street.sets_off()
    olga, here = await street.on_shift("olga"), f"/console/look/{journey.plan.reference}"
    await street.house.watch.ask(journey.id, lambda j, now, _: asked_company(j, [OPERATORS], now))

    read = await olga.reads(here)

    assert "51.38000, 0.50000" in read
    assert "She asked operators to walk with her." in read
    assert "Last known" not in read
    await street.house.watch.ask(journey.id, lambda j, now, _: diverted(j, CHURCH, now))
    assert "Last known: turning aside to Open church, as she told us" in await olga.reads(here)
    [look] = (await street.journey(journey.id)).looks
    assert (look.by, look.what, look.why, look.incident) == ("olga", "place", "", "")

    await street.house.watch.ask(journey.id, lambda j, now, _: ended_company(j, now))
    assert "51.38" not in await olga.reads(here)


async def test_a_journey_without_a_position_says_so(street: Neighbourhood) -> None:
    """Nothing was seen, so nothing is kept as a look."""
    account = await street.anna()
    kept = await set_off(street.house, account.id, Wish(destination="home", place=HOME, minutes=20))
    olga, here = await street.on_shift("olga"), f"/console/look/{kept.journey.plan.reference}"

    read = words((await olga.press(here, here, **WHY)).text)

    assert "No position was ever received." in read
    assert (await street.journey(kept.journey.id)).looks == ()


async def test_a_journey_that_is_over_leads_back_to_the_list(street: Neighbourhood) -> None:
    """With a reason as without."""
    journey = await street.sets_off()
    await street.house.watch.ask(journey.id, pressed.ended, proof=Proof.PIN)
    olga, here = await street.on_shift("olga"), f"/console/look/{journey.plan.reference}"

    assert "That one is not open any more." in await olga.reads(here)
    assert "That one is not open any more." in words((await olga.press("/console", here, **WHY)).text)


async def test_an_alarm_has_a_page_of_its_own(street: Neighbourhood) -> None:
    """Whoever had the row open lands there."""
    journey = await street.sets_off(minutes=20)
    await street.time_passes(33 * MINUTES)
    olga = await street.on_shift("olga")

    assert "Nobody has it." in await olga.reads(f"/console/look/{journey.plan.reference}")


async def test_nobody_looks_without_signing_in(street: Neighbourhood) -> None:
    """Neither with a reason nor without; a form from elsewhere is no reason."""
    journey = await street.sets_off()
    here = f"/console/look/{journey.plan.reference}"
    olga = await street.on_shift("olga")

    assert "Password" in await street.browser().reads(here)
    stranger = await street.browser().press("/console", here, **WHY)
    forged = await olga.http.post(here, data={"nonce": "made up", **WHY})

    assert "Password" in words(stranger.text)
    assert forged.status_code == 403
    assert (await street.journey(journey.id)).looks == ()
