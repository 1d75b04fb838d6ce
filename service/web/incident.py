"""One open incident, for the operator who has it."""

from dataclasses import dataclass
from typing import Literal

from .console import Timer
from .drawn import Drawn
from .render import Badge, Choice, Frame, LastSeen, render
from .script import Script

IncidentState = Literal["concern", "overdue", "sos", "duress"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldPerson:
    """A contact of this alarm. messages: one line each, with the seconds every step took. said: the contact's own word,
    or "" while there is none."""

    name: str
    number: str
    tier: int
    said: str = ""
    messages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentPage:
    """`GET {here}` = `/console/i/{name}`; looks again every `refresh_s`, which keeps a claim of the reader's alive.

    POST `{here}/claim`, `{here}/release`; `{here}/log` with `what`, `words`, `n`; `{here}/close` with `code`, `about`.
    GET `{here}/log`, `{here}/close` are the pages where something is typed or chosen; `{here}/handover` is the sheet
    for the police.

    her_number: "" where nobody may ring her. mine: the reader has it; `left` is how long. still: nothing was pressed for
    long, and the claim ends unless something is. card: (label, value); word: her call-back word.
    drawn: `last_seen` and `track` on a map. no_place: why there is no `last_seen`. agree: the code of what somebody else proposed, "" for none. n: where the log
    stands; a line that is pressed twice is written once. about: the alarm as it is on this page.
    """

    frame: Frame
    here: str
    reference: str
    operator: str
    clock: str
    her: str
    state: IncidentState
    kind: Badge
    what: str
    timers: tuple[Timer, ...]
    holder: str = ""
    mine: bool = False
    left: str = ""
    still: str = ""
    next_step: str = ""
    said: str = ""
    her_number: str = ""
    last_seen: LastSeen | None = None
    no_place: str = ""
    battery: str = ""
    link: Badge | None = None
    destination: str = ""
    going: str = ""
    track: tuple[tuple[str, str], ...] = ()
    drawn: Drawn | None = None
    told: tuple[ToldPerson, ...] = ()
    police: str = ""
    card: tuple[tuple[str, str], ...] = ()
    word: str = ""
    script: Script | None = None
    log: tuple[tuple[str, str], ...] = ()
    story: tuple[tuple[str, str], ...] = ()
    proposal: str = ""
    agree: str = ""
    n: str = ""
    about: str = ""
    refresh_s: int = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class LogPage:
    """`GET {here}/log`: a line is typed. It looks again only by script, so that nothing typed is lost. `n` names this
    form: sent twice it is one line."""

    frame: Frame
    here: str
    reference: str
    her: str
    n: str
    kinds: tuple[Choice, ...]
    words: str = ""
    holding: str = ""
    problem: str = ""
    refresh_s: int = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosePage:
    """`GET {here}/close`: how it ended. POST with `code`, `word`, `about`. takes_two: an SOS or a duress. word: her
    call-back word, "" if she has none. proposal: what somebody else proposed. holder: who else has it, in words.
    about: the alarm as it was when this form was made: what it became since is not closed with it."""

    frame: Frame
    here: str
    reference: str
    her: str
    outcomes: tuple[Choice, ...]
    takes_two: bool = False
    word: str = ""
    proposal: str = ""
    holder: str = ""
    about: str = ""
    problem: str = ""
    refresh_s: int = 10


def render_incident(page: IncidentPage) -> str:
    return render("incident.html", page)


def render_incident_log(page: LogPage) -> str:
    return render("incident_log.html", page)


def render_incident_close(page: ClosePage) -> str:
    return render("incident_close.html", page)
