"""A call to our number, as a machine that hears keys: her number and hash, her PIN and hash. Pure.

Whoever carries the call (the phones on the screen, a provider) says what `Turn.say` means (`alerts.spoken.way_out`),
hands in what was keyed before a hash or a star, tries what `Turn.tries` asks for, and hands in what came of it.
"""

from dataclasses import dataclass, replace
from enum import StrEnum

HASH, STAR = "#", "*"
MOST_TRIES = 5
LONGEST_NUMBER, LONGEST_PIN = 20, 12


class Say(StrEnum):
    """What the voice says next; `alerts.spoken` has the words."""

    NUMBER = "number"
    PIN = "pin"
    OWN_PIN = "own_pin"  # for the number of this phone, known or not; star is for another one
    AGAIN = "again"
    DONE = "done"
    GOODBYE = "goodbye"


class Step(StrEnum):
    """What a call waits for."""

    NUMBER = "number"
    PIN = "pin"
    TRYING = "trying"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Call:
    """`own` is the number that rings, empty where it is withheld. Whether anybody has it is never said: a number can be
    forged."""

    own: str = ""
    number: str = ""
    step: Step = Step.NUMBER
    tried: int = 0


@dataclass(frozen=True, slots=True)
class Tries:
    """Her number, as it was keyed or as the phone has it, and a PIN."""

    number: str
    pin: str


@dataclass(frozen=True, slots=True)
class Turn:
    """The call as it is now, what is said, and what is to be tried before anything is said."""

    call: Call
    say: Say | None = None
    tries: Tries | None = None
    wait_s: float = 0.0


def picked_up(own: str = "") -> Turn:
    """Somebody rings us."""
    if own:
        return Turn(Call(own=own, number=own, step=Step.PIN), Say.OWN_PIN)
    return Turn(Call(), Say.NUMBER)


def keyed(call: Call, keys: str) -> Turn:
    """What was keyed, with the hash or star that ends it. A star begins anew, with a number. Keys that come while
    nothing is asked change nothing."""
    if call.step in (Step.OVER, Step.TRYING) or not keys:
        return Turn(call)
    digits, end = keys[:-1], keys[-1]
    if end == STAR:
        return Turn(replace(call, number="", step=Step.NUMBER), Say.NUMBER)
    if end != HASH:
        return Turn(call)
    if call.step is Step.NUMBER:
        if not digits:
            return Turn(call, Say.NUMBER)
        return Turn(replace(call, number=digits[:LONGEST_NUMBER], step=Step.PIN), Say.PIN)
    return Turn(replace(call, step=Step.TRYING, tried=call.tried + 1), tries=Tries(call.number, digits[:LONGEST_PIN]))


def judged(call: Call, *, right: bool, wait_s: float = 0.0) -> Turn:
    """What came of the PIN. A wrong one may be keyed again, five times in a call; the number too."""
    if call.step is not Step.TRYING:
        return Turn(call)
    if right:
        return Turn(replace(call, step=Step.OVER), Say.DONE)
    if call.tried >= MOST_TRIES:
        return Turn(replace(call, step=Step.OVER), Say.GOODBYE, wait_s=wait_s)
    return Turn(replace(call, step=Step.PIN), Say.AGAIN, wait_s=wait_s)


def replayed(keys: str, own: str = "") -> Turn:
    """All that was keyed in a call so far, where every PIN but the newest was wrong."""
    turn, piece = picked_up(own), ""
    for n, key in enumerate(keys):
        piece += key
        if key not in (HASH, STAR):
            continue
        turn, piece = keyed(turn.call, piece), ""
        if turn.tries is not None and n < len(keys) - 1:
            turn = judged(turn.call, right=False)
    return turn if not piece else Turn(turn.call)
