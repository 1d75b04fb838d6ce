"""What Prometheus reads, and that nothing of anybody is in it."""

import re

from prometheus_client.parser import text_string_to_metric_families

from service.house import House
from service.journey.model import Level
from service.watching.auditor import Auditor
from service.watching.figures import NAMES, exposed
from tests.doubles.network import FarStore
from tests.world import World

Read = dict[str, float]


async def read(house: House) -> Read:
    """Every sample by its name and labels."""
    text = (await exposed(house)).decode()
    samples = [s for family in text_string_to_metric_families(text) for s in family.samples]
    return {s.name + "".join(f" {k}={v}" for k, v in sorted(s.labels.items())): s.value for s in samples}


async def an_evening(world: World) -> None:
    """Anna walks, does not arrive, and Dad is told."""
    auditor = Auditor(world.store, world.front.house.watch, world.clock, world.front.house.vitals)
    auditor.feel()
    dad = world.contact("Dad")
    anna = await world.traveller("Anna", contacts=[dad])
    walk = await anna.sets_off(plan_min=20)
    await anna.walks(walk, minutes=3)
    await world.pass_time(minutes=26)
    await auditor.look()
    world.expect_everything()


async def test_an_evening_in_figures() -> None:
    """Fixes, frames, rounds, messages with their seconds, what is open."""
    async with World() as world:
        await an_evening(world)
        said = await read(world.front.house)

        house = world.front.house
        assert said["lamplit_fixes_taken_total"] == house.watch.fixes_taken > 10
        assert said["lamplit_fix_frames_total"] == house.watch.frames > 3
        assert said["lamplit_rounds_total"] == house.vitals.rounds
        assert said["lamplit_round_age_seconds"] == 0
        assert said["lamplit_round_seconds_count"] == house.vitals.rounds
        assert said["lamplit_round_lag_seconds_count"] > 1
        assert said["lamplit_messages_total channel=sms outcome=accepted"] >= 2
        assert said["lamplit_messages_total channel=sms outcome=delivered"] >= 2
        assert said["lamplit_delivery_seconds_sum channel=sms"] >= 4.0
        assert said["lamplit_messages_total channel=call outcome=undelivered"] >= 1
        assert said["lamplit_segments_sent_total"] >= 3
        assert said["lamplit_open_incidents level=overdue"] == 1
        assert said["lamplit_sockets_open"] == 0
        assert (said["lamplit_healthy"], said["lamplit_operators_on_shift"]) == (1, 0)
        assert {name: said[f"lamplit_trouble what={name}"] for name in NAMES} == dict.fromkeys(NAMES, 0)


async def test_every_name_begins_alike_and_says_what_it_is() -> None:
    """`lamplit_`, a help text each, seconds and bytes in the name where there is a unit."""
    async with World() as world:
        await an_evening(world)
        text = (await exposed(world.front.house)).decode()

        families = list(text_string_to_metric_families(text))
        assert {family.name for family in families if not family.name.startswith("lamplit_")} == set()
        assert [family.name for family in families if not family.documentation.strip()] == []
        assert len({family.name for family in families}) == len(families)


async def test_nothing_of_anybody_is_in_it() -> None:
    """No name, no number, no key, no reference, no place; and a bounded number of series."""
    async with World() as world:
        await an_evening(world)
        text = (await exposed(world.front.house)).decode()
        rows = await world.store.keys()
        labels = set(re.findall(r'(\w+)="', text))

        assert labels <= {"le", "channel", "outcome", "code", "level", "urgency", "what"}
        assert [word for word in ("Anna", "Dad", "+44", "7700900", *rows) if word in text] == []
        assert len(text.splitlines()) < 500


async def test_what_waits_is_told_by_urgency() -> None:
    """With the age of the oldest."""
    async with World() as world:
        await an_evening(world)
        world.clock.forward(130)
        said = await read(world.front.house)

        assert said["lamplit_deadlines_due"] == 1
        assert 0 < said["lamplit_deadlines_oldest_seconds"] <= 130
        assert {u: said[f"lamplit_outbox_messages urgency={u}"] for u in ("sos", "first", "rest")} == {
            "sos": 0,
            "first": 0,
            "rest": 0,
        }
        assert said["lamplit_trouble what=watchman"] == 1
        assert {level.value for level in Level} <= {
            name.partition("level=")[2] for name in said if name.startswith("lamplit_open_incidents")
        }


async def test_a_store_that_is_away_leaves_out_what_only_it_knows() -> None:
    """What this process has counted is there all the same, and says what is wrong."""
    far = FarStore()
    async with World(store=far) as world:
        far.away = True
        said = await read(world.front.house)

        assert (said["lamplit_healthy"], said["lamplit_trouble what=store"]) == (0, 1)
        assert "lamplit_rounds_total" in said
        assert "lamplit_deadlines_due" not in said
        far.away = False
