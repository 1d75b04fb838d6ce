"""A walk that is being tried: her phone as she sees it, and beside it what she does not see of what it sets off."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from alerts.contact import Channel
from alerts.gateway import Delivery
from alerts.ladder import Said
from alerts.notice import HER, Kind
from alerts.sandbox_gateway import Direction, Entry
from service.doors.console.queue import SAID, link_badge, state_badge
from service.doors.maps import Basemap
from service.doors.pages_story import story
from service.doors.pages_words import clock_of, distance, lasting, number_in_words
from service.doors.phones import view as phone_view
from service.doors.phones.snapshot import snapshot
from service.house import House
from service.journey import legs
from service.journey.cover import shown_to_her
from service.journey.model import (
    Cause,
    CloseReason,
    Incident,
    Journey,
    JourneyState,
    LinkState,
    Progress,
    Proven,
    Seen,
)
from service.journey.sentence import promised_at
from service.people.model import Contact, ContactState, Traveller
from service.remembered.why_words import ABOUT
from service.rows import Kept
from service.web.pages import (
    Badge,
    Choice,
    ContactStatus,
    Frame,
    JourneyPage,
    Prompt,
    Sos,
    Step,
    Told,
    Tone,
    Way,
)

from . import aside
from .her_map import ahead, her_map
from .her_phone import hers

QUESTIONS = {
    Cause.STALLED: "All ok? You have stopped for a while.",
    Cause.PAUSE_OVER: "All ok? Your stop is over.",
    Cause.OFF_ROUTE: "All ok? You have left your route.",
    Cause.AWAY: "All ok? You are going away from where you were going.",
    Cause.VEHICLE: "All ok? You are moving as fast as a car.",
    "due": "All ok? You were due at {due}.",
    "nudge": "All ok for time? You are due at {due}.",
}
PROGRESS: Mapping[Progress, tuple[str, Tone]] = {
    Progress.ON_ROUTE: ("on your route", "calm"),
    Progress.OFF_ROUTE: ("off your route", "watch"),
    Progress.AWAY: ("going away", "watch"),
    Progress.VEHICLE: ("in a vehicle?", "watch"),
    Progress.STALLED: ("stopped", "watch"),
    Progress.PAUSED: ("paused", "calm"),
    Progress.AT_HAVEN: ("at a haven", "calm"),
    Progress.UNKNOWN: ("not known", "calm"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """Everything the page is made of. `threads` are the sandbox phones' messages by number, `events` the story."""

    house: House
    frame: Frame
    account: Traveller
    kept: Kept
    threads: Mapping[str, Sequence[Entry]]
    now: float
    said: str = ""
    has_phone: bool = True
    phone_on: bool = True
    speeds: tuple[Choice, ...] = ()
    pins: str = ""
    lent: Mapping[str, str] = field(default_factory=dict)
    still: bool = False
    alone: bool = False
    goes_on: bool = True
    opened: str = ""
    programs: Basemap | None = None

    @property
    def zone(self) -> str:
        return self.house.settings.timezone

    @property
    def shown(self) -> Journey:
        """What her own phone may show."""
        return shown_to_her(self.kept.journey)


async def journey_page(scene: Scene) -> JourneyPage:
    """The page, from the rows as they are on disk."""
    journey, shown, zone, now = scene.kept.journey, scene.shown, scene.zone, scene.now
    pace_s = _pace_s(shown)
    progress, tone = PROGRESS[shown.progress if shown.link.state is LinkState.LIVE else Progress.UNKNOWN]
    covered, alone = journey.shadow is not None, scene.alone
    snap = snapshot(journey, scene.account)
    return JourneyPage(
        frame=scene.frame,
        name=scene.account.name,
        reference=shown.plan.reference,
        sentence=snap["sentence"],
        state=state_badge(shown) if shown.alarm is None else _alarm_badge(shown, shown.alarm),
        link=link_badge(shown, now),
        progress=Badge(text=progress, tone=tone) if shown.under_way else Badge(text="over"),
        way=_way(shown, pace_s),
        due=_due(shown, zone),
        clock=clock_of(now, zone, seconds=True),
        contacts=() if alone else tuple(_contact(scene, c) for c in scene.account.contacts),
        told=() if alone else tuple(_told(scene)),
        eta=clock_of(snap["own_eta_at"], zone) if snap["own_eta_at"] is not None else "",
        battery=f"{shown.battery_pct}%" if shown.battery_pct is not None else "",
        has_phone=scene.has_phone,
        phone_on=scene.phone_on,
        prompt=_prompt(shown, zone),
        sos=_sos(shown, zone),
        aside=aside.nearest(scene.house, shown),
        drawn=await her_map(scene.house, scene.programs, scene.kept, shown),
        unlit=ahead(shown),
        going=aside.going(shown),
        said=scene.said,
        ended=_ended(scene),
        told_note="Her phone shows none of this: it was told that all is well." if covered else "",
        story=() if alone else await story(scene.house, journey, scene.account),
        speeds=scene.speeds,
        hers=hers(scene.house, scene.account, shown, snap, scene.lent),
        alone=alone,
        goes_on=scene.goes_on,
        opened=scene.opened,
        phone=scene.account.number,
        number=number_in_words(scene.account.number, scene.house.settings.country),
        pins=scene.pins,
        refresh_s=0 if scene.still else 3,
    )


def _alarm_badge(journey: Journey, alarm: Incident) -> Badge:
    match alarm.cause:
        case Cause.SOS:
            return Badge(text="SOS sent", tone="sos")
        case Cause.OVERDUE:
            return Badge(text="overdue, contacts told", tone="alarm")
        case _:
            return Badge(text="contacts told", tone="watch" if journey.overdue_since is None else "alarm")


def _pace_s(shown: Journey) -> float | None:
    """Seconds to go at her own pace."""
    seen = _drawn(shown)
    if seen is None or seen.to_go_m is None or not seen.pace_mps or seen.inside:
        return None
    return seen.to_go_m / seen.pace_mps


def _drawn(shown: Journey) -> Seen | None:
    """The last place, where her own screen may draw it: not what a linked tracker measured."""
    return None if shown.seen is None or shown.seen.tracked else shown.seen


def _way(shown: Journey, pace_s: float | None) -> Way | None:
    total = legs.leg(shown).route_m
    seen = _drawn(shown)
    there = shown.state is JourneyState.ARRIVED_PENDING or _arrived(shown)
    if not total or (seen is None and shown.seen is not None and not there):
        return None
    done = total if _arrived(shown) else 0.0
    if not done and seen is not None:
        done = seen.along_m if seen.along_m is not None else max(0.0, total - (seen.to_go_m or total))
    if there:
        minutes = f"you are {shown.plan.destination}"
    elif pace_s is None or not shown.under_way or shown.link.state is not LinkState.LIVE:
        minutes = f"{distance(max(0.0, total - done))} to go"
    else:
        minutes = f"about {max(1, round(pace_s / 60))} min to go"
    return Way(done_m=done, total_m=total, distance=f"{distance(done)} of {distance(total)}", minutes=minutes)


def _arrived(shown: Journey) -> bool:
    return shown.closed is not None and shown.closed.reason is CloseReason.ARRIVED


def _due(shown: Journey, zone: str) -> str:
    if shown.eta_at is None:
        return "–"
    told_at = promised_at(shown)
    if shown.due is not None:
        told_at = shown.due.overdue_at
    after = f", contacts told at {clock_of(told_at, zone)}" if told_at is not None and shown.under_way else ""
    return clock_of(shown.eta_at, zone) + ("" if shown.overdue_since is not None else after)


def _prompt(shown: Journey, zone: str) -> Prompt | None:
    found = list(phone_view.prompts(shown).values())
    if not found:
        return None
    first = found[0]
    due = clock_of(shown.eta_at, zone) if shown.eta_at is not None else ""
    question = QUESTIONS.get(first.kind, "All ok?").format(due=due)
    if first.kind == "nudge":
        until = "Nobody hears of this question."
    elif shown.overdue_since is not None:
        until = "Your contacts have been told. Your PIN answers it."
    elif first.until is None:
        until = "Nobody hears if this is not answered."
    else:
        until = f"Not answered by {clock_of(first.until, zone, seconds=True)}, it goes to your contacts."
    return Prompt(id=first.id, question=question, until=until)


def _sos(shown: Journey, zone: str) -> Sos | None:
    if shown.sos is not None:
        fires = clock_of(shown.sos.fires_at, zone, seconds=True)
        text = f"On disk. It goes out at {fires} unless your PIN takes it back; a dead phone does not stop it."
        return Sos(text=f"{text} Time is slowed down meanwhile, so that you can.", cancellable=True)
    alarm = shown.alarm
    if alarm is not None and alarm.cause is Cause.SOS and alarm.fired_at is not None:
        text = (
            f"Sent at {clock_of(alarm.fired_at, zone, seconds=True)} to everybody on your SOS list. Your PIN ends it."
        )
        return Sos(text=text, cancellable=False)
    return None


def _ended(scene: Scene) -> str:
    shown = scene.shown
    if shown.state is not JourneyState.CLOSED or shown.alarm is not None or shown.closed is None:
        return ""
    at = clock_of(shown.closed.at, scene.zone)
    told = {p.to for p in shown.proven if p.to != HER and p.kind not in (Kind.STARTED, Kind.ARRIVED)}
    nobody = "" if told else " Nobody had to be told anything."
    match shown.closed.reason.value:
        case "arrived":
            return f"You arrived at {at}.{nobody}"
        case "operator":
            return f"An operator closed it at {at}."
        case _:
            return f"Ended with your PIN at {at}.{nobody or ' Those who were told hear that it was given.'}"


# ── her contacts, and what they were told ────────────────────────────────────────────────────────────────


def _contact(scene: Scene, contact: Contact) -> ContactStatus:
    incident = scene.kept.journey.incident
    person = incident.ladder.person(contact.id) if incident is not None and incident.ladder is not None else None
    is_open = incident is not None and incident.is_open
    if contact.state is ContactState.LEFT:
        badge = Badge(text="has left", tone="watch")
    elif contact.state is ContactState.INVITED:
        badge = Badge(text="has not said YES", tone="watch")
    elif person is not None and person.said is not Said.NOTHING:
        badge = Badge(text=SAID[person.said], tone="watch" if person.said is Said.CANT else "done")
    elif person is not None and person.unreachable:
        badge = Badge(text="cannot be reached", tone="alarm")
    elif person is not None and person.told_at is not None:
        badge = Badge(text="told, no answer yet", tone="alarm") if is_open else Badge(text="told", tone="done")
    elif not contact.reachable_by_sms:
        badge = Badge(text="takes no texts", tone="watch")
    else:
        badge = Badge(text="said YES", tone="calm")
    number = contact.number or scene.lent.get(contact.id, "")
    return ContactStatus(name=contact.name, number=number, tier=contact.tier, status=badge)


def _told(scene: Scene) -> list[Told]:
    """Every message that is really sent, newest first: under a cover story she and the contacts who are not on the
    SOS list get what the story sends."""
    journey, shadow = scene.kept.journey, scene.kept.journey.shadow
    proven = {p.id: p for p in journey.proven}
    if shadow is not None:
        listed = {p.id for p in journey.plan.people if p.on_sos_list}
        told = {p.id: p for p in shadow.proven}
        proven = {p.id: p for p in journey.proven if p.to in listed or p.id in told}
        proven |= {p.id: p for p in shadow.proven if p.to not in listed}
    answers = _answers(scene)
    ordered = sorted(proven.values(), key=lambda p: p.made_at, reverse=True)
    return [_message(scene, proof, answers.get(proof.id, "")) for proof in ordered]


def _message(scene: Scene, proof: Proven, answer: str) -> Told:
    her = proof.to == HER
    contact = None if her else scene.account.contact(proof.to)
    name = f"{scene.account.name}, her own phone" if her else contact.name if contact is not None else "a contact"
    entry = _entry(scene, proof)
    return Told(
        to=name,
        channel={Channel.CALL: "call", Channel.EMAIL: "e-mail"}.get(proof.channel, "text"),
        about=ABOUT[proof.kind],
        clock=clock_of(proof.made_at, scene.zone, seconds=True),
        text=entry.text if entry is not None else "Not written yet: the words are made when it is sent.",
        steps=tuple(_steps(proof)),
        answer=answer,
    )


def _entry(scene: Scene, proof: Proven) -> Entry | None:
    thread = _thread(scene, proof.to)
    return next((one for one in thread if one.notice_id == proof.id), None)


def _thread(scene: Scene, who: str) -> Sequence[Entry]:
    contact = scene.account.contact(who)
    number = scene.account.number if who == HER else contact.number if contact is not None else ""
    return scene.threads.get(number, ())


def _answers(scene: Scene) -> dict[str, str]:
    """What was typed or keyed on each phone after one of our messages and before the next."""
    found: dict[str, str] = {}
    for who in (HER, *(c.id for c in scene.account.contacts)):
        last = ""
        for entry in sorted(_thread(scene, who), key=lambda one: (one.at, one.direction is Direction.IN)):
            if entry.direction is Direction.IN:
                last = entry.notice_id
                if entry.keyed:
                    found[last] = f"keyed {entry.keyed}" if who != HER else "keyed something"
            elif last:
                said = _masked(entry.text) if who == HER else entry.text
                found[last] = f"{found[last]}, {said}" if last in found else said
    return found


def _masked(text: str) -> str:
    """Her PIN is nobody's to read, in the sandbox neither."""
    return " ".join("····" if word.isdigit() and len(word) >= 4 else word for word in text.split())


def _steps(proof: Proven) -> list[Step]:
    """Promise 4: accepted, sent, delivered, each with its seconds; or where it went wrong."""

    def step(name: str, at: float | None) -> Step:
        return Step(name=name, after="" if at is None else lasting(at - proof.made_at), reached=at is not None)

    if proof.dropped is not None:
        return [Step(name=f"not sent: {proof.dropped}", reached=False, failed=True)]
    steps = [step("accepted", proof.accepted_at)]
    call = proof.channel is Channel.CALL
    if proof.state in (Delivery.UNDELIVERED, Delivery.FAILED):
        undelivered = proof.state is Delivery.UNDELIVERED
        word = _no_key(proof) if call else "undelivered" if undelivered else "refused"
        after = "" if proof.failed_at is None else lasting(proof.failed_at - proof.made_at)
        return [*steps, Step(name=word, after=after, failed=True)]
    steps.append(step("ringing" if call else "sent", proof.sent_at))
    if call:
        steps.append(step("answered", proof.answered_at))
    steps.append(step("a key pressed" if call else "delivered", proof.delivered_at))
    return steps


def _no_key(proof: Proven) -> str:
    """What became of a call that told nobody."""
    return "not taken" if proof.answered_at is None else "answered, and no key pressed"
