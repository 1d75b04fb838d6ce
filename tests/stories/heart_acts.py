"""Everything that can happen to a journey, as data that hypothesis can draw and a story can replay.

An act is a name and what it needs; `play` does it to a `Walk` at its minute and `acts` draws them.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from hypothesis import strategies as st
from msgspec.structs import replace

from alerts.contact import Channel
from alerts.gateway import Delivery
from alerts.ladder import Said
from alerts.notice import HER
from geofence.sighting import Standing
from service.journey import claims, company, fixes, havens, pressed, said, way
from service.journey.advance import resumed
from service.journey.cover import judged, seen_by, under_duress
from service.journey.havens import OpenHaven
from service.journey.model import Journey, JourneyKind, Leg, Outage, Proof
from service.journey.rerouting import rerouted
from service.journey.turn import Outcome
from tests.builders import EMMA, EVERYBODY, START, Walk, at, at_home, plan, sighting

PUSH, SMS, CALL = Channel.PUSH, Channel.SMS, Channel.CALL
WHO = ("beth", "dad", "chloe", "emma", "stranger")
WORDS = (Said.SEEN, Said.TAKEN, Said.CANT, Said.SPOKEN, Said.WITH_HER, Said.POLICE, Said.NOTHING)
PROOFS = tuple(Proof)
OPERATORS_ACTS = ("claimed", "renewed", "released", "logged", "resolved")
HERS = ("answered", "extended", "leg", "ended", "sos_cancelled", "waited", "rerouted")


class Act(NamedTuple):
    """`name` and its arguments; see `play`."""

    name: str
    args: tuple[Any, ...] = ()


BY_BUS = (Leg("foot", "the stop", 600.0, 700.0), Leg("ride", "Strood", 900.0), Leg("foot", "home", 300.0))
STANDINGS = tuple(Standing)
PLACES = {
    "p1": OpenHaven(id="p1", name="Police station", lat=51.381, lon=0.5, kind="police"),
    "s1": OpenHaven(id="s1", name="Open church", lat=51.381, lon=0.5, kind="scheme", closes_at=at(20)),
    "u1": OpenHaven(id="u1", name="The Ship", lat=51.389, lon=0.505, kind="pub", automatic=False),
}
STEPS = (0.0, 0.05, 0.5, 1.0, 3.0, 7.0, 20.0, 90.0, 1500.0)

_steps = st.builds(lambda m: Act("wait", (m,)), st.sampled_from(STEPS))
_wakes = st.just(Act("wake"))
_fixes = st.builds(
    lambda standing, inside, fresh, bad, turning: Act("fix", (standing, inside, fresh, bad, turning)),
    st.sampled_from(STANDINGS),
    st.booleans(),
    st.sampled_from((True, True, True, False)),
    st.sampled_from((None, None, None, "jump")),
    st.sampled_from(("", "", "", "boarded", "left", "reached")),
)
_beats = st.builds(
    lambda battery, expected, gasp: Act("beat", (battery, expected, gasp)),
    st.sampled_from((None, 80, 9)),
    st.sampled_from((None, None, "screen_locked")),
    st.sampled_from((False, False, True)),
)
_answers = st.builds(
    lambda what, proof, prompt, ago: Act("answered", (what, proof, prompt, ago)),
    st.sampled_from(("ok", "stopping", "another_way", "next_leg", "help")),
    st.sampled_from(PROOFS),
    st.sampled_from(("", "", "", "p1", "d2")),
    st.sampled_from((None, None, 5.0)),
)
_mores = st.builds(
    lambda m, proof: Act("extended", (m, proof)), st.sampled_from((-5.0, 0.0, 5.0, 90.0)), st.sampled_from(PROOFS)
)
_legs = st.builds(lambda to, proof: Act("leg", (to, proof)), st.sampled_from((0, 1, 2, 3)), st.sampled_from(PROOFS))
_ends = st.builds(lambda proof: Act("ended", (proof,)), st.sampled_from(PROOFS))
waited = st.builds(
    lambda what, proof, ago: Act("waited", (what, proof, ago)),
    st.sampled_from(("answered", "extended", "ended", "sos_cancelled")),
    st.sampled_from(PROOFS),
    st.sampled_from((0.05, 5.0, 30.0)),
)
"""Something she pressed so many minutes ago, where there was no signal."""
_cancels = st.builds(lambda proof: Act("sos_cancelled", (proof,)), st.sampled_from(PROOFS))
_lines = st.builds(lambda proof: Act("rerouted", (proof,)), st.sampled_from(PROOFS))
_asides = st.builds(lambda id_: Act("diverted", (id_,)), st.sampled_from(tuple(PLACES)))
_cries = st.builds(lambda window: Act("sos", (window,)), st.booleans())
_small = st.sampled_from((Act("paused", (10.0,)), Act("picked_up"), Act("down")))
_words = st.builds(
    lambda who, word, code: Act("said", (who, word, code)), st.sampled_from(WHO), st.sampled_from(WORDS), st.booleans()
)
_removals = st.builds(lambda who: Act("removed", (who,)), st.sampled_from(WHO))
_operators = st.sampled_from(("olga", "omar"))
_claims = st.builds(
    lambda name, who: Act(name, (who,)), st.sampled_from(("claimed", "claimed", "renewed", "released")), _operators
)
_logs = st.builds(lambda who, what: Act("logged", (who, what)), _operators, st.sampled_from(claims.LOGGED))
_looks = st.builds(
    lambda who, what: Act("looked", (who, what)), st.sampled_from((*WHO, "olga")), st.sampled_from(("place", "safe?"))
)
_company = st.builds(lambda who: Act("company", (who,)), st.sampled_from(((), ("beth",), ("operators", "chloe"))))
_resolutions = st.builds(
    lambda who, code, word: Act("resolved", (who, code, word)),
    _operators,
    st.sampled_from(("found", "spoke_to_her")),
    st.booleans(),
)
_receipts = st.builds(
    lambda nth, state, good: Act("receipt", (nth, state, good)),
    st.integers(0, 30),
    st.sampled_from(tuple(Delivery)),
    st.booleans(),
)
_drops = st.builds(lambda nth: Act("dropped", (nth,)), st.integers(0, 30))

time_alone = st.one_of(_steps, _wakes, _wakes)
from_phone = st.one_of(_fixes, _beats)
from_contacts = st.one_of(_words, _removals)
from_her = st.one_of(_answers, _mores, _legs, _ends, _cancels, _cries, _small, waited, _lines, _asides)
claims_alone = st.one_of(_claims, _logs)
from_operators = st.one_of(claims_alone, _resolutions)
from_provider = st.one_of(_receipts, _receipts, _drops)
anything = st.one_of(
    time_alone,
    time_alone,
    from_phone,
    from_phone,
    from_her,
    from_contacts,
    from_provider,
    from_operators,
    st.one_of(_looks, _company),
)


def without_closing(acts: st.SearchStrategy[Act]) -> st.SearchStrategy[Act]:
    """None of these lowers or closes anything: no PIN, no operator's resolution, no fix inside, no tap at the door."""
    return acts.filter(
        lambda a: (
            a.name not in ("resolved", "ended", "waited")
            and Proof.PIN not in a.args
            and not (a.name == "fix" and a.args[1])
        )
    )


@st.composite
def starts(draw: st.DrawFn, *, streams: bool | None = None, hours: bool = True) -> Walk:
    """Anna has set off with any profile, plan, contacts and channels; what is sent is delivered, or not at all. `hours`:
    her contacts may have some, which midnight changes."""
    some = ("", "", "07:00-22:00", "00:00-06:00") if hours else ("",)
    tiers = draw(st.sampled_from(((1, 1, 2), (1, 2, 2), (1, 1, 1), (2, 2, 2))))
    listed = draw(
        st.sampled_from(((True, True, False), (True, True, True), (False, False, False), (True, False, True)))
    )
    people = tuple(
        replace(
            p,
            tier=tier,
            on_sos_list=on,
            reachable_by_sms=draw(st.sampled_from((True, True, False))),
            hours=draw(st.sampled_from(some)),
        )
        for p, tier, on in zip(EVERYBODY, tiers, listed, strict=True)
    )[: draw(st.sampled_from((3, 3, 2, 1)))]
    plan_min = draw(st.sampled_from((5.0, 30.0, 240.0)))
    chosen = plan(
        draw(st.sampled_from(("relaxed", "standard", "high_risk"))),
        plan_min,
        people=people,
        kind=draw(
            st.sampled_from((JourneyKind.DESTINATION, JourneyKind.DESTINATION, JourneyKind.TIMER, JourneyKind.SOS))
        ),
        streams=draw(st.booleans()) if streams is None else streams,
        doorstep=draw(st.sampled_from((False, False, True))),
        legs=draw(st.sampled_from(((), (), BY_BUS))),
        second_sender=draw(st.booleans()),
        tell=draw(st.sampled_from(((), ("beth",), ("beth", "chloe")))),
        invited=draw(st.sampled_from(((), (EMMA,), (replace(EMMA, on_sos_list=False),)))),
        arrived=draw(st.sampled_from((True, True, False))),
        hers=draw(st.sampled_from(((PUSH, SMS, CALL), (PUSH, SMS, CALL), (PUSH, SMS), (PUSH, CALL), (PUSH,)))),
    )
    armed = pressed.armed("anna-1", chosen, at(plan_min * 1.15), START)
    anna = Walk(armed.journey)
    anna.hands = draw(st.sampled_from((True, True, False)))
    anna.delivers = draw(st.booleans())
    anna.keep(armed)
    return anna


def play(anna: Walk, act: Act) -> None:
    """Does one act at her minute; waiting moves the clock, with or without somebody looking in between."""
    outcome = done(anna, act)
    if outcome is not None:
        anna.keep(outcome)


def done(anna: Walk, act: Act) -> Outcome | None:
    """What an act comes to, not yet kept."""
    now = at(anna.minute)
    match act.name, act.args:
        case "wait", (minutes,):
            anna.minute += minutes
            return judged(anna.journey, Outcome, at(anna.minute))
        case "wake", _:
            from service.journey.advance import next_wake  # noqa: PLC0415

            wake = next_wake(anna.journey)
            if wake is None:
                return None
            anna.minute = max(anna.minute, (wake - START) / 60)
            return judged(anna.journey, Outcome, max(wake, now))
        case "down", _:
            outage = Outage(now, at(anna.minute + 30))
            anna.minute += 30
            return resumed(anna.journey, outage, at(anna.minute))
        case "looked", (who, what):
            return seen_by(anna.journey, who, what, now)
        case name, args if name in HERS:
            act_of, proof = _hers(name, args, now)
            if proof is Proof.DURESS:
                return under_duress(anna.journey, act_of, now)
            return judged(anna.journey, lambda j: act_of(j, proof), now)
        case _:
            return judged(anna.journey, _plain(anna, act, now), now)


def _hers(name: str, args: tuple[Any, ...], now: float) -> tuple[Callable[[Journey, Proof], Outcome], Proof]:
    if name == "answered":
        what, proof, prompt, ago = args
        given_at = None if ago is None else now - ago * 60
        return lambda j, p: pressed.answered(j, prompt, what, now, p, 10.0, given_at=given_at), proof
    if name == "extended":
        minutes, proof = args
        return lambda j, p: pressed.extended(j, minutes, now, p), proof
    if name == "leg":
        to, proof = args
        return lambda j, p: way.on_leg(j, to, now, p), proof
    if name == "ended":
        return lambda j, p: pressed.ended(j, now, p), args[0]
    if name == "rerouted":
        return lambda j, p: rerouted(j, j.leg, 1700.0, now, p), args[0]
    if name == "waited":
        what, proof, ago = args
        return _late(what, now, now - ago * 60), proof
    return lambda j, p: pressed.sos_cancelled(j, now, p), args[0]


def _late(what: str, now: float, given_at: float) -> Callable[[Journey, Proof], Outcome]:
    match what:
        case "answered":
            return lambda j, p: pressed.answered(j, "", "ok", now, p, given_at=given_at)
        case "extended":
            return lambda j, p: pressed.extended(j, 10.0, now, p, given_at=given_at)
        case "ended":
            return lambda j, p: pressed.ended(j, now, p, given_at=given_at)
    return lambda j, p: pressed.sos_cancelled(j, now, p, given_at=given_at)


def _plain(anna: Walk, act: Act, now: float) -> Callable[[Journey], Outcome]:
    args = act.args
    match act.name:
        case "fix":
            standing, inside, fresh, bad, turning = args
            changes = {"fresh": fresh, "set_aside": bad, "standing": standing, "turning": turning}
            near = tuple(PLACES.values())
            if standing is Standing.AT_HAVEN:
                changes["haven"] = near[round(anna.minute) % 2].id
            seen = (at_home if inside else sighting)(anna.minute, **changes)
            return lambda j: fixes.sighted(j, [seen], now, near)
        case "beat":
            return lambda j: fixes.heard(j, now, battery_pct=args[0], expected=args[1], last_gasp=args[2])
        case "sos":
            return lambda j: pressed.sos(j, now, window=args[0])
        case "paused":
            return lambda j: pressed.paused(j, args[0], now)
        case "diverted":
            return lambda j: havens.diverted(j, PLACES[args[0]], now)
        case "picked_up":
            return lambda j: pressed.picked_up(j, now)
    return _others(anna, act, now)


def _others(anna: Walk, act: Act, now: float) -> Callable[[Journey], Outcome]:
    args = act.args
    match act.name:
        case "said":
            return lambda j: said.contact_said(j, args[0], args[1], now, with_code=args[2])
        case "removed":
            return lambda j: said.contact_removed(j, args[0], now)
        case "claimed" | "renewed" | "released":
            return lambda j: getattr(claims, act.name)(j, args[0], now)
        case "logged":
            return lambda j: claims.logged(j, args[0], args[1], "3107", now)
        case "company":
            return lambda j: company.asked_company(j, args[0], now)
        case "resolved":
            return lambda j: claims.resolved(j, args[0], args[1], now, word_spoken=args[2])
        case "receipt":
            notice = _nth(anna, args[0])
            return lambda j: said.reported(j, notice, args[1], now, for_good=args[2])
        case "dropped":
            notice = _nth(anna, args[0])
            return lambda j: said.dropped(j, notice, "not needed", now)
    raise AssertionError(act)


def _nth(anna: Walk, nth: int) -> str:
    """One of the newest notices, or one that nobody knows."""
    return anna.notices[-1 - nth].id if nth < len(anna.notices) else f"anna-1/i9/L2/{HER}/sms/1"
