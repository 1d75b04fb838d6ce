"""What every journey needs before it is on disk."""

from typing import Any

import pytest
from msgspec.structs import replace

from alerts.contact import Channel
from service.people.model import Contact, ContactState, Traveller
from service.people.plans import (
    deliverable,
    first_of,
    for_her,
    her_channels,
    hidden_key,
    next_key,
    reserved,
    shown_under_way,
    still_matters,
    told_by,
)

from .household import ANNA, BETH, CHLOE, DAD, DURESS, PIN, Household

PUSH, SMS, CALL = Channel.PUSH, Channel.SMS, Channel.CALL


def beth(**more: object) -> Contact:
    return Contact(id="beth", name="Beth", number=BETH, **{"state": ContactState.CONFIRMED, **more})  # type: ignore[arg-type]


def test_only_the_confirmed_and_deliverable_are_told() -> None:
    """Invited, gone, and those who take neither texts nor calls are not."""
    people = (
        beth(),
        beth(state=ContactState.INVITED),
        beth(state=ContactState.LEFT),
        beth(reachable_by_sms=False),
        beth(reachable_by_sms=False, channels=(Channel.SMS,)),
    )

    assert [deliverable(p, calls=True) for p in people] == [True, True, True, True, False]
    assert [p.reachable_by_sms for p in told_by(people, calls=True)] == [True, False]


def test_where_nobody_can_be_rung_everybody_is_texted() -> None:
    """A provider that carries no calls: who has sent STOP cannot be told, and is not counted on."""
    people = (beth(), beth(channels=(Channel.CALL,)), beth(reachable_by_sms=False))

    assert [p.channels for p in told_by(people, calls=False)] == [(Channel.SMS,), (Channel.SMS,)]


@pytest.mark.parametrize(
    ("changes", "calls", "hers"),
    [
        ({}, True, (PUSH, SMS, CALL)),
        ({}, False, (PUSH, SMS)),
        ({"reachable_by_sms": False}, True, (PUSH, CALL)),
        ({"reachable_by_sms": False}, False, (PUSH,)),
        ({"channels": (CALL, SMS)}, True, (PUSH, CALL, SMS)),
        ({"channels": (PUSH, SMS)}, True, (PUSH, SMS)),
    ],
)
def test_how_she_is_asked_is_what_she_takes_and_what_gets_through(
    changes: dict[str, Any], calls: bool, hers: tuple[Channel, ...]
) -> None:
    """Her app always; no calls if she is deaf, no texts after her STOP, nothing that no provider carries."""
    account = Traveller(id="anna", number=ANNA, name="Anna", created_at=0.0, **changes)

    assert her_channels(account, calls=calls) == hers


def test_what_is_for_one_is_for_her_primary_contact() -> None:
    """Else for the first, if there is one."""
    one, two = beth(), beth(tier=2, primary=True)
    assert (first_of([one, two]), first_of([one]), first_of([])) == (two, one, None)


async def test_every_plan_takes_from_her_account_what_is_hers(home: Household) -> None:
    """Those who said YES, those who have not and are on the SOS list, her ways, the deployment's clock."""
    her = await home.sign_up()
    confirmed = await her.has("Beth", BETH)
    asked = await her.asks("Dad", DAD)
    await her.asks("Chloe", CHLOE, on_sos_list=False)
    bare = (await home.journey((await her.sets_off())["id"])).plan
    plan = for_her(replace(bare, people=(), invited=(), hers=(), zone=""), await home.account(her.id), home.house)

    assert [p.id for p in plan.people] == [confirmed]
    assert [(p.id, p.channels) for p in plan.invited] == [(asked, (Channel.SMS,))]
    assert (plan.hers, plan.zone) == ((PUSH, SMS, CALL), home.house.settings.timezone)


async def test_a_code_of_an_alert_that_is_over_is_given_again(home: Household) -> None:
    """All ninety are held by journeys at Beth's number; those that ended over an hour ago let theirs go."""
    her = await home.sign_up()
    await her.has("Beth", BETH)
    shown = await her.sets_off()
    await her.post("/journeys/live/end", {"id": "c1", "pin": PIN})
    home.clock.forward(3601)
    for n in range(89):
        await home.house.directory.reserve_code([BETH], f"{her.id}-{n + 500}")
    code = (await home.journey(shown["id"])).plan.code
    await reserved(home.house, next_key(await home.account(her.id)), (await home.account(her.id)).contacts)

    assert (await home.house.directory.codes(BETH)).get(code) != shown["id"]


async def test_under_way_is_what_her_devices_may_know(home: Household) -> None:
    """After a duress PIN her screen is free for another journey; the alarm still matters."""
    her = await home.sign_up()
    await her.has("Beth", BETH)
    await her.has("Dad", DAD)
    shown = await her.sets_off()
    assert shown_under_way(await home.journey(shown["id"]))

    await her.post("/journeys/live/end", {"id": "c1", "pin": DURESS})
    journey = await home.journey(shown["id"])
    assert (shown_under_way(journey), still_matters(journey, home.clock.now())) == (False, True)


async def test_a_journey_that_only_a_duress_pin_makes_has_a_key_of_another_row(home: Household) -> None:
    """Her numbers have no gap, and a code that is reserved for one that is on its way is left alone."""
    her = await home.sign_up()
    await her.has("Beth", BETH)
    account = await home.account(her.id)
    assert (next_key(account), hidden_key(account)) == (f"{her.id}-1", f"{her.id}-b1")
    on_its_way = hidden_key(account)
    code = await reserved(home.house, on_its_way, account.contacts)
    for n in range(89):
        await home.house.directory.reserve_code([BETH], f"{her.id}-{n + 500}")

    await reserved(home.house, next_key(account), account.contacts)

    assert (await home.house.directory.codes(BETH))[code] == on_its_way
