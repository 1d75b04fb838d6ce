"""Every English text, word for word, measured: those of the law, and all the others."""

import pytest
from msgspec.structs import replace

from alerts.contact import Channel
from alerts.facts import Facts
from alerts.message import render
from alerts.notice import Kind
from alerts.septets import encodable, segments, septets
from alerts.words_en import TEXTS

from .known import LINK, LONGEST, at, known

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
        Kind.CONCERN,
        known(down_from_at=at("23:16"), down_to_at=at("23:31"), as_of_at=at("23:35"), silent_min=21),
        f"Our service was down 23:16-23:31, so this is late. Anna left her route at 23:14 near High St, Rochester and has "
        f"not answered us for 21 min. Please ring her: 07700900123. No answer and you fear for her: dial 999. "
        f"Reply 42 = you are on it. {LINK}",
        286,
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


# the same for every other kind
OTHERS = [
    (Kind.PROMPT, known(pin_needed=True), "All ok? Reply OK and your PIN.", 30),
    (Kind.NUDGE, known(), "All ok for time? If not, reply MORE 10 or MORE 30.", 50),
    (Kind.SIGNAL_LOST, known(), "Your phone has gone quiet. All ok? Reply OK.", 44),
    (Kind.SOS_SAFE_PROMPT, known(), "All ok? Reply OK and your PIN.", 30),
    (Kind.CONTACT_NEWS, known(), "Please look at your contacts.", 29),
    (
        Kind.NEW_PIN,
        known(words="asked"),
        "A new PIN was asked for. It can be set from this time tomorrow. Not you? Reply OK and your PIN: that stops it.",
        110,
    ),
    (
        Kind.NEW_PIN,
        known(words="now"),
        "A new PIN can be set now. Not you? Reply OK and your PIN: that stops it.",
        72,
    ),
    (
        Kind.NEW_DEVICE,
        known(),
        "A new phone was added to your account. Not you? Take it off there with your PIN, and change your PINs.",
        102,
    ),
    (
        Kind.NEW_DEVICE,
        known(words="tracker"),
        "A tracker app was linked to your account. Not you? Take it off there with your PIN, and change your PINs.",
        105,
    ),
    (
        Kind.CODE,
        known(passcode="482913"),
        "482913 is your Lamplit code. Nobody from Lamplit will ever ask you for it.",
        74,
    ),
    (
        Kind.SOS,
        known(stranger=True, last_seen_at=at("23:14")),
        "This is Lamplit, a safety service. Anna (07700900123) named you as a contact. SOS from her, 23:14, near High St, "
        "Rochester. She asked for help and did not cancel. Dial 999 now unless you can see she is safe. "
        "We have NOT called police.",
        234,
    ),
    (
        Kind.ANY_NEWS,
        known(taken_since_at=at("23:36")),
        f"Any news of Anna? You took this at 23:36. Reply 42 if you are still on it, 42 NO if you cannot. "
        f"Ring her 07700900123. No answer and you fear for her: dial 999. {LINK}",
        208,
    ),
    (
        Kind.SOS_PIN,
        known(pin_given_at=at("23:15")),
        f"Anna's SOS K742: her PIN was given at 23:15, soon after it. Do speak to her: 07700900123. No answer and you fear "
        f"for her: dial 999. We have NOT called police. Reply 42 = you are on it. {LINK}",
        233,
    ),
    (
        Kind.COLD,
        known(),
        f"Anna's alert K742 is still open: as of 23:42 nobody has told us how she is. Last seen 23:28 near High St, "
        f"Rochester. Ring her 07700900123. No answer: dial 999, say she is MISSING. We have NOT called police. "
        f"Reply 42 = you are on it. {LINK}",
        281,
    ),
    (Kind.HINT, known(code=""), "Reply GOT IT if you are on it, CANT if you cannot", 49),
    (
        Kind.STARTED,
        known(),
        "Anna has set off and is due at 23:30. Nothing to do now: if she does not arrive we tell you.",
        92,
    ),
    (
        Kind.ARRIVED,
        known(closed_by="arrived", arrived_at=at("23:24")),
        "Anna arrived at 23:24. Nothing to do.",
        37,
    ),
    (
        Kind.EXTENDED,
        known(extended_min=45),
        "Anna has put off her arrival for the third time, by 45 min: now due 23:30. Not like her? Ring her 07700900123.",
        110,
    ),
    (
        Kind.BATTERY,
        known(battery_pct=12, due_at=at("23:12"), as_of_at=at("22:50")),
        "Anna's phone is at 12% and may die on her way. She is due 23:12. Nothing to do now: if she does not arrive we "
        "tell you, with or without her phone.",
        146,
    ),
    (
        Kind.WALK_WITH,
        known(),
        f"Anna asks you to walk with her: see where she is, until she ends it. She sees when you look. "
        f"Nothing is wrong. {LINK}",
        159,
    ),
    (
        Kind.INVITE,
        known(),
        f"Anna (07700900123) asks: may Lamplit tell you if she does not get home? You ring her or dial 999: we never do. "
        f"You see her place only in an alert. Reply YES = you agree; we keep your number. No reply: no text but an SOS. "
        f"LEAVE ends it. {LINK}",
        284,
    ),
    (
        Kind.WELCOME,
        known(),
        f"Thank you. If Anna does not arrive we text and ring you. Save this number, so that it rings at night. "
        f"To leave, reply LEAVE. Never STOP: that would block her alerts. {LINK}",
        214,
    ),
    (
        Kind.CONSENT_AGAIN,
        known(),
        f"Are you still there for Anna (07700900123)? Reply YES and Lamplit goes on telling you if she does not get home. "
        f"No answer in 30 days: you hear nothing of her any more. To leave now, reply LEAVE. {LINK}",
        243,
    ),
    (
        Kind.TEST,
        known(),
        f"TEST for Anna: nothing has happened. This is how a Lamplit alert reaches you. Please reply 42, so that she knows "
        f"it works. {LINK}",
        171,
    ),
]


@pytest.mark.parametrize(("kind", "facts", "text", "cost"), LAW, ids=[kind for kind, *_ in LAW])
def test_the_law_is_kept_to_the_letter_and_measured(kind: Kind, facts: Facts, text: str, cost: int) -> None:
    """Every text the law words is sent in those words and costs at most two segments."""
    _is_so(kind, facts, text, cost)


@pytest.mark.parametrize(("kind", "facts", "text", "cost"), OTHERS, ids=[kind for kind, *_ in OTHERS])
def test_what_the_law_does_not_word_is_measured_too(kind: Kind, facts: Facts, text: str, cost: int) -> None:
    """The same care for the texts that the law only names."""
    _is_so(kind, facts, text, cost)


def test_no_text_is_forgotten_here() -> None:
    """Every kind that has words stands in one of the two tables; answers stand in their own."""
    assert {kind for kind, *_ in (*LAW, *OTHERS)} == set(TEXTS) == set(Kind) - {Kind.REPLY}


@pytest.mark.parametrize(("kind", "facts", "text", "cost"), [*LAW, *OTHERS])
def test_the_longest_names_cost_no_third_segment(kind: Kind, facts: Facts, text: str, cost: int) -> None:
    """With everything as long as it gets, on the night the clocks change and with other days in it: two segments, and
    the link is whole."""
    late = {
        name: at("00:50", "2025-10-26") - 86_400.0 if name != "as_of_at" else at("01:10", "2025-10-26")
        for name in Facts.__struct_fields__
        if name.endswith("_at")
    }
    longest = known(**{**{f: getattr(facts, f) for f in facts.__struct_fields__}, **late, **LONGEST})
    rendered = render(kind, longest, Channel.SMS)

    assert segments(rendered) <= 2
    assert not text.endswith(LINK) or rendered.endswith(f" {LONGEST['link']}")
    assert "07700900123" not in text or LONGEST["number"] in rendered


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


def test_in_an_sos_nobody_reads_that_he_is_rung_only_when_another_goes_quiet() -> None:
    """Row 14: an answer stops calls to whoever gave it, and to nobody else. Beth, who has given none, reads how to; Dad,
    who has, only that there are two of them now."""
    then = "We go on trying you until you answer: reply 42 = you are on it too, 42 NO = you cannot."
    facts = known(taken_since_at=at("23:46"), rung_on=True)
    assert render(Kind.TAKEN, facts, Channel.SMS) == f"Another contact is on it for Anna since 23:46. {then}"
    uncoded = known(code="", taken_since_at=at("23:46"), rung_on=True)
    assert "reply GOT IT = you are on it too, CANT = you cannot." in render(Kind.TAKEN, uncoded, Channel.SMS)
    mailed = replace(facts, by_mail=True)
    assert render(Kind.TAKEN, mailed, Channel.EMAIL).endswith(f"until you answer on this page: {LINK}")
    heard = replace(facts, rung_on=False)
    assert render(Kind.TAKEN, heard, Channel.SMS) == "Another contact is on it for Anna since 23:46."


@pytest.mark.parametrize("how", ["taken", "with_her", "police", "spoken"])
def test_the_longest_of_these_cost_no_third_segment(how: str) -> None:
    """With everything as long as it gets, on the night the clocks change."""
    then = at("00:50", "2025-10-26") - 86_400.0
    now = at("01:10", "2025-10-26")
    facts = known(**LONGEST, taken_how=how, taken_since_at=then, as_of_at=now, rung_on=True)
    text = render(Kind.TAKEN, facts, Channel.SMS)
    assert segments(text) <= 2
    assert text.endswith("42 NO = you cannot.")


def test_names_are_said_where_she_allowed_it() -> None:
    """Dad reads that it is Beth who has it."""
    text = render(Kind.TAKEN, known(taken_by="Beth", taken_since_at=at("23:46")), Channel.SMS)
    assert text == "Beth is on it for Anna since 23:46. If that person goes quiet we will ring you."


def _is_so(kind: Kind, facts: Facts, text: str, cost: int) -> None:
    assert render(kind, facts, Channel.SMS) == text
    assert encodable(text)
    assert septets(text) == cost
    assert segments(text) <= 2
