"""An account as data."""

from msgspec.structs import replace

from alerts.contact import Channel
from service.people import model
from service.people.model import Contact, Device, Proving, Reset, Traveller
from service.rows import encoded, traveller_row

BETH = Contact(id="beth", name="Beth", number="+447700900201")
ANNA = Traveller(id="anna", number="+447700900123", name="Anna", created_at=0.0, contacts=(BETH,))


def test_an_account_is_what_was_written() -> None:
    """Every field comes back from its row."""
    full = replace(
        ANNA,
        live="anna-3",
        behind=("anna-1", "anna-2"),
        cover=(),
        devices=(Device(id="d", token_hash=b"h", name="phone", since=1.0),),
    )

    assert traveller_row("anna", encoded(full)) == full


def test_a_contact_is_what_was_written() -> None:
    """A test, a number that is being proved, hours, channels in order."""
    beth = Contact(
        id="beth",
        name="Beth",
        number="",
        channels=(Channel.CALL, Channel.SMS),
        hours="Mo 09:00-17:00",
        place=False,
        proving=Proving(number="+447700900201", code_hash=b"h", expires_at=9.0, tries=2),
        keyed=3,
        test=model.Test(id="n", sent_at=1.0, channel=Channel.SMS, code="42", state="answered", answered_at=2.0),
    )
    full = replace(ANNA, contacts=(beth,), reset=Reset(1.0, 2.0, 3.0), wake_at=4.0, not_before_at=5.0, tests_at=(1.0,))

    assert traveller_row("anna", encoded(full)) == full


def test_what_her_screen_shows_may_differ() -> None:
    """Only where a cover story says so."""
    assert ANNA.shown_contacts == (BETH,)
    assert replace(ANNA, cover=()).shown_contacts == ()


def test_whoever_was_removed_under_duress_hears_the_truth_or_nothing() -> None:
    """Beth is on the SOS list and stays; Chloe is not, and is gone as after a true PIN."""
    chloe = Contact(id="chloe", name="Chloe", number="+447700900203", on_sos_list=False)
    anna = replace(ANNA, contacts=(BETH, chloe))
    forced = replace(anna, cover=())

    assert (anna.still_told("beth"), anna.still_told("chloe")) == (BETH, chloe)
    assert (forced.still_told("beth"), forced.still_told("chloe")) == (BETH, None)
    assert replace(anna, cover=(chloe,)).still_told("chloe") == chloe
    assert anna.still_told("nobody") is None


def test_every_journey_that_may_matter() -> None:
    """The one under way, then what stands behind, newest first, each once."""
    assert replace(ANNA, live="anna-3", behind=("anna-1", "anna-3", "anna-2")).journeys_open == (
        "anna-3",
        "anna-2",
        "anna-1",
    )
    assert ANNA.journeys_open == ()


def test_numbers_are_masked_where_they_are_shown() -> None:
    """In a log or a repr."""
    assert repr(ANNA.phone) == "PhoneNumber('+44…23')"
    assert repr(BETH.phone) == "PhoneNumber('+44…01')"


def test_people_are_found_by_id() -> None:
    """Or not at all."""
    assert (ANNA.contact("beth"), ANNA.contact("eve"), ANNA.device("d")) == (BETH, None, None)
