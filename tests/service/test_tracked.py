"""What a tracker app reported, held against one journey."""

import dataclasses
from math import inf

from msgspec.structs import replace

from geofence.destination import Destination
from geofence.fix import ASIDE, Fix
from geofence.judge import Evidence
from geofence.route import Route
from service.journey.model import Journey, LinkState
from service.rows import Kept, PhoneEnd, TrackerEnd
from service.tracked import KEPT_ENDS, KEPT_IDENTS, Tracked, TrackerFrame, end_of, held, short
from tests.builders import START, journey, plan

OFFICE, HIGH_ST, HOME = (51.380, 0.500), (51.384, 0.502), (51.388, 0.504)
AROUND_THE_CORNER = (51.3855, 0.502)
BEGAN_AT_OFFICE = TrackerEnd(id="bag", first=(*OFFICE, 8.0))


def kept(anna: Journey | None = None, *, last: Fix | None = None, **fields: object) -> Kept:
    """On her way home; `last`: the device that placed her last."""
    route = Route("", 0.0, Destination(*HOME))
    fixes = () if last is None else (last,)
    return Kept(journey=anna or journey(), route=route, evidence=Evidence(last=last), fixes=fixes, **fields)  # type: ignore[arg-type]


def fix(at_s: float, where: tuple[float, float] = HIGH_ST, by: str = "", accuracy_m: float = 8.0) -> Fix:
    """So many seconds after she set off; `by` empty: her phone with our app."""
    return Fix(seq=7, at=START + at_s, lat=where[0], lon=where[1], accuracy_m=accuracy_m, by=by)


def said(*fixes: Fix, now_s: float | None = None, tracker: str = "bag", **more: object) -> TrackerFrame:
    """One report; it comes with its newest fix."""
    now = max((f.at for f in fixes), default=START) if now_s is None else START + now_s
    known = [(short(f"{f.at} {f.lat}"), f) for f in fixes]
    return TrackerFrame(tracker=tracker, received_at=now, every_s=300.0, fixes=known, **more)  # type: ignore[arg-type]


def take(before: Kept, frame: TrackerFrame) -> tuple[Tracked, Kept]:
    found = held(before, frame, inf)
    return found, replace(before, trackers=found.ends(before))


def test_the_first_report_of_the_app_she_set_off_with_speaks_for_her() -> None:
    """Nobody else has placed her; it is hers, in a segment of its own and under no number."""
    found, after = take(kept(replace(journey(), plan=plan(tracker="bag"))), said(fix(30)))
    [(one, received_at, fresh)] = found.fixes
    assert (found.speaks, fresh, received_at, one.by, one.seq) == (True, True, START + 30, "bag", 0)
    assert one.segment < ASIDE
    assert end_of(after, "bag").newest_at == START + 30


def test_any_other_app_has_to_go_along_first() -> None:
    """Where it was first measured it may lie all evening, on the table she set off from; on the way it is with somebody."""
    first, after = take(kept(), said(fix(30, OFFICE)))
    still, after = take(after, said(fix(330, (OFFICE[0] + 0.0009, OFFICE[1]))))
    along, _ = take(after, said(fix(630)))
    assert [found.speaks for found in (first, still, along)] == [False, False, True]
    assert end_of(after, "bag").first == (*OFFICE, 8.0)


def test_what_says_that_it_is_there_already_says_nothing_of_her() -> None:
    """It may have been at home all evening; and a receiver indoors wanders, a hundred metres with its wifi. Only the app
    that she set off with is believed from where she is going."""
    home, outside = said(fix(30, HOME)), said(fix(30, (HOME[0] + 0.0014, HOME[1]), accuracy_m=60.0))
    before = kept(trackers=(BEGAN_AT_OFFICE,))
    assert not take(before, home)[0].speaks
    assert not take(before, outside)[0].speaks
    assert take(replace(before, route=None), home)[0].speaks
    assert take(kept(replace(journey(), plan=plan(tracker="bag"))), home)[0].speaks
    assert not take(kept(), said(now_s=30))[0].speaks


def test_while_her_app_is_heard_a_tracker_is_kept_aside() -> None:
    """And takes over when that has been silent for as long as makes it stale, having been beside it on the way."""
    live = replace(journey(), link=replace(journey().link, heard_at=START + 30))
    before = kept(live, last=fix(30), phone=PhoneEnd(buffer="b", epoch=1), trackers=(BEGAN_AT_OFFICE,))
    beside, after = take(before, said(fix(32, (HIGH_ST[0] + 0.0002, HIGH_ST[1]))))
    assert (beside.speaks, [f.segment for f in beside.aside], beside.end.beside) == (False, [ASIDE], True)

    assert not take(after, said(fix(80)))[0].speaks
    assert take(after, said(fix(91)))[0].speaks
    assert take(after, said(fix(91, HOME)))[0].speaks


def test_only_a_place_of_now_takes_over() -> None:
    """Her app fell silent; that another one is there, or was somewhere ten minutes ago, or repeats a place it knows, or
    places itself in the sea, keeps no link alive for her."""
    before = kept(last=fix(30), phone=PhoneEnd(epoch=1), trackers=(replace(BEGAN_AT_OFFICE, beside=True),))
    ping = said(fix(900))
    ping = dataclasses.replace(ping, repeated=frozenset(i for i, _ in ping.fixes))
    nowhere = said(fix(900, (0.0, 0.0)))
    for silent in (said(now_s=900), said(fix(300), now_s=900), ping, nowhere, said(fix(900, accuracy_m=900.0))):
        assert not take(before, silent)[0].speaks
    assert take(before, said(fix(900)))[0].speaks


def test_a_tablet_on_the_table_she_set_off_from_never_walks_for_her() -> None:
    """Her phone was beside it when she left, and broke before the tablet spoke again."""
    before = kept(last=fix(10, OFFICE), phone=PhoneEnd(epoch=1))
    together, after = take(before, said(fix(12, OFFICE)))
    assert together.end.beside is True
    for at_s in (300, 600, 900):
        found, after = take(after, said(fix(at_s, OFFICE)))
        assert not found.speaks


def test_two_devices_left_in_one_place_do_not_vouch_for_each_other() -> None:
    """What was only kept says nothing about where she was."""
    live = replace(journey(), link=replace(journey().link, heard_at=START + 600))
    before = kept(live, last=fix(600), phone=PhoneEnd(epoch=1))
    _, one = take(before, said(fix(700, OFFICE), tracker="tablet"))
    one = replace(one, fixes=(replace(fix(700, OFFICE), by="tablet", segment=ASIDE),))
    assert take(one, said(fix(705, OFFICE)))[0].end.beside is None


def test_who_nobody_knows_takes_over_from_where_she_can_be() -> None:
    """On foot, not from the far end of the town a minute later."""
    before = kept(last=fix(30), phone=PhoneEnd(epoch=1), trackers=(BEGAN_AT_OFFICE,))
    far = (HIGH_ST[0], HIGH_ST[1] + 0.05)
    assert take(before, said(fix(100, AROUND_THE_CORNER)))[0].speaks
    assert not take(before, said(fix(100, far)))[0].speaks


def test_whoever_was_last_seen_somewhere_else_never_takes_over() -> None:
    """Left at the office where both had been: beside her once, and then not."""
    before = kept(last=fix(10, OFFICE), phone=PhoneEnd(epoch=1))
    _, together = take(before, said(fix(12, OFFICE)))
    assert end_of(together, "bag").beside is True
    moved = replace(together, fixes=(fix(600),), evidence=Evidence(last=fix(600)))
    apart, after = take(moved, said(fix(605, OFFICE)))
    assert apart.end.beside is False

    assert not take(after, said(fix(3000, OFFICE)))[0].speaks


def test_the_phone_on_which_she_presses_her_alarm_is_with_her() -> None:
    """Whatever was known of it, and whoever is heard beside it; and what it says next, though it told no place and lies
    still."""
    live = replace(journey(), link=replace(journey().link, heard_at=START + 600))
    before = kept(live, last=fix(600), trackers=(TrackerEnd(id="bag", beside=False),))
    found, _ = take(before, said(fix(605, OFFICE), pressed=True))
    assert (found.speaks, found.end.beside, [fresh for _, _, fresh in found.fixes]) == (True, True, [True])

    _, cried = take(kept(), said(now_s=30, pressed=True))
    assert take(cried, said(fix(90, OFFICE)))[0].speaks


def test_the_place_that_comes_with_her_alarm_counts_from_before_she_set_off() -> None:
    """The app sends the last one it knew. An hour is the limit, and nothing else of that time is kept."""
    found, _ = take(kept(), said(fix(-600), now_s=30, pressed=True))
    assert found.cried is not None
    assert (found.cried.at - START, [fresh for _, _, fresh in found.fixes]) == (-600, [False])
    assert take(kept(), said(fix(-3700), now_s=30, pressed=True))[0].cried is None
    assert take(kept(), said(fix(-600), now_s=30))[0].new == 0


def test_where_she_is_going_proves_nobody_beside_her() -> None:
    """She set off from home with her phone and left the tablet there."""
    found, _ = take(kept(last=fix(10, HOME), phone=PhoneEnd(epoch=1)), said(fix(12, HOME)))
    assert found.end.beside is None


def test_where_nobody_was_placed_her_app_may_begin() -> None:
    """It set off and is connected; for a minute it has not told a place."""
    waits = replace(journey(), link=replace(journey().link, heard_at=START))
    before = kept(waits, phone=PhoneEnd(epoch=1), trackers=(BEGAN_AT_OFFICE,))
    assert not take(before, said(fix(30)))[0].speaks
    assert take(before, said(fix(61)))[0].speaks


def test_on_a_timer_the_last_place_says_who_was_heard() -> None:
    """There is no link to be silent on."""
    walk = replace(journey(), link=replace(journey().link, state=LinkState.NONE))
    before = kept(walk, last=fix(30, by="phone"), trackers=(BEGAN_AT_OFFICE,))
    assert not take(before, said(fix(60)))[0].speaks
    assert take(before, said(fix(95)))[0].speaks


def test_the_one_that_speaks_goes_on_without_a_place() -> None:
    """Its heartbeat says that it is there."""
    assert take(kept(last=fix(30, by="bag")), said(now_s=60))[0].speaks


def test_fresh_is_of_now_and_newer_than_all_we_have() -> None:
    """What waited is history, in the order it was measured; no heartbeat makes an old fix fresh."""
    before = kept(last=fix(500, by="bag"), trackers=(TrackerEnd(id="bag", newest_at=START + 400),))
    found, _ = take(before, said(fix(1000), fix(450), fix(600), fix(920), now_s=1000))
    assert [(one.at - START, fresh) for one, _, fresh in found.fixes] == [
        (450, False),
        (600, False),
        (920, True),
        (1000, True),
    ]


def test_what_is_repeated_is_never_fresh() -> None:
    """It says that the app is there."""
    frame = said(fix(60), now_s=60)
    ping = dataclasses.replace(frame, repeated=frozenset(i for i, _ in frame.fixes))
    found, _ = take(kept(last=fix(30, by="bag")), ping)
    assert (found.speaks, [fresh for _, _, fresh in found.fixes]) == (True, [False])


def test_a_fix_is_known_by_its_short_hash() -> None:
    """The same report again brings nothing, and is all the same a word from her phone."""
    frame = said(fix(30))
    _, after = take(kept(), frame)
    again, same = take(replace(after, evidence=Evidence(last=fix(30, by="bag"))), frame)
    assert (again.new, again.speaks, same.trackers) == (0, True, after.trackers)
    assert len(end_of(take(kept(), said(*(fix(n) for n in range(100))))[1], "bag").idents) == KEPT_IDENTS


def test_what_is_late_is_looked_up_before_it_is_kept() -> None:
    """Unless the caller has looked in the track as it is now: a request that came between makes that worthless."""
    before = kept(trackers=(TrackerEnd(id="bag", newest_at=START + 400),))
    late = said(fix(100), now_s=500)
    assert take(before, late)[0].again
    found, _ = take(before, said(fix(100), now_s=500, checked_at=START + 400))
    assert (found.again, found.new, found.end.newest_at) == (False, 1, START + 400)


def test_before_she_set_off_and_after_it_was_over_it_is_nobodys_business() -> None:
    """Neither is kept."""
    frame = said(fix(-600), fix(30), fix(900))
    found = held(kept(replace(journey(), plan=plan(tracker="bag"))), frame, START + 600)
    assert [one.at - START for one, _, _ in found.fixes] == [30]


def test_a_clock_of_next_year_moves_no_order() -> None:
    """Its fix is kept for the judgement to set aside, and what comes after it is not late."""
    _, after = take(kept(), said(fix(3e7), now_s=30))
    assert end_of(after, "bag").newest_at == 0.0


def test_the_apps_own_word_about_its_heartbeat_counts() -> None:
    """From then on, until it says another one; but it never makes a silence longer than she was told."""
    found, after = take(kept(), said(fix(30), said_s=120.0))
    assert (found.every_s, take(after, said(fix(60)))[0].every_s) == (120.0, 120.0)
    assert take(after, said(fix(60), said_s=900.0))[0].every_s == 300.0


def test_a_row_remembers_so_many_apps_and_no_more() -> None:
    """Those that spoke longest ago make room."""
    after = kept()
    for n in range(KEPT_ENDS + 2):
        _, after = take(after, said(fix(30 + n), tracker=f"t{n}"))
    assert [e.id for e in after.trackers] == [f"t{n}" for n in range(2, KEPT_ENDS + 2)]


def test_a_fast_clock_makes_no_old_place_one_of_now() -> None:
    """It takes summer time for universal time. What it measures is of the future and set aside; what waited in it for an
    hour only looks as if it were of now."""
    before = kept(replace(journey(), plan=plan(tracker="bag")))
    _, after = take(before, said(fix(3700), now_s=100))
    found, _ = take(after, said(fix(3601), now_s=3610, checked_at=START + 3700))
    assert (found.speaks, [fresh for _, _, fresh in found.fixes]) == (True, [False])
