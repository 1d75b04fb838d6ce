"""What somebody reads and hears who knows that she may be forced, of whatever her phone does next."""

import pytest

from alerts.contact import Channel
from alerts.facts import Facts
from alerts.message import render
from alerts.notice import Kind
from alerts.septets import segments
from tests.alerts.known import LINK, LONGEST, at, known

STILL = "It proves nothing: our alert that Anna may be FORCED is still open. Do NOT ring or text her phone."
NEWS = (
    (Kind.STARTED, known(), f"Anna's phone has set off and is due at 23:30. {STILL}"),
    (Kind.ARRIVED, known(closed_by="arrived", arrived_at=at("23:24")), f"Anna's phone arrived at 23:24. {STILL}"),
    (
        Kind.ARRIVED,
        known(closed_by="ended", closed_at=at("23:20")),
        f"Anna's journey was ended at 23:20. {STILL}",
    ),
    (
        Kind.ARRIVED,
        known(closed_by="operator", closed_at=at("23:20")),
        f"Anna's journey was closed by an operator at 23:20. {STILL}",
    ),
    (
        Kind.EXTENDED,
        known(extended_min=45),
        f"Anna has put off her arrival for the third time, by 45 min: now due 23:30. {STILL}",
    ),
    (Kind.BATTERY, known(battery_pct=12), f"Anna's phone is at 12% and may die. She is due 23:30. {STILL}"),
    (Kind.WALK_WITH, known(), f"Anna's phone asks you to walk with her: see where it is. {STILL} {LINK}"),
)
TO_CONTACTS = sorted(
    set(Kind)
    - {Kind.PROMPT, Kind.DUE, Kind.NUDGE, Kind.SIGNAL_LOST, Kind.SOS_SAFE_PROMPT, Kind.REPLY}
    - {Kind.CONTACT_NEWS, Kind.NEW_PIN, Kind.NEW_DEVICE, Kind.CODE}
    - {Kind.INVITE, Kind.CONSENT_AGAIN}  # of the account, and not of a journey: her number says who asks
)


def forced(facts: Facts, **more: object) -> Facts:
    return known(**{**{f: getattr(facts, f) for f in facts.__struct_fields__}, "forced": True, **more})


@pytest.mark.parametrize(("kind", "facts", "text"), NEWS)
def test_news_of_her_phone_is_no_news_of_her(kind: Kind, facts: Facts, text: str) -> None:
    """Nobody reads "nothing to do" who has read "dial 999" about the same evening. Two segments at most."""
    assert render(kind, forced(facts), Channel.SMS) == text
    assert segments(render(kind, forced(facts, **LONGEST), Channel.SMS)) <= 2


@pytest.mark.parametrize("language", ["en", "pl"])
@pytest.mark.parametrize("channel", [Channel.SMS, Channel.CALL])
@pytest.mark.parametrize("kind", TO_CONTACTS)
def test_no_word_leads_to_her_phone(kind: Kind, channel: Channel, language: str) -> None:
    """Whatever is sent to a contact then: her number is not in it, by text or by voice, in no language."""
    text = render(kind, forced(known(), language=language, pin_given_at=at("23:20")), channel)
    assert "07700900123" not in text.replace(" ", "")
    for lull in ("Ring her", "ring her", "Do speak to her", "Nothing to do", "Nothing is wrong", "Dzwoń do niej"):
        assert lull not in text


@pytest.mark.parametrize("language", ["en", "pl"])
@pytest.mark.parametrize("kind", TO_CONTACTS)
def test_they_cost_no_more_than_other_texts(kind: Kind, language: str) -> None:
    """With names, places and links as long as they get: two segments, or four of UCS-2."""
    text = render(kind, forced(known(), language=language, pin_given_at=at("23:20"), **LONGEST), Channel.SMS)
    assert segments(text) <= (2 if text.isascii() else 4)


@pytest.mark.parametrize("kind", [Kind.OVERDUE, Kind.SOS, Kind.COLD, Kind.ANY_NEWS])
def test_an_alarm_says_what_not_to_do(kind: Kind) -> None:
    """Overdue on the journey she was made to begin, an SOS on it, a day without a word."""
    assert "Do NOT ring or text her phone." in render(kind, forced(known()), Channel.SMS)
    assert "NIE dzwoń do niej i NIE pisz." in render(kind, forced(known(), language="pl"), Channel.SMS)
