"""Reading the log of one journey: what happened, and what her own devices may be told of it. Pure.

The log is append-only: (key, version, n) names an event for ever. Under a cover story it holds both stories (rows.Covered),
and this is the only place that tells them apart again.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import msgspec

from service.journey import events as e
from service.journey.events import Event
from service.journey.model import Cause, Journey
from service.rows import AccountChanged, Covered, Forgotten, PinTaken, ScreenChanged, event_from

from .archive import Remembered

MESSAGES = (e.NoticeMade, e.NoticeHanded, e.NoticeReported, e.NoticeDropped)
_LOOKS = (e.Looked, e.SafeAsked)
_NO_NEWS = (ScreenChanged, PinTaken, Forgotten, AccountChanged)
_HER_OWN = (e.ContactRemoved,)
"""She knows it, and under duress it is shown and not made: told, it would tell the two apart."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One event of the log. `commit` is what it was committed with."""

    commit: tuple[str, int]
    event: Event


@dataclass(frozen=True, slots=True)
class Told:
    """An event of the whole story. `cover`: it happened on her own screens only."""

    event: Event
    cover: bool = False


def read(story: Iterable[Remembered]) -> list[Entry]:
    """The log in order; what this process does not know (a newer one wrote it) is left out."""
    entries = []
    for one in story:
        try:
            _, event = event_from(one.event)
        except msgspec.DecodeError:
            continue
        entries.append(Entry((one.key, one.version), event))
    return entries


def whole(entries: Iterable[Entry]) -> list[Told]:
    """Everything, for operators: what happened, and beside it what her screens were shown instead."""
    found: list[Told] = []
    for entry in entries:
        match entry.event:
            case Covered():
                found += [Told(event, cover=True) for event in _inside(entry.event)]
            case event if not isinstance(event, _NO_NEWS):
                found.append(Told(event))
            case _:
                pass
    return found


def hers(entries: Sequence[Entry], shown: Journey) -> list[Event]:
    """What her devices may be told. `shown` is the journey as they may see it.

    Under a cover story that is the cover story, from where it began; once a person has closed what it covered it is the
    truth, from the beginning. Messages are told until one of her PINs is taken, whichever (her screen follows them no
    further). Looks that an open SOS or duress allowed are told when it is closed.
    """
    lifts = [n for n, entry in enumerate(entries) if isinstance(entry.event, Covered) and entry.event.lifts]
    since = lifts[-1] + 1 if lifts else 0
    secret_from = _secret_from(shown)
    found = [entry.event for entry in entries[:since]]
    muted = False
    for event in _uncovered(entries[since:]):
        muted = muted or isinstance(event, PinTaken)
        if not (muted and isinstance(event, MESSAGES)):
            found.append(event)
    told = (event for event in found if not isinstance(event, (Covered, *_NO_NEWS, *_HER_OWN)))
    return [event for event in told if not (isinstance(event, _LOOKS) and event.at >= secret_from)]


def _uncovered(entries: Iterable[Entry]) -> Iterator[Event]:
    """The cover story where there is one, else what happened. What is hidden stands in the commit of its cover."""
    commit, hidden = ("", 0), 0
    for entry in entries:
        if entry.commit != commit:
            commit, hidden = entry.commit, 0
        if isinstance(entry.event, Covered):
            hidden = entry.event.hides
            yield from _inside(entry.event)
        elif hidden and not isinstance(entry.event, _NO_NEWS):
            hidden -= 1
        else:
            yield entry.event


def _secret_from(shown: Journey) -> float:
    alarm = shown.alarm
    open_secret = alarm is not None and alarm.cause in (Cause.SOS, Cause.DURESS)
    return alarm.opened_at if alarm is not None and open_secret else float("inf")


def _inside(covered: Covered) -> list[Event]:
    found = []
    for value in covered.events:
        try:
            found.append(event_from(value)[1])
        except msgspec.DecodeError:
            continue
    return found
