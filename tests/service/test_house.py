"""What doors get."""

from pathlib import Path

from pydantic import SecretStr

from service.memory_store import MemoryStore
from service.settings import Settings
from tests.doubles.clock import HandClock
from tests.doubles.gateway import RecordingGateway
from tests.world_process import SECRET, a_house


async def test_links_are_made_from_where_the_house_can_be_reached() -> None:
    """The public address where there is one, else host and port."""
    clock = HandClock()
    for public_url, base in (("https://lamplit.example", "https://lamplit.example"), ("", "http://127.0.0.1:8470")):
        settings = Settings(public_url=public_url, secret=SecretStr(SECRET.decode()), data_dir=Path("nowhere"))
        house = a_house(MemoryStore(), clock, RecordingGateway(clock.now), settings=settings)

        assert house.public_url == base
        assert house.voice.link("anna-1", "dad") == f"{base}/c/{house.sealer.link_token('anna-1', 'dad')}"
        assert house.voice.place(51.4, 0.5) is None
        assert not house.sandbox
        await house.pins.close()
