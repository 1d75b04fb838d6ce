"""The first page: what Lamplit is, where to go, and how the house is."""

from dataclasses import dataclass

from .render import Frame, render


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadyLogin:
    """The operator's login that a sandbox makes ready. Outside the sandbox there is none to show."""

    name: str
    password: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontPage:
    """`GET /`. No form.

    house: one honest line in parts, shown one after the other
        ("store on disk and answering", "watchman's last round 2 s ago", "3 journeys live").
    house_well: False when any part of that line is bad news; the line then says which.
    operator: shown only when `frame.sandbox`.
    """

    frame: Frame
    house: tuple[str, ...]
    house_well: bool = True
    operator: ReadyLogin | None = None


def render_front(page: FrontPage) -> str:
    return render("front.html", page)
