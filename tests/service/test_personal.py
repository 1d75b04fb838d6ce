"""Names and places that do not show themselves."""

from service.personal import Name, Position


def test_a_name_is_a_name_to_a_page_and_a_letter_to_a_log() -> None:
    """Pages and messages use it as a string; its repr tells one letter."""
    anna = Name("Anna")

    assert f"{anna} has not arrived" == "Anna has not arrived"
    assert repr(anna) == "Name('A…')"
    assert repr({"who": anna}) == "{'who': Name('A…')}"


def test_an_empty_name_has_nothing_to_show() -> None:
    """Somebody who gave no name is not an error."""
    assert Name("").masked == "…"


def test_a_place_tells_nothing_in_a_repr() -> None:
    """Even a rounded position names a street; the numbers are there for those who ask for them."""
    home = Position(51.38812, 0.50432)

    assert repr([home]) == "[Position(…)]"
    assert (home.lat, home.lon) == (51.38812, 0.50432)
