"""`lamplit map show`: a region on one page that stands alone. No script, no address, nothing to be fetched."""

from collections.abc import Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np

from geofence.lighting import IN_WORDS, RULES, Light
from geofence.route import Place
from geofence.streets.compare import WORTH_M
from geofence.streets.lights import RegionLights, km_by_state
from geofence.streets.region import Region
from geofence.streets.ways import Way
from service.havens import AUTOMATIC, Listed
from service.journey.havens import in_words
from service.web.drawn import Haven, Key, Rule, ShownMap, ShownPicture, render_shown_map, render_shown_picture

from .picture import Pin, of_way, picture
from .reports import apart
from .sheet import STATES as CLASSES
from .sheet import fitted
from .words import STATES, UNREAD, metres, minutes, street

WIDE = 960
TALLEST, FLATTEST = 2.0, 0.4
TALLEST_WAY = 0.8
AROUND = 0.18
"""A way is drawn with this much about it, a share of its own size."""
LEAST_M = 400.0
NAMES = 40
LISTED = 60
_FEW = 25
"""So many havens have their names written on the map."""
_DAY_S = 86_400.0


def page(
    name: str,
    lights: RegionLights,
    at: float,
    *,
    places: Sequence[Listed] = (),
    way: Way | None = None,
    why: str = "",
    reported: Sequence[Place] = (),
    alone: bool = False,
) -> str:
    """The page as HTML: the whole region, or what lies about a way. `places` are its havens and open places; `at` is when it
    is looked at, `why` a sentence about the way, `reported` where lamps are said to be out. `alone`: the drawing and nothing
    else, as SVG."""
    region = lights.region
    zone = ZoneInfo(region.about.zone)
    box = region.about.box
    corners = [(box.south, box.west), (box.north, box.east)] if way is None else way.places()
    tallest, room = (TALLEST, 0.02) if way is None else (TALLEST_WAY, AROUND)
    sheet = fitted(corners, WIDE, tallest=tallest, flattest=FLATTEST, least_m=LEAST_M, room=room)
    states = lights.states(at)
    vetted = [place for place in places if place.kind in AUTOMATIC]
    pins = [Pin(p.lat, p.lon, False) for p in places if p.kind not in AUTOMATIC]
    pins += [Pin(p.lat, p.lon, True, p.name if len(vetted) <= _FEW else "") for p in vetted]
    km = km_by_state(region, states)
    out = list(apart(place for place in reported if sheet.shows(sheet.spot(*place))))
    drawing = picture(
        sheet,
        _said(name, km, way),
        region=region,
        states=states,
        names=NAMES,
        far=True,
        lamps=True,
        reported=out,
        runs=of_way(way) if way is not None else (),
        pins=pins,
    )
    if alone:
        return render_shown_picture(
            ShownPicture(picture=drawing, width=sheet.width, height=sheet.height, attribution=region.about.attribution)
        )
    dark = lights.is_dark(at, at)
    return render_shown_map(
        ShownMap(
            title=f"Streets by their light: {name}" if way is None else f"A way home in {name}",
            as_of=_clock(at, zone),
            picture=drawing,
            keys=tuple(_keys(region, km, vetted, places, way, len(out))),
            rules=tuple(_rules(lights, at)),
            facts=tuple(_facts(region, at)),
            way=tuple(_way(way)) if way is not None else (),
            why=why[:1].upper() + why[1:] + "." if why else "",
            havens=tuple(_haven(one) for one in vetted[:LISTED]),
            ruled="How it is known" if way is None else f"How the light in all of {name} is known",
            tall=sheet.height > sheet.width,
            note="" if dark else "The sun is up at that time. Streets are drawn as they will be lit at nightfall.",
            attribution=region.about.attribution,
        )
    )


def _each() -> list[tuple[Light, str]]:
    return list(zip(Light, CLASSES, strict=True))


def _said(name: str, km: dict[str, float], way: Way | None) -> str:
    """For who cannot see it."""
    if way is not None:
        return f"Map of a way in {name}: {_light(way)}"
    return f"Map of {name}: {', '.join(f'{km[state]:.1f} km {STATES[light]}' for light, state in _each())}"


def _keys(
    region: Region,
    km: dict[str, float],
    vetted: Sequence[Listed],
    places: Sequence[Listed],
    way: Way | None,
    out: int,
) -> list[Key]:
    """Only of what there is; kilometres where all of them are drawn."""
    found = [
        Key(drawn=state, words=STATES[light], much=f"{km[state]:.1f} km" if way is None else "")
        for light, state in _each()
        if km[state]
    ]
    if way is not None:
        ends = Key(drawn="end", words="where it ends")
        found = [Key(drawn="way", words="the way, with its light on it"), ends, *found]
    if out:
        found.append(Key(drawn="reported", words="lamps reported out", much=str(out)))
    if len(region.lamp_x):
        found.append(Key(drawn="lamp", words="lamps", much=f"{len(region.lamp_x):,}"))
    if vetted:
        found.append(Key(drawn="haven", words="havens: police, hospitals, places of a scheme", much=str(len(vetted))))
    if len(places) > len(vetted):
        others = len(places) - len(vetted)
        found.append(Key(drawn="open-place", words="open places, which nobody has vetted", much=f"{others:,}"))
    return found


def _rules(lights: RegionLights, at: float) -> list[Rule]:
    """How many kilometres each rule speaks of, by state."""
    region, table = lights.region, lights.table(at, at)
    slot = table.slot(at)
    states, rules = (told[slot][region.part_light].astype(np.int64) for told in (table.states, table.rules))
    total = np.bincount(states * len(RULES) + rules, weights=region.part_m, minlength=len(Light) * len(RULES))
    return [
        Rule(drawn=state, words=IN_WORDS[rule], km=f"{m / 1000:.1f} km")
        for light, state in _each()
        for m, rule in sorted(zip(total[light * len(RULES) :].tolist(), RULES, strict=False), reverse=True)
        if m >= 50.0
    ]


def _way(way: Way) -> list[tuple[str, str]]:
    found = [("Length", f"{metres(way.length_m)}, {minutes(way.duration_s)} min"), ("Light", _light(way))]
    longest = way.longest_unsure
    if longest is not None and longest.metres >= WORTH_M:
        words = f"{metres(longest.metres)} on {street(longest)} ({IN_WORDS[longest.rule]})"
        found.append(("Longest stretch not known to be lit", words))
    if way.steps_m >= 1.0:
        found.append(("Steps", metres(way.steps_m)))
    return found


def _light(way: Way) -> str:
    return ", ".join(f"{metres(m)} {STATES[light]}" for light, m in zip(Light, way.metres, strict=True) if m >= 1.0)


def _facts(region: Region, at: float) -> list[tuple[str, str]]:
    data_at = region.about.data_at
    days = 0 if data_at is None else int((at - data_at) // _DAY_S)
    old = "nobody knows" if data_at is None else f"{_day(data_at)}, {days} days before the time shown"
    found = [
        ("Streets", f"{sum(region.about.km.values()):.1f} km"),
        ("The data is of", old),
        ("Times", region.about.zone),
    ]
    refused = [f"{number} {UNREAD.get(what, what)}" for what, number in sorted(region.about.refused.items()) if number]
    return [*found, ("Could not be read", ", ".join(refused))] if refused else found


def _haven(place: Listed) -> Haven:
    return Haven(name=place.name or "without a name", kind=in_words(place.kind), hours=place.hours or "hours unknown")


def _clock(at: float, zone: ZoneInfo) -> str:
    """With the place by whose clock it is: whoever looks may be elsewhere."""
    there = datetime.fromtimestamp(at, zone)
    place = f" ({zone.key.rpartition('/')[2].replace('_', ' ')})" if "/" in zone.key else ""
    return f"As of {there:%H:%M %Z}{place} on {there:%A}, {_day(at, zone)}"


def _day(at: float, zone: ZoneInfo | None = None) -> str:
    day = datetime.fromtimestamp(at, zone or UTC)
    return f"{day.day} {day:%B %Y}"
