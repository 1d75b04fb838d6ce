"""An alarm in Polish: its words, its letters, its price."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from alerts.contact import Channel
from alerts.message import render
from alerts.notice import Kind
from alerts.septets import encodable, segments, units
from alerts.words_pl import REPLIES, TEXTS

from .known import LINK, LONG_LINK, LONGEST, at, known

# kind, what is known, the text, its 16-bit units with a link of 48 characters
TABLE = [
    (
        Kind.CONCERN,
        {},
        f"Łucja zeszła z trasy o 23:14 k. High St, Rochester i nie odpowiada nam od 5 min. Często to nic złego. "
        f"Dzwoń do niej: 07700900123. Nie odbiera, boisz się? Dzwoń 999. Odpisz 42 = zajmę się. {LINK}",
        236,
    ),
    (
        Kind.CONCERN,
        {
            "down_from_at": at("23:16"),
            "down_to_at": at("23:31"),
            "as_of_at": at("23:35"),
            "silent_min": 21,
            "near": "High St",
        },
        f"Nasz system nie działał 23:16-23:31, stąd opóźnienie. Łucja zeszła z trasy o 23:14 k. High St i nie "
        f"odpowiada nam od 21 min. Dzwoń do niej: 07700900123. Nie odbiera, boisz się? Dzwoń 999. "
        f"Odpisz 42 = zajmę się. {LINK}",
        259,
    ),
    (
        Kind.OVERDUE,
        {"name": "Ala"},
        f"Ala NIE dotarła. Termin 23:30, o 23:42 cisza. Ostatnio 23:28 k. High St, Rochester, bateria 14%. "
        f"Dzwoń do niej: 07700900123. Nie odbiera, boisz się? Dzwoń 999: ZAGINIĘCIE. NIE wezwaliśmy policji. "
        f"Odpisz 42 = zajmę się. {LINK}",
        267,
    ),
    (
        Kind.LATE,
        {"down_from_at": at("23:05"), "down_to_at": at("23:25"), "due_at": at("23:12"), "as_of_at": at("23:27")},
        f"Nasz system nie działał 23:05-23:25, stąd opóźnienie. Łucja: termin 23:12, o 23:27 cisza. "
        f"Ostatnio 23:28 k. High St, bateria 14%. Dzwoń do niej: 07700900123. Nie odbiera, boisz się? Dzwoń 999. "
        f"Odpisz 42 = zajmę się. {LINK}",
        264,
    ),
    (
        Kind.PHONE_HOME,
        {"destination": "dom", "arrived_at": at("23:31"), "as_of_at": at("23:45")},
        f"Łucja: jej telefon u celu (dom) od 23:31, do 23:45 nie potwierdziła. Dzwoń do niej: 07700900123. "
        f"Nie odbiera, boisz się? Dzwoń 999. NIE wezwaliśmy policji. Odpisz 42 = zajmę się. {LINK}",
        227,
    ),
    (
        Kind.NOBODY,
        {},
        f"Łucja nie odpowiada i nikt się tym nie zajął (K742). Jej bliscy nie mogą lub nie odpowiedzieli. Jeśli możesz "
        f"zrobić jedno: dzwoń 999, zgłoś ZAGINIĘCIE w drodze do domu. Ostatnio 23:28 k. High St, Rochester. {LINK}",
        255,
    ),
    (
        Kind.SOS,
        {"last_seen_at": at("23:14")},
        f"SOS: Łucja, 23:14 k. High St, Rochester. Prosi o pomoc, nie odwołała. Dzwoń teraz 999, chyba że widzisz, że jest "
        f"bezpieczna. NIE wezwaliśmy policji. Jej telefon: 07700900123. Odpisz 42 = zajmę się. {LINK}",
        246,
    ),
    (
        Kind.SOS,
        {"last_seen_at": at("23:02"), "stranger": True},
        "Tu Lamplit: Łucja (07700900123) podała nam ten numer. SOS, 23:14, 23:02 k. High St, Rochester. Prosi o pomoc, "
        "nie odwołała. Dzwoń teraz 999, chyba że widzisz, że jest bezpieczna. NIE wezwaliśmy policji.",
        202,
    ),
    (
        Kind.DURESS,
        {"last_seen_at": at("23:14")},
        f"Łucja może być ZMUSZANA, by mówić, że jest bezpieczna. NIE dzwoń do niej i NIE pisz. Dzwoń teraz 999. 23:14 "
        f"k. High St, Rochester. NIE wezwaliśmy policji. Odpisz 42 = zajmę się. {LINK}",
        226,
    ),
    (
        Kind.TAKEN,
        {"taken_since_at": at("23:46")},
        "Inna osoba zajmuje się tym od 23:46 (Łucja). Jeśli ta osoba zamilknie, zadzwonimy do Ciebie.",
        92,
    ),
    (
        Kind.ANY_NEWS,
        {"taken_since_at": at("23:46")},
        f"Łucja: są wieści? Zajmujesz się tym od 23:46. Odpisz 42, jeśli nadal, 42 NIE, jeśli nie możesz. "
        f"Dzwoń do niej: 07700900123. Nie odbiera, boisz się? Dzwoń 999. {LINK}",
        207,
    ),
    (
        Kind.CLOSED,
        {"pin_given_at": at("23:51")},
        "Łucja: alarm K742 zamknięty, jej PIN podano o 23:51. Porozmawiaj z nią. "
        "Starszy SMS o K742, który przyjdzie później, zignoruj.",
        126,
    ),
    (
        Kind.SOS_PIN,
        {"pin_given_at": at("23:15")},
        f"Łucja, SOS K742: jej PIN podano o 23:15, zaraz potem. Porozmawiaj z nią: 07700900123. Nie odbiera, boisz się? "
        f"Dzwoń 999. NIE wezwaliśmy policji. Odpisz 42 = zajmę się. {LINK}",
        216,
    ),
    (
        Kind.COLD,
        {},
        f"Łucja: alarm K742 wciąż otwarty, o 23:42 nikt nie wie, co z nią. Ostatnio 23:28 k. High St, Rochester. "
        f"Dzwoń do niej: 07700900123. Nie odbiera? Dzwoń 999: ZAGINIĘCIE. NIE wezwaliśmy policji. "
        f"Odpisz 42 = zajmę się. {LINK}",
        262,
    ),
    (Kind.HINT, {}, "Odpisz 42, jeśli się zajmiesz, 42 NIE, jeśli nie możesz", 55),
]


@pytest.mark.parametrize(("kind", "more", "text", "cost"), TABLE, ids=[kind for kind, *_ in TABLE])
def test_an_alarm_in_polish_word_for_word(kind: Kind, more: dict[str, object], text: str, cost: int) -> None:
    """With every letter Polish has, names as they are written, and at most four parts of UCS-2."""
    facts = known(**{"name": "Łucja", "language": "pl", **more})
    assert render(kind, facts, Channel.SMS) == text
    assert not encodable(text)
    assert units(text) == cost
    assert segments(text) <= 4


def test_everything_an_alarmed_contact_gets_is_translated() -> None:
    """The alarm itself, what follows it, and the answers to what she texts."""
    assert {kind for kind, *_ in TABLE} == set(TEXTS)
    for name in REPLIES:
        text = render(Kind.REPLY, known(language="pl", reply=name, answer_at=at("23:52")), Channel.SMS)
        assert text.startswith(("Dziękujemy", "Anna: alarm K742"))
        assert segments(text) <= 2


@pytest.mark.parametrize(
    ("cause", "start"),
    [
        ("off_route", "Łucja zeszła z trasy o 23:14 k. High St, Rochester i nie odpowiada nam od 5 min."),
        ("away", "Łucja od 23:14 k. High St, Rochester oddala się od celu i nie odpowiada nam od 5 min."),
        ("vehicle", "Łucja szła pieszo, a od 23:14 k. High St, Rochester chyba jedzie pojazdem i nie odpowiada nam"),
        ("stalled", "Łucja zatrzymała się po drodze o 23:14 k. High St, Rochester i nie odpowiada nam od 5 min."),
        (
            "pause_over",
            "Łucja miała stanąć tylko na chwilę o 23:14 k. High St, Rochester i nie odpowiada nam od 5 min.",
        ),
        ("signal_lost", "Łucja: jej telefon milczy od 23:14 k. High St, Rochester, a ona nie odpowiada nam od 5 min."),
        ("wrong_pins", "Łucja: na jej telefonie 3 razy podano zły PIN o 23:14 k. High St, Rochester."),
        ("", "Łucja o 23:14 k. High St, Rochester zapytana, czy wszystko OK, nie odpowiada nam od 5 min."),
    ],
)
def test_a_concern_says_what_was_seen(cause: str, start: str) -> None:
    """As in English: what happened, when, where."""
    assert render(Kind.CONCERN, known(name="Łucja", language="pl", cause=cause), Channel.SMS).startswith(start)


@pytest.mark.parametrize(
    ("how", "start"),
    [
        ("with_her", "Beth podaje o 23:46: Łucja jest obok. Jej PIN tego nie potwierdził."),
        ("police", "Beth podaje o 23:46: policja już wie (Łucja). Nikt tego nie potwierdził."),
        ("spoken", "Beth podaje o 23:46: Łucja odezwała się w rozmowie. Jej PIN tego nie potwierdził."),
    ],
)
def test_what_another_contact_said(how: str, start: str) -> None:
    """Unconfirmed, and by name where she allowed it."""
    facts = known(name="Łucja", language="pl", taken_by="Beth", taken_how=how, taken_since_at=at("23:46"))
    assert render(Kind.TAKEN, facts, Channel.SMS).startswith(start)


def test_in_an_sos_everybody_is_rung_until_they_answer() -> None:
    """Row 14, in her words; four parts at most with the longest names."""
    facts = known(name="Łucja", language="pl", taken_since_at=at("23:46"), rung_on=True)
    text = render(Kind.TAKEN, facts, Channel.SMS)
    assert text.endswith("(Łucja). Będziemy próbować, aż odpowiesz: 42 = też się zajmę, 42 NIE = nie mogę.")
    assert segments(render(Kind.TAKEN, replace(facts, **LONGEST), Channel.SMS)) <= 4
    assert render(Kind.TAKEN, replace(facts, code=""), Channel.SMS).endswith("GOT IT = też się zajmę, CANT = nie mogę.")
    assert render(Kind.TAKEN, replace(facts, by_mail=True), Channel.EMAIL).endswith(f"na tej stronie: {LINK}")
    assert render(Kind.TAKEN, replace(facts, rung_on=False), Channel.SMS).endswith("od 23:46 (Łucja).")


@pytest.mark.parametrize(
    ("closed_by", "how"),
    [
        ("operator", "przez operatora o 23:51"),
        ("arrived", "jej telefon dotarł do celu o 23:51"),
        ("", "zamknięty o 23:51"),
    ],
)
def test_an_all_clear_says_what_it_rests_on(closed_by: str, how: str) -> None:
    """A PIN, an operator and a phone at the door are not the same proof."""
    text = render(Kind.CLOSED, known(language="pl", closed_by=closed_by, closed_at=at("23:51")), Channel.SMS)
    assert how in text


def test_little_known_leaves_no_gap() -> None:
    """No number, no place, no code, no name: still a sentence."""
    nothing = known(language="pl", name="", number="", code="", near=None, last_seen_at=None, silent_min=None)
    for kind in TEXTS:
        text = render(kind, nothing, Channel.SMS)
        assert "  " not in text
        assert "None" not in text
    assert "Dzwoń do niej. " in render(Kind.OVERDUE, nothing, Channel.SMS)
    assert render(Kind.OVERDUE, nothing, Channel.SMS).startswith("Znajoma NIE dotarła.")


anything = st.text(max_size=100)


@settings(max_examples=60, deadline=None)
@given(name=anything, near=st.none() | anything, taken_by=anything, seen_h=st.floats(-60, 0), number=st.booleans())
def test_four_parts_hold_every_alarm(name: str, near: str | None, taken_by: str, seen_h: float, number: bool) -> None:
    """Whatever people and places are called, on the night the clocks change: 999, her number and the link are whole."""
    now = at("01:10", "2025-10-26")
    then = now + seen_h * 3600.0
    instants = dict.fromkeys(
        ("due_at", "last_seen_at", "cause_at", "arrived_at", "down_from_at", "taken_since_at"), then
    )
    facts = known(
        **{**LONGEST, **instants, "language": "pl", "as_of_at": now, "name": name, "near": near, "taken_by": taken_by},
    )
    if not number:
        facts = known(**{**{f: getattr(facts, f) for f in facts.__struct_fields__}, "number": "+447700900123"})
    for kind in TEXTS:
        text = render(kind, facts, Channel.SMS)
        assert segments(text) <= 4
        assert "\n" not in text
        if kind not in (Kind.TAKEN, Kind.CLOSED, Kind.HINT):
            assert text.endswith(LONG_LINK)
            assert "999" in text
        if kind not in (Kind.TAKEN, Kind.CLOSED, Kind.HINT, Kind.DURESS, Kind.NOBODY):
            assert ("07700900123" if not number else "+4915123456789") in text
