"""A large file from elsewhere: it goes on where it broke off, is held against its checksum, and appears whole or not at all.

Beside the target lie, until it is whole, `<target>.part` and `<target>.json`: what came so far, and of which file. Goes on
only where the other side says by its own mark that the file is still the same one.
"""

import hashlib
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urljoin, urlsplit

import aiohttp
import msgspec

from geofence.streets.format import sync
from service.settings import LOOPBACK

REDIRECTS = 3
CONNECT_S, SILENCE_S = 10.0, 30.0
HEAD_BYTES = 32
_CHUNK = 1 << 18
_SUM_BYTES = 4096
_MOVED = frozenset({301, 302, 303, 307, 308})
_RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+)")
_MD5 = re.compile(r"[0-9a-f]{32}\b", re.IGNORECASE)

Told = Callable[[int, int | None], None]
"""Called with how many bytes are here, and how many there will be, if that is known."""


class FetchError(Exception):
    """It cannot be fetched, in one sentence."""


class Interrupted(FetchError):
    """It broke off; what came is kept, and the next time it goes on there."""


class Fetched(NamedTuple):
    """A file that is here, whole. `checked`: it was held against a checksum. `etag`: the other side's mark of it."""

    path: Path
    sha256: str
    checked: bool
    etag: str


class Timeouts(NamedTuple):
    """How long is waited for a connection, and for the next byte."""

    connect_s: float = CONNECT_S
    silence_s: float = SILENCE_S


class _Of(msgspec.Struct, frozen=True):
    """Which file a part is of."""

    url: str
    etag: str = ""
    modified: str = ""
    length: int | None = None

    @property
    def mark(self) -> str:
        """What `If-Range` takes: only a strong mark says that the bytes are the same."""
        return self.etag if self.etag and not self.etag.startswith("W/") else self.modified


class _Part:
    """What is here of a file that is not whole yet."""

    def __init__(self, target: Path) -> None:
        self.path = target.with_name(f"{target.name}.part")
        self._about = target.with_name(f"{target.name}.json")

    def size(self) -> int:
        return self.path.stat().st_size if self.path.exists() else 0

    def of(self, url: str) -> _Of | None:
        """Which file this is the beginning of; None: of none that could be gone on with."""
        try:
            found = msgspec.json.decode(self._about.read_bytes(), type=_Of)
        except (OSError, msgspec.DecodeError, UnicodeError):
            return None
        return found if found.url == url and found.mark and self.size() else None

    def begin(self, of: _Of) -> None:
        self.drop()
        self._about.write_bytes(msgspec.json.encode(of))

    def drop(self) -> None:
        self.path.unlink(missing_ok=True)
        self._about.unlink(missing_ok=True)

    def take(self, chunk: bytes, at: int) -> int:
        """Puts it there, whatever lay there before; how many bytes there are now."""
        with self.path.open("r+b" if at else "wb") as file:
            file.seek(at)
            file.write(chunk)
        return at + len(chunk)

    def sums(self) -> tuple[str, str]:
        """Its SHA-256 and its MD5, which is what map publishers give."""
        sha256, md5 = hashlib.sha256(), hashlib.md5(usedforsecurity=False)
        with self.path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                sha256.update(chunk)
                md5.update(chunk)
            os.fsync(file.fileno())
        return sha256.hexdigest(), md5.hexdigest()

    def become(self, target: Path) -> None:
        self.path.replace(target)
        self._about.unlink(missing_ok=True)
        sync(target.parent)

    def here(self) -> str:
        """How far it is, as the end of a sentence; what to do."""
        size = self.size()
        if not size:
            return "run it again"
        try:
            length = msgspec.json.decode(self._about.read_bytes(), type=_Of).length
        except (OSError, msgspec.DecodeError, UnicodeError):
            length = None
        how_far = f"{100 * size // length} %" if length else f"{size / 1e6:.1f} MB"
        return f"run it again, it goes on at {how_far}"


def _nobody(_here: int, _all: int | None) -> None:
    """Progress that nobody wants to see."""


async def fetch(
    url: str,
    target: Path,
    told: Told = _nobody,
    *,
    sha256: str = "",
    known: str = "",
    begins: Callable[[bytes], bool] = lambda _: True,
    timeouts: Timeouts = Timeouts(),  # noqa: B008 (a tuple)
) -> Fetched | None:
    """Have `target`, from `url`. `known`: the mark of the file that is here already; None: there is none newer.

    `sha256` is held against the file; without it, the MD5 that may lie beside it over there. `begins`: whether the first
    `HEAD_BYTES` are of such a file. Raises Interrupted and FetchError.
    """
    _check_address(url)
    part = _Part(target)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        async with _session(url, timeouts) as session:
            came = await _come(session, url, part, told, known, begins)
            if came is None:
                return None
            final, etag = came
            sums = part.sums()
            checked = await _checked(session, (final, url), part, sums, sha256)
        part.become(target)
    except (aiohttp.ClientError, TimeoutError) as error:
        raise Interrupted(f"{host(url)}: {_said(error)}; {part.here()}") from None
    except OSError as error:
        raise Interrupted(f"cannot write to {target.parent}: {error.strerror or error}; {part.here()}") from None
    return Fetched(target, sums[0], checked, etag)


async def small(url: str, most: int, timeouts: Timeouts = Timeouts()) -> bytes:  # noqa: B008 (a tuple)
    """A file of at most `most` bytes. Raises FetchError."""
    _check_address(url)
    try:
        async with _session(url, timeouts) as session:
            answer, final = await _asked(session, url, {})
            async with answer:
                if answer.status != 200:
                    raise FetchError(f"expected a file at {final}, got {answer.status}")
                return await _at_most(answer, most)
    except (aiohttp.ClientError, TimeoutError) as error:
        raise FetchError(f"{host(url)}: {_said(error)}") from None


def host(url: str) -> str:
    """Whom we asked, for a sentence."""
    return urlsplit(url).netloc.rpartition("@")[2]


def _session(url: str, timeouts: Timeouts) -> aiohttp.ClientSession:
    return aiohttp.ClientSession(
        timeout=aiohttp.ClientTimeout(total=None, sock_connect=timeouts.connect_s, sock_read=timeouts.silence_s),
        headers={"User-Agent": "lamplit", "Accept-Encoding": "identity"},
        auto_decompress=False,
        trust_env=urlsplit(url).hostname not in LOOPBACK,  # a proxy is for the way out
    )


def _check_address(url: str, before: str = "") -> None:
    to = urlsplit(url)
    inside = to.hostname in LOOPBACK and (not before or urlsplit(before).hostname in LOOPBACK)
    if to.scheme != "https" and not (to.scheme == "http" and inside):
        whence = f", where {host(before)} sends us" if before else ""
        raise FetchError(f"expected an address that begins with https, got {url[:200]}{whence}")


async def _asked(
    session: aiohttp.ClientSession, url: str, headers: dict[str, str]
) -> tuple[aiohttp.ClientResponse, str]:
    """The answer, and whose it is in the end."""
    at = url
    for _ in range(REDIRECTS + 1):
        answer = await session.get(at, headers=headers, allow_redirects=False)
        if answer.status not in _MOVED:
            return answer, at
        answer.close()
        onward = urljoin(at, answer.headers.get("Location", ""))
        _check_address(onward, at)
        at = onward
    raise FetchError(f"{url} sends us on and on: expected at most {REDIRECTS} times")


async def _come(
    session: aiohttp.ClientSession, url: str, part: _Part, told: Told, known: str, begins: Callable[[bytes], bool]
) -> tuple[str, str] | None:
    """Have all of it in the part: where it is from, and its mark; None: it is the one that is known."""
    for _ in range(2):
        of = part.of(url)
        answer, final = await _asked(session, url, _headers(of, part, known))
        async with answer:
            etag = answer.headers.get("ETag", "")
            if answer.status == 304 and of is None and known:
                return None
            if of is not None and answer.status == 206 and _goes_on(answer, of, part.size()):
                await _take(answer, part, part.size(), of.length, told, begins)
                return final, of.etag
            if of is not None and answer.status == 416 and of.length == part.size():
                return final, of.etag
            if answer.status == 200:
                length = answer.content_length
                part.begin(_Of(url, etag, answer.headers.get("Last-Modified", ""), length))
                await _take(answer, part, 0, length, told, begins)
                return final, etag
            if answer.status >= 500 or answer.status == 429:
                raise Interrupted(f"{host(final)} answers {answer.status}; {part.here()}")
            if answer.status not in (206, 416):
                raise FetchError(f"expected a file at {final}, got {answer.status}")
        part.drop()  # what it said does not fit what is here: all of it anew
    raise FetchError(f"expected a file at {final}, got parts that do not fit")


def _headers(of: _Of | None, part: _Part, known: str) -> dict[str, str]:
    if of is not None:
        return {"Range": f"bytes={part.size()}-", "If-Range": of.mark}
    return {"If-None-Match": known} if known else {}


def _goes_on(answer: aiohttp.ClientResponse, of: _Of, here: int) -> bool:
    said = _RANGE.fullmatch(answer.headers.get("Content-Range", ""))
    same = answer.headers.get("ETag", of.etag) == of.etag
    return said is not None and same and int(said[1]) == here and (of.length is None or int(said[3]) == of.length)


async def _take(
    answer: aiohttp.ClientResponse,
    part: _Part,
    at: int,
    length: int | None,
    told: Told,
    begins: Callable[[bytes], bool],
) -> None:
    head = b"" if at == 0 else None
    async for chunk in answer.content.iter_chunked(_CHUNK):
        at = part.take(chunk, at)
        told(at, length)
        if head is not None and len(head) < HEAD_BYTES:
            head += chunk[:HEAD_BYTES]
            if len(head) >= HEAD_BYTES:
                _check_head(head, part, answer, begins)
    if head is not None and len(head) < HEAD_BYTES:
        _check_head(head, part, answer, begins)
    if length is not None and at != length:
        raise Interrupted(f"{host(str(answer.url))}: it broke off; {part.here()}")


def _check_head(head: bytes, part: _Part, answer: aiohttp.ClientResponse, begins: Callable[[bytes], bool]) -> None:
    if not begins(head):
        part.drop()
        kind = "a web page" if answer.content_type == "text/html" else "something else"
        raise FetchError(f"expected map data at {answer.url}, got {kind}")


async def _checked(
    session: aiohttp.ClientSession, urls: tuple[str, ...], part: _Part, sums: tuple[str, str], sha256: str
) -> bool:
    """Whether there was a checksum to hold it against. A wrong one throws away what came."""
    if sha256:
        _demand("SHA-256", sha256.lower(), sums[0], part)
        return True
    for url in dict.fromkeys(urls):
        said = await _md5(session, f"{url}.md5")
        if said:
            _demand("MD5", said, sums[1], part)
            return True
    return False


def _demand(what: str, expected: str, got: str, part: _Part) -> None:
    if got != expected:
        part.drop()
        raise FetchError(f"expected a file with {what} {expected}, got {got}; it was thrown away, run it again")


async def _md5(session: aiohttp.ClientSession, url: str) -> str:
    answer, _ = await _asked(session, url, {})
    async with answer:
        if answer.status >= 500 or answer.status == 429:
            raise aiohttp.ClientPayloadError(f"its checksum is not to be had ({answer.status})")
        if answer.status != 200:
            return ""
        text = await answer.content.read(_SUM_BYTES)
        found = _MD5.match(text.decode("ascii", "replace"))
        return found[0].lower() if found else ""


async def _at_most(answer: aiohttp.ClientResponse, most: int) -> bytes:
    found = bytearray()
    async for chunk in answer.content.iter_chunked(_CHUNK):
        found += chunk
        if len(found) > most:
            raise FetchError(f"expected at most {most} bytes at {answer.url}, got more")
    return bytes(found)


def _said(error: BaseException) -> str:
    if isinstance(error, TimeoutError):
        return "no answer in time"
    if isinstance(error, aiohttp.ClientConnectorError):
        return "cannot be reached"
    if isinstance(error, aiohttp.ClientPayloadError) and "checksum" in str(error):
        return str(error)
    return "it broke off"
