"""One standalone page: no script, no request, nothing beside it."""

from xml.etree import ElementTree

import pytest

from service.replay.page import page_of
from service.replay.run import Replay, Setup
from service.replay.told import all_decisions
from tests.service.replay.walking import STREET, lived, parallel, rested, straight


def read(page: str) -> ElementTree.Element:
    return ElementTree.fromstring(page.removeprefix("<!DOCTYPE html>\n"))


def told(page: str) -> str:
    return " ".join(" ".join(read(page).itertext()).split())


@pytest.fixture(scope="module")
def night() -> Replay:
    """She takes the next street; her contact is told."""
    return lived(parallel(), Setup(wait_s=200.0))


def test_it_stands_alone(night: Replay) -> None:
    """It can be sent to somebody and opened anywhere: every tag is closed, and it asks for nothing."""
    page = page_of(night, "tonight.csv", ["8 m is assumed"])
    root = read(page)

    assert root.tag == "html"
    assert "http" not in page
    assert "<script" not in page
    assert not [one for one in root.iter() if one.get("src") or one.get("href")]


def test_every_question_is_on_it_with_its_reason(night: Replay) -> None:
    """The numbers in the list are those of the drawings."""
    words = told(page_of(night, "tonight.csv", []))

    for one in all_decisions(night):
        assert one.words in words
        assert one.why in words
    assert "She would be asked once, others would be told once; she does not arrive." in words


def test_it_is_drawn_for_a_phone_too(night: Replay) -> None:
    """A drawing that is scaled down cannot be read: there is one for each width."""
    widths = [one.get("width") for one in read(page_of(night, "tonight.csv", [])).iter("svg")]

    assert widths == ["960", "358", "960", "358"]


def test_a_doubt_stands_before_everything_else() -> None:
    """Whoever gave the route the wrong way round need read no further."""
    words = told(page_of(lived(straight(13.0, from_m=1200.0)), "back.csv", []))

    assert words.index("is it the other way round?") < words.index("Where she was")


def test_names_of_files_are_text(night: Replay) -> None:
    """Whatever somebody calls a file."""
    page = page_of(night, "<b>&.csv", ["<i>"])

    assert "<b>&.csv" in told(page)
    assert "<i>" not in page


def test_a_walk_on_which_nothing_followed_says_so() -> None:
    """And one of which nothing could be judged draws nothing."""
    assert "she went her way, and nobody was asked anything" in told(
        page_of(Replay(lived(straight(260.0)).plan, lived(straight(260.0)).steps[1:]), "w", [])
    )
    assert "nothing to draw" in told(page_of(Replay(lived(rested()).plan, ()), "w", []))
    assert STREET.length_m > 0
