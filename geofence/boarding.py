"""Is this leg over? She boards, she gets off, or she has reached the place where the next leg begins (decision 0023).

Said once, on the fix that shows it; a new leg has a record of its own. What it says of a ride silences `vehicle`, so it
is said only where her plan has a ride next, where the ride began at this leg's end, and never for long: whoever
keeps the legs begins the next one on that word, or she is in a vehicle after all.
"""

from .arrival import OUTSIDE_FIXES
from .limits import Limits
from .mode import TOP_MPS, Mode
from .state import Row

BOARDED, LEFT, REACHED = "boarded", "left", "reached"
SAID = -1.0
"""What `turn_run` holds once it was said."""
REFUSED = -2.0
"""What it holds once a ride began elsewhere on this leg: no later one is believed to be the one she meant."""
AFTER = 1.5
"""What it holds while she was seen beyond that end since, and not yet fast."""
MOVING_STEPS = 2
"""So many steps of a ride must move: a place that is wrong jumps once, and stays there."""
HEARD_S = 180.0
"""For how long a ride that was boarded is none on the old leg: the frame that shows it may hold a few more fixes. And how
long ago she may have been at its end."""


def boards(
    row: Row,
    at: float,
    to_end_m: float,
    began_m: float | None,
    speed_mps: float | None,
    accuracy_m: float,
    limits: Limits,
    timed: bool,
) -> bool:
    """Whether she is in the ride she meant, `to_end_m` from this leg's end.

    Either a ride in the sense of row 4b has just begun, and `began_m` from that end (None: none has), or so soon after
    she was slowly there that she cannot have walked farther: a phone that lies still tells its place once a minute. Or she
    was at that end slowly, and has gone from it ever since faster than anybody runs, or with steps that only a vehicle
    makes: buses halt too often for row 4b. After a ride that began elsewhere nothing is believed on this leg: a car that
    took her along may stop at the station too.
    """
    if limits.board_m <= 0.0 or row.turn_run == REFUSED or is_said(row, at):
        return False
    walked_s = limits.board_m / TOP_MPS[Mode.FOOT]
    near_m = max(limits.board_m, 2 * min(accuracy_m, limits.arrival_rough_accuracy_m))
    soon = row.turn_run >= 1.0 and row.ride_since - row.turn_since <= walked_s
    if began_m is not None and (began_m <= near_m or soon):
        return _say(row, at)
    if not timed or (row.riding and began_m is None):
        row.turn_run = row.turn_since = 0.0
        return False
    vague = accuracy_m > limits.arrival_rough_accuracy_m
    if to_end_m <= limits.board_from_m:
        row.turn_run = min(row.turn_run, 1.0)
        if speed_mps is not None and speed_mps < limits.left_mps and not vague:
            row.turn_run, row.turn_since = 1.0, at
            return False
    if row.turn_run >= 1.0:
        if row.ride_run and not row.riding:  # this step was a vehicle's
            row.turn_run = row.turn_run + 1.0 if row.turn_run >= 2.0 else 2.0 if soon else 0.0
        elif row.turn_run < 2.0:  # the first fix after the stop may be the bus already; a second one is a walk
            row.turn_run = AFTER if row.turn_run == 1.0 or to_end_m <= near_m else 0.0
        passed_s, gone_m = at - row.turn_since, to_end_m - accuracy_m
        quick = row.turn_run > MOVING_STEPS and gone_m - limits.board_from_m >= limits.board_mps * passed_s
        hops = row.turn_run > limits.vehicle_fixes and gone_m >= limits.board_m
        if (quick or hops) and not vague and limits.vehicle_s <= passed_s <= HEARD_S:
            return _say(row, at)
    if began_m is not None:
        row.turn_run, row.turn_since = REFUSED, 0.0
    return False


def is_said(row: Row, at: float) -> bool:
    """Whether it was said just now. If nobody began the next leg on that word it may be said again."""
    return row.turn_run == SAID and 0.0 <= at - row.turn_since <= HEARD_S


def leaves(
    row: Row,
    at: float,
    speed_mps: float | None,
    beyond_m: float,
    next_m: float | None,
    accuracy_m: float,
    limits: Limits,
    timed: bool,
) -> bool:
    """Whether she has left the ride: slowly, and for a while, `beyond_m` from its end or `next_m` from the way after it."""
    near = beyond_m <= limits.left_m + accuracy_m or (next_m is not None and next_m <= limits.next_m)
    good = accuracy_m <= limits.arrival_rough_accuracy_m
    if is_said(row, at) or (speed_mps is None and timed) or (near and not good):
        return False  # says nothing
    slow = near and (speed_mps is None or speed_mps < limits.left_mps)
    return _run(row, at, slow, timed, limits.left_fixes, limits.left_s)


def reaches(
    row: Row, at: float, inside: bool, accuracy_m: float, on_its_end: bool, limits: Limits, timed: bool
) -> bool:
    """Whether she is where the next leg begins. `on_its_end`: little of this leg is left; it may begin where it ends."""
    if is_said(row, at) or (inside and accuracy_m > limits.arrival_rough_accuracy_m):
        return False
    there = inside and (row.outside >= OUTSIDE_FIXES or on_its_end)
    return _run(row, at, there, timed, limits.reached_fixes, limits.reached_s)


def _say(row: Row, at: float) -> bool:
    row.turn_run, row.turn_since = SAID, at
    return True


def _run(row: Row, at: float, counts: bool, timed: bool, fixes: int, for_s: float) -> bool:
    if not counts:
        row.turn_run = row.turn_since = 0.0
        return False
    if row.turn_run <= 0.0 or not timed:
        row.turn_run, row.turn_since = 1.0, at
        return False
    row.turn_run += 1
    if row.turn_run < fixes or at - row.turn_since < for_s:
        return False
    row.turn_run, row.turn_since = SAID, at
    return True
