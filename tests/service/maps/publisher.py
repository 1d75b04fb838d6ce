"""Somebody who publishes maps, on this machine: as Geofabrik does, and as things go wrong on the way."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web
from aiohttp.test_utils import TestServer

HEAD = b"\x00\x00\x00\x0d\x0a\x09OSMHeader" + bytes(20)


def extract(size: int) -> bytes:
    """Bytes that begin as a PBF does, and are no two places alike."""
    return (HEAD + b"".join(n.to_bytes(4, "big") for n in range(size // 4 + 1)))[:size]


@dataclass
class Publisher:
    """What is published, and how. `files` by path; `etag` of all of them; `sums`: whether an MD5 lies beside each.

    `cut_at`: the line breaks after so many bytes of a file, once. `stall_at`: no byte more comes after so many.
    """

    files: dict[str, bytes] = field(default_factory=dict)
    etag: str = '"one"'
    modified: str = ""
    sums: bool = True
    ranges: bool = True
    wrong_sum: bool = False
    cut_at: int | None = None
    stall_at: int | None = None
    lengthless: bool = False
    content_range: str | None = None
    status: int | None = None
    sum_status: int | None = None
    moved: dict[str, str] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)
    """What was asked for: the path, and the bytes."""
    url: str = ""
    over: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def ways(self) -> list[str]:
        """The bytes that were asked for of files that are no checksums."""
        return [how for path, how in self.asked if not path.endswith(".md5")]

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """One request."""
        path = request.path
        self.asked.append((path, request.headers.get("Range", "all")))
        if path in self.moved:
            raise web.HTTPFound(self.moved[path])
        if path.endswith(".md5"):
            return self._sum(path.removesuffix(".md5"))
        if self.status is not None:
            return web.Response(status=self.status)
        if path not in self.files:
            return web.Response(status=404)
        if request.headers.get("If-None-Match") == self.etag:
            return web.Response(status=304, headers={"ETag": self.etag})
        return await self._file(request, self.files[path])

    def _sum(self, path: str) -> web.Response:
        if self.sum_status is not None or not self.sums or path not in self.files:
            return web.Response(status=self.sum_status or 404)
        digest = "0" * 32 if self.wrong_sum else hashlib.md5(self.files[path]).hexdigest()
        return web.Response(text=f"{digest}  {path.rpartition('/')[2]}\n")

    async def _file(self, request: web.Request, content: bytes) -> web.StreamResponse:
        begin, status = 0, 200
        headers = {"ETag": self.etag} if self.etag else {}
        if self.modified:
            headers["Last-Modified"] = self.modified
        asked, mark = request.headers.get("Range"), request.headers.get("If-Range")
        if asked and self.ranges and mark in (self.etag, self.modified):
            begin, status = int(asked.removeprefix("bytes=").removesuffix("-")), 206
            if begin >= len(content):
                return web.Response(status=416, headers={"Content-Range": f"bytes */{len(content)}"})
            headers["Content-Range"] = self.content_range or f"bytes {begin}-{len(content) - 1}/{len(content)}"
        answer = web.StreamResponse(status=status, headers=headers)
        if self.lengthless:
            answer.force_close()
        else:
            answer.content_length = len(content) - begin
        await answer.prepare(request)
        end = len(content)
        if self.cut_at is not None and request.path.endswith(".pbf"):
            end, self.cut_at = self.cut_at, None
            await answer.write(content[begin:end])
            assert request.transport is not None
            request.transport.close()
            return answer
        if self.stall_at is not None:
            await answer.write(content[begin : self.stall_at])
            await self.over.wait()
            return answer
        await answer.write(content[begin:end])
        await answer.write_eof()
        return answer


@asynccontextmanager
async def publishing(publisher: Publisher) -> AsyncIterator[Publisher]:
    """It answers, at `publisher.url`."""
    app = web.Application()
    app.router.add_get("/{path:.*}", publisher.answer)
    async with TestServer(app) as server:
        publisher.url = str(server.make_url("")).rstrip("/")
        yield publisher
        publisher.over.set()
