"""The bodies of what is hers."""

import pytest
from pydantic import ValidationError

from service.doors.api.bodies_account import CardBody, MeBody


def test_a_card_is_what_was_given() -> None:
    """An empty text empties a field; what was left out is not touched; her PIN is no part of it."""
    assert CardBody(danger="", medical="asthma", pin="2468").fields() == {"danger": "", "medical": "asthma"}


@pytest.mark.parametrize("body", [{"danger": 5}, {"shoe_size": "38"}, {"address": "x" * 2_001}])
def test_a_card_has_no_other_fields(body: dict[str, object]) -> None:
    """Nor more than anybody reads."""
    with pytest.raises(ValidationError):
        CardBody.model_validate(body)


@pytest.mark.parametrize("channels", [["pigeon"], ["sms"] * 4, "sms"])
def test_the_ways_to_ask_her_are_three(channels: object) -> None:
    """Push, text and call."""
    with pytest.raises(ValidationError):
        MeBody.model_validate({"channels": channels})
