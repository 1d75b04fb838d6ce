"""Sandbox phones: every number of the sandbox as the phone its owner would hold."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from .render import Choice, Frame, render


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneRow:
    """A phone in the list. `number` is E.164 and its address `/sandbox/{number}`."""

    number: str
    whose: str
    last: str = ""
    unread: int = 0
    behaviour: str = "on"
    ringing: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SandboxPage:
    """`GET /sandbox`. No form; looks again every `refresh_s`."""

    frame: Frame
    phones: tuple[PhoneRow, ...]
    refresh_s: int = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A piece of a message; with `href` it is a link into this house."""

    text: str
    href: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bubble:
    """A message in a thread. `mine`: typed on this phone. `state`: "delivered 2 s later", "waiting: phone is off"."""

    parts: tuple[Part, ...]
    clock: str
    state: str = ""
    mine: bool = False
    spoken: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A call on this phone. `taken` False: it rings. `says`: what the voice reads. `keyed`: what was keyed so far."""

    caller: str
    taken: bool
    says: tuple[str, ...] = ()
    keyed: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadPage:
    """`GET /sandbox/{number}`. The thread looks again by itself where scripts run; without them there is a
    "look again" link, because a refresh would eat the reply being typed.

    POST `{here}/reply` with `text` · `{here}/behaviour` with `behaviour` (a value of `behaviours`)
    POST `{here}/call` with `do` = take · decline · hang_up · `{here}/keys` with `digits` (one key: 0–9, *, #)
    POST `{here}/ring` rings Lamplit from this phone
    quick: texts that are sent with one tap, by `{here}/reply` too.
    """

    frame: Frame
    here: str
    number: str
    whose: str
    bubbles: tuple[Bubble, ...]
    behaviours: tuple[Choice, ...]
    call: Call | None = None
    draft: str = ""
    quick: tuple[str, ...] = ()
    quick_hint: str = ""
    problems: Mapping[str, str] = field(default_factory=dict)
    refresh_s: int = 2


def parts_of(text: str, origin: str) -> tuple[Part, ...]:
    """Cut a message at the links that lead into this house, `origin` being its "http://host:port".

    Such a link becomes a path of this server, so the thread works under whatever name it was opened; every other
    address stays plain text: nothing on a page leads out.
    """
    found: list[Part] = []
    end = 0
    for match in re.finditer(re.escape(origin.rstrip("/")) + r"(/[\w\-.~/]*[\w\-~/])", text):
        if match.start() > end:
            found.append(Part(text=text[end : match.start()]))
        found.append(Part(text=match.group(0), href="/" + match.group(1).lstrip("/")))
        end = match.end()
    if end < len(text) or not found:
        found.append(Part(text=text[end:]))
    return tuple(found)


def render_sandbox(page: SandboxPage) -> str:
    return render("sandbox.html", page)


def render_thread(page: ThreadPage) -> str:
    return render("thread.html", page)
