"""The composition root: the only file that knows every name. Settings in, a living house out."""

import asyncio
from collections.abc import AsyncIterator, Awaitable
from contextlib import AsyncExitStack, asynccontextmanager
from enum import StrEnum
from functools import partial
from pathlib import Path

from fastapi import FastAPI, WebSocket

from alerts.contact import Channel
from alerts.dispatch import Dispatcher
from alerts.notice import Kind
from alerts.turns import Lane, lane_of

from . import absence
from .carriers import gateway_of
from .clock import MARK_S, Clock, ScaledClock, SystemClock, breathe, read_mark, resumed, write_mark
from .desk import StoreDesk
from .embedded import EmbeddedStore
from .feed import Feed
from .haven_list import havens_at_start
from .house import House, Vitals
from .journey.events import Event, NoticeMade, SosPressed
from .maps.along import Mapped
from .maps.havens import AllHavens
from .maps.planning import Planning
from .maps.regions import maps_of
from .operators.presence import watch_for_nobody
from .outspoken import LEDGER, Cries, Ledger
from .people.consenting import stopped
from .people.directory import Directory
from .people.pins import Pins
from .receiving import keyed_in_call, receipt_came
from .remembered.archive import SqliteArchive
from .remembered.archivist import Archivist
from .remembered.housekeeping import Housekeeping
from .sandbox_phones import SandboxPhones
from .settings import Settings, StoreDurability
from .steady import SteadyClock
from .store import Store, StoreUnavailable, WrongStore
from .telemetry import logger
from .texts.inbound import hear
from .tokens import Sealer, secret_in
from .valkey_store import ValkeyStore
from .watch import Watch
from .watching import address, disk
from .watching.meters import Meters
from .watching.sentry import Sentry
from .watchman import Watchman

log = logger(__name__)

START_S = 30.0
"""How long a start waits for a store that is still coming up."""
DISPATCH_EVERY_S = 1.0
SANDBOX_DELIVERY_S = 1.0


class Role(StrEnum):
    """What a process does. `all` is `lamplit run`; compose runs `web` and `watchman` apart."""

    ALL = "all"
    WEB = "web"
    WATCHMAN = "watchman"


def clock_of(settings: Settings) -> Clock:
    """The machine's clock, or in the sandbox one that all processes scale alike."""
    if not settings.sandbox and settings.clock_factor == 1.0:
        return SteadyClock(SystemClock(), lambda step_s: log.error("wall clock was stepped", seconds=round(step_s, 1)))
    if settings.clock_origin is not None:
        return ScaledClock(settings.clock_factor, settings.clock_origin)
    mark = read_mark(_mark_file(settings))
    clock = ScaledClock() if mark is None else resumed(mark)
    clock.set_speed(settings.clock_factor)
    return clock


def _mark_file(settings: Settings) -> Path:
    return settings.data_dir / "clock.json"


async def _marking(settings: Settings, clock: ScaledClock) -> None:
    """A sandbox's clock may have been fast: what it showed is written down, so that no restart takes time back."""
    while True:
        try:
            write_mark(_mark_file(settings), clock.mark())
        except OSError as error:
            log.warning("the clock's mark cannot be written", error=str(error))
        await breathe(MARK_S)


@asynccontextmanager
async def living(settings: Settings, role: Role = Role.ALL, clock: Clock | None = None) -> AsyncIterator[House]:
    """A house with its store, feed and, by role, its watchman and dispatcher; torn down in reverse order.

    Raises WrongStore, StoreUnavailable or DataDirectoryInUse in one sentence.
    """
    clock = clock or clock_of(settings)
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)  # a store elsewhere makes none
    async with AsyncExitStack() as stack:
        url = settings.store_url
        if not url:
            disk.begin(settings)
            embedded = await stack.enter_async_context(EmbeddedStore(settings.data_dir, clock))
            url = embedded.url
        store = ValkeyStore(url, durability_vouched=settings.store_durability is StoreDurability.OPERATOR_VOUCHES)
        stack.push_async_callback(store.close)
        await ready(store)
        house = await _house(settings, clock, store, stack)
        await absence.notice(store, house.watch, clock.now())
        tasks: list[Awaitable[None]] = [house.feed.run(), _checks(house), Sentry(house).run()]
        tasks.append(house.maps.run(store, clock))
        if isinstance(clock, ScaledClock) and settings.clock_origin is None:
            tasks.append(_marking(settings, clock))
        if role is not Role.WATCHMAN:
            tasks.append(absence.keep_door(store, house.watch, clock))
            if settings.real_provider:
                tasks.append(address.watched(house.public_url))
        if role is not Role.WEB:
            tasks += _watchman_tasks(house)
        running = [asyncio.create_task(_forever(t)) for t in tasks]
        stack.push_async_callback(_stop, running)
        await house.feed.following()
        await house.maps.looked()
        yield house


async def _house(settings: Settings, clock: Clock, store: Store, stack: AsyncExitStack) -> House:
    secret = settings.secret.get_secret_value() if settings.secret else ""
    sealer = Sealer(secret.encode() if secret else secret_in(settings.data_dir))
    watch = Watch(store, clock)
    listed = havens_at_start(settings)
    maps = maps_of(settings, listed.places)
    stack.push_async_callback(maps.close)
    watch.havens = AllHavens(listed, maps)
    stack.push_async_callback(watch.close)
    archive = SqliteArchive(settings.data_dir / "archive", clock)
    stack.push_async_callback(archive.close)
    phones: SandboxPhones | None = None
    if settings.sandbox:
        phones = SandboxPhones(
            store,
            on_receipt=lambda receipt: receipt_came(house, receipt),
            on_inbound=lambda inbound: hear(house, inbound),
            on_keys=lambda keyed: keyed_in_call(house, keyed),
            delivery_s=SANDBOX_DELIVERY_S,
        )
    gateway = gateway_of(settings, clock, phones)
    stack.push_async_callback(gateway.close)
    pins = Pins(sealer)
    stack.push_async_callback(pins.close)
    house = House(
        settings=settings,
        clock=clock,
        store=store,
        watch=watch,
        directory=Directory(store, sealer, settings.invitations_per_hour),
        pins=pins,
        sealer=sealer,
        feed=Feed(store),
        gateway=gateway,
        archive=archive,
        vitals=Vitals(
            started_at=clock.monotonic(),
            meters=Meters(segment_price=settings.segment_price, call_price=settings.call_price),
        ),
        phones=phones,
        lights=Mapped(maps.lights_of),
        planning=Planning(maps),
    )
    house.feed.listen(lambda key, version, _event: watch.stale(key, version))
    watch_for_nobody(house)
    watch.noted, watch.hooked = house.vitals.meters.batch, settings.hooks
    if settings.real_provider and not settings.twilio_from_2:
        log.warning("only one way to text: a text that does not arrive has no second sender", mail=settings.mails)
    return house


def _watchman_tasks(house: House) -> list[Awaitable[None]]:
    settings = house.settings
    factor = house.clock.factor if isinstance(house.clock, ScaledClock) else 1.0
    desk = StoreDesk(
        house.store,
        house.watch,
        house.clock,
        house.sealer,
        house.voice,
        house.vitals,
        public_url=house.public_url,
        ledger=Ledger(settings.data_dir / LEDGER),
        numbers=house.directory,
        stopped=partial(stopped, house),
    )
    also = (partial(_sandbox_round, house),) if house.phones is not None else ()
    watchman = Watchman(
        house.store,
        house.watch,
        house.clock,
        house.vitals,
        round_s=max(0.05, 1.0 / max(1.0, factor)),
        also=also,
        timezone=settings.timezone,
    )
    rates = {Lane.TEXTS: settings.sender_rate_per_s, Lane.CALLS: settings.call_rate_per_s}
    dispatcher = Dispatcher(
        desk,
        house.gateway,
        now=house.clock.now,
        sleep=house.clock.sleep,
        rates=None if settings.sandbox else rates,
        deciding=lambda: watchman.behind,
        monotonic=house.clock.monotonic,
    )

    def on_event(_key: str, _version: int, event: Event) -> None:
        if isinstance(event, SosPressed):
            watchman.expect(event.fires_at)

    house.feed.listen(on_event)
    archivist = Archivist(house.store, house.archive, house.clock)
    keeper = Housekeeping(house.store, house.directory, house.sealer, house.archive, house.clock)
    house.feed.listen(keeper.hears)
    hurrying = (_fast_rounds(house.clock, watchman),) if isinstance(house.clock, ScaledClock) else ()
    return [watchman.run(), _dispatching(house, dispatcher), archivist.run(), keeper.run(), *hurrying]


async def _fast_rounds(clock: ScaledClock, watchman: Watchman) -> None:
    """Rounds come every second of the clock, also while somebody has made it fast."""
    while True:
        await breathe(max(0.05, 1.0 / clock.factor) if clock.factor > 1.0 else 0.25)
        if clock.factor > 1.0:
            try:
                await watchman.one_round()
            except StoreUnavailable:
                await breathe(0.2)
            except Exception:
                log.exception("round failed")
                await breathe(0.5)


async def _dispatching(house: House, dispatcher: Dispatcher) -> None:
    """A round at once when a notice was made, and every second besides: the feed is a hint, the outbox the truth."""
    wanted = asyncio.Event()

    def on_event(_key: str, _version: int, event: Event) -> None:
        if isinstance(event, NoticeMade):
            wanted.set()
            dispatcher.hint(lane_of(Channel(event.channel)), urgent=event.kind in (Kind.SOS, Kind.DURESS))

    def wake() -> None:
        wanted.set()
        dispatcher.hint()

    house.feed.listen(on_event, on_gap=wake)
    while True:
        try:
            await dispatcher.one_round()
        except StoreUnavailable:
            await breathe(0.2)
        except Exception:
            log.exception("dispatch round failed")
            await breathe(0.5)
        try:
            async with asyncio.timeout(DISPATCH_EVERY_S if not isinstance(house.clock, ScaledClock) else 0.25):
                await wanted.wait()
        except TimeoutError:
            pass
        wanted.clear()


async def _sandbox_round(house: House) -> None:
    if house.phones is not None:
        await house.phones.round(house.clock.now())


async def ready(store: Store, patience_s: float = START_S) -> None:
    """Waits for a store that is still loading; demands its settings before anything is armed."""
    loop = asyncio.get_running_loop()
    until = loop.time() + patience_s
    while True:
        try:
            await store.check()
            return
        except StoreUnavailable:
            if loop.time() >= until:  # by time, not by tries: a store that never answers takes long over each
                raise
            await breathe(0.2)


async def _checks(house: House) -> None:
    """Every minute the durability settings are read and demanded again, and the room on the disk is looked at."""
    while True:
        await breathe(60.0)
        disk.watch_room(house.settings)
        try:
            await house.store.check()
        except (StoreUnavailable, WrongStore) as error:  # `/health` fails; it may be mended while we run
            log.error("store cannot be checked", error=str(error))


async def _forever(work: Awaitable[None]) -> None:
    try:
        await work
    except asyncio.CancelledError:
        raise
    except Exception:
        log.exception("a part of the house has stopped")
        raise


async def _stop(running: list["asyncio.Task[None]"]) -> None:
    for task in running:
        task.cancel()
    await asyncio.gather(*running, return_exceptions=True)


def vital_signs(house: House) -> FastAPI:
    """The doors of a watchman of its own: how it is, and nothing else."""
    from .doors import health, metrics  # noqa: PLC0415

    app = FastAPI(title="Lamplit's watchman", docs_url=None, redoc_url=None, openapi_url=None)
    app.include_router(health.router(house))
    app.include_router(metrics.router(house))
    return app


def create(house: House) -> FastAPI:
    """The web application over a living house."""
    from .doors import health, metrics, pages  # noqa: PLC0415
    from .doors.api.routes import router as api  # noqa: PLC0415
    from .doors.body_limit import BodyLimit  # noqa: PLC0415
    from .doors.phones import socket as phone_socket  # noqa: PLC0415
    from .doors.problems import install  # noqa: PLC0415
    from .doors.provider.routes import router as provider  # noqa: PLC0415
    from .doors.trackers import door as trackers  # noqa: PLC0415

    app = FastAPI(title="Lamplit", version="0.1.0", docs_url=None, redoc_url=None, openapi_url="/v1/openapi.json")
    install(app)
    app.add_middleware(BodyLimit)
    cries = Cries(house, Ledger(house.settings.data_dir / LEDGER))

    @app.websocket("/v1/stream")  # first: every phone that comes back asks for it, and routes are asked one by one
    async def stream(socket: WebSocket) -> None:
        await phone_socket.serve(socket, house, cries)

    app.include_router(api(house))
    app.include_router(provider(house))
    app.include_router(health.router(house))
    app.include_router(metrics.router(house))
    app.include_router(trackers.router(house, cries))
    app.router.routes.append(pages.route(house))  # last: what no other door takes is a page
    return app
