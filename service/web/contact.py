"""The contact's page: for somebody who was woken, on a phone, at two in the morning."""

from dataclasses import dataclass
from typing import Literal

from .drawn import Drawn
from .render import Frame, LastSeen, render
from .script import Script

ContactState = Literal["nothing", "quiet", "watching", "concern", "overdue", "sos", "duress", "closed"]
"""What this reader is shown: the fixed words and the colour of the page follow from it. `nothing`: she chose to tell
this person nothing while all is well. `watching`: she asked to be watched on this journey."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """The part of the page about her place, for a reader to whom some of it is open.

    asks: there is something to see, and one tap (POST `{here}/see`) shows it: links are fetched by programs too, and
    every look is kept for her. seen, track: filled only after the tap, when the look is on disk. track: (clock, place),
    newest first. drawn: the same on a map, filled only with them. street_only: the law gives the street and no more.
    note: why there is nothing.
    """

    asks: bool = False
    seen: LastSeen | None = None
    track: tuple[tuple[str, str], ...] = ()
    drawn: Drawn | None = None
    street_only: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactPage:
    """`GET {here}` = `/c/{token}`. Without `see` reading it changes nothing and counts as nothing.

    POST `{here}/see` shows her place; `see` is then the short-lived seal that keeps it shown while the page refreshes.
    POST `{here}/answer` with `what` = taking · spoken · cannot · with_me (then show `{here}/pin`)
    GET  `{here}/police` and `{here}/pin` are the two small pages where something is typed.

    headline: the state in one sentence ("Anna has not arrived."). since: "Due 23:30, no answer as of 23:42".
    holder: who has it, in words; `mine` when it is this reader. News of another contact carries a name only where she
    allowed it.
    phone: "last heard at 23:28, 24 min ago, battery 14%". how: how she is, while watched. destination: the word she
    typed. going: on which part of it she is, where it has several ("on foot, part 3 of 3"). card: (label, words) of what she wrote down for the worst case. where: None where no place is open.
    her_number: "" where it must not be shown. In `duress` the page shows none and says not to ring; likewise where
    `forced`: this reader knows from another alarm that she may be made to say that all is well.
    script: None unless an alarm is open. police: the number somebody noted, with by whom in words, or "".
    answers: this reader is on the ladder and can answer. handover: the sheet for the police is open to this reader.
    said: the answer to what this reader has just pressed.
    """

    frame: Frame
    here: str
    her: str
    state: ContactState
    headline: str
    as_of: str
    see: str = ""
    reference: str = ""
    reply_code: str = ""
    since: str = ""
    holder: str = ""
    mine: bool = False
    forced: bool = False
    phone: str = ""
    how: str = ""
    destination: str = ""
    going: str = ""
    card: tuple[tuple[str, str], ...] = ()
    where: Where | None = None
    her_number: str = ""
    script: Script | None = None
    police: str = ""
    answers: bool = True
    handover: bool = False
    said: str = ""
    refresh_s: int = 15

    @property
    def looking(self) -> str:
        """What an address of this page ends with, so that a place once shown stays shown."""
        return f"?see={self.see}" if self.see else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactPinPage:
    """`GET {here}/pin`: the reader hands over the phone and she keys her PIN. POST `{here}/pin` with `pin`.

    problem: the same words after every wrong PIN, with the wait if there is one ("Try again in 10 s.").
    The answer to her PIN and to her duress PIN must be the same page: `render_contact_pin_done`.
    """

    frame: Frame
    here: str
    her: str
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactPinDonePage:
    """After an accepted PIN on a contact's phone; the same bytes whichever of her two PINs it was."""

    frame: Frame
    here: str
    her: str
    clock: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicePage:
    """`GET {here}/police`. POST `{here}/answer` with `what` = police and `police_number`. `see` as on the page."""

    frame: Frame
    here: str
    her: str
    see: str = ""
    number: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkGonePage:
    """Unknown, expired and revoked links: one page, the same bytes for every reason (status 404)."""

    frame: Frame


def render_contact(page: ContactPage) -> str:
    return render("contact.html", page)


def render_contact_pin(page: ContactPinPage) -> str:
    return render("contact_pin.html", page)


def render_contact_pin_done(page: ContactPinDonePage) -> str:
    return render("contact_pin_done.html", page)


def render_police(page: PolicePage) -> str:
    return render("police.html", page)


def render_link_gone(page: LinkGonePage) -> str:
    return render("link_gone.html", page)
