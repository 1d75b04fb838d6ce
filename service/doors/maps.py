"""What maps on pages are drawn from: `/map/{region}-{stamp}.pmtiles` in ranges, and `/static/basemap/…`, the programs.

The tiles are public data; which of them somebody asks for is where somebody looks. So they are kept for minutes, not for a
year: nobody who opens this browser later shall find the streets of an evening in it. The log has no place either way.
"""

import asyncio
import gzip
import re
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from service.house import House
from service.maps import basemap
from service.maps.known import Known

_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_TILES = {**_ALWAYS, "Cache-Control": "private, max-age=600"}
_KEPT = {**_ALWAYS, "Cache-Control": "public, max-age=31536000, immutable", "Vary": "Accept-Encoding"}
_SCRIPT = "text/javascript"
_SPAN = re.compile(r"([0-9]{0,19})-([0-9]{0,19})")


class Basemap:
    """The programs of this process: looked for once, when it starts. Packed when first asked for: 0.45 MB on a slow
    phone, not 1.6."""

    def __init__(self, cache: Path | None = None) -> None:
        self._files = basemap.files(cache)
        self._version = basemap.version(self._files)
        self._packed: dict[str, bytes] = {}

    def __bool__(self) -> bool:
        return bool(self._files)

    def address(self, name: str) -> str:
        """Where a browser finds a file; "" where there are none."""
        return f"/static/basemap/{self._version}/{name}" if self._files else ""

    async def serve(self, request: Request) -> Response:
        """The endpoint. A page that was opened under an older version asks in vain, and keeps its drawing."""
        name = request.path_params["name"]
        path = self._files.get(name)
        if path is None or request.path_params["version"] != self._version:
            raise HTTPException(404)
        if "gzip" in request.headers.get("accept-encoding", ""):
            if name not in self._packed:
                self._packed[name] = await asyncio.to_thread(_packed, path)  # a tenth of a second
            return Response(self._packed[name], headers={**_KEPT, "Content-Encoding": "gzip"}, media_type=_SCRIPT)
        return FileResponse(path, headers=_KEPT, media_type=_SCRIPT)


def tiles_address(known: Known) -> str:
    """Where a browser finds the tiles of a region; "" where none were drawn."""
    return f"/map/{known.name}-{known.current.tiles}" if known.current.tiles else ""


def routes(house: House, programs: Basemap) -> list[Route]:
    """To be added before `/static`."""

    async def tiles(request: Request) -> Response:
        asked = request.path_params["file"]
        for known in house.maps.known:
            for name in (known.current.tiles, known.current.tiles_before):
                if name and asked == f"{known.name}-{name}":
                    return _file(request, known.region.path.parent / name)
        raise HTTPException(404)

    return [Route("/map/{file}", tiles), Route("/static/basemap/{version}/{name}", programs.serve)]


def _packed(path: Path) -> bytes:
    return gzip.compress(path.read_bytes(), 6, mtime=0)


def _file(request: Request, path: Path) -> Response:
    try:
        there = path.stat()
    except FileNotFoundError:  # a build has just put others in its place
        raise HTTPException(404) from None
    if not _means_bytes(request.headers.get("range", "")):  # RFC 9110: the whole file, as if none had been asked for
        request.scope["headers"] = [one for one in request.scope["headers"] if one[0] != b"range"]
    answer = FileResponse(path, headers=_TILES, media_type="application/vnd.pmtiles", stat_result=there)
    had = {one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(",")}
    if answer.headers["etag"] in had or "*" in had:
        return Response(status_code=304, headers={**_TILES, "ETag": answer.headers["etag"]})
    return answer


def _means_bytes(asked: str) -> bool:
    """Whether a Range can be understood, be it beyond the end."""
    unit, _, spans = asked.partition("=")
    found = [_SPAN.fullmatch(span.strip()) for span in spans.split(",")]
    return unit.strip().lower() == "bytes" and all(
        one is not None and any(one.groups()) and (not all(one.groups()) or int(one[1]) <= int(one[2])) for one in found
    )
