"""The directory: numbers, tokens, invitations and reply codes, each only a hint."""

import asyncio

from service.people.directory import SIGN_UP, Directory, Known
from service.tokens import new_token, token_hash

from .household import ANNA, BETH, DAD, Household

DAY_S = 86_400.0


async def test_a_number_is_one_travellers(home: Household) -> None:
    """Who claims it first has it, and whoever comes later hears whose it is."""
    book = home.house.directory

    assert await book.claim(ANNA, "anna") == "anna"
    assert await book.claim(ANNA, "eve") == "anna"
    assert await book.traveller_of(ANNA) == "anna"
    assert await book.traveller_of(BETH) is None


async def test_no_number_stands_in_the_books(home: Household) -> None:
    """Names are blinded: whoever reads the store finds no phone number in the directory."""
    book = home.house.directory
    await book.claim(ANNA, "anna")
    await book.add_contact(BETH, "anna", "beth")
    await book.stop(DAD)

    names = [name for entries in home.store._books.values() for name in (*entries, *home.store._books)]
    assert [name for name in names for number in (ANNA, BETH, DAD) if number[1:] in name] == []


async def test_a_device_is_verified_against_its_row(home: Household) -> None:
    """A token whose entry names a device the account does not have opens nothing."""
    her = await home.sign_up()
    stray = new_token()
    await home.house.directory.add_device(token_hash(stray), her.id, "gone")

    found = await home.house.directory.device(her.token)
    assert found is not None
    assert found[0].id == her.id
    assert await home.house.directory.device(stray) is None
    assert await home.house.directory.device("") is None


async def test_a_link_names_its_journey_and_contact(home: Household) -> None:
    """Until it is dropped."""
    book = home.house.directory
    await book.add_link("opaque", "anna-1", "beth")

    assert await book.link("opaque") == ("anna-1", "beth")
    await book.drop_link("opaque")
    assert await book.link("opaque") is None


async def test_one_number_may_be_a_contact_of_many(home: Household) -> None:
    """Beth is Anna's contact and Chloe's."""
    book = home.house.directory
    await book.add_contact(BETH, "anna", "c1")
    await book.add_contact(BETH, "chloe", "c2")

    assert [(k.traveller, k.contact) for k in await book.contact_of(BETH)] == [("anna", "c1"), ("chloe", "c2")]
    await book.drop_contact(BETH, "anna", "c1")
    assert [k.traveller for k in await book.contact_of(BETH)] == ["chloe"]


async def test_invitations_are_one_a_day_and_three_over_all(home: Household) -> None:
    """Nobody is pestered, by one woman or by four; a YES makes room again. Asking whether one may takes nothing."""
    book, now = home.house.directory, home.clock.now()

    assert [await book.may_invite(BETH, "anna", now) for _ in range(2)] == [None, None]
    await book.invited(BETH, "anna", now)
    assert await book.may_invite(BETH, "anna", now + 60) == DAY_S - 60
    assert await book.may_invite(BETH, "chloe", now) is None
    await book.invited(BETH, "chloe", now)
    await book.invited(BETH, "anna", now + DAY_S)
    assert await book.may_invite(BETH, "dora", now + DAY_S) == float("inf")

    await book.invitations_answered(BETH)
    assert await book.may_invite(BETH, "dora", now + DAY_S) is None


async def test_ten_who_ask_a_stranger_at_once_are_no_more_than_three(home: Household) -> None:
    """Nobody had asked yet when each of them looked; what is too much is not counted."""
    book, now = home.house.directory, home.clock.now()
    counted = await asyncio.gather(*(book.invited(BETH, f"eve{n}", now) for n in range(10)))

    taken = counted.count(None)
    assert taken <= 3
    assert {wait_s for wait_s in counted if wait_s is not None} == {float("inf")}
    rest = [await book.invited(BETH, f"flo{n}", now + 1) for n in range(4)]
    assert rest == [None] * (3 - taken) + [float("inf")] * (1 + taken)


async def test_one_who_asks_twice_at_once_asks_once(home: Household) -> None:
    """Two of her devices, or a button that was pressed twice."""
    book, now = home.house.directory, home.clock.now()
    for day in range(2):
        counted = await asyncio.gather(*(book.invited(BETH, "anna", now + day * DAY_S) for _ in range(5)))
        assert counted.count(None) == 1
        assert set(counted) - {None} == {DAY_S}


async def test_the_house_sends_so_many_an_hour(home: Household) -> None:
    """Whatever number they are for; the hour slides, and what was refused is not counted."""
    book, now = Directory(home.store, home.house.sealer, sends_an_hour=3), home.clock.now()

    assert [await book.may_send("invitation", now + n) for n in range(3)] == [None, None, None]
    assert await book.may_send("invitation", now + 600) == 3000.0
    assert await book.may_send("invitation", now + 3599) == 1.0
    assert await book.may_send("invitation", now + 3600) is None
    assert await book.may_send("invitation", now + 3600.5) == 0.5


async def test_codes_for_signing_up_leave_room_for_invitations(home: Household) -> None:
    """Anybody may ask for a code; somebody who asks for hundreds keeps no traveller from inviting Beth."""
    book, now = Directory(home.store, home.house.sealer, sends_an_hour=4), home.clock.now()

    codes = [await book.may_send(SIGN_UP, now + n) for n in range(5)]

    assert codes == [None, None, None, 3597.0, 3596.0]
    assert await book.may_send("invitation", now + 10) is None
    assert await book.may_send("invitation", now + 11) == 3589.0


async def test_a_hundred_who_ask_at_once_do_not_all_find_the_last_one(home: Household) -> None:
    """It is taken before it is counted."""
    book, now = Directory(home.store, home.house.sealer, sends_an_hour=3), home.clock.now()

    granted = await asyncio.gather(*(book.may_send("invitation", now) for _ in range(100)))

    assert granted.count(None) <= 3


async def test_never_is_the_numbers_own(home: Household) -> None:
    """Whoever asks; it can be taken back."""
    book = home.house.directory
    await book.say_never(BETH)
    assert (await book.never(BETH), await book.never(DAD)) == (True, False)

    await book.take_back_never(BETH)
    assert not await book.never(BETH)


async def test_an_invitations_token_names_whose_contact_it_asks(home: Household) -> None:
    """Until it is dropped; the token itself is not kept."""
    book = home.house.directory
    await book.add_invitation("opaque", "anna", "beth")

    assert await book.invitation("opaque") == Known("anna", "beth")
    assert "opaque" not in home.store._books["invitation"]
    await book.drop_invitation("opaque")
    assert await book.invitation("opaque") is None


async def test_two_alerts_never_share_a_code_at_one_phone(home: Household) -> None:
    """Beth answers for Anna and for Chloe with different digits, and all ninety are given before one is shared."""
    book = home.house.directory
    given = [(await book.reserve_code([BETH, DAD], f"t{n}-1"))[0] for n in range(90)]

    assert len(set(given)) == 90
    code, in_the_way = await book.reserve_code([BETH], "late-1")
    assert code in given
    assert len(set(in_the_way)) == 90
    await book.free_code(BETH, given[3], "t3-1")
    assert (await book.reserve_code([BETH], "later-1"))[0] == given[3]


async def test_a_code_that_clashes_at_one_number_is_reserved_at_none(home: Household) -> None:
    """What was taken at Dad's before Beth's turned out to be taken is given back."""
    book = home.house.directory
    for n in range(90):
        await book.reserve_code([BETH], f"t{n}-1")
    await book.reserve_code([DAD, BETH], "late-1")

    assert await book.codes(DAD) == {}


async def test_somebody_without_a_number_has_no_code_of_his_own(home: Household) -> None:
    """People invited by a link do not share one book of codes."""
    book = home.house.directory
    codes = [(await book.reserve_code(["", BETH], f"t{n}-1"))[0] for n in range(3)]

    assert len(set(codes)) == 3
    assert await book.codes("") == {}


async def test_a_tests_code_is_no_alerts(home: Household) -> None:
    """Beth's answer to a test never takes an alert, and the other way round; nobody frees it but the test itself."""
    book, now = home.house.directory, home.clock.now()
    code = await book.reserve_test_code(BETH, "anna", "beth", now)
    alerts = [await book.reserve_code([BETH], f"t{n}-1") for n in range(89)]

    assert code not in {given for given, _ in alerts}
    assert code not in await book.codes(BETH)
    assert await book.reserve_test_code(BETH, "eve", "b", now) == ""
    assert len(set((await book.reserve_code([BETH], "late-1"))[1])) == 89

    await book.free_test_code(BETH, code, "eve", "b")
    assert await book.reserve_test_code(BETH, "eve", "b", now) == ""
    await book.free_test_code(BETH, code, "anna", "beth")
    assert await book.reserve_test_code(BETH, "eve", "b", now) == code


async def test_a_tests_code_is_given_back_after_a_day(home: Household) -> None:
    """By the next test at that number."""
    book, now = home.house.directory, home.clock.now()
    given = [await book.reserve_test_code(BETH, f"t{n}", "beth", now) for n in range(90)]

    assert "" not in given
    assert await book.reserve_test_code(BETH, "late", "beth", now + DAY_S - 1) == ""
    assert await book.reserve_test_code(BETH, "late", "beth", now + DAY_S) != ""


async def test_whoever_joins_on_the_way_answers_with_the_same_digits(home: Household) -> None:
    """Unless another alert has them at his phone."""
    book = home.house.directory
    await book.hold_code(BETH, "42", "anna-1")
    await book.hold_code(BETH, "42", "eve-1")

    assert await book.codes(BETH) == {"42": "anna-1"}


async def test_stop_is_the_numbers_own(home: Household) -> None:
    """STOP and START are kept by number, not by account."""
    book = home.house.directory
    await book.stop(BETH)
    assert not await book.reachable_by_sms(BETH)
    await book.start(BETH)
    assert await book.reachable_by_sms(BETH)


async def test_a_number_is_given_up_only_by_its_holder(home: Household) -> None:
    """Then it is anybody's."""
    book = home.house.directory
    await book.claim(BETH, "anna")
    await book.drop_number(BETH, "eve")
    assert await book.traveller_of(BETH) == "anna"

    await book.drop_number(BETH, "anna")

    assert await book.claim(BETH, "eve") == "eve"
