"""What people have lying about: CSV, GPX, lines of JSON; and what is said of a file that is not what it says."""

import json
from pathlib import Path

import pytest

from service.replay.readers import READERS, read_csv, read_gpx, read_jsonl
from service.replay.trace import ZERO_AT, TraceError

GPX = """<?xml version="1.0"?>
<gpx version="1.1" creator="t" xmlns="http://www.topografix.com/GPX/1/1"><trk><trkseg>
<trkpt lat="51.5" lon="-0.1"><time>2026-01-01T23:00:00Z</time></trkpt>
<trkpt lat="51.5001" lon="-0.1">{second}</trkpt>
</trkseg></trk></gpx>
"""
TIME = "<time>2026-01-01T23:00:10Z</time>"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return Path()


def written(folder: Path, name: str, text: str) -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return Path(name)


def refused(path: Path) -> str:
    with pytest.raises(TraceError) as caught:
        READERS[path.suffix](path, None)
    return str(caught.value)


def test_csv_with_all_its_columns(folder: Path) -> None:
    """By any of their names and in any order; what nobody knows is left alone, empty cells are unknown."""
    text = "lon,lat,ele,t_s,acc,speed_mps,received,true_along_m\n-0.1,51.5,3,0,12,1.2,5,0\n\n-0.1,51.6,3,10,,,,\n"
    trace = read_csv(written(folder, "w.csv", text), 20.0)
    first, second = trace.fixes

    assert (first.at, first.lat, first.lon, first.accuracy_m, first.speed_mps) == (ZERO_AT, 51.5, -0.1, 12.0, 1.2)
    assert (second.accuracy_m, second.speed_mps) == (20.0, None)
    assert trace.received == (ZERO_AT + 5, ZERO_AT + 10)
    assert trace.truth == (0.0, None)
    assert not trace.clock


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "w.csv: line 1: expected a column t_s, got nothing"),
        ("a,b\n1,2\n", "w.csv: line 1: expected a column t_s, got a, b"),
        ("t_s,lat\n1,2\n", "w.csv: line 1: expected a column lon, got t_s, lat"),
        ("t_s,lat,lon\n0,51,0\n5,north,0\n", "w.csv: line 3: lat: expected a number, got north"),
        ("t_s,lat,lon\n0,51\n", "w.csv: line 2: lon: expected a number, got nothing"),
        ("t_s,lat,lon\n0,91,0\n", "w.csv: line 2: lat: expected -90 to 90, got 91"),
        ("t_s,lat,lon\n0,nan,0\n", "w.csv: line 2: lat: expected a number, got nan"),
        ("t_s,lat,lon\n", "w.csv: expected at least one fix, got none"),
        ("t_s,lat,lon\n" + "9" * 140_000, "w.csv: line 2: expected CSV, got field larger than field limit (131072)"),
        ("9" * 140_000, "w.csv: line 1: expected CSV, got field larger than field limit (131072)"),
        ("t_s,lat,lon\n-1e11,51,0\n", "w.csv: expected times of this age, got -9.9e+10 s from 1970"),
    ],
)
def test_csv_that_is_none(folder: Path, text: str, sentence: str) -> None:
    """The file, the line, what was expected and what was there."""
    assert refused(written(folder, "w.csv", text)) == sentence


def test_gpx_with_times(folder: Path) -> None:
    """Times of day; where the recorder gives no accuracy one is assumed."""
    trace = read_gpx(written(folder, "w.gpx", GPX.format(second=TIME)))

    assert trace.clock
    assert [fix.at - trace.began_at for fix in trace.fixes] == [0.0, 10.0]
    assert trace.notes == ("no accuracy is given: 8 m is assumed",)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            GPX.format(second=""),
            "w.gpx: line 4: expected a time in every point, got none: a trace without times cannot be replayed",
        ),
        ("<gpx", "w.gpx: expected GPX, got "),
        ("<!DOCTYPE gpx><gpx/>", "w.gpx: expected no document type or entities"),
        ('<gpx version="1.1" creator="t"/>', "w.gpx: expected a recorded track, got none"),
        (
            '<gpx version="1.1" creator="t"><rte><rtept lat="1" lon="1"/></rte></gpx>',
            "w.gpx: expected a recorded track, got a route, which has no times",
        ),
    ],
)
def test_gpx_that_cannot_be_replayed(folder: Path, text: str, sentence: str) -> None:
    """A planned route has no times: that is said, and on which line."""
    assert refused(written(folder, "w.gpx", text)).startswith(sentence)


@pytest.mark.parametrize("text", ["t_s;lat;lon\r\n0;51,5;-0,1\r\n", "t_s\tlat\tlon\n0\t51.5\t-0.1\n"])
def test_however_a_spreadsheet_saves_it(folder: Path, text: str) -> None:
    """With semicolons and decimal commas, or with tabs."""
    [fix] = read_csv(written(folder, "w.csv", text)).fixes

    assert (fix.lat, fix.lon) == (51.5, -0.1)


def test_frames_of_our_own_app(folder: Path) -> None:
    """A frame is received when it says that it was sent; a row alone when it was measured. Silence in it is silence."""
    frame = {
        "type": "fixes",
        "buffer": "b",
        "seq": 0,
        "sent": 130.0,
        "fixes": [[100.0, 51.5, -0.1, 9.0], [110.0, 51.5, -0.1]],
    }
    text = f"{json.dumps(frame)}\n\n{json.dumps([140.0, 51.5, -0.1, 9.0, 1.2, None, 55.4, 1])}\n"
    trace = read_jsonl(written(folder, "w.jsonl", text))

    assert [(fix.at, at) for fix, at in zip(trace.fixes, trace.received, strict=True)] == [
        (100.0, 130.0),
        (110.0, 130.0),
        (140.0, 140.0),
    ]
    assert (trace.fixes[2].battery_pct, trace.fixes[2].mock) == (55, True)
    assert trace.silent


def test_requests_of_tracker_apps(folder: Path) -> None:
    """Bodies alone, or as they were written down with what was around them; a ping measures nothing."""
    location = {"_type": "location", "tst": 1_767_222_000, "lat": 51.5, "lon": -0.1, "acc": 9, "vel": 36}
    said = [
        location,
        {"method": "POST", "body": {**location, "tst": 1_767_222_010}},
        {"body": {**location, "tst": 1_767_222_015, "t": "p"}},
        {"url": "/?id=4&lat=51.5&lon=-0.1&timestamp=1767222020&accuracy=8"},
        {"url": "/", "form": {"id": "4", "lat": "51.5", "lon": "-0.1", "timestamp": "1767222030"}},
        {"body": {"_type": "lwt", "tst": 1_767_222_031}},
    ]
    trace = read_jsonl(written(folder, "w.jsonl", "\n".join(map(json.dumps, said))))

    assert [fix.at - 1_767_222_000 for fix in trace.fixes] == [0.0, 10.0, 20.0, 30.0]
    assert trace.fixes[0].speed_mps == 10.0
    assert trace.notes == ("1 of 4 fixes give no accuracy: 8 m is assumed",)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[1, 51.5, -0.1]\n{", "w.jsonl: line 2: expected JSON, got "),
        ('{"fixes": [[1, 51.5]]}', "w.jsonl: line 1: expected a frame of fixes, got "),
        ("7", "w.jsonl: line 1: expected a frame of fixes, got int"),
        ("", "w.jsonl: expected at least one fix, got none"),
    ],
)
def test_lines_that_are_no_frames(folder: Path, text: str, sentence: str) -> None:
    """The line, so that whoever looks finds it."""
    assert refused(written(folder, "w.jsonl", text)).startswith(sentence)


@pytest.mark.parametrize("suffix", READERS)
def test_a_file_that_cannot_be_read(folder: Path, suffix: str) -> None:
    """Not there, or no text."""
    (folder / f"bytes{suffix}").write_bytes(b"\xff\xfe\x00\xff")

    assert refused(Path(f"gone{suffix}")) == f"gone{suffix}: cannot be read: No such file or directory"
    assert refused(Path(f"bytes{suffix}")) == f"bytes{suffix}: line 1: expected text in UTF-8"


@pytest.mark.parametrize("text", ["[" * 100_000, '{"location":' * 990 + "1" + "}" * 990])
def test_lines_of_json_that_are_nested_too_deeply(folder: Path, text: str) -> None:
    """The line is named."""
    assert refused(written(folder, "w.jsonl", text)).startswith("w.jsonl: line 1: expected ")
