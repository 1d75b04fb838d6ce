"""`lamplit operator`: accounts of the people who sign in to the operators' list. Works while the service runs."""

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from io import StringIO
from typing import Annotated, NoReturn, TypeVar

import segno
import typer

from service.beside import store_of
from service.clock import SystemClock
from service.people.refusals import Refused
from service.settings import Settings, SettingsError
from service.store import StoreUnavailable, WrongStore

from . import totp
from .accounts import Operators, Role

T = TypeVar("T")

operators = typer.Typer(help="People who sign in to the operators' list.", no_args_is_help=True)


@operators.command()
def add(
    name: Annotated[str, typer.Argument(help="2 to 40 letters, digits, dots and dashes.")],
    role: Annotated[
        Role, typer.Option(help="An admin sees who is on shift and every look that was taken with a reason.")
    ] = Role.OPERATOR,
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="Read the password from standard input instead of asking for it.")
    ] = False,
) -> None:
    """Add an operator. The password needs twelve characters or more; the authenticator's code is shown once."""
    if password_stdin:
        password = sys.stdin.readline().rstrip("\r\n")
    else:
        password = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    name = name.strip().lower()
    secret = _do(lambda accounts: accounts.add(name, password, role))
    _show_authenticator(name, secret)
    typer.echo(f"{name} may sign in at /console now, with the password and a code from the authenticator.")


@operators.command("totp")
def authenticator(name: Annotated[str, typer.Argument(help="As `list` shows it.")]) -> None:
    """Give an operator a new authenticator instead of the old one; whoever is signed in with this name is signed out."""
    name = name.strip().lower()
    secret = _do(lambda accounts: accounts.new_authenticator(name))
    if secret is None:
        _stop(f"expected the name of an operator, got {name}")
    _show_authenticator(name, secret)
    typer.echo("Codes of the authenticator before it count no more.")


@operators.command("list")
def show() -> None:
    """Who may sign in."""
    for account in _do(lambda accounts: accounts.all()):
        typer.echo(f"{account.name} {account.role.value}" + ("" if account.secret else " (no authenticator yet)"))


@operators.command("role")
def change_role(
    name: Annotated[str, typer.Argument(help="As `list` shows it.")],
    role: Annotated[Role, typer.Argument(help="What this operator is from now on.")],
) -> None:
    """Make an operator an admin, or an admin an operator."""
    if not _do(lambda accounts: accounts.set_role(name.strip().lower(), role)):
        _stop(f"expected the name of an operator, got {name}")


@operators.command()
def remove(name: Annotated[str, typer.Argument(help="As `list` shows it.")]) -> None:
    """Remove an operator; whoever is signed in with this name is signed out."""
    if not _do(lambda accounts: accounts.remove(name.strip().lower())):
        _stop(f"expected the name of an operator, got {name}")


def _show_authenticator(name: str, secret: str) -> None:
    """Once: it cannot be shown again, only replaced."""
    address = totp.address(name, secret)
    picture = StringIO()
    segno.make(address).terminal(out=picture, compact=True)
    typer.echo("Read this with an authenticator app now. It is not shown again.\n")
    typer.echo(address)
    with suppress(UnicodeEncodeError):  # a terminal without these signs has the address to copy
        typer.echo(picture.getvalue())


@asynccontextmanager
async def accounts_of(settings: Settings) -> AsyncIterator[Operators]:
    """The accounts in this deployment's store: a running service's own embedded one too."""
    async with store_of(settings) as store:
        yield Operators(store, SystemClock())


def _do(work: Callable[[Operators], Awaitable[T]]) -> T:
    async def with_accounts() -> T:
        async with accounts_of(Settings.load()) as accounts:
            return await work(accounts)

    try:
        return asyncio.run(with_accounts())
    except (SettingsError, WrongStore, StoreUnavailable, Refused) as error:
        _stop(str(error))
    except OSError as error:
        _stop(f"cannot read or write: {error.strerror or error}")


def _stop(sentence: str) -> NoReturn:
    typer.echo(f"lamplit: {sentence}", err=True)
    raise typer.Exit(2)
