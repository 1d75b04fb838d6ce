"""What every part of the provider shares."""

from dataclasses import dataclass
from typing import Final

from service.clock import Clock

from .account import Account
from .books import Books
from .callbacks import Postman
from .carrier import Carrier
from .crew import Crew
from .optouts import OptOuts
from .phones import Person, Phones
from .rates import Rates

PRICE: Final = 40_000
"""Millionths for each part of a text; made up, as every account's is."""


@dataclass(slots=True)
class Exchange:
    """`step_s` of the clock pass before each state of a text or call, `latency_s` before each answer of the API. A
    voice takes `word_s` for each word, machine detection `detects_s`. `voice_url` answers those who ring us."""

    clock: Clock
    crew: Crew
    books: Books
    account: Account
    rates: Rates
    phones: Phones
    carrier: Carrier
    optouts: OptOuts
    postman: Postman
    inbound_url: str = ""
    voice_url: str = ""
    step_s: float = 0.0
    latency_s: float = 0.0
    word_s: float = 0.0
    detects_s: float = 0.0
    price: int = PRICE


def connected(clock: Clock, account: Account, *, retry_s: float, seed: int) -> Exchange:
    """An exchange whose parts know each other."""
    crew, books = Crew(clock), Books()
    phones = Phones(crew, Person())
    return Exchange(
        clock=clock,
        crew=crew,
        books=books,
        account=account,
        rates=Rates(),
        phones=phones,
        carrier=Carrier(crew, clock, phones, seed),
        optouts=OptOuts(account),
        postman=Postman(crew, account, books.counted, retry_s),
    )
