"""What is folded on her phone, and the pages behind it."""

from .reading import Sheet
from .states import everything

EVERY = dict(everything())


def test_company_is_one_tap_for_each_person() -> None:
    """Beth looks on and can be let go, the operators can be asked; each is a form of its own, without a tick."""
    sheet = Sheet(EVERY["journey-calm"])
    forms = [form for form in sheet.forms if form.action == "/try/company"]
    pressed = [given["value"] for given in sheet.given("button") if given.get("name") == "do"]
    assert [form.fields for form in forms] == [["nonce", "who", "do"]] * 2
    assert pressed[:2] == ["end", "ask"]
    assert "Beth may see where you are" in " ".join(sheet.words.split())


def test_what_is_typed_has_a_page_of_its_own() -> None:
    """The page that looks again by itself only leads there: to the PIN, the card, the invitation."""
    links = {given["href"] for given in Sheet(EVERY["journey-calm"]).given("a")}
    assert {"/try/card", "/try/invite", "/try/history", "/try/pin?for=sos_list&who=b1&what=off"} <= links


def test_an_invitation_leads_to_its_page_and_to_the_phone_that_is_lent() -> None:
    """One that went by text has no link."""
    html = EVERY["journey-calm"]
    assert 'href="/i/Vt7kQ2mXw9"' in html
    assert 'href="/sandbox/%2B447700900104"' in html
    assert "Asked by text." in html


def test_without_company_to_ask_for_there_is_no_fold_for_it() -> None:
    """A walk that has ended is nobody's to look on."""
    assert 'id="company"' not in EVERY["journey-ended"]
    assert 'id="looks"' in EVERY["journey-ended"]


def test_her_phone_alone_is_nothing_but_her_phone() -> None:
    """No play, no truth behind it."""
    html = EVERY["journey-alone"]
    assert 'id="phone"' in html
    assert 'id="behind"' not in html
    assert "Her phone dies" not in html


def test_without_scripts_she_is_told_to_hold_the_page_still() -> None:
    """What is unfolded would fold shut at the next look."""
    html = EVERY["journey-calm"]
    assert "<noscript><p" in html
    assert "folds shut" in html
    assert "folds shut" not in EVERY["journey-sos-fired"]


def test_a_card_that_comes_back_points_at_what_was_wrong() -> None:
    """At its field, and what was typed is still there; the PIN is never written back."""
    sheet = Sheet(EVERY["her-card-again"])
    wrong = [given["name"] for tag, given in sheet.tags if tag in ("input", "textarea") and "aria-invalid" in given]
    assert wrong == ["medical", "pin"]
    assert not [given for given in sheet.given("input") if given.get("name") == "pin" and "value" in given]
    assert [given for given in Sheet(EVERY["her-invite-again"]).given("input") if given.get("value") == "Beth"]


def test_the_morning_after_says_who_looked_or_that_nobody_did() -> None:
    """And leads to everything as one file, behind her PIN."""
    html = EVERY["her-history"]
    assert "Nobody looked at where you were." in html
    assert "23:44–23:46" in html
    assert "/try/pin?for=export" in html
    assert "No journey yet." in EVERY["her-history-empty"]
