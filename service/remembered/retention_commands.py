"""`lamplit retention`: what has to go by the table of `docs/retention.md`, looked at or done now."""

import asyncio
import sqlite3
from collections import Counter
from datetime import UTC, datetime
from typing import Annotated, NoReturn

import typer

from service.app import clock_of
from service.beside import store_of
from service.people.directory import Directory
from service.settings import Settings, SettingsError
from service.store import StoreUnavailable, WrongStore
from service.tokens import Sealer, WeakSecret, secret_in

from .archive import SqliteArchive
from .going import Going
from .housekeeping import Housekeeping
from .retention import lasting

CANNOT = 2


def retention(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would go and why, and change nothing.")] = False,
) -> None:
    """Take away what has been kept long enough. The running service does it every hour by itself."""
    try:
        asyncio.run(_run(Settings.load(), dry_run=dry_run))
    except (SettingsError, WrongStore, StoreUnavailable, WeakSecret, sqlite3.Error) as error:
        _stop(str(error))
    except OSError as error:
        _stop(f"cannot read or write: {error.strerror or error}")


async def _run(settings: Settings, *, dry_run: bool) -> None:
    clock = clock_of(settings)
    async with store_of(settings, new=False) as store:
        secret = settings.secret.get_secret_value() if settings.secret else ""
        sealer = Sealer(secret.encode() if secret else secret_in(settings.data_dir))
        archive = SqliteArchive(settings.data_dir / "archive", clock)
        try:
            house = Housekeeping(store, Directory(store, sealer), sealer, archive, clock)
            gone: Counter[str] = Counter()
            if dry_run:
                async for going in house.would_go():
                    typer.echo(_line(going))
                    gone[going.rule.what] += 1
            else:
                gone = await house.one_pass(anyway=True)
        finally:
            await archive.close()
    for what, amount in sorted(gone.items()):
        typer.echo(f"{amount} x {what}")
    typer.echo("nothing has to go" if not gone else "nothing was changed" if dry_run else "gone")


def _line(going: Going) -> str:
    over = f"over since {datetime.fromtimestamp(going.since_at, UTC):%Y-%m-%d %H:%M} UTC, " if going.since_at else ""
    kept = (
        f"kept {lasting(going.rule.kept_s)} {going.rule.since}"
        if going.rule.kept_s is None
        else (f"kept {lasting(going.rule.kept_s)} after {going.rule.since}")
    )
    return f"{going.key}: {over}{kept}"


def _stop(sentence: str) -> NoReturn:
    typer.echo(f"lamplit: {sentence}", err=True)
    raise typer.Exit(CANNOT)
