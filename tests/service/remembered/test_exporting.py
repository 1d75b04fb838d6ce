"""Everything we hold about her, in one file."""

import io
import json
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from geofence.fix import Fix
from service.rows import chunk_bytes
from service.store import Put, Unit
from tests.service.keeping import Keeping, keeping
from tests.service.people.household import ANNA, BETH, DURESS, PIN, Her


@pytest.fixture
async def kept(tmp_path: Path) -> AsyncIterator[Keeping]:
    async with keeping(tmp_path) as house:
        yield house


async def exported(kept: Keeping, her: Her, pin: str = PIN) -> dict[str, bytes]:
    """The files in her zip."""
    await kept.writes_down()
    made = await her.post("/export", {"pin": pin})
    assert (made.status_code, made.headers["content-type"]) == (200, "application/zip"), made.text
    with zipfile.ZipFile(io.BytesIO(made.content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


async def tracked(kept: Keeping, key: str) -> None:
    """Two fixes of her way are sealed."""
    at = kept.home.clock.now()
    chunk = chunk_bytes((Fix(0, at - 20, 51.38, 0.5, 8.0, 1.3, 90.0, 60), Fix(1, at - 10, 51.381, 0.5)))
    [row] = await kept.home.store.load([key])
    assert row is not None
    await kept.home.store.commit([Unit(f"t {key}", (Put(key, row.version, row.value),), track=((key, chunk),))])


async def test_the_file_holds_what_we_hold(kept: Keeping) -> None:
    """Account, card, contacts with their numbers, devices, changes; each journey with its story, looks and track."""
    her = await kept.anna()
    await her.put("/me/card", {"full_name": "Anna Lind", "medical": "asthma", "pin": PIN})
    key = await kept.walked(her)
    await tracked(kept, key)
    kept.home.clock.forward(3600)
    await kept.home.text(BETH, "SAFE?")

    files = await exported(kept, her)
    data = json.loads(files["data.json"])

    assert sorted(files) == ["data.json", "readme.html", "style.css", f"tracks/{key}.geojson"]
    assert (data["account"]["name"], data["account"]["number"]) == ("Anna", ANNA)
    assert (data["card"]["full_name"], data["card"]["medical"]) == ("Anna Lind", "asthma")
    first = data["contacts"][0]
    assert (first["name"], first["number"], first["on_sos_list"]) == ("Beth", BETH, True)
    assert [d["name"] for d in data["account"]["devices"]] == ["her phone"]
    assert data["account"]["devices"][0]["last_seen_at"] == kept.home.clock.now()
    assert [asked["by"] for asked in data["asked_after"]] == ["Beth"]
    assert "pins" in {change["what"] for change in data["changes"]}
    [journey] = data["journeys"]
    assert (journey["id"], journey["state"], journey["closed_because"]) == (key, "closed", "ended")
    assert [line["event"] for line in journey["story"]][-1] == "JourneyClosed"
    assert journey["track"] == f"tracks/{key}.geojson"


async def test_the_track_is_what_a_map_can_read(kept: Keeping) -> None:
    """Points with their times in UTC, and where she was going."""
    her = await kept.anna()
    key = await kept.walked(her)
    await tracked(kept, key)

    track: Any = json.loads((await exported(kept, her))[f"tracks/{key}.geojson"])

    assert track["type"] == "FeatureCollection"
    where, first, second = track["features"]
    assert (where["properties"]["what"], where["geometry"]["coordinates"]) == ("destination", [0.504, 51.388])
    assert first["geometry"] == {"type": "Point", "coordinates": [0.5, 51.38]}
    assert (first["properties"]["at"], first["properties"]["battery_pct"]) == ("2026-11-20T22:04:40+00:00", 60)
    assert second["properties"]["accuracy_m"] is None


async def test_the_legs_of_her_way_are_in_it(kept: Keeping) -> None:
    """Each with her word for its end; on the map the end of every leg that she had still before her."""
    her = await kept.anna()
    legs = [{"mode": "foot", "to": {"word": "the stop", "lat": 51.384, "lon": 0.504}}, {"mode": "ride"}]
    key = (await her.sets_off(legs=legs))["id"]
    await tracked(kept, key)

    files = await exported(kept, her)

    [journey] = json.loads(files["data.json"])["journeys"]
    assert [(leg["mode"], leg["ends_at"]) for leg in journey["legs"]] == [("foot", "the stop"), ("ride", "")]
    features = json.loads(files[f"tracks/{key}.geojson"])["features"]
    ends = [f["properties"]["what"] for f in features if f["properties"]["what"] != "fix"]
    assert ends == ["end of a leg", "destination"]


async def test_a_track_that_has_gone_is_not_in_it(kept: Keeping) -> None:
    """Neither after a day nor, of a story that her screens are shown, while what is true is kept."""
    her = await kept.anna()
    keys = [await kept.walked(her), await kept.walked(her, DURESS)]
    for key in keys:
        await tracked(kept, key)
    kept.home.clock.forward_to(kept.home.clock.now() + 86_401)

    files = await exported(kept, her)

    assert len(await kept.home.store.track(keys[1])) == 1
    assert [name for name in files if name.startswith("tracks/")] == []
    assert [j["track"] for j in json.loads(files["data.json"])["journeys"]] == [None, None]


async def test_the_page_asks_nothing_of_any_network(kept: Keeping) -> None:
    """It opens from the file: its style lies beside it, and it links to what is in the zip."""
    her = await kept.anna()
    await kept.walked(her)

    page = (await exported(kept, her))["readme.html"].decode()

    assert "<h1>What Lamplit holds about Anna</h1>" in page
    assert "http" not in page
    assert "<script" not in page
    assert 'href="style.css"' in page
    assert "Beth" in page
    assert BETH in page
    assert "Ended with her PIN" in page


async def test_no_hash_no_token_and_nobody_who_may_be_a_danger(kept: Keeping) -> None:
    """Of her card's two hidden fields only whether they are written."""
    her = await kept.anna()
    await her.put("/me/card", {"danger": "Gareth", "word": "marmalade", "pin": PIN})
    await kept.walked(her)
    account = await kept.home.account(her.id)

    files = await exported(kept, her)
    everything = b"".join(files.values())

    assert json.loads(files["data.json"])["card"]["danger"] is True
    for secret in ("Gareth", "marmalade", account.pin_hash or "-", her.token, account.devices[0].token_hash.hex()):
        assert secret.encode() not in everything
    assert b"argon2" not in everything


async def test_it_takes_her_pin(kept: Keeping) -> None:
    """Whoever holds an unlocked phone gets nothing."""
    her = await kept.anna()

    assert (await her.post("/export", {})).json()["code"] == "pin_needed"
    assert (await her.post("/export", {"pin": "1111"})).json()["code"] == "try_again"


async def test_the_same_question_at_the_same_moment_gets_the_same_bytes(kept: Keeping) -> None:
    """For either PIN; behind the duress PIN Beth is told."""
    her = await kept.anna()
    await kept.walked(her)
    await kept.writes_down()

    first = await her.post("/export", {"pin": PIN})
    again = await her.post("/export", {"pin": PIN})
    forced = await her.post("/export", {"pin": DURESS})

    assert first.content == again.content == forced.content
    assert {k: v for k, v in first.headers.items() if k != "date"} == {
        k: v for k, v in forced.headers.items() if k != "date"
    }
    journey = await kept.home.journey(f"{her.id}-1")
    assert journey.alarm is not None
    assert (await her.post("/export", {"pin": PIN})).content == first.content


async def test_linked_trackers_are_in_it_and_what_they_measured_is_not(kept: Keeping) -> None:
    """No screen of hers draws a position that another device recorded; a file on her phone is one."""
    her = await kept.anna()
    linked = await kept.links(her)
    key = await kept.walked(her)
    at = kept.home.clock.now()
    chunk = chunk_bytes((Fix(0, at - 20, 51.38, 0.5, 8.0), Fix(0, at - 10, 51.381, 0.5, 8.0, by=linked)))
    [row] = await kept.home.store.load([key])
    assert row is not None
    await kept.home.store.commit([Unit("bag", (Put(key, row.version, row.value),), track=((key, chunk),))])

    files = await exported(kept, her)
    [tracker] = json.loads(files["data.json"])["account"]["linked_trackers"]
    assert (tracker["name"], tracker["app"], tracker["removed_at"]) == ("in my bag", "traccar", None)
    assert b"51.381" not in b"".join(files.values())
    assert b"51.38" in files[f"tracks/{key}.geojson"]
