"""Walks that are tried out: everybody is real but her phone's owner."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from service.clock import ScaledClock, breathe
from service.demo import tryouts
from service.demo.tryouts import RING_FACTOR, SOS_FACTOR, Tryouts
from service.journey import pressed
from service.journey.model import Proof
from tests.service.doors.neighbourhood import Neighbourhood, neighbourhood

from .test_introducing import WANTED


async def _until(clock: ScaledClock, factor: float) -> None:
    async with asyncio.timeout(5.0):
        while clock.factor != factor:
            await breathe(0.02)


async def test_she_sets_off_as_her_app_would(tmp_path: Path) -> None:
    """A route that is the walk's own, with its time, and a phone that streams."""
    async with neighbourhood(tmp_path) as street:
        async with street.at_work():
            tryout = await street.tryouts.begin(WANTED)

        kept = await street.house.watch.look(tryout.journey)
        assert kept.route is not None
        assert round(kept.route.length_m / 100) == 19
        assert kept.journey.plan.plan_s == 2469.0
        assert street.tryouts.phone_on(tryout)
        assert await street.tryouts.find(tryout.traveller) == tryout


async def test_two_tries_never_share_a_number(tmp_path: Path) -> None:
    """Each has phones of its own."""
    async with neighbourhood(tmp_path) as street, street.at_work():
        await street.tryouts.begin(WANTED)
        await street.tryouts.begin(WANTED)

        assert len(await street.phones.phones()) == 6


async def test_a_restart_finds_the_try_with_her_phone_off(tmp_path: Path) -> None:
    """It can be switched on where the walk has got to; unknown travellers have no try."""
    async with neighbourhood(tmp_path) as street:
        async with street.at_work():
            tryout = await street.tryouts.begin(WANTED)
        anew = Tryouts(street.house, "ws://127.0.0.1:9")

        found = await anew.find(tryout.traveller)

        assert found == tryout
        assert not anew.phone_on(tryout)
        anew.start_phone(tryout)
        assert anew.phone_on(tryout)
        await anew.stop_phone(tryout)
        assert not anew.phone_on(tryout)
        assert await anew.find("nobody") is None
        await anew.close()


async def test_what_an_older_release_remembered_is_forgotten(tmp_path: Path) -> None:
    """The form is shown, and nothing fails."""
    async with neighbourhood(tmp_path) as street:
        await street.house.store.book_put("tryouts", "anna", b'{"traveller":"anna"}')

        assert await street.tryouts.find("anna") is None


async def test_by_text_alone_nothing_is_begun_for_her(tmp_path: Path) -> None:
    """She texts WALK herself, and her page shows that journey; no phone of ours streams."""
    async with neighbourhood(tmp_path) as street:
        async with street.at_work():
            tryout = await street.tryouts.begin(replace(WANTED, by_text=True))
        assert await street.tryouts.journey_of(tryout) == ""
        account = await street.house.watch.account(tryout.traveller)

        await street.phones.reply(account.number, "WALK 30", street.clock.now())

        live = (await street.house.watch.account(tryout.traveller)).live
        assert live is not None
        assert await street.tryouts.journey_of(tryout) == live
        assert not street.tryouts.phone_on(tryout)


async def test_time_waits_for_a_thumb_while_a_phone_rings(tmp_path: Path) -> None:
    """Half a minute of ringing would be over in half a second; on a phone that somebody looks at it is not."""
    clock = ScaledClock()
    async with neighbourhood(tmp_path, fast=clock) as street, street.at_work():
        await _fast(street)
        beth = next(phone.number for phone in await street.phones.phones() if phone.whose == "Beth")
        await _until(clock, 60.0)
        street.tryouts.taken_up(beth)

        await street.phones.ring(beth, "Good evening.", clock.now())

        await _until(clock, RING_FACTOR)


async def _fast(street: Neighbourhood) -> str:
    return (await street.tryouts.begin(WANTED)).journey


async def test_time_runs_as_fast_as_was_asked_until_it_is_over(tmp_path: Path) -> None:
    """With her PIN the clock is back at real speed."""
    clock = ScaledClock()
    async with neighbourhood(tmp_path, fast=clock) as street, street.at_work():
        journey = await _fast(street)
        assert clock.factor == 60.0
        street.tryouts.run_at(5.0)
        assert (clock.factor, street.tryouts.speed) == (5.0, 5.0)

        await street.house.watch.ask(journey, pressed.ended, proof=Proof.PIN)

        await _until(clock, 1.0)


async def test_an_sos_counts_down_slowly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Five seconds become twenty of a person's; taken back, time goes on as before."""
    monkeypatch.setattr(tryouts, "HELD_REAL_S", 0.2)
    clock = ScaledClock()
    async with neighbourhood(tmp_path, fast=clock) as street, street.at_work():
        journey = await _fast(street)
        street.tryouts.slow_down()
        await street.house.watch.ask(journey, lambda j, now, _: pressed.sos(j, now))

        await breathe(0.6)  # longer than the slowed clock waits for the SOS itself
        assert clock.factor == SOS_FACTOR
        await street.house.watch.ask(journey, pressed.sos_cancelled, proof=Proof.PIN)

        await _until(clock, 60.0)
