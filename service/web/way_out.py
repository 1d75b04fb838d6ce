"""The way out by hand: her number and her PIN, on whatever phone is at hand. Neutral: others may look."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from .render import Frame, render


@dataclass(frozen=True, slots=True, kw_only=True)
class WayOutPage:
    """`GET /safe`. POST `/safe` with `number` and `pin`.

    number: as it was typed, when it is asked again. problems: by field; that of `pin` is the same for a wrong PIN and for
    a number that nobody has.
    """

    frame: Frame
    number: str = ""
    problems: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class WayOutDonePage:
    """After either of her PINs, whether or not anything was open: the page has no room for a difference."""

    frame: Frame
    clock: str


def render_way_out(page: WayOutPage) -> str:
    return render("way_out.html", page)


def render_way_out_done(page: WayOutDonePage) -> str:
    return render("way_out_done.html", page)
