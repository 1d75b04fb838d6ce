"""Fetching: it goes on where it broke off, and what is wrong never takes the place of what is right."""

import hashlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from service.maps.fetch import Fetched, FetchError, Interrupted, Timeouts, fetch, small
from tests.doubles.disk import files_of_at_most

from .publisher import Publisher, extract, publishing

SIZE = 1_000_000
CONTENT = extract(SIZE)
BEGAN = 600_000


def is_pbf(head: bytes) -> bool:
    """Whether a file begins as a map does."""
    return b"OSMHeader" in head


@pytest.fixture
async def publisher() -> AsyncIterator[Publisher]:
    """One that publishes Kent."""
    async with publishing(Publisher({"/kent.osm.pbf": CONTENT})) as one:
        yield one


@pytest.fixture
def target(tmp_path: Path) -> Path:
    """Where it should come to lie."""
    return tmp_path / "part" / "kent.osm.pbf"


async def fetched(
    publisher: Publisher, target: Path, path: str = "/kent.osm.pbf", sha256: str = "", known: str = ""
) -> Fetched | None:
    """Fetch it, with little patience."""
    impatient = Timeouts(2.0, 0.3)
    return await fetch(f"{publisher.url}{path}", target, sha256=sha256, known=known, begins=is_pbf, timeouts=impatient)


async def begun(publisher: Publisher, target: Path) -> str:
    """Fetch it over a line that breaks after 60 %: what is said then."""
    publisher.cut_at = BEGAN
    with pytest.raises(Interrupted) as broke:
        await fetched(publisher, target)
    assert not is_there(target)
    return str(broke.value)


def content(target: Path) -> bytes:
    """What is in it."""
    return target.read_bytes()


def is_there(target: Path) -> bool:
    """Whether anything is."""
    return target.exists()


def put(target: Path, some: bytes) -> None:
    """Put something there."""
    target.parent.mkdir()
    target.write_bytes(some)


def parts(target: Path) -> list[str]:
    """What lies beside the target."""
    return sorted(path.name for path in target.parent.iterdir() if path != target)


async def test_a_file_comes_whole_and_checked(publisher: Publisher, target: Path) -> None:
    """With its checksum, its mark, and how far it was told on the way."""
    told: list[tuple[int, int | None]] = []
    got = await fetch(f"{publisher.url}/kent.osm.pbf", target, lambda here, all_: told.append((here, all_)))

    assert got == Fetched(target, hashlib.sha256(CONTENT).hexdigest(), True, '"one"')
    assert (content(target), parts(target)) == (CONTENT, [])
    assert (told[-1], [here for here, _ in told]) == ((SIZE, SIZE), sorted(here for here, _ in told))


async def test_it_goes_on_where_it_broke_off(publisher: Publisher, target: Path) -> None:
    """The sentence says how far it is, and only the rest is asked for."""
    said = await begun(publisher, target)
    assert said.endswith("it broke off; run it again, it goes on at 60 %")
    got = await fetched(publisher, target)

    assert (got is not None, content(target)) == (True, CONTENT)
    assert publisher.ways == ["all", f"bytes={BEGAN}-"]
    assert parts(target) == []


async def test_it_goes_on_by_a_date_where_there_is_no_strong_mark(publisher: Publisher, target: Path) -> None:
    """A weak mark does not say that the bytes are the same; when it was changed does."""
    publisher.etag, publisher.modified = 'W/"one"', "Tue, 10 Mar 2026 11:30:00 GMT"
    await begun(publisher, target)
    await fetched(publisher, target)

    assert (publisher.ways, content(target)) == (["all", f"bytes={BEGAN}-"], CONTENT)


async def test_without_a_mark_all_of_it_comes_anew(publisher: Publisher, target: Path) -> None:
    """Nobody could say whether the rest is of the same file."""
    publisher.etag = ""
    await begun(publisher, target)
    await fetched(publisher, target)

    assert (publisher.ways, content(target)) == (["all", "all"], CONTENT)


async def test_a_file_that_was_replaced_meanwhile_comes_anew(publisher: Publisher, target: Path) -> None:
    """Its mark changed: not a byte of the old one is kept."""
    await begun(publisher, target)
    other = extract(SIZE // 2)[::-1]
    publisher.files["/kent.osm.pbf"], publisher.etag = extract(64) + other, '"two"'
    await fetched(publisher, target)

    assert content(target) == extract(64) + other


async def test_a_server_that_knows_no_ranges_sends_all_of_it(publisher: Publisher, target: Path) -> None:
    """It is taken as it comes."""
    publisher.ranges = False
    await begun(publisher, target)
    await fetched(publisher, target)

    assert content(target) == CONTENT


@pytest.mark.parametrize("said", ["bytes 0-999999/1000000", f"bytes {BEGAN}-999999/1000001", "none"])
async def test_a_part_that_does_not_fit_is_not_put_together(publisher: Publisher, target: Path, said: str) -> None:
    """Another beginning, another length, or nothing that can be read: all of it comes anew."""
    await begun(publisher, target)
    publisher.content_range = said
    await fetched(publisher, target)

    assert (publisher.ways, content(target)) == (["all", f"bytes={BEGAN}-", "all"], CONTENT)


async def test_a_download_that_was_whole_when_we_were_killed_is_not_fetched_again(
    publisher: Publisher, target: Path
) -> None:
    """All bytes are here; only its checksum was not looked at yet."""
    publisher.cut_at = SIZE
    publisher.sum_status = 503
    with pytest.raises(Interrupted, match=r"its checksum is not to be had \(503\); run it again, it goes on at 100 %"):
        await fetched(publisher, target)
    publisher.sum_status = None
    got = await fetched(publisher, target)

    assert (got is not None and got.checked, content(target)) == (True, CONTENT)
    assert publisher.ways == ["all", f"bytes={SIZE}-"]


@pytest.mark.parametrize("broken", [False, True], ids=["at once", "in two goes"])
async def test_a_wrong_checksum_throws_it_away(publisher: Publisher, target: Path, broken: bool) -> None:
    """The part is gone too: going on with it would never come right."""
    publisher.wrong_sum = True
    if broken:
        await begun(publisher, target)
    with pytest.raises(FetchError, match=f"expected a file with MD5 {'0' * 32}, got .*thrown away"):
        await fetched(publisher, target)

    assert (is_there(target), parts(target)) == (False, [])


async def test_what_is_there_stays_until_the_new_one_is_right(publisher: Publisher, target: Path) -> None:
    """An older file is replaced in one step, and by nothing wrong."""
    put(target, b"last month's")
    publisher.wrong_sum = True
    with pytest.raises(FetchError):
        await fetched(publisher, target)
    assert content(target) == b"last month's"
    publisher.wrong_sum = False
    await fetched(publisher, target)

    assert content(target) == CONTENT


async def test_a_sha256_that_is_known_wins(publisher: Publisher, target: Path) -> None:
    """What the index says is asked of nobody else."""
    publisher.wrong_sum = True
    got = await fetched(publisher, target, sha256=hashlib.sha256(CONTENT).hexdigest().upper())
    assert got is not None
    assert got.checked
    assert not [path for path, _ in publisher.asked if path.endswith(".md5")]
    with pytest.raises(FetchError, match="expected a file with SHA-256 00"):
        await fetched(publisher, target, sha256="00" * 32)


async def test_no_checksum_is_said(publisher: Publisher, target: Path) -> None:
    """It is taken, and known not to have been checked."""
    publisher.sums = False
    got = await fetched(publisher, target)

    assert got is not None
    assert not got.checked


async def test_the_checksum_is_that_of_the_file_we_were_sent_to(publisher: Publisher, target: Path) -> None:
    """`latest` leads to the file of a day, and another day may begin meanwhile."""
    publisher.moved["/latest"] = f"{publisher.url}/kent.osm.pbf"
    got = await fetched(publisher, target, "/latest")

    assert got is not None
    assert got.checked
    assert publisher.asked[-1][0] == "/kent.osm.pbf.md5"


async def test_one_that_is_known_is_not_fetched(publisher: Publisher, target: Path) -> None:
    """The other side says that there is none newer."""
    assert await fetched(publisher, target, known='"one"') is None
    assert not is_there(target)


async def test_sent_round_in_circles(publisher: Publisher, target: Path) -> None:
    """Three times at most."""
    publisher.moved = {"/a": f"{publisher.url}/b", "/b": f"{publisher.url}/a"}
    with pytest.raises(FetchError, match="sends us on and on: expected at most 3 times"):
        await fetched(publisher, target, "/a")

    assert len(publisher.asked) == 4


@pytest.mark.parametrize("to", ["http://maps.example/kent.osm.pbf", "ftp://127.0.0.1/kent", "file:///etc/passwd"])
async def test_sent_to_where_nobody_should_go(publisher: Publisher, target: Path, to: str) -> None:
    """No file of this machine, and no line that anybody can read and write on."""
    publisher.moved = {"/a": to}
    with pytest.raises(FetchError, match=r"expected an address that begins with https, got .*sends us"):
        await fetched(publisher, target, "/a")


@pytest.mark.parametrize("url", ["http://maps.example/kent.osm.pbf", "kent.osm.pbf", "file:///etc/passwd"])
async def test_an_address_in_the_clear_is_refused(target: Path, url: str) -> None:
    """Before anything is asked."""
    with pytest.raises(FetchError, match="expected an address that begins with https"):
        await fetch(url, target)


@pytest.mark.parametrize("page", [b"<!doctype html><title>Sign in to the wireless network</title>" + bytes(99), b"no"])
async def test_something_else_than_a_map(publisher: Publisher, target: Path, page: bytes) -> None:
    """The page of a hotel's network, or a line of text: nothing of it is kept."""
    publisher.files["/kent.osm.pbf"] = page
    with pytest.raises(FetchError, match=r"expected map data at .*, got"):
        await fetched(publisher, target)

    assert parts(target) == []


async def test_a_body_that_is_too_short_is_no_file(publisher: Publisher, target: Path) -> None:
    """It is kept as a part, never taken for the whole."""
    assert "60 %" in await begun(publisher, target)
    assert parts(target) == ["kent.osm.pbf.json", "kent.osm.pbf.part"]


async def test_a_short_body_of_unknown_length_fails_its_checksum(publisher: Publisher, target: Path) -> None:
    """Where nobody said how long it is, only the checksum can tell."""
    publisher.lengthless, publisher.cut_at = True, BEGAN
    with pytest.raises(FetchError):
        await fetched(publisher, target)

    assert not is_there(target)


async def test_silence_ends_it(publisher: Publisher, target: Path) -> None:
    """No byte for a while: it broke off, and goes on next time."""
    publisher.stall_at = BEGAN
    with pytest.raises(Interrupted, match="no answer in time; run it again, it goes on at 60 %"):
        await fetched(publisher, target)
    publisher.stall_at = None
    await fetched(publisher, target)

    assert content(target) == CONTENT


async def test_nobody_there(target: Path) -> None:
    """One sentence with whom we asked."""
    with pytest.raises(Interrupted, match=r"127\.0\.0\.1:9: cannot be reached; run it again"):
        await fetch("http://127.0.0.1:9/kent.osm.pbf", target)


@pytest.mark.parametrize(
    ("status", "kind"), [(404, FetchError), (403, FetchError), (503, Interrupted), (429, Interrupted)]
)
async def test_what_they_answer_is_said(
    publisher: Publisher, target: Path, status: int, kind: type[FetchError]
) -> None:
    """With the number; what came before stays, for it may be there again tomorrow."""
    await begun(publisher, target)
    publisher.status = status
    with pytest.raises(FetchError, match=str(status)) as said:
        await fetched(publisher, target)

    assert type(said.value) is kind
    assert parts(target) == ["kent.osm.pbf.json", "kent.osm.pbf.part"]


async def test_a_full_disk_is_said_and_gone_on_with(publisher: Publisher, target: Path) -> None:
    """What fits is kept; with more room it goes on there."""
    with (
        files_of_at_most(BEGAN),
        pytest.raises(Interrupted, match=r"cannot write to .*; run it again, it goes on at \d+ %"),
    ):
        await fetched(publisher, target)
    await fetched(publisher, target)

    assert content(target) == CONTENT
    assert publisher.ways[1] != "all"


async def test_notes_that_cannot_be_read_begin_anew(publisher: Publisher, target: Path) -> None:
    """A part of which nobody knows what it is of."""
    await begun(publisher, target)
    target.with_name("kent.osm.pbf.json").write_text("{")
    await fetched(publisher, target)

    assert (publisher.ways, content(target)) == (["all", "all"], CONTENT)


async def test_a_small_file_has_its_limit(publisher: Publisher) -> None:
    """An index of a gigabyte is none."""
    publisher.files["/index.json"] = b"[]"
    assert await small(f"{publisher.url}/index.json", 100) == b"[]"
    with pytest.raises(FetchError, match="expected at most 999999 bytes"):
        await small(f"{publisher.url}/kent.osm.pbf", 999_999)
    with pytest.raises(FetchError, match=r"expected a file at .*/none, got 404"):
        await small(f"{publisher.url}/none", 100)
