"""Calls while they last: what is said, what is keyed, and what our doors get of it."""

import pytest

from service.demo.provider.phones import Person, Press, ShownCall
from service.demo.provider.voice import ERROR_WORDS

from .town import BETH, Town, town

ALERT = (
    '<Response><Gather action="/keys" numDigits="1" timeout="10"><Say>Anna has not arrived. Press 1.</Say></Gather>'
    "<Say>Goodbye.</Say></Response>"
)
THANKS = "<Response><Say>Thank you.</Say><Hangup/><Say>never</Say></Response>"
PIN = '<Response><Gather action="/pin" finishOnKey="#" timeout="5"><Say>Key your PIN, then hash.</Say></Gather></Response>'


async def called(here: Town, person: Person, first: str = ALERT, seconds: float = 120.0) -> ShownCall:
    """Beth is rung, and what became of it."""
    here.doors.documents.setdefault("/voice", [first])
    here.doors.documents.setdefault("/keys", [THANKS])
    here.double.phone(BETH).person = person
    await here.call()
    await here.passes(seconds)
    (call,) = here.double.phone(BETH).calls
    return call


async def test_a_person_hears_the_alert_and_keys_one() -> None:
    """The digit is posted, signed, to the action; what that says is heard; Hangup ends it."""
    async with town(word_s=0.4) as here:
        call = await called(here, Person(answers_after_s=4.0, keys=(Press("1", after_s=3.0),)))
        (voice,), (keys,) = here.doors.at("/voice"), here.doors.at("/keys")
        assert (voice["CallStatus"], voice["Direction"], voice["To"]) == ("in-progress", "outbound-api", BETH)
        assert (keys["Digits"], keys["CallSid"]) == ("1", call.sid)
        assert [words for _, words in call.said] == ["Anna has not arrived. Press 1.", "Thank you."]
        assert (call.keys, call.ended, call.hung_up) == ("1", "completed", False)
        assert call.answered_at is not None
        assert call.ended_at == pytest.approx(call.answered_at + 3.0 + 0.8, abs=1e-3)


async def test_silence_comes_to_the_next_verb_after_the_timeout() -> None:
    """It counts from the last word; nothing is posted, so nobody was told."""
    async with town(word_s=0.5) as here:
        call = await called(here, Person(what="silent"))
        assert here.doors.at("/keys") == []
        assert call.said[-1][1] == "Goodbye."
        assert call.said[-1][0] - call.said[0][0] == pytest.approx(6 * 0.5 + 10.0, abs=1e-3)


async def test_silence_is_posted_where_that_is_asked_for() -> None:
    """actionOnEmptyResult: the action gets empty Digits."""
    async with town() as here:
        await called(here, Person(), ALERT.replace("<Gather", '<Gather actionOnEmptyResult="true"'))
        (keys,) = here.doors.at("/keys")
        assert (keys["Digits"], keys["FinishedOnKey"]) == ("", "")


async def test_a_key_cuts_the_voice_short() -> None:
    """After 1 s of a long sentence: what comes after it is never said."""
    async with town(word_s=1.0) as here:
        first = ALERT.replace("</Say></Gather>", "</Say><Say>And more.</Say></Gather>")
        call = await called(here, Person(keys=(Press("1", after_s=1.0),)), first)
        assert [words for _, words in call.said] == ["Anna has not arrived. Press 1.", "Thank you."]
        assert call.said[1][0] - call.said[0][0] == pytest.approx(1.0, abs=1e-3)


async def test_a_pin_ends_with_hash() -> None:
    """Digits without the finishing key, which is named beside them; another document goes on at its own address."""
    async with town() as here:
        here.doors.documents["/pin"] = [THANKS]
        call = await called(here, Person(keys=(Press("4821#", gap_s=0.5),)), PIN)
        (pin,) = here.doors.at("/pin")
        assert (pin["Digits"], pin["FinishedOnKey"]) == ("4821", "#")
        assert call.keys == "4821#"


async def test_keys_that_stop_coming_are_posted_after_the_timeout() -> None:
    """Three digits and no hash: five seconds after the last they are taken as they are."""
    async with town() as here:
        here.doors.documents["/pin"] = [THANKS]
        call = await called(here, Person(keys=(Press("482", gap_s=1.0),)), PIN)
        assert here.doors.at("/pin")[0]["Digits"] == "482"
        assert call.said[-1][0] - call.pressed[-1][0] == pytest.approx(5.0, abs=1e-3)


async def test_the_finishing_key_alone_is_no_input() -> None:
    """As if nothing had been keyed."""
    async with town() as here:
        call = await called(here, Person(keys=(Press("#"),)), PIN)
        assert here.doors.at("/pin") == []
        assert call.keys == "#"


async def test_a_key_after_the_end_of_the_gather_is_lost_or_comes_to_the_next() -> None:
    """Twelve seconds late: the first asking is over, and what she presses goes to the second."""
    async with town() as here:
        here.doors.documents["/voice"] = [ALERT.replace("</Response>", "<Redirect>/voice</Redirect></Response>")]
        call = await called(here, Person(keys=(Press("1", after_s=12.0),)))
        assert len(here.doors.at("/voice")) == 2
        assert (here.doors.at("/keys")[0]["Digits"], call.keys, call.unheard) == ("1", "1", "")


async def test_a_key_while_nobody_listens_is_unheard() -> None:
    """Pressed during plain words: it is on the phone's record and nowhere else."""
    async with town(word_s=1.0) as here:
        gather = '<Gather action="/keys" numDigits="1" timeout="1"/>'
        first = f"<Response>{gather}<Say>one two three four five</Say>{gather}</Response>"
        call = await called(here, Person(keys=(Press("1", after_s=3.0),)), first)
        assert (call.unheard, call.keys) == ("1", "")
        assert here.doors.at("/keys") == []


async def test_each_asking_is_answered_in_its_turn() -> None:
    """Twice is repeat; nothing the second time; then one."""
    async with town() as here:
        here.doors.documents["/keys"] = [ALERT, THANKS]
        call = await called(here, Person(keys=(Press("2"), Press("1"))))
        assert [fields["Digits"] for fields in here.doors.at("/keys")] == ["2", "1"]
        assert [words for _, words in call.said].count("Anna has not arrived. Press 1.") == 2


async def test_somebody_hangs_up_in_the_middle() -> None:
    """Half a sentence; nothing more is posted but that the call is completed."""
    async with town(word_s=1.0) as here:
        call = await called(here, Person(hangs_up_after_s=2.0, keys=(Press("1", after_s=3.0),)))
        assert (call.hung_up, call.ended, call.keys) == (True, "completed", "")
        assert call.ended_at == pytest.approx((call.answered_at or 0.0) + 2.0, abs=1e-3)
        assert here.doors.at("/keys") == []
        assert here.doors.calls()[-1] == "completed"
        assert here.doors.at("/s")[-1]["CallDuration"] == "2"


@pytest.mark.parametrize("status", [404, 500])
async def test_without_a_document_an_application_error_is_said(status: int) -> None:
    """Our server is down: that is what people hear, and the call is over."""
    async with town() as here:
        here.doors.statuses["/voice"] = status
        call = await called(here, Person())
        assert (call.words, call.ended) == (ERROR_WORDS, "completed")


async def test_the_fallback_is_asked_before_an_error_is_said() -> None:
    """It is told what went wrong and where; for the answer to a key as well."""
    async with town() as here:
        here.doors.statuses["/voice"] = 503
        here.doors.documents |= {"/again": [ALERT], "/keys": ["no document"]}
        here.double.phone(BETH).picks_up("1")
        await here.call(fallback_url=here.doors.url("/again"))
        await here.passes(30.0)
        (call,) = here.double.phone(BETH).calls
        assert call.said[0][1] == "Anna has not arrived. Press 1."
        wrong = [(fields["ErrorCode"], fields["ErrorUrl"]) for fields in here.doors.at("/again")]
        assert wrong == [("11200", here.doors.url("/voice")), ("11200", here.doors.url("/keys"))]


async def test_a_call_that_lasts_too_long_is_ended() -> None:
    """By the provider, not by her."""
    async with town() as here:
        await here.call(twiml='<Response><Pause length="900"/></Response>', time_limit=600)
        await here.passes(601.0)
        (call,) = here.double.phone(BETH).calls
        assert (call.ended, call.hung_up) == ("completed", False)
        assert (call.ended_at or 0.0) - (call.answered_at or 0.0) == pytest.approx(600.0, abs=1e-3)


async def test_a_callback_that_is_not_taken_keeps_nobody_on_the_line_waiting() -> None:
    """She is read the alert while the receipt of her picking up is tried again; it comes before that of the end."""
    async with town(retry_s=60.0) as here:
        here.doors.statuses["/s"] = 503
        call = await called(here, Person(keys=(Press("1"),)), seconds=0.0)
        assert here.doors.calls() == ["initiated"]
        here.doors.statuses.clear()
        await here.passes(600.0)
        assert call.words.endswith("Thank you.")
        assert (call.ended_at or 0.0) - (call.answered_at or 0.0) < 1.0
        assert list(dict.fromkeys(here.doors.calls())) == ["initiated", "ringing", "in-progress", "completed"]


async def test_words_that_are_no_twiml_are_an_application_error() -> None:
    """After a key as well."""
    async with town() as here:
        here.doors.documents["/keys"] = ["Thank you."]
        call = await called(here, Person(keys=(Press("1"),)))
        assert call.said[-1][1] == ERROR_WORDS


async def test_redirects_without_end_come_to_an_end() -> None:
    """A document that leads to itself does not hold the provider for ever."""
    async with town() as here:
        call = await called(here, Person(), "<Response><Redirect>/voice</Redirect></Response>")
        assert call.ended == "completed"


async def test_sounds_are_written_down_and_pauses_take_their_time() -> None:
    """A sound file is not played; a pause of 7 s is one."""
    async with town() as here:
        call = await called(here, Person(), "<Response><Play>/a.mp3</Play><Pause length='7'/></Response>")
        assert (call.played, call.said) == (["/a.mp3"], [])
        assert (call.ended_at or 0.0) - (call.answered_at or 0.0) == pytest.approx(7.0, abs=1e-3)
