"""Tests of the people in the demo: they do what people could, and say what was expected of the product and did not come."""

from pathlib import Path

import pytest

from service.clock import breathe
from service.demo.cast import NOBODY, Friend, Her, Unexpected, mailbox, takes, until

from .paper import NOON, PaperHouse, a_call, no_http

BETH = "+447700900201"
ALERT = "Anna has NOT arrived. Reply 42 = you are on it. http://127.0.0.1:8470/c/abc"


def test_a_contact_finds_the_two_digits_and_the_link_in_the_alert() -> None:
    """Nobody tells them the code in any other way."""
    assert Friend.reply_code(ALERT) == "42"
    assert Friend.link(ALERT) == "http://127.0.0.1:8470/c/abc"


def test_an_alert_without_them_is_not_what_was_expected() -> None:
    """An alert nobody could answer is a fault of the product."""
    with pytest.raises(Unexpected, match="two digits"):
        Friend.reply_code("Anna has NOT arrived.")
    with pytest.raises(Unexpected, match="a link"):
        Friend.link("Anna has NOT arrived.")


async def test_a_text_counts_once_it_is_delivered(tmp_path: Path) -> None:
    """Beth cannot read what is still on its way to her."""
    house = PaperHouse(tmp_path)
    beth = Friend("Beth", BETH, house)
    entry = house.texted("anna-1/i1/L2/c1/sms/1", BETH, ALERT, "sent")
    with pytest.raises(Unexpected, match="a text to Beth"):
        await beth.has_text("NOT arrived", 0.1)
    entry.move("delivered", 0.0)
    assert await beth.has_text("NOT arrived", 0.1) == ALERT


async def test_what_never_comes_is_named() -> None:
    """An act that breaks off says what it waited for."""
    with pytest.raises(Unexpected, match="expected the moon within 0 s, got nothing"):
        await until("the moon", lambda: None, 0.1)


async def test_what_comes_later_is_waited_for() -> None:
    """Looking may itself take time."""
    looks = iter([None, None, "there"])

    async def look() -> str | None:
        await breathe(0)
        return next(looks)

    assert await until("it", look, 5.0) == "there"


async def test_a_call_counts_once_it_went_as_was_waited_for(tmp_path: Path) -> None:
    """Beth's mailbox took the first, she the second."""
    house = PaperHouse(tmp_path)
    beth = Friend("Beth", BETH, house)
    house.rang("anna-1/i1/L2/c1/call/1", BETH, a_call(NOON, by="machine"))
    with pytest.raises(Unexpected, match="a 1 on the phone of Beth"):
        await beth.has_call("a 1", lambda call: call.keys == "1", 0.1)
    taken = a_call(NOON + 140, keys="1", sid="CA2")
    house.rang("anna-1/i1/L2/c1/call/2", BETH, taken)
    assert await beth.has_call("a 1", lambda call: call.keys == "1", 0.1) is taken


def test_nobody_takes_a_call_unless_an_act_says_so(tmp_path: Path) -> None:
    """People are asleep; what they will do is said beforehand, call by call."""
    beth = Friend("Beth", BETH, PaperHouse(tmp_path))
    assert beth.handset.takes().answers_after_s is None
    beth.will(mailbox(), takes("1", after_s=9.0))
    assert [beth.handset.takes().what for _ in range(2)] == ["machine", "human"]
    assert beth.handset.takes() == NOBODY


async def test_she_rings_us_from_any_phone_and_keys_what_she_knows(tmp_path: Path) -> None:
    """As the provider has it: the call is the stranger's, until its end."""
    house = PaperHouse(tmp_path)
    her = Her("Zoe", "+447700900110", house, no_http())
    assert her.keyed_number == "07700900110"
    house.double.exchange.word_s = 0.0
    async with house.double:
        call = await her.rings_us("+447700900119", f"*{her.keyed_number}#", f"{her.pin}#")
    assert (call.outgoing, call.ended) == (True, "completed")
    assert house.double.phone("+447700900119").calls == [call]
