"""Setting off: what is checked first, and what is on disk when she hears "armed"."""

import asyncio

import polyline
import pytest
from msgspec.structs import replace

from alerts.contact import Channel
from alerts.notice import Kind
from service.journey.cover import shown_to_her
from service.journey.events import Event, JourneyClosed
from service.journey.model import Cause, CloseReason, JourneyState, Proof
from service.people.editing import Edit, edited
from service.people.model import SignUp, Traveller
from service.people.pins import AFTERWARDS
from service.people.refusals import Refused, Why
from service.people.setting_off import set_off
from service.people.wishes import Wish, place
from service.rows import event_from

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


async def test_her_pin_replaces_the_first_by_another(her: Her, home: Household) -> None:
    """One commit: the first is ended by her, the second is under way, and only that one is in the way of a third."""
    first = await her.sets_off()
    second = await her.sets_off(replace=True, pin=PIN)
    ended = await home.journey(first["id"])

    assert (ended.state, ended.alarm) == (JourneyState.CLOSED, None)
    assert ended.closed is not None
    assert (ended.closed.by, ended.closed.proof) == ("her", Proof.PIN)
    assert (await home.account(her.id)).live == second["id"] == f"{her.id}-2"
    named = [event for _, event in await _events(home, first["id"]) if isinstance(event, JourneyClosed)]
    assert [e.reason for e in named] == [CloseReason.ENDED]


@pytest.mark.parametrize(("pin", "code"), [(None, "pin_needed"), ("1111", "try_again")])
async def test_without_her_pin_nothing_is_replaced(her: Her, home: Household, pin: str | None, code: str) -> None:
    """And a wrong one counts like every wrong one."""
    first = await her.sets_off()
    body = {"destination": HOME, "minutes": 20, "replace": True, "pin": pin}
    refused = await her.post("/journeys", body)

    assert (refused.status_code, refused.json()["code"], refused.json()["field"]) == (403, code, "pin")
    journey = await home.journey(first["id"])
    assert journey.state is JourneyState.ACTIVE
    assert len(journey.wrong_pins) == (1 if pin else 0)


async def test_without_a_pin_of_hers_nothing_is_replaced(home: Household) -> None:
    """An account that has none cannot prove who asks."""
    her = await home.sign_up(pins=False)
    await her.has("Beth", BETH)
    await her.sets_off()
    refused = await her.post("/journeys", {"destination": HOME, "minutes": 20, "replace": True, "pin": PIN})

    assert (refused.status_code, refused.json()["code"]) == (403, "pin_needed")


async def test_under_the_duress_pin_the_first_goes_on_behind(her: Her, home: Household) -> None:
    """Her phone shows the second; the SOS list is told, and her true PIN, given later, ends both."""
    first = await her.sets_off()
    second = await her.sets_off(replace=True, pin=DURESS)
    account = await home.account(her.id)
    real = await home.journey(first["id"])

    assert (account.live, account.behind) == (second["id"], (first["id"],))
    assert real.alarm is not None
    assert real.alarm.cause is Cause.DURESS
    assert shown_to_her(real).state is JourneyState.CLOSED
    assert {n.to for n in await home.sends(Kind.DURESS)} == {c.id for c in account.contacts}
    await her.post("/journeys/live/end", {"id": "c2", "pin": PIN})
    assert (await home.journey(first["id"])).alarm is None


async def test_what_the_new_one_lacks_leaves_the_first_as_it_is(her: Her, home: Household) -> None:
    """A stranger's id among those to tell: refused by name, and the first goes on."""
    first = await her.sets_off()
    body = {"destination": HOME, "minutes": 20, "tell": ["eve"], "replace": True, "pin": PIN}
    refused = await her.post("/journeys", body)

    assert refused.json()["field"] == "tell[0]"
    assert (await home.journey(first["id"])).state is JourneyState.ACTIVE


async def test_replace_without_a_journey_is_setting_off(her: Her) -> None:
    """Nothing was in the way."""
    assert (await her.sets_off(replace=True, pin=PIN))["state"] == "active"


async def test_two_replacements_at_once_are_one(her: Her, home: Household) -> None:
    """Two taps: one takes the place of the first, the other is told what is under way now."""
    first = await her.sets_off()
    body = {"destination": HOME, "minutes": 20, "replace": True, "pin": PIN}
    answers = await asyncio.gather(*(her.post("/journeys", body) for _ in range(2)))

    assert sorted(a.status_code for a in answers) == [201, 409]
    assert (await home.account(her.id)).journeys == 2
    assert (await home.journey(first["id"])).state is JourneyState.CLOSED


async def test_a_replacement_that_comes_twice_is_one(her: Her, home: Household) -> None:
    """Under its key the same journey is shown again."""
    await her.sets_off()
    body = {"destination": HOME, "minutes": 20, "replace": True, "pin": PIN}
    answers = [await her.post("/journeys", body, **{"Idempotency-Key": "k9"}) for _ in range(2)]

    assert [a.status_code for a in answers] == [201, 201]
    assert answers[0].content == answers[1].content
    assert (await home.account(her.id)).journeys == 2


async def test_many_starts_at_once_over_http_make_one_journey(her: Her, home: Household) -> None:
    """Two devices, a thumb that trembles: one is under way, every other request is refused and names it."""
    answers = await asyncio.gather(*(her.post("/journeys", {"destination": HOME, "minutes": 20}) for _ in range(5)))
    made = [a.json()["id"] for a in answers if a.status_code == 201]
    refused = [a.json()["about"] for a in answers if a.status_code == 409]

    assert len(made) == 1
    assert refused == made * 4
    assert (await home.account(her.id)).journeys == 1


async def test_company_is_asked_for_with_the_start(her: Her, home: Household) -> None:
    """Beth and the operators may look; Beth gets the link, in the same commit. The next journey knows nothing of it."""
    [beth, _] = (await home.account(her.id)).contacts
    shown = await her.sets_off(walk_with=[beth.id, "operators"])
    assert shown["company"] == [beth.id, "operators"]
    assert [n.to for n in await home.sends(Kind.WALK_WITH)] == [beth.id]

    assert (await her.sets_off(replace=True, pin=PIN))["company"] == []


@pytest.mark.parametrize("who", ["eve", "dad"])
async def test_only_those_who_may_see_her_place_are_asked_to_look(her: Her, home: Household, who: str) -> None:
    """A stranger's id, and somebody who is never shown her place, are named by their place in the list."""
    [beth, dad] = (await home.account(her.id)).contacts
    await _never_sees_her_place(home, her, dad.id)
    body = {"destination": HOME, "minutes": 20, "walk_with": [beth.id, dad.id if who == "dad" else who]}
    refused = await her.post("/journeys", body)

    assert (refused.status_code, refused.json()["field"]) == (422, "walk_with[1]")


@pytest.mark.parametrize(("battery_pct", "told"), [(9, True), (None, True), (40, False)])
async def test_her_primary_is_told_that_her_phone_may_die(
    her: Her, home: Household, battery_pct: float | None, told: bool
) -> None:
    """If she wants it and it may: Dad, in the commit that sets off, with what her phone says."""
    dad = next(c.id for c in (await home.account(her.id)).contacts if c.primary)
    shown = await her.sets_off(battery_text=True, phone={"battery_pct": battery_pct})

    assert [n.to for n in await home.sends(Kind.BATTERY)] == ([dad] if told else [])
    assert shown["battery_pct"] == battery_pct


@pytest.mark.parametrize("arrived", [True, False])
async def test_started_and_arrived_or_started_alone(her: Her, home: Household, arrived: bool) -> None:
    """Beth hears that Anna has set off, and of her end only if Anna said so."""
    [beth, _] = (await home.account(her.id)).contacts
    await her.sets_off(tell=[beth.id], arrived=arrived)
    await her.post("/journeys/live/end", {"id": "c1", "pin": PIN})

    assert [n.to for n in await home.sends(Kind.STARTED)] == [beth.id]
    assert [n.to for n in await home.sends(Kind.ARRIVED)] == ([beth.id] if arrived else [])


async def test_the_plan_knows_how_she_is_asked_and_on_whose_clock(her: Her, home: Household) -> None:
    """Her channels and the deployment's zone are the journey's."""
    await _takes_no_calls(home, her)
    journey = await home.journey((await her.sets_off())["id"])

    assert journey.plan.hers == (Channel.PUSH, Channel.SMS)
    assert journey.plan.zone == home.house.settings.timezone


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


@pytest.mark.parametrize("pin", [PIN, DURESS])
async def test_either_pin_replaces_in_the_same_time(
    her: Her, home: Household, pin: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The true one also ends what stands behind: the answer waits until that makes no difference any more."""
    waited: list[tuple[float, JourneyState]] = []

    async def even(_since: float, share: float = 1.0) -> None:
        waited.append((share, (await home.journey(first["id"])).state))

    first = await her.sets_off()
    monkeypatch.setattr(home.house.pins, "even", even)
    await her.sets_off(replace=True, pin=pin)
    over = JourneyState.CLOSED if pin == PIN else JourneyState.ACTIVE
    assert waited == [(1.0, JourneyState.ACTIVE), (AFTERWARDS, over)]


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


async def test_no_number_of_journeys_puts_an_open_alarm_out_of_her_reach(her: Her, home: Household) -> None:
    """After a duress PIN she is seen to walk here and there for hours: what is over is let go of, the alarm is not."""
    first = await her.sets_off()
    await her.post("/journeys/live/end", {"id": "c1", "pin": DURESS})
    for n in range(10):
        await home.time_passes(300)
        await her.sets_off(minutes=60)
        at = home.clock.now()
        fix = [at, HOME["lat"], HOME["lon"], 10, 0, 0, 80, 0]
        await her.post("/fixes", {"type": "fixes", "buffer": f"b{n}", "seq": 0, "sent": at, "fixes": [fix]})
        assert (await her.post("/journeys/live/end", {"id": f"t{n}"})).status_code == 200
    behind = (await home.account(her.id)).behind
    assert (first["id"] in behind, len(behind)) == (True, 8)

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


async def _events(home: Household, key: str) -> list[tuple[str, Event]]:
    """What the feed holds about one journey."""
    entries = await home.store.feed(await home.store.feed_begin(), 0.0)
    found = [event_from(entry.event) for entry in entries]
    return [(whose, event) for whose, event in found if whose == key]


async def _takes_no_calls(home: Household, her: Her) -> None:
    def write(account: Traveller, now: float) -> Edit:
        return Edit(replace(account, channels=(Channel.PUSH, Channel.SMS)))

    await edited(home.house, her.id, "channels", write)


async def _never_sees_her_place(home: Household, her: Her, who: str) -> None:
    def write(account: Traveller, now: float) -> Edit:
        return Edit(
            replace(account, contacts=tuple(replace(c, place=c.place and c.id != who) for c in account.contacts))
        )

    await edited(home.house, her.id, "contacts", write)
