"""From facts to the words of one message, in its reader's language; nothing here knows how it travels.

English is plain GSM 03.38 in at most two segments; a language that needs other letters may take four of UCS-2. What a
stranger or a map chose (names, places) gives way first, then the battery and the last sight of her; her number, the 999
line and the link never do. A kind that a language has no words for is sent in English. Calls are English.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from . import replies_en, words_en, words_pl
from .contact import Channel
from .facts import Facts, Writer
from .language import ENGLISH, Language
from .notice import Kind
from .septets import segments
from .spoken import spoken

__all__ = ["LANGUAGES", "LONGEST_LINK", "MOST_SEGMENTS", "Facts", "primary_tag", "render"]

MOST_SEGMENTS: Final = ENGLISH.alphabet.most_parts
LONGEST_LINK: Final = 60  # with a link no longer than this every text fits, whatever the names and places are
_GAPS: Final = re.compile(" {2,}")

_Words = Callable[[Writer], str]


@dataclass(frozen=True, slots=True)
class _Catalogue:
    language: Language
    texts: Mapping[Kind, _Words]
    replies: Mapping[str, _Words]

    def words(self, kind: Kind, facts: Facts) -> _Words | None:
        return self.replies.get(facts.reply) if kind is Kind.REPLY else self.texts.get(kind)


_ENGLISH: Final = _Catalogue(ENGLISH, words_en.TEXTS, replies_en.REPLIES)
_CATALOGUES: Final = {
    ENGLISH.tag: _ENGLISH,
    words_pl.POLISH.tag: _Catalogue(words_pl.POLISH, words_pl.TEXTS, words_pl.REPLIES),
}
LANGUAGES: Final = tuple(_CATALOGUES)
"""What a contact's texts can be written in."""


def primary_tag(language: str) -> str:
    """The language of a BCP 47 tag: `pl-PL` is `pl`."""
    return language.replace("_", "-").partition("-")[0].lower()


def render(kind: Kind, facts: Facts, channel: Channel) -> str:
    """The whole text of one message, or what a voice says when `channel` is a call; of a mail the words of the alert
    (`alerts.letters` has the rest)."""
    if channel is Channel.CALL:
        return spoken(kind, Writer(facts))
    if kind is Kind.REPLY and not facts.reply:
        return _finished(facts.words)
    for catalogue in (_CATALOGUES.get(primary_tag(facts.language), _ENGLISH), _ENGLISH):
        write = catalogue.words(kind, facts)
        if write is not None:
            w = Writer(facts, catalogue.language)
            return _clean(write(w), w.language) if channel is Channel.EMAIL else _fitted(write, w)
    raise ValueError(f"no words for {kind.value} {facts.reply}".rstrip())


def _fitted(write: _Words, w: Writer) -> str:
    alphabet = w.language.alphabet
    text = _clean(write(w), w.language)
    while segments(text) > alphabet.most_parts and w.give_way(max(1, alphabet.size(text) - alphabet.most)):
        text = _clean(write(w), w.language)
    # Still too long only with a link beyond LONGEST_LINK: one more segment costs less than a cut number.
    return text


def _clean(text: str, language: Language) -> str:
    return _GAPS.sub(" ", language.alphabet.spelled(text)).strip()


def _finished(words: str) -> str:
    alphabet = ENGLISH.alphabet
    return alphabet.shorten(_clean(words, ENGLISH), alphabet.most - 2)  # 2: a split extension character wastes one
