"""Looks outside an alarm, each with its reason: she reads them with her journey, an admin reads those of everybody.

The book `operators-reasons` has a row per look, written before the place is shown, for as long as an incident is kept.
"""

import msgspec

from service.house import House
from service.people.refusals import invalid
from service.store import Store
from service.tokens import new_id

BOOK = "operators-reasons"
KEPT_S = 90 * 86_400.0
REASONS = {
    "contact": "A contact of hers rang us",
    "police": "The police ask about her",
    "herself": "She rang us herself",
    "phone": "Her phone is lost and something is odd",
    "other": "Something else",
}
"""What an operator chooses from; the words beside it say more."""
SHORTEST, LONGEST = 10, 300


class Reasoned(msgspec.Struct, frozen=True):
    """Who looked at which journey, when and why."""

    at: float
    by: str
    journey: str
    reference: str
    why: str


def reason_of(code: str, words: str) -> str:
    """The reason as she reads it. Raises Refused naming the field that will not do."""
    words = " ".join("".join(c for c in words if c.isprintable() or c.isspace()).split())  # she reads what is seen
    if code not in REASONS:
        raise invalid("reason", f"expected one of {', '.join(REASONS)}, got {code[:20] or 'none'}")
    if not SHORTEST <= len(words) <= LONGEST:
        raise invalid("words", f"expected {SHORTEST} to {LONGEST} letters, got {len(words)}")
    return f"{REASONS[code]}: {words}"


async def noted(house: House, look: Reasoned) -> None:
    """On disk when this returns."""
    await house.store.book_put(BOOK, f"{look.at:017.3f}-{new_id(6)}", msgspec.json.encode(look))


async def all_noted(house: House) -> list[Reasoned]:
    """Everybody's, the newest first."""
    book = await _all(house.store)
    return [book[name] for name in sorted(book, reverse=True)]


async def forget(store: Store, before_at: float) -> None:
    """What was noted before that goes."""
    for name, kept in (await _all(store)).items():
        if kept.at <= before_at:
            await store.book_drop(BOOK, name)


async def forget_traveller(store: Store, traveller: str) -> None:
    """Her account is gone: nothing that was written about her stays here."""
    for name, kept in (await _all(store)).items():
        if kept.journey.partition("-")[0] == traveller:
            await store.book_drop(BOOK, name)


async def _all(store: Store) -> dict[str, Reasoned]:
    book = await store.book_all(BOOK)
    return {name: msgspec.json.decode(kept, type=Reasoned) for name, kept in book.items()}
