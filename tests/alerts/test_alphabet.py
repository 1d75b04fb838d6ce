"""The two alphabets."""

from hypothesis import given
from hypothesis import strategies as st

from alerts.alphabet import GSM, UCS2
from alerts.septets import segments


def test_what_fits() -> None:
    """Two segments of the one, four of the other: UCS-2 says less for twice the price."""
    assert (GSM.most, UCS2.most) == (306, 268)


def test_ucs2_keeps_a_name_as_it_is_written() -> None:
    """Łucja, Nguyễn and 李娜 are themselves; what was typed with a loose accent is put together first."""
    assert [UCS2.plain(name, 24) for name in ("Łucja", "Nguyễn", "李娜", "e\u0301va")] == [
        "Łucja",
        "Nguyễn",
        "李娜",
        "éva",
    ]


def test_a_name_from_right_to_left_stays_on_its_side() -> None:
    """Otherwise the time after it would be shown before it. Names from left to right cost nothing more."""
    assert UCS2.shown("שרה") == "\u2068שרה\u2069"
    assert UCS2.shown("Łucja") == "Łucja"
    assert GSM.shown("Srh") == "Srh"


def test_ucs2_shortens_by_units_and_between_words() -> None:
    """A letter beyond the first plane takes two."""
    assert UCS2.shorten("Świętokrzyska, Warszawa", 15) == "Świętokrzyska"
    assert UCS2.shorten("𐐀𐐁𐐂", 5) == "𐐀𐐁"


@given(st.text(max_size=80), st.integers(0, 60))
def test_a_part_somebody_chose_is_one_short_harmless_line_in_both(text: str, most: int) -> None:
    """Neither alphabet lets a name be a link, a second line or too long, and no half of a pair is left."""
    for alphabet in (GSM, UCS2):
        part = alphabet.plain(text, most)
        assert alphabet.size(part) <= most
        assert not set(part) & set("\n\r/\\:@#<>\u200b\u202e\u2068")
        assert part == part.strip()
        part.encode("utf-16")


def test_nothing_in_a_name_becomes_a_link() -> None:
    """Not with the dots of other scripts either."""
    assert UCS2.plain("evil。example．org/x", 40) == "evil. example. org x"


@given(st.text(max_size=300))
def test_what_is_carried_in_ucs2_can_be_counted(text: str) -> None:
    """Half a pair is left out; everything else is carried as it is."""
    carried = UCS2.spelled(text)
    assert segments(carried) >= 1
    assert carried.encode("utf-16")
