"""One process of the service in a world: its house, its watchman and its dispatcher, driven round by round."""

import asyncio
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from pydantic import SecretStr

from alerts.dispatch import Dispatcher
from alerts.gateway import Gateway
from service.clock import Clock
from service.desk import StoreDesk
from service.feed import Feed
from service.house import House, Vitals
from service.journey.events import Event, SosPressed
from service.journey.plan import Seen
from service.outspoken import Cries, Ledger
from service.people.consenting import stopped
from service.people.directory import Directory
from service.people.pins import Pins
from service.remembered.archive import Audited, Closed, Remembered
from service.settings import Settings
from service.store import FeedEntry, Store
from service.telling import Voice
from service.tokens import Sealer
from service.watch import Watch
from service.watchman import Watchman

PLACE = "High St, Rochester"
SECRET = b"the lamps of Medway burn all night"
SETTINGS = Settings(public_url="https://lamplit.example", secret=SecretStr(SECRET.decode()), data_dir=Path("nowhere"))


class ForgetfulArchive:
    """Implements `service.remembered.archive.Archive` and keeps nothing: no story reads what is only remembered."""

    async def append(self, entries: Sequence[FeedEntry], cursors: Sequence[str], *, after_gap: bool = False) -> None:
        """Forgotten."""

    async def cursors(self) -> list[str] | None:
        return None

    async def remember(self, key: str, snapshot: bytes, closed_at: float) -> None:
        """Forgotten."""

    async def closed(self, key: str) -> Closed | None:
        return None

    async def story(self, key: str) -> list[Remembered]:
        return []

    async def forget(self, keys: Sequence[str], audit: Sequence[Audited] = ()) -> None:
        """Forgotten before."""

    async def old(self, before_at: float, limit: int) -> list[str]:
        return []

    async def forget_accounts(self, before_at: float) -> int:
        return 0

    async def audit(self) -> list[Audited]:
        return []

    async def forget_audit(self, before_at: float) -> int:
        return 0

    async def gaps(self) -> list[float]:
        return []

    async def close(self) -> None:
        """Nothing to let go of."""


def a_house(
    store: Store, clock: Clock, gateway: Gateway, *, settings: Settings = SETTINGS, pace_s: float = 0.0
) -> House:
    """A house over `store` with nothing running in it yet; PINs are cheap to check."""
    sealer = Sealer(SECRET)
    return House(
        settings=settings,
        clock=clock,
        store=store,
        watch=Watch(store, clock, pace_s=pace_s),
        directory=Directory(store, sealer),
        pins=Pins(sealer, time_cost=1, memory_kib=8, threads=1, even_s=0.0),
        sealer=sealer,
        feed=Feed(store),
        gateway=gateway,
        archive=ForgetfulArchive(),
        vitals=Vitals(started_at=clock.monotonic()),
    )


def voice_of(house: House) -> Voice:
    """What words need from the deployment; in a house without maps every place is the same street."""
    voice = house.voice

    def place(seen: Seen) -> str | None:
        return voice.place(seen) if house.maps.known else PLACE

    return Voice(timezone=voice.timezone, region=voice.region, link=voice.link, place=place)


class Process:
    """A process that is up. `round` is what its tasks would do by themselves; `dies` leaves nothing tidied up."""

    def __init__(self, house: House, ledger: Ledger) -> None:
        self.house = house
        self.cries = Cries(house, ledger)
        desk = StoreDesk(
            house.store,
            house.watch,
            house.clock,
            house.sealer,
            voice_of(house),
            house.vitals,
            public_url=house.public_url,
            ledger=ledger,
            numbers=house.directory,
            stopped=partial(stopped, house),
        )
        self.dispatcher = Dispatcher(desk, house.gateway, now=house.clock.now, sleep=house.clock.sleep)
        self.watchman = Watchman(house.store, house.watch, house.clock, house.vitals)
        self.feeding = asyncio.create_task(house.feed.run(), name="feed")
        house.feed.listen(self._on_event)
        self.stop_hearing = house.feed.listen(lambda key, version, _event: house.watch.stale(key, version))

    def _on_event(self, _key: str, _version: int, event: Event) -> None:
        if isinstance(event, SosPressed):
            self.watchman.expect(event.fires_at)

    async def round(self) -> int:
        """One round of the watchman and one of the dispatcher; how much there was to do."""
        swept = await self.watchman.one_round()
        return swept + await self.dispatcher.one_round()

    async def dies(self) -> None:
        """kill −9: nothing more is done, nothing is said."""
        self.feeding.cancel()
        await asyncio.gather(self.feeding, return_exceptions=True)
        await self.house.watch.close()
        await self.house.pins.close()
