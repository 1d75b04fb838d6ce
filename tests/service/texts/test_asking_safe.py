"""SAFE?: on a journey or not, and nothing more."""

import pytest
from msgspec.structs import replace

from alerts.notice import HER, Kind
from service.journey.cover import shown_to_her
from service.people.editing import Edit, edited
from service.texts.asking_safe import ASKED_KEPT
from tests.service.people.household import ANNA, BETH, DAD, DURESS, PIN, Her, Household


@pytest.fixture
async def her(home: Household) -> Her:
    """Anna, with Beth, and Dad, who is not on her SOS list."""
    anna = await home.sign_up()
    await anna.has("Beth", BETH)
    await anna.has("Dad", DAD, on_sos_list=False)
    return anna


async def safe(home: Household) -> list[dict[str, str]]:
    """What was answered to SAFE?, oldest first."""
    return [n.extra for n in await home.sends(Kind.REPLY) if n.extra.get("reply") == "safe" and n.to != HER]


async def test_on_a_journey_or_not(her: Her, home: Household) -> None:
    """No time, no place, no name of where she goes; an hour apart."""
    await home.text(BETH, "safe?")
    await her.sets_off()
    await home.text(BETH, "SAFE?")
    assert await safe(home) == [{"reply": "safe", "on": "", "off": "Anna"}]
    home.clock.forward(3600)
    await home.text(BETH, "Is she safe?")
    assert (await safe(home))[1:] == [{"reply": "safe", "on": "Anna", "off": ""}]


async def test_she_is_shown_who_asked(her: Her, home: Household) -> None:
    """On a journey beside its looks, else on her account."""
    await home.text(BETH, "SAFE?")
    account = await home.account(her.id)
    beth, dad = (c.id for c in account.contacts)
    assert [(a.at, a.by) for a in account.asked] == [(home.clock.now(), beth)]

    shown = await her.sets_off()
    await home.text(DAD, "SAFE?")
    looks = (await home.journey(shown["id"])).looks
    assert [(look.by, look.what) for look in looks] == [(dad, "safe?")]
    assert (await home.account(her.id)).asked == account.asked


async def test_only_the_last_questions_are_kept(her: Her, home: Household) -> None:
    """Somebody who asks every hour for weeks fills nothing."""
    for _ in range(ASKED_KEPT + 3):
        await home.text(BETH, "SAFE?")
        home.clock.forward(3600)
    assert len((await home.account(her.id)).asked) == ASKED_KEPT


async def test_who_has_not_said_yes_is_told_nothing(her: Her, home: Household) -> None:
    """Nor is anybody who is no contact at all."""
    await her.asks("Chloe", "+447700900203")
    for number in ("+447700900203", "+447700900999"):
        await home.text(number, "SAFE?")
    assert await safe(home) == []
    assert (await home.account(her.id)).asked == ()


async def test_several_travellers_in_one_answer(her: Her, home: Household) -> None:
    """Each with what is true of her; each is shown that he asked."""
    zoe = await home.sign_up("Zoë", "+447700900299")
    await zoe.has("Beth", BETH)
    await zoe.sets_off()
    await home.text(BETH, "SAFE?")
    assert await safe(home) == [{"reply": "safe", "on": "Zoë", "off": "Anna"}]
    assert len((await home.account(her.id)).asked) == 1
    assert (await home.account(zoe.id)).asked == ()


async def test_the_cover_story_answers_whoever_is_not_on_the_list(home: Household) -> None:
    """After either PIN Dad hears that she is on no journey, and her screens show that he asked."""
    kept = []
    for n, pin in enumerate((PIN, DURESS)):
        number, dad = f"+44770090040{n}", f"+44770090042{n}"
        anna = await home.sign_up("Anna", number)
        await anna.has("Dad", dad, on_sos_list=False)
        await anna.has("Beth", f"+44770090041{n}")
        shown = await anna.sets_off()
        await home.text(number, f"HOME {pin}")
        await home.text(dad, "SAFE?")
        account = await home.account(anna.id)
        kept.append((len(account.asked), shown_to_her(await home.journey(shown["id"])).looks))
    assert kept == [(1, ()), (1, ())]
    assert [s["off"] for s in await safe(home)] == ["Anna", "Anna"]


async def test_an_sos_is_no_journey_to_ask_about(her: Her, home: Household) -> None:
    """Dad is not on the list: that she has cried for help is not for him, and "on a journey" would be a lie."""
    await home.text(ANNA, "HELP")
    await home.text(DAD, "SAFE?")
    assert await safe(home) == [{"reply": "safe", "on": "", "off": "Anna"}]


async def test_her_short_name_is_what_she_is_called(her: Her, home: Household) -> None:
    """As in every text."""
    await edited(home.house, her.id, "name", lambda a, _: Edit(replace(a, short_name="Ann")))
    await home.text(BETH, "SAFE?")
    assert (await safe(home))[0]["off"] == "Ann"


async def test_in_an_alarm_it_is_a_word_about_the_alarm(her: Her, home: Household) -> None:
    """Beth has been told that Anna has not arrived: her question is seen, and answered with what to reply."""
    shown = await her.sets_off()
    await home.time_passes(shown["promised_at"] - home.clock.now())
    await home.text(BETH, "is she safe?")
    assert await safe(home) == []
    assert len(await home.sends(Kind.HINT)) == 1
