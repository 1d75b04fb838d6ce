"""What she says of herself."""

import pytest

from alerts.contact import Channel
from service.journey.cover import shown_to_her
from service.people.herself import change, write_card
from service.people.model import Card
from service.people.refusals import Refused, Why

from .household import BETH, DURESS, PIN, Household


async def test_her_names_are_hers_to_change(home: Household) -> None:
    """On one line; an empty short name means that her name will do."""
    her = await home.sign_up()
    account = await home.account(her.id)
    named = await change(home.house, account, name=" Ann  Lee ", short_name="Ann", door="phone")
    assert (named.name, named.short_name) == ("Ann Lee", "Ann")

    assert (await change(home.house, named, short_name=" ", door="phone")).short_name == ""


async def test_how_she_is_asked_takes_her_pin(home: Household) -> None:
    """She is deaf: no calls. What was not given stays."""
    her = await home.sign_up()
    account = await home.account(her.id)
    with pytest.raises(Refused) as refused:
        await change(home.house, account, channels=[Channel.SMS], door="phone")
    assert refused.value.why is Why.PIN_NEEDED
    changed = await change(home.house, account, channels=[Channel.SMS, Channel.PUSH], pin=PIN, door="phone")

    assert (changed.channels, changed.name, changed.names_shown) == ((Channel.SMS, Channel.PUSH), "Anna", False)


@pytest.mark.parametrize("pin", [PIN, DURESS])
async def test_how_she_is_asked_counts_on_her_way_too(home: Household, pin: str) -> None:
    """Her ear hurts: from now on nothing rings tonight, in what is true and in what her screen shows."""
    her = await home.sign_up()
    await her.has("Beth", BETH)
    shown = await her.sets_off()
    await her.ask("PATCH", "/me", {"channels": ["sms"], "pin": pin})

    journey = await home.journey(shown["id"])
    assert {view.plan.hers for view in (journey, shown_to_her(journey))} == {(Channel.PUSH, Channel.SMS)}


async def test_under_duress_the_change_is_made_and_people_are_told(home: Household) -> None:
    """What her contacts read is what they would read after her true PIN."""
    her = await home.sign_up()
    await her.has("Beth", BETH)
    changed = await change(home.house, await home.account(her.id), names_shown=True, pin=DURESS, door="phone")

    assert changed.names_shown
    assert len((await home.account(her.id)).behind) == 1


@pytest.mark.parametrize(
    ("given", "field"),
    [({"name": ""}, "name"), ({"short_name": "x" * 21}, "short_name"), ({"channels": []}, "channels")],
)
async def test_what_cannot_be_is_named(home: Household, given: dict[str, object], field: str) -> None:
    """And nothing is changed."""
    her = await home.sign_up()
    before = await home.account(her.id)
    with pytest.raises(Refused) as refused:
        await change(home.house, before, **given, pin=PIN, door="phone")  # type: ignore[arg-type]

    assert refused.value.field == field
    assert await home.account(her.id) == before


async def test_a_card_is_written_field_by_field(home: Household) -> None:
    """What is left out stays; lines may be broken; what no page can show is taken out."""
    her = await home.sign_up()
    await write_card(home.house, await home.account(her.id), {"medical": "asthma\r\ninhaler\x00"}, PIN, "phone")
    after = await write_card(home.house, await home.account(her.id), {"danger": " Tom "}, PIN, "phone")

    assert after.card == Card(medical="asthma\ninhaler", danger="Tom")


@pytest.mark.parametrize(("field", "text"), [("address", "x" * 501), ("word", "x" * 41), ("shoe_size", "38")])
async def test_a_card_has_an_end(home: Household, field: str, text: str) -> None:
    """The field is named, and nothing is written."""
    her = await home.sign_up()
    with pytest.raises(Refused) as refused:
        await write_card(home.house, await home.account(her.id), {field: text}, PIN, "phone")

    assert (refused.value.why, refused.value.field) == (Why.INVALID, field)
    assert (await home.account(her.id)).card is None


async def test_a_card_written_under_duress_is_shown_and_not_kept(home: Household) -> None:
    """He makes her take his name off it: her screen shows that, the people who are told read what she wrote. What her own
    PIN adds is kept, and on the screen it stands beside what he saw."""
    her = await home.sign_up()
    await her.has("Beth", BETH)
    await write_card(home.house, await home.account(her.id), {"danger": "Tom", "medical": "asthma"}, PIN, "phone")
    forced = await write_card(home.house, await home.account(her.id), {"danger": ""}, DURESS, "phone")
    assert (forced.shown_card, forced.card) == (Card(medical="asthma"), Card(danger="Tom", medical="asthma"))

    again = await write_card(home.house, await home.account(her.id), {"address": "1 High St"}, PIN, "phone")
    assert again.card == Card(danger="Tom", medical="asthma", address="1 High St")
    assert again.shown_card == Card(medical="asthma", address="1 High St")
