"""Tests of a call as a reader follows it."""

from service.demo.conversation import Turn, turns
from service.demo.provider.phones import ShownCall

from .paper import NOON, a_call


def _said(*words: str) -> ShownCall:
    call = a_call(NOON, by="machine")
    call.said = [(NOON + 10.0 * n, sentence) for n, sentence in enumerate(words)]
    return call


def test_what_was_said_and_keyed_stands_in_turns() -> None:
    """The alert, a key in the middle of it, the thanks."""
    call = a_call(NOON, keys="1", words="Anna has not arrived.")
    call.said.append((NOON + 30.0, "Thank you."))
    assert turns(call, {}) == [Turn("Anna has not arrived."), Turn("1", keyed=True), Turn("Thank you.")]


def test_words_said_again_stand_there_once() -> None:
    """A mailbox hears the alert three times, the last one as of a minute later."""
    first, second = "No answer as of 23:00.", "No answer as of 23:01."
    twice, thrice = turns(_said(first, first), {}), turns(_said(first, first, second, "Goodbye."), {})
    assert [(turn.words, turn.often) for turn in twice] == [(first, "twice")]
    assert [(turn.words, turn.often) for turn in thrice] == [
        (first, "3 times, at last as of 23:01"),
        ("Goodbye.", ""),
    ]


def test_keys_are_told_by_what_they_mean() -> None:
    """Nobody reads her PIN from a page."""
    call = a_call(NOON, keys="*07700900180#")
    call.pressed += [(NOON + 50.0, key) for key in "4821#"]
    call.said = [(NOON + 40.0, "Key your PIN, then hash.")]
    known = {"4821": "her PIN", "07700900180": "her number"}
    assert [turn.words for turn in turns(call, known)] == [
        "star, her number, hash",
        "Key your PIN, then hash.",
        "her PIN, hash",
    ]


def test_a_call_that_nobody_took_has_no_words() -> None:
    """Nor has one that is not known yet."""
    assert turns(a_call(NOON, by=""), {}) == turns(None, {}) == []
