"""Clauses that several English texts and calls share."""

from .facts import Writer


def near(w: Writer) -> str:
    """The place, led by a space, or nothing."""
    return f" near {w.place}" if w.place else ""


def seen(w: Writer) -> str:
    """The sentence "Last seen …", with a leading space, or nothing where nobody saw her."""
    if w.seen_at is None:
        return ""
    battery = f", battery {w.battery}%" if w.battery is not None else ""
    return f" Last seen {w.clock(w.seen_at)}{near(w)}{battery}."


def seen_without_battery(w: Writer) -> str:
    """The same where the battery says nothing any more."""
    return "" if w.seen_at is None else f" Last seen {w.clock(w.seen_at)}{near(w)}."


def here(w: Writer) -> str:
    """The place of an SOS, led by a comma; with its own time when the place is older than the cry for help."""
    if not w.place:
        return ""
    return f",{near(w)}" if w.seen_before is None else f", {w.clock(w.seen_before)}{near(w)}"


def reply(w: Writer) -> str:
    """How to say that one is on it."""
    if w.facts.by_mail:
        return 'On this page, press "I\'m on it":'
    return f"Reply {w.facts.code or 'GOT IT'} = you are on it."


def then(w: Writer) -> str:
    """What a reader may expect once somebody else has it, led by a space (rows 13 and 14)."""
    code = w.facts.code
    if w.facts.rung_on is None:
        return " If that person goes quiet we will ring you."
    if not w.facts.rung_on:
        return ""
    if w.facts.by_mail:
        return f" We go on trying you until you answer on this page: {w.facts.link}"
    yes, no = (code, f"{code} NO") if code else ("GOT IT", "CANT")
    return f" We go on trying you until you answer: reply {yes} = you are on it too, {no} = you cannot."


DO_NOT_RING = "Do NOT ring or text her phone."


def ring(w: Writer) -> str:
    """What a reader should do first."""
    if w.facts.forced:
        return DO_NOT_RING
    return f"Please ring her: {w.number}." if w.number else "Please ring her."


def ring_short(w: Writer) -> str:
    """The same in fewer words."""
    if w.facts.forced:
        return DO_NOT_RING
    return f"Ring her {w.number}." if w.number else "Ring her."


def speak(w: Writer) -> str:
    """What a reader should do when it is over."""
    return still_forced(w) if w.facts.forced else "Do speak to her."


def still_forced(w: Writer) -> str:
    """To somebody who has been told that she may be forced, beside news that would say otherwise."""
    return f"It proves nothing: our alert that {w.name} may be FORCED is still open. {DO_NOT_RING}"


def late_by_us(w: Writer) -> str:
    """That we were down and are late, with a space behind it, or nothing."""
    if w.down_at is None:
        return ""
    return f"Our service was down {'-'.join(map(w.clock, w.down_at))}, so this is late. "


def happened(w: Writer) -> str:
    """The first half of a concern: what was seen, when, where, and that she has not answered."""
    where = f"{w.clock(w.facts.cause_at, main=True)}{near(w)}"
    minutes = "" if w.facts.silent_min is None else f" for {w.facts.silent_min} min"
    silent = f"has not answered us{minutes}"
    match w.facts.cause:
        case "off_route":
            return f"{w.name} left her route at {where} and {silent}."
        case "away":
            return f"{w.name} has been moving away from where she was going since {where} and {silent}."
        case "vehicle":
            return f"{w.name} was on foot, seems to be in a vehicle since {where} and {silent}."
        case "stalled":
            return f"{w.name} stopped on her way at {where} and {silent}."
        case "pause_over":
            return f"{w.name} said she would stop for a while, at {where}, and {silent}."
        case "signal_lost":
            return f"{w.name}'s phone has been silent since {where}. She {silent}."
        case "wrong_pins":
            asked = f" She {silent}." if w.facts.silent_min is not None else ""
            return f"A wrong PIN was keyed 3 times on {w.name}'s phone at {where}.{asked}"
        case _:
            return f"{w.name} was asked if all is ok at {where} and {silent}."
