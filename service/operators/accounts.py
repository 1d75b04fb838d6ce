"""Operators of the list: their accounts, and who is signed in. A password and a code from an authenticator open a
session of twelve hours.

Books: `operators` has a row per name, `operator-sessions` one per session under the hash of its token,
`operators-steps` the codes that were used, by name and half minute: none opens anything twice, in no process;
`operators-alive` who is on shift (`presence`).
"""

import asyncio
import re
import secrets
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path

import msgspec
from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError
from msgspec.structs import replace

from service.clock import Clock, ScaledClock, SystemClock
from service.journey.model import OPERATORS
from service.people.patience import DOOR, PLACE, Counter, Patience
from service.people.refusals import Refused, Why, invalid
from service.store import Store
from service.tokens import new_token, token_hash

from . import totp

SESSION_S = 12 * 3600.0
SHORTEST_PASSWORD, LONGEST_PASSWORD = 12, 256
LONGEST_CODE = 12
MOST_WAITING = 8
READY_NAME = "operator"
NOBODY = "nobody"
"""Stands in an incident's log where no operator was signed on."""
TAKEN_NAMES = ("her", OPERATORS, NOBODY)
"""Words that stand for somebody else wherever an operator's name may stand."""
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,38}[a-z0-9]")
_BOOK, _SESSIONS, _STEPS = "operators", "operator-sessions", "operators-steps"
ALIVE = "operators-alive"
_NO_NAME = "-"


class Role(StrEnum):
    """An admin sees besides who is signed on, who may sign in, and every look that was taken with a reason."""

    OPERATOR = "operator"
    ADMIN = "admin"


class Operator(msgspec.Struct, frozen=True):
    """An account. `password_hash` is an argon2id string, `secret` the authenticator's; without one nobody signs in
    outside the sandbox. `since` is when the account was made, or given its newest authenticator: no session is older."""

    name: str
    password_hash: str
    since: float
    role: Role = Role.OPERATOR
    secret: str = ""


class NoAuthenticator(Refused):
    """The password was right, and this account has no authenticator yet."""

    def __init__(self, name: str) -> None:
        super().__init__(Why.TRY_AGAIN, f"this account has no authenticator yet: run `lamplit operator totp {name}`")


class _Session(msgspec.Struct, frozen=True):
    """`since` is the account's: one that was removed and made anew is another one."""

    name: str
    until: float
    since: float = 0.0


class Operators:
    """See the module. Names are small letters, digits, dots and dashes; instants seconds since 1970 UTC.

    `sandbox`: an account without an authenticator (the ready one) signs in by its password alone."""

    def __init__(
        self, store: Store, clock: Clock, *, sandbox: bool = False, time_cost: int = 3, memory_kib: int = 64 * 1024
    ) -> None:
        self._store, self._clock, self._sandbox = store, clock, sandbox
        # an authenticator goes by the time of this world, however fast a sandbox's clock is
        self._codes_by: Clock = SystemClock() if isinstance(clock, ScaledClock) else clock
        self._hasher = PasswordHasher(time_cost=time_cost, memory_cost=memory_kib, parallelism=1, type=Type.ID)
        self._nobody: str | None = None
        self._nobodys_secret = totp.new_secret()
        self._patience = Patience()
        self._waiting = 0
        self._one_at_a_time = asyncio.Lock()
        self._made_ready = ""

    # ── accounts ──

    async def add(self, name: str, password: str, role: Role = Role.OPERATOR) -> str:
        """A new account; returns its authenticator's secret, which is shown once. Raises Refused(INVALID) naming the
        field, Refused(ALREADY)."""
        name = named(name)
        if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
            raise invalid("password", f"expected {SHORTEST_PASSWORD} characters or more, got {len(password)}")
        secret = totp.new_secret()
        account = Operator(name, await self._hashed(password), self._clock.now(), role, secret)
        if not await self._store.book_put(_BOOK, name, msgspec.json.encode(account), only_if_absent=True):
            raise Refused(Why.ALREADY, f"expected a name that is not taken, got {name}", field="name")
        return secret

    async def all(self) -> list[Operator]:
        """By name."""
        return await accounts(self._store)

    async def account(self, name: str) -> Operator | None:
        """The account of that name."""
        [kept] = await self._store.book_get(_BOOK, [name])
        return None if kept is None else msgspec.json.decode(kept, type=Operator)

    async def new_authenticator(self, name: str) -> str | None:
        """A fresh secret instead of the one before, for a phone that was lost; who is signed in with this name is
        signed out. None when there is no such account."""
        secret, now = totp.new_secret(), self._clock.now()
        if not await self._changed(name, lambda account: replace(account, secret=secret, since=now)):
            return None
        await self._end_sessions(name)
        return secret

    async def set_role(self, name: str, role: Role) -> bool:
        """Counts from the next page on. False when there is no such account."""
        return await self._changed(name, lambda account: replace(account, role=role))

    async def remove(self, name: str) -> bool:
        """Removes the account; its sessions end with it. What it holds is let go when the minute is over. False when
        there was none."""
        there = await self.account(name) is not None
        await self._store.book_drop(_BOOK, name)
        await self._store.book_drop(ALIVE, name)
        await self._end_sessions(name)
        return there

    # ── sessions ──

    async def sign_in(self, name: str, password: str, code: str = "", place: str = "") -> str:
        """The token of a fresh session. Raises Refused(TRY_AGAIN) alike for an unknown name, a wrong password and a
        wrong or used code, and while this name has to wait at this `place` (whence somebody asks, coarsely: nobody
        else's guesses keep an operator out); NoAuthenticator; Refused(BUSY) when too many are signing in at once."""
        name = name.strip().lower()
        name = name if _NAME.fullmatch(name) else _NO_NAME
        if self._waiting >= MOST_WAITING:
            raise Refused(Why.BUSY, "too many passwords are being checked", wait_s=2.0)
        self._waiting += 1
        try:
            return await self._signed_in(name, password[:LONGEST_PASSWORD], code[:LONGEST_CODE], place)
        finally:
            self._waiting -= 1

    async def _signed_in(self, name: str, password: str, code: str, place: str) -> str:
        now = self._clock.now()
        turn = await self._patience.turn(self._store, _doors(name, place), now)
        if turn.wait_s > 0:
            raise Refused(Why.TRY_AGAIN, "try again", wait_s=turn.wait_s)
        account = await self.account(name)
        fits = await self._fits(account, password)
        codes = await self._patience.turn(self._store, (_codes(name, fits=fits),), now)
        unlocks = await self._unlocks(account, name, code, spend=fits and codes.wait_s == 0)
        if account is None or not fits or not unlocks:
            if account is not None and fits and not account.secret:
                raise NoAuthenticator(name)
            raise Refused(Why.TRY_AGAIN, "try again", wait_s=turn.next_s)
        await self._patience.right(self._store, turn)
        await self._patience.right(self._store, codes)
        token = new_token()
        session = msgspec.json.encode(_Session(name, now + SESSION_S, account.since))
        await self._store.book_put(_SESSIONS, token_hash(token).hex(), session)
        await self._forget_old(now)
        return token

    async def who(self, token: str) -> Operator | None:
        """Who is signed in with this token; None for every reason alike."""
        [kept] = await self._store.book_get(_SESSIONS, [token_hash(token).hex()])
        session = _Session("", 0.0) if kept is None else msgspec.json.decode(kept, type=_Session)
        account = await self.account(session.name or _NO_NAME)
        if account is None or account.since != session.since or self._clock.now() >= session.until:
            return None
        return account

    async def sign_out(self, token: str) -> None:
        await self._store.book_drop(_SESSIONS, token_hash(token).hex())

    # ── the sandbox's own ──

    async def ready(self, data_dir: Path) -> tuple[str, str]:
        """Name and password of the login that a sandbox makes ready, an admin without an authenticator: drawn once,
        kept in the data directory (0600)."""
        path = data_dir / "operator-password"
        async with self._one_at_a_time:
            password = await asyncio.to_thread(_kept_password, path)
            if password == self._made_ready:
                return READY_NAME, password
            account = await self.account(READY_NAME)
            if account is None or account.secret or not await self._fits(account, password):
                hashed = await self._hashed(password)
                await self._write(Operator(READY_NAME, hashed, self._clock.now(), Role.ADMIN))
            elif account.role is not Role.ADMIN:
                await self._write(replace(account, role=Role.ADMIN))
            self._made_ready = password
        return READY_NAME, password

    # ── small things ──

    async def _write(self, account: Operator) -> None:
        await self._store.book_put(_BOOK, account.name, msgspec.json.encode(account))

    async def _changed(self, name: str, change: Callable[[Operator], Operator]) -> bool:
        """False when there is no such account (any more)."""
        while True:
            [kept] = await self._store.book_get(_BOOK, [name])
            if kept is None:
                return False
            after = msgspec.json.encode(change(msgspec.json.decode(kept, type=Operator)))
            if await self._store.book_put(_BOOK, name, after, only_if=kept):
                return True

    async def _end_sessions(self, name: str) -> None:
        for token, kept in (await self._store.book_all(_SESSIONS)).items():
            if msgspec.json.decode(kept, type=_Session).name == name:
                await self._store.book_drop(_SESSIONS, token)

    async def _forget_old(self, now: float) -> None:
        for name, kept in (await self._store.book_all(_SESSIONS)).items():
            if msgspec.json.decode(kept, type=_Session).until <= now:
                await self._store.book_drop(_SESSIONS, name)
        oldest = totp.step_at(self._codes_by.now()) - 2 * len(totp.AROUND)
        for used in await self._store.book_all(_STEPS):
            if int(used.rpartition("|")[2]) < oldest:
                await self._store.book_drop(_STEPS, used)

    async def _unlocks(self, account: Operator | None, name: str, code: str, *, spend: bool) -> bool:
        """Whether the code counts. With `spend` (the password was right) it never counts again."""
        secret = account.secret if account is not None else ""
        at = self._codes_by.now()
        steps = totp.steps_of(secret or self._nobodys_secret, code, at)
        around = [f"{name}|{totp.step_at(at) + beside}" for beside in totp.AROUND]
        used = await self._store.book_get(_STEPS, around)
        if not secret:
            return account is not None and self._sandbox
        fresh = [f"{name}|{step}" for step in steps if f"{name}|{step}" not in _there(around, used)]
        return bool(fresh) and spend and await self._store.book_put(_STEPS, fresh[0], b"1", only_if_absent=True)

    async def _hashed(self, password: str) -> str:
        return await asyncio.to_thread(self._hasher.hash, password)

    async def _fits(self, account: Operator | None, password: str) -> bool:
        """As much work for nobody as for somebody."""
        if self._nobody is None:
            self._nobody = await self._hashed(secrets.token_hex())
        kept = account.password_hash if account is not None else self._nobody
        return await asyncio.to_thread(self._verified, kept, password) and account is not None

    def _verified(self, kept: str, password: str) -> bool:
        try:
            return self._hasher.verify(kept, password)
        except (VerificationError, InvalidHashError):
            return False


async def accounts(store: Store) -> list[Operator]:
    """Everybody who may sign in, by name."""
    book = await store.book_all(_BOOK)
    return [msgspec.json.decode(book[name], type=Operator) for name in sorted(book)]


def named(name: str) -> str:
    """An operator's name as it is kept. Raises Refused."""
    name = name.strip().lower()
    if not _NAME.fullmatch(name) or name in TAKEN_NAMES:
        raise invalid("name", "expected 2 to 40 letters, digits, dots and dashes")
    return name


def _doors(name: str, place: str) -> tuple[Counter, ...]:
    """What a try counts on: this name at this place, and the place itself, which could try many."""
    where = token_hash(place).hex()[:16]
    return Counter(f"operator/{name}/{where}", DOOR), Counter(f"operators/{where}", PLACE)


def _codes(name: str, *, fits: bool) -> Counter:
    """Codes that came with the right password, from wherever: six digits alone could be guessed from many places. The
    others are counted for nothing, in the same time."""
    return Counter(f"operator/{name}/{'codes' if fits else 'no codes'}", DOOR)


def _there(names: list[str], values: list[bytes | None]) -> set[str]:
    return {name for name, value in zip(names, values, strict=True) if value is not None}


def _kept_password(path: Path) -> str:
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_suffix(".new")
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_urlsafe(12))
        fresh.rename(path)
    return path.read_text().strip()
