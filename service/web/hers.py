"""What is folded on her phone: who may see where she is, who has looked, tests, her card and SOS list, her history."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from .render import Frame, render


@dataclass(frozen=True, slots=True, kw_only=True)
class Companion:
    """Somebody she may ask along: a contact's id, or `operators`. `looks_on`: may see where she is now."""

    id: str
    name: str
    looks_on: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenBy:
    """A look at where she was, or a question about her. `why` is an operator's reason."""

    who: str
    what: str
    clock: str
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tested:
    """A contact to whom a test alarm can be sent; `how` says how far the last one came, "" for none."""

    id: str
    name: str
    how: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OnList:
    """A contact, and whether SOS reaches her or him."""

    id: str
    name: str
    on: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Invited:
    """Somebody who has not answered. `link` is the page to open (in another browser), "" where it went by text;
    `number` is what is keyed there, of a phone on the screen at `/sandbox/{phone}`."""

    name: str
    link: str = ""
    number: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hers:
    """The folds. `sees_now` names who may see where she is, "" for nobody. `way_on`: she is under way.

    lists: what SOS_QUESTION asks stands in `question`. card: (label, what she wrote).
    """

    companions: tuple[Companion, ...]
    sees_now: str
    looks: tuple[SeenBy, ...]
    tests: tuple[Tested, ...]
    lists: tuple[OnList, ...]
    question: str
    card: tuple[tuple[str, str], ...]
    invited: tuple[Invited, ...] = ()
    way_on: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class CardField:
    """A field of her card. `value` is what it holds; what is never shown again has none, and `hint` says if it is set."""

    name: str
    label: str
    value: str = ""
    hint: str = ""
    long: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CardPage:
    """`GET {here}/card`. POST `{here}/card` with the fields by name, and `pin`. A field that is left empty of those
    never shown again stays as it is."""

    frame: Frame
    fields: tuple[CardField, ...]
    here: str = "/try"
    problems: Mapping[str, str] = field(default_factory=dict)
    hint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class InviteSomebodyPage:
    """`GET {here}/invite`. POST `{here}/invite` with `name` and `pin`."""

    frame: Frame
    here: str = "/try"
    name: str = ""
    question: str = ""
    sees: tuple[tuple[str, str], ...] = ()
    problems: Mapping[str, str] = field(default_factory=dict)
    hint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """One of her journeys: a line about it, who looked, and what happened as (clock, words)."""

    title: str
    about: str
    looks: tuple[SeenBy, ...] = ()
    story: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryPage:
    """`GET {here}/history`. `{here}/pin?for=export` leads to the download."""

    frame: Frame
    name: str
    journeys: tuple[Past, ...]
    here: str = "/try"


def render_card(page: CardPage) -> str:
    return render("her_card.html", page)


def render_invite_somebody(page: InviteSomebodyPage) -> str:
    return render("her_invite.html", page)


def render_history(page: HistoryPage) -> str:
    return render("her_history.html", page)
