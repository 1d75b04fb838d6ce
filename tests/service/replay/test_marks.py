"""What has a number on the drawing, and when her phone was not heard."""

from service.replay.marks import marks, numbered, silences
from service.replay.run import Setup, replayed
from service.replay.trace import ZERO_AT
from tests.service.replay.walking import STREET, lived, parallel, straight, trace


def test_a_question_and_what_came_of_it_are_numbered_in_order() -> None:
    """She is asked, and her contact is told; each stands where she was then."""
    asked, told = marks(lived(parallel(), Setup(wait_s=200.0)).steps)

    assert [(asked.number, asked.kind), (told.number, told.kind)] == [(1, "asked"), (2, "told")]
    assert asked.seen is not None
    assert asked.seen.astray_m is not None
    assert told.seen is not None
    assert told.at > asked.at


def test_an_ordinary_walk_has_none_but_her_arrival() -> None:
    """Nothing else deserves one."""
    assert marks(lived(straight(600.0)).steps) == ()


def test_silence_lasts_from_when_it_was_noticed_until_she_is_heard() -> None:
    """Also to the end, where she is never heard again."""
    spots = [*straight(130.0), *straight(260.0, from_m=130.0, from_s=400.0)]
    steps = replayed(trace(spots, silent=True), STREET, Setup(heard=False, wait_s=300.0)).steps

    assert [(a - ZERO_AT, b - ZERO_AT) for a, b in silences(steps)] == [(160.0, 400.0), (560.0, 680.0)]
    assert silences(lived(spots).steps) == ()


def test_a_number_is_a_disc_in_the_colour_of_what_it_is() -> None:
    """Amber where she was asked."""
    first = marks(lived(parallel()).steps)[0]

    assert 'class="mark asked"' in numbered(first, 10.0, 20.0)
    assert ">1</text>" in numbered(first, 10.0, 20.0)
