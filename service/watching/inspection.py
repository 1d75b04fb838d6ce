"""All that can be known about a deployment from its settings: what `lamplit check` prints, a line each."""

import os
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import msgspec

from service import absence
from service.beside import store_of
from service.clock import Clock, SystemClock
from service.haven_list import HavenError, havens_of
from service.maps import basemap
from service.maps.facts import is_old
from service.maps.files import folder
from service.maps.regions import maps_of
from service.operators.accounts import accounts
from service.settings import PREFIX, Settings
from service.store import StoreUnavailable, WrongStore
from service.tokens import Sealer, WeakSecret
from service.valkey_store import ValkeyStore

from . import disk
from .address import asked
from .auditor import newest
from .dead_man import PULSE
from .wellness import AUDIT_OLD_S, DOOR_OLD_S, ROUND_OLD_S, SERIOUS, lasting

APART_S = 5.0
EVERYWHERE = frozenset({"0.0.0.0", "::"})  # noqa: S104 (compared, not listened on)


class State(StrEnum):
    """How one thing is. Only FAILED makes the exit code 2."""

    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that was looked at, and a sentence: how it is, or what to do."""

    name: str
    state: State
    sentence: str


def _ok(name: str, sentence: str) -> Line:
    return Line(name, State.OK, sentence)


def _warning(name: str, sentence: str) -> Line:
    return Line(name, State.WARNING, sentence)


def _failed(name: str, sentence: str) -> Line:
    return Line(name, State.FAILED, sentence)


async def inspected(settings: Settings, clock: Clock | None = None) -> list[Line]:
    """Everything, in the order in which one would mend it. Changes nothing but one small write to the store."""
    clock = clock or SystemClock()
    lines = [
        *_of_settings(settings),
        *_of_havens(settings, clock.now()),
        *await _of_maps(settings, clock),
        *_of_folder(settings),
    ]
    lines += [line async for line in _of_store(settings, clock)]
    if settings.real_provider:
        lines.append(await _of_public_address(settings))
    return lines


def _of_settings(settings: Settings) -> list[Line]:
    lines = [_ok("settings", f"they can be read; docs/settings.md explains each {PREFIX} variable")]
    secret = settings.secret.get_secret_value()
    try:
        if secret:
            Sealer(secret.encode())
    except WeakSecret as error:
        lines.append(_failed("secret", f"{error}; set {PREFIX}SECRET to a long random text"))
    if not settings.real_provider:
        lines.append(
            _ok("provider", "the sandbox: messages go to phones on the screen, and nothing leaves this machine")
        )
        return lines
    if settings.twilio_from_2:
        lines.append(_ok("provider", "two senders"))
    else:
        lines.append(_warning("provider", f"one sender only: with {PREFIX}TWILIO_FROM_2 a text that is not delivered "
                                          f"goes a second way"))  # fmt: skip
    if settings.mails:
        lines.append(_ok("mail", f"e-mail goes through {settings.smtp_host}:{settings.smtp_port}"))
    if settings.hooks:
        lines.append(_ok("webhook", "what reaches the operators goes to a system of their own"))
    if settings.dead_man_url.get_secret_value():
        lines.append(_ok("dead man", "somebody outside is asked once a minute while all is well"))
    else:
        lines.append(_warning("dead man", f"nobody outside would notice that all of this has stopped: set "
                                          f"{PREFIX}DEAD_MAN_URL (docs/running.md)"))  # fmt: skip
    if not settings.metrics_token.get_secret_value():
        lines.append(_warning("metrics", f"nobody may read /metrics: set {PREFIX}METRICS_TOKEN"))
    return lines


def _of_havens(settings: Settings, now: float) -> Iterator[Line]:
    if settings.havens is None:
        return
    try:
        havens = havens_of(settings)
    except HavenError as error:
        yield _failed("havens", f"{error}. Until it is mended there are none; a start reads it anew (docs/havens.md)")
        return
    unread, many = havens.unreadable, f"{havens.known} in {settings.havens}"
    if unread:
        yield _warning("havens", f"{many}; the hours of {len(unread)} cannot be read, so these never count as open: "
                                 f"{', '.join(unread[:5])}")  # fmt: skip
    elif havens.known == 0:
        yield _warning("havens", f"{many}: the list is empty")
    elif stale := havens.unvetted(now):
        yield _warning("havens", f"{many}; nobody has stood at the door of {stale} of a scheme within a year "
                                 "(verified_on), so these are open places")  # fmt: skip
    else:
        yield _ok("havens", f"{many}; without hours, so never open: {havens.timeless}")


async def _of_maps(settings: Settings, clock: Clock) -> list[Line]:
    maps = maps_of(settings)
    try:
        await maps.threaded(maps.swap)
    finally:
        await maps.close()
    in_use = {one.name: one for one in maps.known}
    faults = {  # a list's says what mends it
        name: why if name in in_use else f"{why}; lamplit map build {name} builds it anew"
        for name, why in maps.faults.items()
    }
    for name, one in in_use.items():
        if damage := folder(settings.maps_dir, name).damage(one.current):
            faults[name] = "; ".join(filter(None, (faults.get(name), damage)))
    lines = [_failed("maps", f"{name}: {why} (docs/maps.md)") for name, why in faults.items()]
    if not maps.known:
        return lines or [_warning("maps", "there is none: no ways are planned and no street is known to be lit; "
                                          "`lamplit map build NAME` (docs/maps.md)")]  # fmt: skip
    old = [one.name for one in maps.known if is_old(one.current, clock.now())]
    drawn = any(one.current.tiles for one in maps.known)
    names = ", ".join(one.name for one in maps.known)
    if old:
        lines.append(_warning("maps", f"older than a year: {', '.join(old)}; `lamplit map build` fetches a newer one"))
    else:
        lines.append(_ok("maps", f"{names}; `lamplit map info` says what they hold"))
    if drawn and not basemap.files():
        lines.append(_warning("basemap", "pages show text and drawings in place of maps: "
                                         "`python -m service.maps.basemap` fetches what draws them"))  # fmt: skip
    return lines


def _of_folder(settings: Settings) -> list[Line]:
    folder = settings.data_dir
    there = folder
    while not there.exists() and there != there.parent:
        there = there.parent
    if not os.access(there, os.W_OK):
        return [_failed("folder", f"cannot write to {there}: give it to the user that runs Lamplit")]
    free = disk.gigabytes(disk.free_bytes(folder))
    if disk.free_bytes(folder) < (disk.LOW if settings.store_url else disk.NEEDED):
        return [_failed("disk", f"{free} GB free for {folder}: make room, a full disk stops everything")]
    return [_ok("disk", f"{free} GB free for {folder}")]


async def _of_store(settings: Settings, clock: Clock) -> AsyncIterator[Line]:
    where = "the store" if settings.store_url else "the embedded store"
    try:
        async with store_of(settings, new=False, checked=False) as store:
            complaints = await store.complaints()
            for complaint in complaints:
                yield _failed("store", complaint)
            if complaints:
                return
            await store.check()
            began = clock.monotonic()
            await store.book_put(absence.BOOK, PULSE, msgspec.msgpack.encode(clock.now()))
            yield _ok(
                "store", f"{where} writes to its disk before it answers ({1000 * (clock.monotonic() - began):.0f} ms)"
            )
            apart_s = clock.now() - await store.server_time()
            if abs(apart_s) > APART_S:
                yield _failed(
                    "clock", f"this machine's clock and the store's are {abs(apart_s):.0f} s apart: set them by NTP"
                )
            for line in await _of_service(settings, store, clock):
                yield line
    except FileNotFoundError:
        yield _warning("store", f"there is none in {settings.data_dir} yet: the first start makes it")
        yield _failed("service", "it has never run here: start it with `lamplit run`")
    except (WrongStore, StoreUnavailable) as error:
        yield _failed("store", str(error))
    except OSError as error:
        yield _failed("store", f"cannot use {settings.data_dir}: {error.strerror or error}")


async def _of_service(settings: Settings, store: ValkeyStore, clock: Clock) -> list[Line]:
    """What a running service says of itself; where none answers here, what is written down."""
    host = "127.0.0.1" if settings.host in EVERYWHERE else settings.host
    where = f"http://{f'[{host}]' if ':' in host else host}:{settings.port}"
    report = await asked(f"{where}/health")
    lines = [_said_of_itself(where, report)] if report is None or not report.get("failing") else _troubles(report)
    if report is None:
        lines = await _written_down(where, store, clock)
    known = await accounts(store)
    if not known:
        lines.append(_warning("operators", "nobody can sign in at /console: `lamplit operator add NAME`"))
    return lines


def _said_of_itself(where: str, report: dict[str, Any] | None) -> Line:
    on_shift = 0 if report is None else report.get("operators_on_shift") or 0
    return _ok("service", f"it answers at {where}, keeps its rounds, and nothing waits; operators on shift: {on_shift}")


def _troubles(report: dict[str, Any]) -> list[Line]:
    why = report.get("why", [])
    return [
        Line(name, State.FAILED if name in SERIOUS else State.WARNING, sentence)
        for name, sentence in zip(report["failing"], why, strict=False)
    ]


async def _written_down(where: str, store: ValkeyStore, clock: Clock) -> list[Line]:
    now = clock.now()
    marks = await store.book_get(absence.BOOK, [absence.ROUND, absence.DOOR])
    round_s, door_s = (None if m is None else now - msgspec.msgpack.decode(m, type=float) for m in marks)
    lines = []
    if door_s is None or door_s > DOOR_OLD_S:
        since = "never" if door_s is None else f"not for {lasting(door_s)}"
        lines.append(_failed("doors", f"nothing answers at {where}, and a door was {since} open: start `lamplit run`"))
    else:
        lines.append(
            _ok("doors", f"none here at {where}; one elsewhere said {lasting(max(0.0, door_s))} ago that it is there")
        )
    if round_s is None or round_s > ROUND_OLD_S:
        since = "never" if round_s is None else f"{lasting(round_s)} ago"
        lines.append(
            _failed("watchman", f"the last round was {since}: no deadline is noticed; start `lamplit watchman`")
        )
    else:
        lines.append(_ok("watchman", f"the last round was {lasting(max(0.0, round_s))} ago"))
    audit = await newest(store)
    if audit is not None and now - audit.at <= AUDIT_OLD_S and not audit.clean:
        lines.append(_failed("auditor", f"{audit.wakes} deadlines and {sum(audit.notices)} messages that nobody took"))
    return lines


async def _of_public_address(settings: Settings) -> Line:
    if await asked(f"{settings.public_url}/ready") is None:
        return _failed(
            "address",
            f"{settings.public_url} does not answer from here: contacts' links and the provider's callbacks need it; "
            f"look at the proxy and at {PREFIX}PUBLIC_URL",
        )
    return _ok("address", f"{settings.public_url} answers")
