"""What she is told before she sets off. None of it stops her."""

from typing import Any

import pytest
from msgspec.structs import replace

from alerts.contact import Channel
from service.people.forewarned import Phone, warnings
from service.people.model import Contact, ContactState, Mail, Tracker, Traveller

NOW = 1_767_222_000.0
BETH = Contact(id="beth", name="Beth", number="+447700900201", state=ContactState.CONFIRMED, tested_at=NOW - 60)
DAD = Contact(id="dad", name="Dad", number="+447700900202", state=ContactState.CONFIRMED, primary=True)


def anna(*contacts: Contact, **changes: Any) -> Traveller:
    """With PINs, and whom she chose."""
    fields: dict[str, Any] = {"pin_hash": "x", "duress_hash": "y", "contacts": contacts or (BETH, DAD), **changes}
    return Traveller(id="anna", number="+447700900123", name="Anna", created_at=NOW - 86_400, **fields)


def codes(account: Traveller, *, calls: bool = True, **phone: Any) -> list[str]:
    return [w.code for w in warnings(account, Phone(**phone), NOW, calls=calls)]


def said(code: str, account: Traveller, *, calls: bool = True, **phone: Any) -> str:
    return next(w.words for w in warnings(account, Phone(**phone), NOW, calls=calls) if w.code == code)


def test_an_account_in_order_is_warned_of_nothing() -> None:
    """Two contacts, one of them tested, PINs, texts and calls, a phone with nothing to say."""
    assert codes(anna()) == []


def test_everything_that_is_wrong_has_its_words() -> None:
    """From whom an SOS would reach to the clock on her phone."""
    away = Contact(id="dad", name="Dad", number="+447700900202")
    lonely = Contact(
        id="beth",
        name="Beth",
        number="+447700900201",
        state=ContactState.CONFIRMED,
        on_sos_list=False,
        reachable_by_sms=False,
    )
    account = anna(lonely, away, pin_hash=None, duress_hash=None)
    phone: dict[str, Any] = {"battery_pct": 9.0, "notifications": False, "runs_locked": False, "clock_off_s": 300.0}

    assert codes(account, **phone) == [
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


@pytest.mark.parametrize(("battery_pct", "warned"), [(14.9, True), (15.0, False), (None, False)])
def test_a_low_battery_comes_with_its_offer(battery_pct: float | None, warned: bool) -> None:
    """Her primary contact, by name; an unknown battery counts as good."""
    assert ("battery" in codes(anna(), battery_pct=battery_pct)) is warned
    if warned:
        assert said("battery", anna(), battery_pct=battery_pct).endswith("We can text Dad about it now.")


@pytest.mark.parametrize(
    ("changes", "calls", "code", "words"),
    [
        ({"reachable_by_sms": False}, True, "her_texts", "we can only ring you"),
        ({"reachable_by_sms": False}, False, "her_texts", "only your app could ask you anything"),
        ({"channels": (Channel.CALL,)}, True, "her_texts", "we can only ring you"),
        ({"channels": (Channel.PUSH,)}, True, "her_texts", "only your app could ask you anything"),
        ({"channels": (Channel.PUSH, Channel.SMS)}, True, "her_calls", "we ask you in your app and by text"),
    ],
)
def test_what_is_left_to_ask_her_by_is_said(changes: dict[str, Any], calls: bool, code: str, words: str) -> None:
    """After STOP, for somebody who is deaf, where no provider rings, and for an app alone."""
    assert words in said(code, anna(**changes), calls=calls)


def test_texts_alone_are_no_news_where_nobody_is_rung() -> None:
    """She did not choose it, and nothing is missing."""
    assert codes(anna(), calls=False) == []


BAG = Tracker(id="bag", app="traccar", name="bag", secret_hash=b"", since=NOW, heartbeat_s=300.0)


@pytest.mark.parametrize(
    ("changes", "asked"),
    [
        ({}, "we ask you everything by text and by call."),
        ({"channels": (Channel.PUSH, Channel.SMS)}, "we ask you everything by text."),
        ({"channels": (Channel.PUSH,)}, "and you take no texts and no calls: we could ask you nothing."),
    ],
)
def test_a_journey_that_a_tracker_carries_says_how_she_is_asked(changes: dict[str, Any], asked: str) -> None:
    """And after what time its silence is noticed: it says nothing when she stands still."""
    [warned] = warnings(anna(**changes), Phone(), NOW, calls=True, tracker=BAG)

    assert warned.code == "tracker"
    assert warned.words == (
        f"Traccar Client shows you nothing of ours: {asked} If it falls silent we notice after 25 min."
    )


def test_only_one_way_to_text_is_said_unless_mail_stands_in_for_it() -> None:
    """She hears what comes next where a text does not arrive; whose address is proved has a second way."""
    reads = Mail(id="m1", address="dad@house.example", asked_at=NOW - 9, proved_at=NOW - 3)
    with_mail = anna(*(replace(one, mail=reads) for one in (BETH, DAD)))

    def one_sender(account: Traveller, *, calls: bool = True) -> list[str]:
        told = warnings(account, Phone(), NOW, calls=calls, second_sender=False)
        return [w.words for w in told if w.code == "one_sender"]

    assert one_sender(anna()) == ["We have only one way to text. Where a text does not arrive, we ring."]
    assert one_sender(anna(), calls=False)[0].endswith("nobody would know.")
    assert one_sender(with_mail) == []
    assert codes(anna()) == []


def test_an_address_that_nobody_has_said_is_right_is_named() -> None:
    """She must not believe in it; who has stopped mail is left in peace."""
    asked = Mail(id="m1", address="dad@house.example", asked_at=NOW - 9)
    stopped = replace(asked, stopped_at=NOW - 3)

    assert "Dad has not said yet" in said("mail_not_proved", anna(BETH, replace(DAD, mail=asked)))
    assert codes(anna(BETH, replace(DAD, mail=stopped))) == []
