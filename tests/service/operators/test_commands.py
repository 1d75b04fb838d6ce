"""`lamplit operator`, typed at a prompt while the service runs."""

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from service.operators.accounts import READY_NAME
from service.operators.commands import accounts_of, operators
from service.settings import Settings

PASSWORD = "lamps along the Medway"


@pytest.fixture
def typed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> "Typed":
    """A prompt over an empty data directory."""
    monkeypatch.setenv("LAMPLIT_DATA_DIR", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    return Typed()


class Typed:
    """What an administrator types."""

    def __call__(self, *words: str, given: str = "") -> Result:
        return CliRunner().invoke(operators, list(words), input=given)


def test_an_operator_is_added_listed_and_removed(typed: Typed) -> None:
    """The password comes from standard input, once; without a running service its own store is started and stopped."""
    assert typed("add", "Priya", "--password-stdin", given=f"{PASSWORD}\n").exit_code == 0
    assert typed("list").output == "priya operator\n"
    assert typed("remove", "PRIYA").exit_code == 0

    gone = typed("remove", "priya")

    assert (gone.exit_code, gone.stderr) == (2, "lamplit: expected the name of an operator, got priya\n")


def test_the_authenticator_is_shown_once(typed: Typed) -> None:
    """As an address to copy and as a picture to read; a new one is another one."""
    added = typed("add", "priya", "--password-stdin", given=f"{PASSWORD}\n").output
    again = typed("totp", "Priya").output

    addresses = [
        line for line in (added + again).splitlines() if line.startswith("otpauth://totp/Lamplit:priya?secret=")
    ]
    assert len(set(addresses)) == 2
    assert added.count("▀") > 50
    assert "otpauth" not in typed("list").output
    assert typed("totp", "omar").stderr == "lamplit: expected the name of an operator, got omar\n"


def test_an_admin_is_made_and_unmade(typed: Typed) -> None:
    """At the prompt and nowhere else."""
    typed("add", "priya", "--role", "admin", "--password-stdin", given=f"{PASSWORD}\n")
    assert typed("list").output == "priya admin\n"

    assert typed("role", "priya", "operator").exit_code == 0

    assert typed("list").output == "priya operator\n"
    assert typed("role", "priya", "king").exit_code == 2
    assert typed("role", "omar", "admin").exit_code == 2


def test_a_password_that_is_typed_is_typed_twice(typed: Typed) -> None:
    """And is too short in one sentence."""
    answer = typed("add", "priya", given="short\nshort\n")

    assert answer.exit_code == 2
    assert "lamplit: password: expected 12 characters or more, got 5" in answer.stderr


async def test_a_running_services_store_is_used(tmp_path: Path) -> None:
    """Its directory is locked; the accounts are reached through the socket that it listens on."""
    settings = Settings(data_dir=tmp_path)
    async with accounts_of(settings) as running:
        await running.add("priya", PASSWORD)

        async with accounts_of(settings) as beside:
            assert [account.name for account in await beside.all()] == ["priya"]
            await beside.add(READY_NAME, PASSWORD)

        assert len(await running.all()) == 2
