"""A crowd of phones: seeded journeys in the store, and an open-loop load over real websockets."""

import asyncio
import math
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

import msgspec
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from geofence.route import read_points
from service.people.directory import Directory
from service.people.model import Traveller
from service.rows import Kept
from service.store import Store
from service.tokens import token_hash
from service.watch import Change, Watch

from .travellers import device_of, put, walking

WINDOW = 3
COMING_AT_ONCE = 40
MPS = 1.3


@dataclass(slots=True)
class Seeded:
    """One traveller under way: her device's token, and the line she walks."""

    token: str
    key: str
    lat: float
    lon: float


async def seed(store: Store, watch: Watch, directory: Directory, now: float, count: int) -> list[Seeded]:
    """`count` travellers with a journey armed `now`, written through the same commits as in service."""
    seeded = []
    for n in range(count):
        who, lat, lon = f"bench{n:06d}", 51.30 + (n // 40) * 0.01, -0.20 + (n % 40) * 0.015
        token = f"bench-token-{n:06d}"
        key = f"{who}-1"
        route = read_points([(lat + k * 0.001, lon + 0.0004 * math.sin(k)) for k in range(21)])
        account, out = walking(key, token, route, f"+4477009{n:05d}", now, 7200.0)
        records: dict[str, Kept | Traveller] = {key: Kept(journey=out.journey, route=route), who: account}
        await put(watch, Change(records, out.events, out.notices))
        await directory.add_device(token_hash(token), who, device_of(who))
        seeded.append(Seeded(token, key, lat, lon))
    return seeded


@dataclass(slots=True)
class Tally:
    """What came back. `waits_s` are seconds from sending a frame to the acknowledgement that covers it."""

    sent: int = 0
    acked: int = 0
    waits_s: list[float] = field(default_factory=list)
    late: int = 0
    errors: int = 0


Make = Callable[[int, int, float], str]
"""(phone, first seq, now) → the text of a frame."""


def fixes_frame(phones: list[Seeded], a_frame: int, rate_hz: float) -> Make:
    """Frames of `a_frame` fixes each, walking at 1.3 m/s."""
    encode = msgspec.json.encode

    def make(n: int, seq: int, now: float) -> str:
        phone = phones[n]
        step_s = 1.0 / (rate_hz * a_frame)
        rows = []
        for i in range(a_frame):
            t = now - (a_frame - 1 - i) * step_s
            along_m = (seq + i) * step_s * MPS
            rows.append([t, round(phone.lat + along_m / 111_200, 7), round(phone.lon, 7), 8.0, MPS, 0.0, 80, 0])
        return encode({"type": "fixes", "buffer": "b", "seq": seq, "sent": now, "fixes": rows}).decode()

    return make


class Crowd:
    """`count` sockets that send frames in open loop: a slow server does not slow the crowd, it is seen as lateness."""

    def __init__(self, url: str, count: int, make: Make, a_frame: int, *, hello: list[str] | None) -> None:
        self._url, self._count, self._make, self._a_frame, self._hello = url, count, make, a_frame, hello
        self._sockets: dict[int, ClientConnection] = {}
        self._seq = [0] * count
        self._unacked: list[deque[tuple[int, float]]] = [deque() for _ in range(count)]
        self.tally = Tally()
        self._readers: dict[int, asyncio.Task[None]] = {}

    async def open(self) -> None:
        """All of them come, some at once: a batch waits for others."""
        for first in range(0, self._count, COMING_AT_ONCE):
            some = range(first, min(first + COMING_AT_ONCE, self._count))
            await asyncio.gather(*(self._comes(n, self._hello[n] if self._hello else None) for n in some))

    async def _comes(self, n: int, hello: str | None) -> None:
        protocols = [Subprotocol("lamplit.v1")] if hello else None
        socket = await connect(self._url, subprotocols=protocols, compression=None, ping_interval=None, max_queue=None)
        if hello:
            await socket.send(hello)
            await socket.recv()
        self._sockets[n] = socket
        self._readers[n] = asyncio.create_task(self._read(n))

    async def _read(self, n: int) -> None:
        unacked, tally = self._unacked[n], self.tally
        async for text in self._sockets[n]:
            now = time.monotonic()
            if self._hello is None:
                _, sent_at = unacked.popleft()
                tally.acked += self._a_frame
                tally.waits_s.append(now - sent_at)
                continue
            frame = msgspec.json.decode(text)
            if frame["type"] == "ack":
                while unacked and unacked[0][0] < frame["next"]:
                    _, sent_at = unacked.popleft()
                    tally.acked += self._a_frame
                    tally.waits_s.append(now - sent_at)
            elif frame["type"] == "error":
                tally.errors += 1

    async def send_for(self, seconds: float, frames_per_s: float) -> float:
        """Sends in open loop, evenly over the sockets; returns the seconds it took."""
        began, n, sent = time.monotonic(), 0, 0
        while (elapsed := time.monotonic() - began) < seconds:
            due = int(elapsed * frames_per_s)
            while sent < due:
                await self._one(n)
                n, sent = (n + 1) % self._count, sent + 1
            await asyncio.sleep(0.002)
        return time.monotonic() - began

    async def _one(self, n: int) -> None:
        if self._hello is not None and len(self._unacked[n]) >= WINDOW:
            self.tally.late += 1  # the server still owes this phone an acknowledgement: a real phone would wait
            return
        seq = self._seq[n]
        self._unacked[n].append((seq, time.monotonic()))
        await self._sockets[n].send(self._make(n, seq, time.time()))
        self._seq[n] = seq + self._a_frame
        self.tally.sent += self._a_frame

    async def close(self) -> None:
        for reader in self._readers.values():
            reader.cancel()
        closing = (socket.close() for socket in self._sockets.values())
        await asyncio.gather(*self._readers.values(), *closing, return_exceptions=True)
