"""What a call says, as Twilio reads it (TwiML); beside the gateway the only file that knows its library.

A British voice, slowly, and where it matters twice. A key interrupts it. The library is imported late: it holds 40 MB.
"""

from dataclasses import dataclass
from typing import Any, Final

VOICE: Final = "Polly.Amy"
LANGUAGE: Final = "en-GB"
PACE: Final = "85%"
"""Of how fast this voice speaks by itself: for somebody half asleep."""
PATIENCE_S: Final = 6
"""How long a key is waited for after the last word, and after every key."""
BREATH_S: Final = 1


@dataclass(frozen=True, slots=True)
class Listening:
    """Where keys are sent. `most` digits, or 0: until hash, or until nothing more is keyed."""

    url: str
    most: int = 0


def speak(
    *words: str, listening: Listening | None = None, then: str = "", wait_s: float = 0.0, instead: str = ""
) -> str:
    """A document: each of `words` after a breath; keys go to `listening`; without one it goes on at the address `then`,
    or hangs up. With `wait_s` the words are said first, nothing is listened to for so long, and then `instead` is."""
    response = _response()
    if wait_s >= 1:
        _say(response, words)
        response.pause(length=round(wait_s))
        words = (instead,) if instead else ()
    if listening is None:
        _say(response, words)
    else:
        gather = response.gather(
            input="dtmf",
            action=listening.url,
            method="POST",
            timeout=PATIENCE_S,
            finish_on_key="" if listening.most else "#",
            **({"num_digits": listening.most} if listening.most else {}),
        )
        _say(gather, words)
    if then:
        response.redirect(then, method="POST")
    else:
        response.hangup()
    return str(response)


def hang_up() -> str:
    """Says nothing."""
    return speak()


def _say(into: Any, words: tuple[str, ...]) -> None:
    for nth, sentence in enumerate(words):
        if nth:
            into.pause(length=BREATH_S)
        into.say(voice=VOICE, language=LANGUAGE).prosody(sentence, rate=PACE)


def _response() -> Any:
    from twilio.twiml.voice_response import VoiceResponse  # noqa: PLC0415 - see the module

    return VoiceResponse()
