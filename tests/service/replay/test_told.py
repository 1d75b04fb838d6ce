"""A replay in lines: folded where nothing changes, every decision with its rule."""

from geofence.destination import Destination
from geofence.limits import STANDARD_FOOT, STANDARD_RIDE
from geofence.mode import Mode
from geofence.route import Route
from service.replay.run import Setup, replayed
from service.replay.told import (
    against,
    all_decisions,
    decisions,
    doubt,
    going,
    minutes,
    notes,
    rows,
    sentence,
    short,
    thresholds,
)
from tests.service.replay.walking import LONG_M, STREET, home, lived, parallel, place, rested, straight, trace


def test_what_says_the_same_is_one_line() -> None:
    """An ordinary walk is a few lines; every fix has one for who wants all."""
    replay = lived(straight(1000.0))

    assert [row.fixes for row in rows(replay)] == [78]
    assert len(rows(replay, folded=False)) == 78
    assert rows(replay)[0].words == "on her way"


def test_the_worst_of_a_stretch_is_shown() -> None:
    """And what was left at its end."""
    stretch = rows(lived(straight(1000.0)))[0]

    assert stretch.to_go_m is not None
    assert 180 < stretch.to_go_m < 220
    assert (stretch.off_m, stretch.vehicle_mps, stretch.stall_s) == (40.0, 6.0, 300.0)


def test_the_fixes_before_an_alarm_stand_alone() -> None:
    """Beyond the limit, and not yet for long enough: that is what explains it."""
    walk = [row for row in rows(lived(parallel())) if row.words == "on her way"]

    assert [row.astray_m is not None and row.astray_m > 40 for row in walk] == [False, True]
    assert walk[1].fixes == 3


def test_a_decision_says_its_rule_the_measured_and_the_profile() -> None:
    """The reversed question of a person who was rung at night: why did it ask?"""
    asked = next(one for one in all_decisions(lived(parallel())) if one.number == 1)

    assert asked.words == "Asked if all is well: she has left her route"
    assert asked.why.startswith("row 4: off route · ")
    assert "off route 70 m" in asked.why
    assert "standard: off route 40 m, off route fixes 3, off route 30 s" in asked.why
    assert asked.kind == "asked"


def test_that_a_question_is_asked_again_is_for_who_wants_all() -> None:
    """Messages are nothing that was judged, and never in it."""
    replay = lived(rested(), Setup(wait_s=60.0))
    few = [one.words for found in decisions(replay).values() for one in found]
    every = [one.words for found in decisions(replay, all_of_them=True).values() for one in found]

    assert "Asked again (sms)" in every
    assert "Asked again (sms)" not in few
    assert not any(words.startswith(("Text", "Call", "Push")) for words in every)


def test_what_is_told_once_is_enough() -> None:
    """That she is off her way, beside the question about it; that nothing is known, beside the silence."""
    few = [one.words for one in all_decisions(lived(parallel()))]
    silent = replayed(trace(straight(260.0)), STREET, Setup(heard=False, wait_s=100.0))

    assert "She is off her route" not in few
    assert "She is on her route" not in few
    assert [one.words for one in all_decisions(silent)] == ["Her phone has gone quiet"]


def test_times_in_words_are_since_she_set_off() -> None:
    """At what o'clock something was recorded explains nothing."""
    replay = lived(straight(260.0), Setup(eta_s=120.0, wait_s=10.0))
    due = next(one for one in all_decisions(replay) if one.words.startswith("Due"))

    assert due.words == "Due; her contacts hear at 0:07:00"
    assert due.at_s == 120.0


def test_the_first_sentence() -> None:
    """What a tired person wants to know."""
    assert sentence(short(lived(home()))) == (
        "She would be asked nothing, nobody else would be told; the journey closes at the end."
    )
    assert sentence(short(lived(parallel(), Setup(wait_s=200.0)))) == (
        "She would be asked once, others would be told once; she does not arrive."
    )


def test_what_was_taken_for_granted_is_said() -> None:
    """What the file left out, what was set aside, what nobody read, and that nobody answered."""
    far = [*straight(260.0), (270.0, 260.0, 40_000.0)]

    assert notes(lived(home()), ("a",), answers=False) == (
        "A.",
        f"{lived(home()).unread} fixes came after the journey was closed, and nobody looked at them.",
    )
    assert notes(lived(far), (), answers=False) == ("1 of 22 fixes were set aside and judged nothing.",)
    assert len(notes(lived(rested()), (), answers=False)) == 1
    assert notes(lived(rested()), (), answers=True) == ()


def test_a_walk_the_other_way_is_asked_about() -> None:
    """On her route all the time, and never nearer: most often somebody gave the route the wrong way round."""
    said = doubt(lived(straight(13.0, from_m=LONG_M)))

    assert said.endswith("back towards the start of the route: is it the other way round?")
    assert said.startswith("In all she came 1,1")
    assert doubt(lived(straight())) == ""


def test_how_she_goes_is_said_leg_by_leg() -> None:
    """With the profile."""
    town = Route("", 0.0, Destination(*place(5000.0)))

    assert going(lived(straight(26.0))) == "foot, standard"
    assert going(lived(straight(26.0), Setup(legs=(("foot", STREET), ("ride", town))))) == "foot, ride, standard"


def test_an_arrival_that_was_none() -> None:
    """She was at her door, and went on."""
    door = straight()
    on = [*door, *straight(900.0, from_m=LONG_M, from_s=door[-1][0] + 10.0)]
    replay = lived(on)

    assert "Her phone went on from there" in [one.words for one in all_decisions(replay)]
    assert sentence(short(replay)).endswith("she does not arrive.")


def test_a_fix_that_judged_nothing_says_why() -> None:
    """It jumped, or it came late."""
    far = [*straight(260.0), (270.0, 260.0, 40_000.0)]
    late = [(t, x, y) for t, x, y in straight(130.0)]

    assert rows(lived(far))[-1].words == "set aside: jump"
    assert (rows(lived(far))[-1].standing, rows(lived(far))[-1].fixes) == ("aside", 1)
    came = [t if t < 50 else 300.0 for t, _, _ in late]
    replay = replayed(trace(late, came), STREET, Setup(heard=False))
    assert rows(replay)[-1].words == "came late (on her way)"


def test_the_limits_in_words() -> None:
    """On foot four of them; in a bus there is no corridor and no vehicle."""
    assert [name for name, _ in thresholds(STANDARD_FOOT, Mode.FOOT)] == [
        "off her way",
        "standing still",
        "like a vehicle",
        "going away (where there is no line)",
    ]
    assert len(thresholds(STANDARD_RIDE, Mode.RIDE)) == 2
    assert dict(thresholds(STANDARD_FOOT, Mode.FOOT))["standing still"] == "less than 25 m in 5 min"


def test_figures() -> None:
    """A figure beside its limit, as short as it can be."""
    assert (against(12.4, 40.0, ".0f"), against(12.4, None, ".1f"), against(None, 40.0, ".0f")) == (
        "12 | 40",
        "12.4",
        "",
    )
    assert minutes(305) == "5:05"
