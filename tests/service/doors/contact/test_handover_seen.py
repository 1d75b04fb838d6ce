"""One page about Anna for the police."""

import pytest
from msgspec.structs import replace

from alerts.ladder import Said
from geofence.fix import Fix
from service.doors.contact.handover_seen import (
    DO_NOT_RING,
    MOST_LINES,
    Reader,
    contacts_reader,
    handover,
    operators_reader,
)
from service.doors.contact.link import Link
from service.journey import claims, pressed, said
from service.journey.model import OPERATORS, Journey, Logged, Proof
from service.people.model import Card, Traveller
from service.web.handover import HandoverPage
from service.web.render import Frame
from tests.service.doors.neighbourhood import BETH, DAD, Neighbourhood

MINUTES = 60.0
CARD = Card(
    full_name="Anna Kessler",
    description="green parka",
    address="4 Vines Lane",
    medical="asthma",
    danger="J. Doe",
    police_reference="CR/12",
    word="heron",
)
FIXES = (
    Fix(seq=0, at=1.0, lat=51.379, lon=0.5, accuracy_m=9.0),
    Fix(seq=1, at=200.0, lat=51.38, lon=0.5, accuracy_m=None),
)


async def _unanswered(street: Neighbourhood) -> tuple[Journey, Traveller]:
    """L3: nobody has answered for ten minutes."""
    journey = await street.sets_off(minutes=20)
    await street.time_passes(42 * MINUTES)
    account = await street.house.watch.account(journey.traveller)
    return await street.journey(journey.id), replace(account, card=CARD)


def _sheet(street: Neighbourhood, view: Journey, account: Traveller, reader: Reader) -> HandoverPage:
    return handover(
        street.house, view, account, FIXES, reader, Frame(), street.clock.now(), here="/h", back="/b", see="/s"
    )


async def test_an_operators_sheet_has_everything(street: Neighbourhood) -> None:
    """Who, what she looks like, where last, which way, on which clock; and never the word by which she is known."""
    journey, account = await _unanswered(street)

    sheet = _sheet(street, journey, account, operators_reader("olga"))

    assert (sheet.her, sheet.reference, sheet.made_by) == ("Anna Kessler", journey.plan.reference, "olga, operator")
    assert dict(sheet.person) == {
        "Known as": "Anna",
        "Phone": "07700 900123",
        "Description": "green parka",
        "Address": "4 Vines Lane",
        "Medical": "asthma",
        "May be a danger": "J. Doe",
        "On her way": "on foot, to: home",
        "Set off": "21:59",
        "Due": "22:22",
        "Battery": "64%",
    }
    fix = dict(sheet.fix)
    assert fix["Last position"].startswith("51.38000, 0.50000")
    assert (fix["Accuracy"], fix["Direction"]) == ("within 12 m", "north")
    assert fix["When"].endswith("42 min ago")
    assert [(s.latitude, s.accuracy) for s in sheet.track] == [("51.38000", "–"), ("51.37900", "9 m")]
    assert sheet.police == ("CR/12: her own, written down before",)
    assert "heron" not in repr(sheet)
    assert not sheet.asks


async def test_what_happened_is_told_in_order_and_on_both_clocks(street: Neighbourhood) -> None:
    """Set off, last heard, due, told; what operators wrote down; what contacts said, by name."""
    journey, account = await _unanswered(street)
    beth = next(c.id for c in account.contacts if c.number == BETH)
    for act in (
        lambda j, now, _: said.contact_said(j, beth, Said.POLICE, now, police_number="3107"),
        lambda j, now, _: claims.claimed(j, "olga", now),
        lambda j, now, _: claims.logged(j, "olga", "nothing_heard", "rang for a minute", now),
    ):
        await street.house.watch.ask(journey.id, act)
    journey = await street.journey(journey.id)

    sheet = _sheet(street, journey, account, operators_reader("olga"))

    told = [line.words for line in sheet.happened]
    assert told[:2] == ["She set off", "Her phone was last heard"]
    assert {"She was due", "Overdue: her contacts were told"} <= set(told)
    assert {"Operator olga has it", "olga heard nothing: rang for a minute"} <= set(told)
    assert "Beth has told the police" in told
    assert [line.when.utc for line in sheet.happened] == sorted(line.when.utc for line in sheet.happened)
    assert sheet.happened[0].when.utc == sheet.happened[0].when.local == "21:59:00"
    assert any(line.startswith("Beth: told at 22:27, has told the police at 22:41") for line in sheet.told)
    assert "3107: told at 22:41 by Beth, not confirmed" in sheet.police
    assert not any("Somebody says" in line for line in told)


async def test_a_long_night_still_fits_on_one_side(street: Neighbourhood) -> None:
    """How it began and what came last stay; how many lines are missing is said."""
    journey, account = await _unanswered(street)
    alarm = journey.alarm
    assert alarm is not None
    log = tuple(Logged(street.clock.now() + n, "olga", "rang_her", str(n)) for n in range(40))
    journey = replace(journey, incident=replace(alarm, log=log))

    told = [line.words for line in _sheet(street, journey, account, operators_reader("olga")).happened]

    assert len(told) == MOST_LINES + 1
    assert (told[0], told[-1]) == ("She set off", "olga rang her: 39")
    assert "(26 lines before this are left out)" in told


async def test_a_contacts_sheet_names_no_other_contact(street: Neighbourhood) -> None:
    """Dad, the operator and what the operator wrote down are not Beth's to read; she is the maker herself."""
    journey, account = await _unanswered(street)
    dad = next(c.id for c in account.contacts if c.number == DAD)
    for act in (
        lambda j, now, _: said.contact_said(j, dad, Said.POLICE, now, police_number="3107"),
        lambda j, now, _: claims.claimed(j, "olga", now),
        lambda j, now, _: claims.logged(j, "olga", "note", "the neighbour", now),
    ):
        await street.house.watch.ask(journey.id, act)
    link = await street.link_of(journey, BETH)
    reader = contacts_reader(link, shown=True)

    sheet = _sheet(street, link.view, account, reader)
    named = _sheet(street, link.view, replace(account, names_shown=True), reader)

    assert sheet.made_by == "Beth, a contact Anna chose"
    for secret in ("Dad", "olga", "neighbour", "heron"):
        assert secret not in repr(sheet)
    assert "3107: told at 22:41 by another contact, not confirmed" in sheet.police
    assert any(line.startswith("Contact 2: told") for line in sheet.told)
    assert any(line.startswith("The maker of this sheet: told") for line in sheet.told)
    assert any(line.startswith("Dad: told") for line in named.told)


async def test_without_a_tap_the_sheet_has_no_place(street: Neighbourhood) -> None:
    """And for whom she never shows her place there is no tap; her address is not on it either."""
    journey, account = await _unanswered(street)
    link = await street.link_of(journey, BETH)

    before = _sheet(street, link.view, account, contacts_reader(link, shown=False))
    people = tuple(replace(p, place=False) if p.id == link.contact.id else p for p in journey.plan.people)
    alarm = journey.alarm
    assert alarm is not None
    view = replace(
        journey,
        plan=replace(journey.plan, people=people),
        incident=replace(alarm, phone_home_at=street.clock.now()),
    )
    kept_away = Link("t", account, link.contact, replace(link.kept, journey=view))
    never = _sheet(street, view, account, contacts_reader(kept_away, shown=True))

    assert (before.fix, before.track, before.asks) == ((), (), True)
    assert (never.fix, never.track, never.asks) == ((), (), False)
    assert "Vines Lane" not in repr(never)
    assert "home" not in repr(never)
    assert "where she was going" not in repr(never)


async def test_a_sheet_made_after_midnight_names_the_day_before(street: Neighbourhood) -> None:
    """Whoever reads it in the morning must not take the evening for this one."""
    journey, account = await _unanswered(street)
    street.clock.forward(2 * 3600.0)

    sheet = _sheet(street, journey, account, operators_reader("olga"))

    assert sheet.date == "Saturday 21 November 2026"
    assert sheet.happened[0].when.utc == "Fri 21:59:00"
    assert dict(sheet.person)["Due"] == "Fri 22:22"


async def test_under_duress_the_sheet_begins_with_what_nobody_may_do(street: Neighbourhood) -> None:
    """Her number is on it all the same: the police find phones by it."""
    journey, account = await _unanswered(street)
    await street.house.watch.ask(journey.id, pressed.ended, proof=Proof.DURESS)
    journey = await street.journey(journey.id)

    sheet = _sheet(street, journey, account, operators_reader("olga"))

    assert sheet.warning == DO_NOT_RING
    assert "She gave a secret sign that she is being forced" in [line.words for line in sheet.happened]
    assert dict(sheet.person)["Phone"] == "07700 900123"


async def test_an_sos_without_a_journey_has_a_sheet_too(street: Neighbourhood) -> None:
    """No destination, nothing due, and perhaps no place."""
    journey = await street.sets_off(minutes=60)
    await street.house.watch.ask(journey.id, lambda j, now, _: pressed.sos(j, now, window=False))
    journey = replace(await street.journey(journey.id), seen=None, eta_at=None, battery_pct=None)
    account = await street.house.watch.account(journey.traveller)

    sheet = _sheet(street, journey, account, operators_reader("olga"))

    assert (sheet.fix, sheet.note) == ((), "Her phone has not told us a place.")
    assert "She set off an alarm for help" in [line.words for line in sheet.happened]
    assert {"Due", "Battery"}.isdisjoint(dict(sheet.person))


@pytest.mark.parametrize("shown", [True, False])
def test_who_reads_is_a_contact_or_an_operator(shown: bool) -> None:
    """`place` says whether the look was kept."""
    reader = operators_reader("olga", shown=shown)
    assert (reader.who, reader.place, reader.operator, reader.asks) == (OPERATORS, shown, True, False)
