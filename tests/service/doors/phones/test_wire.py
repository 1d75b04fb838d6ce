"""Frames, both ways."""

import msgspec
import pytest

from service.doors.phones import wire
from service.frames import RawFix

FIX = RawFix(1.0, 51.4, 0.5, 8.0)


@pytest.mark.parametrize(
    "frame",
    [
        wire.Hello(token="t", app="a", buffer="b", next=3, sent=1.0, up=2.0),
        wire.Fixes(buffer="b", seq=0, sent=1.0, fixes=[FIX], ack=True),
        wire.Beat(battery=14.0, hidden=True, for_s=600.0),
        wire.Beat(battery=4.0, last_gasp=True),
        wire.AnswerPrompt(id="c1", prompt="p1", what="stopping", minutes=15.0),
        wire.Extend(id="c1", minutes=10.0),
        wire.Arrived(id="c1"),
        wire.End(id="c1", pin="4071", waited_s=360.0),
        wire.Company(id="c1", who=["beth", "operators"]),
        wire.CompanyEnd(id="c1"),
        wire.Sos(id="c1"),
        wire.SosCancel(id="c1", pin="4071"),
        wire.Ping(n=7),
    ],
)
def test_what_a_phone_says_is_understood(frame: wire.Frame) -> None:
    """Every frame of a phone comes out as it went in."""
    read, _, bad = wire.read(wire.write_phone(frame))

    assert (read, bad) == (frame, [])


def test_every_frame_has_a_name_of_its_own() -> None:
    """`type` tells them apart, on either side."""
    for side in (wire.FROM_PHONE, wire.TO_PHONE):
        assert len({frame.__struct_config__.tag for frame in side}) == len(side)


def test_what_the_server_says_is_understood() -> None:
    """By phones written in Python."""
    ack = wire.Ack(buffer="b", next=7)
    assert wire.read_server(wire.write(ack)) == ack


def test_fields_of_a_newer_phone_are_passed_over() -> None:
    """An old server takes what it knows."""
    assert wire.read('{"type": "ping", "n": 3, "mood": "fine"}')[0] == wire.Ping(n=3)


def test_bad_fixes_are_named_one_by_one() -> None:
    """By their place in the frame and the field; None stands where they were."""
    text = '{"type":"fixes","buffer":"b","seq":40,"sent":1,"fixes":[[1,51.4,0.5],[1],"x",[1,51.4,0.5,"good"]]}'
    _, fixes, bad = wire.read(text)

    assert fixes == [RawFix(1.0, 51.4, 0.5), None, None, None]
    assert [error.field for error in bad] == ["fixes[1]", "fixes[2]", "fixes[3][3]"]
    assert [error.detail.partition(":")[0] for error in bad] == ["fix 41", "fix 42", "fix 43"]


@pytest.mark.parametrize("n", [0, wire.MOST_FIXES + 1])
@pytest.mark.parametrize("bad", ["", ',["x"]'])
def test_a_frame_holds_one_to_a_thousand_fixes(n: int, bad: str) -> None:
    """Whether all of them can be read or not."""
    rows = ",".join(["[1,51.4,0.5]"] * n) + (bad if n else "")
    with pytest.raises(wire.Unreadable, match="expected 1 to 1000 fixes"):
        wire.read(f'{{"type":"fixes","buffer":"b","seq":0,"sent":1,"fixes":[{rows}]}}')


def test_not_a_number_is_no_position() -> None:
    """JSON has no NaN: the frame is unreadable, and nothing behind it has to cope."""
    with pytest.raises(wire.Unreadable):
        wire.read('{"type":"fixes","buffer":"b","seq":0,"sent":NaN,"fixes":[[1,51.4,0.5]]}')


def test_not_a_number_is_no_time_to_have_waited() -> None:
    """Nor is infinity: an answer is never judged as of never."""
    for waited in ("NaN", "Infinity", "1e999"):
        with pytest.raises(wire.Unreadable):
            wire.read(f'{{"type":"end","id":"c1","waited_s":{waited}}}')


def test_what_is_not_said_is_not_sent() -> None:
    """Defaults are left out."""
    assert msgspec.json.decode(wire.write_phone(wire.Beat())) == {"type": "beat"}


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ('{"type":"end"}', "id"),
        ('{"type":"fixes","seq":0,"sent":1,"fixes":[[1,2,3]]}', "buffer"),
        ('{"type":"fixes","buffer":"b","seq":-1,"sent":1,"fixes":[[1,2,3]]}', "seq"),
        ('{"type":"fixes","buffer":"b","seq":18446744073709551616,"sent":1,"fixes":[[1,2,3]]}', "seq"),
        ('{"type":"fixes","buffer":"b","seq":0,"sent":1e300,"fixes":[[1,2,3]]}', "sent"),
        ('{"type":"beat","battery":1e300}', "battery"),
        ('{"type":"answer","id":"c1","prompt":"p1","what":"maybe"}', "what"),
        (f'{{"type":"sos","id":"{"c" * 65}"}}', "id"),
        ('{"type":"end","id":"c1","waited_s":-1}', "waited_s"),
        ('{"type":"answer","id":"c1","prompt":"p1","what":"ok","waited_s":43201}', "waited_s"),
        ('{"type":"extend","id":"c1","minutes":5,"waited_s":"long"}', "waited_s"),
        (f'{{"type":"company","id":"c1","who":{["b"] * 21}}}'.replace("'", '"'), "who"),
        (f'{{"type":"company","id":"c1","who":["{"b" * 65}"]}}', "who[0]"),
    ],
)
def test_what_is_missing_or_beyond_bounds_is_named(text: str, field: str) -> None:
    """Numbers that no row could hold never get as far as one."""
    with pytest.raises(wire.Unreadable) as refused:
        wire.read(text)

    assert refused.value.field == field


@pytest.mark.parametrize(
    "text",
    [
        '{"a":' * 5000,
        '{"type":"fixes","fixes":' + "[" * 5000,
        b'{"type":"be\xd3at"}',
        b'{"type":"end","id":"\xd3"}',
        b'{"type":"fixes","buffer":"b","seq":"x","sent":1,"fixes":[["\xd3"]]}',
    ],
)
def test_a_frame_nested_without_end_or_not_in_utf_8_is_unreadable(text: str | bytes) -> None:
    """And nothing worse."""
    with pytest.raises(wire.Unreadable):
        wire.read(text)
