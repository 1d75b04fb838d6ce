"""When time alone changes something in an account."""

from msgspec.structs import replace

from service.people.model import Contact, ContactState, Reset, Traveller
from service.people.wakes import CONSENT_S, LAPSE_S, What, deadlines, next_wake

BETH = Contact(id="beth", name="Beth", number="+447700900201", state=ContactState.CONFIRMED, confirmed_at=1000.0)
ANNA = Traveller(id="anna", number="+447700900123", name="Anna", created_at=0.0, contacts=(BETH,))


def test_consent_is_asked_for_again_after_90_days_and_lapses_30_days_later() -> None:
    """A YES moves both."""
    asked = replace(BETH, asked_again_at=5000.0)

    assert next_wake(ANNA) == 1000.0 + 90 * 86_400
    assert next_wake(replace(ANNA, contacts=(asked,))) == 5000.0 + 30 * 86_400
    assert (CONSENT_S, LAPSE_S) == (90 * 86_400.0, 30 * 86_400.0)


def test_who_has_not_said_yes_is_asked_nothing_again() -> None:
    """Invited, left, lapsed."""
    others = [replace(BETH, state=state) for state in ContactState if state is not ContactState.CONFIRMED]

    assert list(deadlines(replace(ANNA, contacts=tuple(others)))) == []
    assert next_wake(replace(ANNA, contacts=tuple(others))) is None


def test_the_earliest_comes_first() -> None:
    """Dad said YES before Beth."""
    dad = replace(BETH, id="dad", confirmed_at=500.0)

    assert next_wake(replace(ANNA, contacts=(BETH, dad))) == 500.0 + CONSENT_S


def test_consent_waits_and_news_of_her_pins_do_not() -> None:
    """A journey under way, or the night, put off what can wait."""
    put_off = replace(ANNA, not_before_at=1e9, reset=Reset(asked_at=0.0, from_at=86_400.0))

    assert {d.what: d.at for d in deadlines(put_off)} == {What.ASK_AGAIN: 1e9, What.NEW_PIN: 86_400.0}
    assert next_wake(replace(put_off, reset=Reset(asked_at=0.0, from_at=86_400.0, told_at=86_400.0))) == 1e9


def test_an_erased_account_waits_for_nothing() -> None:
    """Whatever was still to come."""
    assert next_wake(replace(ANNA, erased_at=2000.0)) is None
