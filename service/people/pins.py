"""PINs: what may be one, how they are kept, and proof in the same time whatever the outcome.

What is hashed is the PIN under this deployment's secret: four digits alone could be tried out in minutes by whoever
got hold of the store.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar
from weakref import WeakValueDictionary

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

from service.journey.model import Proof
from service.journey.profiles import STANDARD
from service.tokens import Sealer

from .model import Traveller
from .refusals import Refused, Why, invalid

T = TypeVar("T")

SHORTEST, LONGEST, LEAST_APART = 4, 8, 2
MOST_WAITING = 256
MOST_REMEMBERED = 50_000
FORGOTTEN_S = STANDARD.wrong_pins_s


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
    ) -> None:
        self._sealer, self._most_waiting = sealer, most_waiting
        self._hasher = PasswordHasher(time_cost=time_cost, memory_cost=memory_kib, parallelism=1, type=Type.ID)
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="pins")
        self._nobody = self._hasher.hash("nobody has this one")
        self._waiting = 0
        self.patience = Patience()

    async def prove(self, traveller: Traveller, pin: str | None) -> Proof:
        """Which of her PINs this is. None: no PIN was given. A PIN of the wrong shape is wrong like any other.

        Both hashes are always tried, so that time does not tell them apart. Raises Refused(BUSY).
        """
        if pin is None:
            return Proof.NONE
        return await self._run(
            lambda: self._prove(traveller.id, stripped(pin), traveller.pin_hash, traveller.duress_hash)
        )

    async def hashed(self, traveller_id: str, pin: str) -> str:
        """What is kept of a PIN. Raises Refused(BUSY)."""
        return await self._run(lambda: self._hasher.hash(self._word(traveller_id, stripped(pin))))

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

    def _prove(self, traveller_id: str, pin: str, pin_hash: str | None, duress_hash: str | None) -> Proof:
        word = self._word(traveller_id, pin)
        true, duress = self._fits(pin_hash, word), self._fits(duress_hash, word)
        return Proof.PIN if true else Proof.DURESS if duress else Proof.WRONG

    def _word(self, traveller_id: str, pin: str) -> str:
        return self._sealer.blind("pin", f"{traveller_id}/{pin}")

    def _fits(self, kept: str | None, word: str) -> bool:
        try:
            self._hasher.verify(kept or self._nobody, word)
        except (VerificationError, InvalidHashError):
            return False
        return kept is not None


class Patience:
    """Row 16: after a wrong PIN the next one is heard 0, 0, 10, 30, 60 s later, never locked out, and only at the
    door that was wrong. In this process's memory: a restart forgives, the third wrong one has told by then."""

    def __init__(self) -> None:
        self._wrong: dict[tuple[str, str], tuple[float, ...]] = {}
        self._turns: WeakValueDictionary[tuple[str, str], asyncio.Lock] = WeakValueDictionary()

    def turn(self, traveller: str, door: str) -> asyncio.Lock:
        """Held from asking how long to wait until the outcome is counted: guesses sent all at once would otherwise
        all find that nobody has been wrong yet."""
        return self._turns.setdefault((traveller, door), asyncio.Lock())

    def wait_s(self, traveller: str, door: str, now: float) -> float:
        """How long this door must wait before its next PIN is heard; 0 when it need not."""
        tries = self._recent(traveller, door, now)
        if not tries:
            return 0.0
        waits = STANDARD.wrong_pin_waits_s
        return max(0.0, tries[-1] + waits[min(len(tries), len(waits)) - 1] - now)

    def heard(self, traveller: str, door: str, proof: Proof, now: float) -> None:
        """Counts a wrong PIN; either right one forgives those before it."""
        if proof is Proof.WRONG:
            if len(self._wrong) >= MOST_REMEMBERED:
                self._wrong.pop(next(iter(self._wrong)))
            self._wrong[traveller, door] = (*self._recent(traveller, door, now), now)
        elif proof is not Proof.NONE:
            self._wrong.pop((traveller, door), None)

    def _recent(self, traveller: str, door: str, now: float) -> tuple[float, ...]:
        return tuple(at for at in self._wrong.get((traveller, door), ()) if now - at < FORGOTTEN_S)


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
