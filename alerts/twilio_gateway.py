"""Twilio behind the gateway port; the only file that knows its library.

The library's own asynchronous client has no time-out and writes numbers to the log, so the request itself is made
here, on the same aiohttp session kind; everything above it (paths, parameters) is the library's. An answer that refuses
is read here too: the library's own errors forget its headers, and so how long the provider asks us to wait.

Calls ask for no machine detection: it listens in silence for seconds before it lets the voice speak, takes a person who
says more than hello for a mailbox, and knows nothing of a phone that screens calls (which shows its owner what the first
words say). Only a key counts, so what it would tell us decides nothing.
"""

import json
import logging
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit, urlunsplit

from .contact import Channel
from .gateway import GatewayError, Handed, Message, OutcomeUnknown
from .pace import REST_S, asked_s
from .receipts import OPTED_OUT, is_permanent, reason
from .twilio_voice import Listening, speak

if TYPE_CHECKING:
    from aiohttp import ClientResponse, ClientSession
    from twilio.rest import Client

TIMEOUT_S: Final = 10.0
API: Final = "https://api.twilio.com"
_SHORTEST_VALIDITY_S: Final = 1  # Twilio takes 1 to 36,000 s
_LONGEST_VALIDITY_S: Final = 36_000
_NEWEST_LISTED: Final = 50
RINGS_S: Final = 30
"""Until most mailboxes take over; the network adds a few seconds."""
LONGEST_CALL_S: Final = 600
_CALL_EVENTS: Final = ("initiated", "ringing", "answered", "completed")
_OUTBOUND: Final = "outbound-api"
_NEVER_RANG: Final = frozenset({"failed", "canceled"})
_OURS: Final = frozenset({401, 403, 404, 405, 408, 429})  # HTTP answers that are never about the number
# Of our account or our sender: the next message would fare the same.
_OUR_CODES: Final = frozenset({20003, 20429, 21606, 21611, 30002})
_TAKEN: Final = range(200, 300)
_ABOUT_A_MESSAGE: Final = range(400, 500)  # a redirection, or an error of theirs, would meet the next one too
_HIGHEST_CODE: Final = 999_999
_LONGEST_ANSWER: Final = 1024 * 1024  # fifty listed texts have 60 KB
_GATEWAY_TIMEOUT: Final = 504


class TwilioGateway:
    """Texts through one Twilio account, from a first and a second sender; calls (`voice`) always from the first, for a
    phone that is not to be disturbed lets the second call of the same number through.

    With a `messaging_service` (its SID, `MG…`) that chooses among its numbers for texts of the first sender.
    `base_url` may point at a double. Must be used and closed within one running loop. Never retries.
    """

    name = "twilio"

    def __init__(
        self,
        *,
        account_sid: str,
        auth_token: str,
        sender: str,
        second_sender: str = "",
        messaging_service: str = "",
        base_url: str = API,
        timeout_s: float = TIMEOUT_S,
        voice: bool = True,
    ):
        self.rings = voice
        self._transport = _transport(base_url, timeout_s)
        self._client = _client(account_sid, auth_token, self._transport)
        self._sender = sender
        self._second_sender = second_sender or sender
        self._service = messaging_service

    async def send(self, message: Message) -> Handed:
        if message.channel is Channel.CALL and not self.rings:
            raise GatewayError("calls are switched off", permanent=True)
        try:
            sent = await (self._rung(message) if message.channel is Channel.CALL else self._texted(message))
        except Exception as error:
            raise _translated(error) from error
        if not sent.sid:
            raise OutcomeUnknown("provider's answer has no sid")
        return Handed(str(sent.sid))

    async def _texted(self, message: Message) -> Any:
        pooled = self._service and not message.second_sender
        sender = {"messaging_service_sid": self._service} if pooled else {"from_": self._sender_of(message)}
        return await self._client.messages.create_async(
            to=str(message.to),
            **sender,
            body=message.text,
            status_callback=message.callback_url,
            validity_period=int(min(max(message.valid_s, _SHORTEST_VALIDITY_S), _LONGEST_VALIDITY_S)),
        )

    async def _rung(self, message: Message) -> Any:
        """The words are asked for at `voice_url` when somebody picks up. A door that did not answer in 15 s is asked once
        more, before the provider would say that an application error has occurred."""
        words: dict[str, Any] = {
            "url": message.voice_url,
            "method": "POST",
            "fallback_url": message.voice_url,
            "fallback_method": "POST",
        }
        if message.as_it_stands or not message.voice_url:
            words = {"twiml": _as_it_stands(message)}
        return await self._client.calls.create_async(
            to=str(message.to),
            from_=self._sender,
            status_callback=message.callback_url,
            status_callback_method="POST",
            status_callback_event=list(_CALL_EVENTS),
            timeout=RINGS_S,
            time_limit=LONGEST_CALL_S,
            **words,
        )

    async def find(self, message: Message, since_at: float) -> Handed | None:
        """As the port says. An exact text wins; else the reference and the same opening words, because a text that was
        written anew has another "as of", and other texts to this person share the reference.

        Asks for no date, since a queued message has none and would be left out; the provider's times have whole seconds.
        A call has no words in the list: one of ours to this number since then counts as it (`_found_call`).
        """
        if message.channel is Channel.CALL:
            return await self._found_call(message, since_at)
        try:
            listed = await self._client.messages.list_async(
                to=str(message.to), limit=_NEWEST_LISTED, page_size=_NEWEST_LISTED
            )
        except Exception as error:
            raise _translated(error, asked_only=True) from error
        recent = [
            one
            for one in listed
            if one.date_created is not None
            and one.date_created.timestamp() >= int(since_at)
            and self._is_of(one, message)
        ]
        same = [one for one in recent if one.body == message.text]
        alike = [one for one in recent if message.reference and _alike(message, one.body or "")]
        found = (same or alike)[:1]
        return Handed(str(found[0].sid)) if found else None

    async def _found_call(self, message: Message, since_at: float) -> Handed | None:
        """A call of ours to this number since then that has not failed. It may be another traveller's call to the same
        person: then nothing reports on ours, and it is rung again as a call in which no key was pressed. Rather that
        than two calls in the same moment. Whoever asks has waited for a callback, which would have named it for certain.
        """
        try:
            listed = await self._client.calls.list_async(
                to=str(message.to), limit=_NEWEST_LISTED, page_size=_NEWEST_LISTED
            )
        except Exception as error:
            raise _translated(error, asked_only=True) from error
        for one in listed:
            since = one.date_created or one.start_time
            ours = one.direction in (None, "", _OUTBOUND) and one.status not in _NEVER_RANG
            if ours and since is not None and since.timestamp() >= int(since_at):
                return Handed(str(one.sid))
        return None

    async def close(self) -> None:
        await self._transport.close()

    def _is_of(self, one: Any, message: Message) -> bool:
        """Whether a listed text came from the sender that this message goes by. In a queue it may have none yet."""
        if self._service and not message.second_sender:
            return str(one.messaging_service_sid) == self._service
        return one.from_ in (None, "", self._sender_of(message))

    def _sender_of(self, message: Message) -> str:
        return self._second_sender if message.second_sender else self._sender


def _as_it_stands(message: Message) -> str:
    """Said twice, and the keys go where they always go; nobody need be able to read anything for that."""
    door, _, query = message.voice_url.partition("?")
    listening = Listening(f"{door}/keys?{query}&k=1", most=1) if door else None
    return speak(message.text, message.text, listening=listening, then=message.voice_url)


def _alike(message: Message, body: str) -> bool:
    """The same message written a minute earlier: its link, and its words up to the first figure."""
    opening = next((n for n, c in enumerate(message.text) if c.isdigit()), len(message.text))
    return message.reference in body and body[:opening] == message.text[:opening]


def request_is_signed(url: str, params: Mapping[str, str], signature: str, tokens: Sequence[str]) -> bool:
    """Whether the provider signed this request to `url` (as it was called, query included) with one of `tokens`.

    Two tokens are valid while one replaces the other. Every token is tried, so that time tells nothing.
    """
    from twilio.request_validator import RequestValidator  # noqa: PLC0415 - see _client

    checks = [bool(token) and RequestValidator(token).validate(url, dict(params), signature) for token in tokens]
    return any(checks)


def _client(account_sid: str, auth_token: str, transport: Any) -> "Client":
    # Imported late: the library and aiohttp hold 40 MB, which a server in the sandbox need not carry.
    from twilio.rest import Client  # noqa: PLC0415

    # An empty environment is replaced by the process's own, where a proxy's or another account's settings may stand.
    return Client(account_sid, auth_token, http_client=transport, environment={"LAMPLIT": "1"})


def _transport(base_url: str, timeout_s: float) -> Any:
    import aiohttp  # noqa: PLC0415 - see _client
    from twilio.base.exceptions import TwilioException  # noqa: PLC0415
    from twilio.http import AsyncHttpClient  # noqa: PLC0415
    from twilio.http.response import Response  # noqa: PLC0415

    base = urlsplit(base_url)

    class Transport(AsyncHttpClient):  # type: ignore[misc]  # the library ships no types
        """One request, once, within `timeout_s`, with nothing of it in the log."""

        def __init__(self) -> None:
            super().__init__(logging.getLogger(__name__), is_async=True, timeout=timeout_s)
            self._session: ClientSession | None = None

        async def request(
            self,
            method: str,
            uri: str,
            params: Mapping[str, Any] | None = None,
            data: Mapping[str, Any] | None = None,
            headers: Mapping[str, str] | None = None,
            auth: tuple[str, str] | None = None,
            timeout: float | None = None,  # noqa: ARG002, ASYNC109 - as the library calls it
            allow_redirects: bool = False,
        ) -> Response:
            if self._session is None:  # not before a loop runs
                patience = aiohttp.ClientTimeout(total=timeout_s, connect=timeout_s / 2)  # connecting is told apart
                self._session = aiohttp.ClientSession(timeout=patience)
            sent = dict(headers or {})
            if auth is not None:
                sent["Authorization"] = aiohttp.encode_basic_auth(*auth)
            url = urlunsplit(urlsplit(uri)._replace(scheme=base.scheme, netloc=base.netloc))
            async with self._session.request(
                method, url, params=params, data=data, headers=sent, allow_redirects=allow_redirects
            ) as answer:
                said = await _start_of(answer)
            read = Response(answer.status, said.decode(errors="replace"), answer.headers)
            if read.status_code not in _TAKEN:  # a redirection included: nobody is followed elsewhere
                raise TwilioException("refused", read)
            return read

        async def close(self) -> None:
            if self._session is not None:
                await self._session.close()
                self._session = None

    return Transport()


async def _start_of(answer: "ClientResponse") -> bytes:
    """The words of an answer, cut off where nothing of the provider's is as long; the connection is given up then."""
    said = bytearray()
    async for piece in answer.content.iter_any():
        said += piece
        if len(said) > _LONGEST_ANSWER:
            break
    return bytes(said[:_LONGEST_ANSWER])


def _translated(error: Exception, *, asked_only: bool = False) -> GatewayError | OutcomeUnknown:
    """Any failure in the port's two words. `asked_only`: nothing could have been sent, so nothing is unknown."""
    import aiohttp  # noqa: PLC0415 - see _client

    answered = _answered(error)
    if answered is not None:
        status, code, wait_s = answered
        if status == _GATEWAY_TIMEOUT and not asked_only:
            return OutcomeUnknown("no answer behind the provider's door: http 504")
        why = reason(code) if code else f"provider answered http {status}"
        return GatewayError(
            why,
            permanent=status not in _OURS and is_permanent(code),
            opted_out=code == OPTED_OUT,
            code=code,
            everybody=status in _OURS or status not in _ABOUT_A_MESSAGE or code in _OUR_CODES,
            retry_after_s=wait_s,
        )
    never_left = isinstance(error, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError | aiohttp.InvalidURL)
    if never_left or asked_only:
        return GatewayError(f"provider not reached: {type(error).__name__}", permanent=False, everybody=True)
    return OutcomeUnknown(f"no answer to the request: {type(error).__name__}")


def _answered(error: Exception) -> tuple[int, int | None, float | None] | None:
    """Of an answer that refuses: the HTTP status; the provider's error, where its body named one; and how long we are
    asked to wait, at most as long as a lane rests by itself."""
    from twilio.http.response import Response  # noqa: PLC0415 - see _client

    answer = next((one for one in error.args if isinstance(one, Response)), None)
    if answer is None:
        return None
    wait_s = asked_s((answer.headers or {}).get("Retry-After", ""), REST_S[-1])
    try:
        code = json.loads(answer.text)["code"]
    except (ValueError, TypeError, LookupError, RecursionError):
        code = None
    return answer.status_code, code if isinstance(code, int) and 0 < code <= _HIGHEST_CODE else None, wait_s
