"""From what machines read to what she reads."""

from typing import Any

from service.remembered.export_page import CARD, page_of
from service.web.export import Told

NOW = 1_795_212_000.0
"""20 November 2026, 22:00 in London and in UTC."""
CONTACT: dict[str, Any] = {
    "name": "Beth", "number": "+447700900201", "state": "confirmed", "tier": 1, "primary": True, "on_sos_list": True,
    "sees_her_place": False, "channels": ["sms", "call"], "hours": "", "language": "en", "reachable_by_sms": True,
    "email": "beth@house.example", "email_proved_at": None, "invited_at": NOW, "confirmed_at": None,
    "asked_again_at": None, "tested_at": None,
}  # fmt: skip
LINE: dict[str, Any] = {
    "at": NOW, "words": "Asked if all is well", "row": "6", "rule": "a question to her", "message": None,
}  # fmt: skip
SENT: dict[str, Any] = {
    "states": [{"state": "accepted", "after_s": 0.4}, {"state": "delivered", "after_s": 3.1}],
    "dropped": None,
}
LOOK: dict[str, Any] = {
    "by": "Beth", "contact": True, "what": "place", "since": NOW, "until": NOW + 60, "times": 3, "why": "",
}  # fmt: skip
JOURNEY: dict[str, Any] = {
    "reference": "K742", "kind": "destination", "destination": "home", "mode": "foot", "legs": [], "profile": "high_risk",
    "began_at": NOW, "eta_at": None, "state": "closed", "closed_at": NOW + 60, "closed_because": "ended",
    "others_were_told": False, "battery_pct": 60, "track": None,
    "story": [LINE, LINE | {"row": "promise 1"}, LINE | {"message": SENT}],
    "looks": [LOOK, LOOK | {"by": "priya", "contact": False, "times": 1, "why": "The police ask"}],
}  # fmt: skip
DATA: dict[str, Any] = {
    "account": {
        "id": "anna", "name": "Anna", "short_name": "", "number": "+447700900123", "created_at": NOW,
        "asked_by": ["push", "sms"], "reachable_by_sms": True, "contacts_read_each_others_names": False,
        "has_pins": True, "new_pins_from": None,
        "devices": [
            {"name": "her phone", "since": NOW, "last_seen_at": NOW + 60, "removed_at": None},
            {"name": "old", "since": 1.0, "last_seen_at": None, "removed_at": NOW},
        ],
        "linked_trackers": [
            {"name": "bag", "app": "traccar", "heartbeat_s": 300.0, "since": NOW, "last_seen_at": None, "removed_at": None}
        ],
    },
    "card": dict.fromkeys(CARD, "") | {"medical": "asthma", "danger": True, "word": False},
    "contacts": [CONTACT],
    "asked_after": [LOOK | {"what": "safe?", "until": NOW, "times": 1}],
    "changes": [{"at": NOW, "what": "pins"}],
    "journeys": [JOURNEY],
}  # fmt: skip
PAGE = page_of(DATA, NOW, "Europe/London")


def test_facts_are_in_words() -> None:
    """Yes and no, times in both clocks, a dash for what is not there."""
    account = dict(PAGE.account)

    assert PAGE.made == "Fri 20 Nov 2026 22:00:00 (22:00:00 UTC)"
    assert (account["You take texts"], account["Name in texts"]) == ("yes", "–")
    assert (account["You are asked by"], account["Account made"]) == ("push, sms", PAGE.made)
    assert (dict(PAGE.contacts[0].facts)["May be shown where you are"], PAGE.contacts[0].name) == ("no", "Beth")
    assert dict(PAGE.journeys[0].facts)["Profile"] == "high risk"
    assert dict(PAGE.journeys[0].facts)["By"] == "foot"


def test_a_way_of_several_legs_names_the_mode_of_each() -> None:
    """In their order."""
    by_bus = DATA | {"journeys": [JOURNEY | {"legs": [{"mode": "foot"}, {"mode": "ride"}]}]}
    [journey] = page_of(by_bus, NOW, "Europe/London").journeys
    assert dict(journey.facts)["By"] == "foot, ride"


def test_a_linked_tracker_says_which_app_it_is() -> None:
    """And how often it speaks when it stands still."""
    [bag] = PAGE.trackers

    assert (bag.name, dict(bag.facts)["App"], dict(bag.facts)["Speaks when still"]) == (
        "bag",
        "Traccar Client",
        "every 300 s",
    )
    assert dict(bag.facts)["Reports where you are since"] == PAGE.made


def test_two_fields_of_her_card_are_only_said_to_be_there() -> None:
    """As on every screen."""
    card = dict(PAGE.card)

    assert (card["Medical"], card["Address"]) == ("asthma", "–")
    assert (card["Who may be a danger"], card["Call-back word"]) == ("written, not shown", "not written")


def test_a_story_has_both_clocks_and_the_reason() -> None:
    """A message has its states instead."""
    first, second, third = PAGE.journeys[0].story

    assert first == Told(
        local="Fri 20 Nov 2026 22:00:00",
        utc="22:00:00 UTC",
        words="Asked if all is well",
        why="row 6: a question to her",
    )
    assert second.why == "promise 1: a question to her"
    assert third.why == "accepted +0.4 s, delivered +3.1 s"


def test_devices_say_since_when_until_when_and_when_they_were_last_there() -> None:
    """As far as it is known."""
    assert [[label for label, _ in device.facts] for device in PAGE.devices] == [
        ["Speaks for you since", "Last there"],
        ["Speaks for you since", "Removed"],
    ]


def test_who_asked_after_her_between_journeys_is_named() -> None:
    """With the instant, once."""
    assert PAGE.asked == (f"Beth, asked whether you were on a journey, {PAGE.made}",)


def test_looks_say_who_when_how_often_and_why() -> None:
    """A contact by name, an operator as one."""
    first, second = PAGE.journeys[0].looks

    assert first == "Beth, at your place, Fri 20 Nov 2026 22:00:00 (22:00:00 UTC) to 22:01:00 UTC, 3 times"
    assert second.startswith("operator priya, at your place, ")
    assert second.endswith(", because: The police ask")
