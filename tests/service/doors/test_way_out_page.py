"""Her number and her PIN on a stranger's phone."""

from typing import Any

import httpx
import pytest
from starlette.requests import Request

from service.doors.way_out_page import place_of
from service.journey.model import Cause, JourneyState

from .neighbourhood import ANNA, BETH, DAD, DURESS, PIN, Neighbourhood

HERS = "07700 900123"


async def keys(street: Neighbourhood, pin: str, number: str = HERS) -> httpx.Response:
    """Somebody fills in the page on a browser nobody has seen before."""
    return await street.browser().press("/safe", "/safe", number=number, pin=pin)


def seen(answer: httpx.Response) -> tuple[Any, ...]:
    """Everything a browser is given but what is drawn by chance for it."""
    headers = {name: value for name, value in answer.headers.items() if name != "set-cookie"}
    nonce = answer.text.partition('name="nonce" value="')[2].partition('"')[0]
    return answer.status_code, headers, answer.text.replace(nonce, "*") if nonce else answer.text


async def test_her_phone_is_dead_and_she_ends_it_at_a_strangers(street: Neighbourhood) -> None:
    """She was overdue and is at the library: Beth and Dad hear that her PIN was given."""
    journey = await street.sets_off(minutes=20)
    await street.time_passes(40 * 60)
    done = await keys(street, PIN)
    await street.settle()

    assert "Thank you." in done.text
    assert (await street.journey(journey.id)).state is JourneyState.CLOSED
    for number in (BETH, DAD):
        assert "her PIN was given" in (await street.phones.thread(number))[-1].text


async def test_both_pins_and_nothing_open_are_one_page(street: Neighbourhood) -> None:
    """Byte for byte, headers too; behind the duress PIN her list is told."""
    journey = await street.sets_off()
    duress = await keys(street, DURESS)
    real = await street.journey(journey.id)
    true = await keys(street, PIN)
    nothing_open = await keys(street, PIN)

    assert seen(duress) == seen(true) == seen(nothing_open)
    assert real.alarm is not None
    assert real.alarm.cause is Cause.DURESS


async def test_a_wrong_pin_and_a_number_nobody_has_are_one_page(street: Neighbourhood) -> None:
    """Nobody learns here who has an account; a contact's number is one that nobody has."""
    await street.anna()
    rounds = []
    for number in (HERS, "07700 900999", "07700 900201"):
        street.clock.forward(3_700)
        answers = []
        for pin in ("0000", "1111", "", "3333"):
            status, headers, text = seen(await keys(street, pin, number))
            answers.append((status, headers, text.replace(number, "*")))
        rounds.append(answers)

    assert rounds[0] == rounds[1] == rounds[2]
    assert {status for status, _, _ in rounds[0]} == {403}
    assert ["Try again in 10 s" in text for _, _, text in rounds[0]] == [False, False, True, True]


async def test_what_is_no_number_is_asked_for_again(street: Neighbourhood) -> None:
    """With the words she typed, and without her PIN."""
    for number in ("", "my phone", "020 7946 0000", "+1 202 555 0100"):
        answer = await keys(street, PIN, number)
        assert answer.status_code == 400
        assert "A mobile number, please" in answer.text
        assert PIN not in answer.text


async def test_looking_changes_nothing_and_a_form_from_elsewhere_presses_nothing(street: Neighbourhood) -> None:
    """GET is for looking; without the page's own nonce a POST is refused."""
    journey = await street.sets_off()
    browser = street.browser()
    assert "Your number and your PIN." in await browser.reads("/safe")
    forged = await browser.http.post("/safe", data={"nonce": "guessed", "number": HERS, "pin": PIN})

    assert forged.status_code == 403
    assert (await street.journey(journey.id)).under_way


async def test_guesses_here_never_hold_up_her_own_phone(street: Neighbourhood) -> None:
    """This place waits, with whatever browser; her contact's page does not, nor does her journey count it."""
    journey = await street.sets_off()
    for _ in range(5):
        answer = await keys(street, "0000")
    assert "Try again in" in answer.text
    account = await street.house.watch.account(journey.traveller)
    beths = street.link(journey, BETH, account)

    assert (await street.journey(journey.id)).wrong_pins == ()
    assert "Thank you, Anna." in (await street.browser().press(f"{beths}/pin", f"{beths}/pin", pin=PIN)).text


async def test_the_way_is_shown_where_somebody_would_look(street: Neighbourhood) -> None:
    """On the first page, and where a link has ended."""
    for path in ("/", "/c/nothing"):
        assert 'href="/safe"' in (await street.browser().http.get(path)).text


@pytest.mark.parametrize(
    ("host", "place"),
    [
        ("203.0.113.77", "203.0.113.0"),
        ("::ffff:203.0.113.77", "203.0.113.0"),
        ("2001:db8:1:22ff::1", "2001:db8:1:2200::"),
        ("testclient", "somewhere"),
        (None, "somewhere"),
    ],
)
def test_whence_somebody_asks_is_known_coarsely(host: str | None, place: str) -> None:
    """A neighbourhood, not a person."""
    client = None if host is None else (host, 1)

    assert place_of(Request({"type": "http", "headers": [], "client": client})) == place


async def test_she_may_write_her_number_in_any_way(street: Neighbourhood) -> None:
    """With the country's code or without, with spaces, a dash."""
    await street.anna()
    for number in (ANNA, "0044 7700 900123", "07700-900-123"):
        assert (await keys(street, PIN, number)).status_code == 200
