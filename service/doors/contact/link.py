"""What a contact's link opens.

Unknown, ended and revoked links are one answer: the same rows are asked for, the same bytes come back.
"""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from service.doors.pages_visit import Visit
from service.doors.problems import in_time
from service.house import House
from service.journey.cover import shown_to
from service.journey.model import Cause, Incident, Journey, JourneyState, Level
from service.journey.sight import Sight, sight_of, was_told
from service.people.model import Card, Contact, ContactState, Traveller
from service.people.opened_card import card_for
from service.rows import Kept, UnreadableRow, journey_row, traveller_row
from service.telling import knows_better, knows_from_elsewhere
from service.tokens import same
from service.web.pages import LinkGonePage, render_link_gone

LONGEST_TOKEN = 64
CRIES = (Cause.SOS, Cause.DURESS)


@dataclass(frozen=True, slots=True)
class Link:
    """A contact's link that opens: whose journey, which contact, and the journey as this contact may see it. `forced`:
    this reader has been told that she may be, on this journey or another of hers, and that is not over."""

    token: str
    account: Traveller
    contact: Contact
    kept: Kept
    forced: bool = False

    @property
    def view(self) -> Journey:
        return shown_to(self.kept.journey, self.contact.id)

    @property
    def sight(self) -> Sight:
        return sight_of(self.view, self.contact.id)

    @property
    def invited(self) -> bool:
        """Somebody who has not said YES yet: one text in an SOS is all there is."""
        return any(p.id == self.contact.id for p in self.view.plan.invited)

    @property
    def alarm(self) -> Incident | None:
        """The open incident, if this contact has been told of it."""
        alarm = self.view.alarm
        if alarm is None:
            return None
        told = was_told(alarm, self.contact.id) or (self.invited and alarm.cause is Cause.SOS)
        return alarm if told else None

    @property
    def card(self) -> Card | None:
        return card_for(self.account, self.view, self.contact.id)

    @property
    def on_sos_list(self) -> bool:
        return any(p.id == self.contact.id and p.on_sos_list for p in self.view.plan.people)

    @property
    def hands_over(self) -> bool:
        """Whether the sheet for the police is this reader's: the SOS list's, from L3 and in a cry for help."""
        alarm = self.alarm
        if alarm is None or not self.on_sos_list:
            return False
        return alarm.cause in CRIES or alarm.level in (Level.UNACKED, Level.OPERATOR)

    def alive(self, now: float) -> bool:
        """Row 19: until an hour after the close, and a day after an incident was resolved."""
        view, n = self.view, self.view.numbers
        if view.state is not JourneyState.CLOSED or view.open_incident is not None:
            return True
        closed_at = view.closed.at if view.closed is not None else view.updated_at
        if now <= closed_at + n.link_dies_s:
            return True
        resolved = view.incident.resolved if view.incident is not None else None
        return resolved is not None and now <= resolved.at + n.link_dies_after_incident_s


async def opened(house: House, request: Request) -> tuple[Visit, Link | None]:
    """A visit to a page below `/c/{token}`, and what the link opens."""
    token = request.path_params["token"][:LONGEST_TOKEN]
    return Visit(house, request, token), await in_time(find(house, token))


async def find(house: House, token: str) -> Link | None:
    """What a link opens, verified against the rows it names; None for every reason alike."""
    journey, contact_id = await house.directory.link(token) or ("nobody-0", "nobody")
    owner_row, row = await house.store.load([journey.partition("-")[0], journey])
    right = same(house.sealer.link_token(journey, contact_id), token)
    if owner_row is None or row is None or not right:
        return None
    try:
        account, kept = traveller_row(owner_row.key, owner_row.value), journey_row(row.key, row.value)
    except UnreadableRow:
        return None
    contact = account.still_told(contact_id)
    if contact is None or contact.state is ContactState.LEFT:
        return None
    forced = knows_better(contact_id, kept.journey) or await knows_from_elsewhere(
        house.store, contact_id, account, journey
    )
    link = Link(token, account, contact, kept, forced=forced)
    return link if link.alive(house.clock.now()) else None


def gone(visit: Visit) -> Response:
    """The bytes are the same whatever the link was."""
    page = LinkGonePage(frame=visit.frame(form=False, clock=False))
    return visit.page(render_link_gone(page), 404)
