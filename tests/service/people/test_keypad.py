"""A call to our number, key by key."""

import pytest

from alerts.spoken import way_out
from service.people.keypad import MOST_TRIES, Call, Say, Step, Tries, judged, keyed, picked_up, replayed

HERS = "+447700900123"


@pytest.mark.parametrize(
    ("own", "keys", "says", "tries"),
    [
        ("", "", Say.NUMBER, None),
        ("", "07700900123#", Say.PIN, None),
        ("", "07700900123#2468#", None, Tries("07700900123", "2468")),
        (HERS, "", Say.OWN_PIN, None),
        (HERS, "2468#", None, Tries(HERS, "2468")),
        (HERS, "*", Say.NUMBER, None),
        (HERS, "*07700900201#1111#", None, Tries("07700900201", "1111")),
        (HERS, "24*", Say.NUMBER, None),
        (HERS, "1111#", None, Tries(HERS, "1111")),
        (HERS, "1111#2468#", None, Tries(HERS, "2468")),
        (HERS, "1111#*07700900201#2468#", None, Tries("07700900201", "2468")),
        (HERS, "24", None, None),
        ("", "#", Say.NUMBER, None),
        (HERS, "#", None, Tries(HERS, "")),
        (HERS, "1#2#3#4#5#6#", None, None),
        ("", f"{'9' * 99}#{'8' * 99}#", None, Tries("9" * 20, "8" * 12)),
    ],
)
def test_what_was_keyed_so_far_and_what_follows(own: str, keys: str, says: Say | None, tries: Tries | None) -> None:
    """Number, hash, PIN, hash; from her own phone the PIN alone; star begins anew."""
    turn = replayed(keys, own)

    assert (turn.say, turn.tries) == (says, tries)


def test_the_right_pin_ends_the_call() -> None:
    """Which of her two it was makes no difference here: this machine is not told."""
    trying = keyed(picked_up(HERS).call, "2468#").call
    done = judged(trying, right=True)

    assert (done.say, done.call.step) == (Say.DONE, Step.OVER)
    assert keyed(done.call, "2468#").tries is None
    assert judged(done.call, right=False).say is None


def test_a_wrong_pin_may_be_keyed_again_and_says_how_long_to_wait() -> None:
    """Five times in a call; then she rings again."""
    call = picked_up(HERS).call
    said = []
    for _ in range(MOST_TRIES):
        turn = judged(keyed(call, "1111#").call, right=False, wait_s=10.0)
        said.append((turn.say, turn.wait_s))
        call = turn.call

    assert said == [(Say.AGAIN, 10.0)] * (MOST_TRIES - 1) + [(Say.GOODBYE, 10.0)]


def test_keys_while_a_pin_is_tried_change_nothing() -> None:
    """She keys on while the voice is silent."""
    trying = Call(own=HERS, number=HERS, step=Step.TRYING)

    assert keyed(trying, "5#").call == keyed(trying, "*").call == trying


def test_there_are_words_for_everything_that_is_said() -> None:
    """Neutral ones: nobody who listens hears what it is about. The wait is said in seconds."""
    words = [way_out(say, 9.5) for say in Say]

    assert len(set(words)) == len(words)
    assert not any(word in " ".join(words).lower() for word in ("alarm", "alert", "safe", "danger", "lamplit"))
    assert "wait 10 seconds" in way_out(Say.AGAIN, 9.5)
