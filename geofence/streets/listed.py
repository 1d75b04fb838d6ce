"""Lists as councils send them: CSV with a head. One wrong line and none of it counts: half a list is a wrong map."""

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeVar

NAMED = 20
"""So many wrong lines are named; of the others only how many there are."""
_SHOWN = 40
_NUMBER = re.compile(r"[+-]?[0-9]{1,3}(?:\.[0-9]{1,20})?")

T = TypeVar("T")
Line = Mapping[str, str]


class ListError(ValueError):
    """A list that cannot be used: names the line, the column, what was expected and what came."""


def read_list(
    text: str,
    needed: Sequence[str],
    others: Mapping[str, str],
    read: Callable[[Line], T],
    most: int,
    *,
    own: str = "",
    named: int = NAMED,
) -> tuple[T, ...]:
    """Every line of a list as `read` makes it. `others`: columns that may be missing, and what they hold then. `own`: a
    column of which no two lines have the same. `named`: so many wrong lines are named.

    Columns may come in any order, others than these are passed over; between them commas, semicolons or tabs. Raises
    ListError.
    """
    rows = lines(text)
    _, head = next(rows, (1, []))
    names = [name.strip().lower() for name in head]
    missing = [name for name in needed if name not in names]
    if missing:
        raise ListError(f"line 1: expected the columns {', '.join(needed)}, missing {', '.join(missing)}")
    where = {name: names.index(name) for name in (*needed, *others) if name in names}
    found: list[T] = []
    wrong: list[str] = []
    first: dict[str, int] = {}
    for number, row in rows:
        if len(found) >= most:
            raise ListError(f"line {number}: expected at most {most} lines, got more")
        try:
            line = {**others, **{name: row[n].strip() if n < len(row) else "" for name, n in where.items()}}
            one = read(line)
            if own:
                _is_first(own, line, number, first)
            found.append(one)
        except ListError as error:
            wrong.append(f"line {number}: {error}")
    if wrong:
        more = f"; and {len(wrong) - named} more lines" if len(wrong) > named else ""
        raise ListError("; ".join(wrong[:named]) + more)
    return tuple(found)


def lines(text: str) -> Iterator[tuple[int, list[str]]]:
    """The lines that hold anything, by their number, whatever stands between the columns. Raises ListError."""
    text = text.removeprefix("\ufeff")
    head = text.lstrip("\r\n").partition("\n")[0]
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=head.count))
    try:
        for row in rows:
            if any(cell.strip() for cell in row):
                yield rows.line_num, row
    except csv.Error as error:
        raise ListError(f"line {rows.line_num}: expected CSV, got {error}") from None


def degrees(line: Line, column: str, most: float) -> float:
    """A latitude or longitude. Raises ListError."""
    text = line[column].replace(",", ".")
    if not _NUMBER.fullmatch(text) or abs(float(text)) > most:
        raise ListError(f"{column}: expected degrees from {-most:g} to {most:g}, got {shown(line[column])}")
    return float(text)


def shown(value: str) -> str:
    """What came in, short enough to be told."""
    return repr(value[:_SHOWN]) if value else "nothing"


def _is_first(own: str, line: Line, number: int, first: dict[str, int]) -> None:
    word = " ".join(line[own].split())
    if first.setdefault(word, number) != number:
        raise ListError(f"{own}: expected another one on each line, got {word} as on line {first[word]}")
