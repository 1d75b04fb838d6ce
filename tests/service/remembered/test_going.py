"""From a traveller's rows to one commit: what goes, and what her account is after that."""

from typing import Any

from msgspec.structs import replace

from geofence.fix import Fix
from service.journey.model import Proof, Seen
from service.people.model import Card, Contact, Device, Traveller
from service.remembered.going import AT_ONCE, Decision, Hers, decide
from service.remembered.retention import DAY_S, ERASED, JOURNEY, TRACK, UNFINISHED
from service.rows import AccountChanged, Forgotten, Kept, event_from, journey_row, traveller_row
from tests.builders import L2, at, overdue, people, timer

BETH = Contact(id="beth", name="Beth", number="+447700900201")
CHLOE = Contact(id="chloe", name="Chloe", number="+447700900203", on_sos_list=False)
PHONE = Device(id="d1", token_hash=b"", name="phone", since=0.0)
ANNA = Traveller(
    id="anna", number="+447700900102", name="Anna", created_at=0.0, devices=(PHONE,), contacts=(BETH, CHLOE), journeys=4
)
HOME_AT = at(20)


def home(n: int = 1, **changes: Any) -> Kept:
    """Anna came home at minute 20, and her phone had measured where."""
    anna = timer().to(20)
    anna.ends()
    seen = Seen(lat=51.38, lon=0.5, at=1.0, received_at=1.0)
    return Kept(journey=replace(anna.journey, id=f"anna-{n}", seen=seen, **changes), fixes=(Fix(0, 1.0, 51.38, 0.5),))


def forced(n: int = 1) -> Kept:
    """She was made to end it at minute 20: open behind a cover story."""
    anna = timer().to(20)
    anna.ends(Proof.DURESS)
    seen = Seen(lat=51.38, lon=0.5, at=1.0, received_at=1.0)
    journey = anna.journey
    shadow = replace(journey.shadow, id=f"anna-{n}", seen=seen) if journey.shadow is not None else None
    return Kept(journey=replace(journey, id=f"anna-{n}", seen=seen, shadow=shadow))


def decided(*journeys: Kept, days: float, account: Traveller | None = ANNA, **more: Any) -> Decision:
    hers = Hers("anna", None if account is None else (7, account), [(3, kept) for kept in journeys], **more)
    return decide(hers, HOME_AT + days * DAY_S)


def after(done: Decision, key: str) -> Kept | Traveller | None:
    """The row as the commit leaves it; None where it deletes it."""
    [put] = [put for put in done.puts if put.key == key]
    if put.value is None:
        return None
    return traveller_row(key, put.value) if key == "anna" else journey_row(key, put.value)


def test_nothing_goes_before_its_time() -> None:
    """No commit at all."""
    assert decided(home(), days=0.9).unit("c", 1.0) is None


def test_a_track_goes_with_its_row_rewritten() -> None:
    """In one commit: chunks dropped, the row without a place; the second time there is nothing to do."""
    done = decided(home(), days=1)
    unit = done.unit("c", 1.0)

    assert unit is not None
    assert (unit.untrack, unit.events) == (("anna-1",), ())
    assert [(put.key, put.expect) for put in unit.puts] == [("anna-1", 3)]
    stripped = after(done, "anna-1")
    assert isinstance(stripped, Kept)
    assert [(going.key, going.rule, going.since_at) for going in done.going] == [("anna-1", TRACK, HOME_AT)]
    assert decided(stripped, days=2).unit("c", 1.0) is None


def test_a_journey_goes_with_every_word_about_it() -> None:
    """Row, account and the word to the archive are one commit."""
    account = replace(ANNA, live="anna-2", last="anna-1", behind=("anna-1",))
    done = decided(home(1), home(2), days=30, account=account)
    unit = done.unit("c", 1.0)

    assert unit is not None
    assert (after(done, "anna-1"), after(done, "anna-2")) == (None, None)
    mine = after(done, "anna")
    assert isinstance(mine, Traveller)
    assert (mine.live, mine.last, mine.behind) == (None, None, ())
    assert [event_from(event) for event in unit.events] == [
        ("anna-1", Forgotten(at=1.0)),
        ("anna-2", Forgotten(at=1.0)),
    ]
    assert {going.rule for going in done.going} == {JOURNEY}


def test_what_her_devices_are_shown_grows_old_while_what_is_true_stays() -> None:
    """After a day the cover story has no place any more, after thirty it is not her live journey; nothing else changes."""
    account = replace(ANNA, live="anna-1")
    one, month = decided(forced(), days=1, account=account), decided(forced(), days=30, account=account)

    row = after(one, "anna-1")
    assert isinstance(row, Kept)
    assert row.journey.shadow is not None
    assert (row.journey.shadow.seen, row.journey.seen) == (None, forced().journey.seen)
    assert [put.key for put in one.puts] == ["anna-1"]
    mine = after(month, "anna")
    assert isinstance(mine, Traveller)
    assert (mine.live, mine.behind) == (None, ("anna-1",))
    assert (one.going, month.going, month.forgotten) == ([], [], [])


def test_what_was_shown_under_duress_goes_when_people_have_closed_it() -> None:
    """Her contacts and her card as they really are; the feed says so. Not while an alarm is open behind it, nor while a
    row cannot be read."""
    shown = replace(ANNA, cover=(CHLOE,), cover_card=Card(address="nowhere"))
    closed = decided(home(), days=0, account=shown)
    mine = after(closed, "anna")

    assert isinstance(mine, Traveller)
    assert (mine.shown_contacts, mine.shown_card) == (ANNA.contacts, Card())
    unit = closed.unit("c", 1.0)
    assert unit is not None
    assert [event_from(event) for event in unit.events] == [("anna", AccountChanged(at=1.0, what="contacts"))]
    assert decided(home(1), forced(2), days=0, account=shown).puts == []
    assert decided(home(), days=0, account=shown, whole=False).puts == []
    assert decided(home(), days=0).puts == []


def test_an_erased_account_goes_with_all_that_is_hers() -> None:
    """Her contacts too: books know them."""
    done = decided(home(1), home(2), days=0, account=replace(ANNA, erased_at=at(25)))

    assert (after(done, "anna"), after(done, "anna-1"), after(done, "anna-2")) == (None, None, None)
    assert sorted(done.forgotten) == ["anna", "anna-1", "anna-2"]
    assert done.account is not None
    assert done.contacts == (BETH, CHLOE)


def test_an_erased_account_stays_for_an_open_alarm_and_for_those_who_were_told() -> None:
    """Without those who know nothing of it; once it has been closed for a day the rest goes."""
    erased = replace(ANNA, erased_at=at(25), cover=())
    done = decided(forced(1), home(2), days=0, account=erased)

    mine = after(done, "anna")
    assert isinstance(mine, Traveller)
    assert (mine.contacts, mine.cover, done.contacts, done.account) == ((BETH,), None, (CHLOE,), None)
    assert done.forgotten == ["anna-2"]
    closed = overdue()
    closed.to(50).ends()
    kept = Kept(journey=closed.journey)
    assert decided(kept, days=0.9, account=replace(mine, erased_at=at(45))).forgotten == []
    last = decided(kept, days=2, account=replace(mine, erased_at=at(45)))
    assert [(going.key, going.rule) for going in last.going] == [("anna-1", ERASED), ("anna", ERASED)]


def test_of_an_erased_account_those_stay_who_have_to_hear_the_end() -> None:
    """Overdue; Beth and Chloe were told, and Chloe is on no SOS list. Anna keys her PIN and erases her account: both stay
    for a day, Eve who knows nothing goes. After the duress PIN the same, but that Beth is told until it is closed."""
    eve = Contact(id="eve", name="Eve", number="+447700900204", on_sos_list=False)
    left: dict[Proof, list[list[str]]] = {}
    for proof in (Proof.PIN, Proof.DURESS):
        told = (*people("beth"), *people("chloe", on_sos_list=False, tier=1))
        alarm = timer(people=told).to(L2 + 1)
        alarm.ends(proof)
        kept = Kept(journey=replace(alarm.journey, id="anna-1"))
        account = replace(ANNA, contacts=(BETH, CHLOE, eve), erased_at=at(L2 + 2))
        mine = after(decide(Hers("anna", (7, account), [(3, kept)]), at(L2 + 3)), "anna")
        assert isinstance(mine, Traveller)
        later = after(decide(Hers("anna", (7, mine), [(3, kept)]), at(L2 + 1) + DAY_S), "anna")
        left[proof] = [[c.id for c in one.contacts] for one in (mine, later) if isinstance(one, Traveller)]

    assert left == {Proof.PIN: [["beth", "chloe"]], Proof.DURESS: [["beth", "chloe"], ["beth"]]}


def test_an_account_with_a_row_that_cannot_be_read_is_not_taken_away() -> None:
    """Nobody knows what is in it."""
    done = decided(home(1), days=0, account=replace(ANNA, erased_at=at(25)), whole=False)

    assert done.forgotten == ["anna-1"]


def test_an_account_that_never_was_anybodys_goes() -> None:
    """And a journey without an account by its own time."""
    typed = Traveller(id="anna", number="+447700900102", name="Anna", created_at=HOME_AT)

    assert [going.rule for going in decided(days=1, account=typed).going] == [UNFINISHED]
    assert decided(days=0.9, account=typed).going == []
    assert decided(home(), days=30, account=None).forgotten == ["anna-1"]


def test_a_commit_has_an_end() -> None:
    """What is left goes in the next one, and the account last."""
    many = [home(n) for n in range(1, AT_ONCE + 3)]
    done = decided(*many, days=0, account=replace(ANNA, erased_at=at(25)))

    assert (len(done.forgotten), done.more, done.account) == (AT_ONCE, True, None)
    rest = decided(*many[AT_ONCE:], days=0, account=replace(ANNA, erased_at=at(25)))
    assert (len(rest.forgotten), rest.more) == (3, False)


def test_everybody_is_named_whose_number_may_hold_something() -> None:
    """Her contacts as they are and as her screens show them, each once."""
    cover = (replace(BETH, name="Bet"), replace(CHLOE, id="new"))

    assert [c.id for c in decided(days=0, account=replace(ANNA, cover=cover)).people] == ["beth", "new", "chloe"]
    assert list(decided(days=0, account=None).people) == []
