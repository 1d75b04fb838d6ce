"""How long a connection may take over one request: whoever sends a byte a minute is let go."""

import asyncio
from typing import Final

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

REQUEST_S: Final = 60.0
"""From the first byte that could come to the last of the body: the longest route over a bad line takes half of it."""
_COMING: Final = (h11.IDLE, h11.SEND_BODY)
_TOO_SLOW: Final = 408


class Connection(H11Protocol):
    """uvicorn's own connection, which by itself waits for ever: for a request, for its headers, for its body.

    A request that is not whole after `request_s` is answered 408, or by nothing where nothing of it has come, and the
    line is closed. How long we take to answer has nothing to do with it, nor has a websocket.
    """

    request_s = REQUEST_S
    _timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        super().connection_made(transport)
        self._time()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._time()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self._time()

    def connection_lost(self, exc: Exception | None) -> None:
        self._rest()
        super().connection_lost(exc)

    def _time(self) -> None:
        """One timer for one request: it goes on until all of it has come."""
        done = self.transport.is_closing() or self.transport.get_protocol() is not self  # a websocket by now
        if done or self.conn.their_state not in _COMING:
            self._rest()
        elif self._timer is None:
            self._timer = self.loop.call_later(self.request_s, self._too_slow)

    def _rest(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _too_slow(self) -> None:
        begun = self.conn.their_state is h11.SEND_BODY or self.conn.trailing_data[0]
        if begun and self.conn.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            headers = [(b"content-length", b"0"), (b"connection", b"close")]
            for event in (h11.Response(status_code=_TOO_SLOW, headers=headers), h11.EndOfMessage()):
                self.transport.write(self.conn.send(event) or b"")
        if self.cycle is not None:
            self.cycle.disconnected = True  # whatever it answers, nobody waits for it
        self.transport.close()
