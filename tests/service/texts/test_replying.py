"""How often a number is answered."""

import asyncio

from alerts.notice import HER, Kind
from service.texts import replying
from tests.service.people.household import ANNA, BETH, DAD, Her, Household

HOUR = 3600.0


async def test_two_an_hour_for_a_contact_over_everything(home: Household) -> None:
    """Whatever they are about; an hour after the first there is one again."""
    taken = [await replying.may_reply(home.house, BETH, f"S{n}", about=f"alert {n}") for n in range(3)]
    assert taken == [True, True, False]
    home.clock.forward(HOUR)
    assert await replying.may_reply(home.house, BETH, "S4")
    assert await replying.may_reply(home.house, DAD, "S5")


async def test_twelve_an_hour_for_her_counted_apart(home: Household) -> None:
    """Receipts: Anna, who is somebody's contact as well, uses up neither kind with the other."""
    hers = [await replying.may_reply(home.house, ANNA, f"S{n}", hers=True) for n in range(13)]
    assert hers == [True] * 12 + [False]
    assert await replying.may_reply(home.house, ANNA, "S20")


async def test_the_same_thing_is_not_said_twice(home: Household) -> None:
    """Ever, or for as long as is asked; something else may be said meanwhile."""
    assert await replying.may_reply(home.house, BETH, "S1", about="hint")
    assert not await replying.may_reply(home.house, BETH, "S2", about="hint")
    home.clock.forward(30 * 24 * HOUR)
    assert not await replying.may_reply(home.house, BETH, "S3", about="hint")
    assert await replying.may_reply(home.house, BETH, "S4", about="safe", once_in_s=HOUR)
    assert not await replying.may_reply(home.house, BETH, "S5", about="safe", once_in_s=HOUR)
    home.clock.forward(HOUR)
    assert await replying.may_reply(home.house, BETH, "S6", about="safe", once_in_s=HOUR)


async def test_the_same_text_gets_the_same_reply(home: Household) -> None:
    """A process died between taking the reply and sending it: the text comes again and is not refused its answer."""
    assert [await replying.may_reply(home.house, BETH, "S1", about="hint") for _ in range(3)] == [True] * 3
    assert await replying.may_reply(home.house, BETH, "S2")
    assert not await replying.may_reply(home.house, BETH, "S3")


async def test_a_text_that_came_twice_at_once_is_answered_once(home: Household) -> None:
    """Two processes had it; whoever comes to the answer after the other is done says nothing more."""
    assert await replying.may_reply(home.house, BETH, "S1", about="hint")
    await replying.done(home.house, BETH, "S1")
    assert not await replying.may_reply(home.house, BETH, "S1", about="hint")


async def test_a_text_that_was_done_with_is_known_again(home: Household) -> None:
    """By its SID, for its number; the last 32 of them."""
    assert not await replying.is_done(home.house, BETH, "S1")
    for n in range(33):
        await replying.done(home.house, BETH, f"S{n}")
    assert await replying.is_done(home.house, BETH, "S1")
    assert not await replying.is_done(home.house, BETH, "S0")
    assert not await replying.is_done(home.house, DAD, "S1")


async def test_no_number_is_readable_in_the_book(home: Household) -> None:
    """What is kept of a number is kept under a name that says nothing."""
    await replying.done(home.house, BETH, "S1")
    assert BETH[1:] not in str(await home.store.book_all(replying.BOOK))


async def test_whoever_was_quicker_is_counted_first(home: Household) -> None:
    """Two texts at once do not both take the last reply."""
    put, store = home.store.book_put, home.store

    async def slower(book: str, name: str, value: bytes, **how: object) -> bool:
        store.book_put = put  # type: ignore[method-assign]
        await replying.may_reply(home.house, BETH, "S1")
        await replying.may_reply(home.house, BETH, "S2")
        return await put(book, name, value, **how)  # type: ignore[arg-type]

    store.book_put = slower  # type: ignore[method-assign]
    assert not await replying.may_reply(home.house, BETH, "S3")


async def test_many_texts_at_once_are_all_done_with(home: Household) -> None:
    """Somebody leans on the key: each loses race after race to the others, and none of them fails."""
    put, store = home.store.book_put, home.store

    async def late(book: str, name: str, value: bytes, **how: object) -> bool:
        await asyncio.sleep(0)  # the others have all read by now
        return await put(book, name, value, **how)  # type: ignore[arg-type]

    store.book_put = late  # type: ignore[method-assign]
    asked = (replying.may_reply(home.house, BETH, f"S{n}") for n in range(40))
    assert sorted(await asyncio.gather(*asked)) == [False] * 38 + [True] * 2
    await asyncio.gather(*(replying.done(home.house, BETH, f"S{n}") for n in range(30)))
    assert all([await replying.is_done(home.house, BETH, f"S{n}") for n in range(30)])


async def test_an_answer_goes_through_the_outbox_and_changes_nothing_else(home: Household) -> None:
    """From her account, with what stands in it; the law's own hint has a kind of its own."""
    anna: Her = await home.sign_up()
    beth = await anna.has("Beth", BETH)
    before = await home.account(anna.id)
    await replying.send(home.house, anna.id, beth, "S1", "safe", on=replying.names(["Anna", "Zoë"]))
    await replying.send(home.house, anna.id, beth, "S2", "hint", code="42")
    await replying.send(home.house, anna.id, HER, "S3", "words", words="Not heard from by 23:30.")

    [safe, words] = await home.sends(Kind.REPLY)
    [hint] = await home.sends(Kind.HINT)
    assert (safe.to, safe.extra) == (beth, {"reply": "safe", "on": "Anna\nZoë"})
    assert (hint.to, hint.extra) == (beth, {"code": "42"})
    assert (words.to, words.extra, words.urgency) == (HER, {"words": "Not heard from by 23:30."}, 1)
    assert await home.account(anna.id) == before


async def test_what_is_old_is_forgotten(home: Household) -> None:
    """Numbers of which nothing was heard since; the others stay whole."""
    await replying.done(home.house, BETH, "S1")
    home.clock.forward(HOUR)
    await replying.done(home.house, DAD, "S2")
    await replying.forget(home.store, home.clock.now())
    assert not await replying.is_done(home.house, BETH, "S1")
    assert await replying.is_done(home.house, DAD, "S2")
