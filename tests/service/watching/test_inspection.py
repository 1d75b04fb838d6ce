"""Everything that can be known about a deployment, a line each."""

import asyncio
from pathlib import Path

import pytest
from aiohttp import web

from service.app import living
from service.clock import SystemClock
from service.embedded import EmbeddedStore
from service.maps.files import Folder
from service.settings import Settings
from service.valkey_line import Line as Wire
from service.valkey_store import ValkeyStore
from service.watching import disk
from service.watching.inspection import Line, State, inspected
from tests.doubles.clock import HandClock
from tests.service.maps.medway import BUILT_AT, medway_streets, put

NOBODY_PORT = 9


def named(lines: list[Line], name: str) -> Line:
    """The first line about it."""
    return next(line for line in lines if line.name == name)


def states(lines: list[Line]) -> dict[str, State]:
    """How each thing is."""
    return {line.name: line.state for line in lines}


def for_real(folder: Path, **more: object) -> Settings:
    """Settings whose messages would reach real phones."""
    return Settings(
        data_dir=folder,
        port=NOBODY_PORT,
        public_url="http://127.0.0.1:9",
        twilio_account_sid="AC" + "0" * 32,
        twilio_auth_token="secret",
        twilio_from="+447700900000",
        **more,  # type: ignore[arg-type]  # as the test says
    )


async def test_before_the_first_start_nothing_is_made_and_it_says_so(tmp_path: Path) -> None:
    """A folder that is not there is not there afterwards."""
    lines = await inspected(Settings(data_dir=tmp_path / "data", port=NOBODY_PORT))

    assert states(lines) == {
        "settings": State.OK,
        "provider": State.OK,
        "maps": State.WARNING,
        "disk": State.OK,
        "store": State.WARNING,
        "service": State.FAILED,
    }
    assert not (tmp_path / "data").exists()


async def test_beside_a_store_without_a_service_it_says_what_to_start(tmp_path: Path) -> None:
    """The store is there and sound, and nobody goes round."""
    async with EmbeddedStore(tmp_path, SystemClock()):
        lines = await inspected(Settings(data_dir=tmp_path, port=NOBODY_PORT))

    assert states(lines) == {
        "settings": State.OK,
        "provider": State.OK,
        "maps": State.WARNING,
        "disk": State.OK,
        "store": State.OK,
        "doors": State.FAILED,
        "watchman": State.FAILED,
        "operators": State.WARNING,
    }
    assert "start `lamplit run`" in named(lines, "doors").sentence
    assert "the last round was never" in named(lines, "watchman").sentence


async def test_beside_a_watchman_it_goes_by_what_is_written_down(tmp_path: Path) -> None:
    """No door answers here; the rounds and the doors of others are known from the store."""
    settings = Settings(data_dir=tmp_path, port=NOBODY_PORT)
    async with living(settings) as house:
        async with asyncio.timeout(10):
            while not house.vitals.rounds:  # noqa: ASYNC110 (rounds come by real time)
                await asyncio.sleep(0.02)
        lines = await inspected(settings)

    assert states(lines)["doors"] is State.OK
    assert states(lines)["watchman"] is State.OK


async def test_a_service_that_answers_speaks_for_itself(tmp_path: Path) -> None:
    """What it calls grave is wrong here too; the rest is worth a look."""
    report = {"failing": ["watchman", "provider"], "why": ["No round.", "It refuses."], "operators_on_shift": 1}

    async def health(_: web.Request) -> web.Response:
        return web.json_response(report, status=503)

    app = web.Application()
    app.router.add_get("/health", health)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    settings = Settings(data_dir=tmp_path, port=runner.addresses[0][1], host="0.0.0.0")
    async with EmbeddedStore(tmp_path, SystemClock()):
        sick = await inspected(settings)
        report["failing"] = []
        well = await inspected(settings)
    await runner.cleanup()

    assert named(sick, "watchman") == Line("watchman", State.FAILED, "No round.")
    assert named(sick, "provider").state is State.OK
    assert [line.state for line in sick if line.name == "provider"] == [State.OK, State.WARNING]
    assert named(well, "service").sentence.endswith("operators on shift: 1")


async def test_every_complaint_about_a_store_is_a_line(valkey_url: str) -> None:
    """Whoever starts hears the first of them; here are all."""
    line = Wire(valkey_url)
    weak = {"appendfsync": "everysec", "maxmemory-policy": "allkeys-lru", "save": "60 1"}
    right = {"appendfsync": "always", "maxmemory-policy": "noeviction", "save": ""}
    await line.read(*(("CONFIG", "SET", name, value) for name, value in weak.items()))
    try:
        lines = await inspected(Settings(store_url=valkey_url, port=NOBODY_PORT))
    finally:
        await line.read(*(("CONFIG", "SET", name, value) for name, value in right.items()))
        await line.close()

    wrong = [one for one in lines if one.name == "store"]
    assert [one.state for one in wrong] == [State.FAILED] * 3
    assert all(any(name in one.sentence for one in wrong) for name in weak)


async def test_a_clock_that_is_not_the_stores_is_named(valkey_store: ValkeyStore, valkey_url: str) -> None:
    """Every deadline is an instant: two machines must agree what time it is."""
    lines = await inspected(Settings(store_url=valkey_url, port=NOBODY_PORT), HandClock(wall_at=1.7e9))

    assert named(lines, "clock").state is State.FAILED
    assert named(lines, "clock").sentence.endswith("set them by NTP")


async def test_nobody_at_the_address_of_the_store(tmp_path: Path) -> None:
    """One sentence, no traceback."""
    lines = await inspected(Settings(data_dir=tmp_path, store_url=f"unix://{tmp_path}/nobody.sock", port=NOBODY_PORT))

    assert named(lines, "store").state is State.FAILED


async def test_for_real_it_looks_for_what_one_would_miss_at_night(tmp_path: Path) -> None:
    """A second sender, somebody outside, figures, an address that answers, a secret that nobody guesses."""
    bare = states(await inspected(for_real(tmp_path, secret="short")))
    full = states(
        await inspected(
            for_real(
                tmp_path, twilio_from_2="+447700900001", dead_man_url="https://ping.example", metrics_token="t" * 16
            )
        )
    )

    assert bare["secret"] is State.FAILED
    assert bare["provider"] is bare["dead man"] is bare["metrics"] is State.WARNING
    assert bare["address"] is State.FAILED
    assert full["provider"] is full["dead man"] is State.OK
    assert "metrics" not in full
    assert "secret" not in full


async def test_too_little_room_is_wrong(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two gigabytes for an embedded store; one for what is kept beside a store elsewhere."""
    monkeypatch.setattr(disk, "free_bytes", lambda _: disk.NEEDED - 1)
    here = await inspected(Settings(data_dir=tmp_path, port=NOBODY_PORT))
    elsewhere = await inspected(Settings(data_dir=tmp_path, store_url=f"unix://{tmp_path}/no.sock", port=NOBODY_PORT))

    assert (states(here)["disk"], states(elsewhere)["disk"]) == (State.FAILED, State.OK)


async def test_other_ways_than_texts_are_named(tmp_path: Path) -> None:
    """Where e-mail goes through, and that somebody else's system is told."""
    more = {"smtp_host": "mail.lamplit.example", "webhook_url": "https://centre.example/lamplit"}
    lines = await inspected(for_real(tmp_path / "data", **more))

    assert named(lines, "mail").sentence == "e-mail goes through mail.lamplit.example:587"
    assert named(lines, "webhook").state is State.OK


async def test_the_maps_are_looked_at(tmp_path: Path) -> None:
    """None: what does not work then, and what to type. Some: which. One that cannot be used, or an old one: what to do."""

    async def line(now: float = BUILT_AT) -> Line:
        settings = Settings(data_dir=tmp_path, port=NOBODY_PORT)
        return named(await inspected(settings, HandClock(now)), "maps")

    assert (await line()).sentence.startswith("there is none: no ways are planned")
    there = put(tmp_path / "maps", medway_streets())
    assert await line() == Line("maps", State.OK, "medway; `lamplit map info` says what they hold")
    assert (await line(BUILT_AT + 366 * 86_400.0)).sentence.startswith("older than a year: medway")
    broken(there)
    found = await line()

    assert (found.state, found.sentence.partition(":")[0]) == (State.FAILED, "medway")
    assert "lamplit map build medway builds it anew" in found.sentence


def broken(there: Folder) -> None:
    """Its streets are no file of streets any more."""
    (there.path / "a.streets").write_bytes(b"")


async def test_a_map_is_held_against_its_sum(tmp_path: Path) -> None:
    """It opens, and one bit of it leads elsewhere: that is found here, and not by somebody in a wrong street."""
    streets = put(tmp_path / "maps", medway_streets()).path / "a.streets"
    streets.write_bytes(streets.read_bytes()[:-1] + b"\x01")
    found = named(await inspected(Settings(data_dir=tmp_path, port=NOBODY_PORT)), "maps")

    assert found == Line(
        "maps",
        State.FAILED,
        "medway: a.streets is damaged; build it again: lamplit map build medway (docs/maps.md)",
    )


async def test_a_list_beside_a_map_is_looked_at(tmp_path: Path) -> None:
    """The map is in use without it; to build it anew would mend nothing."""
    there = put(tmp_path / "maps", medway_streets())
    there.extra.mkdir()
    (there.extra / "schemes.csv").write_bytes(b"")
    wrong, right = (
        line for line in await inspected(Settings(data_dir=tmp_path, port=NOBODY_PORT)) if line.name == "maps"
    )

    assert (wrong.state, right.state) == (State.FAILED, State.OK)
    assert "lamplit map schemes medway CSV" in wrong.sentence
    assert "builds it anew" not in wrong.sentence


async def test_a_list_of_havens_is_looked_at(tmp_path: Path) -> None:
    """Without one there is no line; a sound one, one with hours that cannot be read, an empty one, a wrong one."""
    page = tmp_path / "havens.csv"
    head = "id,name,lat,lon,kind,hours\n"

    async def line(text: str) -> Line:
        page.write_text(head + text)
        return named(await inspected(Settings(data_dir=tmp_path, port=NOBODY_PORT, havens=page)), "havens")

    assert "havens" not in states(await inspected(Settings(data_dir=tmp_path, port=NOBODY_PORT)))
    sound = await line("p1,Police,51.3,0.5,police,24/7\nh1,Clinic,51.3,0.5,hospital,\n")
    assert sound == Line("havens", State.OK, f"2 in {page}; without hours, so never open: 1")
    slip = await line("p1,Police,51.3,0.5,police,9am-5pm\n")
    assert slip.state is State.WARNING
    assert "the hours of 1 cannot be read, so these never count as open: p1" in slip.sentence
    stale = await line("s1,Church,51.3,0.5,scheme,24/7\n")
    assert stale.state is State.WARNING
    assert "nobody has stood at the door of 1 of a scheme within a year" in stale.sentence
    assert (await line("")).state is State.WARNING
    wrong = await line("p1,Police,51.3,0.5,castle,24/7\n")
    assert wrong.state is State.FAILED
    assert wrong.sentence.startswith(f"{page}: line 2: kind: expected one of police, ")
