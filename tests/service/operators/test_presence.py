"""Who is on shift, and what is written down when nobody is."""

import pytest

from service.clock import ScaledClock
from service.journey import pressed
from service.journey.model import Incident, Proof
from service.operators import presence
from service.operators.accounts import Operators
from tests.service.people.household import Household
from tests.world import World

PASSWORD = "lamps along the Medway"


async def _on_shift(home: Household, *names: str) -> None:
    operators = Operators(home.store, home.clock, time_cost=1, memory_kib=8)
    for name in names:
        await operators.add(name, PASSWORD)
        await presence.seen(home.house, name, home.clock.now())


async def test_she_is_there_for_a_minute_after_her_browser_was_heard(home: Household) -> None:
    """Whoever's page is open stays; whoever has closed it is gone with the minute."""
    await _on_shift(home, "omar", "olga")
    assert await presence.alive(home.house, home.clock.now()) == ("olga", "omar")

    home.clock.forward(59)
    await presence.seen(home.house, "olga", home.clock.now())
    home.clock.forward(1)

    assert await presence.alive(home.house, home.clock.now()) == ("olga",)


async def test_signing_out_ends_it_at_once(home: Household) -> None:
    """So does the end of the account."""
    await _on_shift(home, "omar", "olga")

    await presence.gone(home.house, "omar")
    assert await presence.alive(home.house, home.clock.now()) == ("olga",)

    await Operators(home.store, home.clock).remove("olga")
    await presence.seen(home.house, "olga", home.clock.now())
    assert await presence.alive(home.house, home.clock.now()) == ()


@pytest.mark.parametrize("factor", [1.0, 40.0])
async def test_a_fast_clock_signs_nobody_off(home: Household, factor: float) -> None:
    """A browser looks again every few seconds of this world."""
    await _on_shift(home, "olga")
    home.house.clock = ScaledClock(factor=factor)
    now = home.house.clock.now()

    await presence.seen(home.house, "olga", now)

    assert await presence.alive(home.house, now + 59 * factor) == ("olga",)
    assert await presence.alive(home.house, now + 61 * factor) == ()


# ── nobody is there ──


async def _sos(world: World) -> Incident:
    """Anna presses SOS without a window; her incident when everything has come to rest."""
    beth = world.contact("Beth")
    anna = await world.traveller("Anna", contacts=[beth])
    walk = await anna.sets_off()
    await world.front.house.watch.ask(walk.key, lambda j, now, _: pressed.sos(j, now, window=False))
    await world.settle()
    world.expect_everything()
    incident = (await walk.journey()).alarm
    assert incident is not None
    return incident


async def test_an_sos_while_nobody_is_signed_on_says_so_in_its_log() -> None:
    """One line, by nobody, however many processes notice."""
    async with World() as world:
        await world.comes_up()
        for process in world.processes:
            presence.watch_for_nobody(process.house)

        incident = await _sos(world)

        assert [(line.by, line.words) for line in incident.log] == [("nobody", "No operator was signed on.")]
        assert incident.claim is None


async def test_an_sos_while_somebody_is_signed_on_says_nothing() -> None:
    """She will see it at once."""
    async with World() as world:
        house = world.front.house
        presence.watch_for_nobody(house)
        await Operators(house.store, world.clock, time_cost=1, memory_kib=8).add("olga", PASSWORD)
        await presence.seen(house, "olga", world.clock.now() + 3600)

        incident = await _sos(world)

        assert incident.log == ()


async def test_after_a_duress_pin_only_what_is_true_says_it() -> None:
    """The story that her screen is shown knows nothing of operators."""
    async with World() as world:
        presence.watch_for_nobody(world.front.house)
        beth = world.contact("Beth")
        anna = await world.traveller("Anna", contacts=[beth])
        walk = await anna.sets_off(plan_min=10)
        await world.pass_time(minutes=20)
        house = world.front.house
        await house.watch.ask(walk.key, pressed.ended, proof=Proof.DURESS)
        await world.settle()
        world.expect_everything()

        journey = await walk.journey()

        assert journey.alarm is not None
        assert [line.by for line in journey.alarm.log] == ["nobody"]
        assert journey.shadow is not None
        assert journey.shadow.incident is not None
        assert journey.shadow.incident.log == ()


async def test_it_is_written_down_again_when_it_gets_worse() -> None:
    """L4 first, and an SOS an hour later: two lines, each once."""
    async with World() as world:
        house = world.front.house
        presence.watch_for_nobody(house)
        beth = world.contact("Beth")
        anna = await world.traveller("Anna", contacts=[beth])
        walk = await anna.sets_off(plan_min=10)
        await world.pass_time(minutes=45)
        await house.watch.ask(walk.key, lambda j, now, _: pressed.sos(j, now, window=False))
        await world.settle()
        world.expect_everything()

        alarm = (await walk.journey()).alarm

        assert alarm is not None
        assert [line.by for line in alarm.log] == ["nobody", "nobody"]
