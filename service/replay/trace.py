"""A trace: the fixes of one walk in the order in which they came in, read from what people have lying about."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec

from geofence.fix import Fix
from service import told_text

ZERO_AT = 1_000_000_000.0
"""Where a trace begins that counts from nought: nobody asks at what o'clock that was."""
ASSUMED_M = 8.0
MOST_BYTES = 100_000_000
"""A night of fixes is a hundredth of it; `/dev/zero` has no end."""
EARLIEST_AT, LATEST_AT = -6.2e10, 2.2e11
"""The years 5 to 8941: outside of them there are no clock times, and no walk was recorded."""


class TraceError(Exception):
    """A trace that cannot be read. One sentence, which names the file and the line."""


@dataclass(frozen=True, slots=True)
class Trace:
    """`received` is when the service heard of each fix; it never falls. `clock`: the times are times of day.
    `silent`: where it says nothing her phone said nothing. `truth` is how far along its route she truly was, fix by fix,
    where somebody knows. `notes` are what had to be assumed, a sentence each."""

    name: str
    fixes: tuple[Fix, ...]
    received: tuple[float, ...]
    clock: bool = False
    silent: bool = False
    truth: tuple[float | None, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def began_at(self) -> float:
        """When she set off, as far as the trace tells."""
        return min(self.fixes[0].at, self.received[0])

    @property
    def last_at(self) -> float:
        return self.received[-1]


def made(
    name: str,
    fixes: Sequence[Fix],
    received: Iterable[float] | None = None,
    *,
    accuracy_m: float | None = None,
    clock: bool = False,
    silent: bool = False,
    truth: Sequence[float | None] = (),
) -> Trace:
    """A trace of these fixes; each was received when it was measured unless `received` says otherwise. Raises TraceError
    for none at all."""
    if not fixes:
        raise TraceError(f"{name}: expected at least one fix, got none")
    vague = sum(fix.accuracy_m is None for fix in fixes)
    assumed_m = ASSUMED_M if accuracy_m is None else accuracy_m
    notes: tuple[str, ...] = ()
    if vague:
        many = "no accuracy is given" if vague == len(fixes) else f"{vague} of {len(fixes)} fixes give no accuracy"
        notes = (f"{many}: {assumed_m:g} m is assumed",)
    came = list(received) if received is not None else [fix.at for fix in fixes]
    order = sorted(range(len(fixes)), key=came.__getitem__)
    kept = [fixes[n] for n in order]
    for at in (min(kept[0].at, came[order[0]]), came[order[-1]]):
        if not EARLIEST_AT <= at <= LATEST_AT:
            raise TraceError(f"{name}: expected times of this age, got {at:g} s from 1970")
    return Trace(
        name=name,
        fixes=tuple(fix if fix.accuracy_m is not None else _with(fix, assumed_m) for fix in kept),
        received=tuple(came[n] for n in order),
        clock=clock,
        silent=silent,
        truth=tuple(truth[n] for n in order) if truth else (),
        notes=notes,
    )


def text_of(path: Path) -> str:
    """What a file holds, if it is text and has an end. Raises TraceError."""
    try:
        return told_text.text_of(path, MOST_BYTES)
    except told_text.TextError as error:
        raise TraceError(f"{path}: {error}") from None


def _with(fix: Fix, accuracy_m: float) -> Fix:
    return msgspec.structs.replace(fix, accuracy_m=accuracy_m)


def thinned(trace: Trace, cadence_s: float) -> Trace:
    """With a fix every `cadence_s` at most, as a phone would give them that is asked for that."""
    kept: list[int] = []
    for n, fix in enumerate(trace.fixes):
        if not kept or fix.at - trace.fixes[kept[-1]].at >= cadence_s:
            kept.append(n)
    if len(kept) == len(trace.fixes):
        return trace
    return replace(
        trace,
        fixes=tuple(trace.fixes[n] for n in kept),
        received=tuple(trace.received[n] for n in kept),
        truth=tuple(trace.truth[n] for n in kept) if trace.truth else (),
    )
