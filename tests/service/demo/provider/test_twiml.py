"""TwiML as the library writes it, read back."""

import pytest
from twilio.twiml.voice_response import Gather as Written
from twilio.twiml.voice_response import VoiceResponse

from service.demo.provider.twiml import (
    BadTwiml,
    Gather,
    Hangup,
    Pause,
    Play,
    Redirect,
    Reject,
    Say,
    Unknown,
    read,
)


def test_what_the_library_writes_is_read() -> None:
    """Every verb of a call, in order, with its attributes."""
    response = VoiceResponse()
    gather = Written(action="/keys?n=1&m=2", num_digits=1, timeout=10, finish_on_key="", action_on_empty_result=True)
    gather.say("Press 1 & be quick.", voice="alice")
    gather.pause(length=2)
    response.append(gather)
    response.say("Goodbye.", loop=2)
    response.play("https://lamplit.example/a.mp3")
    response.pause()
    response.redirect("/again")
    response.hangup()
    response.reject(reason="busy")
    response.dial("+44")
    assert read(str(response)) == (
        Gather((Say("Press 1 & be quick."), Pause(2)), "/keys?n=1&m=2", 1, "", 10.0, posts_nothing=True),
        Say("Goodbye.", 2),
        Play("https://lamplit.example/a.mp3"),
        Pause(1),
        Redirect("/again"),
        Hangup(),
        Reject(busy=True),
        Unknown("Dial"),
    )


def test_a_gather_has_the_published_defaults() -> None:
    """Five seconds, ends on #, any number of digits, the document's own address, nothing posted for nothing."""
    assert read("<Response><Gather/></Response>") == (
        Gather((), "", None, "#", 5.0, posts_nothing=False, listens_to_keys=True),
    )


def test_speech_is_no_keypad() -> None:
    """A Gather that listens for words hears no key; one that listens for both does."""
    (speech,) = read('<Response><Gather input="speech"/></Response>')
    (both,) = read('<Response><Gather input="speech dtmf"/></Response>')
    assert isinstance(speech, Gather)
    assert isinstance(both, Gather)
    assert (speech.listens_to_keys, both.listens_to_keys) == (False, True)


def test_marks_inside_words_are_left_out() -> None:
    """Speech marks are for the voice; line ends are spaces."""
    assert read("<Response><Say>One <break/>\n  <emphasis>two</emphasis></Say></Response>") == (Say("One two"),)


@pytest.mark.parametrize(
    "document",
    ["", "hello", "<Response>", "<html/>", '<Response><Pause length="soon"/></Response>'],
    ids=["nothing", "no xml", "half", "another root", "no number"],
)
def test_what_is_no_twiml_is_refused(document: str) -> None:
    """With a reason, never half executed."""
    with pytest.raises(BadTwiml):
        read(document)
