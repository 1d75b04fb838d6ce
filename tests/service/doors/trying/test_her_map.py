"""The map on her own phone under `/try`."""

from pathlib import Path

from msgspec.structs import replace

from geofence.route import read_points
from service.doors.trying.her_map import ahead, her_map
from service.journey import pressed
from service.journey.model import Lit, Proof, Seen
from service.maps.along import Mapped
from service.maps.planning import Planning
from service.people.setting_off import set_off
from service.people.wishes import Wish
from service.rows import Kept
from tests import builders
from tests.builders import at
from tests.service.doors.neighbourhood import Neighbourhood
from tests.service.doors.tried import begun, journey
from tests.service.maps.medway import medway, place

ROUTE = read_points([place(0, 200), place(300, 200), place(600, 200), place(600, 0), place(300, 0)])


async def _underway(street: Neighbourhood, tmp_path: Path) -> Kept:
    """She has set off in the town whose map this house has, and has been seen at its first corner."""
    maps = medway(tmp_path / "maps")
    street.house.planning, street.house.lights = Planning(maps), Mapped(maps.lights_of)
    account = await street.anna()
    kept = await set_off(street.house, account.id, Wish(route=ROUTE, minutes=30))
    await street.seen(kept.journey.id, *place(1, 200))
    return await street.house.watch.look(kept.journey.id)


async def test_her_way_is_drawn_by_its_light_and_said_in_a_sentence(street: Neighbourhood, tmp_path: Path) -> None:
    """High Street is lit, Canal Path is not: the drawing has both, and so has the sentence."""
    kept = await _underway(street, tmp_path)
    found = await her_map(street.house, None, kept, kept.journey)

    assert found is not None
    assert {"lit", "unlit"} <= {state for state, _ in found.picture.way_lit}
    assert found.words.startswith("Your way: ")
    assert "300 m unlit" in found.words
    assert found.picture.last is not None


async def test_a_way_that_she_has_dropped_is_not_drawn(street: Neighbourhood, tmp_path: Path) -> None:
    """After *another way* there is her place alone."""
    kept = await _underway(street, tmp_path)
    found = await her_map(street.house, None, kept, replace(kept.journey, route_dropped=True))

    assert found is not None
    assert found.picture.way == ""


async def test_what_another_device_measured_is_on_none_of_her_screens(street: Neighbourhood, tmp_path: Path) -> None:
    """A linked tracker's place is not drawn."""
    kept = await _underway(street, tmp_path)
    assert kept.journey.seen is not None
    tracked = replace(kept.journey, seen=replace(kept.journey.seen, tracked=True))
    found = await her_map(street.house, None, kept, tracked)

    assert found is not None
    assert found.picture.last is None


async def test_the_screen_after_duress_has_the_map_of_a_true_pin(street: Neighbourhood, tmp_path: Path) -> None:
    """None: the walk has ended, as far as her phone knows."""
    kept = await _underway(street, tmp_path)
    true = pressed.ended(kept.journey, street.clock.now(), Proof.PIN).journey
    await street.house.watch.ask(kept.journey.id, pressed.ended, proof=Proof.DURESS)
    forced = (await street.house.watch.look(kept.journey.id)).journey
    assert forced.shadow is not None

    assert await her_map(street.house, None, kept, true) is None
    assert await her_map(street.house, None, kept, forced.shadow) is None


def test_an_unlit_stretch_ahead_is_a_sentence() -> None:
    """In so many metres, for so many; nothing where nothing is ahead."""
    lit = Lit(state="lit", ahead=(400.0, 710.0, "unlit"))
    seen = Seen(lat=51.38, lon=0.5, at=at(5), received_at=at(5), along_m=280.0)
    near = replace(builders.journey(), seen=seen, light=lit)

    assert ahead(near) == "In 120 m your way is unlit for 310 m."
    assert ahead(replace(near, light=replace(lit, ahead=(400.0, 460.0, "unknown")))).endswith(
        "is not known to be lit for 60 m."
    )
    assert ahead(replace(near, light=None)) == ""


async def test_the_tick_that_shows_her_way_counts_for_this_walk(street: Neighbourhood) -> None:
    """It is off unless she ticks it."""
    await begun(street)
    assert (await journey(street)).plan.route_shown is False


async def test_a_tick_allows_it(street: Neighbourhood) -> None:
    """What the form sends is what the journey keeps."""
    await begun(street, show_route="1")
    assert (await journey(street)).plan.route_shown is True
