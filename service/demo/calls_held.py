"""What must hold of calls: the product's beliefs against what people's phones had, and against the clock."""

import re
from collections.abc import Iterator
from itertools import pairwise

from alerts.rings import PAIR_S
from service.journey.events import Acknowledged, EtaMoved, IncidentResolved, JourneyClosed

from .left_behind import Check, Held, LeftBehind
from .provider.phones import ShownCall
from .stage import minute
from .timeline import Sent

_AS_OF = re.compile(r"\bas of (\d\d:\d\d)\b")
_SETTLING = (Acknowledged, EtaMoved, IncidentResolved, JourneyClosed)
"""After one of these the call it is about need not ring again."""


def _calls(left: LeftBehind) -> Iterator[tuple[Sent, ShownCall]]:
    for sent in left.scene.timeline.messages():
        if sent.call is not None:
            yield sent, sent.call


def _told_by_a_key(left: LeftBehind) -> Held:
    """Also what became of it is known: the provider has reported every end."""
    for sent, call in _calls(left):
        took = call.taken_by or "nobody"
        yield (
            sent.delivered == bool(call.keys),
            f"{took} took {sent.to}'s call, keys: {len(call.keys)}, told: {sent.delivered}",
        )


def _rung_twice(left: LeftBehind) -> Held:
    settled = [event.at for event in left.feed if isinstance(event, _SETTLING)]
    made = list(_calls(left))
    for sent, call in made:
        if call.keys:
            continue
        pair = any(one.to == sent.to and 0.0 < abs(one.at - sent.at) <= PAIR_S for one, _ in made)
        spared = any(sent.at <= at <= sent.at + PAIR_S for at in settled)
        yield pair or spared, f"{sent.to} was rung once at {minute(sent.at)}, keyed nothing, and was not rung again"


def _one_at_a_time(left: LeftBehind) -> Held:
    for number in left.scene.timeline.numbers:
        calls = sorted(left.scene.house.double.phone(number).calls, key=lambda call: call.at)
        for before, after in pairwise(calls):
            good = before.ended_at is not None and before.ended_at <= after.at
            yield good, f"a number ending in {number[-3:]} was rung while a call of ours was under way"


def _words_of_then(left: LeftBehind) -> Held:
    for sent, call in _calls(left):
        for at, words in call.said:
            for said in _AS_OF.findall(words):
                then = {minute(t) for t in (call.answered_at, at) if t is not None}
                yield (
                    said in then,
                    f"{sent.to}'s call was taken at {minute(call.answered_at or at)} and spoke as of {said}",
                )


CALL_CHECKS: dict[str, Check] = {
    "a call has told somebody only when a key was pressed in it": _told_by_a_key,
    "a call without a key rings again within 3 minutes, unless it was settled": _rung_twice,
    "nobody is rung while a call of ours rings or speaks": _one_at_a_time,
    "a call says what is so when it is picked up": _words_of_then,
}
