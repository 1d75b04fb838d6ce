"""The contact's page: for somebody who was woken, on a phone, at two in the morning."""

from dataclasses import dataclass
from typing import Literal

from .render import Frame, LastSeen, render

ContactState = Literal["quiet", "concern", "overdue", "sos", "duress", "closed"]
"""What this reader is shown: the fixed words and the colour of the page follow from it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PoliceScript:
    """What to say to 999, as values; the sentences are the template's.

    going: "walking home". due: "23:30" or "" (an SOS without a journey). seen: "at 23:28 near High St, Rochester"
    or "". alarm: when the alarm went off, for an SOS. looks: her description, where her card is open to this reader.
    force_number: the number of the force from abroad, as people write it.
    """

    her: str
    going: str
    now: str
    due: str = ""
    seen: str = ""
    alarm: str = ""
    looks: str = ""
    force: str = ""
    force_number: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactPage:
    """`GET {here}` = `/c/{token}`. Reading it changes nothing and counts as nothing.

    POST `{here}/answer` with `what` = taking · spoken · cannot · with_me (then show `{here}/pin`)
    GET  `{here}/police` and `{here}/pin` are the two small pages where something is typed.

    headline: the state in one sentence ("Anna has not arrived."). since: "Due 23:30, no answer as of 23:42".
    holder: who has it, in words; `mine` when it is this reader. News of another contact never carries a name here
    unless she allowed it.
    last_seen, battery, track: fill only what "Who sees what" gives this reader in this state. track: (clock, place).
    her_number: "" where it must not be shown. In `duress` the page shows none and says not to ring.
    script: None in `quiet` and `closed`. police: the number somebody noted, with by whom in words, or "".
    said: the answer to what this reader has just pressed.
    """

    frame: Frame
    here: str
    her: str
    state: ContactState
    headline: str
    as_of: str
    reference: str = ""
    reply_code: str = ""
    since: str = ""
    holder: str = ""
    mine: bool = False
    last_seen: LastSeen | None = None
    battery: str = ""
    destination: str = ""
    track: tuple[tuple[str, str], ...] = ()
    her_number: str = ""
    script: PoliceScript | None = None
    police: str = ""
    said: str = ""
    refresh_s: int = 15


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
    """`GET {here}/police`. POST `{here}/answer` with `what` = police and `police_number`."""

    frame: Frame
    here: str
    her: str
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
