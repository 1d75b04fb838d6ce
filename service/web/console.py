"""The operators' list: what needs a person now, and who is on the way."""

from dataclasses import dataclass

from .render import Badge, Frame, LastSeen, render


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginPage:
    """`GET /console` without a session. POST `/console/login` with `name`, `password`, `code` (if `asks_code`).

    problem: the same words for a wrong name, password or code. hint: the sandbox's ready login.
    """

    frame: Frame
    name: str = ""
    problem: str = ""
    hint: str = ""
    asks_code: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Timer:
    """A running clock: "open for" "4 min 12 s". `late` marks the one that is past its time."""

    label: str
    value: str
    late: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentRow:
    """An open incident. Ordered by the filler, most urgent first.

    what: one sentence. last_seen: None unless an operator may see a place now; `no_place` then says why.
    told: who was reached, in words ("Beth: delivered, no answer"). next_step: what the house does next, and when.
    """

    reference: str
    kind: Badge
    what: str
    timers: tuple[Timer, ...]
    her_number: str = ""
    holder: str = ""
    told: tuple[str, ...] = ()
    next_step: str = ""
    last_seen: LastSeen | None = None
    no_place: str = ""
    battery: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class JourneyRow:
    """A live journey with nothing wrong: no name, no place."""

    reference: str
    since: str
    due: str
    state: Badge
    link: Badge


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsolePage:
    """`GET /console`; looks again every `refresh_s`. POST `/console/logout` signs out.

    trouble: bad news about the house itself ("Twilio has refused 4 messages since 23:40").
    """

    frame: Frame
    operator: str
    clock: str
    incidents: tuple[IncidentRow, ...]
    journeys: tuple[JourneyRow, ...]
    trouble: tuple[str, ...] = ()
    refresh_s: int = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedOutPage:
    """After `/console/logout`; send it with `EXIT_HEADERS`."""

    frame: Frame


def render_login(page: LoginPage) -> str:
    return render("login.html", page)


def render_console(page: ConsolePage) -> str:
    return render("console.html", page)


def render_signed_out(page: SignedOutPage) -> str:
    return render("signed_out.html", page)
