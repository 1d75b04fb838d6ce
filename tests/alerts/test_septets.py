"""Measuring and shortening."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.septets import encodable, gsm7, plain, segments, septets, shorten


def test_extension_characters_cost_two() -> None:
    """A euro sign or a bracket needs an escape before it."""
    assert septets("abc") == 3
    assert septets("€[x]") == 7
    assert septets("à Ñ ü _ @") == 9


@pytest.mark.parametrize(("length", "parts"), [(0, 1), (160, 1), (161, 2), (306, 2), (307, 3)])
def test_one_part_holds_160_and_each_of_several_153(length: int, parts: int) -> None:
    """The header of a longer text takes seven septets of each part."""
    assert segments("x" * length) == parts


def test_an_escape_pair_is_never_split_over_two_parts() -> None:
    """A euro sign at the seam moves whole into the next part, and its septet is lost."""
    assert segments("x" * 152 + "€" + "x" * 152) == 3
    assert segments("x" * 151 + "€" + "x" * 153) == 2


def test_what_the_alphabet_lacks_is_named() -> None:
    """A no-break space is an error that shows itself, since it looks like nothing."""
    with pytest.raises(ValueError, match=r"outside GSM 03\.38: '\\xa0'"):
        septets("a\xa0b")


@given(st.text(max_size=200))
def test_everything_can_be_spelled_in_the_alphabet(text: str) -> None:
    """No text, however strange, is left outside the alphabet; what fits already is not touched."""
    spelled = gsm7(text)
    assert encodable(spelled)
    assert gsm7(spelled) == spelled
    assert not encodable(text) or spelled == text


@given(st.text(max_size=100), st.integers(0, 60))
def test_a_part_somebody_chose_is_one_short_line(text: str, most: int) -> None:
    """A name or place keeps to its room and holds neither a line break nor anything a phone makes a link of."""
    part = plain(text, most)
    assert septets(part) <= most
    assert not set(part) & set("\n\r/\\:@#<>")
    assert part == part.strip()


def test_shortening_prefers_whole_words() -> None:
    """A street keeps its name and loses the town."""
    assert shorten("High St, Rochester", 12) == "High St"
    assert shorten("High St, Rochester", 30) == "High St, Rochester"
    assert shorten("Wolfeschlegelsteinhausen", 8) == "Wolfesch"
