"""`/`: what Lamplit is, and how this house is right now."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from service.house import House
from service.operators import presence
from service.operators.accounts import Operators
from service.store import StoreUnavailable
from service.web.pages import FrontPage, ReadyLogin, render_front

from .health import checked
from .pages_live import LiveJourneys
from .pages_visit import Visit
from .pages_words import lasting

_BAD = {
    "store": "the store does not answer",
    "commits": "nothing can be written down",
    "watchman": "the watchman is late",
    "doors": "phones cannot reach us",
    "deadlines": "deadlines are noticed late",
    "dispatch": "messages wait longer than they should",
    "auditor": "the auditor has something to say",
    "rows": "a journey cannot be judged",
    "disk": "the disk is nearly full",
    "provider": "the provider refuses messages",
    "mail": "e-mail does not get out",
    "webhook": "the operators’ own system is out of reach",
}


def routes(house: House, live: LiveJourneys, operators: Operators) -> list[Route]:
    async def front(request: Request) -> Response:
        visit = Visit(house, request)
        parts, well = await _house(house, live)
        page = FrontPage(
            frame=visit.frame(form=False), house=parts, house_well=well, operator=await _ready(house, operators)
        )
        return visit.page(render_front(page))

    return [Route("/", front)]


async def _ready(house: House, operators: Operators) -> ReadyLogin | None:
    if not house.sandbox:
        return None
    try:
        name, password = await operators.ready(house.settings.data_dir)
    except StoreUnavailable:
        return None
    return ReadyLogin(name=name, password=password)


async def _house(house: House, live: LiveJourneys) -> tuple[tuple[str, ...], bool]:
    """One honest line, and whether all of it is good news."""
    report = await checked(house)
    failing = report["failing"]
    bad = tuple(_BAD.get(name, str(name)) for name in failing) if isinstance(failing, list) else ()
    parts = list(bad)
    if _BAD["store"] not in parts:
        parts.append("store on disk and answering")
        age_s = report["last_round_s_ago"]
        parts.append("watchman has not been round yet" if age_s is None else _round(float(str(age_s))))
        under_way = sum(1 for kept, _ in await live.all() if kept.journey.under_way)
        parts.append("1 journey live" if under_way == 1 else f"{under_way} journeys live")
        if house.sandbox:  # elsewhere it is nobody's business but `/health`'s
            parts.append(f"{_count(len(await presence.alive(house, house.clock.now())))} on shift")
    return tuple(parts), not bad


def _count(on_shift: int) -> str:
    return {0: "no operator", 1: "1 operator"}.get(on_shift, f"{on_shift} operators")


def _round(age_s: float) -> str:
    return f"watchman’s last round {lasting(age_s)} ago"
