"""What a command at the prompt goes by: the maps, the lists and the reports that the service has."""

import asyncio
from pathlib import Path

import pytest

from geofence.lighting import Light
from service.beside import store_of
from service.maps.as_served import as_served
from service.maps.reports import What, tell
from service.settings import Settings

from .medway import MEDWAY, medway_streets, place, put

NOW = 1_795_212_000.0
LAT, LON = place(300, 200)
LIST = f"id,name,lat,lon,kind,hours\np1,Police station,{LAT},{LON},police,24/7\n"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A deployment with the town as its map and a list of havens, on which nobody has run anything yet."""
    (tmp_path / "havens.csv").write_text(LIST)
    put(tmp_path / "maps", medway_streets())
    return Settings(data_dir=tmp_path, havens=tmp_path / "havens.csv")


async def report(settings: Settings) -> None:
    """Somebody tells of a lamp."""
    async with store_of(settings) as store:
        await tell(store, "anna", "r1", LAT, LON, What.LAMP_OUT, NOW)


def test_before_the_first_start_nothing_can_have_been_reported(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    """The maps are there with the deployment's own list, and no word on stderr."""
    served = as_served(settings, NOW)

    assert ([one.name for one in served.known], served.faults, served.reported) == ([MEDWAY], {}, None)
    assert served.known[0].havens.all.named("p1", NOW) is not None
    assert capsys.readouterr() == ("", "")


def test_what_is_reported_counts(settings: Settings) -> None:
    """As it does for a phone that asks for a way."""
    asyncio.run(report(settings))
    served = as_served(settings, NOW + 60.0)

    assert [one.what for one in served.reported or ()] == [What.LAMP_OUT]
    assert {one.state for one in served.known[0].lights.worse} == {Light.UNKNOWN}


def test_a_store_that_does_not_answer_is_said_once(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    """On stderr; the maps are there all the same."""
    away = settings.model_copy(update={"store_url": f"unix://{settings.data_dir}/nobody.sock"})
    served = as_served(away, NOW)
    out, err = capsys.readouterr()

    assert ([one.name for one in served.known], served.reported, out) == ([MEDWAY], None, "")
    assert err.startswith("lamps reported out are not counted: ")
    assert err.count("\n") == 1
