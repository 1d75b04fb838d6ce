"""The rows that this process has judged fixes on lately."""

from msgspec.structs import replace

from geofence.route import Route
from service.copies import Copies
from service.journey.model import Proof
from service.journey.pressed import armed, ended, sos
from service.judging import Held
from service.people.model import Traveller
from service.rows import Kept
from tests.builders import START, plan
from tests.geofence.drawn import STAIRS


def walk(key: str, version: int = 1) -> Held:
    journey = armed(key, plan(), START + 1800, START).journey
    return Held(version, Kept(journey=journey, route=STAIRS))


def here(copies: Copies, *keys: str) -> list[str]:
    return [key for key in keys if copies.get(key) is not None]


def on_her_way(copies: Copies, key: str, route: Route = STAIRS) -> None:
    """A fix of hers was judged: her row is here, and her way is cut."""
    copies.put(key, walk(key))
    copies.grids.of(key, route)


def test_whose_fix_is_longest_ago_makes_room_and_nobody_else() -> None:
    """Four women, room for three: Anna, who has just been heard, stays; Emma goes, and her way with her."""
    copies = Copies(3)
    for key in ("anna-1", "emma-1", "olivia-1"):
        on_her_way(copies, key)
    copies.get("anna-1")
    on_her_way(copies, "mia-1")

    assert here(copies, "anna-1", "emma-1", "olivia-1", "mia-1") == ["anna-1", "olivia-1", "mia-1"]
    assert (len(copies), len(copies.grids)) == (3, 3)


def test_accounts_are_not_kept() -> None:
    """Whatever is asked of an account is read anew, so a copy would only take somebody's room."""
    copies = Copies(3)
    copies.put("anna", Held(1, Traveller(id="anna", number="+447700900001", name="Anna", created_at=START)))
    copies.put("emma-1", Held(0, None))

    assert len(copies) == 0


def test_a_way_is_forgotten_when_the_journey_is_over_and_nobody_looks_for_her() -> None:
    """Anna is home. Emma has closed her journey too, but has pressed SOS: her fixes are still held against her way."""
    copies = Copies(3)
    for key in ("anna-1", "emma-1"):
        on_her_way(copies, key)
        held = walk(key)
        assert isinstance(held.record, Kept)
        journey = ended(held.record.journey, START + 60, Proof.PIN).journey
        looked_for = replace(journey, sos=sos(held.record.journey, START + 60).journey.sos)
        copies.put(key, Held(2, replace(held.record, journey=journey if key == "anna-1" else looked_for)))

    assert here(copies, "anna-1", "emma-1") == ["anna-1", "emma-1"]
    assert len(copies.grids) == 1


def test_what_somebody_else_has_written_is_forgotten() -> None:
    """An older copy goes with its way; the same version, which is our own news, stays."""
    copies = Copies(3)
    for key in ("anna-1", "emma-1"):
        on_her_way(copies, key)
        copies.stale(key, 2 if key == "anna-1" else 1)

    assert (here(copies, "anna-1", "emma-1"), len(copies.grids)) == (["emma-1"], 1)


def test_after_a_lost_race_and_an_outage_the_ways_are_still_cut() -> None:
    """Rows are read anew; the line of a way is what it was."""
    copies = Copies(3)
    for key in ("anna-1", "emma-1"):
        on_her_way(copies, key)
    copies.lost("anna-1")
    assert here(copies, "anna-1", "emma-1") == ["emma-1"]

    copies.clear()

    assert (len(copies), len(copies.grids)) == (0, 2)
