"""Made to end one journey and to begin another: nothing of hers tells the two PINs apart on the second one either, and
whoever knows that she may be forced reads of it in words that lull nobody."""

from itertools import count
from pathlib import Path

import pytest

from service.people import choosing
from tests.world import World
from tests.world_people import DURESS_PIN, PIN

from .test_both_pins_everywhere import END, Evening, Seen


async def lived(pin: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Seen, list[str]]:
    """She sets off, keys a PIN to end it, sets off anew, tells both contacts, asks both for company, and walks home.
    Also what Beth, who is on the SOS list, was sent of the second journey."""
    ids = map("contact{}".format, count(1))
    monkeypatch.setattr(choosing, "new_id", lambda _length, ids=ids: next(ids))
    async with World() as world:
        beth, chloe = world.contact("Beth"), world.contact("Chloe", on_sos_list=False, tier=2)
        anna = await world.traveller("Anna", contacts=[beth, chloe])
        evening = Evening(world, anna, beth, chloe, pin, folder / pin)
        await evening.begins()
        await evening.sets_off()
        await evening.keys(END)
        await world.pass_time(minutes=2)

        first = evening.walk
        assert first is not None
        await evening.sets_off(tell=[beth, chloe], walk_with=[beth, chloe], battery_text=True)
        second = evening.walk
        assert second is not None
        await evening.looks()
        await anna.walks_home(second)
        await anna.stands(second, minutes=3)
        await evening.looks()
        assert (await second.journey()).closed is not None
        if pin == DURESS_PIN:  # where she went is known to those who look for her
            found, shown = (await first.journey()).seen, (await second.journey()).seen
            assert found is not None
            assert shown is not None
            assert (found.lat, found.lon) == (shown.lat, shown.lon)
        world.expect_everything()
        await evening.archive.close()
        sent = [s.message for s in world.gateway.sent if s.message.to == beth.number]
        return evening.closes(), [m.text for m in sent if m.id.startswith(f"{second.key}/")]


async def test_the_second_journey_looks_the_same_with_either_pin(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Frames, snapshots, history and Chloe's texts, line by line; only Beth's words are other ones."""
    true, read = await lived(PIN, tmp_path, monkeypatch)
    forced, warned = await lived(DURESS_PIN, tmp_path, monkeypatch)
    assert forced.texts == true.texts
    assert forced.frames == true.frames
    for line, other in zip(forced.lines, true.lines, strict=True):
        assert line == other

    assert sorted(text.split(" at ")[0].split(":")[0] for text in read) == [
        "Anna arrived",
        "Anna asks you to walk with her",
        "Anna has set off and is due",
    ]
    assert len(warned) == len(read)
    for text in warned:
        assert "may be FORCED is still open. Do NOT ring or text her phone." in text
        assert "Nothing" not in text
