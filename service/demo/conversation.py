"""A call as a reader follows it: what the voice said and what was keyed, in turns."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from .provider.phones import ShownCall

_NAMES = {"#": "hash", "*": "star"}


_AS_OF = re.compile(r"\bas of (\d\d:\d\d)\b")


@dataclass(frozen=True, slots=True)
class Turn:
    """The voice's words, said so many `times` on end, or what somebody `keyed`. `last_as_of`: the clock time in the last
    of them, where it was another by then."""

    words: str
    keyed: bool = False
    times: int = 1
    last_as_of: str = ""

    @property
    def often(self) -> str:
        """For behind the words; empty where they were said once."""
        times = {1: "", 2: "twice"}.get(self.times, f"{self.times} times")
        return f"{times}, at last as of {self.last_as_of}" if self.last_as_of else times


def turns(call: ShownCall | None, known: Mapping[str, str]) -> list[Turn]:
    """`known` are pieces of keys that a reader should see by what they mean: her PIN, her number."""
    if call is None:
        return []
    heard = [(at, False, words) for at, words in call.said] + [(at, True, key) for at, key in call.pressed]
    heard.sort(key=lambda one: one[:2])  # keys of one instant stay in their order
    found: list[tuple[bool, list[str]]] = []
    for _, keyed, piece in heard:
        if found and found[-1][0] is keyed and (keyed or _same(found[-1][1][0], piece)):
            found[-1][1].append(piece)
        else:
            found.append((keyed, [piece]))
    return [
        Turn(_keys("".join(pieces), known), keyed=True)
        if keyed
        else Turn(pieces[0], False, len(pieces), _moved(pieces))
        for keyed, pieces in found
    ]


def _same(words: str, others: str) -> bool:
    """But for the clock time they are true of."""
    return _AS_OF.sub("", words) == _AS_OF.sub("", others)


def _moved(pieces: list[str]) -> str:
    first, last = _AS_OF.search(pieces[0]), _AS_OF.search(pieces[-1])
    return last[1] if first is not None and last is not None and first[1] != last[1] else ""


def _keys(keys: str, known: Mapping[str, str]) -> str:
    pieces = [piece for piece in re.split(r"([#*])", keys) if piece]
    return ", ".join(known.get(piece) or _NAMES.get(piece) or piece for piece in pieces)
