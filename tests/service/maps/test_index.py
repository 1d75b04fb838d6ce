"""The index of regions: by name, with those that are near; and whatever else an address may hold."""

from collections.abc import AsyncIterator

import pytest

from service.maps.fetch import FetchError
from service.maps.index import Entry, found, look_up, plain, read

from .publisher import Publisher, publishing

ADDRESS = "https://maps.example/index.json"
INDEX = b"""{"type": "FeatureCollection", "features": [
 {"type": "Feature", "properties": {"id": "kent", "parent": "england", "name": "Kent",
   "urls": {"pbf": "https://maps.example/kent-latest.osm.pbf", "shp": "https://maps.example/kent.zip"}}},
 {"type": "Feature", "properties": {"id": "us/kentucky", "name": "Kentucky", "urls": {"pbf": "ky.osm.pbf"}, "sha256": "ab"}},
 {"type": "Feature", "properties": {"id": "georgia", "name": "Georgia", "urls": {"pbf": "georgia.osm.pbf"}}},
 {"type": "Feature", "properties": {"id": "us/georgia", "name": "Georgia", "urls": {"pbf": "us-georgia.osm.pbf"}}},
 {"type": "Feature", "properties": {"id": "gb/a", "name": "Twice", "urls": {"pbf": "a.osm.pbf"}}},
 {"type": "Feature", "properties": {"id": "gb/b", "name": "Twice", "urls": {"pbf": "b.osm.pbf"}}},
 {"type": "Feature", "properties": {"id": "planet", "name": "Planet", "urls": {}}}]}"""
ENTRIES = read(INDEX, ADDRESS)


@pytest.fixture
async def publisher() -> AsyncIterator[Publisher]:
    """One with an index."""
    async with publishing(Publisher({"/index.json": INDEX})) as one:
        yield one


def test_regions_with_a_file_are_read() -> None:
    """Addresses may be relative to the index; a checksum may stand beside them."""
    assert [one.id for one in ENTRIES] == ["kent", "us/kentucky", "georgia", "us/georgia", "gb/a", "gb/b"]
    assert ENTRIES[0] == Entry("kent", "Kent", "https://maps.example/kent-latest.osm.pbf")
    assert ENTRIES[1] == Entry("us/kentucky", "Kentucky", "https://maps.example/ky.osm.pbf", "ab")


@pytest.mark.parametrize(
    ("name", "id_"),
    [("kent", "kent"), ("Kent", "kent"), ("us/kentucky", "us/kentucky"), ("us-kentucky", "us/kentucky"),
     ("Kentucky", "us/kentucky"), ("georgia", "georgia"), ("us/georgia", "us/georgia")],
)  # fmt: skip
def test_a_region_is_found_by_id_or_name(name: str, id_: str) -> None:
    """Whatever the case and the dashes; an id counts before a name."""
    assert found(ENTRIES, name).id == id_


def test_one_that_is_not_there_has_three_near_it() -> None:
    """Somebody mistyped it."""
    with pytest.raises(FetchError, match=r"expected one of the 6 regions of the index, got kemt; did you mean kent"):
        found(ENTRIES, "kemt")
    with pytest.raises(FetchError, match=r"got zzzz$"):
        found(ENTRIES, "zzzz")


def test_a_name_that_two_have_needs_an_id() -> None:
    """Both are named."""
    with pytest.raises(FetchError, match="expected one region, got 2: gb/a, gb/b"):
        found(ENTRIES, "twice")


@pytest.mark.parametrize(
    "text", [b"", b"<!doctype html>", b"[]", b'{"features": 1}', b'{"features": [{}]}', b"\xff\xfe\x00"]
)
def test_something_else_than_an_index(text: bytes) -> None:
    """It is said with the address."""
    with pytest.raises(FetchError, match=r"expected a list of regions at https://maps\.example/index\.json, got"):
        read(text, ADDRESS)


async def test_it_is_asked_for_where_the_setting_says(publisher: Publisher) -> None:
    """And what it names beside itself is there, too."""
    entry = await look_up(f"{publisher.url}/index.json", "kentucky")

    assert entry.pbf == f"{publisher.url}/ky.osm.pbf"


async def test_no_index_there(publisher: Publisher) -> None:
    """One sentence with the answer."""
    with pytest.raises(FetchError, match=r"expected a file at .*/none\.json, got 404"):
        await look_up(f"{publisher.url}/none.json", "kent")


@pytest.mark.parametrize(
    ("name", "folder"),
    [("us/kentucky", "us-kentucky"), ("Île-de-France", "le-de-france"), ("a" * 50, "a" * 40), ("…", "")],
)
def test_a_name_becomes_that_of_a_folder(name: str, folder: str) -> None:
    """Small letters, digits and dashes, at most forty."""
    assert plain(name) == folder
