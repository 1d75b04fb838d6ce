"""Anna on her way home, her contacts, and a walk that goes from deadline to deadline under its own clock.

Anna travels. Beth and Dad are told first (Dad is her primary contact), Chloe is in the second tier and not on the SOS
list. Clocks begin at 23:00 UTC; everything is told in minutes from there.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from msgspec.structs import replace

from alerts.contact import Channel, Recipient
from alerts.gateway import Delivery
from alerts.ladder import Said
from alerts.notice import HER, Kind, Notice
from geofence.sighting import Sighting, Standing
from service.journey import claims, fixes, pressed, said
from service.journey.advance import next_wake, resumed
from service.journey.cover import judged, under_duress
from service.journey.events import Event
from service.journey.model import Incident, Journey, JourneyKind, JourneyState, Outage, Plan, Proof
from service.journey.plan import Seen
from service.journey.turn import Answer, Outcome

START = 1_767_222_000.0
"""31 December 2025, 23:00 UTC."""
MINUTE = 60.0
BETH = Recipient(id="beth")
DAD = Recipient(id="dad", primary=True)
CHLOE = Recipient(id="chloe", tier=2, on_sos_list=False)
EVERYBODY = (BETH, DAD, CHLOE)
EMMA = Recipient(id="emma", channels=(Channel.SMS,))
"""Was asked and has not said YES: in nobody's plan unless a story puts her there."""
HOME = (51.389, 0.505)

Row = tuple[float, str, str, str, str]
"""Minute (from the start, or from where the story counts), to, kind, rung, channel."""


def at(minute: float) -> float:
    """The instant `minute` minutes after the start."""
    return START + minute * MINUTE


def seen_at(lat: float, lon: float, accuracy_m: float | None = 8.0) -> Seen:
    """Where her phone was seen when the story began."""
    return Seen(lat=lat, lon=lon, at=START, received_at=START, accuracy_m=accuracy_m)


def plan(profile: str = "standard", plan_min: float = 30.0, **changes: Any) -> Plan:
    """Anna's plan: home on foot, half an hour, her phone streams along a route."""
    fields: dict[str, Any] = {
        "kind": JourneyKind.DESTINATION,
        "profile": profile,
        "reference": "K742",
        "code": "42",
        "destination": "home",
        "began_at": START,
        "plan_s": plan_min * MINUTE,
        "people": EVERYBODY,
        **changes,
    }
    return Plan(**fields)


def journey(
    profile: str = "standard",
    plan_min: float = 30.0,
    eta_min: float | None = 35.0,
    *,
    key: str = "anna-1",
    **changes: Any,
) -> Journey:
    """Anna has set off."""
    eta_at = None if eta_min is None else at(eta_min)
    return pressed.armed(key, plan(profile, plan_min, **changes), eta_at, START).journey


def sighting(minute: float, standing: Standing = Standing.ON_ROUTE, **changes: Any) -> Sighting:
    """A fresh, plausible fix of Anna's phone on its way home, walking."""
    fields: dict[str, Any] = {
        "seq": round(minute * 60),
        "at": at(minute),
        "received_at": at(minute),
        "lat": 51.380 + minute * 1e-4,
        "lon": 0.500,
        "fresh": True,
        "accuracy_m": 8.0,
        "speed_mps": 1.3,
        "standing": standing,
        "to_go_m": 900.0,
        "pace_mps": 1.3,
        **changes,
    }
    return Sighting(**fields)


def at_home(minute: float, *, arriving: bool = True, **changes: Any) -> Sighting:
    """A fix inside the destination."""
    lat, lon = HOME
    fields: dict[str, Any] = {"inside": True, "arriving": arriving, "lat": lat, "lon": lon, "speed_mps": 0.1}
    return sighting(minute, **{"standing": Standing.UNKNOWN, **fields, **changes})


@dataclass
class Walk:
    """One journey under its own clock. What is told is handed over at once, and delivered unless it says otherwise.

    `minute` is where the clock stands; `rows` are all notices as (minute, to, kind, rung, channel).
    """

    journey: Journey
    minute: float = 0.0
    delivers: bool = True
    hands: bool = True
    rows: list[Row] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    answer: Answer | None = None

    def do(self, act: Callable[[Journey], Outcome]) -> Answer:
        """One act at this minute, as the shell does it: time first."""
        return self.keep(judged(self.journey, act, at(self.minute)))

    def keep(self, outcome: Outcome) -> Answer:
        """Writes down what came of it, and lets the provider speak."""
        self.journey = outcome.journey
        self.events += outcome.events
        self.notices += outcome.notices
        self.rows += [(round(self.minute, 2), n.to, n.kind.value, n.rung, n.channel.value) for n in outcome.notices]
        for notice in outcome.notices:
            if self.hands:
                self.handed(notice.id)
            if self.hands and self.delivers:
                self.reported(notice.id)
        self.answer = outcome.answer
        return outcome.answer

    def handed(self, notice_id: str) -> None:
        self.do(lambda j: said.handed(j, notice_id, "SM1", at(self.minute)))

    def reported(self, notice_id: str, state: Delivery = Delivery.DELIVERED, *, for_good: bool = False) -> None:
        self.do(lambda j: said.reported(j, notice_id, state, at(self.minute), for_good=for_good))

    def to(self, minute: float) -> "Walk":
        """Lives from deadline to deadline until `minute`."""
        while (wake := next_wake(self.journey)) is not None and wake <= at(minute):
            self.minute = max(self.minute, (wake - START) / MINUTE)
            before = self.journey
            self.do(Outcome)
            assert self.journey != before, "at next_wake something must change"
        self.minute = minute
        self.do(Outcome)
        return self

    def jump(self, minute: float) -> "Walk":
        """Nobody looks until `minute`."""
        self.minute = minute
        self.do(Outcome)
        return self

    def down(self, from_min: float, to_min: float) -> "Walk":
        """We are not listening between these minutes, and find out at the end of them."""
        self.to(from_min)
        self.minute = to_min
        self.keep(resumed(self.journey, Outage(at(from_min), at(to_min)), at(to_min)))
        self.do(Outcome)
        return self

    # ── her phone ──

    def beat(self, minute: float | None = None, **changes: Any) -> "Walk":
        self._reach(minute)
        self.do(lambda j: fixes.heard(j, at(self.minute), **changes))
        return self

    def fix(self, standing: Standing = Standing.ON_ROUTE, minute: float | None = None, **changes: Any) -> "Walk":
        self._reach(minute)
        self.do(lambda j: fixes.sighted(j, [sighting(self.minute, standing, **changes)], at(self.minute)))
        return self

    def sends(self, *seen: Sighting) -> "Walk":
        """One frame with all of these, at this minute."""
        self.do(lambda j: fixes.sighted(j, seen, at(self.minute)))
        return self

    def inside(self, minute: float | None = None, **changes: Any) -> "Walk":
        self._reach(minute)
        self.do(lambda j: fixes.sighted(j, [at_home(self.minute, **changes)], at(self.minute)))
        return self

    def streaming(
        self, until: float, standing: Standing = Standing.ON_ROUTE, every: float = 0.5, **changes: Any
    ) -> "Walk":
        """A fix every minute until then."""
        while self.minute + every <= until:
            self.fix(standing, self.minute + every, **changes)
        return self.to(until)

    def _reach(self, minute: float | None) -> None:
        if minute is not None:
            self.to(minute)

    # ── what she does ──

    def answers(
        self,
        what: str = "ok",
        proof: Proof = Proof.NONE,
        *,
        prompt: str = "",
        minutes: float = 0.0,
        given: float | None = None,
    ) -> Answer:
        given_at = None if given is None else at(given)
        return self._act(
            lambda j, p: pressed.answered(j, prompt, what, at(self.minute), p, minutes, given_at=given_at), proof
        )

    def extends(self, minutes: float, proof: Proof = Proof.NONE) -> Answer:
        return self._act(lambda j, p: pressed.extended(j, minutes, at(self.minute), p), proof)

    def pauses(self, minutes: float = 0.0) -> Answer:
        return self.do(lambda j: pressed.paused(j, minutes, at(self.minute)))

    def ends(self, proof: Proof = Proof.PIN, *, given: float | None = None) -> Answer:
        given_at = None if given is None else at(given)
        return self._act(lambda j, p: pressed.ended(j, at(self.minute), p, given_at=given_at), proof)

    def sos(self, *, window: bool = True) -> Answer:
        return self.do(lambda j: pressed.sos(j, at(self.minute), window=window))

    def cancels_sos(self, proof: Proof = Proof.PIN) -> Answer:
        return self._act(lambda j, p: pressed.sos_cancelled(j, at(self.minute), p), proof)

    def picks_up(self) -> Answer:
        return self.do(lambda j: pressed.picked_up(j, at(self.minute)))

    def _act(self, act: Callable[[Journey, Proof], Outcome], proof: Proof) -> Answer:
        if proof is Proof.DURESS:
            return self.keep(under_duress(self.journey, act, at(self.minute)))
        return self.do(lambda j: act(j, proof))

    # ── what others do ──

    def says(self, who: str, word: Said, *, with_code: bool = True, number: str = "") -> Answer:
        return self.do(
            lambda j: said.contact_said(j, who, word, at(self.minute), with_code=with_code, police_number=number)
        )

    def removes(self, who: str) -> Answer:
        return self.do(lambda j: said.contact_removed(j, who, at(self.minute)))

    def operator(self, act: str, *args: str, by: str = "olga", **how: bool) -> Answer:
        """`claimed`, `renewed`, `released`, `logged` or `resolved`, by the operator Olga unless it is Omar."""
        return self.do(lambda j: getattr(claims, act)(j, by, *args, at(self.minute), **how))

    def attended(self, until: float, by: str = "olga") -> "Walk":
        """An operator's page is open until then: it takes the incident, and renews that twice a minute."""
        self.operator("claimed", by=by)
        while self.minute + 0.5 <= until:
            self.to(self.minute + 0.5).operator("renewed", by=by)
        return self.to(until)

    # ── what came of it ──

    def state(self) -> JourneyState:
        return self.journey.state

    @property
    def incident(self) -> Incident:
        assert self.journey.incident is not None
        return self.journey.incident

    def told(self, *who: str, since: float = 0.0, counted_from: float = 0.0) -> list[Row]:
        """The rows to these people (all contacts when nobody is named), minutes counted from `counted_from`."""
        return [
            (round(minute - counted_from, 2), to, kind, rung, channel)
            for minute, to, kind, rung, channel in self.rows
            if minute >= since and (to in who if who else to != HER)
        ]

    def kinds(self, *who: str, since: float = 0.0) -> list[str]:
        return [row[2] for row in self.told(*who, since=since)]

    def heard_of(self, kind: Kind) -> set[str]:
        """Who got a notice of this kind."""
        return {row[1] for row in self.rows if row[2] == kind.value}


def walk(profile: str = "standard", plan_min: float = 30.0, eta_min: float | None = 35.0, **changes: Any) -> Walk:
    """Anna sets off, with all her contacts reachable."""
    eta_at = None if eta_min is None else at(eta_min)
    armed = pressed.armed("anna-1", plan(profile, plan_min, **changes), eta_at, START)
    anna = Walk(armed.journey)
    anna.keep(armed)
    return anna


def timer(profile: str = "standard", plan_min: float = 30.0, eta_min: float | None = 35.0, **changes: Any) -> Walk:
    """The same without a stream: only the ETA speaks, so that no lost link tells another story beside it."""
    return walk(profile, plan_min, eta_min, streams=False, **changes)


def people(*ids: str, **changes: Any) -> tuple[Recipient, ...]:
    """These three, changed alike."""
    return tuple(replace(p, **changes) for p in EVERYBODY if p.id in ids)


def minutes(rows: Iterable[Row]) -> list[float]:
    """When, and nothing else."""
    return [row[0] for row in rows]


L2 = 41.0
"""Minute at which contacts of `overdue` and `undelivered` are told: ETA 35, six minutes of grace."""
DAY = 24 * 60.0


def overdue(profile: str = "standard", **changes: Any) -> Walk:
    """Anna's contacts have just been told; `L2` is now."""
    return timer(
        profile, plan_min=30, eta_min={"relaxed": 31.0, "standard": 35.0, "high_risk": 37.0}[profile], **changes
    ).to(L2)


def undelivered(**changes: Any) -> Walk:
    """The same; the provider takes everything and proves nothing."""
    anna = timer(**changes)
    anna.delivers = False
    return anna.to(L2)
