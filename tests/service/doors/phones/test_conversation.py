"""One phone's conversation; what it means for her is in tests/stories."""

import asyncio
from pathlib import Path
from typing import Any

import msgspec
import pytest

from service.doors import problems
from service.doors.phones import wire
from service.doors.phones.conversation import CLOSE_UNKNOWN, Conversation
from service.journey.model import FLAT
from service.outspoken import Cries, Ledger
from service.people.pressing import RETRY_S
from tests.doubles.network import FarStore
from tests.service.people.household import BETH, PIN, household
from tests.stories.test_her_phone_comes_back import LONG_WAY
from tests.world import Traveller, World
from tests.world_people import DURESS_PIN, WRONG_PIN


async def test_hello_is_answered_with_what_is_wanted_next() -> None:
    """Our clock, the policy, her journey as she may see it, and the number of the next fix."""
    async with World() as world:
        anna = await world.traveller("Anna", contacts=[world.contact("Dad")])
        walk = await anna.sets_off(LONG_WAY, plan_min=90)
        await anna.walks(walk, minutes=1)
        line = await anna.phone.connects()

        [welcome] = line.of(wire.Welcome)
        assert (welcome.now, welcome.ack) == (world.clock.now(), wire.AckBody("store-1", 6))
        assert welcome.journey
        assert welcome.journey["id"] == walk.key


async def test_an_open_question_is_there_on_a_new_socket() -> None:
    """Whoever comes back late is asked all the same."""
    async with World() as world:
        anna = await world.traveller("Anna", contacts=[world.contact("Dad")])
        await anna.sets_off(plan_min=20)
        await world.pass_time(minutes=23)

        line = await anna.phone.connects()

        assert [prompt.kind for prompt in line.of(wire.PromptFrame)] == ["due"]


async def test_a_phone_that_is_removed_while_it_says_hello_is_hung_up_on(tmp_path: Path) -> None:
    """After its token was read, and before anything is heard of her account: it is shown nothing."""
    said: list[str] = []
    closed: list[int] = []

    async def send(text: str) -> None:
        said.append(text)

    async def hang_up(code: int) -> None:
        closed.append(code)

    async with household() as home:
        her = await home.sign_up()
        await her.has("Beth", BETH)
        await her.sets_off()
        put = home.store.book_put
        [device] = (await home.account(her.id)).devices

        async def removed(book: str, *args: Any, **more: Any) -> bool:
            home.store.book_put = put  # type: ignore[method-assign]
            await her.post(f"/devices/{device.id}/revoke", {"pin": PIN})
            return await put(book, *args, **more)

        home.house.vitals.devices.clear()
        home.store.book_put = removed  # type: ignore[method-assign]
        phone = Conversation(home.house, Cries(home.house, Ledger(tmp_path / "cries")), send, hang_up)
        await phone.received(msgspec.json.encode(wire.Hello(token=her.token)))
        await phone.closed()

    assert (said, closed) == ([], [CLOSE_UNKNOWN])


async def test_a_second_hello_is_an_error_and_a_ping_a_pong() -> None:
    """The connection stays."""
    async with World() as world:
        anna = await world.traveller("Anna", contacts=[world.contact("Dad")])
        line = await anna.phone.connects()

        await line.say(wire.Hello(token=anna.phone.token))
        await line.say(wire.Ping(n=4))

        assert [error.code for error in line.of(wire.Error)] == ["unexpected"]
        assert line.of(wire.Pong) == [wire.Pong(n=4)]


async def test_she_sees_how_far_each_text_has_come() -> None:
    """Waiting, accepted, sent, delivered."""
    async with World() as world:
        dad = world.contact("Dad")
        anna = await world.traveller("Anna", contacts=[dad])
        await anna.sets_off(plan_min=20)
        await world.pass_time(minutes=28.1)
        anna.phone.expect_asked(texts=1, calls=2)
        dad.phone.expect_text("NOT arrived")

        told = [frame for frame in anna.phone.socket.of(wire.Told) if frame.contact == dad.id]
        assert [frame.state for frame in told] == ["waiting", "accepted", "sent", "delivered"]


async def test_a_wrong_pin_waits_longer_each_time() -> None:
    """The same answer, and from the third on ten seconds, then thirty."""
    async with World() as world:
        dad = world.contact("Dad")
        anna = await world.traveller("Anna", contacts=[dad])
        await anna.sets_off(plan_min=20)
        waits = []
        for _ in range(4):
            answer = await anna.keys_pin(WRONG_PIN)
            assert (answer.done, answer.code) == (False, "try_again")
            waits.append(answer.wait_s)
            await world.pass_time(seconds=answer.wait_s)

        assert waits == [0, 0, 10, 30]
        dad.phone.expect_text("A wrong PIN was keyed 3 times on Anna's phone")


async def test_beats_keep_the_link_alive_and_tell_the_battery() -> None:
    """And a phone that says it will be hidden is expected to be silent."""
    async with World() as world:
        anna = await world.traveller("Anna", contacts=[world.contact("Dad")])
        walk = await anna.sets_off(plan_min=60)

        await anna.phone.socket.say(wire.Beat(battery=14.0, hidden=True, for_s=600.0))

        journey = await walk.journey()
        assert (journey.battery_pct, journey.link.expected) == (14, "screen_locked")
        assert journey.link.expected_until == world.clock.now() + 600


async def test_her_phone_is_warned_of_its_battery_and_says_goodbye() -> None:
    """A warning on her screen at 20 %, nobody is texted; its last packet explains the silence that follows."""
    async with World() as world:
        anna = await world.traveller("Anna", contacts=[world.contact("Dad")])
        walk = await anna.sets_off(plan_min=60)
        anna.phone.battery = 20.0
        await anna.walks(walk, minutes=1)
        assert anna.phone.socket.of(wire.Warned) == [wire.Warned(code="battery", pct=20)]

        await anna.phone.socket.say(wire.Beat(battery=4.0, last_gasp=True))
        await anna.phone.goes_dark()
        await world.pass_time(minutes=30)

        anna.phone.expect_text("Your phone has gone quiet")
        assert (await walk.journey()).link.expected == FLAT


async def test_walk_with_me_is_two_taps_on_her_phone() -> None:
    """Dad gets the link, and her screen says who may look; one tap more, and nobody may, and nobody hears it."""
    async with World() as world:
        dad = world.contact("Dad")
        anna = await world.traveller("Anna", contacts=[dad])
        await anna.sets_off(LONG_WAY, plan_min=90)

        assert (await anna.phone.command(wire.Company, who=[dad.id])).code == "done"
        await world.pass_time(seconds=5)
        dad.phone.expect_text()
        assert company(anna) == [dad.id]

        assert (await anna.phone.command(wire.CompanyEnd)).code == "done"
        await world.pass_time(seconds=5)
        dad.phone.expect_nothing()
        assert company(anna) == []


def company(anna: Traveller) -> object:
    """Who may look, as her screen shows it."""
    return (anna.phone.socket.of(wire.JourneyFrame)[-1].journey or {})["company"]


async def test_help_as_an_answer_is_an_sos_also_without_a_store() -> None:
    """She is asked, and answers *help*, while nothing can be written: it is spoken all the same."""
    far = FarStore()
    async with World(store=far) as world:
        dad = world.contact("Dad")
        anna = await world.traveller("Anna", contacts=[dad])
        await anna.sets_off(plan_min=20)
        far.away = True
        await anna.phone.socket.say(wire.AnswerPrompt(id="h1", prompt="p1", what="help"))
        world.clock.forward(6)
        await world.rest()
        assert len([s for s in world.gateway.sent if "/SOS/" in s.message.id]) == 2

        far.away = False
        await world.until(lambda: anna.phone.socket.of(wire.Done) or None, "an answer")
        await world.pass_time(seconds=10)
        dad.phone.expect_text("SOS from Anna")
        dad.phone.expect_call()
        world.expect_error("an SOS is spoken before it is on disk")


async def test_a_command_goes_on_when_she_has_been_told_to_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody makes her key her duress PIN while the store is away. Her phone hears `unavailable`; nobody repeats it,
    and her contacts are told as soon as it is on disk."""
    monkeypatch.setattr(problems, "ANSWER_S", 0.01)
    far = FarStore()
    async with World(store=far) as world:
        dad = world.contact("Dad")
        anna = await world.traveller("Anna", contacts=[dad])
        await anna.sets_off(plan_min=20)
        far.away = True
        await anna.phone.socket.say(wire.End(id="e1", pin=DURESS_PIN))
        async with asyncio.timeout(5):
            while not anna.phone.socket.of(wire.Refused):  # noqa: ASYNC110 (a thread checks the PIN)
                await asyncio.sleep(0.005)
        assert [refused.code for refused in anna.phone.socket.of(wire.Refused)] == ["unavailable"]

        far.away = False
        await asyncio.sleep(RETRY_S * 1.2)
        await world.pass_time(seconds=10)

        dad.phone.expect_text("may be FORCED")
        dad.phone.expect_call()


async def test_a_line_that_cannot_be_used_is_refused_by_its_field() -> None:
    """On the socket as over HTTP; the connection stays, and the same id is heard with a better one."""
    async with World() as world:
        anna = await world.traveller("Anna", contacts=[world.contact("Dad")])
        await anna.sets_off(LONG_WAY, plan_min=90)

        await anna.phone.command(wire.NewRoute, id="r1", format="polyline6", data="???")
        better = await anna.phone.command(wire.NewRoute, id="r1", format="polyline6", data=LONG_WAY.line)

        [refused] = anna.phone.socket.of(wire.Refused)
        assert (refused.id, refused.code, refused.field) == ("r1", "invalid", "route.polyline")
        assert refused.detail.startswith("expected whole pairs of numbers")
        assert (better.done, better.code) == (True, "rerouted")
