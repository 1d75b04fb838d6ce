"""What contacts text about an alert, open or over, and what they are answered."""

import pytest
from msgspec.structs import replace

from alerts.ladder import Said
from alerts.notice import HER, Kind
from service.journey.model import Journey, Level
from service.people.consenting import contacts_at
from service.people.editing import Edit, edited
from service.texts import their_texts
from tests.service.people.household import ANNA, BETH, CHLOE, DAD, DURESS, PIN, Her, Household

DAY = 86_400.0


@pytest.fixture
async def her(home: Household) -> Her:
    """Anna, with Beth and Dad, who are told at once."""
    anna = await home.sign_up()
    await anna.has("Beth", BETH)
    await anna.has("Dad", DAD)
    return anna


async def overdue(her: Her, minutes: float = 20) -> Journey:
    """She set off, and nobody has heard from her since: L2."""
    shown = await her.sets_off(minutes=minutes)
    await her.home.time_passes(shown["promised_at"] - her.home.clock.now())
    journey = await her.home.journey(shown["id"])
    assert journey.incident is not None
    assert journey.incident.level is Level.OVERDUE
    return journey


async def answers(home: Household) -> list[str]:
    """The names of the answers to contacts, oldest first; the law's hint among them."""
    found = [n for n in await home.sends() if n.kind in (Kind.REPLY, Kind.HINT) and n.to != HER]
    return [n.extra.get("reply", "hint") for n in found]


@pytest.mark.parametrize(
    ("body", "said", "answered"),
    [
        ("{code}", Said.TAKEN, "taken"),
        ("got it!", Said.TAKEN, "taken"),
        ("{code} NO", Said.CANT, "cant"),
        ("{code} here", Said.WITH_HER, "with_her"),
        ("{code} POLICE 3107", Said.POLICE, "police"),
        ("{code} spoke to her", Said.SPOKEN, "spoken"),
        ("HELP", Said.SEEN, "hint"),
        ("❤️", Said.SEEN, "hint"),
        ("", Said.SEEN, "hint"),
        ("y" * 1600, Said.SEEN, "hint"),
    ],
)
async def test_each_word_is_kept_and_answered(body: str, said: Said, answered: str, her: Her, home: Household) -> None:
    """Once; the same word again changes nothing and is not answered again."""
    journey = await overdue(her)
    for _ in range(2):
        await home.text(BETH, body.format(code=journey.plan.code))

    incident = (await home.journey(journey.id)).incident
    assert incident is not None
    assert incident.ladder is not None
    assert [p.said for p in incident.ladder.people if p.heard] == [said]
    assert await answers(home) == [answered]


async def test_the_number_that_the_police_gave_is_kept(her: Her, home: Household) -> None:
    """Whoever rings them next can name it."""
    journey = await overdue(her)
    await home.text(BETH, f"{journey.plan.code} police 3107")
    incident = (await home.journey(journey.id)).incident
    assert incident is not None
    assert incident.police is not None
    assert incident.police.number == "3107"


async def test_a_number_is_answered_twice_an_hour_over_all_alerts(her: Her, home: Household) -> None:
    """Anna and Zoe are both overdue: Beth's third word within the hour is kept, and not answered."""
    zoe = await home.sign_up("Zoe", "+447700900299")
    await zoe.has("Beth", BETH)
    anna = await overdue(her)
    other = await overdue(zoe)
    await home.text(BETH, anna.plan.code)
    await home.text(BETH, other.plan.code)
    await home.text(BETH, f"{anna.plan.code} here")
    assert await answers(home) == ["taken", "taken"]
    incident = (await home.journey(anna.id)).incident
    assert incident is not None
    assert incident.ladder is not None
    assert [p.said for p in incident.ladder.people if p.heard] == [Said.WITH_HER]


async def test_the_code_chooses_the_alert_and_without_one_it_is_the_newest(home: Household) -> None:
    """Beth is told of two; GOT IT is about the later one."""
    zoe = await home.sign_up("Zoe", "+447700900299")
    anna = await home.sign_up()
    for traveller in (anna, zoe):
        await traveller.has("Beth", BETH)
    first = await overdue(anna)
    second = await overdue(zoe)
    alerts, closed = await their_texts.alerts_of(home.house, BETH, await contacts_at(home.house, BETH))
    assert [a.key for a in alerts] == [second.id, first.id]
    assert closed == []

    await home.text(BETH, "got it")
    await home.text(BETH, f"{first.plan.code} no")
    said = [(await home.journey(j.id)).incident.ladder.people[0].said for j in (first, second)]  # type: ignore[union-attr]
    assert said == [Said.CANT, Said.TAKEN]


async def test_the_third_lease_without_news_is_told_as_it_is(her: Her, home: Household) -> None:
    """She may go on, and others are asked too."""
    journey = await overdue(her)
    for _ in range(3):
        await home.text(BETH, journey.plan.code)
        await home.time_passes(605)
    assert (await answers(home))[0] == "taken"
    home.clock.forward(3600)
    await home.text(BETH, journey.plan.code)
    assert (await answers(home))[-1] == "taken_enough"


async def test_who_got_only_the_sos_text_is_noted(home: Household) -> None:
    """Chloe has not said YES; what she answers is kept for the others and answered once."""
    anna = await home.sign_up()
    await anna.has("Beth", BETH)
    await anna.asks("Chloe", CHLOE)
    await home.text(ANNA, "HELP")
    await home.time_passes(5)
    for body in ("who is this?", "police 3107", "42"):
        await home.text(CHLOE, body)
    assert await answers(home) == ["noted"]
    incident = (await home.journey((await home.account(anna.id)).live or "")).incident
    assert incident is not None
    assert incident.police is not None


async def test_a_reply_to_an_alert_that_is_over(her: Her, home: Household) -> None:
    """Within a week it is told that it was closed, once; less clear words were not meant for it; later nobody knows."""
    journey = await overdue(her)
    await home.text(ANNA, f"HOME {PIN}")
    closed_at = home.clock.now()
    home.clock.forward(6 * DAY)
    for body in ("thanks for everything", journey.plan.code, journey.plan.code, "got it"):
        await home.text(BETH, body)
    [over] = [n for n in await home.sends(Kind.REPLY) if n.to != HER]
    assert over.extra == {"reply": "over", "reference": journey.plan.reference, "at": repr(closed_at)}

    home.clock.forward(2 * DAY)
    await home.text(DAD, journey.plan.code)
    assert await answers(home) == ["over"]


async def test_an_alert_of_the_journey_before_the_last_is_still_known_by_its_code(her: Her, home: Household) -> None:
    """She has set off twice since."""
    journey = await overdue(her)
    await home.text(ANNA, f"HOME {PIN}")
    for _ in range(2):
        await her.sets_off()
        await home.text(ANNA, f"HOME {PIN}")
    await home.text(BETH, journey.plan.code)
    assert await answers(home) == ["over"]


async def test_after_her_duress_pin_a_contact_off_the_list_is_answered_as_after_a_true_one(home: Household) -> None:
    """His 42 comes too late, in the same words."""
    said = []
    for n, pin in enumerate((PIN, DURESS)):
        anna = await home.sign_up("Anna", f"+44770090040{n}")
        await anna.has("Beth", f"+44770090041{n}")
        await anna.has("Dad", f"+44770090042{n}", on_sos_list=False)
        journey = await overdue(anna)
        await home.text(f"+44770090040{n}", f"HOME {pin}")
        for body in (journey.plan.code, "SAFE?", "what?"):
            await home.text(f"+44770090042{n}", body)
        found = [m for m in await home.sends(Kind.REPLY) if m.journey == anna.id and m.to != HER]
        said.append([{k: v for k, v in m.extra.items() if k not in ("at", "reference")} for m in found])
    assert said[0] == said[1] == [{"reply": "over"}, {"reply": "safe", "on": "", "off": "Anna"}]


async def test_a_test_is_answered_while_another_alert_is_open(her: Her, home: Household) -> None:
    """Zoe tests whether Beth is reached; Beth's digits answer that, and Anna's alert stays as it is."""
    zoe = await home.sign_up("Zoe", "+447700900299")
    beth = await zoe.has("Beth", BETH)
    journey = await overdue(her)
    assert (await zoe.post(f"/contacts/{beth}/test")).status_code == 202
    contact = (await home.account(zoe.id)).contact(beth)
    assert contact is not None
    assert contact.test is not None
    await home.text(BETH, f"{contact.test.code} ok")

    assert await answers(home) == ["tested"]
    assert [n.journey for n in await home.sends(Kind.REPLY)] == [zoe.id]
    incident = (await home.journey(journey.id)).incident
    assert incident is not None
    assert incident.ladder is not None
    assert [p.said for p in incident.ladder.people if p.heard] == []


async def test_got_it_answers_a_test_when_nothing_is_open(home: Household) -> None:
    """With or without the digits, once."""
    anna = await home.sign_up()
    beth = await anna.has("Beth", BETH)
    assert (await anna.post(f"/contacts/{beth}/test")).status_code == 202
    for body in ("got it", "got it"):
        await home.text(BETH, body)
    assert await answers(home) == ["tested"]
    contact = (await home.account(anna.id)).contact(beth)
    assert contact is not None
    assert contact.test is not None
    assert contact.test.answered_at == home.clock.now()


async def test_polish_no_is_no(her: Her, home: Household) -> None:
    """Dad reads his alerts in Polish, and answers as they say."""
    account = await home.account(her.id)
    dad = next(c for c in account.contacts if c.name == "Dad")
    people = tuple(replace(c, language="pl") if c.id == dad.id else c for c in account.contacts)
    await edited(home.house, her.id, "contacts", lambda a, _: Edit(replace(a, contacts=people)))
    journey = await overdue(her)
    await home.text(DAD, f"{journey.plan.code} nie")
    assert await answers(home) == ["cant"]
