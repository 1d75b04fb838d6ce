"""What maps on pages are drawn from: tiles in ranges, and the programs."""

from pathlib import Path

import httpx
import pytest
from msgspec.structs import replace
from starlette.applications import Starlette

from service.doors.maps import Basemap, routes
from service.maps import basemap
from service.maps.planning import Planning
from tests.service.maps.medway import MEDWAY, medway_streets, put
from tests.service.maps.medway import medway as maps_of_medway

from .neighbourhood import Neighbourhood

TILES = b"PMTiles" + bytes(range(256)) * 4


def _drawn(root: Path, *, before: str = "") -> None:
    """The town's map has tiles, and `before` those of the build before."""
    folder = put(root, medway_streets())
    current = folder.current()
    assert current is not None
    for name in ("a.pmtiles", before):
        if name:
            (folder.path / name).write_bytes(TILES)
    folder.commit(replace(current, tiles="a.pmtiles", tiles_before=before))


@pytest.fixture
def mapped(street: Neighbourhood, tmp_path: Path) -> Neighbourhood:
    """A sandbox with the town's map and tiles."""
    maps = maps_of_medway(tmp_path / "maps")
    _drawn(tmp_path / "maps", before="z.pmtiles")
    maps.swap()
    street.house.planning = Planning(maps)
    return street


async def test_tiles_come_in_the_range_that_was_asked_for(mapped: Neighbourhood) -> None:
    """206 with those bytes; kept for minutes, by this browser alone: an address of tiles tells where somebody looks."""
    answer = await mapped.browser().http.get(f"/map/{MEDWAY}-a.pmtiles", headers={"Range": "bytes=7-9"})

    assert answer.status_code == 206
    assert answer.content == TILES[7:10]
    assert answer.headers["content-range"] == f"bytes 7-9/{len(TILES)}"
    assert answer.headers["cache-control"] == "private, max-age=600"
    assert answer.headers["cross-origin-resource-policy"] == "same-origin"


@pytest.mark.parametrize("span", ["bytes=999999-", "bytes=999999-1000000", "bytes=-0"])
async def test_a_range_beyond_the_end_is_refused(mapped: Neighbourhood, span: str) -> None:
    """416, and how long the file is."""
    answer = await mapped.browser().http.get(f"/map/{MEDWAY}-a.pmtiles", headers={"Range": span})

    assert answer.status_code == 416
    assert answer.headers["content-range"] == f"bytes */{len(TILES)}"


@pytest.mark.parametrize(
    "span", ["bytes=abc", "bytes=5-2", "bytes=", "bytes=-", "lines=1-2", "5-9", "bytes=0-1,9-7", f"bytes={'9' * 5000}-"]
)
async def test_a_range_that_means_nothing_is_not_heard(mapped: Neighbourhood, span: str) -> None:
    """The whole file, as if none had been asked for (RFC 9110)."""
    answer = await mapped.browser().http.get(f"/map/{MEDWAY}-a.pmtiles", headers={"Range": span})

    assert (answer.status_code, answer.content) == (200, TILES)


async def test_what_a_browser_has_is_not_sent_again(mapped: Neighbourhood) -> None:
    """304 without a byte where its tag is still that of the file, whatever range it asks for; another tag brings the tiles."""
    http, address = mapped.browser().http, f"/map/{MEDWAY}-a.pmtiles"
    tag = (await http.get(address)).headers["etag"]
    for had in (tag, f'"old", W/{tag}', "*"):
        answer = await http.get(address, headers={"If-None-Match": had, "Range": "bytes=7-9"})
        assert (answer.status_code, answer.content) == (304, b""), had
        assert (answer.headers["etag"], answer.headers["cache-control"]) == (tag, "private, max-age=600")

    assert (await http.get(address, headers={"If-None-Match": '"old"', "Range": "bytes=7-9"})).status_code == 206


async def test_a_page_that_was_open_during_a_build_still_gets_its_tiles(mapped: Neighbourhood) -> None:
    """Those of the build before are there as well."""
    assert (await mapped.browser().http.get(f"/map/{MEDWAY}-z.pmtiles")).content == TILES


async def test_no_other_file_of_the_folder_is_served(mapped: Neighbourhood) -> None:
    """Not the streets, not what was imported, nothing by a path."""
    for name in (
        "a.streets",
        "current.json",
        "..%2Fcurrent.json",
        f"{MEDWAY}-a.streets",
        "kent-a.pmtiles",
        f"{MEDWAY}-",
    ):
        assert (await mapped.browser().http.get(f"/map/{name}")).status_code == 404, name


async def test_tiles_that_have_just_been_removed_are_not_found(mapped: Neighbourhood, tmp_path: Path) -> None:
    """404, as for those that never were."""
    (tmp_path / "maps" / MEDWAY / "a.pmtiles").unlink()

    assert (await mapped.browser().http.get(f"/map/{MEDWAY}-a.pmtiles")).status_code == 404


async def test_programs_are_served_under_their_version_alone(
    street: Neighbourhood, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A browser may keep them for ever; under another version there are none."""
    monkeypatch.setattr(basemap, "SHA256", {})
    programs = Basemap(tmp_path)
    app = Starlette(routes=routes(street.house, programs))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://lamplit.test") as client:
        assert (await client.get(programs.address("map-style.js"))).status_code == 200
        assert (await client.get(programs.address("live.js"))).status_code == 404
        assert (await client.get("/static/basemap/0123456789/map-style.js")).status_code == 404


async def test_programs_that_were_not_fetched_are_not_served(street: Neighbourhood, tmp_path: Path) -> None:
    """Under no version, and pages do not ask for them."""
    app = Starlette(routes=routes(street.house, Basemap(tmp_path)))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://lamplit.test") as client:
        assert (await client.get("/static/basemap/none/map-style.js")).status_code == 404
        assert (await client.get("/static/basemap//map-style.js")).status_code == 404


async def test_programs_come_packed_to_who_can_unpack_them(
    street: Neighbourhood, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same script in fewer bytes, and whole to anybody else; caches keep the two apart."""
    monkeypatch.setattr(basemap, "SHA256", {})
    programs = Basemap(tmp_path)
    app = Starlette(routes=routes(street.house, programs))
    address = programs.address("map-style.js")
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://lamplit.test") as client:
        packed = await client.get(address, headers={"Accept-Encoding": "gzip"})
        whole = await client.get(address, headers={"Accept-Encoding": "identity"})
        again = await client.get(address, headers={"Accept-Encoding": "gzip"})

    assert packed.headers["content-encoding"] == "gzip"
    assert int(packed.headers["content-length"]) < int(whole.headers["content-length"])
    assert packed.text == whole.text
    assert {one.headers["vary"] for one in (packed, whole)} == {"Accept-Encoding"}
    assert again.text == whole.text
