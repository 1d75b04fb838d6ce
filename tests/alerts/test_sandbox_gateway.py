"""Handing over to phones on the screen."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from alerts.contact import Channel
from alerts.gateway import GatewayError, Message, OutcomeUnknown, PhoneNumber
from alerts.sandbox_gateway import OUR_NUMBER, OUR_SECOND_NUMBER, Behaviour, Direction, Entry, SandboxGateway

BETH = PhoneNumber("+447700900201")


@dataclass
class Table:
    """Phones lying on a table."""

    kind: Behaviour = Behaviour.ON
    entries: list[Entry] = field(default_factory=list)
    broken: bool = False

    async def behaviour(self, number: str) -> Behaviour:
        return self.kind

    async def deliver(self, number: str, entry: Entry) -> None:
        self.entries.append(entry)
        if self.broken:
            raise ConnectionError("store gone")

    async def thread(self, number: str) -> Sequence[Entry]:
        return self.entries


def to_beth(channel: Channel = Channel.SMS, attempt: int = 1, second_sender: bool = False) -> Message:
    return Message(
        id=f"anna-1/i1/l2/beth/{channel}/{attempt}",
        attempt=attempt,
        to=BETH,
        channel=channel,
        text="Anna has NOT arrived.",
        callback_url="",
        valid_s=300.0,
        reference="K742",
        second_sender=second_sender,
    )


async def test_a_text_reaches_the_phone_on_the_screen() -> None:
    """What Beth's phone gets names the notice and the attempt, so that its receipt can."""
    table = Table()
    handed = await SandboxGateway(table, lambda: 1000.0).send(to_beth())
    (entry,) = table.entries
    assert (entry.id, entry.at, entry.text, entry.sender) == (handed.sid, 1000.0, "Anna has NOT arrived.", OUR_NUMBER)
    assert (entry.notice_id, entry.attempt, entry.direction) == ("anna-1/i1/l2/beth/sms/1", 1, Direction.IN)


async def test_the_second_sender_shows() -> None:
    """The second way comes from another number of ours, as on a real phone."""
    table = Table()
    await SandboxGateway(table, lambda: 1000.0).send(to_beth(second_sender=True))
    assert table.entries[0].sender == OUR_SECOND_NUMBER


async def test_a_phone_that_sent_stop_refuses_texts_and_still_rings() -> None:
    """Opted out means texts; a call gets through."""
    table = Table(kind=Behaviour.OPTED_OUT)
    gateway = SandboxGateway(table, lambda: 1000.0)
    with pytest.raises(GatewayError) as refused:
        await gateway.send(to_beth())
    assert (refused.value.permanent, refused.value.opted_out, refused.value.code) == (True, True, 21610)
    await gateway.send(to_beth(Channel.CALL))
    assert [entry.ringing for entry in table.entries] == [True]


async def test_a_text_whose_handing_over_broke_can_be_found() -> None:
    """The store took the text and then broke off: unknown, and found again under its own notice and attempt only."""
    table = Table(broken=True)
    gateway = SandboxGateway(table, lambda: 1000.0)
    with pytest.raises(OutcomeUnknown):
        await gateway.send(to_beth())
    assert await gateway.find(to_beth(), 999.0) is not None
    assert await gateway.find(to_beth(), 1001.0) is None
    assert await gateway.find(to_beth(attempt=2), 999.0) is None
