"""Events as records."""

from functools import reduce
from operator import or_

import msgspec
import pytest

from service.journey.events import EVENTS, Event, WentCold


@pytest.mark.parametrize("event", EVENTS)
def test_every_event_is_frozen_and_named_on_disk(event: type[Event]) -> None:
    """Its tag is its name; `at` is its first field; nothing in it can be set."""
    config = event.__struct_config__
    assert config.frozen
    assert (config.tag_field, config.tag) == ("event", event.__name__)
    assert event.__struct_fields__[0] == "at"


def test_one_decoder_reads_them_all() -> None:
    """No two share a tag, so a row of the feed is one event and no other."""
    decoder = msgspec.msgpack.Decoder(reduce(or_, EVENTS))
    cold = WentCold(at=1.0)
    assert decoder.decode(msgspec.msgpack.encode(cold)) == cold
