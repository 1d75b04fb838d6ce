"""Dad opens the link in his text."""

from service.journey.model import CloseReason
from tests.stories.test_somebody_is_on_it import overdue
from tests.world import World
from tests.world_pages import Browser, link_to
from tests.world_people import DURESS_PIN, PIN, WRONG_PIN


async def test_she_keys_her_pin_on_her_contacts_phone() -> None:
    """Her own phone is dead, she stands at Dad's door: *she is with me*, her PIN on his phone, and it is over. Beth, who
    was told too, hears so."""
    async with World() as world:
        beth, dad = world.contact("Beth"), world.contact("Dad")
        anna = await world.traveller("Anna", contacts=[beth, dad])
        walk = await anna.sets_off(plan_min=20)
        await world.pass_time(minutes=22)
        await anna.phone.dies()
        await world.pass_time(minutes=6.1)
        browser = Browser(dad.phone.expect_text("NOT arrived"))
        beth.phone.expect_text("NOT arrived")

        page = await browser.presses("/answer", what="with_me")
        assert "Hand the phone to Anna" in page
        wrong = await browser.presses("/pin", "/pin", pin=WRONG_PIN)
        assert "That is not it" in wrong
        await browser.presses("/pin", "/pin", pin=PIN)
        await world.pass_time(minutes=30)

        closed = (await walk.journey()).closed
        assert closed
        assert closed.reason is CloseReason.ENDED
        beth.phone.expect_text("Another contact says at 22:28 that Anna is with them")
        for contact in (beth, dad):
            contact.phone.expect_text("is closed: her PIN was given at 22:28")


async def test_a_duress_pin_on_his_page_looks_like_the_end() -> None:
    """The same page thanks her; behind it the SOS list hears that she may be forced, Dad among them."""
    async with World() as world:
        dad = world.contact("Dad")
        anna = await world.traveller("Anna", contacts=[dad])
        await overdue(world, anna, [])
        text = dad.phone.expect_text("NOT arrived")
        pages = []
        for pin in (DURESS_PIN, PIN):
            pages.append(await Browser(text).presses("/pin", "/pin", pin=pin))
            await world.pass_time(seconds=5)

        assert pages[0] == pages[1]
        dad.phone.expect_text("FORCED")
        dad.phone.expect_call()
        dad.phone.expect_text("is closed: her PIN was given")


async def test_looking_changes_nothing() -> None:
    """Preview bots open every link in a text: nobody counts as heard, and the ladder goes on."""
    async with World() as world:
        dad = world.contact("Dad")
        anna = await world.traveller("Anna", contacts=[dad])
        walk = await overdue(world, anna, [])
        browser = Browser(dad.phone.expect_text("NOT arrived"))
        before = await walk.kept()

        for path in (
            "",
            "/pin",
            "/police",
            "/handover",
            "/answer",
            "/see",
            "?said=taken",
            "?see=29000000.0123456789abcdef",
        ):
            page = await browser.opens(path)
            assert "51.3" not in page

        assert await walk.kept() == before
        await world.pass_time(minutes=3)
        dad.phone.expect_call()


async def test_a_tap_shows_her_and_is_kept_for_her() -> None:
    """Dad wants to see where she is: the place is there after one tap, and Anna can read later that he looked."""
    async with World() as world:
        dad = world.contact("Dad")
        anna = await world.traveller("Anna", contacts=[dad])
        walk = await anna.sets_off(plan_min=20)
        await anna.walks(walk, minutes=3)
        await anna.phone.goes_dark()
        await world.pass_time(minutes=26)
        world.expect_everything()
        browser = Browser.at(world, link_to(walk, dad))

        page = await browser.presses("/see")
        await world.pass_time(minutes=2)

        assert "near High St, Rochester" in page
        assert [(k.by, k.what, k.times) for k in (await walk.journey()).looks] == [(dad.id, "place", 1)]
        world.expect_everything()


async def test_a_button_is_an_answer() -> None:
    """*I am on it* on the page stops the calls as 42 does."""
    async with World() as world:
        beth, dad = world.contact("Beth"), world.contact("Dad", primary=True)
        anna = await world.traveller("Anna", contacts=[beth, dad])
        await overdue(world, anna, [beth])

        page = await Browser(dad.phone.expect_text("NOT arrived")).presses("/answer", what="taking")
        await world.pass_time(minutes=9)

        assert "The others hear that somebody is on it" in page
        beth.phone.expect_text("Another contact is on it")
