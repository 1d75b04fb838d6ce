"""Measuring and shortening."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.septets import encodable, gsm7, plain, segments, septets, shorten, units


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


@pytest.mark.parametrize(
    ("text", "parts"),
    [("ą" * 70, 1), ("ą" * 71, 2), ("ą" * 134, 2), ("ą" * 135, 3), ("ą" * 268, 4), ("ą" * 269, 5), ("ą" + "a" * 69, 1)],
)
def test_one_letter_outside_the_alphabet_and_a_part_holds_70_or_67(text: str, parts: int) -> None:
    """The header of a longer text takes three units of each part."""
    assert segments(text) == parts


def test_a_surrogate_pair_is_two_units_and_never_split_over_two_parts() -> None:
    """An emoji at the seam moves whole into the next part, and its unit is lost."""
    assert units("aą😀") == 4
    assert segments("ą" * 68 + "😀") == 1
    assert segments("ą" * 65 + "😀" + "ą" * 67) == 2
    assert segments("ą" * 66 + "😀" + "ą" * 66) == 3


def test_pictures_are_left_out_and_letters_in_circles_are_letters() -> None:
    """A name is what can be read aloud."""
    assert plain("Anna 🌸👩‍🚀🏳️‍🌈", 24) == "Anna"
    assert plain("ⒶⓃⓃⒶ", 24) == "ANNA"
    assert plain("4️⃣2️⃣", 24) == "42"


def test_a_script_without_capitals_gets_one() -> None:
    """שרה is spelled by its consonants; what she typed small stays small."""
    assert plain("שרה", 24) == "Srh"
    assert plain("anna", 24) == "anna"
