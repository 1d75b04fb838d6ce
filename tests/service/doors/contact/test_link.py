"""What a link in a text opens, and for whom."""

from service.journey import pressed
from service.journey.model import Proof
from service.people import choosing
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


async def test_links_that_open_nothing_answer_alike(street: Neighbourhood) -> None:
    """Unknown, torn, revoked and expired: one status, the same bytes, whether fetched or posted to."""
    key, beths, dads = await _overdue(street)
    account = await street.house.watch.account(key.partition("-")[0])
    dad = next(c for c in account.contacts if c.number == DAD)
    await choosing.remove(street.house, account, dad.id, PIN, "test")
    browser = street.browser()

    answers = [await browser.http.get(path) for path in ("/c/AAAAAAAAAAAAAAAAAAAAAA", beths[:-1], dads)]
    answers.append(await browser.http.post(f"{dads}/answer", data={"what": "taking"}))
    await browser.press(f"{beths}/pin", f"{beths}/pin", pin=PIN)
    street.clock.forward(25 * 60 * MINUTES)
    answers.append(await browser.http.get(beths))

    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.text for answer in answers}) == 1


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
