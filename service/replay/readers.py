"""The files that hold a trace: CSV, GPX with times, and lines of JSON as phones and tracker apps send them.

Each reads one whole file. What is wrong is one sentence with the file and the line, for whoever has to mend it.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from math import isfinite
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import gpxpy
import msgspec

from geofence.fix import Fix
from geofence.route import UNREADABLE
from geofence.streets.listed import ListError, lines
from service.doors.trackers import owntracks, traccar
from service.doors.trackers.reported import Place
from service.frames import ENTERED, MOCK, RawFix

from .trace import ZERO_AT, Trace, TraceError, made, text_of

MOST_FIXES = 500_000
NAMES = {
    "t_s": ("t_s", "t", "seconds"),
    "lat": ("lat", "latitude"),
    "lon": ("lon", "lng", "longitude"),
    "accuracy": ("accuracy", "accuracy_m", "acc"),
    "speed": ("speed", "speed_mps"),
    "received": ("received", "received_s"),
    "truth": ("true_along_m",),
}
"""Columns of a CSV file, by any of these names; others are left alone."""


def read_csv(path: Path, accuracy_m: float | None = None) -> Trace:
    """`t_s,lat,lon[,accuracy][,speed][,received][,true_along_m]`, seconds from any nought; semicolons (then a comma may be in
    a number) or tabs will do. Raises TraceError."""
    rows = _rows(path)
    head = [name.strip().lower() for name in next(rows, (1, []))[1]]
    where = {name: next((head.index(one) for one in names if one in head), -1) for name, names in NAMES.items()}
    missing = [name for name in ("t_s", "lat", "lon") if where[name] < 0]
    if missing:
        raise TraceError(f"{path}: line 1: expected a column {missing[0]}, got {', '.join(head)[:80] or 'nothing'}")
    fixes: list[Fix] = []
    received: list[float] = []
    truth: list[float | None] = []
    for line, row in rows:
        read = _Cells(path, line, row, where)
        t_s = read.number("t_s")
        _few_enough(path, line, fixes)
        fixes.append(
            Fix(
                seq=len(fixes),
                at=ZERO_AT + t_s,
                lat=read.number("lat", 90.0),
                lon=read.number("lon", 180.0),
                accuracy_m=read.perhaps("accuracy"),
                speed_mps=read.perhaps("speed"),
            )
        )
        came = read.perhaps("received")
        received.append(ZERO_AT + (t_s if came is None else came))
        truth.append(read.perhaps("truth"))
    known = truth if any(one is not None for one in truth) else ()
    return made(str(path), fixes, received, accuracy_m=accuracy_m, truth=known)


def _rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    """The lines of the file that hold anything, by their number."""
    try:
        yield from lines(text_of(path))
    except ListError as error:
        raise TraceError(f"{path}: {error}") from None


class _Cells:
    """One line of a CSV file, by the names of its columns."""

    def __init__(self, path: Path, line: int, row: Sequence[str], where: Mapping[str, int]) -> None:
        self._path, self._line, self._row, self._where = path, line, row, where

    def perhaps(self, name: str) -> float | None:
        column = self._where[name]
        text = self._row[column].strip() if 0 <= column < len(self._row) else ""
        if not text:
            return None
        try:
            value = float(text.replace(",", "."))
        except ValueError:
            value = float("nan")
        if not isfinite(value):
            raise TraceError(f"{self._path}: line {self._line}: {name}: expected a number, got {text[:40]}")
        return value

    def number(self, name: str, most: float = 1e11) -> float:
        value = self.perhaps(name)
        if value is None:
            raise TraceError(f"{self._path}: line {self._line}: {name}: expected a number, got nothing")
        if abs(value) > most:
            raise TraceError(f"{self._path}: line {self._line}: {name}: expected {-most:g} to {most:g}, got {value:g}")
        return value


# ── GPX ──────────────────────────────────────────────────────────────────────────────────────────────────


def read_gpx(path: Path, accuracy_m: float | None = None) -> Trace:
    """Every point of every track, in order. Without times nobody can replay it: that is said. Raises TraceError."""
    text = text_of(path)
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise TraceError(f"{path}: expected no document type or entities")
    try:
        gpx = gpxpy.parse(text)
    except UNREADABLE as error:
        said = (str(error) or type(error).__name__).splitlines()[0][:120]
        raise TraceError(f"{path}: expected GPX, got {said}") from None
    points = [point for track in gpx.tracks for segment in track.segments for point in segment.points]
    if not points:
        other = "a route, which has no times" if gpx.routes else "none"
        raise TraceError(f"{path}: expected a recorded track, got {other}")
    fixes: list[Fix] = []
    for n, point in enumerate(points):
        if point.time is None:
            line = _line_of(text, n)
            raise TraceError(
                f"{path}: line {line}: expected a time in every point, got none: a trace without times cannot be replayed"
            )
        _few_enough(path, n, fixes)
        fixes.append(Fix(n, point.time.timestamp(), point.latitude, point.longitude, speed_mps=point.speed))
    return made(str(path), fixes, accuracy_m=accuracy_m, clock=True)


def _line_of(text: str, nth: int) -> int:
    """The line of the nth point; the parser does not tell."""
    found = [match.start() for match in re.finditer(r"<(?:\w+:)?trkpt\b", text)]
    return text.count("\n", 0, found[nth]) + 1 if nth < len(found) else 1


# ── lines of JSON ────────────────────────────────────────────────────────────────────────────────────────


def read_jsonl(path: Path, accuracy_m: float | None = None) -> Trace:
    """One object a line: a `fixes` frame of our app, one row of such a frame, or a request of OwnTracks or Traccar (the
    body alone, or with `body`, `json`, `form` or `url` around it). Raises TraceError."""
    found: list[tuple[Fix, float]] = []
    for number, line in enumerate(text_of(path).splitlines(), 1):
        if not line.strip():
            continue
        try:
            said = msgspec.json.decode(line)
        except (msgspec.DecodeError, RecursionError) as error:
            raise TraceError(f"{path}: line {number}: expected JSON, got {error}") from None
        _few_enough(path, number, found)
        try:
            found += _frame(said, len(found)) if _is_ours(said) else _tracked(said, len(found))
        except (msgspec.ValidationError, TypeError, ValueError, RecursionError) as error:
            raise TraceError(f"{path}: line {number}: expected a frame of fixes, got {error}") from None
    if not found:
        raise TraceError(f"{path}: expected at least one fix, got none")
    return made(
        str(path), [fix for fix, _ in found], [at for _, at in found], accuracy_m=accuracy_m, clock=True, silent=True
    )


def _is_ours(said: Any) -> bool:
    return isinstance(said, list) or (isinstance(said, dict) and isinstance(said.get("fixes"), list))


def _frame(said: Any, seq: int) -> Iterator[tuple[Fix, float]]:
    """What our own app sends: rows, received when it says that it sent them. A row alone came at once."""
    rows = [said] if isinstance(said, list) else said["fixes"]
    sent = said.get("sent") if isinstance(said, dict) else None
    for n, row in enumerate(rows):
        raw = msgspec.convert(row, RawFix)
        yield (
            Fix(
                seq + n,
                raw.t,
                raw.lat,
                raw.lon,
                raw.acc,
                raw.speed,
                raw.course,
                None if raw.battery is None else round(raw.battery),
                mock=bool(raw.flags & MOCK),
                entered=bool(raw.flags & ENTERED),
            ),
            max(raw.t, float(sent)) if isinstance(sent, int | float) else raw.t,
        )


def _tracked(said: Any, seq: int) -> Iterator[tuple[Fix, float]]:
    """A tracker app's, read as its door reads it. One that only says that it is there measures nothing."""
    if not isinstance(said, dict):
        raise TypeError(type(said).__name__)
    inner = next((said[name] for name in ("body", "json") if isinstance(said.get(name), dict | list)), None)
    query = parse_qsl(urlsplit(str(said["url"])).query) if "url" in said else []
    form = urlencode(said["form"]).encode() if isinstance(said.get("form"), dict) else b""
    if inner is None and not query and not form:
        inner = said
    body = form if inner is None else msgspec.json.encode(inner)
    theirs = isinstance(inner, dict) and "_type" in inner
    report = owntracks.read(body, "replay") if theirs else traccar.read(query, body)
    for n, place in enumerate(one for one in report.places if one.at is not None and not one.pinged):
        fix = _place(place, seq + n)
        yield fix, fix.at


def _place(place: Place, seq: int) -> Fix:
    return Fix(
        seq=seq,
        at=place.at or 0.0,
        lat=place.lat,
        lon=place.lon,
        accuracy_m=place.accuracy_m,
        speed_mps=place.speed_mps,
        course_deg=place.course_deg,
        battery_pct=place.battery_pct,
        mock=place.mock,
        entered=place.entered,
    )


def _few_enough(path: Path, line: int, found: Sequence[object]) -> None:
    if len(found) >= MOST_FIXES:
        raise TraceError(f"{path}: line {line}: expected at most {MOST_FIXES} fixes, got more")


READERS: Mapping[str, Callable[[Path, float | None], Trace]] = {
    ".csv": read_csv,
    ".gpx": read_gpx,
    ".jsonl": read_jsonl,
    ".ndjson": read_jsonl,
}
