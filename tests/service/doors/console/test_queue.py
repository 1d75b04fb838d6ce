"""What operators see: urgency, clocks, and places only when they may."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from alerts.contact import Channel
from alerts.gateway import Delivery
from alerts.ladder import Said
from alerts.notice import Kind
from service.doors.console.queue import incidents, journeys, link_badge, state_badge, trouble
from service.doors.pages_live import LiveJourneys
from service.journey import claims, pressed, said
from service.journey.model import Journey, Proof
from tests.service.doors.neighbourhood import DURESS, Neighbourhood, neighbourhood

MINUTES = 60.0


async def _rows(street: Neighbourhood) -> list[str]:
    found = await LiveJourneys(street.house).all()
    return [row.kind.text for row in incidents(street.house, found, street.clock.now())]


async def test_a_lost_link_is_shown_at_ten_minutes_without_a_place(street: Neighbourhood) -> None:
    """Row 3: operators see it; nobody else was told, and a lost link opens no place."""
    journey = await street.sets_off(minutes=60)
    await street.time_passes(10 * MINUTES)
    assert await _rows(street) == []

    await street.time_passes(5 * MINUTES)

    [row] = incidents(street.house, await LiveJourneys(street.house).all(), street.clock.now())
    assert row.kind.text == "link lost"
    assert row.note == "A lost link alone opens no place."
    assert row.reference == journey.plan.reference
    assert row.here == f"/console/look/{journey.plan.reference}"
    assert "Anna" not in row.what


async def test_duress_says_not_to_ring_her(street: Neighbourhood) -> None:
    """And tells nobody when she was due: she may be made to say so."""
    journey = await street.sets_off(minutes=60)
    account = await street.house.watch.account(journey.traveller)
    proof = await street.house.pins.prove(account, DURESS)
    await street.house.watch.ask(journey.id, pressed.ended, proof=proof)

    [row] = incidents(street.house, await LiveJourneys(street.house).all(), street.clock.now())

    assert proof is Proof.DURESS
    assert row.kind.text == "duress: do not ring her"
    assert [timer.label for timer in row.timers] == ["open for", "last seen"]


async def test_a_row_says_who_has_it_and_for_how_long(street: Neighbourhood) -> None:
    """A claim that has run out is nobody's, also before the watchman has been round; what nobody has comes first."""
    journey = await street.sets_off(minutes=20)
    await street.time_passes(33 * MINUTES)
    await street.house.watch.ask(journey.id, lambda j, now, _: claims.claimed(j, "olga", now))
    street.clock.forward(12)
    found = await LiveJourneys(street.house).all()

    [row] = incidents(street.house, found, street.clock.now())
    [later] = incidents(street.house, found, street.clock.now() + 48)

    assert (row.holder, row.lease) == ("Operator olga, since 22:32", "48 s left")
    assert (later.holder, later.lease) == ("", "")


async def test_a_row_says_what_waits_for_a_second_operator(street: Neighbourhood) -> None:
    """Whoever reads the list may be that one."""
    journey = await street.sets_off(minutes=60)
    await street.house.watch.ask(journey.id, lambda j, now, _: pressed.sos(j, now, window=False))
    await street.house.watch.ask(journey.id, lambda j, now, _: claims.resolved(j, "olga", "found", now))

    [row] = incidents(street.house, await LiveJourneys(street.house).all(), street.clock.now())

    assert row.proposal == "olga would close it: She was found"


STEPS: list[tuple[dict[str, object], str]] = [
    ({}, "on its way"),
    ({"state": Delivery.SENT, "sent_at": 1.0}, "sent 1.0 s"),
    ({"state": Delivery.UNDELIVERED, "sent_at": 1.0, "failed_at": 4.0}, "not delivered 4.0 s"),
    ({"state": Delivery.DELIVERED, "sent_at": 1.0, "failed_at": 4.0, "delivered_at": 64.0}, "delivered 1 min 4 s"),
    ({"state": Delivery.READ, "sent_at": 1.0, "delivered_at": 2.1, "read_at": 40.0}, "read 40 s"),
    (
        {"channel": Channel.CALL, "state": Delivery.DELIVERED, "answered_at": 9.0, "delivered_at": 14.0},
        "call heard 14 s",
    ),
]


@pytest.mark.parametrize(("steps", "far"), STEPS, ids=[far for _, far in STEPS])
async def test_a_row_says_how_far_each_was_told_with_its_seconds(
    street: Neighbourhood, steps: dict[str, object], far: str
) -> None:
    """Promise 4, one line a person, and what was said how long after; every step is on the incident's own page."""
    journey = await street.sets_off(minutes=20)
    await street.time_passes(33 * MINUTES)
    [(kept, account)] = await LiveJourneys(street.house).all()
    text = next(p for p in kept.journey.proven if p.kind is Kind.OVERDUE)
    fresh = dict.fromkeys(("state", "accepted_at", "sent_at", "delivered_at"))
    came = {n: text.made_at + at if n.endswith("_at") and isinstance(at, float) else at for n, at in steps.items()}
    proof = replace(text, **(fresh | came))

    def told(journey: Journey) -> str:
        one = replace(kept, journey=replace(journey, proven=(proof,)))
        [row] = incidents(street.house, [(one, account)], street.clock.now())
        return next(line.partition(": ")[2] for line in row.told if line.startswith(f"{names[text.to]}:"))

    names = {contact.id: contact.name for contact in account.contacts}
    assert told(kept.journey) == f"{far}, no answer yet"
    answered = said.contact_said(kept.journey, text.to, Said.TAKEN, street.clock.now())
    assert told(answered.journey) == f"{far}, is on it 5 min after"
    assert journey.id == kept.journey.id


async def test_what_hurts_most_comes_first(tmp_path: Path) -> None:
    """An SOS before an overdue journey, though it is younger."""
    async with neighbourhood(tmp_path / "one") as one, neighbourhood(tmp_path / "two") as two:
        await one.sets_off(minutes=20)
        await one.time_passes(40 * MINUTES)
        late = await two.sets_off(minutes=90)
        await two.time_passes(40 * MINUTES)
        await two.house.watch.ask(late.id, lambda j, now, _: pressed.sos(j, now, window=False))
        found = [*await LiveJourneys(one.house).all(), *await LiveJourneys(two.house).all()]

        rows = incidents(one.house, found, one.clock.now())

    assert [row.kind.text for row in rows] == ["SOS", "for you"]


async def test_calm_journeys_are_rows_by_when_they_are_due(street: Neighbourhood) -> None:
    """Reference, since, due, state, link."""
    await street.sets_off(minutes=60)

    [row] = journeys(await LiveJourneys(street.house).all(), street.clock.now(), "Europe/London")

    assert (row.since, row.due) == ("21:59", "23:08")
    assert (row.state.text, row.link.text) == ("on her way", "live")
    assert not row.asked


async def test_a_journeys_state_is_said_in_words(street: Neighbourhood) -> None:
    """Due, then overdue, then closed; her phone quiet, then lost."""
    journey = await street.sets_off(minutes=20)
    await street.time_passes(100)
    assert link_badge(await street.journey(journey.id), street.clock.now()).text.startswith("quiet for")
    await street.time_passes(23 * MINUTES - 100)
    assert state_badge(await street.journey(journey.id)).text == "due, no answer yet"
    await street.time_passes(8 * MINUTES)
    overdue = await street.journey(journey.id)
    assert state_badge(overdue).text == "overdue"
    assert link_badge(overdue, street.clock.now()).text.startswith("lost")

    await street.house.watch.ask(journey.id, pressed.ended, proof=Proof.PIN)

    closed = await street.journey(journey.id)
    assert (state_badge(closed).text, link_badge(closed, 0.0).text) == ("closed", "not listening")


@pytest.mark.parametrize("refused", [None, "the account is suspended"])
async def test_bad_news_about_the_house_is_at_the_top(street: Neighbourhood, refused: str | None) -> None:
    """A provider that refuses is said; silence means that nothing is wrong."""
    if refused:
        await street.house.store.book_put("service", "provider texts", refused.encode())

    said = await trouble(street.house)

    assert [refused in line for line in said if refused] == ([True] if refused else [])
    assert bool(said) is bool(refused)
