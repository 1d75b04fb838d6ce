"""How far along her route she is: a search over one dimension that remembers up to three answers.

One definition (`hypotheses`), executed twice: in plain Python for a few fixes, in numpy for many. Which one
ran cannot be seen in the result; a property test holds them equal.
"""

from collections.abc import Sequence

from .hypotheses import NOWHERE, Item, Located
from .progress_numpy import locate_many
from .progress_scalar import locate_one

MANY = 16
"""From this many fixes on arrays are the faster way."""


def locate(items: Sequence[Item]) -> list[Located]:
    """Where each fix is on its route, in the order of `items`.

    Items are independent of each other: a journey may occur once in a batch, for its second fix needs the
    `after` of its first. Without a route, or for a fix older than `before`, nothing is said and nothing moves.
    """
    answers: list[Located | None] = []
    pools: dict[int, list[int]] = {}
    for n, item in enumerate(items):
        if item.grid is None:
            answers.append(Located(None, None, False, NOWHERE))
        elif item.dt_s is not None and item.dt_s < 0.0:
            answers.append(Located(None, None, False, item.before))
        else:
            answers.append(None)
            pools.setdefault(id(item.grid.pool), []).append(n)
    for places in pools.values():
        batch = [items[n] for n in places]
        found = locate_many(batch) if len(batch) >= MANY else [locate_one(item) for item in batch]
        for n, one in zip(places, found, strict=True):
            answers[n] = one
    return [answer for answer in answers if answer is not None]
