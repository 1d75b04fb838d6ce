"""Phone numbers and names as people type them."""

import pytest

from service.people.numbers import called, e164
from service.people.refusals import Refused


@pytest.mark.parametrize("typed", ["07911 123456", "+44 7911 123456", "0044 7911-123456", "(07911) 123456"])
def test_a_mobile_number_is_read_however_it_is_typed(typed: str) -> None:
    """By the country it is typed in."""
    assert e164(typed, "GB") == "+447911123456"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "a phone number"),
        ("beth", "a phone number"),
        ("999", "that can exist"),
        ("020 7946 0000", "mobile"),
        ("0909 879 0000", "mobile"),
        ("+1 415 555 2671", "of GB"),
        ("+33 6 12 34 56 78", "of GB"),
        ("07700 900123", "that can exist"),
    ],
)
def test_a_number_that_will_not_do_is_refused(typed: str, said: str) -> None:
    """Emergency, landline, premium, foreign and impossible numbers; the words name the field, not the number."""
    with pytest.raises(Refused) as refused:
        e164(typed, "GB", field="contact.number")

    assert refused.value.field == "contact.number"
    assert said in refused.value.detail
    assert not typed or typed not in str(refused.value)


@pytest.mark.parametrize(
    ("typed", "number"),
    [("07400 123456", "+447400123456"), ("+353 87 123 4567", "+353871234567"), ("00353871234567", "+353871234567")],
)
def test_contacts_may_live_in_several_countries(typed: str, number: str) -> None:
    """A number without a country code is one of ours."""
    assert e164(typed, "GB", countries=("GB", "IE")) == number


@pytest.mark.parametrize("typed", ["+33 6 12 34 56 78", "+44 7797 123456", "+44 7624 123456"])
def test_a_country_that_is_not_named_is_refused(typed: str) -> None:
    """Also one that shares our calling code: Jersey and the Isle of Man are named, or they are not ours."""
    with pytest.raises(Refused) as refused:
        e164(typed, "GB", countries=("GB", "IE"))

    assert refused.value.detail == "expected a number of GB, IE"
    assert e164("+44 7797 123456", "GB", countries=("GB", "JE")) == "+447797123456"


@pytest.mark.parametrize(
    "typed", ["020 7946 0000", "0909 879 0000", "070 1234 5678", "0800 111 1111", "0300 123 1234", "07640 123456"]
)
def test_a_contact_has_a_mobile(typed: str) -> None:
    """Landline, premium rate, personal number, freephone, office, pager."""
    with pytest.raises(Refused) as refused:
        e164(typed, "GB", countries=("GB",))

    assert "mobile" in refused.value.detail


def test_numbers_of_films_are_for_the_sandbox() -> None:
    """07700 900000 to 900999 and no longer ones."""
    assert e164("07700 900123", "GB", drama=True) == "+447700900123"
    with pytest.raises(Refused):
        e164("07700 9001234", "GB", drama=True)


def test_a_number_never_shows_itself_whole() -> None:
    """In a log it is masked."""
    assert repr(e164("07911 123456", "GB")) == "PhoneNumber('+44…56')"


def test_a_name_is_one_line() -> None:
    """Composed, without control characters and doubled spaces."""
    assert called("  Zoe\u0308\n  Smith\u202e ") == "Zo\u00eb Smith"


@pytest.mark.parametrize("name", ["", "   ", "x" * 41, "{beth}"])
def test_a_name_that_will_not_do_is_refused(name: str) -> None:
    """Nothing, too much, or what a sentence would fill in."""
    with pytest.raises(Refused) as refused:
        called(name)

    assert refused.value.field == "name"
