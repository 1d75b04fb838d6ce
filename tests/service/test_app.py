"""The composition root: settings in, a living house out."""

import asyncio
from pathlib import Path

import httpx
import pytest

from alerts.contact import Channel
from alerts.gateway import GatewayError, Message, PhoneNumber
from service.app import Role, clock_of, create, living, ready
from service.clock import ScaledClock
from service.embedded import DataDirectoryInUse
from service.settings import Settings, SmtpTls
from service.steady import SteadyClock
from service.store import StoreUnavailable
from service.valkey_store import ValkeyStore
from tests.builders import seen_at
from tests.geofence.drawn import place, street
from tests.service.maps.medway import MEDWAY, medway_streets, put


async def test_a_house_lives_and_is_torn_down(tmp_path: Path) -> None:
    """On an embedded store: rounds happen, `/health` says so, the pages are there; the directory is free afterwards."""
    settings = Settings(data_dir=tmp_path, port=0)
    async with living(settings) as house:
        async with asyncio.timeout(10):
            while not house.vitals.rounds:  # noqa: ASYNC110 (rounds come by real time)
                await asyncio.sleep(0.02)
        transport = httpx.ASGITransport(create(house))
        async with httpx.AsyncClient(transport=transport, base_url="http://house") as client:
            health = (await client.get("/health")).json()
            front = await client.get("/")
        assert (health["ok"], health["sandbox"], front.status_code) == (True, True, 200)
        with pytest.raises(DataDirectoryInUse):
            async with living(settings):
                pass

    before = len(asyncio.all_tasks())
    async with living(settings, Role.WEB) as house:
        assert house.vitals.rounds == 0
    assert len(asyncio.all_tasks()) == before


async def test_the_list_of_havens_is_known_to_the_house(tmp_path: Path) -> None:
    """To its doors, and to whatever judges where she is."""
    page = tmp_path / "havens.csv"
    page.write_text("id,name,lat,lon,kind,hours\np1,Police,51.3,0.5,police,24/7\n")
    async with living(Settings(data_dir=tmp_path, havens=page), Role.WEB) as house:
        assert house.havens.known == 1
        assert house.watch.havens.named("p1", house.clock.now()) is not None


async def test_maps_are_in_use_from_the_first_request_on(tmp_path: Path) -> None:
    """Their places are havens of the house, the light of ways is told by them, and streets have their names."""
    put(tmp_path / "maps", medway_streets())
    async with living(Settings(data_dir=tmp_path), Role.WEB) as house:
        assert [one.name for one in house.maps.known] == [MEDWAY]
        assert house.havens.known == 6
        assert (await house.lights.lit(street((10, 200), (590, 200)), house.clock.now())).lights
        assert house.voice.place(seen_at(*place(350, 203))) == "High Street"
    assert not [task for task in asyncio.all_tasks() if "Maps.run" in str(task.get_coro())]


async def test_mail_and_webhooks_go_where_the_settings_say(tmp_path: Path) -> None:
    """Beside the phones on the screen; here nobody listens there, and that is everybody's trouble and nobody's fault."""
    settings = Settings(
        data_dir=tmp_path,
        port=0,
        smtp_host="127.0.0.1",
        smtp_port=1,
        smtp_from="Lamplit <alerts@lamplit.example>",
        smtp_tls=SmtpTls.NONE,
        webhook_url="http://127.0.0.1:1/lamplit",
        webhook_secret="what they and we both know",
    )
    async with living(settings, Role.WEB) as house:
        assert house.watch.hooked
        assert house.gateway.rings
        for channel, who in ((Channel.EMAIL, "mail server"), (Channel.WEBHOOK, "receiver")):
            message = Message("n", 1, PhoneNumber("dad@house.example"), channel, "words", "", 300.0, "words")
            with pytest.raises(GatewayError, match=f"the {who} is out of reach") as refusal:
                await house.gateway.send(message)
            assert refusal.value.everybody


async def test_a_store_that_takes_the_call_and_never_answers_is_given_up_in_time(tmp_path: Path) -> None:
    """Patience is measured in time, not in tries that each take long."""

    async def hush(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await reader.read()
        finally:
            writer.close()

    mute = await asyncio.start_server(hush, "127.0.0.1", 0)
    port = mute.sockets[0].getsockname()[1]
    store = ValkeyStore(f"redis://127.0.0.1:{port}", timeout_s=0.05)
    async with mute, asyncio.timeout(5):
        with pytest.raises(StoreUnavailable):
            await ready(store, patience_s=0.1)
    await store.close()


def test_the_sandbox_has_a_clock_that_can_be_made_fast(tmp_path: Path) -> None:
    """With a provider it is the machine's, always."""
    sandbox = clock_of(Settings(data_dir=tmp_path, clock_factor=60.0))
    provider = Settings(
        data_dir=tmp_path,
        twilio_account_sid="AC" + "0" * 32,
        twilio_auth_token="secret",
        twilio_from="+447700900000",
    )

    assert isinstance(sandbox, ScaledClock)
    assert sandbox.factor == 60.0
    assert isinstance(clock_of(provider), SteadyClock)


@pytest.mark.parametrize("voice", [True, False])
async def test_credentials_carry_calls_as_well_as_texts(tmp_path: Path, voice: bool) -> None:
    """A double on this machine is rung through like the provider itself: no phone is drawn on the screen beside it. With
    calls switched off nobody is rung at all."""
    settings = Settings(
        data_dir=tmp_path,
        twilio_account_sid="AC" + "0" * 32,
        twilio_auth_token="secret",
        twilio_from="+447700900000",
        twilio_base_url="http://127.0.0.1:9",
        twilio_voice=voice,
    )
    async with living(settings, Role.WEB) as house:
        assert (house.gateway.name, house.gateway.rings, house.phones) == ("twilio", voice, None)
        assert not house.sandbox
