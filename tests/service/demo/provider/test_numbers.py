"""Sorts of numbers and what becomes of a text to them, through the client."""

import pytest
from twilio.base.exceptions import TwilioRestException

from service.demo.provider.numbers import FATES, Kind

from .town import BETH, town


def test_every_sort_of_number_has_a_fate() -> None:
    """No sort is forgotten, and none is refused and undelivered at once."""
    assert set(FATES) == set(Kind)
    assert all(fate.refused is None or fate.undelivered is None for fate in FATES.values())


@pytest.mark.parametrize("kind", [kind for kind in Kind if FATES[kind].refused])
async def test_some_are_refused_at_once(kind: Kind) -> None:
    """The client raises with the published error; nothing is on the books."""
    async with town() as here:
        here.double.phone(BETH).kind = kind
        with pytest.raises(TwilioRestException) as refused:
            await here.text()
        assert (refused.value.status, refused.value.code) == (400, FATES[kind].refused)
        assert here.double.messages == []


@pytest.mark.parametrize("kind", [kind for kind in Kind if FATES[kind].undelivered])
async def test_some_are_found_out_by_the_carrier(kind: Kind) -> None:
    """Accepted and sent, then undelivered with the published error; nothing was on the screen."""
    async with town() as here:
        here.double.phone(BETH).kind = kind
        text = await here.text()
        await here.passes()
        assert here.doors.states() == ["sent", "undelivered"]
        assert here.doors.at("/s")[-1]["ErrorCode"] == str(FATES[kind].undelivered)
        assert (await here.twilio.messages(text.sid).fetch_async()).error_code == FATES[kind].undelivered
        assert here.double.phone(BETH).shown == []
