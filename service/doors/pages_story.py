"""What happened on a walk, in a line each, from the archive's copy of the feed, in the words of `lamplit why`."""

import sqlite3

from service.house import House
from service.journey.model import Journey
from service.people.model import Traveller
from service.remembered.chronicle import read, whole
from service.remembered.why import lines
from service.remembered.why_words import Teller, profile_of
from service.telemetry import logger

from .pages_words import clock_of

log = logger(__name__)

MOST_LINES = 60


async def story(house: House, journey: Journey, account: Traveller) -> tuple[tuple[str, str], ...]:
    """(clock, what happened), newest first, without messages and other small things: those stand elsewhere on the page.
    What her own screens show instead is not told. Empty where no archivist has written it down yet."""
    try:
        remembered = await house.archive.story(journey.id)
    except (OSError, sqlite3.Error) as error:
        log.warning("story cannot be read", error=type(error).__name__)
        return ()
    zone = house.settings.timezone
    told = lines((one for one in whole(read(remembered)) if not one.cover), teller(account, journey, zone))
    found = [(clock_of(line.at, zone, seconds=True), line.words) for line in told if not line.minor]
    return tuple(reversed(found[-MOST_LINES:]))


def teller(account: Traveller, journey: Journey, zone: str) -> Teller:
    """For people who may see the truth: contacts by name."""
    return Teller(
        name=account.name,
        zone=zone,
        profile=profile_of(journey.plan.profile),
        people={c.id: c.name for c in account.contacts},
        gone="a contact",
    )
