"""The contact's page: Beth at two in the morning."""

import pytest

from service.web.contact import ContactPage, ContactPinDonePage, render_contact, render_contact_pin_done
from service.web.render import Frame

from .reading import Sheet
from .states import everything

EVERY = dict(everything())
OPEN = [
    "contact-concern",
    "contact-concern-looks",
    "contact-overdue",
    "contact-overdue-forced",
    "contact-overdue-before",
    "contact-overdue-unwritten",
    "contact-placeless",
    "contact-mine",
    "contact-other-has-it",
    "contact-nobody",
    "contact-sos",
    "contact-duress",
]


def _words(state: str) -> str:
    return " ".join(Sheet(EVERY[state]).words.split())


@pytest.mark.parametrize("state", OPEN)
def test_every_open_state_offers_every_answer(state: str) -> None:
    """Whatever is open, Beth can say spoken, with me, can't and police; and take it unless she has it."""
    sheet = Sheet(EVERY[state])
    values = {given["value"] for given in sheet.given("button") if given.get("name") == "what"}
    assert values == {"spoken", "with_me", "cannot"} | (set() if state == "contact-mine" else {"taking"})
    assert "/c/Vt7kQ2mXw9/police" in {given["href"].partition("?")[0] for given in sheet.given("a")}


@pytest.mark.parametrize("state", OPEN)
def test_every_open_state_says_who_acts(state: str) -> None:
    """It says that we have not called the police, and gives the script: missing person, no 24 hours, from abroad."""
    words = _words(state)
    assert "We have NOT called the police." in words
    assert "I want to report a missing person." in words
    assert "You need not wait 24 hours." in words
    assert "You are abroad, where 999 does not reach them? Ring the police here: +44 1632 960999" in words


def test_who_has_not_said_yes_reads_what_to_do_and_has_nothing_to_press() -> None:
    """One text in an SOS, to a stranger: 999 and the script, no place, no buttons that would mean nothing."""
    words = _words("contact-sos-invited")
    assert "Dial 999 now" in words
    assert "I want to report a missing person." in words
    assert "Where she is" not in words
    assert Sheet(EVERY["contact-sos-invited"]).forms == []


@pytest.mark.parametrize("state", ["contact-watching", "contact-concern", "contact-overdue-before"])
def test_a_link_alone_shows_no_place(state: str) -> None:
    """Programs fetch links: before the tap there is a button, and nothing of a place, in the script neither."""
    sheet = Sheet(EVERY[state])
    assert "/c/Vt7kQ2mXw9/see" in {form.action for form in sheet.forms}
    assert "High St" not in EVERY[state]
    assert "51.38" not in EVERY[state]
    assert "Anna can read later that you looked" in _words(state)


@pytest.mark.parametrize("state", ["contact-watching-looks", "contact-overdue", "contact-concern-looks"])
def test_after_the_tap_the_place_is_there(state: str) -> None:
    """With its age; at a concern the street and no more. Nothing is left to tap for it."""
    words = _words(state)
    assert "near High St, Rochester" in words
    assert ("51.38912" in words) == (state != "contact-concern-looks")
    assert "/c/Vt7kQ2mXw9/see" not in {form.action for form in Sheet(EVERY[state]).forms}


def test_a_look_that_cannot_be_kept_is_said_and_can_be_tried_again() -> None:
    """Everything else of the page is there."""
    words = _words("contact-overdue-unwritten")
    assert "Her place cannot be shown at this moment." in words
    assert "Show where she is" in words
    assert "I’m on it" in words


def test_whom_she_never_shows_her_place_is_not_reminded_of_it() -> None:
    """No section, no word about it; the script says when her phone was last seen, and not where."""
    words = _words("contact-placeless")
    assert "Where she is" not in words
    assert "On her way to" not in words
    assert "Her phone was last seen at 23:28." in words


def test_walking_with_her_ends_without_a_word() -> None:
    """The page says so beforehand, so that nobody is frightened or asks her why."""
    words = _words("contact-watching")
    assert "It ends when she ends it, without a word to you" in words
    assert "battery 9%" in words


def test_her_card_and_the_sheet_are_there_when_they_are_open() -> None:
    """At L3 the page has what she wrote down, the script says it, and the sheet for the police is one tap away."""
    words = _words("contact-nobody")
    assert "Anna Kessler" in words
    assert "About her health: asthma." in words
    assert "/c/Vt7kQ2mXw9/handover?see=1.x" in {given["href"] for given in Sheet(EVERY["contact-nobody"]).given("a")}
    assert "/handover" not in EVERY["contact-overdue"]


@pytest.mark.parametrize(
    "state", ["contact-nothing", "contact-quiet", "contact-closed", "contact-arrived", "contact-gone"]
)
def test_no_other_state_shows_a_place_or_a_script(state: str) -> None:
    """Nothing wrong, or over: no place, no battery, no script, nothing to press."""
    words = _words(state)
    assert "High St" not in words
    assert "battery" not in words.lower()
    assert "missing person" not in words
    assert Sheet(EVERY[state]).forms == []


def test_under_duress_nobody_is_led_to_ring_her() -> None:
    """The page says not to ring, and has no link that would."""
    assert "Do not ring or text her phone." in _words("contact-duress")
    links = {given["href"] for given in Sheet(EVERY["contact-duress"]).given("a")}
    assert {link for link in links if link.startswith("tel:")} == {"tel:999", "tel:+441632960999"}


def test_under_duress_her_number_is_kept_back_even_when_handed_over() -> None:
    """A number filled in by mistake is not shown."""
    page = ContactPage(
        frame=Frame(),
        here="/c/x",
        her="Anna",
        state="duress",
        headline="Anna may be forced.",
        as_of="1",
        her_number="07700 900123",
    )
    assert "900123" not in render_contact(page)


def test_the_sandbox_never_links_to_999() -> None:
    """Somebody trying it out cannot ring the emergency services, or a police force, with one tap."""
    links = {given["href"] for given in Sheet(EVERY["contact-sandbox"]).given("a")}
    assert not [link for link in links if link.startswith("tel:") and "900123" not in link]
    assert "tel:999" in {given["href"] for given in Sheet(EVERY["contact-overdue"]).given("a")}


def test_an_answer_promises_only_what_it_brings() -> None:
    """In an SOS, taking it does not stop the calls to others, and the button says so."""
    assert "we stop ringing the others for a while" in _words("contact-overdue")
    for state in ("contact-sos", "contact-duress", "contact-concern"):
        assert "we stop ringing the others" not in _words(state)
    assert "we stop ringing you, and go on ringing the others" in _words("contact-sos")


def test_a_closed_page_still_says_to_speak_to_her() -> None:
    """A PIN was given; that is all that is known."""
    words = _words("contact-closed")
    assert "Do speak to her." in words
    assert "PIN was given at 23:51" in words


@pytest.mark.parametrize("state", sorted(name for name in EVERY if name.startswith("contact-")))
def test_the_way_out_is_always_there_and_the_history_tells_little(state: str) -> None:
    """Every page of a contact has the exit, admits that the history may remain, and has a title without her name."""
    sheet = Sheet(EVERY[state])
    (exit_link,) = [given for given in sheet.given("a") if "data-exit" in given]
    assert exit_link["href"] == "/exit"
    assert "noreferrer" in exit_link["rel"]
    assert "history may still list it" in _words(state)
    assert "<title>Lamplit</title>" in EVERY[state]


def test_after_a_pin_the_page_depends_on_nothing_but_her_name_and_the_time() -> None:
    """The true PIN and the duress PIN get the same bytes: the page has no room for a difference."""
    page = ContactPinDonePage(frame=Frame(), here="/c/x", her="Anna", clock="23:51")
    assert {"frame", "here", "her", "clock"} == set(page.__dataclass_fields__)
    assert "Thank you, Anna." in render_contact_pin_done(page)


def test_what_is_pressed_keeps_a_shown_place_shown() -> None:
    """The seal travels with the answer and through the page for the police's number."""
    (police,) = Sheet(EVERY["contact-police"]).forms
    assert "see" in police.fields
    assert "see" in Sheet(EVERY["contact-overdue"]).forms[0].fields
    assert all("see" not in form.fields for form in Sheet(EVERY["contact-overdue-before"]).forms)


def test_typing_has_its_own_pages() -> None:
    """The page that looks again has nothing to type in; PIN and police number have their own."""
    fields = Sheet(EVERY["contact-overdue"]).given("input")
    assert [(given["type"], given["name"]) for given in fields] == [("hidden", "nonce"), ("hidden", "see")]
    (police,) = Sheet(EVERY["contact-police"]).forms
    assert police.action == "/c/Vt7kQ2mXw9/answer"
    assert {"what", "police_number"} <= set(police.fields)
    (pin,) = Sheet(EVERY["contact-pin"]).forms
    assert pin.action == "/c/Vt7kQ2mXw9/pin"
    assert "pin" in pin.fields
