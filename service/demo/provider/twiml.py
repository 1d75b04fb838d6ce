"""TwiML read into verbs (https://www.twilio.com/docs/voice/twiml).

What this reader does not know is kept by name and does nothing. Defaults are those of the verbs' own pages: a Gather
waits 5 s, ends on #, takes any number of digits and posts them to the document's own address; without digits the next
verb is executed, unless `actionOnEmptyResult` (https://www.twilio.com/docs/voice/twiml/gather).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final
from xml.etree import ElementTree

_FOR_EVER: Final = 50
"""`loop="0"` repeats until somebody hangs up; here so many times."""


class BadTwiml(ValueError):
    """Not a document that Twilio executes (error 12100)."""


@dataclass(frozen=True, slots=True)
class Say:
    words: str
    times: int = 1


@dataclass(frozen=True, slots=True)
class Play:
    url: str


@dataclass(frozen=True, slots=True)
class Pause:
    seconds: float = 1.0


@dataclass(frozen=True, slots=True)
class Gather:
    """`action` empty: the document's own address. `most` None: any number of digits."""

    prompts: tuple["Say | Play | Pause", ...] = ()
    action: str = ""
    most: int | None = None
    ends_on: str = "#"
    timeout_s: float = 5.0
    posts_nothing: bool = False
    listens_to_keys: bool = True


@dataclass(frozen=True, slots=True)
class Redirect:
    url: str


@dataclass(frozen=True, slots=True)
class Hangup:
    pass


@dataclass(frozen=True, slots=True)
class Reject:
    busy: bool = False


@dataclass(frozen=True, slots=True)
class Unknown:
    name: str


Verb = Say | Play | Pause | Gather | Redirect | Hangup | Reject | Unknown


def read(document: str) -> tuple[Verb, ...]:
    """The verbs of a document, in order. Raises BadTwiml."""
    try:
        root = ElementTree.fromstring(document.strip())  # noqa: S314 - our own server's words, on the loopback
    except ElementTree.ParseError as error:
        raise BadTwiml(f"document cannot be parsed: {error}") from None
    if root.tag != "Response":
        raise BadTwiml(f"expected a document called Response, got {root.tag}")
    return tuple(_verb(element) for element in root)


def _verb(element: ElementTree.Element) -> Verb:
    of, text = element.attrib, " ".join("".join(element.itertext()).split())
    match element.tag:
        case "Say":
            return Say(text, _whole(of, "loop", 1) or _FOR_EVER)
        case "Play":
            return Play(text)
        case "Pause":
            return Pause(_whole(of, "length", 1))
        case "Gather":
            return _gather(element)
        case "Redirect":
            return Redirect(text)
        case "Hangup":
            return Hangup()
        case "Reject":
            return Reject(busy=of.get("reason") == "busy")
    return Unknown(element.tag)


def _gather(element: ElementTree.Element) -> Gather:
    of = element.attrib
    most = _whole(of, "numDigits", 0)
    return Gather(
        prompts=tuple(_only_sounds(_verb(inner) for inner in element)),
        action=of.get("action", ""),
        most=most or None,
        ends_on=of.get("finishOnKey", "#"),
        timeout_s=5.0 if of.get("timeout") == "auto" else float(_whole(of, "timeout", 5)),
        posts_nothing=of.get("actionOnEmptyResult", "false").lower() == "true",
        listens_to_keys="dtmf" in of.get("input", "dtmf").split(),
    )


def _only_sounds(verbs: Iterable[Verb]) -> Iterable["Say | Play | Pause"]:
    return (verb for verb in verbs if isinstance(verb, Say | Play | Pause))


def _whole(of: Mapping[str, str], name: str, otherwise: int) -> int:
    value = of.get(name, "")
    if not value:
        return otherwise
    if not value.isdecimal():
        raise BadTwiml(f"{name}: expected a whole number, got {value!r}")
    return int(value)
