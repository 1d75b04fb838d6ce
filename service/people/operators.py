"""Operators of the list: their accounts, and who is signed in. A password opens a session of twelve hours.

Books: `operators` has a row per name, `operator-sessions` one per session under the hash of its token.
"""

import asyncio
import re
import secrets
from pathlib import Path

import msgspec
from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

from service.clock import Clock
from service.journey.model import Proof
from service.store import Store
from service.tokens import new_token, token_hash

from .pins import Patience
from .refusals import Refused, Why, invalid

SESSION_S = 12 * 3600.0
SHORTEST_PASSWORD, LONGEST_PASSWORD = 12, 256
MOST_WAITING = 8
READY_NAME = "operator"
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,38}[a-z0-9]")
_BOOK, _SESSIONS = "operators", "operator-sessions"
_DOOR = "console"


class Operator(msgspec.Struct, frozen=True):
    """An account. `password_hash` is an argon2id string."""

    name: str
    password_hash: str
    since: float


class _Session(msgspec.Struct, frozen=True):
    name: str
    until: float


class Operators:
    """See the module. Names are small letters, digits, dots and dashes; instants seconds since 1970 UTC."""

    def __init__(self, store: Store, clock: Clock, *, time_cost: int = 3, memory_kib: int = 64 * 1024) -> None:
        self._store, self._clock = store, clock
        self._hasher = PasswordHasher(time_cost=time_cost, memory_cost=memory_kib, parallelism=1, type=Type.ID)
        self._nobody: str | None = None
        self._patience = Patience()
        self._waiting = 0
        self._one_at_a_time = asyncio.Lock()
        self._made_ready = ""

    # ── accounts ──

    async def add(self, name: str, password: str) -> None:
        """A new account. Raises Refused(INVALID) naming the field, Refused(ALREADY)."""
        name = named(name)
        if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
            raise invalid("password", f"expected {SHORTEST_PASSWORD} characters or more, got {len(password)}")
        account = Operator(name, await self._hashed(password), self._clock.now())
        if not await self._store.book_put(_BOOK, name, msgspec.json.encode(account), only_if_absent=True):
            raise Refused(Why.ALREADY, f"expected a name that is not taken, got {name}", field="name")

    async def all(self) -> list[Operator]:
        """By name."""
        book = await self._store.book_all(_BOOK)
        return [msgspec.json.decode(book[name], type=Operator) for name in sorted(book)]

    async def remove(self, name: str) -> bool:
        """Removes the account; its sessions end with it. False when there was none."""
        there = (await self._store.book_get(_BOOK, [name]))[0] is not None
        await self._store.book_drop(_BOOK, name)
        return there

    # ── sessions ──

    async def sign_in(self, name: str, password: str) -> str:
        """The token of a fresh session. Raises Refused(TRY_AGAIN) alike for an unknown name and a wrong password,
        and while this name has to wait; Refused(BUSY) when too many are signing in at once."""
        name, now = name.strip().lower()[:40], self._clock.now()
        wait_s = self._patience.wait_s(name, _DOOR, now)
        if wait_s > 0:
            raise Refused(Why.TRY_AGAIN, "try again", wait_s=wait_s)
        account = await self._account(name)
        right = await self._fits(account, password[:LONGEST_PASSWORD])
        self._patience.heard(name, _DOOR, Proof.PIN if right else Proof.WRONG, now)
        if account is None or not right:
            raise Refused(Why.TRY_AGAIN, "try again", wait_s=self._patience.wait_s(name, _DOOR, now))
        token = new_token()
        session = msgspec.json.encode(_Session(name, now + SESSION_S))
        await self._store.book_put(_SESSIONS, token_hash(token).hex(), session)
        await self._forget_old(now)
        return token

    async def who(self, token: str) -> str | None:
        """Who is signed in with this token; None for every reason alike."""
        [kept] = await self._store.book_get(_SESSIONS, [token_hash(token).hex()])
        session = _Session("", 0.0) if kept is None else msgspec.json.decode(kept, type=_Session)
        account = await self._account(session.name or "-")
        return session.name if account is not None and self._clock.now() < session.until else None

    async def sign_out(self, token: str) -> None:
        await self._store.book_drop(_SESSIONS, token_hash(token).hex())

    # ── the sandbox's own ──

    async def ready(self, data_dir: Path) -> tuple[str, str]:
        """Name and password of the login that a sandbox makes ready: drawn once, kept in the data directory (0600)."""
        path = data_dir / "operator-password"
        async with self._one_at_a_time:
            password = await asyncio.to_thread(_kept_password, path)
            if password == self._made_ready:
                return READY_NAME, password
            account = await self._account(READY_NAME)
            if account is None or not await self._fits(account, password):
                account = Operator(READY_NAME, await self._hashed(password), self._clock.now())
                await self._store.book_put(_BOOK, READY_NAME, msgspec.json.encode(account))
            self._made_ready = password
        return READY_NAME, password

    # ── small things ──

    async def _account(self, name: str) -> Operator | None:
        [kept] = await self._store.book_get(_BOOK, [name])
        return None if kept is None else msgspec.json.decode(kept, type=Operator)

    async def _forget_old(self, now: float) -> None:
        for name, kept in (await self._store.book_all(_SESSIONS)).items():
            if msgspec.json.decode(kept, type=_Session).until <= now:
                await self._store.book_drop(_SESSIONS, name)

    async def _hashed(self, password: str) -> str:
        return await asyncio.to_thread(self._hasher.hash, password)

    async def _fits(self, account: Operator | None, password: str) -> bool:
        """As much work for nobody as for somebody."""
        if self._waiting >= MOST_WAITING:
            raise Refused(Why.BUSY, "too many passwords are being checked", wait_s=2.0)
        self._waiting += 1
        try:
            if self._nobody is None:
                self._nobody = await self._hashed(secrets.token_hex())
            kept = account.password_hash if account is not None else self._nobody
            return await asyncio.to_thread(self._verified, kept, password) and account is not None
        finally:
            self._waiting -= 1

    def _verified(self, kept: str, password: str) -> bool:
        try:
            return self._hasher.verify(kept, password)
        except (VerificationError, InvalidHashError):
            return False


def named(name: str) -> str:
    """An operator's name as it is kept. Raises Refused."""
    name = name.strip().lower()
    if not _NAME.fullmatch(name):
        raise invalid("name", "expected 2 to 40 letters, digits, dots and dashes")
    return name


def _kept_password(path: Path) -> str:
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_suffix(".new")
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_urlsafe(12))
        fresh.rename(path)
    return path.read_text().strip()
