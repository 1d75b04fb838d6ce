"""The same evening lived twice, once with each PIN, and every byte compared that her devices, Chloe (who is not on her
SOS list) and anybody who uses Anna's account can get: sockets, HTTP, texts, pages, by the same minutes."""

import io
import json
import re
import zipfile
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import pytest
from msgspec.structs import replace

from service.app import create
from service.people import choosing
from service.people.model import Traveller
from service.people.pins import Pins
from service.remembered.archive import SqliteArchive
from service.remembered.archivist import Archivist
from service.tokens import Sealer
from tests.world import Contact, World
from tests.world import Traveller as Walker
from tests.world_people import DURESS_PIN, PIN, Walk
from tests.world_process import SECRET

READS = (
    "/v1/me",
    "/v1/contacts",
    "/v1/journeys",
    "/v1/journeys/live",
    "/v1/looks",
    "/v1/me/card",
)
"""What any device of hers can ask for. `{key}` is her journey's id."""
OF_JOURNEY = ("/v1/journeys/{key}", "/v1/journeys/{key}/looks", "/v1/journeys/{key}/story")
END, ANSWER, SMS, PAGE, WAY_OUT, CANCEL = "end", "answer", "sms", "contact's page", "way out", "sos_cancel"


@dataclass
class Seen:
    """One evening as it could be seen, line by line with the minute; random names taken out."""

    lines: list[str] = field(default_factory=list)
    frames: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)


class Evening:
    """Anna, Beth (on the SOS list), Chloe (not on it), and whoever holds Anna's phone and keys `pin`."""

    def __init__(self, world: World, anna: Walker, beth: Contact, chloe: Contact, pin: str, folder: Path) -> None:
        self.world, self.anna, self.beth, self.chloe, self.pin = world, anna, beth, chloe, pin
        self.seen = Seen()
        self.walk: Walk | None = None
        self._names: dict[str, str] = {anna.id: "anna", anna.phone.token: "token"}
        self.archive = SqliteArchive(folder, world.clock)
        transport = httpx.ASGITransport(create(world.front.house))
        headers = {"Authorization": f"Bearer {anna.phone.token}"}
        self.http = httpx.AsyncClient(transport=transport, base_url="https://lamplit.example", headers=headers)

    async def begins(self) -> None:
        """The names that were drawn for this world, and an archive that remembers it."""
        for device in (await self.anna.account()).devices:
            self._names[device.id] = "her phone"
        house = self.world.front.house
        house.archive = self.archive
        self._archivist = Archivist(house.store, self.archive, house.clock)

    # ── what happens ──

    async def sets_off(self, **more: Any) -> None:
        self.walk = await self.anna.sets_off(**{"plan_min": 20, "tell": [self.chloe], **more})
        journey = await self.walk.journey()
        self._names |= {journey.plan.reference: "K742", f"Reply {journey.plan.code}": "Reply 42"}
        self._names |= {f"{journey.plan.code} = you": "42 = you", f"{journey.plan.code} NO": "42 NO"}
        await self.anna.walks(self.walk, minutes=3)

    async def keys(self, how: str) -> None:
        """The PIN, by one of the ways it can be given."""
        match how:
            case "end":
                await self.posts("/v1/journeys/live/end", {"id": "the-end", "pin": self.pin})
            case "answer":
                answered = await self.anna.answers("", pin=self.pin)
                self.seen.lines.append(f"answer: {answered}")
            case "sms":
                await self.world.texted(self.anna.phone.number, f"HOME {self.pin}")
            case "sos_cancel":
                await self.anna.presses_sos()
                await self.world.pass_time(seconds=2)
                cancelled = await self.anna.cancels_sos(self.pin)
                self.seen.lines.append(f"cancel: {cancelled.done} {cancelled.code}")
            case "contact's page":
                await self.forms(
                    f"/c/{self.link_of(self.chloe)}/pin", f"/c/{self.link_of(self.chloe)}/pin", pin=self.pin
                )
            case "way out":
                await self.forms("/safe", "/safe", number=str(self.anna.phone.number), pin=self.pin)
        await self.world.settle()

    def link_of(self, contact: Contact) -> str:
        assert self.walk is not None
        return self.world.front.house.sealer.link_token(self.walk.key, contact.id)

    # ── what can be seen ──

    async def posts(self, path: str, body: dict[str, Any]) -> None:
        self.note(path, await self.http.post(path, json=body))

    async def forms(self, page: str, path: str, **fields: str) -> None:
        """Opens a page in a browser of its own and sends its form."""
        transport = httpx.ASGITransport(create(self.world.front.house))
        async with httpx.AsyncClient(transport=transport, base_url="https://lamplit.example") as browser:
            shown = await browser.get(page)
            nonce = re.search(r'name="nonce" value="([^"]+)"', shown.text)
            fields |= {"nonce": nonce[1]} if nonce else {}
            self.note(path, await browser.post(path, data=fields, follow_redirects=True))

    async def looks(self) -> None:
        """Everything that her devices and Chloe's browser can read just now."""
        assert self.walk is not None
        while await self._archivist.step(0.0):
            pass
        for path in (*READS, *(p.format(key=self.walk.key) for p in OF_JOURNEY)):
            self.note(path, await self.http.get(path))
        transport = httpx.ASGITransport(create(self.world.front.house))
        async with httpx.AsyncClient(transport=transport, base_url="https://lamplit.example") as browser:
            self.note("Chloe's page", await browser.get(f"/c/{self.link_of(self.chloe)}"))

    async def exports(self) -> None:
        """All that is hers, with the same PIN."""
        answer = await self.http.post("/v1/export", json={"pin": self.pin})
        assert answer.status_code == 200, answer.text
        with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
            for name in archive.namelist():
                self.seen.lines.append(self.plain(f"{name}: {archive.read(name).decode()}"))

    def note(self, what: str, answer: httpx.Response) -> None:
        headers = {k: v for k, v in answer.headers.items() if k not in ("date", "set-cookie")}
        self.seen.lines.append(
            self.plain(f"{self.minute} {what}: {answer.status_code} {json.dumps(headers)} {answer.text}")
        )

    @property
    def minute(self) -> float:
        return self.walk.minute(self.world.clock.now()) if self.walk is not None else 0.0

    def closes(self) -> Seen:
        """The frames her sockets said and the texts that she and Chloe got."""
        for line in self.anna.phone.lines:
            self.seen.frames += [self.plain(text) for text in line.raw]
        for person in (self.anna, self.chloe):
            for sending in self.world.gateway.sent:
                if sending.message.to == person.phone.number and self.walk and sending.at >= self.walk.began_at:
                    minute = self.walk.minute(sending.at)
                    self.seen.texts.append(self.plain(f"{person.name} {minute}: {sending.message.text}"))
        return self.seen

    def plain(self, text: str) -> str:
        """Without what is drawn at random for every world."""
        for name, stands_for in self._names.items():
            text = text.replace(name, stands_for)
        text = re.sub(r"/c/[\w-]{22}", "/c/link", text)
        text = re.sub(r'value="[\w-]{16}"', 'value="nonce"', text)
        return re.sub(r'(?<="since":)[\d.]+|(?<="id":")[a-z0-9]{8}(?=")', "drawn", text)


async def lived(pin: str, how: str, folder: Path, monkeypatch: pytest.MonkeyPatch, *, overdue: bool) -> Seen:
    """She sets off, is perhaps overdue, and whoever stands beside her makes her key a PIN; hours follow."""
    ids = map("contact{}".format, count(1))
    monkeypatch.setattr(choosing, "new_id", lambda _length, ids=ids: next(ids))
    async with World() as world:
        beth, chloe = world.contact("Beth"), world.contact("Chloe", on_sos_list=False, tier=2)
        anna = await world.traveller("Anna", contacts=[beth, chloe])
        evening = Evening(world, anna, beth, chloe, pin, folder / pin)
        await evening.begins()
        await evening.sets_off()
        if overdue:
            await world.pass_time(minutes=26)
        await evening.looks()
        await evening.keys(how)
        await evening.looks()
        assert evening.walk is not None
        await anna.walks(evening.walk, minutes=4)
        await evening.looks()
        await anna.phone.goes_dark()
        await world.pass_time(minutes=20)
        await anna.phone.connects()
        await evening.keys(END)
        await evening.looks()
        await world.texted(anna.phone.number, "MORE 15")
        await world.texted(chloe.phone.number, "SAFE?")
        await world.texted(beth.phone.number, "SAFE?")
        await world.pass_time(minutes=90)
        await evening.exports()
        await evening.looks()
        told = [s.message.text for s in beth.phone.reached if "FORCED" in s.message.text]
        assert bool(told) is (pin == DURESS_PIN)
        world.expect_everything()
        await evening.archive.close()
        return evening.closes()


@pytest.mark.parametrize("how", [END, ANSWER, SMS, PAGE, WAY_OUT, CANCEL])
@pytest.mark.parametrize("overdue", [False, True], ids=["on her way", "overdue"])
async def test_nothing_that_anybody_but_her_sos_list_can_get_tells_the_two_pins_apart(
    how: str, overdue: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whichever way the PIN is keyed: the same frames, answers, pages, texts, history and export at the same minutes."""
    true = await lived(PIN, how, tmp_path, monkeypatch, overdue=overdue)
    forced = await lived(DURESS_PIN, how, tmp_path, monkeypatch, overdue=overdue)
    assert any("/story: 200" in line and "SetOff" in line for line in true.lines)
    assert forced.texts == true.texts
    assert forced.frames == true.frames
    for line, other in zip(forced.lines, true.lines, strict=True):
        assert line == other


def test_both_hashes_are_tried_whichever_pin_was_keyed() -> None:
    """A stopwatch finds as much work after either PIN, a wrong one, and before she has any (argon2id, both hashes)."""
    pins = Pins(Sealer(SECRET), time_cost=1, memory_kib=8, threads=1)
    tried: list[str | None] = []
    fits = pins._fits

    def counted(kept: str | None, word: str) -> bool:
        tried.append(kept)
        return fits(kept, word)

    pins._fits = counted  # type: ignore[method-assign]
    nobody = Traveller(id="anna", number="", name="Anna", created_at=0.0)
    true, duress = (pins._hasher.hash(pins._word("anna", pin)) for pin in (PIN, DURESS_PIN))
    anna = replace(nobody, pin_hash=true, duress_hash=duress)
    counts = set()
    for who, pin in ((anna, PIN), (anna, DURESS_PIN), (anna, "0000"), (nobody, PIN)):
        tried.clear()
        pins._prove(who, pin)
        counts.add(len(tried))
    assert len(counts) == 1
    assert min(counts) >= 2
