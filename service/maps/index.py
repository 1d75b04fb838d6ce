"""The list of regions that can be fetched by name: GeoJSON as Geofabrik publishes it, of which only the names are read."""

import re
from collections.abc import Sequence
from difflib import get_close_matches
from urllib.parse import urljoin

import msgspec

from .fetch import FetchError, small

MOST_BYTES = 50_000_000
NEAR = 3


class Entry(msgspec.Struct, frozen=True):
    """A region of the list. `sha256`: of its file, where the list has it."""

    id: str
    name: str
    pbf: str
    sha256: str = ""


class _Urls(msgspec.Struct):
    pbf: str = ""


class _Properties(msgspec.Struct):
    id: str = ""
    name: str = ""
    urls: _Urls | None = None
    sha256: str = ""


class _Feature(msgspec.Struct):
    properties: _Properties


class _Features(msgspec.Struct):
    features: list[_Feature]


async def look_up(address: str, name: str) -> Entry:
    """The region of that name. Raises FetchError: the list cannot be had, or has no such region and which are near."""
    return found(read(await small(address, MOST_BYTES), address), name)


def read(text: bytes, address: str) -> list[Entry]:
    """All regions that have a file. Raises FetchError."""
    try:
        features = msgspec.json.decode(text, type=_Features).features
    except (msgspec.DecodeError, UnicodeError) as error:
        raise FetchError(f"expected a list of regions at {address}, got {_shown(error)}") from None
    return [
        Entry(p.id, p.name, urljoin(address, p.urls.pbf), p.sha256)
        for p in (feature.properties for feature in features)
        if p.id and p.urls is not None and p.urls.pbf
    ]


def found(entries: Sequence[Entry], name: str) -> Entry:
    """By its id, else by its name if only one has it, whatever the case. Raises FetchError, which names those near."""
    wanted = plain(name)
    by_id = [one for one in entries if plain(one.id) == wanted]
    matching = by_id or [one for one in entries if plain(one.name) == wanted]
    if len(matching) == 1:
        return matching[0]
    if matching:
        raise FetchError(f"expected one region, got {len(matching)}: {', '.join(one.id for one in matching[:NEAR])}")
    ids = {plain(one.id): one.id for one in entries} | {plain(one.name): one.id for one in entries}
    near = list(dict.fromkeys(ids[one] for one in get_close_matches(wanted, ids, n=2 * NEAR, cutoff=0.5)))[:NEAR]
    hint = f"; did you mean {', '.join(near)}?" if near else ""
    raise FetchError(f"expected one of the {len(entries)} regions of the index, got {name[:60]}{hint}")


def plain(name: str) -> str:
    """A name as a folder may be called: small letters, digits, dashes."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:40].strip("-")


def _shown(error: Exception) -> str:
    return str(error).split("\n", 1)[0][:120]
