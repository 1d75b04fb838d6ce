"""Her journeys afterwards, as her devices may see them."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from service.journey.claims import resolved
from service.journey.model import Look
from service.people import choosing
from service.people.refusals import Refused, Why
from service.remembered import history
from service.store import Put, Unit
from tests.service.keeping import Keeping, keeping
from tests.service.people.household import BETH, CHLOE, DAD, DURESS

DAY_S = 86_400.0


@pytest.fixture
async def kept(tmp_path: Path) -> AsyncIterator[Keeping]:
    async with keeping(tmp_path) as house:
        yield house


async def shown(kept: Keeping, traveller: str) -> list[str]:
    account = await kept.home.account(traveller)
    return [journey.id for journey in await history.journeys(kept.home.house, account)]


async def test_the_newest_comes_first(kept: Keeping) -> None:
    """Closed ones and the one under way."""
    her = await kept.anna()
    first = await kept.walked(her)
    second = (await her.sets_off())["id"]

    assert await shown(kept, her.id) == [second, first]


async def test_an_alarm_that_only_a_duress_pin_made_is_none_of_hers(kept: Keeping) -> None:
    """Until a person has closed it; no number is left out in between, and asking for it is asking for nothing."""
    her = await kept.anna()
    first = await kept.walked(her)
    await kept.home.time_passes(2 * 3600)
    beth = (await her.get("/contacts")).json()[0]["id"]
    changed = await her.ask("PATCH", f"/contacts/{beth}", {"tier": 2, "pin": DURESS})
    assert changed.status_code == 200
    second = (await her.sets_off())["id"]
    behind = f"{her.id}-b1"

    assert (await kept.home.journey(behind)).alarm is not None
    assert (first, second) == (f"{her.id}-1", f"{her.id}-2")
    assert await shown(kept, her.id) == [second, first]
    account = await kept.home.account(her.id)
    with pytest.raises(Refused) as refused:
        await history.journey(kept.home.house, account, behind)
    assert refused.value.why is Why.NOT_FOUND

    for operator in ("priya", "omar"):
        await kept.home.house.watch.ask(behind, lambda j, now, _, by=operator: resolved(j, by, "found", now))  # type: ignore[misc]
    assert await shown(kept, her.id) == [second, behind, first]


async def test_what_is_old_is_not_shown_whatever_stands_behind_it(kept: Keeping) -> None:
    """A journey that her screens know as closed goes from her list like one that is."""
    her = await kept.anna()
    forced = await kept.walked(her, DURESS)
    account = await kept.home.account(her.id)

    kept.home.clock.forward_to(kept.home.clock.now() + 30 * DAY_S - 301)
    assert await shown(kept, her.id) == [forced]
    kept.home.clock.forward_to(kept.home.clock.now() + 302)
    assert await shown(kept, her.id) == []
    assert await history.journeys(kept.home.house, account) == []


async def test_her_story_is_that_of_her_screens(kept: Keeping) -> None:
    """After a duress PIN: ended with her PIN, and not a word about duress."""
    her = await kept.anna()
    key = await kept.walked(her, DURESS)
    told = [type(one.event).__name__ for one in await kept.told(key)]
    account = await kept.home.account(her.id)
    journey = await history.journey(kept.home.house, account, key)

    lines = await history.story(kept.home.house, account, journey)

    assert "DuressEntered" in told
    assert [line.event for line in lines if not line.minor][-1] == "JourneyClosed"
    assert "DuressEntered" not in {line.event for line in lines}
    assert "duress" not in repr(lines)


async def test_who_looked_is_named_as_her_screens_name_people(kept: Keeping) -> None:
    """Contacts by name, whoever is gone as gone, operators by the name they sign in with; the newest first."""
    her = await kept.anna()
    key = await kept.walked(her)
    account = await kept.home.account(her.id)
    beth = account.contacts[0].id
    looks = (
        Look(by=beth, what="street", since=1.0, until=2.0, times=3, contact=True),
        Look(by="k3m9xq", what="place", since=2.0, until=2.0, contact=True),
        Look(by="priya", what="place", since=3.0, until=3.0, why="The police ask about her"),
    )
    journey = replace(await kept.home.journey(key), looks=looks)

    found = history.looks([journey], account)

    assert [(look.by, look.contact, look.what, look.times, look.why) for look in found] == [
        ("priya", False, "place", 1, "The police ask about her"),
        (history.SOMEBODY, True, "place", 1, ""),
        ("Beth", True, "street", 3, ""),
    ]


async def test_who_asked_after_her_between_journeys_is_shown_too(kept: Keeping) -> None:
    """SAFE? while she is at home: in the list of all looks and in her export, by name; nobody is asked about in secret."""
    her = await kept.anna()
    key = await kept.walked(her)
    kept.home.clock.forward(7200)
    await kept.home.text(BETH, "SAFE?")
    account = await kept.home.account(her.id)

    [look] = history.asked(account)
    assert (look.by, look.what, look.since, look.journey) == ("Beth", "safe?", kept.home.clock.now(), "")
    assert [one["by"] for one in (await her.get("/looks")).json()] == ["Beth"]
    assert (await her.get(f"/journeys/{key}/looks")).json() == []
    unknown = replace(account, contacts=())
    assert [one.by for one in history.asked(unknown)] == [history.SOMEBODY]


async def test_a_row_of_a_newer_process_is_not_there_yet(kept: Keeping) -> None:
    """She is told so, instead of an error; the others are listed."""
    her = await kept.anna()
    first, second = await kept.walked(her), await kept.walked(her)
    [row] = await kept.home.store.load([first])
    assert row is not None
    await kept.home.store.commit([Unit("newer", (Put(first, row.version, b"\xff"),))])

    assert await shown(kept, her.id) == [second]
    assert (await her.get(f"/journeys/{first}")).status_code == 404


async def test_nobody_elses_journey_is_hers(kept: Keeping) -> None:
    """Unknown, hers without being a journey, and another one's answer alike."""
    her = await kept.anna()
    other = await kept.home.sign_up("Emma", "+447700900124")
    await other.has("Dad", DAD)
    key = (await other.sets_off())["id"]
    account = await kept.home.account(her.id)

    for asked in (key, her.id, f"{her.id}-9", "", "-", f"{her.id}-"):
        with pytest.raises(Refused, match="expected the id of a journey of hers"):
            await history.journey(kept.home.house, account, asked)


async def test_a_contact_removed_under_duress_is_gone_from_her_screens(kept: Keeping) -> None:
    """From the names in her story as from the list."""
    her = await kept.anna()
    key = await kept.walked(her)
    account = await kept.home.account(her.id)
    chloe = next(c.id for c in account.contacts if c.number == CHLOE)
    await choosing.remove(kept.home.house, account, chloe, DURESS, "phone")

    teller = history.teller(await kept.home.account(her.id), await kept.home.journey(key), "Europe/London")

    assert teller.contact(chloe) == "a former contact"
