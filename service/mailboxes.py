"""What waits to be judged: one mailbox a traveller, emptied in the order in which things came."""

from collections import deque
from collections.abc import Collection, Iterable

from .judging import Entry


class Mailboxes:
    """Entries in the order they came. What concerns one traveller never overtakes itself."""

    def __init__(self) -> None:
        self._entries: deque[Entry] = deque()

    def __len__(self) -> int:
        return len(self._entries)

    def put(self, entry: Entry) -> None:
        self._entries.append(entry)

    def put_back(self, entries: Iterable[Entry]) -> None:
        """To the front, in their order, those that somebody still waits for."""
        self._entries.extendleft(e for e in reversed(list(entries)) if not e.done.done())

    def take(self, most: int, away: Collection[str] = ()) -> list[Entry]:
        """The next `most` entries, and nothing of those who are `away`: what was decided about them is still being
        written. When more waits than that, whoever asked for something urgent comes first."""
        if not away and len(self._entries) <= most:
            taken = list(self._entries)
            self._entries.clear()
            return taken
        here = [e for e in self._entries if e.traveller not in away]
        hurried = {e.traveller for e in here if e.urgent} if len(here) > most else ()
        taken = [e for e in here if e.traveller in hurried]
        others = [e for e in here if e.traveller not in hurried] if hurried else here
        taken += others[: max(0, most - len(taken))]
        chosen = set(map(id, taken))
        self._entries = deque(e for e in self._entries if id(e) not in chosen)
        return taken

    def cancel(self) -> None:
        """Nobody will be answered any more."""
        for entry in self._entries:
            entry.done.cancel()
