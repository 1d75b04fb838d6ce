"""What her phone tells: frames keep the link alive, fresh fixes move progress, arrival and the clearing of prompts.

Only a fresh, plausible sighting judges anything; all others are history. No fix ever lowers an incident that
others have been told of.
"""

from collections.abc import Sequence

from msgspec.structs import replace

from alerts.contact import Channel
from alerts.notice import Kind
from geofence.boarding import BOARDED
from geofence.destination import Destination
from geofence.fix import Fix
from geofence.plane import distance_m
from geofence.sighting import Sighting, Standing

from . import havens, legs, lit
from .asking import is_quiet, is_worse, moved_on, raise_prompt, stands, withdraw
from .closing import close
from .events import ArrivalSeen, ArrivalUndone, BatteryLow, Heard, LastGasp, PhoneReachedHome, ProgressChanged
from .havens import OpenHaven
from .model import (
    FLAT,
    Arrival,
    Cause,
    CloseReason,
    Journey,
    JourneyKind,
    JourneyState,
    Level,
    LinkState,
    Progress,
    Proof,
    Seen,
)
from .silence import GUESSED
from .tables import moved
from .turn import Outcome, Turn, because, elsewhere

CAUSES = {
    Standing.STALLED: Cause.STALLED,
    Standing.OFF_ROUTE: Cause.OFF_ROUTE,
    Standing.AWAY: Cause.AWAY,
    Standing.VEHICLE: Cause.VEHICLE,
}
OF_HER_WAY = (Cause.OFF_ROUTE, Cause.AWAY, Cause.VEHICLE)


def heard(
    journey: Journey,
    now: float,
    *,
    still: bool | None = None,
    battery_pct: int | None = None,
    charging: bool | None = None,
    expected: str | None = None,
    expected_until: float | None = None,
    last_gasp: bool = False,
) -> Outcome:
    """Any frame of her phone: the link is live. `expected` is the phone's own word that it may fall silent
    (`screen_locked`, `underground`); a frame without it takes the word back. `last_gasp`: its battery is about to
    die, and the silence that follows is explained; a frame that itself tells of a battery that is not low explains none."""
    turn = Turn(journey, now)
    gasped = journey.link.expected == FLAT
    _hear(turn, still=still, battery_pct=battery_pct, charging=charging)
    link = turn.journey.link
    dying = last_gasp and (battery_pct is None or battery_pct <= journey.numbers.low_battery_pct)
    if dying and _streams(journey):
        expected, expected_until = FLAT, None
        if not gasped:
            pct = turn.journey.battery_pct
            turn.happened(LastGasp(at=turn.now, pct=pct, because=because(battery_pct=pct)))
    if _streams(journey) and (link.expected, link.expected_until) != (expected, expected_until):
        turn.set(link=replace(link, expected=expected, expected_until=expected_until))
    return turn.outcome()


def sighted(
    journey: Journey,
    sightings: Sequence[Sighting],
    now: float,
    near: tuple[OpenHaven, ...] = (),
    home: Destination | None = None,
    lights: bytes = b"",
) -> Outcome:
    """The judged fixes of one frame, in order of `seq`. The frame itself was heard, whatever is in it. `near` are the havens
    they were held against, `home` is where she is going, if this leg ends elsewhere, `lights` those of the leg's route."""
    turn = Turn(journey, now)
    newest = sightings[-1] if sightings else None
    still = None if newest is None or newest.speed_mps is None else newest.speed_mps < journey.numbers.still_mps
    _hear(turn, still=still, battery_pct=newest.battery_pct if newest else None)
    return _seen(turn, sightings, near, home, lights)


def tracked(
    journey: Journey,
    sightings: Sequence[Sighting],
    now: float,
    *,
    every_s: float,
    battery_pct: int | None = None,
    cried: Fix | None = None,
    home: Destination | None = None,
) -> Outcome:
    """The same for what a linked tracker app reported. It is asked for no cadence: its silence is judged by `every_s`, how
    often it speaks when still (row 2). What it alone has seen is marked, so that no screen of hers draws it, and is as old
    as the app says: it may come late. `cried` is the place that came with her alarm: if it is newer than what we have, it
    is told as where she was last seen, and judges nothing."""
    turn = Turn(journey, now)
    _hear(turn, still=None, battery_pct=battery_pct, every_s=every_s)
    if _streams(turn.journey) and turn.journey.link.expected is not None:  # her other phone's word about itself
        turn.set(link=replace(turn.journey.link, expected=None, expected_until=None))
    before = turn.journey.seen
    _seen(turn, sightings, None, home)  # no haven: her own story would say where a tracker has seen her
    seen = turn.journey.seen
    if cried is not None and turn.journey.under_way and (seen is None or seen.at < cried.at):
        seen = Seen(lat=cried.lat, lon=cried.lon, at=cried.at, received_at=now, accuracy_m=cried.accuracy_m)
    if seen is not None and seen is not before:
        turn.set(seen=replace(seen, tracked=True, received_at=min(seen.received_at, seen.at)))
    return turn.outcome()


def _seen(
    turn: Turn,
    sightings: Sequence[Sighting],
    near: tuple[OpenHaven, ...] | None,
    home: Destination | None,
    lights: bytes = b"",
) -> Outcome:
    journey = turn.journey
    home_since = None
    for sighting in sightings:
        if sighting.set_aside is not None:
            continue
        home_since = None if not sighting.inside else sighting.at if home_since is None else home_since
        if sighting.fresh and turn.journey.under_way:
            if turn.journey.leg != journey.leg or _is_home(turn, sighting, home):
                _on_the_leg_before(turn, sighting)
            else:
                _judge(turn, sighting, home_since if _settling(journey, turn.now) else None, near)
                if near is not None and (lights or turn.journey.light is not None):
                    lit.seen(turn, sighting, lights if turn.journey.leg == journey.leg else b"")
    return turn.outcome()


def _is_home(turn: Turn, s: Sighting, home: Destination | None) -> bool:
    return home is not None and not s.turning and legs.at_home(turn, s, home)


def _on_the_leg_before(turn: Turn, s: Sighting) -> None:
    """The rest of a frame in which a leg began was held against the one before it: it says where she is, and no more."""
    turn.set(seen=elsewhere(_place(s)))


def _settling(journey: Journey, now: float) -> bool:
    """Row 21: we have just been away, so what her phone kept meanwhile counts as arrival."""
    n = journey.numbers
    return journey.outage is not None and now - journey.outage.to_at <= n.settle_s + n.settle_prompt_s


def cadence_s(journey: Journey, *, still: bool) -> float:
    """Row 1: what the phone is asked for now."""
    n = journey.numbers
    alarm = journey.alarm
    if journey.sos is not None or (alarm is not None and alarm.cause in (Cause.SOS, Cause.DURESS)):
        return n.cadence_alarm_s
    if journey.battery_pct is not None and journey.battery_pct <= n.low_battery_pct and not journey.charging:
        return n.cadence_low_battery_s
    return n.cadence_still_s if still and not _watches_for_ride(journey) else n.cadence_moving_s


def _watches_for_ride(journey: Journey) -> bool:
    """A phone that lies still where her ride leaves from is asked as if it moved: else it tells of the bus a minute late."""
    return journey.seen is not None and legs.by_its_ride(journey, journey.seen.to_go_m)


def _hear(
    turn: Turn,
    *,
    still: bool | None,
    battery_pct: int | None = None,
    charging: bool | None = None,
    every_s: float | None = None,
) -> None:
    if not turn.journey.under_way:
        return
    _battery(turn, battery_pct, charging)
    journey, link = turn.journey, turn.journey.link
    if _streams(journey):
        state = link.state
        if state is not LinkState.LIVE:
            event = Heard(at=turn.now, because=because(silent_s=turn.now - link.heard_at if link.heard_at else None))
            state = moved("Link", state, event)
            turn.happened(event)
        is_still = link.cadence_s >= journey.numbers.cadence_still_s if still is None else still
        asked_s = cadence_s(journey, still=is_still) if every_s is None else every_s
        if link.expected in GUESSED:  # our own guess, made when the phone fell silent, or its last word
            link = replace(link, expected=None, expected_until=None)
        heard_at = max(turn.now, link.heard_at)
        turn.set(link=replace(link, state=state, heard_at=heard_at, cadence_s=asked_s, lost_at=None, told=False))


def _battery(turn: Turn, pct: int | None, charging: bool | None) -> None:
    """Row 20. What her phone tells of its battery, and one warning on her screen; others see it further down."""
    journey = turn.journey
    pct = journey.battery_pct if pct is None else pct
    charging = journey.charging if charging is None else charging
    if pct == journey.battery_pct and charging is journey.charging:
        return
    turn.set(battery_pct=pct, charging=charging)
    if pct is not None and pct <= journey.numbers.battery_warns_pct and not charging and journey.warned_pct is None:
        turn.set(warned_pct=pct)
        turn.happened(BatteryLow(at=turn.now, pct=pct, because=because(limit_pct=journey.numbers.battery_warns_pct)))


def _streams(journey: Journey) -> bool:
    return journey.under_way and journey.plan.streams


def _judge(turn: Turn, s: Sighting, home_since: float | None, near: tuple[OpenHaven, ...] | None) -> None:
    last = legs.is_last(turn.journey)
    seen = _place(s)
    turn.set(seen=seen if last else replace(seen, inside=False), quiet=moved_on(turn.journey, s.lat, s.lon))
    _walked_on(turn, s)
    if near is not None:
        havens.seen(turn, s, near)
    if s.turning and _turns(turn, s):
        return
    _progress(turn, s)
    _prompts(turn, s)
    if last:
        _arrival(turn, s, home_since)


def _place(s: Sighting) -> Seen:
    return Seen(
        lat=s.lat,
        lon=s.lon,
        at=s.at,
        received_at=s.received_at,
        accuracy_m=s.accuracy_m,
        speed_mps=s.speed_mps,
        along_m=s.along_m,
        to_go_m=s.to_go_m,
        pace_mps=s.pace_mps,
        inside=s.inside,
    )


def _turns(turn: Turn, s: Sighting) -> bool:
    """Her fixes show that the next leg has begun. At high risk a ride is begun by her alone."""
    journey = turn.journey
    if legs.takes_tap(journey) or not legs.begin(turn, journey.leg + 1, s.turning, s.because):
        return False
    if s.turning == BOARDED:
        _stands(turn)
    return True


def _stands(turn: Turn) -> None:
    """A ride that her fixes alone began has no corridor, and is no answer to whether she has left the one before it."""
    incident = turn.journey.open_incident
    prompt = incident.prompt if incident is not None else None
    if prompt is not None and prompt.cause in OF_HER_WAY and prompt.gone_since is None:
        stands(turn)


def _walked_on(turn: Turn, s: Sighting) -> None:
    """Row 23: a pause is over when she has moved on from where she stopped, and nobody asks her about it."""
    journey = turn.journey
    if journey.paused_until is None:
        return
    if journey.paused_from is None:
        turn.set(paused_from=(s.lat, s.lon))
    elif distance_m(*journey.paused_from, s.lat, s.lon) >= journey.numbers.quiet_until_moved_m:
        turn.set(paused_until=None, paused_from=None)


def _progress(turn: Turn, s: Sighting) -> None:
    journey = turn.journey
    if (s.standing is Standing.STALLED) is (journey.still_since is None):
        turn.set(still_since=turn.now if journey.still_since is None else None)
    to = Progress(s.standing.value) if _on_a_way(journey) else Progress.UNKNOWN
    if to is Progress.OFF_ROUTE and journey.route_dropped:
        to = Progress.UNKNOWN
    if journey.paused_until is not None and to in (Progress.STALLED, Progress.ON_ROUTE, Progress.UNKNOWN):
        to = Progress.PAUSED
    if to is not journey.progress:
        turn.set(progress=to, progress_since=turn.now)
        turn.happened(ProgressChanged(at=turn.now, to=to, because=s.because or {}))


def _on_a_way(journey: Journey) -> bool:
    """A timer is about being heard from: there is no way to be on or off, and nothing to ask about it."""
    return journey.plan.kind is JourneyKind.DESTINATION


def _prompts(turn: Turn, s: Sighting) -> None:
    """Raises, replaces and withdraws what is between her and us; never touches what others were told."""
    journey = turn.journey
    incident = journey.open_incident
    if (incident is not None and incident.level is not Level.PROMPTING) or not _on_a_way(journey):
        return
    there = s.inside and legs.is_last(journey)
    cause = None if journey.progress is Progress.PAUSED or there else CAUSES.get(s.standing)
    if cause is Cause.OFF_ROUTE and journey.route_dropped:
        cause = None
    if cause is Cause.STALLED and journey.due is not None:
        cause = None  # `due` asks the same question already
    if cause is Cause.STALLED and _waits_for_ride(journey, s, turn.now):
        cause = None
    prompt = incident.prompt if incident else None
    if prompt is None:
        if cause is not None and not is_quiet(journey, cause, turn.now):
            raise_prompt(turn, cause, s.because)
    elif cause is not None and (is_worse(cause, prompt.cause) or prompt.cause is Cause.SIGNAL_LOST):  # it is heard
        raise_prompt(turn, cause, s.because)
    elif cause is not None or prompt.stands or havens.holds(journey, prompt.cause):
        _clearing(turn, None)
    elif prompt.gone_since is None:
        _clearing(turn, turn.now)
    elif turn.now - prompt.gone_since >= journey.numbers.prompt_gone_s:
        withdraw(turn, "cause gone", because(gone_s=turn.now - prompt.gone_since))


def _waits_for_ride(journey: Journey, s: Sighting, now: float) -> bool:
    """Standing where she boards is waiting, and may take as long as standing still on the ride itself (row 5)."""
    n = journey.numbers
    waited_s = now - (now if journey.still_since is None else journey.still_since)
    return legs.by_its_ride(journey, s.to_go_m) and waited_s < n.stalled_ride_s - n.stalled_s


def _clearing(turn: Turn, gone_since: float | None) -> None:
    incident = turn.journey.open_incident
    if incident is not None and incident.prompt is not None and incident.prompt.gone_since != gone_since:
        turn.set(incident=replace(incident, prompt=replace(incident.prompt, gone_since=gone_since)))


def _arrival(turn: Turn, s: Sighting, home_since: float | None) -> None:
    """Row 17. Closes on the first fresh fix still inside, 3 min later; the clock never closes. `home_since` is when
    the fixes that her phone kept while we were away came inside."""
    journey, now, n = turn.journey, turn.now, turn.journey.numbers
    if journey.state is JourneyState.ACTIVE and s.arriving:
        event = ArrivalSeen(at=now, because=because(accuracy_m=s.accuracy_m) | (s.there or {}))
        turn.happened(event)
        since = now if home_since is None else min(now, home_since)
        turn.set(state=moved("Journey", journey.state, event), arrival=Arrival(since))
        _phone_home(turn)
        if home_since is None:
            return
        journey = turn.journey
    if journey.state is not JourneyState.ARRIVED_PENDING or journey.arrival is None:
        return
    if not s.inside:
        stood_s = now - journey.arrival.since
        undone = ArrivalUndone(at=now, because=because(there_s=stood_s) | (s.there or {}))
        turn.happened(undone)
        turn.set(state=moved("Journey", journey.state, undone), arrival=None)
        return
    settled = now - journey.arrival.since >= n.arrival_settles_s
    accurate = s.accuracy_m is not None and s.accuracy_m <= n.arrival_accuracy_m
    if settled and accurate and journey.alarm is None and journey.sos is None and not journey.plan.doorstep:
        withdraw(turn, "arrived")
        numbers = because(settled_s=now - journey.arrival.since, accuracy_m=s.accuracy_m)
        close(turn, CloseReason.ARRIVED, by="fix", proof=Proof.NONE, numbers=numbers)


def _phone_home(turn: Turn) -> None:
    """Arrival evidence in an open incident closes nothing: those told hear it, she is asked for her PIN."""
    incident = turn.journey.alarm
    if incident is None or incident.ladder is None or incident.phone_home_at is not None:
        return
    turn.set(incident=replace(incident, phone_home_at=turn.now))
    turn.happened(PhoneReachedHome(at=turn.now, because=because(open_s=turn.now - incident.opened_at)))
    if incident.cause is not Cause.DURESS:
        told = (*incident.before, *incident.ladder.told)
        turn.tell_contacts(told, "HOME", Kind.PHONE_HOME, incident.id)
    turn.ask_her(f"{incident.id}.home", Kind.DUE, Channel.SMS, {"prompt": incident.id})
