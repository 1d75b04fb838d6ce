"""Who plays: she with her app (the real HTTP API) and her phone (the real websocket), and the people she chose.

A person here does only what a person could: sees a code in a text and types it, replies to a text, takes a call and
presses keys in it, opens the link in a text, rings us. Nobody asks the store.
"""

import re
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

import aiohttp
import msgspec
import polyline

from service.clock import breathe
from service.maps.answer import PlanAnswer

from .phone import Phone
from .provider.books import Entry
from .provider.phones import Person, Press, ShownCall
from .provider.phones import Phone as Handset
from .stage import DemoHouse

LOOK_REAL_S = 0.05
PATIENCE_REAL_S = 20.0
KEY_GAP_S = 0.4
_CODE = re.compile(r"\b(\d{6})\b")
_REPLY = re.compile(r"Reply (\d\d) =")
_LINK = re.compile(r"https?://\S+/c/\S+")


class Unexpected(Exception):
    """The product answered otherwise than its documents say, or not at all; one sentence."""


async def until(what: str, look: Callable[[], Awaitable[Any] | Any], patience_real_s: float = PATIENCE_REAL_S) -> Any:
    """Looks again and again until `look` finds something. Raises Unexpected when nothing comes."""
    for _ in range(int(patience_real_s / LOOK_REAL_S)):
        found = look()
        found = await found if isinstance(found, Awaitable) else found
        if found:
            return found
        await breathe(LOOK_REAL_S)
    raise Unexpected(f"expected {what} within {patience_real_s:.0f} s, got nothing")


NOBODY = Person(answers_after_s=None)
"""It rings in vain."""


def mailbox(after_s: float = 2.0, records_s: float | None = None) -> Person:
    """A machine takes the call, and listens to the end or for so long."""
    return Person(answers_after_s=after_s, what="machine", hangs_up_after_s=records_s)


def takes(keys: str, *, after_s: float, keyed_after_s: float | None = None) -> Person:
    """A person picks up and presses these when asked: so long after the voice began, or when it is done."""
    return Person(answers_after_s=after_s, keys=(Press(keys, keyed_after_s, KEY_GAP_S),))


@dataclass(slots=True)
class Friend:
    """One of her contacts, as far as the demo needs a person: a phone that texts come to and calls ring on."""

    name: str
    number: str
    house: DemoHouse
    tier: int = 1
    primary: bool = False
    on_sos_list: bool = True
    id: str = ""

    def texts(self) -> list[Entry]:
        """What came to this phone, or was on its way there."""
        return [entry for entry in self.house.double.to(self.number) if entry.channel == "sms"]

    async def has_text(self, words: str, patience_real_s: float = PATIENCE_REAL_S) -> str:
        """The first text delivered here with `words` in it."""

        def look() -> str | None:
            found = (entry.body for entry in self.texts() if words in entry.body and entry.state == "delivered")
            return next(found, None)

        text: str = await until(f"a text to {self.name} with {words!r}", look, patience_real_s)
        return text

    async def says(self, words: str) -> None:
        """Texts us, through the provider. Raises Unexpected unless the webhook took it."""
        status = await self.house.double.incoming(self.number, words)
        if status != 200:
            raise Unexpected(f"expected 200 for a text of {self.name}, got {status}")

    @property
    def handset(self) -> Handset:
        """The phone itself, as the provider's network knows it."""
        return self.house.double.phone(self.number)

    def will(self, *calls: Person) -> None:
        """What happens at the next calls, one after the other. Without a word on it nobody here takes any."""
        self.handset.will(*calls)

    async def has_call(
        self, what: str, like: Callable[[ShownCall], bool], patience_real_s: float = PATIENCE_REAL_S
    ) -> ShownCall:
        """The first call on this phone that is `like` that, as soon as it is."""

        def look() -> ShownCall | None:
            return next((call for call in self.handset.calls if like(call)), None)

        call: ShownCall = await until(f"{what} on the phone of {self.name}", look, patience_real_s)
        return call

    @staticmethod
    def reply_code(text: str) -> str:
        """The two digits she or he is asked to reply with."""
        found = _REPLY.search(text)
        if found is None:
            raise Unexpected(f"expected two digits to reply with, got {text!r}")
        return found[1]

    @staticmethod
    def link(text: str) -> str:
        """The address of the contact's page in an alert."""
        found = _LINK.search(text)
        if found is None:
            raise Unexpected(f"expected a link in the alert, got {text!r}")
        return found[0]


@dataclass(slots=True)
class Her:
    """The traveller: her number, her PIN, her app."""

    name: str
    number: str
    house: DemoHouse
    http: aiohttp.ClientSession
    pin: str = "4821"
    duress_pin: str = "7093"
    token: str = ""
    id: str = ""
    journey: dict[str, Any] = field(default_factory=dict)

    async def signs_up(self) -> None:
        """Number, code, PINs: as a new user does."""
        await self._asks("POST", "/v1/signup", {"number": self.number, "name": self.name})

        def code() -> str | None:
            found = (_CODE.search(entry.body) for entry in self.house.double.to(self.number))
            return next((match[1] for match in found if match), None)

        body = {"number": self.number, "code": await until("a code by text", code), "device": "her phone"}
        answer = await self._asks("POST", "/v1/signup/verify", body)
        self.token, self.id = answer["token"], answer["me"]["id"]
        await self._asks("PUT", "/v1/pins", {"pin": self.pin, "duress_pin": self.duress_pin})

    async def asks(self, friend: Friend) -> None:
        """Adds a contact, who gets the invitation and answers YES."""
        body = {
            "name": friend.name,
            "number": friend.number,
            "tier": friend.tier,
            "primary": friend.primary,
            "on_sos_list": friend.on_sos_list,
        }
        friend.id = (await self._asks("POST", "/v1/contacts", body | {"pin": self.pin}))["id"]
        await friend.has_text("Reply YES")
        await friend.says("YES")

        async def confirmed() -> bool:
            contacts = await self._asks("GET", "/v1/contacts")
            return any(contact["id"] == friend.id and contact["confirmed"] for contact in contacts)

        await until(f"that {friend.name} is confirmed", confirmed)
        await friend.has_text("Thank you.")

    async def plans(self, begin: tuple[float, float], end: tuple[float, float]) -> PlanAnswer:
        """Asks for ways home on foot, to set off now."""
        (from_lat, from_lon), (to_lat, to_lon) = begin, end
        body = {"from": {"lat": from_lat, "lon": from_lon}, "to": {"lat": to_lat, "lon": to_lon}}
        return msgspec.convert(await self._asks("POST", "/v1/routes/plan", body), PlanAnswer)

    async def sets_off(self, way: list[tuple[float, float]], *, minutes: float, tell: list[str]) -> dict[str, Any]:
        """Asks what would be promised, then sets off along `way`. Returns the journey as shown to her."""
        body = {
            "destination": {"word": "home"},
            "route": {"format": "polyline6", "data": polyline.encode(way, 6)},
            "minutes": minutes,
            "tell": tell,
            "phone": {"battery_pct": 80, "notifications": True, "runs_locked": True},
        }
        report = await self._asks("POST", "/v1/journeys/preflight", body)
        if report["blocks"]:
            raise Unexpected(f"expected that she may go, got {report['blocks']}")
        key = {"Idempotency-Key": secrets.token_hex(8)}
        self.journey = await self._asks("POST", "/v1/journeys", body, key)
        return self.journey

    def phone(self, **hears: Any) -> Phone:
        """Her phone, switched off as yet."""
        return Phone(self.house.url.replace("http", "ws", 1), self.token, self.house.clock, **hears)

    async def texts(self, words: str) -> None:
        """Texts us from her own number."""
        status = await self.house.double.incoming(self.number, words)
        if status != 200:
            raise Unexpected(f"expected 200 for a text of {self.name}, got {status}")

    async def keys_pin_on(self, page: str) -> None:
        """On a friend's phone, on the page behind the link in the alert. Raises Unexpected unless it was taken."""
        async with self.http.get(f"{page}/pin") as shown:
            if shown.status != 200:
                raise Unexpected(f"expected the page where she keys her PIN, got {shown.status}")
            form = _Form()
            form.feed(await shown.text())
        async with self.http.post(f"{page}/pin", data=form.hidden | {"pin": self.pin}) as answer:
            if answer.status != 200:
                raise Unexpected(f"expected 200 for her PIN, got {answer.status}")

    @property
    def handset(self) -> Handset:
        """Her phone, as the provider's network knows it."""
        return self.house.double.phone(self.number)

    @property
    def keyed_number(self) -> str:
        """Her number as she would key it."""
        return f"0{self.number.removeprefix('+44')}"

    async def rings_us(self, from_number: str, *keys: str, patience_real_s: float = PATIENCE_REAL_S) -> ShownCall:
        """Rings our number from somebody's phone, keys these, one for each time that she is asked, and is done."""
        call = self.house.double.rings_us(from_number, *(Press(piece, gap_s=KEY_GAP_S) for piece in keys))
        await until("the end of a call to us", lambda: call.ended, patience_real_s)
        return call

    async def live(self) -> dict[str, Any]:
        """Her journey as her app shows it."""
        found: dict[str, Any] = await self._asks("GET", "/v1/journeys/live")
        return found

    async def ends(self) -> None:
        """Ends it with her PIN in the app, on whatever device."""
        body = {"id": secrets.token_hex(8), "pin": self.pin}
        await self._asks("POST", "/v1/journeys/live/end", body)

    async def _asks(
        self, method: str, path: str, body: dict[str, Any] | None = None, headers: dict[str, str] | None = None
    ) -> Any:
        given = dict(headers or {}) | ({"Authorization": f"Bearer {self.token}"} if self.token else {})
        async with self.http.request(method, self.house.url + path, json=body, headers=given) as answer:
            content = await answer.read()
            if answer.status >= 400:
                raise Unexpected(f"{method} {path}: got {answer.status} {content.decode(errors='replace')}")
            return msgspec.json.decode(content) if content else None


class _Form(HTMLParser):
    """What a browser sends along without being asked: the hidden fields of the page's forms."""

    def __init__(self) -> None:
        super().__init__()
        self.hidden: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "input" and given.get("type") == "hidden":
            self.hidden[given.get("name", "")] = given.get("value", "")
