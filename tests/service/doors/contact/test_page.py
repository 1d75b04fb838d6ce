"""A contact's page over living journeys: Beth was woken, and holds her phone."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from msgspec.structs import replace

from service.doors.pages_glance import sealed
from service.journey.company import asked_company, ended_company
from service.journey.model import CloseReason, JourneyState, Level, Look
from service.people.model import Traveller
from service.store import StoreRefused, Unit
from service.watch import Change, Record
from service.web.pages import PAGE_HEADERS
from tests.service.doors.neighbourhood import BETH, CHLOE, DAD, DURESS, PIN, Browser, Neighbourhood, words

MINUTES = 60.0


async def _overdue(street: Neighbourhood) -> tuple[str, str, str]:
    """Anna does not arrive: her journey's key, Beth's page, Dad's page."""
    journey = await street.sets_off(minutes=20)
    await street.time_passes(40 * MINUTES)
    account = await street.house.watch.account(journey.traveller)
    return journey.id, street.link(journey, BETH, account), street.link(journey, DAD, account)


async def _sees(browser: Browser, page: str) -> str:
    """Taps *show where she is*; the words of the page then."""
    return words((await browser.press(page, f"{page}/see")).text)


async def _looks(street: Neighbourhood, key: str) -> tuple[Look, ...]:
    return (await street.journey(key)).looks


async def test_while_nothing_is_wrong_nobody_sees_a_place(street: Neighbourhood) -> None:
    """She has chosen to tell Beth nothing: the page does not even say that she is on her way, whatever is tapped."""
    journey = await street.sets_off()
    account = await street.house.watch.account(journey.traveller)
    browser, page = street.browser(), street.link(journey, BETH, account)
    seal = sealed(street.house, page.removeprefix("/c/"))

    for read in (await browser.reads(page), await browser.reads(f"{page}?see={seal}")):
        assert "Anna chose you as a contact." in read
        assert "on her way" not in read
        assert "51.38" not in read
        assert "64%" not in read
    assert await _looks(street, journey.id) == ()


async def test_at_a_concern_the_street_is_all_there_is(street: Neighbourhood) -> None:
    """Her phone has been silent for a while: since when and her battery, no degrees."""
    journey = await street.sets_off(minutes=60)
    await street.time_passes(19 * MINUTES)
    assert (await street.journey(journey.id)).alarm is not None
    account = await street.house.watch.account(journey.traveller)

    read = await street.browser().reads(street.link(journey, BETH, account))

    assert "her phone is not heard" in read
    assert "The place itself opens if this goes on." in read
    assert "battery 64%" in read
    assert "51.38" not in read


async def test_when_she_is_overdue_the_last_fix_is_shown_with_its_age(street: Neighbourhood) -> None:
    """L2: at once all but the place; after one tap the place, its age and accuracy, and the same in the script."""
    key, beths, _ = await _overdue(street)
    browser = street.browser()

    before = await browser.reads(beths)
    read = await _sees(browser, beths)

    for page in (before, read):
        assert "Anna has not arrived." in page
        assert "On her way to home" in page
        assert "I want to report a missing person" in page
    assert "51.38" not in before
    assert "51.38000, 0.50000" in read
    assert "within 12 m" in read
    assert "The exact place is 51.38000 north, 0.50000 east, within 12 metres." in read
    assert [(k.what, k.times) for k in await _looks(street, key)] == [("place", 1)]
    assert "We have NOT called the police." in read
    assert "Nobody has it yet." in read


async def test_a_page_left_open_goes_on_showing_and_every_answer_is_a_look(street: Neighbourhood) -> None:
    """For ten minutes the address is good; while it is looked at it renews itself, and the list of looks grows."""
    key, beths, _ = await _overdue(street)
    browser = street.browser()
    first = await browser.press(beths, f"{beths}/see")

    await street.time_passes(2 * MINUTES)
    again = await browser.http.get(str(first.url))
    await street.time_passes(4.5 * MINUTES)
    renewed = await browser.http.get(str(again.url))

    assert first.url.params["see"] == again.url.params["see"] != renewed.url.params["see"]
    assert "51.38000, 0.50000" in words(renewed.text)
    beth = (await _looks(street, key))[-1].by
    assert [(k.by, k.what) for k in await _looks(street, key)] == [(beth, "place")]
    assert (await _looks(street, key))[0].times == 3


async def test_an_address_that_was_left_behind_shows_nothing(street: Neighbourhood) -> None:
    """A quarter of an hour later, or with somebody else's seal: the page without the place, and no look."""
    key, beths, dads = await _overdue(street)
    browser = street.browser()
    first = await browser.press(beths, f"{beths}/see")
    see = first.url.params["see"]
    minute, _, mac = see.partition(".")

    others = [f"{dads}?see={see}", f"{beths}?see={int(minute) + 1}.{mac}", f"{beths}?see=é.x", f"{beths}?see="]
    for path in others:
        assert "51.38" not in await browser.reads(path)
    await street.time_passes(15 * MINUTES)
    assert "51.38" not in words((await browser.http.get(str(first.url))).text)
    assert [k.times for k in await _looks(street, key)] == [1]


@pytest.mark.parametrize("header", ["Purpose", "Sec-Purpose", "X-Purpose", "X-Moz"])
async def test_what_a_browser_fetches_ahead_is_no_look(street: Neighbourhood, header: str) -> None:
    """Nobody reads it: no place, and nothing is kept. The same for HEAD."""
    key, beths, _ = await _overdue(street)
    browser = street.browser()
    shown = str((await browser.press(beths, f"{beths}/see")).url)
    before = await _looks(street, key)

    ahead = await browser.http.get(shown, headers={header: "prefetch;prerender"})
    await browser.http.head(shown)

    assert "51.38" not in ahead.text
    assert await _looks(street, key) == before


async def test_without_a_disk_the_place_is_left_out_and_said_so(
    street: Neighbourhood, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The look cannot be written down: everything else is there, and no error page."""
    _, beths, _ = await _overdue(street)

    async def refuses(units: Sequence[Unit]) -> Any:
        raise StoreRefused("no room")

    monkeypatch.setattr(street.house.store, "commit", refuses)
    answer = await street.browser().press(beths, f"{beths}/see")

    assert answer.status_code == 200
    read = words(answer.text)
    assert "Her place cannot be shown at this moment" in read
    assert "51.38" not in read
    assert "Anna has not arrived." in read


async def test_walking_with_her(street: Neighbourhood) -> None:
    """She asked Beth alone: the last fix after a tap, her battery only when it is low; it ends as quietly as it may."""
    journey = await street.sets_off(minutes=60)
    account = await street.house.watch.account(journey.traveller)
    beths, dads = street.link(journey, BETH, account), street.link(journey, DAD, account)
    beth = next(c.id for c in account.contacts if c.number == BETH)
    await street.house.watch.ask(journey.id, lambda j, now, _: asked_company(j, [beth], now))
    browser = street.browser()

    read = await _sees(browser, beths)
    assert "You are walking with Anna." in read
    assert "51.38000, 0.50000" in read
    assert "On her way" in read
    assert "64%" not in read
    assert "51.38" not in await street.browser().reads(dads)

    await street.house.watch.ask(journey.id, lambda j, now, _: ended_company(j, now))
    after = words((await browser.http.get(beths)).text)
    assert "Anna chose you as a contact." in after
    assert "ended" not in after


async def test_what_is_pressed_keeps_the_place_on_the_page(street: Neighbourhood) -> None:
    """Beth looks, and takes it: she need not tap again."""
    _, beths, _ = await _overdue(street)
    browser = street.browser()
    see = (await browser.press(beths, f"{beths}/see")).url.params["see"]

    pressed = await browser.press(beths, f"{beths}/answer", what="taking", see=see)
    noted = await browser.press(f"{beths}/police?see={see}", f"{beths}/answer", what="police", see=see)
    forged = await browser.press(beths, f"{beths}/answer", what="taking", see="1.x")

    assert "51.38000, 0.50000" in words(pressed.text)
    assert "51.38000, 0.50000" in words(noted.text)
    assert "51.38" not in forged.text
    assert "1.x" not in str(forged.url)


async def test_looking_changes_nothing(street: Neighbourhood) -> None:
    """A preview bot fetches the link, the PIN page and the police page: no answer, no event, no cookie."""
    key, beths, _ = await _overdue(street)
    before = await street.house.store.load([key])
    browser = street.browser()

    for path in (beths, f"{beths}/pin", f"{beths}/police"):
        answer = await browser.http.get(path)
        assert answer.status_code == 200
        assert "set-cookie" not in answer.headers
        assert PAGE_HEADERS.items() <= {name: answer.headers.get(name) for name in PAGE_HEADERS}.items()

    assert await street.house.store.load([key]) == before


async def test_i_am_on_it_tells_the_others(street: Neighbourhood) -> None:
    """Beth presses; Dad's page and Dad's phone say that another contact is on it, without her name."""
    _, beths, dads = await _overdue(street)

    pressed = await street.browser().press(beths, f"{beths}/answer", what="taking")
    await street.settle()

    assert "You have it since" in pressed.text
    read = await street.browser().reads(dads)
    assert "Another contact is on it" in read
    assert "Beth" not in read
    assert "Another contact is on it for Anna" in (await street.phones.thread(DAD))[-1].text


async def test_the_polices_number_is_there_for_whoever_calls_next(street: Neighbourhood) -> None:
    """Beth notes it; Dad reads it, with by whom but not her name."""
    _, beths, dads = await _overdue(street)

    await street.browser().press(f"{beths}/police", f"{beths}/answer", what="police", police_number=" KP-0412 ")

    read = await street.browser().reads(dads)
    assert "Told at 22:39 by another contact, number KP-0412, not confirmed" in read


async def test_names_are_shown_where_she_allows_it(street: Neighbourhood) -> None:
    """Then Dad reads that it is Beth."""
    key, beths, dads = await _overdue(street)
    await street.house.watch.transact((key.partition("-")[0],), _allows_names)

    await street.browser().press(beths, f"{beths}/answer", what="taking")
    await street.browser().press(f"{beths}/police", f"{beths}/answer", what="police", police_number="3107")

    read = await street.browser().reads(dads)
    assert "Beth says that the police were told" in read
    assert "by Beth, number 3107, not confirmed" in read
    assert "Told at 22:39 by you" in await street.browser().reads(beths)


def _allows_names(records: Mapping[str, Record | None], now: float) -> Change:
    [(key, account)] = records.items()
    assert isinstance(account, Traveller)
    return Change({key: replace(account, names_shown=True)})


async def test_a_number_of_the_police_that_is_too_long_is_asked_for_again(street: Neighbourhood) -> None:
    """Nothing was told, and the page says what is wrong."""
    _, beths, dads = await _overdue(street)

    answer = await street.browser().press(f"{beths}/police", f"{beths}/answer", what="police", police_number="9" * 99)

    assert answer.status_code == 400
    assert "At most 40 characters" in answer.text
    assert "police were told" not in await street.browser().reads(dads)


async def test_a_form_from_elsewhere_presses_nothing(street: Neighbourhood) -> None:
    """Without the page's own nonce an answer is refused."""
    key, beths, _ = await _overdue(street)

    answer = await street.browser().http.post(f"{beths}/answer", data={"nonce": "guessed", "what": "taking"})

    assert answer.status_code == 403
    ladder = (await street.journey(key)).alarm
    assert ladder is not None
    assert ladder.ladder is not None
    assert ladder.ladder.lease is None


@pytest.mark.parametrize("what", ["", "end", "extend"])
async def test_nothing_else_can_be_said(street: Neighbourhood, what: str) -> None:
    """A contact never ends, extends or re-routes: such a word names its field and changes nothing."""
    _, beths, _ = await _overdue(street)

    answer = await street.browser().press(beths, f"{beths}/answer", what=what)

    assert answer.status_code == 400
    assert "what" in answer.text


async def test_her_pin_on_her_contacts_page_ends_it(street: Neighbourhood) -> None:
    """Her phone is dead, she is with Beth: all who were told get the all-clear."""
    key, beths, _ = await _overdue(street)
    browser = street.browser()

    asked = await browser.press(beths, f"{beths}/answer", what="with_me")
    assert asked.url.path == f"{beths}/pin"
    done = await browser.press(f"{beths}/pin", f"{beths}/pin", pin=PIN)
    await street.settle()

    assert "Thank you, Anna." in done.text
    journey = await street.journey(key)
    assert journey.state is JourneyState.CLOSED
    assert journey.closed is not None
    assert journey.closed.reason is CloseReason.ENDED
    for number in (BETH, DAD):
        assert "is closed: her PIN was given" in (await street.phones.thread(number))[-1].text


async def test_her_duress_pin_looks_the_same_and_calls_for_help(street: Neighbourhood) -> None:
    """The same bytes on Beth's phone; behind them the SOS list is told, and Chloe, who is not on it, sees an end."""
    key, beths, _ = await _overdue(street)
    browser = street.browser()

    done = await browser.press(f"{beths}/pin", f"{beths}/pin", pin=DURESS)
    await street.settle()

    assert "Thank you, Anna." in done.text
    journey = await street.journey(key)
    assert journey.alarm is not None
    assert journey.alarm.level is Level.OPERATOR
    read = await browser.reads(beths)
    assert "may be forced to say that she is safe" in read
    assert "Do not ring or text her phone." in read
    assert "900123" not in read
    account = await street.house.watch.account(journey.traveller)
    assert "closed" in await browser.reads(street.link(journey, CHLOE, account))


async def test_both_pins_are_answered_with_the_same_bytes(street: Neighbourhood) -> None:
    """Whoever looks over her shoulder learns nothing from the page."""
    _, beths, dads = await _overdue(street)

    duress = await street.browser().press(f"{beths}/pin", f"{beths}/pin", pin=DURESS)
    true = await street.browser().press(f"{dads}/pin", f"{dads}/pin", pin=PIN)

    assert (duress.status_code, duress.text.replace(beths, "/c/x")) == (
        true.status_code,
        true.text.replace(dads, "/c/x"),
    )
    assert {n: v for n, v in duress.headers.items() if n != "content-length"} == {
        n: v for n, v in true.headers.items() if n != "content-length"
    }


async def test_wrong_pins_slow_this_page_down_and_tell_nobody(street: Neighbourhood) -> None:
    """After the third the fourth has to wait, even the right one; her journey does not count a stranger's tries."""
    key, beths, _ = await _overdue(street)
    browser = street.browser()

    for _ in range(3):
        wrong = await browser.press(f"{beths}/pin", f"{beths}/pin", pin="0000")
    soon = await browser.press(f"{beths}/pin", f"{beths}/pin", pin=PIN)

    assert wrong.status_code == soon.status_code == 403
    assert "Try again in 10 s" in wrong.text
    assert (await street.journey(key)).wrong_pins == ()
    street.clock.forward(11.0)
    assert "Thank you" in (await browser.press(f"{beths}/pin", f"{beths}/pin", pin=PIN)).text
