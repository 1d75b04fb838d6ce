"""Sandbox phones."""

import pytest

from service.web.sandbox import Part, parts_of

from .reading import Sheet
from .states import everything

EVERY = dict(everything())
HOUSE = "http://127.0.0.1:8080"


def test_a_link_of_ours_becomes_a_path() -> None:
    """Beth's text ends in a link; on the page it leads to this house whatever name it was opened under."""
    parts = parts_of(f"Reply 42. {HOUSE}/c/Vt7k-Q2_w", HOUSE)
    assert parts == (Part(text="Reply 42. "), Part(text=f"{HOUSE}/c/Vt7k-Q2_w", href="/c/Vt7k-Q2_w"))


def test_a_full_stop_after_a_link_is_not_part_of_it() -> None:
    """The sentence goes on after the link."""
    parts = parts_of(f"See {HOUSE}/c/ab. Thank you.", f"{HOUSE}/")
    assert [part.href for part in parts] == ["", "/c/ab", ""]
    assert parts[-1].text == ". Thank you."


@pytest.mark.parametrize(
    "text", ["", "YES", "http://127.0.0.1:80801/c/ab", "https://elsewhere.example/c/ab", "javascript:alert(1)", HOUSE]
)
def test_every_other_address_stays_text(text: str) -> None:
    """Words, other hosts, other schemes and a bare house are text, kept letter by letter."""
    assert parts_of(text, HOUSE) == (Part(text=text),)


def test_a_link_cannot_smuggle_another_host() -> None:
    """Two slashes after the house do not become the start of an address elsewhere."""
    hrefs = [part.href for part in parts_of(f"{HOUSE}//elsewhere.example/x", HOUSE)]
    assert hrefs == ["/elsewhere.example/x"]


def test_nothing_typed_is_lost() -> None:
    """Joined again, the parts are the text."""
    text = f"a {HOUSE}/c/x b {HOUSE}/c/y. c"
    assert "".join(part.text for part in parts_of(text, HOUSE)) == text


def test_a_ringing_phone_can_be_taken_or_declined() -> None:
    """Two buttons while it rings; keys and hanging up only once it is taken."""
    ringing, taken = Sheet(EVERY["thread-ringing"]), Sheet(EVERY["thread-call"])
    pressed = [given["value"] for given in ringing.given("button") if given.get("name") == "do"]
    assert pressed == ["take", "decline"]
    keys = [given["value"] for given in taken.given("button") if given.get("name") == "digits"]
    assert keys == list("123456789*0#")
    assert [given["value"] for given in taken.given("button") if given.get("name") == "do"] == ["hang_up"]


def test_a_phone_has_five_behaviours_and_says_which_it_has() -> None:
    """On, off, asleep, delayed and opted out; the chosen one is marked in a way a screen reader tells too."""
    buttons = [given for given in Sheet(EVERY["thread-call"]).given("button") if given.get("name") == "behaviour"]
    assert [given["value"] for given in buttons] == ["on", "off", "asleep", "delayed", "opted-out"]
    assert [given["value"] for given in buttons if given["aria-pressed"] == "true"] == ["asleep"]


def test_quick_replies_are_sent_like_any_reply() -> None:
    """One tap each, and they change with what was last asked without eating what is being typed."""
    sheet = Sheet(EVERY["thread"])
    assert [form.action for form in sheet.forms if form.buttons == 3] == ["/sandbox/+447700900101/reply"]
    assert [given["value"] for given in sheet.given("button") if given.get("name") == "text"] == [
        "42",
        "42 NO",
        "SAFE?",
    ]
    assert "quick" in {given["id"] for _, given in sheet.tags if "data-live" in given}


def test_the_reply_is_not_refreshed_away() -> None:
    """Without scripts the thread never reloads by itself; it offers to look again."""
    assert "http-equiv" not in EVERY["thread"]
    assert "Look again" in EVERY["thread"]


def test_a_number_in_a_path_is_quoted() -> None:
    """A phone's address survives the plus of its number, whichever way a server reads it."""
    hrefs = {given["href"] for given in Sheet(EVERY["sandbox"]).given("a")}
    assert "/sandbox/%2B447700900101" in hrefs
