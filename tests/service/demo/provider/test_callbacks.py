"""Callbacks: signed, repeated, reordered, forged, and none forgotten."""

import asyncio
from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator

from service.demo.provider.account import Account
from service.demo.provider.books import Counted
from service.demo.provider.callbacks import AT_ONCE, Postman, Reporter, unknown
from service.demo.provider.crew import Crew
from service.demo.provider.script import Do, Script
from service.demo.twilio_double import TOKEN
from tests.doubles.clock import HandClock

from .town import BETH, Doors, town


async def test_callbacks_are_signed_with_the_newest_token() -> None:
    """The library's own validator accepts them with that one and with no other."""
    async with town() as here:
        here.double.account.rotate("new")
        await here.text()
        await here.passes()
        for url, fields, signature in here.doors.posts:
            assert RequestValidator("new").validate(url, fields, signature)
            assert not RequestValidator(TOKEN).validate(url, fields, signature)


async def test_a_proxy_before_us_is_called_and_our_own_address_is_signed() -> None:
    """What stands in the address is signed; who listens somewhere else gets it all the same."""
    async with town() as here:
        here.double.exchange.postman.through = here.doors.url("")
        outside = "https://lamplit.example/s?n=a%2Fb&a=1"
        answer = await here.double.exchange.postman.post(outside, {"MessageSid": "SM1"})
        [(called, fields, signature)] = here.doors.posts
        assert (answer.status, called) == (200, here.doors.url("/s?n=a%2Fb&a=1"))
        assert RequestValidator(TOKEN).validate(outside, fields, signature)


async def test_a_callback_is_tried_again_on_the_clock_and_given_up_in_the_end() -> None:
    """Eight times; what was refused is counted, and the next state is reported all the same."""
    async with town(retry_s=10.0) as here:
        here.doors.answers = [503] * 8
        await here.text()
        await here.passes(5.0)
        assert here.doors.states() == ["sent"]
        await here.passes(80.0)
        assert here.doors.states() == ["sent"] * 8 + ["delivered"]
        assert here.double.counters()["callbacks_given_up"] == 1
        assert here.double.counters()["callbacks_refused"] == 8


async def test_a_replay_comes_hours_later() -> None:
    """The same words and the same signature as then."""
    async with town() as here:
        here.double.script(Script(do=Do.REPLAY, delay_s=7200.0))
        await here.text()
        await here.passes(7000.0)
        assert here.doors.states() == ["sent", "delivered"]
        await here.passes(300.0)
        assert here.doors.states() == ["sent", "delivered"] * 2
        assert here.doors.posts[:2] == here.doors.posts[2:]


async def test_a_ghost_is_nobodys_text() -> None:
    """Properly signed, at the right address, of a SID that no answer ever named."""
    async with town() as here:
        here.double.script(Script(do=Do.GHOST))
        text = await here.text()
        await here.passes()
        *_, last = here.doors.at("/s")
        assert (last["MessageSid"], last["SmsSid"]) == ("SM" + "f" * 32, "SM" + "f" * 32)
        assert last["MessageSid"] != text.sid
        await here.double.ghost(here.doors.url("/s"), here.double.messages[0])
        assert here.doors.at("/s")[-1] == last


def test_what_names_a_sid_is_forged_whole() -> None:
    """A call's SID stays a call's."""
    assert unknown({"CallSid": "CA1", "To": BETH}) == {"CallSid": "CA" + "f" * 32}


TWISTS = [None, Do.TWICE, Do.SHUFFLE, Do.REPLAY, Do.GHOST, Do.EARLY]


@given(st.sampled_from(TWISTS), st.permutations(["sent", "delivered", "queued"]), st.integers(0, 6))
@settings(max_examples=30, deadline=None)
def test_in_any_order_they_carry_the_states_that_were_walked(do: Do | None, walked: list[str], refusals: int) -> None:
    """Doubled, shuffled, replayed, refused a few times first: no state is lost and none is invented."""

    async def story() -> None:
        clock = HandClock()
        crew, account = Crew(clock), Account("AC1", ["t"])
        async with Doors() as doors:
            doors.answers = [500] * refusals
            postman = Postman(crew, account, Counted(), retry_s=0.0)
            await postman.open()
            crew.open()
            script = Script(do=do) if do else None
            reporter = Reporter(crew, postman, doors.url("/s"), script)

            for state in walked:
                reporter.say({"MessageSid": "SM1", "MessageStatus": state})
            reporter.end({"MessageSid": "SM1", "MessageStatus": walked[-1]})
            await crew.settled()
            await crew.close()
            await postman.close()
            real = [fields["MessageStatus"] for fields in doors.at("/s") if fields["MessageSid"] == "SM1"]
            assert set(real) == set(walked)
            assert list(dict.fromkeys(real)) == (walked[::-1] if do is Do.SHUFFLE else walked)

    asyncio.run(story())


async def test_no_more_than_so_many_at_once() -> None:
    """A storm of receipts opens no more connections than a real provider would, and loses none."""
    under_way, most = 0, 0

    class Slow(Doors):
        async def _take(self, request):  # type: ignore[no-untyped-def]
            nonlocal under_way, most
            under_way += 1
            most = max(most, under_way)
            await asyncio.sleep(0.005)
            under_way -= 1
            return await super()._take(request)

    clock = HandClock()
    crew = Crew(clock)
    async with Slow() as doors:
        postman = Postman(crew, Account("AC1", ["t"]), Counted(), retry_s=0.0)
        await postman.open()
        crew.open()
        for nth in range(AT_ONCE * 4):
            crew.start(postman.deliver(doors.url("/s"), {"n": str(nth)}))
        await crew.settled()
        await crew.close()
        await postman.close()
        assert sorted(int(fields["n"]) for fields in doors.at("/s")) == list(range(AT_ONCE * 4))
    assert 1 < most <= AT_ONCE


async def test_a_door_that_is_closed_is_no_answer() -> None:
    """Nobody there: status 0, and the address is kept as it was given."""
    async with town() as here:
        answer = await here.double.exchange.postman.post("http://127.0.0.1:9/s?n=07.k3f%2F1", {})
        assert (answer.status, answer.taken) == (0, False)
        assert urlsplit(here.double.callbacks[-1][0]).query == "n=07.k3f%2F1"


async def test_nothing_is_posted_without_an_address() -> None:
    """A text without StatusCallback reports nothing."""
    async with town() as here:
        await here.twilio.messages.create_async(to=BETH, from_="+447700900000", body="x")
        await here.passes()
        assert here.doors.posts == []


@pytest.mark.parametrize("do", [Do.MUTE, Do.SHUFFLE])
async def test_early_waits_for_no_callback_that_never_comes(do: Do) -> None:
    """The first callback counts as made when there will be none."""
    crew = Crew(HandClock())
    reporter = Reporter(crew, Postman(crew, Account("AC1", []), Counted(), 0.0), "", Script(do=do))
    reporter.say({})
    await crew.settled()
    assert reporter.first_done.is_set()


async def test_a_text_goes_on_whether_we_take_its_callbacks_or_not() -> None:
    """Our server is down for ten minutes: Beth has the text all the same, and we hear of everything in the end."""
    async with town(retry_s=120.0) as here:
        here.doors.statuses["/s"] = 503
        await here.text()
        await here.passes(600.0)
        assert len(here.double.phone(BETH).texts) == 1
        assert set(here.doors.states()) == {"sent"}
        here.doors.statuses.clear()
        await here.passes(600.0)
        assert here.doors.states()[-2:] == ["sent", "delivered"]
