"""Operators and an alarm that nobody else has: Olga takes it and falls silent, Omar ends it. All of it over HTTP, in
browsers without JavaScript."""

import re
from html import unescape

import httpx

from service.app import create
from service.journey import pressed
from service.operators import totp
from service.operators.accounts import Operators
from service.operators.presence import NOBODY_THERE, watch_for_nobody
from tests.world import Contact, World
from tests.world_people import Walk

PASSWORD = "lamps along the Medway"


class Operator:
    """Somebody with an account, an authenticator and a browser."""

    def __init__(self, world: World, name: str, secret: str) -> None:
        self.world, self.name, self.secret = world, name, secret
        house = world.front.house
        self.http = httpx.AsyncClient(
            transport=httpx.ASGITransport(create(house)),
            base_url=house.public_url,
            headers={"Accept": "text/html"},
            follow_redirects=True,
        )

    @property
    def code(self) -> str:
        """What the authenticator shows now."""
        return totp.code_at(self.secret, self.world.clock.now())

    async def reads(self, path: str = "/console") -> str:
        """The words of a page; whatever follows from looking at it has happened."""
        return await self._read(await self.http.get(path))

    async def presses(self, page: str, path: str, **fields: str) -> str:
        nonce = re.search(r'name="nonce" value="([^"]+)"', (await self.http.get(page)).text)
        assert nonce, f"there is nothing to press on {page}"
        return await self._read(await self.http.post(path, data={"nonce": nonce[1], **fields}))

    async def signs_in(self, code: str = "") -> str:
        fields = {"name": self.name, "password": PASSWORD, "code": code or self.code}
        return await self.presses("/console", "/console/login", **fields)

    async def stays(self, here: str, *, minutes: float) -> None:
        """The page is open and looks again every ten seconds."""
        for _ in range(round(minutes * 6)):
            await self.world.pass_time(seconds=10)
            await self.reads(here)

    async def _read(self, answer: httpx.Response) -> str:
        await self.world.settle()
        return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", answer.text)))


async def _hired(world: World, *names: str) -> list[Operator]:
    accounts = Operators(world.store, world.clock)
    return [Operator(world, name, await accounts.add(name, PASSWORD)) for name in names]


async def _up_to_operators(world: World, beth: Contact) -> tuple[Walk, str]:
    """Nobody has answered for twelve minutes: the alarm has come up to operators. Its page, too."""
    anna = await world.traveller("Anna", contacts=[beth])
    walk = await anna.sets_off(plan_min=20)
    await anna.walks(walk, minutes=5)
    await anna.phone.dies()
    await world.pass_time(minutes=36)
    world.expect_everything()
    return walk, f"/console/i/{(await walk.journey()).plan.reference}"


def _calls(beth: Contact) -> int:
    return beth.phone.expect_calls()


async def test_an_operator_who_falls_silent_orphans_no_alarm() -> None:
    """The rounds rest while Olga has it, go on when she is gone, and Omar ends what she began."""
    async with World() as world:
        watch_for_nobody(world.front.house)
        beth = world.contact("Beth")
        walk, here = await _up_to_operators(world, beth)
        olga, omar = await _hired(world, "olga", "omar")

        assert "Needs a person" in await olga.signs_in()
        assert NOBODY_THERE in await olga.reads(here)
        assert "You have it" in await olga.presses(here, f"{here}/claim")
        await olga.stays(here, minutes=7)
        await olga.presses(f"{here}/log", f"{here}/log", what="rang_her", words="rings out", n="one")
        await olga.stays(here, minutes=7)
        assert _calls(beth) == 0, "the rounds rest"

        await world.pass_time(minutes=1)  # her browser is closed, her bed is near
        assert (await walk.journey()).alarm is not None
        await world.pass_time(minutes=10)
        assert _calls(beth) >= 1, "the rounds go on"

        assert "On shift now: omar. You are omar." in await omar.signs_in()
        read = await omar.presses(here, f"{here}/claim")
        assert "You have it" in read
        assert "olga: rang her, rings out" in read
        await omar.presses(f"{here}/log", f"{here}/log", what="spoke_to_contact", words="Beth: she is in bed", n="two")
        assert "is closed. Everybody who was told hears it." in await omar.presses(
            f"{here}/close", f"{here}/close", code="seen_safe"
        )

        await world.pass_time(minutes=1)
        beth.phone.expect_text("was closed by an operator")
        world.expect_everything()
        looks = (await walk.journey()).looks
        assert [look.by for look in looks if look.what == "place"] == ["olga", "omar"]


async def test_a_code_read_over_a_shoulder_opens_no_second_browser() -> None:
    """Olga signs in; whoever saw her type has the password and the code, and gets nothing."""
    async with World() as world:
        (olga,) = await _hired(world, "olga")
        thief = Operator(world, "olga", "")
        code = olga.code

        assert "Needs a person" in await olga.signs_in(code)

        assert "do not go together" in await thief.signs_in(code)
        assert "Needs a person" in await olga.reads()


async def test_an_sos_is_closed_by_two() -> None:
    """Olga thinks that it is over; nothing is closed and nobody hears anything until Omar agrees."""
    async with World() as world:
        beth = world.contact("Beth")
        walk, here = await _up_to_operators(world, beth)
        olga, omar = await _hired(world, "olga", "omar")
        await olga.signs_in()
        await omar.signs_in()
        house = world.front.house
        await house.watch.ask(walk.key, lambda j, now, _: pressed.sos(j, now, window=False))
        await world.settle()
        world.expect_everything()

        read = await olga.presses(f"{here}/close", f"{here}/close", code="found")
        assert "A second operator has to agree" in read
        await world.pass_time(seconds=30)
        assert not [s for s in beth.phone.unexpected if "closed" in s.message.text]

        read = await omar.presses(here, f"{here}/close", code="found")
        assert "is closed." in read
        await world.pass_time(minutes=1)
        beth.phone.expect_text("was closed by an operator")
        world.expect_everything()
