"""The texts of the law, word for word, measured."""

from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.contact import Channel
from alerts.message import LONGEST_LINK, Facts, render
from alerts.notice import Kind
from alerts.septets import encodable, segments, septets

LINK = "https://lamplit.example/c/7hJq0n3mRkY2vXcB5tWz8A"
NUMBER = "07700900123"


def at(clock: str, day: str = "2025-11-14") -> float:
    """A winter evening in Rochester, when the clock there is UTC."""
    return datetime.fromisoformat(f"{day}T{clock}:00").replace(tzinfo=UTC).timestamp()


ANNA = Facts(
    name="Anna",
    number="+447700900123",
    reference="K742",
    code="42",
    link=LINK,
    as_of_at=at("23:42"),
    due_at=at("23:30"),
    last_seen_at=at("23:28"),
    near="High St, Rochester",
    battery_pct=14,
    cause="off_route",
    cause_at=at("23:14"),
    silent_min=5,
)


def known(**more: object) -> Facts:
    return msgspec.structs.replace(ANNA, **more)


# kind, what is known, the text of the law, its septets with a link of 48 characters
LAW = [
    (
        Kind.CONCERN,
        known(),
        f"Anna left her route at 23:14 near High St, Rochester and has not answered us for 5 min. Often it is nothing. "
        f"Please ring her: 07700900123. No answer and you fear for her: dial 999. Reply 42 = you are on it. {LINK}",
        255,
    ),
    (
        Kind.OVERDUE,
        known(),
        f"Anna has NOT arrived. Due 23:30, as of 23:42 no answer. Last seen 23:28 near High St, Rochester, battery 14%. "
        f"Ring her 07700900123. No answer and you fear for her: dial 999, say she is MISSING. We have NOT called police. "
        f"Reply 42 = you are on it. {LINK}",
        295,
    ),
    (
        Kind.LATE,
        known(
            down_from_at=at("23:05"),
            down_to_at=at("23:25"),
            due_at=at("23:12"),
            as_of_at=at("23:27"),
            last_seen_at=at("23:04"),
            battery_pct=None,
        ),
        f"Our service was down 23:05-23:25, so this is late. Anna was due 23:12 and as of 23:27 has not answered. "
        f"Last seen 23:04 near High St, Rochester. Ring her 07700900123. No answer and you fear for her: dial 999. "
        f"Reply 42 = you are on it. {LINK}",
        283,
    ),
    (
        Kind.NOBODY,
        known(),
        f"Anna has not answered and nobody has taken this (K742). All her contacts cannot or did not answer. "
        f"If you can do one thing: dial 999, say she is MISSING on her way home. "
        f"Last seen 23:28 near High St, Rochester. {LINK}",
        259,
    ),
    (
        Kind.PHONE_HOME,
        known(destination="home", arrived_at=at("23:31"), as_of_at=at("23:45")),
        f"Anna's phone reached home at 23:31 but as of 23:45 she has not confirmed. Please ring her: 07700900123. "
        f"No answer and you fear for her: dial 999. We have NOT called police. Reply 42 = you are on it. {LINK}",
        247,
    ),
    (
        Kind.SOS,
        known(last_seen_at=at("23:14")),
        f"SOS from Anna, 23:14, near High St, Rochester. She asked for help and did not cancel. Dial 999 now unless you "
        f"can see she is safe. We have NOT called police. Her phone 07700900123. Reply 42 = you are on it. {LINK}",
        255,
    ),
    (
        Kind.DURESS,
        known(cause_at=at("23:51"), last_seen_at=at("23:50")),
        f"Anna may be FORCED to say she is safe. Do NOT ring or text her phone. Dial 999 now. 23:51, near High St, "
        f"Rochester. We have NOT called police. Reply 42 = you are on it. {LINK}",
        217,
    ),
    (
        Kind.TAKEN,
        known(taken_since_at=at("23:46")),
        "Another contact is on it for Anna since 23:46. If that person goes quiet we will ring you.",
        90,
    ),
    (
        Kind.CLOSED,
        known(pin_given_at=at("23:51")),
        "Anna's alert K742 is closed: her PIN was given at 23:51. Do speak to her. "
        "If an older text about K742 reaches you late, ignore it.",
        130,
    ),
    (Kind.PROMPT, known(), "All ok? Reply OK.", 17),
    (Kind.DUE, known(), "All ok? Reply OK and your PIN, or MORE 15", 41),
    (Kind.HINT, known(), "Reply 42 if you are on it, 42 NO if you cannot", 46),
]


@pytest.mark.parametrize(("kind", "facts", "text", "cost"), LAW, ids=[kind for kind, *_ in LAW])
def test_the_law_is_kept_to_the_letter_and_measured(kind: Kind, facts: Facts, text: str, cost: int) -> None:
    """Every text the law words is sent in those words and costs at most two segments."""
    assert render(kind, facts, Channel.SMS) == text
    assert septets(text) == cost
    assert segments(text) <= 2


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


def test_a_foreign_name_is_spelled_so_that_the_text_stays_cheap() -> None:
    """Zoë, Łukasz and Мария are spelled in the GSM alphabet, since one letter outside it more than doubles the cost."""
    for name, spelled in (("Zoë", "Zoe"), ("Łukasz", "Lukasz"), ("Мария", "Mariya"), ("Señora", "Señora")):
        text = render(Kind.OVERDUE, known(name=name), Channel.SMS)
        assert text.startswith(f"{spelled} has NOT arrived.")
        assert segments(text) == 2


def test_a_name_cannot_smuggle_a_link_or_a_second_line() -> None:
    """A traveller who calls herself a web address cannot send strangers there through an invitation."""
    text = render(Kind.INVITE, known(name="Win.at/evil.example\nclick https://x.y"), Channel.SMS)
    assert "\n" not in text
    assert text.count("://") == 1
    assert "evil.example" not in text
    assert text.endswith(LINK)


def test_without_a_place_the_clause_is_left_out() -> None:
    """Where no street is known the sentence simply has none: coordinates never go into a text."""
    text = render(Kind.OVERDUE, known(near=None), Channel.SMS)
    assert "Last seen 23:28, battery 14%. Ring her" in text
    never_seen = render(Kind.OVERDUE, known(near=None, last_seen_at=None), Channel.SMS)
    assert "no answer. Ring her" in never_seen


def test_an_old_place_in_an_sos_says_how_old_it_is() -> None:
    """An SOS from a dead zone gives the time she was last seen at that place, not the time of the SOS."""
    assert "SOS from Anna, 23:14, 23:02 near High St, Rochester." in render(
        Kind.SOS, known(last_seen_at=at("23:02")), Channel.SMS
    )


@pytest.mark.parametrize(
    ("now", "due", "shown"),
    [
        ("2025-07-01T22:30", "2025-07-01T22:15", "Due 23:15, as of 23:30 no answer"),
        ("2025-10-26T03:30", "2025-10-26T03:10", "Due 03:10, as of 03:30 GMT no answer"),
        ("2025-10-26T01:10", "2025-10-26T00:50", "Due 01:50 BST, as of 01:10 GMT no answer"),
        ("2025-03-29T22:10", "2025-03-29T22:00", "Due 22:00, as of 22:10 GMT no answer"),
    ],
    ids=["summer", "morning after", "the hour that comes twice", "evening before spring"],
)
def test_near_a_clock_change_the_zone_is_said(now: str, due: str, shown: str) -> None:
    """Within 24 h of a clock change GMT or BST is shown; at each time where they differ."""
    due_at, now_at = (datetime.fromisoformat(x).replace(tzinfo=UTC).timestamp() for x in (due, now))
    facts = known(due_at=due_at, as_of_at=now_at, last_seen_at=None, cause_at=None)
    assert shown in render(Kind.OVERDUE, facts, Channel.SMS)


def test_yesterday_is_named() -> None:
    """A day later a bare 23:28 would mean the wrong night, so the day stands before it."""
    text = render(Kind.COLD, known(as_of_at=at("23:40", "2025-11-15")), Channel.SMS)
    assert "Last seen Fri 23:28 near High St, Rochester." in text
    assert "as of 23:40" in text


@pytest.mark.parametrize(
    ("cause", "start"),
    [
        ("off_route", "Anna left her route at 23:14 near High St, Rochester and has not answered us for 5 min."),
        ("stalled", "Anna stopped on her way at 23:14 near High St, Rochester and has not answered us for 5 min."),
        ("vehicle", "Anna was on foot, seems to be in a vehicle since 23:14 near High St, Rochester and has not"),
        ("away", "Anna has been moving away from where she was going since 23:14 near High St, Rochester and has"),
        ("signal_lost", "Anna's phone has been silent since 23:14 near High St, Rochester. She has not answered us"),
        ("wrong_pins", "A wrong PIN was keyed 3 times on Anna's phone at 23:14 near High St, Rochester. She has not"),
        (
            "pause_over",
            "Anna said she would stop for a while, at 23:14 near High St, Rochester, and has not answered us",
        ),
        ("", "Anna was asked if all is ok at 23:14 near High St, Rochester and has not answered us for 5 min."),
    ],
)
def test_a_concern_says_what_was_seen(cause: str, start: str) -> None:
    """Dad reads what happened, not a word of ours for it."""
    assert render(Kind.CONCERN, known(cause=cause), Channel.SMS).startswith(start)


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


def test_an_invitation_says_what_it_asks() -> None:
    """Before Beth says yes she has read who asks, what she would do, what she sees and what yes means."""
    text = render(Kind.INVITE, known(), Channel.SMS)
    for part in ("Anna (07700900123)", "dial 999", "only in an alert", "Reply YES = you agree", "LEAVE", LINK):
        assert part in text
    assert segments(text) == 2


def test_an_arrival_is_told_as_it_was() -> None:
    """Somebody who ended her journey elsewhere is not reported as arrived, nor one whose journey an operator closed."""
    home = render(Kind.ARRIVED, known(closed_by="arrived", arrived_at=at("23:24")), Channel.SMS)
    assert home == "Anna arrived at 23:24. Nothing to do."
    closed = render(Kind.ARRIVED, known(closed_by="operator", closed_at=at("23:20")), Channel.SMS)
    assert closed == "Anna's journey was closed by an operator at 23:20. Do speak to her."
    ended = render(Kind.ARRIVED, known(closed_by="ended", closed_at=at("23:20")), Channel.SMS)
    assert ended == "Anna ended her journey at 23:20. Nothing to do."


@pytest.mark.parametrize(
    ("closed_by", "how"),
    [
        ("pin", "is closed: her PIN was given at 23:51."),
        ("ended", "is closed: her PIN was given at 23:51."),
        ("operator", "was closed by an operator at 23:51."),
        ("arrived", "is closed: her phone arrived at 23:51."),
        ("", "was closed at 23:51."),
    ],
)
def test_an_all_clear_says_what_it_rests_on(closed_by: str, how: str) -> None:
    """A PIN, an operator's word and a phone at the door are not the same proof, and Dad reads which it was."""
    text = render(Kind.CLOSED, known(closed_by=closed_by, closed_at=at("23:51")), Channel.SMS)
    assert text.startswith(f"Anna's alert K742 {how} Do speak to her.")


def test_wrong_pins_are_told_without_claiming_that_she_was_asked() -> None:
    """Three wrong PINs are told at once; nobody has asked her anything yet."""
    text = render(Kind.CONCERN, known(cause="wrong_pins", silent_min=None), Channel.SMS)
    assert "near High St, Rochester. Often it is nothing." in text


def test_a_reply_longer_than_two_segments_is_cut() -> None:
    """Words that come from elsewhere in the product obey the same limit."""
    assert segments(render(Kind.REPLY, known(words="€ " * 400), Channel.SMS)) <= 2


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ("taken", "Another contact is on it for Anna since 23:46."),
        ("with_her", "Another contact says at 23:46 that Anna is with them. Her PIN has not confirmed it."),
        ("police", "Another contact says that police were told of Anna by 23:46. Nobody has confirmed it."),
        ("spoken", "Another contact says at 23:46 to have spoken to Anna. Her PIN has not confirmed it."),
    ],
)
def test_what_another_contact_said_is_told_as_what_was_said(how: str, words: str) -> None:
    """Beth does not read that somebody is on it when Dad has only told the police."""
    text = render(Kind.TAKEN, known(taken_by="", taken_how=how, taken_since_at=at("23:46")), Channel.SMS)
    assert text == f"{words} If that person goes quiet we will ring you."
