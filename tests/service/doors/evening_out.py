"""What operators find: Anna overdue, Anna asking for help, and what she wrote down for the worst case."""

import re
from collections.abc import Mapping

from msgspec.structs import replace

from service.journey import pressed
from service.journey.model import Journey
from service.people.model import Card, Traveller
from service.watch import Change, Record

from .neighbourhood import Browser, Neighbourhood, words

MINUTES = 60.0


async def overdue(street: Neighbourhood) -> Journey:
    """Anna does not arrive; everybody has been told, nobody has it."""
    journey = await street.sets_off(minutes=20)
    await street.time_passes(33 * MINUTES)
    return await street.journey(journey.id)


async def cries(street: Neighbourhood) -> Journey:
    """Anna asks for help and does not take it back."""
    journey = await street.sets_off(minutes=60)
    await street.house.watch.ask(journey.id, lambda j, now, _: pressed.sos(j, now, window=False))
    await street.settle()
    return await street.journey(journey.id)


async def has_card(street: Neighbourhood, journey: Journey) -> None:
    """She wrote down what she looks like, and her call-back word."""
    key = journey.traveller
    card = Card(full_name="Anna Marsh", description="1.70 m, red coat", word="hazelnut")

    def write(rows: Mapping[str, Record | None], _now: float) -> Change:
        account = rows[key]
        assert isinstance(account, Traveller)
        return Change({key: replace(account, card=card)})

    await street.house.watch.transact((key,), write)


def here_of(journey: Journey) -> str:
    return f"/console/i/{journey.plan.reference}"


async def press(browser: Browser, journey: Journey, form: str, **fields: str) -> str:
    """Sends a form of the incident's page, as whoever sits there; what is read then."""
    page = f"{here_of(journey)}/{form}" if form in ("log", "close") else here_of(journey)
    return words((await browser.press(page, f"{here_of(journey)}/{form}", **fields)).text)


async def presses(browser: Browser, journey: Journey, button: str) -> None:
    """The button on the page of the incident, with all that its form holds."""
    page = (await browser.http.get(here_of(journey))).text
    [form] = [one for one in re.findall(r"(?s)<form.*?</form>", page) if f">{button}<" in one]
    action = re.search(r'action="([^"]+)"', form)
    assert action
    fields = re.findall(r'<(?:input|button)[^>]* name="([^"]+)" value="([^"]*)"', form)
    await browser.http.post(action[1], data=dict(fields))


async def alarm_log(street: Neighbourhood, journey: Journey) -> list[tuple[str, str, str]]:
    """Who wrote down what, and the words."""
    incident = (await street.journey(journey.id)).incident
    assert incident is not None
    return [(line.by, line.what, line.words) for line in incident.log]
