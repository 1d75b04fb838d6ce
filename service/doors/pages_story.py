"""What happened on a walk, in a line each, from the archive's copy of the feed."""

import sqlite3
from collections.abc import Callable
from typing import Any

import msgspec

from service.house import House
from service.journey import events as e
from service.journey.model import Journey
from service.people.model import Traveller
from service.rows import event_from
from service.telemetry import logger

from .pages_queue import SAID
from .pages_words import clock_of

log = logger(__name__)

MOST_LINES = 60


async def story(house: House, journey: Journey, account: Traveller) -> tuple[tuple[str, str], ...]:
    """(clock, what happened), newest first. Empty where no archivist has written it down yet."""
    try:
        remembered = await house.archive.story(journey.id)
    except (OSError, sqlite3.Error) as error:
        log.warning("story cannot be read", error=type(error).__name__)
        return ()
    zone = house.settings.timezone
    lines = []
    for one in remembered:
        try:
            _, event = event_from(one.event)
        except msgspec.MsgspecError:
            continue
        words = _WORDS.get(type(event))
        if words is not None and (line := words(event, account, zone)):
            lines.append((clock_of(event.at, zone, seconds=True), line))
    return tuple(reversed(lines[-MOST_LINES:]))


def _name(account: Traveller, who: str) -> str:
    contact = account.contact(who)
    return contact.name if contact is not None else "an operator" if who != "her" else account.name


_WORDS: dict[type[Any], Callable[[Any, Traveller, str], str]] = {
    e.SetOff: lambda _, a, __: f"{a.name} set off",
    e.ArrivalSeen: lambda _, __, ___: "Her phone is where she was going",
    e.ArrivalUndone: lambda _, __, ___: "Her phone went on from there",
    e.JourneyClosed: lambda v, _, __: {"arrived": "Arrived", "ended": "Ended with her PIN"}.get(v.reason, "Closed"),
    e.JourneyReopened: lambda _, __, ___: "Opened again",
    e.EtaMoved: lambda v, _, z: f"Due at {clock_of(v.to_at, z)} now ({v.why})",
    e.Nudged: lambda _, __, ___: "Asked whether she is well for time",
    e.BecameDue: lambda v, _, z: f"Due; her contacts hear at {clock_of(v.overdue_at, z)}",
    e.CallPickedUp: lambda _, __, ___: "She took our call",
    e.RouteDropped: lambda _, __, ___: "She goes another way",
    e.Heard: lambda _, __, ___: "Her phone is heard again",
    e.WentStale: lambda _, __, ___: "Her phone has gone quiet",
    e.SignalLost: lambda v, _, __: f"Her phone is lost{', as it said it would be' if v.expected else ''}",
    e.PauseBegan: lambda v, _, z: f"Stopping here until {clock_of(v.until, z)}",
    e.PromptRaised: lambda v, _, __: f"Asked if all is well ({v.cause.value.replace('_', ' ')})",
    e.PromptWithdrawn: lambda _, __, ___: "The question was taken back: its reason is gone",
    e.PromptAnswered: lambda v, _, __: f"She answered: {v.what.replace('_', ' ')}",
    e.ConcernRaised: lambda v, _, __: f"Her contacts are told ({v.cause.value.replace('_', ' ')})",
    e.BecameOverdue: lambda _, __, ___: "Overdue: her contacts are told",
    e.NobodyAnswered: lambda _, __, ___: "Nobody has it: everybody is rung",
    e.OperatorsCalled: lambda _, __, ___: "Operators are called",
    e.WentCold: lambda _, __, ___: "Nobody was heard for a day",
    e.SosPressed: lambda v, _, z: f"SOS pressed, goes out at {clock_of(v.fires_at, z, seconds=True)}",
    e.SosCancelled: lambda _, __, ___: "SOS taken back with her PIN",
    e.SosFired: lambda _, __, ___: "SOS sent",
    e.DuressEntered: lambda _, __, ___: "Her duress PIN was keyed",
    e.PinRefused: lambda _, __, ___: "A wrong PIN",
    e.Acknowledged: lambda v, a, _: f"{_name(a, v.by)} {SAID.get(v.said, v.said)}",
    e.LeaseLapsed: lambda v, a, _: f"No news from {_name(a, v.by)}: the ladder goes on",
    e.IncidentClaimed: lambda v, _, __: f"Operator {v.by} has it",
    e.PhoneReachedHome: lambda _, __, ___: "Her phone is there, but she has not confirmed",
    e.IncidentResolved: lambda v, _, __: f"Resolved: {v.reason}",
    e.ServiceWasDown: lambda v, _, z: f"We were down {clock_of(v.from_at, z)} to {clock_of(v.to_at, z)}",
    e.ContactRemoved: lambda _, __, ___: "A contact was removed",
}
