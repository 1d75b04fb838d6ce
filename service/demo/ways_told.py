"""How the demo tells of ways: what she was answered when she asked, and where she walked, at the end."""

from collections.abc import Iterator
from pathlib import Path

from rich.console import RenderableType
from rich.rule import Rule
from rich.text import Text

from geofence.streets.ways import Asked, NoWay
from service.maps import words
from service.maps.answer import PlanAnswer
from service.maps.known import Known
from service.maps.route_commands import together
from service.maps.show import page

from . import braille
from .laid import SAID
from .scene import Scene

PAGE = "demo.html"


def answered(plan: PlanAnswer, *, whole: bool) -> Iterator[RenderableType]:
    """What her app was answered, and what is walked on it; `whole`: with every stretch."""
    way = plan.ways[0]
    told = words.in_short(way.minutes, way.length_m, way.why)
    yield Text.assemble(("She asks for a way home, and takes the first:  ", "dim"), (told, "bold yellow"))
    if whole:
        for from_m, to_m, state, rule, name in together(way.stretches):
            because = f"  ({plan.rules.get(rule, rule)})" if state != "lit" else ""
            yield Text(f"  {from_m:>4.0f} - {to_m:<4.0f} m  {words.BY_NAME[state]}  {name}{because}", style="dim")
    yield Text(f"{plan.map.capitalize()}: {SAID}. {plan.attribution}", style="dim")


def walked(scene: Scene, city: Known, folder: Path) -> Iterator[RenderableType]:
    """The streets about her walk by their light, here and as a page in `folder`."""
    if scene.plan is None:
        return
    where, way = [(point.lat, point.lon) for point in scene.walk.points], scene.plan.ways[0]
    yield Text()
    yield Rule(Text(f" Where {scene.her.name} walked ", style="bold"), style="yellow", align="left")
    yield from braille.drawn(city.region, city.lights.states(scene.set_off_at), where)
    begin, end = scene.act.ends
    try:
        planned = city.planner.plan(Asked(origin=begin, destination=end, at=scene.set_off_at))
        drawn = page(
            city.name, city.lights, scene.set_off_at, places=city.havens.all.places, way=planned.ways[0], why=way.why
        )
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        (folder / PAGE).write_text(drawn, "utf-8")
    except (NoWay, OSError) as error:
        yield Text(f"There is no page of it: {error}", style="dim")
    else:
        yield Text(f"As a page: {folder / PAGE}", style="dim")
    yield Text(scene.plan.attribution, style="dim")
