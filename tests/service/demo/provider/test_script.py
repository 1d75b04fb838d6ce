"""The words in which misbehaviour is asked for."""

import msgspec
import pytest

from service.demo.provider.script import Do, Script

from .town import BETH, town


@pytest.mark.parametrize("do", list(Do))
def test_every_misbehaviour_can_be_asked_for_from_another_process(do: Do) -> None:
    """A script goes through JSON and comes back the same."""
    script = Script(do=do, number="+447700900201", delay_s=2.0)
    assert msgspec.json.decode(msgspec.json.encode(script), type=Script) == script


def test_a_script_with_a_field_too_many_is_refused() -> None:
    """A mistyped field would be a misbehaviour that never happens."""
    with pytest.raises(msgspec.ValidationError, match="numbr"):
        msgspec.json.decode(b'{"do": "lie", "numbr": "+44"}', type=Script)


async def test_a_script_for_texts_lets_calls_through() -> None:
    """Dad's texts come back undelivered, and his phone can be rung."""
    async with town() as here:
        here.double.script(Script(do=Do.UNDELIVERED, number=BETH, channel="sms"))
        here.double.script(Script(do=Do.FAIL, channel="sms"))
        await here.call()
        await here.passes()
        assert here.doors.calls()[-1] == "completed"
