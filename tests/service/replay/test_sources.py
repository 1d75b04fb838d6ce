"""Where a trace and its route come from: a recorded walk, a file, a journey of one's own."""

import json
from pathlib import Path

import polyline
import pytest
from msgspec.structs import replace

from geofence.destination import Destination
from geofence.route import Route, read_points
from service import walks
from service.beside import store_of
from service.journey.events import Event, LegBegan
from service.journey.model import Closed, CloseReason, JourneyState, Leg, Proof
from service.remembered.retention import DAY_S
from service.replay.run import Setup, replayed
from service.replay.sources import is_journey_name, journey, legs, named, own, route
from service.replay.trace import TraceError
from service.rows import Kept, chunk_bytes, encoded, event_bytes
from service.settings import Settings
from service.store import Put, Unit
from tests.builders import START
from tests.builders import journey as set_off
from tests.service.replay.walking import LONG_M, STREET, fixes, place, rested, straight, trace


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_recorded_walk_by_its_name() -> None:
    """As it was recorded: its points and its silences."""
    walks.fetch()

    assert len(named("cerknica-town").fixes) == 173
    assert named("cerknica-town").name == "A walk through the town of Cerknica"


def test_a_name_that_is_none() -> None:
    """Whoever mistyped reads what there is."""
    with pytest.raises(TraceError, match=r"expected a file that ends in \.csv, .*cerknica-town.*, got cerknica-twon"):
        named("cerknica-twon")


@pytest.mark.parametrize(("name", "is_one"), [("anna-1", True), ("anna-b2", True), ("k742", True), ("a.csv", False)])
def test_what_looks_like_a_journey(name: str, is_one: bool) -> None:
    """A key, or what people say on the telephone; the walks have names of their own."""
    assert is_journey_name(name) is is_one
    assert not is_journey_name("istria-up")


LINE = [place(0.0), place(LONG_M)]
ROUTES = {
    "r.geojson": json.dumps({"type": "LineString", "coordinates": [[lon, lat] for lat, lon in LINE]}),
    "r.gpx": '<gpx version="1.1" creator="t"><rte>'
    + "".join(f'<rtept lat="{lat}" lon="{lon}"/>' for lat, lon in LINE)
    + "</rte></gpx>",
    "five.txt": polyline.encode(LINE, 5),
    "six.txt": polyline.encode(LINE, 6) + "\n",
}


@pytest.mark.parametrize("name", ROUTES)
def test_a_route_in_any_dress(folder: Path, name: str) -> None:
    """A polyline does not say of which precision it is: it is the one that begins where she did."""
    (folder / name).write_text(ROUTES[name], encoding="utf-8")

    assert route(name, trace(straight())).length_m == pytest.approx(LONG_M, abs=2.0)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('{"type": "Point"}', "r.geojson: type: expected LineString, Feature or FeatureCollection, got Point"),
        (
            '{"type": "LineString", "coordinates": [[0, 1]]}',
            "r.geojson: points: expected at least 2 different ones, got 1",
        ),
    ],
)
def test_a_route_that_is_none(folder: Path, text: str, sentence: str) -> None:
    """The file, and what was wrong in it."""
    (folder / "r.geojson").write_text(text, encoding="utf-8")

    with pytest.raises(TraceError) as caught:
        route("r.geojson", trace(straight()))
    assert str(caught.value) == sentence


def test_no_such_route(folder: Path) -> None:
    """Said with its name; and a polyline that is none is none in either precision."""
    (folder / "r.txt").write_text("not a line", encoding="utf-8")

    with pytest.raises(TraceError, match=r"^gone\.gpx: cannot be read: No such file"):
        route("gone.gpx", trace(straight()))
    with pytest.raises(TraceError, match=r"^r\.txt: polyline: "):
        route("r.txt", trace(straight()))


def test_a_way_of_several_legs(folder: Path) -> None:
    """Each with a route beside the file, or the place where it ends."""
    (folder / "r.geojson").write_text(ROUTES["r.geojson"], encoding="utf-8")
    said = [{"mode": "foot", "route": "r.geojson"}, {"mode": "ride", "to": [51.6, -0.2]}]
    (folder / "legs.json").write_text(json.dumps(said), encoding="utf-8")
    (first, walk), (second, ride) = legs(folder / "legs.json", trace(straight()))

    assert (first, second, ride.line) == ("foot", "ride", "")
    assert walk.length_m == pytest.approx(LONG_M, abs=2.0)
    assert (ride.destination.lat, ride.destination.lon) == (51.6, -0.2)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[]", "legs.json: expected 1 to 6 legs, got 0"),
        ('[{"mode": "foot"}]', "legs.json: leg 1: expected a route or a place to go to, got neither"),
        ('[{"mode": "ride", "to": [99, 0]}]', "legs.json: leg 1: destination.lat: expected -85 to 85, got 99"),
        ('[{"mode": "swim"}]', "legs.json: invalid enum value 'swim' - at `$[0].mode`"),
        ("[", "legs.json: input data was truncated"),
        ("\0", "legs.json: JSON is malformed: invalid character (byte 0)"),
    ],
)
def test_legs_that_are_none(folder: Path, text: str, sentence: str) -> None:
    """Which one, and what of it."""
    (folder / "legs.json").write_text(text, encoding="utf-8")

    with pytest.raises(TraceError) as caught:
        legs(Path("legs.json"), trace(straight()))
    assert str(caught.value) == sentence
    with pytest.raises(TraceError, match=r"^gone\.json: cannot be read: No such file"):
        legs(Path("gone.json"), trace(straight()))


def test_her_own_line_does_not_turn_on_the_spot() -> None:
    """Eight minutes on a bench are one point of it, and its end is where she ended."""
    line = own(trace(rested()))

    assert line.length_m == pytest.approx(LONG_M, abs=15.0)
    assert route("own", trace(straight())).length_m == pytest.approx(STREET.length_m, abs=15.0)
    with pytest.raises(TraceError, match=r"^a walk: no route of its own: points: "):
        own(trace([(0.0, 0.0, 0.0)]))


def test_thirty_thousand_fixes_are_a_line_too() -> None:
    """A route may have twenty thousand points: then every other one is enough."""
    assert own(trace((float(n), 6.0 * (n % 2), 3.0 * n) for n in range(30_000))).length_m > 80_000


async def kept(folder: Path, row: Kept, *chunks: bytes, events: tuple[Event, ...] = ()) -> None:
    log = tuple(event_bytes("anna-1", event) for event in events)
    async with store_of(Settings(data_dir=folder)) as store:
        await store.commit(
            [Unit("w", (Put("anna-1", 0, encoded(row)),), log, track=tuple(("anna-1", c) for c in chunks))]
        )


async def test_a_journey_of_this_deployment(folder: Path) -> None:
    """Her sealed track and what is in the row, the route, and the plan she set off with; by key or by reference."""
    walked = fixes((t + START - 1e9, x, y) for t, x, y in straight(260.0))
    row = Kept(journey=set_off("relaxed"), route=STREET, fixes=tuple(walked[15:]))
    await kept(folder, row, chunk_bytes(tuple(walked[:15])))
    settings = Settings(data_dir=folder)

    by_key, by_reference = await journey(settings, "anna-1", START + 60), await journey(settings, "K742", START + 60)

    assert len(by_key.trace.fixes) == 21
    assert (by_key.plan, by_key.route) == (by_reference.plan, by_reference.route)
    assert by_key.plan is not None
    assert by_key.plan.profile == "relaxed"
    assert by_key.trace.silent


BUS, LAST = Route("", 0.0, Destination(*place(5000.0))), read_points([place(5000.0), place(5600.0)])
LEGS = (Leg("foot", "the stop", 400.0, 600.0), Leg("ride", "the town", 600.0), Leg("foot", "home", 400.0, 600.0))


def on_the_bus() -> Kept:
    """She is on the second leg of three; the line of the first is gone from the row."""
    under_way = replace(set_off(legs=LEGS), leg=1, leg_since=START + 110.0)
    walked = fixes((t + START - 1e9, x, y) for t, x, y in straight(260.0))
    return Kept(journey=under_way, route=BUS, ahead=(LAST,), fixes=tuple(walked))


async def test_a_way_of_several_legs_from_its_beginning(folder: Path) -> None:
    """The leg behind her ends where she was when she got on; its line is kept no more, and that is said. What the row has
    of the others is theirs."""
    await kept(folder, on_the_bus(), events=(LegBegan(at=START + 110.0, leg=1, mode="ride", how="tap"),))

    found = await journey(Settings(data_dir=folder), "anna-1", START + 60)

    assert found.plan is not None
    assert [leg.route_m for leg in found.plan.legs] == [None, None, 600.0]
    assert [(mode, way.length_m) for mode, way in found.legs] == [("foot", 0.0), ("ride", 0.0), ("foot", LAST.length_m)]
    end = found.legs[0][1].destination
    assert (end.lat, end.lon) == pytest.approx(place(143.0), abs=1e-6)
    assert found.begun == ((START + 110.0, 1, "tap"),)
    assert "nobody can say whether she was on them: 1" in found.trace.notes[-1]
    replay = replayed(found.trace, found.route, Setup(legs=found.legs, begun=found.begun), found.plan)
    assert [event.at - START for step in replay.steps for event in step.events if isinstance(event, LegBegan)] == [
        110.0
    ]
    assert [step.mode for step in replay.steps if step.sighting][0::20] == ["foot", "ride"]


async def test_a_way_of_several_legs_whose_story_is_gone(folder: Path) -> None:
    """Then only the leg that she was on last can be held against anything."""
    await kept(folder, on_the_bus())

    found = await journey(Settings(data_dir=folder), "anna-1", START + 60)

    assert found.plan is not None
    assert (found.plan.legs, found.plan.mode, found.legs) == ((), "ride", ())
    assert found.trace.notes[-1] == "of 3 legs only the route of the last one she was on is kept"


async def test_a_track_that_retention_has_taken(folder: Path) -> None:
    """Said in words, and for how long it is kept."""
    over = Closed(at=START, reason=CloseReason.ENDED, by="her", proof=Proof.PIN)
    closed = set_off(eta_min=None)
    await kept(folder, Kept(journey=replace(closed, state=JourneyState.CLOSED, closed=over)))

    with pytest.raises(
        TraceError, match=r"^anna-1: her track is gone \(her track on a journey that ended well.* 1 days\)"
    ):
        await journey(Settings(data_dir=folder), "anna-1", START + 2 * DAY_S)
    with pytest.raises(TraceError, match=r"^anna-1: expected a track, got none"):
        await journey(Settings(data_dir=folder), "anna-1", START)
    with pytest.raises(TraceError, match=r"expected a journey or its reference, got anna-9"):
        await journey(Settings(data_dir=folder), "anna-9", START)
