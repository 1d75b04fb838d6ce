"""A contact's e-mail address: given by Anna, asked about once, proved by its reader."""

from collections.abc import AsyncIterator

import pytest

from alerts.contact import Channel
from alerts.gateway import MailAddress
from alerts.notice import Kind, Notice
from service import telling
from service.people import mailing
from service.people.mailing import MOST_TRIES, Question
from service.people.refusals import Refused, Why

from .household import BETH, DAD, DURESS, PIN, Her, Household, household

AT_HOME, AT_WORK = "dad@house.example", "dad@work.example"
ENDS_IN = DAD[-4:]
DAY_S = 86_400.0


@pytest.fixture
async def home() -> AsyncIterator[Household]:
    async with household(smtp_host="localhost", smtp_from="alerts@lamplit.example") as home:
        yield home


async def questions(home: Household) -> list[Notice]:
    """The mails that ask about an address, oldest first."""
    return sorted((n for n in await home.sends(Kind.INVITE) if n.channel is Channel.EMAIL), key=lambda n: n.due_at)


async def asked(home: Household) -> Question:
    """What the link in such a mail opens."""
    question = await mailing.find(home.house, (await questions(home))[-1].extra["link"].rpartition("/")[2])
    assert question is not None
    return question


async def shown(her: Her, contact: str) -> dict[str, object]:
    """Dad's address as Anna's screen has it."""
    found = next(c for c in (await her.get("/contacts")).json() if c["id"] == contact)
    return dict(found["email"])


async def gives(her: Her, contact: str, address: str, pin: str = PIN) -> int:
    her.home.clock.forward(1)
    answer = await her.ask("PATCH", f"/contacts/{contact}", {"email": address, "pin": pin})
    return answer.status_code


async def goes_to(home: Household, her: Her, notice: Notice) -> str | None:
    return telling.address_of(notice, await home.account(her.id))


async def alert(home: Household, her: Her, contact: str) -> str | None:
    """Where an alert to him would go by mail now."""
    notice = Notice(
        journey=f"{her.id}-1",
        incident="i1",
        rung="L2",
        to=contact,
        kind=Kind.OVERDUE,
        channel=Channel.EMAIL,
        due_at=0.0,
    )
    return await goes_to(home, her, notice)


async def test_before_a_yes_no_mail_is_sent_and_after_it_the_one_that_asks(home: Household) -> None:
    """Anna gives the address with the number; Dad is asked by text, and by mail once he has agreed to be a contact."""
    her = await home.sign_up()
    dad = await her.asks("Dad", DAD, email=" Dad@HOUSE.example ")
    assert await questions(home) == []
    assert (await shown(her, dad))["state"] == "given"

    await home.text(DAD, "YES")

    [question] = await questions(home)
    assert await goes_to(home, her, question) == MailAddress("Dad@house.example")
    assert (await shown(her, dad))["state"] == "asked"
    assert await alert(home, her, dad) is None, "nothing else is sent to an address that is not proved"


async def test_the_end_of_his_number_proves_the_address(home: Household) -> None:
    """A mail that went to another man of that name proves nothing: five tries, and the page is worn out."""
    her = await home.sign_up()
    dad = await her.has("Dad", DAD)
    assert await gives(her, dad, AT_HOME) == 200

    for _ in range(MOST_TRIES - 1):
        with pytest.raises(Refused) as refusal:
            await mailing.agree(home.house, await asked(home), "0000")
        assert refusal.value.why is Why.WRONG_CODE
    await mailing.agree(home.house, await asked(home), f" {ENDS_IN} ")

    assert (await shown(her, dad))["state"] == "proved"
    assert await alert(home, her, dad) == MailAddress(AT_HOME)


async def test_a_page_that_is_worn_out_takes_the_right_digits_no_more(home: Household) -> None:
    """Four digits could be tried out."""
    her = await home.sign_up()
    dad = await her.has("Dad", DAD)
    await gives(her, dad, AT_HOME)
    for _ in range(MOST_TRIES):
        with pytest.raises(Refused):
            await mailing.agree(home.house, await asked(home), "0000")

    assert (await asked(home)).worn_out
    with pytest.raises(Refused):
        await mailing.agree(home.house, await asked(home), ENDS_IN)
    assert await alert(home, her, dad) is None


async def test_he_stops_it_where_he_agreed_to_it(home: Household) -> None:
    """Anna sees it; he may agree again on the same page."""
    her = await home.sign_up()
    dad = await her.has("Dad", DAD)
    await gives(her, dad, AT_HOME)
    await mailing.agree(home.house, await asked(home), ENDS_IN)

    await mailing.stop(home.house, await asked(home))
    assert (await shown(her, dad))["state"] == "stopped"
    assert await alert(home, her, dad) is None

    await mailing.agree(home.house, await asked(home), ENDS_IN)
    assert (await shown(her, dad))["state"] == "proved"


async def test_another_address_has_to_be_proved_anew(home: Household) -> None:
    """The page of the old one opens nothing, and nothing goes there any more; no address at all is asked nothing."""
    her = await home.sign_up()
    dad = await her.has("Dad", DAD)
    await gives(her, dad, AT_HOME)
    before = await asked(home)
    await mailing.agree(home.house, before, ENDS_IN)

    await gives(her, dad, AT_WORK)

    assert await mailing.find(home.house, before.token) is None
    assert await alert(home, her, dad) is None
    assert await goes_to(home, her, (await questions(home))[-1]) == MailAddress(AT_WORK)
    assert await gives(her, dad, "") == 200
    assert [c["email"] for c in (await her.get("/contacts")).json()] == [None]


async def test_an_address_is_asked_as_rarely_as_a_number(home: Household) -> None:
    """Once a day for each traveller, three times over all: nobody's mailbox is bombed through us."""
    her = await home.sign_up()
    dad = await her.has("Dad", DAD)
    assert await gives(her, dad, AT_HOME) == 200
    assert await gives(her, dad, AT_HOME) == 429
    for _ in range(2):
        home.clock.forward(DAY_S + 1)
        assert await gives(her, dad, AT_HOME) == 200
    home.clock.forward(DAY_S + 1)
    assert await gives(her, dad, AT_HOME) == 429
    assert len(await questions(home)) == 3


async def test_a_proof_counts_on_a_journey_under_way(home: Household) -> None:
    """The next text that does not arrive goes by mail."""
    her = await home.sign_up()
    dad = await her.has("Dad", DAD)
    await her.sets_off()
    key = (await home.account(her.id)).live or ""
    await gives(her, dad, AT_HOME)
    assert [p.reachable_by_mail for p in (await home.journey(key)).plan.people] == [False]

    await mailing.agree(home.house, await asked(home), ENDS_IN)
    assert [p.reachable_by_mail for p in (await home.journey(key)).plan.people] == [True]

    await mailing.stop(home.house, await asked(home))
    assert [p.reachable_by_mail for p in (await home.journey(key)).plan.people] == [False]


async def test_under_duress_an_address_changes_on_her_screen_alone(home: Household) -> None:
    """The same answer, the same mail to the new address, and it is shown as proved when its reader says so; Dad, on her SOS
    list, is told at the address that was there before."""
    her, twin = await home.sign_up(), await home.sign_up("Emma", "+447700900199")
    dad, other = await her.has("Dad", DAD), await twin.has("Dad", DAD)
    for one, who in ((her, dad), (twin, other)):
        await gives(one, who, AT_HOME)
        await mailing.agree(home.house, await asked(home), ENDS_IN)

    answers = []
    for one, who, address, pin in ((her, dad, AT_WORK, DURESS), (twin, other, "dad@work2.example", PIN)):
        answers.append((await one.ask("PATCH", f"/contacts/{who}", {"email": address, "pin": pin})).json())
    for answer in answers:
        answer |= {"id": "", "invited_at": 0, "confirmed_at": 0}
        answer["email"] |= {"address": "", "asked_at": 0}
    assert answers[0] == answers[1]
    question = [n for n in await questions(home) if n.journey == her.id][-1]
    assert await goes_to(home, her, question) == MailAddress(AT_WORK)
    found = await mailing.find(home.house, question.extra["link"].rpartition("/")[2])
    assert found is not None
    await mailing.agree(home.house, found, ENDS_IN)
    assert (await shown(her, dad)) | {"address": "", "proved_at": 0} == {
        "address": "",
        "state": "proved",
        "asked_at": home.clock.now(),
        "proved_at": 0,
    }

    assert await alert(home, her, dad) == MailAddress(AT_HOME)
    real = (await home.account(her.id)).contact(dad)
    assert real is not None
    assert real.mail is not None
    assert (real.mail.address, real.reachable_by_mail) == (AT_HOME, True)


async def test_under_duress_somebody_off_her_sos_list_is_written_to_as_after_a_true_pin(home: Household) -> None:
    """Beth is no part of the truth: what her screen shows is what happens."""
    her = await home.sign_up()
    beth = await her.has("Beth", BETH, on_sos_list=False)
    await her.has("Dad", DAD)
    await gives(her, beth, "beth@house.example")
    await mailing.agree(home.house, await asked(home), BETH[-4:])
    assert await alert(home, her, beth) == MailAddress("beth@house.example")

    await gives(her, beth, "beth@work.example", DURESS)

    assert await alert(home, her, beth) is None


async def test_whoever_is_removed_reads_nothing_more(home: Household) -> None:
    """Neither the page nor a mail."""
    her = await home.sign_up()
    dad = await her.has("Dad", DAD)
    await gives(her, dad, AT_HOME)
    question = await asked(home)
    await mailing.agree(home.house, question, ENDS_IN)

    assert (await her.post(f"/contacts/{dad}/remove", {"pin": PIN})).status_code == 204

    assert await mailing.find(home.house, question.token) is None
    assert await alert(home, her, dad) is None


async def test_where_no_mail_is_sent_no_address_is_taken() -> None:
    """She is told, instead of believing in a way that is none."""
    async with household() as home:
        her = await home.sign_up()
        answer = await her.post("/contacts", {"name": "Dad", "number": DAD, "email": AT_HOME, "pin": PIN})

    assert answer.status_code == 422
    assert "this deployment sends no e-mail" in answer.text


async def test_tokens_of_nobody_open_nothing(home: Household) -> None:
    """Nor does the token of an invitation."""
    her = await home.sign_up()
    dad = await her.asks("Dad", DAD, email=AT_HOME)
    assert await mailing.find(home.house, "nonsense") is None
    assert await mailing.find(home.house, home.house.sealer.invite_token(her.id, dad)) is None
    assert mailing.to_ask((await home.account(her.id)).contact(dad)) is None
