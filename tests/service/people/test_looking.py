"""A look at her place, on disk before it is shown."""

from collections.abc import Sequence
from typing import Any

import pytest

from alerts.notice import Kind
from geofence.destination import Destination
from service.frames import FixFrame, RawFix
from service.journey import pressed
from service.journey.company import asked_company
from service.journey.cover import shown_to_her
from service.journey.model import Journey, Look, Outage, Proof
from service.journey.sight import Sight
from service.people.looking import NotWritten, contact_looks, look, open_to, operator_looks
from service.people.setting_off import set_off
from service.people.wishes import Wish
from service.rows import Covered, event_from
from service.store import StoreRefused, StoreUnavailable, Unit
from tests.builders import walk

from .household import BETH, CHLOE, DAD, DURESS, Household

AT_HOME = Destination(51.388, 0.504)


async def _walking(home: Household, name: str = "Beth", number: str = BETH, **more: Any) -> tuple[str, str]:
    """Anna's phone has told a place once; her journey's key and her contact's id."""
    her = await home.sign_up()
    await her.has("Dad", DAD)
    beth = await her.has(name, number, **more)
    kept = await set_off(home.house, her.id, Wish(destination="home", place=AT_HOME, minutes=20))
    now = home.clock.now()
    fix = RawFix(now, 51.380, 0.500, 12.0, None, None, 64.0)
    await home.house.watch.fixes(kept.journey.id, FixFrame("b", 0, now, now, [fix], epoch=9))
    return kept.journey.id, beth


async def _watched_by(home: Household, key: str, *who: str) -> None:
    await home.house.watch.ask(key, lambda j, now, _: asked_company(j, who, now))


async def test_a_look_is_on_disk_before_it_is_shown(home: Household) -> None:
    """Beth was asked to look on; her look is in the row that is handed back, and on disk."""
    key, beth = await _walking(home)
    await _watched_by(home, key, beth)

    shown = await contact_looks(home.house, key, beth)

    now = home.clock.now()
    assert shown is not None
    assert shown.journey.looks == (Look(by=beth, what="place", since=now, until=now, contact=True),)
    assert (await home.journey(key)).looks == shown.journey.looks


async def test_where_nothing_may_be_seen_there_is_no_look(home: Household) -> None:
    """Nothing is wrong, and nobody was asked to look on."""
    key, beth = await _walking(home)

    assert await contact_looks(home.house, key, beth) is None
    assert await operator_looks(home.house, key, "olga") is None
    assert (await home.journey(key)).looks == ()


async def test_an_operator_with_a_reason_sees_and_it_is_kept(home: Household) -> None:
    """The reason stands in the list that Anna reads."""
    key, _ = await _walking(home)

    shown = await operator_looks(home.house, key, "olga", "the police ask")

    assert shown is not None
    assert [(k.by, k.what, k.why) for k in (await home.journey(key)).looks] == [("olga", "place", "the police ask")]


async def test_time_is_applied_before_the_look(home: Household) -> None:
    """At a concern the street is open. She is overdue, and the sweep has not come yet: the place is what is looked at,
    and her contacts are told in the same commit."""
    key, beth = await _walking(home)
    await home.time_passes(27.9 * 60.0)
    home.clock.forward(15.0)

    shown = await contact_looks(home.house, key, beth)

    assert shown is not None
    assert [k.what for k in shown.journey.looks] == ["place"]
    assert beth in {n.to for n in await home.sends(Kind.OVERDUE)}


async def test_while_we_were_not_listening_is_not_her_silence(home: Household) -> None:
    """We were down over her ETA: a look at once after it does not raise the alarm that the settling time holds back."""
    key, beth = await _walking(home)
    await _watched_by(home, key, beth)
    began_at = home.clock.now()
    home.clock.forward(40 * 60.0)
    home.house.watch.outage = Outage(began_at + 60.0, home.clock.now())

    shown = await contact_looks(home.house, key, beth)

    assert shown is not None
    assert shown.journey.alarm is None
    assert shown.journey.outage == home.house.watch.outage


async def test_without_a_commit_nothing_is_shown(home: Household, monkeypatch: pytest.MonkeyPatch) -> None:
    """The disk is full, or the store does not answer."""
    key, beth = await _walking(home)
    await _watched_by(home, key, beth)

    async def refuses(units: Sequence[Unit]) -> Any:
        raise StoreRefused("no room")

    monkeypatch.setattr(home.store, "commit", refuses)
    with pytest.raises(NotWritten):
        await contact_looks(home.house, key, beth)

    async def is_away(units: Sequence[Unit]) -> Any:
        raise StoreUnavailable("gone")

    monkeypatch.setattr(home.store, "commit", is_away)
    with pytest.raises(NotWritten):
        await look(home.house, key, beth, lambda _: "place", within_s=0.0)


async def test_who_is_not_on_the_list_looks_at_the_cover_story(home: Household) -> None:
    """Chloe walks along; coerced, Anna gives herself more time. Chloe's look is kept where Anna's screens read it, and
    what is true knows nothing of it."""
    key, beth = await _walking(home, "Chloe", CHLOE, on_sos_list=False)
    await _watched_by(home, key, beth)
    await home.house.watch.ask(key, lambda j, now, proof: pressed.extended(j, 5.0, now, proof), proof=Proof.DURESS)

    shown = await contact_looks(home.house, key, beth)

    assert shown is not None
    assert shown.journey.looks == ()
    assert [k.by for k in shown_to_her(shown.journey).looks] == [beth]


def test_what_there_is_to_look_at() -> None:
    """Nothing before the first fix; the street at a concern, the place from then on."""
    before: Journey = walk().journey
    anna = walk().fix(minute=1).journey
    assert open_to(before, Sight.TRACK) == ""
    assert [open_to(anna, sight) for sight in Sight] == ["", "", "street", "place", "place"]


async def test_a_look_under_a_cover_story_is_in_the_log_for_those_who_may_know(home: Household) -> None:
    """An operator's is hidden from her story; Chloe's, who is shown the cover story, is told there and did not happen."""
    her = await home.sign_up()
    chloe = await her.has("Chloe", CHLOE, on_sos_list=False)
    await her.has("Beth", BETH)
    kept = await set_off(home.house, her.id, Wish(destination="home", place=AT_HOME, minutes=20))
    key, now = kept.journey.id, home.clock.now()
    fix = RawFix(now, 51.380, 0.500, 12.0, None, None, 64.0)
    await home.house.watch.fixes(key, FixFrame("b", 0, now, now, [fix], epoch=9))
    await _watched_by(home, key, chloe)
    await her.ask("PATCH", f"/contacts/{chloe}", {"tier": 2, "pin": DURESS})
    begin = await home.store.feed_end()

    await operator_looks(home.house, key, "olga")
    await contact_looks(home.house, key, chloe)

    events = [event_from(entry.event)[1] for entry in await home.store.feed(begin, 0.0)]
    first, second = [event for event in events if isinstance(event, Covered)]
    assert (first.hides, first.events) == (1, ())
    assert [type(event_from(event)[1]).__name__ for event in second.events] == ["Looked"]
    assert second.hides == 0
