"""Consent is asked for again, and lapses; her word that new PINs may be set."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from alerts.contact import Channel
from alerts.gateway import PhoneNumber
from alerts.notice import HER, Kind
from service.people import asking_again
from service.people.asking_again import LOOK_AGAIN_S, due
from service.people.consenting import stopped
from service.people.editing import Edit, edited
from service.people.model import Contact, ContactState, Reset, Traveller
from service.people.wakes import CONSENT_S, LAPSE_S, next_wake
from service.receiving import keyed_in_call
from service.sandbox_phones import Keyed

from .household import ANNA, BETH, DAD, DURESS, PIN, TEN_AT, Household

ZONE = "Europe/London"
NOON = datetime(2027, 3, 1, 12, tzinfo=UTC).timestamp()
BETH_SAID_YES = Contact(
    id="beth", name="Beth", number=BETH, state=ContactState.CONFIRMED, confirmed_at=NOON - CONSENT_S
)
HER_ROW = Traveller(id="anna", number=ANNA, name="Anna", created_at=0.0, contacts=(BETH_SAID_YES,))
DAY_S = 86_400.0


def _after(edit: Edit) -> Traveller:
    assert edit.account is not None
    return edit.account


def test_he_is_asked_and_she_is_told() -> None:
    """Two texts: one asks for YES, the other has no name in it and nothing of what it is about."""
    edit = due(HER_ROW, NOON, free=True, zone=ZONE)

    assert [(n.to, n.kind, n.channel) for n in edit.notices] == [
        ("beth", Kind.CONSENT_AGAIN, Channel.SMS),
        (HER, Kind.CONTACT_NEWS, Channel.SMS),
    ]
    [beth] = _after(edit).contacts
    assert (beth.state, beth.asked_again_at) == (ContactState.CONFIRMED, NOON)
    assert next_wake(_after(edit)) == NOON + LAPSE_S


def test_unanswered_it_lapses_and_she_is_told_again() -> None:
    """He himself is not."""
    asked = _after(due(HER_ROW, NOON, free=True, zone=ZONE))
    edit = due(asked, NOON + LAPSE_S, free=True, zone=ZONE)

    assert [(n.to, n.kind) for n in edit.notices] == [(HER, Kind.CONTACT_NEWS)]
    assert [c.state for c in _after(edit).contacts] == [ContactState.LAPSED]
    assert next_wake(_after(edit)) is None


def test_several_at_once_are_one_piece_of_news() -> None:
    """Two people chosen on one evening come due together; she gets one text."""
    dad = replace(BETH_SAID_YES, id="dad", number=DAD)
    edit = due(replace(HER_ROW, contacts=(BETH_SAID_YES, dad)), NOON, free=True, zone=ZONE)

    assert [n.kind for n in edit.notices] == [Kind.CONSENT_AGAIN, Kind.CONSENT_AGAIN, Kind.CONTACT_NEWS]


def test_never_on_a_journey() -> None:
    """It is looked at again a quarter of an hour later, and nobody hears of it."""
    edit = due(HER_ROW, NOON, free=False, zone=ZONE)

    assert edit.notices == ()
    assert next_wake(_after(edit)) == NOON + LOOK_AGAIN_S
    assert due(_after(edit), NOON + LOOK_AGAIN_S, free=True, zone=ZONE).notices != ()


@pytest.mark.parametrize(
    ("hour", "asked_at"), [(2, "9 0"), (8, "9 0"), (9, None), (19, None), (20, "9 1"), (23, "9 1")]
)
def test_nobody_is_asked_at_night(hour: int, asked_at: str | None) -> None:
    """What is due at two in the morning is asked at nine; by the clock of the place, summer time too."""
    here = datetime(2027, 7, 1, hour, 30, tzinfo=UTC) - timedelta(hours=1)  # summer
    edit = due(HER_ROW, here.timestamp(), free=True, zone=ZONE)

    if asked_at is None:
        assert edit.notices != ()
    else:
        at, days = map(int, asked_at.split())
        morning = datetime(2027, 7, 1 + days, at, tzinfo=UTC) - timedelta(hours=1)
        assert (edit.notices, next_wake(_after(edit))) == ((), morning.timestamp())


def test_that_new_pins_may_be_set_is_said_at_once() -> None:
    """At night, on a journey: whoever asked for them waits for it too."""
    forgot = replace(HER_ROW, contacts=(), reset=Reset(asked_at=NOON, from_at=NOON + DAY_S))
    night = NOON + DAY_S + 12 * 3600

    edit = due(forgot, night, free=False, zone=ZONE)

    assert [(n.to, n.kind) for n in edit.notices] == [(HER, Kind.NEW_PIN)]
    assert due(_after(edit), night + DAY_S, free=True, zone=ZONE).account is None


def test_who_takes_no_texts_is_rung() -> None:
    """Unless he takes no calls either."""
    silent = replace(BETH_SAID_YES, reachable_by_sms=False)
    rung = due(replace(HER_ROW, contacts=(silent,)), NOON, free=True, zone=ZONE)
    only_texts = replace(silent, channels=(Channel.SMS,))

    assert rung.notices[0].channel is Channel.CALL
    assert due(replace(HER_ROW, contacts=(only_texts,)), NOON, free=True, zone=ZONE).notices[0].channel is Channel.SMS


def test_she_hears_nothing_of_somebody_who_is_off_her_screen() -> None:
    """Removed with the duress PIN: he stays a contact, is asked, and no text to her phone tells of him."""
    edit = due(replace(HER_ROW, cover=()), NOON, free=True, zone=ZONE)

    assert [n.kind for n in edit.notices] == [Kind.CONSENT_AGAIN]
    assert _after(edit).cover == ()


accounts = st.builds(
    lambda contacts, not_before, reset: replace(
        HER_ROW, contacts=tuple(contacts), not_before_at=not_before, reset=reset
    ),
    st.lists(
        st.builds(
            lambda n, state, confirmed, asked: replace(
                BETH_SAID_YES, id=f"c{n}", state=state, confirmed_at=confirmed, asked_again_at=asked
            ),
            st.integers(0, 9),
            st.sampled_from(ContactState),
            st.floats(NOON - CONSENT_S - 9 * DAY_S, NOON),
            st.none() | st.floats(NOON - LAPSE_S - 9 * DAY_S, NOON),
        ),
        max_size=4,
        unique_by=lambda c: c.id,
    ),
    st.none() | st.floats(NOON - DAY_S, NOON + DAY_S),
    st.none() | st.builds(Reset, st.just(NOON - DAY_S), st.floats(NOON - DAY_S, NOON + DAY_S), st.none()),
)


@given(accounts, st.booleans(), st.floats(0.0, 3 * DAY_S), st.floats(0.001, 0.999))
def test_before_its_wake_nothing_and_at_its_wake_something(
    account: Traveller, free: bool, later_s: float, share: float
) -> None:
    """A tick before the wake changes nothing; at it, and any time after it, it changes something, and the next wake lies
    ahead."""
    wake = next_wake(account)
    if wake is None:
        assert due(account, NOON + later_s, free=free, zone=ZONE).account is None
        return
    assert due(account, wake - 400 * DAY_S * share, free=free, zone=ZONE).account is None
    now = wake + later_s
    after = _after(due(account, now, free=free, zone=ZONE))
    ahead = next_wake(after)
    assert after != account
    assert ahead is None or ahead > now
    assert due(after, now, free=free, zone=ZONE).account is None


async def test_ninety_days_later_over_a_living_house(home: Household) -> None:
    """Beth said YES at ten in the evening: she is asked at nine in the morning of the ninety-first day. Her YES renews
    it, and moves the day; Anna saw it in her list meanwhile."""
    her = await home.sign_up()
    await her.has("Beth", BETH)
    await home.time_passes(CONSENT_S + 60)
    assert await home.sends(Kind.CONSENT_AGAIN) == []

    await home.time_passes(11 * 3600)
    [asked] = await home.sends(Kind.CONSENT_AGAIN)
    assert asked.due_at == TEN_AT + CONSENT_S + 11 * 3600
    assert [c["asked_again_at"] for c in (await her.get("/contacts")).json()] == [asked.due_at]
    await home.text(BETH, "yes of course")
    [beth] = (await her.get("/contacts")).json()
    assert (beth["asked_again_at"], beth["confirmed_at"], beth["state"]) == (None, home.clock.now(), "confirmed")

    await home.time_passes(CONSENT_S - 1)
    assert len(await home.sends(Kind.CONSENT_AGAIN)) == 1
    await home.time_passes(DAY_S)
    assert len(await home.sends(Kind.CONSENT_AGAIN)) == 2


async def test_a_lapsed_consent_is_brought_back_by_a_yes(home: Household) -> None:
    """Meanwhile nobody would be told, and she cannot set off under a promise that is none."""
    her = await home.sign_up()
    beth = await her.has("Beth", BETH)
    await home.time_passes(CONSENT_S + LAPSE_S + 2 * DAY_S)
    assert [c["state"] for c in (await her.get("/contacts")).json()] == ["lapsed"]
    assert len(await home.sends(Kind.CONTACT_NEWS)) == 2
    blocked = await her.post("/journeys", {"kind": "timer", "minutes": 20})
    assert (blocked.status_code, blocked.json()["code"]) == (409, "nobody_to_tell")

    await home.text(BETH, "YES")
    assert [c["state"] for c in (await her.get("/contacts")).json()] == ["confirmed"]
    shown = await her.sets_off()
    assert [p.id for p in (await home.journey(shown["id"])).plan.people] == [beth]


async def test_she_may_invite_again_whose_consent_has_lapsed(home: Household) -> None:
    """By text or by link; the link counts anew."""
    her = await home.sign_up()
    beth = await her.has("Beth", BETH)
    await home.time_passes(CONSENT_S + LAPSE_S + 2 * DAY_S)
    again = await her.post(f"/contacts/{beth}/invite", {"pin": PIN})

    assert again.status_code == 200
    assert again.json()["link"] is not None
    assert len(await home.sends(Kind.INVITE)) == 2


@pytest.mark.parametrize("pin", [PIN, DURESS])
async def test_after_duress_it_comes_when_it_would_after_a_true_pin(home: Household, pin: str) -> None:
    """While she walks nobody is asked. She is made to end it: from then on her phone gets what it always would."""
    her = await home.sign_up()
    await her.has("Beth", BETH)
    await home.time_passes(CONSENT_S + 11 * 3600 - 600)
    await her.sets_off(60)
    await home.time_passes(1200)
    assert await home.sends(Kind.CONSENT_AGAIN) == []
    before = {n.id for n in await home.sends()}

    await her.post("/journeys/live/end", {"id": "c1", "pin": pin})
    await home.time_passes(1200)
    news = [n for n in await home.sends() if n.id not in before and n.to == HER]

    assert [(n.kind, n.due_at - TEN_AT - CONSENT_S - 11 * 3600) for n in news] == [(Kind.CONTACT_NEWS, 900.0)]


async def test_yes_can_be_a_key_in_the_call(home: Household) -> None:
    """Beth takes no texts: she presses 1, and stays one who takes none."""
    her = await home.sign_up()
    beth = await her.has("Beth", BETH)
    await stopped(home.house, BETH)
    await home.time_passes(CONSENT_S + 11 * 3600)
    [asked] = await home.sends(Kind.CONSENT_AGAIN)
    for digits in ("2", "21"):
        await keyed_in_call(
            home.house, Keyed(notice_id=asked.id, attempt=1, sid="CA1", number=PhoneNumber(BETH), digits=digits)
        )

    contact = (await home.account(her.id)).contact(beth)
    assert contact is not None
    assert (contact.asked_again_at, contact.confirmed_at) == (None, home.clock.now())
    assert contact.reachable_by_sms is False


async def test_her_wake_stands_in_the_index(home: Household) -> None:
    """From the YES on; a later one moves it, and an account that waits for nothing is not in it."""
    her = await home.sign_up()
    beth = await her.asks("Beth", BETH)
    assert await home.store.due(1e15, 9) == []
    await home.text(BETH, "YES")
    assert await home.store.due(1e15, 9) == [(her.id, TEN_AT + CONSENT_S)]

    await her.post(f"/contacts/{beth}/remove", {"pin": PIN})
    assert await home.store.due(1e15, 9) == []


async def test_an_account_that_is_gone_is_said_and_stops_nobody(home: Household) -> None:
    """The others are asked."""
    her = await home.sign_up()
    await her.has("Beth", BETH)
    home.clock.forward(CONSENT_S + 11 * 3600)

    assert await asking_again.ask(home.house.watch, ["nobody", her.id], ZONE) == ["nobody"]
    assert len(await home.sends(Kind.CONSENT_AGAIN)) == 1


async def test_the_hook_for_new_pins(home: Household) -> None:
    """Whoever writes a reset into the account need do nothing more: the text goes when the day is over."""
    her = await home.sign_up()

    def forgot(account: Traveller, now: float) -> Edit:
        return Edit(replace(account, reset=Reset(asked_at=now, from_at=now + DAY_S)))

    await edited(home.house, her.id, "reset", forgot)
    await home.time_passes(DAY_S - 1)
    assert await home.sends(Kind.NEW_PIN) == []
    await home.time_passes(1)
    assert [n.to for n in await home.sends(Kind.NEW_PIN)] == [HER]
    await home.time_passes(DAY_S)
    assert len(await home.sends(Kind.NEW_PIN)) == 1
