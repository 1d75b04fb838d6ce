"""Which journey of hers a phone speaks for, and that this is the newest of her sockets."""

import asyncio
import secrets
from collections.abc import Mapping
from functools import partial

from msgspec.structs import replace

from service.house import House
from service.journey.events import Event
from service.journey.model import Journey
from service.people import devices
from service.people.model import Device, Traveller
from service.rows import Kept, ScreenChanged, UnreadableRow
from service.watch import Change, NoSuchJourney, Record


class Attachment:
    """One socket's share in her account. `last` is her journey as this socket has last seen it.

    `behind` are journeys under a cover story that still go on behind the one her screen shows, with the epoch of their
    phone: where she goes now is where those who look for her must look.
    """

    def __init__(self, house: House) -> None:
        self._house = house
        self.who: Traveller | None = None
        self.device: Device | None = None
        self.key: str | None = None
        self.epoch = 0
        self.last: Journey | None = None
        self.behind: tuple[tuple[str, int], ...] = ()
        self._attaching = asyncio.Lock()
        self._mark = secrets.randbits(48) | 1  # known before the feed can tell of its coming
        self._erased = False

    async def recognise(self, token: str) -> bool:
        """Whether this token is a device of hers. Raises StoreUnavailable."""
        found = await self._house.directory.device(token)
        if found is not None:
            self.who, self.device = found
            await devices.seen(self._house, self.device)
        return found is not None

    @property
    def shut_out(self) -> bool:
        """Whether she has removed this device since, or erased her account."""
        if self.who is None or self.device is None:
            return False
        if self._erased:
            return True
        kept = self.who.device(self.device.id)
        return kept is None or kept.revoked_at is not None

    def lost(self) -> None:
        """There is no such journey any more."""
        self.key = None

    async def attach(self) -> Kept | None:
        """Makes this the newest socket of her live journey: older ones are not listened to any more. None without a
        journey."""
        async with self._attaching:  # frames that come together must not take over from one another
            return await self._attached()

    async def refreshed(self) -> Kept | None:
        """Her account and her journey as they are on disk now, attached to it if it is another one; None where one of
        them is there no more. Raises StoreUnavailable."""
        if self.who is None:
            return None
        try:
            self.who = await self._house.watch.account(self.who.id)
        except NoSuchJourney:
            self._erased = True
            return None
        if self.who.live is not None and self.who.live != self.key:
            return await self.attach()
        try:
            return await self._house.watch.look(self.key) if self.key is not None else None
        except NoSuchJourney:  # kept as long as it may be
            self.lost()
            return None

    async def _attached(self) -> Kept | None:
        if self.who is None:
            return None
        if self.who.live is None or self.who.live == self.key:
            self.who = await self._house.watch.account(self.who.id)
        kept: Kept | None
        while (live := self.who.live) is not None:
            try:
                if live == self.key:
                    return await self._house.watch.look(live)
                newest = partial(_newest_socket, live, self.who.id, self._mark)
                kept, self.who = await self._house.watch.transact((live, self.who.id), newest, urgent=False)
            except NoSuchJourney:
                return None
            if kept is not None:
                self.behind = await still_covered(self._house, self.who, live)
                self.key, self.epoch, self.last = live, kept.phone.epoch, kept.journey
                return kept
        return None

    def is_its_own(self, event: Event) -> bool:
        """Whether the event is this socket's own coming."""
        return isinstance(event, ScreenChanged) and event.by == self._mark


async def still_covered(house: House, who: Traveller, live: str) -> tuple[tuple[str, int], ...]:
    """Her journeys under a cover story that go on behind `live`, each with the epoch of its phone."""
    found = []
    for key in who.behind:
        try:
            kept = await house.watch.look(key)
        except (NoSuchJourney, UnreadableRow):
            continue
        if key != live and kept.journey.shadow is not None and kept.journey.under_way:
            found.append((key, kept.phone.epoch))
    return tuple(found)


def _newest_socket(key: str, owner: str, mark: int, records: Mapping[str, Record | None], now: float) -> Change:
    """The journey's row with the next epoch, and her account as it is by now; no row where she has another journey."""
    kept, account = records[key], records[owner]
    if not isinstance(account, Traveller):
        raise NoSuchJourney(owner)
    if account.live != key:
        return Change(answer=(None, account))
    if not isinstance(kept, Kept):
        raise NoSuchJourney(key)
    kept = replace(kept, phone=replace(kept.phone, epoch=kept.phone.epoch + 1))
    # The older socket hears that it is one.
    return Change({key: kept}, (ScreenChanged(at=now, by=mark),), answer=(kept, account))
