"""The operators' list: what needs a person now, and who is on the way."""

from dataclasses import dataclass

from .drawn import Drawn
from .render import Badge, Choice, Frame, LastSeen, render


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginPage:
    """`GET /console` without a session. POST `/console/login` with `name`, `password`, `code`.

    problem: the same words for a wrong name, password or code. hint: the sandbox's ready login.
    needs_code: False in the sandbox, where the ready operator has no authenticator.
    """

    frame: Frame
    name: str = ""
    problem: str = ""
    hint: str = ""
    needs_code: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Timer:
    """A running clock: "open for" "4 min 12 s". `late` marks the one that is past its time."""

    label: str
    value: str
    late: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentRow:
    """An open incident, without a place. Ordered by the filler, most urgent first.

    here: the page of this one. what: one sentence. holder: who has it; `lease` how long an operator's claim has left.
    proposal: what waits for a second operator. told: who was reached, in words ("Beth: delivered, no answer").
    next_step: what the house does next, and when. note: a smaller last line.
    """

    reference: str
    kind: Badge
    what: str
    timers: tuple[Timer, ...]
    here: str = ""
    holder: str = ""
    lease: str = ""
    proposal: str = ""
    told: tuple[str, ...] = ()
    next_step: str = ""
    note: str = ""
    battery: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class JourneyRow:
    """A live journey with nothing wrong: no name, no place. `asked`: she asked operators to walk with her."""

    reference: str
    since: str
    due: str
    state: Badge
    link: Badge
    here: str = ""
    asked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsolePage:
    """`GET /console`; looks again every `refresh_s`. POST `/console/logout` signs out.

    on_shift: the names of those who are signed on and alive, the reader's own among them.
    trouble: bad news about the house itself ("Twilio has refused 4 messages since 23:40").
    said: the answer to what was just pressed elsewhere. admin: there is a page about the shift.
    """

    frame: Frame
    operator: str
    clock: str
    incidents: tuple[IncidentRow, ...]
    journeys: tuple[JourneyRow, ...]
    on_shift: tuple[str, ...] = ()
    trouble: tuple[str, ...] = ()
    said: str = ""
    admin: bool = False
    refresh_s: int = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Somebody who may sign in."""

    name: str
    role: str
    state: Badge


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonedLook:
    """A look outside an alarm, and the reason that she reads too."""

    clock: str
    by: str
    reference: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftPage:
    """`GET /console/shift`, for admins: who may sign in, who is on shift, and every look taken with a reason."""

    frame: Frame
    clock: str
    accounts: tuple[Account, ...]
    looks: tuple[ReasonedLook, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LookPage:
    """`GET {here}` = `/console/look/{name}`: a journey with nothing wrong. POST `{here}` with `reason` and `words`.

    asked: she asked operators to walk with her: the place is open, and looks again every `refresh_s`.
    last_seen, and drawn, the same on a map: after a reason, or where she asked; else there is the form with `reasons`. nothing: why no place is shown
    although it might be.
    """

    frame: Frame
    here: str
    reference: str
    since: str
    due: str
    state: Badge
    link: Badge
    asked: bool = False
    reasons: tuple[Choice, ...] = ()
    words: str = ""
    problem: str = ""
    why: str = ""
    last_seen: LastSeen | None = None
    drawn: Drawn | None = None
    battery: str = ""
    going: str = ""
    nothing: str = ""
    refresh_s: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedOutPage:
    """After `/console/logout`; send it with `EXIT_HEADERS`."""

    frame: Frame


def render_login(page: LoginPage) -> str:
    return render("login.html", page)


def render_console(page: ConsolePage) -> str:
    return render("console.html", page)


def render_shift(page: ShiftPage) -> str:
    return render("shift.html", page)


def render_look(page: LookPage) -> str:
    return render("look.html", page)


def render_signed_out(page: SignedOutPage) -> str:
    return render("signed_out.html", page)
