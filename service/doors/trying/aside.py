"""Turning aside on her phone under `/try`: the nearest place that is open, and a button that says she goes there."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from service.doors.pages_words import clock_of, distance
from service.doors.problems import in_time
from service.house import House
from service.journey.havens import in_words
from service.journey.model import Journey
from service.people.refusals import Refused, Why
from service.people.rerouting import divert
from service.tokens import new_id
from service.web.pages import Aside

from .session import TrySession


def nearest(house: House, shown: Journey) -> Aside | None:
    """Where she could go to from where her own screen may draw her; None where nothing near is known to be open."""
    seen = shown.seen
    if not shown.under_way or shown.haven is not None or seen is None or seen.tracked:
        return None
    open_now = [one for one in house.havens.at_hand(seen.lat, seen.lon, house.clock.now()) if one is not None]
    if not open_now:
        return None
    one = min(open_now, key=lambda away: away.away_m)
    far = f"{distance(one.away_m)} away" if one.walk_m is None else f"{distance(one.walk_m)} to walk"
    until = f", open until {clock_of(one.place.closes_at, house.settings.timezone)}" if one.place.closes_at else ""
    words = f"{one.place.name}, {in_words(one.place.kind)}, {far}{until}"
    return Aside(id=one.place.id, words=words if one.place.automatic else f"{words}. Nobody has vetted it")


def going(shown: Journey) -> str:
    """Where she rests, or has said that she goes; "" for nowhere."""
    stay = shown.haven if shown.under_way else None
    if stay is None:
        return ""
    return f"You are at {stay.name}." if stay.there else f"You are turning aside to {stay.name}."


@dataclass(frozen=True, slots=True)
class Turns:
    """The page's action."""

    session: TrySession

    async def divert(self, request: Request) -> Response:
        visit, fields, tryout, account = await self.session.pressed(request)
        haven = fields.get("haven", "")[:64]
        try:
            answer = await in_time(divert(self.session.house, account, haven, command=new_id(), door="try"))
        except Refused as refusal:
            if refusal.why is not Why.INVALID:
                raise
            self.session.say(tryout, "That place has closed, or nobody knows of it any more.")
            return visit.go("/try")
        if answer.code == "diverted" and answer.at is not None:
            self.session.say(tryout, f"Go there. You are expected by {clock_of(answer.at, visit.zone)} now.")
        else:
            self.session.say(tryout, "That was already closed." if answer.code == "already_closed" else "Thank you.")
        return visit.go("/try")


def routes(session: TrySession) -> list[Route]:
    return [Route("/try/divert", Turns(session).divert, methods=["POST"])]
