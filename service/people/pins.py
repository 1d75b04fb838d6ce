"""PINs: what may be one, how they are kept, and proof in the same time whatever the outcome.

What is hashed is the PIN under this deployment's secret: four digits alone could be tried out in minutes by whoever
got hold of the store.
"""

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

from service.clock import breathe
from service.journey.model import Proof
from service.tokens import Sealer

from .model import Traveller
from .patience import Patience
from .refusals import Refused, Why, invalid

T = TypeVar("T")

SHORTEST, LONGEST, LEAST_APART = 4, 8, 2
MOST_WAITING = 256
EVEN_S = 0.5
"""Where one of her PINs makes us do more than the other, both are answered this long after they came (real time)."""
AFTERWARDS = 0.2
"""The share of it that is enough once the PIN has been proved: what is left then are a few calls of the store."""


class Pins:
    """Hashes and proves PINs in a small pool of threads.

    The defaults are the argon2id parameters that OWASP's password storage sheet names first (19 MiB, two passes).
    """

    def __init__(
        self,
        sealer: Sealer,
        *,
        time_cost: int = 2,
        memory_kib: int = 19 * 1024,
        threads: int = 2,
        most_waiting: int = MOST_WAITING,
        even_s: float = EVEN_S,
    ) -> None:
        self._sealer, self._most_waiting, self._even_s = sealer, most_waiting, even_s
        self._hasher = PasswordHasher(time_cost=time_cost, memory_cost=memory_kib, parallelism=1, type=Type.ID)
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="pins")
        self._nobody = self._hasher.hash("nobody has this one")
        self._waiting = 0
        self._under_way: dict[object, asyncio.Future[Any]] = {}
        self.patience = Patience()

    async def prove(self, traveller: Traveller, pin: str | None) -> Proof:
        """Which of her PINs this is. None: no PIN was given. A PIN of the wrong shape is wrong like any other.

        All hashes are always tried, so that time does not tell them apart. Raises Refused(BUSY).
        """
        if pin is None:
            return Proof.NONE
        return await self._run(lambda: self._prove(traveller, stripped(pin)))

    async def hashed(self, traveller_id: str, pin: str) -> str:
        """What is kept of a PIN. Raises Refused(BUSY)."""
        return await self._run(lambda: self._hasher.hash(self._word(traveller_id, stripped(pin))))

    async def once(self, what: object, judge: Callable[[], Awaitable[T]]) -> T:
        """What `judge` finds. While it is under way, whoever asks for the same `what` gets what it finds: her phone sends
        a command again every two seconds, and on a busy evening her own right PIN would make itself wait (row 16)."""
        under_way = self._under_way.get(what)
        if under_way is None:
            under_way = asyncio.ensure_future(judge())
            self._under_way[what] = under_way
            under_way.add_done_callback(lambda done: self._judged(what, done))
        return await asyncio.shield(under_way)  # whose line is cut takes nobody else's answer along

    def _judged(self, what: object, done: "asyncio.Future[Any]") -> None:
        del self._under_way[what]
        if not done.cancelled():
            done.exception()  # it was told to whoever still asks

    async def even(self, began: float, share: float = 1.0) -> None:
        """Rests until what began then (the loop's time) has taken as long as it always does. `share`: of that time, for
        what follows when the PIN is proved already (`AFTERWARDS`)."""
        await breathe(max(0.0, began + share * self._even_s - asyncio.get_running_loop().time()))

    async def close(self) -> None:
        """Let the threads go."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    async def _run(self, work: Callable[[], T]) -> T:
        if self._waiting >= self._most_waiting:
            raise Refused(Why.BUSY, "too many PINs are being checked", wait_s=2.0)
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._pool, work)
        finally:
            self._waiting -= 1

    def _prove(self, traveller: Traveller, pin: str) -> Proof:
        word = self._word(traveller.id, pin)
        kept = (traveller.pin_hash, traveller.duress_hash, traveller.decoy_hash)
        true, duress, decoy = [self._fits(one, word) for one in kept]
        return Proof.PIN if true else Proof.DURESS if duress or decoy else Proof.WRONG

    def _word(self, traveller_id: str, pin: str) -> str:
        return self._sealer.blind("pin", f"{traveller_id}/{pin}")

    def _fits(self, kept: str | None, word: str) -> bool:
        try:
            self._hasher.verify(kept or self._nobody, word)
        except (VerificationError, InvalidHashError):
            return False
        return kept is not None


def stripped(pin: str) -> str:
    """A PIN as it is compared: without the spaces people put in."""
    return "".join(pin.split())


def policy(pin: str, duress_pin: str) -> tuple[str, str]:
    """Both PINs as they are kept. Raises Refused naming the field that will not do."""
    pin, duress_pin = _checked("pin", pin), _checked("duress_pin", duress_pin)
    if len(pin) != len(duress_pin):
        raise invalid("duress_pin", f"expected as many digits as the pin, {len(pin)}, got {len(duress_pin)}")
    apart = sum(a != b for a, b in zip(pin, duress_pin, strict=True))
    if apart < LEAST_APART:
        raise invalid("duress_pin", f"expected to differ from the pin in {LEAST_APART} digits or more, got {apart}")
    return pin, duress_pin


def _checked(field: str, pin: str) -> str:
    pin = stripped(pin)
    if not (pin.isascii() and pin.isdecimal()):
        raise invalid(field, "expected digits only")
    if not SHORTEST <= len(pin) <= LONGEST:
        raise invalid(field, f"expected {SHORTEST} to {LONGEST} digits, got {len(pin)}")
    return pin
