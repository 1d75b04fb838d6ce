"""`lamplit`: run the product, its parts, and its demo."""

import asyncio
import gc
import signal
import sys
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any, NoReturn

try:
    import typer
    import uvicorn
    from fastapi import FastAPI

    from . import app as house_of
    from .app import Role
    from .doors.connections import Connection
    from .embedded import DataDirectoryInUse
    from .maps.route_commands import route
    from .maps.show_command import maps
    from .operators.commands import operators
    from .remembered.retention_commands import retention
    from .remembered.why_commands import why
    from .replay.commands import replay
    from .settings import LogLevel, Settings, SettingsError
    from .store import StoreUnavailable, WrongStore
    from .telemetry import configure
    from .terminal import plain
    from .tokens import WeakSecret
    from .watching.check_command import check
except KeyboardInterrupt:  # libraries take half a second to load: whoever stops it then needs no traceback
    sys.exit(130)

FRAME_BYTES = 256 * 1024

cli = typer.Typer(
    name="lamplit",
    help="Lamplit watches a journey home and tells the people she chose when she does not arrive. It never dials 999.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
cli.add_typer(operators, name="operator")
cli.add_typer(maps, name="map")
cli.add_typer(route, name="route")

Port = Annotated[int | None, typer.Option(help="Port to listen on; LAMPLIT_PORT otherwise.", min=1, max=65535)]


@cli.callback()
def first() -> None:
    """Before any command: what goes wrong beside it is said on stderr, so that stdout has what was asked for and no more."""
    configure(level=LogLevel.WARNING)


@cli.command(short_help="Start everything in one process, with a store of its own.")
def run(port: Port = None) -> None:
    """Start everything in one process: web, watchman, and a store of its own unless LAMPLIT_STORE_URL names one."""
    _start(Role.ALL, port)


@cli.command(short_help="Start only the doors: phones, pages, API, callbacks.")
def web(port: Port = None) -> None:
    """Start only the doors: phones, pages, API and the provider's callbacks."""
    _start(Role.WEB, port)


@cli.command(short_help="Start only the watchman, the dispatcher and the archivist.")
def watchman(
    port: Annotated[
        int | None, typer.Option(help="Where it says how it is; LAMPLIT_WATCHMAN_PORT otherwise.", min=1, max=65535)
    ] = None,
) -> None:
    """Start only the watchman, the dispatcher and the archivist. With a port it says there how it is."""
    _start(Role.WATCHMAN, port)


@cli.command(short_help="Nine walks home, told beforehand and checked.")
def demo(
    as_json: Annotated[
        bool, typer.Option("--json", help="End with one JSON object; the telling goes to stderr.")
    ] = False,
    act: Annotated[str | None, typer.Option(help="Play only this act, by its name.")] = None,
    factor: Annotated[float, typer.Option(help="How many times as fast as real time.")] = 30.0,
    picture: Annotated[Path | None, typer.Option(help="Also draw the first act into this SVG file.")] = None,
) -> None:
    """Nine walks home with real parts and a fast clock, each told beforehand and checked. Nothing leaves this machine."""
    from .demo.play import DemoError, run

    try:
        code = run(act, factor, as_json=as_json, picture=picture)
    except DemoError as error:
        _stop(str(error))
    raise typer.Exit(code)


cli.command(short_help="Is everything right? A line each, with what to do.")(check)
cli.command(short_help="Why everything happened on one journey.")(why)
cli.command(short_help="What the judge saw on a walk, fix by fix.")(replay)
cli.command(short_help="Take away what has been kept long enough.")(retention)


def _start(role: Role, port: int | None) -> None:
    settings = _settings()
    if port is not None:
        settings = settings.model_copy(update={"watchman_port" if role is Role.WATCHMAN else "port": port})
    configure(settings.log_format, settings.log_level, process=role.value)
    _or_one_sentence(_serve(settings, role))


def _rest_the_collector() -> None:
    """What is alive after the start lives on, and a frozen record cannot be part of a cycle: rounds of the collector
    over both cost a third of a fix."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 50, 1_000)


async def _serve(settings: Settings, role: Role) -> None:
    async with house_of.living(settings, role) as house:
        _rest_the_collector()
        if role is not Role.WATCHMAN:
            await _web(settings, house_of.create(house), settings.port)
        elif settings.watchman_port is not None:
            await _web(settings, house_of.vital_signs(house), settings.watchman_port)
        else:
            await _until_told()


async def _web(settings: Settings, app: FastAPI, port: int) -> None:
    config = uvicorn.Config(
        app,
        host=settings.host,
        port=port,
        http=Connection,
        ws="websockets-sansio",
        ws_max_size=FRAME_BYTES,
        ws_ping_interval=20.0,
        ws_ping_timeout=20.0,
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=3,
    )
    if sys.stderr.isatty() and port == settings.port:
        where = "for real" if settings.real_provider else "in the sandbox: nothing leaves this machine"
        typer.echo(f"Lamplit is at {settings.url} ({where}). Stop it with Ctrl-C.", err=True)
    # uvicorn stops on SIGTERM and then raises it anew: by default that would end us before the store is put down
    signal.signal(signal.SIGTERM, lambda *_: None)
    await uvicorn.Server(config).serve()


async def _until_told() -> None:
    told = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, told.set)
    await told.wait()


def _settings() -> Settings:
    try:
        return Settings.load()
    except SettingsError as error:
        _stop(str(error))


def _or_one_sentence(work: Any) -> None:
    """Runs `work`; what an operator can mend is said in one sentence, without a traceback."""
    import uvloop

    with suppress(KeyboardInterrupt):
        try:
            uvloop.run(work)
        except (WrongStore, StoreUnavailable, DataDirectoryInUse, WeakSecret) as error:
            _stop(str(error))
        except OSError as error:
            where = f": {error.filename}" if error.filename else ""
            _stop(f"cannot listen or write: {error.strerror or error}{where}")


def _stop(sentence: str) -> NoReturn:
    typer.echo(f"lamplit: {sentence}", err=True)
    raise typer.Exit(2)


def main() -> None:
    """The console script."""
    for stream in (sys.stdout, sys.stderr):
        plain(stream)
    cli()


if __name__ == "__main__":
    main()
