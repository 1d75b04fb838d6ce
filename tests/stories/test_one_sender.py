"""Only one number that texts come from: whoever runs the house hears it, and she does before she sets off."""

from pathlib import Path

import pytest
from structlog.testing import capture_logs

from alerts.contact import Channel
from service.app import Role, living
from service.clock import SystemClock
from service.people.model import Contact, ContactState, Traveller
from service.people.setting_off import preflight
from service.people.wishes import Wish
from service.settings import Settings
from service.watching.inspection import State, inspected


@pytest.mark.parametrize("second", ["", "+447700900001"])
async def test_one_sender_is_said_at_the_start_in_check_and_before_she_sets_off(tmp_path: Path, second: str) -> None:
    """A text that does not arrive has no second number to come from. With a second one nobody says anything."""
    settings = Settings(
        data_dir=tmp_path,
        twilio_account_sid="AC" + "0" * 32,
        twilio_auth_token="secret",
        twilio_from="+447700900000",
        twilio_from_2=second,
        public_url="http://127.0.0.1:9",
    )
    with capture_logs() as logged:
        async with living(settings, Role.WEB) as house:
            beth = Contact(
                id="c1",
                name="Beth",
                number="+447700900201",
                state=ContactState.CONFIRMED,
                channels=(Channel.SMS, Channel.CALL),
            )
            anna = Traveller(id="t1", name="Anna", number="+447700900102", contacts=(beth,), created_at=0.0)
            warned = [one.words for one in preflight(house, anna, Wish(minutes=20)).warnings]

    said = ["only one way to text" in line["event"] for line in logged].count(True)
    before = [words for words in warned if words.startswith("We have only one way to text.")]
    checked = [line for line in await inspected(settings, SystemClock()) if line.name == "provider"]
    assert (said, len(before)) == ((0, 0) if second else (1, 1))
    assert [line.state for line in checked] == [State.OK if second else State.WARNING]
