"""What docs/sms.md says of texts is what the code makes of them."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from alerts.alphabet import GSM, UCS2
from alerts.ladder import Said
from alerts.message import LANGUAGES
from alerts.receipts import carrier_word
from alerts.replies_en import MOST_MINUTES, REPLIES
from service.texts import replying, their_texts
from service.texts.words import HerWord, asks_safe, hers, is_leave, is_never, is_yes, theirs
from tests.alerts.test_replies_en import ANSWERS

PAGE = (Path(__file__).resolve().parent.parent / "docs/sms.md").read_text(encoding="utf-8")


def rows(heading: str) -> Iterator[tuple[list[str], str]]:
    """The texts and the second column of each row of a section's tables."""
    section = PAGE.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    for line in section.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split(" | ")]
        texts = re.findall(r"`([^`]+)`", cells[0])
        if line.startswith("|") and texts:
            yield texts, cells[1]


HER_ROWS = (HerWord.WALK, HerWord.OK, HerWord.OK, HerWord.MORE, HerWord.HOME, HerWord.HELP)
THEIR_ROWS = (Said.TAKEN, Said.CANT, Said.WITH_HER, Said.POLICE, Said.SPOKEN, Said.SEEN)


@pytest.mark.parametrize(("row", "word"), list(enumerate(HER_ROWS)))
def test_every_text_of_hers_on_the_page_means_what_its_row_says(row: int, word: HerWord) -> None:
    """All examples of a row are the same word, proved ones with the PIN."""
    texts, _ = list(rows("Hers"))[row]
    for text in texts:
        meant = hers(text)
        assert meant is not None, text
        assert meant.word is word, text
        assert (meant.pin == "2468") is ("2468" in text or "24 68" in text), text


@pytest.mark.parametrize(("row", "said"), list(enumerate(THEIR_ROWS)))
def test_every_text_of_theirs_on_the_page_means_what_its_row_says(row: int, said: Said) -> None:
    """In an alert with the digits 42; the last row is what is only seen."""
    texts, _ = list(rows("Theirs"))[row]
    for text in texts:
        meant = theirs(text, {"42"})
        assert (meant.said, meant.clear) == (said, said is not Said.SEEN), text
        assert meant.police_number == ("3107" if said is Said.POLICE else ""), text


def test_the_words_about_themselves() -> None:
    """YES, SAFE?, LEAVE, NEVER, each with its other spellings."""
    means = (is_yes, asks_safe, is_leave, is_never)
    for (texts, _), meant in zip(list(rows("Theirs"))[len(THEIR_ROWS) :], means, strict=True):
        for text in texts:
            assert [f(text) for f in means] == [f is meant for f in means], text


def test_every_answer_is_on_the_page() -> None:
    """Word for word, at least once each."""
    missing = [
        name
        for name in REPLIES
        if not any(f'"{text}"' in PAGE for of, _, text in ANSWERS if of == name) and name != "walk_busy"
    ]
    assert missing == []
    assert '"Not begun: one is under way until 23:55.' in PAGE


def test_the_numbers_are_those_of_the_code() -> None:
    """How often a number is answered, for how long, and how much fits."""
    for words in (
        f"| {replying.MOST_TO_A_CONTACT} an hour |",
        f"| {replying.MOST_TO_HER} an hour, counted apart |",
        f"| not again within {their_texts.AGAIN_S / 60:.0f} minutes |",
        f"| within {their_texts.OVER_S / 86_400:.0f} days |",
        f"1 to {MOST_MINUTES} minutes",
        f"{GSM.most} septets",
        f"{UCS2.most}\nunits",
    ):
        assert words in PAGE, words
    assert f"(`{LANGUAGES[1]}`)" in PAGE
    assert len(LANGUAGES) == 2


def test_the_carriers_words_are_all_named() -> None:
    """Each of them is one; none of ours is among them."""
    named = re.findall(r"`([A-Z]+)`", PAGE.partition("## The carrier's words")[2].partition("\n- ")[0])
    assert [word for word in named if carrier_word(word) == ""] == []
    assert {carrier_word(word) for word in ("HELP", "HOME", "WALK 30", "LEAVE", "NEVER", "CANT", "42")} == {""}
