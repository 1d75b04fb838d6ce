"""A cry for help without a journey."""

import pytest

from alerts.ladder import Said
from alerts.notice import Kind
from service.journey.model import JourneyKind, Level
from service.people.alarms import duress_behind, sos_without_journey, still_counts
from service.store import Put, Unit
from service.watch import NoSuchJourney

from .household import BETH, CHLOE, DAD, DURESS, PIN, Household


async def test_sos_makes_its_own_journey(home: Household) -> None:
    """Pressed without a journey: on disk at once, fires after five seconds, everybody on the list is told."""
    her = await home.sign_up()
    beth = await her.has("Beth", BETH)
    await her.has("Dad", DAD, on_sos_list=False)
    answer = await sos_without_journey(home.house, her.id, "c1")
    assert (answer.code, answer.at) == ("counting", home.clock.now() + 5)
    live = (await home.account(her.id)).live or ""
    assert (await home.journey(live)).plan.kind is JourneyKind.SOS

    await home.time_passes(5)
    assert {n.to for n in await home.sends(Kind.SOS)} == {beth}


async def test_a_command_that_comes_twice_is_one_cry(home: Household) -> None:
    """Her phone repeats it every two seconds until it is answered."""
    her = await home.sign_up()
    await her.has("Beth", BETH)
    first = await sos_without_journey(home.house, her.id, "c1")
    home.clock.forward(2)

    assert await sos_without_journey(home.house, her.id, "c1") == first
    assert (await home.account(her.id)).journeys == 1


async def test_sos_belongs_to_the_journey_there_is(home: Household) -> None:
    """Under way, and up to an hour after its end; then it begins one of its own."""
    her = await home.sign_up()
    await her.has("Beth", BETH)
    shown = await her.sets_off()
    await her.post("/journeys/live/end", {"id": "c1", "pin": PIN})
    home.clock.forward(3_000)
    await sos_without_journey(home.house, her.id, "c2")
    assert (await home.account(her.id)).live == shown["id"]
    await her.post("/journeys/live/sos_cancel", {"id": "c3", "pin": PIN})
    await her.post("/journeys/live/end", {"id": "c4", "pin": PIN})

    home.clock.forward(4_000)
    await sos_without_journey(home.house, her.id, "c5")
    assert (await home.account(her.id)).live == f"{her.id}-2"


async def test_who_was_only_asked_gets_one_text(home: Household) -> None:
    """Before YES nothing is ever sent but the invitation, and one text in an SOS; no calls, no rounds."""
    her = await home.sign_up()
    await her.has("Beth", BETH)
    chloe = await her.asks("Chloe", CHLOE)
    await sos_without_journey(home.house, her.id, "c1", window=False)
    await home.time_passes(3_600)

    assert [n.kind for n in await home.sends() if n.to == chloe] == [Kind.INVITE, Kind.SOS]


async def test_who_is_asked_on_the_way_gets_the_one_text_of_an_sos_too(home: Household) -> None:
    """During a running journey, when it fires and not before; then its end, and nothing in between."""
    her = await home.sign_up()
    await her.has("Beth", BETH)
    await her.sets_off()
    chloe = await her.asks("Chloe", CHLOE)
    await sos_without_journey(home.house, her.id, "c1")
    home.clock.forward(4)
    assert [n.kind for n in await home.sends() if n.to == chloe] == [Kind.INVITE]
    await home.time_passes(600)
    await her.post("/journeys/live/end", {"id": "c2", "pin": PIN})

    assert [n.kind for n in await home.sends() if n.to == chloe] == [Kind.INVITE, Kind.SOS, Kind.CLOSED]


async def test_sos_with_nobody_is_for_the_operators(home: Household) -> None:
    """She has no contacts: it stands open all the same."""
    her = await home.sign_up()
    await sos_without_journey(home.house, her.id, "c1", window=False)
    alarm = (await home.journey((await home.account(her.id)).live or "")).alarm

    assert alarm is not None
    assert alarm.ladder is not None
    assert alarm.ladder.operators


async def test_duress_without_a_journey_stands_behind(home: Household) -> None:
    """Her devices see nothing of it; the list is told; a second duress PIN adds no second alarm."""
    her = await home.sign_up()
    beth = await her.has("Beth", BETH)
    before = (await her.get("/me")).content
    await duress_behind(home.house, her.id)
    await duress_behind(home.house, her.id)

    [behind] = (await home.account(her.id)).behind
    assert (await her.get("/me")).content == before
    assert {n.to for n in await home.sends(Kind.DURESS)} == {beth}
    alarm = (await home.journey(behind)).alarm
    assert alarm is not None
    assert alarm.level is Level.OPERATOR
    assert await still_counts(home.house, behind)


@pytest.mark.parametrize("value", [None, b"\x09?"])
async def test_a_journey_that_cannot_be_had_keeps_no_cry_waiting(home: Household, value: bytes | None) -> None:
    """Gone, or of a newer process: her SOS makes a journey of its own."""
    her = await home.sign_up()
    await her.has("Beth", BETH)
    key = (await her.sets_off())["id"]
    [row] = await home.store.load([key])
    assert row is not None
    await home.store.commit([Unit("lost", (Put(key, row.version, value),))])

    assert (await sos_without_journey(home.house, her.id, "c1")).code == "counting"
    assert (await home.account(her.id)).live == f"{her.id}-2"


async def test_a_journey_that_cannot_be_read_keeps_no_duress_pin_waiting(home: Household) -> None:
    """Her list is told by a journey of its own, and what Beth texts about it is heard."""
    her = await home.sign_up()
    await her.has("Beth", BETH)
    key = (await her.sets_off())["id"]
    [row] = await home.store.load([key])
    assert row is not None
    await home.store.commit([Unit("newer", (Put(key, row.version, b"\x09?"),))])
    await duress_behind(home.house, her.id)
    await home.text(BETH, "got it")

    alarm = (await home.journey(f"{her.id}-b1")).alarm
    assert alarm is not None
    assert alarm.ladder is not None
    assert [person.said for person in alarm.ladder.people] == [Said.TAKEN]


async def test_sos_long_after_a_duress_pin_leaves_that_alarm_within_her_reach(home: Household) -> None:
    """An hour after the cover story has ended she cries for help anew: her true PIN ends both."""
    her = await home.sign_up()
    await her.has("Beth", BETH)
    first = (await her.sets_off())["id"]
    await her.post("/journeys/live/end", {"id": "c1", "pin": DURESS})
    await home.time_passes(3_700)
    await sos_without_journey(home.house, her.id, "c2")
    account = await home.account(her.id)
    assert (account.live, account.behind) == (f"{her.id}-2", (first,))

    await her.post("/journeys/live/end", {"id": "c3", "pin": PIN})
    assert (await home.journey(first)).alarm is None


async def test_nobody_cannot_cry(home: Household) -> None:
    """An id that is no traveller's."""
    with pytest.raises(NoSuchJourney):
        await sos_without_journey(home.house, "nobody", "c1")
    assert not await still_counts(home.house, "nobody-1")
