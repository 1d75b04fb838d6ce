"""The sheet for the police: `/c/{token}/handover` for her SOS list, `/console/i/{name}/handover` for operators.

Both count as a look at her place. For contacts it opens with her card (L3, SOS, duress), and the place is put on it by
a tap; until then, and while a look cannot be written down, the sheet is made without it.
"""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from service.doors.console.desk import NAME, AtHand, Desk
from service.doors.console.incident import looked_at
from service.doors.pages_glance import glance
from service.doors.pages_track import track_of
from service.doors.pages_visit import Visit
from service.house import House
from service.web.handover import HandoverPage, render_handover

from .handover_seen import contacts_reader, handover, operators_reader
from .link import Link, gone, opened
from .seen import UNWRITTEN

WHY = "sheet for the police"


def routes(house: House, desk: Desk) -> list[BaseRoute]:
    async def for_contact(request: Request) -> Response:
        visit, link = await opened(house, request)
        if link is None:
            return gone(visit)
        if not link.hands_over:
            return visit.go(f"/c/{link.token}")
        seen = await glance(house, link, request)
        if seen.fresh:
            return visit.go(f"/c/{link.token}/handover?see={seen.fresh}")
        if not seen.link.hands_over:
            return visit.go(f"/c/{link.token}")
        page = await contacts_sheet(
            house, seen.link, visit, see=seen.see, shown=seen.shown, note=UNWRITTEN if seen.unwritten else ""
        )
        return visit.page(render_handover(page))

    async def for_operator(request: Request) -> Response:
        visit, at_hand = Visit(house, request), await desk.incident_of(request)
        if at_hand is None:
            return visit.go("/console")
        return visit.page(render_handover(await operators_sheet(house, at_hand, visit)))

    return [
        Route("/c/{token}/handover", for_contact),
        Route(f"/console/i/{{{NAME}}}/handover", for_operator),
    ]


async def contacts_sheet(
    house: House, link: Link, visit: Visit, *, see: str, shown: bool, note: str = ""
) -> HandoverPage:
    """`shown`: this contact's look is on disk."""
    here = f"/c/{link.token}"
    reader = contacts_reader(link, shown=shown, note=note)
    return handover(
        house,
        link.view,
        link.account,
        await track_of(house, link.kept) if shown else (),
        reader,
        visit.frame(form=reader.asks, clock=False),
        visit.now,
        here=f"{here}/handover",
        back=f"{here}?see={see}" if see else here,
        see=f"{here}/see",
    )


async def operators_sheet(house: House, at_hand: AtHand, visit: Visit) -> HandoverPage:
    """Keeps the operator's look before it is made; without it there is no place on the sheet."""
    operator, (kept, looked) = at_hand.operator.name, await looked_at(house, at_hand, WHY)
    return handover(
        house,
        kept.journey,
        at_hand.account,
        await track_of(house, kept) if looked else (),
        operators_reader(operator, shown=looked),
        visit.frame(form=False, clock=False),
        visit.now,
        here=f"{at_hand.here}/handover",
        back=at_hand.here,
    )
