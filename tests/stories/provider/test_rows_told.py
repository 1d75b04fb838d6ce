"""Rows 11 to 13 as the phones of her contacts have them: seconds are the provider's own."""

from service.demo.provider.phones import Person, Press
from service.demo.provider.script import Do, Script
from service.demo.twilio_double import SENDER
from tests.provider_world import SECOND, ProviderWorld
from tests.stories.provider.overdue import overdue, shown

ASLEEP = Person(answers_after_s=None)


def brief(showed: list[tuple[float, str, str]], *marks: str) -> list[tuple[float, str]]:
    """The same with of each text only the first of `marks` that is in it."""
    return [
        (at, next((m for m in marks if m in words), words) if what == "text" else what) for at, what, words in showed
    ]


async def test_row_11_a_text_that_nothing_proves_is_followed_by_a_call_after_a_minute() -> None:
    """Beth's phone shows the text, but her carrier reports nothing after `sent`: 60 s after the hand-over it rings, and
    once more; then nobody is left, and she reads that."""
    async with ProviderWorld() as world:
        beth = world.contact("Beth")
        world.double.script(Script(do=Do.SILENT, number=beth.number))
        _, walk = await overdue(world, beth, minutes=31.5)

        assert world.taken(walk, beth, "call") == [29.0, 30.78]
        assert brief(shown(world, walk, beth), "NOT arrived", "nobody has taken this") == [
            (1, "NOT arrived"),
            (62, "no-answer"),
            (169, "no-answer"),
            (200, "nobody has taken this"),
        ]
        world.expect_everything()


async def test_row_11_the_second_sender_after_a_minute_and_the_call_after_two() -> None:
    """Her phone shows the same alert from two numbers, the second as of a minute later, and then rings."""
    async with ProviderWorld(second_sender=True) as world:
        beth = world.contact("Beth")
        world.double.script(Script(do=Do.SILENT, number=beth.number))
        _, walk = await overdue(world, beth, minutes=30.6)

        assert world.taken(walk, beth) == [28.0, 29.0]
        assert world.taken(walk, beth, "call") == [30.0]
        texts = [t for t in world.phone(beth).texts if t.at > walk.began_at]
        assert [(t.sender, f"as of 22:{nn} no" in t.body) for t, nn in zip(texts, (28, 29), strict=True)] == [
            (SENDER, True),
            (SECOND, True),
        ]
        assert {c.other for c in world.phone(beth).calls} == {SENDER}
        world.expect_everything()


async def test_row_11_a_carrier_that_denies_what_it_delivered_is_rung_after_at_once() -> None:
    """Undelivered, says the carrier, two seconds after the hand-over; her phone shows the text and rings, and her answer to
    it counts."""
    async with ProviderWorld() as world:
        beth = world.contact("Beth")
        world.double.script(Script(do=Do.DENY, number=beth.number, code=30008))
        anna, walk = await overdue(world, beth)
        await world.pass_time(seconds=8)

        assert brief(shown(world, walk, beth), "NOT arrived") == [(1, "NOT arrived"), (4, "")]
        assert [e.error_code for e in world.entries(beth, since=walk.began_at)] == [30008]
        await beth.phone.texts((await walk.journey()).plan.code)
        await world.pass_time(minutes=3)
        assert brief(shown(world, walk, beth), "NOT arrived", "the others know") == [
            (1, "NOT arrived"),
            (4, "no-answer"),
            (9, "the others know"),
        ]
        assert anna.contacts == [beth]
        world.expect_everything()


async def test_row_11_a_carrier_that_lies_is_overtaken_by_the_rungs() -> None:
    """Reported as delivered, never on the phone: her phone rings at +3 all the same, Dad reads it at +5, all are rung at +8."""
    async with ProviderWorld() as world:
        beth, dad = world.contact("Beth", primary=True), world.contact("Dad", tier=2)
        _, walk = await overdue(world, beth, dad, minutes=27)
        world.double.script(Script(do=Do.LIE, number=beth.number))
        await world.pass_time(minutes=9.7)

        assert {e.state for e in world.entries(beth, since=walk.began_at)} == {"delivered"}
        assert brief(shown(world, walk, beth)) == [(182, "no-answer"), (289, "no-answer"), (482, "no-answer")]
        assert brief(shown(world, walk, dad), "NOT arrived", "nobody has taken this") == [
            (301, "NOT arrived"),
            (481, "nobody has taken this"),
            (482, "no-answer"),
        ]
        world.expect_everything()


async def test_row_11_a_mailbox_and_silence_have_told_nobody() -> None:
    """Beth's mailbox hears the alert three times and the goodbye, twice within three minutes; so her way is at its end, and
    Dad of tier 2 reads it a minute early. When somebody takes her phone at +8 and says nothing, it rings again."""
    async with ProviderWorld() as world:
        beth, dad = world.contact("Beth", primary=True), world.contact("Dad", tier=2)
        _, walk = await overdue(world, beth, dad, minutes=27)
        world.double.script(Script(do=Do.SILENT, number=beth.number))
        phone = world.phone(beth)
        phone.mailbox = True
        await world.pass_time(minutes=8)

        assert [c.taken_by for c in phone.calls] == ["machine", "machine"]
        for call in phone.calls:
            assert call.words.count("Anna has not arrived. She was due at 22:23") == 3
            assert call.words.endswith("We have heard no key, so we go on. Goodbye.")
        first, second = phone.calls
        assert first.ended_at is not None
        assert second.at - first.at <= 180.0
        assert brief(shown(world, walk, dad), "NOT arrived") == [(241, "NOT arrived")]

        phone.mailbox, phone.person = False, Person(answers_after_s=5.0, what="silent", hangs_up_after_s=10.0)
        await world.pass_time(minutes=5)
        assert [c.taken_by for c in phone.calls[2:]] == ["silent", "silent"]
        assert all(c.hung_up for c in phone.calls[2:])
        world.expect_everything()


async def test_row_12_nobody_has_it() -> None:
    """Texts that arrive and phones that ring out: +3 her primary, +5 tier 2, +8 all of them, every ten minutes after that;
    each of these twice, and the words as of then."""
    async with ProviderWorld() as world:
        beth, dad, chloe = world.contact("Beth"), world.contact("Dad", primary=True), world.contact("Chloe", tier=2)
        _, walk = await overdue(world, beth, dad, chloe, minutes=28 + 29)

        rounds = [at for ring in (482, 1082, 1682) for at in (ring, ring + 107)][:5]
        told = {
            c.name: brief(shown(world, walk, c), "NOT arrived", "nobody has taken this") for c in (beth, dad, chloe)
        }
        l3 = [(481, "nobody has taken this")]
        rung = [(at, "no-answer") for at in rounds]
        assert told["Beth"] == [(1, "NOT arrived"), *l3, *rung]
        assert told["Dad"] == [(1, "NOT arrived"), (182, "no-answer"), (289, "no-answer"), *l3, *rung]
        assert told["Chloe"] == [(301, "NOT arrived"), *l3, *rung]
        world.expect_everything()


async def test_row_12_when_all_of_them_cannot_all_are_told_that_nobody_has_it() -> None:
    """3 in the call, CANT by text: as soon as the last of them has said it, not at +8, and none of them is rung again."""
    async with ProviderWorld() as world:
        beth, dad = world.contact("Beth"), world.contact("Dad", primary=True)
        world.phone(dad).picks_up("3", after_s=4.0)
        await overdue(world, beth, dad)
        await world.pass_time(minutes=1)
        await beth.phone.texts("cant")
        await world.pass_time(minutes=6.5)

        [call] = world.phone(dad).calls
        pressed_at, key = call.pressed[0]
        assert key == "3"
        assert "Thank you. We ask the others." in call.words
        for contact in (beth, dad):
            [last] = [t for t in world.phone(contact).texts if "nobody has taken this" in t.body]
            assert last.at == pressed_at + 1.0
        assert world.phone(beth).calls == []
        world.expect_everything()


async def test_row_13_one_in_a_call_holds_calls_and_tells_the_others() -> None:
    """Dad presses 1 ten seconds into the call at +3: Beth reads it a second later, nobody is rung, tier 2 gets its one
    text at +5, and ten minutes after his key Dad is asked for news."""
    async with ProviderWorld() as world:
        beth, dad, chloe = world.contact("Beth"), world.contact("Dad", primary=True), world.contact("Chloe", tier=2)
        world.phone(dad).picks_up(Press("1", after_s=10.0), after_s=8.0)
        _, walk = await overdue(world, beth, dad, chloe, minutes=28 + 13.5)

        [call] = world.phone(dad).calls
        pressed = call.pressed[0][0] - walk.began_at - 28 * 60
        assert call.words.count("Thank you. We tell the others. Ring her: 0 7 7") == 2
        assert brief(shown(world, walk, beth), "NOT arrived", "Another contact is on it for Anna since 22:31") == [
            (1, "NOT arrived"),
            (round(pressed + 1, 1), "Another contact is on it for Anna since 22:31"),
        ]
        assert brief(shown(world, walk, dad), "NOT arrived", "Any news of Anna? You took this at 22:31") == [
            (1, "NOT arrived"),
            (182, "completed"),
            (round(pressed + 601, 1), "Any news of Anna? You took this at 22:31"),
        ]
        assert brief(shown(world, walk, chloe), "NOT arrived") == [(301, "NOT arrived")]
        world.expect_everything()


async def test_row_13_two_in_a_call_is_no_answer_and_one_after_it_is() -> None:
    """Half asleep: 2 for once more, and then 1 in the middle of it."""
    async with ProviderWorld() as world:
        beth, dad = world.contact("Beth"), world.contact("Dad", primary=True)
        world.phone(dad).picks_up(Press("2", after_s=60.0), Press("1", after_s=5.0))
        _, walk = await overdue(world, beth, dad, minutes=28 + 6)

        [call] = world.phone(dad).calls
        assert call.keys == "21"
        assert call.words.count("Press 2 to hear this again.") >= 2
        ladder = (await walk.journey()).alarm
        assert ladder is not None
        assert ladder.ladder is not None
        assert ladder.ladder.lease is not None
        assert (ladder.ladder.lease.by, ladder.ladder.lease.since) == (dad.id, call.pressed[1][0])
        world.expect_everything()
