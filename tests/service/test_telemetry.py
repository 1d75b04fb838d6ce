"""Logs that help at 3 a.m. and would harm nobody if they were published."""

import io
import json
import logging
import re
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from pydantic import SecretStr

from alerts.contact import Channel
from alerts.gateway import Message, PhoneNumber
from geofence.fix import Fix
from service.clock import ScaledClock
from service.personal import Name, Position
from service.settings import LogFormat, LogLevel
from service.telemetry import about, canonical, configure, logger, mask, masked_text

ANNA = PhoneNumber("+447700900123")


@pytest.fixture(autouse=True)
def as_it_was() -> Iterator[None]:
    """Logging belongs to the whole process: put everything back afterwards."""
    root, others = logging.getLogger(), ("uvicorn.access", "uvicorn.error", "twilio", "apscheduler", "asyncio", "httpx")
    handlers, level = root.handlers[:], root.level
    before = [(other, logging.getLogger(other).level) for other in others]
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.captureWarnings(False)
    for name, its_level in before:
        logging.getLogger(name).setLevel(its_level)
    structlog.reset_defaults()


class Terminal(io.StringIO):
    """A stream that a person looks at."""

    def isatty(self) -> bool:
        return True


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    """What was logged, line by line."""
    return [json.loads(line) for line in stream.getvalue().splitlines()]


@pytest.fixture
def out() -> io.StringIO:
    """Where this test's log goes, as JSON."""
    stream = io.StringIO()
    configure(LogFormat.AUTO, LogLevel.INFO, process="web", stream=stream)
    return stream


def test_away_from_a_terminal_a_line_is_json_and_says_who_speaks(out: io.StringIO) -> None:
    """A line carries the product, the process, the module, the level and the instant in UTC."""
    logger("service.watch").info("committed", fixes=3)

    (line,) = lines(out)

    assert line | {"timestamp": "then"} == {
        "app": "lamplit",
        "process": "web",
        "logger": "service.watch",
        "level": "info",
        "event": "committed",
        "fixes": 3,
        "timestamp": "then",
    }
    assert line["timestamp"].endswith("Z")


def test_at_a_terminal_a_line_is_for_reading() -> None:
    """A developer gets words and colours instead of braces."""
    stream = Terminal()
    configure(stream=stream)

    logger("service.watch").info("committed", fixes=3)

    plain = re.sub(r"\x1b\[[0-9;]*m", "", stream.getvalue())
    assert "committed" in plain
    assert "fixes=3" in plain
    assert "{" not in plain


def test_a_line_below_the_level_is_not_written() -> None:
    """The level is one for our lines and the libraries'."""
    stream = io.StringIO()
    configure(LogFormat.JSON, LogLevel.WARNING, stream=stream)

    logger("service.watch").info("committed")
    logging.getLogger("websockets.server").info("connection open")

    assert stream.getvalue() == ""


def test_what_is_personal_is_masked_by_its_type(out: io.StringIO) -> None:
    """Numbers, names, places and secrets show themselves to no log, however deep they lie."""
    logger("t").info(
        "told", to=ANNA, who=Name("Beth"), where=[Position(51.38812, 0.50432)], by={"key": SecretStr("hush")}
    )

    (line,) = lines(out)

    assert (line["to"], line["who"], line["where"], line["by"]) == ("+44…23", "B…", ["…"], {"key": "…"})


def test_what_is_personal_is_masked_by_its_key(out: io.StringIO) -> None:
    """A float called `lat` is where she is, and a `pin` is a PIN whatever its type."""
    logger("t").info("seen", lat=51.38812, lon=0.5, pin="2468", text="Anna has NOT arrived", nested={"token": "abc"})

    (line,) = lines(out)

    assert {line[key] for key in ("lat", "lon", "pin", "text")} == {"…"}
    assert line["nested"] == {"token": "…"}


@pytest.mark.parametrize(
    "leak",
    [
        "+447700900123",
        "+44 7700 900123",
        "00447700900123",
        "447700900123",
        "07700900123",
        "07700 900123",
        "020 7946 0123",
        "51.38812,0.50432",
        "51.38812, -0.50432",
        "[0.50432, 51.38812]",
        "lat=51.388",
        '"lon": 0.5',
        "text='Anna has NOT arrived'",
        "/c/Zm9vYmFyYmF6",
        "/i/Zm9vYmFyYmF6",
        "k7w3v9q2p8x4m6n1b5c0z7y3u9t2r8e4w6q1a5s0d7f",
    ],
)
def test_the_net_catches_what_looks_personal_in_any_text(leak: str) -> None:
    """Text of libraries has no types; what looks like a number, a place or a token is cut out of it."""
    net = masked_text(f"refused {leak} at once")

    assert not re.search(r"\d{3}|Anna|Zm9v", net)
    assert net.startswith("refused ")
    assert net.endswith(" at once")


@pytest.mark.parametrize(
    "text",
    [
        "took 0.123456 s for 1000 fixes",
        "wake at 1731974400.25",
        "due 2026-11-22T23:35:00Z",
        "on 2026-11-22 at 23:35",
        "commit 0f8fad5b-d9cb-469f-a165-70867728950e",
        "SM" + "0123456789abcdef" * 2,
        "row u7f3-2 version 118",
        "127.0.0.1:8470",
    ],
)
def test_the_net_leaves_what_we_need_to_read(text: str) -> None:
    """Durations, instants, ids and addresses of our own processes stay legible."""
    assert masked_text(text) == text


def test_records_that_hold_personal_things_are_masked_inside() -> None:
    """A fix or a message logged whole by mistake still tells nothing."""
    message = Message("m1", 1, ANNA, Channel.SMS, "Anna has NOT arrived", "https://x.example/cb", 300.0, "K742")
    fix = Fix(1, 1731974400.0, 51.38812, 0.50432)

    shown = str(mask(None, "info", {"event": "oops", "message": message, "fix": fix}))

    assert "Anna" not in shown
    assert "7700" not in shown
    assert "51.38" not in shown
    assert "0.504" not in shown


def test_a_list_of_coordinates_and_a_bare_number_are_masked() -> None:
    """GeoJSON's pairs, and a phone number that lost its plus on the way."""
    event = mask(None, "info", {"event": "oops", "pair": [0.50432, 51.38812], "number": 447700900123, "port": 8470})

    assert event == {"event": "oops", "pair": "…", "number": "…", "port": 8470}


def test_values_of_every_kind_come_out_as_something_json_can_say(out: io.StringIO) -> None:
    """No line is lost because of what it carries."""
    logger("t").info("kinds", channel=Channel.SMS, raw=b"\x00\x01", none=None, yes=True, ids={"a"}, odd=object)

    (line,) = lines(out)

    assert (line["channel"], line["raw"], line["none"], line["yes"], line["ids"]) == (
        "sms",
        "<2 bytes>",
        None,
        True,
        ["a"],
    )
    assert line["odd"] == "<class 'object'>"


def test_a_traceback_is_logged_without_what_is_personal_in_it(out: io.StringIO) -> None:
    """The error's own words go through the same net, and no local variable is shown."""
    try:
        number = str(ANNA)
        raise ValueError(f"cannot reach {number}")
    except ValueError:
        logger("t").exception("failed")

    (line,) = lines(out)

    assert "ValueError: cannot reach …" in line["exception"]
    assert "7700" not in out.getvalue()


def test_uvicorns_lines_are_ours_too(out: io.StringIO) -> None:
    """The access log is masked and shaped like every other line: a contact's link is a secret."""
    access = logging.getLogger("uvicorn.access")
    access.info('%s - "%s %s HTTP/%s" %d', "127.0.0.1:5", "GET", "/c/Zm9vYmFyYmF6?x=1", "1.1", 200)

    (line,) = lines(out)

    assert line["logger"] == "uvicorn.access"
    assert line["event"] == '127.0.0.1:5 - "GET /c/…?x=1 HTTP/1.1" 200'


def test_libraries_that_would_tell_numbers_are_quieter(out: io.StringIO) -> None:
    """The Twilio client tells every request with its parameters when asked to be informative."""
    logging.getLogger("twilio.http_client").info("To: %s", str(ANNA))
    logging.getLogger("apscheduler.scheduler").info("tick")

    assert out.getvalue() == ""


def test_one_canonical_line_says_what_a_unit_of_work_was(out: io.StringIO) -> None:
    """Facts are gathered on the way and said once, with the time it took."""
    with canonical(logger("t"), "round", ScaledClock(), journeys=2) as line:
        line.add(outcome="told")
        line.count(sends=2)
        line.count(sends=1)

    (said,) = lines(out)

    assert (said["event"], said["journeys"], said["outcome"], said["sends"]) == ("round", 2, "told", 3)
    assert said["took_s"] >= 0
    assert "failed" not in said


def test_a_canonical_line_is_said_when_the_work_fails(out: io.StringIO) -> None:
    """The line names the error's class; the error goes on its way."""
    with pytest.raises(KeyError), canonical(logger("t"), "round", ScaledClock()):
        raise KeyError("gone")

    (said,) = lines(out)

    assert said["failed"] == "KeyError"


def test_lines_inside_carry_the_journey_they_are_about(out: io.StringIO) -> None:
    """Whoever speaks, a library too, the journey's id is on the line, and gone afterwards."""
    with about(journey="u7-1"):
        logger("t").info("inside")
        logging.getLogger("some.library").warning("inside too")
    logger("t").info("outside")

    assert [line.get("journey") for line in lines(out)] == ["u7-1", "u7-1", None]
