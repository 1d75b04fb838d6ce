"""The sheet for the police, fetched by Beth and by Olga."""

from collections.abc import Sequence
from typing import Any

import pytest

from service.store import StoreRefused, Unit
from tests.service.doors.neighbourhood import BETH, CHLOE, DAD, Neighbourhood, words

MINUTES = 60.0


async def _walk(street: Neighbourhood, minutes: float) -> tuple[str, str, dict[str, str]]:
    """Anna does not arrive: her journey's key, its reference, and the page of each contact."""
    journey = await street.sets_off(minutes=20)
    await street.time_passes(minutes * MINUTES)
    account = await street.house.watch.account(journey.traveller)
    return journey.id, journey.plan.reference, {n: street.link(journey, n, account) for n in (BETH, DAD, CHLOE)}


async def test_it_opens_at_l3_to_the_sos_list(street: Neighbourhood) -> None:
    """Before, and for Chloe, who is not on it, there is the page and no sheet; a dead link is like any other."""
    _, _, links = await _walk(street, 30)
    browser = street.browser()
    early = await browser.http.get(f"{links[BETH]}/handover")
    assert early.url.path == links[BETH]

    await street.time_passes(12 * MINUTES)

    assert "Missing person: Anna" in await browser.reads(f"{links[BETH]}/handover")
    assert (await browser.http.get(f"{links[CHLOE]}/handover")).url.path == links[CHLOE]
    gone = await browser.http.get("/c/AAAAAAAAAAAAAAAAAAAAAA/handover")
    assert gone.status_code == 404


async def test_her_place_is_put_on_it_by_a_tap_and_that_is_a_look(street: Neighbourhood) -> None:
    """On the page for the police as on Beth's own; the way back keeps it shown."""
    key, _, links = await _walk(street, 42)
    browser, sheet = street.browser(), f"{links[BETH]}/handover"
    before = await browser.reads(sheet)
    assert "51.38" not in before
    assert (await street.journey(key)).looks == ()

    shown = await browser.press(sheet, f"{links[BETH]}/see", on="handover")

    assert shown.url.path == sheet
    assert "51.38000, 0.50000" in words(shown.text)
    assert [k.what for k in (await street.journey(key)).looks] == ["place"]
    assert f"{links[BETH]}?see={shown.url.params['see']}" in shown.text


async def test_a_sheet_left_open_renews_itself(street: Neighbourhood) -> None:
    """Loaded again after six minutes it has a newer address, and is still the sheet."""
    _, _, links = await _walk(street, 42)
    browser, sheet = street.browser(), f"{links[BETH]}/handover"
    shown = await browser.press(sheet, f"{links[BETH]}/see", on="handover")
    street.clock.forward(6.1 * MINUTES)

    again = await browser.http.get(str(shown.url))

    assert again.url.path == sheet
    assert again.url.params["see"] != shown.url.params["see"]
    assert "51.38000, 0.50000" in words(again.text)


async def test_the_operators_sheet_is_a_look_with_a_reason(street: Neighbourhood) -> None:
    """Anna reads later who made it and why."""
    key, reference, _ = await _walk(street, 42)
    olga = await street.on_shift("olga")

    read = await olga.reads(f"/console/i/{reference}/handover")

    assert "Missing person: Anna" in read
    assert "51.38000, 0.50000" in read
    assert "by olga, operator" in read
    looks = (await street.journey(key)).looks
    assert ("olga", "place", "sheet for the police") in [(k.by, k.what, k.why) for k in looks]


async def test_who_is_not_signed_in_gets_the_login(street: Neighbourhood) -> None:
    """And whoever asks for one that is not open gets the list."""
    _, reference, _ = await _walk(street, 42)
    stranger = await street.browser().http.get(f"/console/i/{reference}/handover")
    assert stranger.url.path == "/console"
    assert "Anna" not in stranger.text
    olga = await street.on_shift("olga")
    assert (await olga.http.get("/console/i/Z999/handover")).url.path == "/console"


async def test_without_a_disk_it_is_made_without_the_place(
    street: Neighbourhood, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For both; nobody is shown what cannot be written down, and nobody gets an error instead of a sheet."""
    _, reference, links = await _walk(street, 42)
    olga = await street.on_shift("olga")

    async def refuses(units: Sequence[Unit]) -> Any:
        raise StoreRefused("no room")

    monkeypatch.setattr(street.house.store, "commit", refuses)
    beths = await street.browser().press(f"{links[BETH]}/handover", f"{links[BETH]}/see", on="handover")
    olgas = await olga.reads(f"/console/i/{reference}/handover")

    for read in (words(beths.text), olgas):
        assert "Missing person: Anna" in read
        assert "51.38" not in read
    assert "Her place cannot be shown at this moment" in words(beths.text)
