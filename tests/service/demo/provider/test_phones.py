"""Phones: on, off, and who takes the call."""

import pytest

from service.demo.provider.crew import Crew
from service.demo.provider.phones import Person, Phone, Phones, Press, ShownCall, ShownText
from tests.doubles.clock import HandClock

BETH = "+447700900201"
SLOW = Person(answers_after_s=20.0)


@pytest.fixture
async def crew() -> Crew:
    return Crew(HandClock())


@pytest.fixture
async def phone(crew: Crew) -> Phone:
    return Phone(BETH, crew, Person())


async def test_what_happens_at_the_next_calls_comes_before_what_happens_at_all_others(phone: Phone) -> None:
    """At the first call she is slow, from the second on she is herself again."""
    phone.will(SLOW)
    assert [phone.takes(), phone.takes()] == [SLOW, Person()]


async def test_she_picks_up_and_keys(phone: Phone) -> None:
    """Plain keys, or keys with their time."""
    phone.picks_up("1", Press("2", after_s=3.0), after_s=5.0)
    assert phone.person == Person(answers_after_s=5.0, keys=(Press("1"), Press("2", after_s=3.0)))
    phone.never_answers()
    assert phone.takes().answers_after_s is None


async def test_a_phone_that_is_off_rings_nobody(phone: Phone) -> None:
    """A mailbox takes the call where there is one."""
    phone.off()
    assert phone.takes().answers_after_s is None
    phone.mailbox = True
    assert phone.takes().what == "machine"
    phone.on()
    assert phone.takes() == Person()


async def test_a_phone_is_reached_when_it_is_on_again_or_not_at_all(phone: Phone, crew: Crew) -> None:
    """At once, later, or given up."""
    reached: list[bool] = []

    async def tries(patience_s: float) -> None:
        reached.append(await phone.reached(patience_s))

    crew.open()
    crew.start(tries(1.0))
    await crew.idle()
    assert reached == [True]
    phone.off()
    crew.start(tries(60.0))
    await crew.idle()
    assert reached == [True]
    phone.on()
    await crew.idle()
    assert reached == [True, True]
    await crew.close()


async def test_texts_and_calls_are_told_apart(phone: Phone) -> None:
    """Both are on one record, in the order in which they came."""
    text, call = ShownText(at=1.0, sender="+1", body="x"), ShownCall(at=2.0, sid="CA1", other="+1")
    call.said += [(2.0, "Hello."), (3.0, "Press 1.")]
    call.pressed.append((4.0, "1"))
    phone.shown += [text, call]
    assert (phone.texts, phone.calls) == ([text], [call])
    assert (call.words, call.keys) == ("Hello. Press 1.", "1")


async def test_everybody_has_a_phone_that_is_on(crew: Crew) -> None:
    """The same one every time."""
    phones = Phones(crew, SLOW)
    assert phones[BETH] is phones[BETH]
    assert (phones[BETH].is_on, phones[BETH].takes()) == (True, SLOW)
    assert [phone.number for phone in phones] == [BETH]
