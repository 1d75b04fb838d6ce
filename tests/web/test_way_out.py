"""The way out by hand, on whatever phone is at hand."""

from service.web.render import Frame
from service.web.way_out import WayOutDonePage, WayOutPage, render_way_out, render_way_out_done

from .reading import Sheet
from .states import everything

EVERY = dict(everything())


def test_one_form_asks_for_the_number_and_the_pin() -> None:
    """And nothing is kept by the phone it is typed on."""
    [form] = Sheet(EVERY["way-out"]).forms
    typed = {given["name"]: given for given in Sheet(EVERY["way-out"]).given("input") if given["type"] != "hidden"}

    assert (form.method, form.action, set(typed)) == ("post", "/safe", {"number", "pin"})
    assert {given["autocomplete"] for given in typed.values()} == {"off"}
    assert typed["pin"]["type"] == "password"


def test_what_was_wrong_is_said_at_its_field_and_the_pin_is_never_given_back() -> None:
    """The number is: it was long to type."""
    page = WayOutPage(frame=Frame(nonce="n"), number="07700 900123", problems={"pin": "That is not it. Try again."})
    html = render_way_out(page)
    number, pin = [given for given in Sheet(html).given("input") if given["type"] != "hidden"]

    assert number["value"] == "07700 900123"
    assert "value" not in pin
    assert pin["aria-describedby"] == "pin-problem"
    assert "autofocus" in pin
    assert "autofocus" not in number


def test_whoever_looks_on_reads_nothing_of_what_it_is_about() -> None:
    """A neutral title, no word of an alarm, and the way off the page."""
    for state in ("way-out", "way-out-again", "way-out-done"):
        words = Sheet(EVERY[state]).words.lower()
        assert not any(word in words for word in ("alarm", "sos", "danger", "duress", "forced", "missing"))
        assert "<title>Lamplit</title>" in EVERY[state]
        assert [given["href"] for given in Sheet(EVERY[state]).given("a") if "data-exit" in given] == ["/exit"]


def test_after_a_pin_the_page_depends_on_nothing_but_the_time() -> None:
    """Either PIN, something open or nothing: the page has no room for a difference."""
    page = WayOutDonePage(frame=Frame(), clock="23:51")

    assert set(page.__dataclass_fields__) == {"frame", "clock"}
    assert "Your PIN was taken at 23:51." in Sheet(render_way_out_done(page)).words
