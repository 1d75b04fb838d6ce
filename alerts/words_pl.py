"""What a contact gets in an alarm, in Polish. It needs letters that only UCS-2 has, so names stay as they are written.

Names do not decline here: every sentence is built so that the name stands in the nominative. The number to dial is that
of the deployment, as in English.
"""

from collections.abc import Callable
from typing import Final

from .alphabet import UCS2
from .facts import Writer
from .language import Language
from .notice import Kind

POLISH: Final = Language(
    tag="pl",
    alphabet=UCS2,
    days=("pon.", "wt.", "śr.", "czw.", "pt.", "sob.", "niedz."),
    a_friend="Znajoma",
    another_contact="Inna osoba",
    her_destination="cel",
)
_FEAR: Final = "Nie odbiera, boisz się? Dzwoń 999."
_MISSING: Final = "Nie odbiera, boisz się? Dzwoń 999: ZAGINIĘCIE."
_NOT_CALLED: Final = "NIE wezwaliśmy policji."
_DO_NOT_RING: Final = "NIE dzwoń do niej i NIE pisz."
_NOT_CONFIRMED: Final = "Jej PIN tego nie potwierdził."


def _near(w: Writer) -> str:
    return f" k. {w.place}" if w.place else ""


def _seen(w: Writer, *, battery: bool = True) -> str:
    if w.seen_at is None:
        return ""
    left = f", bateria {w.battery}%" if battery and w.battery is not None else ""
    return f" Ostatnio {w.clock(w.seen_at)}{_near(w)}{left}."


def _here(w: Writer) -> str:
    if not w.place or w.seen_before is None:
        return _near(w)
    return f", {w.clock(w.seen_before)}{_near(w)}"


def _speak(w: Writer) -> str:
    if w.facts.forced:
        return f"To niczego nie dowodzi: alarm, że może być ZMUSZANA, trwa. {_DO_NOT_RING}"
    return "Porozmawiaj z nią."


def _ring(w: Writer) -> str:
    if w.facts.forced:
        return _DO_NOT_RING
    return f"Dzwoń do niej: {w.number}." if w.number else "Dzwoń do niej."


def _reply(w: Writer) -> str:
    if w.facts.by_mail:
        return "Na tej stronie naciśnij „I’m on it” (zajmę się):"
    return f"Odpisz {w.facts.code or 'GOT IT'} = zajmę się."


def _happened(w: Writer) -> str:
    at = w.clock(w.facts.cause_at, main=True)
    minutes = "" if w.facts.silent_min is None else f" od {w.facts.silent_min} min"
    silent = f"nie odpowiada nam{minutes}"
    near = _near(w)
    match w.facts.cause:
        case "off_route":
            return f"{w.name} zeszła z trasy o {at}{near} i {silent}."
        case "away":
            return f"{w.name} od {at}{near} oddala się od celu i {silent}."
        case "vehicle":
            return f"{w.name} szła pieszo, a od {at}{near} chyba jedzie pojazdem i {silent}."
        case "stalled":
            return f"{w.name} zatrzymała się po drodze o {at}{near} i {silent}."
        case "pause_over":
            return f"{w.name} miała stanąć tylko na chwilę o {at}{near} i {silent}."
        case "signal_lost":
            return f"{w.name}: jej telefon milczy od {at}{near}, a ona {silent}."
        case "wrong_pins":
            asked = f" Nie odpowiada nam{minutes}." if w.facts.silent_min is not None else ""
            return f"{w.name}: na jej telefonie 3 razy podano zły PIN o {at}{near}.{asked}"
        case _:
            return f"{w.name} o {at}{near} zapytana, czy wszystko OK, {silent}."


def _late_by_us(w: Writer) -> str:
    if w.down_at is None:
        return ""
    return f"Nasz system nie działał {'-'.join(map(w.clock, w.down_at))}, stąd opóźnienie. "


def _concern(w: Writer) -> str:
    often = "" if w.down_at else " Często to nic złego."
    return f"{_late_by_us(w)}{_happened(w)}{often} {_ring(w)} {_FEAR} {_reply(w)} {w.facts.link}"


def _overdue(w: Writer) -> str:
    return (
        f"{w.name} NIE dotarła. Termin {w.clock(w.facts.due_at)}, "
        f"o {w.clock(w.facts.as_of_at, main=True)} cisza.{_seen(w)} {_ring(w)} "
        f"{_MISSING} {_NOT_CALLED} {_reply(w)} {w.facts.link}"
    )


def _late(w: Writer) -> str:
    return (
        f"{_late_by_us(w)}{w.name}: termin {w.clock(w.facts.due_at)}, "
        f"o {w.clock(w.facts.as_of_at, main=True)} cisza.{_seen(w)} {_ring(w)} "
        f"{_FEAR} {_reply(w)} {w.facts.link}"
    )


def _phone_home(w: Writer) -> str:
    return (
        f"{w.name}: jej telefon u celu ({w.destination}) od {w.clock(w.facts.arrived_at)}, do "
        f"{w.clock(w.facts.as_of_at, main=True)} nie potwierdziła. {_ring(w)} "
        f"{_FEAR} {_NOT_CALLED} {_reply(w)} {w.facts.link}"
    )


def _nobody(w: Writer) -> str:
    return (
        f"{w.name} nie odpowiada i nikt się tym nie zajął ({w.facts.reference}). Jej bliscy nie mogą lub nie "
        "odpowiedzieli. Jeśli możesz zrobić jedno: dzwoń 999, zgłoś ZAGINIĘCIE w drodze do domu."
        f"{_seen(w, battery=False)} {w.facts.link}"
    )


def _sos(w: Writer) -> str:
    at = w.clock(w.facts.cause_at, main=True)
    asked = "Prosi o pomoc, nie odwołała. Dzwoń teraz 999, chyba że widzisz, że jest bezpieczna."
    if w.facts.stranger:
        number = f" ({w.number})" if w.number else ""
        return f"Tu Lamplit: {w.name}{number} podała nam ten numer. SOS, {at}{_here(w)}. {asked} {_NOT_CALLED}"
    number = f" {_DO_NOT_RING}" if w.facts.forced else f" Jej telefon: {w.number}." if w.number else ""
    return f"SOS: {w.name}, {at}{_here(w)}. {asked} {_NOT_CALLED}{number} {_reply(w)} {w.facts.link}"


def _duress(w: Writer) -> str:
    return (
        f"{w.name} może być ZMUSZANA, by mówić, że jest bezpieczna. {_DO_NOT_RING} Dzwoń teraz 999. "
        f"{w.clock(w.facts.cause_at, main=True)}{_here(w)}. {_NOT_CALLED} {_reply(w)} {w.facts.link}"
    )


def _then(w: Writer) -> str:
    code = w.facts.code
    if w.facts.rung_on is None:
        return " Jeśli ta osoba zamilknie, zadzwonimy do Ciebie."
    if not w.facts.rung_on:
        return ""
    if w.facts.by_mail:
        return f" Będziemy próbować, aż odpowiesz na tej stronie: {w.facts.link}"
    yes, no = (code, f"{code} NIE") if code else ("GOT IT", "CANT")
    return f" Będziemy próbować, aż odpowiesz: {yes} = też się zajmę, {no} = nie mogę."


def _taken(w: Writer) -> str:
    since = w.clock(w.facts.taken_since_at, main=True)
    match w.facts.taken_how:
        case "with_her":
            return f"{w.who} podaje o {since}: {w.name} jest obok. {_NOT_CONFIRMED}{_then(w)}"
        case "police":
            return f"{w.who} podaje o {since}: policja już wie ({w.name}). Nikt tego nie potwierdził.{_then(w)}"
        case "spoken":
            return f"{w.who} podaje o {since}: {w.name} odezwała się w rozmowie. {_NOT_CONFIRMED}{_then(w)}"
    return f"{w.who} zajmuje się tym od {since} ({w.name}).{_then(w)}"


def _any_news(w: Writer) -> str:
    code = w.facts.code
    choice = f"{code}, jeśli nadal, {code} NIE" if code else "GOT IT, jeśli nadal, CANT"
    say = "Odpowiedz na tej stronie." if w.facts.by_mail else f"Odpisz {choice}, jeśli nie możesz."
    return (
        f"{w.name}: są wieści? Zajmujesz się tym od {w.clock(w.facts.taken_since_at, main=True)}. "
        f"{say} {_ring(w)} {_FEAR} {w.facts.link}"
    )


def _closed(w: Writer) -> str:
    match w.facts.closed_by:
        case "pin" | "ended":
            at = w.facts.pin_given_at if w.facts.pin_given_at is not None else w.facts.closed_at
            how = f"zamknięty, jej PIN podano o {w.clock(at, main=True)}"
        case "operator":
            how = f"zamknięty przez operatora o {w.clock(w.facts.closed_at, main=True)}"
        case "arrived":
            how = f"zamknięty, jej telefon dotarł do celu o {w.clock(w.facts.closed_at, main=True)}"
        case _:
            how = f"zamknięty o {w.clock(w.facts.closed_at, main=True)}"
    return (
        f"{w.name}: alarm {w.facts.reference} {how}. {_speak(w)} "
        f"Starszy SMS o {w.facts.reference}, który przyjdzie później, zignoruj."
    )


def _sos_pin(w: Writer) -> str:
    speak = f"Porozmawiaj z nią: {w.number}. {_FEAR}" if w.number else f"Porozmawiaj z nią. {_FEAR}"
    return (
        f"{w.name}, SOS {w.facts.reference}: jej PIN podano o {w.clock(w.facts.pin_given_at, main=True)}, zaraz potem. "
        f"{_speak(w) if w.facts.forced else speak} {_NOT_CALLED} {_reply(w)} {w.facts.link}"
    )


def _cold(w: Writer) -> str:
    return (
        f"{w.name}: alarm {w.facts.reference} wciąż otwarty, o {w.clock(w.facts.as_of_at, main=True)} nikt nie wie, "
        f"co z nią.{_seen(w, battery=False)} {_ring(w)} Nie odbiera? Dzwoń 999: ZAGINIĘCIE. "
        f"{_NOT_CALLED} {_reply(w)} {w.facts.link}"
    )


def _hint(w: Writer) -> str:
    if not w.facts.code:
        return "Odpisz GOT IT, jeśli się zajmiesz, CANT, jeśli nie możesz"
    return f"Odpisz {w.facts.code}, jeśli się zajmiesz, {w.facts.code} NIE, jeśli nie możesz"


TEXTS: Final[dict[Kind, Callable[[Writer], str]]] = {
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
}


def _until(w: Writer) -> str:
    return f" Zapytamy ponownie o {w.clock(w.facts.answer_at)}." if w.facts.answer_at is not None else ""


def _over(w: Writer) -> str:
    at = f" o {w.clock(w.facts.answer_at, main=True)}" if w.facts.answer_at is not None else ""
    return f"{w.name}: alarm {w.facts.reference} był już zamknięty{at}. Porozmawiaj z nią."


REPLIES: Final[dict[str, Callable[[Writer], str]]] = {
    "taken": lambda w: (
        f"Dziękujemy, inni wiedzą, że się tym zajmujesz.{_until(w)} Boisz się o nią? Dzwoń 999, my nie dzwonimy."
    ),
    "taken_enough": lambda _: "Dziękujemy. To już trwa bez wieści, więc pytamy też innych.",
    "cant": lambda _: "Dziękujemy za odpowiedź. Pytamy dalej innych.",
    "with_her": lambda w: f"Dziękujemy. Poproś ją, by odpisała swoim PIN-em: tylko to kończy alarm.{_until(w)}",
    "police": lambda w: f"Dziękujemy, inni dowiedzą się, że policja wie.{_until(w)}",
    "spoken": lambda w: f"Dziękujemy, inni dowiedzą się o rozmowie. Alarm kończy tylko jej PIN.{_until(w)}",
    "noted": lambda _: "Dziękujemy, zapisane. Pytamy też innych. Boisz się o nią? Dzwoń 999, my nie dzwonimy.",
    "over": _over,
}
