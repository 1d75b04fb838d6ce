"""The form of a try, filled and read."""

import pytest

from service.demo.introducing import Asks, Tell
from service.doors.trying.form import form, read
from service.web.pages import Frame, NamedContact

FIELDS = {
    "first_name": " Anna ",
    "destination": "home",
    "contact_1_name": "Beth",
    "contact_1_tier": "1",
    "contact_2_name": "",
    "contact_3_name": "Chloe",
    "contact_3_tier": "2",
    "contact_1_sos": "1",
    "tell": "nothing",
    "asks": "at_once",
    "sets_off": "app",
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
    every = (page.walks, page.profiles, page.speeds, page.tells, page.asks, page.sets_off)
    assert [[one.chosen for one in choices].count(True) for choices in every] == [1] * 6


def test_what_is_asked_for_is_read() -> None:
    """An empty row is left out, names are tidied."""
    wanted, _ = read(FIELDS, Frame())

    assert wanted is not None
    assert wanted.first_name == "Anna"
    assert wanted.contacts == (
        NamedContact(name="Beth", tier=1),
        NamedContact(name="Chloe", tier=2, on_sos_list=False),
    )
    assert (wanted.speed, wanted.asks, wanted.tell, wanted.by_text) == (20.0, Asks.AT_ONCE, Tell.NOTHING, False)


def test_what_is_folded_may_be_left_as_it_is() -> None:
    """A form without them asks by text, tells nothing while nothing is wrong, and sets off with her app."""
    folded = ("tell", "asks", "sets_off")

    wanted, _ = read({name: value for name, value in FIELDS.items() if name not in folded}, Frame())

    assert wanted is not None
    assert (wanted.asks, wanted.tell, wanted.by_text) == (Asks.AT_ONCE, Tell.NOTHING, False)


@pytest.mark.parametrize(
    ("field", "value", "asked"),
    [("asks", "by_link", "asks"), ("tell", "arrived", "tell"), ("sets_off", "text", "sets_off")],
)
def test_what_was_chosen_stays_chosen(field: str, value: str, asked: str) -> None:
    """It is asked for, and stands in the form when that comes back."""
    wanted, page = read({**FIELDS, field: value}, Frame())

    assert wanted is not None
    shown = {"asks": page.asks, "tell": page.tells, "sets_off": page.sets_off}[asked]
    assert [one.value for one in shown if one.chosen] == [value]
    assert value in (wanted.asks, wanted.tell, "text" if wanted.by_text else "app")


def test_every_question_is_asked_about_the_sos_list() -> None:
    """Somebody new reads it beside the ticks; all three are ticked unless she unticks one."""
    page = form(Frame())

    assert page.sos_question.startswith("Could this person be, or tell, someone who hurts you?")
    assert all(one.on_sos_list for one in page.contacts)


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
        ("tell", "everything"),
        ("asks", "by_pigeon"),
        ("sets_off", "by_boat"),
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
