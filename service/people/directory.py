"""The directory: what belongs to no single traveller, by blinded number or token hash (architecture.md, review H30).

Every entry is a hint and is verified against the row it names; unknown, stale and revoked answer alike. The one
exception is a number's reachability: STOP is the number's own, whatever any account says.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from service.rows import UnreadableRow, traveller_row
from service.store import Store
from service.tokens import Sealer, new_id, same, token_hash

from .model import Device, Tracker, Traveller

DAY_S = 86_400.0
HOUR_S = 3600.0
MOST_INVITATIONS = 3
SENDS_AN_HOUR = 300
SIGN_UP = "sign_up"
SIGN_UP_SHARE = 0.75
"""Anybody may ask for a code; the rest is left to those who have an account."""
TEST = "test "
"""Begins what is kept of a test alarm's code, where an alert's is its journey."""
_CODES = tuple(f"{n:02d}" for n in range(10, 100))
"""Two digits that no clock or minute count starts with a zero in."""


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody's contact: whose, and under which id."""

    traveller: str
    contact: str


class Directory:
    """See the module. Instants are seconds since 1970 UTC, numbers E.164."""

    def __init__(self, store: Store, sealer: Sealer, sends_an_hour: int = SENDS_AN_HOUR) -> None:
        """`sends_an_hour`: texts an hour, over all accounts, to numbers that have not said YES."""
        self._store, self._sealer, self._sends_an_hour = store, sealer, sends_an_hour

    # ── numbers of travellers ──

    async def traveller_of(self, number: str) -> str | None:
        """Whose number this is, as far as the directory knows."""
        [kept] = await self._store.book_get("number", [self._number(number)])
        return None if kept is None else kept.decode()

    async def claim(self, number: str, traveller: str) -> str:
        """Makes `number` `traveller`'s unless it is somebody's already; returns whose it is then.

        A claim whose account was never written is nobody's loss: whoever asks next writes it under that id.
        """
        while not await self._store.book_put("number", self._number(number), traveller.encode(), only_if_absent=True):
            holder = await self.traveller_of(number)
            if holder is not None:
                return holder
        return traveller

    async def drop_number(self, number: str, traveller: str) -> None:
        """This number is `traveller`'s no more; it may be anybody's."""
        await self._store.book_drop("number", self._number(number), only_if=traveller.encode())

    # ── tokens ──

    async def device(self, token: str) -> tuple[Traveller, Device] | None:
        """Whose device this token is, verified against her row; None for every reason alike.

        The same questions are asked of the store whether the token is known or not.
        """
        asked = token_hash(token)
        found = await self._named("device", asked)
        if found is None:
            return None
        account, device_id = found
        device = account.device(device_id)
        kept = device.token_hash if device is not None and device.revoked_at is None else bytes(len(asked))
        return (account, device) if same(kept, asked) and device is not None else None

    async def add_device(self, kept_hash: bytes, traveller: str, device: str) -> None:
        """Before the account's row knows the device: an entry without its row opens nothing."""
        await self._store.book_put("device", kept_hash.hex(), f"{traveller}|{device}".encode())

    async def drop_device(self, kept_hash: bytes) -> None:
        """After the account's row has shut the device out."""
        await self._store.book_drop("device", kept_hash.hex())

    async def tracker(self, secret: str) -> tuple[Traveller, Tracker] | None:
        """Whose linked tracker app this secret is, verified against her row; None for every reason alike, after the same
        questions to the store."""
        asked = token_hash(secret)
        found = await self._named("tracker", asked)
        if found is None:
            return None
        account, tracker_id = found
        tracker = account.tracker(tracker_id)
        kept = tracker.secret_hash if tracker is not None else bytes(len(asked))
        return (account, tracker) if same(kept, asked) and tracker is not None else None

    async def _named(self, book: str, asked: bytes) -> tuple[Traveller, str] | None:
        """The account that an entry names, and which of its things: a hint, still to be compared with the row's own."""
        owner, thing = _pair((await self._store.book_get(book, [asked.hex()]))[0]) or ("nobody", "")
        [row] = await self._store.load([owner])
        if row is None:
            return None
        try:
            return traveller_row(owner, row.value), thing
        except UnreadableRow:
            return None

    async def add_tracker(self, kept_hash: bytes, traveller: str, tracker: str) -> None:
        """Before the account's row knows it, as a device."""
        await self._store.book_put("tracker", kept_hash.hex(), f"{traveller}|{tracker}".encode())

    async def drop_tracker(self, kept_hash: bytes) -> None:
        """After the account's row has shut it out."""
        await self._store.book_drop("tracker", kept_hash.hex())

    async def link(self, token: str) -> tuple[str, str] | None:
        """(journey, contact) of a contact link's token; the caller verifies both against the journey."""
        return _pair((await self._store.book_get("link", [token_hash(token).hex()]))[0])

    async def add_link(self, token: str, journey: str, contact: str) -> None:
        await self._store.book_put("link", token_hash(token).hex(), f"{journey}|{contact}".encode())

    async def drop_link(self, token: str) -> None:
        await self._store.book_drop("link", token_hash(token).hex())

    async def invitation(self, token: str) -> Known | None:
        """Whom an invitation's token asks for what; the caller verifies it against the account."""
        kept = _pair((await self._store.book_get("invitation", [token_hash(token).hex()]))[0])
        return None if kept is None else Known(*kept)

    async def add_invitation(self, token: str, traveller: str, contact: str) -> None:
        await self._store.book_put("invitation", token_hash(token).hex(), f"{traveller}|{contact}".encode())

    async def drop_invitation(self, token: str) -> None:
        await self._store.book_drop("invitation", token_hash(token).hex())

    # ── numbers of contacts ──

    async def contact_of(self, number: str) -> list[Known]:
        """Everybody for whom this number is a contact."""
        book = await self._store.book_all(self._book("contact", number))
        return [Known(*name.split("|", 1)) for name in sorted(book)]

    async def add_contact(self, number: str, traveller: str, contact: str) -> None:
        """`number` is, or is about to be proved to be, this contact's."""
        await self._store.book_put(self._book("contact", number), f"{traveller}|{contact}", b"1")

    async def drop_contact(self, number: str, traveller: str, contact: str) -> None:
        await self._store.book_drop(self._book("contact", number), f"{traveller}|{contact}")

    async def stop(self, number: str) -> None:
        """This number takes no texts any more, from anybody."""
        await self._store.book_put("stop", self._number(number), b"1")

    async def start(self, number: str) -> None:
        await self._store.book_drop("stop", self._number(number))

    async def reachable_by_sms(self, number: str) -> bool:
        return (await self._store.book_get("stop", [self._number(number)]))[0] is None

    async def say_never(self, number: str) -> None:
        """This number is never to be asked again, by anybody."""
        await self._store.book_put("never", self._number(number), b"1")

    async def take_back_never(self, number: str) -> None:
        await self._store.book_drop("never", self._number(number))

    async def never(self, number: str) -> bool:
        return (await self._store.book_get("never", [self._number(number)]))[0] is not None

    # ── invitations ──

    async def may_invite(self, number: str, traveller: str, now: float) -> float | None:
        """None when `number` may be sent an invitation, else how long to wait (inf: no more to this number until it
        has answered). Takes nothing: `invited` does.

        One a day for each traveller and number, three to a number over all.
        """
        sent = await self._invited(number)
        mine = sent.get(traveller, [])
        if mine and now - mine[-1] < DAY_S:
            return mine[-1] + DAY_S - now
        return float("inf") if sum(map(len, sent.values())) >= MOST_INVITATIONS else None

    async def invited(self, number: str, traveller: str, now: float) -> float | None:
        """Counts one invitation. None when it is counted, else as `may_invite`: of those who ask at once none slips by."""
        book = self._book("invited", number)
        [before] = await self._store.book_get(book, [traveller])
        mine = _times(before)
        if mine and now - mine[-1] < DAY_S:
            return mine[-1] + DAY_S - now
        after = " ".join(map(repr, [*mine, now])).encode()
        if not await self._put(book, traveller, before, after):
            return DAY_S
        if sum(map(len, (await self._invited(number)).values())) <= MOST_INVITATIONS:
            return None
        if before is None:
            await self._store.book_drop(book, traveller, only_if=after)
        else:
            await self._put(book, traveller, after, before)
        return float("inf")

    async def _invited(self, number: str) -> dict[str, list[float]]:
        kept = await self._store.book_all(self._book("invited", number))
        return {name: _times(value) for name, value in kept.items()}

    async def _put(self, book: str, name: str, before: bytes | None, after: bytes) -> bool:
        if before is None:
            return await self._store.book_put(book, name, after, only_if_absent=True)
        return await self._store.book_put(book, name, after, only_if=before)

    async def invitations_answered(self, number: str) -> None:
        """A YES: whoever answers is not being pestered."""
        for name in await self._store.book_all(self._book("invited", number)):
            await self._store.book_drop(self._book("invited", number), name)

    async def may_send(self, kind: str, now: float) -> float | None:
        """Takes one of the hour's texts to numbers that have not said YES; None when there is one, else the seconds
        until there is. `kind` is what it is for: codes for signing up may not use up what invitations need.

        It is taken before it is counted, so that a hundred who ask at once do not all find the last one.
        """
        mine = f"{now!r} {new_id(8)} {kind}"
        await self._store.book_put("sends", mine, b"1")
        recent: list[float] = []
        for name in await self._store.book_all("sends"):
            at, _, of = name.split(" ", 2)
            if now - float(at) >= HOUR_S:
                await self._store.book_drop("sends", name)
            elif kind != SIGN_UP or of == SIGN_UP:
                recent.append(float(at))
        most = self._sends_an_hour * (SIGN_UP_SHARE if kind == SIGN_UP else 1.0)
        if len(recent) <= most:
            return None
        await self._store.book_drop("sends", mine)
        return min(recent) + HOUR_S - now

    # ── replies ──

    async def reserve_code(self, numbers: Sequence[str], journey: str) -> tuple[str, list[str]]:
        """Two digits that no alert has at any of `numbers`, reserved for `journey` at each of them.

        Also the journeys that hold codes at those numbers and were in the way: where one is over, the caller may
        free what it holds. When no code is free everywhere the last one tried is given all the same: two alerts
        then share digits at one phone, and the newer one hears the answer.
        """
        numbers = [number for number in numbers if number]
        in_the_way: list[str] = []
        code = ""
        for code in _any_order():
            holder = await self._taken_by(code, numbers, journey)
            if holder is None:
                return code, in_the_way
            if not holder.startswith(TEST):
                in_the_way.append(holder)
        return code, in_the_way

    async def hold_code(self, number: str, code: str, journey: str) -> None:
        """Somebody joins an alert that has its code already; where another alert has it at this number, the newer one
        of the two hears the answer."""
        await self._store.book_put(self._book("code", number), code, journey.encode(), only_if_absent=True)

    async def reserve_test_code(self, number: str, traveller: str, contact: str, now: float) -> str:
        """Two digits that no alert has at `number`, for a day; "" when there are none left. What tests of other days
        held there is given back."""
        book = self._book("code", number)
        for code, value in (await self._store.book_all(book)).items():
            if value.startswith(TEST.encode()) and float(value.split()[-1]) <= now:
                await self._store.book_drop(book, code, only_if=value)
        value = _test_value(traveller, contact, now + DAY_S)
        for code in _any_order():
            if await self._store.book_put(book, code, value, only_if_absent=True):
                return code
        return ""

    async def free_test_code(self, number: str, code: str, traveller: str, contact: str) -> None:
        """The test was answered, or nobody waits for an answer any more."""
        book = self._book("code", number)
        [kept] = await self._store.book_get(book, [code])
        if kept is not None and kept.startswith(f"{TEST}{traveller} {contact} ".encode()):
            await self._store.book_drop(book, code, only_if=kept)

    async def _taken_by(self, code: str, numbers: Sequence[str], journey: str) -> str | None:
        """Reserves `code` at all of `numbers`, or at none and says which journey is in the way."""
        for n, number in enumerate(numbers):
            book = self._book("code", number)
            if not await self._store.book_put(book, code, journey.encode(), only_if_absent=True):
                holder = (await self._store.book_get(book, [code]))[0] or b""
                for taken in numbers[:n]:
                    await self.free_code(taken, code, journey)
                return holder.decode()
        return None

    async def free_code(self, number: str, code: str, journey: str) -> None:
        """The alert is over: its code at this number may be given again."""
        await self._store.book_drop(self._book("code", number), code, only_if=journey.encode())

    async def codes(self, number: str) -> dict[str, str]:
        """Code → journey, as reserved at this number for alerts."""
        book = await self._store.book_all(self._book("code", number))
        return {code: value.decode() for code, value in book.items() if not value.startswith(TEST.encode())}

    def _number(self, number: str) -> str:
        return self._sealer.blind("number", number)

    def _book(self, book: str, number: str) -> str:
        """A small book of one number's own."""
        return f"{book}:{self._number(number)}"


def _any_order() -> list[str]:
    first = secrets.randbelow(len(_CODES))
    return [*_CODES[first:], *_CODES[:first]]


def _times(value: bytes | None) -> list[float]:
    return [float(at) for at in (value or b"").split()]


def _test_value(traveller: str, contact: str, until: float) -> bytes:
    return f"{TEST}{traveller} {contact} {until!r}".encode()


def _pair(value: bytes | None) -> tuple[str, str] | None:
    if value is None:
        return None
    first, _, second = value.decode().partition("|")
    return first, second
