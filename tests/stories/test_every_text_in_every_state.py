"""Every text in every state: nothing that anybody can type is illegal, and each has its defined answer.

The expectations are written here by hand, state by state and word by word; the code is walked through all of them. One
house for each state, put back as it was before the next text.
"""

import logging
import pickle
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager

import pytest
from structlog.testing import capture_logs

from alerts.notice import HER, Kind, Notice
from service.journey.model import JourneyState
from service.memory_store import MemoryStore
from service.rows import journey_row
from tests.service.people.household import ANNA, BETH, DAD, DURESS, PIN, household
from tests.stories.text_states import (
    Setting,
    acked,
    active,
    arrived_pending,
    closed,
    closed_after_an_alarm,
    cold,
    concern,
    counting,
    cried,
    draft,
    due,
    duress,
    duress_in_an_alarm,
    fired,
    long_closed,
    none,
    operator,
    overdue,
    paused,
    prompting,
    ready,
    unacked,
)

ZOE, STRANGER = "+447700900204", "+447700900999"
WRONG = "1357"
LONG = ("so we walked all the way back and then " * 42)[:1600]

# ── what each text is answered ───────────────────────────────────────────────────────────────────────────

NOTHING = "-"
"""No answer at all."""

# Hers. Columns: nothing is open · under way and calm · a question is open · due · an alarm is open · SOS is counting.
HERS: dict[str, tuple[str, str, str, str, str, str]] = {
    "OK": ("nothing", "ok", "ok", "pin_needed", "pin_needed", "pin_needed"),
    "👍": ("nothing", "ok", "ok", "pin_needed", "pin_needed", "pin_needed"),
    "im fine thanks": ("nothing", "ok", "ok", "pin_needed", "pin_needed", "pin_needed"),
    f"OK {PIN}": ("nothing", "ok", "ok", "ok_until", "ok_until", "ok"),
    f"{PIN} ok": ("nothing", "ok", "ok", "ok_until", "ok_until", "ok"),
    f"OK {DURESS}": ("nothing", "ok", "ok", "ok_until", "ok_until", "ok"),
    f"OK {WRONG}": ("try_again", "try_again", "try_again", "try_again", "try_again", "try_again"),
    "MORE 15": ("nothing", "ok_until", "ok_until", "pin_needed", "pin_needed", "ok_until"),
    "MORE 600": ("nothing", "pin_needed", "pin_needed", "pin_needed", "pin_needed", "pin_needed"),
    f"MORE 15 {PIN}": ("nothing", "ok_until", "ok_until", "ok_until", "ok_until", "ok_until"),
    f"MORE 15 {DURESS}": ("nothing", "ok_until", "ok_until", "ok_until", "ok_until", "ok_until"),
    f"MORE {WRONG}": ("try_again", "try_again", "try_again", "try_again", "try_again", "try_again"),
    "HOME": ("nothing", "pin_needed", "pin_needed", "pin_needed", "pin_needed", "pin_needed"),
    f"HOME {PIN[:2]} {PIN[2:]}": ("nothing", "ended", "ended", "ended", "ended", "ended"),
    f"HOME {DURESS}": ("nothing", "ended", "ended", "ended", "ended", "ended"),
    f"HOME {WRONG}": ("try_again", "try_again", "try_again", "try_again", "try_again", "try_again"),
    "HELP": ("heard", "heard", "heard", "heard", "heard", "heard"),
    "🆘": ("heard", "heard", "heard", "heard", "heard", "heard"),
    "no help needed": ("heard", "heard", "heard", "heard", "heard", "heard"),
    "WALK 30": ("words", "walk_busy", "walk_busy", "walk_busy", "walk_busy", "walk_busy"),
    "WALK": ("walk_form",) * 6,
    "hello?": ("sorry",) * 6,
    "": ("sorry",) * 6,
    "🌸": ("sorry",) * 6,
    LONG: ("sorry",) * 6,
    "SAFE?": ("sorry",) * 6,
    "LEAVE": ("sorry",) * 6,
    "NEVER": ("sorry",) * 6,
    "42": ("sorry",) * 6,
    "STOP": (NOTHING,) * 6,
    "CANCEL": (NOTHING,) * 6,
    "START": (NOTHING,) * 6,
}
# Where a state is no column of its own, or one text in it is answered otherwise.
MORE_WITH_A_PIN = (f"MORE 15 {PIN}", f"MORE 15 {DURESS}")
HER_STATES: dict[Callable[[Setting], Awaitable[None]], tuple[int, dict[str, str]]] = {
    none: (0, {}),
    # never on disk in this state by itself: nothing runs that could be moved, and it still stands in the way
    draft: (1, {"MORE 15": "ok", "MORE 600": "ok", f"MORE 15 {PIN}": "ok", f"MORE 15 {DURESS}": "ok"}),
    ready: (1, {"MORE 15": "ok", "MORE 600": "ok", f"MORE 15 {PIN}": "ok", f"MORE 15 {DURESS}": "ok"}),
    active: (1, {}),
    paused: (1, {}),
    arrived_pending: (1, {}),
    counting: (5, {}),
    prompting: (2, {}),
    due: (3, {}),
    concern: (4, {}),
    overdue: (4, {}),
    unacked: (4, {}),
    operator: (4, {}),
    acked: (4, {}),
    cold: (4, {}),
    fired: (4, {}),
    # as after a true PIN; once her true one has ended it she is shown what is so: she is still on her way
    duress: (0, {f"OK {PIN}": "ok", f"{PIN} ok": "ok", f"MORE 15 {PIN}": "ok"}),
    duress_in_an_alarm: (0, {f"OK {PIN}": "ok", f"{PIN} ok": "ok", f"MORE 15 {PIN}": "ok"}),
    # nothing but the SOS is there, and no time to be home by: her PIN ends all of it
    cried: (4, dict.fromkeys((f"OK {PIN}", f"{PIN} ok", f"OK {DURESS}", *MORE_WITH_A_PIN), "ended")),
    closed: (0, {}),
    closed_after_an_alarm: (0, {}),
    long_closed: (0, {}),
}

# A contact's. Columns: was told and it is open · was told and it was closed lately · was told nothing.
THEIRS: dict[str, tuple[str, str, str]] = {
    "{code}": ("taken", "over", NOTHING),
    "{code} on my way 🏃": ("taken", "over", NOTHING),
    "GOT IT": ("taken", "over", NOTHING),
    "{code} NO": ("cant", "over", NOTHING),
    "CANT": ("cant", "over", NOTHING),
    "{code} HERE": ("with_her", "over", NOTHING),
    "{code} POLICE 3107": ("police", "over", NOTHING),
    "{code} SPOKEN": ("spoken", "over", NOTHING),
    "{code} no answer from her": ("hint", NOTHING, NOTHING),
    "OK": ("hint", NOTHING, NOTHING),
    "yes": ("hint", NOTHING, NOTHING),
    "👍": ("hint", NOTHING, NOTHING),
    "❤️": ("hint", NOTHING, NOTHING),
    "HELP": ("hint", NOTHING, NOTHING),
    "OK 2468": ("hint", NOTHING, NOTHING),
    "HOME 2468": ("hint", NOTHING, NOTHING),
    "WALK 300": ("hint", NOTHING, NOTHING),
    "leave her alone": ("hint", NOTHING, NOTHING),
    "": ("hint", NOTHING, NOTHING),
    LONG: ("hint", NOTHING, NOTHING),
    "NEVER": ("hint", NOTHING, NOTHING),
    "SAFE?": ("hint", "safe", "safe"),
    "is she safe?": ("hint", "safe", "safe"),
    "LEAVE": ("left", "left", "left"),
    "STOP": (NOTHING, NOTHING, NOTHING),
    "START": (NOTHING, NOTHING, NOTHING),
}
TOLD, OVER, QUIET = 0, 1, 2
TAKEN_ALREADY = {"{code}": NOTHING, "{code} on my way 🏃": NOTHING, "GOT IT": NOTHING}
# Beth, who is on the SOS list, and Dad, who is not.
THEIR_STATES: dict[Callable[[Setting], Awaitable[None]], tuple[int, int]] = {
    none: (QUIET, QUIET),
    draft: (QUIET, QUIET),
    ready: (QUIET, QUIET),
    active: (QUIET, QUIET),
    paused: (QUIET, QUIET),
    arrived_pending: (QUIET, QUIET),
    counting: (QUIET, QUIET),
    prompting: (QUIET, QUIET),
    due: (QUIET, QUIET),
    concern: (TOLD, TOLD),
    overdue: (TOLD, TOLD),
    unacked: (TOLD, TOLD),
    operator: (TOLD, TOLD),
    acked: (TOLD, TOLD),
    cold: (TOLD, TOLD),
    fired: (TOLD, QUIET),
    duress: (TOLD, QUIET),
    duress_in_an_alarm: (TOLD, OVER),  # Dad reads that it is over, as after a true PIN
    cried: (TOLD, QUIET),
    closed: (QUIET, QUIET),
    closed_after_an_alarm: (OVER, OVER),
    long_closed: (QUIET, QUIET),
}

# Zoe, who has been asked and has said nothing; she got the one text of an SOS.
INVITED: dict[str, tuple[str, str]] = {
    "hello?": (NOTHING, "noted"),
    "42": (NOTHING, "noted"),
    "SAFE?": (NOTHING, "noted"),
    "POLICE 3107": (NOTHING, "noted"),
    "YES": ("welcome", "welcome"),
    "LEAVE": ("left", "left"),
    "NEVER": ("never", "never"),
    "STOP": (NOTHING, NOTHING),
}
STRANGERS = ("42", "HELP", "YES", "OK 2468", "SAFE?", "LEAVE", "NEVER", LONG, "START")
STATES = list(HER_STATES)


@pytest.mark.parametrize("state", STATES, ids=[state.__name__ for state in STATES])
async def test_every_text_has_its_answer(state: Callable[[Setting], Awaitable[None]]) -> None:
    """Hers, her contacts', a guest's and a stranger's, in this state: never an exception, never an error in the log, the
    answer in the table; and no contact ends anything, nor does anybody without her PIN."""
    async with household() as home:
        her = await home.sign_up()
        await her.has("Beth", BETH)
        await her.has("Dad", DAD, on_sos_list=False)
        await her.asks("Zoe", ZOE)
        at = Setting(home, her)
        await state(at)
        before = _frozen(home.store)
        wrong: list[str] = []

        async def check(who: str, number: str, body: str, expected: str) -> None:
            _thawed(home.store, before)
            got = await _answer(at, number, body.format(code=at.code) if "{code}" in body else body)
            if got != expected:
                wrong.append(f"{who}: {body[:30]!r}: expected {expected}, got {got}")
            if await _lowered(at, before) and not (number == ANNA and {PIN, PIN[:2]} & set(body.split())):
                wrong.append(f"{who}: {body[:30]!r} lowered something")

        column, others = HER_STATES[state]
        for body, answers in HERS.items():
            await check("Anna", ANNA, body, others.get(body, answers[column]))
        beth, dad = THEIR_STATES[state]
        for body, theirs in THEIRS.items():
            already = TAKEN_ALREADY if state is acked else {}
            await check("Beth", BETH, body, already.get(body, theirs[beth]))
            await check("Dad", DAD, body, theirs[dad])
        for body, hers in INVITED.items():
            await check("Zoe", ZOE, body, hers[state in (fired, cried)])
        for body in STRANGERS:
            await check("a stranger", STRANGER, body, NOTHING)
            assert _frozen(home.store) == before, f"a stranger's {body!r} left something behind"

        assert not wrong, "\n".join(wrong)


async def _answer(at: Setting, number: str, body: str) -> str:
    """The name of what `number` is answered to this text."""
    had = {n.id for n in await at.home.sends()}
    with _no_errors():
        await at.home.text(number, body)
    answers = [n for n in await at.home.sends() if n.id not in had and n.kind in (Kind.REPLY, Kind.HINT, Kind.WELCOME)]
    assert len(answers) <= 1, answers
    return _name(answers[0]) if answers else NOTHING


def _name(notice: Notice) -> str:
    if notice.kind is Kind.HINT:
        return "hint"
    if notice.kind is Kind.WELCOME:
        return "welcome"
    assert (notice.to == HER) or notice.extra["reply"] not in ("ok", "sorry")
    return notice.extra.get("reply", "words")


async def _lowered(at: Setting, before: bytes) -> bool:
    """Whether an alarm, or a journey, that was open before is closed now. What a duress PIN closes is a cover story."""
    if not at.key:
        return False
    now = await at.journey()
    with_store = MemoryStore(clock=at.home.clock)
    _thawed(with_store, before)
    [row] = await with_store.load([at.key])
    assert row is not None
    was = journey_row(at.key, row.value).journey
    return (was.alarm is not None and now.alarm is None) or (
        was.state is not JourneyState.CLOSED and now.state is JourneyState.CLOSED
    )


KEPT = ("_rows", "_gone", "_tracks", "_wakes", "_wake_heap", "_outbox", "_books", "_leases")


def _frozen(store: MemoryStore) -> bytes:
    return pickle.dumps({name: getattr(store, name) for name in KEPT})


def _thawed(store: MemoryStore, frozen: bytes) -> None:
    for name, value in pickle.loads(frozen).items():
        setattr(store, name, value)


@contextmanager
def _no_errors() -> Iterator[None]:
    """Nothing is logged as an error, by us or by a library."""
    lines: list[str] = []
    handler = logging.Handler(logging.ERROR)
    handler.emit = lambda record: lines.append(record.getMessage())  # type: ignore[method-assign]
    logging.getLogger().addHandler(handler)
    try:
        with capture_logs() as ours:
            yield
    finally:
        logging.getLogger().removeHandler(handler)
    errors = [str(line) for line in ours if line["log_level"] in ("error", "critical", "exception")]
    assert errors + lines == []


def test_every_state_is_walked() -> None:
    """Both tables know the same states, and each level, link and kind of end is among them."""
    assert set(HER_STATES) == set(THEIR_STATES)
    assert {"none", "draft", "ready", "active", "closed"} <= {state.__name__ for state in STATES}
    assert len(STATES) * (len(HERS) + 2 * len(THEIRS) + len(INVITED) + len(STRANGERS)) > 2_000
