"""What a voice says in a call: short, no link, digits one by one, the keys that answer, and what follows from them."""

from enum import StrEnum
from math import ceil
from typing import Final

from . import words_en
from .clauses_en import happened, here, seen, seen_without_battery, still_forced
from .facts import Writer
from .notice import Kind
from .rings import NEWS

ON_IT: Final = "1"
AGAIN: Final = "2"
CANNOT: Final = "3"
_KEYS: Final = "Press 1 if you are on it. Press 2 to hear this again. Press 3 if you cannot."
_HEARD: Final = "Press 1 if you have heard this. Press 2 to hear it again."
_THEN: Final = {
    None: " If that person goes quiet we will ring you.",
    True: " We go on ringing you with the alert until you press 1 or 3 in it.",
    False: "",
}
_HOW: Final = {
    "with_her": "says, unconfirmed, to be with",
    "police": "says, unconfirmed, that police were told of",
    "spoken": "says, unconfirmed, to have spoken to",
}
_NOT_CALLED: Final = "We have not called the police."
_TO_HER: Final = {
    Kind.PROMPT: "Press 1 for yes.",
    Kind.NUDGE: "Press 1 for yes.",
    Kind.SIGNAL_LOST: "Press 1 for yes.",
    Kind.SOS_SAFE_PROMPT: "Key your PIN, then hash.",
    Kind.DUE: "Key your PIN, then hash. For 15 minutes more, key your PIN, then star.",
}
_NEWS_TO_HER: Final = {
    Kind.CONTACT_NEWS: "Please look at your contacts.",
    Kind.NEW_PIN: "A new PIN was asked for. Was it not you? Then use your PIN once: that stops it.",
    Kind.NEW_DEVICE: "A new phone was added to your account. Was it not you? Then take it off there, with your PIN.",
}
_NEW_TRACKER: Final = "A tracker app was linked to your account. Was it not you? Then take it off there, with your PIN, and change your PINs."


class Asks(StrEnum):
    """What the keys of a call mean; any key at all says that a person has heard it."""

    ON_IT = "on_it"  # 1 on it, 2 again, 3 cannot
    HEARD = "heard"  # 1 heard, 2 again
    YES = "yes"  # hers: 1, or her PIN
    PIN = "pin"  # hers: PIN and hash, PIN and star
    NOTHING = "nothing"


_ASKS: Final = {
    Kind.PROMPT: Asks.YES,
    Kind.NUDGE: Asks.YES,
    Kind.SIGNAL_LOST: Asks.YES,
    Kind.SOS_SAFE_PROMPT: Asks.PIN,
    Kind.DUE: Asks.PIN,
    Kind.TEST: Asks.HEARD,
    Kind.CONSENT_AGAIN: Asks.HEARD,
    Kind.CODE: Asks.NOTHING,
    Kind.REPLY: Asks.NOTHING,
    Kind.CONTACT_NEWS: Asks.NOTHING,
    Kind.NEW_PIN: Asks.NOTHING,
    Kind.NEW_DEVICE: Asks.NOTHING,
}


def asks(kind: Kind, *, pin_needed: bool = False) -> Asks:
    """Which keys answer a call about `kind`."""
    if kind is Kind.PROMPT and pin_needed:
        return Asks.PIN
    return _ASKS.get(kind, Asks.HEARD if kind in NEWS else Asks.ON_IT)


def spoken(kind: Kind, w: Writer) -> str:
    """The words of one call, in English whatever the reader's language: somebody half asleep hears one voice, and the
    law's words of an emergency are those. A kind that is never rung only says that there is a text."""
    if kind in _TO_HER:
        keys = _TO_HER[Kind.SOS_SAFE_PROMPT] if kind is Kind.PROMPT and w.facts.pin_needed else _TO_HER[kind]
        return f"Hello. Is all ok? {keys}"
    if kind in _NEWS_TO_HER:
        tracker = kind is Kind.NEW_DEVICE and w.facts.words == "tracker"
        return f"Hello. {_NEW_TRACKER if tracker else _NEWS_TO_HER[kind]}"
    if kind is Kind.CODE:
        digits = " ".join(w.facts.passcode)
        return f"Your code is {digits}. Again: {digits}."
    who = (
        f"This is Lamplit, a safety service. {w.name} named you as a contact."
        if w.facts.stranger
        else "This is Lamplit."
    )
    if kind is Kind.REPLY and w.facts.reply == "no_test":
        return f"{who} {_no_test(w)}"
    words = _while_forced(w) if w.facts.forced else {}
    said = f"{who} {words.get(kind) or _to_contacts(w).get(kind, f'There is a text for you about {w.name}.')}"
    return f"{said} {_HEARD}" if kind in NEWS else said


def _no_test(w: Writer) -> str:
    return (
        f"A test was asked for on {w.name}'s phone just now. It ends nothing: what we told you of {w.name} stands, and was no "
        f"test. Do not ring or text her phone. If nobody has dialled 9 9 9, dial 9 9 9 now. {_NOT_CALLED}"
    )


def _while_forced(w: Writer) -> dict[Kind, str]:
    """News of her phone to somebody who knows that she may be forced."""
    return {
        Kind.EXTENDED: words_en.TEXTS[Kind.EXTENDED](w),
        Kind.BATTERY: words_en.TEXTS[Kind.BATTERY](w),
        Kind.WALK_WITH: f"{w.name}'s phone asks you to walk with her. {still_forced(w)}",
    }


_MISSED: Final = "Hello. If you missed a call from us, please look at your texts."
_WAY_OUT: Final = {
    "number": f"{_MISSED} Key your number, then hash.",
    "pin": "Key your PIN, then hash.",
    "own_pin": f"{_MISSED} On your own phone, key your PIN, then hash. On any other, press star.",
    "again": "Please try again. Key your PIN, then hash. For another number, press star.",
    "done": "Thank you. Goodbye.",
    "goodbye": "Please ring again later. Goodbye.",
}


def after_key(kind: Kind, key: str, w: Writer, *, told: bool = True) -> str:
    """What a contact hears after 1 or 3 in a call that asks for them. `told`: the others hear of it."""
    if key == CANNOT:
        return f"Thank you. We ask the others. If you fear for {w.name}, dial 9 9 9."
    thanks = "Thank you. We tell the others." if told else "Thank you."
    return f"{thanks} {_what_now(kind, w)}"


def _what_now(kind: Kind, w: Writer) -> str:
    number = " ".join(w.number)
    if kind is Kind.DURESS or w.facts.forced:
        return "Do not ring or text her phone. If nobody has dialled 9 9 9, dial 9 9 9 now."
    ring = f"Ring her: {number}." if number else "Ring her."
    if kind is Kind.SOS:
        hers = f" Her phone is {number}." if number else ""
        return f"Dial 9 9 9 now, unless you can see she is safe.{hers}"
    return f"{ring} If she does not answer and you fear for her, dial 9 9 9."


_SETTLED: Final = {
    "resolved": "alert is closed.",
    "taken": "alert: another contact is on it. There is nothing you must do now.",
    "answered": "alert: we have your answer. Thank you.",
}


def settled(why: str, w: Writer, *, hers: bool) -> str:
    """What a call says that nobody needs any more when it is picked up: one sentence, and goodbye."""
    if hers:
        return "Hello. All is settled. Thank you. Goodbye."
    news = _SETTLED.get(why)
    about = f"{w.name}'s {news}" if news else "There is nothing you must do now."
    return f"This is Lamplit. {about} Goodbye."


_VOICE: Final = {
    "goodbye": "Thank you. Goodbye.",
    "again": "Please try again. Key your PIN, then hash.",
    "pin": "Key your PIN, then hash.",
    "silent": "We have heard no key, so we go on. Goodbye.",
    "silent_hers": "We have heard no key. Goodbye.",
    "away": (
        "This is Lamplit, a safety service. We rang you about somebody who named you as a contact, and cannot read about "
        "what at this moment. Please stay on the line."
    ),
    "away_hers": "Hello. Please stay on the line.",
    "away_goodbye": (
        "We still cannot read it. Please look at your texts. If you fear for somebody who is on her way home, ring her. If "
        "she does not answer, dial 9 9 9. We ring you again. Goodbye."
    ),
    "away_goodbye_hers": "Please ring again later. If you are in danger, dial 9 9 9. Goodbye.",
}


def voice(say: str, wait_s: float = 0.0) -> str:
    """Sentences that are about nobody in particular. Neutral, where she may hear them: others may too."""
    words = _VOICE[say]
    return f"Please wait {ceil(wait_s)} seconds. {words}" if wait_s >= 1 and say == "again" else words


def way_out(say: str, wait_s: float = 0.0) -> str:
    """What a voice says to somebody who rings us, by `service.people.keypad.Say`. Neutral: others may hear it."""
    words = _WAY_OUT[say]
    return f"Please wait {ceil(wait_s)} seconds. {words}" if wait_s >= 1 and say == "again" else words


def _to_contacts(w: Writer) -> dict[Kind, str]:
    number = " ".join(w.number)
    ring = f"Please ring her: {number}." if number else "Please ring her."
    speak = f"Do speak to her: {number}." if number else "Do speak to her."
    hers = f" Her phone is {number}." if number else ""
    if w.facts.forced:
        ring, speak, hers = "Do not ring or text her phone.", still_forced(w), " Do not ring or text her phone."
    fear = "If she does not answer and you fear for her, dial 9 9 9."
    missing = "If she does not answer and you fear for her, dial 9 9 9 and say she is missing."
    due, now, at = w.clock(w.facts.due_at), w.clock(w.facts.as_of_at), w.clock(w.facts.cause_at)
    down = f"from {w.clock(w.facts.down_from_at)} to {w.clock(w.facts.down_to_at)}"
    late = f"Our service was down {down}, so this call is late. " if w.facts.down_from_at is not None else ""
    return {
        Kind.CONCERN: f"{late}{happened(w)} Often it is nothing. {ring} {fear} {_NOT_CALLED} {_KEYS}",
        Kind.OVERDUE: (
            f"{w.name} has not arrived. She was due at {due}, and as of {now} there is no answer.{seen(w)} "
            f"{ring} {missing} {_NOT_CALLED} {_KEYS}"
        ),
        Kind.LATE: (
            f"{late}{w.name} was due at {due}, and as of {now} "
            f"has not answered.{seen(w)} {ring} {fear} {_NOT_CALLED} {_KEYS}"
        ),
        Kind.PHONE_HOME: (
            f"{w.name}'s phone reached {w.destination} at {w.clock(w.facts.arrived_at)}, but as of {now} "
            f"she has not confirmed. {ring} {fear} {_NOT_CALLED} {_KEYS}"
        ),
        Kind.NOBODY: (
            f"{w.name} has not answered, and nobody has taken this. If you can do one thing, dial 9 9 9 "
            f"and say she is missing on her way home.{seen_without_battery(w)} {_NOT_CALLED} {_KEYS}"
        ),
        Kind.SOS: (
            f"{w.name} pressed SOS at {at}{here(w)}, and did not cancel. "
            f"Dial 9 9 9 now, unless you can see she is safe. {_NOT_CALLED}{hers} {_KEYS}"
        ),
        Kind.DURESS: (
            f"{w.name} may be forced to say she is safe. Do not ring or text her phone. Dial 9 9 9 now. "
            f"This was at {at}{here(w)}. {_NOT_CALLED} {_KEYS}"
        ),
        Kind.SOS_PIN: (
            f"After {w.name}'s SOS her PIN was given at {w.clock(w.facts.pin_given_at)}. {speak} "
            f"{fear} {_NOT_CALLED} {_KEYS}"
        ),
        Kind.ANY_NEWS: f"Any news of {w.name}? {ring} {fear} Press 1 if you are still on it. "
        "Press 2 to hear this again. Press 3 if you cannot.",
        Kind.COLD: (
            f"{w.name}'s alert is still open: as of {now} nobody has told us how she is. {ring} "
            f"If she does not answer, dial 9 9 9 and say she is missing. {_NOT_CALLED} {_KEYS}"
        ),
        Kind.CLOSED: f"{w.name}'s alert is closed. {speak}",
        Kind.TAKEN: f"{w.who} {_HOW.get(w.facts.taken_how, 'is on it for')} {w.name}.{_THEN[w.facts.rung_on]}",
        Kind.STARTED: words_en.TEXTS[Kind.STARTED](w),
        Kind.ARRIVED: words_en.TEXTS[Kind.ARRIVED](w),
        Kind.EXTENDED: f"{w.name} has put off her arrival for the third time. She is now due at {due}. {ring}",
        Kind.BATTERY: (
            f"{w.name}'s phone may die on her way. She is due at {due}. Nothing to do now: if she does not arrive we tell "
            "you."
        ),
        Kind.WALK_WITH: (
            f"{w.name} asks you to walk with her, on a page that you take no texts for. Nothing is wrong. {ring}"
        ),
        Kind.CONSENT_AGAIN: (
            f"Are you still there for {w.name}? Press 1, and we go on telling you if she does not get home. "
            "If we do not hear from you in 30 days, you hear nothing of her any more."
        ),
        Kind.TEST: f"This is a test for {w.name}. Nothing has happened. Press 1, so that she knows it works.",
    }
