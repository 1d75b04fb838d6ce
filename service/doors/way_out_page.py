"""`/safe`: her number and her PIN, from any phone. No login; a number that nobody has is answered like a wrong PIN."""

from ipaddress import IPv6Address, ip_address, ip_network

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from service.house import House
from service.people.patience import Strange
from service.people.refusals import Refused, Why
from service.people.way_out import account_of, take_pin
from service.web.pages import WayOutDonePage, WayOutPage, render_way_out, render_way_out_done

from .api.contacts import number
from .pages_visit import Visit
from .pages_words import clock_of, lasting
from .problems import in_time

LONGEST_NUMBER, LONGEST_PIN = 30, 32


class WayOutDoor:
    """What can be done without her phone."""

    def __init__(self, house: House) -> None:
        self._house = house

    async def look(self, request: Request) -> Response:
        visit = Visit(self._house, request)
        return visit.page(render_way_out(WayOutPage(frame=visit.frame(clock=False))))

    async def pin(self, request: Request) -> Response:
        visit = Visit(self._house, request)
        fields = await visit.posted()
        typed = fields.get("number", "")[:LONGEST_NUMBER].strip()
        try:
            at = number(self._house, typed)
        except Refused:
            return _again(visit, typed, {"number": "A mobile number, please, as you write it."}, 400)
        account = await in_time(account_of(self._house, at))
        door = Strange(f"web/{place_of(request)}")
        try:
            await in_time(take_pin(self._house, account, fields.get("pin", "")[:LONGEST_PIN], door))
        except Refused as refusal:
            if refusal.why is not Why.TRY_AGAIN:
                raise
            return _again(visit, typed, {"pin": _words(refusal)}, 403)
        page = WayOutDonePage(frame=visit.frame(form=False, clock=False), clock=clock_of(visit.now, visit.zone))
        return visit.page(render_way_out_done(page))


def routes(house: House) -> list[Route]:
    door = WayOutDoor(house)
    return [Route("/safe", door.look, methods=["GET"]), Route("/safe", door.pin, methods=["POST"])]


def place_of(request: Request) -> str:
    """Whence somebody asks, coarsely: the neighbourhood of an address, which does not change with every page."""
    host = request.client.host if request.client is not None else ""
    try:
        address = ip_address(host)
    except ValueError:
        return "somewhere"
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    return str(ip_network(f"{address}/{24 if address.version == 4 else 56}", strict=False).network_address)


def _words(refusal: Refused) -> str:
    wait_s = refusal.wait_s or 0.0
    return f"That is not it. Try again in {lasting(wait_s)}." if wait_s >= 1 else "That is not it. Try again."


def _again(visit: Visit, typed: str, problems: dict[str, str], status: int) -> Response:
    page = WayOutPage(frame=visit.frame(clock=False), number=typed, problems=problems)
    return visit.page(render_way_out(page), status)
