"""How far a download or a build is: a bar on a terminal, a line each tenth in a log."""

import sys
from types import TracebackType
from typing import Self, TextIO

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TaskID, TextColumn, TransferSpeedColumn

_STEP = 10
_WORDS = {
    "reading": "reading the streets",
    "cutting": "cutting them where they meet",
    "joining": "joining what leads on",
    "lighting": "asking what is lit",
    "placing": "placing lamps and names",
    "havens": "placing havens",
    "writing": "writing",
    "tiles": "drawing tiles",
    "done": "done",
}


class Watched:
    """`with Watched(name) as shown:` and `shown` is told how far it is."""

    def __init__(self, name: str, stream: TextIO | None = None) -> None:
        self._name = name
        self._stream = stream or sys.stderr
        self._bar: Progress | None = None
        self._task: TaskID | None = None
        self._kind = ""
        self._tenth = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self._over()

    def coming(self, here: int, all_: int | None) -> None:
        """So many bytes of so many are here."""
        if self._stream.isatty():
            columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
            self._move("fetching", columns, here, all_, f"fetching {self._name}")
        elif all_:
            self._line(here / all_, f"fetching {self._name}", f"{here / 1e6:.1f} of {all_ / 1e6:.1f} MB")

    def doing(self, what: str, share: float) -> None:
        """How far the build is, from 0 to 1."""
        words = _WORDS.get(what, what)
        if self._stream.isatty():
            columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:.0f} %"))
            self._move("building", columns, round(1000 * share), 1000, f"building {self._name}: {words}")
        else:
            self._line(share, f"building {self._name}", words)

    def _move(
        self, kind: str, columns: tuple[TextColumn | BarColumn | DownloadColumn | TransferSpeedColumn, ...],
        done: int, all_: int | None, words: str,
    ) -> None:  # fmt: skip
        if self._kind != kind:
            self._over()
            self._kind = kind
            self._bar = Progress(*columns, console=Console(file=self._stream), transient=True)
            self._task = self._bar.add_task(words, total=all_)
            self._bar.start()
        assert self._bar is not None
        assert self._task is not None
        self._bar.update(self._task, completed=done, total=all_, description=words)

    def _line(self, share: float, about: str, words: str) -> None:
        tenth = int(share * _STEP)
        if about != self._kind:
            self._kind, self._tenth = about, -1
        if tenth > self._tenth:
            self._tenth = tenth
            print(f"{about}: {100 * tenth // _STEP} %, {words}", file=self._stream, flush=True)

    def _over(self) -> None:
        if self._bar is not None:
            self._bar.stop()
            self._bar, self._task, self._kind = None, None, ""
