"""Every event in words, with the rule of the timing table behind it and the numbers that the rule rests on.

Shared by `lamplit why`, by the pages that tell a walk, and by what she is shown of her own journeys.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from alerts.notice import HER, Kind
from service.journey import events as e
from service.journey.havens import in_words
from service.journey.legs import GOING
from service.journey.model import OPERATORS, Cause, Progress, Proof
from service.journey.profiles import PROFILES, STANDARD, Profile
from service.operators.accounts import NOBODY

from .why_sayings import AHEAD, BEGAN, WAYS, of_light


@dataclass(frozen=True, slots=True)
class Teller:
    """Who is told about, and how: `people` are the names of contacts by id, `gone` stands for one who is not among them
    any more (with `{}` for the id); an operator goes by the name he signs in with."""

    name: str = "She"
    zone: str = "Europe/London"
    profile: Profile = STANDARD
    people: Mapping[str, str] = field(default_factory=dict)
    gone: str = "a former contact"

    def contact(self, who: str) -> str:
        """Somebody she chose, or she herself."""
        if who == HER:
            return self.name
        return "operators" if who == OPERATORS else self.people.get(who) or self.gone.format(who)

    def who(self, who: str) -> str:
        """Anybody: who is neither she nor a contact is an operator."""
        return self.contact(who) if who in (HER, OPERATORS) else self.people.get(who) or who

    def clock(self, at: float, *, seconds: bool = False) -> str:
        here = datetime.fromtimestamp(at, UTC).astimezone(ZoneInfo(self.zone))
        return here.strftime("%H:%M:%S" if seconds else "%H:%M")


@dataclass(frozen=True, slots=True)
class Rule:
    """A row of the timing table ("6a"), or what stands above it, in words; `numbers` are fields of the profile."""

    row: str
    words: str
    numbers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Words:
    """How one kind of event is told. `minor`: a page that tells the walk in short leaves it out."""

    say: Callable[[Any, Teller], str]
    rule: Rule | Callable[[Any], Rule]
    minor: bool = False

    def rule_of(self, event: e.Event) -> Rule:
        return self.rule if isinstance(self.rule, Rule) else self.rule(event)


ABOUT: Mapping[Kind, str] = {
    Kind.PROMPT: "a question to her",
    Kind.DUE: "a question to her, she is due",
    Kind.NUDGE: "a nudge before the ETA",
    Kind.SIGNAL_LOST: "her phone is quiet",
    Kind.SOS_SAFE_PROMPT: "is she safe now?",
    Kind.CONTACT_NEWS: "news of a contact of hers",
    Kind.NEW_PIN: "new PINs were asked for",
    Kind.NEW_DEVICE: "one more phone speaks for her",
    Kind.CONCERN: "something may be wrong",
    Kind.OVERDUE: "she has not arrived",
    Kind.LATE: "she has not arrived, and we were down",
    Kind.PHONE_HOME: "her phone is there, she has not confirmed",
    Kind.NOBODY: "nobody has it",
    Kind.SOS: "SOS",
    Kind.DURESS: "duress",
    Kind.TAKEN: "somebody is on it",
    Kind.ANY_NEWS: "any news?",
    Kind.CLOSED: "all-clear",
    Kind.SOS_PIN: "her PIN soon after the SOS",
    Kind.COLD: "still open",
    Kind.STARTED: "she has set off",
    Kind.ARRIVED: "she has arrived",
    Kind.EXTENDED: "her third extension",
    Kind.BATTERY: "her phone may die",
    Kind.WALK_WITH: "she asks for company",
    Kind.HINT: "how to answer",
    Kind.REPLY: "an answer from us",
    Kind.CODE: "a code",
    Kind.INVITE: "an invitation",
    Kind.WELCOME: "a welcome",
    Kind.CONSENT_AGAIN: "consent asked for once more",
    Kind.TEST: "a test alarm",
}
CAUSES: Mapping[Cause, str] = {
    Cause.STALLED: "she has stopped",
    Cause.PAUSE_OVER: "her stop is over",
    Cause.OFF_ROUTE: "she has left her route",
    Cause.AWAY: "she is going away from where she was going",
    Cause.VEHICLE: "she moves as fast as a vehicle",
    Cause.SIGNAL_LOST: "her phone is not heard",
    Cause.WRONG_PINS: "three wrong PINs",
    Cause.OVERDUE: "she has not arrived",
    Cause.SOS: "SOS",
    Cause.DURESS: "duress",
}
SAID = {
    "seen": "has answered",
    "taken": "is on it",
    "cant": "cannot",
    "spoken": "has spoken to her",
    "with_her": "says she is with them",
    "police": "has told the police",
}
PROGRESS: Mapping[Progress, tuple[str, Rule]] = {
    Progress.ON_ROUTE: ("She is on her route", Rule("4", "back within the corridor", ("back_on_route_m",))),
    Progress.OFF_ROUTE: ("She is off her route", Rule("4", "off the route", ("off_route_m", "off_route_fixes"))),
    Progress.AWAY: ("She is going away", Rule("4a", "farther from the end than before", ("away_at_least_m",))),
    Progress.VEHICLE: ("She moves like a vehicle", Rule("4b", "too fast for the leg", ("vehicle_mps", "vehicle_s"))),
    Progress.STALLED: ("She stands still", Rule("5", "no way along the route", ("stalled_m", "stalled_s"))),
    Progress.PAUSED: ("She is stopping here", Rule("23", "a pause she asked for", ("pause_at_most_s",))),
    Progress.AT_HAVEN: (
        "She is at a haven",
        Rule("23", "near it by a good fix, and it is open", ("haven_asks_s",)),
    ),
    Progress.UNKNOWN: ("How she gets on is not known", Rule("2", "no fresh fix to judge by", ("stale_at_least_s",))),
}
ASKED: Mapping[Cause, Rule] = {
    Cause.STALLED: Rule("5", "stalled", ("stalled_m", "stalled_s")),
    Cause.PAUSE_OVER: Rule("23", "the pause is over, or she is at a haven", ("pause_at_most_s", "haven_asks_s")),
    Cause.OFF_ROUTE: Rule("4", "off route", ("off_route_m", "off_route_fixes", "off_route_s")),
    Cause.AWAY: Rule("4a", "going away", ("away_at_least_m", "away_share", "away_s")),
    Cause.VEHICLE: Rule("4b", "as fast as a vehicle", ("vehicle_mps", "vehicle_s", "vehicle_m")),
    Cause.SIGNAL_LOST: Rule("3", "lost, noticed late", ("lost_concern_s",)),
}
UNANSWERED: Mapping[Cause, Rule] = {
    Cause.VEHICLE: Rule("6a", "the question was not answered", ("vehicle_concern_s",)),
    Cause.OFF_ROUTE: Rule("6a", "the question was not answered", ("off_route_concern_s",)),
    Cause.AWAY: Rule("6a", "the question was not answered", ("off_route_concern_s",)),
    Cause.SIGNAL_LOST: Rule("3", "lost, and not expected to be", ("lost_concern_s",)),
    Cause.WRONG_PINS: Rule("16", "the third wrong PIN", ("wrong_pins", "wrong_pins_s")),
}
MOVED: Mapping[str, Rule] = {
    "slide": Rule("10a", "plainly on her way: once, to her own pace", ("slide_share", "slide_at_most_s")),
    "diverted": Rule("23", "turning aside moves the ETA as far as row 18 allows", ("pause_at_most_s",)),
    "paused": Rule("23", "a pause moves the ETA as far as row 18 allows", ("pause_at_most_s",)),
    "answered": Rule("18", "an answer after the ETA sets a new one", ("new_eta_at_least_s",)),
}
CLOSED = {
    "arrived": Rule("17", "a fresh fix inside at the moment of closing", ("arrival_settles_s", "arrival_accuracy_m")),
    "ended": Rule("promise 1", "a person who proves who she is closes, never the clock"),
    "operator": Rule("promise 1", "a person closes: an operator with an outcome"),
}
TOLD = Rule("promise 4", "telling people is proven: accepted, sent, delivered")
LOOKS = Rule("promise 5", "nobody watches by default, and every look is kept")
BY_HAND = Rule("promise 7", "there is always a way out by hand")
OPERATOR = Rule("12", "operators hold an alarm for a minute at a time, as long as they are there")


def _eta(event: e.SetOff, t: Teller) -> str:
    due = f", due {t.clock(event.eta_at)}" if event.eta_at is not None else ""
    return f"{t.name} set off{due}"


def _closed(event: e.JourneyClosed, t: Teller) -> str:
    match event.reason.value:
        case "arrived":
            return "Arrived"
        case "ended":
            return "Ended with her PIN" if event.proof is Proof.PIN else "Ended"
    return f"Closed by {t.who(event.by)}"


def _notice(event: e.NoticeMade, t: Teller) -> str:
    way = WAYS.get(event.channel, event.channel)
    again = f", try {event.attempt}" if event.attempt > 1 else ""
    return (
        f"{way.capitalize()} to {t.contact(event.to)}: {ABOUT.get(event.kind, event.kind.value)} ({event.rung}{again})"
    )


def _reported(event: e.NoticeReported, _: Teller) -> str:
    return f"A message is {event.state}{f' (error {event.code})' if event.code is not None else ''}"


def _logged(event: e.OperatorLogged, t: Teller) -> str:
    if event.by == NOBODY:
        return event.words
    words = f": {event.words}" if event.words else ""
    return f"{t.who(event.by)} wrote down: {event.what.replace('_', ' ')}{words}"


def _looked(event: e.Looked, t: Teller) -> str:
    why = f" ({event.why})" if event.why else ""
    return f"{t.contact(event.by) if event.contact else t.who(event.by)} looked at her {event.what}{why}"


def _police(event: e.PoliceTold, t: Teller) -> str:
    number = f", reference {event.number}" if event.number else ""
    return f"{t.who(event.by)} says that the police were told{number}, unconfirmed"


def _lost(event: e.SignalLost, _: Teller) -> str:
    return "Her phone is lost" + (f", as it said it would be ({event.expected})" if event.expected else "")


def _forced(event: e.RouteDropped | e.Rerouted | e.LegBegan) -> str:
    return ", with her duress PIN" if event.forced else ""


def _by_cause(rules: Mapping[Cause, Rule], otherwise: Rule) -> Callable[[Any], Rule]:
    return lambda event: rules.get(event.cause, otherwise)


WORDS: Mapping[type[e.Event], Words] = {
    e.PreflightPassed: Words(
        lambda v, _: (
            "Looked over before she set off" + (f"; she was warned: {', '.join(v.warnings)}" * bool(v.warnings))
        ),
        Rule("promise 2", "armed means durable, and nothing blocks but nobody to tell"),
        minor=True,
    ),
    e.SetOff: Words(_eta, Rule("8", "the plan at her pace, and a margin", ("margin_at_least_s", "margin_share"))),
    e.ArrivalSeen: Words(
        lambda _, __: "Her phone is where she was going",
        Rule("17", "fixes inside the destination, slowly", ("arrival_settles_s",)),
    ),
    e.ArrivalUndone: Words(lambda _, __: "Her phone went on from there", Rule("17", "outside again")),
    e.JourneyClosed: Words(_closed, lambda v: CLOSED[v.reason.value]),
    e.JourneyReopened: Words(
        lambda v, _: f"Opened again ({v.by})", Rule("14", "a cry for help soon after a close", ("reopens_s",))
    ),
    e.EtaMoved: Words(
        lambda v, t: f"Due at {t.clock(v.to_at)} now, not {t.clock(v.from_at)} ({v.why})",
        lambda v: MOVED.get(v.why, Rule("18", "how far an ETA moves without a PIN", ("free_extension_at_most_s",))),
    ),
    e.Nudged: Words(
        lambda v, t: f"Asked whether she is well for time, before {t.clock(v.eta_at)}",
        Rule("8", "a nudge before the ETA", ("nudge_share", "nudge_at_least_s", "nudge_at_most_s")),
    ),
    e.BecameDue: Words(
        lambda v, t: f"Due; her contacts hear at {t.clock(v.overdue_at)}",
        Rule("9", "the ETA has come: she is asked, and the grace begins", ("grace_share", "grace_at_least_s")),
    ),
    e.CallPickedUp: Words(
        lambda _, __: "She took our call", Rule("9", "a call she takes holds L2, once", ("picked_up_holds_s",))
    ),
    e.RouteDropped: Words(
        lambda v, _: f"She goes another way{_forced(v)}", Rule("6b", "her answer drops the route, not the ETA")
    ),
    e.Rerouted: Words(
        lambda v, _: f"She goes by another line{_forced(v)}",
        Rule("6b", "a new line to the same place; the ETA stays where it is"),
    ),
    e.LegBegan: Words(
        lambda v, _: (
            f"Part {v.leg + 1} of her way begins, {GOING.get(v.mode, v.mode)}: {BEGAN.get(v.how, v.how)}{_forced(v)}"
        ),
        Rule(
            "legs",
            "boarding and leaving are a tap, or shown by her fixes where she has planned them",
            ("board_m", "left_s"),
        ),
    ),
    e.Heard: Words(lambda _, __: "Her phone is heard again", Rule("2", "a frame makes the link live")),
    e.WentStale: Words(
        lambda _, __: "Her phone has gone quiet",
        Rule("2", "no frame for a while", ("stale_at_least_s", "stale_cadences")),
    ),
    e.SignalLost: Words(_lost, Rule("2", "no frame for longer", ("lost_at_least_s", "lost_cadences"))),
    e.ProgressChanged: Words(lambda v, _: PROGRESS[v.to][0], lambda v: PROGRESS[v.to][1], minor=True),
    e.Diverted: Words(
        lambda v, _: f"She turns aside to {in_words(v.haven)}",
        Rule("23", "no PIN: it closes nothing, and moves the ETA as a pause does", ("haven_asks_s",)),
    ),
    e.HavenReached: Words(
        lambda v, _: f"She is at {in_words(v.haven)}",
        Rule("23", "near it by a good fix, and it is open; asked whether she stays", ("haven_asks_s",)),
    ),
    e.UnlitAhead: Words(
        lambda v, _: f"{AHEAD.get(v.light, AHEAD['unknown'])} is marked ahead of her: {of_light(v.rule)}",
        Rule("lighting", "a mark where her route is not known to be lit, in the dark; never a question"),
        minor=True,
    ),
    e.PauseBegan: Words(
        lambda v, t: f"Stopping here until {t.clock(v.until)}", Rule("23", "a pause", ("pause_at_most_s",))
    ),
    e.PromptRaised: Words(
        lambda v, _: f"Asked if all is well: {CAUSES[v.cause]}", _by_cause(ASKED, Rule("6", "a question to her"))
    ),
    e.PromptRepeated: Words(
        lambda v, _: f"Asked again ({v.name})",
        Rule("6", "asked again by text, then by call", ("prompt_sms_s", "prompt_call_s", "prompt_call_again_s")),
        minor=True,
    ),
    e.PromptWithdrawn: Words(
        lambda v, _: f"The question was taken back: {v.why}", Rule("6", "its cause is gone", ("prompt_gone_s",))
    ),
    e.PromptAnswered: Words(
        lambda v, _: f"She answered: {v.what.replace('_', ' ')}", Rule("6b", "her answer settles the question")
    ),
    e.ConcernRaised: Words(
        lambda v, _: f"Her contacts are told: {CAUSES[v.cause]} and she does not answer",
        _by_cause(UNANSWERED, Rule("6a", "the question was not answered", ("stalled_concern_s",))),
    ),
    e.BecameOverdue: Words(
        lambda _, __: "Overdue: her contacts are told",
        Rule("10", "the grace is over", ("grace_share", "grace_at_least_s", "grace_at_most_s")),
    ),
    e.NobodyAnswered: Words(lambda _, __: "Nobody has it: everybody is rung", Rule("12", "L3, nobody has it")),
    e.OperatorsCalled: Words(lambda _, __: "Operators are called", Rule("12", "L4")),
    e.WentCold: Words(lambda _, __: "Nobody was heard for a day", Rule("22", "cold: one text a day, nothing closes")),
    e.SosPressed: Words(
        lambda v, t: f"SOS pressed, goes out at {t.clock(v.fires_at, seconds=True)}",
        Rule("14", "on disk at once, her PIN takes it back", ("sos_window_s",)),
    ),
    e.SosCancelled: Words(lambda _, __: "SOS taken back with her PIN", Rule("14", "only her PIN stops it")),
    e.SosFired: Words(lambda _, __: "SOS sent", Rule("14", "all of the SOS list at once, operators too")),
    e.DuressEntered: Words(
        lambda _, __: "Her duress PIN was keyed", Rule("15", "looks like success; the SOS list hears the truth")
    ),
    e.PinRefused: Words(
        lambda v, _: "A wrong PIN" + (f"; the next one is heard in {v.wait_s:g} s" if v.wait_s else ""),
        Rule("16", "the same words and growing waits, never a lock-out", ("wrong_pins", "wrong_pins_s")),
    ),
    e.Acknowledged: Words(
        lambda v, t: f"{t.contact(v.by)} {SAID.get(v.said, v.said)}",
        Rule(
            "13",
            "a word holds the calls to others for a while, in SOS and duress only those to who said it",
            ("lease_s",),
        ),
    ),
    e.LeaseLapsed: Words(
        lambda v, t: f"No news from {t.contact(v.by)}: the ladder goes on",
        Rule("13", "the lease is over", ("lease_s",)),
    ),
    e.IncidentClaimed: Words(lambda v, t: f"{t.who(v.by)} has it", OPERATOR),
    e.IncidentReleased: Words(lambda v, t: f"{t.who(v.by)} has it no more: the rounds go on", OPERATOR),
    e.OperatorLogged: Words(_logged, OPERATOR),
    e.ResolutionProposed: Words(
        lambda v, t: f"{t.who(v.by)} wants to close it ({v.code.replace('_', ' ')})",
        Rule("15", "an SOS or a duress takes a second person, or her call-back word"),
    ),
    e.PoliceTold: Words(_police, Rule("13", "told to all as unconfirmed; calls pause, then it is asked again")),
    e.PhoneReachedHome: Words(
        lambda _, __: "Her phone is there, but she has not confirmed",
        Rule("17", "arrival evidence in an open incident never closes it"),
    ),
    e.IncidentResolved: Words(lambda v, t: f"Resolved by {t.who(v.by)}: {v.reason.replace('_', ' ')}", BY_HAND),
    e.NoticeMade: Words(_notice, Rule("11", "every message has a key and is followed to the end"), minor=True),
    e.NoticeHanded: Words(lambda _, __: "A message was accepted", TOLD, minor=True),
    e.NoticeReported: Words(_reported, TOLD, minor=True),
    e.NoticeDropped: Words(
        lambda v, _: f"A message was dropped: {v.why}", Rule("promise 4", "nobody needs it any more"), minor=True
    ),
    e.CompanyAsked: Words(lambda v, t: f"{t.name} asked for company: {', '.join(map(t.contact, v.who))}", LOOKS),
    e.CompanyEnded: Words(lambda _, __: "The company was ended", LOOKS),
    e.Looked: Words(_looked, LOOKS),
    e.SafeAsked: Words(lambda v, t: f"{t.contact(v.by)} asked whether she is on a journey", LOOKS),
    e.BatteryLow: Words(
        lambda v, _: f"Her battery is at {v.pct} %",
        Rule("20", "a low battery", ("battery_warns_pct", "low_battery_pct")),
    ),
    e.LastGasp: Words(
        lambda v, _: f"Her phone says that it is about to die, at {v.pct} %", Rule("20", "the last packet")
    ),
    e.ServiceWasDown: Words(
        lambda v, t: f"We were down {t.clock(v.from_at)} to {t.clock(v.to_at)}",
        Rule("21", "time in which we did not listen is never her silence", ("late_s", "settle_s", "settle_prompt_s")),
    ),
    e.ContactRemoved: Words(
        lambda v, t: f"{t.contact(v.who)} was removed from her contacts",
        Rule("contacts", "at once, and he is not told"),
    ),
}
"""Every event of `journey.events.EVENTS`; a test walks them all."""


def profile_of(name: str) -> Profile:
    """A profile by the name it has in a plan; the standard one for a name of a newer process."""
    return PROFILES.get(name, STANDARD)
