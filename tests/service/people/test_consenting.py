"""What contacts decide for themselves."""

from msgspec.structs import replace

from alerts.contact import Channel
from alerts.ladder import Said
from alerts.notice import Kind
from service.people.consenting import contacts_at, never_again, started, stopped
from service.people.editing import Edit, edited
from service.people.model import ContactState

from .household import ANNA, BETH, DAD, DURESS, Household


async def test_a_yes_on_the_way_joins_the_journey(home: Household) -> None:
    """Dad says YES while Anna walks: if she does not arrive, he is told too."""
    her = await home.sign_up()
    await her.has("Beth", BETH)
    dad = await her.asks("Dad", DAD)
    shown = await her.sets_off()
    await home.text(DAD, "Yes")

    assert dad in {p.id for p in (await home.journey(shown["id"])).plan.people}


async def test_a_yes_to_the_one_text_of_an_sos_makes_his_word_count(home: Household) -> None:
    """Dad had not answered when Anna cried for help. He texts YES: the alert follows, with its digits, and those are his
    answer; the others hear that he is on it. After her duress PIN it is the same, and he reads the truth."""
    for pin in ("", DURESS):
        her = await home.sign_up(*(("Zoe", "+447700900124") if pin else ("Anna", ANNA)))
        beth, dad = await her.has("Beth", BETH), await her.asks("Dad", DAD)
        shown = await her.sets_off()
        await her.post("/journeys/live/sos", {"id": "cry"})
        await home.time_passes(6)
        if pin:
            await her.put("/me/card", {"address": "1 High St", "pin": pin})
        await home.text(DAD, "YES")
        sent = [n for n in await home.sends() if n.journey == shown["id"]]
        code = (await home.journey(shown["id"])).plan.code
        await home.text(DAD, f"{code} on my way")

        assert [n.kind for n in sent if n.to == dad] == [Kind.SOS, Kind.DURESS if pin else Kind.SOS]
        taken = [n.to for n in await home.sends(Kind.TAKEN) if n.journey == shown["id"]]
        assert taken == [beth]
        alarm = (await home.journey(shown["id"])).alarm
        assert alarm is not None
        assert alarm.ladder is not None
        assert {p.who.id: p.said for p in alarm.ladder.people} == {beth: Said.NOTHING, dad: Said.TAKEN}
        await home.text(DAD, "LEAVE")
        home.clock.forward(86_400)


async def test_a_yes_that_comes_twice_welcomes_once(home: Household) -> None:
    """The provider repeats a webhook it got no answer to."""
    her = await home.sign_up()
    await her.asks("Beth", BETH)
    for _ in range(2):
        await home.text(BETH, "YES", sid="SM1")

    assert len(await home.sends(Kind.WELCOME)) == 1


async def test_a_yes_answers_the_newest_invitation(home: Household) -> None:
    """Two friends asked Beth; each YES is for one of them."""
    anna, eve = await home.sign_up(), await home.sign_up("Eve", DAD)
    await anna.asks("Beth", BETH)
    home.clock.forward(60)
    await eve.asks("Beth", BETH)
    await home.text(BETH, "YES")
    assert [c.state for c in (await home.account(eve.id)).contacts] == [ContactState.CONFIRMED]
    assert [c.state for c in (await home.account(anna.id)).contacts] == [ContactState.INVITED]

    await home.text(BETH, "YES")
    assert [c.state for c in (await home.account(anna.id)).contacts] == [ContactState.CONFIRMED]


async def test_stop_is_seen_by_everybody_whose_contact_it_is(home: Household) -> None:
    """Two accounts and a running alarm: voice takes over; START gives the texts back."""
    anna, eve = await home.sign_up(), await home.sign_up("Eve", DAD)
    await anna.has("Beth", BETH)
    await eve.has("Beth", BETH)
    shown = await anna.sets_off()
    await home.time_passes(3600)
    await home.text(BETH, "STOP")

    assert await _reachable(home, anna.id, eve.id) == [False, False]
    assert not await home.house.directory.reachable_by_sms(BETH)
    incident = (await home.journey(shown["id"])).incident
    assert incident is not None
    assert incident.ladder is not None
    assert [p.who.reachable_by_sms for p in incident.ladder.people] == [False]

    await home.text(BETH, "START")
    assert await _reachable(home, anna.id, eve.id) == [True, True]


async def test_her_own_stop_ends_nothing(home: Household) -> None:
    """Her journey goes on; we can only ring her."""
    her = await home.sign_up()
    await her.has("Beth", BETH)
    shown = await her.sets_off()
    await home.text(ANNA, "END")

    assert (await home.journey(shown["id"])).under_way
    assert (await her.get("/me")).json()["reachable_by_sms"] is False


async def test_a_number_that_stopped_is_not_invited(home: Household) -> None:
    """She sees that no text reaches it; nothing is sent."""
    her = await home.sign_up()
    await stopped(home.house, BETH)
    added = await her.post("/contacts", {"name": "Beth", "number": BETH, "pin": "2468"})

    assert added.json()["reachable_by_sms"] is False
    assert await home.sends(Kind.INVITE) == []
    await started(home.house, BETH)
    assert [c.reachable_by_sms for _, c in await contacts_at(home.house, BETH)] == [True]


async def test_leave_ends_it(home: Household) -> None:
    """Beth leaves: Anna sees it, her journey does not count on Beth any more."""
    her = await home.sign_up()
    beth, dad = await her.has("Beth", BETH), await her.has("Dad", DAD)
    shown = await her.sets_off()
    await home.text(BETH, "LEAVE")

    assert {c["id"]: c["state"] for c in (await her.get("/contacts")).json()} == {beth: "left", dad: "confirmed"}
    assert [p.id for p in (await home.journey(shown["id"])).plan.people] == [dad]


async def _reachable(home: Household, *travellers: str) -> list[bool]:
    return [c.reachable_by_sms for t in travellers for c in (await home.account(t)).contacts]


async def test_her_own_stop_makes_calls_of_the_texts_she_is_still_sent(home: Household) -> None:
    """In the journey she is on; START gives them back."""
    her = await home.sign_up()
    await her.has("Beth", BETH)
    shown = await her.sets_off()
    await home.text(ANNA, "STOP")
    assert (await home.journey(shown["id"])).plan.hers == (Channel.PUSH, Channel.CALL)

    await home.text(ANNA, "START")
    assert (await home.journey(shown["id"])).plan.hers == (Channel.PUSH, Channel.SMS, Channel.CALL)


async def test_whoever_joins_on_the_way_can_open_his_link_and_answer(home: Household) -> None:
    """Chosen and agreed while Anna walks: his page and his two digits are there as if he had been there at the start."""
    her = await home.sign_up()
    await her.has("Beth", BETH)
    shown = await her.sets_off()
    dad = await her.has("Dad", DAD)
    link = home.house.sealer.link_token(shown["id"], dad)

    assert await home.house.directory.link(link) == (shown["id"], dad)
    assert await home.house.directory.codes(DAD) == {(await home.journey(shown["id"])).plan.code: shown["id"]}


async def test_never_leaves_whose_contact_it_is_and_is_taken_back_by_a_yes(home: Household) -> None:
    """Anna's Beth she stays; Eve, who has asked, sees nothing of it."""
    anna, eve = await home.sign_up(), await home.sign_up("Eve", DAD)
    await anna.has("Beth", BETH)
    await eve.asks("Beth", BETH)

    assert await never_again(home.house, BETH) == 1
    assert [c["state"] for c in (await anna.get("/contacts")).json()] == ["confirmed"]
    assert [c["state"] for c in (await eve.get("/contacts")).json()] == ["invited"]
    await home.text(BETH, "YES")
    assert [c["state"] for c in (await eve.get("/contacts")).json()] == ["confirmed"]
    assert not await home.house.directory.never(BETH)


async def test_start_takes_never_back_before_anybody_asks(home: Household) -> None:
    """Beth has changed her mind: from now on an invitation is sent to her again."""
    her = await home.sign_up()
    await never_again(home.house, BETH)
    await home.text(BETH, "START")
    await her.asks("Beth", BETH)

    assert len(await home.sends(Kind.INVITE)) == 1


async def test_a_yes_answers_the_newest_question_whichever_it_is(home: Household) -> None:
    """An invitation of today before consent that was asked for again yesterday; then that."""
    anna = await home.sign_up()
    await anna.has("Beth", BETH)
    await home.time_passes(91 * 86_400)
    eve = await home.sign_up("Eve", DAD)
    await eve.asks("Beth", BETH)

    await home.text(BETH, "YES")
    assert [c["state"] for c in (await eve.get("/contacts")).json()] == ["confirmed"]
    assert (await anna.get("/contacts")).json()[0]["asked_again_at"] is not None
    await home.text(BETH, "YES")
    assert (await anna.get("/contacts")).json()[0]["asked_again_at"] is None


async def test_a_stop_of_nobody_is_nobodys(home: Household) -> None:
    """A message that had no number in the end marks none."""
    await stopped(home.house, "")

    assert await home.house.directory.reachable_by_sms("")


async def test_an_account_that_was_erased_asks_nobody_any_more(home: Household) -> None:
    """A YES to its invitation is nobody's; Eve's, which is older, gets it."""
    eve, anna = await home.sign_up("Eve", DAD), await home.sign_up()
    await eve.asks("Beth", BETH)
    home.clock.forward(60)
    await anna.asks("Beth", BETH)
    await edited(home.house, anna.id, "erased", lambda a, now: Edit(replace(a, erased_at=now)))
    await home.text(BETH, "YES")

    assert [c.state for c in (await home.account(anna.id)).contacts] == [ContactState.INVITED]
    assert [c.state for c in (await home.account(eve.id)).contacts] == [ContactState.CONFIRMED]
