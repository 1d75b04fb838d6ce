"""What a text that came in is answered, and how often a number is answered at all.

A contact's number gets two automatic replies an hour over all alerts and accounts, hers twelve of its own kind: they are
receipts. What was answered once about the same thing is not said again. Only numbers that somebody knows are kept.
"""

import random
from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

import msgspec
from msgspec.structs import replace

from alerts.notice import HER, Kind, of_account
from service.clock import breathe
from service.house import House
from service.people.directory import HOUR_S
from service.people.model import Traveller
from service.store import Store
from service.watch import Change, NoSuchJourney, Record

T = TypeVar("T")

BOOK = "texts"
MOST_TO_HER = 12
MOST_TO_A_CONTACT = 2
KEPT_SIDS = 32
KEPT_REPLIES = 64
EVER = float("inf")
TRIES = 200
"""Of so many texts from one number at the same moment none fails: each race has a winner."""
PAUSE_S = 0.02


class Replied(msgspec.Struct, frozen=True, array_like=True):
    """One automatic reply: when, to which text, about what (empty: nothing that must not be repeated)."""

    at: float
    sid: str
    about: str = ""
    hers: bool = False


class Texts(msgspec.Struct, frozen=True, array_like=True):
    """What is kept of a number's texts: which were done with, and what was answered. `at` is the last change."""

    done: tuple[str, ...] = ()
    replies: tuple[Replied, ...] = ()
    at: float = 0.0


_decoder = msgspec.msgpack.Decoder(Texts)
_encoder = msgspec.msgpack.Encoder()


async def is_done(house: House, number: str, sid: str) -> bool:
    """Whether this very text was done with before: the provider repeats a webhook whose answer it did not get."""
    return sid in (await _kept(house, number))[0].done


async def done(house: House, number: str, sid: str) -> None:
    """Everything about this text is on disk."""
    await _changed(house, number, lambda texts: (replace(texts, done=(*texts.done, sid)[-KEPT_SIDS:]), None))


async def may_reply(
    house: House, number: str, sid: str, *, hers: bool = False, about: str = "", once_in_s: float = EVER
) -> bool:
    """Takes one of the replies that this number gets in an hour. False when there is none left, or when it was answered
    about this in the last `once_in_s`. The same text asks as often as it likes and gets the same, until it is done with."""
    now = house.clock.now()
    most = MOST_TO_HER if hers else MOST_TO_A_CONTACT

    def take(texts: Texts) -> tuple[Texts | None, bool]:
        if sid in texts.done:  # it came twice at once, and the other one was quicker
            return None, False
        if any(r.sid == sid and r.about == about for r in texts.replies):
            return None, True
        if about and any(r.about == about and now - r.at < once_in_s for r in texts.replies):
            return None, False
        if sum(r.hers is hers and now - r.at < HOUR_S for r in texts.replies) >= most:
            return None, False
        replies = (*texts.replies, Replied(now, sid, about, hers))
        return replace(texts, replies=replies[-KEPT_REPLIES:]), True

    return await _changed(house, number, take)


async def send(house: House, traveller: str, to: str, sid: str, reply: str, **extra: str) -> None:
    """Queues the answer `reply` (alerts.replies_en) to the text `sid`, from this traveller's account, to her or to one of
    her contacts. `hint` is the law's own text."""
    kind = Kind.HINT if reply == "hint" else Kind.REPLY
    named = {} if reply in ("hint", "words") else {"reply": reply}
    await _queued(house, traveller, to, kind, sid, {**named, **extra})


def names(people: Sequence[str]) -> str:
    """People's names as a notice carries them."""
    return "\n".join(people)


async def forget(store: Store, before_at: float) -> None:
    """Numbers of which nothing was heard since then are not kept."""
    for name, kept in (await store.book_all(BOOK)).items():
        if _decoder.decode(kept).at < before_at:
            await store.book_drop(BOOK, name, only_if=kept)


async def _queued(house: House, traveller: str, to: str, kind: Kind, sid: str, extra: dict[str, str]) -> None:
    def write(records: Mapping[str, Record | None], now: float) -> Change:
        account = records[traveller]
        if not isinstance(account, Traveller):
            raise NoSuchJourney(traveller)
        urgency = 1 if to == HER else 2
        return Change(notices=(of_account(traveller, kind, to, f"reply@{sid}", now, urgency=urgency, extra=extra),))

    await house.watch.transact((traveller,), write)


async def _kept(house: House, number: str) -> tuple[Texts, bytes | None]:
    [kept] = await house.store.book_get(BOOK, [house.sealer.blind("number", number)])
    return (Texts() if kept is None else _decoder.decode(kept)), kept


async def _changed(house: House, number: str, change: Callable[[Texts], tuple[Texts | None, T]]) -> T:
    """Whoever was quicker is counted first: two texts at once do not both take the last reply."""
    name = house.sealer.blind("number", number)
    for _ in range(TRIES):
        texts, before = await _kept(house, number)
        after, answer = change(texts)
        if after is None:
            return answer
        value = _encoder.encode(replace(after, at=house.clock.now()))
        if before is None:
            written = await house.store.book_put(BOOK, name, value, only_if_absent=True)
        else:
            written = await house.store.book_put(BOOK, name, value, only_if=before)
        if written:
            return answer
        await breathe(random.uniform(0.0, PAUSE_S))  # noqa: S311 (spreads those who race, guards nothing)
    raise RuntimeError(f"lost {TRIES} races for the texts of one number")
