"""What a text that came in is answered, in English, by the name that the notice carries (`Facts.reply`).

Hers are neutral like everything she is sent, but for two: the answer to a WALK says what she was promised, and where
an SOS reaches nobody she has to know it.
"""

from collections.abc import Callable, Sequence
from math import ceil
from typing import Final

from .facts import Writer

MOST_MINUTES: Final = 600
_ROOM: Final = 80


def _until(w: Writer) -> str:
    return f" We ask you again at {w.clock(w.facts.answer_at)}." if w.facts.answer_at is not None else ""


# ── to contacts ──────────────────────────────────────────────────────────────────────────────────────────


def _taken(w: Writer) -> str:
    return f"Thank you, the others know that you are on it.{_until(w)} Fear for her? Dial 999: we do not."


def _taken_enough(_: Writer) -> str:
    return "Thank you. You have had this for a while without news, so we go on asking others too."


def _cant(_: Writer) -> str:
    return "Thank you for saying so. We go on asking others."


def _with_her(w: Writer) -> str:
    return f"Thank you. Ask her to reply with her PIN: only that ends it.{_until(w)}"


def _police(w: Writer) -> str:
    return f"Thank you, the others hear that police were told.{_until(w)}"


def _spoken(w: Writer) -> str:
    return f"Thank you, the others hear that you spoke to her. Only her PIN ends it.{_until(w)}"


def _noted(_: Writer) -> str:
    return "Thank you, this is noted. Others are being asked. Fear for her? Dial 999: we do not."


def _over(w: Writer) -> str:
    at = f" at {w.clock(w.facts.answer_at, main=True)}" if w.facts.answer_at is not None else ""
    return f"{w.name}'s alert {w.facts.reference} was already closed{at}. Do speak to her."


def _tested(w: Writer) -> str:
    return f"Thank you, that worked: {w.name} sees that her alerts reach you."


def _no_test(w: Writer) -> str:
    """In place of a test, to somebody who has been told that she may be forced."""
    return (
        f"A test text was asked for on {w.name}'s phone just now. It ends nothing: what we told you of {w.name} stands and "
        "was NO test. Do NOT ring or text her phone. If nobody has dialled 999, dial 999 now. We have NOT called police."
    )


def _left(w: Writer) -> str:
    return (
        f"You have left: alerts about {_few(w, w.facts.off) or w.name} no longer reach you. To be asked by nobody ever "
        "again, reply NEVER. STOP would block everything, from everybody."
    )


def _never(w: Writer) -> str:
    still = " You still hear of those you have said YES to; LEAVE ends that." if w.facts.on else ""
    return f"Nobody can ask this number any more.{still}"


def _safe(w: Writer) -> str:
    lines = [
        f"{_few(w, names)} {'is' if len(names) == 1 else 'are'} {where}."
        for names, where in ((w.facts.on, "on a journey"), (w.facts.off, "not on a journey"))
        if names
    ]
    asked = "She is" if len(w.facts.on + w.facts.off) == 1 else "They are"
    return " ".join([*lines, f"{asked} shown that you asked."])


def _few(w: Writer, names: Sequence[str]) -> str:
    """As many names as there is room for; at least one."""
    called = [w.called(name) or w.language.a_friend for name in names]
    shown = called[:1]
    for name in called[1:]:
        if w.language.alphabet.size(", ".join([*shown, name])) > _ROOM:
            break
        shown.append(name)
    left = len(called) - len(shown)
    words = [*shown, *([f"{left} other{'s' if left > 1 else ''}"] if left else [])]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}" if words else ""


# ── to her ───────────────────────────────────────────────────────────────────────────────────────────────


def _ok(_: Writer) -> str:
    return "Ok."


def _ok_until(w: Writer) -> str:
    return f"Ok. Until {w.clock(w.facts.answer_at, main=True)}."


def _ended(_: Writer) -> str:
    return "Ok. It has ended."


def _nothing(_: Writer) -> str:
    return "Ok. Nothing is open."


def _pin_needed(_: Writer) -> str:
    return "Please reply with your PIN too."


def _try_again(w: Writer) -> str:
    return f"Please try again in {ceil(w.facts.wait_s)} s." if w.facts.wait_s >= 1.0 else "Please try again."


def _heard(_: Writer) -> str:
    return "Ok, got it."


def _heard_by_nobody(_: Writer) -> str:
    return "There is nobody we could tell. Dial 999 if you can: we do not."


def _sorry(_: Writer) -> str:
    return "Sorry? Reply OK, MORE 15, HOME and your PIN, WALK 30, or HELP."


def _walk_form(_: Writer) -> str:
    return f"Not begun. Say for how many minutes, 1 to {MOST_MINUTES}: WALK 30"


def _walk_nobody(_: Writer) -> str:
    return "Not begun: nobody has said YES yet, so nobody would be told."


def _walk_busy(w: Writer) -> str:
    if w.facts.answer_at is None:
        return "Not begun: something is open. OK and your PIN, or HOME and your PIN, ends it."
    return f"Not begun: one is under way until {w.clock(w.facts.answer_at, main=True)}. MORE 15 for more time, HOME and your PIN to end it."


REPLIES: Final[dict[str, Callable[[Writer], str]]] = {
    "taken": _taken,
    "taken_enough": _taken_enough,
    "cant": _cant,
    "with_her": _with_her,
    "police": _police,
    "spoken": _spoken,
    "noted": _noted,
    "over": _over,
    "tested": _tested,
    "no_test": _no_test,
    "left": _left,
    "never": _never,
    "safe": _safe,
    "ok": _ok,
    "ok_until": _ok_until,
    "ended": _ended,
    "nothing": _nothing,
    "pin_needed": _pin_needed,
    "try_again": _try_again,
    "heard": _heard,
    "heard_by_nobody": _heard_by_nobody,
    "sorry": _sorry,
    "walk_form": _walk_form,
    "walk_nobody": _walk_nobody,
    "walk_busy": _walk_busy,
}
