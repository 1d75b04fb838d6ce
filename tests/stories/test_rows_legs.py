"""The timing table on a way of several legs: walk to the bus, ride, walk home (rows 3 to 5, 15, 17)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import pytest
from msgspec.structs import replace

from geofence.destination import Destination
from geofence.route import Route
from geofence.sighting import Standing
from service.doors.phones.view import policy
from service.frames import FixFrame, Grids, RawFix, on_leg, sift, take_fixes
from service.journey import pressed, way
from service.journey.advance import advance
from service.journey.cover import proved, shown_to_her
from service.journey.events import ArrivalSeen, Event, LegBegan, PromptRaised
from service.journey.fixes import cadence_s, heard
from service.journey.model import Cause, Journey, JourneyState, Leg, Progress, Proof
from service.journey.turn import Outcome
from service.rows import Kept
from tests.builders import START, at, plan, walk
from tests.geofence.drawn import SQUARE, along, place, street

STOP, STATION = (700.0, 0.0), (700.0, 6000.0)
TO_THE_STOP = street((0, 0), STOP)
BY_BUS = Route("", 0.0, Destination(*place(*STATION)))
HOMEWARD = street(STATION, (700, 6400))
LEGS = (
    Leg("foot", "the stop", 600.0, TO_THE_STOP.length_m),
    Leg("ride", "Strood", 900.0),
    Leg("foot", "home", 300.0, HOMEWARD.length_m),
)
TO_STOP, BUS, HOME = (
    along([(0, 0), STOP]),
    along([STOP, STATION], mps=9.0),
    along([STATION, (700, 6400)]),
)
TO_THE_STOP_STANDING = [*TO_STOP, *[STOP] * 6]
WALKS = (LEGS[0], Leg("foot", "home", 900.0))
WALKED = (TO_THE_STOP, Route("", 0.0, Destination(*place(700, 900))))
"""To the stop along a line, and from there home by none."""
ON_HER_WAY, ASIDE = TO_STOP[:25], along([(350, 0), (350, 160)])
FARTHER = along([(350, 160), (350, 760)])
Point = tuple[float, float]


@dataclass
class Anna:
    """Her phone sends a fix every ten seconds; each is held against the leg she is on, as the house does it."""

    profile: str = "standard"
    legs: tuple[Leg, ...] = LEGS
    ways: tuple[Route, ...] = (TO_THE_STOP, BY_BUS, HOMEWARD)
    kept: Kept = field(init=False)
    now: float = START
    events: list[Event] = field(default_factory=list)
    _grids: Grids = field(default_factory=Grids)
    _seq: int = 0

    def __post_init__(self) -> None:
        chosen = plan(self.profile, 30.0, legs=self.legs, route_m=self.legs[0].route_m)
        made = pressed.armed("anna-1", chosen, at(35), START)
        self.kept = Kept(journey=made.journey, route=self.ways[0], ahead=self.ways[1:])

    @property
    def journey(self) -> Journey:
        return self.kept.journey

    def goes(self, *points: Point, accuracy_m: float = 8.0) -> "Anna":
        """A fix at each of these places (metres east and north), ten seconds after the one before."""
        for x, y in points:
            self.now += 10.0
            raw = RawFix(self.now, *place(x, y), accuracy_m)
            sent = FixFrame("b", self._seq, self.now, self.now, [raw])
            self._seq += 1
            [(self.kept, outcome, _, _)] = take_fixes([sift("anna-1", self.kept, sent)], self.now, self._grids)
            self.events += outcome.events
        return self

    def stands(self, minutes: float) -> "Anna":
        """Where she is, measured on."""
        seen = self.journey.seen
        assert seen is not None
        there = self._metres(seen.lat, seen.lon)
        return self.goes(*[there] * round(minutes * 6))

    def lies_still(self, minutes: float) -> "Anna":
        """The phone tells where she is as often as it is asked to when it lies still, and notices nothing in between."""
        seen = self.journey.seen
        assert seen is not None
        until = self.now + minutes * 60.0
        while self.now + (beat_s := policy(self.journey).beat_s) <= until:
            self.now += beat_s - 10.0
            self.goes(self._metres(seen.lat, seen.lon))
        return self

    def rides(self, points: Sequence[Point]) -> "Anna":
        """Off at once after the last fix (a place every ten seconds); seen first when the phone next looks."""
        missed = round(policy(self.journey).beat_s / 10.0) - 1
        self.now += 10.0 * missed
        return self.goes(*points[missed:])

    def says(self, what: str, proof: Proof = Proof.NONE) -> None:
        """Her answer to the question that is open."""
        self._keep(proved(self.journey, lambda j, p: pressed.answered(j, "", what, self.now, p), proof, self.now))

    def taps(self, to: int, proof: Proof = Proof.NONE, *, waited_s: float = 0.0) -> str:
        """On board, or off again; it may have waited in her phone."""
        given_at = self.now - waited_s
        done = proved(self.journey, lambda j, p: way.on_leg(j, to, self.now, p, given_at=given_at), proof, self.now)
        self._keep(done)
        return done.answer.code

    def _keep(self, outcome: Outcome) -> None:
        self.kept = on_leg(replace(self.kept, journey=outcome.journey))
        self.events += outcome.events

    @staticmethod
    def _metres(lat: float, lon: float) -> Point:
        return SQUARE.to_metres(lat, lon)

    @property
    def asked(self) -> list[Cause]:
        """What she was asked about, in order."""
        return [e.cause for e in self.events if isinstance(e, PromptRaised)]

    def began(self) -> Iterator[tuple[int, str]]:
        """The legs that began, and how."""
        return ((e.leg, e.how) for e in self.events if isinstance(e, LegBegan))


def test_row_01_a_phone_that_lies_still_where_her_bus_leaves_is_asked_as_if_it_moved() -> None:
    """She stands at the stop with her phone in a bag: every ten seconds, so that it sees the bus drive off. Elsewhere it may
    rest for a minute, and with little battery there too."""
    anna = Anna().goes(*TO_THE_STOP_STANDING)
    assert (policy(anna.journey).beat_s, cadence_s(anna.journey, still=True)) == (10.0, 10.0)
    anna.lies_still(4).rides(BUS)
    assert next(anna.began()) == (1, "boarded")
    assert anna.asked == []
    assert policy(anna.journey).beat_s == 60.0
    assert policy(Anna().goes(*TO_STOP[:20]).journey).beat_s == 60.0
    low = heard(Anna().goes(*TO_THE_STOP_STANDING).journey, START + 900.0, battery_pct=9).journey
    assert policy(low).beat_s == 60.0


def test_row_04b_the_bus_she_has_planned_is_no_vehicle() -> None:
    """Boarded at the stop, off at Strood, home on foot, and nobody asks her anything; she arrives at her door alone."""
    anna = Anna().goes(*TO_STOP).stands(2).goes(*BUS).stands(1.5)
    assert list(anna.began()) == [(1, "boarded"), (2, "left")]
    assert anna.kept.route == HOMEWARD
    assert not any(isinstance(e, ArrivalSeen) for e in anna.events)
    anna.goes(*HOME).stands(5)
    assert anna.asked == []
    assert anna.journey.state is JourneyState.CLOSED


def test_row_04b_a_car_before_the_stop_is_a_vehicle() -> None:
    """Driven off 400 m from where she meant to board: she is asked, and the leg she is on stays the walk."""
    anna = Anna().goes(*TO_STOP[:22]).goes(*along([(297, 0), (297, 4000)], mps=12.0)[:20])
    assert anna.asked[0] is Cause.VEHICLE
    assert list(anna.began()) == []


def test_row_04b_at_high_risk_a_ride_is_begun_by_her_alone() -> None:
    """The same bus at the same stop: asked. With her PIN she is on board, and asked no more."""
    anna = Anna("high_risk").goes(*TO_STOP).goes(*BUS[:20])
    assert anna.asked == [Cause.VEHICLE]
    assert anna.taps(1) == "pin_needed"
    assert anna.taps(1, Proof.PIN) == "done"
    anna.goes(*BUS[20:]).stands(1.5)
    assert list(anna.began()) == [(1, "tap"), (2, "left")]
    assert anna.asked == [Cause.VEHICLE]


def test_row_04b_a_tap_says_it_before_her_fixes_do() -> None:
    """On board and off again by two taps, wherever she does it."""
    anna = Anna().goes(*TO_STOP[:20])
    assert anna.taps(1) == "done"
    anna.goes(*BUS[:30])
    assert anna.taps(2) == "done"
    assert list(anna.began()) == [(1, "tap"), (2, "tap")]
    assert anna.asked == []


def test_row_06b_an_ok_in_a_vehicle_where_a_ride_is_next_begins_it() -> None:
    """The bus took her two stops before hers: asked, and OK by a text is all she can say. Nobody asks again, she gets off where
    she meant to, and is held against her way home."""
    anna = Anna().goes(*TO_STOP[:22]).goes(*along([(297, 0), STOP], mps=9.0)).goes(*BUS[:3])
    assert anna.asked == [Cause.VEHICLE]
    anna.says("ok")
    assert list(anna.began()) == [(1, "answered")]
    anna.goes(*BUS[3:]).stands(1.5).goes(*HOME).stands(5)
    assert list(anna.began()) == [(1, "answered"), (2, "left")]
    assert anna.asked == [Cause.VEHICLE]
    assert anna.journey.state is JourneyState.CLOSED


def test_row_06b_on_any_other_way_an_ok_in_a_vehicle_begins_nothing() -> None:
    """On the last walk there is no ride left to be in: her OK is quiet for ten minutes, and no more."""
    anna = Anna().goes(*TO_STOP).goes(*BUS).stands(1.5).goes(*HOME[:8])
    anna.goes(*along([(700, 6150), (3000, 6150)], mps=12.0)[:10])
    assert Cause.VEHICLE in anna.asked
    anna.says("ok")
    assert anna.journey.leg == 2
    assert list(anna.began()) == [(1, "boarded"), (2, "left")]


def test_row_06b_at_high_risk_that_ok_takes_her_pin_and_either_pin_does_the_same() -> None:
    """Whoever drives her off cannot say it for her; made to say it, she sees what she would have seen."""
    shown: list[object] = []
    for proof in (Proof.PIN, Proof.DURESS):
        anna = Anna("high_risk").goes(*TO_STOP).goes(*BUS[:8])
        assert anna.asked == [Cause.VEHICLE]
        anna.says("ok")
        assert anna.journey.leg == 0
        anna.says("ok", proof)
        assert anna.journey.leg == shown_to_her(anna.journey).leg == 1
        shown.append((shown_to_her(anna.journey), anna.kept.route, anna.kept.ahead))
    assert shown[0] == shown[1]


@pytest.mark.parametrize("when", ["before she is asked", "asked", "asked after she had pressed"])
def test_row_06b_at_high_risk_a_tap_is_no_other_way_without_her_pin(when: str) -> None:
    """Rita is led aside on her walk; the next leg is a walk without a line. Whoever holds her phone gets no further with
    *next leg* than with *another way*: she is asked, and her contacts hear. Her PIN does it, and so does the other one."""
    rita = Anna("high_risk", legs=WALKS, ways=WALKED).goes(*ON_HER_WAY, *(() if when.startswith("before") else ASIDE))
    assert rita.taps(1, waited_s=600.0 if when.endswith("pressed") else 0.0) == "pin_needed"
    rita.goes(*(ASIDE if when.startswith("before") else ()), *FARTHER)
    assert rita.journey.leg == 0
    assert rita.journey.alarm is not None
    assert rita.journey.alarm.cause is Cause.OFF_ROUTE
    shown: list[object] = []
    for proof in (Proof.PIN, Proof.DURESS):
        anna = Anna("high_risk", legs=WALKS, ways=WALKED).goes(*ON_HER_WAY, *ASIDE)
        assert anna.taps(1, proof) == "done"
        anna.goes(*FARTHER)
        assert anna.journey.leg == shown_to_her(anna.journey).leg == 1
        shown.append((shown_to_her(anna.journey), anna.kept.route, anna.kept.ahead))
    assert shown[0] == shown[1]


@pytest.mark.parametrize(("profile", "proof"), [("standard", Proof.NONE), ("high_risk", Proof.PIN)])
@pytest.mark.parametrize("waited_s", [0.0, 600.0])
def test_row_06_a_tap_that_waited_takes_no_later_question_back(profile: str, proof: Proof, waited_s: float) -> None:
    """Off her way and asked, and then comes *next leg*, which has no line. Pressed now it is her answer. Pressed ten
    minutes ago it is none: she is on that leg, the question stands, and her contacts hear in time."""
    anna = Anna(profile, legs=WALKS, ways=WALKED).goes(*ON_HER_WAY, *ASIDE)
    assert anna.asked == [Cause.OFF_ROUTE]
    assert anna.taps(1, proof, waited_s=waited_s) == "done"
    anna.goes(*FARTHER)
    assert list(anna.began()) == [(1, "tap")]
    told = anna.journey.alarm
    assert (told.cause if told else None) == (Cause.OFF_ROUTE if waited_s else None)


def test_row_06_her_answer_settles_the_question_that_a_late_tap_left_open() -> None:
    """It is as easily answered as any."""
    anna = Anna(legs=WALKS, ways=WALKED).goes(*ON_HER_WAY, *ASIDE)
    anna.taps(1, waited_s=600.0)
    anna.goes(*FARTHER[:9])
    assert anna.journey.open_incident is not None
    anna.says("ok")
    assert anna.goes(*FARTHER[9:]).journey.open_incident is None


def test_row_17_a_lift_home_ends_at_home() -> None:
    """Dad picks her up on the way to the stop and drives her to her door: she is there, whatever leg she was on."""
    anna = Anna().goes(*TO_STOP[:22]).goes(*along([(297, 0), (297, 6400)], mps=12.0)[:12])
    assert anna.asked == [Cause.VEHICLE]
    anna.says("another_way")
    anna.goes(*along([(297, 1600), (297, 6400)], mps=12.0), (697, 6400)).stands(7)
    assert list(anna.began()) == [(2, "home")]
    assert anna.journey.state is JourneyState.CLOSED


def test_row_17_nobody_is_home_who_has_not_been_out() -> None:
    """Her way begins at the door it ends at, and she comes back for her umbrella: that is no arrival."""
    ways = (TO_THE_STOP, BY_BUS, street(STATION, (0, 0)))
    anna = Anna(ways=ways).goes(*TO_STOP[:15]).goes(*reversed(TO_STOP[:15])).stands(4)
    assert list(anna.began()) == []


def test_row_04_the_corridor_is_that_of_the_leg() -> None:
    """On the bus there is none, though its line and hers are far apart; on the last walk there is one again."""
    anna = Anna().goes(*TO_STOP).stands(1).goes(*along([STOP, (2200, 3000), STATION], mps=9.0)).stands(1.5)
    assert anna.asked == []
    anna.goes(*along([STATION, (1000, 6000)]))
    assert anna.asked == [Cause.OFF_ROUTE]


def test_row_04a_away_is_measured_anew_on_every_leg() -> None:
    """The bus goes on past Strood, or the wrong way: more than 1.5 km (a quarter of six) farther than it had come."""
    anna = Anna().goes(*TO_STOP).stands(1).goes(*along([STOP, (700, -4000)], mps=9.0))
    assert list(anna.began()) == [(1, "boarded")]
    assert anna.asked == [Cause.AWAY]


@pytest.mark.parametrize(("minutes", "asked"), [(7.0, []), (12.0, [Cause.STALLED])])
def test_row_05_standing_still_is_judged_by_the_mode_of_the_leg(minutes: float, asked: list[Cause]) -> None:
    """Seven minutes in a jam on the bus are none of ours, twelve are; on foot five are."""
    anna = Anna().goes(*TO_STOP).stands(1).goes(*BUS[:30]).stands(minutes)
    assert anna.asked == asked
    walking = Anna().goes(*TO_STOP[:20]).stands(7)
    assert walking.asked == [Cause.STALLED]


@pytest.mark.parametrize(("minutes", "asked"), [(8.0, []), (12.0, [Cause.STALLED])])
def test_row_05_where_she_waits_for_her_ride_she_may_stand_as_long_as_on_it(minutes: float, asked: list[Cause]) -> None:
    """At the stop she is asked after ten minutes, not after five."""
    anna = Anna().goes(*TO_STOP).stands(minutes)
    assert anna.asked == asked


def test_row_05_a_phone_that_falls_silent_at_the_stop_begins_no_wait_anew() -> None:
    """Four minutes heard, two not, and so on: she is asked in the thirteenth minute, not for ever later."""
    anna = Anna().goes(*TO_STOP)
    for _ in range(2):
        anna.stands(4)
        anna.now += 120.0
        anna._keep(advance(anna.journey, anna.now))
        assert anna.journey.progress is Progress.UNKNOWN
    assert anna.asked == []
    anna.stands(1.5)
    assert anna.asked == [Cause.STALLED]


def test_row_06_a_ride_that_was_inferred_takes_no_question_back() -> None:
    """Rita is asked why she has left her way to the stop, and is driven off from beside it: her contacts hear in time. Her
    OK, before that, is an answer."""
    aside = [*TO_STOP[:45], *along([(580, 0), (580, 70), (700, 70)]), *[(700.0, 70.0)] * 4]
    rita = Anna().goes(*aside)
    assert rita.asked == [Cause.OFF_ROUTE]
    rita.goes(*along([(700, 70), (700, 2000)], mps=12.0))
    assert list(rita.began()) == [(1, "boarded")]
    assert rita.asked == [Cause.OFF_ROUTE]
    tapped = pressed.answered(rita.journey, "", "ok", rita.now, Proof.NONE).journey
    assert tapped.open_incident is None
    rita.goes(*along([(700, 2000), (700, 4500)], mps=12.0))
    assert rita.journey.alarm is not None
    assert rita.journey.alarm.cause is Cause.OFF_ROUTE


def test_row_17_only_at_the_end_of_the_last_leg_she_has_arrived() -> None:
    """Five minutes at the stop, five at Strood: neither is home, and a tap does not end her journey there."""
    anna = Anna().goes(*TO_STOP).stands(4)
    assert anna.journey.state is JourneyState.ACTIVE
    assert pressed.ended(anna.journey, anna.now, Proof.NONE).answer.code == "pin_needed"
    anna.goes(*BUS).stands(4)
    assert anna.journey.state is JourneyState.ACTIVE
    assert not any(isinstance(e, ArrivalSeen) for e in anna.events)


def test_row_17_the_bus_that_stops_at_her_door_brings_her_home() -> None:
    """The last walk ends where it begins: she is there when she has got off, and need not go away first."""
    ways = (TO_THE_STOP, BY_BUS, Route("", 0.0, Destination(*place(700, 5950))))
    anna = Anna(legs=(*LEGS[:2], Leg("foot", "home", 60.0)), ways=ways)
    anna.goes(*TO_STOP).stands(1).goes(*BUS).stands(8)
    assert list(anna.began()) == [(1, "boarded"), (2, "left")]
    assert anna.journey.state is JourneyState.CLOSED


def test_row_15_under_either_pin_she_walks_one_way() -> None:
    """At high risk she keys a PIN to board, made to or not: her screen, the corridor and the next leg are the same."""
    shown: list[Sequence[object]] = []
    for proof in (Proof.PIN, Proof.DURESS):
        anna = Anna("high_risk").goes(*TO_STOP)
        done = walked(anna, proof)
        anna.goes(*BUS).stands(1.5).goes(*HOME[:10])
        hers = shown_to_her(anna.journey)
        shown.append((done, hers, anna.kept.route, anna.kept.ahead))
        assert anna.journey.leg == hers.leg == 2
    assert shown[0] == shown[1]


def walked(anna: Anna, proof: Proof) -> object:
    """She boards with this PIN; what her phone is answered."""
    outcome = proved(anna.journey, lambda j, p: way.on_leg(j, 1, anna.now, p), proof, anna.now)
    anna._keep(outcome)
    return outcome.answer


def test_row_03_on_a_ride_a_lost_phone_is_no_concern_and_on_the_next_walk_it_is_again() -> None:
    """The leg's mode counts, not the first one's."""
    bus = walk(legs=LEGS, eta_min=90).streaming(8)
    bus.fix(minute=8, turning="boarded")
    assert bus.to(60).told() == []
    on_foot = walk(legs=LEGS, eta_min=90).streaming(8)
    on_foot.fix(minute=8, turning="boarded").fix(minute=20, turning="left")
    assert on_foot.to(60).kinds("beth") == ["concern"]


def test_row_10_legs_have_one_eta_at_the_end_of_all() -> None:
    """Boarding late or early moves nothing: due at 35, told at 41."""
    anna = walk(legs=LEGS).streaming(20)
    anna.fix(minute=21, turning="boarded")
    assert anna.journey.eta_at == at(35)
    anna.streaming(50, Standing.ON_ROUTE)
    assert anna.told()[0][:3] == (41, "beth", "overdue")
    assert anna.journey.progress is Progress.ON_ROUTE
