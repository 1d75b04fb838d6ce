"""The states a journey can be in when somebody texts: how Anna's comes to each of them."""

from collections.abc import Callable
from typing import Any

from service.journey import asking, pressed, said
from service.journey.model import Arrival, Cause, Journey, JourneyState, Level
from service.journey.turn import Outcome, Turn
from tests.service.people.household import ANNA, BETH, DURESS, PIN, Her, Household

DAY = 86_400.0


class Setting:
    """Anna's house: Beth on her SOS list, Dad not on it, Zoe invited and silent. `key` is her journey, if she began one."""

    def __init__(self, home: Household, her: Her) -> None:
        self.home, self.her, self.key, self.code = home, her, "", "42"

    async def sets_off(self) -> None:
        made = await self.her.post("/journeys", {"kind": "timer", "minutes": 20})
        self.key = made.json()["id"]
        self.code = (await self.journey()).plan.code

    async def journey(self) -> Journey:
        return await self.home.journey(self.key)

    async def act(self, act: Callable[[Journey, float], Outcome]) -> None:
        """Something happens to her journey at this instant."""
        await self.home.house.watch.ask(self.key, lambda journey, now, _: act(journey, now))

    async def to_level(self, level: Level) -> None:
        """She does not come; what is sent is taken by the provider; until the ladder is that high."""
        for _ in range(400):
            incident = (await self.journey()).incident
            if incident is not None and incident.level is level:
                return
            for notice in await self.home.sends():
                if notice.journey == self.key:
                    await self.act(lambda j, now, n=notice: said.handed(j, n.id, "SM", now))  # type: ignore[misc]
            await self.home.time_passes(30.0)
        raise AssertionError(f"{level} is never reached")


async def none(at: Setting) -> None:
    pass


async def draft(at: Setting) -> None:
    await at.sets_off()
    await at.act(lambda j, now: _with(j, now, state=JourneyState.DRAFT))


async def ready(at: Setting) -> None:
    await at.sets_off()
    await at.act(lambda j, now: _with(j, now, state=JourneyState.READY))


async def active(at: Setting) -> None:
    await at.sets_off()


async def paused(at: Setting) -> None:
    await at.sets_off()
    await at.act(lambda j, now: pressed.paused(j, 5.0, now))


async def arrived_pending(at: Setting) -> None:
    await at.sets_off()
    await at.act(lambda j, now: _with(j, now, state=JourneyState.ARRIVED_PENDING, arrival=Arrival(now)))


async def counting(at: Setting) -> None:
    await at.sets_off()
    await at.act(pressed.sos)


async def prompting(at: Setting) -> None:
    await at.sets_off()

    def asked(journey: Journey, now: float) -> Outcome:
        turn = Turn(journey, now)
        asking.raise_prompt(turn, Cause.OFF_ROUTE)
        return turn.outcome()

    await at.act(asked)


async def concern(at: Setting) -> None:
    await prompting(at)
    await at.to_level(Level.CONCERN)


async def due(at: Setting) -> None:
    await at.sets_off()
    journey = await at.journey()
    await at.home.time_passes((journey.eta_at or 0.0) - at.home.clock.now() + 1.0)
    assert (await at.journey()).due is not None


async def overdue(at: Setting) -> None:
    await at.sets_off()
    await at.to_level(Level.OVERDUE)


async def unacked(at: Setting) -> None:
    await overdue(at)
    await at.to_level(Level.UNACKED)


async def operator(at: Setting) -> None:
    await overdue(at)
    await at.to_level(Level.OPERATOR)


async def acked(at: Setting) -> None:
    await overdue(at)
    await at.home.text(BETH, at.code)


async def cold(at: Setting) -> None:
    await operator(at)
    await at.home.time_passes(1.1 * DAY)
    incident = (await at.journey()).incident
    assert incident is not None
    assert incident.ladder is not None
    assert incident.ladder.cold_at is not None


async def fired(at: Setting) -> None:
    await counting(at)
    await at.home.time_passes(8.0)


async def duress(at: Setting) -> None:
    await at.sets_off()
    await at.home.text(ANNA, f"HOME {DURESS}")
    assert (await at.journey()).shadow is not None


async def duress_in_an_alarm(at: Setting) -> None:
    await overdue(at)
    await at.home.text(ANNA, f"HOME {DURESS}")
    at.home.clock.forward(120.0)


async def cried(at: Setting) -> None:
    await at.home.text(ANNA, "HELP")
    at.key = (await at.home.account(at.her.id)).live or ""
    at.code = (await at.journey()).plan.code


async def closed(at: Setting) -> None:
    await at.sets_off()
    await at.home.text(ANNA, f"HOME {PIN}")


async def closed_after_an_alarm(at: Setting) -> None:
    await overdue(at)
    await at.home.text(ANNA, f"HOME {PIN}")
    at.home.clock.forward(2 * 3600.0)


async def long_closed(at: Setting) -> None:
    await overdue(at)
    await at.home.text(ANNA, f"HOME {PIN}")
    at.home.clock.forward(8 * DAY)


def _with(journey: Journey, now: float, **changes: Any) -> Outcome:
    turn = Turn(journey, now)
    turn.set(**changes)
    return turn.outcome()
