"""A replay as one standalone page: no script, no request, nothing beside it. Steps in, HTML out."""

from collections.abc import Iterator, Sequence
from html import escape

from geofence.route import Place

from .drawing import NARROW, WIDE, ground, measured
from .palette import STYLE, WORDS
from .run import Replay
from .strips import clock
from .told import Decision, Row, against, all_decisions, doubt, going, minutes, rows, sentence, short, thresholds

CSS = (
    STYLE
    + """
*{box-sizing:border-box}
body{--ground:#f1f3f7;margin:0;background:var(--ground);color:var(--ink);overflow-wrap:break-word;
font:1.0625rem/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","Liberation Sans",sans-serif}
main{max-width:62rem;margin:0 auto;padding:1.5rem 1rem 3rem}
h1{font-size:1.6rem;line-height:1.2;letter-spacing:-.015em;margin:0 0 .4rem;text-wrap:balance}
h2{font-size:1.1875rem;margin:2rem 0 .6rem}
p{margin:0 0 .8rem}
.lead{font-size:1.125rem;padding:.2rem 0 .2rem 1rem;border-left:4px solid var(--lamp)}
.soft,small{color:var(--soft)}small{font-size:.9375rem}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.15rem 1rem;margin:0 0 1rem}
dt{color:var(--soft)}dd{margin:0;font-variant-numeric:tabular-nums}
figure{margin:0 0 1rem}figure svg{display:block;max-width:100%;height:auto}
.narrow{display:none}
ol{list-style:none;margin:0;padding:0}
ol li{display:grid;grid-template-columns:2rem 4.2rem 1fr;gap:.15rem .5rem;padding:.5rem 0;border-top:1px solid var(--line)}
ol time{color:var(--soft);font-variant-numeric:tabular-nums}
ol p{margin:0;grid-column:3}
.disc{width:1.6rem;height:1.6rem;border-radius:50%;text-align:center;font-weight:700;font-size:.875rem;line-height:1.6rem;
background:var(--edge);color:var(--sheet)}
.disc.asked{background:var(--lamp);color:var(--on-lamp)}.disc.told{background:var(--told);color:var(--on-told)}
.disc.good{background:var(--good);color:var(--on-good)}
.scroll{overflow-x:auto;background:var(--sheet);border-radius:10px}
table{border-collapse:collapse;width:100%;font-size:.9375rem;font-variant-numeric:tabular-nums}
th,td{text-align:left;padding:.35rem .7rem;border-top:1px solid var(--line);white-space:nowrap}
thead th{border-top:0;color:var(--soft);font-weight:600}
td.past{color:var(--danger);font-weight:700}
summary{cursor:pointer;min-height:3rem;display:flex;align-items:center;color:var(--ink);font-weight:600}
summary:focus-visible{outline:3px solid var(--edge);outline-offset:2px;border-radius:6px}
.dot{display:inline-block;width:.7rem;height:.7rem;border-radius:50%;margin-right:.45rem;background:var(--edge)}
footer{margin-top:2rem;color:var(--soft);font-size:.9375rem}
@media (prefers-color-scheme:dark){body{--ground:#0d131f}}
@media (max-width:42rem){.wide{display:none}.narrow{display:block}dl{grid-template-columns:1fr;gap:0}dd{margin-bottom:.5rem}
ol li{grid-template-columns:2rem 1fr}ol p{grid-column:2}}
@media print{.wide{display:block}.narrow{display:none}body{background:none}}
"""
    + "".join(f".dot.{name}{{background:var(--{name})}}" for name in WORDS)
)
PAST = '<td class="past">'
MOST_ROWS = 2000
HEAD = ("time", "fixes", "to go, m", "off her way, m | limit", "speed, m/s | limit", "in one place | limit", "she is")


def page_of(replay: Replay, title: str, notes: Sequence[str], truth: Sequence[Place] | None = None) -> str:
    """The page, as text in UTF-8."""
    body = "".join(_body(replay, title, notes, truth))
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"/>'
        '<meta name="viewport" content="width=device-width, initial-scale=1"/><meta name="color-scheme" content="light dark"/>'
        f"<title>{escape(title)}: what the judge saw</title><style>{escape(CSS, quote=False)}</style></head>"
        f'<body class="replay"><main>{body}</main></body></html>\n'
    )


def _body(replay: Replay, title: str, notes: Sequence[str], truth: Sequence[Place] | None) -> Iterator[str]:
    found, plan, steps = short(replay), replay.plan, replay.steps
    yield f"<h1>{escape(title)}</h1>"
    yield f'<p class="lead">{escape(sentence(found))}</p>'
    if doubted := doubt(replay):
        yield f"<p>{escape(doubted)}</p>"
    way = f"{plan.route_m / 1000:.2f} km" if plan.route_m else "none"
    facts = (
        ("fixes", f"{found.fixes} in {clock(found.lasted_s)}" + (f", {found.aside} set aside" if found.aside else "")),
        ("route", way),
        ("how she goes, profile", going(replay)),
    )
    yield f"<dl>{''.join(f'<dt>{name}</dt><dd>{escape(value)}</dd>' for name, value in facts)}</dl>"
    if not any(step.sighting is not None for step in steps):
        yield "<p>No fix was judged, so there is nothing to draw.</p>"
        return
    yield "<h2>Where she was</h2>"
    yield _figure(*(ground(steps, truth, width=width) for width in (WIDE, NARROW)))
    yield "<h2>What was measured</h2>"
    yield '<p class="soft"><small>Times are since she set off. Red is beyond the limit; a shaded stretch has no place in it, '
    yield "in a hatched one her phone was not heard.</small></p>"
    yield _figure(*(measured(steps, width=width) for width in (WIDE, NARROW)))
    yield "<h2>What followed</h2>"
    decided = [_decision(one) for one in all_decisions(replay)]
    yield (
        f"<ol>{''.join(decided)}</ol>"
        if decided
        else "<p>Nothing: she went her way, and nobody was asked anything.</p>"
    )
    yield "<h2>The limits</h2>"
    last = steps[-1]
    limits = "".join(f"<dt>{name}</dt><dd>{escape(words)}</dd>" for name, words in thresholds(last.limits, last.mode))
    yield f"<dl>{limits}</dl>"
    if notes:
        yield "<h2>What was taken for granted</h2>"
        yield f'<ul class="soft">{"".join(f"<li>{escape(note)}</li>" for note in notes)}</ul>'
    yield f"<details><summary>Every stretch in figures</summary>{_table(rows(replay))}</details>"
    yield "<footer>Drawn by lamplit replay. Nothing was stored, nobody was told.</footer>"


def _figure(wide: str, narrow: str) -> str:
    """Drawn for both widths, because a drawing that is scaled down to a phone cannot be read."""
    return f'<figure><div class="wide">{_bare(wide)}</div><div class="narrow">{_bare(narrow)}</div></figure>'


def _bare(svg: str) -> str:
    """Inside a page an SVG needs no name for what it is."""
    return svg.replace(' xmlns="http://www.w3.org/2000/svg"', "", 1)


def _decision(one: Decision) -> str:
    disc = f'<span class="disc {one.kind}">{one.number}</span>' if one.number else "<span></span>"
    why = f'<p class="soft"><small>{escape(one.why)}</small></p>' if one.why else ""
    words = escape(one.words)
    return f"<li>{disc}<time>{clock(one.at_s)}</time><p>{f'<b>{words}</b>' if one.number else words}</p>{why}</li>"


def _table(found: Sequence[Row]) -> str:
    head = "".join(f"<th>{name}</th>" for name in HEAD)
    lines = "".join(_line(row) for row in found[:MOST_ROWS] if row.fixes)
    more = f'<p class="soft">And {len(found) - MOST_ROWS:,} more.</p>' if len(found) > MOST_ROWS else ""
    return f'<div class="scroll"><table><thead><tr>{head}</tr></thead><tbody>{lines}</tbody></table></div>{more}'


def _line(row: Row) -> str:
    span = clock(row.from_s) if row.fixes == 1 else f"{clock(row.from_s)}–{clock(row.to_s)}"
    still = "" if row.still_s is None or row.stall_s is None else f"{minutes(row.still_s)} | {minutes(row.stall_s)}"
    cells = (
        (span, False),
        (f"{row.fixes}", False),
        ("" if row.to_go_m is None else f"{row.to_go_m:,.0f}", False),
        (against(row.astray_m, row.off_m, ".0f"), _past(row.astray_m, row.off_m)),
        (against(row.speed_mps, row.vehicle_mps, ".1f"), _past(row.speed_mps, row.vehicle_mps)),
        (still, _past(row.still_s, row.stall_s)),
    )
    told = "".join(f"{PAST if past else '<td>'}{text}</td>" for text, past in cells)
    return f'<tr>{told}<td><span class="dot {row.standing}"></span>{escape(row.words)}</td></tr>'


def _past(value: float | None, limit: float | None) -> bool:
    return value is not None and limit is not None and value > limit
