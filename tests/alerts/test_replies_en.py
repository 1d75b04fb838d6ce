"""What a text that came in is answered."""

import pytest

from alerts.contact import Channel
from alerts.message import render
from alerts.notice import Kind
from alerts.replies_en import MOST_MINUTES, REPLIES
from alerts.septets import segments

from .known import at, known

ANSWERS = [
    (
        "taken",
        {"answer_at": at("23:52")},
        "Thank you, the others know that you are on it. We ask you again at 23:52. Fear for her? Dial 999: we do not.",
    ),
    ("taken", {}, "Thank you, the others know that you are on it. Fear for her? Dial 999: we do not."),
    (
        "taken_enough",
        {},
        "Thank you. You have had this for a while without news, so we go on asking others too.",
    ),
    ("cant", {}, "Thank you for saying so. We go on asking others."),
    (
        "with_her",
        {"answer_at": at("00:12", "2025-11-15")},
        "Thank you. Ask her to reply with her PIN: only that ends it. We ask you again at 00:12.",
    ),
    ("police", {}, "Thank you, the others hear that police were told."),
    ("spoken", {}, "Thank you, the others hear that you spoke to her. Only her PIN ends it."),
    ("noted", {}, "Thank you, this is noted. Others are being asked. Fear for her? Dial 999: we do not."),
    (
        "over",
        {"answer_at": at("23:40", "2025-11-11")},
        "Anna's alert K742 was already closed at Tue 23:40. Do speak to her.",
    ),
    ("over", {}, "Anna's alert K742 was already closed. Do speak to her."),
    ("tested", {}, "Thank you, that worked: Anna sees that her alerts reach you."),
    (
        "no_test",
        {},
        "A test text was asked for on Anna's phone just now. It ends nothing: what we told you of Anna stands and was NO "
        "test. Do NOT ring or text her phone. If nobody has dialled 999, dial 999 now. We have NOT called police.",
    ),
    (
        "left",
        {"off": ("Anna", "Zoë")},
        "You have left: alerts about Anna and Zoe no longer reach you. To be asked by nobody ever again, reply NEVER. "
        "STOP would block everything, from everybody.",
    ),
    ("never", {}, "Nobody can ask this number any more."),
    (
        "never",
        {"on": ("Anna",)},
        "Nobody can ask this number any more. You still hear of those you have said YES to; LEAVE ends that.",
    ),
    ("safe", {"on": ("Anna",)}, "Anna is on a journey. She is shown that you asked."),
    ("safe", {"off": ("Anna",)}, "Anna is not on a journey. She is shown that you asked."),
    (
        "safe",
        {"on": ("Anna", "Zoë"), "off": ("Kim",)},
        "Anna and Zoe are on a journey. Kim is not on a journey. They are shown that you asked.",
    ),
    ("ok", {}, "Ok."),
    ("ok_until", {"answer_at": at("23:55")}, "Ok. Until 23:55."),
    ("ended", {}, "Ok. It has ended."),
    ("nothing", {}, "Ok. Nothing is open."),
    ("pin_needed", {}, "Please reply with your PIN too."),
    ("try_again", {}, "Please try again."),
    ("try_again", {"wait_s": 29.2}, "Please try again in 30 s."),
    ("heard", {}, "Ok, got it."),
    ("heard_by_nobody", {}, "There is nobody we could tell. Dial 999 if you can: we do not."),
    ("sorry", {}, "Sorry? Reply OK, MORE 15, HOME and your PIN, WALK 30, or HELP."),
    ("walk_form", {}, "Not begun. Say for how many minutes, 1 to 600: WALK 30"),
    ("walk_nobody", {}, "Not begun: nobody has said YES yet, so nobody would be told."),
    (
        "walk_busy",
        {"answer_at": at("23:55")},
        "Not begun: one is under way until 23:55. MORE 15 for more time, HOME and your PIN to end it.",
    ),
    ("walk_busy", {}, "Not begun: something is open. OK and your PIN, or HOME and your PIN, ends it."),
]


@pytest.mark.parametrize(("name", "more", "text"), ANSWERS)
def test_every_answer_word_for_word(name: str, more: dict[str, object], text: str) -> None:
    """Short ones: whoever reads them is in a hurry. One segment each, two for what stands in for a test."""
    assert render(Kind.REPLY, known(reply=name, **more), Channel.SMS) == text
    assert segments(text) <= (2 if name == "no_test" else 1)


def test_no_answer_is_forgotten_here() -> None:
    """Each stands in the table above."""
    assert {name for name, *_ in ANSWERS} == set(REPLIES)


def test_an_answer_to_her_names_nobody_and_nothing() -> None:
    """Others read her phone."""
    hers = ("ok", "ok_until", "ended", "nothing", "pin_needed", "try_again", "heard", "sorry")
    for name in hers:
        text = render(Kind.REPLY, known(reply=name, answer_at=at("23:52")), Channel.SMS).lower()
        assert not [word for word in ("anna", "lamplit", "journey", "alert", "sos", "999", "http") if word in text]


def test_many_names_leave_room_for_the_sentence() -> None:
    """Somebody who is the contact of a whole club reads the first names and how many more."""
    names = tuple(f"Traveller {n:02d}" for n in range(12))
    text = render(Kind.REPLY, known(reply="safe", on=names), Channel.SMS)
    assert text.startswith("Traveller 00, Traveller 01")
    assert "and 7 others are on a journey." in text


def test_the_longest_walk_by_text_stays_below_twelve_hours() -> None:
    """With its margin of 15 % the ETA is inside row 19."""
    assert MOST_MINUTES * 1.15 < 12 * 60
