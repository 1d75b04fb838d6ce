"""What doors get."""

from pathlib import Path

from msgspec.structs import replace
from pydantic import SecretStr

from service.maps.planning import Planning
from service.maps.regions import Maps
from service.memory_store import MemoryStore
from service.settings import Settings
from tests.builders import seen_at
from tests.doubles.clock import HandClock
from tests.doubles.gateway import RecordingGateway
from tests.geofence.drawn import place
from tests.service.maps.medway import medway_streets, put
from tests.world_process import SECRET, a_house


async def test_links_are_made_from_where_the_house_can_be_reached() -> None:
    """The public address where there is one, else host and port."""
    clock = HandClock()
    for public_url, base in (("https://lamplit.example", "https://lamplit.example"), ("", "http://127.0.0.1:8470")):
        settings = Settings(public_url=public_url, secret=SecretStr(SECRET.decode()), data_dir=Path("nowhere"))
        house = a_house(MemoryStore(), clock, RecordingGateway(clock.now), settings=settings)

        assert house.public_url == base
        assert house.voice.link("anna-1", "dad") == f"{base}/c/{house.sealer.link_token('anna-1', 'dad')}"
        assert house.voice.place(seen_at(51.4, 0.5)) is None
        assert not house.sandbox
        await house.pins.close()


async def test_words_made_at_the_start_know_the_maps_that_came_later(tmp_path: Path) -> None:
    """What sends texts has its voice from the start; a map that is built meanwhile names streets in it."""
    clock = HandClock()
    house = a_house(MemoryStore(), clock, RecordingGateway(clock.now))
    house.planning = Planning(Maps(tmp_path))
    voice, here = house.voice, seen_at(*place(350, 203))
    assert voice.place(here) is None

    put(tmp_path, medway_streets())
    house.maps.swap()

    assert voice.place(here) == "High Street"
    assert voice.place(replace(here, accuracy_m=150.0)) is None
    await house.pins.close()
