"""What a voice says, as the provider reads it."""

from xml.etree import ElementTree

from alerts.twilio_voice import LANGUAGE, PACE, VOICE, Listening, hang_up, speak

KEYS = "https://lamplit.example/twilio/voice/keys?n=anna-1%2Fi1&k=1"
ONWARD = "https://lamplit.example/twilio/voice?t=1"


def read(document: str) -> list[ElementTree.Element]:
    root = ElementTree.fromstring(document)
    assert root.tag == "Response"
    return list(root)


def words(element: ElementTree.Element) -> str:
    return "".join(element.itertext())


def test_a_key_interrupts_what_is_said_twice() -> None:
    """Both times inside of what listens; without a key it goes on elsewhere."""
    gather, onward = read(speak("Hello.", "Hello.", listening=Listening(KEYS, most=1), then=ONWARD))

    assert [inner.tag for inner in gather] == ["Say", "Pause", "Say"]
    assert [words(inner) for inner in gather if inner.tag == "Say"] == ["Hello.", "Hello."]
    assert (gather.attrib["action"], gather.attrib["numDigits"], gather.attrib["finishOnKey"]) == (KEYS, "1", "")
    assert (onward.tag, onward.text, onward.attrib["method"]) == ("Redirect", ONWARD, "POST")


def test_a_pin_ends_with_hash_or_with_nothing_more() -> None:
    """Its length is nobody's business, a star may end it too."""
    [gather, _] = read(speak("Key your PIN.", listening=Listening(KEYS), then=ONWARD))
    assert gather.attrib["finishOnKey"] == "#"
    assert "numDigits" not in gather.attrib


def test_a_british_voice_that_takes_its_time() -> None:
    """For somebody half asleep."""
    [say, _] = read(speak("Goodbye."))
    assert (say.attrib["voice"], say.attrib["language"]) == (VOICE, LANGUAGE)
    assert say[0].attrib["rate"] == PACE


def test_without_anything_to_follow_it_hangs_up() -> None:
    """And never leaves anybody in silence."""
    assert [verb.tag for verb in read(speak("Goodbye."))] == ["Say", "Hangup"]
    assert [verb.tag for verb in read(hang_up())] == ["Hangup"]


def test_a_wait_is_said_and_nothing_is_heard_meanwhile() -> None:
    """Row 16: then it asks again."""
    said = read(speak("Please wait.", listening=Listening(KEYS), then=ONWARD, wait_s=30.4, instead="Key your PIN."))
    assert [verb.tag for verb in said] == ["Say", "Pause", "Gather", "Redirect"]
    assert said[1].attrib["length"] == "30"
    assert words(said[2]) == "Key your PIN."


def test_a_name_cannot_write_a_document() -> None:
    """What a stranger chose to be called is words."""
    [say, _] = read(speak('Anna</Say><Dial>+44"&'))
    assert words(say) == 'Anna</Say><Dial>+44"&'
