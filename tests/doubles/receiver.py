"""A door that only writes down what is posted to it."""

from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from aiohttp import web


@dataclass
class Receiver:
    """Takes every POST on the loopback. `posts` holds (address as called, fields, signature); `answers` the statuses
    to give first, 200 after that."""

    posts: list[tuple[str, dict[str, str], str]] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    _runner: web.AppRunner | None = None
    _port: int = 0

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self._port}{path}"

    def states(self) -> list[str]:
        return [fields["MessageStatus"] for _, fields, _ in self.posts if "MessageStatus" in fields]

    async def _take(self, request: web.Request) -> web.Response:
        fields = {name: str(value) for name, value in (await request.post()).items()}
        self.posts.append((self.url(request.raw_path), fields, request.headers.get("X-Twilio-Signature", "")))
        return web.Response(status=self.answers.pop(0) if self.answers else 200)

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_post("/{path:.*}", self._take)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self._port = self._runner.addresses[0][1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._runner is not None
        await self._runner.cleanup()
