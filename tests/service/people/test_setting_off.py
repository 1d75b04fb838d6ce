"""Setting off: what is checked first, and what is on disk when she hears "armed"."""

import asyncio

import polyline
import pytest

from alerts.notice import Kind
from service.people.model import SignUp
from service.people.refusals import Refused, Why
from service.people.setting_off import Phone, preflight, set_off
from service.people.wishes import Wish, place

from .household import BETH, CHLOE, DAD, DURESS, HOME, PIN, Her, Household

HOME_AT = place(51.388, 0.504, None)
WAY = polyline.encode([(51.380, 0.504), (51.384, 0.505), (51.388, 0.504)])


@pytest.fixture
async def her(home: Household) -> Her:
    """Anna, with Beth and Dad."""
    anna = await home.sign_up()
    await anna.has("Beth", BETH)
    await anna.has("Dad", DAD, primary=True)
    return anna


async def test_the_sentence_is_promised_with_names(her: Her) -> None:
    """22:00 and twenty minutes, three of margin, five of grace."""
    await her.has("Chloe", CHLOE, tier=2)
    shown = await her.sets_off()

    assert shown["sentence"] == (
        "Not home by 22:28: we text and ring Beth and Dad. If neither answers in 5 min, we text and ring Chloe."
    )
    before = await her.post("/journeys/preflight", {"destination": HOME, "minutes": 20})
    assert before.json()["sentence"] == shown["sentence"]


async def test_armed_means_on_disk(her: Her, home: Household) -> None:
    """The journey, its deadline, every contact's link and the reply code are there before she is answered."""
    shown = await her.sets_off()
    journey = await home.journey(shown["id"])
    account = await home.account(her.id)

    assert (account.live, account.journeys) == (shown["id"], 1)
    assert [key for key, _ in await home.store.due(journey.eta_at or 0.0, 1)] == [shown["id"]]
    for contact in account.contacts:
        token = home.house.sealer.link_token(shown["id"], contact.id)
        assert await home.house.directory.link(token) == (shown["id"], contact.id)
        assert await home.house.directory.codes(contact.number) == {journey.plan.code: shown["id"]}


async def test_nobody_to_tell_is_the_only_block(home: Household) -> None:
    """Invited is not confirmed; the way is free with the first YES."""
    her = await home.sign_up()
    await her.asks("Beth", BETH)
    refused = await her.post("/journeys", {"destination": HOME, "minutes": 20})
    report = (await her.post("/journeys/preflight", {"destination": HOME, "minutes": 20})).json()
    assert (refused.status_code, refused.json()["code"]) == (409, "nobody_to_tell")
    assert [b["code"] for b in report["blocks"]] == ["nobody"]

    await home.text(BETH, "YES")
    assert (await her.sets_off())["state"] == "active"


async def test_what_she_is_warned_of(home: Household) -> None:
    """In words, and none of it stops her."""
    her = await home.sign_up(pins=False)
    await her.has("Beth", BETH, on_sos_list=False)
    await her.asks("Dad", DAD)
    await home.text(BETH, "STOP")
    phone = Phone(battery_pct=9.0, notifications=False, runs_locked=False, clock_off_s=300.0)
    report = preflight(home.house, await home.account(her.id), Wish(place=HOME_AT, minutes=20.0), phone)

    assert report.blocks == ()
    assert [w.code for w in report.warnings] == [
        "sos_nobody",
        "one_contact",
        "no_texts",
        "not_confirmed",
        "never_tested",
        "no_pin",
        "battery",
        "notifications",
        "screen_locked",
        "clock",
    ]


async def test_one_live_journey(her: Her) -> None:
    """A second start is refused naming the first; after its end there may be another."""
    first = await her.sets_off()
    second = await her.post("/journeys", {"destination": HOME, "minutes": 20})
    assert (second.status_code, second.json()["code"], second.json()["about"]) == (
        409,
        "journey_under_way",
        first["id"],
    )

    await her.post("/journeys/live/end", {"id": "c1", "pin": PIN})
    assert (await her.sets_off())["id"] == f"{her.id}-2"


async def test_a_request_that_comes_twice_makes_one_journey(her: Her) -> None:
    """Under its Idempotency-Key, even after the journey has ended; another request under that key is refused."""
    body = {"destination": HOME, "minutes": 20}
    first = await her.post("/journeys", body, **{"Idempotency-Key": "k1"})
    again = await her.post("/journeys", body, **{"Idempotency-Key": "k1"})
    other = await her.post("/journeys", {**body, "minutes": 25}, **{"Idempotency-Key": "k1"})

    assert first.status_code == again.status_code == 201
    assert again.content == first.content
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")


async def test_two_starts_at_once_make_one_journey(her: Her, home: Household) -> None:
    """Two devices press at the same moment."""
    wish = Wish(place=HOME_AT, minutes=20.0)
    results = await asyncio.gather(*(set_off(home.house, her.id, wish) for _ in range(3)), return_exceptions=True)

    refused = [r for r in results if isinstance(r, Refused)]
    assert [r.why for r in refused] == [Why.JOURNEY_UNDER_WAY] * 2
    assert (await home.account(her.id)).journeys == 1


async def test_a_route_is_kept_beside_the_journey(her: Her, home: Household) -> None:
    """Imported, with its length; where there is none, the place is kept and no corridor is watched."""
    shown = await her.sets_off(minutes=None, route={"format": "polyline", "data": WAY})
    kept = await home.house.watch.look(shown["id"])
    assert kept.route is not None
    assert (kept.journey.plan.route_m, kept.journey.route_dropped) == (kept.route.length_m, False)
    await her.post("/journeys/live/end", {"id": "c1", "pin": PIN})

    kept = await home.house.watch.look((await her.sets_off())["id"])
    assert kept.route is not None
    assert (kept.route.destination, kept.route.line, kept.journey.route_dropped) == (HOME_AT, "", True)


async def test_those_she_names_hear_that_she_set_off(her: Her, home: Household) -> None:
    """And nobody else; a stranger's id is refused by its place in the list."""
    [beth, _] = (await home.account(her.id)).contacts
    refused = await her.post("/journeys", {"destination": HOME, "minutes": 20, "tell": [beth.id, "eve"]})
    assert refused.json()["field"] == "tell[1]"

    await her.sets_off(tell=[beth.id])
    assert [n.to for n in await home.sends(Kind.STARTED)] == [beth.id]


async def test_setting_off_again_behind_a_cover_story(her: Her, home: Household) -> None:
    """He makes her end it with the duress PIN and start another: both go as after a true PIN, and the alarm stands."""
    first = await her.sets_off()
    await her.post("/journeys/live/end", {"id": "c1", "pin": DURESS})
    second = await her.sets_off()
    account = await home.account(her.id)
    assert (account.live, account.behind) == (second["id"], (first["id"],))
    assert (await home.journey(first["id"])).alarm is not None

    await her.post("/journeys/live/end", {"id": "c2", "pin": PIN})
    assert (await home.journey(first["id"])).alarm is None


async def test_an_account_that_is_nobodys_yet_has_no_journeys(home: Household) -> None:
    """A code was sent, nobody verified it: there is no device to ask with, and nothing begun."""
    await home.http.post("/v1/signup", json={"number": BETH, "name": "Beth"})
    account = await home.account(await home.house.directory.traveller_of(BETH) or "")

    assert (account.devices, account.journeys, isinstance(account.sign_up, SignUp)) == ((), 0, True)


async def test_nobody_is_promised_a_call_that_no_provider_carries(
    home: Household, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With texts alone the sentence says so, and Beth, who has sent STOP, is nobody to tell."""
    monkeypatch.setattr(home.house.gateway, "rings", False)
    her = await home.sign_up()
    await her.has("Beth", BETH)
    shown = await her.sets_off()
    assert shown["sentence"].startswith("Not home by")
    assert "we text Beth." in shown["sentence"]
    await her.post("/journeys/live/end", {"id": "c1", "pin": PIN})

    await home.text(BETH, "STOP")
    report = (await her.post("/journeys/preflight", {"destination": HOME, "minutes": 20})).json()

    assert [b["code"] for b in report["blocks"]] == ["nobody"]
    assert "Beth takes no texts from us: nothing would get there." in [w["words"] for w in report["warnings"]]
