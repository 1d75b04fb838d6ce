"""Carriers: late, off, lying. What they report is compared with what the phone showed."""

import pytest

from service.demo.provider.script import Do, Script

from .town import BETH, DAD, Town, town


async def test_a_text_is_on_the_screen_whole_and_when_it_came() -> None:
    """Two parts, one text."""
    async with town() as here:
        here.double.carrier.delay_s = 4.0
        text = await here.text("a" * 200)
        began_at = here.clock.now()
        await here.passes(3.9)
        assert (here.doors.states(), here.double.phone(BETH).shown) == (["sent"], [])
        await here.passes(0.2)
        (shown,) = here.double.phone(BETH).texts
        assert (shown.body, shown.sid) == ("a" * 200, text.sid)
        assert shown.at == pytest.approx(began_at + 4.0)
        assert here.doors.states() == ["sent", "delivered"]


async def test_a_phone_that_is_off_gets_it_when_it_is_on_again() -> None:
    """Hours later, and the receipt comes as late."""
    async with town() as here:
        here.double.phone(BETH).off()
        await here.text()
        await here.passes(3 * 3600.0)
        assert (here.doors.states(), here.double.phone(BETH).shown) == (["sent"], [])
        here.double.phone(BETH).on()
        await here.passes()
        assert here.doors.states() == ["sent", "delivered"]
        assert here.double.phone(BETH).texts[0].at == here.clock.now()


async def test_a_carrier_gives_up_in_the_end() -> None:
    """Phone off: 30003; and then nothing comes when it is on again."""
    async with town() as here:
        here.double.phone(BETH).off()
        here.double.carrier.hold_s = 3600.0
        await here.text()
        await here.passes(3601.0)
        assert here.doors.at("/s")[-1]["ErrorCode"] == "30003"
        here.double.phone(BETH).on()
        await here.passes()
        assert here.double.phone(BETH).shown == []


@pytest.mark.parametrize(
    ("do", "states", "shown"),
    [
        (Do.LIE, ["sent", "delivered"], 0),
        (Do.DENY, ["sent", "undelivered"], 1),
        (Do.SILENT, ["sent"], 1),
        (Do.UNDELIVERED, ["sent", "undelivered"], 0),
        (Do.FAIL, ["failed"], 0),
        (Do.MUTE, [], 1),
    ],
)
async def test_what_is_reported_and_what_is_so(do: Do, states: list[str], shown: int) -> None:
    """A carrier can be wrong either way; the phone's own record is not."""
    async with town() as here:
        here.double.script(Script(do=do, number=BETH))
        await here.text()
        await here.passes()
        assert (here.doors.states(), len(here.double.phone(BETH).texts)) == (states, shown)


async def test_a_delay_is_for_whom_it_was_scripted() -> None:
    """Beth's text takes a minute more, Dad's does not."""
    async with town() as here:
        here.double.script(Script(do=Do.DELAY, number=BETH, delay_s=60.0))
        await here.text()
        await here.text(to=DAD)
        await here.passes(1.0)
        assert (len(here.double.phone(BETH).texts), len(here.double.phone(DAD).texts)) == (0, 1)
        await here.passes(60.0)
        assert len(here.double.phone(BETH).texts) == 1


async def arrivals(here: Town) -> list[float]:
    here.double.carrier.jitter_s = 10.0
    for nth in range(5):
        await here.text(str(nth))
    await here.passes(20.0)
    return [shown.at for shown in here.double.phone(BETH).texts]


async def test_chance_is_the_same_in_every_run() -> None:
    """The seed decides who is late; another seed, others."""
    runs = []
    for seed in (1, 1, 2):
        async with town(seed=seed) as here:
            runs.append(await arrivals(here))
    assert runs[0] == runs[1] != runs[2]
    assert len(set(runs[0])) == 5
