"""Try it: the form, the walk on screen, and the PIN's own page."""

import pytest

from service.web.render import Frame
from service.web.try_it import HerPinPage, Way, render_her_pin

from .reading import Sheet
from .states import everything

EVERY = dict(everything())


def test_the_form_sends_what_its_docstring_says() -> None:
    """Somebody trying it can name Anna, three contacts with tiers and ticks, and all that is folded."""
    (form,) = Sheet(EVERY["try"]).forms
    contacts = {f"contact_{n}_{what}" for n in (1, 2, 3) for what in ("name", "tier", "sos")}
    wanted = {"first_name", "destination", "walk", "profile", "speed", "pin", "duress_pin", "nonce"} | contacts
    wanted |= {"tell", "asks", "sets_off"}
    assert form.action == "/try/start"
    assert wanted <= set(form.fields)


def test_a_wrong_answer_is_named_at_its_field_and_the_others_are_kept() -> None:
    """The problem stands above its field, the field points at it, and what else was typed is still there."""
    html = EVERY["try-problems"]
    assert 'id="duress_pin-problem"' in html
    assert 'aria-describedby="duress_pin-problem"' in html
    assert 'value="2581"' in html
    assert 'value="Anna"' in html
    assert 'href="#contact_1_name"' in html


def test_what_is_wrong_is_never_folded_away() -> None:
    """A fold with a wrong answer in it is open; without one all of them are shut."""
    folds = {given["id"]: "open" in given for given in Sheet(EVERY["try-problems"]).given("details")}
    assert folds["fold-pins"]
    assert not folds["fold-walk"]
    assert not [given for given in Sheet(EVERY["try"]).given("details") if "open" in given]


def test_waiting_for_a_yes_names_each_way_to_it() -> None:
    """The link that she sends, with the number to key there; or the phone on which the invitation is."""
    html, words = EVERY["try-waiting"], " ".join(Sheet(EVERY["try-waiting"]).words.split())
    assert 'href="/i/Vt7kQ2mXw9"' in html
    assert 'href="/sandbox/%2B447700900102"' in html
    assert "One YES is enough." in words
    assert "Beth has said YES." in " ".join(Sheet(EVERY["try-yes"]).words.split())


def test_by_text_alone_her_phone_is_where_it_begins() -> None:
    """The form says what to text, and from where; later there is no phone to switch off."""
    assert 'href="/sandbox/%2B447700900123"' in EVERY["try-by-text"]
    assert "WALK 30" in EVERY["try-by-text"]
    assert "/try/phone" not in {form.action for form in Sheet(EVERY["journey-by-text"]).forms}


def test_she_can_answer_a_prompt_four_ways() -> None:
    """The question offers OK, stopping here, another way and help, and sends which question was answered."""
    forms = {form.action: form for form in Sheet(EVERY["journey-prompt"]).forms}
    answer = forms["/try/answer"]
    assert answer.buttons == 4
    assert "prompt" in answer.fields
    values = [given["value"] for given in Sheet(EVERY["journey-prompt"]).given("button") if given.get("name") == "what"]
    assert values == ["ok", "stopping", "another_way", "help"]


@pytest.mark.parametrize("state", ["journey-calm", "journey-prompt", "journey-overdue", "journey-sos"])
def test_every_button_is_there_while_the_journey_is_open(state: str) -> None:
    """Nothing she can press is illegal in any state, so nothing is taken away: SOS, PIN, more time, her phone."""
    sheet = Sheet(EVERY[state])
    assert {"/try/sos", "/try/extend", "/try/pause", "/try/phone"} <= {form.action for form in sheet.forms}
    assert "/try/pin?for=end" in {given["href"] for given in sheet.given("a")}


def test_sos_is_taken_back_only_while_it_can_be() -> None:
    """The way to take an SOS back is offered within its window and gone afterwards."""
    assert '/try/pin?for=sos"' in EVERY["journey-sos"]
    assert '/try/pin?for=sos"' not in EVERY["journey-sos-fired"]


def test_telling_people_is_shown_with_its_proof() -> None:
    """Each message shows every stage with its seconds, and says in words what has not happened or has failed."""
    words = " ".join(Sheet(EVERY["journey-overdue"]).words.split())
    assert "accepted 0.2 s sent 0.6 s delivered 2.1 s answered 96 s" in words
    assert "delivered not yet answered not yet" in words
    assert "undelivered 4.1 s" in words


def test_a_long_night_folds_what_was_told_before() -> None:
    """Eight messages stand there, the rest are one tap away, each with its own fold."""
    sheet = Sheet(EVERY["journey-long"])
    folds = [given["id"] for given in sheet.given("details") if given["id"].startswith("told-")]
    assert "4 before that" in " ".join(sheet.words.split())
    assert folds.index("told-before") == 8
    assert "told-before" not in EVERY["journey-overdue"]


def test_nobody_told_is_said() -> None:
    """An empty list of messages is a sentence, not a gap."""
    assert "Nobody has been told anything" in EVERY["journey-calm"]


def test_a_page_held_still_does_not_look_again() -> None:
    """Holding still takes both the refresh and the script away, and offers to go on."""
    html = EVERY["journey-sos-fired"]
    assert "http-equiv" not in html
    assert "live.js" not in html
    assert "Go on" in html


@pytest.mark.parametrize(
    ("done_m", "total_m", "lit"),
    [(0, 1200, 0), (99, 1200, 0), (600, 1200, 6), (1200, 1200, 12), (1300, 1200, 12), (5, 0, 0)],
)
def test_lamps_are_lit_as_she_passes_them(done_m: float, total_m: float, lit: int) -> None:
    """A lamp is lit when she is past it; beyond the end all are, and a route without length has none."""
    way = Way(done_m=done_m, total_m=total_m, distance="", minutes="")
    assert sum(way.lamps) == lit
    assert len(way.lamps) == 12
    assert way.lamps == tuple(sorted(way.lamps, reverse=True))


def test_a_pin_is_never_written_back() -> None:
    """The PIN's page hides what is typed, stores none of it and hands the purpose through."""
    html = render_her_pin(HerPinPage(frame=Frame(nonce="n"), question="End?", purpose="end", extras={"prompt": "p7"}))
    sheet = Sheet(html)
    (pin,) = [given for given in sheet.given("input") if given.get("name") == "pin"]
    assert pin["type"] == "password"
    assert pin["autocomplete"] == "off"
    assert "value" not in pin
    hidden = {given["name"]: given["value"] for given in sheet.given("input") if given["type"] == "hidden"}
    assert hidden == {"nonce": "n", "for": "end", "prompt": "p7"}
