"""Paper and ink: the one template environment, and the headers every page travels with.

A page is a frozen view that holds only what its reader may see, already put into words; a template adds the
fixed words and the layout. Nothing here knows a rule of the product, reads a clock or asks a store.
"""

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType
from typing import Literal, Protocol

from jinja2 import Environment, FileSystemLoader, StrictUndefined

_HERE = Path(__file__).parent
STATIC_DIR = _HERE / "static"
"""To be served under `/static`; the files may be cached for ever, their addresses carry a version."""

PAGE_HEADERS = MappingProxyType(
    {
        "Content-Security-Policy": (
            "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
            "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
        ),
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "X-Robots-Tag": "noindex, nofollow",
        "Cache-Control": "no-store",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    }
)
"""Every HTML answer carries these, errors too."""

EXIT_HEADERS = MappingProxyType({**PAGE_HEADERS, "Clear-Site-Data": '"cache", "cookies", "storage"'})
"""`/exit` and sign-out: the browser forgets the session. Its history may remain, and no page says otherwise."""

Tone = Literal["calm", "watch", "alarm", "sos", "done"]
"""How loud a badge or a slab looks; the words beside it always say the same without the colour."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What surrounds every page.

    sandbox: shows the banner, and turns every `999` from a link into text, so that nobody rings it while trying.
    nonce: goes into every POST form as the hidden field `nonce`; empty leaves it out.
    clock: the house's time in words ("23:14:05 BST, 20 × as fast"); empty leaves it out.
    """

    sandbox: bool = False
    nonce: str = ""
    clock: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Badge:
    """A few words about a state and how loud they look."""

    text: str
    tone: Tone = "calm"


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One of several: `value` is what the form sends, `label` what is read, `note` a smaller second line."""

    value: str
    label: str
    note: str = ""
    chosen: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LastSeen:
    """A place its reader may see. Fill it only where the law's "Who sees what" allows it.

    place: a street in words ("near High St, Rochester"), or "" where no name is known.
    clock, age, accuracy: "23:28", "24 min ago", "within 12 m".
    latitude, longitude: degrees WGS 84; both or neither. Shown as text and as a `geo:` link, never as a map.
    """

    place: str
    clock: str
    age: str
    accuracy: str = ""
    latitude: float | None = None
    longitude: float | None = None

    @property
    def coordinates(self) -> str:
        """Both degrees to five places (about a metre), or "" where there are none."""
        if self.latitude is None or self.longitude is None:
            return ""
        return f"{self.latitude:.5f}, {self.longitude:.5f}"


class Page(Protocol):
    """What a template is given."""

    @property
    def frame(self) -> Frame: ...


class Alone:
    """A page that leaves the house as a file: nothing of ours surrounds it."""

    __slots__ = ()

    @property
    def frame(self) -> Frame:
        return Frame()


def _static(name: str) -> str:
    """The address of a static file; its version changes with its bytes, so it may be cached for ever."""
    digest = sha256((STATIC_DIR / name).read_bytes()).hexdigest()
    return f"/static/{name}?v={digest[:10]}"


def _tel(number: str) -> str:
    """A number as a `tel:` link takes it: digits and a leading plus."""
    return "".join(letter for letter in number if letter.isdigit() or letter == "+")


def _environment() -> Environment:
    paper = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    paper.filters["tel"] = _tel
    paper.globals["static"] = {file.name: _static(file.name) for file in STATIC_DIR.iterdir() if file.is_file()}
    return paper


_PAPER = _environment()


def render(template: str, page: Page) -> str:
    """The finished HTML. A name the view does not have raises: a gap on a page is a fault, not an empty string."""
    return _PAPER.get_template(template).render(page=page, frame=page.frame)
