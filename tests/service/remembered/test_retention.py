"""What is kept, how long: the table against journeys that ended in every way."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from geofence.destination import Destination
from geofence.fix import Fix
from geofence.judge import NO_EVIDENCE, Evidence
from geofence.route import Route
from service.journey.model import Cause, Closed, CloseReason, Journey, JourneyState, Proof, Quiet, Seen
from service.people.model import Begun, SignUp, Traveller
from service.remembered.retention import (
    DAY_S,
    ERASED,
    INCIDENT,
    JOURNEY,
    OPEN,
    TABLE,
    TRACK,
    Goes,
    fate,
    lasting,
    never_hers,
    over_since,
    page,
    put_behind,
    stripped,
    without,
    without_track,
)
from service.rows import Kept, TrackerEnd
from tests.builders import at, overdue, timer, walk

DOCS = Path(__file__).resolve().parents[3] / "docs"
HOME_AT = at(20)
FIX = Fix(0, at(1), 51.38, 0.5)


def home() -> Journey:
    """Anna came home at minute 20."""
    anna = timer().to(20)
    anna.ends()
    return anna.journey


def days(amount: float, since_at: float = HOME_AT) -> float:
    return since_at + amount * DAY_S


def test_the_page_says_what_the_code_says() -> None:
    """Stale? `python -m service.remembered.retention`."""
    assert (DOCS / "retention.md").read_text(encoding="utf-8") == page()


def test_the_table_is_complete_in_itself() -> None:
    """Every row has a why, and either a time or what it waits for."""
    assert all(rule.what and rule.since and rule.why for rule in TABLE)
    assert [lasting(rule.kept_s) for rule in (TRACK, JOURNEY, INCIDENT, OPEN)] == [
        "24 h",
        "30 days",
        "90 days",
        "until",
    ]


@pytest.mark.parametrize(
    ("after_days", "goes"),
    [(0, Goes.NOTHING), (1 - 1e-4, Goes.NOTHING), (1, Goes.TRACK), (30 - 1e-4, Goes.TRACK), (30, Goes.ALL)],
)
def test_a_journey_that_ended_well(after_days: float, goes: Goes) -> None:
    """Its track goes after a day, all of it after thirty."""
    assert fate(home(), days(after_days)).goes is goes


def test_a_journey_on_which_others_were_told_is_kept_whole_for_ninety_days() -> None:
    """Counted from when it was closed, and a person had closed the incident."""
    anna = overdue()
    anna.to(50).ends()
    told = anna.journey

    assert fate(told, days(89, at(50))).goes is Goes.NOTHING
    assert fate(told, days(90, at(50))) == fate(told, days(900, at(50)))
    assert (fate(told, days(90, at(50))).goes, fate(told, days(90, at(50))).rule) == (Goes.ALL, INCIDENT)


def test_what_no_person_has_closed_is_kept() -> None:
    """Under way, overdue, cold, or an SOS in its countdown: for a year and longer."""
    counting = timer().to(5)
    counting.ends()
    counting.sos()
    for journey in (walk().journey, overdue().to(41 + 2 * 24 * 60).journey, counting.journey):
        assert over_since(journey) is None
        assert (fate(journey, days(365)).goes, fate(journey, days(365)).rule) == (Goes.NOTHING, OPEN)


def test_behind_a_cover_story_nothing_goes_of_what_is_true() -> None:
    """Of the story that her devices are shown, what would go of a journey that ended so."""
    anna = timer().to(10)
    anna.ends(Proof.DURESS)
    shadow = anna.journey.shadow

    assert shadow is not None
    assert fate(anna.journey, days(400)).goes is Goes.NOTHING
    assert (fate(shadow, days(2)).goes, fate(shadow, days(40)).goes) == (Goes.TRACK, Goes.ALL)


def test_of_an_erased_account_only_what_an_alarm_needs_stays_for_a_day() -> None:
    """What ended longer ago, or without anybody being told, goes at once; whoever was told has to hear the end."""
    anna = overdue()
    anna.to(50).ends()

    assert fate(home(), at(60), erased_at=at(60)).goes is Goes.ALL
    assert fate(anna.journey, days(2, at(50)), erased_at=days(2, at(50))).goes is Goes.ALL
    assert fate(anna.journey, at(60), erased_at=at(60)).goes is Goes.NOTHING
    assert fate(anna.journey, days(0.9, at(50)), erased_at=at(45)).goes is Goes.NOTHING
    closed = fate(anna.journey, days(1, at(50)), erased_at=at(45))
    assert (closed.goes, closed.rule) == (Goes.ALL, ERASED)
    assert fate(walk().journey, days(9), erased_at=at(1)).goes is Goes.NOTHING


def test_nothing_of_her_way_is_left_in_a_row_without_its_track() -> None:
    """Fixes, the last place, the routes of all legs, what geofence remembers, where she said that all was well."""
    seen = Seen(lat=51.38, lon=0.5, at=1.0, received_at=1.0)
    quiet = (Quiet(Cause.STALLED, 1.0, 51.38, 0.5),)
    row = Kept(
        journey=replace(home(), seen=seen, quiet=quiet),
        route=Route("abc", 100.0, Destination(51.38, 0.5)),
        ahead=(Route("", 0.0, Destination(51.39, 0.5)),),
        evidence=Evidence(last=FIX),
        fixes=(FIX,),
        trackers=(TrackerEnd(id="bag", region="51.38,0.5"),),
    )

    bare = stripped(row)

    assert (bare.fixes, bare.route, bare.ahead, bare.evidence, bare.journey.seen, bare.journey.quiet) == (
        (), None, (), NO_EVIDENCE, None, (),
    )  # fmt: skip
    assert bare.journey == replace(home(), id=bare.journey.id)
    assert bare.trackers == ()
    assert b"51.38" not in repr(bare).encode()
    assert stripped(bare) is bare
    assert without_track(bare.journey) is bare.journey


ANNA = Traveller(
    id="anna",
    number="+447700900102",
    name="Anna",
    created_at=0.0,
    live="anna-4",
    last="anna-3",
    journeys=4,
    behind=("anna-2", "anna-b1"),
    begun=(Begun("k3", b"", "anna-3"), Begun("k4", b"", "anna-4")),
)


def test_her_account_names_no_journey_that_is_gone() -> None:
    """Live, last, behind, or begun under a key: what is not there any more is in none of them."""
    after = without(ANNA, ["anna-4", "anna-2"])

    assert (after.live, after.last, after.behind, [b.journey for b in after.begun]) == (
        None, "anna-3", ("anna-b1",), ["anna-3"],
    )  # fmt: skip
    assert without(ANNA, ["anna-1"]) is ANNA


def test_what_her_devices_are_done_with_stands_behind() -> None:
    """It is not live to her any more, and people can still act on it."""
    after = put_behind(ANNA, "anna-4")

    assert (after.live, after.behind) == (None, ("anna-2", "anna-b1", "anna-4"))
    assert put_behind(after, "anna-4") is after


def test_an_account_that_nobody_ever_got_into_goes_a_day_after_its_last_code() -> None:
    """Whoever has a device, a PIN, a contact or a journey is somebody."""
    typed = Traveller(id="x", number="+447700900102", name="X", created_at=0.0)
    coded = replace(typed, sign_up=SignUp(code_hash=b"", expires_at=0.0, sent_at=(100.0, 500.0)))

    assert never_hers(typed, DAY_S)
    assert not never_hers(typed, DAY_S - 1)
    assert (never_hers(coded, DAY_S + 499), never_hers(coded, DAY_S + 500)) == (False, True)
    assert not never_hers(replace(coded, pin_hash="$argon2id$"), 9 * DAY_S)
    assert not never_hers(replace(coded, hidden=1), 9 * DAY_S)
    assert not never_hers(ANNA, 9 * DAY_S)


def test_a_journey_is_over_when_both_are() -> None:
    """Closed by arrival, and its incident by a person later."""
    closed = Closed(at=at(30), reason=CloseReason.ARRIVED, by="fix", proof=Proof.NONE)
    both = replace(home(), state=JourneyState.CLOSED, closed=closed, resolved_at=at(90))

    assert over_since(both) == at(90)
