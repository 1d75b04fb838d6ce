"""One message: in its reader's language, fitted, whatever people and places are called."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.contact import Channel
from alerts.facts import Facts
from alerts.message import LANGUAGES, LONGEST_LINK, MOST_SEGMENTS, primary_tag, render
from alerts.notice import Kind
from alerts.replies_en import REPLIES
from alerts.septets import encodable, segments
from alerts.words_pl import TEXTS as POLISH

from .known import LINK, NUMBER, at, known


@pytest.mark.parametrize("kind", list(Kind))
def test_there_are_words_for_every_kind(kind: Kind) -> None:
    """No kind of message is without words, by text or by voice, even when hardly anything is known."""
    bare = Facts(name="", as_of_at=at("23:42"), words="Thank you.", passcode="482913")
    for facts in (known(words="Thank you.", passcode="482913"), bare):
        text = render(kind, facts, Channel.SMS)
        assert text
        assert "  " not in text
        assert "None" not in text
        assert segments(text) <= 2
        assert render(kind, facts, Channel.CALL)


FEAR = {
    Kind.CONCERN: "dial 999",
    Kind.OVERDUE: "dial 999, say she is MISSING",
    Kind.LATE: "dial 999",
    Kind.PHONE_HOME: "dial 999",
    Kind.NOBODY: "dial 999, say she is MISSING",
    Kind.SOS: "Dial 999 now",
    Kind.DURESS: "Dial 999 now",
    Kind.ANY_NEWS: "dial 999",
    Kind.COLD: "dial 999, say she is MISSING",
    Kind.SOS_PIN: "dial 999",
}
anything = st.text(max_size=120)
instants = st.floats(min_value=at("20:00", "2025-10-24"), max_value=at("20:00", "2025-10-27"))


@settings(max_examples=60, deadline=None)
@given(
    name=anything,
    near=st.none() | anything,
    taken_by=anything,
    destination=anything,
    seen_at=instants,
    now_at=instants,
    battery=st.none() | st.integers(0, 100),
    number=st.sampled_from(["+447700900123", "+4915123456789", "+12025550123"]),
)
def test_names_and_places_give_way_and_help_never_does(
    name: str,
    near: str | None,
    taken_by: str,
    destination: str,
    seen_at: float,
    now_at: float,
    battery: int | None,
    number: str,
) -> None:
    """Whatever people and places are called: two segments, GSM alphabet, and number, 999 line and link whole."""
    link = "https://" + "x" * (LONGEST_LINK - 8)
    facts = known(
        name=name,
        near=near,
        taken_by=taken_by,
        destination=destination,
        last_seen_at=seen_at,
        cause_at=seen_at,
        arrived_at=seen_at,
        due_at=now_at,
        as_of_at=now_at,
        down_from_at=seen_at,
        down_to_at=now_at,
        taken_since_at=seen_at,
        battery_pct=battery,
        number=number,
        link=link,
    )
    for kind in Kind:
        text = render(kind, facts, Channel.SMS)
        assert encodable(text)
        assert segments(text) <= 2
        assert "\n" not in text
        assert FEAR.get(kind, "") in text
        if kind in FEAR:
            assert text.endswith(link)
        if kind in FEAR and kind not in (Kind.NOBODY, Kind.DURESS):
            assert (NUMBER if number.startswith("+44") else number) in text


def test_a_name_cannot_smuggle_a_link_or_a_second_line() -> None:
    """A traveller who calls herself a web address cannot send strangers there through an invitation."""
    text = render(Kind.INVITE, known(name="Win.at/evil.example\nclick https://x.y"), Channel.SMS)
    assert "\n" not in text
    assert text.count("://") == 1
    assert "evil.example" not in text
    assert text.endswith(LINK)


@pytest.mark.parametrize("kind", [Kind.PROMPT, Kind.DUE, Kind.NUDGE, Kind.SIGNAL_LOST, Kind.SOS_SAFE_PROMPT])
def test_what_she_reads_tells_nothing_to_somebody_looking_over_her_shoulder(kind: Kind) -> None:
    """Texts and calls to her hold no name, place, journey, contact, product or link."""
    for channel in (Channel.SMS, Channel.CALL):
        text = render(kind, known(destination="home"), channel).lower()
        for word in (
            "anna",
            "lamplit",
            "journey",
            "home",
            "arriv",
            "alert",
            "sos",
            "contact",
            "high st",
            "http",
            "999",
        ):
            assert word not in text


def test_a_reply_longer_than_two_segments_is_cut() -> None:
    """Words that come from elsewhere in the product obey the same limit."""
    assert segments(render(Kind.REPLY, known(words="€ " * 400), Channel.SMS)) <= 2


@pytest.mark.parametrize("kind", list(Kind))
def test_a_kind_without_words_in_a_language_is_sent_in_english(kind: Kind) -> None:
    """Chloe reads Polish in an alarm, and English where nobody has translated anything yet; never nothing."""
    facts = known(reply="left", off=("Anna",))
    english, polish = (render(kind, known(**{**_all(facts), "language": tag}), Channel.SMS) for tag in ("en", "pl-PL"))
    assert (polish == english) is (kind not in POLISH)


def test_an_unknown_language_is_english() -> None:
    """A tag that nobody has words for is no error in the middle of an alarm."""
    for tag in ("cy", "", "english", "pt-BR"):
        assert render(Kind.SOS, known(language=tag), Channel.SMS) == render(Kind.SOS, known(), Channel.SMS)
    assert LANGUAGES == ("en", "pl")
    assert [primary_tag(tag) for tag in ("pl", "pl-PL", "PL_pl", "")] == ["pl", "pl", "pl", ""]


def test_a_call_is_english_in_every_language() -> None:
    """The voice has one language, the text beside it has hers."""
    assert render(Kind.SOS, known(language="pl"), Channel.CALL) == render(Kind.SOS, known(), Channel.CALL)


def test_an_answer_without_words_is_an_error_that_names_it() -> None:
    """A mistyped name of a reply shows itself at once."""
    with pytest.raises(ValueError, match="no words for reply thanks"):
        render(Kind.REPLY, known(reply="thanks"), Channel.SMS)


@pytest.mark.parametrize("name", list(REPLIES))
def test_an_answer_fits(name: str) -> None:
    """Also with a dozen travellers of long names in it."""
    many = tuple(f"Wolfeschlegelsteinhausen {n}" for n in range(12))
    text = render(Kind.REPLY, known(reply=name, on=many, off=many, answer_at=at("23:50")), Channel.SMS)
    assert segments(text) <= MOST_SEGMENTS


def _all(facts: Facts) -> dict[str, object]:
    return {field: getattr(facts, field) for field in facts.__struct_fields__}
