"""A message that must be sent."""

from alerts.contact import Channel
from alerts.notice import HER, Kind, of_account


def test_a_message_of_no_journey_is_the_accounts() -> None:
    """The same asked for twice is one message; another instant, reader or way makes another."""
    code = of_account("anna", Kind.CODE, HER, "code@1.000", 1.0, urgency=1, extra={"passcode": "482913"})
    others = (
        of_account("anna", Kind.CODE, HER, "code@2.000", 2.0),
        of_account("anna", Kind.CODE, "beth", "code@1.000", 1.0),
        of_account("anna", Kind.CODE, HER, "code@1.000", 1.0, channel=Channel.CALL),
    )

    assert code.id == "anna/-/code@1.000/her/sms/1"
    assert (code.journey, code.channel, code.urgency, code.extra) == (
        "anna", Channel.SMS, 1, {"passcode": "482913"},
    )  # fmt: skip
    assert code.id == of_account("anna", Kind.CODE, HER, "code@1.000", 9.0).id
    assert len({code.id, *(other.id for other in others)}) == 4
