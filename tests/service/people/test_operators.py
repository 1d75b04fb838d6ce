"""Operators' accounts and sessions."""

from pathlib import Path

import pytest

from service.memory_store import MemoryStore
from service.people.operators import SESSION_S, Operators, named
from service.people.refusals import Refused, Why
from tests.doubles.clock import HandClock

PASSWORD = "lamps along the Medway"


class _Shift:
    def __init__(self) -> None:
        self.clock = HandClock()
        self.store = MemoryStore(clock=self.clock)
        self.operators = self.anew()

    def anew(self) -> Operators:
        """The same accounts in another process."""
        return Operators(self.store, self.clock, time_cost=1, memory_kib=8)


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
    await shift.operators.add(" Priya ", PASSWORD)

    token = await shift.operators.sign_in("PRIYA", PASSWORD)

    assert await shift.anew().who(token) == "priya"
    shift.clock.forward(SESSION_S - 1)
    assert await shift.operators.who(token) == "priya"
    shift.clock.forward(2)
    assert await shift.operators.who(token) is None


async def test_only_hashes_are_kept(shift: _Shift) -> None:
    """Neither the password nor the token is anywhere in the books."""
    await shift.operators.add("priya", PASSWORD)
    token = await shift.operators.sign_in("priya", PASSWORD)

    books = {**await shift.store.book_all("operators"), **await shift.store.book_all("operator-sessions")}

    assert b"$argon2id$" in books["priya"]
    kept = b"".join(name.encode() + value for name, value in books.items())
    assert PASSWORD.encode() not in kept
    assert token.encode() not in kept


async def test_an_unknown_name_and_a_wrong_password_are_one_answer(shift: _Shift) -> None:
    """The same refusal, the same wait."""
    await shift.operators.add("priya", PASSWORD)

    unknown = await _refused(Why.TRY_AGAIN, shift.operators.sign_in("nobody", PASSWORD))
    wrong = await _refused(Why.TRY_AGAIN, shift.operators.sign_in("priya", "x"))

    assert (str(unknown), unknown.wait_s) == (str(wrong), wrong.wait_s)


async def test_wrong_passwords_have_to_wait(shift: _Shift) -> None:
    """After the third the right one has to wait as well; another name need not."""
    await shift.operators.add("priya", PASSWORD)
    await shift.operators.add("marek", PASSWORD)
    for _ in range(3):
        await _refused(Why.TRY_AGAIN, shift.operators.sign_in("priya", "x"))

    refused = await _refused(Why.TRY_AGAIN, shift.operators.sign_in("priya", PASSWORD))

    assert refused.wait_s == 10.0
    assert await shift.operators.sign_in("marek", PASSWORD)
    shift.clock.forward(10.5)
    assert await shift.operators.sign_in("priya", PASSWORD)


async def test_signing_out_ends_one_session(shift: _Shift) -> None:
    """The other one goes on."""
    await shift.operators.add("priya", PASSWORD)
    one, two = [await shift.operators.sign_in("priya", PASSWORD) for _ in range(2)]

    await shift.operators.sign_out(one)

    assert (await shift.operators.who(one), await shift.operators.who(two)) == (None, "priya")
    assert await shift.operators.who("made up") is None


async def test_whoever_is_removed_is_signed_out(shift: _Shift) -> None:
    """At once, with every session."""
    await shift.operators.add("priya", PASSWORD)
    token = await shift.operators.sign_in("priya", PASSWORD)

    assert await shift.operators.remove("priya")

    assert await shift.operators.who(token) is None
    assert await shift.operators.all() == []
    assert not await shift.operators.remove("priya")


async def test_old_sessions_are_forgotten(shift: _Shift) -> None:
    """The next who signs in sweeps them away."""
    await shift.operators.add("priya", PASSWORD)
    await shift.operators.sign_in("priya", PASSWORD)
    shift.clock.forward(SESSION_S + 1)

    await shift.operators.sign_in("priya", PASSWORD)

    assert len(await shift.store.book_all("operator-sessions")) == 1


async def test_a_name_is_taken_once(shift: _Shift) -> None:
    """And a password is long enough."""
    await shift.operators.add("priya", PASSWORD)

    await _refused(Why.ALREADY, shift.operators.add("Priya", PASSWORD))
    await _refused(Why.INVALID, shift.operators.add("marek", "short"))

    assert [account.name for account in await shift.operators.all()] == ["priya"]


@pytest.mark.parametrize("name", ["", "p", "p!", "-p-", "x" * 41])
def test_a_name_that_will_not_do_names_its_field(name: str) -> None:
    """Letters, digits, dots and dashes."""
    with pytest.raises(Refused) as refused:
        named(name)
    assert refused.value.field == "name"


async def test_a_sandbox_has_a_ready_login(shift: _Shift, tmp_path: Path) -> None:
    """Drawn once and kept where only its owner reads it; the same after a restart."""
    name, password = await shift.operators.ready(tmp_path)

    assert await shift.operators.sign_in(name, password)
    assert await shift.anew().ready(tmp_path) == (name, password)
    assert (tmp_path / "operator-password").stat().st_mode & 0o077 == 0
    assert await shift.operators.ready(tmp_path) == (name, password)
