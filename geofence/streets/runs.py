"""Many slices of one array, taken at once: element by element Python would cost more than the search."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

I4 = NDArray[np.int32]


def runs(start: NDArray[Any], count: NDArray[Any], ascending: NDArray[np.bool_] | None = None) -> I4:
    """start, start + 1, ... of each run, one run after the other; those that are not `ascending` from their end."""
    ends: I4 = np.cumsum(count, dtype=np.int32)
    total = int(ends[-1]) if len(ends) else 0
    here: I4 = np.arange(total, dtype=np.int32)
    if ascending is None:
        first: I4 = start.astype(np.int32, copy=False) - (ends - count)
        here += first.repeat(count)
        return here
    here -= (ends - count).repeat(count)
    here *= np.where(ascending, 1, -1).astype(np.int32).repeat(count)
    here += np.where(ascending, start, start + count - 1).astype(np.int32).repeat(count)
    return here


def begins(count: NDArray[Any]) -> I4:
    """Where each run begins among those that `runs` gives."""
    ends: I4 = np.cumsum(count, dtype=np.int32)
    return ends - count.astype(np.int32, copy=False)
