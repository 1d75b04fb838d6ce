"""The pages that are made from the code."""

from pathlib import Path

import pytest

from service.journey.printed import pages, shown, unlisted

DOCS = Path(__file__).resolve().parents[3] / "docs"


@pytest.mark.parametrize("page", pages())
def test_a_page_says_what_the_code_says(page: str) -> None:
    """Stale? `python -m service.journey.printed`."""
    assert (DOCS / page).read_text(encoding="utf-8") == pages()[page]


def test_every_number_stands_in_a_row() -> None:
    """A new number is given its row."""
    assert unlisted() == set()


def test_numbers_are_shown_with_their_unit() -> None:
    """As a person would say them."""
    assert shown("grace_share", 0.2) == "20 %"
    assert shown("vehicle_mps", 6.0) == "6 m/s"
    assert [shown("x_s", s) for s in (60.0, 90.0, 300.0, 43_200.0)] == ["60 s", "90 s", "5 min", "12 h"]
    assert (shown("x_s", None), shown("answer_needs_pin", True)) == ("never", "yes")
