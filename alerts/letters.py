"""An alert as a mail: a subject that tells nobody anything, a first line that may stand on a locked screen, the words.

A mailbox is read on tablets that a family shares, and kept for years. So no subject and no first line holds a name, a
place, or what kind of alert it is; no mail says where she was (the page does, to whoever taps); and of duress a mail says
nothing at all but that the page must be read first.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from msgspec.structs import replace

from .contact import Channel
from .facts import Facts, Writer
from .language import ENGLISH
from .message import primary_tag, render
from .notice import Kind
from .words_pl import POLISH


@dataclass(frozen=True, slots=True)
class Letter:
    """What a mail says."""

    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class _Phrases:
    """`{ref}` is the alert's reference, `{her}` her name, `{link}` a page."""

    read_now: str
    news: str
    hello: str
    no_answers: str
    alone: str
    asks: str
    asking: str


_PHRASES: Final[Mapping[str, _Phrases]] = {
    ENGLISH.tag: _Phrases(
        read_now="Please open and read this now ({ref})",
        news="News of {ref}",
        hello="From Lamplit, because you agreed to be told here. Please read all of it before you do anything.",
        no_answers="Nobody reads answers to this mail: please use the page, or ring.",
        alone="About {her} ({ref}): please open this page now, by yourself, before you ring or write to anybody.\n{link}",
        asks="Is this your address?",
        asking=(
            "From Lamplit, a safety service.\n\n"
            "You agreed to be told if {her} does not get home. She would like us to write to this address too, when our "
            "texts do not reach you. If you want that, open this page and say so:\n{link}\n\n"
            "On the same page you can stop it again. If you do not know her, do nothing: you hear nothing more."
        ),
    ),
    POLISH.tag: _Phrases(
        read_now="Proszę otworzyć i przeczytać teraz ({ref})",
        news="Wiadomość: {ref}",
        hello="Od Lamplit, bo jest na to zgoda tego adresu. Proszę przeczytać całość, zanim coś zrobisz.",
        no_answers="Odpowiedzi na ten list nikt nie czyta: użyj strony albo zadzwoń.",
        alone="{her} ({ref}): otwórz teraz tę stronę, w samotności, zanim do kogokolwiek zadzwonisz lub napiszesz.\n{link}",
        asks="Czy to Twój adres?",
        asking=(
            "Od Lamplit, usługi bezpieczeństwa.\n\n"
            "Jest Twoja zgoda na wiadomości, gdyby {her} nie wróciła do domu. Prosi, byśmy pisali też tutaj, gdy SMS-y nie "
            "docierają. Jeśli tego chcesz, potwierdź to na tej stronie:\n{link}\n\n"
            "Na tej samej stronie można to cofnąć. Jeśli jej nie znasz, nie rób nic: więcej nie napiszemy."
        ),
    ),
}
_NOW: Final = frozenset(
    {
        Kind.CONCERN,
        Kind.OVERDUE,
        Kind.LATE,
        Kind.PHONE_HOME,
        Kind.NOBODY,
        Kind.SOS,
        Kind.DURESS,
        Kind.COLD,
        Kind.ANY_NEWS,
        Kind.SOS_PIN,
    }
)


def letter(kind: Kind, facts: Facts) -> Letter:
    """One alert, its news or its end as a mail; with `Kind.INVITE` the question whether this is the reader's address."""
    phrases = _PHRASES.get(primary_tag(facts.language), _PHRASES[ENGLISH.tag])
    named = {"ref": facts.reference, "her": Writer(facts, ENGLISH).name, "link": facts.link}
    if primary_tag(facts.language) == POLISH.tag:
        named["her"] = Writer(facts, POLISH).name
    if kind is Kind.INVITE:
        return Letter(phrases.asks, phrases.asking.format(**named))
    words = phrases.alone.format(**named) if kind is Kind.DURESS else _words(kind, facts)
    subject = phrases.read_now if kind in _NOW else phrases.news
    return Letter(subject.format(**named), "\n\n".join((phrases.hello, words, phrases.no_answers)))


def _words(kind: Kind, facts: Facts) -> str:
    """The text's own words, without the place, its link in a line of its own."""
    text = render(kind, replace(facts, by_mail=True, near=None), Channel.EMAIL)
    return text.replace(f" {facts.link}", f"\n{facts.link}") if facts.link else text
