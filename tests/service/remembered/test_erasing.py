"""Erasing her account, from her phone."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from alerts.gateway import PhoneNumber
from alerts.ladder import Said
from alerts.notice import Kind
from service.journey.claims import resolved
from service.journey.model import JourneyState
from service.maps.reports import What, alive, tell
from service.operators.reasons import Reasoned, noted
from service.people.way_out import account_of, take_pin
from service.remembered.housekeeping import ERASED
from service.rows import AccountChanged
from tests.service.keeping import Keeping, keeping
from tests.service.people.household import ANNA, BETH, CHLOE, DURESS, PIN


@pytest.fixture
async def kept(tmp_path: Path) -> AsyncIterator[Keeping]:
    async with keeping(tmp_path) as house:
        yield house


def left(kept: Keeping) -> str:
    """Everything that is in the store, spelled out."""
    store = kept.home.store
    return repr((store._rows, store._tracks, store._books, store._outbox))


async def test_everything_of_hers_is_gone(kept: Keeping) -> None:
    """Rows, tracks, books and stories; not a trace of her id or number is left, and nobody is told."""
    her = await kept.anna()
    key = await kept.walked(her)
    await kept.walked(her)
    await noted(kept.home.house, Reasoned(kept.home.clock.now(), "priya", key, "K742", "she rang us"))
    await kept.writes_down()
    sent = await kept.home.sends()

    assert (await her.post("/erase", {"pin": PIN, "confirm": "ERASE"})).status_code == 204
    assert (await her.get("/me")).status_code == 401
    await kept.passes()

    assert await kept.home.store.keys() == []
    assert (await kept.archive.story(key), await kept.archive.story(her.id)) == ([], [])
    assert [notice.id for notice in await kept.home.sends()] == [notice.id for notice in sent]
    invited = {name: book for name, book in kept.home.store._books.items() if not name.startswith("invited:")}
    assert her.id not in repr((kept.home.store._rows, kept.home.store._tracks, invited))
    assert await kept.home.house.directory.contact_of(BETH) == []


async def test_what_she_reported_of_the_streets_goes_at_once(kept: Keeping) -> None:
    """A lamp that was out on her way home says where she walks; the house keeps none of hers."""
    her = await kept.anna()
    now = kept.home.clock.now()
    await tell(kept.home.store, her.id, "lamp-1", 51.389, 0.504, What.LAMP_OUT, now)
    await her.post("/erase", {"pin": PIN, "confirm": "ERASE"})
    assert await alive(kept.home.store, now) == {}


async def test_her_number_can_sign_up_anew(kept: Keeping) -> None:
    """As somebody else, without a PIN; nothing of before comes back."""
    her = await kept.anna()
    await her.post("/erase", {"pin": PIN, "confirm": "ERASE"})
    await kept.passes()
    kept.home.clock.forward(61.0)

    again = await kept.home.sign_up()

    assert again.id != her.id
    assert (await again.get("/me")).json()["contacts"] == []


@pytest.mark.parametrize("confirm", ["", "erase", "YES"])
async def test_it_takes_the_word_and_her_pin(kept: Keeping, confirm: str) -> None:
    """Nobody does it by a slip of the thumb, or with a phone that was left unlocked."""
    her = await kept.anna()
    refused = await her.post("/erase", {"pin": PIN, "confirm": confirm})
    assert (refused.status_code, refused.json()["field"]) == (422, "confirm")
    assert (await her.post("/erase", {"confirm": "ERASE"})).json()["code"] == "pin_needed"
    assert (await her.post("/erase", {"pin": "1111", "confirm": "ERASE"})).json()["code"] == "try_again"
    assert (await her.get("/me")).status_code == 200


@pytest.mark.parametrize("pin", [PIN, DURESS])
async def test_it_waits_for_the_end_of_a_journey(kept: Keeping, pin: str) -> None:
    """As her devices know it, in the same words for either PIN."""
    her = await kept.anna()
    shown = await her.sets_off()

    refused = await her.post("/erase", {"pin": pin, "confirm": "ERASE"})

    assert (refused.status_code, refused.json()["code"], refused.json()["about"]) == (
        409,
        "journey_under_way",
        shown["id"],
    )


async def test_under_duress_it_looks_the_same_and_the_alarm_goes_on(kept: Keeping) -> None:
    """The token is dead, the number can be signed up anew without a PIN; behind it Beth is told and can still answer.
    Chloe, who knows nothing, has nothing left. Closed by people, the rest goes a day later."""
    her = await kept.anna()
    key = await kept.walked(her, DURESS)

    erased = await her.post("/erase", {"pin": DURESS, "confirm": "ERASE"})

    assert (erased.status_code, erased.content) == (204, b"")
    assert (await her.get("/me")).status_code == 401
    await kept.passes()
    kept.home.clock.forward(61.0)
    assert (await kept.home.sign_up()).id != her.id
    assert await kept.home.house.directory.contact_of(CHLOE) == []
    code = (await kept.home.journey(key)).plan.code
    await kept.home.text(BETH, code)
    alarm = (await kept.home.journey(key)).alarm
    assert alarm is not None
    assert alarm.ladder is not None
    assert [person.said for person in alarm.ladder.people] == [Said.TAKEN]

    await kept.passes(days=100)
    assert (await kept.home.journey(key)).alarm is not None
    for operator in ("priya", "omar"):
        await kept.home.house.watch.ask(key, lambda j, now, _, by=operator: resolved(j, by, "found", now))  # type: ignore[misc]
    await kept.passes(days=0.9)
    assert her.id in left(kept)
    await kept.passes(days=0.2)

    assert await kept.home.store.load([key, her.id]) == [None, None]
    assert await kept.told(key) == []


async def test_an_alarm_of_the_same_duress_pin_stays_too(kept: Keeping) -> None:
    """Long after her last journey the duress PIN itself makes the alarm."""
    her = await kept.anna()
    await kept.walked(her)
    await kept.home.time_passes(3 * 3600.0)

    assert (await her.post("/erase", {"pin": DURESS, "confirm": "ERASE"})).status_code == 204
    await kept.passes()

    assert sorted(await kept.home.store.keys()) == [her.id, f"{her.id}-b1"]
    assert (await kept.home.journey(f"{her.id}-b1")).alarm is not None
    assert (await her.get("/me")).status_code == 401


async def test_what_waits_to_be_told_of_the_account_is_not_told_any_more(kept: Keeping) -> None:
    """That new PINs may be set tomorrow would reach whoever has the number then."""
    her = await kept.anna()
    kept.home.clock.forward(61.0)
    await kept.home.http.post("/v1/signup", json={"number": ANNA, "name": "Anna"})
    await her.post("/pins/forgotten", {"code": await kept.home.code_for(ANNA)})
    assert [n.extra["words"] for n in await kept.home.sends(Kind.NEW_PIN)] == ["asked", "now"]

    assert (await her.post("/erase", {"pin": DURESS, "confirm": "ERASE"})).status_code == 204

    assert [n.extra["words"] for n in await kept.home.sends(Kind.NEW_PIN)] == ["asked"]


async def test_her_true_pin_on_a_contacts_page_still_ends_it(kept: Keeping) -> None:
    """There is a way out by hand, with the account gone from every device."""
    her = await kept.anna()
    key = await kept.walked(her, DURESS)
    await her.post("/erase", {"pin": DURESS, "confirm": "ERASE"})
    await kept.passes()

    await take_pin(kept.home.house, await kept.home.account(her.id), PIN, "Beth's page", about=key)

    journey = await kept.home.journey(key)
    assert (journey.alarm, journey.shadow, journey.state) == (None, None, JourneyState.CLOSED)


async def test_it_does_not_wait_for_the_hour(kept: Keeping) -> None:
    """The feed says so, and what can go, goes."""
    her = await kept.anna()
    kept.keeper.hears(her.id, 1, AccountChanged(at=1.0, what=ERASED))
    await her.post("/erase", {"pin": PIN, "confirm": "ERASE"})

    await kept.keeper.soon()

    assert await kept.home.store.keys() == []


async def test_her_number_is_free_at_once_whoever_died(kept: Keeping, monkeypatch: pytest.MonkeyPatch) -> None:
    """A code asked for before the number was let go makes another account, and not a door into the old one."""
    her = await kept.anna()
    with monkeypatch.context() as dying:
        dying.setattr(kept.home.house.directory, "drop_number", _torn)
        with pytest.raises(RuntimeError):
            await her.post("/erase", {"pin": PIN, "confirm": "ERASE"})
    kept.home.clock.forward(61.0)

    again = await kept.home.sign_up()

    assert again.id != her.id
    assert (await kept.home.account(her.id)).devices[-1].revoked_at is not None


async def _torn(*_: object) -> None:
    raise RuntimeError("gone")


async def test_dying_right_after_it_was_asked_for_is_harmless(kept: Keeping, monkeypatch: pytest.MonkeyPatch) -> None:
    """The number was still hers; the next pass lets it go."""
    her = await kept.anna()
    with monkeypatch.context() as dying:
        dying.setattr(kept.home.house.directory, "drop_number", _torn)
        with pytest.raises(RuntimeError):
            await her.post("/erase", {"pin": PIN, "confirm": "ERASE"})
    assert await kept.home.house.directory.traveller_of(ANNA) == her.id
    assert (await account_of(kept.home.house, PhoneNumber(ANNA))).id != her.id
    await kept.home.text(ANNA, "WALK 30")
    assert (await kept.home.account(her.id)).journeys == 0

    await kept.passes()

    assert await kept.home.house.directory.traveller_of(ANNA) is None
    assert await kept.home.store.keys() == []


async def test_her_linked_trackers_go_with_her(kept: Keeping) -> None:
    """At once nobody lets them in, and not a trace of them is left."""
    her = await kept.anna()
    tracker = await kept.links(her)
    [name] = await kept.home.store.book_all("tracker")
    assert (await her.post("/erase", {"pin": PIN, "confirm": "ERASE"})).status_code == 204
    account = await kept.home.account(her.id)
    assert [t.revoked_at for t in account.trackers] == [kept.home.clock.now()]
    await kept.passes()

    assert (tracker in left(kept), name in left(kept)) == (False, False)
