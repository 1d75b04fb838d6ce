"""Try it: a journey that can be started, disturbed and ended from one screen."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from .drawn import Drawn
from .hers import Hers
from .render import Badge, Choice, Frame, render


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedContact:
    """A row of the form. `tier` is 1 or 2; an empty name means that the row is not used."""

    name: str = ""
    tier: int = 1
    on_sos_list: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """Somebody who has not said YES yet. `phone` is the one on the screen, E.164; with `link`, the page she sends,
    `number` is what is keyed there."""

    name: str
    phone: str
    number: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TryPage:
    """`GET {here}` while no journey is shown.

    POST `{here}/start` with `first_name`, `destination`, `show_route` (there when ticked), `contact_1_name`, `contact_1_tier` (1 or 2), `contact_1_sos`
    (there when ticked) … three of each per row of `contacts`, `tell`, `asks`, `sets_off`, `walk`, `profile`, `speed`
    (a value of each tuple), `pin`, `duress_pin`.
    problems: field name → what is wrong with it, in words; the values typed are given back in the other fields.
    waiting: whom the last start asked; nobody has said YES yet. said_yes: who has, since. her_number: her phone, where
    she sets off by text. opened: the fold that is open.
    """

    frame: Frame
    walks: tuple[Choice, ...]
    profiles: tuple[Choice, ...]
    speeds: tuple[Choice, ...]
    tells: tuple[Choice, ...]
    asks: tuple[Choice, ...]
    sets_off: tuple[Choice, ...]
    pin: str
    duress_pin: str
    sos_question: str
    here: str = "/try"
    first_name: str = "Anna"
    destination: str = "home"
    contacts: tuple[NamedContact, ...] = (NamedContact(), NamedContact(), NamedContact(tier=2))
    problems: Mapping[str, str] = field(default_factory=dict)
    waiting: tuple[Waiting, ...] = ()
    said_yes: str = ""
    opened: str = ""
    her_number: str = ""
    show_route: bool = False

    def folded(self, *names: str) -> bool:
        """Whether these fields may stay folded: none of them is wrong."""
        return not set(names) & set(self.problems)


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How far she has come. `done_m` and `total_m` draw the lamps; the texts are read."""

    done_m: float
    total_m: float
    distance: str
    minutes: str

    LAMPS: ClassVar[int] = 12

    @property
    def lamps(self) -> tuple[bool, ...]:
        """The street lamps of the picture, in order; True: she has passed it."""
        part = min(1.0, max(0.0, self.done_m / self.total_m)) if self.total_m > 0 else 0.0
        return tuple(part * self.LAMPS >= lamp + 1 for lamp in range(self.LAMPS))


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """A question on her phone. `id` goes back as `prompt`; `until` says what happens if it is not answered."""

    id: str
    question: str
    until: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Aside:
    """A place that she could turn aside to: `id` goes back as `haven`, `words` say what and where it is."""

    id: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sos:
    """An alarm she has pressed. `cancellable`: still within the window in which her PIN takes it back."""

    text: str
    cancellable: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A stage of one message: `name` is accepted, sent, delivered, answered … and `after` "2.1 s".

    `reached` False: not yet. `failed`: this is where it went wrong.
    """

    name: str
    after: str = ""
    reached: bool = True
    failed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One message to one person. `channel` is "text", "call" or "e-mail", `about` the reason in words."""

    to: str
    channel: str
    about: str
    clock: str
    text: str
    steps: tuple[Step, ...]
    answer: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactStatus:
    """A contact of this journey. `number` leads to that phone at `/sandbox/{number}` and is E.164; "" for none yet."""

    name: str
    number: str
    tier: int
    status: Badge


@dataclass(frozen=True, slots=True, kw_only=True)
class JourneyPage:
    """`GET {here}` while a journey runs or has just ended. The screen looks again by itself every `refresh_s`.

    POST `{here}/answer` with `prompt` and `what` = ok · stopping · another_way · help
    POST `{here}/phone`  with `do` = stop · start
    POST `{here}/divert` with `haven` (the id of `aside`)
    POST `{here}/extend`, `{here}/pause`, `{here}/sos` (no field but the nonce); an SOS leads to `{here}/pin?for=sos`
    POST `{here}/speed`  with `speed` (a value of `speeds`; none of it is shown without them)
    POST `{here}/again`  shows the form again (`?form=1`)
    POST `{here}/company` with `who` (an id, or `operators`) and `do` = ask · end; `{here}/test` with `who`
    GET  `{here}/pin?for=…` leads to the PIN's own page, so that looking again never eats what is typed.
    `?still=1` asks for the page without the refresh (`refresh_s` 0), `?hers=1` for her phone alone (`alone`),
    `?open=…` for a fold that is open (`opened`).

    aside: the nearest place that is open. drawn: her way on a map. unlit: what is ahead of her that is not known to be
    lit. going: where she has turned aside to.
    sentence: the one true sentence she read before setting off. hers: what is folded on her phone, None for nothing.
    said: the answer to the last thing pressed, "" for none. ended: how it ended, "" while it is open.
    told: newest first. told_note: a line above it, for example after a duress PIN, that her phone shows none of this.
    story: (clock, what happened), newest first.
    goes_on: what really happens is not over; her phone may show an end. phone (E.164), number
    (in words), pins: her own, for whoever plays. has_phone: the phone that streams is ours to switch.
    """

    frame: Frame
    name: str
    reference: str
    sentence: str
    state: Badge
    link: Badge
    progress: Badge
    way: Way | None
    due: str
    clock: str
    contacts: tuple[ContactStatus, ...]
    told: tuple[Told, ...]
    here: str = "/try"
    eta: str = ""
    battery: str = ""
    has_phone: bool = True
    phone_on: bool = True
    prompt: Prompt | None = None
    sos: Sos | None = None
    aside: Aside | None = None
    drawn: Drawn | None = None
    unlit: str = ""
    going: str = ""
    said: str = ""
    ended: str = ""
    told_note: str = ""
    story: tuple[tuple[str, str], ...] = ()
    speeds: tuple[Choice, ...] = ()
    hers: Hers | None = None
    alone: bool = False
    goes_on: bool = True
    opened: str = ""
    phone: str = ""
    number: str = ""
    pins: str = ""
    refresh_s: int = 3

    TOLD_SHOWN: ClassVar[int] = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class HerPinPage:
    """`GET {here}/pin`. POST `{here}/pin` with `pin` and `for` = end · sos · extend · answer · sos_list · export (as
    given in `purpose`).

    extras: further hidden fields to hand through (minutes, prompt, who).
    problem: "" or what to say after a wrong PIN; the same words whatever was wrong. hint: the sandbox's PINs.
    """

    frame: Frame
    question: str
    purpose: str
    here: str = "/try"
    problem: str = ""
    hint: str = ""
    extras: Mapping[str, str] = field(default_factory=dict)


def render_try(page: TryPage) -> str:
    return render("try.html", page)


def render_journey(page: JourneyPage) -> str:
    return render("journey.html", page)


def render_her_pin(page: HerPinPage) -> str:
    return render("her_pin.html", page)
