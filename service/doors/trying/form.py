"""The form of `/try`, filled and read."""

from collections.abc import Mapping

from service import walks
from service.demo.introducing import Asks, Tell, Wanted
from service.demo.on_streets import ENDS
from service.doors.pages_words import distance, lasting
from service.journey.profiles import PROFILES
from service.people.duties import SOS_QUESTION
from service.people.numbers import called
from service.people.pins import policy
from service.people.refusals import Refused
from service.people.wishes import word
from service.web.pages import Choice, Frame, NamedContact, TryPage

SPEEDS = ("1", "5", "20", "60")
CONTACTS = 3
FIRST_WALK = "cerknica-town"
PIN, DURESS_PIN = "2580", "9174"
PROFILE_NOTES = {
    "relaxed": ("Relaxed", "Asks later, tells later. Nobody hears of a lost signal alone."),
    "standard": ("Standard", "Asks after 5 minutes of standing still."),
    "high_risk": ("High risk", "Asks and tells sooner; every answer takes her PIN."),
}
TELLS = {
    Tell.NOTHING: ("nothing", "As it is unless she says otherwise."),
    Tell.STARTED: ("that she has set off", "One text: when she is due. Never a place."),
    Tell.ARRIVED: ("that she has set off, and that she is home", "Two texts. Never a place."),
}
ASKS = {
    Asks.AT_ONCE: ("by text, and say YES at once", "The sandbox types it for them."),
    Asks.BY_TEXT: ("by text", "You open each phone and answer the invitation."),
    Asks.BY_LINK: ("by a link that she sends herself", "Nothing is texted before they have said yes on its page."),
}
APP, TEXT = "app", "text"
SETS_OFF = {
    APP: ("with her app", "A recorded walk; her phone streams where she is."),
    TEXT: ("by text alone", "No data: she texts WALK 30 from her phone, and OK or HOME with her PIN."),
}
PEOPLE = (NamedContact(name="Beth"), NamedContact(name="Dad"), NamedContact(name="Chloe", tier=2))


def form(frame: Frame, fields: dict[str, str] | None = None, problems: dict[str, str] | None = None) -> TryPage:
    """The form as it was typed, or as it is at first."""
    typed = fields or {}
    return TryPage(
        frame=frame,
        walks=tuple(_walk(name, typed.get("walk", FIRST_WALK)) for name in walks.names()),
        profiles=tuple(
            Choice(
                value=name,
                label=PROFILE_NOTES[name][0],
                note=PROFILE_NOTES[name][1],
                chosen=name == typed.get("profile", "standard"),
            )
            for name in PROFILES
        ),
        speeds=tuple(Choice(value=v, label=f"{v} ×", chosen=v == typed.get("speed", "20")) for v in SPEEDS),
        tells=_choices(TELLS, typed.get("tell", Tell.NOTHING)),
        asks=_choices(ASKS, typed.get("asks", Asks.AT_ONCE)),
        sets_off=_choices(SETS_OFF, typed.get("sets_off", APP)),
        sos_question=SOS_QUESTION,
        show_route="show_route" in typed,
        pin=typed.get("pin", PIN)[:12],
        duress_pin=typed.get("duress_pin", DURESS_PIN)[:12],
        first_name=typed.get("first_name", "Anna")[:80],
        destination=typed.get("destination", "home")[:80],
        contacts=_typed_contacts(typed) if fields is not None else PEOPLE,
        problems=problems or {},
    )


def read(fields: dict[str, str], frame: Frame) -> tuple[Wanted | None, TryPage]:
    """What the form asks for, or None; and the form as it was typed, with what is wrong beside each field."""
    problems: dict[str, str] = {}
    first_name = _name(fields, "first_name", "Her name", problems)
    destination = _destination(fields, problems)
    contacts = tuple(
        NamedContact(name=name, tier=one.tier, on_sos_list=one.on_sos_list)
        for n, one in enumerate(_typed_contacts(fields), 1)
        if one.name.strip() and (name := _name(fields, f"contact_{n}_name", f"Contact {n}", problems))
    )
    if not contacts and not any(name.startswith("contact_") for name in problems):
        problems["contacts"] = "At least one person has to be named, or there is nobody to tell."
    choices = {"walk": walks.names(), "profile": tuple(PROFILES), "speed": SPEEDS}
    choices |= {"tell": tuple(Tell), "asks": tuple(Asks), "sets_off": tuple(SETS_OFF)}
    fields = {"tell": Tell.NOTHING.value, "asks": Asks.AT_ONCE.value, "sets_off": APP, **fields}
    for name, known in choices.items():
        if fields.get(name) not in known:
            problems[name] = "Please choose one."
    try:
        pin, duress_pin = policy(fields.get("pin", ""), fields.get("duress_pin", ""))
    except Refused as refusal:
        pin = duress_pin = ""
        whose = "Her PIN" if refusal.field == "pin" else "Her duress PIN"
        problems[refusal.field] = f"{whose}: {refusal.detail}."
    page = form(frame, fields, problems)
    if problems:
        return None, page
    wanted = Wanted(
        first_name=first_name,
        destination=destination,
        contacts=contacts,
        asks=Asks(fields["asks"]),
        tell=Tell(fields["tell"]),
        by_text=fields["sets_off"] == TEXT,
        walk=fields["walk"],
        profile=fields["profile"],
        speed=float(fields["speed"]),
        show_route="show_route" in fields,
        pin=pin,
        duress_pin=duress_pin,
    )
    return wanted, page


def _name(fields: dict[str, str], field: str, whose: str, problems: dict[str, str]) -> str:
    try:
        return called(fields.get(field, ""), field=field)
    except Refused as refusal:
        problems[field] = f"{whose}: {refusal.detail}."
        return ""


def _destination(fields: dict[str, str], problems: dict[str, str]) -> str:
    try:
        return word(fields.get("destination", ""))
    except Refused as refusal:
        problems["destination"] = f"Where she is going: {refusal.detail}."
        return ""


def _typed_contacts(fields: dict[str, str]) -> tuple[NamedContact, ...]:
    return tuple(
        NamedContact(
            name=fields.get(f"contact_{n}_name", "")[:80],
            tier=2 if fields.get(f"contact_{n}_tier") == "2" else 1,
            on_sos_list=f"contact_{n}_sos" in fields,
        )
        for n in range(1, CONTACTS + 1)
    )


def _choices(
    options: Mapping[Tell, tuple[str, str]] | Mapping[Asks, tuple[str, str]] | Mapping[str, tuple[str, str]],
    chosen: str,
) -> tuple[Choice, ...]:
    return tuple(
        Choice(value=str(value), label=label, note=note, chosen=value == chosen)
        for value, (label, note) in options.items()
    )


def _walk(name: str, chosen: str) -> Choice:
    walk = walks.load(name)
    minutes = lasting(round(walk.duration_s / 60) * 60)
    gaps = len(walk.gaps())
    silences = f", the recorder was silent {gaps} {'time' if gaps == 1 else 'times'}" if gaps else ""
    laid = "; laid on Helsinki's streets where that map is built" if name in ENDS else ""
    note = f"{distance(walk.length_m)} in {minutes}{silences}{laid}"
    return Choice(value=name, label=walk.title, note=note, chosen=name == chosen)
