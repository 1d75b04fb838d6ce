"""Her PIN on her contact's page: Anna is with Beth, or somebody is with Anna."""

from service.journey import pressed
from service.journey.model import CloseReason, JourneyState, Level, Proof
from service.people.setting_off import set_off
from service.people.wishes import Wish
from tests.service.doors.neighbourhood import BETH, CHLOE, DAD, DURESS, HOME, PIN, Neighbourhood

MINUTES = 60.0


async def _overdue(street: Neighbourhood) -> tuple[str, str, str]:
    """Anna does not arrive: her journey's key, Beth's page, Dad's page."""
    journey = await street.sets_off(minutes=20)
    await street.time_passes(40 * MINUTES)
    account = await street.house.watch.account(journey.traveller)
    return journey.id, street.link(journey, BETH, account), street.link(journey, DAD, account)


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


async def test_a_journey_after_the_duress_pin_tells_who_knows_better_not_to_ring_her(street: Neighbourhood) -> None:
    """Anna, forced, begins another walk, and does not arrive: Beth, who has been told that she may be forced, is shown
    no number and told not to ring; Chloe, who has not, may ring her. Once the alarm is over Beth may too."""
    key, beths, _ = await _overdue(street)
    await street.browser().press(f"{beths}/pin", f"{beths}/pin", pin=DURESS)
    await street.settle()
    first = await street.journey(key)
    second = (await set_off(street.house, first.traveller, Wish(destination="home", place=HOME, minutes=20))).journey
    account = await street.house.watch.account(first.traveller)
    beth, chloe = (street.link(second, number, account) for number in (BETH, CHLOE))

    before = await street.browser().reads(beth)
    await street.time_passes(40 * MINUTES)
    read, hers = await street.browser().reads(beth), await street.browser().reads(chloe)
    await street.house.watch.ask(key, pressed.ended, proof=Proof.PIN)
    after = await street.browser().reads(beth)

    for page in (before, read):
        assert "Do not ring or text her phone." in page
        assert "900123" not in page
    assert "Anna has not arrived." in read
    assert "Please do not ring or text her phone." in read
    for page in (hers, after):
        assert "Do not ring" not in page
        assert "900123" in page


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
