"""The form of a try, filled and read."""

import pytest

from service.doors.pages_try import form, read
from service.web.pages import Frame, NamedContact

FIELDS = {
    "first_name": " Anna ",
    "destination": "home",
    "contact_1_name": "Beth",
    "contact_1_tier": "1",
    "contact_2_name": "",
    "contact_3_name": "Chloe",
    "contact_3_tier": "2",
    "says_yes": "1",
    "walk": "cerknica-town",
    "profile": "standard",
    "speed": "20",
    "pin": "2580",
    "duress_pin": "9174",
}


def test_the_form_is_ready_to_be_sent() -> None:
    """Names, a walk, a profile and PINs that will do are in it at first."""
    page = form(Frame())

    assert [c.name for c in page.contacts] == ["Beth", "Dad", "Chloe"]
    assert [[one.chosen for one in choice].count(True) for choice in (page.walks, page.profiles, page.speeds)] == [
        1,
        1,
        1,
    ]


def test_what_is_asked_for_is_read() -> None:
    """An empty row is left out, names are tidied."""
    wanted, _ = read(FIELDS, Frame())

    assert wanted is not None
    assert wanted.first_name == "Anna"
    assert wanted.contacts == (NamedContact(name="Beth", tier=1), NamedContact(name="Chloe", tier=2))
    assert (wanted.speed, wanted.says_yes) == (20.0, True)


def test_an_unticked_yes_is_left_to_the_phones() -> None:
    """And stays unticked when the form comes back."""
    fields = {name: value for name, value in FIELDS.items() if name != "says_yes"}

    wanted, page = read(fields, Frame())

    assert wanted is not None
    assert not wanted.says_yes
    assert not page.says_yes


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("first_name", ""),
        ("first_name", "{anna}"),
        ("destination", "x" * 41),
        ("contact_1_name", "B" * 41),
        ("walk", "round-the-world"),
        ("profile", "reckless"),
        ("speed", "1000"),
        ("pin", "12"),
        ("duress_pin", "2581"),
    ],
)
def test_what_will_not_do_is_said_beside_its_field(field: str, value: str) -> None:
    """Everything else that was typed is given back."""
    wanted, page = read({**FIELDS, field: value}, Frame())

    assert wanted is None
    assert list(page.problems) == [field]
    assert page.contacts[2].name == "Chloe"


def test_somebody_has_to_be_told() -> None:
    """Without a name there is nobody."""
    wanted, page = read({**FIELDS, "contact_1_name": "", "contact_3_name": " "}, Frame())

    assert wanted is None
    assert "contacts" in page.problems
