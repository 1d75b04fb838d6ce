"""Every text Lamplit sends, in English. Those of the law stand here word for word.

To her they are neutral: others may read her phone. No text ever holds coordinates.
"""

from collections.abc import Callable
from typing import Final

from .clauses_en import (
    DO_NOT_RING,
    happened,
    here,
    late_by_us,
    reply,
    ring,
    ring_short,
    seen,
    seen_without_battery,
    speak,
    still_forced,
    then,
)
from .facts import Writer
from .notice import Kind

Words = Callable[[Writer], str]


# ── to her ───────────────────────────────────────────────────────────────────────────────────────────────


def _prompt(w: Writer) -> str:
    return "All ok? Reply OK and your PIN." if w.facts.pin_needed else "All ok? Reply OK."


def _due(_: Writer) -> str:
    return "All ok? Reply OK and your PIN, or MORE 15"


def _nudge(_: Writer) -> str:
    return "All ok for time? If not, reply MORE 10 or MORE 30."


def _signal_lost(_: Writer) -> str:
    return "Your phone has gone quiet. All ok? Reply OK."


def _sos_safe_prompt(_: Writer) -> str:
    return "All ok? Reply OK and your PIN."


def _contact_news(_: Writer) -> str:
    return "Please look at your contacts."


def _new_pin(w: Writer) -> str:
    """Alarming enough for her if it was not she who asked, and nothing to learn from for anybody else."""
    stop = "Not you? Reply OK and your PIN: that stops it."
    if w.facts.words == "asked":
        return f"A new PIN was asked for. It can be set from this time tomorrow. {stop}"
    return f"A new PIN can be set now. {stop}"


def _new_device(w: Writer) -> str:
    if w.facts.words == "tracker":
        return (
            "A tracker app was linked to your account. Not you? Take it off there with your PIN, and change your PINs."
        )
    return "A new phone was added to your account. Not you? Take it off there with your PIN, and change your PINs."


def _code(w: Writer) -> str:
    return f"{w.facts.passcode} is your Lamplit code. Nobody from Lamplit will ever ask you for it."


# ── to contacts, in an incident ──────────────────────────────────────────────────────────────────────────


def _concern(w: Writer) -> str:
    often = "" if w.down_at else " Often it is nothing."
    return (
        f"{late_by_us(w)}{happened(w)}{often} {ring(w)} No answer and you fear for her: dial 999. "
        f"{reply(w)} {w.facts.link}"
    )


def _overdue(w: Writer) -> str:
    return (
        f"{w.name} has NOT arrived. Due {w.clock(w.facts.due_at)}, "
        f"as of {w.clock(w.facts.as_of_at, main=True)} no answer.{seen(w)} {ring_short(w)} "
        "No answer and you fear for her: dial 999, say she is MISSING. We have NOT called police. "
        f"{reply(w)} {w.facts.link}"
    )


def _late(w: Writer) -> str:
    return (
        f"{late_by_us(w)}{w.name} was due {w.clock(w.facts.due_at)} "
        f"and as of {w.clock(w.facts.as_of_at, main=True)} has not answered.{seen(w)} {ring_short(w)} "
        f"No answer and you fear for her: dial 999. {reply(w)} {w.facts.link}"
    )


def _phone_home(w: Writer) -> str:
    return (
        f"{w.name}'s phone reached {w.destination} at {w.clock(w.facts.arrived_at)} "
        f"but as of {w.clock(w.facts.as_of_at, main=True)} she has not confirmed. {ring(w)} "
        f"No answer and you fear for her: dial 999. We have NOT called police. {reply(w)} {w.facts.link}"
    )


def _nobody(w: Writer) -> str:
    return (
        f"{w.name} has not answered and nobody has taken this ({w.facts.reference}). "
        "All her contacts cannot or did not answer. If you can do one thing: dial 999, "
        f"say she is MISSING on her way home.{seen_without_battery(w)} {w.facts.link}"
    )


def _sos(w: Writer) -> str:
    if w.facts.stranger:
        return _sos_to_a_stranger(w)
    number = f" {DO_NOT_RING}" if w.facts.forced else f" Her phone {w.number}." if w.number else ""
    return (
        f"SOS from {w.name}, {w.clock(w.facts.cause_at, main=True)}{here(w)}. She asked for help and did not cancel. "
        f"Dial 999 now unless you can see she is safe. We have NOT called police.{number} {reply(w)} {w.facts.link}"
    )


def _sos_to_a_stranger(w: Writer) -> str:
    """To somebody who has not said YES: who we are, why we write, and nothing to tap on."""
    number = f" ({w.number})" if w.number else ""
    return (
        f"This is Lamplit, a safety service. {w.name}{number} named you as a contact. "
        f"SOS from her, {w.clock(w.facts.cause_at, main=True)}{here(w)}. She asked for help and did not cancel. "
        "Dial 999 now unless you can see she is safe. We have NOT called police."
    )


def _duress(w: Writer) -> str:
    return (
        f"{w.name} may be FORCED to say she is safe. Do NOT ring or text her phone. Dial 999 now. "
        f"{w.clock(w.facts.cause_at, main=True)}{here(w)}. We have NOT called police. {reply(w)} {w.facts.link}"
    )


def _taken(w: Writer) -> str:
    since = w.clock(w.facts.taken_since_at, main=True)
    match w.facts.taken_how:
        case "with_her":
            return f"{w.who} says at {since} that {w.name} is with them. Her PIN has not confirmed it.{then(w)}"
        case "police":
            return f"{w.who} says that police were told of {w.name} by {since}. Nobody has confirmed it.{then(w)}"
        case "spoken":
            return f"{w.who} says at {since} to have spoken to {w.name}. Her PIN has not confirmed it.{then(w)}"
    return f"{w.who} is on it for {w.name} since {since}.{then(w)}"


def _any_news(w: Writer) -> str:
    code = w.facts.code
    choice = f"{code} if you are still on it, {code} NO" if code else "GOT IT if you are still on it, CANT"
    say = "Say so on this page, also if you cannot go on." if w.facts.by_mail else f"Reply {choice} if you cannot."
    return (
        f"Any news of {w.name}? You took this at {w.clock(w.facts.taken_since_at, main=True)}. "
        f"{say} {ring_short(w)} No answer and you fear for her: dial 999. {w.facts.link}"
    )


def _closed(w: Writer) -> str:
    alert = f"{w.name}'s alert {w.facts.reference}"
    match w.facts.closed_by:
        case "pin" | "ended":
            at = w.facts.pin_given_at if w.facts.pin_given_at is not None else w.facts.closed_at
            how = f"is closed: her PIN was given at {w.clock(at, main=True)}"
        case "operator":
            how = f"was closed by an operator at {w.clock(w.facts.closed_at, main=True)}"
        case "arrived":
            how = f"is closed: her phone arrived at {w.clock(w.facts.closed_at, main=True)}"
        case _:
            how = f"was closed at {w.clock(w.facts.closed_at, main=True)}"
    return f"{alert} {how}. {speak(w)} If an older text about {w.facts.reference} reaches you late, ignore it."


def _sos_pin(w: Writer) -> str:
    at = w.clock(w.facts.pin_given_at, main=True)
    speak_now = f"Do speak to her: {w.number or 'ring her'}. No answer and you fear for her: dial 999."
    return (
        f"{w.name}'s SOS {w.facts.reference}: her PIN was given at {at}, soon after it. "
        f"{still_forced(w) if w.facts.forced else speak_now} We have NOT called police. {reply(w)} {w.facts.link}"
    )


def _cold(w: Writer) -> str:
    return (
        f"{w.name}'s alert {w.facts.reference} is still open: as of {w.clock(w.facts.as_of_at, main=True)} nobody has "
        f"told us how she is.{seen_without_battery(w)} {ring_short(w)} No answer: dial 999, say she is MISSING. "
        f"We have NOT called police. {reply(w)} {w.facts.link}"
    )


def _hint(w: Writer) -> str:
    if not w.facts.code:
        return "Reply GOT IT if you are on it, CANT if you cannot"
    return f"Reply {w.facts.code} if you are on it, {w.facts.code} NO if you cannot"


# ── to contacts, otherwise ───────────────────────────────────────────────────────────────────────────────


def _started(w: Writer) -> str:
    due = f" and is due at {w.clock(w.facts.due_at, main=True)}" if w.facts.due_at is not None else ""
    if w.facts.forced:
        return f"{w.name}'s phone has set off{due}. {still_forced(w)}"
    return f"{w.name} has set off{due}. Nothing to do now: if she does not arrive we tell you."


def _arrived(w: Writer) -> str:
    """To those who asked to hear of her arrival: never that she arrived where she, or somebody else, ended it."""
    ended_at = w.clock(w.facts.closed_at, main=True)
    match w.facts.closed_by:
        case "arrived":
            arrived_at = w.facts.arrived_at if w.facts.arrived_at is not None else w.facts.closed_at
            if w.facts.forced:
                return f"{w.name}'s phone arrived at {w.clock(arrived_at, main=True)}. {still_forced(w)}"
            return f"{w.name} arrived at {w.clock(arrived_at, main=True)}. Nothing to do."
        case "operator":
            return f"{w.name}'s journey was closed by an operator at {ended_at}. {speak(w)}"
    if w.facts.forced:
        return f"{w.name}'s journey was ended at {ended_at}. {still_forced(w)}"
    return f"{w.name} ended her journey at {ended_at}. Nothing to do."


def _extended(w: Writer) -> str:
    by = f", by {w.facts.extended_min} min" if w.facts.extended_min is not None else ""
    due = f": now due {w.clock(w.facts.due_at, main=True)}" if w.facts.due_at is not None else ""
    ring_her = still_forced(w) if w.facts.forced else f"Not like her? {ring_short(w)}"
    return f"{w.name} has put off her arrival for the third time{by}{due}. {ring_her}"


def _battery(w: Writer) -> str:
    level = f"is at {w.battery}%" if w.battery is not None else "has little battery left"
    due = f"She is due {w.clock(w.facts.due_at, main=True)}. " if w.facts.due_at is not None else ""
    if w.facts.forced:
        return f"{w.name}'s phone {level} and may die. {due}{still_forced(w)}"
    return (
        f"{w.name}'s phone {level} and may die on her way. {due}"
        "Nothing to do now: if she does not arrive we tell you, with or without her phone."
    )


def _walk_with(w: Writer) -> str:
    if w.facts.forced:
        return f"{w.name}'s phone asks you to walk with her: see where it is. {still_forced(w)} {w.facts.link}"
    return (
        f"{w.name} asks you to walk with her: see where she is, until she ends it. She sees when you look. "
        f"Nothing is wrong. {w.facts.link}"
    )


def _invite(w: Writer) -> str:
    number = f" ({w.number})" if w.number else ""
    return (
        f"{w.name}{number} asks: may Lamplit tell you if she does not get home? You ring her or dial 999: we never do. "
        "You see her place only in an alert. Reply YES = you agree; we keep your number. "
        f"No reply: no text but an SOS. LEAVE ends it. {w.facts.link}"
    )


def _welcome(w: Writer) -> str:
    return (
        f"Thank you. If {w.name} does not arrive we text and ring you. Save this number, so that it rings at night. "
        f"To leave, reply LEAVE. Never STOP: that would block her alerts. {w.facts.link}"
    )


def _consent_again(w: Writer) -> str:
    number = f" ({w.number})" if w.number else ""
    return (
        f"Are you still there for {w.name}{number}? Reply YES and Lamplit goes on telling you if she does not get home. "
        f"No answer in 30 days: you hear nothing of her any more. To leave now, reply LEAVE. {w.facts.link}"
    )


def _test(w: Writer) -> str:
    return (
        f"TEST for {w.name}: nothing has happened. This is how a Lamplit alert reaches you. "
        f"Please reply {w.facts.code or 'GOT IT'}, so that she knows it works. {w.facts.link}"
    )


TEXTS: Final[dict[Kind, Words]] = {
    Kind.PROMPT: _prompt,
    Kind.DUE: _due,
    Kind.NUDGE: _nudge,
    Kind.SIGNAL_LOST: _signal_lost,
    Kind.SOS_SAFE_PROMPT: _sos_safe_prompt,
    Kind.CONTACT_NEWS: _contact_news,
    Kind.NEW_PIN: _new_pin,
    Kind.NEW_DEVICE: _new_device,
    Kind.CODE: _code,
    Kind.CONCERN: _concern,
    Kind.OVERDUE: _overdue,
    Kind.LATE: _late,
    Kind.PHONE_HOME: _phone_home,
    Kind.NOBODY: _nobody,
    Kind.SOS: _sos,
    Kind.DURESS: _duress,
    Kind.TAKEN: _taken,
    Kind.ANY_NEWS: _any_news,
    Kind.CLOSED: _closed,
    Kind.SOS_PIN: _sos_pin,
    Kind.COLD: _cold,
    Kind.HINT: _hint,
    Kind.STARTED: _started,
    Kind.ARRIVED: _arrived,
    Kind.EXTENDED: _extended,
    Kind.BATTERY: _battery,
    Kind.WALK_WITH: _walk_with,
    Kind.INVITE: _invite,
    Kind.WELCOME: _welcome,
    Kind.CONSENT_AGAIN: _consent_again,
    Kind.TEST: _test,
}
