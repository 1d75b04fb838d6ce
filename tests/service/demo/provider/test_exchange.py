"""The parts of the provider, put together."""

from service.demo.provider.account import Account
from service.demo.provider.exchange import connected
from tests.doubles.clock import HandClock


async def test_its_parts_are_each_others() -> None:
    """One account, one book, one clock for all; nothing takes any time until it is told to."""
    account = Account("AC1", ["t"])
    exchange = connected(HandClock(), account, retry_s=1.0, seed=0)
    assert exchange.account is account
    exchange.postman.posted.append(("x", {}, 200))
    assert exchange.books.entries == []
    assert (exchange.step_s, exchange.latency_s, exchange.word_s, exchange.detects_s) == (0.0, 0.0, 0.0, 0.0)
    assert exchange.rates.texts_s is None
