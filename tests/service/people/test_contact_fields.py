"""What she may say about a contact."""

import pytest

from alerts.contact import Channel
from service.people.contact_fields import Given, applied, checked
from service.people.model import Contact, Mail
from service.people.refusals import Refused

BETH = Contact(id="beth", name="Beth", number="+447700900201")


def test_what_is_left_out_stays_as_it_is() -> None:
    """None is left out as well; False and nothing are said."""
    hers = Contact(id="beth", name="Beth", number="+447700900201", tier=2, hours="Mo 09:00-17:00", place=False)
    sound = checked(Given(tier=None, hours=None, name=None, primary=True))

    assert applied(hers, sound).tier == 2
    assert applied(hers, sound).hours == "Mo 09:00-17:00"
    assert applied(hers, sound).primary is True
    assert applied(hers, checked(Given(hours="  ", place=True))).hours == ""
    assert applied(BETH, checked(Given(place=False, on_sos_list=False))).place is False


def test_channels_keep_her_order() -> None:
    """Dad hears a call and sleeps through texts."""
    dad = applied(BETH, checked(Given(channels=["call", "sms"])))

    assert dad.channels == (Channel.CALL, Channel.SMS)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Mo-Fr 18:00-08:00;  Sa,Su 00:00-24:00", "Mo-Fr 18:00-08:00; Sa,Su"),
        ("22:00-06:00", "22:00-06:00"),
        ("24/7", ""),
        ("", ""),
    ],
)
def test_hours_are_kept_as_they_were_understood(typed: str, kept: str) -> None:
    """In one spelling; always is nothing."""
    assert applied(BETH, checked(Given(hours=typed))).hours == kept


@pytest.mark.parametrize(
    ("given", "field", "said"),
    [
        (Given(hours="after work"), "hours", 'like "Mo-Fr 18:00-08:00'),
        (Given(hours="Mo-Fr 25:99"), "hours", 'like "Mo-Fr 18:00-08:00'),
        (Given(hours="off"), "hours", "that come some day, got 'off'"),
        (Given(hours="Mo " * 100), "hours", "at most 200"),
        (Given(channels=[]), "channels", "expected sms, call and email, each once, in order, got 0"),
        (Given(channels=["sms", "sms"]), "channels", "each once, in order"),
        (Given(channels=["sms", "push"]), "channels[1]", "expected sms, call or email, got 'push'"),
        (Given(channels=["email"]), "channels", "expected sms or call as well"),
        (Given(email="dad at home"), "email", "expected an e-mail address"),
        (Given(email="d" * 60 + "@" + "h" * 60 + ".example"), "email", "of at most 120 characters"),
        (Given(tier=3), "tier", "expected 1 or 2, got 3"),
        (Given(language="English"), "language", "expected en or pl, with a region if you like, got 'English'"),
        (Given(language="uk"), "language", "expected en or pl"),
        (Given(name=" "), "name", "expected 1 to 40 characters"),
    ],
)
def test_what_cannot_be_names_its_field(given: Given, field: str, said: str) -> None:
    """With what was expected, and an example where that helps."""
    with pytest.raises(Refused) as refused:
        checked(given)

    assert refused.value.field == field
    assert said in refused.value.detail


@pytest.mark.parametrize("language", ["en", "pl", "en-GB", "pl-PL"])
def test_languages_are_tags(language: str) -> None:
    """As browsers and phones write them."""
    assert applied(BETH, checked(Given(language=language))).language == language


def test_an_address_that_is_known_stays_as_proved_as_it_was() -> None:
    """Said again, in another spelling of its domain, it is the same; another one has to be proved anew, and none is none."""
    proved = Mail(id="m1", address="dad@house.example", proved_at=7.0)
    dad = Contact(id="dad", name="Dad", number="+447700900202", mail=proved)

    same = applied(dad, checked(Given(email=" dad@HOUSE.example ")), "m2")
    other = applied(dad, checked(Given(email="dad@work.example")), "m2")

    assert same.mail == proved
    assert other.mail == Mail(id="m2", address="dad@work.example")
    assert applied(dad, checked(Given(email="")), "m2").mail is None
    assert applied(dad, checked(Given(tier=2)), "m2").mail == proved
