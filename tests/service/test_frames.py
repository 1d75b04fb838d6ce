"""A frame of fixes, from the phone's numbering to judged sightings."""

from collections.abc import Sequence
from functools import partial

import pytest
from msgspec.structs import replace

from geofence.destination import Destination
from geofence.fix import Fix
from geofence.judge import Evidence
from geofence.route import Route
from service.frames import (
    FixesTaken,
    FixFrame,
    Grids,
    RawFix,
    Sifted,
    limits_of,
    moved_a_deadline,
    on_leg,
    sift,
    slices,
    take_fixes,
)
from service.havens import Listed, ListedHavens
from service.journey.cover import proved, shown_to_her, under_duress
from service.journey.fixes import tracked
from service.journey.model import Cause, Journey, JourneyKind, Leg, Plan, Progress, Proof
from service.journey.pressed import answered, armed, ended, sos
from service.journey.turn import Outcome
from service.rows import Kept, PhoneEnd, chunk_from
from tests.geofence.drawn import OUT_AND_BACK, STAIRS, place, street

BEGAN_AT = 1_795_000_000.0
HOME = Destination(*place(600, 5000))
FIX = Fix(0, BEGAN_AT, 51.4, 0.5)


def journey() -> Journey:
    plan = Plan(
        kind=JourneyKind.DESTINATION,
        profile="standard",
        reference="K742",
        code="42",
        destination="home",
        began_at=BEGAN_AT,
        plan_s=1200.0,
        people=(),
    )
    return armed("anna-1", plan, BEGAN_AT + 1380, BEGAN_AT).journey


def kept(**phone: object) -> Kept:
    return Kept(journey=journey(), phone=PhoneEnd(**phone))  # type: ignore[arg-type]


def frame(seq: int, at_s: Sequence[float | None], *, off_s: float = 0.0, epoch: int = 0, buffer: str = "b") -> FixFrame:
    """Fixes measured so many seconds after she set off; the frame is sent with the last, by a clock `off_s` fast."""
    now = BEGAN_AT + (at_s[-1] or 0.0)
    raw = [None if s is None else RawFix(BEGAN_AT + s + off_s, 51.4, 0.5, 8.0) for s in at_s]
    return FixFrame(buffer, seq, now + off_s, now, raw, epoch)


def sifted(before: Kept, sent: FixFrame) -> Sifted:
    return sift("anna-1", before, sent)


def test_a_buffer_we_have_not_seen_starts_where_the_phone_says() -> None:
    """From then on its numbers count."""
    found = sifted(kept(), frame(70, [0, 10]))

    assert [fix.seq for fix, _, _ in found.fixes] == [70, 71]
    assert (found.phone.buffer, found.phone.next) == ("b", 72)


def test_a_frame_beyond_what_we_want_is_not_stored() -> None:
    """The phone is told where to begin."""
    found = sifted(kept(buffer="b", next=5), frame(9, [0]))

    assert (found.refused, found.fixes) == (FixesTaken("b", 5), [])


def test_what_is_known_is_not_stored_twice() -> None:
    """Of a frame that overlaps only the rest is taken; an old one changes no number."""
    found = sifted(kept(buffer="b", next=5), frame(3, [0, 10, 20, 30]))
    old = sifted(kept(buffer="b", next=5), frame(1, [0, 10]))

    assert ([fix.seq for fix, _, _ in found.fixes], found.phone.next) == ([5, 6], 7)
    assert (old.fixes, old.phone.next) == ([], 5)


def test_a_fix_that_could_not_be_read_counts_as_consumed() -> None:
    """The number after it is the next."""
    found = sifted(kept(), frame(0, [0, None, 20]))

    assert ([fix.seq for fix, _, _ in found.fixes], found.phone.next) == ([0, 2], 3)


def test_where_she_went_after_her_pin_is_not_kept() -> None:
    """What her phone had kept from before is; the rest is acknowledged like any other fix and forgotten. While somebody
    looks for her everything is kept."""
    over = ended(journey(), BEGAN_AT + 15, Proof.PIN).journey
    found = sifted(replace(kept(), journey=over), frame(0, [0, 10, 20, 30]))
    assert ([fix.seq for fix, _, _ in found.fixes], found.new, found.phone.next) == ([0, 1], 4, 4)

    coerced = under_duress(journey(), lambda j, proof: ended(j, BEGAN_AT + 15, proof), BEGAN_AT + 15).journey
    sought = sifted(replace(kept(), journey=coerced), frame(0, [0, 10, 20, 30]))
    assert (len(sought.fixes), sought.new) == (4, 4)


def test_an_older_socket_is_told_so() -> None:
    """Nothing of its frame is stored."""
    found = sifted(kept(buffer="b", next=5, epoch=3), frame(5, [0], epoch=2))

    assert found.refused == FixesTaken("b", 5, taken_over=True)


def test_the_phones_clock_is_corrected_by_the_least_of_five() -> None:
    """An hour fast: its fixes are where they belong, and one late frame does not move them."""
    found = sifted(kept(), frame(0, [0, 10], off_s=3600.0))
    assert [fix.at - BEGAN_AT for fix, _, _ in found.fixes] == [0.0, 10.0]

    later = sifted(kept(buffer="b", next=2, offsets_s=(-3600.0,) * 5), frame(2, [20], off_s=3598.0))
    assert [(fix.at - BEGAN_AT, fix.segment) for fix, _, _ in later.fixes] == [(18.0, 0)]


def test_a_clock_that_jumped_begins_a_new_segment() -> None:
    """More than five seconds: across it nothing is computed."""
    found = sifted(kept(buffer="b", next=2, offsets_s=(0.0,)), frame(2, [20], off_s=60.0))

    assert [(fix.at - BEGAN_AT, fix.segment) for fix, _, _ in found.fixes] == [(20.0, 1)]


def test_what_comes_late_is_no_clock_that_was_set() -> None:
    """Seven seconds on the way: the fix is as old as it is, in the segment it was in. Forty with `up`: the same, and it is
    history."""
    before = kept(buffer="b", next=2, offsets_s=(0.0,), wall_s=BEGAN_AT - 90.0, up_s=100.0)
    slow = replace(frame(2, [20]), received_at=BEGAN_AT + 27.0, up_s=110.0)
    slower = replace(frame(2, [20]), received_at=BEGAN_AT + 60.0, up_s=110.0)

    [(fix, _, fresh)] = sifted(before, slow).fixes
    assert (fix.at - BEGAN_AT, fix.segment, fresh) == (20.0, 0, True)
    [(fix, _, fresh)] = sifted(before, slower).fixes
    assert (fix.at - BEGAN_AT, fix.segment, fresh) == (20.0, 0, False)


def test_only_what_is_young_is_fresh() -> None:
    """Thirty seconds at a cadence of ten; what was buffered longer is history."""
    found = sifted(kept(), frame(0, [0, 60, 71, 100]))

    assert [fresh for _, _, fresh in found.fixes] == [False, False, True, True]


def test_long_frames_are_cut() -> None:
    """Each slice goes on where the one before ended."""
    parts = list(slices(frame(7, [float(n) for n in range(250)]), 100))

    assert [(part.seq, len(part.fixes)) for part in parts] == [(7, 100), (107, 100), (207, 50)]


def test_sixteen_fixes_stay_with_the_row_and_the_rest_is_sealed() -> None:
    """The newest stays, so that the next one has something to be measured from."""
    before = kept()
    found = sifted(before, frame(0, [float(n) for n in range(20)]))
    [(after, _, taken, chunk)] = take_fixes([found], BEGAN_AT + 20, Grids())

    assert chunk is not None
    sealed: tuple[Fix, ...] = chunk_from(chunk)
    assert [fix.seq for fix in sealed] == list(range(19))
    assert [fix.seq for fix in after.fixes] == [19]
    assert (taken.next, taken.stored, taken.at_once) == (20, 20, False)


def test_in_an_alarm_the_answer_comes_at_once() -> None:
    """Every fix is acknowledged, because she may have few left."""
    alarmed = Kept(journey=sos(journey(), BEGAN_AT + 1).journey)
    [(_, _, taken, _)] = take_fixes([sift("anna-1", alarmed, frame(0, [2]))], BEGAN_AT + 2, Grids())

    assert taken.at_once


def test_grids_are_kept_by_route_and_the_oldest_make_room() -> None:
    """The same route is cut once; another one anew."""
    grids = Grids(most=1)
    first = grids.of("anna-1", STAIRS)

    assert grids.of("anna-1", STAIRS) is first
    assert grids.of("anna-1", OUT_AND_BACK) is not first
    assert grids.of("emma-1", STAIRS) is not first


def test_the_grid_that_was_asked_for_longest_ago_makes_room() -> None:
    """Anna's way was cut first and is asked for again: Emma's makes room, and Anna's cells are still Anna's."""
    grids = Grids(most=2)
    first = grids.of("anna-1", STAIRS)
    grids.of("emma-1", OUT_AND_BACK)
    grids.of("anna-1", STAIRS)
    grids.of("mia-1", OUT_AND_BACK)

    assert grids.of("anna-1", STAIRS) is first
    assert len(grids) == 2


def test_a_dropped_journey_leaves_no_grid_behind() -> None:
    """Neither that of the leg she was on nor that of the next one's way."""
    grids = Grids()
    for key in ("anna-1", "anna-1>", "emma-1"):
        grids.of(key, STAIRS)
    grids.drop("anna-1")
    grids.drop("nobody-1")

    assert len(grids) == 1


def test_nothing_is_cut_for_a_frame_without_a_fix_to_judge() -> None:
    """Her phone goes on sending for a while after she is home: that costs no way."""
    home = ended(journey(), BEGAN_AT + 10, Proof.PIN).journey
    grids = Grids()
    take_fixes([sifted(Kept(journey=home, route=STAIRS), frame(0, [20]))], BEGAN_AT + 20, grids)

    assert len(grids) == 0


def test_a_frame_that_only_says_she_is_alive_moves_no_deadline() -> None:
    """Then the wake index stays as it is."""
    before = journey()
    assert not moved_a_deadline(before, Outcome(before))


def test_limits_are_the_profiles_numbers() -> None:
    """A ride may stand longer before it counts as stalled."""
    foot, ride = limits_of("standard", "foot"), limits_of("standard", "ride")

    assert (foot.off_route_m, foot.stall_s, ride.stall_s) == (40.0, 300.0, 600.0)
    assert (foot.board_m, limits_of("high_risk", "foot").board_m) == (150.0, 0.0)
    assert (foot.board_mps, limits_of("standard", "cycle").board_mps) == (5.0, 14.0)


def test_a_leg_that_has_begun_brings_its_own_route() -> None:
    """That one's line and end; nothing of how she moved on the leg before, and the row of a leg that goes on as it was."""
    ways = (street((0, 0), (600, 0)), Route("", 0.0, HOME), street((600, 5000), (900, 5000)))
    legs = (Leg("foot", route_m=600.0), Leg("ride"), Leg("foot", route_m=300.0))
    plan = replace(journey().plan, legs=legs)
    before = Kept(journey=replace(journey(), plan=plan), route=ways[0], ahead=ways[1:], evidence=Evidence(last=FIX))
    assert on_leg(before) is before

    riding = on_leg(replace(before, journey=replace(before.journey, leg=1)))
    assert (riding.route, riding.ahead, riding.evidence.last) == (ways[1], ways[2:], FIX)
    assert on_leg(riding) is riding
    walking = on_leg(replace(before, journey=replace(before.journey, leg=2)))
    assert (walking.route, walking.ahead) == (ways[2], ())


def test_a_battery_that_cannot_be_is_unknown() -> None:
    """Some phones say -1; the fix is kept."""
    now = BEGAN_AT
    raw = [RawFix(now, 51.4, 0.5, 8.0, battery=percent) for percent in (-1.0, 14.4, 1e300)]
    found = sifted(kept(), FixFrame("b", 0, now, now, raw))

    assert [fix.battery_pct for fix, _, _ in found.fixes] == [None, 14, None]


@pytest.mark.parametrize("proof", [Proof.PIN, Proof.DURESS])
def test_another_way_is_another_way_with_either_pin(proof: Proof) -> None:
    """At high risk the answer takes a PIN. From then on there is no corridor, as far as her screen knows: she goes on along
    another street, is on her way there, and is asked again when it leads away."""
    plan = replace(journey().plan, profile="high_risk")
    before = Kept(journey=replace(journey(), plan=plan), route=street((0, 0), (3000, 0)))
    way = [(13.5 * n, 0.0) for n in range(20)] + [(256.5 - 9.5 * n, 9.5 * n) for n in range(1, 115)]
    seen: list[tuple[Progress, Cause | None]] = []
    is_answered = False
    for n, (x, y) in enumerate(way):
        now = BEGAN_AT + 10.0 * n
        raw = RawFix(now, *place(x, y), 8.0)
        found = sift("anna-1", before, FixFrame("b", n, now, now, [raw]))
        [(before, _, _, _)] = take_fixes([found], now, Grids())
        shown = shown_to_her(before.journey)
        if is_answered:
            seen.append((shown.progress, shown.open_incident.cause if shown.open_incident is not None else None))
        elif shown.open_incident is not None:
            act = partial(answered, prompt="", what="another_way", now=now)
            done = proved(before.journey, lambda j, p, act=act: act(j, proof=p), proof, now)  # type: ignore[misc]
            before, is_answered = replace(before, journey=done.journey), True
    assert set(seen[:60]) == {(Progress.ON_ROUTE, None)}
    assert seen[-1] == (Progress.AWAY, Cause.AWAY)


def test_after_a_tracker_has_spoken_what_waited_in_her_phone_is_still_history() -> None:
    """The tracker speaks every quarter of an hour; her own phone is asked for more, and its fixes age as ever."""
    app = tracked(journey(), [], BEGAN_AT + 600, every_s=900.0).journey
    found = sifted(replace(kept(), journey=app), frame(0, [300, 560, 595]))
    assert [fresh for _, _, fresh in found.fixes] == [False, True, True]


@pytest.mark.parametrize("place_", [(1e308, 0.5), (51.4, -1e308), (91.0, 0.5)])
def test_a_place_that_is_none_is_near_no_haven(place_: tuple[float, float]) -> None:
    """It is acknowledged and set aside like any other, and the phone may go on."""
    now = BEGAN_AT + 10.0
    sent = FixFrame("b", 0, now, now, [RawFix(now, *place_, 8.0)])
    police = ListedHavens((Listed("p", "Police", 51.4, 0.5, "police", "24/7"),), "Europe/London")
    [(after, _, answer, _)] = take_fixes([sifted(kept(), sent)], now, Grids(), havens=police)
    assert answer.next == 1
    assert after.evidence.last is None
