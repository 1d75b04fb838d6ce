"""`lamplit why JOURNEY`: the whole story, for whoever has this machine. Works while the service runs, and without it."""

import asyncio
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, NoReturn

import msgspec
import typer

from service.beside import store_of
from service.clock import SystemClock
from service.journey import legs
from service.journey.model import Journey
from service.people.model import Contact, Traveller
from service.rows import UnreadableRow, is_journey, journey_row, subject, traveller_row
from service.settings import Settings, SettingsError
from service.store import FeedGap, Store, StoreUnavailable, WrongStore

from .archive import Remembered, SqliteArchive
from .chronicle import read, whole
from .why import Line, as_text, lines
from .why_words import Teller, profile_of

NOBODY, CANNOT = 1, 2
AT_ONCE = 500
FEED_READS = 1000


class Unknown(Exception):
    """There is no such journey, or more than one. One sentence."""


@dataclass(slots=True)
class Found:
    """A journey and its log. Without the store only the archive's half of it."""

    key: str
    journey: Journey | None = None
    account: Traveller | None = None
    log: list[Remembered] = field(default_factory=list)
    store: str = ""
    """Why the store could not be read, if so."""


def why(
    journey: Annotated[str, typer.Argument(help="A journey (abc-3), or what people call it on the telephone (K742).")],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Why everything happened on one journey: each decision with its rule and numbers, each message with every state.

    Contacts are named, their numbers are not. Exit code 1: no such journey; 2: neither store nor archive can be read.
    """
    try:
        settings = Settings.load()
        found = asyncio.run(look(settings, journey.strip()))
    except Unknown as error:
        _stop(str(error), NOBODY)
    except (SettingsError, sqlite3.Error) as error:
        _stop(str(error), CANNOT)
    except OSError as error:
        _stop(f"cannot read: {error.strerror or error}", CANNOT)
    told = lines(whole(read(found.log)), _teller(found, settings.timezone))
    if as_json:
        typer.echo(msgspec.json.encode({**_head(found), "lines": told}).decode())
    else:
        typer.echo(_header(found))
        typer.echo(_body(found, told, settings.timezone), nl=False)


async def look(settings: Settings, wanted: str) -> Found:
    """Everything there is about `wanted`. Raises Unknown."""
    archive = SqliteArchive(settings.data_dir / "archive", SystemClock())
    found = Found(wanted)
    try:
        try:
            async with store_of(settings, new=False) as store:
                await _in_store(store, archive, found)
        except (WrongStore, StoreUnavailable) as error:
            found.store = str(error)
        remembered = await archive.story(found.key)
    finally:
        await archive.close()
    known = {(one.key, one.version, one.n) for one in remembered}
    found.log = [*remembered, *(one for one in found.log if (one.key, one.version, one.n) not in known)]
    if found.journey is None and not found.log:
        raise Unknown(
            f"expected a journey or its reference, got {wanted}" + (f" ({found.store})" if found.store else "")
        )
    return found


async def _in_store(store: Store, archive: SqliteArchive, found: Found) -> None:
    """The row, her account, and of the log what the archivist has not read yet."""
    if not is_journey(found.key):
        found.key = await _called(store, found.key.upper())
    rows = await store.load([found.key, found.key.partition("-")[0]])
    if rows[0] is not None:
        found.journey = journey_row(found.key, rows[0].value).journey
    if rows[1] is not None:
        found.account = traveller_row(rows[1].key, rows[1].value)
    found.log = await _unread(store, await archive.cursors() or await store.feed_begin(), found.key)


async def _called(store: Store, reference: str) -> str:
    """The journey that people call so."""
    keys = sorted(filter(is_journey, await store.keys()))
    found = []
    for first in range(0, len(keys), AT_ONCE):
        for row in await store.load(keys[first : first + AT_ONCE]):
            try:
                if row is not None and journey_row(row.key, row.value).journey.plan.reference == reference:
                    found.append(row.key)
            except UnreadableRow:
                continue
    if len(found) > 1:
        raise Unknown(f"{reference} is what several are called: {', '.join(found)}")
    if not found:
        raise Unknown(f"expected a journey or its reference, got {reference}")
    return found[0]


async def _unread(store: Store, cursors: Sequence[str], key: str) -> list[Remembered]:
    at, found = list(cursors), []
    for _ in range(FEED_READS):
        try:
            entries = await store.feed(at, 0.0)
        except FeedGap as gap:
            at = gap.resume
            continue
        if not entries:
            break
        for entry in entries:
            at[entry.partition] = entry.cursor
            if subject(entry.event, entry.key) == key:
                found.append(Remembered(entry.key, entry.version, entry.n, entry.event))
    return found


# ── as it is shown ───────────────────────────────────────────────────────────────────────────────────────


def _teller(found: Found, zone: str) -> Teller:
    account, journey = found.account, found.journey
    contacts = account.contacts if account is not None else ()
    return Teller(
        name=account.name if account is not None else "She",
        zone=zone,
        profile=profile_of(journey.plan.profile if journey is not None else ""),
        people={c.id: f"{c.name} ({c.id})" for c in contacts},
        gone="contact {}",
    )


def _head(found: Found) -> dict[str, Any]:
    head: dict[str, Any] = {"journey": found.key, "store": not found.store}
    journey, account = found.journey, found.account
    if account is not None:
        people = [_person(contact) for contact in account.contacts]
        head |= {"name": account.name, "number": account.phone.masked, "people": people}
    if journey is not None:
        alarm = journey.alarm
        head |= {
            "reference": journey.plan.reference,
            "kind": journey.plan.kind.value,
            "mode": legs.mode(journey),
            "leg": journey.leg,
            "legs": [leg.mode for leg in journey.plan.legs],
            "profile": journey.plan.profile,
            "destination": journey.plan.destination,
            "state": journey.state.value,
            "began_at": journey.plan.began_at,
            "eta_at": journey.eta_at,
            "closed_at": journey.closed.at if journey.closed is not None else None,
            "open_incident": alarm.level.value if alarm is not None else None,
            "cover_story": journey.shadow is not None,
        }
    return head


def _person(contact: Contact) -> dict[str, Any]:
    return {
        "id": contact.id,
        "name": contact.name,
        "number": contact.phone.masked,
        "state": contact.state.value,
        "on_sos_list": contact.on_sos_list,
    }


def _header(found: Found) -> str:
    head = _head(found)
    parts = [found.key]
    if found.journey is not None:
        leg = f" (leg {head['leg'] + 1} of {len(head['legs'])})" if head["legs"] else ""
        parts = [
            f"{found.key}, {head['reference']}: {head['kind']}, {head['mode']}{leg}, {head['profile']}, {head['state']}"
        ]
        parts += [f"Open: {head['open_incident']}"] if head["open_incident"] else []
        parts += ["Her own screens are shown a cover story"] if head["cover_story"] else []
    if found.account is not None:
        parts.append(f"{head['name']}, {head['number']}")
        for one in head["people"]:
            listed = ", on the SOS list" if one["on_sos_list"] else ""
            parts.append(f"  {one['name']} ({one['id']}), {one['number']}, {one['state']}{listed}")
    if found.store:
        parts.append(f"The store cannot be read, this is what the archive has: {found.store}")
    return "\n".join(parts) + "\n"


def _body(found: Found, told: Sequence[Line], zone: str) -> str:
    profile = found.journey.plan.profile if found.journey is not None else "standard"
    return as_text(told, zone, profile) if told else "Nothing is written down about it any more.\n"


def _stop(sentence: str, code: int) -> NoReturn:
    typer.echo(f"lamplit: {sentence}", err=True)
    raise typer.Exit(code)
