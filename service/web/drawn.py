"""Maps on pages: a drawing that needs no script, and what a script draws in its place where there is one."""

from dataclasses import dataclass

from .render import STATIC_DIR, Alone, render

Spot = tuple[int, int]
Lit = tuple[str, str]
"""lit · assumed · unknown · unlit, and a path."""
ATTRIBUTION = "© OpenStreetMap contributors"


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """An SVG in layers, from the ground up; each a path in units of the view box, "" for none.

    way: the whole route; on it `way_lit` by its light. ring: how far off the last fix may be, as a radius in units.
    reported: where lamps are said to be out. far: names for where the drawing is shown small, instead of `names`.
    said: for who cannot see it.
    """

    view: str
    said: str
    streets: tuple[Lit, ...] = ()
    lamps: str = ""
    open_places: str = ""
    havens: str = ""
    reported: str = ""
    way: str = ""
    way_lit: tuple[Lit, ...] = ()
    ends: tuple[Spot, Spot] | None = None
    track: str = ""
    last: Spot | None = None
    ring: int = 0
    names: tuple[tuple[int, int, str], ...] = ()
    far: tuple[tuple[int, int, str], ...] = ()
    bar: str = ""
    scale: tuple[int, int, str] = (0, 0, "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """A line of the legend: what is drawn so (`lit`, `fix`, `haven`, `way`, or `way unlit`: in one light …), in words, and
    how much of it there is."""

    drawn: str
    words: str
    much: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A map on a page of ours. Fill it only with what its reader may see.

    words: the same facts as a sentence. script: the address of the module that draws it closer, "" where it was not
    fetched; live: what that module is told, as JSON. tools: the address of the plain script it needs.
    """

    picture: Picture
    words: str = ""
    keys: tuple[Key, ...] = ()
    script: str = ""
    tools: str = ""
    live: str = ""
    attribution: str = ATTRIBUTION


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Why streets are taken to be in a state: the rule in words, and how many kilometres."""

    drawn: str
    words: str
    km: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Haven:
    """A place of the list under a map: `hours` as they stand in the map, or that nobody knows them."""

    name: str
    kind: str
    hours: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownMap(Alone):
    """A region as one page that stands alone. as_of: the time in words. way: facts of the route, (label, words). ruled: what
    the kilometres of the rules are of. tall: the drawing is higher than wide, and so shown small."""

    title: str
    as_of: str
    picture: Picture
    keys: tuple[Key, ...]
    rules: tuple[Rule, ...]
    facts: tuple[tuple[str, str], ...]
    way: tuple[tuple[str, str], ...] = ()
    why: str = ""
    havens: tuple[Haven, ...] = ()
    note: str = ""
    ruled: str = "How it is known"
    tall: bool = False
    attribution: str = ATTRIBUTION

    @property
    def style(self) -> str:
        """All it needs: the colours of day and night, and how a map is drawn."""
        return f"{_drawing_style()}\n{_text('shown.css')}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownPicture(Alone):
    """The drawing alone, as an SVG file, in pixels."""

    picture: Picture
    width: int
    height: int
    attribution: str = ATTRIBUTION

    @property
    def style(self) -> str:
        """The colours of day and night, and how a map is drawn."""
        return _drawing_style()


def render_shown_map(page: ShownMap) -> str:
    return render("shown_map.html", page)


def render_shown_picture(page: ShownPicture) -> str:
    """SVG that stands alone."""
    return render("shown_picture.html", page)


def _drawing_style() -> str:
    night = _root("night.css")
    return f"{_root('lamplit.css')}\n@media (prefers-color-scheme: dark) {{ {night} }}\n{_text('map.css')}"


def _text(name: str) -> str:
    return (STATIC_DIR / name).read_text(encoding="utf-8")


def _root(name: str) -> str:
    """The colours that a stylesheet begins with."""
    text = _text(name)
    first = text.index(":root {")
    return text[first : text.index("}", first) + 1]
