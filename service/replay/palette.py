"""The colours and words of a standing, alike in the table, the page and the pictures. Night ink and lamp light."""

WORDS = {
    "on_route": "on her way",
    "off_route": "off her way",
    "away": "going away",
    "vehicle": "like a vehicle",
    "stalled": "standing still",
    "at_haven": "at a haven",
    "unknown": "not known",
}
LIGHT = {
    "on_route": "#1b4f9c",
    "off_route": "#b0161f",
    "away": "#b4530a",
    "vehicle": "#7a2aa0",
    "stalled": "#8a6100",
    "at_haven": "#14703c",
    "unknown": "#6f7b90",
}
NIGHT = {
    "on_route": "#9cc2ff",
    "off_route": "#ff9089",
    "away": "#ffb27a",
    "vehicle": "#dcb0ff",
    "stalled": "#f5bd4f",
    "at_haven": "#7fd9a0",
    "unknown": "#8b98ad",
}
TERMINAL = {
    "on_route": "green",
    "off_route": "bold red",
    "away": "bold dark_orange",
    "vehicle": "bold magenta",
    "stalled": "bold yellow",
    "at_haven": "cyan",
    "unknown": "dim",
}

_DAY = (
    "--sheet:#ffffff;--ink:#141c2b;--soft:#4a566b;--line:#c6cedb;--edge:#6f7b90;--band:#dfe6f2;--danger:#b0161f;"
    "--past:#ffd9c4;--lamp:#f2b233;--on-lamp:#1d1606;--told:#b0161f;--on-told:#ffffff;--good:#14703c;--on-good:#ffffff;"
)
_DARK = (
    "--sheet:#17202f;--ink:#eef2f8;--soft:#a9b5c8;--line:#303c50;--edge:#75839a;--band:#263349;--danger:#ff9089;"
    "--past:#5b2810;--lamp:#f5bd4f;--on-lamp:#1d1606;--told:#c02630;--on-told:#ffffff;--good:#7fd9a0;--on-good:#0d131f;"
)


def _of(colours: dict[str, str]) -> str:
    return "".join(f"--{name}:{colour};" for name, colour in colours.items())


VARIABLES = (
    f".replay{{color-scheme:light dark;{_DAY}{_of(LIGHT)}}}"
    f"@media (prefers-color-scheme:dark){{.replay{{{_DARK}{_of(NIGHT)}}}}}"
)
STYLE = (
    VARIABLES
    + """
.replay text{font:13px system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","Liberation Sans",sans-serif;fill:var(--ink);
font-variant-numeric:tabular-nums}
.replay .title{font-size:17px;font-weight:700}
.replay .small{font-size:12px;fill:var(--soft)}
.replay .limit{fill:var(--danger);font-size:12px}
.replay .sheet{fill:var(--sheet)}
.replay path,.replay line{fill:none;stroke-linecap:round;stroke-linejoin:round}
.replay .band{stroke:var(--band)}
.replay .band.key{stroke-width:12;stroke-linecap:butt}
.replay .way{stroke:var(--edge);stroke-width:1.5}
.replay .chevron{stroke:var(--edge);stroke-width:1.8}
.replay .start{fill:var(--sheet);stroke:var(--edge);stroke-width:2}
.replay .end{fill:var(--lamp);fill-opacity:.25;stroke:var(--lamp);stroke-width:2}
.replay .truth{stroke:var(--good);stroke-width:1.5;stroke-dasharray:5 4}
.replay .track{stroke:var(--soft);stroke-width:.8;opacity:.6}
.replay .fix{stroke-width:5}
.replay .aside{stroke:var(--soft);stroke-width:1.4}
.replay .ring{fill:none;stroke-width:1;stroke-dasharray:2 3}
.replay .leader{stroke:var(--soft);stroke-width:1}
.replay .mark{stroke:var(--sheet);stroke-width:1.5;fill:var(--edge)}
.replay .mark.asked{fill:var(--lamp)}.replay .mark.told{fill:var(--told)}.replay .mark.good{fill:var(--good)}
.replay .number{font-size:11px;font-weight:700;text-anchor:middle;fill:var(--sheet)}
.replay .number.asked{fill:var(--on-lamp)}.replay .number.told{fill:var(--on-told)}.replay .number.good{fill:var(--on-good)}
.replay .axis{stroke:var(--soft);stroke-width:1}
.replay .grid{stroke:var(--line);stroke-width:1}
.replay .curve{stroke:var(--ink);stroke-width:1.5}
.replay .bound{stroke:var(--danger);stroke-width:1.4;stroke-dasharray:6 4;stroke-linecap:butt}
.replay .past{stroke:none;fill:var(--past)}
.replay .at{stroke:var(--edge);stroke-width:1;stroke-dasharray:1 3}
.replay .tick{text-anchor:middle}.replay .side{text-anchor:end}
.replay .gap{fill:var(--band);opacity:.55}
.replay .hatch{stroke:var(--edge);stroke-width:1.2}
"""
    + "".join(
        f".replay .fix.{name},.replay .ring.{name}{{stroke:var(--{name})}}.replay .span.{name}{{fill:var(--{name})}}"
        for name in LIGHT
    )
)
