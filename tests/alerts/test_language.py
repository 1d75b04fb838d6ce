"""Languages."""

from alerts.language import ENGLISH
from alerts.words_pl import POLISH


def test_a_language_has_an_alphabet_a_week_and_words_of_its_own() -> None:
    """English travels in GSM, Polish in UCS-2; ours stand in for what nobody told us."""
    assert (ENGLISH.tag, ENGLISH.alphabet.most_parts, ENGLISH.days[4]) == ("en", 2, "Fri")
    assert (POLISH.tag, POLISH.alphabet.most_parts, POLISH.days[4]) == ("pl", 4, "pt.")
    assert ENGLISH.own_words == ("A friend", "Another contact", "her destination")
