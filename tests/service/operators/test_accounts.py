"""Operators' accounts and sessions."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest

from service.clock import ScaledClock, SystemClock
from service.memory_store import MemoryStore
from service.operators import totp
from service.operators.accounts import ALIVE, SESSION_S, NoAuthenticator, Operator, Operators, Role, named
from service.people.refusals import Refused, Why
from tests.doubles.clock import HandClock

PASSWORD = "lamps along the Medway"


class _Shift:
    def __init__(self) -> None:
        self.clock = HandClock()
        self.store = MemoryStore(clock=self.clock)
        self.operators = self.anew()
        self.secrets: dict[str, str] = {}

    def anew(self, *, sandbox: bool = False) -> Operators:
        """The same accounts in another process."""
        return Operators(self.store, self.clock, sandbox=sandbox, time_cost=1, memory_kib=8)

    async def add(self, name: str, role: Role = Role.OPERATOR) -> None:
        """An account whose authenticator is at hand."""
        self.secrets[name] = await self.operators.add(name, PASSWORD, role)

    def code(self, name: str) -> str:
        """What the authenticator shows now."""
        return totp.code_at(self.secrets[name], self.clock.now())

    async def signs_in(self, name: str, password: str = PASSWORD, code: str | None = None) -> str:
        """At a time at which the code is a fresh one."""
        self.clock.forward(totp.STEP_S)
        return await self.operators.sign_in(name, password, self.code(name) if code is None else code)


@pytest.fixture
def shift() -> _Shift:
    """Nobody signed up yet."""
    return _Shift()


async def _refused(why: Why, work: object) -> Refused:
    with pytest.raises(Refused) as refused:
        await work  # type: ignore[misc]
    assert refused.value.why is why
    return refused.value


async def test_an_operator_signs_in_for_twelve_hours(shift: _Shift) -> None:
    """In every process, until the shift is long over."""
    shift.secrets["olga"] = await shift.operators.add(" Olga ", PASSWORD)

    token = await shift.operators.sign_in("OLGA", PASSWORD, shift.code("olga"))

    who = await shift.anew().who(token)
    assert who is not None
    assert (who.name, who.role) == ("olga", Role.OPERATOR)
    shift.clock.forward(SESSION_S - 1)
    assert await shift.operators.who(token)
    shift.clock.forward(2)
    assert await shift.operators.who(token) is None


async def test_only_hashes_of_what_opens_are_kept(shift: _Shift) -> None:
    """Neither the password nor the token is anywhere in the books."""
    await shift.add("olga")
    token = await shift.signs_in("olga")

    books = [await shift.store.book_all(b) for b in ("operators", "operator-sessions", "operators-steps")]

    assert b"$argon2id$" in books[0]["olga"]
    kept = b"".join(name.encode() + value for book in books for name, value in book.items())
    assert PASSWORD.encode() not in kept
    assert token.encode() not in kept


@pytest.mark.parametrize("wrong", ["name", "password", "code", "no code", "junk"])
async def test_whatever_was_wrong_is_one_answer(shift: _Shift, wrong: str) -> None:
    """The same refusal, the same wait."""
    await shift.add("olga")
    name = {"name": "nobody-here", "junk": "' or 1=1 --"}.get(wrong, "olga")
    password = "x" if wrong == "password" else PASSWORD
    code = {"code": "000000", "no code": ""}.get(wrong, shift.code("olga"))

    refusals = [await _refused(Why.TRY_AGAIN, shift.operators.sign_in(name, password, code)) for _ in range(3)]

    assert [(str(r), r.wait_s, type(r)) for r in refusals] == [("try again", w, Refused) for w in (0.0, 0.0, 10.0)]


async def test_a_code_is_used_once(shift: _Shift) -> None:
    """Who looked over a shoulder cannot sign in with what was seen: not here, not in another process."""
    await shift.add("olga")
    code = shift.code("olga")
    await shift.operators.sign_in("olga", PASSWORD, code)

    await _refused(Why.TRY_AGAIN, shift.operators.sign_in("olga", PASSWORD, code))
    await _refused(Why.TRY_AGAIN, shift.anew().sign_in("olga", PASSWORD, code))

    shift.clock.forward(totp.STEP_S)
    await _refused(Why.TRY_AGAIN, shift.anew().sign_in("olga", PASSWORD, code))
    shift.clock.forward(10)
    assert await shift.operators.sign_in("olga", PASSWORD, shift.code("olga"))


async def test_one_code_keyed_in_two_places_at_once_opens_one_of_them(shift: _Shift) -> None:
    """Two processes, one moment."""
    await shift.add("olga")
    code = shift.code("olga")

    came = await asyncio.gather(
        *(shift.anew().sign_in("olga", PASSWORD, code) for _ in range(4)), return_exceptions=True
    )

    assert len([token for token in came if isinstance(token, str)]) == 1


async def test_a_wrong_password_uses_no_code_up(shift: _Shift) -> None:
    """She mistypes, and the code she sees still counts."""
    await shift.add("olga")
    code = shift.code("olga")

    await _refused(Why.TRY_AGAIN, shift.operators.sign_in("olga", "x", code))

    assert await shift.operators.sign_in("olga", PASSWORD, code)


async def test_wrong_sign_ins_have_to_wait_in_every_process(shift: _Shift) -> None:
    """After the third the right one has to wait as well, also after a restart; another name need not."""
    await shift.add("olga")
    await shift.add("omar")
    for _ in range(3):
        await _refused(Why.TRY_AGAIN, shift.anew().sign_in("olga", "x"))

    refused = await _refused(Why.TRY_AGAIN, shift.anew().sign_in("olga", PASSWORD, shift.code("olga")))

    assert refused.wait_s == 10.0
    assert await shift.operators.sign_in("omar", PASSWORD, shift.code("omar"))
    shift.clock.forward(10.5)
    assert await shift.operators.sign_in("olga", PASSWORD, shift.code("olga"))


async def test_guesses_sent_all_at_once_are_heard_one_after_the_other(shift: _Shift) -> None:
    """Seven at a time, over seven processes: three are heard, the others have to wait."""
    await shift.add("olga")

    refusals = await asyncio.gather(
        *(shift.anew().sign_in("olga", f"guess {n}") for n in range(7)), return_exceptions=True
    )

    assert sorted(r.wait_s or 0.0 for r in refusals if isinstance(r, Refused)) == [0.0, 0.0, *[10.0] * 5]


async def test_nobody_elses_guesses_keep_an_operator_out(shift: _Shift) -> None:
    """Somebody knows olga's name and tries passwords all evening: from his place she would have to wait, from hers not."""
    await shift.add("olga")
    for _ in range(30):
        with pytest.raises(Refused):
            await shift.operators.sign_in("olga", "a guess", "123456", place="203.0.113.0")
        shift.clock.forward(20)

    await _refused(Why.TRY_AGAIN, shift.operators.sign_in("olga", PASSWORD, shift.code("olga"), place="203.0.113.0"))
    assert await shift.operators.sign_in("olga", PASSWORD, shift.code("olga"), place="198.51.100.0")


async def test_a_place_that_tries_many_names_has_to_wait(shift: _Shift) -> None:
    """Each name would have two tries for nothing; twenty of them in a row keep the passwords' threads free."""
    for n in range(20):
        refused = await _refused(Why.TRY_AGAIN, shift.operators.sign_in(f"name{n}", "a guess"))
    assert refused.wait_s == 10.0

    assert (await _refused(Why.TRY_AGAIN, shift.operators.sign_in("name20", "a guess"))).wait_s == 10.0


async def test_codes_are_not_guessed_from_many_places(shift: _Shift) -> None:
    """Whoever has got olga's password tries three codes from three places; a fourth is not looked at for a while."""
    await shift.add("olga")
    for n in range(3):
        await _refused(Why.TRY_AGAIN, shift.operators.sign_in("olga", PASSWORD, "000000", place=f"10.0.{n}.0"))

    code = shift.code("olga")
    await _refused(Why.TRY_AGAIN, shift.operators.sign_in("olga", PASSWORD, code, place="10.0.9.0"))
    shift.clock.forward(10)
    assert await shift.operators.sign_in("olga", PASSWORD, code, place="10.0.9.0"), "it was not spent"


async def test_an_account_without_an_authenticator_is_told_what_to_do(shift: _Shift) -> None:
    """Once the password was right, and not before; in a sandbox it signs in without one."""
    await shift.add("olga")
    account = await shift.operators.account("olga")
    assert account is not None
    await shift.store.book_put("operators", "olga", _without_secret(account.password_hash))

    refused = await _refused(Why.TRY_AGAIN, shift.operators.sign_in("olga", PASSWORD, "123456"))
    wrong = await _refused(Why.TRY_AGAIN, shift.operators.sign_in("olga", "x", "123456"))

    assert isinstance(refused, NoAuthenticator)
    assert str(refused).endswith("run `lamplit operator totp olga`")
    assert not isinstance(wrong, NoAuthenticator)
    assert await shift.anew(sandbox=True).sign_in("olga", PASSWORD)


def _without_secret(password_hash: str) -> bytes:
    """An account as it was written before there were authenticators."""
    return f'{{"name":"olga","password_hash":"{password_hash}","since":1.0}}'.encode()


async def test_who_is_just_signing_in_with_the_old_authenticator_is_out_as_well(shift: _Shift) -> None:
    """Her phone was stolen: whoever has it was quick, and the session comes to be after the others were ended."""
    await shift.add("olga")
    secret, account = shift.secrets["olga"], await shift.operators.account("olga")
    shift.clock.forward(1)
    looking = shift.operators.account

    async def slow(name: str) -> Operator | None:
        await shift.anew().new_authenticator("olga")
        return account if name == "olga" else None

    shift.operators.account = slow  # type: ignore[method-assign]
    token = await shift.operators.sign_in("olga", PASSWORD, totp.code_at(secret, shift.clock.now()))
    shift.operators.account = looking  # type: ignore[method-assign]

    assert await shift.operators.who(token) is None


async def test_a_removed_operator_is_not_brought_back_by_a_change(shift: _Shift) -> None:
    """Two admins at two prompts: one gives olga another role, the other has removed her a moment before."""
    await shift.add("olga")
    reading = shift.store.book_get

    async def removed_meanwhile(book: str, names: Sequence[str]) -> list[bytes | None]:
        found = await reading(book, names)
        await shift.store.book_drop("operators", "olga")
        return found

    shift.store.book_get = removed_meanwhile  # type: ignore[method-assign]
    changed = await shift.operators.set_role("olga", Role.ADMIN)

    assert (changed, await shift.operators.all()) == (False, [])


async def test_a_new_authenticator_takes_the_place_of_the_old(shift: _Shift) -> None:
    """For a phone that was lost: its codes count no more, and whoever is signed in is signed out."""
    await shift.add("olga")
    token = await shift.signs_in("olga")
    lost = shift.secrets["olga"]

    fresh = await shift.operators.new_authenticator("olga")

    assert fresh is not None
    assert fresh != lost
    assert await shift.operators.who(token) is None
    await _refused(Why.TRY_AGAIN, shift.signs_in("olga"))
    shift.secrets["olga"] = fresh
    assert await shift.signs_in("olga")
    assert await shift.operators.new_authenticator("nobody") is None


async def test_a_role_counts_from_the_next_page_on(shift: _Shift) -> None:
    """Without signing in again."""
    await shift.add("olga")
    token = await shift.signs_in("olga")

    assert await shift.operators.set_role("olga", Role.ADMIN)

    who = await shift.operators.who(token)
    assert who is not None
    assert who.role is Role.ADMIN
    assert not await shift.operators.set_role("nobody", Role.ADMIN)


async def test_signing_out_ends_one_session(shift: _Shift) -> None:
    """The other one goes on."""
    await shift.add("olga")
    one, two = await shift.signs_in("olga"), await shift.signs_in("olga")

    await shift.operators.sign_out(one)

    assert await shift.operators.who(one) is None
    assert await shift.operators.who(two)
    assert await shift.operators.who("made up") is None


async def test_whoever_is_removed_is_signed_out(shift: _Shift) -> None:
    """At once, with every session, off shift, and for good: the next of that name is somebody else."""
    await shift.add("olga")
    token = await shift.signs_in("olga")
    await shift.store.book_put(ALIVE, "olga", b"9e9")

    assert await shift.operators.remove("olga")

    assert await shift.operators.who(token) is None
    assert await shift.operators.all() == []
    assert await shift.store.book_all(ALIVE) == {}
    assert not await shift.operators.remove("olga")
    shift.clock.forward(1)
    await shift.add("olga")
    assert await shift.operators.who(token) is None


async def test_old_sessions_and_codes_are_forgotten(shift: _Shift) -> None:
    """The next who signs in sweeps them away."""
    await shift.add("olga")
    await shift.signs_in("olga")
    shift.clock.forward(SESSION_S + 1)

    await shift.signs_in("olga")

    assert len(await shift.store.book_all("operator-sessions")) == 1
    assert len(await shift.store.book_all("operators-steps")) == 1


async def test_a_name_is_taken_once(shift: _Shift) -> None:
    """And a password is long enough."""
    await shift.add("olga")

    await _refused(Why.ALREADY, shift.operators.add("Olga", PASSWORD))
    await _refused(Why.INVALID, shift.operators.add("omar", "short"))

    assert [account.name for account in await shift.operators.all()] == ["olga"]


@pytest.mark.parametrize("name", ["", "p", "p!", "-p-", "x" * 41, "her", "Nobody", "operators"])
def test_a_name_that_will_not_do_names_its_field(name: str) -> None:
    """Letters, digits, dots and dashes; and no word that stands for somebody else in a story."""
    with pytest.raises(Refused) as refused:
        named(name)
    assert refused.value.field == "name"


async def test_a_sandbox_has_a_ready_login(shift: _Shift, tmp_path: Path) -> None:
    """Drawn once and kept where only its owner reads it; the same after a restart. It needs no code, in a sandbox."""
    sandbox = shift.anew(sandbox=True)
    name, password = await sandbox.ready(tmp_path)

    token = await sandbox.sign_in(name, password)

    who = await sandbox.who(token)
    assert who is not None
    assert who.role is Role.ADMIN
    assert await shift.anew(sandbox=True).ready(tmp_path) == (name, password)
    assert await sandbox.who(token), "a restart signs nobody out"
    assert (tmp_path / "operator-password").stat().st_mode & 0o077 == 0
    with pytest.raises(NoAuthenticator):
        await shift.operators.sign_in(name, password)


async def test_an_authenticator_goes_by_the_time_of_this_world(shift: _Shift) -> None:
    """A sandbox's clock may be hours ahead and 20 × as fast; the app on the phone is not."""
    fast = ScaledClock(factor=20.0, virtual_origin_at=shift.clock.now() + 7 * 3600)
    operators = Operators(shift.store, fast, sandbox=True, time_cost=1, memory_kib=8)
    secret = await operators.add("omar", PASSWORD)

    code = totp.code_at(secret, SystemClock().now())

    assert await operators.sign_in("omar", PASSWORD, code)
