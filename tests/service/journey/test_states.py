"""The states and their words."""

from service.journey.states import WORSE, Cause, Progress


def test_duress_is_the_worst_and_a_stall_the_least() -> None:
    """The order of causes is the order of their enum."""
    assert sorted(Cause, key=lambda c: WORSE[c]) == list(Cause)
    assert (min(Cause, key=WORSE.__getitem__), max(Cause, key=WORSE.__getitem__)) == (Cause.STALLED, Cause.DURESS)


def test_states_are_the_words_on_the_wire() -> None:
    """What is stored and shown is the plain word."""
    assert f"{Progress.ON_ROUTE}" == "on_route"
