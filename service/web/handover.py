"""The sheet for the police: one page of A4 about one missing person, to be read out, shown, printed or copied."""

from dataclasses import dataclass

from .render import Frame, render


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """An instant for people who will compare clocks: "21:30:05" UTC, "22:30:05" local."""

    utc: str
    local: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Something that happened, when."""

    when: Moment
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """One position of the last half hour. Degrees WGS 84 as text to five places, accuracy "12 m"."""

    when: Moment
    latitude: str
    longitude: str
    accuracy: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoverPage:
    """`GET {here}` is the sheet, `back` the page it belongs to.

    her: full name. zone: what local time is called ("BST"). made_by: who made it, in words. warning: what nobody may
    do (duress). person, fix: (label, words). asks: the place is not on the sheet yet, one POST to `{see}` puts it
    there. note: why there is no place. told: one line a person. police: references, with where they come from.
    """

    frame: Frame
    here: str
    back: str
    her: str
    reference: str
    what: str
    date: str
    zone: str
    made: Moment
    made_by: str
    person: tuple[tuple[str, str], ...]
    warning: str = ""
    fix: tuple[tuple[str, str], ...] = ()
    happened: tuple[Line, ...] = ()
    track: tuple[Spot, ...] = ()
    told: tuple[str, ...] = ()
    police: tuple[str, ...] = ()
    see: str = ""
    asks: bool = False
    note: str = ""

    @property
    def text(self) -> str:
        """The whole sheet as plain text, for a message or a form of the police's own."""
        blocks = [
            [f"MISSING PERSON: {self.her}", f"Lamplit reference {self.reference}. {self.what}", self.warning],
            [f"{label}: {words}" for label, words in self.person],
            [f"{label}: {words}" for label, words in self.fix] or [self.note],
            [
                f"What happened, {self.date} (UTC / {self.zone})",
                *(_told(line.when, line.words) for line in self.happened),
            ],
            ["Who was told", *self.told] if self.told else [],
            ["Police references", *self.police] if self.police else [],
            [
                f"Positions, last half hour (UTC / {self.zone}, latitude, longitude, accuracy)",
                *(_told(s.when, f"{s.latitude}, {s.longitude}, {s.accuracy}") for s in self.track),
            ]
            if self.track
            else [],
            [f"Made at {self.made.utc} UTC ({self.made.local} {self.zone}), {self.date}, by {self.made_by}."],
        ]
        return "\n\n".join(text for block in blocks if (text := "\n".join(line for line in block if line)))


def _told(when: Moment, words: str) -> str:
    return f"{when.utc} / {when.local}  {words}"


def render_handover(page: HandoverPage) -> str:
    return render("handover.html", page)
