"""What is folded on her phone: only what her own devices may be shown, whichever PIN was given."""

import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from alerts.contact import Channel
from alerts.gateway import Delivery
from service.doors.trying.her_phone import how_far
from service.people.model import Test as Alarm
from tests.service.doors.neighbourhood import DURESS, PIN, Browser, Neighbourhood, neighbourhood
from tests.service.doors.tried import anna, begun, contact, journey, number


@pytest.mark.parametrize(
    ("test", "words"),
    [
        (Alarm(id="t", sent_at=0.0, channel=Channel.SMS), "Text: on its way"),
        (Alarm(id="t", sent_at=0.0, channel=Channel.SMS, state=Delivery.SENT.value), "Text: sent, not arrived yet"),
        (
            Alarm(id="t", sent_at=0.0, channel=Channel.SMS, state=Delivery.DELIVERED.value, delivered_at=2.1),
            "Text: arrived after 2.1 s, not answered yet",
        ),
        (
            Alarm(id="t", sent_at=0.0, channel=Channel.SMS, state="answered", delivered_at=2.1, answered_at=48.0),
            "Text: arrived after 2.1 s, answered after 48 s",
        ),
        (
            Alarm(id="t", sent_at=0.0, channel=Channel.CALL, state=Delivery.UNDELIVERED.value, failed_at=30.0),
            "Call: did not arrive after 30 s",
        ),
        (
            Alarm(id="t", sent_at=0.0, channel=Channel.CALL, state="answered", answered_at=9.0),
            "Call: answered after 9.0 s",
        ),
    ],
)
def test_how_far_a_test_came_is_one_line(test: Alarm, words: str) -> None:
    """With its seconds."""
    assert how_far(test) == words


async def test_who_asked_after_her_stands_among_the_looks(street: Neighbourhood) -> None:
    """SAFE? from Beth while Anna is on her way, and from Dad once she is home."""
    browser, _ = await begun(street)
    await street.phones.reply(await number(street, "Beth"), "SAFE?", street.clock.now())
    assert "Beth asked if you are on your way" in await browser.reads("/try")
    await browser.press("/try/pin?for=end", "/try/pin", **{"for": "end", "pin": PIN})
    await street.phones.reply(await number(street, "Dad"), "SAFE?", street.clock.now())

    read = await browser.reads("/try")

    assert "2 looks" in read
    assert "Dad asked if you are on your way" in read


async def test_looks_of_an_sos_are_shown_once_it_is_closed(street: Neighbourhood) -> None:
    """Beth looks at the place; Anna's phone says so after her PIN and not before."""
    browser, _ = await begun(street)
    await street.seen((await journey(street)).id, 51.380, 0.500)
    await browser.press("/try", "/try/sos")
    await street.time_passes(10)
    link = street.link(await journey(street), await number(street, "Beth"), await anna(street))
    hers = street.browser()
    await hers.press(link, f"{link}/see")
    assert "Beth looked" not in await browser.reads("/try")

    await browser.press("/try/pin?for=end", "/try/pin", **{"for": "end", "pin": PIN})

    assert "Beth looked at where you were" in await browser.reads("/try")


# ── true PIN, duress PIN ─────────────────────────────────────────────────────────────────────────────────


@dataclass
class Night:
    """One evening in one sandbox, and what her phone showed of it, with what was drawn at random taken out."""

    street: Neighbourhood
    browser: Browser
    pin: str
    shown: list[str]

    async def looks(self) -> None:
        """Her phone alone, and the same phone beside what really happens."""
        alone = (await self.browser.http.get("/try?hers=1")).text
        beside = (await self.browser.http.get("/try?still=1")).text
        phone = beside[beside.index('<section class="phone"') : beside.index('<div class="behind"')]
        self.shown += [await self._plain(alone), await self._plain(phone)]

    async def _plain(self, html: str) -> str:
        account = await anna(self.street)
        names = {c.id: c.name for c in account.contacts}
        names |= {(await journey(self.street)).plan.reference: "K742"}
        for drawn, name in names.items():
            html = html.replace(drawn, name)
        return re.sub(r'(name="nonce" value=")[^"]*', r"\1n", re.sub(r"/i/[\w-]+", "/i/link", html))

    async def keys(self, page: str, **fields: str) -> None:
        answer = await self.browser.press(page, "/try/pin", **fields, pin=self.pin)
        self.shown.append(f"{answer.status_code} {answer.url.path}")

    async def passes(self, minutes: float) -> None:
        await self.street.time_passes(minutes * 60)
        await self.looks()


async def _on_her_way(night: Night) -> None:
    """Nothing is wrong. Beth looks on; she is made to key a PIN."""
    await night.browser.press("/try", "/try/company", who=await contact(night.street, "Beth"), do="ask")
    await night.looks()
    await night.keys("/try/pin?for=end", **{"for": "end"})


async def _overdue(night: Night) -> None:
    """Everybody has been told."""
    await night.browser.press("/try", "/try/phone", do="stop")
    await night.passes(62)
    await night.keys("/try/pin?for=end", **{"for": "end"})


async def _counting(night: Night) -> None:
    """An SOS is taken back while it counts."""
    await night.browser.press("/try", "/try/sos")
    await night.looks()
    await night.keys("/try/pin?for=sos", **{"for": "sos"})


async def _cried(night: Night) -> None:
    """An SOS has gone out."""
    await night.browser.press("/try", "/try/sos")
    await night.passes(1)
    await night.keys("/try/pin?for=end", **{"for": "end"})


async def _lists(night: Night) -> None:
    """Whoever stands beside her wants Beth off the SOS list, reads her card and sees a test go out."""
    beth = await contact(night.street, "Beth")
    await night.keys(f"/try/pin?for=sos_list&who={beth}&what=off", **{"for": "sos_list", "who": beth, "what": "off"})
    await night.looks()
    await night.browser.press("/try/card", "/try/card", full_name="Anna L", pin=night.pin)
    await night.browser.press("/try", "/try/test", who=beth)


@pytest.mark.parametrize("evening", [_on_her_way, _overdue, _counting, _cried, _lists])
async def test_her_page_is_the_same_after_both_pins(evening, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    """To the last byte, at once and for two hours: nobody who holds her phone learns which PIN it was."""
    nights: list[list[str]] = []
    for pin in (PIN, DURESS):
        async with neighbourhood(tmp_path / pin) as street:
            browser, _ = await begun(street)
            night = Night(street, browser, pin, [])
            await evening(night)
            await night.looks()
            for minutes in (1, 14, 45, 60):
                await night.passes(minutes)
            nights.append(night.shown)

    assert len(nights[0]) > 10
    for true, duress in zip(*nights, strict=True):
        assert duress == true
