"""What her phone is told when her journey changes."""

from msgspec.structs import replace

from alerts.contact import Recipient
from alerts.gateway import Delivery
from alerts.notice import Kind
from service.doors.phones import view as phone_view
from service.doors.phones import wire
from service.journey.advance import advance
from service.journey.company import asked_company, looked
from service.journey.cover import shown_to_her, under_duress
from service.journey.fixes import heard
from service.journey.model import Journey, JourneyKind, Leg, Plan, Proof, Seen
from service.journey.pressed import armed, ended, sos
from service.journey.said import handed, reported

NOW = 1_795_000_000.0
DAD = Recipient(id="dad")


def on_her_way() -> Journey:
    made = Plan(
        kind=JourneyKind.DESTINATION,
        profile="standard",
        reference="K742",
        code="42",
        destination="home",
        began_at=NOW,
        plan_s=1200.0,
        people=(DAD,),
        streams=False,
    )
    return armed("anna-1", made, NOW + 1380, NOW).journey


def at(journey: Journey, minute: float) -> Journey:
    return advance(journey, NOW + minute * 60).journey


def kinds(before: Journey | None, after: Journey | None) -> list[str]:
    return [str(frame.__struct_config__.tag) for frame in phone_view.changes(before, after, {"dad"})]


def test_nothing_new_is_nothing_said() -> None:
    """The same journey twice."""
    journey = on_her_way()
    assert (kinds(journey, journey), phone_view.looks_different(journey, journey)) == ([], False)


def test_the_policy_is_row_1() -> None:
    """Ten seconds moving, five in an SOS with every fix acknowledged; without a journey the usual."""
    moving, alarmed = phone_view.policy(on_her_way()), phone_view.policy(sos(on_her_way(), NOW + 1).journey)

    assert (moving.cadence_s, moving.beat_s, moving.ack_every) == (10, 60, 3)
    assert (alarmed.cadence_s, alarmed.ack_every) == (5, 1)
    assert phone_view.policy(None) == moving


def test_where_her_ride_leaves_a_still_phone_is_asked_as_if_it_moved() -> None:
    """And her phone is told so at once; on the ride it may rest again."""
    by_bus = (Leg("foot", "the stop", 600.0), Leg("ride", "Strood", 600.0))
    far = Seen(lat=51.38, lon=0.5, at=NOW, received_at=NOW, to_go_m=300.0)
    anna = on_her_way()
    walking = replace(anna, plan=replace(anna.plan, legs=by_bus), seen=far)
    waiting = replace(walking, seen=replace(far, to_go_m=40.0))

    assert [phone_view.policy(j).beat_s for j in (walking, waiting, replace(waiting, leg=1))] == [60, 10, 60]
    assert kinds(walking, waiting) == ["policy"]


def test_after_a_close_by_pin_the_phone_is_asked_to_stream_on() -> None:
    """For fifteen minutes, whatever the PIN; after a fix that closed it, not at all."""
    over = ended(on_her_way(), NOW + 60, Proof.PIN).journey
    forced = under_duress(on_her_way(), lambda j, proof: ended(j, NOW + 60, proof), NOW + 60).journey

    assert phone_view.policy(over).until == NOW + 60 + 900
    assert phone_view.policy(shown_to_her(forced)) == phone_view.policy(over)
    assert phone_view.policy(on_her_way()).until is None


def test_a_low_battery_is_a_warning_once() -> None:
    """At 20 %; a snapshot with it is no second one."""
    before = on_her_way()
    low = heard(before, NOW + 60, battery_pct=20).journey
    lower = heard(low, NOW + 120, battery_pct=12).journey

    assert list(phone_view.warnings(low)) == [wire.Warned(code="battery", pct=20)]
    assert kinds(before, low) == ["warning"]
    assert kinds(low, lower) == []
    assert kinds(None, low) == []


def test_who_may_look_and_who_has_looked_is_news_for_her_screen() -> None:
    """Both stand in the snapshot."""
    before = on_her_way()
    asked = asked_company(before, ["dad"], NOW).journey
    seen = looked(asked, "dad", "place", NOW + 1).journey

    assert phone_view.looks_different(before, asked)
    assert phone_view.looks_different(asked, seen)
    assert not phone_view.looks_different(seen, looked(seen, "dad", "place", NOW + 2).journey)


def test_a_question_is_put_on_her_screen_and_taken_off() -> None:
    """The nudge at 21 minutes gives way to `due` at 23, and her PIN clears both."""
    nudged = at(on_her_way(), 21)
    due = at(nudged, 23)
    over = ended(due, NOW + 1400, Proof.PIN).journey

    [nudge] = phone_view.prompts(nudged).values()
    [asked] = phone_view.prompts(due).values()
    assert (nudge.kind, nudge.until) == ("nudge", NOW + 1380)
    assert (asked.kind, asked.until) == ("due", NOW + 1680)
    assert kinds(nudged, due)[:2] == ["prompt_gone", "prompt"]
    assert "prompt_gone" in kinds(due, over)
    assert phone_view.prompts(over) == {}


def test_she_follows_each_message_of_an_open_alarm() -> None:
    """Waiting, accepted, delivered: a frame for every step; nothing once it is over."""
    overdue = at(at(on_her_way(), 23), 28)
    [notice] = [p.id for p in overdue.proven if p.kind is Kind.OVERDUE]
    accepted = handed(overdue, notice, "SM1", NOW + 1681).journey
    there = reported(accepted, notice, Delivery.DELIVERED, NOW + 1683).journey
    over = ended(there, NOW + 1700, Proof.PIN).journey

    states = [next(iter(phone_view.told(journey, {"dad"}).values())).state for journey in (overdue, accepted, there)]
    assert states == ["waiting", "accepted", "delivered"]
    assert kinds(accepted, there) == ["told"]
    assert phone_view.told(over, {"dad"}) == {}
    assert phone_view.told(None, {"dad"}) == {}
    assert phone_view.told(there, set()) == {}  # a contact whom her screen does not show


def test_a_new_fix_alone_is_no_reason_for_a_snapshot() -> None:
    """An ETA that moved is one."""
    journey = on_her_way()
    assert not phone_view.looks_different(journey, replace(journey, battery_pct=50))
    assert phone_view.looks_different(journey, replace(journey, eta_at=NOW))
    assert phone_view.looks_different(None, journey)
