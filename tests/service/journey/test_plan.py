"""What she set off with."""

import pytest

from alerts.contact import Channel
from tests.builders import people, plan

PUSH, SMS, CALL = Channel.PUSH, Channel.SMS, Channel.CALL


@pytest.mark.parametrize(
    ("hers", "text", "call"),
    [
        ((PUSH, SMS, CALL), SMS, CALL),
        ((PUSH, SMS), SMS, SMS),
        ((PUSH, CALL), CALL, CALL),
        ((PUSH,), PUSH, PUSH),
    ],
)
def test_she_is_reached_by_what_she_takes(hers: tuple[Channel, ...], text: Channel, call: Channel) -> None:
    """No calls for somebody who is deaf, no texts after her STOP; with neither there is her app alone."""
    anna = plan(hers=hers)
    assert (anna.way_to_her(SMS), anna.way_to_her(CALL), anna.way_to_her(PUSH)) == (text, call, PUSH)


def test_what_is_for_one_person_is_for_her_primary_contact() -> None:
    """Else for the first of all; for nobody where there is nobody."""
    assert plan().first == "dad"
    assert plan(people=people("beth", "chloe")).first == "beth"
    assert plan(people=()).first is None
