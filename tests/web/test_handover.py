"""The sheet for the police."""

from service.web.handover import HandoverPage, Line, Moment, render_handover
from service.web.render import STATIC_DIR, Frame

from .reading import Sheet
from .states_contact import handover_states

EVERY = dict(handover_states("Anna", "Beth"))


def _words(state: str) -> str:
    return " ".join(Sheet(EVERY[state]).words.split())


def test_every_instant_stands_on_both_clocks() -> None:
    """What happened and where she was: UTC beside local time, as the police's own records are."""
    heads = Sheet(EVERY["handover"]).given("th")
    assert len(heads) == 8
    assert "UTC" in _words("handover")
    assert "<td>23:28:04</td><td>23:28:04</td><td>51.38912</td><td>0.50441</td><td>12 m</td>" in EVERY["handover"]


def test_the_place_is_put_on_it_by_a_tap() -> None:
    """Before, there is a button and no position."""
    (form,) = Sheet(EVERY["handover-before"]).forms
    assert form.action == "/c/Vt7kQ2mXw9/see"
    assert {"nonce", "on"} <= set(form.fields)
    assert "51.38" not in EVERY["handover-before"]
    assert Sheet(EVERY["handover"]).forms == []


def test_under_duress_the_warning_stands_above_everything() -> None:
    """And in the text that is copied."""
    words = _words("handover-duress")
    assert words.index("Do NOT ring") < words.index("Who Known as")
    assert words.count("Do NOT ring or text her phone.") == 2


def test_no_number_on_it_is_a_link() -> None:
    """The sheet is read by several people; none of them rings her by touching it."""
    assert "tel:" not in EVERY["handover"]


def test_the_text_has_all_of_the_sheet() -> None:
    """What is copied says what is printed."""
    page = HandoverPage(
        frame=Frame(),
        here="/c/x/handover",
        back="/c/x",
        her="Anna Kessler",
        reference="K742",
        what="Anna has not arrived and does not answer.",
        date="Saturday 1 August 2026",
        zone="BST",
        made=Moment(utc="22:52:10", local="23:52:10"),
        made_by="olga, operator",
        person=(("Phone", "07700 900123"),),
        happened=(Line(when=Moment(utc="22:00:00", local="23:00:00"), words="She set off"),),
        police=("3107: told at 23:50 by Beth, not confirmed",),
        note="Her phone has not told us a place.",
    )
    assert page.text == (
        "MISSING PERSON: Anna Kessler\n"
        "Lamplit reference K742. Anna has not arrived and does not answer.\n\n"
        "Phone: 07700 900123\n\n"
        "Her phone has not told us a place.\n\n"
        "What happened, Saturday 1 August 2026 (UTC / BST)\n"
        "22:00:00 / 23:00:00  She set off\n\n"
        "Police references\n"
        "3107: told at 23:50 by Beth, not confirmed\n\n"
        "Made at 22:52:10 UTC (23:52:10 BST), Saturday 1 August 2026, by olga, operator."
    )
    assert "MISSING PERSON: Anna Kessler" in render_handover(page)


def test_paper_gets_one_side_of_a4_without_buttons() -> None:
    """What cannot be pressed on paper is not printed."""
    css = (STATIC_DIR / "handover.css").read_text()
    print_rules = css[css.index("@media print") :]
    assert "A4 portrait" in print_rules
    for gone in (".top", "form", "footer", ".copy", ".sandbox-bar"):
        assert gone in print_rules[: print_rules.index("display: none")]
