"""A house in memory that writes down and forgets as a living one does: with an archive, an archivist and a housekeeper."""

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from service.people import trackers
from service.remembered.archive import SqliteArchive
from service.remembered.archivist import Archivist
from service.remembered.chronicle import Told, read, whole
from service.remembered.housekeeping import Housekeeping
from tests.service.people.household import ANNA, BETH, CHLOE, PIN, Her, Household, household

DAY_S = 86_400.0


@dataclass
class Keeping:
    """The household `home`, whose archive is on disk. `writes_down` is what the archivist does all the time."""

    home: Household
    archive: SqliteArchive
    archivist: Archivist
    keeper: Housekeeping

    async def writes_down(self) -> None:
        while await self.archivist.step(0):
            pass

    async def passes(self, *, days: float = 0.0) -> Counter[str]:
        """So many days later somebody looks what has to go."""
        await self.writes_down()
        self.home.clock.forward_to(self.home.clock.now() + days * DAY_S)
        gone = await self.keeper.one_pass()
        await self.writes_down()
        return gone

    async def told(self, key: str) -> list[Told]:
        await self.writes_down()
        return whole(read(await self.archive.story(key)))

    async def anna(self) -> Her:
        """She has Beth on her SOS list, and Chloe who is not on it."""
        her = await self.home.sign_up()
        await her.has("Beth", BETH)
        await her.has("Chloe", CHLOE, on_sos_list=False)
        return her

    async def links(self, her: Her) -> str:
        """A tracker app, which has been there; its id."""
        self.home.clock.forward(61)
        asked = await her.post("/trackers", {"app": "traccar", "name": "in my bag", "pin": PIN})
        code = {"code": await self.home.code_for(ANNA)}
        linked = (await her.post(f"/trackers/{asked.json()['id']}/code", code)).json()
        found = await self.home.house.directory.tracker(linked["type_in"]["device_identifier"])
        assert found is not None
        await trackers.seen(self.home.house, found[1])
        return str(linked["id"])

    async def walked(self, her: Her, pin: str = PIN) -> str:
        """A journey that she ended after five minutes with this PIN."""
        shown = await her.sets_off()
        await self.home.time_passes(300)
        ended = await her.post("/journeys/live/end", {"id": f"end {shown['id']}", "pin": pin})
        assert ended.json()["result"] == "closed", ended.text
        return str(shown["id"])


@asynccontextmanager
async def keeping(folder: Path, **settings: Any) -> AsyncIterator[Keeping]:
    """A living house with nobody in it yet."""
    async with household(**settings) as home:
        house = home.house
        archive = SqliteArchive(folder / "archive", house.clock)
        house.archive = archive
        keeper = Housekeeping(house.store, house.directory, house.sealer, archive, house.clock)
        house.feed.listen(keeper.hears)
        yield Keeping(home, archive, Archivist(house.store, archive, house.clock), keeper)
        await archive.close()
