"""Calls that do not go as calls go: doors that stumble, keys twice, too late, or about what is over."""

import aiohttp
import pytest

from alerts.contact import Channel
from alerts.gateway import Delivery
from alerts.ladder import Said
from service.demo.provider.phones import Person, Press
from service.demo.twilio_double import ACCOUNT
from service.journey.model import Journey
from tests.provider_world import ProviderWorld
from tests.stories.provider.overdue import overdue, shown
from tests.stories.provider.stranger import Stranger, everything
from tests.world import Contact
from tests.world_people import DURESS_PIN, PIN, WRONG_PIN

ALERT = "This is Lamplit. Anna has not arrived."


def said_by(journey: Journey, contact: Contact) -> Said:
    assert journey.alarm is not None
    assert journey.alarm.ladder is not None
    person = journey.alarm.ladder.person(contact.id)
    assert person is not None
    return person.said


@pytest.mark.parametrize("inside", [False, True])
@pytest.mark.parametrize("door", ["/twilio/voice", "/twilio/voice/keys"])
async def test_a_door_that_stumbles_is_asked_once_more_and_he_hears_no_error(door: str, inside: bool) -> None:
    """A proxy answers 502, before or after our process had the request. The fallback is asked: where his 1 was lost he hears
    the alert again and keys it again, where only our answer was lost he hears that we have it. Never that an application
    error has occurred, and never that it is another contact who is on it."""
    async with ProviderWorld(whole=True) as world:
        beth, dad = world.contact("Beth"), world.contact("Dad", primary=True)
        world.phone(dad).picks_up(Press("1", after_s=3.0), Press("1", after_s=3.0))
        _, walk = await overdue(world, beth, dad)
        world.doors.stumbles, world.doors.inside = [door], inside
        await world.pass_time(minutes=5)

        assert world.doors.stumbles == []
        [call] = world.phone(dad).calls
        assert call.words.startswith(ALERT)
        assert "error" not in call.words
        assert "another contact" not in call.words
        ending = "we have your answer. Thank you." if inside and door.endswith("keys") else "We tell the others."
        assert ending in call.words
        assert call.keys == ("11" if door.endswith("keys") and not inside else "1")
        assert said_by(await walk.journey(), dad) is Said.TAKEN
        assert len([t for t in world.phone(beth).texts if "Another contact is on it" in t.body]) == 1
        world.expect_everything()


async def test_the_same_request_twice_has_the_first_answer_and_no_second_effect() -> None:
    """Everything that was asked about his call comes again when it is long over: his 1 is answered as it was, he has it once
    and no longer, and nobody is told anything a second time."""
    async with ProviderWorld() as world, aiohttp.ClientSession() as http:
        beth, dad = world.contact("Beth"), world.contact("Dad", primary=True)
        world.phone(dad).picks_up("2", "1")
        _, walk = await overdue(world, beth, dad, minutes=28 + 7)
        requests = [(u, f) for u, f, _ in world.double.callbacks if f.get("To") == dad.number and "/voice" in u]
        assert [f.get("Digits") for _, f in requests] == [None, "2", "1"]
        before = await everything(world, walk)

        answers = [await Stranger(world, http).repeats(url, fields) for url, fields in requests * 2]
        assert {status for status, _ in answers} == {200}
        assert "We tell the others" in answers[2][1]
        assert answers[:3] == answers[3:]
        assert "another contact is on it" not in "".join(words for _, words in answers)
        await world.settle()
        assert await everything(world, walk) == before
        world.expect_everything()


@pytest.mark.parametrize(("digit", "means"), [("1", Said.TAKEN), ("3", Said.CANT)])
async def test_a_key_that_is_reported_when_the_call_is_over_counts(digit: str, means: Said) -> None:
    """Dad hung up, the call is over and told nobody; then the key that he had pressed in it arrives: he is heard, and not
    rung once more for it."""
    async with ProviderWorld() as world, aiohttp.ClientSession() as http:
        beth, dad = world.contact("Beth"), world.contact("Dad", primary=True)
        world.phone(dad).will(Person(answers_after_s=4.0, hangs_up_after_s=8.0))
        _, walk = await overdue(world, beth, dad, minutes=31.5)
        [entry] = world.entries(dad, "call", since=walk.began_at)
        assert entry.state == "completed"
        fields = {
            "CallSid": entry.sid,
            "CallStatus": "completed",
            "To": dad.number,
            "Digits": digit,
            "AccountSid": ACCOUNT,
        }
        keys = entry.url.replace("/voice?", "/voice/keys?") + "&k=1"
        status, _ = await Stranger(world, http).repeats(keys, fields)
        await world.pass_time(minutes=3)

        assert status == 200
        journey = await walk.journey()
        assert said_by(journey, dad) is means
        assert (
            next(p.state for p in journey.proven if p.to == dad.id and p.channel is Channel.CALL) is Delivery.DELIVERED
        )
        assert world.taken(walk, dad, "call") == [31.0]
        world.expect_everything()


async def test_a_key_for_an_alarm_that_is_closed_hears_that_it_is() -> None:
    """The alert is being read to Dad when Anna keys her PIN: his 1 opens nothing and holds nothing, and he is told."""
    async with ProviderWorld() as world:
        beth, dad = world.contact("Beth"), world.contact("Dad", primary=True)
        world.phone(dad).picks_up(Press("1", after_s=50.0), after_s=5.0)
        anna, walk = await overdue(world, beth, dad, minutes=31.5)
        await anna.keys_pin()
        closed = await walk.journey()
        await world.pass_time(minutes=4)

        [call] = world.phone(dad).calls
        assert call.words.endswith("This is Lamplit. Anna's alert is closed. Goodbye.")
        journey = await walk.journey()
        assert (journey.alarm, journey.closed) == (None, closed.closed)
        assert [words[:7] for _, what, words in shown(world, walk, beth) if what == "text"] == ["Anna ha", "Anna's "]
        world.expect_everything()


async def test_the_way_out_by_keypad_from_somebody_elses_phone() -> None:
    """Her phone is dead; she rings us from a stranger's, with a star, her number and her PIN: it is closed, and Beth reads
    that. After the duress PIN she hears the same in the same time, and Beth reads another thing; after a wrong one she may
    try again, and nothing is closed."""
    heard, read = {}, {}
    for pin in (PIN, DURESS_PIN, WRONG_PIN):
        async with ProviderWorld() as world:
            beth = world.contact("Beth")
            anna, walk = await overdue(world, beth, minutes=29)
            number = f"0{anna.phone.number[3:]}"
            rung = world.double.rings_us("+447700900777", "*", f"{number}#", f"{pin}#")
            began_at = world.clock.now()
            await world.pass_time(minutes=1.5)
            heard[pin] = [(round(at - began_at, 1), words) for at, words in rung.said]
            read[pin] = [t.body for t in world.phone(beth).texts if t.at > began_at]
            assert rung.keys == f"*{number}#{pin}#"
            assert rung.ended == "completed"
            assert ((await walk.journey()).alarm is None) is (pin == PIN)
            world.expect_everything()
    assert heard[PIN] == heard[DURESS_PIN]
    assert heard[PIN][-1][1] == "Thank you. Goodbye."
    assert any("Please try again" in words for _, words in heard[WRONG_PIN])
    assert ["her PIN was given" in text for text in read[PIN]] == [True]
    assert "FORCED" in read[DURESS_PIN][0]
    assert read[WRONG_PIN] == []
