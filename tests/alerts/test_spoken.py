"""What a contact or she hears when the phone rings."""

import pytest

from alerts.facts import Facts, Writer
from alerts.notice import Kind
from alerts.spoken import spoken

ANNA = Facts(
    name="Anna", number="+447700900123", as_of_at=1763163720.0, passcode="482913", link="https://x.example/c/1"
)


@pytest.mark.parametrize("kind", [Kind.CONCERN, Kind.OVERDUE, Kind.LATE, Kind.NOBODY, Kind.SOS, Kind.DURESS, Kind.COLD])
def test_an_alarm_by_voice_says_who_acts_and_which_key_answers(kind: Kind) -> None:
    """Half asleep, Dad hears whom it is about, 999, that nobody has called the police, and the two keys."""
    said = spoken(kind, Writer(ANNA))
    for part in ("Anna", "9 9 9", "We have not called the police.", "ress 1 if you are on it, press 2 if you cannot."):
        assert part in said


@pytest.mark.parametrize("kind", list(Kind))
def test_no_link_is_read_aloud(kind: Kind) -> None:
    """A voice never spells a web address."""
    assert "http" not in spoken(kind, Writer(ANNA))


def test_her_number_is_read_digit_by_digit() -> None:
    """A number read as one figure of eleven digits cannot be written down."""
    assert "0 7 7 0 0 9 0 0 1 2 3" in spoken(Kind.OVERDUE, Writer(ANNA))
    assert spoken(Kind.CODE, Writer(ANNA)).count("4 8 2 9 1 3") == 2


def test_a_duress_call_does_not_offer_her_number() -> None:
    """Ringing her phone could hurt her, so the voice does not give the number."""
    assert "0 7 7 0 0" not in spoken(Kind.DURESS, Writer(ANNA))
