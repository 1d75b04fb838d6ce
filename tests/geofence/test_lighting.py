"""Anna wants to know which streets are lit when she comes by: the tag, the rule, the schedule and the clock behind it."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from geofence.lighting import (
    ALL_NIGHT,
    IN_WORDS,
    NEVER,
    RULES,
    Light,
    LightClass,
    Schedule,
    Table,
    Where,
    dark,
    is_timed,
    lamps_at,
    readable,
    spans,
    table,
)

ROCHESTER = Where(51.389, 0.504, "Europe/London")
TROMSO = Where(69.65, 18.96, "Europe/Oslo")
KENT = Schedule(area="kent", authority="Kent", off="00:00-05:30", zone="Etc/GMT", applies=("yes", "limited", "assumed"))
YES, NO, LIMITED, NOBODY = (LightClass(tag) for tag in ("yes", "no", "limited", ""))
YES_IN_KENT, LIMITED_IN_KENT = LightClass("yes", schedule="kent"), LightClass("limited", schedule="kent")


def at(clock: str, where: Where = ROCHESTER, fold: int = 0) -> float:
    """The instant at which clocks there show that; `fold` 1: the second time, in the night in which they are put back."""
    return datetime.fromisoformat(clock).replace(tzinfo=ZoneInfo(where.zone), fold=fold).timestamp()


def light(one: LightClass, clock: str, *schedules: Schedule, fold: int = 0) -> tuple[Light, str]:
    """State and rule in Rochester."""
    lamps = lamps_at(one, at(clock, fold=fold), ROCHESTER, schedules)
    return lamps.state, lamps.rule


# ── tags and rules ──


@pytest.mark.parametrize("tag", sorted(ALL_NIGHT))
def test_what_is_tagged_as_lit_is_lit_all_night(tag: str) -> None:
    """At midnight, at three and before sunrise, and nothing of it depends on the clock."""
    assert {light(LightClass(tag), f"2026-11-22 {hour}") for hour in ("18:00", "00:30", "06:30")} == {
        (Light.LIT, "tagged")
    }
    assert lamps_at(LightClass(tag), at("2026-11-22 23:00"), ROCHESTER).until is None


@pytest.mark.parametrize("tag", sorted(NEVER))
def test_what_is_tagged_as_unlit_is_never_lit(tag: str) -> None:
    """Neither lamps of the road beside it nor a list of the council's make it so."""
    crowded = LightClass(tag, rule="lamps", schedule="kent", hours="sunset-00:00")
    assert light(crowded, "2026-11-22 20:00", KENT) == (Light.UNLIT, "tagged_unlit")


def test_a_street_nobody_has_tagged_is_unknown() -> None:
    """Unknown is neither lit nor unlit."""
    assert light(NOBODY, "2026-11-22 20:00") == (Light.UNKNOWN, "untagged")


def test_what_a_rule_finds_is_assumed_and_says_by_which() -> None:
    """Assumed is never the same as known."""
    assert light(LightClass(rule="beside_lit_road"), "2026-11-22 20:00") == (Light.ASSUMED, "beside_lit_road")


@pytest.mark.parametrize(
    "tag",
    [
        *("interval", "operating_times", "Yes", " yes", "good", "unknown", "yes;no", "yes @ (sunset-sunrise)"),
        *("open", "closed", "off", "Mo", "2020", "24", "PH 10:00-12:00", "SH 18:00-22:00", "25:00-26:00", "x" * 300),
        *('sunset-23:30 "when the match is on"', "18:00+", "sunset+", "sunset-23:00+", "17:00-18:00,20:00+"),
    ],
)
def test_whatever_cannot_be_read_is_unknown(tag: str) -> None:
    """Words of no meaning, hours without a time or an end, by holidays that lamps do not keep, with a condition: never lit."""
    assert light(LightClass(tag), "2026-11-22 20:00") == (Light.UNKNOWN, "unreadable")


def test_hours_say_when_a_street_is_lit() -> None:
    """Park Walk has lamps from five to eleven: a minute before eleven it is lit, at eleven it is not."""
    park = LightClass("Mo-Su 17:00-23:00")
    assert light(park, "2026-11-22 22:59") == (Light.LIT, "lit_hours")
    assert light(park, "2026-11-22 23:00") == (Light.UNLIT, "lit_hours")
    assert lamps_at(park, at("2026-11-22 22:00"), ROCHESTER).until == at("2026-11-22 23:00")


def test_hours_by_the_sun_are_those_of_the_place() -> None:
    """In Rochester the sun sets at 15:58 in late November; where the library knew no place it would say something else."""
    path = LightClass("sunset-22:00")
    assert light(path, "2026-11-22 16:30") == (Light.LIT, "lit_hours")
    assert light(path, "2026-11-22 22:00") == (Light.UNLIT, "lit_hours")


def test_hours_are_judged_as_they_are_written() -> None:
    """With `;` the second rule replaces the first, whatever was meant: then the evening is dark."""
    assert light(LightClass("sunset-00:00,05:30-sunrise"), "2026-11-22 20:00")[0] is Light.LIT
    assert light(LightClass("sunset-00:00; 05:30-sunrise"), "2026-11-22 20:00")[0] is Light.UNLIT


# ── limited ──


def test_limited_without_a_schedule_is_lit_in_the_evening_and_unknown_at_night() -> None:
    """Part-night lamps go out at some hour that nobody has told us; from eleven on nobody is promised light."""
    found = {
        clock: light(LIMITED, f"2026-11-22 {clock}") for clock in ("18:00", "22:59", "23:00", "00:30", "06:29", "06:30")
    }
    lit, unsure = (Light.LIT, "limited"), (Light.UNKNOWN, "limited_no_schedule")
    assert list(found.values()) == [lit, lit, unsure, unsure, unsure, lit]


def test_a_schedule_says_when_limited_lamps_are_out() -> None:
    """With Kent's table half past eleven is lit and half past twelve is unlit, where nobody knew before."""
    assert light(LIMITED_IN_KENT, "2026-12-01 23:30", KENT) == (Light.LIT, "schedule")
    assert light(LIMITED_IN_KENT, "2026-12-02 00:30", KENT) == (Light.UNLIT, "schedule")
    assert light(LIMITED_IN_KENT, "2026-12-02 05:30", KENT) == (Light.LIT, "schedule")


# ── schedules, and the clock that timers keep ──


@pytest.mark.parametrize(
    ("night", "out", "on"),
    [
        ("2026-03-28", "00:00", "05:30"),  # the last night of winter time
        ("2026-03-29", "00:00", "06:30"),  # clocks go forward at one: midnight is GMT still, half past five is not
        ("2026-03-30", "01:00", "06:30"),
        ("2026-10-24", "01:00", "06:30"),  # the last night of summer time
        ("2026-10-25", "01:00", "05:30"),  # clocks go back at two
        ("2026-10-26", "00:00", "05:30"),
    ],
)
def test_timers_that_keep_gmt_know_no_summer_time(night: str, out: str, on: str) -> None:
    """00:00-05:30 by GMT is 01:00-06:30 for Anna in summer; in the nights of the change it is something between."""
    before = {clock: at(f"{night} {clock}") - 60.0 for clock in (out, on)}
    assert lamps_at(LIMITED_IN_KENT, before[out], ROCHESTER, [KENT]).state is Light.LIT
    assert light(LIMITED_IN_KENT, f"{night} {out}", KENT) == (Light.UNLIT, "schedule")
    assert lamps_at(LIMITED_IN_KENT, before[on], ROCHESTER, [KENT]).state is Light.UNLIT
    lamps = lamps_at(LIMITED_IN_KENT, at(f"{night} {on}"), ROCHESTER, [KENT])
    assert lamps.state is Light.LIT


def test_timers_that_keep_summer_time_go_by_her_clock() -> None:
    """The same table by local time: out at midnight on a summer's night, too."""
    local = Schedule(area="kent", authority="Medway", off="00:00-05:30", zone="Europe/London", applies=("yes",))
    for night in ("2026-07-01", "2026-12-01"):
        assert light(YES_IN_KENT, f"{night} 00:00", local) == (Light.UNLIT, "schedule")
        assert lamps_at(YES_IN_KENT, at(f"{night} 00:00") - 60.0, ROCHESTER, [local]).state is Light.LIT


def test_in_the_hour_that_is_twice_local_timers_switch_twice() -> None:
    """25 October 2026: what is out from 01:15 to 01:45 is so in both hours, and lit between them."""
    short = Schedule(area="kent", authority="Kent", off="01:15-01:45", zone="Europe/London", applies=("yes",))
    found = [
        light(YES_IN_KENT, f"2026-10-25 {clock}", short, fold=fold)[0]
        for fold in (0, 1)
        for clock in ("01:14", "01:15", "01:45", "01:59")
    ]
    assert found == [Light.LIT, Light.UNLIT, Light.LIT, Light.LIT] * 2


def test_hours_that_end_in_the_hour_that_is_not_end_with_it() -> None:
    """29 March 2026: lamps that burn until half past one are out when the clock jumps from one to two."""
    park = LightClass("Mo-Su 17:00-01:30")
    assert light(park, "2026-03-29 00:59")[0] is Light.LIT
    assert lamps_at(park, at("2026-03-29 00:59"), ROCHESTER).until == at("2026-03-29 02:00")
    assert light(park, "2026-03-29 02:00")[0] is Light.UNLIT


def test_a_schedule_lights_nothing() -> None:
    """Outside its hours a street is what it was: unlit, unknown or assumed."""
    untagged, assumed = LightClass(schedule="kent"), LightClass(rule="lamps", schedule="kent")
    assert light(LightClass("no", schedule="kent"), "2026-12-01 20:00", KENT)[0] is Light.UNLIT
    assert light(untagged, "2026-12-01 20:00", KENT) == (Light.UNKNOWN, "untagged")
    assert light(untagged, "2026-12-02 02:00", KENT) == (Light.UNKNOWN, "untagged")
    assert light(assumed, "2026-12-01 20:00", KENT) == (Light.ASSUMED, "lamps")
    assert light(assumed, "2026-12-02 02:00", KENT) == (Light.UNLIT, "schedule")


def test_a_schedule_holds_where_and_for_what_it_says() -> None:
    """Another area's lamps burn on, and so do those that are tagged as burning day and night, unless it names them."""
    assert light(LightClass("yes", schedule="surrey"), "2026-12-02 02:00", KENT) == (Light.LIT, "tagged")
    always = LightClass("24/7", schedule="kent surrey")
    assert light(always, "2026-12-02 02:00", KENT) == (Light.LIT, "tagged")
    named = Schedule(area="kent", authority="Kent", off="00:00-05:30", zone="Etc/GMT", applies=("24/7",))
    assert light(always, "2026-12-02 02:00", named) == (Light.UNLIT, "schedule")


def test_a_schedule_holds_since_and_until_its_days() -> None:
    """Kent's is history: before it began and after the lamps were replaced nothing goes out."""
    since, until = at("2013-01-01 00:00"), at("2016-02-12 00:00")
    old = Schedule(
        area="kent",
        authority="Kent",
        off="00:00-05:30",
        zone="Etc/GMT",
        since_at=since,
        until_at=until,
        applies=("yes",),
    )
    assert light(YES_IN_KENT, "2012-12-31 02:00", old)[0] is Light.LIT
    assert light(YES_IN_KENT, "2015-06-01 02:00", old)[0] is Light.UNLIT
    assert light(YES_IN_KENT, "2016-02-12 02:00", old)[0] is Light.LIT
    assert lamps_at(YES_IN_KENT, at("2016-02-11 18:00"), ROCHESTER, [old]).until == until


def test_of_two_schedules_either_puts_the_lamps_out() -> None:
    """A town inside a county keeps hours of its own: what one of them puts out is out."""
    town = Schedule(area="town", authority="Town", off="22:00-23:00", zone="Etc/GMT", applies=("yes",))
    both = LightClass("yes", schedule="kent town")
    found = [light(both, f"2026-12-01 {clock}", KENT, town)[0] for clock in ("21:30", "22:30", "23:30")]
    assert found == [Light.LIT, Light.UNLIT, Light.LIT]


def test_hours_of_an_inventory_come_before_everything_but_unlit() -> None:
    """The council's own list: its hours put lamps out, and between them a street is what its tag or rule says."""
    for tag, rule, evening in (("yes", "", Light.LIT), ("", "lamps", Light.ASSUMED), ("limited", "", Light.LIT)):
        listed = LightClass(tag, rule, "kent", "sunset-22:00,06:00-sunrise")
        assert light(listed, "2026-12-01 21:00", KENT)[0] is evening
        assert light(listed, "2026-12-01 22:30", KENT) == (Light.UNLIT, "inventory")
    assert light(LightClass("yes", hours="dusk-dawn"), "2026-12-02 02:00") == (Light.LIT, "tagged")
    assert light(LightClass("yes", hours="unless it rains"), "2026-12-02 02:00") == (Light.UNKNOWN, "unreadable")


# ── day and night ──


def test_by_day_it_is_not_dark_and_the_light_is_that_of_nightfall() -> None:
    """At noon a park lit from sunset to ten is told as lit, and that it is day."""
    lamps = lamps_at(LightClass("sunset-22:00"), at("2026-11-22 12:00"), ROCHESTER)
    assert (lamps.state, lamps.dark) == (Light.LIT, False)
    assert lamps_at(NO, at("2026-11-22 12:00"), ROCHESTER).dark is False


def test_dark_is_when_the_sun_is_down() -> None:
    """Under trees it is dark before the end of twilight; the hour by the clock says nothing of it."""
    assert [dark(at(f"2026-06-21 {clock}"), ROCHESTER) for clock in ("21:00", "21:30", "04:30", "05:00")] == [
        *(False, True, True, False)
    ]
    assert [dark(at(f"2026-12-21 {clock}"), ROCHESTER) for clock in ("15:30", "16:00", "07:50", "08:30")] == [
        *(False, True, True, False)
    ]


def test_the_sun_does_not_know_of_summer_time() -> None:
    """On the mornings after the clocks were changed it is dark until the sun comes up, not until an hour beside it."""
    for night, still_dark, day in (("2026-03-29", "06:25", "06:55"), ("2026-10-25", "06:25", "06:55")):
        assert dark(at(f"{night} {still_dark}"), ROCHESTER)
        assert not dark(at(f"{night} {day}"), ROCHESTER)


def test_where_the_sun_does_not_set_or_rise_it_is_day_or_night_for_weeks() -> None:
    """Tromsø at midnight in June, and at noon in December."""
    assert not dark(at("2026-06-21 00:30", TROMSO), TROMSO)
    assert dark(at("2026-12-21 12:00", TROMSO), TROMSO)


@pytest.mark.parametrize("when", [float("nan"), float("inf"), 1e308, -1e308, 1e12])
def test_an_absurd_time_is_dark_and_timed_lamps_are_unknown(when: float) -> None:
    """Whoever asks for such a time is told nothing that could be taken for light."""
    assert dark(when, ROCHESTER)
    for one in (LIMITED, LightClass("sunset-22:00"), LightClass("yes", hours="sunset-22:00")):
        assert lamps_at(one, when, ROCHESTER, [KENT]).state is Light.UNKNOWN


# ── the table ──

CLASSES = [
    *(YES, NO, LIMITED, NOBODY, YES_IN_KENT, LIMITED_IN_KENT, LightClass("24/7", schedule="kent")),
    *(
        LightClass(rule="lamps", schedule="kent"),
        LightClass("Mo-Su 17:00-01:30"),
        LightClass("sunset-00:00,05:30-sunrise"),
    ),
    *(LightClass("yes", hours="sunset-22:00"), LightClass("when we like"), LightClass(rule="same_name")),
]


def _says_what_one_look_says(found: Table, when: float, where: Where, schedule: Schedule) -> None:
    row = found.slot(when)
    for n, one in enumerate(CLASSES):
        lamps = lamps_at(one, when, where, [schedule])
        assert (found.states[row, n], RULES[found.rules[row, n]]) == (lamps.state, lamps.rule)
    assert found.dark[row] == dark(when, where)


@given(
    st.integers(0, 400),
    st.integers(0, 24 * 60 - 1),
    st.integers(0, 14 * 60),
    st.lists(st.floats(0.0, 1.0), min_size=1, max_size=6),
)
def test_the_table_says_what_one_look_says(day: int, minute: int, lasts: int, looks: list[float]) -> None:
    """For every class, at any instant of any walk, also in the nights in which clocks change."""
    from_at = (datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=day, minutes=minute)).timestamp()
    found = table(CLASSES, from_at, from_at + lasts * 60.0, ROCHESTER, [KENT])
    assert found.slots[0] == from_at
    for share in looks:
        _says_what_one_look_says(found, from_at + share * lasts * 60.0, ROCHESTER, KENT)


@given(st.integers(0, 364), st.integers(0, 24 * 60 - 1), st.integers(0, 14 * 60), st.floats(0.0, 1.0))
@example(day=0, minute=0, lasts=330, share=1.0)
def test_where_it_is_day_for_weeks_the_table_says_what_one_look_says(
    day: int, minute: int, lasts: int, share: float
) -> None:
    """In Tromsø what is told by day is the light of nightfall, or of midnight where there is none: the same for all the day,
    whenever somebody asks."""
    from_at = (datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=day, minutes=minute)).timestamp()
    off = Schedule(
        area="kent", authority="T", off="01:15-02:45", zone=TROMSO.zone, applies=("yes", "limited", "assumed")
    )
    found = table(CLASSES, from_at, from_at + lasts * 60.0, TROMSO, [off])
    _says_what_one_look_says(found, from_at + share * lasts * 60.0, TROMSO, off)


def test_the_last_minute_before_clocks_go_back_is_like_the_one_before() -> None:
    """It says nothing else than its neighbours: half-known lamps are not lit for a minute of October."""
    said = {light(LIMITED, f"2026-10-25 01:{minute}") for minute in (57, 58, 59)}
    assert said == {(Light.UNKNOWN, "limited_no_schedule")}


@given(st.integers(0, 400), st.integers(0, 24 * 60 - 1))
def test_nothing_changes_before_its_until(day: int, minute: int) -> None:
    """Between an instant and the next one at which it may change, light is the same; and that one is later."""
    when = (datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=day, minutes=minute)).timestamp()
    for one in CLASSES:
        lamps = lamps_at(one, when, ROCHESTER, [KENT])
        end = when + 86_400.0 if lamps.until is None else lamps.until
        assert end > when
        for share in (0.3, 0.7, 0.999):
            later = lamps_at(one, when + share * (end - when), ROCHESTER, [KENT])
            assert (later.state, later.rule) == (lamps.state, lamps.rule)


def test_slots_of_many_instants_are_those_of_each() -> None:
    """Before the first slot it is the first one, after the last the last."""
    found = table(CLASSES, at("2026-12-01 22:00"), at("2026-12-02 02:00"), ROCHESTER, [KENT])
    instants = np.array([at("2026-12-01 20:00"), at("2026-12-01 23:30"), at("2026-12-02 03:00")])
    assert found.slots_at(instants).tolist() == [found.slot(one) for one in instants.tolist()]
    assert found.slots_at(instants)[0] == 0
    assert found.slots_at(instants)[-1] == len(found.slots) - 1


def test_a_walk_is_dark_if_the_sun_is_down_for_some_of_it() -> None:
    """From afternoon into the evening it is, and at night; an hour of the afternoon is not."""
    found = table(CLASSES, at("2026-12-01 12:00"), at("2026-12-01 22:00"), ROCHESTER, [KENT])
    assert found.is_dark(at("2026-12-01 15:00"), at("2026-12-01 18:00"))
    assert found.is_dark(at("2026-12-01 20:00"), at("2026-12-01 20:00"))
    assert not found.is_dark(at("2026-12-01 13:00"), at("2026-12-01 14:00"))


def test_a_street_that_changes_is_told_change_by_change() -> None:
    """Through one night: lit, out at midnight, lit again at half past five."""
    found = spans(LIMITED_IN_KENT, at("2026-12-01 20:00"), at("2026-12-02 07:00"), ROCHESTER, [KENT])
    clocks = [(datetime.fromtimestamp(when, UTC).strftime("%H:%M"), lamps.state) for when, lamps in found]
    assert clocks == [("20:00", Light.LIT), ("00:00", Light.UNLIT), ("05:30", Light.LIT)]


def test_only_what_depends_on_the_clock_is_timed() -> None:
    """A plan looks at the clock for those alone."""
    assert not any(is_timed(one, [KENT]) for one in (YES, NO, NOBODY, LightClass("no", schedule="kent", hours="x")))
    assert all(is_timed(one, [KENT]) for one in (LIMITED, YES_IN_KENT, LightClass("sunset-22:00")))


def test_hours_of_lamps_are_readable_or_not() -> None:
    """What an inventory may say."""
    assert all(readable(one) for one in ("sunset-00:00", "dusk-23:30,05:00-dawn", "24/7", "sunset-sunrise"))
    assert not any(readable(one) for one in ("", "off", "part night", "Mo-Fr", "PH 10:00-12:00"))


def test_every_rule_has_words_and_none_calls_a_street_safe() -> None:
    """Lit, unlit, assumed and unknown are all that is said of a street."""
    assert set(IN_WORDS) == set(RULES)
    assert not any("safe" in words.lower() for words in IN_WORDS.values())
    assert all(IN_WORDS[rule].startswith("assumed") for rule in ("lamps", "urban_road", "beside_lit_road", "same_name"))
