"""The light of the town's streets at an instant, and what was reported since its map was built."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geofence.lighting import RULE_NUMBERS, Light, Schedule
from geofence.streets.infer import RULES
from geofence.streets.lights import DEARER, RegionLights, Report, classes_of, km_by_state, laid, where_of
from geofence.streets.region import Region
from geofence.streets.tonight import Bad
from geofence.streets.ways import Worse
from tests.geofence.drawn import place


def at(clock: str) -> float:
    """An instant of a winter's night."""
    return datetime.fromisoformat(f"2026-12-01 {clock}").replace(tzinfo=ZoneInfo("Europe/London")).timestamp()


def parts(region: Region, name: str) -> list[int]:
    """The parts of a street."""
    return [part for part in range(len(region.part_m)) if region.name(int(region.part_name[part])) == name]


def states(region: Region, name: str, clock: str) -> set[Light]:
    """How a street is lit."""
    found = RegionLights(region).states(at(clock))
    return {Light(int(found[part])) for part in parts(region, name)}


def report(x: float, y: float, least: Light = Light.UNKNOWN, *, concern: bool = False) -> Report:
    """A report of a place in the town."""
    lat, lon = place(x, y)
    return Report(lat=lat, lon=lon, least=least, concern=concern)


def test_the_town_by_night(region: Region) -> None:
    """High Street is lit, Canal Path is not, Station Road has part-night lamps, Park Walk goes out at eleven."""
    assert states(region, "High Street", "22:00") == {Light.LIT}
    assert states(region, "Canal Path", "22:00") == {Light.UNLIT}
    assert states(region, "Back Lane", "22:00") == {Light.UNKNOWN}
    assert [states(region, "Station Road", clock) for clock in ("22:00", "23:30")] == [{Light.LIT}, {Light.UNKNOWN}]
    assert [states(region, "Park Walk", clock) for clock in ("22:00", "23:30")] == [{Light.LIT}, {Light.UNLIT}]


def test_a_table_is_made_once_a_minute(region: Region) -> None:
    """Planning and profiles ask again and again; another minute is another table, and old ones are forgotten."""
    lights = RegionLights(region)
    first = lights.table(at("22:00") + 3.0, at("22:30"))
    assert lights.table(at("22:00") + 40.0, at("22:30") - 10.0) is first
    others = [lights.table(at("22:00") + 60.0 * n, at("23:00")) for n in range(1, 50)]
    assert first not in others
    assert lights.table(at("22:00"), at("22:30")).slots.tolist() == first.slots.tolist()


def test_a_table_reaches_as_far_as_it_was_asked_for(region: Region) -> None:
    """A walk from ten to half past eleven sees Park Walk go out."""
    table = RegionLights(region).table(at("22:00"), at("23:30"))
    number = int(region.part_light[parts(region, "Park Walk")[0]])
    assert [Light(int(table.states[table.slot(at(clock)), number])) for clock in ("22:59", "23:01")] == [
        *(Light.LIT, Light.UNLIT)
    ]


def test_a_walk_into_the_evening_is_one_in_the_dark(region: Region) -> None:
    """In December the sun of Medway is down by half past four; at noon it is not."""
    lights = RegionLights(region)

    assert lights.is_dark(at("15:00"), at("16:30"))
    assert not lights.is_dark(at("12:00"), at("12:00"))


def test_schedules_count_where_the_map_says(region: Region) -> None:
    """A schedule of an area that no street lies in puts nothing out."""
    elsewhere = Schedule(area="surrey", authority="Surrey", off="00:00-05:30", zone="Etc/GMT", applies=("yes",))
    plain, scheduled = RegionLights(region), RegionLights(region, [elsewhere])
    assert plain.states(at("02:00")).tolist() == scheduled.states(at("02:00")).tolist()


def test_kilometres_by_state_are_all_of_them(region: Region) -> None:
    """What `map info` says sums up to the town."""
    found = km_by_state(region, RegionLights(region).states(at("22:00")))
    assert list(found) == ["lit", "assumed", "unknown", "unlit"]
    assert sum(found.values()) == pytest.approx(float(region.part_m.sum()) / 1000, abs=0.01)
    assert found["unlit"] == pytest.approx(0.6, abs=0.01)


def test_the_sun_is_that_of_the_towns_middle(region: Region) -> None:
    """And its clock that of the map."""
    where = where_of(region)
    assert (round(where.lat, 1), round(where.lon, 1), where.zone) == (51.4, 0.5, region.about.zone)
    assert len(classes_of(region)) == len(region.about.lights)


def worse(region: Region, one: Report) -> list[Worse]:
    """What one report says."""
    return laid(region, [one])[one]


def test_a_lamp_reported_out_leaves_twenty_metres_in_doubt(region: Region) -> None:
    """Both ways along the street it lit, and on the pavement beside; the rest of the street is as lit as before."""
    found = worse(region, report(150, 202))
    names = {region.name(int(region.part_name[one.part])) for one in found}
    assert "High Street" in names
    [high] = [one for one in found if region.name(int(region.part_name[one.part])) == "High Street"]
    assert (high.state, high.rule, high.factor) == (Light.UNKNOWN, "reported", 1.0)
    assert (round(high.from_m), round(high.to_m)) == (30, 70)


def test_a_report_ends_where_its_part_does(region: Region) -> None:
    """At a crossing it reaches into every street that meets there, as far as its lamp did."""
    found = worse(region, report(100, 200, Light.UNLIT))
    assert {region.name(int(region.part_name[one.part])) for one in found} >= {"High Street", "Ferry Street"}
    assert all(0.0 <= one.from_m < one.to_m <= float(region.part_m[one.part]) for one in found)
    assert {(one.state, one.rule) for one in found} == {(Light.UNLIT, "reported_out")}


def test_a_worry_is_not_a_lamp(region: Region) -> None:
    """A concern makes a stretch dearer to the planner and leaves its light alone."""
    found = worse(region, report(150, 0, Light.LIT, concern=True))
    assert {(one.state, one.rule, one.factor) for one in found} == {(Light.LIT, "", DEARER)}


REPORTS = st.lists(
    st.builds(
        report,
        st.integers(-50, 900).map(float),
        st.integers(-50, 450).map(float),
        st.sampled_from(Light),
        concern=st.booleans(),
    ),
    max_size=12,
)


def in_metres(bad: Bad) -> tuple[object, ...]:
    """A stretch to the millimetre: sums of thousands and of one are not equal to the last bit."""
    return round(bad.low_m, 3), round(bad.high_m, 3), bad.state, bad.rule, bad.factor


@given(st.lists(REPORTS, min_size=1, max_size=4))
def test_what_is_told_anew_is_as_if_all_had_been_told_at_once(region: Region, nights: list[list[Report]]) -> None:
    """Reports come and go night by night; whoever has seen all of them knows what a process knows that starts now."""
    lights = RegionLights(region)
    for told in nights:
        lights = lights.relit(told)
    once = RegionLights(region, (), nights[-1])
    assert lights.reports == once.reports
    assert lights.bad.keys() == once.bad.keys()
    for part, bads in once.bad.items():
        assert [in_metres(one) for one in lights.bad[part]] == [in_metres(one) for one in bads]


def test_the_same_reports_leave_everything_as_it_is(region: Region) -> None:
    """Nobody plans anew because nothing has changed; and tables, in which no report is, are made once."""
    lights = RegionLights(region, (), [report(150, 202)])
    assert lights.relit([report(150, 202), report(150, 202)]) is lights
    before = lights.table(at("22:00"), at("22:30"))
    assert lights.relit([]).table(at("22:00"), at("22:30")) is before


def test_every_rule_of_inference_has_its_number() -> None:
    """What a part is assumed by can be kept with a route, and told in words."""
    assert set(RULES) <= set(RULE_NUMBERS)
