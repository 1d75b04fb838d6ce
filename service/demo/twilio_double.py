"""A provider of texts and calls on the loopback that speaks Twilio's HTTP and misbehaves when asked.

Behind Twilio's API (form body, Basic auth, signed callbacks) stand carriers, people's phones and the people themselves:
what a phone really showed is on the double's own record (`phone`), whatever was reported of it. All waiting is by the
clock it is given. Inside a test it is an async context manager in the same loop; for the demo it can be a process,
`python -m service.demo.twilio_double --port 8901`, steered as `provider.steering` says. aiohttp serves it, because a
double must be able to cut a connection without an answer, which no ASGI application can.

    async with TwilioDouble(clock=clock, inbound_url=..., voice_url=...) as double:
        double.phone(BETH).off()                        # held by her carrier until .on()
        double.phone(DAD).picks_up("1", after_s=8.0)    # keys 1 when a voice asks for a key
        double.phone(CHLOE).kind = Kind.LANDLINE        # 21614
        double.script(Script(do=Do.LOSE_REPLY))         # the next request: taken, and the connection is cut
        double.rates.texts_s = 1.0                      # segments a second for each sender
        ...
        assert "has NOT arrived" in double.phone(BETH).texts[-1].body
"""

import asyncio
import contextlib
import os
from types import TracebackType
from typing import Annotated, Any, Final, Self

import typer
from aiohttp import web

from service.clock import Clock, ScaledClock, SystemClock

from .provider.account import Account, Service
from .provider.api import Api, let_go
from .provider.books import Entry
from .provider.callbacks import unknown
from .provider.exchange import connected
from .provider.phones import Person, Phone, Press, ShownCall
from .provider.script import Script
from .provider.shapes import API, of_text
from .provider.steering import SENDER, Steering, counters

ACCOUNT: Final = "AC" + "0" * 32
TOKEN: Final = "not-a-real-token"  # noqa: S105 - it opens nothing but this double
LATENCY_S: Final = 0.15
WORD_S: Final = 0.4
"""As a voice reads: 150 words a minute."""

__all__ = ["ACCOUNT", "LATENCY_S", "SENDER", "TOKEN", "WORD_S", "TwilioDouble"]


class TwilioDouble:
    """The double. `messages` is everything it ever accepted, oldest first.

    `step_s` of the clock pass before each callback, `latency_s` before each answer; a voice takes `word_s` for a word.
    `inbound_url` gets the texts that people send (`incoming`), `voice_url` the calls they make (`rings_us`). A callback
    that is not answered with 2xx is tried again every `retry_s`, eight times.
    """

    def __init__(
        self,
        *,
        clock: Clock | None = None,
        account_sid: str = ACCOUNT,
        auth_token: str = TOKEN,
        inbound_url: str = "",
        voice_url: str = "",
        step_s: float = 0.0,
        retry_s: float = 1.0,
        latency_s: float = 0.0,
        word_s: float = 0.0,
        port: int = 0,
        seed: int = 0,
    ):
        self.clock = clock or SystemClock()
        self.exchange = connected(self.clock, Account(account_sid, [auth_token]), retry_s=retry_s, seed=seed)
        self.exchange.inbound_url, self.exchange.voice_url = inbound_url, voice_url
        self.exchange.step_s, self.exchange.latency_s, self.exchange.word_s = step_s, latency_s, word_s
        self.account, self.rates, self.carrier = self.exchange.account, self.exchange.rates, self.exchange.carrier
        self.messages: list[Entry] = self.exchange.books.entries
        self.callbacks = self.exchange.postman.posted
        """Every try of every request to us: (address, fields, HTTP status it got; 0 for none)."""
        self._port = port
        self._api = Api(self.exchange)
        self._inbound_count = 0
        self._runner: web.AppRunner | None = None

    # --- steering ---

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def script(self, *scripts: Script) -> None:
        """Misbehave: always for a script's `number`, or for the next `times` requests where it names none."""
        for one in scripts:
            self._api.script(one)

    def behave(self, number: str = "") -> None:
        """Forget what was scripted for `number`, or everything."""
        self._api.behave(number)

    def phone(self, number: str) -> Phone:
        """Somebody's phone: what it showed, and what happens to it."""
        return self.exchange.phones[number]

    def never_answers(self, number: str) -> None:
        """Calls to `number` ring in vain from now on."""
        self.phone(number).never_answers()

    def service(self, sid: str, *senders: str, sticky: bool = True) -> None:
        """A Messaging Service with these numbers in its pool."""
        self.account.services[sid] = Service(sid, list(senders), sticky)

    def to(self, number: str) -> list[Entry]:
        return self.exchange.books.to(number)

    def counters(self) -> dict[str, Any]:
        """Requests, answers, refusals, callbacks, parts, duplicates."""
        return counters(self.exchange)

    async def incoming(self, sender: str, body: str, to: str = SENDER) -> int:
        """Somebody texts us: posts the signed webhook and returns its HTTP status. STOP, START and HELP act as at
        Twilio, and are answered on that phone."""
        self._inbound_count += 1
        word, answer = self.exchange.optouts.heard(sender, to, body)
        if answer:
            self.exchange.crew.start(self.carrier.answer(sender, to, answer))
        sid = f"SM{0xF << 124 | self._inbound_count:032x}"
        fields = {"AccountSid": self.account.sid, "ApiVersion": API.strip("/"), "MessageSid": sid, "SmsSid": sid}
        fields |= {"From": sender, "To": to, "Body": body, "NumMedia": "0"}
        if word:
            fields["OptOutType"] = word
        return (await self.exchange.postman.post(self.exchange.inbound_url, fields)).status

    def rings_us(
        self, caller: str, *keys: str | Press, to: str = SENDER, hangs_up_after_s: float | None = None
    ) -> ShownCall:
        """Somebody rings us, and keys these when asked, one for each time. Returns at once; the record fills while the
        call lasts, and has `ended` when it is over (`settle` or `idle`)."""
        presses = tuple(key if isinstance(key, Press) else Press(key) for key in keys)
        person = Person(keys=presses, hangs_up_after_s=hangs_up_after_s)
        return self._api.calls.comes_in(self.phone(caller), person, to, self.exchange.voice_url)

    async def ghost(self, url: str, entry: Entry) -> None:
        """Posts a callback like one of this text's, of a SID that was never given to anybody."""
        fields = of_text(entry, self.account.sid)
        await self.exchange.postman.deliver(url, fields | unknown(fields))

    async def settle(self) -> None:
        """Wait until every callback under way has been posted and every call is over (only useful with a clock that
        moves by itself). What a phone that is off or a replay keeps for later is not waited for."""
        await self.exchange.crew.settled()

    async def idle(self) -> None:
        """Wait until everything waits for a later instant; `next_at` is the first of them. For a clock moved by hand."""
        await self.exchange.crew.idle()

    @property
    def next_at(self) -> float | None:
        return self.exchange.crew.next_at

    # --- life ---

    async def __aenter__(self) -> Self:
        app = web.Application(middlewares=[let_go])
        self._api.add_routes(app)
        Steering(self.exchange, self._api, self.incoming).add_routes(app)
        self.exchange.crew.open()
        await self.exchange.postman.open()
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self._port, backlog=1024)
        await site.start()
        self._port = self._runner.addresses[0][1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._api.closing.set()
        await self.exchange.crew.close()
        await self.exchange.postman.close()
        if self._runner is not None:
            await self._runner.cleanup()


def main(
    port: Annotated[int, typer.Option(help="on 127.0.0.1; 0 picks a free one")] = 0,
    inbound_url: Annotated[str, typer.Option(help="where texts that people send are posted")] = "",
    voice_url: Annotated[str, typer.Option(help="where calls that people make are posted")] = "",
    step_s: Annotated[float, typer.Option(help="seconds of the clock before each callback")] = 1.0,
    latency_s: Annotated[float, typer.Option(help="seconds of the clock before each answer")] = LATENCY_S,
    word_s: Annotated[float, typer.Option(help="seconds of the clock that a voice takes for a word")] = WORD_S,
    seed: Annotated[int, typer.Option(help="what chance is made of")] = 0,
    factor: Annotated[float, typer.Option(help="how many times as fast as the wall clock")] = 1.0,
    origin_at: Annotated[float | None, typer.Option(help="the wall instant at which all clocks agree")] = None,
) -> None:
    """Run the double until it is interrupted. The account's token is read from TWILIO_DOUBLE_TOKEN."""
    clock = ScaledClock(factor) if origin_at is None else ScaledClock(factor, origin_at)
    double = TwilioDouble(
        clock=clock,
        port=port,
        inbound_url=inbound_url,
        voice_url=voice_url,
        step_s=step_s,
        latency_s=latency_s,
        word_s=word_s,
        seed=seed,
        auth_token=os.environ.get("TWILIO_DOUBLE_TOKEN", TOKEN),
    )

    async def run() -> None:
        async with double:
            typer.echo(f"listening on {double.base_url}")
            await asyncio.Event().wait()

    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(run())


if __name__ == "__main__":
    typer.run(main)
