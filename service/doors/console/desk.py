"""The operators' desk: who asks, which journey is meant, and what is answered to who is not signed in.

The pages of one incident hang below `/console/i/{name}`, where the name is a reference or, if two live journeys share
it, a key. Whoever adds one asks `incident_of(request)` first.
"""

import re
from collections import Counter
from dataclasses import dataclass

from starlette.requests import Request

from service.doors.maps import Basemap
from service.doors.pages_live import Found, LiveJourneys
from service.house import House
from service.operators import presence
from service.operators.accounts import Operator, Operators
from service.people.model import Traveller
from service.rows import Kept

SESSION = "lamplit_operator"
LONGEST_TOKEN = 64
NAME = "name"
"""The path parameter that names a journey."""
REFERENCE = re.compile(r"[A-Z][0-9]{3}")


@dataclass(frozen=True, slots=True)
class AtHand:
    """An operator who is signed in, and the open incident that the address names."""

    operator: Operator
    kept: Kept
    account: Traveller
    name: str

    @property
    def here(self) -> str:
        return f"/console/i/{self.name}"


class Desk:
    """Every page of the operators asks here who is there; asking keeps her on shift."""

    def __init__(self, house: House, live: LiveJourneys, operators: Operators, programs: Basemap | None = None) -> None:
        self.house, self.live, self.operators, self.programs = house, live, operators, programs

    async def who(self, request: Request) -> Operator | None:
        """Who is signed in with this browser, and on shift from now on; None for every reason alike."""
        token = request.cookies.get(SESSION, "")[:LONGEST_TOKEN]
        operator = await self.operators.who(token) if token else None
        if operator is not None:
            await presence.seen(self.house, operator.name, self.house.clock.now())
        return operator

    async def journey_of(self, request: Request) -> Found | None:
        """The live journey that the address names, as the list knows it."""
        return _named(await self.live.all(), request.path_params.get(NAME, ""))

    async def incident_of(self, request: Request) -> AtHand | None:
        """Who asks and about which open incident, as it is on disk; None when nobody is signed in, or nothing of that
        name is open to operators. No look is kept by this: what shows a place calls `looking.operator_looks`."""
        operator = await self.who(request)
        found = await self.journey_of(request)
        if operator is None or found is None:
            return None
        kept = await self.house.watch.look(found[0].journey.id)
        if kept.journey.alarm is None:
            return None
        return AtHand(operator, kept, found[1], request.path_params[NAME])


def names_of(found: list[Found]) -> dict[str, str]:
    """What links call each live journey, by key: its reference, or the key where two share that."""
    shared = Counter(kept.journey.plan.reference for kept, _ in found)
    journeys = (kept.journey for kept, _ in found)
    return {j.id: j.id if shared[j.plan.reference] > 1 else j.plan.reference for j in journeys}


def _named(found: list[Found], name: str) -> Found | None:
    """Of two that share a reference the one with an alarm."""
    meant = [f for f in found if name in (f[0].journey.id, f[0].journey.plan.reference)]
    return min(meant, key=lambda f: f[0].journey.alarm is None, default=None)
