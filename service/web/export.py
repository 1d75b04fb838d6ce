"""The readable half of an export: a page to be opened from a file, that asks nothing of any network."""

from dataclasses import dataclass

from .render import STATIC_DIR, Alone, render

STYLE = (STATIC_DIR / "export.css").read_text(encoding="utf-8")
"""Travels beside the page, as `style.css`."""

Facts = tuple[tuple[str, str], ...]
"""What is known, in words: (label, value)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One line of a journey's story: local time, UTC, what happened, and why."""

    local: str
    utc: str
    words: str
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A person, a device or a journey: its name, what is known, and of a journey what happened and who looked."""

    name: str
    facts: Facts
    story: tuple[Told, ...] = ()
    looks: tuple[str, ...] = ()
    track: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportPage(Alone):
    """`readme.html` of an export. `trackers` are linked tracker apps, `asked` are those who asked after her while she was on no journey."""

    name: str
    made: str
    zone: str
    account: Facts
    card: Facts
    contacts: tuple[Part, ...]
    devices: tuple[Part, ...]
    trackers: tuple[Part, ...]
    asked: tuple[str, ...]
    changes: Facts
    journeys: tuple[Part, ...]


def render_export(page: ExportPage) -> str:
    return render("export.html", page)
